"""A table drawn: header, rows, groups, totals; all from its own (1, 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from layouts.canvas import Canvas, Ink
from layouts.choice import LayoutChoice
from layouts.columns import Column, columns_of
from layouts.spelling import spell, spell_number
from layouts.truth import Sample, Truth, sums
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Aggregation, FieldType

Line = tuple[str, object]

_WORDS = frozenset(("serial", "township", "village", "class_name", "name"))
_PARTS = frozenset(f"income_{part}" for part in ("operating", "contracting", "investment", "subsidy", "other"))


def list_table(sample: Sample, choice: LayoutChoice, contracts: Contracts) -> Canvas:
    """A list: a header, and a row for each record."""
    canvas = Canvas()
    columns = columns_of(sample, choice, contracts)
    top = _header(canvas, columns, choice, 1)
    header_height = top - 1
    rng = Random(f"cells {choice.seed}")
    pen = _Pen(canvas, sample, choice, contracts, columns, rng)
    for kind, content in _lines(sample, choice):
        if kind == "header":
            if choice.seed % 2:
                canvas.put(top, 1, Ink("续表"))
                top += 1
            top = _header(canvas, columns, choice, top)
            pen.before = None
            continue
        if kind != "blank":
            pen.line(top, kind, content)
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
        canvas.cells[row, column] = Ink(
            ink.value, ink.number_format, row <= header_height, row <= header_height, True, row <= header_height, ink.across
        )


def _lines(sample: Sample, choice: LayoutChoice) -> list[Line]:
    """What the rows of a list are, in order."""
    records = list(enumerate(sample.records))
    found: list[Line] = []
    if choice.total == "top":
        found.append(("total", sample.records))
    if choice.groups != "none":
        areas = list(dict.fromkeys(sample.areas))
        for number, area in enumerate(areas):
            members = [each for each, where in zip(records, sample.areas, strict=True) if where == area]
            if choice.blank_rows == "groups" and number:
                found.append(("blank", None))
            if choice.subtotal == "above":
                found.append(("subtotal", (area, [record for _, record in members])))
            else:
                found.append(("group", f"{'一二三四五六七八九十'[number % 10]}、{area}" if choice.seed % 3 == 0 else area))
            found.extend(("record", each) for each in members)
            if choice.subtotal == "below":
                found.append(("subtotal", ("小计", [record for _, record in members])))
    else:
        found.extend(("record", each) for each in records)
    if choice.arrangement == "continued":
        middle = len(found) // 2
        found[middle:middle] = [("header", None)] if choice.blank_rows != "body" else [("blank", None), ("header", None)]
    elif choice.blank_rows == "body" and len(records) > 3:
        found.insert(len(found) // 2, ("blank", None))
    if choice.notes == "inside" and len(records) > 3:
        found.insert(len(found) // 2, ("note", "注：以上各村数据已核实，以下各村为初步统计"))
    if choice.total == "bottom":
        if choice.blank_rows == "total":
            found.append(("blank", None))
        found.append(("total", sample.records))
    return found


class _Pen:
    """Draws the rows of one list."""

    def __init__(
        self, canvas: Canvas, sample: Sample, choice: LayoutChoice, contracts: Contracts, columns: Sequence[Column], rng: Random
    ) -> None:
        self.canvas, self.sample, self.choice, self.contracts = canvas, sample, choice, contracts
        self.columns, self.rng = columns, rng
        self.record_rows: list[int] = []
        self.before: Truth | None = None
        self.carried = {"reserve_cadre": "village", "training": "kind"}.get(sample.dataset.name, "") if choice.carry != "none" else ""

    def line(self, row: int, kind: str, content: object) -> None:
        """One row that is not blank."""
        if kind == "record":
            number, record = content  # type: ignore[misc]
            self._record(row, number, record)
            return
        self.before = None
        if kind in ("group", "note"):
            self.canvas.put(row, 1, Ink(str(content)))
            if self.choice.groups == "merged_rows" or kind == "note":
                self.canvas.merge(row, 1, row, len(self.columns))
        elif kind == "total":
            self._sums(row, self.choice.total_word, content)  # type: ignore[arg-type]
        else:
            label, members = content  # type: ignore[misc]
            self._sums(row, label, members)

    def _record(self, row: int, number: int, record: Truth) -> None:
        again = self.before
        self.record_rows.append(row)
        for place, column in enumerate(self.columns, 1):
            self.canvas.put(row, place, self._cell(column, number, record, again))
        self.before = record

    def _cell(self, column: Column, number: int, record: Truth, again: Truth | None) -> Ink | None:
        choice = self.choice
        if column.key == "serial":
            return Ink(number + 1)
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
                if fact.value is not None:
                    self.canvas.put(row, place, spell_number(fact.value, field, self.choice, self.rng))  # type: ignore[arg-type]
            elif not labelled and (place == 1 and self.choice.seed % 2 or (field is not None and column.key in ("village", "class_name", "kind"))):
                self.canvas.put(row, place, Ink(label))
                labelled = True

    def merge_keys(self) -> None:
        """Merge each key that is written once over the rows that it holds for."""
        keys = {self.carried} if self.choice.carry == "merged" else set()
        keys |= {"township"} if self.choice.township_column == "merged" else set()
        for place, column in enumerate(self.columns, 1):
            if column.key not in keys or not column.key:
                continue
            start: int | None = None
            for row in [*self.record_rows, None]:
                if row is None or (row, place) in self.canvas.cells or (start is not None and row != last + 1):
                    if start is not None and last > start:
                        self.canvas.merge(start, place, last, place)
                    start = row
                if row is not None:
                    last = row


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
        middle = len(text) // 2 if len(text) >= 4 and "（" not in text else text.find("（") if "（" in text[1:] else 0
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
                while last < len(columns) and len(columns[last].path) > level + 1 and columns[last].path[: level + 1] == path[: level + 1]:
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
    parts = [str(signs[place]) for place, column in enumerate(columns, 1) if column.key in _PARTS]
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
