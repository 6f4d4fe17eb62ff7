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
from concurrent.futures import ThreadPoolExecutor
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
    arriving: dict[Path, bytes] = {}
    for file in files:
        if file.data is None:
            continue
        path = original_path(folder, file.sha256)
        if not path.exists() or path.stat().st_size != len(file.data):
            arriving[path] = file.data
        line = {
            "sha256": file.sha256,
            "name": file.name,
            "received": file.received.isoformat(),
            "batch": batch,
            "context": dict(file.context),
        }
        # A line torn by a power cut must not swallow the next: every line starts on its own.
        lines.append(f"\n{json.dumps(line, ensure_ascii=False)}")
    _write_all(arriving)
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


def _write_all(files: Mapping[Path, bytes]) -> None:
    """Write files beside their places, move them there when the disk has them, and make the names last.

    The disk is waited for by several threads at once: one after the other the waiting would cost more than
    everything else that loading does.
    """
    if not files:
        return
    arriving: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".arriving-")
            arriving[path] = Path(name)
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
        with ThreadPoolExecutor(max_workers=16) as pool:
            list(pool.map(_sync_file, arriving.values()))
            for path, temporary in arriving.items():
                temporary.replace(path)
            list(pool.map(_sync_folder, {path.parent for path in files}))
    except BaseException:
        for temporary in arriving.values():
            temporary.unlink(missing_ok=True)
        raise


def _sync_file(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _sync_folder(path: Path) -> None:
    with suppress(OSError):  # not every system can promise that a name lasts
        folder = os.open(path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
