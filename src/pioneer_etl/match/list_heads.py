"""The heads of the list that a table says by a plan: what its columns are, and which rows they take values from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.text import normalise, normalise_path
from pioneer_etl.contract.units import parse_unit, split_unit
from pioneer_etl.match.layout import ITEM, SKIP
from pioneer_etl.match.lines import VALUE_HEADS, Frame, is_serial
from pioneer_etl.match.unpivot import Plan, head_levels, says_units
from pioneer_etl.table.model import RowRole, TableRow
from pioneer_etl.workbook.model import Scalar, is_blank

_BODY: Final = (RowRole.DATA, RowRole.SUBTOTAL, RowRole.TOTAL, RowRole.GROUP, RowRole.NOTE)


@dataclass(frozen=True, slots=True)
class Item:
    """What a row's item is called and in which unit it says it is, with the cells of both."""

    text: str
    unit: str | None
    cell: Position
    unit_cell: Position | None


@dataclass(frozen=True, slots=True)
class Head:
    """What the heads over a column say of its records, with the cells that do, and what they call its field."""

    said: tuple[str, ...]
    cells: tuple[Position | None, ...]
    named: tuple[str, ...]
    key: tuple[str, ...]  # `said`, normalised


@dataclass(frozen=True, slots=True)
class Body:
    """A row of the table with values; the header has come again `block` times above it."""

    row: TableRow
    cells: Sequence[Scalar | None]
    item: Item | None
    group: str
    block: int

    def at(self, column: int) -> Scalar | None:
        return self.cells[column - 1] if column <= len(self.cells) else None


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of values of the list: the fields' headings, outermost first, and the cells that say them."""

    path: tuple[str, ...]
    cells: tuple[Position, ...]
    unit: str | None
    also: str = ""


class ListHeads:
    """The columns of the list that a table says by a plan.

    `frame` is the table as columns, whichever way understanding took it to run.  `keys` are its columns of labels,
    `columns` the list's columns of values, `body` the rows that hold these.
    """

    def __init__(self, frame: Frame, plan: Plan) -> None:
        self.frame, self.plan = frame, plan
        self.sheet, self.table = frame.reading.sheet, frame.table
        self.lines = {line.line: line for line in frame.lines}
        rest = [line for line in frame.lines if line.line not in (plan.item, *plan.values)]
        self.units = next((line.line for line in rest if says_units(line, self.sheet)), None) if plan.item else None
        self.serial = [line for line in rest if is_serial(line, self.sheet)]
        labels = [line for line in rest if line not in self.serial and line.line != self.units]
        # Rows of items that add up others hold labels too, so that all rows are looked through.
        self.keys = [line for line in labels if self.body_cells(line.line) or (line.path and plan.item is None)]
        self.merged = {
            Position(row, column): Position(merge.top, merge.left)
            for merge in self.sheet.merges
            if merge.top <= self.table.range.bottom and merge.bottom >= self.table.range.top
            for row in range(merge.top, min(merge.bottom, self.table.range.bottom) + 1)
            for column in range(merge.left, min(merge.right, self.table.range.right) + 1)
        }
        self.head_of = {column: self._head(column) for column in plan.values}
        self.body = tuple(self._body())
        self.columns: list[ListColumn] = []
        self._numbers: dict[tuple[tuple[str, ...], str | None], int] = {}
        self._places: dict[tuple[str, str | None] | None, tuple[int, ...]] = {}
        if plan.item is None:  # a field none of whose cells says anything is one too
            self.places(None)
        for each in self.body:
            if each.item is not None:
                self.places(each.item)

    def body_cells(self, column: int) -> list[Position]:
        """The cells of a column of the table that say anything, in whatever row of its body."""
        cells = (Position(row.row, column) for row in self.table.rows)
        return [cell for cell in cells if not is_blank(self.sheet.at(*cell))]

    def _body(self) -> Iterator[Body]:
        group, block = "", 0
        for row in (*self.table.rows, *self._rows_below()):
            block += row.role is RowRole.REPEATED_HEADER
            if row.role not in _BODY:
                continue
            cells = self.sheet.rows[row.row - 1] if row.row <= self.sheet.height else ()
            body = Body(row, cells, self._item(row), group, block)
            heading = row.role in (RowRole.GROUP, RowRole.NOTE) and not (body.item and self._is_numbered(row))
            if heading and all(is_blank(body.at(at)) for at in self.plan.values):
                group = row.path[-1] if row.role is RowRole.GROUP and row.path else group
                continue
            yield body

    def _is_numbered(self, row: TableRow) -> bool:
        """Whether a row without figures has its number among those of the items around it: a heading has none there."""
        for line in self.serial:
            numbers = {each.row: self.sheet.at(each.row, line.line) for each in self.table.rows}
            data = [each.row for each in self.table.rows if each.role is RowRole.DATA]
            before = max((at for at in data if at < row.row), default=None)
            after = min((at for at in data if at > row.row), default=None)
            around = [_number(numbers.get(at)) for at in (before, row.row, after) if at is not None]
            known = [each for each in around if each is not None]
            if len(known) == len(around) > 1 and known == sorted(set(known)):
                return True
        return False

    def _rows_below(self) -> list[TableRow]:
        """Rows right below the table that say items it knows: a last one without figures was taken for a note."""
        if self.plan.item is None:
            return []
        known = {normalise(str(self.sheet.at(row.row, self.plan.item))) for row in self.table.rows}
        found: list[TableRow] = []
        row = self.table.range.bottom + 1
        while normalise(str(self.sheet.at(row, self.plan.item) or "")) in known - {""}:
            found.append(TableRow(row, RowRole.DATA))
            row += 1
        return found

    def _item(self, row: TableRow) -> Item | None:
        if self.plan.item is None:
            return None
        cell = Position(row.row, self.plan.item)
        cell = self.merged.get(cell, cell)
        value = self.sheet.at(*cell)
        if is_blank(value):
            return None
        unit = Position(row.row, self.units) if self.units is not None else None
        said = self.sheet.at(*unit) if unit is not None else None
        parsed = parse_unit(said) if isinstance(said, str) else None
        return Item(str(value).strip(), parsed, cell, unit if not is_blank(said) else None)

    def _head(self, column: int) -> Head:
        line = self.lines[column]
        if not self.plan.heads:
            named = tuple(part for part in line.path if normalise(part) not in VALUE_HEADS)
            return Head((), (), named if len(self.plan.values) > 1 else (), ())
        said: list[tuple[str, Position | None]] = []
        names: list[str] = []
        levels = head_levels(line, self.sheet) or [("", None)]  # a column that nothing stands over
        levels = [*levels[:1] * (len(self.plan.heads) - len(levels)), *levels][-len(self.plan.heads) :]
        for (what, _), (part, cell) in zip(self.plan.heads, levels, strict=True):
            if what == ITEM:
                names.append(part)
            elif what != SKIP:
                said.append((part, cell))
        parts = tuple(part for part, _ in said)
        return Head(parts, tuple(cell for _, cell in said), tuple(names), tuple(map(normalise, parts)))

    def places(self, item: Item | None) -> tuple[int, ...]:
        """The numbers of the list's columns for an item, one for each column of values."""
        key = (item.text, item.unit) if item is not None else None
        if key not in self._places:
            self._places[key] = tuple(self._place(item, column) for column in self.plan.values)
        return self._places[key]

    def _place(self, item: Item | None, column: int) -> int:
        """The number of the list's column for an item under a head; made when it is new."""
        line, named = self.lines[column], self.head_of[column].named
        cells: list[Position] = [line.cells[-1]] * len(named) if line.cells else []
        path, unit, also = named, line.unit, ""
        if item is not None:
            bare, own = split_unit(item.text)
            unit = own or item.unit or line.unit
            path, cells = (*named, bare or item.text), [*cells, item.cell]
            also = normalise_path((bare or item.text, *named))
        elif self.plan.value is not None:
            path, cells = (*named, self.plan.value[1]), [*cells, line.cells[-1]] if line.cells else cells
        key = (tuple(normalise(part) for part in path), unit)
        if key not in self._numbers:
            self._numbers[key] = len(self.columns)
            self.columns.append(ListColumn(path, tuple(cells), unit, also))
        return self._numbers[key]

    @property
    def over(self) -> list[str]:
        """How the list heads the columns with what stands over the values."""
        return [name for what, name in self.plan.heads if what not in (ITEM, SKIP)]


def _number(value: Scalar | None) -> int | None:
    """What a cell numbers its row with, as a whole number."""
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isdecimal() else None
