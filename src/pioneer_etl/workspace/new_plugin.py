"""A new plugin from samples: proposed, written, tested, and what would be loaded by it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pioneer_etl.contract.finding import Finding
from pioneer_etl.plugins.infer import Sample, propose, take_sample
from pioneer_etl.plugins.proposal import Answers, Proposal
from pioneer_etl.plugins.scaffold import NewPlugin, require_new, write_plugin
from pioneer_etl.workspace.settings import NAME as SETTINGS

if TYPE_CHECKING:
    from pioneer_etl.plugins.testing import PluginReport
    from pioneer_etl.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Learnt:
    """A plugin that was written: its test's report, and what its samples give as they came.

    `records` are by dataset; `findings` are those of the real samples, by file.
    """

    plugin: NewPlugin
    report: PluginReport
    records: Mapping[str, int]
    findings: tuple[tuple[str, Finding], ...]

    @property
    def waits(self) -> bool:
        """Whether a file of this format would be held back."""
        return not self.report.passed or any(each.quarantines for _, each in self.findings)


@dataclass(frozen=True)
class Learning:
    """Samples of one format, taken in; `propose` may be asked again with more answers."""

    workspace: Workspace
    samples: tuple[Sample, ...]
    township: str | None = None
    period: str | None = None

    def propose(self, answers: Answers, name: str | None = None) -> Proposal:
        """The layout as far as the answers go, and the questions left.

        Without a `name`, where a plugin of other datasets has the name already, it is called after its first form too.
        """
        found = propose(
            self.samples,
            self.workspace.contracts,
            answers,
            name=name,
            township=self.township,
            period=self.period,
        )
        if name is not None or ("name",) in answers or not found.forms:
            return found
        there = next((each for each in self.workspace.plugins.layouts if each.name == found.name), None)
        mine = {each.dataset for each in found.forms}
        if there is None or mine & {each.dataset for each in there.forms}:
            return found
        return replace(found, name=f"{found.name}_{found.forms[0].dataset}")

    def known_layout(self) -> str | None:
        """The layout of an existing plugin that reads all of the samples as they are; None where there is none."""
        from pioneer_etl.match.layout import GENERIC
        from pioneer_etl.match.model import FileContext
        from pioneer_etl.pipeline import Task, read

        layouts: set[str] = set()
        for sample in self.samples:
            context = FileContext(sample.name, township=self.township, period=self.period)
            given = read(Task(sample.data, context), self.workspace.kit)
            findings = [*given.findings, *(one for each in given.submissions for one in each.findings)]
            held = any(each.quarantines and each.code != "layout.other_township" for each in findings)
            if held or not given.submissions:
                return None
            layouts |= {part.layout for each in given.submissions for part in each.parts}
        return layouts.pop() if len(layouts) == 1 and GENERIC.name not in layouts else None

    def require_new(self, name: str) -> None:
        """UsageError when there is a plugin of that name."""
        require_new(self.workspace.root, name)

    def write(self, proposal: Proposal) -> Learnt:
        """Write the plugin, test it, and read the samples as they came with it."""
        from pioneer_etl.match.model import FileContext
        from pioneer_etl.pipeline import FileReading, Kit, Task, read
        from pioneer_etl.plugins.manager import load_plugins
        from pioneer_etl.plugins.testing import check_plugins

        workspace = self.workspace
        limits = workspace.settings.limits
        plugin = write_plugin(workspace.root, proposal, self.samples, workspace.contracts, limits)
        plugins = load_plugins(workspace.root, disabled=workspace.disabled)
        kit = Kit(workspace.contracts, plugins, limits)

        def read_sample(data: bytes, name: str) -> FileReading:
            return read(Task(data, FileContext(name)), kit)

        (report,) = check_plugins(workspace.root, plugins, read_sample, [plugin.name], update=True)
        records: dict[str, int] = {}
        findings: list[tuple[str, Finding]] = []
        for sample in self.samples:
            context = FileContext(sample.name, township=proposal.said[0], period=proposal.said[1])
            given = read(Task(sample.data, context), kit)
            findings += [(sample.name, each) for each in given.findings]
            for each in given.submissions:
                findings += [(sample.name, one) for one in each.findings]
                records[each.dataset.name] = records.get(each.dataset.name, 0) + len(each.records)
        return Learnt(plugin, report, records, tuple(findings))

    def write_package(self, proposal: Proposal, target: Path) -> tuple[Path, Learnt]:
        """Write the plugin as a Python package in `target`; the workspace's own `plugins/` stay as they are.

        UsageError when the folder is there already.  The plugin is tested first, beside the workspace's others.
        """
        from pioneer_etl.plugins.package import module_of, write_package
        from pioneer_etl.workspace.opening import open_workspace

        module_of(proposal.name)
        with TemporaryDirectory(prefix="pioneer-") as folder:
            root = Path(folder, "workspace")
            for part in (SETTINGS, "plugins", "warehouse"):
                _copy(self.workspace.root / part, root / part)
            apart = replace(self, workspace=open_workspace(root, disabled=self.workspace.disabled))
            learnt = apart.write(proposal)
            return write_package(learnt.plugin.folder, target, proposal.name, proposal.title), learnt


def _copy(source: Path, target: Path) -> None:
    """A part of a workspace, without what was loaded."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.duckdb*", "originals"))
    elif source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def learn(
    workspace: Workspace, paths: Sequence[Path], *, township: str | None = None, period: str | None = None
) -> Learning:
    """Samples read and understood; FileRefused for one that cannot be read, UsageError for a path that is not there."""
    from pioneer_etl.workspace.reading import Options, find_files, take_in_file

    limits = workspace.settings.limits
    samples = []
    for path, name in find_files(paths):
        for each in take_in_file(path, name, Options(), limits):
            if each.refusal is not None:
                raise each.refusal
            samples.append(take_sample(each.data, Path(each.name).name, limits))
    if township is not None:
        township = workspace.township(township).code
    if period is not None:
        period = workspace.period(period).text
    return Learning(workspace, tuple(samples), township, period)
