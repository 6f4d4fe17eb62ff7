"""The tree over the columns: which head cells stand over a column, from the outermost to the nearest.

A head spreads over several columns by a merge, or, unmerged, over the empty cells beside it: to the
right until the next head of its row, and never beyond what the head above it covers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
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
    for row in rows:
        level = _level(grid, columns, rows, row)
        groups = _spread(grid, columns, rows, row, level, chains)
        for column in columns:
            origin = groups.get(column)
            if origin is not None and (not chains[column] or chains[column][-1] != origin):
                chains[column].append(origin)
    return {c: tuple(chain) for c, chain in chains.items()}


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
    current: Cell | None = None
    current_parent: tuple[Cell, ...] = ()
    for index, column in enumerate(columns):
        if column in level:
            origin = level[column]
            current = origin if _may_spread(grid, columns, rows, row, index, origin) else None
            current_parent = tuple(chains[column])
            continue
        if current is None:
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


def _may_spread(grid: Grid, columns: Sequence[int], rows: Sequence[int], row: int, index: int, origin: Cell) -> bool:
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
    return tuple(header_column(grid, column, chains.get(column, ()), translated) for column in columns)


def _translations(grid: Grid, chains: Mapping[int, tuple[Cell, ...]]) -> frozenset[int]:
    """The header rows that translate the row above, head by head."""
    found: set[int] = set()
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
    grid: Grid, column: int, chain: tuple[Cell, ...], translated: frozenset[int] = frozenset()
) -> HeaderColumn:
    """One column's path from its head cells."""
    parts: list[str] = []
    unit: str | None = None
    for cell in chain:
        if cell[0] in translated:
            continue
        text = clean(grid.raw(*cell))
        bare, own = split_unit(text)
        if own is not None:
            bare = bare.rstrip("/／ ")
        if own is None and len(chain) > 1 and cell == chain[-1]:
            alone = parse_unit(text.strip("()（）"))
            if alone is not None and parts:  # a level that holds nothing but the unit
                unit = alone
                continue
        if own is not None:
            unit = own
        if bare and (not parts or parts[-1] != bare):
            parts.append(bare)
    return HeaderColumn(column, tuple(parts), tuple(Position(*cell) for cell in chain), unit)


def clean(text: str) -> str:
    """A head on one line: no blanks next to Chinese characters, one blank elsewhere."""
    words = text.split()
    if not words:
        return ""
    out = words[0]
    for word in words[1:]:
        out += word if _cjk(out[-1]) or _cjk(word[0]) else f" {word}"
    return out


_WIDE: Final = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")


def _cjk(char: str) -> bool:
    return _WIDE.match(char) is not None
