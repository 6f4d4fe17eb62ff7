"""From a figure of a summary to the records and source cells it was taken from."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.masking import mask
from pioneer_etl.contract.model import CodeList, Dataset, Field, Label, Period
from pioneer_etl.report.cells import cell_of, compared_base, in_period, sides_of, townships_of
from pioneer_etl.report.comparison import earlier, needed, ranks, unranked
from pioneer_etl.report.compute import (
    Computed,
    Place,
    compute,
    differing_fields,
    exact,
    fields_read,
    fill_in,
    has_differences,
    periods_of,
    records_sql,
)
from pioneer_etl.report.figures import place_of
from pioneer_etl.report.mapping import map_day, mapped
from pioneer_etl.report.model import CellState, Comparison, Figure, Measure, SummaryCell, SummarySpec
from pioneer_etl.report.naming import NamedRow, find_column, find_plain, find_row
from pioneer_etl.report.reporting import with_reporting
from pioneer_etl.transform.model import ValueState
from pioneer_etl.warehouse.lineage import RecordRef, SourceCell, source_cells
from pioneer_etl.warehouse.sql import quoted
from pioneer_etl.warehouse.views import REPORTING

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts
    from pioneer_etl.report.re_add import Reader


@dataclass(frozen=True, slots=True)
class TracedCell:
    """One value of one record and the cell it came from.

    `text` is what the cell said, `value` what was made of it; both are masked where the field is
    personal.  `raw` is the value itself, for computing only.  `cell` is empty where the value came from
    elsewhere than a cell (a constant of the layout, say).
    """

    dataset: str
    field: str
    label: Label
    township: str
    village: str
    file: str
    sheet: str
    cell: str
    text: str
    value: str
    state: str
    conversion: str
    raw: Figure | None = dataclasses.field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class TracedRecord:
    """One record that a figure was taken from, with the cells of the fields that were read."""

    key: RecordRef
    period: str
    township_code: str | None
    township: str
    village_code: str | None
    village: str
    cells: tuple[TracedCell, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A figure followed to its sources.

    A ratio has `numerator` and `denominator` and no records of its own, a change or growth `now` and
    `before`, an earlier figure `before` alone, a rank the figure that is `ranked` and those of all `others` of
    its level; any other figure has the records that its filter let through.  `expression` and `where` are the
    SQL that was run; `codes` are the codes that these compare with, in words.
    """

    spec: SummarySpec
    dataset: Dataset | None
    period: Period
    row: Label
    code: str | None
    column: tuple[Label, ...]
    measure: Measure
    cell: SummaryCell
    expression: str = ""
    where: str = ""
    records: tuple[TracedRecord, ...] = ()
    numerator: Trace | None = None
    denominator: Trace | None = None
    now: Trace | None = None
    before: Trace | None = None
    ranked: Trace | None = None
    others: tuple[tuple[Label, Figure], ...] = ()
    codes: Mapping[str, Label] = dataclasses.field(default_factory=dict)

    @property
    def value(self) -> Figure | None:
        return self.cell.value

    @property
    def cells(self) -> tuple[TracedCell, ...]:
        """Every source cell once: a ratio's numerator's, then its denominator's; this period's, then the earlier's.

        A field for which the township's form has no column has no cell and is left out.
        """
        found = [cell for record in self.records for cell in record.cells if cell.state != ValueState.ABSENT]
        found += [cell for _, side in self.sides for cell in side.cells]
        return tuple(dict.fromkeys(found))

    @property
    def sides(self) -> tuple[tuple[str, Trace], ...]:
        """The figures that this one was made from, each with its part in it."""
        parts = ("numerator", "denominator", "now", "before", "ranked")
        return tuple((part, side) for part in parts if (side := getattr(self, part)) is not None)

    def re_add(self, read: Reader | None = None) -> Figure | None:
        """The figure computed again from the values of its source cells alone.

        `read` gives the value of a cell, e.g. by opening the original again; by default it is the value
        that the warehouse keeps for that cell.
        """
        from pioneer_etl.report.re_add import re_add

        return re_add(self, read)

    def in_words(self, language: Language = "zh") -> str:
        """The figure, and how it was computed, in a few lines."""
        from pioneer_etl.report.trace_words import in_words

        return in_words(self, language)

    def as_dict(self, language: Language = "zh") -> dict[str, Any]:
        """The trace as plain values for JSON."""
        from pioneer_etl.report.trace_words import as_dict

        return as_dict(self, language)


def trace(
    connection: duckdb.DuckDBPyConnection,
    spec: SummarySpec,
    contracts: Contracts,
    period: Period,
    row: str,
    column: str | None = None,
) -> Trace:
    """The figure of `spec` at a row and column, with everything it was taken from.

    The row is named by its label, an alias or its code (in a table of figures by the figure); the column
    by its heading path or the end of one, its measure, or its letter on the printed sheet.  UsageError
    with suggestions for a name that is unknown or has several meanings.
    """
    contracts = with_reporting(mapped(contracts, period), spec)
    if spec.kind == "records":
        from pioneer_etl.report.trace_records import trace_records

        return trace_records(connection, spec, contracts, period, row, column)
    spec = in_period(spec, contracts, period)
    if spec.kind == "sql":
        from pioneer_etl.report.trace_sql import trace_plain_sql

        return trace_plain_sql(connection, spec, contracts, period, row, column)
    if spec.kind == "figures":
        choices = [(each.name, (each.label.zh, each.label.en)) for each in spec.figures]
        name = find_plain("trace.unknown_figure", row, choices)
        figure = next(each for each in spec.figures if each.name == name)
        place, unit = place_of(spec, figure, contracts)
        named, measure = NamedRow(place, Label(unit.name, unit.name), unit.code), figure.measure
        path: tuple[Label, ...] = (figure.label,)
    else:
        if column is None:
            raise UsageError("trace.no_column", summary=spec.name)
        named = find_row(spec, contracts, period, row)
        measure = find_column(spec, spec.columns, column)
        path = spec.heading_path(measure)
    computed = compute(connection, _only(spec, measure), contracts, period)
    return _trace(connection, spec, contracts, period, computed, named, spec.measures[measure], path)


def _only(spec: SummarySpec, measure: str) -> SummarySpec:
    """The spec with the measures alone that one figure needs."""
    return replace(spec, measures=needed(spec, [measure]))


def _trace(
    connection: duckdb.DuckDBPyConnection,
    spec: SummarySpec,
    contracts: Contracts,
    period: Period,
    computed: Computed,
    row: NamedRow,
    measure: Measure,
    path: tuple[Label, ...],
) -> Trace:
    found = Trace(
        spec=spec,
        dataset=contracts.datasets.get(measure.dataset) if measure.value is not None else None,
        period=period,
        row=row.label,
        code=row.code,
        column=path,
        measure=measure,
        cell=cell_of(computed, spec, contracts, measure, row.place),
    )
    if measure.compares is not None:
        return _compared(connection, contracts, computed, row, found)
    if measure.ratio is not None:
        sides = sides_of(computed, spec, measure, row.place)
        top, bottom = (
            _trace(connection, spec, contracts, period, computed, row, side, (*path[:-1], side.label)) for side in sides
        )
        return replace(found, numerator=top, denominator=bottom)
    return replace(
        found,
        expression=fill_in(measure.value or "", spec, period),
        where=fill_in(measure.where or "", spec, period),
        codes=_codes(measure, contracts),
        records=_records(connection, spec, contracts, period, measure, row.place) if found.cell.records else (),
    )


def _compared(
    connection: duckdb.DuckDBPyConnection, contracts: Contracts, computed: Computed, row: NamedRow, found: Trace
) -> Trace:
    """A comparison with the figures that it holds against each other, each traced on its own."""
    spec, measure = found.spec, found.measure
    if measure.compares is Comparison.RANK:
        base = spec.measures[measure.of or ""]
        ranked = _trace(connection, spec, contracts, found.period, computed, row, base, found.column)
        places = _peers(contracts, found.period, row.place)
        cells = [cell_of(computed, spec, contracts, base, place) for place, _ in places]
        figures = {i: cell.value for i, cell in enumerate(cells)}
        order = ranks(figures, measure.lowest_first)
        own = next((order.get(i) for i, (place, _) in enumerate(places) if place == row.place), None)
        others = sorted((rank, label.zh, label, figures[i]) for i, rank in order.items() for label in [places[i][1]])
        state = unranked(ranked.cell) if own is None else CellState.VALUE
        cell = SummaryCell(measure.name, state, own, ranked.cell.records)
        kept = tuple((label, figure) for _, _, label, figure in others if figure is not None)
        return replace(found, cell=cell, ranked=ranked, others=kept)
    assert computed.before is not None
    base = compared_base(computed, spec, measure, row.place)
    when = earlier(found.period, spec.compare)
    before = _trace(connection, spec, contracts, when, computed.before, row, base, found.column)
    if measure.compares is Comparison.BEFORE:
        return replace(found, before=before)
    now = _trace(connection, spec, contracts, found.period, computed, row, base, found.column)
    return replace(found, now=now, before=before)


def _peers(contracts: Contracts, period: Period, place: Place) -> list[tuple[Place, Label]]:
    """The rows that a row is ranked among: all townships, or all villages of the county."""
    townships = townships_of(contracts, period)
    if place[0] is None:
        return []
    if place[1] is None:
        return [((each.code, None), Label(each.name, each.name)) for each in townships]
    return [
        ((town.code, each.code), Label(f"{town.name}{each.name}", f"{town.name}{each.name}"))
        for town in townships
        for each in contracts.places.children(town.code, on=map_day(contracts, period))
    ]


def _codes(measure: Measure, contracts: Contracts) -> Mapping[str, Label]:
    """The codes of the one coded field that a measure reads; none where several could be meant."""
    dataset = contracts.datasets[measure.dataset]
    read = fields_read(f"{measure.value} {measure.where or ''}", [each.name for each in dataset.fields])
    lists = {code_list for each in read if (code_list := dataset.field(each).codes) is not None}
    if len(lists) != 1:
        return {}
    return {each.code: each.label for each in contracts.code_lists[lists.pop()].codes}


def _records(
    connection: duckdb.DuckDBPyConnection,
    spec: SummarySpec,
    contracts: Contracts,
    period: Period,
    measure: Measure,
    place: Place,
) -> tuple[TracedRecord, ...]:
    dataset = contracts.datasets[measure.dataset]
    periods = periods_of(connection, measure.dataset, measure.span, period)
    differing = differing_fields(connection, contracts, measure) if has_differences(connection) else ()
    inner = records_sql(spec, contracts, measure.dataset, measure.where, periods, period, differing)
    read = fields_read(f"{measure.value} {measure.where or ''}", [each.name for each in dataset.fields])
    conditions, parameters = _of_place(place)
    return load_records(connection, dataset, inner + conditions, [*periods, *parameters], read, contracts.code_lists)


def _of_place(place: Place) -> tuple[str, list[str]]:
    township, village = place
    if village is not None:
        return " AND township_code = ? AND village_code = ?", [township or "", village]
    if township is not None:
        return " AND coalesce(township_code, '') = ?", [township]
    return "", []


def load_records(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    inner: str,
    parameters: Sequence[object],
    read: Sequence[str],
    code_lists: Mapping[str, CodeList],
) -> tuple[TracedRecord, ...]:
    """The records that `inner` selects, with the cells of the fields in `read`.

    A record that is only counted shows the cells of its key, so that one sees which it is.
    """
    named = [each for each in dataset.fields if each.name in read or (not read and each.name in dataset.key)]
    stored = [each for each in named if each.name != dataset.place_field]
    columns = "".join(f", {quoted(each.name)}" for each in stored)
    rows = connection.execute(
        "SELECT submission_id, part, line, period, township_code, township, village_code, village"
        f"{columns} FROM ({inner}) ORDER BY township_code, submission_id, part, line",
        list(parameters),
    ).fetchall()
    if dataset.name == REPORTING:
        from pioneer_etl.report.trace_forms import form_of

        return tuple(form_of(connection, named, row, code_lists) for row in rows)
    keys: list[RecordRef] = [(row[0], row[1], row[2]) for row in rows]
    sources = {
        (each.submission_id, each.part, each.line, each.field): each
        for field in named
        for each in source_cells(connection, dataset, keys, field.name, code_lists)
    }
    records: list[TracedRecord] = []
    for key, row in zip(keys, rows, strict=True):
        period, township_code, township, village_code, village = row[3:8]
        values: Mapping[str, Any] = dict(zip((each.name for each in stored), row[8:], strict=True))
        cells = tuple(
            _cell(
                dataset,
                field,
                sources[(*key, field.name)],
                village or township if field.name == dataset.place_field else exact(values[field.name]),
                village or "",
            )
            for field in named
        )
        records.append(TracedRecord(key, period, township_code, township or "", village_code, village or "", cells))
    return tuple(records)


def _cell(dataset: Dataset, field: Field, source: SourceCell, value: Figure | None, village: str) -> TracedCell:
    shown = "" if value is None else plain_text(value)
    changes = [each for each in (source.conversion, mask(source.corrected or "", field.personal)) if each]
    return TracedCell(
        dataset=dataset.name,
        field=field.name,
        label=field.label,
        township=source.township or "",
        village=village,
        file=source.file,
        sheet=source.sheet,
        cell=source.cell or "",
        text=mask(source.text, field.personal),
        value=mask(shown, field.personal),
        state=source.state.value,
        conversion="; ".join(changes),
        raw=value,
    )


def plain_text(value: object) -> str:
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)
