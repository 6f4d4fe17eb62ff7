"""From a sheet to its reading, in one page.

grid → regions → (for each) split → header tree → rows → lines around → roles of cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.table.bottom import find_bottom
from pioneer_etl.table.forms import ItemForm, form_of, item_form
from pioneer_etl.table.grid import Grid, make_grid
from pioneer_etl.table.headers import clean, cover, header_columns
from pioneer_etl.table.inner_lists import InnerList
from pioneer_etl.table.kinds import kind_of
from pioneer_etl.table.model import (
    CellRole,
    Reason,
    Role,
    RowRole,
    SheetReading,
    Table,
    TableKind,
    TableRow,
)
from pioneer_etl.table.notes import is_remark_beside, line_roles, title_and_unit
from pioneer_etl.table.regions import Region, find_regions
from pioneer_etl.table.registers import Piece, Register, marked, pieces, read_register
from pioneer_etl.table.roles import Pattern, Roles
from pioneer_etl.table.rows import Body, read_rows
from pioneer_etl.table.rules.base import Rule, Stage
from pioneer_etl.table.rules.registry import rules_by_stage
from pioneer_etl.table.sidebyside import blocks as side_by_side
from pioneer_etl.table.split import Hypothesis, best_labels, best_split, fixed_split, is_index_row
from pioneer_etl.table.words import is_unit_head
from pioneer_etl.workbook.model import Sheet

_ROW_ROLE = {
    RowRole.SUBTOTAL: Role.SUBTOTAL,
    RowRole.TOTAL: Role.TOTAL,
    RowRole.GROUP: Role.GROUP,
    RowRole.REPEATED_HEADER: Role.REPEATED_HEADER,
    RowRole.COLUMN_INDEX: Role.COLUMN_INDEX,
    RowRole.NOTE: Role.NOTE,
}


_SIDEWAYS = (TableKind.FORM, TableKind.TRANSPOSED)
_LOOKUP = Reason("lookup-beside", "a small list of codes or choices beside a table", 2.0)
_INNER = Reason("list-in-register", "heads and records inside of a register", 4.0)
_REMARK = Reason("remark-beside", "a remark merged down beside the rows", 2.0)
_ITEM_FORM = Reason("item-form", "its heads name items and what they come to (项目, 数量)", 4.0)


def understand(sheet: Sheet, extra_rules: Sequence[Rule] = ()) -> SheetReading:
    """Every table of a sheet and the role of every cell that carries something.  Never raises on content.

    `extra_rules` join the registry's; one with a registered name takes that rule's place.
    """
    rules = _rules(tuple(extra_rules))
    grid = make_grid(sheet)
    tables: list[Table] = []
    single: dict[tuple[int, int], CellRole] = {}
    patterns: list[Pattern] = [(None,) * grid.width] * grid.height
    regions = [(piece, part.lookup) for part in find_regions(grid) for piece in _pieces(grid, part)]
    for (region, register), lookup in regions:
        if lookup:
            single.update(dict.fromkeys(_filled(grid, region), CellRole(Role.LOOKUP, reasons=(_LOOKUP,))))
            continue
        found = _read_region(grid, region, rules, register)
        index = len(tables) if found else None
        top = min((table.range.top for table in found), default=region.bottom + 1)
        bottom = max((table.range.bottom for table in found), default=region.bottom)
        above = line_roles(grid, region, range(region.top, top), True, index, rules[Stage.LINE])
        below = line_roles(grid, region, range(bottom + 1, region.bottom + 1), False, index, rules[Stage.LINE])
        title, unit = title_and_unit(grid, above)
        single.update(above)
        single.update(below)
        for table in found:
            if table.pairs:
                single.update(_pair_roles(grid, table, len(tables)))
            else:
                _mark(table, len(tables), patterns)
                single.update(_remarks(grid, table, len(tables)))
            tables.append(replace(table, title=table.title or title, unit=unit))
    _account(grid, patterns, single)
    return SheetReading(sheet, tuple(tables), Roles(grid, tuple(patterns), single))


@lru_cache(maxsize=8)
def _rules(extra: tuple[Rule, ...]) -> Mapping[Stage, Sequence[Rule]]:
    """The rules that a plugin's join, sorted once for all sheets."""
    return rules_by_stage(extra)


def _pieces(grid: Grid, part: Region) -> list[Piece]:
    return [Piece(part.area)] if part.lookup else pieces(grid, part.area)


def _pair_roles(grid: Grid, table: Table, index: int) -> dict[tuple[int, int], CellRole]:
    """The roles of a register's cells: labels and contents, section headings, and what is neither."""
    label, value = CellRole(Role.ROW_LABEL, index), CellRole(Role.VALUE, index)
    return {cell: value if content else label for cell, content in marked(table) if grid.shape(*cell)}


def _filled(grid: Grid, area: Range) -> list[tuple[int, int]]:
    rows = range(area.top, area.bottom + 1)
    return [(r, c) for r in rows for c in grid.filled(r) if area.left <= c <= area.right]


def _read_region(
    grid: Grid, region: Range, rules: Mapping[Stage, Sequence[Rule]], known: Register | None
) -> tuple[Table, ...]:
    """The tables of a region: one, several side by side, or none where it holds nothing but lines.

    `known` is the region as a register, where it has been read as one already.
    """
    if region.width < 2 or max(grid.counts[region.top - 1 : region.bottom]) < 2:
        return ()
    form_at = item_form(grid, region)
    register = read_register(grid, region, rules[Stage.REGISTER], known) if form_at is None else None
    if register is not None:
        inner = (_read_inner(grid, each, rules) for each in register[1])
        return (register[0], *(each for each in inner if each is not None))
    if form_at is not None:
        top, count = form_at
        split = fixed_split(grid, region, top, top + 1, count)
        table = _read_table(grid, region, split, rules, TableKind.FORM, (_ITEM_FORM,))
        return (table,) if table else ()
    kind, seen, kind_reasons = kind_of(grid, region, rules[Stage.KIND])
    if kind is TableKind.TRANSPOSED and seen is not None:
        split = fixed_split(grid, region, seen.top, seen.top + 1, seen.width)
        table = _read_table(grid, region, split, rules, kind, kind_reasons)
        return (table,) if table else ()
    split, confidence, reasons = best_split(grid, region, rules[Stage.LABEL], rules[Stage.SPLIT])
    table = _read_table(grid, region, split, rules, kind, (*reasons, *kind_reasons), confidence)
    if table is None:
        return ()
    blocks = side_by_side(split, sorted((*table.label_columns, *table.columns), key=lambda each: each.column))
    if blocks:
        found = (
            _read_table(
                grid,
                each,
                best_labels(grid, each, split.top, split.body, rules[Stage.LABEL]),
                rules,
                TableKind.SIDE_BY_SIDE,
                reasons,
                confidence,
            )
            for each in blocks
        )
        return tuple(table for table in found if table is not None)
    form, form_reasons = form_of(ItemForm(grid, table.label_columns, table.columns, table.rows), rules[Stage.FORM])
    if form is TableKind.FORM:
        names = [c.column for c in table.label_columns if not (c.path and is_unit_head(c.path[-1]))]
        split = fixed_split(grid, region, split.top, split.body, max(names) - region.left + 1)
        table = _read_table(grid, region, split, rules, form, (*table.reasons, *form_reasons), confidence) or table
    return (table,)


def _read_inner(grid: Grid, inner: InnerList, rules: Mapping[Stage, Sequence[Rule]]) -> Table | None:
    """A list inside of a register; None for one that nobody filled in."""
    area, label = inner.area, inner.label
    split = best_labels(grid, area, area.top, area.top + 1, rules[Stage.LABEL])
    table = _read_table(grid, area, split, rules, TableKind.LIST, (_INNER,))
    if table is None or not table.rows:
        return None
    return replace(table, title=clean(grid.text(label.top, label.left)))


def _read_table(
    grid: Grid,
    region: Range,
    split: Hypothesis,
    rules: Mapping[Stage, Sequence[Rule]],
    kind: TableKind,
    reasons: tuple[Reason, ...] = (),
    confidence: float = 1.0,
) -> Table | None:
    """The table that a split leads to; None where no column holds values."""
    labels, values = tuple(split.label_columns), split.used_columns
    if not values:
        return None
    numeric = frozenset(split.numeric_columns)
    bottom = find_bottom(grid, region, split.body, labels, values, numeric, kind in _SIDEWAYS)
    header_rows = tuple(split.header_rows)
    if not header_rows and bottom < split.body:
        return None
    rows_of_body = range(split.body, bottom + 1)
    used_labels = tuple(c for c in labels if c in split.last_heads or any(grid.column(c, rows_of_body)))
    chains = cover(grid, (*used_labels, *values), header_rows)
    headed = header_columns(grid, chains, (*used_labels, *values))
    label_columns, columns = headed[: len(used_labels)], headed[len(used_labels) :]
    heads = {c.column: c.path[-1] for c in headed if c.path}
    said = {
        c: frozenset(text for r in header_rows if (text := clean(grid.text(r, c)))) for c in (*used_labels, *values)
    }
    numbered = is_index_row(grid, region, split.body) if split.body <= bottom else False
    body = Body(grid, region, split.body, bottom, used_labels, values, heads, numeric, said, numbered)
    rows = read_rows(body, rules[Stage.ROW])
    return Table(
        range=Range(split.top, region.left, max(bottom, split.body - 1), region.right),
        kind=kind,
        header_rows=header_rows,
        label_columns=label_columns,
        columns=columns,
        rows=rows,
        confidence=confidence,
        carried=_carried(grid, rows, used_labels),
        reasons=reasons,
    )


def _carried(grid: Grid, rows: Sequence[TableRow], labels: Sequence[int]) -> dict[Position, Position]:
    """Label cells left empty and where they take their text from."""
    found: dict[Position, Position] = {}
    for row in rows:
        if row.role in (RowRole.DATA, RowRole.SUBTOTAL, RowRole.TOTAL):
            for cell in row.cells:
                if cell.row != row.row and cell.column in labels and not grid.shape(row.row, cell.column):
                    found[Position(row.row, cell.column)] = cell
    return found


def _mark(table: Table, index: int, patterns: list[Pattern]) -> None:
    """Roles of the cells inside a table, a pattern a row, shared between rows of one kind."""
    area = table.range
    labels = {column.column for column in table.label_columns}
    header = CellRole(Role.HEADER, index)
    for row in table.header_rows:
        patterns[row - 1] = _pattern(patterns[row - 1], area, dict.fromkeys(range(area.left, area.right + 1), header))
    label, value = CellRole(Role.ROW_LABEL, index), CellRole(Role.VALUE, index)
    data = {c: label if c in labels else value for c in range(area.left, area.right + 1)}
    shared: dict[tuple[RowRole, Pattern], Pattern] = {}
    for line in table.rows:
        before = patterns[line.row - 1]
        key = (line.role, before)
        if key not in shared:
            role = _ROW_ROLE.get(line.role)
            marks = data if role is None else dict.fromkeys(data, CellRole(role, index))
            shared[key] = _pattern(before, area, marks)
        patterns[line.row - 1] = shared[key]


def _remarks(grid: Grid, table: Table, index: int) -> dict[tuple[int, int], CellRole]:
    """Remarks merged down beside the rows that begin in a group's row: they are no part of the group."""
    note = CellRole(Role.NOTE, index, (_REMARK,))
    return {
        (line.row, column.column): note
        for line in table.rows
        if line.role is RowRole.GROUP and line.row in grid.merged
        for column in table.columns
        if is_remark_beside(grid, line.row, column.column)
    }


def _pattern(before: Pattern, area: Range, marks: Mapping[int, CellRole]) -> Pattern:
    return tuple(marks[c] if area.left <= c <= area.right else mark for c, mark in enumerate(before, 1))


def _account(grid: Grid, patterns: Sequence[Pattern], single: dict[tuple[int, int], CellRole]) -> None:
    """Name every filled cell that no table and no line has taken, so that none is lost in silence."""
    known: Pattern | None = None  # rows of one kind share theirs
    full = False
    for row, line in enumerate(grid.rows, 1):
        pattern = patterns[row - 1]
        if pattern is not known:
            known, full = pattern, all(mark is not None for mark in pattern)
        if full:
            continue
        for column, shape in enumerate(line, 1):
            if shape and pattern[column - 1] is None and (row, column) not in single:
                single[row, column] = CellRole(Role.UNACCOUNTED)
