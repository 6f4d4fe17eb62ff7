"""Where on a sheet tables may stand: blocks of rows, joined where one goes on after a blank row."""

from __future__ import annotations

from pioneer_etl.contract.address import Range
from pioneer_etl.table.grid import DATE, MARK, NUMBER, TEXT, YEAR, Grid


def find_regions(grid: Grid) -> list[Range]:
    """The regions of a sheet that may hold one table each, with the lines above and below it."""
    blocks = _blocks(grid)
    regions: list[tuple[int, int]] = []
    pending: int | None = None  # first row of lines not yet given to a table
    for top, bottom in blocks:
        if not _tabular(grid, top, bottom):
            if pending is None:
                pending = top
            continue
        start = pending if pending is not None else top
        if regions and not _begins_anew(grid, regions[-1], top, bottom):
            regions[-1] = (regions[-1][0], bottom)
        else:
            regions.append((start, bottom))
        pending = None
    if pending is not None and regions:
        regions[-1] = (regions[-1][0], blocks[-1][1])
    if not regions and blocks:
        regions = [(blocks[0][0], blocks[-1][1])]
    return [_box(grid, top, bottom) for top, bottom in regions]


def _blocks(grid: Grid) -> list[tuple[int, int]]:
    """Runs of rows that carry something."""
    found: list[tuple[int, int]] = []
    for number, line in enumerate(grid.rows, 1):
        if not any(line):
            continue
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _tabular(grid: Grid, top: int, bottom: int) -> bool:
    """Whether a block has a row with several cells."""
    return any(grid.width - grid.rows[row - 1].count(0) >= 2 for row in range(top, bottom + 1))


def _begins_anew(grid: Grid, before: tuple[int, int], top: int, bottom: int) -> bool:
    """Whether a block opens with a header of its own: words where the table before has numbers."""
    numeric = []
    for column in range(1, grid.width + 1):
        cells = bytes(grid.rows[row - 1][column - 1] for row in range(before[0], min(before[1], before[0] + 200) + 1))
        numbers = cells.count(NUMBER) + cells.count(DATE) + cells.count(YEAR)
        if numbers and numbers > cells.count(TEXT):
            numeric.append(column)
    for row in range(top, min(bottom, top + 4) + 1):
        line = grid.rows[row - 1]
        filled = len(line) - line.count(0)
        if filled < 2:
            continue
        words = sum(1 for c in numeric if line[c - 1] == TEXT)
        figures = sum(1 for c in numeric if line[c - 1] in (NUMBER, MARK, DATE))
        if words >= 2 and words > figures and row < bottom:
            return True
        if figures:
            return False
    return False


def _box(grid: Grid, top: int, bottom: int) -> Range:
    left, right = grid.width, 1
    for row in range(top, bottom + 1):
        line = grid.rows[row - 1]
        filled = [c for c, shape in enumerate(line, 1) if shape]
        if filled:
            left, right = min(left, filled[0]), max(right, filled[-1])
    return Range(top, left, bottom, right)
