"""When something is wrong: check the warehouse, recover it from a damaged log, rebuild it from the originals."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pioneer_etl.contract.errors import Location, WarehouseError
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.warehouse import audit
from pioneer_etl.warehouse.connect import connect
from pioneer_etl.warehouse.model import STANDING
from pioneer_etl.warehouse.notes import BY_TELEPHONE
from pioneer_etl.warehouse.originals import Original, damaged_originals, original_path, originals
from pioneer_etl.warehouse.sql import literal, literals, quoted, rows, scalar
from pioneer_etl.warehouse.store import ORIGINALS, Warehouse, open_warehouse
from pioneer_etl.warehouse.tables import mailed_datasets, make_views

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts

_STANDING = literals(STANDING)
_BAD_BYTE = re.compile(r"byte position (\d+)")
# Tables that only people fill; a rebuilt warehouse takes them over.
_KEPT = ("store.decision",)


def check(path: Path) -> tuple[Finding, ...]:
    """What is wrong with the warehouse at `path` and its originals; nothing when all is well.

    Looks at the audit chain, at what must be unique or add up, and at every original's hash.
    """
    try:
        connection = connect(path, read_only=True)
    except WarehouseError as error:
        return (finding(error.code, file=str(path), found=error.arguments.get("found")),)
    with connection:
        return (*_check_tables(connection), *_check_originals(connection, path.parent / ORIGINALS))


def _check_tables(connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    for number in audit.broken_links(connection):
        yield finding("repair.audit_broken", found=number)
    for dataset, township, period, count in rows(
        connection,
        "SELECT dataset, township_code, period, count(*) FROM submission"
        f" WHERE status IN ({_STANDING}) GROUP BY ALL HAVING count(*) > 1",
    ):
        yield finding("repair.two_standing", found=f"{dataset} {township} {period}", expected=count)
    for sheet, name in rows(
        connection,
        "SELECT a.sheet, f.name FROM cell_account a JOIN file f ON f.sha256 = a.file_sha256 WHERE a.counted"
        " <> a.loaded + a.header + a.key + a.title + a.total + a.note + a.ignored + a.finding + a.unaccounted",
    ):
        yield finding("repair.account_open", file=name, sheet=sheet, found=name)
    for (dataset,) in rows(connection, "SELECT DISTINCT name FROM store.contract WHERE name <> '*' ORDER BY ALL"):
        yield from _check_facts(connection, dataset)


def _check_facts(connection: duckdb.DuckDBPyConnection, dataset: str) -> Iterator[Finding]:
    """Facts have no keys of their own (that would cost six times the time to load): uniqueness is asked for here."""
    table = f"store.{quoted(dataset)}"
    twice = scalar(
        connection,
        f"SELECT count(*) FROM (SELECT 1 FROM {table} GROUP BY submission_id, part, line HAVING count(*) > 1)",
    )
    if twice:
        yield finding("repair.record_twice", found=dataset, expected=twice)
    for number, promised, found in rows(
        connection,
        "SELECT coalesce(s.id, f.submission_id), coalesce(s.records, 0), coalesce(f.n, 0)"
        " FROM (FROM submission WHERE dataset = ? AND (revision IS NOT NULL OR starts_with(layout, 'note-'))) s"
        f" FULL JOIN (SELECT submission_id, count(*) AS n FROM {table} GROUP BY ALL) f ON f.submission_id = s.id"
        " WHERE coalesce(s.records, 0) <> coalesce(f.n, 0) ORDER BY ALL",
        [dataset],
    ):
        yield finding("repair.records_differ", found=found, expected=promised, submission=number, dataset=dataset)


def _check_originals(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[Finding]:
    for sha256, name in rows(connection, "SELECT sha256, name FROM file WHERE size > 0 ORDER BY read_at"):
        if not original_path(folder, sha256).exists():
            yield finding("repair.original_missing", file=name, found=name)
    for path in damaged_originals(folder):
        yield finding("repair.original_damaged", found=path.name)


def recover(path: Path) -> Path | None:
    """Open a warehouse whose log was damaged (by a power cut, say); the damaged log's new place, None if it was fine.

    The log is cut where DuckDB finds it damaged: whole transactions before that are kept, and what came after must
    be ingested again (`lost_originals`).  WarehouseError when the file itself is damaged: then only `rebuild` helps.
    """
    log = path.with_name(path.name + ".wal")
    try:
        connect(path).close()
        return None
    except WarehouseError as error:
        if not log.exists():
            raise WarehouseError("repair.hopeless", Location(file=str(path)), **error.arguments) from error
        damaged = _free_name(log.with_name(log.name + ".damaged"))
        shutil.copy2(log, damaged)
        reason = error.arguments.get("found", "")
    whole = damaged.read_bytes()
    for length in _lengths(whole, reason):
        log.write_bytes(whole[:length])
        if not length:
            log.unlink()
        try:
            with connect(path) as connection:
                audit.record(connection, "recover", {"log": damaged.name, "kept": length, "of": len(whole)})
                connection.execute("CHECKPOINT")
        except WarehouseError as error:
            last = error
        else:
            return damaged
    shutil.copy2(damaged, log)
    raise WarehouseError("repair.hopeless", Location(file=str(path)), **last.arguments)


def _lengths(log: bytes, reason: str) -> list[int]:
    """How much of a damaged log to try: to the byte that DuckDB names, without a tail of zeros, none of it."""
    match = _BAD_BYTE.search(reason)
    named = [int(match.group(1))] if match else []
    return [*named, len(log.rstrip(b"\0")), 0]


def lost_originals(path: Path) -> tuple[Original, ...]:
    """Kept files that the warehouse knows nothing of, as after `recover`: they are to be ingested again."""
    with connect(path, read_only=True) as connection:
        known = {sha256 for (sha256,) in rows(connection, "SELECT sha256 FROM file")}
    return tuple(each for each in originals(path.parent / ORIGINALS) if each.sha256 not in known)


def rebuild(
    path: Path,
    contracts: Contracts,
    load: Callable[[Warehouse, Sequence[Original]], None],
    *,
    who: str = "",
) -> Path | None:
    """Make the warehouse anew from the kept originals; the old file's new place, None if there was none.

    `load` reads the originals (in the order they were taken in; neighbours with one batch number came together)
    and loads them, batch by batch.  Decisions on findings and corrections
    are taken over from the old file where it can be read.  The new file takes the old one's place
    only when all of it is done.
    """
    fresh = path.with_name(path.name + ".rebuilding")
    for leftover in (fresh, fresh.with_name(fresh.name + ".wal")):
        leftover.unlink(missing_ok=True)
    kept = originals(path.parent / ORIGINALS)
    with open_warehouse(fresh, contracts, who=who, keep_originals=False) as warehouse:
        # New batches must not be taken for those that the journal of the originals already names.
        _advance(warehouse.connection, "batch_id", max((each.batch for each in kept), default=0))
        load(warehouse, kept)
        taken_over = _take_over(path, warehouse.connection)
        make_views(warehouse.connection, mailed_datasets(contracts))
        audit.record(warehouse.connection, "rebuild", {"originals": len(kept), "taken over": taken_over}, who)
        warehouse.checkpoint()
    former = None
    if path.exists():
        former = _free_name(path.with_name(path.name + ".before-rebuild"))
        path.replace(former)
        log = path.with_name(path.name + ".wal")
        if log.exists():
            log.replace(former.with_name(former.name + ".wal"))
    fresh.replace(path)
    return former


def _take_over(path: Path, connection: duckdb.DuckDBPyConnection) -> int:
    """Copy what only people know from the old file; how many rows."""
    if not path.exists():
        return 0
    try:
        connect(path, read_only=True).close()
    except WarehouseError:
        return 0
    connection.execute(f"ATTACH {literal(str(path))} AS former (READ_ONLY)")
    try:
        count = 0
        for table in _KEPT:
            name = table if "." in table else f"main.{table}"
            connection.execute(f"DELETE FROM {table}")  # what returned workbooks answered is among the former ones
            connection.execute(f"INSERT INTO {table} SELECT * FROM former.{name}")
            count += scalar(connection, f"SELECT count(*) FROM former.{name}")
        last = scalar(connection, "SELECT max(id) FROM store.decision") or 0
        _advance(connection, "decision_id", last)
        return count + _corrections(connection)
    finally:
        connection.execute("DETACH former")


def _corrections(connection: duckdb.DuckDBPyConnection) -> int:
    """Lay the county's corrections over the same cells of the same forms; how many.

    Those that notes made have been made again with the notes, and what such a one replaced stays replaced.
    """
    noted = f"starts_with(%s.reason, {literal(BY_TELEPHONE)})"
    same = " AND ".join(f"n.{name} = c.{name}" for name in ("submission_id", "part", "line", "field"))
    found = rows(
        connection,
        "INSERT INTO correction SELECT nextval('correction_id'), c.dataset, s.id, c.part, c.line, c.field, c.before,"
        " c.after, c.reason, c.who, c.made_at FROM former.main.correction c"
        " JOIN former.main.submission f ON f.id = c.submission_id"
        " JOIN submission s ON s.file_sha256 = f.file_sha256 AND s.dataset = f.dataset"
        " AND s.township_code = f.township_code AND s.period = f.period AND s.status <> 'quarantined'"
        f" WHERE NOT {noted % 'c'} AND NOT EXISTS"
        f" (FROM former.main.correction n WHERE {same} AND n.id > c.id AND {noted % 'n'})"
        " ORDER BY c.id RETURNING id",
    )
    return len(found)


def _advance(connection: duckdb.DuckDBPyConnection, sequence: str, last: int) -> None:
    """Let a sequence go on after an id that is taken."""
    rows(connection, f"SELECT max(nextval({literal(sequence)})) FROM range(?)", [last])


def _free_name(path: Path) -> Path:
    """`path`, or `path`.2, .3 … when it is taken."""
    free, number = path, 1
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}.{number}")
    return free
