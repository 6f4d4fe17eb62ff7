"""The tree over the columns: which head cells stand over a column, from the outermost to the nearest.

A head spreads over several columns by a merge, or, unmerged, over the empty cells beside it: to the
right until the next head of its row, and never beyond what the head above it covers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.units import parse_unit, split_unit
from pioneer_etl.table.grid import Grid
from pioneer_etl.table.model import HeaderColumn

Cell = tuple[int, int]


def cover(grid: Grid, columns: Sequence[int], rows: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
    """For every column its head cells in `rows`, outermost first."""
    chains: dict[int, list[Cell]] = {c: [] for c in columns}
    if not columns or not rows:
        return {c: tuple(chain) for c, chain in chains.items()}
    carried_on = continued_rows(grid, columns, rows)
    for row in rows:
        level = _level(grid, columns, rows, row)
        groups = level if row in carried_on else _spread(grid, columns, rows, row, level, chains)
        for column in columns:
            origin = groups.get(column)
            if origin is not None and (not chains[column] or chains[column][-1] != origin):
                chains[column].append(origin)
    return {c: tuple(chain) for c, chain in chains.items()}


def continued_rows(grid: Grid, columns: Sequence[int], rows: Sequence[int]) -> frozenset[int]:
    """The header rows whose texts go on in the row below, a column at a time (出生 / 年月).

    Such a row has no merges, and most of its texts stand over the text of one column only.  A row that says nothing
    but units goes on with nothing.
    """
    found: set[int] = set()
    for row, below in pairwise(rows):
        if any((row, c) in grid.merges for c in columns):
            continue
        filled = [c for c in columns if grid.shape(row, c)]
        over = [c for c in filled if grid.shape(below, c)]
        if len(over) < 3 or all(_is_unit(grid.text(below, c)) for c in over):
            continue
        alone = sum(1 for c in over if _next_is_headed(grid, columns, row, below, c))
        if alone * 10 >= len(over) * 7:
            found.add(row)
    return frozenset(found)


def _is_unit(text: str) -> bool:
    return parse_unit(text.strip("()（）")) is not None


def _next_is_headed(grid: Grid, columns: Sequence[int], row: int, below: int, column: int) -> bool:
    """Whether the column to the right has a text of its own in the row, or none in the row below."""
    after = next((c for c in columns if c > column), None)
    return after is None or bool(grid.shape(row, after)) or not grid.shape(below, after)


def _level(grid: Grid, columns: Sequence[int], rows: Sequence[int], row: int) -> dict[int, Cell]:
    """The head cell that stands in each column in one row, by its own text or its merge."""
    found: dict[int, Cell] = {}
    for column in columns:
        origin = grid.origin(row, column)
        if origin[0] >= rows[0] and grid.shape(*origin):
            found[column] = origin
    return found


def _spread(
    grid: Grid,
    columns: Sequence[int],
    rows: Sequence[int],
    row: int,
    level: dict[int, Cell],
    chains: dict[int, list[Cell]],
) -> dict[int, Cell]:
    """`level`, with heads drawn over the empty cells to their right where they group columns."""
    if row == rows[-1]:
        return level
    spread = dict(level)
    across = grid.sheet.has_styles and any(_is_across(grid, row, c) for c in columns)
    current: Cell | None = None
    current_parent: tuple[Cell, ...] = ()
    for index, column in enumerate(columns):
        if column in level:
            origin = level[column]
            current = origin if _may_spread(grid, columns, rows, index, origin) else None
            current_parent = tuple(chains[column])
            continue
        if current is None:
            continue
        if across and not _is_across(grid, row, column):  # the look says how far each head reaches
            current = None
            continue
        if grid.merges.get((row, column)) is not None:  # an empty merge ends the group
            current = None
            continue
        if current_parent and chains[column] and tuple(chains[column])[: len(current_parent)] != current_parent:
            current = None
            continue
        if current_parent and not chains[column]:
            current = None
            continue
        if _headed_below(grid, rows, row, column):
            spread[column] = current
    return spread


def _is_across(grid: Grid, row: int, column: int) -> bool:
    """Whether a cell is centred together with the empty cells beside it, as spreadsheets do without merging."""
    return grid.sheet.style(row, column).horizontal == "centerContinuous"


def _may_spread(grid: Grid, columns: Sequence[int], rows: Sequence[int], index: int, origin: Cell) -> bool:
    """Whether a head can stand over columns beside its own: it must have heads below it itself."""
    span = grid.span(*origin)
    if span.width > 1:
        return False  # a merge says exactly how far it reaches
    if span.bottom >= rows[-1]:
        return False
    return _headed_below(grid, rows, span.bottom, columns[index])


def _headed_below(grid: Grid, rows: Sequence[int], row: int, column: int) -> bool:
    for below in rows:
        if below > row:
            origin = grid.origin(below, column)
            if origin[0] > row and grid.shape(*origin):
                return True
    return False


def header_columns(grid: Grid, chains: dict[int, tuple[Cell, ...]], columns: Iterable[int]) -> tuple[HeaderColumn, ...]:
    """The columns with their paths: white space cleaned, units split off, equal neighbours one part.

    A row that says in Latin letters what the row above says in Chinese is a translation, no level.
    """
    translated = _translations(grid, chains)
    rows = sorted({cell[0] for chain in chains.values() for cell in chain})
    carried_on = continued_rows(grid, sorted(chains), range(rows[0], rows[-1] + 1)) if rows else frozenset()
    return tuple(header_column(grid, column, chains.get(column, ()), translated, carried_on) for column in columns)


def _translations(grid: Grid, chains: Mapping[int, tuple[Cell, ...]]) -> frozenset[int]:
    """The header rows that translate the row above, head by head."""
    found: set[int] = set()
    if all(len(chain) < 2 for chain in chains.values()):
        return frozenset()
    for row in {cell[0] for chain in chains.values() for cell in chain}:
        own = [(chain, chain.index(cell)) for chain in chains.values() for cell in chain if cell[0] == row]
        if len(own) >= 2 and all(at > 0 for _, at in own):
            latin = all(grid.text(*chain[at]).isascii() for chain, at in own)
            above = [chain[at - 1] for chain, at in own]
            chinese = all(any(map(_cjk, grid.text(*cell))) for cell in above)
            if latin and chinese and len(set(above)) == len(above):
                found.add(row)
    return frozenset(found)


def header_column(
    grid: Grid,
    column: int,
    chain: tuple[Cell, ...],
    translated: frozenset[int] = frozenset(),
    carried_on: frozenset[int] = frozenset(),
) -> HeaderColumn:
    """One column's path from its head cells."""
    parts: list[str] = []
    unit: str | None = None
    for text, last in _texts(grid, chain, translated, carried_on):
        bare, own = split_unit(text)
        if own is not None:
            bare = bare.rstrip("/／ ")
        elif last and parts:
            alone = parse_unit(text.strip("()（）"))
            if alone is not None:  # a level that holds nothing but the unit
                unit = alone
                continue
        unit = own or unit
        if bare and (not parts or parts[-1] != bare):
            parts.append(bare)
    return HeaderColumn(column, tuple(parts), tuple(Position(*cell) for cell in chain), unit)


def _texts(
    grid: Grid, chain: tuple[Cell, ...], translated: frozenset[int], carried_on: frozenset[int]
) -> list[tuple[str, bool]]:
    """The texts of a chain of heads, those that go on in the next cell joined, and whether each is the last."""
    texts: list[str] = []
    joins = False
    for cell in chain:
        if cell[0] in translated:
            continue
        text = clean(grid.raw(*cell))
        if joins and texts:
            texts[-1] = clean(f"{texts[-1]} {text}")
        else:
            texts.append(text)
        joins = cell[0] in carried_on
    return [(text, at == len(texts) - 1) for at, text in enumerate(texts)]


def clean(text: str) -> str:
    """A head on one line: no blanks next to Chinese characters, one blank elsewhere."""
    words = text.split()
    if len(words) < 2:
        return words[0] if words else ""
    out = words[0]
    for word in words[1:]:
        out += word if _cjk(out[-1]) or _cjk(word[0]) else f" {word}"
    return out


_WIDE: Final = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")


def _cjk(char: str) -> bool:
    return _WIDE.match(char) is not None
