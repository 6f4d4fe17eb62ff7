"""What the warehouse already knows of a file, so that the same bytes need not be read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pioneer_etl.contract.finding import Elsewhere, Finding, Severity
from pioneer_etl.contract.model import Label
from pioneer_etl.transform.model import CellAccount, CellUse
from pioneer_etl.warehouse.model import FileResult, SubmissionResult
from pioneer_etl.warehouse.sql import records, rows

if TYPE_CHECKING:
    import duckdb

_IN = ("loaded", "unchanged")


def known_files(connection: duckdb.DuckDBPyConnection, keys: Mapping[str, str]) -> dict[str, FileResult]:
    """What became of bytes before, by their hash; `keys` gives the reading key of each.  New ones are left out.

    A file that is in stays in, with the status "unchanged".  One that was quarantined or refused has the same
    answer again, unless it would now be read with something else (another key): then it is left out, too.
    """
    found = {
        sha256: (name, "unchanged" if status in _IN else status)
        for sha256, name, status, key in rows(
            connection,
            "SELECT sha256, name, status, reading_key FROM file WHERE list_contains(?, sha256)",
            [list(keys)],
        )
        if status in _IN or key == keys[sha256]
    }
    if not found:
        return {}
    hashes = list(found)
    submissions = _submissions(connection, hashes)
    accounts = _accounts(connection, hashes)
    findings = _findings(connection, hashes)
    return {
        sha256: FileResult(
            name=name,
            sha256=sha256,
            status=status,
            submissions=tuple(submissions.get(sha256, ())),
            accounts=tuple(accounts.get(sha256, ())),
            findings=tuple(findings.get(sha256, ())),
        )
        for sha256, (name, status) in found.items()
    }


def unread_key(name: str) -> str:
    """Stands in for the hash of a file whose content nobody saw."""
    return "unread-" + hashlib.sha256(name.encode()).hexdigest()[:32]


def _submissions(connection: duckdb.DuckDBPyConnection, hashes: list[str]) -> dict[str, list[SubmissionResult]]:
    found: dict[str, list[SubmissionResult]] = {}
    for sha256, *each in rows(
        connection,
        "SELECT s.file_sha256, s.id, s.dataset, s.township_code, o.name, s.period, s.revision, s.records, s.layout,"
        " s.status, s.supersedes FROM submission s LEFT JOIN org_unit o ON o.code = s.township_code"
        " WHERE list_contains(?, s.file_sha256) AND (s.revision IS NOT NULL OR s.status = 'quarantined')"
        " ORDER BY s.id",
        [hashes],
    ):
        found.setdefault(sha256, []).append(SubmissionResult(*each))
    return found


def _accounts(connection: duckdb.DuckDBPyConnection, hashes: list[str]) -> dict[str, list[CellAccount]]:
    found: dict[str, list[CellAccount]] = {}
    for each in records(connection, _ACCOUNTS, [hashes]):
        uses = {use: each[use.value] for use in CellUse if each[use.value]}
        found.setdefault(each["file_sha256"], []).append(CellAccount(each["sheet"], each["counted"], uses))
    return found


def _findings(connection: duckdb.DuckDBPyConnection, hashes: list[str]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for each in records(connection, _FINDINGS, [hashes]):
        found.setdefault(each["file_sha256"], []).append(finding_of(each))
    return found


_ACCOUNTS = """
SELECT t.* FROM cell_account t SEMI JOIN file f ON f.sha256 = t.file_sha256 AND f.reading = t.reading
WHERE list_contains(?, t.file_sha256) ORDER BY t.rowid
"""
# What was found about a form holds as long as the form does, though the file was read again for another of its forms.
_FINDINGS = """
SELECT t.* FROM store.finding t
JOIN file f ON f.sha256 = t.file_sha256
LEFT JOIN submission s ON s.id = t.submission_id
WHERE list_contains(?, t.file_sha256) AND NOT t.between_forms AND (f.reading = t.reading OR s.status <> 'superseded')
ORDER BY t.id
"""


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
        elsewhere=tuple(
            Elsewhere(**{**each, "title": Label(**each["title"]), "cells": tuple(each["cells"])})
            for each in json.loads(row["elsewhere"] or "[]")
        ),
    )
