"""Testing plugins: samples against their expected records, and what every plugin must withstand.

`plugins/NAME/samples/` (in a package: `samples/` beside the module) holds workbooks as the township mails them,
and beside each its expected records (`expected.py`).  A sample is read with all plugins of the workspace loaded,
as a mailed file would be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import PioneerError, UsageError
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.toml import closest
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.plugins.discovery import Candidate, installed_plugins, workspace_plugins
from pioneer_etl.plugins.expected import (
    SUFFIX,
    Difference,
    compare,
    expected_files,
    expected_path,
    read_lines,
    spell,
    write_lines,
)
from pioneer_etl.plugins.manager import Plugins
from pioneer_etl.transform.model import CellAccount, Submission

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

SAMPLES: Final = "samples"
_SHOWN: Final = 20
_FOREIGN: Final = "日期,气温,天气\n2004-05-01,21.5,晴\n2004-05-02,19,小雨\n".encode()


class Reading(Protocol):
    """What reading one file gave: the pipeline's `FileReading`."""

    @property
    def submissions(self) -> tuple[Submission, ...]: ...
    @property
    def accounts(self) -> tuple[CellAccount, ...]: ...
    @property
    def findings(self) -> tuple[Finding, ...]: ...


# Bytes and file name to what they say; raises PioneerError for what cannot be read.
Read = Callable[[bytes, str], Reading]


@unchanging
class SampleReport:
    """One sample: the records it gave by dataset, what is wrong with it, and which records differ."""

    sample: str
    records: Mapping[str, int]
    findings: tuple[Finding, ...] = ()
    differences: tuple[Difference, ...] = ()
    updated: bool = False

    @property
    def passed(self) -> bool:
        return not self.findings and not self.differences


@unchanging
class PluginReport:
    """What testing one plugin found; `findings` are those of the plugin as a whole."""

    name: str
    samples: tuple[SampleReport, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.findings and all(each.passed for each in self.samples)

    def text(self, language: Language = "zh", *, details: bool = True) -> str:
        """The report as lines to print; without `details` only what passed and what did not."""
        lines = [f"{'✓' if self.passed else '✗'} {self.name}"]
        if details:
            lines += [f"    {_words(each, language)}" for each in self.findings]
        for sample in self.samples:
            counts = ", ".join(f"{name} {count}" for name, count in sample.records.items()) or "0"
            lines.append(f"  {'✓' if sample.passed else '✗'} {sample.sample}  {counts}{' ↻' if sample.updated else ''}")
            if not details:
                continue
            lines += [f"      {_words(each, language)}" for each in sample.findings]
            lines += [f"      {_difference(each, language)}" for each in sample.differences[:_SHOWN]]
            if len(sample.differences) > _SHOWN:
                lines.append(f"      … +{len(sample.differences) - _SHOWN}")
        return "\n".join(lines)


def check_plugins(
    root: Path, plugins: Plugins, read: Read, names: Sequence[str] = (), *, update: bool = False, others: bool = False
) -> tuple[PluginReport, ...]:
    """Test the workspace's plugins, or those named; UsageError for a name that is none of them.

    `read` reads a file with `plugins` loaded.  `update` writes the expectations anew instead of
    comparing with them; nothing is written for a sample that does not load.  `others` also holds those named
    against the samples of the plugins that are not, which takes the reading of every one of them; where all
    are tested, a sample that another plugin claims fails on its own.
    """
    candidates = {each.name: each for each in testable_plugins(root)}
    for name in names:
        if name not in candidates:
            near = closest(name, candidates)
            raise UsageError("plugin.unknown", found=name, expected=near or ", ".join(candidates) or "-")
    wanted = [candidates[name] for name in names] if names else list(candidates.values())
    rest = [each for each in candidates.values() if others and each not in wanted]
    remembered = _Remembered(read)
    return tuple(check_plugin(each, plugins, remembered, rest, update=update) for each in wanted)


def testable_plugins(root: Path) -> tuple[Candidate, ...]:
    """The workspace's plugins, and the installed ones that bring samples."""
    return (*workspace_plugins(root), *(each for each in installed_plugins() if sample_files(each)))


class _Remembered:
    """A way to read files that reads the same bytes under the same name once, unless asked `anew`."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._known: dict[tuple[str, str], Reading] = {}

    def __call__(self, data: bytes, name: str) -> Reading:
        key = (sha256(data).hexdigest(), name)
        if key not in self._known:
            self._known[key] = self._read(data, name)
        return self._known[key]

    def anew(self, data: bytes, name: str) -> Reading:
        return self._read(data, name)


def check_plugin(
    candidate: Candidate, plugins: Plugins, read: _Remembered, others: Sequence[Candidate] = (), *, update: bool = False
) -> PluginReport:
    """Test one plugin: its samples, what every plugin must withstand, and that it leaves those of `others` alone."""
    problems = [each for each in plugins.problems if each.arguments.get("plugin") == candidate.name]
    samples = sample_files(candidate)
    if not samples:
        problems.append(finding("plugin.sample.none", plugin=candidate.name, place=candidate.place))
    problems += _withstands(candidate.name, b"", "empty.xlsx", read)
    problems += _leaves_alone(candidate.name, plugins, read)
    problems += _claims_of_others(candidate.name, plugins, read, others)
    reports = [check_sample(each, candidate.name, plugins, read, update=update) for each in samples]
    for each in samples:
        data = each.read_bytes()
        problems += _withstands(candidate.name, data[: len(data) // 2], each.name, read)
    return PluginReport(candidate.name, tuple(reports), tuple(problems))


def sample_files(candidate: Candidate) -> tuple[Path, ...]:
    """The samples of a plugin, sorted by name: in its folder, or beside the module of an installed one."""
    home = candidate.folder if candidate.entry_point is None else _module_folder(candidate.entry_point)
    folder = home / SAMPLES if home is not None else None
    if folder is None or not folder.is_dir():
        return ()
    files = (each for each in folder.iterdir() if each.is_file() and not each.name.startswith((".", "~$")))
    return tuple(sorted(each for each in files if not each.name.endswith((SUFFIX, ".md"))))


def _module_folder(entry_point: EntryPoint) -> Path | None:
    """Where the module of an entry point lies; None when it is not to be found on disk."""
    try:
        found = find_spec(entry_point.module)
    except (ImportError, ValueError):
        return None
    return Path(found.origin).parent if found is not None and found.origin and found.has_location else None


def check_sample(
    sample: Path, plugin: str, plugins: Plugins, read: _Remembered, *, update: bool = False
) -> SampleReport:
    """Read one sample, and hold what it gave against what it should give."""
    data = sample.read_bytes()
    try:
        reading = read(data, sample.name)
        again = read.anew(data, sample.name)
    except PioneerError as error:
        found = finding(
            "plugin.sample.refused",
            file=sample.name,
            reason_zh=error.message("zh"),
            reason_en=error.message("en"),
        )
        return SampleReport(sample.name, {}, (found,))
    lines = spell(reading.submissions)
    records = {name: len(each.lines) for name, each in lines.items()}
    problems = _problems(sample.name, plugin, plugins, reading)
    if again.submissions != reading.submissions or again.findings != reading.findings:
        problems.append(finding("plugin.sample.unstable", file=sample.name))
    if problems:
        return SampleReport(sample.name, records, tuple(problems))
    known = expected_files(sample)
    if update:
        for dataset, each in lines.items():
            write_lines(each, expected_path(sample, dataset))
        for dataset in known.keys() - lines.keys():
            known[dataset].unlink()
        return SampleReport(sample.name, records, updated=True)
    problems += [
        finding("plugin.sample.unexpected", file=sample.name, dataset=dataset, found=len(lines[dataset].lines))
        for dataset in lines.keys() - known.keys()
    ]
    problems += [
        finding("plugin.sample.missing", file=sample.name, dataset=dataset, place=known[dataset].name)
        for dataset in known.keys() - lines.keys()
    ]
    differences = [
        difference
        for dataset in sorted(lines.keys() & known.keys())
        for difference in compare(read_lines(dataset, known[dataset]), lines[dataset])
    ]
    return SampleReport(sample.name, records, tuple(problems), tuple(differences))


def _problems(sample: str, plugin: str, plugins: Plugins, reading: Reading) -> list[Finding]:
    """Why a sample would not load as this plugin's."""
    problems = [each for each in reading.findings if each.quarantines]
    problems += [each for one in reading.submissions for each in one.findings if each.quarantines]
    if not reading.submissions and not problems:
        problems.append(finding("plugin.sample.unrecognised", file=sample, plugin=plugin))
    for account in reading.accounts:
        if account.unaccounted:
            problems.append(
                finding("plugin.sample.unaccounted", file=sample, sheet=account.sheet, found=account.unaccounted)
            )
    for layout in dict.fromkeys(part.layout for each in reading.submissions for part in each.parts):
        owner = plugins.plugin_of(layout)
        if owner is None or owner.name != plugin:
            other = owner.name if owner else layout
            problems.append(finding("plugin.sample.claimed", file=sample, plugin=plugin, other=other, layout=layout))
    return problems


def _withstands(plugin: str, data: bytes, name: str, read: Read) -> list[Finding]:
    """Reading a damaged file must end in a refusal or in findings, not in an exception."""
    try:
        read(data, name)
    except PioneerError:
        return []
    except Exception as error:
        return [finding("plugin.sample.crashed", file=name, plugin=plugin, reason=type(error).__name__)]
    return []


def _leaves_alone(plugin: str, plugins: Plugins, read: Read) -> list[Finding]:
    """A file that is nobody's must not be claimed."""
    name = "foreign.csv"
    try:
        reading = read(_FOREIGN, name)
    except PioneerError:
        return []
    except Exception as error:
        return [finding("plugin.sample.crashed", file=name, plugin=plugin, reason=type(error).__name__)]
    layouts = {part.layout for each in reading.submissions for part in each.parts}
    owned = [each for each in layouts if (owner := plugins.plugin_of(each)) is not None and owner.name == plugin]
    return [finding("plugin.sample.greedy", file=name, plugin=plugin, layout=each) for each in owned]


def _claims_of_others(plugin: str, plugins: Plugins, read: Read, others: Sequence[Candidate]) -> list[Finding]:
    """The samples of other plugins must not be claimed."""
    problems = []
    for other in others:
        for sample in sample_files(other):
            try:
                reading = read(sample.read_bytes(), sample.name)
            except PioneerError:
                continue
            layouts = {part.layout for each in reading.submissions for part in each.parts}
            for layout in sorted(layouts):
                owner = plugins.plugin_of(layout)
                if owner is not None and owner.name == plugin:
                    problems.append(
                        finding(
                            "plugin.sample.of_other", file=sample.name, plugin=plugin, other=other.name, layout=layout
                        )
                    )
    return problems


def _words(problem: Finding, language: Language) -> str:
    place = " ".join(filter(None, (problem.sheet, ", ".join(problem.cells))))
    return " ".join(filter(None, (f"[{place}]" if place else "", problem.message(language), problem.remedy(language))))


def _difference(each: Difference, language: Language) -> str:
    if each.column:
        where = f" ({each.cell})" if each.cell else ""
        return finding(
            "plugin.sample.differs",
            record=each.record,
            column=f"{each.dataset}.{each.column}",
            cell=where,
            expected="-" if each.expected is None else repr(each.expected),
            found="-" if each.found is None else repr(each.found),
        ).message(language)
    code = "plugin.sample.lacking" if each.found is None else "plugin.sample.surplus"
    text = each.expected if each.found is None else each.found
    return finding(code, dataset=each.dataset, record=each.record, line=text).message(language)
