"""Forms read back from the warehouse, as the checks between forms need them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from pioneer_etl.check.operand import digits
from pioneer_etl.contract.address import parse_a1
from pioneer_etl.transform.model import FieldValue, Part, Record, ValueState
from pioneer_etl.warehouse.sql import quoted, rows
from pioneer_etl.warehouse.views import stored_fields

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts
    from pioneer_etl.contract.model import Dataset


_PartRef: TypeAlias = tuple[int, int]  # submission and part


def read_parts(
    connection: duckdb.DuckDBPyConnection, forms: Mapping[int, Dataset], contracts: Contracts
) -> dict[int, list[Part]]:
    """The parts of some forms, by the forms' numbers: as they were read, with the county's corrections.

    `forms` gives the dataset of each.  The values of a record are made when they are asked for.
    """
    numbers = list(forms)
    lines = _lines(connection, forms)
    notes = _notes(connection, numbers)
    maps: dict[_PartRef, dict[str, int]] = {}
    for number, part, name, position in _of(connection, "submission_id, part, field, position", "column_map", numbers):
        maps.setdefault((number, part), {})[name] = position
    printed: dict[_PartRef, dict[str, int]] = {}
    for number, part, name, decimals in _of(connection, "submission_id, part, field, decimals", "printed", numbers):
        printed.setdefault((number, part), {})[name] = decimals
    parts: dict[int, list[Part]] = {}
    columns = "submission_id, part, sheet, table_index, layout, transposed"
    for number, part, sheet, index, layout, transposed in sorted(_of(connection, columns, "part", numbers)):
        ref = (number, part)
        held = _Columns(forms[number], lines.get(ref, ()), notes.get(ref, {}), printed.get(ref, {}))
        found = tuple(
            Record(line, _Values(held, at), contracts.places.unit(place) if place else None)
            for at, (line, place, *_) in enumerate(lines.get(ref, ()))
        )
        made = Part(sheet, index, layout, transposed, maps.get(ref, {}), found)
        parts.setdefault(number, []).append(made)
    return parts


_THESE = "submission_id IN (SELECT unnest(?::INTEGER[]))"


def _of(
    connection: duckdb.DuckDBPyConnection, columns: str, table: str, numbers: Sequence[int], where: str = "true"
) -> list[tuple[Any, ...]]:
    """Some columns of what a table holds of some forms."""
    return rows(connection, f"SELECT {columns} FROM store.{table} WHERE {_THESE} AND {where}", [numbers])


def _lines(
    connection: duckdb.DuckDBPyConnection, forms: Mapping[int, Dataset]
) -> dict[_PartRef, list[tuple[Any, ...]]]:
    """The records of some forms by their part, in order: line, code of the place, and the values of the fields."""
    corrected = {name for (name,) in rows(connection, "SELECT DISTINCT dataset FROM correction")}
    found: dict[_PartRef, list[tuple[Any, ...]]] = {}
    for dataset in {each.name: each for each in forms.values()}.values():
        # The view has the corrections, and much besides.
        view = f" JOIN main.{quoted(dataset.name)} v USING (submission_id, part, line)"
        alias, joined = ("v", view) if dataset.name in corrected else ("f", "")
        columns = "".join(f", {alias}.{quoted(each.name)}" for each in stored_fields(dataset))
        numbers = [number for number, each in forms.items() if each.name == dataset.name]
        for number, part, *said in rows(
            connection,
            f"SELECT submission_id, part, line, f.place_code{columns} FROM store.{quoted(dataset.name)} f{joined}"
            f" WHERE {_THESE} ORDER BY submission_id, part, line",
            [numbers],
        ):
            found.setdefault((number, part), []).append(tuple(said))
    return found


class _Columns(dict[str, list[FieldValue]]):
    """The values of a part by field, each column made when it is first asked for: checks ask for few."""

    def __init__(
        self,
        dataset: Dataset,
        lines: Sequence[tuple[Any, ...]],
        notes: Mapping[str, Mapping[int, tuple[str, str | None]]],
        printed: Mapping[str, int],
    ) -> None:
        super().__init__()
        # Each line has its number and the code of its place before the values.
        self._at = {each.name: at for at, each in enumerate(stored_fields(dataset), 2)}
        if dataset.place_field is not None:
            self._at[dataset.place_field] = 1
        self._lines, self._notes, self._printed = lines, notes, printed

    def __missing__(self, name: str) -> list[FieldValue]:
        at, noted = self._at[name], self._notes.get(name)
        raws = [line[at] for line in self._lines]
        known = {*raws}
        # All have the decimals that the column was printed with; more where a value needs them.
        printed = max((digits(each) for each in known if isinstance(each, Decimal)), default=0)
        printed = max(printed, self._printed.get(name, 0))
        plain = {raw: _value(raw, None, printed) for raw in known}  # equal ones are one
        column = [plain[raw] for raw in raws]
        if noted:
            for index, line in enumerate(self._lines):
                if note := noted.get(line[0]):
                    column[index] = _value(raws[index], note, printed)
        self[name] = column
        return column

    def names(self) -> Collection[str]:
        return self._at.keys()


class _Values(Mapping[str, FieldValue]):
    """The values of one record, out of the columns of its part."""

    __slots__ = ("_at", "_columns")

    def __init__(self, columns: _Columns, at: int) -> None:
        self._columns, self._at = columns, at

    def __getitem__(self, name: str) -> FieldValue:
        return self._columns[name][self._at]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns.names())

    def __len__(self) -> int:
        return len(self._columns.names())


def _notes(
    connection: duckdb.DuckDBPyConnection, numbers: Sequence[int]
) -> dict[_PartRef, dict[str, dict[int, tuple[str, str | None]]]]:
    """The state and cell of the values that have them noted, by field and line, for each part of each submission."""
    found: dict[_PartRef, dict[str, dict[int, tuple[str, str | None]]]] = {}
    # Most notes only tell how a value was spelt.
    telling = "(cell IS NOT NULL OR state NOT IN ('value', 'zero'))"
    columns = "submission_id, part, line, field, state, cell"
    for number, part, line, name, state, cell in _of(connection, columns, "value_note", numbers, telling):
        found.setdefault((number, part), {}).setdefault(name, {})[line] = (state, cell)
    return found


_NOTHING = FieldValue(None, ValueState.ABSENT)


def _value(value: Any, note: tuple[str, str | None] | None, printed: int) -> FieldValue:
    decimals = printed if isinstance(value, Decimal) else None
    if note is None:
        return FieldValue(value, ValueState.VALUE, decimals=decimals) if value is not None else _NOTHING
    state, cell = note
    at = parse_a1(cell) if cell else None
    if value is not None:
        # A correction may stand where the cell was blank.
        return FieldValue(value, ValueState.VALUE, at, decimals=decimals)
    return FieldValue(None, ValueState(state) if state not in ("value", "zero") else ValueState.ABSENT, at)
