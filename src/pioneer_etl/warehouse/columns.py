"""A submission as columns: its facts, the map of its parts, and a note for what a column cannot say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any, NamedTuple

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
_NOTHING = Stored(None, "")


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
    values: dict[str, list[Any]] = {each.name: [] for each in fields}
    keepers = [_Keeper(each, storer(each, labels.get(each.name))) for each in fields]
    for index, part in enumerate(submission.parts):
        records = part.records
        codes = [record.place.code if record.place is not None else None for record in records]
        parts += [index] * len(records)
        lines += [record.line for record in records]
        places += codes
        columns: list[list[Any]] = [codes]
        # What a column cannot say, by its record and field.
        aside: list[tuple[int, int, FieldValue, _Kept]] = []
        for number, (each, keeper) in enumerate(zip(fields, keepers, strict=True)):
            kept = keeper.column(record.values.get(each.name) for record in records)
            values[each.name] += [one[1].stored.value for one in kept]
            columns.append([one[1].said for one in kept])
            aside += [
                (at, number, held, one)
                for at, (held, one) in enumerate(kept)
                # Most values say just what their column says.
                if held is not None and not (one.plain and held.cell is None and one.unfit is None)
            ]
        said += map(list, zip(*columns, strict=True))
        if place is not None:
            for record in records:
                _note_place(notes, index, part, record, place)
        for at, number, held, one in sorted(aside, key=itemgetter(0, 1)):
            record = records[at]
            if one.unfit is not None:
                unfit.append(_unfit(one.unfit, held, part, record))
            at_column = address(part, fields[number].name, record.line)
            as_mapped = held.cell is None or held.cell == at_column
            if not (one.plain and as_mapped):
                cell = None if as_mapped or held.cell is None else held.cell.a1
                where = (index, record.line, fields[number].name)
                _note(notes, where, held, one.stored, cell, mapped=at_column is not None)
    digests = [hashlib.blake2b(repr(each).encode(), digest_size=16).digest() for each in said]
    content = hashlib.sha256(b"".join(sorted(digests))).hexdigest()
    facts: dict[str, Column] = {"part": ("int", parts), "line": ("int", lines), "place_code": ("text", places)}
    facts |= {each.name: (column_kind(each), values[each.name]) for each in fields}
    return Prepared(
        len(lines),
        facts,
        notes,
        tuple(_printed(submission)),
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


def _printed(submission: Submission) -> Iterator[tuple[int, str, int]]:
    """The fields whose cells show decimals, by part, and how many at most."""
    for each in submission.dataset.fields:
        if each.type in (FieldType.DECIMAL, FieldType.PERCENT):
            for index, part in enumerate(submission.parts):
                values = (record.values.get(each.name) for record in part.records)
                finest = max((value.decimals or 0 for value in values if value is not None), default=0)
                if finest > 0:
                    yield index, each.name, finest


class _Kept(NamedTuple):
    """A value as its column keeps it, what of it counts for the record's content, and whether its text adds nothing.

    `unfit` is the field of a value that no column can hold.
    """

    stored: Stored
    said: Any
    plain: bool
    unfit: Field | None = None


_NO_VALUE = _Kept(_NOTHING, None, True)


class _Keeper:
    """Makes a field's values fit for its column, equal cells of one column only once: they share their value."""

    def __init__(self, each: Field, store: Storer) -> None:
        self._field, self._store = each, store
        self._known: dict[int, _Kept] = {}

    def column(self, values: Iterable[FieldValue | None]) -> list[tuple[FieldValue | None, _Kept]]:
        """Each value with what is kept of it."""
        known = self._known
        found: list[tuple[FieldValue | None, _Kept]] = []
        for held in values:
            if held is None:
                found.append((held, _NO_VALUE))
                continue
            kept = known.get(id(held))
            if kept is None:
                kept = known[id(held)] = _kept(self._field, self._store, held)
            found.append((held, kept))
        return found


def _kept(each: Field, store: Storer, held: FieldValue) -> _Kept:
    stored, unfit = _NOTHING, None
    if held.value is not None:
        try:
            stored = store(held.value)
        except UnfitValue:
            unfit = each
    if held.state not in _PLAIN:
        return _Kept(stored, f"\0{held.state}", False, unfit)  # no text holds a \0: it is never taken for a value
    unchanged = held.conversion is None and stored.rounded is None and held.text in ("", stored.plain)
    return _Kept(stored, stored.value, unchanged, unfit)


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
    if stored.rounded is not None:
        conversion = f"{conversion}；{stored.rounded}" if conversion else stored.rounded
    if held.state in _PLAIN:
        same = held.text == stored.plain and stored.rounded is None
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
