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
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from pioneer_etl.contract.address import Range
from pioneer_etl.table.grid import DATE, EMPTY, NUMBER, TEXT, YEAR, Grid
from pioneer_etl.table.model import Reason
from pioneer_etl.table.rules.base import Rule, ceiling, weigh
from pioneer_etl.table.sample import Profile, Sample
from pioneer_etl.table.words import is_fact, is_index_cell, says_unit

_DEEPEST_HEADER = 10
_DEEPEST_OF_WORDS = 5  # where nothing is counted
MOST_LABELS = 8
_LIKELY_LABELS = 2
_SAMPLE = 150
# A lead of so much over the next best header depth is as sure as can be.
_SURE = 4.0


@dataclass(slots=True, eq=False)
class Header:
    """Where a region's header may stand, as rules of rows see it: in rows `top`..`body`-1.

    `reach` is the highest row that it could begin at.  The other attributes follow from these; nothing changes any of
    them (not frozen, because dozens are made for every table, and freezing doubles the time).
    """

    sample: Sample
    top: int
    body: int
    reach: int
    grid: Grid = field(init=False)
    region: Range = field(init=False)
    header_rows: range = field(init=False)
    last_heads: dict[int, tuple[int, int]] = field(init=False)  # for every column, the cell of its nearest head

    def __post_init__(self) -> None:
        sample = self.sample
        self.grid, self.region = sample.grid, sample.region
        self.header_rows = range(self.top, self.body)
        self.last_heads = sample.heads(self.top, self.body)


@dataclass(slots=True, eq=False)
class Hypothesis(Header):
    """One reading of a region: a header, and the first `labels` columns label the rows."""

    labels: int
    label_columns: range = field(init=False)
    value_columns: range = field(init=False)
    profiles: dict[int, Profile] = field(init=False)
    filled_columns: tuple[int, ...] = field(init=False)  # the value columns whose body holds anything
    numeric_columns: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        Header.__post_init__(self)
        sample = self.sample
        edge = self.region.left + self.labels
        self.label_columns = range(self.region.left, edge)
        self.value_columns = range(edge, self.region.right + 1)
        self.profiles = sample.profiles(self.body)
        filled, numeric, _ = sample.columns_of_values(self.body)
        self.filled_columns = filled[bisect_left(filled, edge) :]
        self.numeric_columns = numeric[bisect_left(numeric, edge) :]

    @property
    def used_columns(self) -> tuple[int, ...]:
        """The value columns that hold anything, in the header or in the body."""
        return tuple(c for c in self.value_columns if self.profiles[c].filled or self.last_heads.get(c))


def is_index_row(grid: Grid, region: Range, row: int) -> bool:
    """Whether a row numbers the columns: 甲 乙 1 2 3, (1) (2) (3), A B 5=3+4."""
    key = (row, region.left, region.right)
    found = grid.numbered.get(key)
    if found is None:
        found = grid.numbered[key] = _is_index_row(grid, region, row)
    return found


def _is_index_row(grid: Grid, region: Range, row: int) -> bool:
    line = grid.rows[row - 1]
    columns = [c for c in range(region.left, region.right + 1) if line[c - 1]]
    if len(columns) < 3:
        return False
    texts: list[str] = []
    for column in columns:
        text = grid.text(row, column)
        if not is_index_cell(text):
            return False
        texts.append(text)
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
    of_rows, of_body, of_columns, most_of_body, most_of_columns = _sorted_by_subject(tuple(split_rules))
    most_of_labels = ceiling(label_rules)
    edges = [_Edge.make(sample, body, of_rows, place) for place, body in enumerate(_bodies(grid, sample))]
    scored: list[tuple[float, tuple[int, int, int], Hypothesis]] = []
    best_score = least = float("-inf")  # what scores less than `least` tells nothing, not even how sure the best is
    for edge in sorted(edges, key=lambda each: -each.said):
        columns_say = most_of_columns[edge.tops[0] < edge.body]
        most = edge.said + columns_say + most_of_body
        if most_of_labels + most < least:
            continue
        counts = [
            Hypothesis(sample, edge.tops[0], edge.body, edge.tops[0], labels)
            for labels in label_counts(sample, edge.body)
        ]
        labelled = sorted(((weigh(label_rules, each), each) for each in counts), key=lambda pair: -pair[0])
        for rank, (score, likely) in enumerate(labelled[:_LIKELY_LABELS]):
            if score + most < least:
                break
            score += weigh(of_body, likely)
            for number, (top, rows_say) in enumerate(zip(edge.tops, edge.rows_say, strict=True)):
                if score + rows_say + columns_say < least:
                    continue
                each = likely if top == likely.top else Hypothesis(sample, top, edge.body, edge.tops[0], likely.labels)
                total = score + rows_say + weigh(of_columns, each)
                scored.append((total, (edge.place, rank, number), each))
                best_score = max(best_score, total)
                least = best_score - _SURE
    scored.sort(key=lambda each: (-each[0], each[1]))
    best = scored[0][2]
    other = next((score for score, _, each in scored if each.body != best.body), best_score - _SURE)
    return best, max(0.0, min(1.0, (best_score - other) / _SURE)), _reasons(best, (*label_rules, *split_rules))


@lru_cache(maxsize=8)
def _sorted_by_subject(
    rules: tuple[Rule, ...],
) -> tuple[list[Rule], list[Rule], list[Rule], float, tuple[float, float]]:
    """The split rules of rows, of the body and of columns, the most that those of the body can say, and those of
    columns without a header and with one."""
    of_rows = [rule for rule in rules if rule.of_rows]
    of_body = [rule for rule in rules if rule.of_body]
    of_columns = [rule for rule in rules if not rule.of_rows and not rule.of_body]
    without_header = [rule for rule in of_columns if not rule.of_header]
    return of_rows, of_body, of_columns, ceiling(of_body), (ceiling(without_header), ceiling(of_columns))


class _Edge(NamedTuple):
    """Where the body may begin, the `place`th of all: the rows that its header may begin at, and what rules of rows
    say about each; `said` is the best of that."""

    place: int
    body: int
    tops: Sequence[int]
    rows_say: Sequence[float]
    said: float

    @staticmethod
    def make(sample: Sample, body: int, of_rows: Sequence[Rule], place: int) -> _Edge:
        tops = _tops(sample.grid, sample.region, body)
        say = [weigh(of_rows, Header(sample, top, body, tops[0])) for top in tops]
        return _Edge(place, body, tops, say, max(say))


def _reasons(best: Hypothesis, rules: Sequence[Rule]) -> tuple[Reason, ...]:
    spoken = ((rule, rule.measure(best)) for rule in rules)
    return tuple(rule.reason(best, strength) for rule, strength in spoken if abs(rule.weight * strength) >= 0.05)


def fixed_split(grid: Grid, region: Range, top: int, body: int, labels: int) -> Hypothesis:
    """The hypothesis with the given edges, where something else has decided them."""
    return Hypothesis(_sample(grid, region), top, body, top, labels)


def best_labels(grid: Grid, region: Range, top: int, body: int, label_rules: Sequence[Rule]) -> Hypothesis:
    """The number of label columns that the label rules favour, where header and body are known."""
    sample = _sample(grid, region)
    counts = [Hypothesis(sample, top, body, top, labels) for labels in label_counts(sample, body)]
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
        covered = row in grid.merged and any((merge := grid.merges.get((row, c))) and merge.top < row for c in beside)
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
    lines = (grid.rows[r - 1][region.left - 1 : region.right] for r in range(top, region.bottom + 1))
    if any(set(line) - {EMPTY, TEXT} for line in lines) or sum(1 for c in columns if grid.shape(top, c)) < 3:
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


def label_counts(sample: Sample, body: int) -> range:
    """The numbers of label columns worth a try: none reach beyond the first column of broken numbers."""
    found = sample.label_counts.get(body)
    if found is None:
        found = sample.label_counts[body] = _label_counts(sample, body)
    return found


def _label_counts(sample: Sample, body: int) -> range:
    region = sample.region
    if region.width == 1:
        return range(0, 1)
    most = min(MOST_LABELS, region.width - 1)
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
        if not _is_said(grid, region, row):
            if top < body and (row + 1 != top or row == region.top or not _heads_above(grid, region, row - 1)):
                break
            continue
        if is_line(grid, region, row):
            break
        top = row
    return top


def _is_said(grid: Grid, region: Range, row: int) -> bool:
    """Whether anything stands in a row, or is merged down into it."""
    if any(grid.rows[row - 1][region.left - 1 : region.right]):
        return True
    columns = range(region.left, region.right + 1) if row in grid.merged else ()
    return any(grid.shape(*grid.origin(row, c)) for c in columns)


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
    key = (row, region.left, region.right, row == region.top)
    found = grid.lines.get(key)
    if found is None:
        found = grid.lines[key] = _is_line(grid, region, row)
    return found


def _is_line(grid: Grid, region: Range, row: int) -> bool:
    said = grid.said(row, region.left, region.right)
    if region.width == 1 or not said:
        return False
    if len(said) > 1:
        facts = (r == row and is_fact(grid.text(r, c)) for r, c in said)
        if len(said) * 2 <= region.width:
            return sum(facts) * 2 >= len(said)
        return all(facts) and not any(grid.shape(r, c) == NUMBER for r, c in said)  # a number is no fact
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
