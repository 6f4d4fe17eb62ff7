"""Registers as the list of one row that they say."""

from __future__ import annotations

from dataclasses import replace

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.text import normalise_path
from pioneer_etl.contract.units import parse_unit, split_unit
from pioneer_etl.match.lines import Frame, make_frame
from pioneer_etl.match.unpivot import Unpivoted, read_also
from pioneer_etl.table.model import HeaderColumn, RowRole, SheetReading, Table, TableKind, TableRow
from pioneer_etl.workbook.model import Scalar, Sheet, Style


def register_list(reading: SheetReading, index: int, table: Table, units: tuple[str, ...]) -> Unpivoted:
    """A register as a list of one row: every label a heading, under the headings of its sections."""
    sheet = reading.sheet
    depth = max([1, *(len(pair.path) for pair in table.pairs)])
    grid: list[list[Scalar | None]] = [[None] * len(table.pairs) for _ in range(depth + 1)]
    origins: dict[Position, Position] = {}
    says: dict[Position, Position] = {}
    styles: dict[Position, Style] = {}
    columns: list[HeaderColumn] = []
    keys: list[str] = []
    for column, pair in enumerate(table.pairs, 1):
        path, unit = [], None
        for part in pair.path:
            bare, own = split_unit(part)
            path.append(bare or part)
            unit = own or unit
        if pair.unit is not None:
            said = sheet.at(*pair.unit)
            unit = (parse_unit(said) if isinstance(said, str) else None) or unit
            says[pair.unit] = Position(len(path), column)
        head = tuple([Position(level, column) for level in range(1, len(path) + 1)])
        for part, cell, at in zip(path, pair.cells, head, strict=True):
            grid[at.row - 1][column - 1] = part
            origins[at] = cell
            says.setdefault(cell, at)
        if pair.content is not None:
            at = Position(depth + 1, column)
            grid[depth][column - 1] = sheet.at(*pair.content)
            origins[at] = pair.content
            says.setdefault(pair.content, at)
            style = sheet.styles.get(pair.content)
            if style is not None:
                styles[at] = style
        columns.append(HeaderColumn(column, tuple(path), head, unit))
        keys.append(normalise_path(path[-1:]))
    width = len(columns)
    listed = Sheet(
        sheet.name,
        tuple(map(tuple, grid)),
        styles=styles,
        has_styles=sheet.has_styles,
        formulas={cell: sheet.formulas[at] for cell, at in origins.items() if at in sheet.formulas},
        text_only=sheet.text_only,
    )
    as_list = Table(
        Range(1, 1, depth + 1, max(1, width)),
        TableKind.REGISTER,
        tuple(range(1, depth + 1)),
        (),
        tuple(columns),
        (TableRow(depth + 1, RowRole.DATA),),
        table.title,
        table.unit,
    )
    tables = list(reading.tables)
    tables[index] = as_list
    frame = make_frame(SheetReading(listed, tuple(tables), reading.roles), index, units)
    frame = replace(frame, lines=tuple(read_also(line, keys[line.line - 1]) for line in frame.lines))
    on_sheet = Frame(reading, index, table, (), (), units)
    return Unpivoted(on_sheet, frame, origins, says, frozenset(), ())
