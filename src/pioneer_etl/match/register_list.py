"""Registers as the list of one row that they say."""

from __future__ import annotations

from functools import lru_cache

from pioneer_etl.contract.address import Position, Range, in_column
from pioneer_etl.contract.text import normalise_path
from pioneer_etl.contract.units import parse_unit, split_unit
from pioneer_etl.match.lines import Frame, make_frame
from pioneer_etl.match.unpivot import Unpivoted
from pioneer_etl.table.model import HeaderColumn, RowRole, SheetReading, Table, TableKind, TableRow
from pioneer_etl.workbook.model import Scalar, Sheet, Style


@lru_cache(maxsize=16384)
def _read_label(path: tuple[str, ...]) -> tuple[tuple[str, ...], str | None, str]:
    """A label under the headings of its sections without units, the unit, and the label alone as it is compared."""
    parts, unit = [], None
    for part in path:
        bare, own = split_unit(part)
        parts.append(bare or part)
        unit = own or unit
    return tuple(parts), unit, normalise_path(parts[-1:])


def register_list(reading: SheetReading, index: int, table: Table, units: tuple[str, ...]) -> Unpivoted:
    """A register as a list of one row: every label a heading, under the headings of its sections."""
    sheet = reading.sheet
    depth = max([1, *[len(pair.path) for pair in table.pairs]])
    grid: list[tuple[Scalar | None, ...]] = []  # column by column
    origins: dict[Position, Position] = {}
    says: dict[Position, Position] = {}
    styles: dict[Position, Style] = {}
    columns: list[HeaderColumn] = []
    labels: dict[int, str] = {}
    for column, pair in enumerate(table.pairs, 1):
        path, unit, labels[column] = _read_label(pair.path)
        head = in_column(range(1, len(path) + 1), column)
        if pair.unit is not None:
            said = sheet.at(*pair.unit)
            unit = (parse_unit(said) if isinstance(said, str) else None) or unit
            says[pair.unit] = Position(len(path), column)
        for cell, at in zip(pair.cells, head, strict=True):
            origins[at] = cell
            says.setdefault(cell, at)
        content = None
        if pair.content is not None:
            at = Position(depth + 1, column)
            content = sheet.at(*pair.content)
            origins[at] = pair.content
            says.setdefault(pair.content, at)
            style = sheet.styles.get(pair.content)
            if style is not None:
                styles[at] = style
        grid.append((*path, *[None] * (depth - len(path)), content))
        columns.append(HeaderColumn(column, path, head, unit))
    width = len(columns)
    listed = Sheet(
        sheet.name,
        tuple(zip(*grid, strict=True)) or ((),) * (depth + 1),
        styles=styles,
        has_styles=sheet.has_styles,
        formulas={cell: sheet.formulas[at] for cell, at in origins.items() if at in sheet.formulas}
        if sheet.formulas
        else {},
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
    frame = make_frame(SheetReading(listed, tuple(tables), reading.roles), index, units, also=labels)
    on_sheet = Frame(reading, index, table, (), (), units)
    return Unpivoted(on_sheet, frame, origins, says, frozenset(), ())
