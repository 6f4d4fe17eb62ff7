"""Differences (差额) that the county has put on record, as summaries show them: a row of their own, and a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pioneer_etl.contract.model import Label, OrgUnit, Period
from pioneer_etl.report.compute import Computed, differing_fields, exact, has_differences, periods_of
from pioneer_etl.report.model import CellState, RowKind, SummaryRow, SummarySpec
from pioneer_etl.report.text import plain_figure
from pioneer_etl.report.words import word
from pioneer_etl.warehouse.sql import quoted
from pioneer_etl.warehouse.views import ADJUSTED, DIFFERENCE

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts


def difference_row(row: SummaryRow, township: OrgUnit) -> SummaryRow:
    """A computed row as the row of a township's differences: what has none says nothing."""
    cells = (each if each.value is not None else replace(each, state=CellState.NOT_APPLICABLE) for each in row.cells)
    label = Label(word("difference", "zh"), word("difference", "en"))
    return replace(row, kind=RowKind.VILLAGE, code=f"{township.code}-{DIFFERENCE}", label=label, cells=tuple(cells))


def _differing(computed: Computed, spec: SummarySpec, township: OrgUnit) -> bool:
    """Whether any figure of a township contains a difference."""
    return any(computed.at(name, (township.code, DIFFERENCE)) is not None for name in spec.measures)


def difference_notes(
    connection: duckdb.DuckDBPyConnection, spec: SummarySpec, contracts: Contracts, period: Period
) -> tuple[Label, ...]:
    """A note for each difference that figures of the summary contain: whose, of what, how much, who says so."""
    notes: dict[str, Label] = {}
    if not has_differences(connection):
        return ()
    for measure in spec.measures.values():
        if measure.value is None:
            continue
        for name in differing_fields(connection, contracts, measure):
            dataset = contracts.datasets[measure.dataset]
            field = dataset.field(name)
            periods = periods_of(connection, measure.dataset, measure.span, period)
            rows = connection.execute(
                f"SELECT a.township, a.{quoted(name)}, s.filler FROM {ADJUSTED}.{quoted(dataset.name)} a"
                " JOIN main.submission s ON s.id = a.submission_id"
                f" WHERE a.village_code = '{DIFFERENCE}' AND a.{quoted(name)} IS NOT NULL"
                " AND list_contains(?, a.period) ORDER BY a.township_code, s.id",
                [list(periods)],
            ).fetchall()
            for township, value, filler in rows:
                figure = exact(value)
                assert figure is not None
                said = {"township": township, "value": plain_figure(figure), "unit": field.unit or "", "who": filler}
                zh = word("difference_note", "zh", field=field.label.zh, **said)
                notes[zh] = Label(zh, word("difference_note", "en", field=field.label.en, **said))
    return tuple(notes.values())


def with_difference_rows(
    rows: Sequence[SummaryRow], computed: Computed, spec: SummarySpec, township: OrgUnit, row: SummaryRow
) -> list[SummaryRow]:
    """The rows of a township's villages with that of its differences, where it has any."""
    return [*rows, difference_row(row, township)] if _differing(computed, spec, township) else list(rows)
