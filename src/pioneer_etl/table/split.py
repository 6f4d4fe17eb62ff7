"""Where a table's header ends and its row labels end: every hypothesis is scored by the split rules.

A region is seen as in this sketch.  A hypothesis fixes `top`, `body` and `labels`:

        labels=1
    top   │ 村    │ 户数 │ 收入      │
          │       │      │ 合计 │ 其他│
    body  │ 宜一村│  120 │  3.2 │ 0.5 │
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from pioneer_etl.contract.address import Range
from pioneer_etl.table.grid import DATE, EMPTY, MARK, NUMBER, RANGE, TEXT, YEAR, Grid
from pioneer_etl.table.model import Reason
from pioneer_etl.table.rules.base import Rule, weigh
from pioneer_etl.table.words import is_fact, is_index_cell, says_unit
from pioneer_etl.workbook.model import Scalar

_DEEPEST_HEADER = 10
_DEEPEST_OF_WORDS = 5  # where nothing is counted
_MOST_LABELS = 8
_LIKELY_LABELS = 2
_SAMPLE = 150


@dataclass(frozen=True)
class Profile:
    """What a column's body holds, in shares of its filled cells."""

    filled: int
    numeric: float
    text: float
    marked: bool = False  # more marks (√, —) than anything else

    @property
    def is_numeric(self) -> bool:
        return self.filled > 0 and self.numeric >= 0.5


@dataclass(frozen=True)
class Numbering:
    """What a column's numbers could be for, besides counting."""

    years: bool  # nearly all may be years, and all differ
    ranges: bool  # bands such as 10-19
    running: bool  # 1, 2, 3 …
    distinct: bool  # whole numbers, all different
    code: bool  # digits of one length, with leading zeros or too many to count with
    sparse: bool  # written once for several rows


_NO_NUMBERS = Numbering(False, False, False, False, False, False)
_MOST_NUMBERS = 40


@dataclass(frozen=True)
class Sample:
    """The rows of a region that hypotheses are tried on: its head, and some rows further down."""

    grid: Grid
    region: Range
    rows: tuple[int, ...]
    _profiles: dict[int, dict[int, Profile]] = field(default_factory=dict)
    _numberings: dict[tuple[int, int], Numbering] = field(default_factory=dict)
    _heads: dict[tuple[int, int], dict[int, tuple[int, int]]] = field(default_factory=dict)
    _runs: dict[int, bool] = field(default_factory=dict)
    memo: dict[tuple[str, int], Any] = field(default_factory=dict)  # what rules found out about one row

    @cached_property
    def columns(self) -> dict[int, bytes]:
        return {c: self.grid.column(c, self.rows) for c in range(self.region.left, self.region.right + 1)}

    def profiles(self, body: int) -> dict[int, Profile]:
        """The profile of every column of the region below `body`."""
        found = self._profiles.get(body)
        if found is None:
            start = bisect_left(self.rows, body)
            found = self._profiles[body] = {c: _profile(cells[start:]) for c, cells in self.columns.items()}
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
        counted = bytes(shape for shape in shapes if shape not in (EMPTY, TEXT, MARK))
        if not counted:
            return _NO_NUMBERS
        values: list[Scalar | None] = []
        whole = True
        named = counted.count(YEAR) + counted.count(DATE) >= 0.7 * len(counted)
        for at, shape in enumerate(shapes):
            if shape in (NUMBER, YEAR, DATE):
                value = self.grid.sheet.at(self.rows[start + at], column)
                values.append(value)
                if isinstance(value, float) or (isinstance(value, str) and not value.strip().isdecimal()):
                    whole = False
                if len(values) == _MOST_NUMBERS or (not whole and not named):
                    break
        texts = [str(value).strip() for value in values] if whole or named else []
        whole = whole and bool(texts) and all(text.isdecimal() for text in texts)
        distinct = len(texts) >= 2 and len(set(texts)) == len(texts)
        numbers = [int(text) for text in texts] if whole else []
        steps = sum(1 for one, two in pairwise(numbers) if two == one + 1)
        same_length = len(set(map(len, texts))) == 1
        return Numbering(
            years=named and distinct,
            ranges=counted.count(RANGE) * 2 >= len(counted),
            running=len(numbers) >= 2 and steps >= 0.6 * (len(numbers) - 1) and numbers[0] <= 2,
            distinct=whole and distinct,
            code=len(numbers) >= 3
            and same_length
            and (any(text.startswith("0") and len(text) > 1 for text in texts) or len(texts[0]) >= 9),
            sparse=bool(values) and len(shapes) >= 2 * (len(shapes) - shapes.count(EMPTY)),
        )

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


def _profile(cells: bytes) -> Profile:
    numbers = cells.count(NUMBER) + cells.count(YEAR) + cells.count(DATE) + cells.count(RANGE)
    texts = cells.count(TEXT)
    counted = numbers + texts
    return Profile(
        counted + cells.count(MARK),
        numbers / counted if counted else 0.0,
        texts / counted if counted else 0.0,
        cells.count(MARK) > counted,
    )


@dataclass(frozen=True)
class Hypothesis:
    """One reading of a region: header rows `top`..`body`-1, and the first `labels` columns label the rows.

    `reach` is the highest row that the header could begin at.
    """

    sample: Sample
    top: int
    body: int
    labels: int
    reach: int

    @property
    def grid(self) -> Grid:
        return self.sample.grid

    @property
    def region(self) -> Range:
        return self.sample.region

    @property
    def header_rows(self) -> range:
        return range(self.top, self.body)

    @cached_property
    def label_columns(self) -> range:
        return range(self.region.left, self.region.left + self.labels)

    @cached_property
    def value_columns(self) -> range:
        return range(self.region.left + self.labels, self.region.right + 1)

    @cached_property
    def profiles(self) -> dict[int, Profile]:
        return self.sample.profiles(self.body)

    @cached_property
    def filled_columns(self) -> tuple[int, ...]:
        """The value columns whose body holds anything."""
        return tuple(c for c in self.value_columns if self.profiles[c].filled)

    @cached_property
    def used_columns(self) -> tuple[int, ...]:
        """The value columns that hold anything, in the header or in the body."""
        return tuple(c for c in self.value_columns if self.profiles[c].filled or self.last_heads.get(c))

    @cached_property
    def numeric_columns(self) -> tuple[int, ...]:
        return tuple(c for c in self.value_columns if self.profiles[c].is_numeric)

    @cached_property
    def last_heads(self) -> dict[int, tuple[int, int]]:
        """For every column, the cell of its nearest head."""
        return self.sample.heads(self.top, self.body)


def last_heads(grid: Grid, region: Range, top: int, body: int) -> dict[int, tuple[int, int]]:
    """For every column with a head in rows `top`..`body`-1, its lowest head cell (a merge by its top left)."""
    heads: dict[int, tuple[int, int]] = {}
    for column in range(region.left, region.right + 1):
        for row in range(body - 1, top - 1, -1):
            origin = grid.origin(row, column)
            if origin[0] >= top and grid.shape(*origin):
                heads[column] = origin
                break
    return heads


def is_index_row(grid: Grid, region: Range, row: int) -> bool:
    """Whether a row numbers the columns: 甲 乙 1 2 3, (1) (2) (3), A B 5=3+4."""
    columns = [c for c in range(region.left, region.right + 1) if grid.shape(row, c)]
    if len(columns) < 3:
        return False
    texts = [grid.text(row, c) for c in columns]
    if not all(is_index_cell(text) for text in texts):
        return False
    leading = (text.strip("()（）[]〔〕 ").split("=")[0].strip() for text in texts)
    numbers = [int(digits) for digits in leading if digits.isdecimal()]
    run = sum(1 for one, two in pairwise(numbers) if two == one + 1)
    letters = sum(1 for text in texts if text.strip() in "甲乙丙丁戊己庚辛")
    return (run >= 2 and run >= 0.7 * (len(numbers) - 1) and numbers[0] in (0, 1, 2, 3)) or (letters >= 2)


def best_split(
    grid: Grid, region: Range, label_rules: Sequence[Rule], split_rules: Sequence[Rule]
) -> tuple[Hypothesis, float, tuple[Reason, ...]]:
    """The hypothesis that the rules favour, its lead over the next best header depth (0..1), and the reasons.

    For every edge of header and body the label rules first choose the likeliest numbers of label
    columns; only those are tried with the split rules.
    """
    sample = _sample(grid, region)
    scored: list[tuple[float, Hypothesis]] = []
    for body in _bodies(grid, sample):
        tops = _tops(grid, region, body)
        counts = [Hypothesis(sample, tops[0], body, labels, tops[0]) for labels in _label_counts(sample, body)]
        labelled = sorted(((weigh(label_rules, each), each) for each in counts), key=lambda pair: -pair[0])
        for score, likely in labelled[:_LIKELY_LABELS]:
            for top in tops:
                hypothesis = likely if top == likely.top else replace(likely, top=top)
                scored.append((score + weigh(split_rules, hypothesis), hypothesis))
    scored.sort(key=lambda pair: -pair[0])
    best_score, best = scored[0]
    other = next((score for score, each in scored if each.body != best.body), best_score - 8)
    return best, max(0.0, min(1.0, (best_score - other) / 4)), _reasons(best, (*label_rules, *split_rules))


def _reasons(best: Hypothesis, rules: Sequence[Rule]) -> tuple[Reason, ...]:
    spoken = ((rule, rule.measure(best)) for rule in rules)
    return tuple(rule.reason(best, strength) for rule, strength in spoken if abs(rule.weight * strength) >= 0.05)


def fixed_split(grid: Grid, region: Range, top: int, body: int, labels: int) -> Hypothesis:
    """The hypothesis with the given edges, where something else has decided them."""
    return Hypothesis(_sample(grid, region), top, body, labels, top)


def best_labels(grid: Grid, region: Range, top: int, body: int, label_rules: Sequence[Rule]) -> Hypothesis:
    """The number of label columns that the label rules favour, where header and body are known."""
    sample = _sample(grid, region)
    counts = [Hypothesis(sample, top, body, labels, top) for labels in _label_counts(sample, body)]
    return max(counts, key=lambda each: weigh(label_rules, each))


def _sample(grid: Grid, region: Range) -> Sample:
    bottom = region.bottom
    while bottom > region.top and (grid.width - grid.rows[bottom - 1].count(0) <= 1 or is_line(grid, region, bottom)):
        bottom -= 1  # notes below the table say nothing about its columns
    region = Range(region.top, region.left, bottom, region.right)
    rows = [r for r in range(region.top, region.bottom + 1) if r < region.top + _SAMPLE]
    rest = range(region.top + _SAMPLE, region.bottom + 1)
    step = max(1, len(rest) // 50)
    return Sample(grid, region, (*rows, *rest[::step]))


def _bodies(grid: Grid, sample: Sample) -> list[int]:
    """The rows where the body may begin: not blank, and not far below the first row that looks like data."""
    region = sample.region
    found: list[int] = []
    data_rows = 0
    numbers = any(NUMBER in cells or DATE in cells or YEAR in cells for cells in sample.columns.values())
    first = region.top
    while first < region.bottom and (not any(grid.rows[first - 1]) or is_line(grid, region, first)):
        first += 1  # no table begins with a line of words
    for row in range(first, min(region.bottom, first + _DEEPEST_HEADER) + 1):
        line = grid.rows[row - 1][region.left - 1 : region.right]
        if not any(line):
            continue
        beside = range(region.left + 1, region.right + 1)  # a label merged down covers data rows too
        covered = bool(grid.merges) and any((merge := grid.merges.get((row, c))) and merge.top < row for c in beside)
        found.append(row)
        counted = line.count(NUMBER) + line.count(DATE)
        full = 5 * (len(line) - line.count(EMPTY)) >= 3 * region.width
        data_rows += not covered and (counted * 2 >= region.width or (counted > 0 and full))
        if data_rows >= 2 or (not numbers and len(found) > _DEEPEST_OF_WORDS):
            break
    if found and nothing_but_heads(grid, sample.region):
        found.append(sample.region.bottom + 1)
    return found or [region.top]


def nothing_but_heads(grid: Grid, region: Range) -> bool:
    """Whether a region ends with its header, as a blank form's does: one row of words, or rows held by merges."""
    top = region.top
    while top < region.bottom and (not any(grid.rows[top - 1]) or is_line(grid, region, top)):
        top += 1
    columns = range(region.left, region.right + 1)
    shapes = {grid.shape(r, c) for r in range(top, region.bottom + 1) for c in columns} - {EMPTY}
    if shapes - {TEXT} or sum(1 for c in columns if grid.shape(top, c)) < 3:
        return False
    return top == region.bottom or any(
        (merge := grid.merges.get((top, c))) is not None and merge.top == top and merge.bottom == region.bottom
        for c in columns
    )


def _tops(grid: Grid, region: Range, body: int) -> list[int]:
    """Where the header may begin: as far up as it can, or lower, so that rows above it are lines."""
    first = header_top(grid, region, body)
    if first >= body or not (grid.shape(first, region.left) or NUMBER in grid.rows[first - 1]):
        return [first]  # a row that says nothing over the labels is no title
    return [first, *(row for row in range(first + 1, min(first + 3, body)) if any(grid.rows[row - 1]))]


def _label_counts(sample: Sample, body: int) -> range:
    """The numbers of label columns worth a try: none reach beyond the first column of broken numbers."""
    region = sample.region
    if region.width == 1:
        return range(0, 1)
    most = min(_MOST_LABELS, region.width - 1)
    profiles = sample.profiles(body)
    for column in range(region.left + 1, region.left + most):
        profile = profiles[column]
        if profile.numeric >= 0.9 and profile.filled >= 3:
            numbers = sample.numbering(column, body)
            if not (numbers.distinct or numbers.code or numbers.ranges):
                return range(0, column - region.left + 2)
    return range(0, most + 1)


def header_top(grid: Grid, region: Range, body: int) -> int:
    """The first header row when the body begins at `body`: up to the next blank row or line of prose."""
    top = body
    for row in range(body - 1, region.top - 1, -1):
        columns = [c for c in range(region.left, region.right + 1) if grid.shape(*grid.origin(row, c))]
        if not columns:
            if top < body and (row + 1 != top or row == region.top or not _heads_above(grid, region, row - 1)):
                break
            continue
        if is_line(grid, region, row):
            break
        top = row
    return top


def _heads_above(grid: Grid, region: Range, row: int) -> bool:
    """Whether the row over a blank one can be a level of the header below it.

    It holds words only, and the heads below the blank row repeat, so that they need a level above.
    """
    below = [grid.text(row + 2, c) for c in range(region.left, region.right + 1) if grid.shape(row + 2, c)]
    if len(set(below)) == len(below):
        return False
    shapes = grid.rows[row - 1][region.left - 1 : region.right]
    words = shapes.count(TEXT) + shapes.count(YEAR)
    return words >= 2 and words == len(shapes) - shapes.count(EMPTY) and not is_line(grid, region, row)


def is_line(grid: Grid, region: Range, row: int) -> bool:
    """Whether a row is one line of words (a title, a unit, a note), not a level of a header.

    It says one thing only, and says it over the label column or, alone, over the last column; or it
    says several facts about the whole sheet (填报单位：…  填报日期：…).
    """
    origins = {grid.origin(row, c) for c in range(region.left, region.right + 1)}
    said = [(r, c) for r, c in origins if grid.shape(r, c)]
    if region.width == 1 or not said:
        return False
    if len(said) > 1:
        facts = sum(1 for r, c in said if r == row and is_fact(grid.text(r, c)))
        return facts * 2 >= len(said) and (facts == len(said) or len(said) * 2 <= region.width)
    ((r, c),) = said
    if r != row:
        return False
    if says_unit(grid.text(r, c)):
        return True
    span = grid.span(r, c)
    if span.height > 1 and span.bottom > row and span.width < region.width:
        return False
    if c == region.left:
        return True
    if span.right >= region.right and span.width == 1 and region.width > 2:
        return row == region.top or not grid.shape(*grid.origin(row - 1, c))
    return span.width > 1 and c <= region.left + 1 and span.width >= region.width and row == region.top


__all__ = ["Hypothesis", "Profile", "Sample", "best_split", "header_top", "is_index_row", "is_line", "last_heads"]
