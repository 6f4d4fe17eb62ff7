"""The process that runs an analyst's query: it can read the warehouse and nothing else.

Started by `sandbox` with one pickled request on standard input; it answers on standard output with one
pickled reply of plain values.  Looking at the statement would not be a guard; what holds is a read-only
connection, no file system at all once the warehouse is open, no extensions, and locked settings.
"""

from __future__ import annotations

import pickle
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import duckdb

_OPENING = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}
_ZONED = "TIMESTAMP WITH TIME ZONE"


def main() -> None:
    """Answer one request."""
    request: dict[str, Any] = pickle.load(sys.stdin.buffer)
    answer = sys.stdout.buffer
    # Should the parent die, nobody is left to end a query that never ends.
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, request["seconds"] + 2)
    try:
        reply = _run(request)
    except MemoryError:
        reply = {"error": "memory"}
    _send(answer, reply)


def _send(stream: BinaryIO, reply: dict[str, Any]) -> None:
    try:
        data = pickle.dumps(reply, protocol=5)
    except MemoryError:
        data = pickle.dumps({"error": "memory"})
    stream.write(data)
    stream.flush()


def open_sandboxed(path: str, memory: int) -> duckdb.DuckDBPyConnection:
    """A connection that can read the warehouse at `path` and touch nothing else, whatever is run on it."""
    import duckdb

    connection = duckdb.connect(path, read_only=True, config=_OPENING)  # type: ignore[arg-type]  # values are texts here
    connection.execute(f"SET memory_limit = '{memory // 2**20}MiB'")
    connection.execute("SET max_temp_directory_size = '0KiB'")
    connection.execute("SET disabled_filesystems = 'LocalFileSystem'")
    connection.execute("SET lock_configuration = true")
    return connection


def _run(request: dict[str, Any]) -> dict[str, Any]:
    import duckdb

    try:
        connection = open_sandboxed(request["path"], request["memory"])
    except duckdb.Error as error:
        return {"error": "open", "message": str(error)}
    _limit_memory(request["memory"])
    try:
        cursor: Any = connection.execute(request["query"])
        if cursor is None:
            return {"error": "empty"}
        columns = [(each[0], str(each[1])) for each in cursor.description or ()]
        if any(kind == _ZONED for _, kind in columns):
            cursor = _without_zones(connection, request["query"], columns)
        limit = request["limit_rows"]
        rows = cursor.fetchall() if limit is None else cursor.fetchmany(limit + 1)
    except duckdb.OutOfMemoryException:
        return {"error": "memory"}
    except duckdb.Error as error:
        return {"error": "query", "message": str(error), "views": _views(connection)}
    more = limit is not None and len(rows) > limit
    return {"columns": columns, "rows": rows[:limit] if more else rows, "more": more}


def _without_zones(
    connection: duckdb.DuckDBPyConnection, query: str, columns: list[tuple[str, str]]
) -> duckdb.DuckDBPyRelation:
    """The query with points in time as local time: fetching them with their zone needs a package more."""
    connection.abort()
    kinds = [
        f"CAST(#{number} AS TIMESTAMP)" if kind == _ZONED else f"#{number}"
        for number, (_, kind) in enumerate(columns, 1)
    ]
    return connection.sql(query).project(", ".join(kinds))


def _views(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """What there is to query, for the advice beside an error."""
    import duckdb

    with suppress(duckdb.Error):
        found = connection.execute(
            "SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal ORDER BY ALL"
        ).fetchall()
        return [name for (name,) in found]
    return []


def _limit_memory(memory: int) -> None:
    """An address-space limit: `repeat('x', 2e9)` asks for memory where DuckDB's own limit does not look."""
    try:
        import resource
    except ImportError:  # Windows: DuckDB's own limit and the kill timer remain
        return
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - no Path needed for this
            used = int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        used = 2**30
    limit = used + memory + 256 * 2**20
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))


if __name__ == "__main__":
    main()
