"""The public API: a workspace, and all that can be done with it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.version import VERSION
from pioneer_etl.workspace.settings import Settings

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from pioneer_etl.contract.contracts import Contracts
    from pioneer_etl.contract.model import Dataset, OrgUnit, Period
    from pioneer_etl.pipeline import FileReading, Kit
    from pioneer_etl.plugins.manager import PluginInfo, Plugins
    from pioneer_etl.plugins.testing import PluginReport
    from pioneer_etl.report.board import Board
    from pioneer_etl.report.briefing import Briefing
    from pioneer_etl.report.model import SummarySpec, SummaryTable
    from pioneer_etl.report.trace import Trace
    from pioneer_etl.warehouse.diff import Change
    from pioneer_etl.warehouse.queries import FindingRow, StatusRow
    from pioneer_etl.workspace.chasing import Chase
    from pioneer_etl.workspace.inspection import FileView
    from pioneer_etl.workspace.repair import RepairReport
    from pioneer_etl.workspace.report import IngestReport
    from pioneer_etl.workspace.result import QueryResult
    from pioneer_etl.workspace.returning import ReturnedFile
    from pioneer_etl.workspace.survey import Survey

DATABASE = Path("warehouse", "pioneer.duckdb")


@dataclass(frozen=True)
class Workspace:
    """A folder that an analyst owns.  Nothing is read before it is needed; every connection is short.

    `disabled` names plugins that are switched off.
    """

    root: Path
    settings: Settings
    disabled: tuple[str, ...] = ()

    @property
    def database(self) -> Path:
        return self.root / DATABASE

    @property
    def workers(self) -> int:
        return self.settings.workers or os.cpu_count() or 1

    @cached_property
    def kit(self) -> Kit:
        """Contracts, plugins and limits."""
        from pioneer_etl.pipeline import make_kit

        return make_kit(self.root, self.disabled, self.settings.limits)

    @property
    def contracts(self) -> Contracts:
        return self.kit.contracts

    @property
    def plugins(self) -> Plugins:
        return self.kit.plugins

    @cached_property
    def reading_key(self) -> str:
        """Changes whenever a file might be read otherwise than before: contracts, plugins, the program itself."""

        digest = hashlib.sha256(f"{VERSION}|{self.plugins.fingerprint}|{','.join(self.disabled)}".encode())
        folder = self.root / "warehouse"
        declared = [folder / "org_units.csv", *folder.glob("datasets/*.toml"), *folder.glob("codes/*.toml")]
        for path in sorted(each for each in declared if each.is_file()):
            digest.update(path.name.encode() + path.read_bytes())
        # Of expected.toml only what is open changes how a file is read: due dates may be moved freely.
        digest.update("|".join(each.text for each in self.contracts.expected.open).encode())
        return digest.hexdigest()[:32]

    def ingest(
        self,
        paths: Sequence[str | Path],
        *,
        dry_run: bool = False,
        period: str | None = None,
        township: str | None = None,
        layout: str | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> IngestReport:
        """Read, check and load files or folders; see `IngestReport`.

        `period` and `township` are for files that do not say them.  The same bytes again change nothing; a
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
        options = Options(township, period, layout)
        return ingest(self, [Path(each) for each in paths], options, dry_run=dry_run, progress=progress)

    def inspect(
        self, paths: Sequence[str | Path], *, period: str | None = None, township: str | None = None
    ) -> tuple[FileView, ...]:
        """How files are understood, without loading anything; see `FileView`."""
        from pioneer_etl.workspace.inspection import inspect_files

        return inspect_files(self, [Path(each) for each in paths], period, township)

    def sql(self, query: str, *, seconds: float = 60.0) -> QueryResult:
        """A read-only query over the datasets' views, in a sandbox that can neither write nor read any file.

        UsageError when the query is wrong or goes beyond what the sandbox allows.
        """
        from pioneer_etl.warehouse.sandbox import run_sql
        from pioneer_etl.workspace.result import QueryResult

        self._require_loaded()
        return QueryResult(run_sql(self.database, query, seconds=seconds))

    def summaries(self) -> tuple[SummarySpec, ...]:
        """The summaries declared in `warehouse/summaries/` and by plugins."""
        from pioneer_etl.report.spec import find_summary, list_summaries, load_summary

        own = [find_summary(self.root, name) for name in list_summaries(self.root)]
        return (*own, *(load_summary(path) for path in self.plugins.summaries))

    def summary_spec(self, name: str) -> SummarySpec:
        """The summary called `name`; UsageError lists those that exist."""
        known = {each.name: each for each in self.summaries()}
        if name not in known:
            raise UsageError("workspace.no_summary", found=name, expected=", ".join(known))
        return known[name]

    def summary(
        self, name: str, *, period: str | None = None, map_of: str | None = None, unmask: bool = False
    ) -> SummaryTable:
        """A county summary table, for `period` or else for the latest one that has been reported.

        `map_of` is a period or a day (2003, 2003-12-31) whose townships and villages the rows are: what was merged
        since is added up.  Without it they are those of the period's last day.
        `unmask` gives personal data in a list of records as it is; that this was done is kept in the audit.
        """
        return self._summaries([name], period, map_of, unmask)[0]

    def _on_map(self, map_of: str | None) -> Contracts:
        """The contracts with the map of places of a day, where one is asked for; UsageError when it is none."""
        from dataclasses import replace
        from datetime import date as day_of

        from pioneer_etl.contract.place_map import place_map

        if map_of is None:
            return self.contracts
        try:
            day = day_of.fromisoformat(map_of)
        except ValueError:
            day = self.period(map_of).end
        return replace(self.contracts, map=place_map(self.contracts.places, day))

    def _summaries(
        self, names: Iterable[str], period: str | None, map_of: str | None = None, unmask: bool = False
    ) -> tuple[SummaryTable, ...]:
        from pioneer_etl.report.summary import compute_summary

        specs = [self.summary_spec(name) for name in names]
        if unmask:
            self._record_unmasking([each.name for each in specs], period)
        with self._reading() as connection:
            when = self._period_or_latest(connection, period)
            contracts = self._on_map(map_of)
            return tuple(compute_summary(connection, spec, contracts, when, unmask) for spec in specs)

    def _record_unmasking(self, names: Sequence[str], period: str | None) -> None:
        """Say in the audit that personal data is shown, before it is."""
        from pioneer_etl.warehouse.audit import record

        with self._writing() as connection:
            record(connection, "unmask", {"summaries": list(names), "period": period or "latest"})

    def write_summaries(
        self,
        names: Sequence[str],
        path: str | Path,
        *,
        period: str | None = None,
        map_of: str | None = None,
        language: Language = "zh",
        unmask: bool = False,
    ) -> tuple[Path, ...]:
        """Write summaries ("all" for every one) to `path`; its ending tells the format.

        A workbook takes them all, with a sheet of contents; a folder gets a workbook for each.
        """
        from pioneer_etl.plugins.events import Event
        from pioneer_etl.report.write import write_summaries

        tables = self._summaries(self._names(names), period, map_of, unmask)
        written = write_summaries(tables, Path(path), language)
        self.plugins.tell(Event("summaries", {"names": [each.spec.name for each in tables], "paths": written}))
        return written

    def print_summaries(
        self,
        names: Sequence[str],
        form: str,
        *,
        period: str | None = None,
        map_of: str | None = None,
        language: Language = "zh",
        room: int | None = None,
        unmask: bool = False,
    ) -> str:
        """Summaries as one text: table (for a terminal, `room` columns wide), csv, json or html."""
        from pioneer_etl.report.write import summary_text

        return summary_text(self._summaries(self._names(names), period, map_of, unmask), form, language, room)

    def _names(self, names: Sequence[str]) -> list[str]:
        return [each.name for each in self.summaries()] if "all" in names else list(names)

    def trace(
        self,
        summary: str,
        *,
        row: str,
        column: str | None = None,
        period: str | None = None,
        map_of: str | None = None,
    ) -> Trace:
        """The records and source cells behind one figure of a summary.

        `row` is a place's name, alias or code, or the total's label; `column` a heading path, a measure's name or a
        letter of the printed sheet.  UsageError with suggestions when there is no such row or column.
        """
        from pioneer_etl.report.trace import trace

        spec = self.summary_spec(summary)
        with self._reading() as connection:
            when = self._period_or_latest(connection, period)
            return trace(connection, spec, self._on_map(map_of), when, row, column)

    def brief(
        self,
        template: str | Path,
        output: str | Path | None = None,
        *,
        period: str | None = None,
        language: Language = "zh",
        appendix: bool = True,
    ) -> Briefing:
        """A Word template filled with figures of `period` (or the latest), written to `output` where one is given.

        UsageError names the placeholder that cannot be computed, or whose words are not true, and says what to do;
        then nothing is written.  FileRefused when the template is no sound Word file.
        """
        from pioneer_etl.report.brief_figures import Figures, Sources
        from pioneer_etl.report.briefing import fill_template, require_docx
        from pioneer_etl.report.cells import county_of
        from pioneer_etl.report.files import write_atomically
        from pioneer_etl.report.summary import compute_summary
        from pioneer_etl.report.trace import trace
        from pioneer_etl.workbook.intake import take_in

        path, out = Path(template), None if output is None else Path(output)
        require_docx((out or path).name)
        data, _ = take_in(path, self.settings.limits)
        with self._reading() as connection:
            when = self._period_or_latest(connection, period)

            def day(text: str | None) -> Period:
                return when if text is None else self.period(text)

            sources = Sources(
                lambda name, text: compute_summary(connection, self.summary_spec(name), self.contracts, day(text)),
                lambda name, row, column, text: trace(
                    connection, self.summary_spec(name), self.contracts, day(text), row, column
                ),
            )
            figures = Figures(sources, when, county_of(self.contracts).name, language)
            filled = fill_template(data, path.name, figures, self.settings.limits, language, appendix=appendix)
        if out is not None:
            write_atomically(out, filled.document)
        return filled

    def trace_cell(self, workbook: str | Path, cell: str) -> Trace:
        """The same for a cell of a summary workbook that `write_summaries` wrote ("C7" or "SHEET!C7")."""
        from pioneer_etl.report.reference import printed_figure

        at = printed_figure(Path(workbook), cell)
        return self.trace(at.summary, row=at.row, column=at.measure, period=at.period, map_of=at.map_of)

    def status(self, period: str | None = None) -> tuple[StatusRow, ...]:
        """Township × dataset: missing, late, loaded, returned, quarantined, with the revision.

        For `period`, or for each dataset's latest.
        """
        from pioneer_etl.warehouse.queries import status

        when = self.period(period).text if period is not None else None
        with self._reading() as connection:
            return status(connection, when)

    def status_board(self, period: str | None = None) -> Board:
        """The same as a table of townships and datasets, with what was received of what is owed."""
        from pioneer_etl.workspace.chasing import status_board

        return status_board(self, self.period(period).text if period is not None else None)

    def write_status(self, path: str | Path, *, period: str | None = None, language: Language = "zh") -> Path:
        """Write the status table to `path`; its ending tells the format: xlsx, html, csv or json."""
        from pioneer_etl.report.board import board_bytes
        from pioneer_etl.report.files import write_atomically

        path = Path(path)
        write_atomically(path, board_bytes(self.status_board(period), path.suffix.lower().lstrip("."), language))
        return path

    def chase(self, townships: Sequence[str] = (), *, period: str | None = None, day: date | None = None) -> Chase:
        """What to write to each township (all, or those named) that still owes forms, as of `day` (today)."""
        from datetime import date as today

        from pioneer_etl.workspace.chasing import chase

        codes = [self.township(each).code for each in townships]
        when = self.period(period).text if period is not None else None
        return chase(self, codes, when, day or today.today())

    def return_workbooks(
        self,
        townships: Sequence[str] = (),
        folder: str | Path | None = None,
        *,
        period: str | None = None,
        severity: str = "warning",
        report_only: bool = False,
        language: Language = "zh",
        day: date | None = None,
    ) -> tuple[ReturnedFile, ...]:
        """Townships' own files (of all, or of those named) with their open findings marked, in a folder for each.

        Findings of `severity` and worse are marked and listed on a first sheet with room to answer; a note goes along,
        dated `day` (today).  `report_only` writes the list alone.  Without `folder` nothing is written: the result
        says what would be, and what of each file would not be kept.
        """
        from datetime import date as today

        from pioneer_etl.workspace.returning import return_workbooks

        return return_workbooks(
            self,
            [self.township(each).code for each in townships],
            Path(folder) if folder is not None else None,
            period=self.period(period).text if period is not None else None,
            severity=severity,
            report_only=report_only,
            language=language,
            day=day or today.today(),
        )

    def mark(
        self, township: str, dataset: str, status: str, *, who: str, why: str, period: str | None = None
    ) -> StatusRow:
        """Mark the form that stands as returned or accepted, or as loaded again; how it stands then is returned.

        UsageError when nothing stands, or `status` is none of these.
        """
        from pioneer_etl.warehouse.decisions import set_status
        from pioneer_etl.warehouse.queries import status as status_rows
        from pioneer_etl.warehouse.queries import submissions

        town, contract = self.township(township), self._dataset(dataset)
        with self._writing() as connection:
            when = self._period_or_latest(connection, period).text
            known = submissions(connection, dataset=dataset, township_code=town.code, period=when)
            standing = [each.id for each in known if each.status not in ("superseded", "quarantined")]
            if not standing:
                raise UsageError("status.no_form", township=town.name, dataset=contract.title.zh, period=when)
            set_status(connection, standing[-1], status, who=who, why=why)
            rows = status_rows(connection, when)
        return next(each for each in rows if (each.township_code, each.dataset) == (town.code, dataset))

    def _dataset(self, name: str) -> Dataset:
        contract = self.contracts.datasets.get(name)
        if contract is None:
            raise UsageError("workspace.no_dataset", found=name, expected=", ".join(self.contracts.datasets))
        return contract

    def findings(
        self,
        *,
        severity: str | None = None,
        code: str | None = None,
        state: str | None = None,
        township: str | None = None,
        dataset: str | None = None,
        period: str | None = None,
    ) -> tuple[FindingRow, ...]:
        """The findings that match every filter given, errors first; `code` may be the beginning of one."""
        from pioneer_etl.warehouse.queries import findings

        town = self.township(township).code if township is not None else None
        when = self.period(period).text if period is not None else None
        with self._reading() as connection:
            found = findings(
                connection, severity=severity, state=state, township_code=town, dataset=dataset, period=when
            )
        return tuple(each for each in found if code is None or each.finding.code.startswith(code))

    def explain(self, finding: int, *, who: str, why: str) -> None:
        """Record a township's explanation of a finding, by the finding's number."""
        from pioneer_etl.warehouse.decisions import explain

        with self._writing() as connection:
            explain(connection, finding, who=who, why=why)

    def waive(self, finding: int, *, who: str, why: str, until: date | None = None) -> None:
        """Record the county's decision to let a finding stand, until a day or for good."""
        from pioneer_etl.warehouse.decisions import waive

        with self._writing() as connection:
            waive(connection, finding, who=who, why=why, until=until)

    def reopen(self, finding: int, *, who: str, why: str) -> None:
        """Take an explanation or a waiver back."""
        from pioneer_etl.warehouse.decisions import reopen

        with self._writing() as connection:
            reopen(connection, finding, who=who, why=why)

    def correct(
        self,
        dataset: str,
        record: str,
        field: str,
        value: str | None,
        *,
        who: str,
        why: str,
        period: str | None = None,
    ) -> None:
        """Lay a value (None: blank), in the warehouse's unit, over one that was mailed, until the next revision.

        `record` is the place that it is about, or "submission/part/line".  UsageError when that is not one standing
        record, there is no such field, or it cannot hold the value.
        """
        from pioneer_etl.warehouse.decisions import correct, record_of

        contract = self._dataset(dataset)
        with self._writing() as connection:
            when = self._period_or_latest(connection, period)
            key = record_of(connection, contract, self.contracts.places, record, when)
            correct(connection, self.contracts, contract, key, field, value, who=who, why=why)

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

    def diff(self, township: str, dataset: str, *, period: str | None = None) -> tuple[Change, ...]:
        """What changed between the last two revisions of a township's form.  UsageError when there are no two."""
        from pioneer_etl.warehouse.diff import diff

        contract = self._dataset(dataset)
        town = self.township(township).code
        with self._reading() as connection:
            when = self._period_or_latest(connection, period).text
            return diff(connection, contract, town, when, code_lists=self.contracts.code_lists)

    def period(self, text: str) -> Period:
        """The period that a text names; UsageError when it names none."""
        from pioneer_etl.contract.period import parse_period

        found = parse_period(text)
        if found is None:
            raise UsageError("workspace.no_period", found=text)
        return found

    def township(self, text: str) -> OrgUnit:
        """The township that a name, alias or code names; UsageError with suggestions when none does."""
        places = self.contracts.places
        unit = places.unit(text)
        if unit is not None:
            return unit
        match = places.resolve(text, level="township")
        if match.unit is None:
            raise UsageError(
                "workspace.no_township", found=text, expected="、".join(each.name for each in match.candidates)
            )
        return match.unit

    def plugin_label(self, layout: str) -> str:
        """ "name version" of the plugin that a layout came from."""
        info = self.plugins.plugin_of(layout)
        return f"{info.name} {info.version}".strip() if info is not None else layout

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A short read-only connection to the warehouse."""
        from pioneer_etl.warehouse.store import open_warehouse

        self._require_loaded()
        with open_warehouse(self.database, self.contracts, read_only=True) as warehouse:
            yield warehouse.connection

    @contextmanager
    def _writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A short connection that may write."""
        from pioneer_etl.warehouse.store import open_warehouse

        self._require_loaded()
        with open_warehouse(self.database, self.contracts) as warehouse:
            yield warehouse.connection

    def _period_or_latest(self, connection: duckdb.DuckDBPyConnection, text: str | None) -> Period:
        from pioneer_etl.warehouse.queries import periods

        if text is not None:
            return self.period(text)
        reported = [self.period(each) for each in periods(connection)]
        if not reported:
            raise UsageError("workspace.nothing_loaded")
        return max(reported, key=lambda each: (each.end, -each.start.toordinal()))

    def _require_loaded(self) -> None:
        if not self.database.is_file():
            raise UsageError("workspace.nothing_loaded")

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

    def test_plugins(self, names: Sequence[str] = (), *, update: bool = False) -> tuple[PluginReport, ...]:
        """Run plugins (all, or those named) on their samples; `update` rewrites the expectations."""
        from pioneer_etl.match.model import FileContext
        from pioneer_etl.pipeline import Task, read
        from pioneer_etl.plugins.testing import check_plugins

        def read_sample(data: bytes, name: str) -> FileReading:
            return read(Task(data, FileContext(name)), self.kit)

        return check_plugins(self.root, self.plugins, read_sample, names, update=update)

    def approve_plugin(self, name: str) -> str:
        """Approve a plugin's Python code as it is now; its hash is returned.  UsageError when it has none."""
        from pioneer_etl.plugins.approval import approve

        return approve(self.root, name)
