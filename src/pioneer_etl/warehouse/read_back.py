"""Forms read back from the warehouse, as the checks between forms need them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pioneer_etl.check.operand import digits
from pioneer_etl.contract.address import parse_a1
from pioneer_etl.transform.model import FieldValue, Part, Record, ValueState
from pioneer_etl.warehouse.sql import quoted, rows
from pioneer_etl.warehouse.views import stored_fields

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts
    from pioneer_etl.contract.model import Dataset


def read_parts(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, numbers: Sequence[int], contracts: Contracts
) -> dict[int, list[Part]]:
    """The parts of some forms of a dataset, by the forms' numbers: as they were read, with the county's corrections.

    The values of a record are made when they are asked for.
    """
    fields = stored_fields(dataset)
    names = [each.name for each in fields]
    selected = "".join(f", v.{quoted(name)}" for name in names)
    facts = rows(
        connection,
        f"SELECT f.submission_id, f.part, f.line, f.place_code{selected} FROM store.{quoted(dataset.name)} f"
        f" JOIN main.{quoted(dataset.name)} v"
        " ON v.submission_id = f.submission_id AND v.part = f.part AND v.line = f.line"
        " WHERE list_contains(?, f.submission_id) ORDER BY f.submission_id, f.part, f.line",
        [numbers],
    )
    notes = _notes(connection, numbers)
    maps: dict[tuple[int, int], dict[str, int]] = {}
    for number, part, name, position in rows(
        connection,
        "SELECT submission_id, part, field, position FROM store.column_map WHERE list_contains(?, submission_id)",
        [numbers],
    ):
        maps.setdefault((number, part), {})[name] = position
    printed: dict[tuple[int, int], dict[str, int]] = {}
    for number, part, name, decimals in rows(
        connection, "SELECT * FROM store.printed WHERE list_contains(?, submission_id)", [numbers]
    ):
        printed.setdefault((number, part), {})[name] = decimals
    lines: dict[tuple[int, int], list[tuple[Any, ...]]] = {}
    for number, part, *said in facts:
        lines.setdefault((number, part), []).append(tuple(said))
    parts: dict[int, list[Part]] = {}
    for number, part, sheet, index, layout, transposed in rows(
        connection,
        "SELECT submission_id, part, sheet, table_index, layout, transposed FROM store.part"
        " WHERE list_contains(?, submission_id) ORDER BY submission_id, part",
        [numbers],
    ):
        of_part = lines.get((number, part), [])
        columns = _Columns(
            dataset.place_field, names, of_part, notes.get((number, part), {}), printed.get((number, part), {})
        )
        found = tuple(
            Record(line, _Values(columns, at), contracts.places.unit(place) if place else None)
            for at, (line, place, *_) in enumerate(of_part)
        )
        made = Part(sheet, index, layout, transposed, maps.get((number, part), {}), found)
        parts.setdefault(number, []).append(made)
    return parts


class _Columns(dict[str, list[FieldValue]]):
    """The values of a part by field, each column made when it is first asked for: checks ask for few."""

    def __init__(
        self,
        place: str | None,
        names: Sequence[str],
        lines: Sequence[tuple[Any, ...]],
        notes: Mapping[str, Mapping[int, tuple[str, str | None]]],
        printed: Mapping[str, int],
    ) -> None:
        super().__init__()
        # Each line has its number and the code of its place before the values.
        self._at = {name: at for at, name in enumerate(names, 2)} | ({} if place is None else {place: 1})
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
) -> dict[tuple[int, int], dict[str, dict[int, tuple[str, str | None]]]]:
    """The state and cell of the values that have them noted, by field and line, for each part of each submission."""
    found: dict[tuple[int, int], dict[str, dict[int, tuple[str, str | None]]]] = {}
    for number, part, line, name, state, cell in rows(
        connection,
        "SELECT submission_id, part, line, field, state, cell FROM store.value_note"
        " WHERE list_contains(?, submission_id)",
        [numbers],
    ):
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
