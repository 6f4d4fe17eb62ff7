"""The lines around a table: titles, units, notes, signatures, and remarks beside its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pioneer_etl.contract.address import Range
from pioneer_etl.table.grid import TEXT, Grid
from pioneer_etl.table.model import CellRole, Role
from pioneer_etl.table.rules.base import Rule, choose
from pioneer_etl.table.words import is_title, unit_of_line

_TALL_NOTE = 3
_LONG_NOTE = 24


class Line(NamedTuple):
    """One filled cell outside of a table's body, as the line rules see it."""

    text: str
    row: int
    column: int
    above: bool


def line_roles(
    grid: Grid, region: Range, rows: Iterable[int], above: bool, table: int | None, rules: Sequence[Rule]
) -> dict[tuple[int, int], CellRole]:
    """A role for every filled cell of the rows, in the region's columns."""
    found: dict[tuple[int, int], CellRole] = {}
    for row in rows:
        for column in grid.filled(row):
            if region.left <= column <= region.right:
                line = Line(grid.text(row, column), row, column, above)
                answer, reasons = choose(rules, line)
                found[row, column] = CellRole(Role(answer) if answer else Role.UNACCOUNTED, table, reasons)
    return found


def title_and_unit(grid: Grid, roles: dict[tuple[int, int], CellRole]) -> tuple[str | None, str | None]:
    """The title among the lines above a table (what reads as one, else the longest), and the unit they name."""
    titles = [grid.text(*cell) for cell, mark in sorted(roles.items()) if mark.role is Role.TITLE]
    named = [text for text in titles if is_title(text)]
    title = named[-1] if named else max(titles, key=len, default=None)
    unit = None
    for cell, mark in sorted(roles.items()):
        if mark.role in (Role.UNIT, Role.TITLE, Role.SIGNATURE):
            unit = unit_of_line(grid.text(*cell)) or unit
    return title, unit


def is_remark_beside(grid: Grid, row: int, column: int) -> bool:
    """Whether a cell is a remark merged down beside the rows, rather than one row's value."""
    merge = grid.merges.get((row, column))
    if merge is None or merge.height < 2 or grid.shape(row, column) != TEXT:
        return False
    return merge.height >= _TALL_NOTE or len(grid.text(row, column)) >= _LONG_NOTE
