"""The list that a table says, as a sheet of its own."""

from __future__ import annotations

from collections.abc import Sequence

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.match.lines import Frame, make_frame
from pioneer_etl.match.list_heads import ListHeads
from pioneer_etl.table.model import HeaderColumn, SheetReading, Table, TableRow
from pioneer_etl.workbook.model import Scalar, Sheet, Style


class ListSheet:
    """The list as a sheet of its own while it is filled; its header stands from the start.

    `first` is the last column of labels; `origins` and `says` as in `Unpivoted`.
    """

    def __init__(self, heads: ListHeads) -> None:
        self.heads = heads
        self.cells: dict[Position, Scalar] = {}
        self.origins: dict[Position, Position] = {}
        self.says: dict[Position, Position] = {}
        self.rows: list[TableRow] = []
        keys, over, columns = heads.keys, heads.over, heads.columns
        self.first = len(keys) + len(over)
        self.depth = max([1, *(len(line.path) for line in keys), *(len(each.path) for each in columns)])
        self.labels = [self._heading(n, line.path, line.cells, line.unit) for n, line in enumerate(keys, 1)]
        self.labels += [self._heading(len(keys) + n, (name,), (), None) for n, name in enumerate(over, 1)]
        self.columns = [
            self._heading(self.first + n, each.path, each.cells, each.unit) for n, each in enumerate(columns, 1)
        ]

    def put(self, row: int, column: int, value: Scalar | None, origin: Position | None) -> None:
        """Fill a cell, and note where it stands."""
        cell = Position(row, column)
        if value is not None:
            self.cells[cell] = value
        if origin is not None:
            self.origins[cell] = origin
            self.says.setdefault(origin, cell)

    def _heading(self, column: int, path: tuple[str, ...], at: Sequence[Position], unit: str | None) -> HeaderColumn:
        for level, part in enumerate(path, 1):
            self.put(level, column, part, at[min(level, len(at)) - 1] if at else None)
        return HeaderColumn(column, path, tuple(Position(level, column) for level in range(1, len(path) + 1)), unit)

    def next_row(self) -> int:
        """The number of the row that comes next."""
        return self.depth + len(self.rows) + 1

    def frame(self) -> Frame:
        """The list as it stands, in the place of the table in its sheet's reading."""
        heads = self.heads
        table = heads.table
        width = self.first + len(self.columns)
        grid: list[list[Scalar | None]] = [[None] * width for _ in range(self.depth + len(self.rows))]
        for (row, column), value in self.cells.items():
            grid[row - 1][column - 1] = value
        as_list = Table(
            Range(1, 1, max(self.depth, len(grid)), max(1, width)),
            heads.plan.kind,
            tuple(range(1, self.depth + 1)),
            tuple(self.labels),
            tuple(self.columns),
            tuple(self.rows),
            table.title,
            table.unit,
            table.confidence,
        )
        reading, index = heads.frame.reading, heads.frame.index
        tables = list(reading.tables)
        tables[index] = as_list
        turned = {self.first + number: each.also for number, each in enumerate(heads.columns, 1)}
        listed = SheetReading(self._filled(tuple(map(tuple, grid))), tuple(tables), reading.roles)
        return make_frame(listed, index, heads.frame.units, also=turned)

    def _filled(self, grid: tuple[tuple[Scalar | None, ...], ...]) -> Sheet:
        sheet = self.heads.sheet
        styles: dict[Position, Style] = {}
        for cell, at in self.origins.items():
            style = sheet.styles.get(at)
            if style is not None:
                styles[cell] = style
        return Sheet(
            sheet.name,
            grid,
            styles=styles,
            has_styles=sheet.has_styles,
            formulas={cell: sheet.formulas[at] for cell, at in self.origins.items() if at in sheet.formulas},
            text_only=sheet.text_only,
        )
