"""What the warehouse already knows of a file, so that the same bytes need not be read again."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from pioneer_etl.contract.finding import Finding, Severity
from pioneer_etl.transform.model import CellAccount, CellUse
from pioneer_etl.warehouse.model import FileResult, SubmissionResult
from pioneer_etl.warehouse.sql import records, rows

if TYPE_CHECKING:
    import duckdb

_IN = ("loaded", "unchanged")


def known_file(connection: duckdb.DuckDBPyConnection, sha256: str, reading_key: str) -> FileResult | None:
    """What became of these bytes before; None when they are new or worth reading again.

    A file that is in stays in, with the status "unchanged".  One that was quarantined or refused has the same
    answer again, unless it would now be read with something else (`reading_key`).
    """
    found = rows(connection, "SELECT name, status, reading_key, reading FROM file WHERE sha256 = ?", [sha256])
    if not found:
        return None
    name, status, key, reading = found[0]
    if status not in _IN and key != reading_key:
        return None
    return FileResult(
        name=name,
        sha256=sha256,
        status="unchanged" if status in _IN else status,
        submissions=_submissions(connection, sha256),
        accounts=_accounts(connection, sha256, reading),
        findings=_findings(connection, sha256, reading),
    )


def unread_key(name: str) -> str:
    """Stands in for the hash of a file whose content nobody saw."""
    return "unread-" + hashlib.sha256(name.encode()).hexdigest()[:32]


def _submissions(connection: duckdb.DuckDBPyConnection, sha256: str) -> tuple[SubmissionResult, ...]:
    found = rows(
        connection,
        "SELECT s.id, s.dataset, s.township_code, o.name, s.period, s.revision, s.records, s.layout, s.status,"
        " s.supersedes FROM submission s LEFT JOIN org_unit o ON o.code = s.township_code"
        " WHERE s.file_sha256 = ? AND (s.revision IS NOT NULL OR s.status = 'quarantined') ORDER BY s.id",
        [sha256],
    )
    return tuple(SubmissionResult(*each) for each in found)


def _accounts(connection: duckdb.DuckDBPyConnection, sha256: str, reading: int) -> tuple[CellAccount, ...]:
    found = records(connection, "FROM cell_account WHERE file_sha256 = ? AND reading = ?", [sha256, reading])
    return tuple(
        CellAccount(each["sheet"], each["counted"], {use: each[use.value] for use in CellUse if each[use.value]})
        for each in found
    )


def _findings(connection: duckdb.DuckDBPyConnection, sha256: str, reading: int) -> tuple[Finding, ...]:
    found = records(
        connection, "FROM store.finding WHERE file_sha256 = ? AND reading = ? ORDER BY id", [sha256, reading]
    )
    return tuple(finding_of(each) for each in found)


def finding_of(row: dict[str, Any]) -> Finding:
    """A stored row as the finding that it was."""
    return Finding(
        code=row["code"],
        severity=Severity(row["severity"]),
        sheet=row["sheet"],
        cells=tuple(row["cells"].split()),
        arguments=json.loads(row["arguments"]),
        rule=row["rule"],
        expected=row["expected"],
        found=row["found"],
        quarantines=row["quarantines"],
    )
