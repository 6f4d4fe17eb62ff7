"""The audit: append-only, each row's hash covering the row before it."""

from __future__ import annotations

import getpass
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pioneer_etl.warehouse.sql import rows, scalar

if TYPE_CHECKING:
    import duckdb


def current_user() -> str:
    """The name of whoever runs the program; "unknown" where the system does not say."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"


def record(connection: duckdb.DuckDBPyConnection, action: str, detail: Mapping[str, Any], who: str = "") -> None:
    """Append one row, inside of the caller's transaction.  `detail` carries no personal data."""
    record_all(connection, [(action, detail)], who)


def record_all(
    connection: duckdb.DuckDBPyConnection, actions: Sequence[tuple[str, Mapping[str, Any]]], who: str = ""
) -> None:
    """Append a row for each action and its detail."""
    numbers = sorted(rows(connection, "SELECT nextval('audit_id') FROM range(?)", [len(actions)]))
    previous = scalar(connection, "SELECT hash FROM audit ORDER BY id DESC LIMIT 1") or ""
    at, by = datetime.now(), who or current_user()
    values: list[Any] = []
    for (number,), (action, detail) in zip(numbers, actions, strict=True):
        words = json.dumps(detail, ensure_ascii=False, sort_keys=True)
        own = _hash(number, at, by, action, words, previous)
        values += [number, at, by, action, words, previous, own]
        previous = own
    if values:
        connection.execute(f"INSERT INTO audit VALUES {', '.join(['(?, ?, ?, ?, ?, ?, ?)'] * len(actions))}", values)


def broken_links(connection: duckdb.DuckDBPyConnection) -> list[int]:
    """Ids of audit rows whose hash does not follow from what stands before them."""
    broken = []
    last = ""
    for number, at, who, action, detail, previous, found in rows(connection, "FROM audit ORDER BY id"):
        if previous != last or found != _hash(number, at, who, action, detail, previous):
            broken.append(number)
        last = found
    return broken


def _hash(number: int, at: datetime, who: str, action: str, detail: str, previous: str) -> str:
    text = "\x1f".join((str(number), at.isoformat(), who, action, detail, previous))
    return hashlib.sha256(text.encode()).hexdigest()
