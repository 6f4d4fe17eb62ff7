"""Writing a result so that a reader finds the whole old file or the whole new one."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from pioneer_etl.contract.errors import Location, UsageError


def write_atomically(path: Path, data: bytes) -> None:
    """`data` into `path` by way of a temporary file beside it; UsageError when the place cannot be written."""
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp", delete=False) as file:
            temporary = Path(file.name)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise UsageError("summary.unwritable", Location(file=str(path)), reason=error.strerror or error) from error
