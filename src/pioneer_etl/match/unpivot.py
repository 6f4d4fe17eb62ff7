"""Long tables and matrices written out as the list that they say: one row a record, one column a field.

    村   │ 指标   │ 数值         类别 │ 政治理论    │ 岗位培训
    宜一 │ 户数   │ 120          村   │ 班次 │ 人次 │ 班次 │ 人次
    宜一 │ 人口   │ 410          宜一 │   2  │   80 │   1  │   35
    宜二 │ 户数   │  95          宜二 │   1  │   41 │   3  │  120

Every cell of the list knows where it stands on the sheet, and every cell of the sheet's table what it says in
the list: values keep their own addresses, and none is lost on the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.text import normalise, normalise_path
from pioneer_etl.contract.units import parse_unit, split_unit
from pioneer_etl.match.layout import ITEM, SKIP
from pioneer_etl.match.lines import UNIT_HEADS, VALUE_HEADS, Frame, Line, is_serial, make_frame
from pioneer_etl.table.model import HeaderColumn, RowRole, SheetReading, Table, TableKind, TableRow
from pioneer_etl.table.words import is_subtotal, is_total
from pioneer_etl.workbook.model import Scalar, Sheet, is_blank

_BODY: Final = (RowRole.DATA, RowRole.SUBTOTAL, RowRole.TOTAL, RowRole.GROUP, RowRole.NOTE)


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


@dataclass(frozen=True, slots=True)
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

    def at(self, cell: Position) -> Position:
        """Where a cell of the list stands on the sheet; a heading or label made up for it stands at its neighbour's."""
        if cell in self.origins:
            return self.origins[cell]
        if cell.row in self.frame.table.header_rows:
            below = (Position(row, cell.column) for row in range(cell.row, self.frame.table.range.bottom + 1))
            return next((self.origins[each] for each in below if each in self.origins), cell)
        beside = (Position(cell.row, column) for column in range(1, self.frame.table.range.right + 1))
        above = (Position(row, cell.column) for row in range(1, self.frame.table.range.bottom + 1))
        return next((self.origins[each] for each in (*beside, *above) if each in self.origins), cell)


@dataclass(slots=True)
class _Cell:
    """A cell of the list and where it stands."""

    value: Scalar | None
    origin: Position


@dataclass(slots=True)
class _Row:
    """A row of the list while it is gathered."""

    labels: list[_Cell | None]
    row: int
    total: RowRole | None = None
    group: str = ""
    head: tuple[str, ...] = ()
    over: tuple[Position | None, ...] = ()
    values: dict[int, _Cell] = field(default_factory=dict)
    covers: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Column:
    """A column of values of the list: the fields' headings, outermost first, and the cells that say them."""

    path: tuple[str, ...]
    cells: tuple[Position, ...]
    unit: str | None
    also: str = ""


def register_list(reading: SheetReading, index: int, table: Table, units: tuple[str, ...]) -> Unpivoted:
    """A register as a list of one row: every label a heading, under the headings of its sections."""
    sheet = reading.sheet
    depth = max([1, *(len(pair.path) for pair in table.pairs)])
    cells: dict[Position, Scalar] = {}
    origins: dict[Position, Position] = {}
    says: dict[Position, Position] = {}
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
        for level, (part, cell) in enumerate(zip(path, pair.cells, strict=True), 1):
            at = Position(level, column)
            cells[at], origins[at] = part, cell
            says.setdefault(cell, at)
        if pair.content is not None:
            value, at = sheet.at(*pair.content), Position(depth + 1, column)
            if value is not None:
                cells[at] = value
            origins[at] = pair.content
            says.setdefault(pair.content, at)
        head = tuple(Position(level, column) for level in range(1, len(path) + 1))
        columns.append(HeaderColumn(column, tuple(path), head, unit))
        keys.append(normalise_path(path[-1:]))
    width = len(columns)
    grid = [tuple(cells.get(Position(r, c)) for c in range(1, width + 1)) for r in range(1, depth + 2)]
    listed = Sheet(
        sheet.name,
        tuple(grid),
        styles={cell: sheet.styles[at] for cell, at in origins.items() if at in sheet.styles},
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
    frame = replace(frame, lines=tuple(_also(line, keys[line.line - 1]) for line in frame.lines))
    on_sheet = Frame(reading, index, table, (), (), units)
    return Unpivoted(on_sheet, frame, origins, says, frozenset(), ())


def list_frame(reading: SheetReading, index: int, units: tuple[str, ...]) -> Frame:
    """A table's columns as lines, whichever way understanding took it to run."""
    frame = make_frame(reading, index, units)
    return make_frame(reading, index, units, turned=True) if frame.sideways else frame


def unpivot(frame: Frame, plan: Plan) -> Unpivoted:
    """The list that a table says by a plan.  `frame` is the table as columns (`list_frame`)."""
    return _Work(frame, plan).done()


class _Work:
    """A table while it is written out."""

    def __init__(self, frame: Frame, plan: Plan) -> None:
        self.frame, self.plan = frame, plan
        self.sheet, self.table = frame.reading.sheet, frame.table
        self.lines = {line.line: line for line in frame.lines}
        rest = [line for line in frame.lines if line.line not in (plan.item, *plan.values)]
        self.units = next((line.line for line in rest if says_units(line, self.sheet)), None) if plan.item else None
        serial = [line for line in rest if is_serial(line, self.sheet)]
        self.keys = [line for line in rest if line not in serial and line.line != self.units]
        # Rows of items that add up others hold labels too, so that all rows are looked through.
        self.keys = [line for line in self.keys if self._body_cells(line.line) or (line.path and plan.item is None)]
        self.spare = {cell for line in serial for cell in self._body_cells(line.line)}
        self.merged = {
            Position(row, column): Position(merge.top, merge.left)
            for merge in self.sheet.merges
            if merge.top <= self.table.range.bottom and merge.bottom >= self.table.range.top
            for row in range(merge.top, min(merge.bottom, self.table.range.bottom) + 1)
            for column in range(merge.left, min(merge.right, self.table.range.right) + 1)
        }
        self.columns: dict[tuple[tuple[str, ...], str | None], int] = {}
        self.heads: list[_Column] = []
        self.rows: dict[tuple[object, ...], _Row] = {}
        self.of_row: dict[int, _Row] = {}
        self.named: dict[Position, int] = {}
        self.unplaced: list[Position] = []
        self.block = 0  # how often the header has come again
        self.sections = self._groups_are_sections()

    def _groups_are_sections(self) -> bool:
        """Whether the groups are but sections of one record (一、村庄, 二、人口): no item stands in two of them."""
        if self.plan.item is None:
            return False
        groups = sum(row.role is RowRole.GROUP for row in self.table.rows)
        items = [normalise(str(self.sheet.at(*cell))) for cell in self._body_cells(self.plan.item)]
        return groups > 1 and len(set(items)) == len(items)

    def _body_cells(self, column: int) -> list[Position]:
        cells = (Position(row.row, column) for row in self.table.rows)
        return [cell for cell in cells if not is_blank(self.sheet.at(*cell))]

    def done(self) -> Unpivoted:
        for column in self.plan.values if self.plan.item is None else ():
            self._column(None, self._head(column)[1], column)  # a field none of whose cells says anything is one too
        group, before = "", None
        for row in (*self.table.rows, *self._rows_below()):
            self.block += row.role is RowRole.REPEATED_HEADER
            if row.role not in _BODY:
                continue
            valued = [column for column in self.plan.values if not is_blank(self.sheet.at(row.row, column))]
            if not valued and row.role in (RowRole.GROUP, RowRole.NOTE):
                group = row.path[-1] if row.role is RowRole.GROUP and row.path else group
                continue
            before = self._labels(row, before)
            self._take(row, before, group)
        return self._list()

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

    def _labels(self, row: TableRow, before: list[_Cell | None] | None) -> list[_Cell | None]:
        """The cells that say what a row is about; one left empty says what the one above it does."""
        labels: list[_Cell | None] = []
        for number, line in enumerate(self.keys):
            cell = Position(row.row, line.line)
            origin = self.merged.get(cell, cell)
            if is_blank(self.sheet.at(*origin)) and self.table.carried.get(cell) is not None:
                origin = self.table.carried[cell]
            value = self.sheet.at(*origin)
            if not is_blank(value):
                labels.append(_Cell(value, origin))
            elif before is not None and self.plan.item is not None and not any(labels[:number]):
                labels.append(before[number])  # once for all its items
            else:
                labels.append(None)
        return labels

    def _take(self, row: TableRow, labels: list[_Cell | None], group: str) -> None:
        """Every value of a row into its record.  A blank beside an item is a blank value; elsewhere no record."""
        item = self._item(row)
        for column in self.plan.values:
            cell = Position(row.row, column)
            value = self.sheet.at(*cell)
            if is_blank(value) and item is None:
                continue
            if self.plan.item is not None and item is None:
                self.unplaced.append(cell)
                continue
            head, named = self._head(column)
            place = self._column(item, named, column)
            for each in item[1:] if item is not None else ():
                if each is not None:
                    self.named.setdefault(each, place)
            record = self._record(row, labels, head, group)
            known = record.values.get(place)
            if known is None or is_blank(known.value):
                record.values[place] = _Cell(value, cell)
            elif not is_blank(value):
                self.unplaced.append(cell)

    def _item(self, row: TableRow) -> tuple[str, Position, Position | None] | None:
        """What a row's item is called, with its cell and the cell of its unit."""
        if self.plan.item is None:
            return None
        cell = Position(row.row, self.plan.item)
        cell = self.merged.get(cell, cell)
        value = self.sheet.at(*cell)
        if is_blank(value):
            return None
        unit = Position(row.row, self.units) if self.units is not None else None
        if unit is not None and is_blank(self.sheet.at(*unit)):
            unit = None
        return str(value).strip(), cell, unit

    def _head(self, column: int) -> tuple[tuple[tuple[str, Position | None], ...], tuple[str, ...]]:
        """What the heads over a column say of its records, and what they call its field."""
        line = self.lines[column]
        if not self.plan.heads:
            named = tuple(part for part in line.path if normalise(part) not in VALUE_HEADS)
            return (), named if len(self.plan.values) > 1 else ()
        said: list[tuple[str, Position | None]] = []
        names: list[str] = []
        levels = head_levels(line, self.sheet) or [("", None)]  # a column that nothing stands over
        levels = [*levels[:1] * (len(self.plan.heads) - len(levels)), *levels][-len(self.plan.heads) :]
        for (what, _), (part, cell) in zip(self.plan.heads, levels, strict=True):
            if what == ITEM:
                names.append(part)
            elif what != SKIP:
                said.append((part, cell))
        return tuple(said), tuple(names)

    def _column(self, item: tuple[str, Position, Position | None] | None, named: tuple[str, ...], column: int) -> int:
        """The number of the list's column for an item under a head; made when it is new."""
        line = self.lines[column]
        cells: list[Position] = [line.cells[-1]] * len(named) if line.cells else []
        path, unit, also = named, line.unit, ""
        if item is not None:
            text, at, unit_at = item
            bare, own = split_unit(text)
            said = self.sheet.at(*unit_at) if unit_at is not None else None
            unit = own or (parse_unit(said) if isinstance(said, str) else None) or line.unit
            path, cells = (*named, bare or text), [*cells, at]
            also = normalise_path((bare or text, *named))
        elif self.plan.value is not None:
            path, cells = (*named, self.plan.value[1]), [*cells, line.cells[-1]] if line.cells else cells
        key = (tuple(normalise(part) for part in path), unit)
        if key not in self.columns:
            self.columns[key] = len(self.heads)
            self.heads.append(_Column(path, tuple(cells), unit, also))
        return self.columns[key]

    def _record(
        self, row: TableRow, labels: list[_Cell | None], over: tuple[tuple[str, Position | None], ...], group: str
    ) -> _Row:
        head = tuple(part for part, _ in over)
        texts = tuple(normalise(str(each.value)) if each is not None else "" for each in labels)
        group = group if not self.keys and self.plan.item is not None and not self.sections else ""
        about: tuple[object, ...] = (group, *texts) if self.keys else (group, self.block)
        about = about if self.plan.item is not None else (row.row,)
        key = (about, tuple(normalise(part) for part in head))
        record = self.rows.get(key)
        if record is None:
            record = self.rows[key] = _Row(labels, row.row, self._total(row, texts, head), group, head)
            record.over = tuple(cell for _, cell in over)
            if row.role in (RowRole.SUBTOTAL, RowRole.TOTAL) and self.plan.item is None:
                record.covers = frozenset(row.covers)
        self.of_row.setdefault(row.row, record)
        return record

    def _total(self, row: TableRow, texts: tuple[str, ...], head: tuple[str, ...]) -> RowRole | None:
        """Whether a row of the list adds up others: its labels say so, or the heads over it."""
        if any(is_total(text) for text in (*texts, *head)):
            return RowRole.TOTAL
        if any(is_subtotal(text) for text in (*texts, *head)):
            return RowRole.SUBTOTAL
        if self.plan.item is None and row.role in (RowRole.SUBTOTAL, RowRole.TOTAL):
            return row.role
        return None

    def _list(self) -> Unpivoted:
        """The list as a sheet of its own, with its table."""
        fields = [name for what, name in self.plan.heads if what not in (ITEM, SKIP)]
        first = len(self.keys) + len(fields)
        depth = max([1, *(len(line.path) for line in self.keys), *(len(each.path) for each in self.heads)])
        cells: dict[Position, Scalar] = {}
        origins: dict[Position, Position] = {}
        says: dict[Position, Position] = {}

        def put(row: int, column: int, value: Scalar | None, origin: Position | None) -> None:
            if value is not None:
                cells[Position(row, column)] = value
            if origin is not None:
                origins[Position(row, column)] = origin
                says.setdefault(origin, Position(row, column))

        def heading(column: int, path: tuple[str, ...], at: Sequence[Position], unit: str | None) -> HeaderColumn:
            for level, part in enumerate(path, 1):
                put(level, column, part, at[min(level, len(at)) - 1] if at else None)
            head = tuple(Position(level, column) for level in range(1, len(path) + 1))
            return HeaderColumn(column, path, head, unit)

        labels = [heading(n, line.path, line.cells, line.unit) for n, line in enumerate(self.keys, 1)]
        labels += [heading(len(self.keys) + n, (name,), (), None) for n, name in enumerate(fields, 1)]
        columns = [heading(first + n, each.path, each.cells, each.unit) for n, each in enumerate(self.heads, 1)]
        rows: list[TableRow] = []
        numbers: dict[int, int] = {}
        group = ""
        for record in self.rows.values():
            number = depth + len(rows) + 1
            if record.group and record.group != group:
                group = record.group
                put(number, 1, group, None)
                rows.append(TableRow(number, RowRole.GROUP, (group,)))
                number += 1
            numbers[id(record)] = number
            for column, label in enumerate(record.labels, 1):
                if label is not None:
                    put(number, column, label.value, label.origin)
            for place, (part, at) in enumerate(zip(record.head, record.over, strict=True), 1):
                put(number, len(self.keys) + place, part, at)
            for column, each in record.values.items():
                put(number, first + column + 1, each.value, each.origin)
            path = tuple(str(label.value).strip() for label in record.labels if label is not None)
            rows.append(TableRow(number, record.total or RowRole.DATA, (*path, *record.head)))
        rows = self._with_covers(rows, numbers)
        for cell, column in self.named.items():
            says.setdefault(cell, Position(depth, first + column + 1))
        for row in self.table.rows:
            for number_of, line in enumerate(self.keys, 1):
                cell = Position(row.row, line.line)
                if cell not in says and not is_blank(self.sheet.at(*cell)):
                    of = self.of_row.get(row.row)
                    says[cell] = Position(numbers[id(of)] if of is not None else depth, number_of)
        width = first + len(self.heads)
        grid = [
            tuple(cells.get(Position(row, column)) for column in range(1, width + 1))
            for row in range(1, depth + len(rows) + 1)
        ]
        styles = {cell: self.sheet.styles[at] for cell, at in origins.items() if at in self.sheet.styles}
        sheet = Sheet(
            self.sheet.name,
            tuple(grid),
            styles=styles,
            has_styles=self.sheet.has_styles,
            formulas={cell: self.sheet.formulas[at] for cell, at in origins.items() if at in self.sheet.formulas},
            text_only=self.sheet.text_only,
        )
        table = Table(
            Range(1, 1, max(depth, len(grid)), max(1, width)),
            self.plan.kind,
            tuple(range(1, depth + 1)),
            tuple(labels),
            tuple(columns),
            tuple(rows),
            self.table.title,
            self.table.unit,
            self.table.confidence,
        )
        return self._framed(sheet, table, origins, says, first)

    def _with_covers(self, rows: list[TableRow], numbers: Mapping[int, int]) -> list[TableRow]:
        """The rows of totals with the rows that each adds up: those of its own heads or labels, in its own rows."""
        by_number = {numbers[id(record)]: record for record in self.rows.values()}
        found = []
        for row in rows:
            record = by_number.get(row.row)
            if record is None or record.total is None:
                found.append(row)
                continue
            across = any(is_total(part) or is_subtotal(part) for part in record.head)
            down = self.plan.item is not None or record.row not in self._rows_of_data()
            covers = tuple(
                number
                for number, other in by_number.items()
                if other.total is None
                and (across or other.head == record.head)
                and (down or other.row == record.row)
                and (not record.covers or other.row in record.covers or not down)
            )
            found.append(replace(row, covers=covers))
        return found

    def _rows_of_data(self) -> frozenset[int]:
        return frozenset(record.row for record in self.rows.values() if record.total is None)

    def _framed(
        self,
        sheet: Sheet,
        table: Table,
        origins: Mapping[Position, Position],
        says: Mapping[Position, Position],
        first: int,
    ) -> Unpivoted:
        index = self.frame.index
        tables = list(self.frame.reading.tables)
        tables[index] = table
        reading = SheetReading(sheet, tuple(tables), self.frame.reading.roles)
        frame = make_frame(reading, index, self.frame.units)
        turned = {first + number: each.also for number, each in enumerate(self.heads, 1)}
        lines = tuple(_also(line, turned.get(line.line, "")) for line in frame.lines)
        list_of = replace(frame, lines=lines)
        return Unpivoted(self.frame, list_of, origins, says, frozenset(self.spare), tuple(self.unplaced), self.plan)


def _also(line: Line, key: str) -> Line:
    return replace(line, also=(*line.also, key)) if key and key not in line.keys else line


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
