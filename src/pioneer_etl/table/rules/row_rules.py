"""Evidence for what a row of a table's body is.  Each rule sees one rows.BodyRow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pioneer_etl.table.grid import DATE, MARK, NUMBER, TEXT, YEAR
from pioneer_etl.table.headers import clean
from pioneer_etl.table.model import RowRole
from pioneer_etl.table.outline import depth, numbering
from pioneer_etl.table.rows import BodyRow
from pioneer_etl.table.rules.base import Rule, Stage
from pioneer_etl.table.words import (
    is_continuation,
    is_fact,
    is_note,
    is_signature,
    is_subtotal,
    is_total,
    may_tell_fact,
    squeeze,
)

_COUNTED: Final = re.compile(r"[（(]\s*\d+\s*\w?\s*[)）]\s*$")


def holds_values(row: BodyRow) -> float:
    """The row holds values."""
    return 1.0 if row.valued else 0.3


def _is_unnumbered(row: BodyRow) -> bool:
    return not row.body.is_numbered


def numbers_columns(row: BodyRow) -> float:
    """The row numbers the columns (甲 乙 1 2 3)."""
    body = row.body
    if not body.is_numbered:
        return 0.0
    return 1.0 if row.row == body.top or _says(row, body.top) else 0.0


def _says(row: BodyRow, other: int) -> bool:
    """Whether another row says the same in every column."""
    line, beside = row.grid.rows[row.row - 1], row.grid.rows[other - 1]
    columns = (*row.body.labels, *row.body.values)
    for c in columns:
        # What says the same is of one class.
        if line[c - 1] != beside[c - 1] or row.grid.text(row.row, c) != row.grid.text(other, c):
            return False
    return True


def _counts(row: BodyRow) -> bool:
    """Whether there are no heads to say again, or a number stands in a column of numbers."""
    line = row.grid.rows[row.row - 1]
    return not row.body.heads or (row.figures > 0 and any(line[c - 1] == NUMBER for c in row.body.numeric))


def says_heads_again(row: BodyRow) -> float:
    """The row says again what the columns' heads say."""
    if _counts(row):
        return 0.0
    line = row.grid.rows[row.row - 1]
    merged = row.row in row.grid.merged
    same = different = 0
    columns = (*row.body.labels, *row.body.values)
    for column in columns:
        if not line[column - 1] or (merged and column in row.body.labels and row.grid.span(row.row, column).height > 1):
            continue  # a label merged down is of the rows below too
        if clean(row.grid.text(row.row, column)) in row.body.said.get(column, ()):
            same += 1
        else:
            different += 1
            if different * 4 > len(columns):
                return 0.0
    if same == 1 and not different:  # a level with one head, beside a row that repeats heads too
        return 1.0 if row.row > row.body.top and any(_repeats(row, row.row + step) for step in (-1, 1)) else 0.0
    return 1.0 if same >= 2 and same >= 3 * different else 0.0


def _repeats(row: BodyRow, other: int) -> bool:
    """Whether all that another row says stands in the header, in the same columns."""
    if not row.body.top <= other <= row.body.bottom:
        return False
    said = [(c, row.grid.text(other, c)) for c in (*row.body.labels, *row.body.values) if row.grid.shape(other, c)]
    return bool(said) and all(clean(text) in row.body.said.get(c, ()) for c, text in said)


def _has_no_total_word(row: BodyRow) -> bool:
    return not row.may_sum


def total_word(row: BodyRow) -> float:
    """A label says that the row adds up others."""
    return 1.0 if row.may_sum and any(map(is_total, row.said)) else 0.0


def subtotal_word(row: BodyRow) -> float:
    """A label names a subtotal (小计)."""
    return 1.0 if row.may_sum and any(map(is_subtotal, row.said)) else 0.0


def inner_total(row: BodyRow) -> float:
    """The total's word stands in an inner label: it adds up a part."""
    if len(row.body.labels) < 2 or not row.valued or not total_word(row):
        return 0.0
    cells = _label_cells(row)
    inner = [c for c in cells if is_total(row.grid.text(*c)) and c[1] > row.body.labels[0]]
    origin = row.grid.origin(row.row, row.body.labels[0])
    outer = row.grid.text(*origin)
    return 0.9 if inner and outer and not outer.strip().isdecimal() and not is_total(outer) else 0.0


def _has_values(row: BodyRow) -> bool:
    """Whether a row holds values, and more than one cell alone."""
    return len(row.valued) > 0 and len(row.valued) + len(row.labels) > 1


def heads_others(row: BodyRow) -> float:
    """A label without values, above rows that have some; less telling where one value only is missing."""
    if row.last:
        return 0.0
    if not row.valued and row.labels:
        if any(row.grid.origin(row.row, c)[0] < row.row for c in row.body.values):
            return 0.0
        return 1.0 if len(row.body.values) >= 2 else 0.1
    if len(row.valued) == 1 and not row.labels:
        merge = row.grid.merges.get((row.row, row.valued[0]))
        return 1.0 if merge and merge.width > 1 and merge.width * 2 >= row.body.region.width else 0.0
    return 0.0


def reads_as_head(row: BodyRow) -> float:
    """A label without values looks like a head: it ends with a colon, is numbered, counts its rows, or stands out."""
    if row.last or row.valued or not row.labels:
        return 0.0
    cell = row.labels[-1]
    text = row.grid.text(*cell)
    if cell[1] < row.body.labels[-1] and row.grid.shape(*cell) == TEXT:
        return 1.0  # an outer label alone
    if text.endswith((":", "：")) or numbering(text) == 0 or _COUNTED.search(text):
        return 1.0
    below = row.row + 1
    if below > row.grid.height or not row.grid.shape(below, cell[1]):
        return 0.0
    style, next_style = row.grid.sheet.style(*cell), row.grid.sheet.style(below, cell[1])
    if style.bold and not next_style.bold:
        return 1.0
    deeper = next_style.indent > style.indent or depth(row.grid.raw(below, cell[1])) > depth(row.grid.raw(*cell))
    return 1.0 if deeper else 0.0


def named_like_others(row: BodyRow) -> float:
    """A label without values is named as those around it (宜三村 among 宜一村 宜二村): its values are missing."""
    if row.valued or not row.labels or len(row.labels) < len(row.body.labels):
        return 0.0
    text = _name_shape(row.grid.text(*row.labels[-1]))
    if not text:
        return 0.0
    column = row.labels[-1][1]
    rows = range(max(row.body.top, row.row - 6), min(row.body.bottom, row.row + 6) + 1)
    others = [_name_shape(row.grid.text(r, column)) for r in rows if r != row.row and row.grid.shape(r, column)]
    return 1.0 if len(others) >= 2 and others.count(text) * 10 >= len(others) * 7 else 0.0


def _name_shape(text: str) -> str:
    """What names of one kind share: a code's pattern (AA9999), or the last Chinese character; empty where neither."""
    plain = squeeze(text)
    if len(plain) >= 2 and not plain[-1].isascii():
        return plain[-1]
    if plain.isascii() and plain.isalnum() and any(char.isdigit() for char in plain):
        return "".join("9" if char.isdigit() else "A" for char in plain)
    return ""


def spread_over_table(row: BodyRow) -> float:
    """One text, merged over the values, says something about the rows below it."""
    if row.last or len(row.labels) + len(row.valued) != 1:
        return 0.0
    merge = row.grid.merges.get(row.labels[0] if row.labels else (row.row, row.valued[0]))
    return 1.0 if merge and merge.width * 2 >= row.body.region.width and merge.width > 1 and merge.height == 1 else 0.0


def _is_no_note(row: BodyRow) -> bool:
    """Whether a row holds figures, or more than a note does and too few words for facts."""
    columns = row.labelled + row.valued
    return row.figures > 2 or not (_is_sparse(row, columns) or 2 * len(_words(row, columns)) >= len(columns))


def _is_sparse(row: BodyRow, columns: Sequence[int]) -> bool:
    """Whether a row fills as few columns as lines of words do."""
    return len(columns) == 1 or len(columns) * 3 <= row.body.region.width + 2


def _words(row: BodyRow, columns: Sequence[int]) -> list[int]:
    """The columns in which a fact may stand."""
    line = row.grid.rows[row.row - 1]
    return [c for c in columns if line[c - 1] in (TEXT, MARK)]


def reads_as_note(row: BodyRow) -> float:
    """The row opens as a note, a source or a signature does, and holds hardly any figures."""
    columns = row.labelled + row.valued
    if row.figures > 2 or not columns:
        return 0.0
    words = _words(row, columns)
    if len(columns) > 1 and len(words) * 2 >= len(columns):
        texts = row.grid.texts(row.row, words)
        if may_tell_fact("\n".join(texts)) and sum(map(is_fact, texts)) * 2 >= len(columns):
            return 1.0
    if not _is_sparse(row, columns):
        return 0.0
    few = len(columns) * 3 <= row.body.region.width + 2
    line = row.grid.rows[row.row - 1]
    if any(line[c - 1] in (NUMBER, YEAR, DATE, MARK) for c in columns[1:]):
        return 0.0
    text = row.grid.text(row.row, columns[0])
    if len(columns) == 1 and (is_note(text) or is_continuation(text)):
        return 1.0
    return 1.0 if few and len(text) > 4 and line[columns[0] - 1] == TEXT and is_signature(text) else 0.0


def only_beside(row: BodyRow) -> float:
    """All that the row holds stands in columns without a head, or is a running number."""
    heads = row.body.heads
    if not heads or (row.valued and row.valued[0] in heads):
        return 0.0
    line = row.grid.rows[row.row - 1]
    if any(line[c - 1] for c in row.body.values if c in heads):
        return 0.0
    if row.labels and any(row.grid.shape(*cell) not in (NUMBER, MARK) for cell in row.labels):
        return 0.0
    if row.labels and len(row.body.labels) < 2:
        return 0.0
    return 1.0


def _is_under_head(row: BodyRow) -> bool:
    return not only_beside(row)


def _label_cells(row: BodyRow) -> tuple[tuple[int, int], ...]:
    """The row's labels; where it has none, its first words (合计 written under a column of values)."""
    if row.labels:
        first = [(row.row, c) for c in row.valued[:1] if row.grid.shape(row.row, c) == TEXT]
        return (*row.labels, *first)
    return tuple((row.row, c) for c in row.valued[:2] if row.grid.shape(row.row, c) == TEXT)


def _label(row: BodyRow) -> str:
    return f"row {row.row} says {row.text or 'nothing'} and holds {len(row.valued)} values"


ROW_RULES: Final[tuple[Rule, ...]] = (
    Rule("holds-values", Stage.ROW, 1.0, holds_values, RowRole.DATA, of_classes=True),
    Rule(
        "numbers-columns",
        Stage.ROW,
        6.0,
        numbers_columns,
        RowRole.COLUMN_INDEX,
        _label,
        unless=_is_unnumbered,
    ),
    Rule("says-heads-again", Stage.ROW, 5.0, says_heads_again, RowRole.REPEATED_HEADER, _label, unless=_counts),
    Rule("total-word", Stage.ROW, 3.0, total_word, RowRole.TOTAL, _label, unless=_has_no_total_word),
    Rule("subtotal-word", Stage.ROW, 3.5, subtotal_word, RowRole.SUBTOTAL, _label, unless=_has_no_total_word),
    Rule("inner-total", Stage.ROW, 3.5, inner_total, RowRole.SUBTOTAL, _label, unless=_has_no_total_word),
    Rule("heads-others", Stage.ROW, 2.0, heads_others, RowRole.GROUP, _label, unless=_has_values),
    Rule("reads-as-head", Stage.ROW, 1.0, reads_as_head, RowRole.GROUP, _label, unless=_has_values),
    Rule("named-like-others", Stage.ROW, 2.5, named_like_others, RowRole.DATA, _label, unless=_has_values),
    Rule("spread-over-table", Stage.ROW, 2.0, spread_over_table, RowRole.GROUP, _label, unless=_has_values),
    Rule("only-beside", Stage.ROW, 3.0, only_beside, RowRole.NOTE, _label, unless=_is_under_head),
    Rule("reads-as-note", Stage.ROW, 7.0, reads_as_note, RowRole.NOTE, _label, unless=_is_no_note),
)
