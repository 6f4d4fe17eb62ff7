"""The program's own tables: numbered SQL files, applied in order, recorded with their hash, never edited."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pioneer_etl.contract.errors import Location, WarehouseError
from pioneer_etl.contract.starter import starter_root
from pioneer_etl.warehouse.sql import rows

if TYPE_CHECKING:
    import duckdb

_RECORD = """
CREATE TABLE IF NOT EXISTS migration (
    number INTEGER NOT NULL, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, applied TIMESTAMP NOT NULL
)
"""


def migration_files(folder: Path | None = None) -> tuple[tuple[int, Path], ...]:
    """The migrations of the installed program by number: `NNNN_name.sql`."""
    folder = folder or starter_root() / "warehouse" / "migrations"
    return tuple((int(path.name[:4]), path) for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql")))


def migrate(connection: duckdb.DuckDBPyConnection, folder: Path | None = None) -> int:
    """Apply what is missing, each file in a transaction; how many were applied is returned.

    WarehouseError when an applied file has been edited since, or when the warehouse was made by a newer
    program than this one.
    """
    files = migration_files(folder)
    applied = _applied(connection)
    newest = max((number for number, _ in files), default=0)
    if applied and max(applied) > newest:
        raise WarehouseError("warehouse.newer", found=max(applied), expected=newest)
    count = 0
    for number, path in files:
        # Line ends may differ between checkouts; the statements do not.
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
        digest = hashlib.sha256(text.encode()).hexdigest()
        if number in applied:
            if applied[number] != digest:
                raise WarehouseError("warehouse.migration_edited", Location(file=path.name))
            continue
        connection.execute("BEGIN")
        try:
            connection.execute(_RECORD)
            connection.execute(text)
            connection.execute("INSERT INTO migration VALUES (?, ?, ?, ?)", [number, path.name, digest, datetime.now()])
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        count += 1
    return count


def is_migrated(connection: duckdb.DuckDBPyConnection, folder: Path | None = None) -> bool:
    """Whether every migration has been applied."""
    return {number for number, _ in migration_files(folder)} <= set(_applied(connection))


def _applied(connection: duckdb.DuckDBPyConnection) -> dict[int, str]:
    there = rows(connection, "SELECT 1 FROM duckdb_tables() WHERE schema_name = 'main' AND table_name = 'migration'")
    if not there:
        return {}
    return dict(rows(connection, "SELECT number, sha256 FROM migration"))
