"""Named figures: each a measure at a place, beside what a text says of it and whether that holds."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from pioneer_etl.contract.errors import ConfigurationError, Location
from pioneer_etl.contract.model import Label, OrgUnit, Period
from pioneer_etl.report.cells import cell_at, county_of, coverage_notes, title_of
from pioneer_etl.report.compute import COUNTY, Computed, Place
from pioneer_etl.report.model import (
    CellState,
    Figure,
    Heading,
    NamedFigure,
    RowKind,
    SummaryCell,
    SummaryRow,
    SummarySpec,
    SummaryTable,
)
from pioneer_etl.report.words import word

if TYPE_CHECKING:
    from pioneer_etl.contract.contracts import Contracts

PLACE, VALUE, UNIT, QUOTED, VERDICT = "place", "value", "unit", "quoted", "verdict"


def compute_figures(computed: Computed, spec: SummarySpec, contracts: Contracts, period: Period) -> SummaryTable:
    """The figures of `spec`, one a row; one whose place is not in the list stays blank, with a note."""
    coverage, notes = coverage_notes(computed, spec, contracts, period)
    rows: list[SummaryRow] = []
    for figure in spec.figures:
        try:
            place, unit = place_of(spec, figure, contracts)
        except ConfigurationError as error:
            rows.append(_row(spec, figure, figure.place or "", SummaryCell(VALUE, CellState.BLANK)))
            notes = (*notes, Label(error.message("zh"), error.message("en")))
        else:
            cell = cell_at(computed, spec, contracts, figure.measure, place)
            rows.append(_row(spec, figure, full_name(unit, contracts), cell))
    return SummaryTable(
        spec=replace(spec, row_label=_label("figure")),
        period=period,
        county=county_of(contracts).name,
        title=title_of(spec, contracts, period),
        headings=figure_headings(spec),
        rows=tuple(rows),
        coverage=coverage,
        notes=(*notes, *spec.notes),
        map=contracts.map,
    )


def figure_headings(spec: SummarySpec) -> tuple[Heading, ...]:
    """The columns of a table of figures."""
    names = [PLACE, VALUE, UNIT]
    if any(each.quoted for each in spec.figures):
        names += [QUOTED, VERDICT]
    return tuple(Heading(_label(each), measure=each) for each in names)


def _label(name: str) -> Label:
    return Label(word(name, "zh"), word(name, "en"))


def place_of(spec: SummarySpec, figure: NamedFigure, contracts: Contracts) -> tuple[Place, OrgUnit]:
    """The place that a figure is about; ConfigurationError when the list has no such place, or several."""
    if figure.place is None:
        return COUNTY, county_of(contracts)
    match = contracts.places.resolve(figure.place)
    if match.unit is None:
        location = Location(file=str(spec.path), line=figure.line, key=f"figures.{figure.name}.place")
        known = ", ".join(each.name for each in match.candidates) or word("nothing", "zh")
        raise ConfigurationError("summary.unknown_place", location, found=figure.place, known=known)
    return as_place(match.unit), match.unit


def as_place(unit: OrgUnit) -> Place:
    """A unit as the queries name it."""
    if unit.level == "county":
        return COUNTY
    return (unit.code, None) if unit.level == "township" else (unit.parent, unit.code)


def full_name(unit: OrgUnit, contracts: Contracts) -> str:
    """A place as it can be told from others: a village with its township before it."""
    above = contracts.places.unit(unit.parent) if unit.parent and unit.level == "village" else None
    return f"{above.name}{unit.name}" if above else unit.name


def _row(spec: SummarySpec, figure: NamedFigure, place: str, cell: SummaryCell) -> SummaryRow:
    measure = spec.measures[figure.measure]
    cells = [
        _text(PLACE, Label(place, place)),
        replace(cell, measure=VALUE, format=measure.format),
        _text(UNIT, measure.unit or Label("", "")),
    ]
    if any(each.quoted for each in spec.figures):
        verdict = Label("", "")
        if figure.holds is not None and cell.value is not None:
            verdict = _label("agrees" if holds(figure.holds, cell.value) else "differs")
        cells += [_text(QUOTED, figure.quoted or Label("", "")), _text(VERDICT, verdict)]
    return SummaryRow(RowKind.FIGURE, figure.name, figure.label, tuple(cells))


def _text(name: str, label: Label) -> SummaryCell:
    return SummaryCell(name, CellState.VALUE if label.zh else CellState.BLANK, label if label.zh else None)


def holds(condition: str, value: Figure | None) -> bool:
    """Whether a figure bears out what a text says: "= 67%" rounded as printed, "> 1200", "< 5"."""
    if not isinstance(value, (int, Decimal)):
        return False
    sign, number = condition[0], condition[1:].strip()
    percent = number.endswith("%")
    stated = Decimal(number.removesuffix("%"))
    exact = Decimal(value) * (100 if percent else 1)
    if sign == "=":
        return exact.quantize(stated, ROUND_HALF_UP) == stated  # to as many decimals as were printed
    return exact > stated if sign == ">" else exact < stated
