"""A sheet as shapes: what class each cell is of, where merges lie, and what a cell says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import IntEnum
from itertools import repeat
from typing import Final, cast

from pioneer_etl.contract.address import Range
from pioneer_etl.contract.units import parse_unit
from pioneer_etl.workbook.model import CellError, NoResult, Scalar, Sheet, Style


class Shape(IntEnum):
    """The class of a cell's content, as far as it can be seen without its neighbours."""

    EMPTY = 0
    NUMBER = 1
    YEAR = 2  # a number or text that may be a year: 2019, 2019年, 2008/09
    DATE = 3
    MARK = 4  # stands for "no value": -, …, 无
    TEXT = 5
    RANGE = 6  # from one number to another: 10-40, 7 to 16, 250－499


EMPTY: Final = int(Shape.EMPTY)
NUMBER: Final = int(Shape.NUMBER)
YEAR: Final = int(Shape.YEAR)
DATE: Final = int(Shape.DATE)
MARK: Final = int(Shape.MARK)
TEXT: Final = int(Shape.TEXT)
RANGE: Final = int(Shape.RANGE)

_NUMBER_TEXT: Final = re.compile(
    r"""[<>≤≥~～≈约近]?\s*[-–—−－+＋±(（]?\s*[$€£¥￥]?\s*
        (?:\d[\d\s'’,，.．]*\d|\d|[.．]\d+|０)
        \s*[%％‰]?\s*(?:[)）]|[余多])?
        \s*[A-Za-z*†]?\s*(?:\(\d{1,2}\)|\d?\))?""",
    re.VERBOSE,
)
# A figure with its spread or its share: 160.2±5.1, 35(17.5%), 12（8.3）.
_PAIRED_TEXT: Final = re.compile(
    r"-?\d+(?:[.．]\d+)?\s*(?:[±∓]|\+/-)\s*\d+(?:[.．]\d+)?\s*[%％]?"
    r"|-?\d[\d,，]*(?:[.．]\d+)?\s*[%％]?\s*[(（]\s*-?\d+(?:[.．]\d+)?\s*[%％]?\s*[)）]"
)
_NUMERAL_TEXT: Final = re.compile(r"[负]?[〇零一二三四五六七八九十百千万亿两]{2,}(?:点[〇零一二三四五六七八九]+)?")
_OPENS_NUMERAL: Final = frozenset("负〇零一二三四五六七八九十百千万亿两")
_YEAR_TEXT: Final = re.compile(
    r"""[（(]?(?:1[89]|20)\d\d[)）]?\s*
        (?:年|年度|[/\-–—]\s*\d{2,4}|[/\s]?(?:[IV]{1,3}|Q[1-4]))?[*]?
      | (?:1[89]|20)\d\d年?[/\-–—.](?:0?[1-9]|1[0-2])月?
      | (?:19|20)\d\d(?:0[1-9]|1[0-2])""",
    re.VERBOSE,
)
_DATE_TEXT: Final = re.compile(
    r"""(?:1[89]|20)\d\d\s*
        (?:[-/.．]\s*\d{1,2}\s*[-/.．]\s*\d{1,2}|年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?)
        (?:\s+\d{1,2}:\d\d(?::\d\d)?)?""",
    re.VERBOSE,
)
_RANGE_TEXT: Final = re.compile(
    r"""[\d.．,]+\s*[%％]?\s*(?:[-–—－~～至]|to|bis)\s*[\d.．,]+\s*[%％]?\s*(?:年|岁|人|天|个月|月|元|万元|亩|户)?
      | [\d.,]+\s*[-–—－+＋~～]""",
    re.IGNORECASE | re.VERBOSE,
)
_MARK_TEXT: Final = re.compile(
    r"[-–—―−－/\\.…·*＊\#×xX:：~～〃√✓&]{1,6}|n\.?/?a\.?|nil|无|無|同上|\(?\s*[-–—]\s*\)?", re.IGNORECASE
)
_MEASURED_TEXT: Final = re.compile(r"[约近]?\s*-?[\d,，.．\s]*\d\s*[余多]?\s*([^\d\s]{1,6})")
_OPENS_NUMBER: Final = frozenset("<>≤≥~～≈约近-–—−－+＋±(（$€£¥￥.．,，")  # what any of them begins with, but digits
_FIRST_YEAR: Final = 1850
_TIMES: Final = frozenset("年月日号期季级班组届次岁天")  # 3月 and 2期 name, they do not count
_DIGITS: Final = frozenset("0123456789０１２３４５６７８９")


def shape_of_text(text: str) -> int:
    """The class of a text cell."""
    plain = text.strip()
    if not plain:
        return EMPTY
    size = len(plain)
    if size <= 28 and plain.isascii() and plain.isdecimal():  # nothing but digits: most of what has any
        return YEAR if size in (4, 6) and _YEAR_TEXT.fullmatch(plain) else NUMBER
    if size <= 28 and not _DIGITS.isdisjoint(plain):
        if not (plain[0].isdecimal() or plain[0] in _OPENS_NUMBER):
            return TEXT  # 宜山3村
        if _YEAR_TEXT.fullmatch(plain):
            return YEAR
        if _DATE_TEXT.fullmatch(plain):
            return DATE
        if _NUMBER_TEXT.fullmatch(plain):
            return NUMBER
        if _RANGE_TEXT.fullmatch(plain):
            return RANGE
        if _PAIRED_TEXT.fullmatch(plain):
            return NUMBER
        measured = _MEASURED_TEXT.fullmatch(plain)
        return NUMBER if measured and measured[1] not in _TIMES and parse_unit(measured[1]) else TEXT
    if size <= 6 and _MARK_TEXT.fullmatch(plain):
        return MARK
    if 1 < size <= 16 and plain[0] in _OPENS_NUMERAL and _NUMERAL_TEXT.fullmatch(plain):
        return NUMBER
    return TEXT


def _is_year_and_month(value: int) -> bool:
    """Whether a whole number reads as 201806."""
    return 185001 <= value <= 210012 and 1 <= value % 100 <= 12


def shape_of(value: Scalar | None) -> int:
    """The class of any cell."""
    if value is None:
        return EMPTY
    if isinstance(value, str):
        return shape_of_text(value)
    if isinstance(value, bool):
        return TEXT
    if isinstance(value, int):
        return YEAR if _FIRST_YEAR <= value <= 2100 or _is_year_and_month(value) else NUMBER
    if isinstance(value, float | NoResult | CellError):
        return NUMBER
    if isinstance(value, date | time | timedelta):
        return DATE
    return TEXT


_PLAIN: Final = Style()


@dataclass(frozen=True)
class Grid:
    """A sheet's cells as classes.  Rows and columns count from 1, as everywhere.

    `rows[r - 1]` has one byte a column, `width` of them.  `merges` leads from every cell under a
    merge, its top left one too, to the merge, cut to the sheet's filled part; `merged` are the rows
    in which such cells stand, which are few on most sheets.
    """

    sheet: Sheet
    rows: tuple[bytes, ...]
    width: int
    merges: Mapping[tuple[int, int], Range]
    merged: frozenset[int]
    columns: tuple[bytes, ...] = field(repr=False)  # the rows turned: one byte a row for every column
    counts: tuple[int, ...] = field(repr=False)  # how many cells of each row carry something
    lines: dict[tuple[int, int, int, bool], bool] = field(default_factory=dict, repr=False)  # what `is_line` found out
    numbered: dict[tuple[int, int, int], bool] = field(default_factory=dict, repr=False)  # and `is_index_row`
    cut: dict[tuple[int, int, int], tuple[Range, ...]] = field(default_factory=dict, repr=False)  # and `row_cells`

    @property
    def height(self) -> int:
        return len(self.rows)

    def shape(self, row: int, column: int) -> int:
        return self.rows[row - 1][column - 1]

    def text(self, row: int, column: int) -> str:
        """What the cell says, stripped; empty for an empty one."""
        cells = self.sheet.rows[row - 1]
        value = cells[column - 1] if column <= len(cells) else None
        if type(value) is str:
            return value.strip()
        return "" if value is None else str(value).strip()

    def texts(self, row: int, columns: Sequence[int]) -> list[str]:
        """What the filled cells of a row in `columns` say, as `text` has it."""
        cells = self.sheet.rows[row - 1]
        return [str(cells[c - 1]).strip() for c in columns]

    def raw(self, row: int, column: int) -> str:
        """What the cell says with the blanks around it."""
        value = self.sheet.at(row, column)
        return "" if value is None else str(value)

    def filled(self, row: int) -> list[int]:
        """The columns that carry something in a row."""
        line = self.rows[row - 1]
        return [c for c, shape in enumerate(line, 1) if shape] if self.counts[row - 1] else []

    def origin(self, row: int, column: int) -> tuple[int, int]:
        """The cell that speaks for this one: itself, or the top left one of its merge."""
        if row not in self.merged:
            return (row, column)
        merge = self.merges.get((row, column))
        return (merge.top, merge.left) if merge else (row, column)

    def said(self, row: int, left: int, right: int) -> list[tuple[int, int]]:
        """The cells that speak in a row between two columns; one merged over several of them once."""
        if row in self.merged:
            merges = (self.merges.get((row, c)) for c in range(left, right + 1))
            origins = [(row, c) if merge is None else merge[:2] for c, merge in enumerate(merges, left)]
            return [cell for cell in dict.fromkeys(origins) if self.rows[cell[0] - 1][cell[1] - 1]]
        return [(row, c) for c, shape in enumerate(self.rows[row - 1][left - 1 : right], left) if shape]

    def styles(self, cells: Iterable[tuple[int, int]]) -> list[Style]:
        """The looks of some cells."""
        known = cast(Mapping[tuple[int, int], Style], self.sheet.styles)
        return [known.get(cell, _PLAIN) for cell in cells]

    def span(self, row: int, column: int) -> Range:
        """The cells that the cell stands over: its merge or itself."""
        return self.merges.get((row, column)) or Range(row, column, row, column)

    def column(self, column: int, rows: Sequence[int]) -> bytes:
        """The classes of one column over `rows`."""
        cells = self.columns[column - 1]
        if isinstance(rows, range) and rows.step == 1:
            return cells[rows.start - 1 : rows.stop - 1]
        return bytes([cells[r - 1] for r in rows])

    def classes(self, cells: Iterable[Range]) -> bytes:
        """The classes of cells that a row is cut into: of a merged one its top left cell's."""
        rows = self.rows
        return bytes([rows[top - 1][left - 1] for top, left, _, _ in cells])


def row_cells(grid: Grid, area: Range, row: int) -> tuple[Range, ...]:
    """The cells that a row of an area is cut into, from the left; a merged one is one cell."""
    key = (row, area.left, area.right)
    known = grid.cut.get(key)
    if known is None:
        known = grid.cut[key] = tuple(_row_cells(grid, area, row))
    return known


def _row_cells(grid: Grid, area: Range, row: int) -> list[Range]:
    if row not in grid.merged:
        columns = range(area.left, area.right + 1)
        return list(map(tuple.__new__, repeat(Range), zip(repeat(row), columns, repeat(row), columns)))
    merges = grid.merges
    found: list[Range] = []
    column = area.left
    while column <= area.right:
        span = merges.get((row, column)) or Range(row, column, row, column)
        found.append(span)
        column = max(span.right, column) + 1
    return found


class _Shapes(dict[str, int]):
    """The classes of the texts met last: the same heads, names and words come sheet after sheet.

    A memory like that of an `lru_cache`, but one that is asked without a call.
    """

    def __missing__(self, text: str) -> int:
        shape = shape_of_text(text)
        if len(text) <= _LONGEST_KNOWN:
            if len(self) >= _MOST_KNOWN:
                self.clear()
            self[text] = shape
        return shape


_MOST_KNOWN: Final = 50_000
_LONGEST_KNOWN: Final = 40
_KNOWN_SHAPES: Final = _Shapes()
_MOST_MERGED: Final = 500_000


def make_grid(sheet: Sheet) -> Grid:
    """Classify every cell once.  Trailing empty rows and columns are cut, however far formats reach."""
    known = _KNOWN_SHAPES
    lines: list[bytes] = []
    width = height = 0
    for number, row in enumerate(sheet.rows, 1):
        # The commonest cells first.
        line = bytes(
            [
                EMPTY
                if value is None
                else NUMBER
                if type(value) is float or (type(value) is int and value < _FIRST_YEAR)
                else known[value]
                if type(value) is str
                else shape_of(value)
                for value in row
            ]
        ).rstrip(b"\0")
        if line:
            width, height = max(width, len(line)), number
        lines.append(line)
    rows = tuple([line.ljust(width, b"\0") for line in lines[:height]])
    merges = _merge_map(sheet, height, width)
    columns = tuple(map(bytes, zip(*rows, strict=True)))
    counts = tuple([width - line.count(EMPTY) for line in rows])
    return Grid(sheet, rows, width, merges, frozenset([row for row, _ in merges]), columns, counts)


def _merge_map(sheet: Sheet, height: int, width: int) -> dict[tuple[int, int], Range]:
    merges: dict[tuple[int, int], Range] = {}
    for merge in sheet.merges:
        cut = Range(merge.top, merge.left, min(merge.bottom, height), min(merge.right, width))
        if cut.bottom < cut.top or cut.right < cut.left or (cut.height == 1 and cut.width == 1 and merge.width == 1):
            continue
        if len(merges) + cut.height * cut.width > _MOST_MERGED:
            break
        for r in range(cut.top, cut.bottom + 1):
            for c in range(cut.left, cut.right + 1):
                merges.setdefault((r, c), cut)
    return merges
