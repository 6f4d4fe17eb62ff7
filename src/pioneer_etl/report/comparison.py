"""One period held against another, and one row against the others of its level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from pioneer_etl.contract.model import Period
from pioneer_etl.contract.period import make_period
from pioneer_etl.report.model import (
    CellState,
    Comparison,
    Figure,
    Measure,
    RowKind,
    SummaryCell,
    SummaryRow,
    SummarySpec,
)

_RANKED = (RowKind.TOWNSHIP, RowKind.VILLAGE)


def earlier(period: Period, compare: str) -> Period:
    """The period that figures are compared with: "year" the same months a year before, "period" those just before.

    Compared by "period" 2004H2 is held against 2004H1, and 2004 against 2003 either way.
    """
    first = period.start.year * 12 + period.start.month - 1
    last = period.end.year * 12 + period.end.month - 1
    back = 12 if compare == "year" else last - first + 1
    return make_period(*_month(first - back), *_month(last - back))


def _month(number: int) -> tuple[int, int]:
    return number // 12, number % 12 + 1


def base_of(spec: SummarySpec, measure: Measure) -> Measure:
    """The measure that a comparing one is about."""
    assert measure.of is not None
    return spec.measures[measure.of]


def needed(spec: SummarySpec, names: Iterable[str]) -> dict[str, Measure]:
    """The measures called `names` with all that they are computed from, in the order of the declaration."""
    wanted: set[str] = set()
    waiting = list(names)
    while waiting:
        measure = spec.measures[waiting.pop()]
        wanted.add(measure.name)
        waiting += [each for each in (*(measure.ratio or ()), measure.of) if each and each not in wanted]
    return {name: each for name, each in spec.measures.items() if name in wanted}


def compared_cell(measure: Measure, now: SummaryCell, before: SummaryCell) -> SummaryCell:
    """A comparing measure at one place out of this period's figure and the earlier one's.

    Without an earlier figure it is blank, not zero: what nobody reported has not grown by all of itself.
    """

    def without(state: CellState) -> SummaryCell:
        return SummaryCell(measure.name, state, None, now.records, now.blanks)

    if CellState.NOT_APPLICABLE in (now.state, before.state):
        return without(CellState.NOT_APPLICABLE)
    if measure.compares is Comparison.BEFORE:
        if before.value is None:
            state = CellState.UNDEFINED if before.state is CellState.UNDEFINED else CellState.BLANK
            return SummaryCell(measure.name, state, None, before.records, before.blanks)
        return replace(before, measure=measure.name)
    if now.state is CellState.UNREPORTED:
        return without(CellState.UNREPORTED)
    if not isinstance(now.value, (int, Decimal)) or not isinstance(before.value, (int, Decimal)):
        return without(CellState.BLANK)
    value = changed(measure, now.value, before.value)
    if value is None:
        return without(CellState.UNDEFINED)
    return SummaryCell(
        measure.name, CellState.VALUE if value else CellState.ZERO, value, now.records, now.blanks + before.blanks
    )


def changed(measure: Measure, now: int | Decimal, before: int | Decimal) -> Decimal | None:
    """The change or the growth from an earlier figure to a later one; no growth from zero or less."""
    change = Decimal(now) - Decimal(before)
    if measure.compares is Comparison.CHANGE:
        return change * measure.scale
    return change / Decimal(before) * measure.scale if before > 0 else None


def with_ranks(rows: Sequence[SummaryRow], spec: SummarySpec) -> list[SummaryRow]:
    """The rows with each rank in the place of the figure that it ranks: 1, 2, 2, 4 among townships, or villages."""
    names = [name for name, each in spec.measures.items() if each.compares is Comparison.RANK]
    cells = {id(row): list(row.cells) for row in rows}
    for name in names:
        for kind in RowKind:
            group = [row for row in rows if row.kind is kind]
            found = {id(row): cell for row in group for cell in row.cells if cell.measure == name}
            figures = {key: cell.value for key, cell in found.items()} if kind in _RANKED else {}
            places = ranks(figures, spec.measures[name].lowest_first)
            for key, cell in found.items():
                ranked = _ranked(cell, places.get(key))
                cells[key] = [ranked if each.measure == name else each for each in cells[key]]
    return [replace(row, cells=tuple(cells[id(row)])) for row in rows] if names else list(rows)


def _ranked(cell: SummaryCell, rank: int | None) -> SummaryCell:
    if rank is not None:
        return replace(cell, state=CellState.VALUE, value=rank, numerator=None, denominator=None)
    return replace(cell, state=unranked(cell), value=None, numerator=None, denominator=None)


def unranked(cell: SummaryCell) -> CellState:
    """What a rank says where the figure that is ranked is none, or stands in a row of another kind."""
    return cell.state if cell.state in (CellState.UNREPORTED, CellState.NOT_APPLICABLE) else CellState.BLANK


def ranks(figures: Mapping[int, Figure | None], lowest_first: bool = False) -> dict[int, int]:
    """The rank of each number among all, from 1; equal ones share theirs, and what is no number has none."""
    numbers = {key: Decimal(value) for key, value in figures.items() if isinstance(value, (int, Decimal))}
    ordered = sorted(numbers.values(), reverse=not lowest_first)
    first = {value: place for place, value in reversed(list(enumerate(ordered, 1)))}
    return {key: first[value] for key, value in numbers.items()}
