"""What the warehouse knows, in answers that a command prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from pioneer_etl.contract.address import runs
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.finding import Finding
from pioneer_etl.contract.period import parse_period
from pioneer_etl.transform.model import CellAccount, CellUse
from pioneer_etl.warehouse.known import finding_of
from pioneer_etl.warehouse.model import STANDING
from pioneer_etl.warehouse.sql import literals, records, rows

if TYPE_CHECKING:
    import duckdb

_STANDING = literals(STANDING)


@dataclass(frozen=True, slots=True)
class StatusRow:
    """What one township has done about one dataset for one period.

    `status` is missing, late (missing past the due date), loaded, accepted, returned, or quarantined (the last that
    came could not be loaded; `revision` then tells what stands meanwhile).  `first_received` is when its first form
    came, whatever became of it, and `in_time` whether that was by the due date; None where nothing is due or nothing
    came.  `errors` and `warnings` count findings that are neither fixed, explained nor waived.
    """

    dataset: str
    period: str
    township_code: str
    township: str
    status: str
    revision: int | None
    submission_id: int | None
    records: int | None
    received: datetime | None
    due: date | None
    errors: int
    warnings: int
    first_received: datetime | None = None

    @property
    def in_time(self) -> bool | None:
        if self.due is None or self.first_received is None:
            return None
        return self.first_received.date() <= self.due

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {name: _plain(getattr(self, name)) for name in (*self.__slots__, "in_time")}


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as it stands: `state` is open, fixed, explained or waived; who said so, why and until when."""

    id: int
    identity: str
    finding: Finding
    state: str
    dataset: str | None
    township_code: str | None
    township: str | None
    period: str | None
    submission_id: int | None
    file: str
    who: str | None
    why: str | None
    until: date | None
    made_at: datetime
    between_forms: bool = False
    file_sha256: str = ""

    @property
    def place(self) -> str:
        """File, sheet and cells, as far as they are known."""
        sheet = f" [{self.finding.sheet}]" if self.finding.sheet else ""
        cells = f" {' '.join(runs(self.finding.cells))}" if self.finding.cells else ""
        return f"{self.file}{sheet}{cells}"

    def as_dict(self, language: Language = "zh") -> dict[str, Any]:
        """Plain values for JSON."""
        said = self.finding
        return {
            "id": self.id,
            "code": said.code,
            "severity": said.severity.value,
            "state": self.state,
            "rule": said.rule,
            "dataset": self.dataset,
            "township": self.township,
            "period": self.period,
            "submission": self.submission_id,
            "file": self.file,
            "sheet": said.sheet,
            "cell": said.cells[0] if said.cells else None,
            "cells": list(said.cells),
            "elsewhere": [
                {"submission": each.submission_id, "file": each.file, "sheet": each.sheet, "cells": list(each.cells)}
                for each in said.elsewhere
            ],
            "message": said.message(language),
            "remedy": said.remedy(language),
            "expected": said.expected,
            "found": said.found,
            "who": self.who,
            "why": self.why,
            "until": _plain(self.until),
        }


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """One submission, standing or not."""

    id: int
    dataset: str
    township_code: str | None
    township: str | None
    period: str | None
    revision: int | None
    supersedes: int | None
    status: str
    records: int
    file: str
    sha256: str
    layout: str
    plugin: str
    filler: str | None
    received: datetime
    loaded_at: datetime

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {name: _plain(getattr(self, name)) for name in self.__slots__}


def status(
    connection: duckdb.DuckDBPyConnection, period: str | None = None, today: date | None = None
) -> tuple[StatusRow, ...]:
    """Every township × dataset for a period (canonical text); without one, each dataset's latest.

    A dataset is due in a period when `expected` says so or anybody has sent it; where `expected` does not say from
    whom, every township that stands on its last day owes it.
    """
    return tuple(
        _status_row(dataset, when, row, today or date.today())
        for dataset, when in _due(connection, period)
        for row in rows(
            connection,
            _STATUS,
            {"dataset": dataset, "period": when, "day": _end(when)[0] if parse_period(when) else None},
        )
    )


def _due(connection: duckdb.DuckDBPyConnection, period: str | None) -> list[tuple[str, str]]:
    """The datasets and periods that a status is about."""
    pairs: list[tuple[str, str]] = rows(
        connection,
        "SELECT dataset, period FROM submission WHERE period IS NOT NULL UNION SELECT dataset, period FROM expected"
        " ORDER BY ALL",
    )
    if period is not None:
        return [pair for pair in pairs if pair[1] == period]
    latest: dict[str, str] = {}
    for dataset, when in pairs:
        if dataset not in latest or _end(when) > _end(latest[dataset]):
            latest[dataset] = when
    return list(latest.items())


def _end(text: str) -> tuple[date, str]:
    period = parse_period(text)
    return (period.end if period is not None else date.min, text)


_STATUS = f"""
WITH owing AS (
    SELECT township_code AS code, due FROM expected WHERE dataset = $dataset AND period = $period
), town AS (
    SELECT o.code, o.name, w.due
    FROM org_unit o LEFT JOIN owing w ON w.code = o.code
    WHERE o.level = 'township'
      AND (w.code IS NOT NULL OR NOT EXISTS (FROM owing)
           AND ($day IS NULL OR coalesce(o.valid_from <= $day, true) AND coalesce(o.valid_to >= $day, true)))
    UNION
    -- Whoever sent it without owing it.
    SELECT o.code, o.name, NULL FROM org_unit o
    WHERE o.code IN (SELECT township_code FROM submission WHERE dataset = $dataset AND period = $period)
      AND o.code NOT IN (SELECT code FROM owing)
), sent AS (
    SELECT township_code,
           min(received) AS first,
           max(id) FILTER (status IN ({_STANDING})) AS standing,
           max(id) FILTER (status = 'quarantined') AS held_back
    FROM submission WHERE dataset = $dataset AND period = $period GROUP BY ALL
), doubt AS (
    SELECT submission_id,
           count(*) FILTER (severity = 'error') AS errors,
           count(*) FILTER (severity = 'warning') AS warnings
    FROM finding WHERE state = 'open' GROUP BY ALL
)
SELECT town.code, town.name, town.due, sent.first, s.status, s.revision, s.id, s.records, s.received, q.id, q.received,
       coalesce(d.errors, 0), coalesce(d.warnings, 0), coalesce(e.errors, 0), coalesce(e.warnings, 0)
FROM town
LEFT JOIN sent ON sent.township_code = town.code
LEFT JOIN submission s ON s.id = sent.standing
LEFT JOIN submission q ON q.id = sent.held_back
LEFT JOIN doubt d ON d.submission_id = s.id
LEFT JOIN doubt e ON e.submission_id = q.id
ORDER BY town.code
"""


def _status_row(dataset: str, period: str, row: Sequence[Any], today: date) -> StatusRow:
    code, name, due, first, standing, revision, number, count, received, held, held_received, *doubts = row
    errors, warnings, held_errors, held_warnings = doubts
    if held is not None:
        word = "quarantined"
        number, received, errors, warnings = held, held_received, errors + held_errors, warnings + held_warnings
    elif standing is not None:
        word = standing
    else:
        word = "late" if due is not None and due < today else "missing"
    return StatusRow(dataset, period, code, name, word, revision, number, count, received, due, errors, warnings, first)


def findings(
    connection: duckdb.DuckDBPyConnection,
    *,
    severity: str | None = None,
    code: str | None = None,
    state: str | None = None,
    township_code: str | None = None,
    dataset: str | None = None,
    period: str | None = None,
    submission_id: int | None = None,
    file_sha256: str | None = None,
) -> tuple[FindingRow, ...]:
    """The findings that match every filter given, errors first."""
    where, values = _conditions(
        {
            "f.severity": severity,
            "f.code": code,
            "f.state": state,
            "f.township_code": township_code,
            "f.dataset": dataset,
            "f.period": period,
            "f.submission_id": submission_id,
            "f.file_sha256": file_sha256,
        }
    )
    found = records(
        connection,
        "SELECT f.*, o.name AS township FROM finding f LEFT JOIN org_unit o ON o.code = f.township_code"
        f" {where} ORDER BY list_position(['error', 'warning', 'note'], f.severity), f.township_code, f.id",
        values,
    )
    names = [name for name in FindingRow.__slots__ if name != "finding"]
    return tuple(FindingRow(finding=finding_of(each), **{name: each[name] for name in names}) for each in found)


def submissions(
    connection: duckdb.DuckDBPyConnection,
    *,
    dataset: str | None = None,
    township_code: str | None = None,
    period: str | None = None,
    status: str | None = None,
) -> tuple[SubmissionRow, ...]:
    """The submissions that match every filter given, the oldest first."""
    where, values = _conditions(
        {"s.dataset": dataset, "s.township_code": township_code, "s.period": period, "s.status": status}
    )
    found = records(
        connection,
        "SELECT s.id, s.dataset, s.township_code, o.name AS township, s.period, s.revision, s.supersedes, s.status,"
        " s.records, f.name AS file, f.sha256, s.layout, s.plugin, s.filler, s.received, s.loaded_at"
        " FROM submission s JOIN file f ON f.sha256 = s.file_sha256"
        f" LEFT JOIN org_unit o ON o.code = s.township_code {where} ORDER BY s.id",
        values,
    )
    return tuple(SubmissionRow(**each) for each in found)


def accounts(connection: duckdb.DuckDBPyConnection, file_sha256: str | None = None) -> dict[str, list[CellAccount]]:
    """The account of cells of each file's last reading, sheet by sheet, by the file's hash."""
    where, values = _conditions({"a.file_sha256": file_sha256})
    found: dict[str, list[CellAccount]] = {}
    for each in records(
        connection,
        "SELECT a.* FROM cell_account a JOIN file f ON f.sha256 = a.file_sha256 AND f.reading = a.reading"
        f" {where} ORDER BY f.read_at, a.rowid",
        values,
    ):
        uses = {use: each[use.value] for use in CellUse if each[use.value]}
        found.setdefault(each["file_sha256"], []).append(CellAccount(each["sheet"], each["counted"], uses))
    return found


def periods(connection: duckdb.DuckDBPyConnection, dataset: str | None = None) -> tuple[str, ...]:
    """The periods of which anything stands, the earliest first."""
    where, values = _conditions({"dataset": dataset})
    joined = f"{where} AND" if where else "WHERE"
    found = rows(connection, f"SELECT DISTINCT period FROM submission {joined} status IN ({_STANDING})", values)
    return tuple(sorted((period for (period,) in found), key=_end))


def _conditions(filters: Mapping[str, Any]) -> tuple[str, list[Any]]:
    given = {name: value for name, value in filters.items() if value is not None}
    if not given:
        return "", []
    return "WHERE " + " AND ".join(f"{name} = ?" for name in given), list(given.values())


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value
