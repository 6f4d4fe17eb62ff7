"""An analyst's own SQL: read-only, in a process of its own that may be killed.

The child (`sandbox_child`) can read the warehouse and nothing else; see there for what holds it.
"""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pioneer_etl.contract.errors import Location, UsageError, WarehouseError
from pioneer_etl.warehouse.connect import first_line, held, is_held

SECONDS = 60.0
MEMORY = 2**30
# What a reply may be made of; anything else in it would be a program, not a value.
_PLAIN_TYPES = frozenset(
    {
        ("decimal", "Decimal"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "time"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
        ("uuid", "UUID"),
    }
)


@dataclass(frozen=True, slots=True)
class SqlResult:
    """A query's answer: column names, their DuckDB types, and rows of Python values.

    `more` tells that the query had more rows than were asked for.
    """

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]
    more: bool = False


def run_sql(
    path: Path,
    query: str,
    *,
    seconds: float = SECONDS,
    memory: int = MEMORY,
    limit_rows: int | None = None,
    patience: float = 5.0,
) -> SqlResult:
    """Run `query` on the warehouse at `path`.

    UsageError when the query is wrong, forbidden, or takes more than `seconds` or `memory` bytes; WarehouseHeld
    while another process writes for longer than `patience` seconds.
    """
    if not path.exists():
        raise WarehouseError("warehouse.missing", Location(file=str(path)))
    request = {
        "path": str(path.resolve()),
        "query": query,
        "seconds": seconds,
        "memory": memory,
        "limit_rows": limit_rows,
    }
    deadline = time.monotonic() + patience
    wait = 0.1
    while True:
        reply = _ask(request, seconds)
        if reply.get("error") != "open":
            return _result(reply, seconds, memory)
        words = reply["message"]
        if not is_held(words):
            raise WarehouseError("warehouse.unopenable", Location(file=str(path)), found=first_line(words))
        if time.monotonic() >= deadline:
            raise held(path, words)
        time.sleep(wait)
        wait = min(wait * 2, 0.8)


def _ask(request: dict[str, Any], seconds: float) -> dict[str, Any]:
    """One request to one child; a child that dies or hangs is an answer, too."""
    # -P: a file called duckdb.py beside the user must not be taken for the library.
    command = [sys.executable, "-P", "-m", "pioneer_etl.warehouse.sandbox_child"]
    try:
        done = subprocess.run(
            command, input=pickle.dumps(request), capture_output=True, timeout=seconds + 1.0, check=False
        )
    except subprocess.TimeoutExpired:
        return {"error": "slow"}
    if done.returncode or not done.stdout:
        return {"error": "slow" if done.returncode == -14 else "memory"}
    reply: dict[str, Any] = _Plain(io.BytesIO(done.stdout)).load()
    return reply


def _result(reply: dict[str, Any], seconds: float, memory: int) -> SqlResult:
    match reply.get("error"):
        case None:
            names, types = zip(*reply["columns"], strict=True) if reply["columns"] else ((), ())
            return SqlResult(tuple(names), tuple(types), reply["rows"], reply["more"])
        case "slow":
            raise UsageError("sql.too_slow", expected=f"{seconds:g}")
        case "memory":
            raise UsageError("sql.too_big", expected=f"{memory // 2**20} MiB")
        case "empty":
            raise UsageError("sql.empty")
        case _:
            words = reply["message"].strip()
            forbidden = words.startswith("Permission Error") or "configuration has been locked" in words
            code = "sql.forbidden" if forbidden or "read-only mode" in words else "sql.failed"
            raise UsageError(code, found=words, expected=", ".join(reply["views"]))


class _Plain(pickle.Unpickler):
    """Reads plain values only."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN_TYPES:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not a plain value")
