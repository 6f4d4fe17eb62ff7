"""What a file holds, whatever its format: sheets as grids of raw cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.unchanging import unchanging


@unchanging
class CellError:
    """An error cell such as #REF!; `code` as the spreadsheet shows it."""

    code: str


@unchanging
class NoResult:
    """A formula that was saved without a result (a program wrote it and nothing calculated it)."""

    formula: str


Scalar: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | CellError | NoResult
Row: TypeAlias = tuple[Scalar | None, ...]


def is_blank(value: Scalar | None) -> bool:
    """Whether a cell's value carries nothing: None, or a text of white space only."""
    return value is None or (isinstance(value, str) and not value.strip())


class Visibility(StrEnum):
    """Whether a sheet is shown; one that is very hidden cannot be shown again from the program's menus."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    VERY_HIDDEN = "very_hidden"


@unchanging
class Style:
    """What a cell's look says about its meaning; all defaults where the format cannot tell."""

    number_format: str = "General"
    bold: bool = False
    italic: bool = False
    filled: bool = False
    indent: int = 0
    horizontal: str = ""
    border_top: bool = False
    border_bottom: bool = False
    border_left: bool = False
    border_right: bool = False


@unchanging
class Sheet:
    """One sheet.  `rows[r - 1][c - 1]` is the cell at row r, column c; None is an empty cell.

    Rows may differ in length (trailing empties are cut).  Integers that a format stores as floats
    are ints here.  `styles` is empty where a format has none (`has_styles` is False then).
    `count` is the number of cells that carry something, counted by another way than `rows` was
    read; it is what the account of cells is held against (None where a format allows no second
    way).  A cell under a merge that still holds a value is in `rows` like any other.  `text_only` says
    that the format knows texts only (CSV): "0123" and "1966.05" are as written, nothing is a number yet.
    """

    name: str
    rows: tuple[Row, ...]
    merges: tuple[Range, ...] = ()
    visibility: Visibility = Visibility.VISIBLE
    styles: Mapping[Position, Style] = field(default_factory=dict)
    has_styles: bool = False
    formulas: Mapping[Position, str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    comments: Mapping[Position, str] = field(default_factory=dict)
    count: int | None = None
    text_only: bool = False

    @property
    def height(self) -> int:
        return len(self.rows)

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=0)

    def at(self, row: int, column: int) -> Scalar | None:
        """The cell at a place counted from 1; None outside of the grid."""
        if 1 <= row <= len(self.rows):
            cells = self.rows[row - 1]
            if 1 <= column <= len(cells):
                return cells[column - 1]
        return None

    def style(self, row: int, column: int) -> Style:
        return self.styles.get(Position(row, column), _PLAIN)

    def filled_cells(self) -> Iterator[tuple[Position, Scalar]]:
        """Every cell that carries something, row by row: not None and not only white space."""
        for r, row in enumerate(self.rows, 1):
            for c, value in enumerate(row, 1):
                if value is not None and not (isinstance(value, str) and not value.strip()):
                    yield Position(r, c), value


_PLAIN = Style()


@unchanging
class Workbook:
    """One file: its name, the hash of its bytes, its format as sniffed, and its sheets in order.

    `losses` are catalogue codes of what this format could not give (e.g. styles in xlsb).
    """

    name: str
    sha256: str
    format: str
    sheets: tuple[Sheet, ...]
    date_1904: bool = False
    losses: tuple[str, ...] = ()
