"""A sheet while it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeAlias

Cell: TypeAlias = tuple[int, int]
Area: TypeAlias = tuple[int, int, int, int]  # top, left, bottom, right


@dataclass(frozen=True, slots=True)
class Ink:
    """What is put in a cell."""

    value: str | int | float | date | None
    number_format: str = "General"
    bold: bool = False
    filled: bool = False
    bordered: bool = False
    centred: bool = False
    across: bool = False  # centred over the empty cells to its right, without a merge
    indent: int = 0
    adds: tuple[tuple[int, int], ...] = ()  # a formula that sums these rows above, counted upwards from the cell
    error: bool = False  # the value is an error such as #REF!
    saved: bool = True  # the formula has its result saved beside it

    def shown(self) -> str:
        """The cell as a spreadsheet would show it (and save it as text)."""
        if isinstance(self.value, date):
            return f"{self.value:%Y-%m-%d}"
        if self.value is None:
            return ""
        if isinstance(self.value, str):
            return self.value
        if self.number_format.endswith("%"):
            places = len(self.number_format.partition(".")[2].rstrip("%"))
            return f"{Decimal(str(self.value)) * 100:.{places}f}%"
        if self.number_format == "0.00":
            return f"{self.value:.2f}"
        return str(self.value)


@dataclass(slots=True)
class Canvas:
    """One sheet: cells counted from (1, 1), merged areas, hidden rows and columns."""

    name: str = "Sheet1"
    cells: dict[Cell, Ink] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden: bool = False
    formatted: list[Cell] = field(default_factory=list)  # empty cells that carry a border

    def put(self, row: int, column: int, ink: Ink | None) -> None:
        if ink is not None:
            self.cells[row, column] = ink

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right):
            self.merges.append((top, left, bottom, right))

    def paste(self, other: Canvas, row: int, column: int, *, turned: bool = False) -> None:
        """Another canvas with its (1, 1) at (row, column); `turned` makes its rows columns."""
        for (r, c), ink in other.cells.items():
            r, c = (c, r) if turned else (r, c)
            self.cells[row + r - 1, column + c - 1] = ink
        for top, left, bottom, right in other.merges:
            if turned:
                top, left, bottom, right = left, top, right, bottom
            self.merges.append((row + top - 1, column + left - 1, row + bottom - 1, column + right - 1))
        hidden = (other.hidden_rows, other.hidden_columns)
        rows, columns = reversed(hidden) if turned else hidden
        self.hidden_rows |= {row + each - 1 for each in rows}
        self.hidden_columns |= {column + each - 1 for each in columns}

    @property
    def height(self) -> int:
        return max((r for (r, _), ink in self.cells.items() if ink.value is not None), default=0)

    @property
    def width(self) -> int:
        return max((c for (_, c), ink in self.cells.items() if ink.value is not None), default=0)
