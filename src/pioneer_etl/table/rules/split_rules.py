"""Evidence for where a header begins and ends.  Each rule sees one split.Hypothesis."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from pioneer_etl.table.grid import DATE, EMPTY, MARK, NUMBER, RANGE, TEXT, YEAR
from pioneer_etl.table.rules.base import Rule, Stage
from pioneer_etl.table.split import Header, Hypothesis, is_index_row, is_line
from pioneer_etl.table.words import is_figure_head, is_item_head, is_total

_LONGEST_HEAD: Final = 60
_WORDS: Final = bytes((TEXT, EMPTY))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _line(h: Header, row: int) -> bytes:
    """A row's classes, in the region's columns only."""
    region = h.region
    return h.grid.rows[row - 1][region.left - 1 : region.right]


def some_header(h: Hypothesis) -> float:
    """A table has a header."""
    return 1.0 if h.body > h.top else 0.0


def head_over_every_column(h: Hypothesis) -> float:
    """Columns that hold values have a head."""
    if not h.filled_columns or h.top == h.body:
        return 0.0
    headed = h.last_heads
    return _share(sum([c in headed for c in h.filled_columns]), len(h.filled_columns)) * 2 - 1


def words_over_numbers(h: Hypothesis) -> float:
    """Columns of numbers have words (or years) over them."""
    score = 0.0
    heads, rows = h.last_heads, h.grid.rows
    for column in h.numeric_columns:
        head = heads.get(column)
        if head is None:
            continue
        shape = rows[head[0] - 1][head[1] - 1]
        if shape == TEXT:
            score += 1.0
            continue
        if shape == NUMBER and head[0] == h.body - 1 and h.sample.is_run(head[0]):
            shape = YEAR
        score += 0.7 if shape in (YEAR, DATE, RANGE) else 0.2 if shape == MARK else -1.0
    return _share(score, len(h.numeric_columns))


def numbers_in_header(h: Hypothesis) -> float:
    """Plain numbers stand in the header rows; less telling where the corner beside them is empty."""
    numbers, filled = 0.0, 0
    for row in h.header_rows:
        line = _line(h, row)
        count = line.count(NUMBER)
        if count >= 3 and h.sample.is_run(row):
            continue
        if count:
            corner = any(line[: h.labels]) or not h.labels
            numbers += count * (1.0 if corner else 0.4)
        filled += len(line) - line.count(EMPTY)
    return -min(1.0, max(0.4, 1.5 * _share(numbers, filled))) if numbers else 0.0


def words_begin_body(h: Hypothesis) -> float:
    """The body's first row has words where the column below has numbers."""
    merged = h.body in h.grid.merged
    if h.body > h.region.bottom or not (merged or TEXT in _line(h, h.body)):
        return 0.0
    profiles = h.profiles
    labels = [c for c in h.label_columns if profiles[c].filled and profiles[c].numeric >= 0.8]
    marked = [c for c in h.sample.columns_of_values(h.body)[2] if c >= h.value_columns.start]
    columns = (*labels, *h.numeric_columns, *marked)
    line = h.grid.rows[h.body - 1]
    words = sum([line[c - 1] == TEXT or (merged and h.grid.origin(h.body, c)[0] < h.body) for c in columns])
    if not words or is_index_row(h.grid, h.region, h.body):
        return 0.0
    filled = sum([line[c - 1] > 0 for c in columns])
    return -_share(words, max(filled, words))


def years_begin_body(h: Hypothesis) -> float:
    """The body's first row is nothing but years, as a header's last row can be."""
    if h.body > h.region.bottom:
        return 0.0
    line = h.grid.rows[h.body - 1][h.value_columns.start - 1 : h.region.right]
    if line.count(YEAR) < 2 or line.count(YEAR) < len(line) - line.count(EMPTY):
        return 0.0
    below = [h.grid.rows[r - 1] for r in range(h.body + 1, min(h.body + 3, h.region.bottom) + 1)]
    if below and all(row[c - 1] in (YEAR, EMPTY) for row in below for c in h.value_columns):
        return 0.0
    return -1.0


def years_end_header(h: Hypothesis) -> float:
    """The header's last row is a run of years or dates over numbers."""
    if h.top == h.body:
        return 0.0
    line = h.grid.rows[h.body - 2][h.value_columns.start - 1 : h.region.right]
    times = line.count(YEAR) + line.count(DATE)
    return 1.0 if times >= 2 and times == len(line) - line.count(EMPTY) else 0.0


def body_of_one_kind(h: Hypothesis) -> float:
    """Every column below the header holds things of one class."""
    profiles = h.profiles
    return _share(sum([profiles[c].purity for c in h.filled_columns]), len(h.filled_columns))


def look_changes(h: Header) -> float:
    """Bold type or fill ends with the header."""
    if h.top == h.body or h.body > h.region.bottom or not h.grid.sheet.has_styles:
        return 0.0
    above, first = _look(h, h.body - 1), _look(h, h.body)
    if above is None or first is None:
        return 0.0
    change = 0.0
    for one, two in zip(above, first, strict=True):
        change += one - two if one - two > 0.5 else 0.5 * (one - two) if one - two < -0.5 else 0.0
    return max(-1.0, min(1.0, change))


def _look(h: Header, row: int) -> tuple[float, float] | None:
    """The shares of a row's cells that are bold and that are filled; None for a blank row."""
    key = ("look", row)
    if key not in h.sample.memo:
        styles = h.grid.styles(h.grid.said(row, h.region.left, h.region.right))
        count = len(styles)
        look = (
            (sum([each.bold for each in styles]) / count, sum([each.filled for each in styles]) / count)
            if styles
            else None
        )
        h.sample.memo[key] = look
    found: tuple[float, float] | None = h.sample.memo[key]
    return found


def merges_in_header(h: Header) -> float:
    """A head is merged over several columns or rows."""
    for row in h.grid.merged.intersection(h.header_rows):
        for c in range(h.region.left, h.region.right + 1):
            merge = h.grid.merges.get((row, c))
            if (
                merge
                and (merge.top, merge.left) == (row, c)
                and merge.bottom < h.body
                and len(h.grid.text(row, c)) <= _LONGEST_HEAD
                and (1 < merge.width < h.region.width or merge.height > 1)
            ):
                return 1.0
    return 0.0


def merge_cut(h: Header) -> float:
    """A merge reaches over the line between header and body, or over the header's upper edge."""
    for edge in h.grid.merged.intersection((h.top, h.body)):
        for c in range(h.region.left, h.region.right + 1):
            merge = h.grid.merges.get((edge, c))
            if merge and merge.top < edge:
                return -1.0
    return 0.0


def spread_begins_body(h: Hypothesis) -> float:
    """The body's first row spreads words over several columns, as only heads do."""

    def spread(row: int) -> bool:
        for c in h.value_columns:
            merge = h.grid.merges.get((row, c))
            if merge and (merge.top, merge.left) == (row, c) and 1 < merge.width < h.region.width and c > h.region.left:
                return True
        return False

    if h.body not in h.grid.merged or h.body > h.region.bottom or not spread(h.body) or TEXT not in _line(h, h.body):
        return 0.0
    return -0.4 if any(spread(r) for r in range(h.body + 1, min(h.body + 3, h.region.bottom) + 1)) else -1.0


def heads_come_again(h: Header) -> float:
    """The body's cells say what the head over them says."""
    if h.top == h.body:
        return 0.0
    key = ("again", h.body)
    if key not in h.sample.memo:
        h.sample.memo[key] = _again(h, h.body - 1, range(h.body, min(h.body + 12, h.region.bottom + 1)))
    return -float(h.sample.memo[key])


def _again(h: Header, row: int, below: range) -> float:
    """The share of a row's words that a cell below says too."""
    grid, cells = h.grid, h.grid.sheet.rows
    heads = {c: cells[row - 1][c - 1] for c, shape in enumerate(_line(h, row), h.region.left) if shape == TEXT}
    words = set(heads.values())
    lines = [r for r in below if not words.isdisjoint(cells[r - 1])]  # hardly ever any
    again = sum(
        [any(grid.shape(r, c) == TEXT and cells[r - 1][c - 1] == head for r in lines) for c, head in heads.items()]
    )
    return _share(again, len(heads))


def last_row_full(h: Hypothesis) -> float:
    """The header's last row, merges from above counted, speaks for most columns."""
    if h.top == h.body or not h.filled_columns:
        return 0.0
    last = next((row for row in reversed(h.header_rows) if any(h.grid.rows[row - 1])), h.body - 1)
    key = ("spoken", last)
    if key not in h.sample.memo:
        columns = range(h.region.left, h.region.right + 1)
        merged = last in h.grid.merged
        h.sample.memo[key] = {c for c in columns if h.grid.shape(*(h.grid.origin(last, c) if merged else (last, c)))}
    spoken = len(h.sample.memo[key].intersection(h.filled_columns))
    strength = _share(spoken, len(h.filled_columns)) * 2 - 1
    return strength if h.grid.merges or strength > 0 else 0.5 * strength  # unmerged heads leave blanks below them


def few_header_rows(h: Header) -> float:
    """Fewer header rows are likelier."""
    return -0.1 * (h.body - h.top)


def header_is_words(h: Header) -> float:
    """The header holds words."""
    words = filled = 0
    for row in h.header_rows:
        line = _line(h, row)
        words += line.count(TEXT) + line.count(YEAR)
        filled += len(line) - line.count(EMPTY)
    return _share(words, filled)


def total_in_header(h: Hypothesis) -> float:
    """A total row, by its label, stands among the header rows."""
    for row in h.header_rows:
        line = h.grid.rows[row - 1][h.value_columns.start - 1 : h.region.right]
        if NUMBER in line or MARK in line:
            text = h.grid.text(row, h.region.left)
            if text and is_total(text):
                return -1.0
    return 0.0


def body_rows_speak(h: Hypothesis) -> float:
    """The body has rows that hold values."""
    first = bisect_left(h.sample.rows, h.body)
    rows = h.sample.rows[first : first + 8]
    if not rows and h.body > h.region.bottom:
        return 0.0
    left = h.value_columns.start - 1
    return 0.0 if any(any(h.grid.rows[r - 1][left : h.region.right]) for r in rows) else -1.0


def nothing_below(h: Header) -> float:
    """The region ends with its header: a blank form."""
    return 1.0 if h.body > h.region.bottom else 0.0


def index_in_header(h: Header) -> float:
    """A row that numbers the columns (甲 乙 1 2) stands below words in the header: it is no level of it."""
    rows = [row for row in h.header_rows if any(h.grid.rows[row - 1])]
    below_words = len(rows) > 1 or (bool(rows) and h.top > h.reach)
    return -1.0 if below_words and is_index_row(h.grid, h.region, rows[-1]) else 0.0


def title_in_header(h: Header) -> float:
    """The header's first row says something over the labels, and the row below heads every column anyway."""
    if h.body - h.top < 2 or not all(h.grid.shape(row, h.region.left) for row in (h.top, h.top + 1)):
        return 0.0
    said = [cell for cell in h.grid.said(h.top, h.region.left, h.region.right) if cell[0] == h.top]
    if (h.top, h.region.left) not in said or len(said) > min(3, len(h.last_heads) - 1):
        return 0.0
    spans = [h.grid.span(*cell) for cell in said]
    if any(span.height > 1 for span in spans):
        return 0.0  # what reaches down into the header is part of it
    if len(spans) > 1 and min(span.width for span in spans) > 1 and sum(span.width for span in spans) == h.region.width:
        return 0.0  # merged cells that share the whole width between them are a level over blocks of columns
    below = [c for c in range(h.region.left, h.region.right + 1) if h.grid.shape(h.top + 1, c)]
    used = [c for c in h.last_heads if h.last_heads[c][0] > h.top]
    return -1.0 if len(below) >= max(2, len(used)) and h.region.left in below else 0.0


def unlabelled_begins_body(h: Hypothesis) -> float:
    """The body's first row has no label though the rows below have one."""
    if not h.labels or h.body > h.region.bottom:
        return 0.0
    left = h.region.left
    line = _line(h, h.body)
    if line[0] or len(line) - line.count(EMPTY) < 2:
        return 0.0
    if left in h.last_heads and line.strip(_WORDS):
        return 0.0

    def valued(row: int) -> bool:
        return any(h.grid.rows[row - 1][left : h.region.right])

    def short(column: int) -> bool:
        return len(h.grid.text(h.body, column)) <= _LONGEST_HEAD and h.grid.span(h.body, column).height == 1

    heads = [c for c in range(left + 1, h.region.right + 1) if h.grid.shape(h.body, c) and short(c)]
    if h.grid.shape(*h.grid.origin(h.body, left)) or len(heads) < 2:
        return 0.0
    below = [r for r in range(h.body + 1, min(h.body + 12, h.region.bottom + 1)) if valued(r)]
    labelled = [r for r in below if h.grid.shape(*h.grid.origin(r, left))]
    return -1.0 if below and len(labelled) == len(below) else 0.0


def line_begins_body(h: Header) -> float:
    """A body without a header begins with a line of words."""
    if h.top < h.body or h.body > h.region.bottom:
        return 0.0
    return -1.0 if is_line(h.grid, h.region, h.body) else 0.0


def heads_left_out(h: Header) -> float:
    """Rows right above the header could be levels of it."""
    return -1.0 if h.top > h.reach and any(h.grid.rows[h.top - 2][h.region.left : h.region.right]) else 0.0


def items_named_above(h: Header) -> float:
    """A row that heads items and what they come to (指标, 数值) is no upper level: its items stand right below."""
    for row in range(h.reach, h.body - 1):
        key = ("items", row)
        if key not in h.sample.memo:
            h.sample.memo[key] = _heads_items(h, row)
        if h.sample.memo[key]:
            return -1.0
    return 0.0


def _heads_items(h: Header, row: int) -> bool:
    columns = range(h.region.left, h.region.right + 1)
    heads = [(c, h.grid.text(row, c)) for c in columns if h.grid.shape(row, c) == TEXT]
    item = next((c for c, text in heads if is_item_head(text)), None)
    if item is None or len(heads) < 3:
        return False
    figures = [c for c, text in heads if c > item and is_figure_head(text)]
    cells = (h.grid.span(row, c) for c in (item, *figures))
    return bool(figures) and all(cell.height == 1 and cell.width == 1 for cell in cells)


def data_left_above(h: Hypothesis) -> float:
    """Rows of figures stand above the header."""
    for row in range(h.region.top, h.top):
        line = _line(h, row)
        if line.count(NUMBER, h.labels) and len(line) - line.count(EMPTY) >= 2:
            return -1.0
    return 0.0


def _told_header(h: Hypothesis) -> str:
    texts = [h.grid.text(*cell) for c, cell in sorted(h.last_heads.items()) if c in h.value_columns][:4]
    return f"rows {h.top}-{h.body - 1} head the columns: {' | '.join(texts)}"


SPLIT_RULES: Final[tuple[Rule, ...]] = (
    Rule("some-header", Stage.SPLIT, 1.5, some_header, evidence=_told_header, of_header=True),
    Rule("head-over-every-column", Stage.SPLIT, 2.0, head_over_every_column, of_header=True),
    Rule("words-over-numbers", Stage.SPLIT, 3.0, words_over_numbers, of_header=True),
    Rule("numbers-in-header", Stage.SPLIT, 6.0, numbers_in_header, at_most=0),
    Rule("words-begin-body", Stage.SPLIT, 5.0, words_begin_body, of_body=True, at_most=0),
    Rule("years-begin-body", Stage.SPLIT, 3.0, years_begin_body, of_body=True, at_most=0),
    Rule("years-end-header", Stage.SPLIT, 1.5, years_end_header, of_header=True),
    Rule("body-of-one-kind", Stage.SPLIT, 2.0, body_of_one_kind, of_body=True),
    Rule("look-changes", Stage.SPLIT, 1.5, look_changes, of_rows=True),
    Rule("merges-in-header", Stage.SPLIT, 1.0, merges_in_header, of_rows=True),
    Rule("merge-cut", Stage.SPLIT, 5.0, merge_cut, of_rows=True, at_most=0),
    Rule("spread-begins-body", Stage.SPLIT, 2.0, spread_begins_body, of_body=True, at_most=0),
    Rule("heads-come-again", Stage.SPLIT, 2.0, heads_come_again, of_rows=True, at_most=0),
    Rule("last-row-full", Stage.SPLIT, 2.0, last_row_full, of_header=True),
    Rule("items-named-above", Stage.SPLIT, 4.0, items_named_above, of_rows=True, at_most=0),
    Rule("few-header-rows", Stage.SPLIT, 2.0, few_header_rows, of_rows=True, at_most=0),
    Rule("header-is-words", Stage.SPLIT, 1.5, header_is_words, of_rows=True),
    Rule("total-in-header", Stage.SPLIT, 4.0, total_in_header, at_most=0),
    Rule("body-rows-speak", Stage.SPLIT, 3.0, body_rows_speak, of_body=True, at_most=0),
    Rule("nothing-below", Stage.SPLIT, 5.0, nothing_below, of_rows=True),
    Rule("index-in-header", Stage.SPLIT, 6.0, index_in_header, of_rows=True, at_most=0),
    Rule("title-in-header", Stage.SPLIT, 6.0, title_in_header, of_rows=True, at_most=0),
    Rule("unlabelled-begins-body", Stage.SPLIT, 4.0, unlabelled_begins_body, at_most=0),
    Rule("line-begins-body", Stage.SPLIT, 3.0, line_begins_body, of_rows=True, at_most=0),
    Rule("heads-left-out", Stage.SPLIT, 2.5, heads_left_out, of_rows=True, at_most=0),
    Rule("data-left-above", Stage.SPLIT, 5.0, data_left_above, at_most=0),
)
