"""Where on a sheet tables may stand: stacked, side by side, carried on after a page break.

Blank rows cut a sheet into blocks; a block may be cut again where a new title and header stand in its
middle.  Blocks without a header of their own go on with the table before them, and so does one that
repeats the header under 续表.  A blank column cuts a region only where what stands beyond it is a table
of its own, such as a look-up list, and not where it only spaces the columns of one table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pioneer_etl.contract.address import Range
from pioneer_etl.table.grid import DATE, EMPTY, MARK, NUMBER, RANGE, TEXT, YEAR, Grid
from pioneer_etl.table.headers import clean
from pioneer_etl.table.words import is_continuation, is_note, is_number_head, is_signature, is_title

_HEAD_ROWS = 5  # how far below a block's first rows its header may reach
_PROFILE_ROWS = 200
_WIDEST_LOOKUP = 3
_TALLEST_LOOKUP = 80
_LEAST_CODES = 4  # of a list that is told from records by what it says alone


@dataclass(frozen=True, slots=True)
class _Block:
    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a sheet that may hold a table, with the lines above and below it.

    `lookup` tells a small list of codes or choices beside a table: it explains, and holds no records.
    """

    area: Range
    lookup: bool = False


def find_regions(grid: Grid) -> list[Region]:
    """The regions of a sheet.  Every row that carries something is in some region; regions share no cell."""
    blocks = [piece for block in _blocks(grid) for piece in _cut(grid, block)]
    joined: list[_Block] = []
    waiting: int | None = None  # first row of lines that belong to no table yet
    for block in blocks:
        if not _tabular(grid, block):
            if waiting is None:
                waiting = block.top
            continue
        first = block.top if waiting is None else waiting
        if joined and not _begins_anew(grid, joined[-1], _Block(first, block.bottom)):
            joined[-1] = _Block(joined[-1].top, block.bottom)
        else:
            if joined and waiting is not None:
                first = _first_title(grid, waiting, block.top)
                joined[-1] = _Block(joined[-1].top, first - 1)
            joined.append(_Block(first, block.bottom))
        waiting = None
    if waiting is not None and joined:
        joined[-1] = _Block(joined[-1].top, blocks[-1].bottom)
    if not joined and blocks:
        joined = [_Block(blocks[0].top, blocks[-1].bottom)]
    parts = [_beside(grid, _box(grid, block)) for block in joined]
    return [
        Region(area, at > 0 and _is_lookup(grid, several[0], area))
        for several in parts
        for at, area in enumerate(several)
    ]


def _is_lookup(grid: Grid, main: Range, area: Range) -> bool:
    """Whether what stands beside a table is a list of its codes: small, and of nothing but names and codes."""
    if area.width > _WIDEST_LOOKUP or area.width >= main.width or area.height > _TALLEST_LOOKUP:
        return False
    rows = [r for r in range(area.top + 1, area.bottom + 1) if grid.shape(r, area.left)]
    last = grid.column(area.right, rows)
    return bool(rows) and last.count(TEXT) * 2 > len(rows)


def _blocks(grid: Grid) -> list[_Block]:
    """Runs of rows that carry something."""
    found: list[_Block] = []
    start = 0
    for number, line in enumerate(grid.rows, 1):
        if any(line):
            start = start or number
        elif start:
            found.append(_Block(start, number - 1))
            start = 0
    if start:
        found.append(_Block(start, grid.height))
    return found


def _cells(grid: Grid, row: int) -> int:
    """How many cells of a row carry something."""
    return grid.counts[row - 1]


def _tabular(grid: Grid, block: _Block) -> bool:
    """Whether a block has a row with several cells that is not a line of notes or signatures."""
    for row in range(block.top, min(block.bottom, block.top + 50) + 1):
        if _cells(grid, row) >= 2:
            text = " ".join(grid.text(row, c) for c in grid.filled(row)[:4])
            signs = is_signature(text) and NUMBER not in grid.rows[row - 1]
            if not is_note(text) and not signs:
                return True
    return False


def _numeric(grid: Grid, top: int, bottom: int) -> list[int]:
    """The columns that hold more numbers than words in some rows."""
    found = []
    rows = range(top, min(bottom, top + _PROFILE_ROWS) + 1)
    for column in range(1, grid.width + 1):
        cells = grid.column(column, rows)
        numbers = cells.count(NUMBER) + cells.count(DATE) + cells.count(YEAR) + cells.count(RANGE)
        if numbers and numbers > cells.count(TEXT):
            found.append(column)
    return found


def _heads(grid: Grid, row: int, numeric: Sequence[int]) -> bool:
    """Whether a row has words where the columns hold numbers."""
    line = grid.rows[row - 1]
    words = sum(1 for c in numeric if line[c - 1] == TEXT)
    figures = sum(1 for c in numeric if line[c - 1] in (NUMBER, MARK, DATE, RANGE))
    return words > figures and (words >= 2 or (len(numeric) == 1 and _cells(grid, row) >= 2))


def _all_words(grid: Grid, row: int, numeric: Sequence[int]) -> bool:
    """Whether a row under a line of its own holds words only, one of them at least over a column of numbers."""
    line = grid.rows[row - 1]
    return not set(line) - {TEXT, EMPTY} and _cells(grid, row) >= 3 and any(line[c - 1] == TEXT for c in numeric)


def _cut(grid: Grid, block: _Block) -> list[_Block]:
    """A block cut above every line of words in its middle that a new header follows."""
    if block.bottom - block.top < 4 or grid.width < 2:
        return [block]
    alone = [row for row in range(block.top + 3, block.bottom - 1) if grid.counts[row - 1] == 1]
    if alone:
        left = _box(grid, block).left
        alone = [row for row in alone if grid.rows[row - 1][left - 1]]
    if not alone:
        return [block]
    pieces: list[_Block] = []
    top = block.top
    for row in alone:
        if row <= top + 2 or _cells(grid, row - 1) == 1:
            continue
        head = row + 1
        while head < block.bottom and _cells(grid, head) == 1:
            head += 1
        if _cells(grid, head) < 2 or head >= block.bottom:
            continue
        before = _Block(top, row - 1)
        if not _heads(grid, head, _numeric(grid, top, row - 1)) and not _headed_alike(grid, before, head):
            continue
        if is_continuation(_said(grid, row)) or _same_header(grid, _Block(top, row - 1), head):
            continue
        if is_note(_said(grid, row)) or is_signature(_said(grid, row)):
            continue
        if all(_cells(grid, below) < 2 for below in range(head + 1, block.bottom + 1)):
            continue  # nothing stands under what looked like a header
        if _is_item(grid, _Block(top, row - 1), row, head):
            continue
        pieces.append(_Block(top, row - 1))
        top = row
    pieces.append(_Block(top, block.bottom))
    return pieces


def _is_item(grid: Grid, before: _Block, row: int, head: int) -> bool:
    """Whether a line alone is an item left empty, and the row below it an item answered in words, in two columns.

    Such a line looks like the labels above it; a title is merged, emphasised, or says that it is one.
    """
    if head != row + 1 or _cells(grid, head) != 2 or is_title(_said(grid, row)):
        return False
    (column,) = grid.filled(row)
    if grid.filled(head)[0] != column or (row, column) in grid.merges:
        return False
    if any(_cells(grid, each) > 2 for each in range(max(before.top, row - 3), row)):
        return False
    style = grid.sheet.style
    return style(row, column).bold == style(row - 1, column).bold == style(head, column).bold


def _said(grid: Grid, row: int) -> str:
    return " ".join(grid.text(row, c) for c in grid.filled(row))


def _first_multiple(grid: Grid, block: _Block) -> int | None:
    """The first row of a block with several cells."""
    return next((row for row in range(block.top, block.bottom + 1) if _cells(grid, row) >= 2), None)


def _same_header(grid: Grid, before: _Block, row: int) -> bool:
    """Whether a row says again what a header row of the table before says."""
    columns = grid.filled(row)
    said = [clean(text) for text in grid.texts(row, columns)]
    for earlier in range(before.top, min(before.bottom, before.top + 12) + 1):
        if _cells(grid, earlier) != len(said) or not all(grid.rows[earlier - 1][c - 1] for c in columns):
            continue
        if all(clean(grid.text(earlier, c)) == text for c, text in zip(columns, said, strict=True)):
            return True
    return False


def _headed_alike(grid: Grid, before: _Block, row: int) -> bool:
    """Whether a row of words is the header of another table, by the header of the table before it.

    Its first head is the same (村, 序号), which no record of that table says, and another head differs; or it looks
    as that header does, and as no row below that header does.
    """
    head = _first_multiple(grid, before)
    if head is None or head + 1 >= row or _cells(grid, row) < 2:
        return False
    ours, theirs = grid.filled(row), grid.filled(head)
    if any(grid.shape(row, c) != TEXT for c in ours) or any(grid.shape(head, c) != TEXT for c in theirs):
        return False
    said = {clean(grid.text(row, c)) for c in ours}
    heads = {clean(grid.text(head, c)) for c in theirs}
    body = range(head + 1, min(before.bottom, head + _PROFILE_ROWS) + 1)
    if len(said) < len(ours) or said == heads:
        return False  # a record may say a word twice, and a header said again carries the table on
    corner = clean(grid.text(row, ours[0]))
    if ours[0] == theirs[0] and corner == clean(grid.text(head, theirs[0])):
        return all(clean(grid.text(each, ours[0])) != corner for each in body)
    look = _look(grid, head, theirs)
    return (
        look is not None
        and look == _look(grid, row, ours)
        and all(_look(grid, r, grid.filled(r)) != look for r in body)
    )


def _look(grid: Grid, row: int, columns: Sequence[int]) -> tuple[bool, bool] | None:
    """How all cells of a row are emphasised (bold, filled); None where they are not, or not alike."""
    looks = {(style.bold, style.filled) for style in (grid.sheet.style(row, c) for c in columns)}
    return looks.pop() if len(looks) == 1 and looks != {(False, False)} else None


def _begins_anew(grid: Grid, before: _Block, block: _Block) -> bool:
    """Whether a block is a table of its own: it opens with a header, and not the old one under 续表."""
    first = _first_multiple(grid, block)
    if first is None:
        return False
    lines = [row for row in range(block.top, first) if any(grid.rows[row - 1])]
    if _same_header(grid, before, first):
        return bool(lines) and not any(is_continuation(_said(grid, row)) for row in lines)
    if _headed_alike(grid, before, first):
        return True
    titled = any(is_title(_said(grid, row)) for row in lines)
    if titled and _cells(grid, first) >= 3 and not set(grid.rows[first - 1]) - {TEXT, EMPTY}:
        return True
    numeric = _numeric(grid, before.top, before.bottom)
    for row in range(first, min(block.bottom, first + _HEAD_ROWS) + 1):
        if _cells(grid, row) < 2:
            continue
        if row < block.bottom and (_heads(grid, row, numeric) or (lines and _all_words(grid, row, numeric))):
            return True
        if any(grid.rows[row - 1][c - 1] in (NUMBER, MARK, DATE) for c in numeric):
            return False
    return False


def _first_title(grid: Grid, top: int, bottom: int) -> int:
    """Where lines between two tables stop being notes of the upper and begin to be titles of the lower."""
    first = bottom
    for row in range(bottom - 1, top - 1, -1):
        text = _said(grid, row)
        if is_note(text) or is_signature(text):
            break
        if text:
            first = row
    return first


def _box(grid: Grid, block: _Block) -> Range:
    lines = grid.rows[block.top - 1 : block.bottom]
    left = grid.width - max([len(line.lstrip(b"\0")) for line in lines]) + 1
    right = max([len(line.rstrip(b"\0")) for line in lines])
    return Range(block.top, left, block.bottom, right)


def _beside(grid: Grid, region: Range) -> list[Range]:
    """A region cut at blank columns, where what stands to the right is a table of its own."""
    if region.width < 5:
        return [region]
    rows = [r for r, count in enumerate(grid.counts[region.top - 1 : region.bottom], region.top) if count >= 2]
    if not rows:
        return [region]
    covered = {
        c
        for r in rows
        if r in grid.merged
        for c in range(region.left + 2, region.right - 1)
        if (merge := grid.merges.get((r, c))) is not None and merge.left < c
    }
    columns = (c for c in range(region.left + 2, region.right - 1) if c not in covered)
    blank = [c for c in columns if not any(grid.rows[r - 1][c - 1] for r in rows)]
    for column in blank:
        if column - 1 in blank:
            continue
        right_from = next(c for c in range(column + 1, region.right + 1) if c not in blank)
        left = Range(region.top, region.left, region.bottom, column - 1)
        top = next((r for r in rows if any(grid.rows[r - 1][right_from - 1 : region.right])), region.top)
        bottom = max(r for r in rows if any(grid.rows[r - 1][right_from - 1 : region.right]))
        right = Range(top, right_from, bottom, region.right)
        if _stands_alone(grid, left, right, rows):
            return [left, *_beside(grid, right)]
    return [region]


def _rows_of(grid: Grid, left: Range, rows: Sequence[int]) -> list[int]:
    """The rows with several cells in the left part."""
    return [r for r in rows if sum(map(bool, grid.rows[r - 1][left.left - 1 : left.right])) >= 2]


def _is_code_list(grid: Grid, left: Range, right: Range, head: int, labels: Sequence[str]) -> bool:
    """Whether what stands right of a blank column is small, and names row by row what ever greater codes mean.

    Two or three rows of records may happen to do that, too: then it is left to be asked about.
    """
    codes = [int(label) for label in labels if label.isdecimal()]
    if len(codes) < max(len(labels), _LEAST_CODES) or codes != sorted(set(codes)):
        return False
    names = {grid.text(row, right.right) for row in range(head + 1, right.bottom + 1)}
    return len(names) >= len(labels) and _is_lookup(grid, left, Range(head, right.left, right.bottom, right.right))


def _stands_alone(grid: Grid, left: Range, right: Range, rows: Sequence[int]) -> bool:
    """Whether the cells right of a blank column have a header and labels of their own."""
    head = next((r for r in rows if sum(map(bool, grid.rows[r - 1][right.left - 1 : right.right])) >= 2), None)
    if head is None or head >= right.bottom or right.width < 2:
        return False
    merge = grid.merges.get((head, right.left))
    if merge and merge.left < right.left:
        return False
    heads = grid.rows[head - 1][right.left - 1 : right.right]
    if any(shape not in (TEXT, YEAR) for shape in heads):
        return False
    body = [r for r in rows if r > head and any(grid.rows[r - 1][right.left - 1 : right.right])]
    labels = [grid.text(r, right.left) for r in body]
    shapes = grid.column(right.left, body)
    if not body or any(shape == EMPTY for shape in shapes):
        return False
    score = 0.0
    left_heads = {grid.text(head, c) for c in range(left.left, left.right + 1)}
    right_heads = [grid.text(head, c) for c in range(right.left, right.right + 1)]
    score += 2.0 if sum(text in left_heads for text in right_heads) * 2 > len(right_heads) else 0.0
    left_rows = [r for r in rows if r > head and any(grid.rows[r - 1][left.left - 1 : left.right])]
    full = len(left_rows) * 10 >= (left_rows[-1] - left_rows[0] + 1) * 8 if left_rows else False
    score += 1.0 if full and (body[-1] < left_rows[-1] - 1 or body[-1] > left_rows[-1]) else 0.0
    named = is_number_head(right_heads[0]) or labels == [str(at + 1) for at in range(len(labels))]
    words = shapes.count(TEXT) == len(shapes)
    score += 0.5 if is_number_head(right_heads[0]) and _is_code_list(grid, left, right, head, labels) else 0.0
    gap = all(not grid.rows[r - 1][right.left - 3] for r in rows)
    score += 0.5 if gap else 0.0
    score += 0.5 if head != next((r for r in _rows_of(grid, left, rows)), head) else 0.0
    score += 1.0 if len(set(labels)) == len(labels) and (named or words) else -2.0
    return score >= 1.5
