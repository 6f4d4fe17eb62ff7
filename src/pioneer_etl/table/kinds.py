"""Which way a table runs: records in rows (a list) or in columns (transposed).

The question is asked before the header is sought, of the table's plainest reading: one row of heads
over one column of labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pioneer_etl.contract.address import Range
from pioneer_etl.contract.units import parse_unit
from pioneer_etl.table.grid import EMPTY, MARK, NUMBER, RANGE, TEXT, YEAR, Grid
from pioneer_etl.table.model import Reason, TableKind
from pioneer_etl.table.rules.base import Rule, choose
from pioneer_etl.table.split import is_line
from pioneer_etl.table.words import is_note, is_signature

_TALLEST = 80
_WIDEST = 60
_WIDEST_LABELS = 3


_PERCENTAGE: Final = 10
_FINE: Final = bytes.maketrans(bytes((MARK, YEAR)), bytes((EMPTY, NUMBER)))


def _is_percentage(value: object) -> bool:
    return type(value) is str and value.rstrip().endswith(("%", "％"))


@dataclass(frozen=True)
class Candidate:
    """A region as one row of heads (`top`) over a column of labels, as the kind rules see it."""

    grid: Grid
    region: Range
    top: int
    rows: tuple[int, ...]  # the rows below the heads that hold anything
    columns: tuple[int, ...]  # the columns right of the labels that hold anything
    width: int = 1  # how many columns label
    units: bool = False  # the last of them has no head and tells the labels' units

    @cached_property
    def corner(self) -> str:
        return self.grid.text(self.top, self.region.left)

    @cached_property
    def heads(self) -> tuple[str, ...]:
        return tuple(self.grid.text(self.top, c) for c in self.columns)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        return tuple(self._label(r) for r in self.rows)

    def _label(self, row: int) -> str:
        """The innermost label of a row."""
        for column in range(self.region.left + self.width - 1 - self.units, self.region.left - 1, -1):
            if text := self.grid.text(*self.grid.origin(row, column)):
                return text
        return ""

    def fine(self, row: int) -> list[int]:
        """The classes of a row's cells, percentages and plain numbers kept apart; 0 for what has none."""
        line = self.grid.rows[row - 1].translate(_FINE)
        values = self.grid.sheet.rows[row - 1]
        return [
            _PERCENTAGE if (shape := line[c - 1]) == NUMBER and _is_percentage(values[c - 1]) else shape
            for c in self.columns
        ]


def candidate(grid: Grid, region: Range) -> Candidate | None:
    """The plainest reading of a region; None where it has none: heads merged or missing, labels missing."""
    top = region.top
    while top < region.bottom and (not any(grid.rows[top - 1]) or is_line(grid, region, top)):
        top += 1
    bottom = region.bottom
    while bottom > top and _below_table(grid, region, bottom, bottom - top > 3):
        bottom -= 1
    if bottom <= top or bottom - top > _TALLEST or region.width > _WIDEST or region.width < 2:
        return None
    width = _label_width(grid, region, top, bottom)
    if not width or region.width - width < 1:
        return None
    first = region.left + width
    body = range(top, bottom + 1)
    columns = tuple([c for c in range(first, region.right + 1) if any(grid.column(c, body))])
    units = len(columns) > 1 and columns[0] == first and _is_of_units(grid, first, body)
    if units:
        width, columns = width + 1, columns[1:]
    if not columns or any(grid.shape(top, c) in (EMPTY, MARK) for c in columns):
        return None
    rows = tuple([r for r in range(top + 1, bottom + 1) if any(grid.rows[r - 1])])
    for row in rows:
        labels = [grid.shape(*grid.origin(row, c)) for c in range(region.left, first)]
        if not any(labels) or any(shape not in (EMPTY, TEXT, YEAR, RANGE) for shape in labels):
            return None
    return Candidate(grid, region, top, rows, columns, width, units)


def _is_of_units(grid: Grid, column: int, rows: range) -> bool:
    """Whether a column without a head tells the units of the rows' labels: （户）, （人）."""
    if grid.shape(rows[0], column):
        return False
    said = [grid.text(row, column).strip("()（） ") for row in rows if grid.shape(row, column)]
    return bool(said) and all(parse_unit(text) is not None for text in said)


def _label_width(grid: Grid, region: Range, top: int, bottom: int) -> int:
    """How many columns label: as many as merges hold together at the left; 0 where merges lie elsewhere."""
    width = 1
    for row in grid.merged.intersection(range(top, bottom + 1)):
        for column in range(region.left, region.right + 1):
            merge = grid.merges.get((row, column))
            if merge is None:
                continue
            if merge.left != region.left and merge.right > region.left + _WIDEST_LABELS - 1:
                return 0
            width = max(width, merge.right - region.left + 1)
    return width if width <= _WIDEST_LABELS else 0


def _below_table(grid: Grid, region: Range, row: int, several: bool) -> bool:
    """Whether a row is blank or one of the lines below a table."""
    filled = [c for c in grid.filled(row) if region.left <= c <= region.right]
    if not filled:
        return True
    text = " ".join(grid.text(row, c) for c in filled)
    return is_note(text) or is_signature(text) or (several and is_line(grid, region, row))


def kind_of(grid: Grid, region: Range, rules: Sequence[Rule]) -> tuple[TableKind, Candidate | None, tuple[Reason, ...]]:
    """List or transposed, as the kind rules favour, with the reading they judged."""
    seen = candidate(grid, region)
    if seen is None:
        return TableKind.LIST, None, ()
    answer, reasons = choose(rules, seen)
    return (TableKind(answer) if answer else TableKind.LIST), seen, reasons
