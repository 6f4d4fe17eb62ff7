"""Lists inside of registers: the family of a person, the awards of a village, heads in a row and records below.

家庭成员 │ 称谓 │ 姓名 │ 年龄 │ 工作单位
        │ 妻子 │ 李某 │  36  │ 务农
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from pioneer_etl.contract.address import Range
from pioneer_etl.table.grid import TEXT, Grid, row_cells
from pioneer_etl.table.words import is_form_label

_FEWEST_HEADS: Final = 3
_HEADS: Final = bytes(_FEWEST_HEADS * (TEXT,))
_LONGEST_HEAD: Final = 16
# Of the heads, and of those that would be contents if labels stood beside contents, so many are called as fields;
# of the cells below hardly any is.
_SHARE_OF_HEADS: Final = 0.5
_SHARE_BELOW: Final = 0.2


class InnerList(NamedTuple):
    """A list inside of a register: its heads and records, and the label beside or over them."""

    area: Range
    label: Range


def inner_list(grid: Grid, area: Range, row: int, cells: Sequence[Range], shapes: bytes) -> InnerList | None:
    """The list whose heads stand in a row of a register, which is cut into `cells` of these classes; None without one.

    Beside its heads stands a label, or a heading across the register above them.  It ends with the merge of the
    label, else where the rows are cut otherwise, a label stands in the first column or the heads come again.
    """
    shapes = shapes.rstrip(b"\0")  # a line above the register may be wider than it
    if not shapes.endswith(_HEADS):
        return None
    cells = cells[: len(shapes)]
    sections = 0  # headings at the left that the rows above are under too
    while sections < len(cells) and cells[sections].top < row:
        sections += 1
    for at in (sections, sections + 1):
        if at + _FEWEST_HEADS < len(cells) and all(cell.height > cells[at].height for cell in cells[:at]):
            found = _beside(grid, area, row, cells[at:])
            if found is not None:
                return found
    return _below(grid, area, row, cells[sections:])


def _beside(grid: Grid, area: Range, row: int, cells: Sequence[Range]) -> InnerList | None:
    """The list right of the first of these cells."""
    label, heads = cells[0], cells[1:]
    if not _is_word(grid, label) or not _are_heads(grid, heads):
        return None
    within = Range(area.top, label.left, area.bottom, heads[-1].right)
    bottom = label.bottom if label.height > 1 else _last_beside(grid, within, row, cells)
    found = Range(row, heads[0].left, bottom, heads[-1].right)
    return InnerList(found, label) if _are_records(grid, area, found, heads) else None


def _below(grid: Grid, area: Range, row: int, heads: Sequence[Range]) -> InnerList | None:
    """The list of these heads, where a heading stands right over all of them."""
    if row == area.top or row - 1 not in grid.merged or len(heads) < _FEWEST_HEADS:
        return None
    over = grid.span(row - 1, heads[0].left)
    if (over.left, over.right, over.height) != (heads[0].left, heads[-1].right, 1) or not _is_word(grid, over):
        return None
    if not _are_heads(grid, heads):
        return None
    within = Range(area.top, heads[0].left, area.bottom, heads[-1].right)
    found = Range(row, heads[0].left, _last_alike(grid, within, row, heads), heads[-1].right)
    return InnerList(found, over) if _are_records(grid, area, found, heads) else None


def _are_heads(grid: Grid, cells: Sequence[Range]) -> bool:
    """Whether cells of a row are called as fields are, those too that would be contents of labels beside them."""
    return (
        len(cells) >= _FEWEST_HEADS
        and all(cell.top == cell.bottom and _is_word(grid, cell) for cell in cells)
        and min(_share_of_fields(grid, cells), _share_of_fields(grid, cells[1::2])) >= _SHARE_OF_HEADS
    )


def _are_records(grid: Grid, register: Range, area: Range, heads: Sequence[Range]) -> bool:
    """Whether the rows below the first are cut as the heads are, hold no labels and end where the heads end."""
    edges = _edges(heads)
    rows = range(area.top + 1, area.bottom + 1)
    if any(grid.shape(row, column) for row in rows for column in range(area.right + 1, register.right + 1)):
        return False
    below = [row_cells(grid, area, row) for row in rows]
    if not below or any(_edges(cells) != edges or any(cell.height > 1 for cell in cells) for cells in below):
        return False
    said = [cell for cells in below for cell in cells if grid.shape(cell.top, cell.left)]
    return _share_of_fields(grid, said) <= _SHARE_BELOW


def _last_beside(grid: Grid, area: Range, row: int, cells: Sequence[Range]) -> int:
    """The last row that has nothing in the column of a label that is written once."""
    edges, last = _edges(cells), row
    while last < area.bottom:
        below = row_cells(grid, area, last + 1)
        if _edges(below) != edges or grid.shape(below[0].top, below[0].left):
            break
        last += 1
    return last


def _last_alike(grid: Grid, area: Range, row: int, cells: Sequence[Range]) -> int:
    """The last row that is cut as the heads are and begins with nothing that a field is called by."""
    edges, last = _edges(cells), row
    while last < area.bottom:
        below = row_cells(grid, area, last + 1)
        if _edges(below) != edges or _share_of_fields(grid, below[:1]):
            break
        last += 1
    return last


def _edges(cells: Sequence[Range]) -> list[tuple[int, int]]:
    return [(cell.left, cell.right) for cell in cells]


def _is_word(grid: Grid, cell: Range) -> bool:
    return grid.shape(cell.top, cell.left) == TEXT and len(grid.text(cell.top, cell.left)) <= _LONGEST_HEAD


def _share_of_fields(grid: Grid, cells: Sequence[Range]) -> float:
    """The share of cells that say what fields are called; 0 of none."""
    return sum(is_form_label(grid.text(cell.top, cell.left)) for cell in cells) / max(1, len(cells))
