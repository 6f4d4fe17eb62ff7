"""The rows of a region that hypotheses are tried on, and what its columns hold, found out once."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from pioneer_etl.contract.address import Range
from pioneer_etl.table.grid import DATE, EMPTY, MARK, NUMBER, RANGE, TEXT, YEAR, Grid
from pioneer_etl.workbook.model import Scalar


class Profile(NamedTuple):
    """What a column's body holds, in shares of its filled cells."""

    filled: int
    numeric: float
    text: float
    marked: bool = False  # more marks (√, —) than anything else
    purity: float = 0.0  # the greater of both shares

    @property
    def is_numeric(self) -> bool:
        return self.filled > 0 and self.numeric >= 0.5


class Numbering(NamedTuple):
    """What a column's numbers could be for, besides counting."""

    years: bool  # nearly all may be years, and all differ
    ranges: bool  # bands such as 10-19
    running: bool  # 1, 2, 3 …
    distinct: bool  # whole numbers, all different
    code: bool  # digits of one length, with leading zeros or too many to count with
    sparse: bool  # written once for several rows


_NO_NUMBERS = Numbering(False, False, False, False, False, False)
_MOST_NUMBERS = 40
_UNCOUNTED = bytes((EMPTY, TEXT, MARK))
_BANDS = bytes((RANGE,))


@dataclass(frozen=True)
class Sample:
    """The rows of a region that hypotheses are tried on: its head, and some rows further down."""

    grid: Grid
    region: Range
    rows: tuple[int, ...]
    _profiles: dict[int, dict[int, Profile]] = field(default_factory=dict)
    _numberings: dict[tuple[int, int], Numbering] = field(default_factory=dict)
    _numbers: dict[tuple[int, int], Numbering] = field(default_factory=dict)  # by column, and how many there are
    _heads: dict[tuple[int, int], dict[int, tuple[int, int]]] = field(default_factory=dict)
    _valued: dict[int, tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]] = field(default_factory=dict)
    label_counts: dict[int, range] = field(default_factory=dict)  # what `split.label_counts` found out about a body
    memo_of_header: dict[tuple[str, int, int], Any] = field(default_factory=dict)  # and about one header
    _runs: dict[int, bool] = field(default_factory=dict)
    memo: dict[tuple[str, int], Any] = field(default_factory=dict)  # what rules found out about one row

    @cached_property
    def columns(self) -> dict[int, bytes]:
        rows = self.rows
        known = range(rows[0], rows[-1] + 1) if rows[-1] - rows[0] < len(rows) else rows
        return {c: self.grid.column(c, known) for c in range(self.region.left, self.region.right + 1)}

    def profiles(self, body: int) -> dict[int, Profile]:
        """The profile of every column of the region below `body`."""
        found = self._profiles.get(body)
        if found is None:
            start = bisect_left(self.rows, body)
            found = self._profiles[body] = {c: _profile(cells[start:]) for c, cells in self.columns.items()}
        return found

    def columns_of_values(self, body: int) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        """The columns of the region that hold anything below `body`, those that hold numbers, and other marked ones."""
        found = self._valued.get(body)
        if found is None:
            profiles = [(c, profile) for c, profile in self.profiles(body).items() if profile.filled]
            filled = tuple([c for c, _ in profiles])
            numeric = tuple([c for c, profile in profiles if profile.numeric >= 0.5])
            marked = tuple([c for c, profile in profiles if profile.marked and profile.numeric < 0.5])
            found = self._valued[body] = (filled, numeric, marked)
        return found

    def numbering(self, column: int, body: int) -> Numbering:
        """What the numbers of a column below `body` could be for."""
        found = self._numberings.get((column, body))
        if found is None:
            found = self._numberings[column, body] = self._numbering(column, body)
        return found

    def _numbering(self, column: int, body: int) -> Numbering:
        start = bisect_left(self.rows, body)
        shapes = self.columns[column][start:]
        counted = shapes.translate(None, _UNCOUNTED)
        if not counted:
            return _NO_NUMBERS
        key = (column, len(counted))  # below a header of words alone stand the same numbers
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = _numbering(counted, self._values(column, start, counted))
        sparse = len(shapes) >= 2 * (len(shapes) - shapes.count(EMPTY))
        return found._replace(sparse=True) if sparse and counted.strip(_BANDS) else found

    def _values(self, column: int, start: int, counted: bytes) -> list[Scalar | None]:
        """The first numbers of a column from the row at `start` on; none where they count rather than name."""
        values: list[Scalar | None] = []
        named = _are_named(counted)
        lines = self.grid.sheet.rows
        for at, shape in enumerate(self.columns[column][start:], start):
            if shape in (NUMBER, YEAR, DATE):
                value = lines[self.rows[at] - 1][column - 1]
                if not named and (type(value) is float or (type(value) is str and not value.strip().isdecimal())):
                    return []
                values.append(value)
                if len(values) == _MOST_NUMBERS:
                    break
        return values

    def is_run(self, row: int) -> bool:
        """Whether a row's numbers count up by one (months or days as heads, 甲 乙 1 2 3)."""
        found = self._runs.get(row)
        if found is None:
            columns = range(self.region.left, self.region.right + 1)
            values = [self.grid.sheet.at(row, c) for c in columns if self.grid.shape(row, c) in (NUMBER, YEAR)]
            whole = [value for value in values if isinstance(value, int)]
            found = len(values) >= 3 and len(whole) == len(values)
            found = found and all(two == one + 1 for one, two in pairwise(whole))
            self._runs[row] = found
        return found

    def heads(self, top: int, body: int) -> dict[int, tuple[int, int]]:
        """For every column with a head in rows `top`..`body`-1 its nearest one."""
        found = self._heads.get((top, body))
        if found is None:
            found = self._heads[top, body] = last_heads(self.grid, self.region, top, body)
        return found


def _are_named(counted: bytes) -> bool:
    """Whether nearly all numbers of a column may be years or dates."""
    return counted.count(YEAR) + counted.count(DATE) >= 0.7 * len(counted)


def _numbering(counted: bytes, values: list[Scalar | None]) -> Numbering:
    """What numbers could be for, from their classes and, where they may name, the first of them."""
    texts = [str(value).strip() for value in values]
    whole = bool(texts) and float not in map(type, values) and all(map(str.isdecimal, texts))
    distinct = len(texts) >= 2 and len(set(texts)) == len(texts)
    numbers = [int(text) for text in texts] if whole else []
    steps = sum([two == one + 1 for one, two in pairwise(numbers)])
    return Numbering(
        years=_are_named(counted) and distinct,
        ranges=counted.count(RANGE) * 2 >= len(counted),
        running=len(numbers) >= 2 and steps >= 0.6 * (len(numbers) - 1) and numbers[0] <= 2,
        distinct=whole and distinct,
        code=len(numbers) >= 3
        and len(set(map(len, texts))) == 1
        and (len(texts[0]) >= 9 or (len(texts[0]) > 1 and any(text[0] == "0" for text in texts))),
        sparse=False,
    )


@lru_cache(maxsize=4096)
def _profile(cells: bytes) -> Profile:
    numbers = cells.count(NUMBER) + cells.count(YEAR) + cells.count(DATE) + cells.count(RANGE)
    texts = cells.count(TEXT)
    marks = cells.count(MARK)
    counted = numbers + texts
    if not counted:
        return Profile(marks, 0.0, 0.0, marks > 0)
    return Profile(counted + marks, numbers / counted, texts / counted, marks > counted, max(numbers, texts) / counted)


def last_heads(grid: Grid, region: Range, top: int, body: int) -> dict[int, tuple[int, int]]:
    """For every column with a head in rows `top`..`body`-1, its lowest head cell (a merge by its top left)."""
    heads: dict[int, tuple[int, int]] = {}
    for row in range(body - 1, top - 1, -1):
        merged = row in grid.merged
        for column, shape in enumerate(grid.rows[row - 1][region.left - 1 : region.right], region.left):
            if column in heads or not (shape or merged):
                continue
            origin = grid.origin(row, column) if merged else (row, column)
            if origin[0] >= top and grid.rows[origin[0] - 1][origin[1] - 1]:
                heads[column] = origin
    return heads
