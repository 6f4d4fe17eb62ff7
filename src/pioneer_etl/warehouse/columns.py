"""A submission as columns: its facts, the map of its parts, and a note for what a column cannot say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import CodeList, Field, FieldType
from pioneer_etl.transform.model import FieldValue, Part, Record, Submission, ValueState
from pioneer_etl.warehouse.arrow import Column, Kind
from pioneer_etl.warehouse.identity import Place, finding_places
from pioneer_etl.warehouse.model import NOTES
from pioneer_etl.warehouse.values import Stored, Storer, UnfitValue, code_labels, column_kind, storer
from pioneer_etl.warehouse.views import stored_fields

_PLAIN = (ValueState.VALUE, ValueState.ZERO)


@dataclass(slots=True)
class Notes:
    """The rows of store.value_note: part, line, field, state, text, conversion, cell."""

    rows: list[tuple[int, int, str, str, str | None, str | None, str | None]] = field(default_factory=list)

    def add(
        self,
        place: tuple[int, int, str],
        state: ValueState,
        text: str | None,
        conversion: str | None,
        cell: str | None,
    ) -> None:
        self.rows.append((*place, state, text, conversion, cell))

    def columns(self) -> dict[str, Column]:
        """The rows as columns for DuckDB."""
        kinds: dict[str, Kind] = {"part": "int", "line": "int"}
        kinds |= dict.fromkeys(("field", "state", "text", "conversion", "cell"), "text")
        columns = zip(*self.rows, strict=True) if self.rows else [()] * len(kinds)
        return {name: (kind, values) for (name, kind), values in zip(kinds.items(), columns, strict=True)}


@dataclass(frozen=True, slots=True)
class Prepared:
    """What of a submission goes where.

    `records` is how many it has.  `printed` tells of its columns of decimals (part, field) how many are shown at most.
    `content` is the same for the same records, in whatever order and file they come.  `unfit` are quarantining findings
    about values that no column can hold.  `places` are where its findings stand, those among them (`identity`).
    """

    records: int
    facts: Mapping[str, Column]
    notes: Notes
    printed: tuple[tuple[int, str, int], ...]
    content: str
    unfit: tuple[Finding, ...]
    places: tuple[Place, ...]


def prepare(submission: Submission, code_lists: Mapping[str, CodeList]) -> Prepared:
    """The columns of a submission's records, in the order of its parts.

    It needs nothing of the warehouse: the process that read a file may do it, and send this instead of the records.
    """
    labels = code_labels(submission.dataset, code_lists)
    fields = stored_fields(submission.dataset)
    place = submission.dataset.place_field
    notes, unfit = Notes(), list[Finding]()
    parts: list[int] = []
    lines: list[int] = []
    places: list[str | None] = []
    said: list[list[Any]] = []
    printed: list[tuple[int, int, int]] = []
    values: dict[str, list[Any]] = {each.name: [] for each in fields}
    keepers = [_Keeper(each, storer(each, labels.get(each.name))) for each in fields]
    for index, part in enumerate(submission.parts):
        records = part.records
        held_by = [record.values for record in records]
        codes = [record.place.code if record.place is not None else None for record in records]
        parts += [index] * len(records)
        lines += [record.line for record in records]
        places += codes
        columns: list[list[Any]] = [codes]
        # What a column cannot say, by its record and field.
        aside: list[tuple[int, int, FieldValue, _Aside]] = []
        for number, (each, keeper) in enumerate(zip(fields, keepers, strict=True)):
            helds = [held.get(each.name) for held in held_by]
            kept = keeper.column(helds)
            values[each.name] += [value for value, _, _ in kept]
            columns.append([said for _, said, _ in kept])
            if each.type in (FieldType.DECIMAL, FieldType.PERCENT):
                finest = max([held.decimals or 0 for held in helds if held is not None], default=0)
                if finest > 0:
                    printed.append((number, index, finest))
            # Most values say just what their column says.
            aside += [
                (at, number, held, more)
                for at, (held, (_, _, more)) in enumerate(zip(helds, kept, strict=True))
                if more is not None and held is not None
            ]
        said += map(list, zip(*columns, strict=True))
        if place is not None:
            for record in records:
                _note_place(notes, index, part, record, place)
        for at, number, held, more in sorted(aside, key=itemgetter(0, 1)):
            record, name = records[at], fields[number].name
            if more.unfit is not None:
                unfit.append(_unfit(more.unfit, held, part, record))
            as_mapped = held.cell is None or held.cell == address(part, name, record.line)
            if not (more.plain and as_mapped):
                cell = None if as_mapped or held.cell is None else held.cell.a1
                _note(notes, (index, record.line, name), held, more.stored, cell, mapped=name in part.column_map)
    digests = [hashlib.blake2b(repr(each).encode(), digest_size=16).digest() for each in said]
    content = hashlib.sha256(b"".join(sorted(digests))).hexdigest()
    facts: dict[str, Column] = {"part": ("int", parts), "line": ("int", lines), "place_code": ("text", places)}
    facts |= {each.name: (column_kind(each), values[each.name]) for each in fields}
    return Prepared(
        len(lines),
        facts,
        notes,
        tuple((part, fields[number].name, finest) for number, part, finest in sorted(printed)),
        content,
        tuple(unfit),
        tuple(finding_places((*submission.findings, *unfit), submission)),
    )


def without_records(submission: Submission) -> Submission:
    """What is left of a submission when its records are prepared: no more of its dataset than the name, since whoever
    loads it has the contract too.  A note of the county's own stays whole."""
    if submission.layout in NOTES:
        return submission
    parts = tuple(replace(part, records=(), totals=()) for part in submission.parts)
    return replace(submission, dataset=replace(submission.dataset, fields=(), checks=()), parts=parts)


class _Aside(NamedTuple):
    """What there is to a value that its column does not say; it is `plain` where its text adds nothing.

    `unfit` is the field of a value that no column can hold.
    """

    stored: Stored
    plain: bool
    unfit: Field | None = None


# A value as its column keeps it, and what of it counts for the record's content.
_Kept: TypeAlias = tuple[Any, Any, _Aside | None]
_NOTHING: Stored = (None, "", None)
# No text holds a \0: it is never taken for a value.
_UNSAID: Mapping[ValueState, _Kept] = {
    state: (None, f"\0{state}", _Aside(_NOTHING, False)) for state in ValueState if state not in _PLAIN
}


class _Keeper:
    """Makes a field's values fit for its column, equal cells of one column only once: they share their value."""

    def __init__(self, each: Field, store: Storer) -> None:
        self._field, self._store = each, store
        self._known: dict[int, _Kept] = {id(None): (None, None, None)}

    def column(self, values: Iterable[FieldValue | None]) -> list[_Kept]:
        """What is kept of each value."""
        known = self._known
        found = []
        for held in values:
            kept = known.get(id(held))
            if kept is None:
                assert held is not None
                kept = known[id(held)] = _kept(self._field, self._store, held)
            found.append(kept)
        return found


def _kept(each: Field, store: Storer, held: FieldValue) -> _Kept:
    stored, unfit = _NOTHING, None
    if held.value is not None:
        try:
            stored = store(held.value)
        except UnfitValue:
            unfit = each
    elif held.state in _UNSAID:
        return _UNSAID[held.state]
    value, text, rounded = stored
    if held.state in _UNSAID:
        return value, f"\0{held.state}", _Aside(stored, False, unfit)
    plain = held.conversion is None and rounded is None and held.text in ("", text)
    if plain and held.cell is None and unfit is None:
        return value, value, None
    return value, value, _Aside(stored, plain, unfit)


def address(part: Part, name: str, line: int) -> Position | None:
    """Where a field of a record stands by the column map; None for a field without a column."""
    position = part.column_map.get(name)
    if position is None:
        return None
    return Position(position, line) if part.transposed else Position(line, position)


def _note(
    notes: Notes, place: tuple[int, int, str], held: FieldValue, stored: Stored, cell: str | None, *, mapped: bool
) -> None:
    """A note where the column alone would not tell the state, text, conversion or address."""
    conversion = held.conversion
    _, plain, rounded = stored
    if rounded is not None:
        conversion = f"{conversion}；{rounded}" if conversion else rounded
    if held.state in _PLAIN:
        same = held.text == plain and rounded is None
        notes.add(place, held.state, None if same else held.text or None, conversion, cell)
    elif held.state is not ValueState.ABSENT or mapped or cell is not None or held.text:
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
