"""One file into the warehouse, in one transaction: all of it or nothing.

What is there already decides what becomes of a submission:

    nothing for its township, dataset and period   loaded, revision 1
    the same records with the same findings        unchanged, nothing is written
    anything else                                  loaded, revision n+1, superseding the one that stood
    a quarantining finding                         quarantined: its findings are kept, its records are not
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pioneer_etl.contract.errors import Location, WarehouseError
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.transform.model import CellAccount, CellUse, Submission
from pioneer_etl.warehouse import audit
from pioneer_etl.warehouse.arrow import Column, insert
from pioneer_etl.warehouse.columns import Prepared, code_labels, prepare
from pioneer_etl.warehouse.identity import finding_identities
from pioneer_etl.warehouse.known import known_file, unread_key
from pioneer_etl.warehouse.model import STANDING, FileResult, LoadedFile, SubmissionResult
from pioneer_etl.warehouse.originals import keep_original
from pioneer_etl.warehouse.sql import literal, quoted, rows, scalar
from pioneer_etl.warehouse.tables import mailed_datasets

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts

_STANDING = ", ".join(literal(status) for status in STANDING)
# Findings that loading itself adds; they say nothing about the form's content.
_OF_LOADING = frozenset(("submission.twice_in_batch", "submission.older_in_batch"))


@dataclass(frozen=True, slots=True)
class Target:
    """Where files are loaded: the connection, the contracts it follows, where originals are kept (None: nowhere), the
    batch, and who does it."""

    connection: duckdb.DuckDBPyConnection
    contracts: Contracts
    originals: Path | None
    batch: int
    who: str


@dataclass(frozen=True, slots=True)
class _Former:
    """The submission that stands for a township, dataset and period."""

    id: int
    revision: int
    content: str
    received: datetime
    batch: int
    records: int
    file: str


def load_file(target: Target, file: LoadedFile) -> FileResult:
    """Load one file; what became of it.  Nothing is left behind when this raises."""
    if not file.sha256:
        return _load_unread(target, file)
    known = known_file(target.connection, file.sha256, file.reading_key)
    if known is not None:
        return replace(known, name=file.name)
    if file.data is not None and target.originals is not None:
        keep_original(target.originals, file, target.batch)
    return _in_transaction(target, file)


def _load_unread(target: Target, file: LoadedFile) -> FileResult:
    """A file that could not be opened: there is no content to know it by, so its name and reason must do."""
    named = replace(file, sha256=unread_key(file.name))
    known = known_file(target.connection, named.sha256, file.reading_key)
    if known is None or [each.code for each in known.findings] != [each.code for each in file.findings]:
        known = _in_transaction(target, named)
    return replace(known, name=file.name, sha256="")


def _in_transaction(target: Target, file: LoadedFile) -> FileResult:
    connection = target.connection
    connection.execute("BEGIN")
    try:
        result = _Loading(target, file).run()
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return result


class _Loading:
    """The steps of one file's transaction, which share the file, its reading number and the time."""

    def __init__(self, target: Target, file: LoadedFile) -> None:
        self.target = target
        self.connection = target.connection
        self.file = file
        self.now = datetime.now()
        former = scalar(self.connection, "SELECT max(reading) FROM file WHERE sha256 = ?", [file.sha256])
        self.reading = (former or 0) + 1

    def run(self) -> FileResult:
        file = self.file
        if self.reading > 1:
            # Read again with better layouts: what was quarantined then is told anew now.
            self.connection.execute(
                "UPDATE submission SET status = 'superseded' WHERE file_sha256 = ? AND status = 'quarantined'",
                [file.sha256],
            )
        submissions = _mark_twins(file.submissions)
        results: list[SubmissionResult] = []
        # What could not be opened under this name has now come in full: its refusal is no longer open.
        self.connection.execute(
            "UPDATE file SET reading = reading + 1 WHERE sha256 = ? AND sha256 <> ?",
            [unread_key(file.name), file.sha256],
        )
        findings = list(file.findings)
        for submission in submissions:
            result, found = self._load(submission)
            results.append(result)
            findings.extend(found)
        # A form that was only saved again has no row of its own: what is said of it stands with the file.
        resaved = [each for each in findings if each.code == "submission.same_records"]
        self._write_findings([*file.findings, *resaved], None, None)
        status = self._status(results)
        self._write_file(status)
        self._write_accounts()
        audit.record(
            self.connection,
            "load",
            {
                "file": file.name,
                "sha256": file.sha256,
                "status": status,
                "submissions": [f"{each.id} {each.status}" for each in results],
            },
            self.target.who,
        )
        return FileResult(file.name, file.sha256, status, tuple(results), file.accounts, tuple(findings))

    def _load(self, submission: Submission) -> tuple[SubmissionResult, tuple[Finding, ...]]:
        dataset = mailed_datasets(self.target.contracts).get(submission.dataset.name)
        if dataset is None or dataset.fields != submission.dataset.fields:
            raise WarehouseError(
                "warehouse.other_contract", Location(file=self.file.name), found=submission.dataset.name
            )
        prepared = prepare(submission, code_labels(dataset, self.target.contracts.code_lists))
        if prepared.unfit:
            submission = replace(submission, findings=submission.findings + prepared.unfit)
        if submission.quarantined or submission.township is None or submission.period is None:
            return self._write(submission, prepared, "quarantined", None, None), submission.findings
        former = self._former(submission)
        if former is None:
            revision = self._last_revision(submission) + 1
            return self._write(submission, prepared, "loaded", revision, None), submission.findings
        if former.content == prepared.content and self._same_findings(submission, former.id):
            return self._result(submission, former.id, former.revision, "unchanged", None), (
                finding("submission.same_records", file=self.file.name, found=former.file, expected=former.revision),
            )
        status = "loaded"
        if former.batch == self.target.batch:
            older = self.file.received < former.received
            code = "submission.older_in_batch" if older else "submission.twice_in_batch"
            said = finding(code, file=self.file.name, found=former.file, expected=former.revision)
            submission = replace(submission, findings=(*submission.findings, said))
            status = "superseded" if older else "loaded"
        revision = self._last_revision(submission) + 1
        supersedes = former.id if status == "loaded" else None
        return self._write(submission, prepared, status, revision, supersedes), submission.findings

    def _former(self, submission: Submission) -> _Former | None:
        found = rows(
            self.connection,
            "SELECT s.id, s.revision, s.content, s.received, s.batch, s.records, f.name FROM submission s"
            " JOIN file f ON f.sha256 = s.file_sha256"
            " WHERE s.dataset = ? AND s.township_code = ? AND s.period = ?"
            f" AND s.status IN ({_STANDING}) ORDER BY s.id DESC LIMIT 1",
            _triple(submission),
        )
        return _Former(*found[0]) if found else None

    def _last_revision(self, submission: Submission) -> int:
        found: int | None = scalar(
            self.connection,
            "SELECT max(revision) FROM submission WHERE dataset = ? AND township_code = ? AND period = ?",
            _triple(submission),
        )
        return found or 0

    def _same_findings(self, submission: Submission, former: int) -> bool:
        """Whether the form that stands had the same doubts: a corrected total alone is a revision too."""
        before = {
            identity
            for identity, code in rows(
                self.connection, "SELECT identity, code FROM store.finding WHERE submission_id = ?", [former]
            )
            if code not in _OF_LOADING
        }
        now = finding_identities(submission.findings, self.file.sha256, self.file.name, submission)
        return before == set(now)

    def _write(
        self,
        submission: Submission,
        prepared: Prepared,
        status: str,
        revision: int | None,
        supersedes: int | None,
    ) -> SubmissionResult:
        number: int = scalar(self.connection, "SELECT nextval('submission_id')")
        if status == "loaded":
            # One form stands; those of the same form that were quarantined are answered by it.
            self.connection.execute(
                "UPDATE submission SET status = 'superseded' WHERE dataset = ? AND township_code = ? AND period = ?"
                f" AND status IN ({_STANDING}, 'quarantined')",
                _triple(submission),
            )
        township, period = submission.township, submission.period
        self.connection.execute(
            "INSERT INTO submission VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                number,
                submission.dataset.name,
                township.code if township else None,
                period.text if period else None,
                period.start if period else None,
                period.end if period else None,
                period.year if period else None,
                revision,
                supersedes,
                self.file.sha256,
                submission.layout,
                self._plugins(submission),
                submission.filler,
                status,
                len(submission.records),
                prepared.content,
                self.file.received,
                self.now,
                self.target.batch,
            ],
        )
        self._write_findings(submission.findings, submission, number)
        if status != "quarantined":
            self._write_records(submission, prepared, number)
        return self._result(submission, number, revision, status, supersedes)

    def _write_records(self, submission: Submission, prepared: Prepared, number: int) -> None:
        own = {"submission_id": str(number)}
        insert(self.connection, f"store.{quoted(submission.dataset.name)}", prepared.facts, own)
        insert(self.connection, "store.value_note", prepared.notes.columns(), own)
        parts = submission.parts
        insert(
            self.connection,
            "store.part",
            {
                "part": ("int", list(range(len(parts)))),
                "sheet": ("text", [each.sheet for each in parts]),
                "table_index": ("int", [each.table_index for each in parts]),
                "layout": ("text", [each.layout for each in parts]),
                "transposed": ("bool", [each.transposed for each in parts]),
            },
            own,
        )
        mapped = [(index, name, at) for index, each in enumerate(parts) for name, at in each.column_map.items()]
        insert(
            self.connection,
            "store.column_map",
            {
                "part": ("int", [each[0] for each in mapped]),
                "field": ("text", [each[1] for each in mapped]),
                "position": ("int", [each[2] for each in mapped]),
            },
            own,
        )

    def _write_findings(self, findings: Sequence[Finding], submission: Submission | None, number: int | None) -> None:
        identities = finding_identities(findings, self.file.sha256, self.file.name, submission)
        count = len(findings)
        township = submission.township.code if submission and submission.township else None
        period = submission.period.text if submission and submission.period else None
        insert(
            self.connection,
            "store.finding",
            {
                "identity": ("text", identities),
                "file_sha256": ("text", [self.file.sha256] * count),
                "submission_id": ("int", [number] * count),
                "code": ("text", [each.code for each in findings]),
                "rule": ("text", [each.rule for each in findings]),
                "severity": ("text", [each.severity.value for each in findings]),
                "quarantines": ("bool", [each.quarantines for each in findings]),
                "dataset": ("text", [submission.dataset.name if submission else None] * count),
                "township_code": ("text", [township] * count),
                "period": ("text", [period] * count),
                "sheet": ("text", [each.sheet for each in findings]),
                "cells": ("text", [" ".join(each.cells) for each in findings]),
                "arguments": ("text", [json.dumps(dict(each.arguments), ensure_ascii=False) for each in findings]),
                "expected": ("text", [each.expected for each in findings]),
                "found": ("text", [each.found for each in findings]),
            },
            {"id": "nextval('finding_id')", "reading": str(self.reading), "made_at": f"TIMESTAMP '{self.now}'"},
        )

    def _write_file(self, status: str) -> None:
        file = self.file
        size = len(file.data) if file.data is not None else 0
        if self.reading > 1:
            self.connection.execute(
                "UPDATE file SET read_at = ?, batch = ?, reading = ?, reading_key = ?, status = ? WHERE sha256 = ?",
                [self.now, self.target.batch, self.reading, file.reading_key, status, file.sha256],
            )
            return
        self.connection.execute(
            "INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                file.sha256,
                file.name,
                size,
                file.received,
                self.now,
                self.target.batch,
                self.reading,
                file.reading_key,
                status,
            ],
        )

    def _write_accounts(self) -> None:
        accounts: Sequence[CellAccount] = self.file.accounts
        count = len(accounts)
        columns: dict[str, Column] = {
            "file_sha256": ("text", [self.file.sha256] * count),
            "sheet": ("text", [each.sheet for each in accounts]),
            "counted": ("int", [each.counted for each in accounts]),
        }
        for use in CellUse:
            columns[use.value] = ("int", [each.uses.get(use, 0) for each in accounts])
        insert(self.connection, "cell_account", columns, {"reading": str(self.reading)})

    def _status(self, results: Sequence[SubmissionResult]) -> str:
        if self.file.refused:
            return "refused"
        statuses = {each.status for each in results}
        if "quarantined" in statuses or not results or any(each.quarantines for each in self.file.findings):
            return "quarantined"
        return "unchanged" if statuses == {"unchanged"} else "loaded"

    def _plugins(self, submission: Submission) -> str:
        layouts = dict.fromkeys(part.layout for part in submission.parts)
        return "+".join(dict.fromkeys(self.file.plugins.get(layout, "") for layout in layouts)).strip("+")

    def _result(
        self, submission: Submission, number: int, revision: int | None, status: str, supersedes: int | None
    ) -> SubmissionResult:
        township, period = submission.township, submission.period
        return SubmissionResult(
            id=number,
            dataset=submission.dataset.name,
            township_code=township.code if township else None,
            township=township.name if township else None,
            period=period.text if period else None,
            revision=revision,
            records=len(submission.records),
            layout=submission.layout,
            status=status,
            supersedes=supersedes,
        )


def _triple(submission: Submission) -> list[str]:
    assert submission.township is not None
    assert submission.period is not None
    return [submission.dataset.name, submission.township.code, submission.period.text]


def _mark_twins(submissions: Sequence[Submission]) -> tuple[Submission, ...]:
    """Two forms for one township, dataset and period in one file: nobody can say which holds, so none is loaded."""
    claims = Counter(tuple(_triple(each)) for each in submissions if each.township and each.period)
    marked = []
    for each in submissions:
        if each.township and each.period and not each.quarantined and claims[tuple(_triple(each))] > 1:
            sheets = "、".join(dict.fromkeys(part.sheet for part in each.parts))
            said = finding("submission.twice_in_file", found=each.dataset.title.zh, sheets=sheets)
            each = replace(each, findings=(*each.findings, said))
        marked.append(each)
    return tuple(marked)
