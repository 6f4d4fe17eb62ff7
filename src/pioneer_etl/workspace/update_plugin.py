"""A plugin brought up to a form that has changed: proposed, written, tested; or left as it was."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.finding import Finding
from pioneer_etl.plugins.discovery import LAYOUT, workspace_plugins
from pioneer_etl.plugins.infer import Sample
from pioneer_etl.plugins.proposal import Answers
from pioneer_etl.plugins.scaffold import write_samples
from pioneer_etl.plugins.testing import SAMPLES
from pioneer_etl.plugins.update import Update, propose_update, updated_text

if TYPE_CHECKING:
    from pioneer_etl.match.layout import Layout
    from pioneer_etl.pipeline import FileReading, Kit
    from pioneer_etl.plugins.testing import PluginReport
    from pioneer_etl.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Updated:
    """A plugin after its update: the folder, the copies of the new samples, and its test's report."""

    folder: Path
    samples: Mapping[str, Path]
    masked: int
    report: PluginReport


@dataclass(frozen=True)
class Updating:
    """Samples of a form that has changed, and the plugin that read it before."""

    workspace: Workspace
    folder: Path
    layout: Layout
    samples: tuple[Sample, ...]
    township: str | None = None
    period: str | None = None

    def propose(self, answers: Answers) -> Update:
        """The changes as far as the answers go, and the questions left."""
        return propose_update(
            self.layout,
            self.samples,
            self.workspace.contracts,
            answers,
            township=self.township,
            period=self.period,
        )

    def differences(self) -> tuple[tuple[str, Finding], ...]:
        """What the layout as it is says of the samples, by file."""
        found = []
        for sample in self.samples:
            given = _read(sample.data, sample.name, self.workspace.kit, self.township, self.period, self.layout.name)
            found += [(sample.name, each) for each in given.findings]
            found += [(sample.name, one) for each in given.submissions for one in each.findings]
        drift = ("layout.", "column.")
        return tuple(each for each in found if each[1].code.startswith(drift) or each[1].quarantines)

    def write(self, update: Update) -> Updated:
        """Write the changed layout and the new samples, and test the plugin with all its samples, old and new.

        UsageError "plugin.update.breaks" when an older sample would be read otherwise; the plugin then stays as it was.
        """
        contracts = self.workspace.contracts
        before = self.folder.with_name(f".{self.folder.name}.before")
        if before.exists():
            shutil.rmtree(before)
        shutil.copytree(self.folder, before)
        try:
            path = self.folder / LAYOUT
            text = updated_text(path.read_text(encoding="utf-8"), update, contracts)
            path.write_text(text, encoding="utf-8", newline="\n")
            broken = [each.sample for each in self._test(update=False).samples if not each.passed]
            if broken:
                raise UsageError("plugin.update.breaks", plugin=self.folder.name, found=", ".join(broken))
            (self.folder / SAMPLES).mkdir(exist_ok=True)
            limits = self.workspace.settings.limits
            copies, masked = write_samples(self.folder / SAMPLES, update.proposal, self.samples, contracts, limits)
            report = self._test(update=True)
        except BaseException:
            shutil.rmtree(self.folder)
            before.rename(self.folder)
            raise
        shutil.rmtree(before)
        written = {name: self.folder / SAMPLES / copy for name, copy in copies.items()}
        return Updated(self.folder, written, masked, report)

    def _test(self, *, update: bool) -> PluginReport:
        from pioneer_etl.pipeline import Kit
        from pioneer_etl.plugins.manager import load_plugins
        from pioneer_etl.plugins.testing import check_plugins

        workspace = self.workspace
        plugins = load_plugins(workspace.root, disabled=workspace.disabled)
        kit = Kit(workspace.contracts, plugins, workspace.settings.limits)
        (report,) = check_plugins(
            workspace.root, plugins, lambda data, name: _read(data, name, kit), [self.folder.name], update=update
        )
        return report


def _read(
    data: bytes,
    name: str,
    kit: Kit,
    township: str | None = None,
    period: str | None = None,
    layout: str | None = None,
) -> FileReading:
    from pioneer_etl.match.model import FileContext
    from pioneer_etl.pipeline import Task, read

    return read(Task(data, FileContext(name, township=township, period=period), layout), kit)


def learn_change(
    workspace: Workspace,
    plugin: str,
    paths: Sequence[Path],
    *,
    township: str | None = None,
    period: str | None = None,
) -> Updating:
    """Samples of a changed form and the plugin that is to learn it.

    FileRefused for a sample that cannot be read; UsageError for a plugin that is not in the workspace, or has no
    `layout.toml` that can be read.
    """
    from pioneer_etl.contract.toml import closest
    from pioneer_etl.match.layout_read import load_layouts
    from pioneer_etl.workspace.new_plugin import learn

    known = {each.name: each for each in workspace_plugins(workspace.root)}
    if plugin not in known:
        raise UsageError("plugin.unknown", found=plugin, expected=closest(plugin, known) or ", ".join(known) or "-")
    candidate = known[plugin]
    if candidate.layout is None or candidate.folder is None:
        raise UsageError("plugin.update.no_file", layout=plugin)
    (layout,) = load_layouts(candidate.layout)
    learning = learn(workspace, paths, township=township, period=period)
    return Updating(workspace, candidate.folder, layout, learning.samples, learning.township, learning.period)
