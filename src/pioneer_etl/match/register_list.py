"""Registers as the list of one row that they say."""

from __future__ import annotations

from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple, TypeAlias

from pioneer_etl.contract.address import Position, Range, in_column
from pioneer_etl.contract.text import normalise_path
from pioneer_etl.contract.units import parse_unit, split_unit
from pioneer_etl.match.lines import Frame, Lines, make_frame
from pioneer_etl.match.unpivot import Unpivoted
from pioneer_etl.table.model import HeaderColumn, RowRole, SheetReading, Table, TableKind, TableRow
from pioneer_etl.workbook.model import Row, Sheet, Style, is_blank

# A pair's label under the headings of its sections, the unit that a cell beside it says, and whether it has a content.
_Label: TypeAlias = tuple[tuple[str, ...], str | None, bool]


class _Card(NamedTuple):
    """What follows from the labels of a register alone: the heads of the list, and its lines."""

    depth: int
    columns: tuple[HeaderColumn, ...]
    lines: Lines


@lru_cache(maxsize=256)
def _read_card(labels: tuple[_Label, ...]) -> _Card:
    """The cards of a workbook have the same labels over and over, and mostly the same of them filled."""
    depth = max([1, *[len(path) for path, _, _ in labels]])
    columns: list[HeaderColumn] = []
    also: dict[int, str] = {}
    grid: list[tuple[str | None, ...]] = []  # column by column
    for column, (path, said, is_filled) in enumerate(labels, 1):
        parts, unit = [], None
        for part in path:
            bare, own = split_unit(part)
            parts.append(bare or part)
            unit = own or unit
        also[column] = normalise_path(parts[-1:])
        columns.append(HeaderColumn(column, tuple(parts), in_column(range(1, len(parts) + 1), column), said or unit))
        grid.append((*parts, *[None] * (depth - len(parts)), "1" if is_filled else None))
    sheet = Sheet("", tuple(zip(*grid, strict=True)) or ((),) * (depth + 1))
    reading = SheetReading(sheet, (_as_list(depth, tuple(columns)),), {})
    return _Card(depth, tuple(columns), Lines(make_frame(reading, 0, also=also).lines))


def _as_list(depth: int, columns: tuple[HeaderColumn, ...], title: str | None = None, unit: str | None = None) -> Table:
    return Table(
        Range(1, 1, depth + 1, max(1, len(columns))),
        TableKind.REGISTER,
        tuple(range(1, depth + 1)),
        (),
        columns,
        (TableRow(depth + 1, RowRole.DATA),),
        title,
        unit,
    )


def register_list(reading: SheetReading, index: int, table: Table, units: tuple[str, ...]) -> Unpivoted:
    """A register as a list of one row: every label a heading, under the headings of its sections."""
    sheet = reading.sheet
    contents = [sheet.at(*pair.content) if pair.content is not None else None for pair in table.pairs]
    labels: list[_Label] = []
    for pair, content in zip(table.pairs, contents, strict=True):
        said = sheet.at(*pair.unit) if pair.unit is not None else None
        labels.append((pair.path, parse_unit(said) if isinstance(said, str) else None, not is_blank(content)))
    depth, columns, lines = _read_card(tuple(labels))
    origins: dict[Position, Position] = {}
    says: dict[Position, Position] = {}
    styles: dict[Position, Style] = {}
    for pair, head in zip(table.pairs, columns, strict=True):
        if pair.unit is not None:
            says[pair.unit] = Position(len(head.path), head.column)
        for cell, at in zip(pair.cells, head.cells, strict=True):
            origins[at] = cell
            says.setdefault(cell, at)
        if pair.content is not None:
            at = Position(depth + 1, head.column)
            origins[at] = pair.content
            says.setdefault(pair.content, at)
            style = sheet.styles.get(pair.content)
            if style is not None:
                styles[at] = style
    heads = zip_longest(*[column.path for column in columns])
    rows: list[Row] = [*heads, *[(None,) * len(columns)] * depth][:depth]
    formulas = sheet.formulas
    listed = Sheet(
        sheet.name,
        (*rows, tuple(contents)),
        styles=styles,
        has_styles=sheet.has_styles,
        formulas={cell: formulas[at] for cell, at in origins.items() if at in formulas} if formulas else {},
        text_only=sheet.text_only,
    )
    as_list = _as_list(depth, columns, table.title, table.unit)
    tables = list(reading.tables)
    tables[index] = as_list
    frame = Frame(SheetReading(listed, tuple(tables), reading.roles), index, as_list, lines, (depth + 1,), units)
    on_sheet = Frame(reading, index, table, (), (), units)
    return Unpivoted(on_sheet, frame, origins, says, frozenset(), ())
