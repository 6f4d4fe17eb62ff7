"""Opening the DuckDB file, which only one process at a time may write."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pioneer_etl.contract.errors import Location, WarehouseError, WarehouseHeld

if TYPE_CHECKING:
    import duckdb

_HOLDER = re.compile(r"held in (?P<program>.+?) \(PID (?P<pid>\d+)\)")
_HELD = ("Could not set lock", "being used by another process", "different configuration than existing connections")
_FIRST_WAIT = 0.05
_LONGEST_WAIT = 0.8


def connect(path: Path, *, read_only: bool = False, patience: float = 5.0) -> duckdb.DuckDBPyConnection:
    """A connection to the warehouse at `path`, made when there is none (unless read-only).

    Waits up to `patience` seconds while another process has it, then raises WarehouseHeld naming that
    process where DuckDB says it.  WarehouseError when the file is missing, damaged or of another kind.
    """
    import duckdb

    if read_only and not path.exists():
        raise WarehouseError("warehouse.missing", Location(file=str(path)))
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + patience
    wait = _FIRST_WAIT
    while True:
        try:
            connection = duckdb.connect(str(path), read_only=read_only)
        except duckdb.Error as error:
            words = str(error)
            if not is_held(words):
                raise WarehouseError(
                    "warehouse.unopenable", Location(file=str(path)), found=first_line(words)
                ) from error
            if time.monotonic() >= deadline:
                raise held(path, words) from error
            time.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
        else:
            # Results never depend on where the machine stands or which files lie beside a script.
            connection.execute("SET python_enable_replacements = false")
            return connection


def held(path: Path, words: str) -> WarehouseHeld:
    """The error that says who holds the file, from DuckDB's own words."""
    match = _HOLDER.search(words)
    if match is None:
        holder = "this program" if "configuration" in words else "another program"
    else:
        holder = f"{Path(match['program']).name} (PID {match['pid']})"
    return WarehouseHeld("warehouse.held", Location(file=str(path)), found=holder)


def is_held(words: str) -> bool:
    """Whether DuckDB's message says that the file is in use."""
    return any(sign in words for sign in _HELD)


def first_line(words: str) -> str:
    """The first line of a DuckDB message, without the advice that follows."""
    return words.strip().splitlines()[0] if words.strip() else ""
