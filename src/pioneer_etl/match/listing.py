"""A table while it is written out as a list: first the list's heads, then, where they are the ones sought, its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.text import normalise, normalise_path
from pioneer_etl.contract.units import parse_unit, split_unit
from pioneer_etl.match.layout import ITEM, SKIP
from pioneer_etl.match.lines import VALUE_HEADS, Frame, is_serial, make_frame
from pioneer_etl.match.unpivot import Plan, Unpivoted, head_levels, read_also, says_units
from pioneer_etl.table.model import HeaderColumn, RowRole, SheetReading, Table, TableRow
from pioneer_etl.table.words import is_subtotal, is_total
from pioneer_etl.workbook.model import Scalar, Sheet, Style, is_blank

_BODY: Final = (RowRole.DATA, RowRole.SUBTOTAL, RowRole.TOTAL, RowRole.GROUP, RowRole.NOTE)
_TOTALS: Final = (RowRole.SUBTOTAL, RowRole.TOTAL)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of the list and where it stands."""

    value: Scalar | None
    origin: Position


@dataclass(frozen=True, slots=True)
class _Item:
    """What a row's item is called and in which unit it says it is, with the cells of both."""

    text: str
    unit: str | None
    cell: Position
    unit_cell: Position | None


@dataclass(frozen=True, slots=True)
class _Head:
    """What the heads over a column say of its records, with the cells that do, and what they call its field."""

    said: tuple[str, ...]
    cells: tuple[Position | None, ...]
    named: tuple[str, ...]
    key: tuple[str, ...]  # `said`, normalised


@dataclass(frozen=True, slots=True)
class _Body:
    """A row of the table with values; the header has come again `block` times above it."""

    row: TableRow
    cells: Sequence[Scalar | None]
    item: _Item | None
    group: str
    block: int

    def at(self, column: int) -> Scalar | None:
        return self.cells[column - 1] if column <= len(self.cells) else None


@dataclass(slots=True)
class _Row:
    """A row of the list while it is gathered."""

    labels: list[_Cell | None]
    row: int
    total: RowRole | None
    group: str
    head: _Head
    values: dict[int, _Cell] = field(default_factory=dict)
    covers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of values of the list: the fields' headings, outermost first, and the cells that say them."""

    path: tuple[str, ...]
    cells: tuple[Position, ...]
    unit: str | None
    also: str = ""


class Listing:
    """The list that a table says by a plan.

    `frame` is the table as columns, whichever way understanding took it to run.  `heads` looks at no value: who seeks
    a list with certain headings asks for the `written` one only where it has them.
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
        self.columns: list[_Column] = []
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

    def _body(self) -> Iterator[_Body]:
        group, block = "", 0
        for row in (*self.table.rows, *self._rows_below()):
            block += row.role is RowRole.REPEATED_HEADER
            if row.role not in _BODY:
                continue
            cells = self.sheet.rows[row.row - 1] if row.row <= self.sheet.height else ()
            body = _Body(row, cells, self._item(row), group, block)
            if row.role in (RowRole.GROUP, RowRole.NOTE) and all(is_blank(body.at(at)) for at in self.plan.values):
                group = row.path[-1] if row.role is RowRole.GROUP and row.path else group
                continue
            yield body

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

    def _item(self, row: TableRow) -> _Item | None:
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
        return _Item(str(value).strip(), parsed, cell, unit if not is_blank(said) else None)

    def _head(self, column: int) -> _Head:
        line = self.lines[column]
        if not self.plan.heads:
            named = tuple(part for part in line.path if normalise(part) not in VALUE_HEADS)
            return _Head((), (), named if len(self.plan.values) > 1 else (), ())
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
        return _Head(parts, tuple(cell for _, cell in said), tuple(names), tuple(map(normalise, parts)))

    def places(self, item: _Item | None) -> tuple[int, ...]:
        """The numbers of the list's columns for an item, one for each column of values."""
        key = (item.text, item.unit) if item is not None else None
        if key not in self._places:
            self._places[key] = tuple(self._place(item, column) for column in self.plan.values)
        return self._places[key]

    def _place(self, item: _Item | None, column: int) -> int:
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
            self.columns.append(_Column(path, tuple(cells), unit, also))
        return self._numbers[key]

    @property
    def over(self) -> list[str]:
        """How the list heads the columns with what stands over the values."""
        return [name for what, name in self.plan.heads if what not in (ITEM, SKIP)]

    @cached_property
    def heads(self) -> Frame:
        """The list without its rows."""
        return _Sheet(self).frame()

    @cached_property
    def written(self) -> Unpivoted:
        """The list with its rows, and where each of its cells stands."""
        return _Rows(self).written()


class _Sheet:
    """The list as a sheet of its own while it is filled; its header stands from the start.

    `first` is the last column of labels; `origins` and `says` as in `Unpivoted`.
    """

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.cells: dict[Position, Scalar] = {}
        self.origins: dict[Position, Position] = {}
        self.says: dict[Position, Position] = {}
        self.rows: list[TableRow] = []
        keys, over, columns = listing.keys, listing.over, listing.columns
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
        listing = self.listing
        table = listing.table
        width = self.first + len(self.columns)
        grid: list[list[Scalar | None]] = [[None] * width for _ in range(self.depth + len(self.rows))]
        for (row, column), value in self.cells.items():
            grid[row - 1][column - 1] = value
        as_list = Table(
            Range(1, 1, max(self.depth, len(grid)), max(1, width)),
            listing.plan.kind,
            tuple(range(1, self.depth + 1)),
            tuple(self.labels),
            tuple(self.columns),
            tuple(self.rows),
            table.title,
            table.unit,
            table.confidence,
        )
        reading, index = listing.frame.reading, listing.frame.index
        tables = list(reading.tables)
        tables[index] = as_list
        frame = make_frame(
            SheetReading(self._filled(tuple(map(tuple, grid))), tuple(tables), reading.roles),
            index,
            listing.frame.units,
        )
        turned = {self.first + number: each.also for number, each in enumerate(listing.columns, 1)}
        return replace(frame, lines=tuple(read_also(line, turned.get(line.line, "")) for line in frame.lines))

    def _filled(self, grid: tuple[tuple[Scalar | None, ...], ...]) -> Sheet:
        sheet = self.listing.sheet
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


class _Rows:
    """The rows of a list while they are gathered."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.rows: dict[tuple[object, ...], _Row] = {}
        self.of_row: dict[int, _Row] = {}
        self.named: dict[Position, int] = {}
        self.unplaced: list[Position] = []
        self.sections = self._groups_are_sections()

    def _groups_are_sections(self) -> bool:
        """Whether the groups are but sections of one record (一、村庄, 二、人口): no item stands in two of them."""
        listing = self.listing
        if listing.plan.item is None:
            return False
        groups = sum(row.role is RowRole.GROUP for row in listing.table.rows)
        items = [normalise(str(listing.sheet.at(*cell))) for cell in listing.body_cells(listing.plan.item)]
        return groups > 1 and len(set(items)) == len(items)

    def written(self) -> Unpivoted:
        before: list[_Cell | None] | None = None
        for body in self.listing.body:
            before = self._labels(body.row, before)
            self._take(body, before)
        return self._list()

    def _labels(self, row: TableRow, before: list[_Cell | None] | None) -> list[_Cell | None]:
        """The cells that say what a row is about; one left empty says what the one above it does."""
        listing = self.listing
        labels: list[_Cell | None] = []
        for number, line in enumerate(listing.keys):
            cell = Position(row.row, line.line)
            origin = listing.merged.get(cell, cell)
            if is_blank(listing.sheet.at(*origin)) and listing.table.carried.get(cell) is not None:
                origin = listing.table.carried[cell]
            value = listing.sheet.at(*origin)
            if not is_blank(value):
                labels.append(_Cell(value, origin))
            elif before is not None and listing.plan.item is not None and not any(labels[:number]):
                labels.append(before[number])  # once for all its items
            else:
                labels.append(None)
        return labels

    def _take(self, body: _Body, labels: list[_Cell | None]) -> None:
        """Every value of a row into its record.  A blank beside an item is a blank value; elsewhere no record."""
        plan, item, number = self.listing.plan, body.item, body.row.row
        if plan.item is not None and item is None:
            self.unplaced += [Position(number, column) for column in plan.values if not is_blank(body.at(column))]
            return
        texts = tuple(normalise(str(each.value)) if each is not None else "" for each in labels)
        places = self.listing.places(item)
        if item is not None and places:
            self.named.setdefault(item.cell, places[0])
            if item.unit_cell is not None:
                self.named.setdefault(item.unit_cell, places[0])
        for column, place in zip(plan.values, places, strict=True):
            value = body.at(column)
            blank = is_blank(value)
            if blank and item is None:
                continue
            record = self._record(body, labels, texts, self.listing.head_of[column])
            known = record.values.get(place)
            if known is None or is_blank(known.value):
                record.values[place] = _Cell(value, Position(number, column))
            elif not blank:
                self.unplaced.append(Position(number, column))

    def _record(self, body: _Body, labels: list[_Cell | None], texts: tuple[str, ...], head: _Head) -> _Row:
        listing, row = self.listing, body.row
        of_items = listing.plan.item is not None
        group = body.group if not listing.keys and of_items and not self.sections else ""
        about: tuple[object, ...] = (group, *texts) if listing.keys else (group, body.block)
        key = (about if of_items else (row.row,), head.key)
        record = self.rows.get(key)
        if record is None:
            covers = frozenset(row.covers) if row.role in _TOTALS and not of_items else frozenset()
            total = self._total(row, (*texts, *head.said))
            record = self.rows[key] = _Row(labels, row.row, total, group, head, covers=covers)
        self.of_row.setdefault(row.row, record)
        return record

    def _total(self, row: TableRow, texts: tuple[str, ...]) -> RowRole | None:
        """Whether a row of the list adds up others: its labels say so, or the heads over it."""
        if any(is_total(text) for text in texts):
            return RowRole.TOTAL
        if any(is_subtotal(text) for text in texts):
            return RowRole.SUBTOTAL
        return row.role if self.listing.plan.item is None and row.role in _TOTALS else None

    def _list(self) -> Unpivoted:
        """The list as a sheet of its own, with its table."""
        listing = self.listing
        sheet = _Sheet(listing)
        numbers: dict[int, int] = {}
        group = ""
        for record in self.rows.values():
            if record.group and record.group != group:
                group = record.group
                sheet.put(sheet.next_row(), 1, group, None)
                sheet.rows.append(TableRow(sheet.next_row(), RowRole.GROUP, (group,)))
            numbers[id(record)] = number = sheet.next_row()
            for column, label in enumerate(record.labels, 1):
                if label is not None:
                    sheet.put(number, column, label.value, label.origin)
            for place, (part, at) in enumerate(zip(record.head.said, record.head.cells, strict=True), 1):
                sheet.put(number, len(listing.keys) + place, part, at)
            for column, each in record.values.items():
                sheet.put(number, sheet.first + column + 1, each.value, each.origin)
            path = tuple(str(label.value).strip() for label in record.labels if label is not None)
            sheet.rows.append(TableRow(number, record.total or RowRole.DATA, (*path, *record.head.said)))
        sheet.rows = self._with_covers(sheet.rows, numbers)
        for cell, column in self.named.items():
            sheet.says.setdefault(cell, Position(sheet.depth, sheet.first + column + 1))
        for row in listing.table.rows:
            for number_of, line in enumerate(listing.keys, 1):
                cell = Position(row.row, line.line)
                if cell not in sheet.says and not is_blank(listing.sheet.at(*cell)):
                    of = self.of_row.get(row.row)
                    sheet.says[cell] = Position(numbers[id(of)] if of is not None else sheet.depth, number_of)
        spare = frozenset(cell for line in listing.serial for cell in listing.body_cells(line.line))
        frame = sheet.frame()
        return Unpivoted(listing.frame, frame, sheet.origins, sheet.says, spare, tuple(self.unplaced), listing.plan)

    def _with_covers(self, rows: list[TableRow], numbers: Mapping[int, int]) -> list[TableRow]:
        """The rows of totals with the rows that each adds up: those of its own heads or labels, in its own rows."""
        by_number = {numbers[id(record)]: record for record in self.rows.values()}
        of_data = frozenset(record.row for record in self.rows.values() if record.total is None)
        found = []
        for row in rows:
            record = by_number.get(row.row)
            if record is None or record.total is None:
                found.append(row)
                continue
            across = any(is_total(part) or is_subtotal(part) for part in record.head.said)
            down = self.listing.plan.item is not None or record.row not in of_data
            covers = tuple(
                number
                for number, other in by_number.items()
                if other.total is None
                and (across or other.head.said == record.head.said)
                and (down or other.row == record.row)
                and (not record.covers or other.row in record.covers or not down)
            )
            found.append(replace(row, covers=covers))
        return found
