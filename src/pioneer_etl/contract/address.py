"""Cell addresses: 1-based rows and columns, as a person at a spreadsheet counts them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

_A1 = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]*)")


class Position(NamedTuple):
    """One cell: row and column, both counted from 1."""

    row: int
    column: int

    @property
    def a1(self) -> str:
        return f"{column_letters(self.column)}{self.row}"


def in_column(rows: Iterable[int], column: int) -> tuple[Position, ...]:
    """The cells of a column in some rows: many at a time, in a third of what making them one by one takes."""
    return tuple(map(tuple.__new__, repeat(Position), zip(rows, repeat(column))))


@lru_cache(maxsize=4096)
def column_letters(column: int) -> str:
    """Letters of a column counted from 1: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Column counted from 1: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def parse_a1(text: str) -> Position:
    """The cell that an A1 address names; ValueError when it is none."""
    match = _A1.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a cell address: {text!r}")
    return Position(int(match.group(2)), column_number(match.group(1)))


class Range(NamedTuple):
    """A rectangle of cells, both corners inside."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def a1(self) -> str:
        first = Position(self.top, self.left).a1
        last = Position(self.bottom, self.right).a1
        return f"{first}:{last}"

    @property
    def height(self) -> int:
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        return self.right - self.left + 1

    def holds(self, position: tuple[int, int]) -> bool:
        """Whether a cell lies inside."""
        row, column = position
        return self.top <= row <= self.bottom and self.left <= column <= self.right


def parse_range(text: str) -> Range:
    """The rectangle that "A3:T11" or a single "B2" names; ValueError when it is none."""
    first, _, last = text.partition(":")
    start, end = parse_a1(first), parse_a1(last or first)
    return Range(
        min(start.row, end.row),
        min(start.column, end.column),
        max(start.row, end.row),
        max(start.column, end.column),
    )


def runs(cells: Sequence[str]) -> list[str]:
    """Cell addresses with those that follow each other down a column put together: J6 J7 J8 B2 is J6:J8 B2."""
    found: list[tuple[str, str]] = []
    last: Position | None = None
    for cell in cells:
        try:
            at: Position | None = parse_a1(cell)
        except ValueError:
            at = None  # a range, or a line of a text file: said as it is
        if at is not None and last is not None and at == Position(last.row + 1, last.column):
            found[-1] = (found[-1][0], cell)
        else:
            found.append((cell, cell))
        last = at
    return [first if first == end else f"{first}:{end}" for first, end in found]
