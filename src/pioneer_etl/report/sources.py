"""From records to their source cells: file, sheet, A1 address, and what stood there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pioneer_etl.contract.address import Position

if TYPE_CHECKING:
    import duckdb

# submission, part, line
RecordKey: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Source:
    """Where one value came from; `text` and `conversion` only where the warehouse keeps them."""

    file: str
    sheet: str
    cell: str | None
    state: str | None = None
    text: str | None = None
    conversion: str | None = None


def sources_of(
    connection: duckdb.DuckDBPyConnection, records: Iterable[RecordKey], fields: Sequence[str]
) -> Mapping[tuple[RecordKey, str], Source]:
    """The source of every field of every record, in three queries whatever their number."""
    keys = set(records)
    submissions = sorted({submission for submission, _, _ in keys})
    if not submissions or not fields:
        return {}
    parts = {
        (submission, part): (file, sheet, transposed)
        for submission, part, file, sheet, transposed in connection.execute(
            "SELECT p.submission_id, p.part, f.name, p.sheet, p.transposed FROM store.part p "
            "JOIN main.submission s ON s.id = p.submission_id JOIN main.file f ON f.sha256 = s.file_sha256 "
            "WHERE list_contains(?, p.submission_id)",
            [submissions],
        ).fetchall()
    }
    positions = {
        (submission, part, field): position
        for submission, part, field, position in connection.execute(
            "SELECT submission_id, part, field, position FROM store.column_map "
            "WHERE list_contains(?, submission_id) AND list_contains(?, field)",
            [submissions, list(fields)],
        ).fetchall()
    }
    notes = {
        ((submission, part, line), field): (state, text, conversion, cell)
        for submission, part, line, field, state, text, conversion, cell in connection.execute(
            "SELECT submission_id, part, line, field, state, text, conversion, cell FROM store.value_note "
            "WHERE list_contains(?, submission_id) AND list_contains(?, field)",
            [submissions, list(fields)],
        ).fetchall()
    }
    found: dict[tuple[RecordKey, str], Source] = {}
    for key in keys:
        submission, part, line = key
        if (submission, part) not in parts:
            continue
        file, sheet, transposed = parts[submission, part]
        for field in fields:
            state, text, conversion, cell = notes.get((key, field), (None, None, None, None))
            position = positions.get((submission, part, field))
            if cell is None and position is not None:
                cell = (Position(position, line) if transposed else Position(line, position)).a1
            found[key, field] = Source(file, sheet, cell, state, text, conversion)
    return found
