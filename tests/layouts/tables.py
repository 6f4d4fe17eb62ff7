"""A table drawn: header, rows, groups, totals; all from its own (1, 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Aggregation, FieldType
from tests.layouts.canvas import Canvas, Ink
from tests.layouts.choice import LayoutChoice
from tests.layouts.columns import PARTS, Column, columns_of, half_of
from tests.layouts.spelling import spell, spell_number
from tests.layouts.truth import Sample, Truth, sums


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a list: header, record, group, note, subtotal, total or blank.

    `label` is a group's or total's word, `records` what a total adds up or the one record, numbered.
    """

    kind: str
    label: str = ""
    records: tuple[Truth, ...] = ()
    number: int = 0


_WORDS = frozenset(("serial", "township", "village", "class_name", "name"))
_NAMES = frozenset(("village", "class_name", "kind"))  # the columns that a total's word stands in


def list_table(sample: Sample, choice: LayoutChoice, contracts: Contracts) -> Canvas:
    """A list: a header, and a row for each record."""
    canvas = Canvas()
    columns = columns_of(sample, choice, contracts)
    top = _header(canvas, columns, choice, 1)
    header_height = top - 1
    pen = _Pen(canvas, sample, choice, contracts, columns)
    for line in _lines(sample, choice, contracts):
        if line.kind == "header":
            if choice.seed % 2:
                canvas.put(top, 1, Ink("续表"))
                top += 1
            top = _header(canvas, columns, choice, top)
            pen.before = None
            continue
        if line.kind != "blank":
            pen.draw(top, line)
        top += 1
    if choice.carry == "merged" or choice.township_column == "merged":
        pen.merge_keys()
    if choice.hidden == "row" and pen.record_rows:
        canvas.hidden_rows.add(pen.record_rows[len(pen.record_rows) // 2])
    if choice.hidden == "column":
        canvas.hidden_columns.add(len(columns))
    if choice.styled:
        _style(canvas, header_height)
    return canvas


def _style(canvas: Canvas, header_height: int) -> None:
    for (row, column), ink in list(canvas.cells.items()):
        head = row <= header_height
        canvas.cells[row, column] = replace(ink, bold=head, filled=head, bordered=True, centred=head)


def _villages(sample: Sample, contracts: Contracts) -> tuple[str, ...]:
    """The name of each record's village."""
    units = (contracts.places.unit(str(record["village"].value)) for record in sample.records)
    return tuple(unit.name for unit in units if unit is not None)


def _lines(sample: Sample, choice: LayoutChoice, contracts: Contracts) -> list[Line]:
    """What the rows of a list are, in order."""
    records = [Line("record", "", (record,), number) for number, record in enumerate(sample.records, 1)]
    found: list[Line] = []
    if choice.total == "top":
        found.append(Line("total", choice.total_word, sample.records))
    if choice.groups != "none":
        groups = sample.areas if choice.groups != "villages" else _villages(sample, contracts)
        for number, area in enumerate(dict.fromkeys(groups)):
            members = [each for each, where in zip(records, groups, strict=True) if where == area]
            added = tuple(each.records[0] for each in members)
            if choice.blank_rows == "groups" and number:
                found.append(Line("blank"))
            if choice.subtotal == "above":
                found.append(Line("subtotal", area, added))
            else:
                sign = f"{'一二三四五六七八九十'[number]}、" if choice.seed % 3 == 0 and number < 10 else ""
                found.append(Line("group", sign + area))
            found.extend(members)
            if choice.subtotal == "below":
                found.append(Line("subtotal", "小计", added))
    else:
        found.extend(records)
    if choice.arrangement == "continued":
        middle = len(found) // 2
        again = [Line("header")]
        found[middle:middle] = [Line("blank"), *again] if choice.blank_rows == "body" else again
    elif choice.blank_rows == "body" and len(records) > 3:
        found.insert(len(found) // 2, Line("blank"))
    if choice.notes == "inside" and len(records) > 3:
        found.insert(len(found) // 2, Line("note", "注：以上各村数据已核实，以下各村为初步统计"))
    if choice.total == "bottom":
        if choice.blank_rows == "total":
            found.append(Line("blank"))
        found.append(Line("total", choice.total_word, sample.records))
    return found


class _Pen:
    """Draws the rows of one list."""

    def __init__(
        self,
        canvas: Canvas,
        sample: Sample,
        choice: LayoutChoice,
        contracts: Contracts,
        columns: Sequence[Column],
    ) -> None:
        self.canvas, self.sample, self.choice, self.contracts = canvas, sample, choice, contracts
        self.columns, self.rng = columns, Random(f"cells {choice.seed}")
        self.record_rows: list[int] = []
        self.row_of: dict[int, int] = {}  # the row of each record, by its identity
        self.before: Truth | None = None
        keys = {"reserve_cadre": "village", "training": "kind"} if choice.carry != "none" else {}
        self.carried = keys.get(sample.dataset.name, "")

    def draw(self, row: int, line: Line) -> None:
        """One row that is not blank."""
        if line.kind == "record":
            self._record(row, line.number, line.records[0])
            return
        self.before = None
        if line.kind in ("group", "note"):
            self.canvas.put(row, 1, Ink(line.label))
            if self.choice.groups == "merged_rows" or line.kind == "note":
                self.canvas.merge(row, 1, row, len(self.columns))
        else:
            self._sums(row, line.label, line.records)

    def _record(self, row: int, number: int, record: Truth) -> None:
        again = self.before
        self.record_rows.append(row)
        self.row_of[id(record)] = row
        for place, column in enumerate(self.columns, 1):
            self.canvas.put(row, place, self._cell(column, number, record, again))
        self.before = record

    def _cell(self, column: Column, number: int, record: Truth, again: Truth | None) -> Ink | None:
        choice = self.choice
        if column.key == "serial":
            return Ink(number)
        if column.key == "township":
            return Ink(self.sample.township.name) if again is None or choice.township_column == "repeated" else None
        if not column.key:
            return None
        fact, field = record[column.key], self.sample.dataset.field(column.key)
        if column.tick is not None:
            return Ink("√") if fact.value == column.tick else None
        same = again is not None and again[column.key] == fact and fact.state == "value"
        if same and column.key == self.carried:
            return None
        if same and choice.ditto and field.type in (FieldType.CODE, FieldType.TEXT) and column.key != "class_name":
            return Ink(self.rng.choice(("同上", "〃")))
        return spell(fact, field, choice, self.contracts, self.rng, self.sample.township)

    def _sums(self, row: int, label: str, records: Sequence[Truth]) -> None:
        labelled = False
        for place, column in enumerate(self.columns, 1):
            if not column.key or column.tick is not None:
                continue
            field = None if column.key in ("serial", "township") else self.sample.dataset.field(column.key)
            if field is not None and field.aggregation is Aggregation.SUM:
                fact = sums(records, column.key)
                assert isinstance(fact.value, int | Decimal)
                ink = spell_number(fact.value, field, self.choice, self.rng)
                rows = [self.row_of[id(each)] for each in records if id(each) in self.row_of]
                if self.choice.formulas != "none" and len(rows) == len(records):
                    ink = replace(ink, adds=_runs(row, rows), saved=self.choice.formulas == "calculated")
                self.canvas.put(row, place, ink)
            elif not labelled and (column.key in _NAMES or (place == 1 and self.choice.seed % 2)):
                self.canvas.put(row, place, Ink(label))
                labelled = True

    def merge_keys(self) -> None:
        """Merge each key that is written once over the rows that it holds for."""
        keys = {self.carried} if self.choice.carry == "merged" else set()
        keys |= {"township"} if self.choice.township_column == "merged" else set()
        for place, column in enumerate(self.columns, 1):
            if column.key not in keys or not column.key:
                continue
            start = last = 0
            for row in [*self.record_rows, 0]:
                if (row, place) in self.canvas.cells or row != last + 1:
                    self.canvas.merge(start, place, last, place)
                    start = row
                last = row


def _runs(row: int, rows: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Runs of rows, each by how far above `row` its first and last lie."""
    found: list[tuple[int, int]] = []
    for each in rows:
        if found and row - found[-1][1] == each - 1:
            found[-1] = (found[-1][0], row - each)
        else:
            found.append((row - each, row - each))
    return tuple(found)


def _header(canvas: Canvas, columns: Sequence[Column], choice: LayoutChoice, top: int) -> int:
    """The header drawn from row `top`; the first row below it comes back."""
    if choice.header_text == "continued":
        bottom = _over_rows(canvas, columns, top)
    else:
        bottom = _tree(canvas, columns, choice, top)
    if any(column.unit for column in columns):
        bottom += 1
        for place, column in enumerate(columns, 1):
            if column.unit:
                canvas.put(bottom, place, Ink(f"（{column.unit}）"))
    if choice.index_row != "none":
        bottom += 1
        _index_row(canvas, columns, choice, bottom)
    return bottom + 1


def _over_rows(canvas: Canvas, columns: Sequence[Column], top: int) -> int:
    """Heads of one level whose words go on in the next row, without merges."""
    height = 2
    for place, column in enumerate(columns, 1):
        if not column.path:
            continue
        text = column.path[0].replace("\n", "")
        middle = half_of(text) if len(text) >= 4 and "（" not in text else text.find("（") if "（" in text[1:] else 0
        if middle > 0:
            canvas.put(top, place, Ink(text[:middle]))
            canvas.put(top + 1, place, Ink(text[middle:]))
        else:
            canvas.put(top + place % 2, place, Ink(text))
    return top + height - 1


def _tree(canvas: Canvas, columns: Sequence[Column], choice: LayoutChoice, top: int) -> int:
    """Heads as a tree, merged or not; the last row of the header comes back."""
    height = max(len(column.path) for column in columns)
    merged = choice.header_look == "merged"
    for level in range(height):
        place = 1
        while place <= len(columns):
            path = columns[place - 1].path
            if len(path) <= level:
                place += 1
                continue
            last = place
            if len(path) > level + 1:
                while last < len(columns) and _under(columns[last].path, path[: level + 1]):
                    last += 1
            leaf = len(path) == level + 1
            row = top + level
            if leaf and choice.header_look == "unmerged_low":
                row = top + height - 1
            canvas.put(row, place, Ink(path[level], across=not merged and last > place))
            if not merged:
                for beside in range(place + 1, last + 1):
                    canvas.put(row, beside, Ink(None, across=True))
            if merged:
                canvas.merge(row, place, top + height - 1 if leaf else row, last)
            place = last + 1
    return top + height - 1


def _under(path: tuple[str, ...], heads: tuple[str, ...]) -> bool:
    """Whether a column stands under the heads of its neighbour."""
    return len(path) > len(heads) and path[: len(heads)] == heads


def _index_row(canvas: Canvas, columns: Sequence[Column], choice: LayoutChoice, row: int) -> None:
    """甲 乙 over words and 1 2 3 over the rest, or numbers alone; a sum as 3=4+5."""
    letters = iter("甲乙丙丁戊己")
    signs: dict[int, str | int] = {}
    number = 0
    for place, column in enumerate(columns, 1):
        if column.key in _WORDS and choice.index_row != "numbers":
            signs[place] = next(letters)
        elif column.key:
            number += 1
            signs[place] = number
    parts = [str(signs[place]) for place, column in enumerate(columns, 1) if column.key in PARTS]
    for place, column in enumerate(columns, 1):
        if column.key == "income_total" and choice.index_row == "formulas" and len(parts) > 1:
            signs[place] = f"{signs[place]}={'+'.join(parts)}"
    for place, sign in signs.items():
        canvas.put(row, place, Ink(sign))


def transposed_table(sample: Sample, choice: LayoutChoice, contracts: Contracts) -> Canvas:
    """Items down, villages across: a list turned on its side."""
    flat = replace(choice, blank_rows="none", notes="none", arrangement="list", styled=False)
    turned = list_table(sample, flat, contracts)
    canvas = Canvas()
    canvas.paste(turned, 1, 1, turned=True)
    if choice.styled:
        _style(canvas, 1)
    return canvas


def side_by_side(sample: Sample, choice: LayoutChoice, contracts: Contracts) -> Canvas:
    """Two blocks of the same columns beside each other, each with half of the records."""
    half = (len(sample.records) + 1) // 2
    canvas = Canvas()
    left = list_table(replace(sample, records=sample.records[:half], areas=sample.areas[:half]), choice, contracts)
    right = list_table(replace(sample, records=sample.records[half:], areas=sample.areas[half:]), choice, contracts)
    canvas.paste(left, 1, 1)
    canvas.paste(right, 1, len(columns_of(sample, choice, contracts)) + 1 + choice.seed % 2)
    return canvas
