"""The public API: a workspace, and all that can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pioneer_etl.contract.errors import UsageError
from pioneer_etl.workspace.deciding import Deciding
from pioneer_etl.workspace.querying import Querying

if TYPE_CHECKING:
    from datetime import date

    from pioneer_etl.pipeline import FileReading
    from pioneer_etl.plugins.manager import PluginInfo
    from pioneer_etl.plugins.testing import PluginReport
    from pioneer_etl.workspace.inspection import FileView
    from pioneer_etl.workspace.repair import RepairReport
    from pioneer_etl.workspace.report import IngestReport
    from pioneer_etl.workspace.survey import Survey


class Workspace(Querying, Deciding):
    """A folder that an analyst owns: files come in here, the rest of what can be done stands in the classes above it.

    `Querying` answers from the warehouse, `Deciding` records what the county decides, `Folder` holds the declarations.
    """

    def ingest(
        self,
        paths: Sequence[str | Path],
        *,
        dry_run: bool = False,
        period: str | None = None,
        township: str | None = None,
        layout: str | None = None,
        received: date | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> IngestReport:
        """Read, check and load files or folders; see `IngestReport`.

        `period` and `township` are for files that do not say them, `received` for files whose own times are not
        when they came.  The same bytes again change nothing; a
        corrected form becomes the next revision.  UsageError for a path, period, township or layout that does not
        exist.
        """
        from pioneer_etl.workspace.ingest import ingest
        from pioneer_etl.workspace.reading import Options

        if period is not None:
            period = self.period(period).text
        elif self.settings.period:
            period = self.period(self.settings.period).text
        if township is not None:
            township = self.township(township).code
        if layout is not None:
            self.plugins.require_layout(layout)
        options = Options(township, period, layout, received)
        return ingest(self, [Path(each) for each in paths], options, dry_run=dry_run, progress=progress)

    def inspect(
        self, paths: Sequence[str | Path], *, period: str | None = None, township: str | None = None
    ) -> tuple[FileView, ...]:
        """How files are understood, without loading anything; see `FileView`."""
        from pioneer_etl.workspace.inspection import inspect_files

        return inspect_files(self, [Path(each) for each in paths], period, township)

    def write_templates(
        self,
        datasets: Sequence[str] = (),
        folder: str | Path = "templates",
        *,
        townships: Sequence[str] = (),
        period: str | None = None,
        split: bool = False,
    ) -> tuple[Path, ...]:
        """Write entry templates into `folder`: a workbook a township (all, or those named) with a sheet a dataset.

        Without `datasets` they hold every form that townships report; `split` makes a workbook of each form.
        `period` is the one to be filled in, or else the workspace's own.  UsageError where neither says one.
        """
        from pioneer_etl.workspace.templates import write_templates

        when = period or self.settings.period
        if not when:
            raise UsageError("template.no_period")
        named = [self._dataset(each) for each in datasets]
        towns = [self.township(each) for each in townships]
        return write_templates(self, named, Path(folder), towns, self.period(when), split=split)

    def repair(self, *, rebuild: bool = False) -> RepairReport:
        """Check the warehouse, recover it from a damaged log, or make it anew from the kept originals."""
        from pioneer_etl.workspace.repair import repair

        return repair(self, rebuild=rebuild)

    def survey(self, paths: Sequence[str | Path], *, progress: Callable[[int, int], None] | None = None) -> Survey:
        """Which formats files are in, and how many townships use each; nothing is loaded.  See `Survey`."""
        from pioneer_etl.workspace.survey import survey

        return survey(self, [Path(each) for each in paths], progress=progress)

    def plugin_list(self) -> tuple[PluginInfo, ...]:
        """Every plugin that was found, with where it comes from and whether it is in use."""
        return self.plugins.names

    def test_plugins(
        self, names: Sequence[str] = (), *, update: bool = False, others: bool = False
    ) -> tuple[PluginReport, ...]:
        """Run plugins (all, or those named) on their samples; `update` rewrites the expectations.

        `others` also holds those named against the samples of all other plugins, which they must not claim.
        """
        from pioneer_etl.match.model import FileContext
        from pioneer_etl.pipeline import Task, read
        from pioneer_etl.plugins.testing import check_plugins

        def read_sample(data: bytes, name: str) -> FileReading:
            return read(Task(data, FileContext(name)), self.kit)

        return check_plugins(self.root, self.plugins, read_sample, names, update=update, others=others)

    def approve_plugin(self, name: str) -> str:
        """Approve a plugin's Python code as it is now; its hash is returned.  UsageError when it has none."""
        from pioneer_etl.plugins.approval import approve

        return approve(self.root, name)
