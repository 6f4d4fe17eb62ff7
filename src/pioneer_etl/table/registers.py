"""Registers (登记表): one thing on a page, its labels beside their contents, several pairs a row, many cells merged.

姓名 │ 张某 │ 性别 │ 男        基 │ 户数 │ 120 │ 人口 │ 410
住址 │ 宜山镇宜一村              本 │ 耕地面积   │ 350 亩
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.units import parse_unit
from pioneer_etl.table.grid import NUMBER, RANGE, TEXT, Grid, row_cells
from pioneer_etl.table.headers import clean
from pioneer_etl.table.inner_lists import InnerList, inner_list
from pioneer_etl.table.model import HeaderColumn, Pair, Reason, RowRole, Table, TableKind, TableRow
from pioneer_etl.table.rules.base import Rule, choose
from pioneer_etl.table.split import is_line
from pioneer_etl.table.words import is_note, is_signature, squeeze

# Two figures beside each other in a row of classes; of three in a row one pair is counted, of four two.
_TWO_NUMBERS: Final = bytes((NUMBER, NUMBER))
_TALLEST: Final = 80
_WIDEST: Final = 40
_LONGEST_LABEL: Final = 24
_LONGEST_UNIT: Final = 4


@dataclass(frozen=True)
class Register:
    """A region read as pairs of label and content, as the register rules see it.

    `bad` counts the cells that are out of this pattern; `rows` are the rows that hold pairs, `lists` the lists inside.
    """

    grid: Grid
    area: Range
    pairs: tuple[Pair, ...]
    rows: tuple[int, ...]
    bad: int
    lists: tuple[InnerList, ...] = ()

    @cached_property
    def labels(self) -> tuple[str, ...]:
        return tuple(pair.path[-1] for pair in self.pairs)

    @property
    def contents(self) -> tuple[str, ...]:
        texts = (self.grid.text(*pair.content) for pair in self.pairs if pair.content is not None)
        return tuple(text for text in texts if text)

    @property
    def repeated(self) -> int:
        """How many labels stand twice under one section."""
        return len(self.pairs) - len({tuple(map(squeeze, pair.path)) for pair in self.pairs})

    @property
    def per_row(self) -> Mapping[int, int]:
        """How many pairs begin in each row that has some."""
        return Counter([pair.cells[-1].row for pair in self.pairs])

    @property
    def is_cut_unevenly(self) -> bool:
        """Whether rows are cut into cells in different ways."""
        merged = [row for row in self.rows if row in self.grid.merged]
        if not merged:
            return False
        cuts = {tuple([cell.left for cell in row_cells(self.grid, self.area, row)]) for row in merged}
        if len(merged) < len(self.rows):
            cuts.add(tuple(range(self.area.left, self.area.right + 1)))
        return len(cuts) > 1

    @property
    def headed_by_levels(self) -> bool:
        """Whether the first rows tile as the levels of a header do, and every row below is cut as its last level.

        Each cell of the first row then reaches down to the last level, or stands over several heads.
        """
        grid, area = self.grid, self.area
        top = row_cells(grid, area, area.top)
        bottom = max(cell.bottom for cell in top)
        if bottom == area.top or bottom >= area.bottom or any(cell.top != area.top for cell in top):
            return False
        for cell in top:
            inner = Range(area.top + 1, cell.left, bottom, cell.right)
            below = [] if cell.bottom == bottom else row_cells(grid, inner, cell.bottom + 1)
            heads = [cell, *below]
            if any(grid.shape(each.top, each.left) != TEXT for each in heads):
                return False
            if cell.bottom < bottom and (len(below) < 2 or below[-1].right > cell.right):
                return False
        leaves = [(cell.left, cell.right) for cell in row_cells(grid, area, bottom)]
        rows = range(bottom + 1, area.bottom + 1)
        return all([(cell.left, cell.right) for cell in row_cells(grid, area, row)] == leaves for row in rows)


class Piece(NamedTuple):
    """A part of a region that is understood by itself, with the register that it can be read as, if that is known."""

    area: Range
    register: Register | None = None


def read_register(
    grid: Grid, area: Range, rules: Sequence[Rule], seen: Register | None = None
) -> tuple[Table, tuple[InnerList, ...]] | None:
    """The register that a region is and the lists inside, when the rules favour it over every other kind of table.

    `seen` is the region as a register, where it has been read as one already.
    """
    seen = seen or _register(grid, area)
    if seen is None:
        return None
    answer, reasons = choose(rules, seen)
    return (as_table(seen, reasons), seen.lists) if answer == TableKind.REGISTER else None


def register_at(grid: Grid, area: Range) -> Table | None:
    """A region read as a register whatever the rules say; None where it cannot be read as one."""
    seen = _register(grid, area)
    return as_table(seen, ()) if seen is not None and not seen.repeated and not seen.lists else None


def as_table(seen: Register, reasons: tuple[Reason, ...]) -> Table:
    """The table of a register: no heads over its columns, and the labels of each row."""
    rows = []
    grid, area = seen.grid, seen.area
    of_row: dict[int, list[Pair]] = {}
    said: dict[Position, str] = {}
    for pair in seen.pairs:
        of_row.setdefault(pair.cells[-1].row, []).append(pair)
        said.update(zip(pair.cells, pair.path, strict=True))
    for row in seen.rows:
        pairs = of_row[row]
        sections = [cell for pair in pairs for cell in pair.cells[:-1] if cell.row == row]
        cells = tuple(dict.fromkeys([*sections, *[pair.cells[-1] for pair in pairs]]))
        rows.append(TableRow(row, RowRole.DATA, tuple([said[cell] for cell in cells]), cells))
    contents = [pair.content for pair in seen.pairs if pair.content is not None]
    columns = sorted({content.column for content in contents})
    merged = [grid.span(*content).bottom for content in contents if content.row in grid.merged]
    bottom = max([*seen.rows, *merged, *[inner.area.bottom for inner in seen.lists]])
    top = min([*seen.rows, *[cell.row for cell in said]])
    return Table(
        range=Range(top, area.left, min(bottom, area.bottom), area.right),
        kind=TableKind.REGISTER,
        header_rows=(),
        label_columns=(),
        columns=tuple(_headed(seen, column) for column in columns),
        rows=tuple(rows),
        reasons=reasons,
        pairs=seen.pairs,
    )


def _headed(seen: Register, column: int) -> HeaderColumn:
    """A column of contents, with the heading over its pairs where there is one."""
    of = [pair for pair in seen.pairs if pair.content is not None and pair.content.column == column]
    heads = {pair.cells[0] for pair in of if len(pair.cells) > 1 and pair.cells[0].row < seen.rows[0]}
    if len(heads) != 1:
        return HeaderColumn(column, (), ())
    (head,) = heads
    return HeaderColumn(column, (clean(seen.grid.text(*head)),), (head,))


def pieces(grid: Grid, area: Range) -> list[Piece]:
    """A region that holds the same register several times (a person, a village after the other), cut into them."""
    top = next((r for r in range(area.top, area.bottom + 1) if len(_filled(grid, area, r)) > 1), None)
    if top is None or area.height > 20 * _TALLEST or area.width > _WIDEST:
        return [Piece(area)]
    first = _filled(grid, area, top)[0]
    said = squeeze(grid.text(top, first))
    if not said or grid.shape(top, first) != TEXT:
        return [Piece(area)]
    column = grid.column(first, range(top, area.bottom + 1))
    texts = [(r, grid.text(r, first)) for r, shape in enumerate(column, top) if shape == TEXT]
    starts = [r for r, text in texts if text[0] == said[0] and squeeze(text) == said]
    if len(starts) < 2 or min(after - one for one, after in pairwise(starts)) < 2:
        return [Piece(area)]
    edges = [area.top, *(_with_lines(grid, area, row) for row in starts[1:]), area.bottom + 1]
    areas = [Range(one, area.left, after - 1, area.right) for one, after in pairwise(edges)]
    found: list[Piece] = []
    alike: set[tuple[str, ...]] = set()
    for each in areas:
        register = _register(grid, each)
        if register is None:
            return [Piece(area)]
        if not register.bad:
            alike.add(register.labels)
        found.append(Piece(each, register))
    return found if len(alike) == 1 else [Piece(area)]


def _with_lines(grid: Grid, area: Range, row: int) -> int:
    """The first of the lines above a block that are its own: all below a blank row, else its titles."""
    first = row
    while first - 1 > area.top and _is_above(grid, area, first - 1):
        first -= 1
    if not _filled(grid, area, first - 1):
        return first
    while row > first:
        text = grid.text(row - 1, _filled(grid, area, row - 1)[0])
        if is_note(text) or is_signature(text):
            break
        row -= 1
    return row


def _is_above(grid: Grid, area: Range, row: int) -> bool:
    """Whether a row is a line of words, as titles, facts and units are."""
    filled = _filled(grid, area, row)
    return bool(filled) and (is_line(grid, area, row) if len(filled) > 1 else _whole(grid, area, row))


def _whole(grid: Grid, area: Range, row: int) -> bool:
    """Whether the one cell of a row is no label beside an empty content."""
    cells = [cell for cell in row_cells(grid, area, row) if cell.top == row]
    return len(cells) == 1 or is_line(grid, area, row)


def _filled(grid: Grid, area: Range, row: int) -> list[int]:
    line = grid.rows[row - 1][area.left - 1 : area.right]
    return [column for column, shape in enumerate(line, area.left) if shape]


def _register(grid: Grid, area: Range) -> Register | None:
    """A region as pairs of label and content; None where hardly anything stands in pairs."""
    if not 3 <= area.width <= _WIDEST or area.height > _TALLEST + 10 or _is_of_figures(grid, area):
        return None
    top, bottom = area.top, area.bottom
    while top < bottom and (not any(grid.rows[top - 1]) or is_line(grid, area, top)):
        top += 1
    while bottom > top and (not _filled(grid, area, bottom) or _closes(grid, area, bottom)):
        bottom -= 1
    area = Range(top, area.left, bottom, area.right)
    most = _most_pairs(grid, area)
    pairs: list[Pair] = []
    bad = 0
    banner: tuple[Position, ...] = ()
    over: tuple[Range, ...] = ()
    lists: list[InnerList] = []
    for row in range(top, bottom + 1):
        if lists and row <= lists[-1].area.bottom:
            continue
        cells = row_cells(grid, area, row)
        shapes = grid.classes(cells)
        if len(cells) == 1 and shapes[0] and cells[0][:2] == (row, area.left):
            banner = (Position(row, area.left),)
            bad += shapes[0] != TEXT
            continue
        if row < bottom and row in grid.merged and _heads_pairs(grid, cells, row_cells(grid, area, row + 1)):
            over = tuple(cells)
            continue
        inner = inner_list(grid, area, row, cells, shapes) if pairs else None
        if inner is not None:
            known = {pair.cells[-1] for pair in pairs}  # a heading over the list has been met as a label alone
            pairs += [pair for pair in _alone(grid, inner) if pair.cells[-1] not in known]
            lists += [inner]
            continue
        found, wrong = _pairs_of(grid, row, cells, shapes, banner)
        pairs += [_under(grid, pair, over) for pair in found] if over else found
        bad += wrong
        if 2 * bad > len(pairs) + most[row - top + 1]:
            return None
    rows = tuple(sorted({pair.cells[-1].row for pair in pairs}))
    filled_in = [pair.cells[-1].row for pair in pairs if pair.content is not None]
    if len(pairs) < 4 or len(set(filled_in)) == len(filled_in) or 2 * bad > len(pairs):
        return None
    return Register(grid, area, tuple(pairs), rows, bad, tuple(lists))


def _alone(grid: Grid, inner: InnerList) -> Iterator[Pair]:
    """The label beside a list, as one with no content of its own; the heads too of a list that nobody filled in."""
    area = inner.area
    empty = not any(_filled(grid, area, row) for row in range(area.top + 1, area.bottom + 1))
    heads = row_cells(grid, Range(area.top, area.left, area.top, area.right), area.top) if empty else []
    for cell in [inner.label, *heads]:
        yield Pair((clean(grid.text(cell.top, cell.left)),), (Position(cell.top, cell.left),), None)


def _most_pairs(grid: Grid, area: Range) -> list[int]:
    """How many pairs can begin in the first row or below, in the second or below, and so on: each has a label."""
    words = []
    for line in grid.rows[area.top - 1 : area.bottom]:
        cells = line[area.left - 1 : area.right]
        words.append(min(cells.count(TEXT) + cells.count(RANGE), (len(cells) + 1) // 2))
    return [*accumulate([0, *reversed(words)])][::-1]


def _is_of_figures(grid: Grid, area: Range) -> bool:
    """Whether so many figures stand right of other figures that the words are too few for a register.

    None of these figures is a content, and every label is a word: most lists are told by this alone.
    """
    words = beside = 0
    for line in grid.rows[area.top - 1 : area.bottom]:
        cells = line[area.left - 1 : area.right]
        words += cells.count(TEXT) + cells.count(RANGE)  # 36—45岁 is a label too
        beside += cells.count(_TWO_NUMBERS)
    return 2 * beside > words


def _heads_pairs(grid: Grid, cells: Sequence[Range], below: Sequence[Range]) -> bool:
    """Whether every cell of a row is a heading over one label and one content of the next row."""
    if len(cells) < 2 or len(below) != 2 * len(cells) or any(grid.shape(cell.top, cell.left) != TEXT for cell in cells):
        return False
    pairs = zip(cells, below[::2], below[1::2], strict=True)
    return all(cell.left == one.left and cell.right == two.right for cell, one, two in pairs)


def _under(grid: Grid, pair: Pair, over: Sequence[Range]) -> Pair:
    """A pair under the heading over its columns, where there is one."""
    column = pair.cells[-1].column
    heads = [Position(each.top, each.left) for each in over if each.left <= column <= each.right]
    path = (*(clean(grid.text(*head)) for head in heads), *pair.path)
    return replace(pair, path=path, cells=(*heads, *pair.cells)) if heads else pair


def _closes(grid: Grid, area: Range, row: int) -> bool:
    """Whether a row is one of the lines below a register: a note, or who filled it in."""
    texts = [grid.text(row, column) for column in _filled(grid, area, row)]
    if len(texts) == 1 and is_note(texts[0]):
        cells = row_cells(grid, area, row)  # 备注 alone is a label whose content was left empty
        return len(cells) == 1 or len(texts[0]) > _LONGEST_LABEL or ":" in texts[0] or "：" in texts[0]
    said = any(":" in text or "：" in text for text in texts)  # without one 审核人 is a label with its content beside
    return said and is_signature(texts[0]) and is_line(grid, area, row)


def _pairs_of(
    grid: Grid, row: int, cells: Sequence[Range], shapes: bytes, banner: tuple[Position, ...]
) -> tuple[list[Pair], int]:
    """The pairs that begin in a row of cells with these classes, and how many of them are out of the pattern."""
    found: list[Pair] = []
    bad = at = 0
    sections: tuple[Position, ...] = banner
    said = tuple([clean(grid.text(*each)) for each in banner])  # what the sections say
    merged = row in grid.merged
    while at < len(cells):
        shape = shapes[at]
        if not shape:
            at += 1
            continue
        cell = cells[at]
        beside = cells[at + 1] if at + 1 < len(cells) else None
        text = grid.text(cell.top, cell.left)
        if shape not in (TEXT, RANGE) or len(text) > _LONGEST_LABEL:  # 36—45岁 is a label too
            bad += cell.top == row
            at += 1
            continue
        position = Position(cell.top, cell.left)
        if beside is not None and merged and cell.height > beside.height:
            sections = (*sections, position)  # a heading over the pairs at its right
            said = (*said, clean(text))
            at += 1
            continue
        if beside is None:
            if cell.top == row:
                found.append(Pair((clean(text),), (position,), None))
                bad += cell.height == 1
            break
        at += 2
        unit = None
        after = cells[at] if at < len(cells) and shapes[at] else None
        if after is not None and (not merged or after.height == beside.height):
            text_after = grid.text(after.top, after.left)
            if len(text_after) <= _LONGEST_UNIT and parse_unit(text_after) is not None:
                unit, at = Position(after.top, after.left), at + 1
        if cell.top == row:
            found.append(Pair((*said, clean(text)), (*sections, position), Position(beside.top, beside.left), unit))
    return found, bad


def marked(table: Table) -> Iterator[tuple[Position, bool]]:
    """Every cell of a register's pairs, and whether it is a content."""
    for pair in table.pairs:
        for cell in pair.cells:
            yield cell, False
        if pair.content is not None:
            yield pair.content, True
        if pair.unit is not None:
            yield pair.unit, False
