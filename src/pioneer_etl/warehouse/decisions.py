"""What people decide: findings explained or waived, forms returned or accepted, corrections.

Each is recorded with who and why, and in the audit; facts are never updated in place.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING

from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.model import Dataset, Period
from pioneer_etl.transform.model import Value
from pioneer_etl.warehouse import audit
from pioneer_etl.warehouse.lineage import RecordRef
from pioneer_etl.warehouse.model import STANDING
from pioneer_etl.warehouse.sql import quoted, rows, scalar
from pioneer_etl.warehouse.tables import mailed_datasets, make_views
from pioneer_etl.warehouse.views import sql_type

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts
    from pioneer_etl.contract.places import Places


def explain(connection: duckdb.DuckDBPyConnection, finding_id: int, *, who: str, why: str) -> None:
    """The township's explanation of a finding.  It holds for the figures found then, not for other ones."""
    _decide(connection, finding_id, "explained", who, why, None)


def waive(
    connection: duckdb.DuckDBPyConnection, finding_id: int, *, who: str, why: str, until: date | None = None
) -> None:
    """The county's waiver of a finding, to the day `until` (without one, for good), in later revisions too."""
    _decide(connection, finding_id, "waived", who, why, until)


def reopen(connection: duckdb.DuckDBPyConnection, finding_id: int, *, who: str, why: str) -> None:
    """Take an explanation or waiver back."""
    _decide(connection, finding_id, "open", who, why, None)


def answer(connection: duckdb.DuckDBPyConnection, answers: Mapping[str, str], who: str) -> None:
    """What a township says about findings, by their identities, inside of the caller's transaction.

    An open finding is explained by it; for one that is fixed it is kept as a remark; a waiver is the county's word and
    stands.  The same words once more change nothing unless the finding is open again.
    """
    for identity, why in answers.items():
        found = rows(connection, "SELECT id, state, found, why FROM finding WHERE identity = ?", [identity])
        if not found:
            audit.record(connection, "answer to nothing known", {"identity": identity, "why": why}, who)
            continue
        number, state, figure, before = found[0]
        if before == why and state != "open":
            continue
        last = rows(
            connection, "SELECT state FROM store.decision WHERE identity = ? ORDER BY id DESC LIMIT 1", [identity]
        )
        waived = state == "waived" or (state == "fixed" and last == [("waived",)])
        said = "explained" if state in ("open", "explained") else "remark"
        if not waived:
            connection.execute(
                "INSERT INTO store.decision SELECT nextval('decision_id'), ?, ?, ?, ?, NULL, ?, ?",
                [identity, said, who, why, datetime.now(), figure],
            )
        audit.record(connection, f"finding {said}", {"finding": number, "why": why, "until": ""}, who)


def _decide(
    connection: duckdb.DuckDBPyConnection, finding_id: int, state: str, who: str, why: str, until: date | None
) -> None:
    _require_words(who, why)
    found = rows(connection, "SELECT identity FROM store.finding WHERE id = ?", [finding_id])
    if not found:
        raise UsageError("finding.unknown", found=finding_id)
    (identity,) = found[0]
    now = rows(connection, "SELECT id, state, found FROM finding WHERE identity = ?", [identity])
    if now[0][1] == "fixed":
        raise UsageError("finding.fixed", found=finding_id)
    with transaction(connection):
        connection.execute(
            "INSERT INTO store.decision SELECT nextval('decision_id'), ?, ?, ?, ?, ?, ?, ?",
            [identity, state, who, why, until, datetime.now(), now[0][2]],
        )
        audit.record(connection, f"finding {state}", {"finding": now[0][0], "why": why, "until": str(until or "")}, who)


def set_status(connection: duckdb.DuckDBPyConnection, submission_id: int, status: str, *, who: str, why: str) -> None:
    """Mark a standing form as returned or accepted, or as loaded again.  Its figures count meanwhile."""
    _require_words(who, why)
    if status not in STANDING:
        raise UsageError("submission.no_status", found=status, expected=", ".join(STANDING))
    found = rows(connection, "SELECT status FROM submission WHERE id = ?", [submission_id])
    if not found or found[0][0] not in STANDING:
        raise UsageError("submission.not_standing", found=submission_id)
    with transaction(connection):
        connection.execute("UPDATE submission SET status = ? WHERE id = ?", [status, submission_id])
        audit.record(connection, f"submission {status}", {"submission": submission_id, "why": why}, who)


def settle_returned(connection: duckdb.DuckDBPyConnection, sha256: str, who: str) -> None:
    """Forms of a returned file that has come back with answers, and not with other figures, wait for nothing more.

    Inside of the caller's transaction.
    """
    found = rows(connection, "SELECT id FROM submission WHERE file_sha256 = ? AND status = 'returned'", [sha256])
    for (number,) in found:
        connection.execute("UPDATE submission SET status = 'loaded' WHERE id = ?", [number])
        audit.record(connection, "submission loaded", {"submission": number, "why": "answered"}, who)


def reasons_of(connection: duckdb.DuckDBPyConnection, status: str) -> dict[int, str]:
    """Why forms were given a status, by submission: what was said last."""
    found = rows(connection, "SELECT detail FROM audit WHERE action = ? ORDER BY id", [f"submission {status}"])
    return {said["submission"]: said["why"] for said in (json.loads(detail) for (detail,) in found)}


def record_of(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, places: Places, text: str, period: Period
) -> RecordRef:
    """The one standing record that a text names: "submission/part/line", or the place that it is about.

    UsageError when there is none, or several.
    """
    parts = text.split("/")
    if len(parts) == 3 and all(part.isdigit() for part in parts):
        return int(parts[0]), int(parts[1]), int(parts[2])
    unit = places.resolve(text, on=period.end).unit
    found = rows(
        connection,
        f"SELECT submission_id, part, line FROM main.{quoted(dataset.name)}"
        " WHERE period = ? AND coalesce(village_code, township_code) = ?",
        [period.text, unit.code if unit is not None else ""],
    )
    if len(found) != 1:
        raise UsageError("correction.not_one", found=text, count=len(found))
    number, part, line = found[0]
    return number, part, line


def correct(
    connection: duckdb.DuckDBPyConnection,
    contracts: Contracts,
    dataset: Dataset,
    record: RecordRef,
    field: str,
    after: Value | None,
    *,
    who: str,
    why: str,
) -> None:
    """Lay a value over one that was mailed; None blanks it.  It lapses when the township sends a revision.

    UsageError when there is no such standing record, or the field cannot hold the value.
    """
    import duckdb

    _require_words(who, why)
    if field == dataset.place_field:
        raise UsageError("correction.place", found=field)
    known = {each.name: each for each in dataset.fields}
    if field not in known:
        raise UsageError("correction.no_field", found=field, expected=", ".join(known))
    declared = known[field]
    before = rows(
        connection,
        f"SELECT CAST({quoted(field)} AS VARCHAR) FROM main.{quoted(dataset.name)}"
        " WHERE submission_id = ? AND part = ? AND line = ?",
        list(record),
    )
    if not before:
        raise UsageError("correction.no_record", found=" ".join(str(each) for each in record))
    try:
        kind = sql_type(declared)
        kept = scalar(connection, f"SELECT CAST(CAST(CAST(? AS VARCHAR) AS {kind}) AS VARCHAR)", [_text(after)])
    except duckdb.Error as error:
        raise UsageError("correction.unfit", found=str(after), expected=declared.type.value) from error
    with transaction(connection):
        connection.execute(
            "INSERT INTO correction SELECT nextval('correction_id'), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?",
            [dataset.name, *record, field, before[0][0], kept, why, who, datetime.now()],
        )
        make_views(connection, mailed_datasets(contracts))
        # The values may be personal: the audit names the place, the correction itself holds them.
        audit.record(connection, "correct", {"dataset": dataset.name, "record": list(record), "field": field}, who)


def _text(value: Value | None) -> str | None:
    return None if value is None else str(value)


def _require_words(who: str, why: str) -> None:
    if not who.strip() or not why.strip():
        raise UsageError("decision.no_words")


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of it, or nothing."""
    connection.execute("BEGIN")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
