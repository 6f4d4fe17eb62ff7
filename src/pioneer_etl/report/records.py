"""A list: a summary whose rows are records, such as the units that have only a plan, with personal data masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from pioneer_etl.contract.errors import ConfigurationError, Location
from pioneer_etl.contract.masking import mask
from pioneer_etl.contract.model import CodeList, Dataset, Field, FieldType, Label, Period
from pioneer_etl.report.cells import county_of, coverage_notes, in_period, title_of, townships_of
from pioneer_etl.report.compute import (
    Computed,
    bad_sql,
    exact,
    fields_read,
    fill_in,
    periods_of,
    records_sql,
    senders_of,
)
from pioneer_etl.report.mapping import map_day
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
from pioneer_etl.report.words import unit_label, word
from pioneer_etl.warehouse.sql import literals, quoted

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts

PLACE_ORDER = "place"  # in `order_by`: townships and villages as the list of places has them
_PLACES = ("township", "village")
_FORMATS = {FieldType.INTEGER: "#,##0", FieldType.DECIMAL: "#,##0.00", FieldType.PERCENT: "0.0%"}


def compute_records(
    connection: duckdb.DuckDBPyConnection, spec: SummarySpec, contracts: Contracts, period: Period, unmask: bool = False
) -> SummaryTable:
    """The records that a list declares, one a row, numbered from 1; a row's code is SUBMISSION-PART-LINE.

    Personal fields are masked unless `unmask`; so is whatever is computed from them, except a number that is
    computed from a day of birth alone: an age.
    """
    spec = with_labels(in_period(spec, contracts, period), contracts)
    dataset = contracts.datasets[spec.dataset or ""]
    periods = periods_of(connection, dataset.name, spec.span, period)
    columns = list(spec.measures.values())
    found = _selected(connection, spec, contracts, period, periods, columns) if periods else []
    printed = [leaf.measure for leaf in spec.leaves]
    rows: list[SummaryRow] = []
    for number, (submission, part, line, *values) in enumerate(found, 1):
        cells = {
            each.name: _cell(dataset, each, value, contracts.code_lists, unmask)
            for each, value in zip(columns, values, strict=True)
        }
        code, label = f"{submission}-{part}-{line}", Label(str(number), str(number))
        source = (submission, part, line)
        rows.append(SummaryRow(RowKind.RECORD, code, label, tuple(cells[each or ""] for each in printed), source))
    reported = {dataset.name: senders_of(connection, contracts, dataset.name, periods)}
    coverage, notes = coverage_notes(Computed({}, reported, {}, {}), spec, contracts, period)
    count = Label(*(word("list_count", each, count=len(rows)) for each in ("zh", "en")))
    hidden = [] if unmask or not any(_personal(dataset, each) for each in columns) else [_masked_note()]
    return SummaryTable(
        spec=spec,
        period=period,
        county=county_of(contracts).name,
        title=title_of(spec, contracts, period),
        headings=spec.columns,
        rows=tuple(rows),
        coverage=coverage,
        notes=(count, *notes, *hidden, *spec.notes),
    )


def _masked_note() -> Label:
    return Label(word("masked", "zh"), word("masked", "en"))


def with_labels(spec: SummarySpec, contracts: Contracts) -> SummarySpec:
    """A list's columns with the labels, units and formats that the dataset's fields have, where none are declared."""
    dataset = contracts.datasets.get(spec.dataset or "")
    if dataset is None:
        known = ", ".join(contracts.datasets)
        location = Location(file=str(spec.path), key="dataset")
        raise ConfigurationError("summary.unknown_dataset", location, found=spec.dataset or "", known=known)
    measures = {name: _labelled(spec, dataset, each) for name, each in spec.measures.items()}

    def heading(each: Heading) -> Heading:
        if each.measure is not None:
            return replace(each, label=measures[each.measure].label)
        return replace(each, children=tuple(heading(child) for child in each.children))

    return replace(spec, measures=measures, columns=tuple(heading(each) for each in spec.columns))


def _labelled(spec: SummarySpec, dataset: Dataset, measure: Measure) -> Measure:
    field = field_of(dataset, measure)
    if field is None:
        if measure.value is None and measure.name not in _PLACES:
            known = ", ".join([*_PLACES, *(each.name for each in dataset.fields)])
            location = Location(file=str(spec.path), line=measure.line, key="columns")
            arguments = {"key": "columns", "found": measure.name, "expected": known, "hint": known}
            raise ConfigurationError("config.unknown_word", location, **arguments)
        if measure.value is None:
            label = Label(word(f"{measure.name}_column", "zh"), word(f"{measure.name}_column", "en"))
            return replace(measure, label=measure.label if measure.label.zh else label)
        return measure
    english = field.label.en[:1].upper() + field.label.en[1:]
    unit = measure.unit or (unit_label(Label(field.unit, field.unit)) if field.unit else None)
    return replace(
        measure,
        label=measure.label if measure.label.zh else Label(field.label.zh, english),
        format=measure.format or _FORMATS.get(field.type, "General"),
        unit=unit,
    )


def field_of(dataset: Dataset, measure: Measure) -> Field | None:
    """The field that a column shows as it is; None for a computed one and for the township."""
    if measure.value is not None:
        return None
    return next((each for each in dataset.fields if each.name == measure.name), None)


def column_sql(dataset: Dataset, measure: Measure, spec: SummarySpec, period: Period) -> str:
    """The expression over one record that a column shows."""
    if measure.value is not None:
        return fill_in(measure.value, spec, period)
    if measure.name == dataset.place_field:
        return "coalesce(village, township)"
    return quoted(measure.name)


def _personal(dataset: Dataset, measure: Measure) -> str | None:
    """The personal-data class of what a column shows; "computed" where an expression reads personal fields."""
    field = field_of(dataset, measure)
    if field is not None:
        return field.personal
    personal = {each.name: each.personal for each in dataset.fields if each.personal}
    classes = {personal[each] for each in fields_read(measure.value or "", personal)}
    return None if not classes else "birth" if classes == {"birth"} else "computed"


def _selected(
    connection: duckdb.DuckDBPyConnection,
    spec: SummarySpec,
    contracts: Contracts,
    period: Period,
    periods: Sequence[str],
    columns: Sequence[Measure],
) -> list[tuple[Any, ...]]:
    import duckdb

    dataset = contracts.datasets[spec.dataset or ""]
    shown = ", ".join(f"({column_sql(dataset, each, spec, period)})" for each in columns)
    towns = townships_of(contracts, period)
    units = [code for town in towns for code in (town.code, *_villages(contracts, town.code, period))]
    place = f"list_position([{literals(units)}], coalesce(village_code, township_code)) NULLS LAST"
    order = [place if each == PLACE_ORDER else fill_in(each, spec, period) for each in spec.order_by]
    limit = f" LIMIT {spec.limit}" if spec.limit is not None else ""
    records = records_sql(spec, contracts, dataset.name, spec.where, periods, period)
    sql = (
        f"SELECT submission_id, part, line, {shown} FROM ({records})"
        f" ORDER BY {', '.join([*order, 'submission_id', 'part', 'line'])}{limit}"
    )
    try:
        return connection.execute(sql, list(periods)).fetchall()
    except duckdb.Error as error:
        raise bad_sql(Location(file=str(spec.path)), error) from error


def _villages(contracts: Contracts, township: str, period: Period) -> list[str]:
    return [each.code for each in contracts.places.children(township, on=map_day(contracts, period))]


def _cell(
    dataset: Dataset, measure: Measure, value: Any, code_lists: Mapping[str, CodeList], unmask: bool
) -> SummaryCell:
    figure = _shown(field_of(dataset, measure), exact_or_flag(value), code_lists)
    if figure is None:
        return SummaryCell(measure.name, CellState.BLANK, None, 1)
    personal = _personal(dataset, measure)
    if personal is not None and not unmask:
        figure = _masked(field_of(dataset, measure), figure, personal)
    return SummaryCell(measure.name, CellState.ZERO if figure == 0 else CellState.VALUE, figure, 1)


def exact_or_flag(value: Any) -> Figure | None:
    """A value as a list shows it: yes and no in words, numbers exact, whatever else there is as text."""
    if isinstance(value, bool):
        return Label(word("yes" if value else "no", "zh"), word("yes" if value else "no", "en"))
    found = exact(value)
    return found if found is None or isinstance(found, (int, date, str, Label)) else _text_of(found)


def _text_of(value: Any) -> Figure:
    from decimal import Decimal

    return value if isinstance(value, Decimal) else str(value)


def _shown(field: Field | None, value: Figure | None, code_lists: Mapping[str, CodeList]) -> Figure | None:
    if field is None or value is None:
        return value
    if field.codes is not None and field.codes in code_lists:
        return next((each.label for each in code_lists[field.codes].codes if each.code == value), value)
    if field.type is FieldType.MONTH and isinstance(value, date):
        return f"{value:%Y-%m}"
    return value


def _masked(field: Field | None, figure: Figure, personal: str) -> Figure:
    if field is None:
        number = not isinstance(figure, (date, str, Label))
        return figure if number and personal == "birth" else "***"
    text = figure.zh if isinstance(figure, Label) else figure.isoformat() if isinstance(figure, date) else str(figure)
    return mask(text, personal)
