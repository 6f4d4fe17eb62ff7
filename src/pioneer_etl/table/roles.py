"""The role of every cell, kept a row at a time: large sheets repeat one pattern row after row."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from dataclasses import dataclass, field

from pioneer_etl.contract.address import Position
from pioneer_etl.table.grid import Grid
from pioneer_etl.table.model import CellRole

Pattern = tuple[CellRole | None, ...]


@dataclass(frozen=True, slots=True)
class Roles(Mapping[Position, CellRole]):
    """A mapping from every filled cell to its role.

    `patterns[row - 1]` has one entry a column (shared between rows of one kind); `single` overrides it.
    """

    grid: Grid
    patterns: tuple[Pattern, ...]
    single: Mapping[tuple[int, int], CellRole] = field(default_factory=dict)

    def __getitem__(self, position: tuple[int, int]) -> CellRole:
        row, column = position
        if not (1 <= row <= self.grid.height and 1 <= column <= self.grid.width) or not self.grid.shape(row, column):
            raise KeyError(position)
        own = self.single.get((row, column))
        if own is not None:
            return own
        mark = self.patterns[row - 1][column - 1]
        if mark is None:
            raise KeyError(position)
        return mark

    def __iter__(self) -> Iterator[Position]:
        for row, line in enumerate(self.grid.rows, 1):
            for column, shape in enumerate(line, 1):
                if shape:
                    yield Position(row, column)

    def items(self) -> ItemsView[Position, CellRole]:
        """Every filled cell with its role, much faster than by looking each one up."""
        return _Items(self)

    def __len__(self) -> int:
        return sum(len(line) - line.count(0) for line in self.grid.rows)


class _Items(ItemsView[Position, CellRole]):
    """The cells and roles of one sheet, row by row."""

    def __init__(self, roles: Roles) -> None:
        super().__init__(roles)
        self._roles = roles

    def __iter__(self) -> Iterator[tuple[Position, CellRole]]:
        single = self._roles.single
        lines = zip(self._roles.grid.rows, self._roles.patterns, strict=True)
        for row, (shapes, pattern) in enumerate(lines, 1):
            for column, (shape, shared) in enumerate(zip(shapes, pattern, strict=True), 1):
                if shape:
                    position = Position(row, column)
                    mark = single.get(position, shared)
                    if mark is None:
                        raise KeyError(position)
                    yield position, mark


def role_rows(roles: Mapping[Position, CellRole]) -> Iterator[tuple[int, bytes, Pattern]]:
    """Row by row: its number, the classes of its cells (0 where there is none), and their roles.

    Rows of one kind share their pattern, so what is found out about it can be remembered by its id while the rows are
    gone through.
    """
    if not isinstance(roles, Roles):
        yield from _rows_of_mapping(roles)
        return
    single: dict[int, dict[int, CellRole]] = {}
    for (row, column), mark in roles.single.items():
        single.setdefault(row, {})[column] = mark
    for row, (shapes, pattern) in enumerate(zip(roles.grid.rows, roles.patterns, strict=True), 1):
        own = single.get(row)
        if own is not None:
            pattern = tuple(own.get(column, mark) for column, mark in enumerate(pattern, 1))
        yield row, shapes, pattern


def _rows_of_mapping(roles: Mapping[Position, CellRole]) -> Iterator[tuple[int, bytes, Pattern]]:
    width = max((column for _, column in roles), default=0)
    for row in sorted({row for row, _ in roles}):
        pattern = tuple(roles.get(Position(row, column)) for column in range(1, width + 1))
        yield row, bytes(mark is not None for mark in pattern), pattern
