"""From stored values to the cells they came from: file, sheet, A1 address, and what stood there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.model import CodeList, Dataset, FieldType
from pioneer_etl.transform.model import Value, ValueState
from pioneer_etl.warehouse.arrow import Column, staged
from pioneer_etl.warehouse.sql import quoted, records
from pioneer_etl.warehouse.values import Storer, code_labels, storer

if TYPE_CHECKING:
    import duckdb

# Submission, part and line: one record.
RecordRef: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class SourceCell:
    """One value and where it came from.

    `cell` is None for a value that no cell says (a constant of the layout, a column that the form lacks).
    `text` is what the cell said.  `value` is what was loaded; `corrected` tells what the county put in its place and
    why ("12 → 15：笔误（王科）"), None mostly.
    """

    submission_id: int
    part: int
    line: int
    field: str
    file: str
    sha256: str
    sheet: str
    cell: str | None
    text: str
    value: Value | None
    state: ValueState
    conversion: str | None
    township_code: str | None
    township: str | None
    period: str | None
    revision: int | None
    corrected: str | None = None


def source_cells(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    refs: Sequence[RecordRef],
    field: str,
    code_lists: Mapping[str, CodeList] | None = None,
) -> list[SourceCell]:
    """The cells of one field of many records, in the order of `refs`, with one query.

    With `code_lists` the text of a coded value is the word that stood there.  A record that does not exist is left
    out.  KeyError when the dataset has no such field.
    """
    if not refs:
        return []
    declared = dataset.field(field)
    store = storer(declared, code_labels(dataset, code_lists or {}).get(field))
    column = "place_code" if field == dataset.place_field else quoted(field)
    wanted: dict[str, Column] = {
        "number": ("int", range(len(refs))),
        "submission_id": ("int", [ref[0] for ref in refs]),
        "part": ("int", [ref[1] for ref in refs]),
        "line": ("int", [ref[2] for ref in refs]),
    }
    with staged(connection, wanted) as source:
        query = _QUERY.format(column=column, table=quoted(dataset.name), refs=source)
        found = records(connection, query, [field] * 3)
    cells = []
    for row in found:
        value, state, text, cell = row["value"], row["state"], row["text"], row["cell"]
        if cell is None and row["position"] is not None:
            line, position = row["line"], row["position"]
            cell = (Position(position, line) if row["transposed"] else Position(line, position)).a1
        if state is None:
            state = ValueState.ABSENT if value is None else _plain_state(value)
        if text is None:
            place = declared.type is FieldType.PLACE
            text = (row["place"] or value or "") if place else _plain(store, value)
        corrected = None
        if row["correction"] is not None:
            corrected = f"{row['before'] or ''} → {row['after'] or ''}：{row['reason']}（{row['who']}）"
        plain = {name: row[name] for name in _AS_STORED}
        cells.append(
            SourceCell(field=field, cell=cell, text=text, state=ValueState(state), corrected=corrected, **plain)
        )
    return cells


def _plain(store: Storer, value: Value | None) -> str:
    return "" if value is None else store(value)[1]


def _plain_state(value: Value) -> ValueState:
    number = not isinstance(value, (bool, str))
    return ValueState.ZERO if number and value == 0 else ValueState.VALUE


_AS_STORED = (
    *("submission_id", "part", "line", "value", "file", "sha256", "sheet", "conversion"),
    *("township_code", "township", "period", "revision"),
)

_QUERY = """
SELECT r.submission_id, r.part, r.line, d.{column} AS value, f.name AS file, f.sha256, p.sheet, p.transposed,
       m.position, n.cell, n.text, n.state, n.conversion, s.township_code, t.name AS township, s.period, s.revision,
       v.name AS place, c.id AS correction, c.before, c.after, c.reason, c.who
FROM {refs} r
JOIN store.{table} d ON d.submission_id = r.submission_id AND d.part = r.part AND d.line = r.line
JOIN main.submission s ON s.id = r.submission_id
JOIN main.file f ON f.sha256 = s.file_sha256
JOIN store.part p ON p.submission_id = r.submission_id AND p.part = r.part
LEFT JOIN main.org_unit t ON t.code = s.township_code
LEFT JOIN main.org_unit v ON v.code = d.place_code
LEFT JOIN store.column_map m ON m.submission_id = r.submission_id AND m.part = r.part AND m.field = ?
LEFT JOIN store.value_note n
    ON n.submission_id = r.submission_id AND n.part = r.part AND n.line = r.line AND n.field = ?
LEFT JOIN (
    FROM main.correction WHERE field = ?
    QUALIFY row_number() OVER (PARTITION BY submission_id, part, line ORDER BY id DESC) = 1
) c ON c.submission_id = r.submission_id AND c.part = r.part AND c.line = r.line
ORDER BY r.number
"""
