"""Forms read back from the warehouse, as the checks between forms need them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from pioneer_etl.check.operand import PRINTED, digits
from pioneer_etl.contract.address import parse_a1
from pioneer_etl.transform.model import FieldValue, Part, Record, ValueState
from pioneer_etl.warehouse.sql import quoted, rows
from pioneer_etl.warehouse.views import stored_fields

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts
    from pioneer_etl.contract.model import Dataset, OrgUnit


_PartRef: TypeAlias = tuple[int, int]  # submission and part


class Read(NamedTuple):
    """Some forms as they were read, with the county's corrections: their parts by the forms' numbers, and the columns.

    A column has the values of a field in all records of the forms, one form after the other, and says nothing of cells.
    """

    parts: Mapping[int, Sequence[Part]]
    columns: Mapping[str, Sequence[FieldValue]]


def read_forms(
    connection: duckdb.DuckDBPyConnection, together: Sequence[tuple[Dataset, Sequence[int]]], contracts: Contracts
) -> list[Read]:
    """Forms by their numbers, those of one dataset together as they are given.

    The values of a record are made when they are asked for.
    """
    numbers = [number for _, those in together for number in those]
    # What is asked for many times is said once.
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE form_read AS SELECT unnest(?::INTEGER[]) AS submission_id", [numbers]
    )
    lines = _lines(connection, [dataset for dataset, _ in together])
    notes = _notes(connection)
    maps: dict[_PartRef, dict[str, int]] = {}
    for number, part, name, position in _of(connection, "submission_id, part, field, position", "column_map"):
        maps.setdefault((number, part), {})[name] = position
    printed: dict[_PartRef, dict[str, int]] = {}
    for number, part, name, decimals in _of(connection, "submission_id, part, field, decimals", "printed"):
        printed.setdefault((number, part), {})[name] = decimals
    sheets: dict[int, list[tuple[Any, ...]]] = {}
    columns = "submission_id, part, sheet, table_index, layout, transposed"
    for number, *said in sorted(_of(connection, columns, "part")):
        sheets.setdefault(number, []).append(tuple(said))
    connection.execute("DROP TABLE form_read")
    units: dict[str | None, OrgUnit | None] = {None: None}
    found = []
    for dataset, those in together:
        held = _Columns(dataset)
        parts: dict[int, list[Part]] = {}
        for number in those:
            for part, sheet, index, layout, transposed in sheets.get(number, ()):
                ref = (number, part)
                own = lines.get(ref, ())
                first = held.add(own, notes.get(ref, ()), printed.get(ref, {}))
                records = []
                for at, row in enumerate(own, first):
                    line, place = row[_LINE], row[_PLACE]
                    if place not in units:
                        units[place] = contracts.places.unit(place)
                    records.append(Record(line, _Values(held, at), units[place]))
                made = Part(sheet, index, layout, transposed, maps.get(ref, {}), tuple(records))
                parts.setdefault(number, []).append(made)
        found.append(Read(parts, held))
    return found


_THESE = "submission_id IN (FROM form_read)"


def _of(connection: duckdb.DuckDBPyConnection, columns: str, table: str, where: str = "true") -> list[tuple[Any, ...]]:
    """Some columns of what a table holds of the forms that are read."""
    return rows(connection, f"SELECT {columns} FROM store.{table} WHERE {_THESE} AND {where}")


# A record as it is read: its form, part, line and the code of its place, then the values of its fields.
_Line: TypeAlias = tuple[Any, ...]
_LINE, _PLACE, _FIRST = 2, 3, 4


def _lines(connection: duckdb.DuckDBPyConnection, datasets: Sequence[Dataset]) -> dict[_PartRef, Sequence[_Line]]:
    """The records of the forms by their part, in order."""
    corrected = {name for (name,) in rows(connection, "SELECT DISTINCT dataset FROM correction")}
    found: dict[_PartRef, Sequence[_Line]] = {}
    for dataset in {each.name: each for each in datasets}.values():
        # The view has the corrections, and much besides.
        view = f" JOIN main.{quoted(dataset.name)} v USING (submission_id, part, line)"
        alias, joined = ("v", view) if dataset.name in corrected else ("f", "")
        columns = [f"{alias}.{quoted(each.name)}" for each in stored_fields(dataset)]
        # Decimals come as text much faster.
        decimals = [each.type in PRINTED for each in stored_fields(dataset)]
        columns = [f"{each}::VARCHAR" if text else each for each, text in zip(columns, decimals, strict=True)]
        lines = rows(
            connection,
            f"SELECT submission_id, part, line, f.place_code, {', '.join(columns)}"
            f" FROM store.{quoted(dataset.name)} f{joined} WHERE {_THESE} ORDER BY submission_id, part, line",
        )
        found |= {ref: tuple(part) for ref, part in groupby(lines, itemgetter(0, 1))}
    return found


_Note: TypeAlias = tuple[str, str | None]  # the state of a value, and its cell where its part's map does not tell it


class _Columns(dict[str, Sequence[FieldValue]]):
    """The columns of some parts of one dataset, each made when it is first asked for: checks ask for few."""

    def __init__(self, dataset: Dataset) -> None:
        super().__init__()
        self._at = {each.name: at for at, each in enumerate(stored_fields(dataset), _FIRST)}
        if dataset.place_field is not None:
            self._at[dataset.place_field] = _PLACE
        self._decimals = {each.name for each in dataset.fields if each.type in PRINTED}
        self._lines: list[_Line] = []
        self._noted: dict[str, dict[int, _Note]] = {}
        # Where each part ends, and the decimals that it was printed with.
        self._parts: list[tuple[int, Mapping[str, int]]] = []

    def add(self, lines: Sequence[_Line], notes: Sequence[tuple[Any, ...]], printed: Mapping[str, int]) -> int:
        """A part behind those that are here: where its first record is."""
        first = len(self._lines)
        self._lines += lines
        self._parts.append((len(self._lines), printed))
        at = {line[_LINE]: index for index, line in enumerate(lines, first)} if notes else {}
        for _, _, line, name, state, cell in notes:
            if line in at:
                self._noted.setdefault(name, {})[at[line]] = (state, cell)
        return first

    def __missing__(self, name: str) -> Sequence[FieldValue]:
        at = self._at[name]
        raws = [line[at] for line in self._lines]
        if name in self._decimals:
            column = _printed(raws, [(end, printed.get(name, 0)) for end, printed in self._parts])
        else:
            column = _plain(raws)
        for index, (state, _) in self._noted.get(name, {}).items():
            # A correction may stand where the cell was blank.
            if raws[index] is None and state not in ("value", "zero"):
                column[index] = _MISSING[ValueState(state)]
        self[name] = column
        return column

    def value(self, name: str, at: int) -> FieldValue:
        """A value with its cell, where that is not the one that its part's map tells."""
        found, (_, cell) = self[name][at], self._noted.get(name, {}).get(at, _NO_NOTE)
        if cell is None:
            return found
        return FieldValue(found.value, found.state, parse_a1(cell), decimals=found.decimals)

    def names(self) -> Collection[str]:
        return self._at.keys()


_NO_NOTE: _Note = ("", None)
_MISSING = {state: FieldValue(None, state) for state in ValueState}


def _printed(texts: Sequence[str | None], parts: Sequence[tuple[int, int]]) -> list[FieldValue]:
    """A column of decimals, of parts that end where they say and were printed with so many decimals.

    All of a part have the decimals that it was printed with; more where a value needs them.
    """
    numbers = {text: Decimal(text) for text in {*texts} if text is not None}
    needed = {text: digits(number) for text, number in numbers.items()}
    column: list[FieldValue] = []
    for end, printed in parts:
        own = [None if text is None else numbers[text] for text in texts[len(column) : end]]
        column += _plain(own, max([printed, *(needed[text] for text in texts[len(column) : end] if text is not None)]))
    return column


def _plain(raws: Sequence[Any], decimals: int | None = None) -> list[FieldValue]:
    """A column; equal values are one."""
    made = {raw: FieldValue(raw, ValueState.VALUE, decimals=decimals) for raw in {*raws}}
    made[None] = _MISSING[ValueState.ABSENT]
    return [made[raw] for raw in raws]


class _Values(Mapping[str, FieldValue]):
    """The values of one record, out of the columns of its form."""

    __slots__ = ("_at", "_columns")

    def __init__(self, columns: _Columns, at: int) -> None:
        self._columns, self._at = columns, at

    def __getitem__(self, name: str) -> FieldValue:
        return self._columns.value(name, self._at)

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns.names())

    def __len__(self) -> int:
        return len(self._columns.names())


def _notes(connection: duckdb.DuckDBPyConnection) -> dict[_PartRef, list[tuple[Any, ...]]]:
    """The form, part, line, field, state and cell of the values that have them noted, by their part."""
    found: dict[_PartRef, list[tuple[Any, ...]]] = {}
    # Most notes only tell how a value was spelt.
    telling = "(cell IS NOT NULL OR state NOT IN ('value', 'zero'))"
    columns = "submission_id, part, line, field, state, cell"
    for note in _of(connection, columns, "value_note", telling):
        found.setdefault(note[:2], []).append(note)
    return found
