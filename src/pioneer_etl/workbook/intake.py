"""Taking a file in: a private copy of its bytes and their hash, without following anything it points to."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path, PurePath

from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.workbook.limits import Limits

_KINDS = (
    (stat.S_ISLNK, "link"),
    (stat.S_ISDIR, "directory"),
    (stat.S_ISFIFO, "pipe"),
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISBLK, "device"),
    (stat.S_ISCHR, "device"),
)


def is_lock(path: PurePath) -> bool:
    """Whether the name is that of a lock file which Excel, WPS or LibreOffice keep while a workbook is open."""
    return path.name.startswith(("~$", ".~lock.", ".~"))


def take_in(path: Path, limits: Limits) -> tuple[bytes, str]:
    """The bytes of a regular file and their sha256 in hexadecimal.

    Links, pipes, devices and directories are refused unopened, lock files too.  The file is read once
    and must not change meanwhile: what is hashed is what is parsed.  FileRefused otherwise.
    """
    where = Location(str(path))
    if is_lock(path):
        raise FileRefused("file.lock", where)
    try:
        before = os.lstat(path)
        _check_kind(before, where)
        if before.st_size > limits.file_bytes:
            raise FileRefused(
                "file.too_large", where, found=f"{before.st_size:,} B", expected=f"{limits.file_bytes:,} B"
            )
        data = _read(path, before, where, limits)
    except FileNotFoundError:
        raise FileRefused("file.not_found", where) from None
    except (OSError, ValueError) as problem:
        detail = problem.strerror if isinstance(problem, OSError) else str(problem)
        raise FileRefused("file.no_access", where, detail=detail or type(problem).__name__) from None
    if not data:
        raise FileRefused("file.empty", where)
    return data, hashlib.sha256(data).hexdigest()


def _check_kind(status: os.stat_result, where: Location) -> None:
    for test, kind in _KINDS:
        if test(status.st_mode):
            raise FileRefused("file.not_regular", where, found=kind)
    # Windows marks links of another kind, junctions and cloud place-holders, as reparse points.
    if getattr(status, "st_file_attributes", 0) & getattr(stat, "FILE_ATTRIBUTE_REPARSE_POINT", 0):
        raise FileRefused("file.not_regular", where, found="link")


def _read(path: Path, before: os.stat_result, where: Location, limits: Limits) -> bytes:
    # Not following a link that took the file's place since, nor waiting for a pipe's writer.
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags), "rb") as source:
        opened = os.fstat(source.fileno())
        _check_kind(opened, where)
        data = source.read(limits.file_bytes + 1)
        after = os.fstat(source.fileno())
    same_file = (before.st_ino, before.st_dev) == (opened.st_ino, opened.st_dev) or os.name == "nt"
    unchanged = (opened.st_size, opened.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    if not same_file or not unchanged or len(data) != after.st_size:
        raise FileRefused("file.changed", where)
    return data
