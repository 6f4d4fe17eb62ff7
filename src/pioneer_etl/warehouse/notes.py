"""The county's own notes in the warehouse: what came by telephone lies over the record of the form that it is about."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pioneer_etl.contract.address import parse_range
from pioneer_etl.contract.model import Dataset
from pioneer_etl.transform.model import ValueState
from pioneer_etl.warehouse.lineage import RecordRef
from pioneer_etl.warehouse.model import STANDING
from pioneer_etl.warehouse.plan import Plan, PlannedSubmission
from pioneer_etl.warehouse.sql import literals, quoted, rows
from pioneer_etl.warehouse.tables import mailed_datasets, make_views

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts

BY_TELEPHONE = "电话报送（报送编号 "  # how the reason of a correction begins that a note made


def lay_over(connection: duckdb.DuckDBPyConnection, contracts: Contracts, plan: Plan, now: datetime) -> None:
    """Lay each note of a plan over the record with its key, where one stands; else it stands by itself.

    Inside of the caller's transaction.  What was entered for a record that was entered before lies over that.
    """
    noted = [each for file in plan.files for each in file.submissions if each.status == "entered"]
    laid = [_lay(connection, contracts, each, now) for each in noted]
    if any(laid):
        make_views(connection, mailed_datasets(contracts))


def _lay(connection: duckdb.DuckDBPyConnection, contracts: Contracts, note: PlannedSubmission, now: datetime) -> bool:
    dataset = note.submission.dataset
    base = standing_record(connection, dataset, note)
    if base is None:
        return False
    (record,) = note.submission.records
    entered = [
        each.name
        for each in dataset.fields
        if each.name not in dataset.key
        and each.name != dataset.place_field
        and record.values[each.name].state is not ValueState.ABSENT
    ]
    reason = f"{BY_TELEPHONE}{note.id}）"
    who = note.submission.filler or "—"
    for name in entered:
        connection.execute(
            "INSERT INTO correction SELECT nextval('correction_id'), ?, ?, ?, ?, ?,"
            f" (SELECT CAST({quoted(name)} AS VARCHAR) FROM main.{quoted(dataset.name)}"
            "  WHERE submission_id = ? AND part = ? AND line = ?),"
            f" (SELECT CAST({quoted(name)} AS VARCHAR) FROM store.{quoted(dataset.name)} WHERE submission_id = ?),"
            " ?, ?, ?",
            [dataset.name, *base, name, *base, note.id, reason, who, now],
        )
    connection.execute("UPDATE submission SET status = 'overlay' WHERE id = ?", [note.id])
    _settle(connection, note, base, entered, now)
    return bool(entered)


def _settle(
    connection: duckdb.DuckDBPyConnection, note: PlannedSubmission, base: RecordRef, entered: list[str], now: datetime
) -> None:
    """What a check found in the record that the note lies over, and no longer finds in the two together, is fixed."""
    number, part, line = base
    failing = {each.rule or each.code for each in note.submission.findings}
    positions = {
        position
        for name, position in rows(
            connection,
            "SELECT field, position FROM store.column_map WHERE submission_id = ? AND part = ?",
            [number, part],
        )
        if name in entered
    }
    found = rows(
        connection,
        "SELECT f.id, coalesce(f.rule, f.code), f.cells, p.transposed FROM store.finding f"
        " JOIN store.part p ON p.submission_id = f.submission_id AND p.sheet = f.sheet"
        " WHERE f.submission_id = ? AND p.part = ? AND starts_with(f.code, 'check.')"
        " AND NOT f.between_forms AND f.gone_at IS NULL",
        [number, part],
    )
    gone = []
    for each, rule, cells, transposed in found:
        ranges = [parse_range(one) for one in cells.split()]
        lines = {(one.left, one.right) if transposed else (one.top, one.bottom) for one in ranges}
        touched = {one.top if transposed else one.left for one in ranges} & positions
        if lines == {(line, line)} and touched and rule not in failing:
            gone.append(each)
    connection.execute("UPDATE store.finding SET gone_at = ? WHERE list_contains(?, id)", [now, gone])


def standing_record(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, note: PlannedSubmission
) -> RecordRef | None:
    """The record of the township's form, or one entered before, that has the key of a note's."""
    names = [name for name in dataset.key if name != dataset.place_field]
    same = "".join(f" AND f.{quoted(name)} IS NOT DISTINCT FROM n.{quoted(name)}" for name in names)
    found = rows(
        connection,
        f"SELECT f.submission_id, f.part, f.line FROM store.{quoted(dataset.name)} f"
        f" JOIN submission s ON s.id = f.submission_id AND s.status IN ({literals((*STANDING, 'entered'))})"
        f" JOIN store.{quoted(dataset.name)} n ON n.submission_id = ?"
        " JOIN submission m ON m.id = n.submission_id"
        " WHERE s.township_code = m.township_code AND s.period = m.period AND f.submission_id <> n.submission_id"
        f" AND f.place_code IS NOT DISTINCT FROM n.place_code{same} ORDER BY ALL LIMIT 1",
        [note.id],
    )
    return found[0] if found else None
