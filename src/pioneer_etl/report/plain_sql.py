"""A summary that is plain SQL: its rows as they come, its columns named by their aliases.

The first column labels the rows; an alias such as "收入/合计" stands in a tree of headings.  Where the
query selects `submission_id`, `part` and `line`, these are not printed and lead a trace to the record.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from pioneer_etl.contract.errors import ConfigurationError, Location
from pioneer_etl.contract.model import Label, Period
from pioneer_etl.report.cells import county_of, title_of
from pioneer_etl.report.compute import bad_sql, exact, fill_in
from pioneer_etl.report.model import (
    CellState,
    Figure,
    Heading,
    Measure,
    RowKind,
    SummaryCell,
    SummaryRow,
    SummarySpec,
    SummaryTable,
)
from pioneer_etl.report.words import LANGUAGES, date_words, word

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts
    from pioneer_etl.contract.place_map import PlaceMap

_SOURCE = ("submission_id", "part", "line")


def compute_plain_sql(
    connection: duckdb.DuckDBPyConnection,
    spec: SummarySpec,
    contracts: Contracts,
    period: Period,
    chosen: PlaceMap | None = None,
) -> SummaryTable:
    """Runs the SQL of `spec` with {period}, {period_start}, {period_end} filled in.

    A query says itself which places it adds up: where another map than the period's is `chosen`, a note says that
    it does not count here.
    """
    import duckdb

    try:
        cursor = connection.execute(fill_in(spec.sql or "", spec, period))
        names = [each[0] for each in cursor.description or ()]
        rows = cursor.fetchall()
    except duckdb.Error as error:
        raise bad_sql(Location(file=str(spec.path)), error) from error
    printed = [i for i, name in enumerate(names) if name not in _SOURCE]
    if len(printed) < 2:
        found = ", ".join(names)
        raise ConfigurationError("summary.few_columns", Location(file=str(spec.path)), found=found)
    label, columns = printed[0], printed[1:]
    measures = {f"c{i}": _measure(f"c{i}", names[i], [row[i] for row in rows]) for i in columns}
    at = [names.index(each) for each in _SOURCE] if set(_SOURCE) <= set(names) else []
    body: list[SummaryRow] = []
    for number, row in enumerate(rows, 1):
        text = "" if row[label] is None else str(row[label])
        source = (row[at[0]], row[at[1]], row[at[2]]) if at and None not in [row[i] for i in at] else None
        cells = tuple(_cell(f"c{i}", exact(row[i])) for i in columns)
        body.append(SummaryRow(RowKind.PLAIN, str(number), Label(text, text), cells, source))
    headings = _tree([(tuple(names[i].split("/")), f"c{i}") for i in columns])
    row_label = Label(names[label], names[label])
    return SummaryTable(
        spec=replace(spec, columns=headings, measures=measures, row_label=row_label),
        period=period,
        county=county_of(contracts).name,
        title=title_of(spec, contracts, period),
        headings=headings,
        rows=tuple(body),
        notes=(*spec.notes, *_unmapped(chosen, period)),
    )


def _unmapped(chosen: PlaceMap | None, period: Period) -> tuple[Label, ...]:
    if chosen is None or chosen.day == period.end:
        return ()
    zh, en = (word("sql_unmapped", each, day=date_words(chosen.day, each)) for each in LANGUAGES)
    return (Label(zh, en),)


def _measure(name: str, alias: str, values: list[object]) -> Measure:
    fraction = any(isinstance(each, (Decimal, float)) for each in values)
    text = alias.rpartition("/")[2]
    return Measure(name, Label(text, text), dataset="", format="#,##0.00" if fraction else "#,##0")


def _cell(name: str, value: Figure | None) -> SummaryCell:
    if value is None:
        return SummaryCell(name, CellState.BLANK)
    if not isinstance(value, (int, Decimal, date, str)):
        value = str(value)
    return SummaryCell(name, CellState.ZERO if value == 0 else CellState.VALUE, value)


def _tree(paths: list[tuple[tuple[str, ...], str]]) -> tuple[Heading, ...]:
    """Headings out of paths; neighbours with the same first part share it."""
    headings: list[Heading] = []
    i = 0
    while i < len(paths):
        (first, *rest), measure = paths[i]
        if not rest:
            headings.append(Heading(Label(first, first), measure=measure))
            i += 1
            continue
        j = i
        while j < len(paths) and paths[j][0][0] == first and len(paths[j][0]) > 1:
            j += 1
        below = _tree([(path[1:], name) for path, name in paths[i:j]])
        headings.append(Heading(Label(first, first), below))
        i = j
    return tuple(headings)
