"""A page to be written as a sheet: cells with a look, merges, widths, what is hidden."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TypeAlias

Content: TypeAlias = str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks; pages share a handful of them."""

    font: str = "宋体"
    size: int = 11
    bold: bool = False
    horizontal: str = "general"
    border: bool = False
    fill: str | None = None  # RRGGBB
    wrap: bool = False
    number_format: str = "General"
    colour: str | None = None

    def but(self, **changes: object) -> Look:
        """This look with some things changed."""
        return _changed(self, tuple(changes.items()))


@cache
def _changed(look: Look, changes: tuple[tuple[str, object], ...]) -> Look:
    return replace(look, **dict(changes))  # type: ignore[arg-type]  # names and types are the fields'


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; with a `formula`, `content` is the result that was saved with it."""

    content: Content
    look: Look = PLAIN
    formula: str | None = None


@dataclass(slots=True)
class Page:
    """A sheet in the making: filled cell by cell, then written by one of the writers."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)  # top, left, bottom, right
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden: bool = False
    freeze: tuple[int, int] | None = None  # the first cell that scrolls
    landscape: bool = True
    repeated: tuple[int, int] | None = None  # first and last row that is printed on every page
    row_height: float | None = None
    breaks: list[int] = field(default_factory=list)  # rows after which a printed page ends

    def put(self, row: int, column: int, content: Content, look: Look = PLAIN, formula: str | None = None) -> None:
        """Write one cell; an empty one still gets its look."""
        self.cells[row, column] = Cell(content, look, formula)

    def span(self, row: int, left: int, right: int, content: Content, look: Look = PLAIN, down: int = 1) -> None:
        """Write a cell merged over columns `left` to `right` and `down` rows."""
        bottom = row + down - 1
        for r in range(row, bottom + 1):
            for c in range(left, right + 1):
                self.put(r, c, None, look)
        self.put(row, left, content, look)
        if (row, left) != (bottom, right):
            self.merges.append((row, left, bottom, right))

    @property
    def height(self) -> int:
        return max((row for row, _ in self.cells), default=0)

    @property
    def width(self) -> int:
        return max((column for _, column in self.cells), default=0)
