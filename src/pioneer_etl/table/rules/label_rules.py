"""Evidence for how many columns label the rows.  Each rule sees one split.Hypothesis."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Final, TypeVar

from pioneer_etl.table.rules.base import Rule, Stage
from pioneer_etl.table.split import Hypothesis, label_counts
from pioneer_etl.table.words import is_code_head, is_number_head

T = TypeVar("T")


def label_is_words(h: Hypothesis) -> float:
    """The label columns hold words, or numbers that name (running numbers, codes, years)."""
    if not h.labels:
        return -0.5
    known = _of_header(h, "words", _no_scores)
    for column in h.label_columns:
        if column not in known:
            known[column] = _column_score(h, column)
    return sum([known[column] for column in h.label_columns]) / h.labels


def _of_header(h: Hypothesis, name: str, find_out: Callable[[Hypothesis], T]) -> T:
    """What is the same whichever columns label the rows under one header, found out once."""
    key = (name, h.top, h.body)
    memo = h.sample.memo_of_header
    found: T | None = memo.get(key)
    if found is None:
        found = memo[key] = find_out(h)
    return found


def _no_scores(_: Hypothesis) -> dict[int, float]:
    return {}


def _column_score(h: Hypothesis, column: int) -> float:
    """How much a column is one of words, or of numbers that name."""
    profile = h.profiles[column]
    if not profile.filled:
        return 0.5
    if profile.text >= 0.5:
        return 1.0
    return 0.8 if names_rows(h, column) else -1.0


def names_rows(h: Hypothesis, column: int) -> bool:
    """Whether a column of numbers names its rows: running numbers, years, bands, codes, groups written once."""
    head = h.last_heads.get(column)
    if head and is_number_head(h.grid.text(*head)):
        return True
    numbers = h.sample.numbering(column, h.body)
    if is_code(h, column):
        return True
    return column == h.region.left and (numbers.years or numbers.ranges or numbers.running or numbers.sparse)


def is_code(h: Hypothesis, column: int) -> bool:
    """Whether a column's whole numbers name rather than count.

    They do with leading zeros or very many digits (0001, 4111010001), and left of words under a head that says so.
    """
    if not h.region.left < column < h.region.right:
        return False
    numbers = h.sample.numbering(column, h.body)
    if numbers.code or not numbers.distinct or h.profiles[column].filled < 3:
        return numbers.code
    head = h.last_heads.get(column)
    return h.profiles[column + 1].text > 0.5 and head is not None and is_code_head(h.grid.text(*head))


def words_left_of_numbers(h: Hypothesis) -> float:
    """No column of words or codes stands between the labels and the first column of numbers."""
    counts = _of_header(h, "counts", _counting_columns)
    at = bisect_left(counts, h.value_columns.start)
    if at == len(counts):
        return 0.0
    return -min(1.0, 0.5 * bisect_left(h.filled_columns, counts[at]))


def _counting_columns(h: Hypothesis) -> list[int]:
    """The columns of numbers or marks that count rather than name, up to the first that labels cannot reach."""
    found: list[int] = []
    reach = h.region.left + label_counts(h.sample, h.body)[-1]
    for column in range(h.region.left, h.region.right + 1):
        profile = h.profiles[column]
        if (profile.is_numeric or profile.marked) and not is_code(h, column):
            found.append(column)
            if column >= reach:
                break
    return found


def first_words_label(h: Hypothesis) -> float:
    """Where nothing is counted, the first column of words labels the rows."""
    if h.numeric_columns or any(h.profiles[c].is_numeric and not names_rows(h, c) for c in h.label_columns):
        return 0.0
    words = sum(1 for c in h.label_columns if h.profiles[c].text > 0.5)
    return 1.0 if words == 1 and h.labels <= 2 else -0.3 * abs(words - 1)


def values_remain(h: Hypothesis) -> float:
    """Some column is left to hold values."""
    return 0.0 if h.filled_columns or (h.body > h.region.bottom and h.used_columns) else -1.0


def label_merge_cut(h: Hypothesis) -> float:
    """A head or label merged over several columns is not cut between labels and values."""
    edge = h.region.left + h.labels
    if not h.labels or edge > h.region.right or not h.grid.merges:
        return 0.0
    cut = 0
    for row in _of_header(h, "merged", _merged_rows):
        merge = h.grid.merges.get((row, edge))
        cut += merge is not None and merge.left < edge and merge.width < h.region.width - 1
    return -min(1.0, 0.5 * cut)


def _merged_rows(h: Hypothesis) -> list[int]:
    """The rows of the header, and the first of the body, in which cells are merged."""
    first = bisect_left(h.sample.rows, h.body)
    return [row for row in (*h.header_rows, *h.sample.rows[first : first + 30]) if row in h.grid.merged]


def empty_corner(h: Hypothesis) -> float:
    """One column without a head, left of columns that have one: the empty corner over the labels."""
    return 1.0 if h.labels == 1 and h.body > h.top and h.region.left not in h.last_heads else 0.0


LABEL_RULES: Final[tuple[Rule, ...]] = (
    Rule("label-is-words", Stage.LABEL, 3.0, label_is_words),
    Rule("words-left-of-numbers", Stage.LABEL, 3.0, words_left_of_numbers, at_most=0),
    Rule("first-words-label", Stage.LABEL, 1.0, first_words_label),
    Rule("values-remain", Stage.LABEL, 4.0, values_remain, at_most=0),
    Rule("label-merge-cut", Stage.LABEL, 3.0, label_merge_cut, at_most=0),
    Rule("empty-corner", Stage.LABEL, 0.25, empty_corner),
)
