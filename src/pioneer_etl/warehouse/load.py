"""Files into the warehouse, a few in one transaction: of every submission all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from pioneer_etl.warehouse.decisions import answer, settle_returned
from pioneer_etl.warehouse.known import known_files, unread_key
from pioneer_etl.warehouse.ledger import read_ledger
from pioneer_etl.warehouse.model import FileResult, LoadedFile
from pioneer_etl.warehouse.notes import lay_over
from pioneer_etl.warehouse.originals import keep_originals
from pioneer_etl.warehouse.plan import Planner
from pioneer_etl.warehouse.sql import rows
from pioneer_etl.warehouse.write import write_plan

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts

# A transaction costs as much as loading a small file, so files that arrive quickly share one.
MOST_FILES = 96
_RECORDS = 20_000
_SECONDS = 1.2


@dataclass(frozen=True, slots=True)
class Target:
    """Where files are loaded: the connection, the contracts it follows, where originals are kept (None: nowhere), the
    batch, and who does it."""

    connection: duckdb.DuckDBPyConnection
    contracts: Contracts
    originals: Path | None
    batch: int
    who: str


def load_all(
    target: Target, files: Iterable[LoadedFile], meanwhile: Callable[[], None] | None = None
) -> Iterator[FileResult]:
    """Load files in order, a few in one transaction; each result comes once it is safely in.

    `meanwhile` is called after a transaction while the next files are being read.
    """
    group: list[LoadedFile] = []
    records, started = 0, monotonic()
    for file in files:
        started = started if group else monotonic()
        group.append(file)
        records += sum(len(each.records) for each in file.submissions)
        records += sum(each.records for each in file.prepared or ())
        if len(group) >= MOST_FILES or records >= _RECORDS or monotonic() - started >= _SECONDS:
            yield from load_group(target, group)
            group, records = [], 0
            if meanwhile is not None:
                meanwhile()
    yield from load_group(target, group)


def load_group(target: Target, files: Sequence[LoadedFile]) -> list[FileResult]:
    """Load files in one transaction; what became of each.

    When it fails each is tried alone, so that one file cannot keep the others out; the first error is raised after
    those before it are in.
    """
    try:
        return _load(target, files)
    except Exception:
        if len(files) < 2:
            raise
    return [result for each in files for result in _load(target, [each])]


def _load(target: Target, files: Sequence[LoadedFile]) -> list[FileResult]:
    # A file that could not be opened has no content to be known by: its name must do.
    named = [each if each.sha256 else replace(each, sha256=unread_key(each.name)) for each in files]
    known = known_files(target.connection, {each.sha256: each.reading_key for each in named})
    new: dict[str, LoadedFile] = {}
    for file, each in zip(files, named, strict=True):
        before = known.get(each.sha256)
        if before is not None and not file.sha256 and _codes(before) != _codes(file):
            del known[each.sha256]  # refused for another reason now
        if each.sha256 not in known:
            new.setdefault(each.sha256, each)
    results = _write(target, list(new.values())) if new else {}
    told = []
    for file, each in zip(files, named, strict=True):
        result = results.get(each.sha256) or known[each.sha256]
        if each is not new.get(each.sha256) and result.status == "loaded":
            result = replace(result, status="unchanged")
        told.append(replace(result, name=file.name, sha256=file.sha256))
    return told


def _write(target: Target, files: Sequence[LoadedFile]) -> dict[str, FileResult]:
    """Load files that are new or to be read again."""
    connection = target.connection
    if target.originals is not None:
        keep_originals(target.originals, files, target.batch)
    count = sum(len(each.submissions) for each in files)
    connection.execute("BEGIN")
    try:
        numbers = rows(connection, "SELECT nextval('submission_id') FROM range(?)", [count])
        planner = Planner(
            target.contracts, read_ledger(connection, files), target.batch, (number for (number,) in sorted(numbers))
        )
        results = {each.sha256: planner.add(each) for each in files}
        now = datetime.now()
        write_plan(connection, planner.plan, target.batch, target.who, now)
        lay_over(connection, target.contracts, planner.plan, now)
        for each in files:
            answer(connection, each.answers or {}, each.sender or target.who)
            if each.answers and each.returned:
                settle_returned(connection, each.returned, each.sender or target.who)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return results


def _codes(source: FileResult | LoadedFile) -> list[str]:
    return [each.code for each in source.findings]
