"""A plan into the tables: one insert a table, whatever the number of files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pioneer_etl.contract.finding import Finding
from pioneer_etl.transform.model import CellUse, Submission
from pioneer_etl.warehouse import audit
from pioneer_etl.warehouse.arrow import Column, Kind, insert
from pioneer_etl.warehouse.plan import Plan, PlannedFile, PlannedSubmission
from pioneer_etl.warehouse.sql import quoted

if TYPE_CHECKING:
    import duckdb


def write_plan(connection: duckdb.DuckDBPyConnection, plan: Plan, batch: int, who: str, now: datetime) -> None:
    """Write all of it, inside of the caller's transaction."""
    if plan.superseded:
        connection.execute("UPDATE submission SET status = 'superseded' WHERE list_contains(?, id)", [plan.superseded])
    if plan.closed:
        # A reading more than the one its findings belong to: they are no longer open.
        connection.execute("UPDATE file SET reading = reading + 1 WHERE list_contains(?, sha256)", [plan.closed])
    if plan.replaced:
        # What was wrong with such a file as a whole, or with a form that did not say whose it is, is said of the new.
        connection.execute(
            "UPDATE store.finding SET gone_at = ? WHERE submission_id IS NULL AND list_contains(?, file_sha256)",
            [now, plan.replaced],
        )
        connection.execute(
            "UPDATE submission SET status = 'superseded' WHERE status = 'quarantined'"
            " AND (township_code IS NULL OR period IS NULL) AND list_contains(?, file_sha256)",
            [plan.replaced],
        )
    _write_files(connection, plan.files, batch, now)
    _write_accounts(connection, plan.files)
    _write_submissions(connection, plan.files, batch, now)
    _write_findings(connection, plan.files, now)
    _write_records(connection, [each for file in plan.files for each in file.submissions if not each.held_back])
    audit.record_all(connection, [("load", _audited(each)) for each in plan.files], who)


def _audited(planned: PlannedFile) -> dict[str, Any]:
    return {
        "file": planned.file.name,
        "sha256": planned.file.sha256,
        "status": planned.status,
        "submissions": [f"{each.id} {each.status}" for each in planned.submissions],
    }


def _write_files(
    connection: duckdb.DuckDBPyConnection, files: Sequence[PlannedFile], batch: int, now: datetime
) -> None:
    again = [each.file.sha256 for each in files if each.reading > 1]
    first = {}
    if again:
        found = connection.execute(
            "SELECT sha256, name, received FROM file WHERE list_contains(?, sha256)", [again]
        ).fetchall()
        first = {sha256: (name, received) for sha256, name, received in found}
        connection.execute("DELETE FROM file WHERE list_contains(?, sha256)", [again])
    kinds: dict[str, Kind] = {
        "sha256": "text",
        "name": "text",
        "size": "int",
        "received": "time",
        "read_at": "time",
        "batch": "int",
        "reading": "int",
        "reading_key": "text",
        "status": "text",
    }
    rows = []
    for each in files:
        file = each.file
        # Its name and time stay those of the first time it came.
        name, received = first.get(file.sha256, (file.name, file.received))
        size = len(file.data) if file.data is not None else 0
        rows.append((file.sha256, name, size, received, now, batch, each.reading, file.reading_key, each.status))
    _insert(connection, "file", kinds, rows)


def _write_accounts(connection: duckdb.DuckDBPyConnection, files: Sequence[PlannedFile]) -> None:
    kinds: dict[str, Kind] = {"file_sha256": "text", "reading": "int", "sheet": "text", "counted": "int"}
    for use in CellUse:
        kinds[use.value] = "int"
    rows = [
        (each.file.sha256, each.reading, one.sheet, one.counted, *(one.uses.get(use, 0) for use in CellUse))
        for each in files
        for one in each.file.accounts
    ]
    _insert(connection, "cell_account", kinds, rows)


def _write_submissions(
    connection: duckdb.DuckDBPyConnection, files: Sequence[PlannedFile], batch: int, now: datetime
) -> None:
    kinds: dict[str, Kind] = {
        "id": "int",
        "dataset": "text",
        "township_code": "text",
        "period": "text",
        "period_start": "date",
        "period_end": "date",
        "year": "int",
        "revision": "int",
        "supersedes": "int",
        "file_sha256": "text",
        "layout": "text",
        "plugin": "text",
        "filler": "text",
        "status": "text",
        "records": "int",
        "content": "text",
        "received": "time",
        "loaded_at": "time",
        "batch": "int",
    }
    rows = []
    for file in files:
        for each in file.submissions:
            submission, period = each.submission, each.submission.period
            rows.append(
                (
                    each.id,
                    submission.dataset.name,
                    submission.township.code if submission.township else None,
                    *((period.text, period.start, period.end, period.year) if period else (None,) * 4),
                    each.revision,
                    each.supersedes,
                    file.file.sha256,
                    submission.layout,
                    _plugins(submission, file.file.plugins),
                    submission.filler,
                    each.status,
                    each.prepared.records,
                    each.prepared.content,
                    file.file.received,
                    now,
                    batch,
                )
            )
    _insert(connection, "submission", kinds, rows)


def _plugins(submission: Submission, plugins: Mapping[str, str]) -> str:
    layouts = dict.fromkeys(part.layout for part in submission.parts)
    return "+".join(dict.fromkeys(plugins[layout] for layout in layouts if layout in plugins))


def _write_findings(connection: duckdb.DuckDBPyConnection, files: Sequence[PlannedFile], now: datetime) -> None:
    kinds: dict[str, Kind] = {
        "identity": "text",
        "file_sha256": "text",
        "reading": "int",
        "submission_id": "int",
        "dataset": "text",
        "township_code": "text",
        "period": "text",
        "code": "text",
        "rule": "text",
        "severity": "text",
        "quarantines": "bool",
        "sheet": "text",
        "cells": "text",
        "arguments": "text",
        "expected": "text",
        "found": "text",
        "made_at": "time",
    }
    rows: list[tuple[Any, ...]] = []
    for file in files:
        source = (file.file.sha256, file.reading)
        for identity, each in zip(file.identities, file.findings, strict=True):
            rows.append((identity, *source, None, None, None, None, *_said(each), now))
        for planned in file.submissions:
            form = planned.submission
            township = form.township.code if form.township else None
            about = (planned.id, form.dataset.name, township, form.period.text if form.period else None)
            for identity, each in zip(planned.identities, form.findings, strict=True):
                rows.append((identity, *source, *about, *_said(each), now))
    _insert(connection, "store.finding", kinds, rows, {"id": "nextval('finding_id')"})


def _said(each: Finding) -> tuple[Any, ...]:
    return (
        each.code,
        each.rule,
        each.severity.value,
        each.quarantines,
        each.sheet,
        " ".join(each.cells),
        json.dumps(dict(each.arguments), ensure_ascii=False),
        each.expected,
        each.found,
    )


def _write_records(connection: duckdb.DuckDBPyConnection, submissions: Sequence[PlannedSubmission]) -> None:
    facts: dict[str, _Gathered] = {}
    notes = _Gathered({}, {})
    parts: list[tuple[Any, ...]] = []
    mapped: list[tuple[Any, ...]] = []
    printed: list[tuple[Any, ...]] = []
    for planned in submissions:
        facts.setdefault(planned.submission.dataset.name, _Gathered({}, {})).add(planned.id, planned.prepared.facts)
        notes.add(planned.id, planned.prepared.notes.columns())
        for index, part in enumerate(planned.submission.parts):
            parts.append((planned.id, index, part.sheet, part.table_index, part.layout, part.transposed))
            mapped += [(planned.id, index, name, position) for name, position in part.column_map.items()]
        printed += [(planned.id, *each) for each in planned.prepared.printed]
    for dataset, gathered in facts.items():
        insert(connection, f"store.{quoted(dataset)}", gathered.columns())
    insert(connection, "store.value_note", notes.columns())
    part_kinds: dict[str, Kind] = {
        "submission_id": "int",
        "part": "int",
        "sheet": "text",
        "table_index": "int",
        "layout": "text",
        "transposed": "bool",
    }
    _insert(connection, "store.part", part_kinds, parts)
    map_kinds: dict[str, Kind] = {"submission_id": "int", "part": "int", "field": "text", "position": "int"}
    _insert(connection, "store.column_map", map_kinds, mapped)
    printed_kinds: dict[str, Kind] = {"submission_id": "int", "part": "int", "field": "text", "decimals": "int"}
    _insert(connection, "store.printed", printed_kinds, printed)


@dataclass(frozen=True, slots=True)
class _Gathered:
    """Columns of several submissions, one after the other."""

    kinds: dict[str, Kind]
    values: dict[str, list[Any]]

    def add(self, number: int, columns: Mapping[str, Column]) -> None:
        """Append a submission's columns, with its id beside them."""
        owner: Column = ("int", [number] * len(columns["line"][1]))
        for name, (kind, values) in {"submission_id": owner, **columns}.items():
            self.kinds[name] = kind
            self.values.setdefault(name, []).extend(values)

    def columns(self) -> dict[str, Column]:
        return {name: (self.kinds[name], values) for name, values in self.values.items()}


def _insert(
    connection: duckdb.DuckDBPyConnection,
    target: str,
    kinds: Mapping[str, Kind],
    rows: Sequence[Sequence[Any]],
    computed: Mapping[str, str] | None = None,
) -> None:
    """Insert rows, given the kind of each of their columns."""
    if rows:
        columns = zip(kinds.items(), zip(*rows, strict=True), strict=True)
        insert(connection, target, {name: (kind, values) for (name, kind), values in columns}, computed)
