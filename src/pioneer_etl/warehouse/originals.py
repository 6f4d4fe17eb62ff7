"""The mailed files' own bytes, kept by their hash: the warehouse can be rebuilt from them.

originals/ab/abcdef…       the bytes
originals/journal.jsonl    one line a file taken in: hash, name, when received, what else was known of it
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pioneer_etl.warehouse.model import LoadedFile

JOURNAL = "journal.jsonl"


@dataclass(frozen=True, slots=True)
class Original:
    """A mailed file as it was taken in, enough to read it again the same way; files of a batch came together."""

    path: Path
    sha256: str
    name: str
    received: datetime
    batch: int
    context: Mapping[str, str]


def original_path(folder: Path, sha256: str) -> Path:
    """Where the bytes with this hash lie."""
    return folder / sha256[:2] / sha256


def keep_originals(folder: Path, files: Iterable[LoadedFile], batch: int) -> None:
    """Keep the bytes of files by their hash, with a line about each; whole or not at all, whenever the power goes."""
    lines = []
    for file in files:
        if file.data is None:
            continue
        path = original_path(folder, file.sha256)
        if not path.exists() or path.stat().st_size != len(file.data):
            _write(path, file.data)
        line = {
            "sha256": file.sha256,
            "name": file.name,
            "received": file.received.isoformat(),
            "batch": batch,
            "context": dict(file.context),
        }
        # A line torn by a power cut must not swallow the next: every line starts on its own.
        lines.append(f"\n{json.dumps(line, ensure_ascii=False)}")
    if lines:
        with (folder / JOURNAL).open("a", encoding="utf-8") as journal:
            journal.write("".join(lines))
            journal.flush()
            os.fsync(journal.fileno())


def originals(folder: Path) -> tuple[Original, ...]:
    """Every kept file once, in the order in which they were last taken in."""
    found: dict[str, Original] = {}
    with suppress(FileNotFoundError):
        for text in (folder / JOURNAL).read_text(encoding="utf-8", errors="replace").splitlines():
            with suppress(ValueError, KeyError, TypeError):
                line = json.loads(text)
                sha256 = str(line["sha256"])
                found.pop(sha256, None)
                found[sha256] = Original(
                    path=original_path(folder, sha256),
                    sha256=sha256,
                    name=str(line["name"]),
                    received=datetime.fromisoformat(line["received"]),
                    batch=int(line["batch"]),
                    context={str(key): str(value) for key, value in line["context"].items()},
                )
    return tuple(each for each in found.values() if each.path.exists())


def damaged_originals(folder: Path) -> Iterator[Path]:
    """Kept files whose bytes no longer have the hash that names them."""
    for path in sorted(folder.glob("??/*")):
        if not path.name.startswith(".") and hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
            yield path


def _write(path: Path, data: bytes) -> None:
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
    # The new name must last as well, where the system can promise it.
    with suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
