"""A submission as columns: its facts, the map of its parts, and a note for what a column cannot say."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import CodeList, Dataset, Field, FieldType
from pioneer_etl.transform.model import FieldValue, Part, Record, Submission, ValueState
from pioneer_etl.warehouse.arrow import Column, Kind
from pioneer_etl.warehouse.views import stored_fields, stored_places

Labels = Mapping[str, Mapping[str, str]]  # by field: a code's Chinese label

_PLAIN = (ValueState.VALUE, ValueState.ZERO)
_LARGEST = 2**63
_DIGITS = 18


class _Unfit(Exception):
    """A value that its column cannot hold."""


@dataclass(slots=True)
class Notes:
    """The rows of store.value_note, column by column."""

    part: list[int] = field(default_factory=list)
    line: list[int] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    state: list[str] = field(default_factory=list)
    text: list[str | None] = field(default_factory=list)
    conversion: list[str | None] = field(default_factory=list)
    cell: list[str | None] = field(default_factory=list)

    def add(
        self,
        place: tuple[int, int, str],
        state: ValueState,
        text: str | None,
        conversion: str | None,
        cell: str | None,
    ) -> None:
        self.part.append(place[0])
        self.line.append(place[1])
        self.name.append(place[2])
        self.state.append(state.value)
        self.text.append(text)
        self.conversion.append(conversion)
        self.cell.append(cell)

    def columns(self) -> dict[str, Column]:
        return {
            "part": ("int", self.part),
            "line": ("int", self.line),
            "field": ("text", self.name),
            "state": ("text", self.state),
            "text": ("text", self.text),
            "conversion": ("text", self.conversion),
            "cell": ("text", self.cell),
        }


@dataclass(frozen=True, slots=True)
class Prepared:
    """What of a submission goes where.

    `content` is the same for the same records, in whatever order and file they come.  `unfit` are
    quarantining findings about values that no column can hold.
    """

    facts: Mapping[str, Column]
    notes: Notes
    content: str
    unfit: tuple[Finding, ...]


def code_labels(dataset: Dataset, code_lists: Mapping[str, CodeList]) -> dict[str, dict[str, str]]:
    """The Chinese label of every code, by field."""
    return {
        each.name: {code.code: code.label.zh for code in code_lists[each.codes].codes}
        for each in dataset.fields
        if each.codes is not None and each.codes in code_lists
    }


def plain_text(field: Field, value: Any, labels: Mapping[str, str] | None = None) -> str:
    """What a cell plainly says for a value: the text that needs no note."""
    if value is None:
        return ""
    if isinstance(value, str):
        return labels.get(value, value) if labels and field.type is FieldType.CODE else value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, date):
        return f"{value.year}-{value.month:02}" if field.type is FieldType.MONTH else value.isoformat()
    return str(value)


def prepare(submission: Submission, labels: Labels) -> Prepared:
    """The columns of a submission's records, in the order of its parts."""
    fields = stored_fields(submission.dataset)
    place = submission.dataset.place_field
    notes, unfit = Notes(), list[Finding]()
    parts: list[int] = []
    lines: list[int] = []
    places: list[str | None] = []
    values: dict[str, list[Any]] = {each.name: [] for each in fields}
    workers = [(each, values[each.name], _storer(each), labels.get(each.name)) for each in fields]
    digests: list[bytes] = []
    for index, part in enumerate(submission.parts):
        for record in part.records:
            parts.append(index)
            lines.append(record.line)
            code = record.place.code if record.place is not None else None
            places.append(code)
            said: list[Any] = [code]
            if place is not None:
                _note_place(notes, index, part, record, place)
            for each, column, store, spelled in workers:
                held = record.values.get(each.name)
                if held is None:
                    column.append(None)
                    said.append(None)
                    continue
                try:
                    stored, rounded = (None, None) if held.value is None else store(held.value)
                except (_Unfit, TypeError, ValueError, InvalidOperation):
                    unfit.append(_unfit(each, held, part, record))
                    stored, rounded = None, None
                column.append(stored)
                said.append(stored if held.state in _PLAIN else held.state.value)
                _note(notes, (index, record.line, each.name), part, each, held, rounded, spelled)
            digests.append(hashlib.blake2b(repr(said).encode(), digest_size=16).digest())
    content = hashlib.sha256(b"".join(sorted(digests))).hexdigest()
    facts: dict[str, Column] = {"part": ("int", parts), "line": ("int", lines), "place_code": ("text", places)}
    facts |= {each.name: (_kind(each), values[each.name]) for each in fields}
    return Prepared(facts, notes, content, tuple(unfit))


def address(part: Part, name: str, line: int) -> Position | None:
    """Where a field of a record stands by the column map; None for a field without a column."""
    position = part.column_map.get(name)
    if position is None:
        return None
    return Position(position, line) if part.transposed else Position(line, position)


def _note(
    notes: Notes,
    place: tuple[int, int, str],
    part: Part,
    each: Field,
    held: FieldValue,
    rounded: str | None,
    labels: Mapping[str, str] | None,
) -> None:
    """A note where the column alone would not tell the state, text, conversion or address."""
    mapped = part.column_map.get(each.name)
    cell: str | None = None
    if held.cell is not None:
        expected = None if mapped is None else (mapped, place[1]) if part.transposed else (place[1], mapped)
        if held.cell != expected:
            cell = held.cell.a1
    conversion = held.conversion
    if rounded is not None:
        conversion = f"{conversion}；{rounded}" if conversion else rounded
    if held.state in _PLAIN:
        text = None if rounded is None and _says_the_same(each, held, labels) else held.text
        if text is None and conversion is None and cell is None:
            return
        notes.add(place, held.state, text, conversion, cell)
    elif held.state is not ValueState.ABSENT or mapped is not None or cell is not None or held.text:
        notes.add(place, held.state, held.text or None, conversion, cell)


def _note_place(notes: Notes, index: int, part: Part, record: Record, place: str) -> None:
    """The place field has no column of its own: what its cell said is kept when it is not just the unit's name."""
    held = record.values.get(place)
    if held is None:
        return
    cell = None if held.cell is None or held.cell == address(part, place, record.line) else held.cell.a1
    name = record.place.name if record.place is not None else None
    text = None if held.text.strip() == name else held.text or None
    if held.state not in _PLAIN:
        if held.state is not ValueState.ABSENT or text or cell:
            notes.add((index, record.line, place), held.state, text, held.conversion, cell)
    elif text is not None or held.conversion is not None or cell is not None:
        notes.add((index, record.line, place), held.state, text, held.conversion, cell)


def _says_the_same(each: Field, held: FieldValue, labels: Mapping[str, str] | None) -> bool:
    """Whether the cell's text is just the value's plain text, and so need not be kept."""
    return not held.text or held.text == plain_text(each, held.value, labels)


def _kind(each: Field) -> Kind:
    match each.type:
        case FieldType.INTEGER:
            return "int"
        case FieldType.DATE | FieldType.MONTH:
            return "date"
        case FieldType.BOOLEAN:
            return "bool"
        case _:
            return "text"  # decimals too: DuckDB casts them exactly, or refuses


_Storer = Callable[[Any], tuple[Any, str | None]]


def _storer(each: Field) -> _Storer:
    """How values of a field are made fit for its column: the stored value, and a word if it was rounded."""
    match each.type:
        case FieldType.INTEGER:
            return _whole
        case FieldType.DECIMAL | FieldType.PERCENT:
            return _decimals(stored_places(each))
        case FieldType.DATE | FieldType.MONTH:
            return _day
        case FieldType.BOOLEAN:
            return _truth
        case _:
            return _text


def _whole(value: Any) -> tuple[int, None]:
    number = int(value)
    if number != value or isinstance(value, str) or not -_LARGEST <= number < _LARGEST:
        raise _Unfit
    return number, None


def _decimals(places: int) -> _Storer:
    unit = Decimal(1).scaleb(-places)
    limit = Decimal(10) ** (_DIGITS - places)

    def store(value: Any) -> tuple[str, str | None]:
        if isinstance(value, (str, float)):
            raise _Unfit
        exact = Decimal(value)
        if not -limit < exact < limit:  # also not a number at all
            raise _Unfit
        kept = exact.quantize(unit)
        if not -limit < kept < limit:
            raise _Unfit
        return format(kept, "f"), None if kept == exact else f"四舍五入到 {places} 位小数"

    return store


def _day(value: Any) -> tuple[date, None]:
    if type(value) is not date:
        raise _Unfit
    return value, None


def _truth(value: Any) -> tuple[bool, None]:
    if not isinstance(value, bool):
        raise _Unfit
    return value, None


def _text(value: Any) -> tuple[str, None]:
    if not isinstance(value, str) or "\x00" in value:
        raise _Unfit
    value.encode()  # a lone surrogate is no text
    return value, None


def _unfit(each: Field, held: FieldValue, part: Part, record: Record) -> Finding:
    cell = held.cell or address(part, each.name, record.line)
    # The value itself may be personal: its address is enough to find it.
    return finding(
        "warehouse.value_unfit",
        sheet=part.sheet,
        cells=() if cell is None else cell.a1,
        rule=each.name,
        field=each.label.zh,
        expected=each.type.value,
        found="" if each.personal else str(held.value)[:40],
    )
