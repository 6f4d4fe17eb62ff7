"""Where a table's body ends: the notes, signatures and other lines of words below it are none of its rows."""

from __future__ import annotations

from collections.abc import Sequence

from pioneer_etl.contract.address import Range
from pioneer_etl.table.grid import DATE, EMPTY, MARK, NUMBER, RANGE, TEXT, YEAR, Grid
from pioneer_etl.table.words import has_footnote_mark, is_fact, is_note, is_remark_head, is_signature


def find_bottom(
    grid: Grid,
    region: Range,
    top: int,
    labels: Sequence[int],
    values: Sequence[int],
    numeric: frozenset[int],
    items: bool = False,
) -> int:
    """The body's last row: below it stand only notes, signatures and other lines of words.

    With `items` (forms, transposed tables) an item without a figure may stand under a blank row, and may have a number,
    a code or an outer label before its name.
    """
    bottom = top - 1
    for row in range(region.bottom, top - 1, -1):
        if _carries_data(grid, row, labels, values, numeric, items):
            bottom = row
            break
    if bottom == region.bottom:
        return bottom
    last = bottom
    for row in range(bottom + 1, region.bottom + 1):
        filled = [c for c in grid.filled(row) if region.left <= c <= region.right]
        if items and not filled and row == bottom + 1:
            continue
        if not items and _labelled_alike(grid, row, labels, filled):
            bottom = row
            continue
        if not filled or (len(filled) > 1 and not items) or any(c not in labels for c in filled):
            break
        text = grid.text(row, filled[-1])
        merge = grid.merges.get((row, filled[-1]))
        if merge and merge.right in values:
            break
        if (is_note(text) and not (items and is_remark_head(text))) or has_footnote_mark(text) or is_signature(text):
            break
        if (
            len(filled) == 1
            and len(text) > 16
            and len(text) > _longest(grid, range(top, min(last, top + 60) + 1), labels)
        ):
            break  # what has a number or a code of its own is an item, however long
        bottom = row
    return bottom


def _longest(grid: Grid, rows: range, labels: Sequence[int]) -> int:
    """How long the longest label is."""
    return max((len(grid.text(row, column)) for row in rows for column in labels), default=0)


def _labelled_alike(grid: Grid, row: int, labels: Sequence[int], filled: Sequence[int]) -> bool:
    """Whether a row fills the same label columns as the row above, several, and nothing else: its value is left out."""
    above = [c for c in labels if grid.shape(row - 1, c)]
    if len(filled) < 2 or list(filled) != above:
        return False
    said = [grid.text(row, c) for c in filled]
    return not is_note(said[0]) and not any(is_fact(text) or is_signature(text) for text in said)


def _carries_data(
    grid: Grid, row: int, labels: Sequence[int], values: Sequence[int], numeric: frozenset[int], items: bool
) -> bool:
    """Whether a row is one of the body's.  An item with a label of its own need not be filled like the others."""
    line = grid.rows[row - 1]
    filled = [c for c in values if line[c - 1]]
    if not filled and not _numbered(grid, row, labels):
        return False
    first = next((grid.text(row, c) for c in (*labels, *values) if line[c - 1]), "")
    if is_note(first) and not (items and is_remark_head(first)):
        return False
    said = [c for c in (*labels, *values) if line[c - 1]]
    facts = sum(line[c - 1] in (TEXT, MARK) and is_fact(grid.text(row, c)) for c in said)  # nothing else can be one
    if facts * 2 >= len(said):
        return False
    if row in grid.merged and any(_merged_down(grid, row, c) for c in labels):
        return True  # a label merged down over the row makes it one of the body's
    sparse = len(said) * 2 <= len(labels) + len(values) + 1
    if sparse and is_signature(" ".join([grid.text(row, c) for c in said])):
        return False
    if items and any(line[c - 1] for c in labels):
        return True
    if numeric:
        if any(line[c - 1] in (NUMBER, YEAR, DATE, MARK, RANGE) for c in numeric):
            return True
        return _reach(grid, row, said) * 2 > len(values) + len(labels) and len(said) > 1
    return len(said) > 1 or not labels


def _reach(grid: Grid, row: int, columns: Sequence[int]) -> int:
    """Over how many columns the filled cells of a row stand, merges counted."""
    return sum(grid.span(row, column).width for column in columns) if row in grid.merged else len(columns)


def _merged_down(grid: Grid, row: int, column: int) -> bool:
    """Whether a label of a row above is merged over this row too, and speaks for it."""
    merge = grid.merges.get((row, column))
    return merge is not None and merge.top < row and grid.shape(merge.top, merge.left) != EMPTY


def _numbered(grid: Grid, row: int, labels: Sequence[int]) -> bool:
    """Whether a row without a figure is one more line of a list: it has a running number, and is filled like one."""
    line = grid.rows[row - 1]
    filled = [c for c in labels if line[c - 1]]
    return (
        len(filled) > 2 and filled[0] == labels[0] and line[labels[0] - 1] == NUMBER and 2 * len(filled) > len(labels)
    )
