"""Evidence for what a row of a table's body is.  Each rule sees one rows.BodyRow."""

from __future__ import annotations

from typing import Final

from pioneer_etl.table.grid import DATE, MARK, NUMBER, TEXT, YEAR
from pioneer_etl.table.headers import clean
from pioneer_etl.table.model import RowRole
from pioneer_etl.table.rows import BodyRow
from pioneer_etl.table.rules.base import Rule, Stage
from pioneer_etl.table.split import is_index_row
from pioneer_etl.table.words import is_continuation, is_note, is_signature, is_subtotal, is_total


def holds_values(row: BodyRow) -> float:
    """The row holds values."""
    return 1.0 if row.valued else 0.3


def numbers_columns(row: BodyRow) -> float:
    """The row numbers the columns (甲 乙 1 2 3)."""
    near = row.row <= row.body.top + 1 or not row.labels
    return 1.0 if near and is_index_row(row.grid, row.body.region, row.row) else 0.0


def says_heads_again(row: BodyRow) -> float:
    """The row says again what the columns' heads say."""
    line = row.grid.rows[row.row - 1]
    if not row.body.heads or any(line[c - 1] == NUMBER for c in row.body.numeric):
        return 0.0
    same = different = 0
    for column in (*row.body.labels, *row.body.values):
        text = row.grid.text(row.row, column)
        if not text:
            continue
        if clean(text) in row.body.said.get(column, ()):
            same += 1
        else:
            different += 1
    return 1.0 if same >= 2 and same >= 3 * different else 0.0


def total_word(row: BodyRow) -> float:
    """A label says that the row adds up others."""
    if not row.valued:
        return 0.0
    return 1.0 if any(is_total(row.grid.text(*cell)) for cell in _label_cells(row)) else 0.0


def subtotal_word(row: BodyRow) -> float:
    """A label names a subtotal (小计)."""
    if not row.valued:
        return 0.0
    return 1.0 if any(is_subtotal(row.grid.text(*cell)) for cell in _label_cells(row)) else 0.0


def inner_total(row: BodyRow) -> float:
    """The total's word stands in an inner label: it adds up a part."""
    cells = _label_cells(row)
    if len(row.body.labels) < 2 or not row.valued:
        return 0.0
    inner = [c for c in cells if is_total(row.grid.text(*c)) and c[1] > row.body.labels[0]]
    origin = row.grid.origin(row.row, row.body.labels[0])
    outer = row.grid.text(*origin)
    return 0.9 if inner and outer and not outer.strip().isdecimal() and not is_total(outer) else 0.0


def heads_others(row: BodyRow) -> float:
    """A label without values, above rows that have some."""
    if row.last:
        return 0.0
    if not row.valued and row.labels:
        return 0.0 if any(row.grid.origin(row.row, c)[0] < row.row for c in row.body.values) else 1.0
    if len(row.valued) == 1 and not row.labels:
        merge = row.grid.merges.get((row.row, row.valued[0]))
        return 1.0 if merge and merge.width > 1 and merge.width * 2 >= row.body.region.width else 0.0
    return 0.0


def spread_over_table(row: BodyRow) -> float:
    """One text, merged over the values, says something about the rows below it."""
    filled = [*row.labels, *((row.row, c) for c in row.valued)]
    if row.last or len(filled) != 1:
        return 0.0
    merge = row.grid.merges.get(filled[0])
    return 1.0 if merge and merge.width * 2 >= row.body.region.width and merge.width > 1 and merge.height == 1 else 0.0


def reads_as_note(row: BodyRow) -> float:
    """The row opens as a note, a source or a signature does, and holds no figures."""
    filled = [*row.labels, *((row.row, c) for c in row.valued)]
    if not filled or any(row.grid.shape(*cell) in (NUMBER, YEAR, DATE, MARK) for cell in filled[1:]):
        return 0.0
    text = row.grid.text(*filled[0])
    if len(filled) == 1 and (is_note(text) or is_continuation(text)):
        return 1.0
    few = len(filled) * 3 <= row.body.region.width + 2
    return 1.0 if few and len(text) > 4 and row.grid.shape(*filled[0]) == TEXT and is_signature(text) else 0.0


def only_beside(row: BodyRow) -> float:
    """All that the row holds stands in columns without a head, or is a running number."""
    line = row.grid.rows[row.row - 1]
    if not row.body.heads or any(line[c - 1] for c in row.body.values if c in row.body.heads):
        return 0.0
    if row.labels and any(row.grid.shape(*cell) not in (NUMBER, MARK) for cell in row.labels):
        return 0.0
    if row.labels and len(row.body.labels) < 2:
        return 0.0
    return 1.0


def _label_cells(row: BodyRow) -> tuple[tuple[int, int], ...]:
    """The row's labels; where it has none, its first words (合计 written under a column of values)."""
    if row.labels:
        first = [(row.row, c) for c in row.valued[:1] if row.grid.shape(row.row, c) == TEXT]
        return (*row.labels, *first)
    return tuple((row.row, c) for c in row.valued[:2] if row.grid.shape(row.row, c) == TEXT)


def _label(row: BodyRow) -> str:
    return f"row {row.row} says {row.text or 'nothing'} and holds {len(row.valued)} values"


ROW_RULES: Final[tuple[Rule, ...]] = (
    Rule("holds-values", Stage.ROW, 1.0, holds_values, RowRole.DATA),
    Rule("numbers-columns", Stage.ROW, 6.0, numbers_columns, RowRole.COLUMN_INDEX, _label),
    Rule("says-heads-again", Stage.ROW, 5.0, says_heads_again, RowRole.REPEATED_HEADER, _label),
    Rule("total-word", Stage.ROW, 3.0, total_word, RowRole.TOTAL, _label),
    Rule("subtotal-word", Stage.ROW, 3.5, subtotal_word, RowRole.SUBTOTAL, _label),
    Rule("inner-total", Stage.ROW, 3.5, inner_total, RowRole.SUBTOTAL, _label),
    Rule("heads-others", Stage.ROW, 2.0, heads_others, RowRole.GROUP, _label),
    Rule("spread-over-table", Stage.ROW, 2.0, spread_over_table, RowRole.GROUP, _label),
    Rule("only-beside", Stage.ROW, 3.0, only_beside, RowRole.NOTE, _label),
    Rule("reads-as-note", Stage.ROW, 5.0, reads_as_note, RowRole.NOTE, _label),
)
