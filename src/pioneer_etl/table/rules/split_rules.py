"""Evidence for where a header ends and which columns label the rows.  Each rule sees one hypothesis."""

from __future__ import annotations

from typing import Final

from pioneer_etl.table.grid import DATE, EMPTY, MARK, NUMBER, RANGE, TEXT, YEAR
from pioneer_etl.table.rules.base import Rule, Stage
from pioneer_etl.table.split import Hypothesis, is_index_row, is_line
from pioneer_etl.table.words import is_number_head, is_total


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def head_over_every_column(h: Hypothesis) -> float:
    """Columns that hold values have a head."""
    used = [c for c in h.value_columns if h.profiles[c].filled]
    if not used or h.top == h.body:
        return 0.0
    return _share(sum(1 for c in used if c in h.last_heads), len(used)) * 2 - 1


def words_over_numbers(h: Hypothesis) -> float:
    """Columns of numbers have words (or years) over them."""
    score = 0.0
    columns = h.numeric_columns
    for column in columns:
        head = h.last_heads.get(column)
        if head is None:
            continue
        shape = h.grid.shape(*head)
        score += 1.0 if shape == TEXT else 0.7 if shape in (YEAR, DATE, RANGE) else 0.2 if shape == MARK else -1.0
    return _share(score, len(columns))


def numbers_in_header(h: Hypothesis) -> float:
    """Plain numbers stand in the header rows."""
    numbers, filled = 0.0, 0
    for row in h.header_rows:
        line = h.grid.rows[row - 1][h.region.left - 1 : h.region.right]
        corner = any(line[: h.labels])
        numbers += line.count(NUMBER) * (1.0 if corner or not h.labels else 0.4)
        filled += len(line) - line.count(EMPTY)
    return -min(1.0, max(0.4, 1.5 * _share(numbers, filled))) if numbers else 0.0


def words_begin_body(h: Hypothesis) -> float:
    """The body's first row has words where the column below has numbers."""
    columns = (*(c for c in h.label_columns if h.profiles[c].is_numeric and h.profiles[c].numeric >= 0.8), *h.numeric_columns)
    if not columns or is_index_row(h.grid, h.region, h.body):
        return 0.0
    line = h.grid.rows[h.body - 1]
    words = sum(1 for c in columns if line[c - 1] == TEXT or h.grid.origin(h.body, c)[0] < h.body)
    filled = sum(1 for c in columns if line[c - 1])
    if not filled and not words:
        return 0.0
    return -_share(words, max(filled, words))


def years_begin_body(h: Hypothesis) -> float:
    """The body's first row is nothing but years, as a header's last row can be."""
    line = h.grid.rows[h.body - 1]
    values = [line[c - 1] for c in h.value_columns if line[c - 1]]
    if len(values) < 2 or any(shape != YEAR for shape in values):
        return 0.0
    below = [h.grid.rows[r - 1] for r in range(h.body + 1, min(h.body + 3, h.region.bottom) + 1)]
    if below and all(shape == YEAR for row in below for c in h.value_columns if (shape := row[c - 1])):
        return 0.0
    return -1.0


def years_end_header(h: Hypothesis) -> float:
    """The header's last row is a run of years or dates over numbers."""
    if h.top == h.body:
        return 0.0
    line = h.grid.rows[h.body - 2]
    values = [line[c - 1] for c in h.value_columns if line[c - 1]]
    return 1.0 if len(values) >= 2 and all(shape in (YEAR, DATE) for shape in values) else 0.0


def body_of_one_kind(h: Hypothesis) -> float:
    """Every column below the header holds things of one class."""
    columns = [c for c in h.value_columns if h.profiles[c].filled]
    return _share(sum(max(h.profiles[c].numeric, h.profiles[c].text) for c in columns), len(columns))


def look_changes(h: Hypothesis) -> float:
    """Bold, fill, alignment or borders change between the header and the body, and not within either."""
    if h.top == h.body or not h.grid.sheet.has_styles:
        return 0.0
    def look(row: int) -> list[tuple[bool, bool, str]]:
        found = []
        for c in range(h.region.left, h.region.right + 1):
            origin = h.grid.origin(row, c)
            if h.grid.shape(*origin):
                style = h.grid.sheet.style(*origin)
                found.append((style.bold, style.filled, style.horizontal))
        return found
    above, first = look(h.body - 1), look(h.body)
    if not above or not first:
        return 0.0
    def share(cells: list[tuple[bool, bool, str]], index: int) -> float:
        return sum(1 for cell in cells if cell[index]) / len(cells)
    change = 0.0
    for index in (0, 1):
        difference = share(above, index) - share(first, index)
        change += difference if difference > 0.5 else 0.5 * difference if difference < -0.5 else 0.0
    return max(-1.0, min(1.0, change))


def merges_in_header(h: Hypothesis) -> float:
    """A head is merged over several columns, or over all header rows."""
    for row in h.header_rows:
        for c in range(h.region.left, h.region.right + 1):
            merge = h.grid.merges.get((row, c))
            if merge and (merge.top, merge.left) == (row, c) and merge.bottom < h.body:
                if 1 < merge.width < h.region.width:
                    return 1.0
                if merge.height > 1:
                    return 1.0
    return 0.0


def merge_cut(h: Hypothesis) -> float:
    """A merge reaches over the line between header and body."""
    for c in range(h.region.left, h.region.right + 1):
        merge = h.grid.merges.get((h.body, c))
        if merge and merge.top < h.body:
            return -1.0
    return 0.0


def spread_begins_body(h: Hypothesis) -> float:
    """The body's first row spreads words over several columns, as only heads do."""
    spread = 0
    for c in h.value_columns:
        merge = h.grid.merges.get((h.body, c))
        if merge and (merge.top, merge.left) == (h.body, c) and 1 < merge.width < h.region.width and merge.left > h.region.left:
            spread += h.grid.shape(h.body, c) == TEXT
    if not spread:
        return 0.0
    below = range(h.body + 1, min(h.body + 3, h.region.bottom) + 1)
    again = any(
        (m := h.grid.merges.get((r, c))) and m.width > 1 and (m.top, m.left) == (r, c) for r in below for c in h.value_columns
    )
    return -0.4 if again else -1.0


def heads_differ(h: Hypothesis) -> float:
    """No head says what the body's cells below it say again."""
    if h.top == h.body:
        return 0.0
    last = h.body - 1
    again = seen = 0
    rows = [r for r in h.sample.rows if h.body <= r < h.body + 12]
    for c in range(h.region.left, h.region.right + 1):
        if h.grid.shape(last, c) != TEXT:
            continue
        text = h.grid.text(last, c)
        seen += 1
        again += any(h.grid.shape(r, c) == TEXT and h.grid.text(r, c) == text for r in rows)
    return -_share(again, seen)


def last_row_full(h: Hypothesis) -> float:
    """The header's last row, merges from above counted, speaks for most columns."""
    if h.top == h.body:
        return 0.0
    columns = [c for c in h.value_columns if h.profiles[c].filled]
    last = next((row for row in reversed(h.header_rows) if any(h.grid.rows[row - 1])), h.body - 1)
    spoken = sum(1 for c in columns if h.grid.shape(*h.grid.origin(last, c)))
    return _share(spoken, len(columns)) * 2 - 1 if columns else 0.0


def few_header_rows(h: Hypothesis) -> float:
    """Fewer header rows are likelier."""
    return -0.1 * (h.body - h.top)


def some_header(h: Hypothesis) -> float:
    """A table has a header."""
    return 1.0 if h.body > h.top else 0.0


def header_rows_are_words(h: Hypothesis) -> float:
    """The header holds words."""
    words = filled = 0
    for row in h.header_rows:
        line = h.grid.rows[row - 1][h.region.left - 1 : h.region.right]
        words += line.count(TEXT) + line.count(YEAR)
        filled += len(line) - line.count(EMPTY)
    return _share(words, filled)


def total_in_header(h: Hypothesis) -> float:
    """A total row, by its label, stands among the header rows."""
    for row in h.header_rows:
        text = h.grid.text(row, h.region.left)
        line = h.grid.rows[row - 1]
        if text and is_total(text) and any(line[c - 1] in (NUMBER, MARK) for c in h.value_columns):
            return -1.0
    return 0.0


def body_rows_speak(h: Hypothesis) -> float:
    """The body has rows that hold values."""
    rows = [r for r in h.sample.rows if r >= h.body][:8]
    return 0.0 if any(h.grid.rows[r - 1][c - 1] for r in rows for c in h.value_columns) else -1.0


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
    """Whether a column of numbers names its rows: under 序号, running numbers, years, codes before words."""
    head = h.last_heads.get(column)
    if head and is_number_head(h.grid.text(*head)):
        return True
    rows = [r for r in h.sample.rows if r >= h.body and h.grid.shape(r, column) in (NUMBER, YEAR, DATE)][:60]
    values = [h.grid.sheet.at(r, column) for r in rows]
    near = [h.grid.shape(r, column) for r in h.sample.rows if r >= h.body and h.grid.shape(r, column)][:60]
    if column == h.region.left and near:
        if near.count(RANGE) * 2 >= len(near) - near.count(TEXT):
            return True
        years = near.count(YEAR) + near.count(DATE)
        if years >= 0.7 * (len(near) - near.count(TEXT)) and len(set(map(str, values))) == len(values):
            return True
    if len(values) < 2 or len(set(map(str, values))) < len(values):
        # years or codes carried down: mostly blank below each
        return column == h.region.left and bool(values) and h.profiles[column].filled * 2 <= len(h.sample.rows) and len(values) >= 1
    if is_code(h, column):
        return True
    shapes = bytes(h.grid.shape(r, column) for r in rows)
    if shapes.count(YEAR) + shapes.count(DATE) == len(shapes):
        return column == h.region.left
    numbers = [int(v) for v in values if isinstance(v, int) or (isinstance(v, str) and v.strip().isdecimal())]
    steps = sum(1 for one, two in zip(numbers, numbers[1:], strict=False) if two == one + 1)
    if len(numbers) == len(values) and steps >= 0.6 * (len(numbers) - 1) and numbers[0] <= 2 and column == h.region.left:
        return True
    following = [c for c in h.label_columns if c > column and h.profiles[c].text >= 0.5]
    return bool(following) and all(isinstance(v, int | str) for v in values)


def is_code(h: Hypothesis, column: int) -> bool:
    """Whether a column of whole numbers, all different, stands between columns of words: it names, it does not count."""
    if column + 1 > h.region.right or column == h.region.left:
        return False
    texts = [h.grid.text(r, column) for r in h.sample.rows if r >= h.body and h.grid.shape(r, column) == NUMBER][:60]
    if len(texts) >= 3 and all(text.isdecimal() for text in texts) and len(set(map(len, texts))) == 1 and (
        any(text.startswith("0") and len(text) > 1 for text in texts) or len(texts[0]) >= 9
    ):
        return True
    beside = h.profiles[column - 1].text > 0.5 and h.profiles[column + 1].text > 0.5
    if not beside or h.profiles[column].filled < 3:
        return False
    values = [h.grid.sheet.at(r, column) for r in h.sample.rows if r >= h.body and h.grid.shape(r, column)][:60]
    return all(isinstance(v, int) or (isinstance(v, str) and v.strip().isdecimal()) for v in values) and len(set(map(str, values))) == len(values)


def words_left_of_numbers(h: Hypothesis) -> float:
    """No column of words stands between the labels and the first column of numbers."""
    numeric = [c for c in h.numeric_columns if not is_code(h, c)]
    if not numeric:
        return 0.0
    passed = sum(1 for c in h.value_columns if c < numeric[0] and h.profiles[c].filled)
    return -min(1.0, 0.5 * passed)


def one_or_two_labels_of_words(h: Hypothesis) -> float:
    """Where nothing is counted, the first column of words labels the rows."""
    if h.numeric_columns or any(h.profiles[c].is_numeric for c in h.label_columns if not names_rows(h, c)):
        return 0.0
    words = sum(1 for c in h.label_columns if h.profiles[c].text > 0.5)
    return 1.0 if words == 1 and h.labels <= 2 else -0.3 * abs(words - 1)


def values_remain(h: Hypothesis) -> float:
    """Some column is left to hold values."""
    return 0.0 if any(h.profiles[c].filled for c in h.value_columns) else -1.0


def label_merge_cut(h: Hypothesis) -> float:
    """A head or label merged over several columns is not cut between labels and values."""
    if not h.labels:
        return 0.0
    edge = h.region.left + h.labels
    if edge > h.region.right:
        return 0.0
    cut = 0
    for row in (*h.header_rows, *[r for r in h.sample.rows if r >= h.body][:30]):
        merge = h.grid.merges.get((row, edge))
        if merge and merge.left < edge and merge.width < h.region.width - 1:
            cut += 1
    return -min(1.0, 0.5 * cut)


def title_in_header(h: Hypothesis) -> float:
    """The header's first row says something over the labels, and the row below heads every column anyway."""
    if h.body - h.top < 2:
        return 0.0
    first = [h.grid.origin(h.top, c) for c in range(h.region.left, h.region.right + 1)]
    said = {cell for cell in first if cell[0] == h.top and h.grid.shape(*cell)}
    left = h.grid.span(h.top, h.region.left)
    if (h.top, h.region.left) not in said or left.bottom > h.top or len(said) > 3:
        return 0.0
    below = [c for c in range(h.region.left, h.region.right + 1) if h.grid.shape(h.top + 1, c)]
    used = [c for c in h.last_heads if h.last_heads[c][0] > h.top]
    return -1.0 if len(below) >= max(2, len(used)) and h.region.left in below else 0.0


def unlabelled_begins_body(h: Hypothesis) -> float:
    """The body's first row has no label though the rows below have one."""
    if not h.labels or h.region.left in h.last_heads:
        return 0.0
    def labelled(row: int) -> bool:
        return any(h.grid.shape(*h.grid.origin(row, c)) for c in h.label_columns)
    if labelled(h.body) or not any(h.grid.rows[h.body - 1][c - 1] for c in h.value_columns):
        return 0.0
    below = [r for r in h.sample.rows if r > h.body and any(h.grid.rows[r - 1][c - 1] for c in h.value_columns)][:10]
    return -1.0 if len(below) >= 2 and all(labelled(r) for r in below) else 0.0


def line_begins_body(h: Hypothesis) -> float:
    """A body without a header begins with a line of words."""
    return -1.0 if h.top == h.body and is_line(h.grid, h.region, h.body) else 0.0


def heads_left_out(h: Hypothesis) -> float:
    """Rows right above the header could be levels of it."""
    return -1.0 if any(h.grid.rows[h.top - 2][c - 1] for c in h.value_columns) and h.top > h.reach else 0.0


def heads_repeat(h: Hypothesis) -> float:
    """The corner is empty or names the labels; its emptiness marks the label columns."""
    if h.labels != 1 or h.top == h.body:
        return 0.0
    return 0.5 if h.region.left not in h.last_heads else 0.0


def _told_header(h: Hypothesis) -> str:
    texts = [h.grid.text(*cell) for c, cell in sorted(h.last_heads.items()) if c in h.value_columns][:4]
    return f"rows {h.top}-{h.body - 1} head the columns: {' | '.join(texts)}"


SPLIT_RULES: Final[tuple[Rule, ...]] = (
    Rule("some-header", Stage.SPLIT, 1.5, some_header, evidence=_told_header),
    Rule("head-over-every-column", Stage.SPLIT, 2.0, head_over_every_column),
    Rule("words-over-numbers", Stage.SPLIT, 3.0, words_over_numbers),
    Rule("numbers-in-header", Stage.SPLIT, 6.0, numbers_in_header),
    Rule("words-begin-body", Stage.SPLIT, 5.0, words_begin_body),
    Rule("years-begin-body", Stage.SPLIT, 3.0, years_begin_body),
    Rule("years-end-header", Stage.SPLIT, 1.5, years_end_header),
    Rule("body-of-one-kind", Stage.SPLIT, 2.0, body_of_one_kind),
    Rule("look-changes", Stage.SPLIT, 1.5, look_changes),
    Rule("merges-in-header", Stage.SPLIT, 1.0, merges_in_header),
    Rule("merge-cut", Stage.SPLIT, 5.0, merge_cut),
    Rule("spread-begins-body", Stage.SPLIT, 2.0, spread_begins_body),
    Rule("heads-differ", Stage.SPLIT, 2.0, heads_differ),
    Rule("last-row-full", Stage.SPLIT, 1.0, last_row_full),
    Rule("few-header-rows", Stage.SPLIT, 2.0, few_header_rows),
    Rule("header-is-words", Stage.SPLIT, 1.5, header_rows_are_words),
    Rule("total-in-header", Stage.SPLIT, 4.0, total_in_header),
    Rule("body-rows-speak", Stage.SPLIT, 3.0, body_rows_speak),
    Rule("label-is-words", Stage.SPLIT, 3.0, label_is_words),
    Rule("words-left-of-numbers", Stage.SPLIT, 3.0, words_left_of_numbers),
    Rule("first-words-label", Stage.SPLIT, 1.0, one_or_two_labels_of_words),
    Rule("values-remain", Stage.SPLIT, 4.0, values_remain),
    Rule("label-merge-cut", Stage.SPLIT, 3.0, label_merge_cut),
    Rule("title-in-header", Stage.SPLIT, 6.0, title_in_header),
    Rule("unlabelled-begins-body", Stage.SPLIT, 4.0, unlabelled_begins_body),
    Rule("line-begins-body", Stage.SPLIT, 3.0, line_begins_body),
    Rule("heads-left-out", Stage.SPLIT, 2.5, heads_left_out),
    Rule("corner", Stage.SPLIT, 0.5, heads_repeat),
)
