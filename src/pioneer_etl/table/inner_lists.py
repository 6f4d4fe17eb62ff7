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
_LONGEST_HEAD: Final = 16
# Of the heads, and of those that would be contents if labels stood beside contents, so many are called as fields;
# of the cells below hardly any is.
_SHARE_OF_HEADS: Final = 0.5
_SHARE_BELOW: Final = 0.2


class InnerList(NamedTuple):
    """A list inside of a register: its heads and records, and the label beside them where there is one."""

    area: Range
    label: Range | None


def inner_list(grid: Grid, area: Range, row: int, cells: Sequence[Range], headed: bool) -> InnerList | None:
    """The list whose heads stand in a row of a register, which is cut into `cells`; None where there is none.

    Beside its heads stands a label, or a heading across the register above them (`headed`).  It ends with the merge
    of the label, else where the rows are cut otherwise, a label stands in the first column or the heads come again.
    """
    first, heads = cells[0], cells[1:]
    if not _are_heads(grid, heads):
        return None
    bottom = first.bottom if first.height > 1 else _last_beside(grid, area, row, cells)
    beside = Range(row, heads[0].left, bottom, area.right)
    if _is_word(grid, first) and _are_records(grid, beside, heads):
        return InnerList(beside, first)
    if not headed or not _are_heads(grid, cells):
        return None
    whole = Range(row, area.left, _last_alike(grid, area, row, cells), area.right)
    return InnerList(whole, None) if _are_records(grid, whole, cells) else None


def _are_heads(grid: Grid, cells: Sequence[Range]) -> bool:
    """Whether cells of a row are called as fields are, those too that would be contents of labels beside them."""
    return (
        len(cells) >= _FEWEST_HEADS
        and all(cell.height == 1 and _is_word(grid, cell) for cell in cells)
        and min(_share_of_fields(grid, cells), _share_of_fields(grid, cells[1::2])) >= _SHARE_OF_HEADS
    )


def _are_records(grid: Grid, area: Range, heads: Sequence[Range]) -> bool:
    """Whether the rows below the first are cut as the heads are and hold no labels."""
    edges = _edges(heads)
    below = [row_cells(grid, area, row) for row in range(area.top + 1, area.bottom + 1)]
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
