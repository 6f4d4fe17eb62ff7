"""The mailed files' own bytes, kept by their hash: the warehouse can be rebuilt from them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def original_path(folder: Path, sha256: str) -> Path:
    """Where the bytes with this hash lie: ab/abcdef…"""
    return folder / sha256[:2] / sha256


def keep_original(folder: Path, sha256: str, data: bytes) -> Path:
    """Store the bytes under their hash; complete or not at all, whenever the power goes."""
    path = original_path(folder, sha256)
    if path.exists() and path.stat().st_size == len(data):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".arriving-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return path


def damaged_originals(folder: Path) -> Iterator[Path]:
    """Kept files whose bytes no longer have the hash that names them."""
    for path in sorted(folder.glob("??/*")):
        if not path.name.startswith(".") and hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
            yield path


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
