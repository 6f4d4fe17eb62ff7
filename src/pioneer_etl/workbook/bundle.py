"""A zip of files, as townships mail their forms when there are several: each member is a file of its own.

The zip passes the same preflight as a workbook's package (`archive.py`) and counts against the same limits; what is in
it is then read like any other file.  Names are decoded here: programs of Chinese Windows write them in GBK and
say so nowhere.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import field
from pathlib import PurePosixPath
from typing import Final

from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.workbook.archive import DAMAGED, Archive, open_archive
from pioneer_etl.workbook.intake import is_lock
from pioneer_etl.workbook.limits import Limits

SEPARATOR: Final = "!"  # between the name of a zip and that of a file in it

_LOCAL: Final = b"PK\x03\x04"
_UTF8_FLAG: Final = 0x800
_UNICODE_PATH: Final = 0x7075  # the extra field in which Info-ZIP keeps a name in UTF-8
# A package of a spreadsheet or text program begins with one of these; its directory need not be read to tell.
_PACKAGE_STARTS: Final = (b"[Content_Types].xml", b"mimetype", b"_rels/", b"docProps/", b"xl/", b"word/", b"ppt/")
_PACKAGE_PARTS: Final = ("[content_types].xml", "mimetype", "content.xml")
_ASIDE: Final = ("__MACOSX",)


@unchanging
class Member:
    """A file in a zip: its path there, and its bytes or why it is refused."""

    path: str
    data: bytes = field(default=b"", repr=False)
    refusal: FileRefused | None = None

    @property
    def folder(self) -> str:
        """The name of the innermost folder that it lies in; empty at the top of the zip."""
        return PurePosixPath(self.path).parent.name


def is_bundle(data: bytes) -> bool:
    """Whether bytes are a zip of files, and not the package of a workbook or another document."""
    if not data.startswith(_LOCAL) or data[30:50].startswith(_PACKAGE_STARTS):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = [entry.orig_filename.lower().lstrip("/") for entry in package.infolist()]
    except DAMAGED:
        return False  # damaged: what reads workbooks says so
    return not any(name in _PACKAGE_PARTS or name.endswith(("xl/workbook.xml", "xl/workbook.bin")) for name in names)


def unpack(data: bytes, name: str, limits: Limits) -> Iterator[Member]:
    """The files of a zip in order of their paths; hidden ones are passed over, as in a folder.

    A member that is damaged, too large, empty, a lock file or a zip itself carries its refusal and the others go on.
    FileRefused when the zip as a whole is unsafe, encrypted or beyond the limits, or has no file in it.
    """
    archive = open_archive(data, name, limits, names_of=decoded_names)
    paths = sorted(path for path in archive.parts if not path.endswith("/") and not _is_aside(path))
    if not paths:
        raise FileRefused("file.empty", Location(name))
    for path in paths:
        where = Location(f"{name}{SEPARATOR}{path}")
        try:
            yield Member(path, _content(archive, path, where, limits))
        except FileRefused as refusal:
            yield Member(path, refusal=FileRefused(refusal.code, where, **refusal.arguments))


def _content(archive: Archive, path: str, where: Location, limits: Limits) -> bytes:
    size = archive.parts[path].file_size
    if is_lock(PurePosixPath(path)):
        raise FileRefused("file.lock", where)
    if size > limits.file_bytes:
        raise FileRefused("file.too_large", where, found=f"{size:,} B", expected=f"{limits.file_bytes:,} B")
    content = archive.read(path)
    if not content:
        raise FileRefused("file.empty", where)
    if is_bundle(content):
        raise FileRefused("file.zip_nested", where)
    return content


def _is_aside(path: str) -> bool:
    """Whether a path is hidden, or one of those that a Mac adds to its zips."""
    return any(part.startswith(".") or part in _ASIDE for part in path.split("/"))


def decoded_names(entries: Sequence[zipfile.ZipInfo]) -> list[str]:
    """The entries' names as their sender read them.

    A name is UTF-8 where the entry says so, or keeps it in a field of its own.  The others are in one encoding
    throughout a zip: UTF-8 where all of them can be, else GB18030, else that of the zip format (code page 437).
    What would be Greek or Cyrillic in UTF-8 is Chinese: 一 in GBK happens to be a letter of two bytes there.
    """
    known = [_stated_name(entry) for entry in entries]
    raw = [entry.orig_filename.encode("cp437", "replace") for entry in entries]
    unsaid = [name for name, said in zip(raw, known, strict=True) if said is None]
    fitting = [each for each in ("utf-8", "gb18030", "cp437") if all(_decodes(name, each) for name in unsaid)]
    letters = {letter for name in unsaid for letter in name.decode(fitting[0]) if not letter.isascii()}
    alphabet = letters and fitting[0] == "utf-8" and max(letters) < "\u0800"
    encoding = fitting[1] if alphabet else fitting[0]
    return [
        (name.decode(encoding) if said is None else said).replace("\\", "/")
        for name, said in zip(raw, known, strict=True)
    ]


def _stated_name(entry: zipfile.ZipInfo) -> str | None:
    if entry.flag_bits & _UTF8_FLAG:
        return entry.orig_filename
    extra = entry.extra
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == _UNICODE_PATH and size > 5 and _decodes(extra[9 : 4 + size], "utf-8"):
            return extra[9 : 4 + size].decode("utf-8")
        extra = extra[4 + size :]
    return None


def _decodes(name: bytes, encoding: str) -> bool:
    try:
        name.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
