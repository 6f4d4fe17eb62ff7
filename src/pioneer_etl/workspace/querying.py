"""What a workspace answers from its warehouse: queries, summaries, traces, the briefing, who owes what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import UsageError
from pioneer_etl.workspace.folder import Folder

if TYPE_CHECKING:
    from datetime import date

    from pioneer_etl.contract.contracts import Contracts
    from pioneer_etl.contract.model import Period
    from pioneer_etl.report.board import Board
    from pioneer_etl.report.briefing import Briefing
    from pioneer_etl.report.model import SummarySpec, SummaryTable
    from pioneer_etl.report.trace import Trace
    from pioneer_etl.warehouse.queries import StatusRow
    from pioneer_etl.workspace.chasing import Chase
    from pioneer_etl.workspace.result import QueryResult


class Querying(Folder):
    """Everything here reads; only showing personal data unmasked leaves a line in the audit."""

    def summaries(self) -> tuple[SummarySpec, ...]:
        """The summaries declared in `warehouse/summaries/` and by plugins."""
        from pioneer_etl.report.spec import load_summary

        return tuple(load_summary(path) for path in self._summary_paths().values())

    def summary_spec(self, name: str) -> SummarySpec:
        """The summary called `name`; UsageError lists those that exist."""
        from pioneer_etl.report.spec import load_summary

        known = self._summary_paths()
        if name not in known:
            raise UsageError("workspace.no_summary", found=name, expected=", ".join(known))
        return load_summary(known[name])

    def _summary_paths(self) -> dict[str, Path]:
        """Where each summary is declared, in the order of the printed set, plugins' last."""
        from pioneer_etl.report.spec import list_summaries, summary_path

        own = {name: summary_path(self.root, name) for name in list_summaries(self.root)}
        return {**own, **{path.stem: path for path in self.plugins.summaries}}

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
        return list(self._summary_paths()) if "all" in names else list(names)

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

    def trace_cell(self, workbook: str | Path, cell: str) -> Trace:
        """The same for a cell of a summary workbook that `write_summaries` wrote ("C7" or "SHEET!C7")."""
        from pioneer_etl.report.reference import printed_figure

        at = printed_figure(Path(workbook), cell)
        return self.trace(at.summary, row=at.row, column=at.measure, period=at.period, map_of=at.map_of)

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

    def sql(self, query: str, *, seconds: float = 60.0) -> QueryResult:
        """A read-only query over the datasets' views, in a sandbox that can neither write nor read any file.

        UsageError when the query is wrong or goes beyond what the sandbox allows.
        """
        from pioneer_etl.warehouse.sandbox import run_sql
        from pioneer_etl.workspace.result import QueryResult

        self._require_loaded()
        return QueryResult(run_sql(self.database, query, seconds=seconds))
