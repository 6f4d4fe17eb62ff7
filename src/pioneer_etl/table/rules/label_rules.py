"""Evidence for how many columns label the rows.  Each rule sees one split.Hypothesis."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from pioneer_etl.table.rules.base import Rule, Stage
from pioneer_etl.table.split import Hypothesis
from pioneer_etl.table.words import is_code_head, is_number_head


def label_is_words(h: Hypothesis) -> float:
    """The label columns hold words, or numbers that name (running numbers, codes, years)."""
    if not h.labels:
        return -0.5
    score = 0.0
    for column in h.label_columns:
        profile = h.profiles[column]
        if not profile.filled:
            score += 0.5
        elif profile.text >= 0.5:
            score += 1.0
        else:
            score += 0.8 if names_rows(h, column) else -1.0
    return score / h.labels


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
    counts = (c for c in h.value_columns if h.profiles[c].is_numeric or h.profiles[c].marked)
    first = next((c for c in counts if not is_code(h, c)), None)
    if first is None:
        return 0.0
    return -min(1.0, 0.5 * sum(1 for c in h.filled_columns if c < first))


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
    first = bisect_left(h.sample.rows, h.body)
    for row in (*h.header_rows, *h.sample.rows[first : first + 30]):
        if row not in h.grid.merged:
            continue
        merge = h.grid.merges.get((row, edge))
        cut += merge is not None and merge.left < edge and merge.width < h.region.width - 1
    return -min(1.0, 0.5 * cut)


def empty_corner(h: Hypothesis) -> float:
    """One column without a head, left of columns that have one: the empty corner over the labels."""
    return 1.0 if h.labels == 1 and h.body > h.top and h.region.left not in h.last_heads else 0.0


LABEL_RULES: Final[tuple[Rule, ...]] = (
    Rule("label-is-words", Stage.LABEL, 3.0, label_is_words),
    Rule("words-left-of-numbers", Stage.LABEL, 3.0, words_left_of_numbers),
    Rule("first-words-label", Stage.LABEL, 1.0, first_words_label),
    Rule("values-remain", Stage.LABEL, 4.0, values_remain),
    Rule("label-merge-cut", Stage.LABEL, 3.0, label_merge_cut),
    Rule("empty-corner", Stage.LABEL, 0.25, empty_corner),
)
