"""Long tables and matrices written out as the list that they say: one row a record, one column a field.

    村   │ 指标   │ 数值         类别 │ 政治理论    │ 岗位培训
    宜一 │ 户数   │ 120          村   │ 班次 │ 人次 │ 班次 │ 人次
    宜一 │ 人口   │ 410          宜一 │   2  │   80 │   1  │   35
    宜二 │ 户数   │  95          宜二 │   1  │   41 │   3  │  120

Every cell of the list knows where it stands on the sheet, and every cell of the sheet's table what it says in
the list: values keep their own addresses, and none is lost on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.text import normalise
from pioneer_etl.contract.units import parse_unit
from pioneer_etl.match.lines import UNIT_HEADS, Frame, Line
from pioneer_etl.table.model import TableKind
from pioneer_etl.workbook.model import Sheet


@dataclass(frozen=True, slots=True)
class Plan:
    """How the records of a table are put together; lines are columns of the sheet.

    `item` is the line whose cells name fields, `values` are the lines that hold values, `heads` says of each level
    of the heads over them, outermost first, what stands there: a field's values, `ITEM` or `SKIP`.  `value` is the
    field of all values where neither rows nor heads name one.
    """

    kind: TableKind
    item: int | None
    values: tuple[int, ...]
    heads: tuple[tuple[str, str], ...] = ()  # a field's name (or ITEM, SKIP) and how the list heads its column
    value: tuple[str, str] | None = None  # the same of the field of all values


@dataclass(frozen=True)
class Unpivoted:
    """A table written out as a list.

    `sheet_frame` is the table as it stands, `frame` the list; `origins` leads from its cells to the sheet's, `says`
    from the sheet's cells to what they say in the list.  `spare` are the sheet's cells that only number the rows;
    `unplaced` those that say nothing of any record: a value without an item, an item said twice of one record.
    """

    sheet_frame: Frame
    frame: Frame
    origins: Mapping[Position, Position]
    says: Mapping[Position, Position]
    spare: frozenset[Position]
    unplaced: tuple[Position, ...]
    plan: Plan | None = None  # None: a register

    @cached_property
    def sheet_rows(self) -> Mapping[int, int]:
        """For each row of the list the sheet's row where its first value stands; its own where two would be one."""
        first: dict[int, int] = {}
        labels = len(self.frame.table.label_columns)
        for (row, column), at in self.origins.items():
            if column > labels:
                first[row] = min(at.row, first.get(row, at.row))
        body = [row.row for row in self.frame.table.rows]
        found = {row: first.get(row, row) for row in body}
        return found if len(set(found.values())) == len(found) else {row: row for row in body}

    def at(self, cell: Position) -> Position:
        """Where a cell of the list stands on the sheet; a heading or label made up for it stands at its neighbour's."""
        known = self.origins.get(cell)
        if known is not None:
            return known
        if cell.row in self.frame.table.header_rows:
            below = (Position(row, cell.column) for row in range(cell.row, self.frame.table.range.bottom + 1))
            return next((self.origins[each] for each in below if each in self.origins), cell)
        beside = (Position(cell.row, column) for column in range(1, self.frame.table.range.right + 1))
        above = (Position(row, cell.column) for row in range(1, self.frame.table.range.bottom + 1))
        return next((self.origins[each] for each in (*beside, *above) if each in self.origins), cell)


def head_levels(line: Line, sheet: Sheet) -> list[tuple[str, Position | None]]:
    """The heads over a column with their cells; one that is nothing but a unit (人次) is a level too."""
    cells: list[Position | None] = [*line.cells, *[None] * len(line.path)]
    levels = list(zip(line.path, cells, strict=False))
    if line.unit is not None and len(line.cells) > len(line.path):
        levels.append((str(sheet.at(*line.cells[-1])).strip(), line.cells[-1]))
    return levels


def says_units(line: Line, sheet: Sheet) -> bool:
    """Whether a column says the unit of each row's item: its head does (单位), and its cells are units."""
    if not line.path or normalise(line.path[-1]) not in UNIT_HEADS or not line.filled:
        return False
    texts = [sheet.at(*cell) for cell in line.filled]
    return 2 * sum(isinstance(text, str) and parse_unit(text) is not None for text in texts) > len(texts)
