"""A table written out as a list: first the list's heads, then, where they are the ones sought, its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.text import normalise
from pioneer_etl.match.lines import Frame
from pioneer_etl.match.list_heads import Body, Head, ListHeads
from pioneer_etl.match.list_sheet import ListSheet
from pioneer_etl.match.unpivot import Plan, Unpivoted
from pioneer_etl.table.model import RowRole, TableRow
from pioneer_etl.table.words import is_subtotal, is_total
from pioneer_etl.workbook.model import Scalar, is_blank

_TOTALS: Final = (RowRole.SUBTOTAL, RowRole.TOTAL)


class Listing:
    """The list that a table says by a plan.

    `frame` is the table as columns, whichever way understanding took it to run.  `heads` is the list without its rows:
    who seeks one with certain headings asks for the `written` one, with where each of its cells stands, only then.
    """

    def __init__(self, frame: Frame, plan: Plan) -> None:
        self._heads = ListHeads(frame, plan)

    @cached_property
    def heads(self) -> Frame:
        return ListSheet(self._heads).frame()

    @cached_property
    def written(self) -> Unpivoted:
        return _Rows(self._heads).written()


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of the list and where it stands."""

    value: Scalar | None
    origin: Position


@dataclass(slots=True)
class _Row:
    """A row of the list while it is gathered."""

    labels: list[_Cell | None]
    row: int
    total: RowRole | None
    group: str
    head: Head
    values: dict[int, _Cell] = field(default_factory=dict)
    covers: frozenset[int] = frozenset()


class _Rows:
    """The rows of a list while they are gathered."""

    def __init__(self, heads: ListHeads) -> None:
        self.heads = heads
        self.rows: dict[tuple[object, ...], _Row] = {}
        self.of_row: dict[int, _Row] = {}
        self.named: dict[Position, int] = {}
        self.unplaced: list[Position] = []
        self.sections = self._groups_are_sections()

    def _groups_are_sections(self) -> bool:
        """Whether the groups are but sections of one record (一、村庄, 二、人口): no item stands in two of them."""
        heads = self.heads
        if heads.plan.item is None:
            return False
        roles = [row.role for row in heads.table.rows if row.role in (RowRole.GROUP, RowRole.DATA)]
        groups = roles.count(RowRole.GROUP)
        items = [normalise(str(heads.sheet.at(*cell))) for cell in heads.body_cells(heads.plan.item)]
        one_later = groups == 1 and roles[0] is RowRole.DATA  # what stands above it would be of nobody
        return (groups > 1 or one_later) and len(set(items)) == len(items)

    def written(self) -> Unpivoted:
        before: list[_Cell | None] | None = None
        for body in self.heads.body:
            before = self._labels(body.row, before)
            self._take(body, before)
        return self._list()

    def _labels(self, row: TableRow, before: list[_Cell | None] | None) -> list[_Cell | None]:
        """The cells that say what a row is about; one left empty says what the one above it does."""
        heads = self.heads
        labels: list[_Cell | None] = []
        for number, line in enumerate(heads.keys):
            cell = Position(row.row, line.line)
            origin = heads.merged.get(cell, cell)
            if is_blank(heads.sheet.at(*origin)) and heads.table.carried.get(cell) is not None:
                origin = heads.table.carried[cell]
            value = heads.sheet.at(*origin)
            if not is_blank(value):
                labels.append(_Cell(value, origin))
            elif before is not None and heads.plan.item is not None and not any(labels[:number]):
                labels.append(before[number])  # once for all its items
            else:
                labels.append(None)
        return labels

    def _take(self, body: Body, labels: list[_Cell | None]) -> None:
        """Every value of a row into its record.  A blank beside an item is a blank value; elsewhere no record."""
        plan, item, number = self.heads.plan, body.item, body.row.row
        if plan.item is not None and item is None:
            self.unplaced += [Position(number, column) for column in plan.values if not is_blank(body.at(column))]
            return
        texts = tuple(normalise(str(each.value)) if each is not None else "" for each in labels)
        places = self.heads.places(item)
        if item is not None and places:
            self.named.setdefault(item.cell, places[0])
            if item.unit_cell is not None:
                self.named.setdefault(item.unit_cell, places[0])
        for column, place in zip(plan.values, places, strict=True):
            value = body.at(column)
            blank = is_blank(value)
            if blank and item is None:
                continue
            record = self._record(body, labels, texts, self.heads.head_of[column])
            known = record.values.get(place)
            if known is None or is_blank(known.value):
                record.values[place] = _Cell(value, Position(number, column))
            elif not blank:
                self.unplaced.append(Position(number, column))

    def _record(self, body: Body, labels: list[_Cell | None], texts: tuple[str, ...], head: Head) -> _Row:
        heads, row = self.heads, body.row
        of_items = heads.plan.item is not None
        group = body.group if not heads.keys and of_items and not self.sections else ""
        about: tuple[object, ...] = (group, *texts) if heads.keys else (group, body.block)
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
        return row.role if self.heads.plan.item is None and row.role in _TOTALS else None

    def _list(self) -> Unpivoted:
        """The list as a sheet of its own, with its table."""
        heads = self.heads
        sheet = ListSheet(heads)
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
                sheet.put(number, len(heads.keys) + place, part, at)
            for column, each in record.values.items():
                sheet.put(number, sheet.first + column + 1, each.value, each.origin)
            path = tuple(str(label.value).strip() for label in record.labels if label is not None)
            sheet.rows.append(TableRow(number, record.total or RowRole.DATA, (*path, *record.head.said)))
        sheet.rows = self._with_covers(sheet.rows, numbers)
        for cell, column in self.named.items():
            sheet.says.setdefault(cell, Position(sheet.depth, sheet.first + column + 1))
        for row in heads.table.rows:
            for number_of, line in enumerate(heads.keys, 1):
                cell = Position(row.row, line.line)
                if cell not in sheet.says and not is_blank(heads.sheet.at(*cell)):
                    of = self.of_row.get(row.row)
                    sheet.says[cell] = Position(numbers[id(of)] if of is not None else sheet.depth, number_of)
        spare = frozenset(cell for line in heads.serial for cell in heads.body_cells(line.line))
        frame = sheet.frame()
        return Unpivoted(heads.frame, frame, sheet.origins, sheet.says, spare, tuple(self.unplaced), heads.plan)

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
            down = self.heads.plan.item is not None or record.row not in of_data
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
