"""The preflight of zip-based formats: nothing of a package is parsed before it has passed here.

A parser that is handed a package trusts its directory.  So the directory is checked against the
local headers, against itself and against the limits, and every part that is read is inflated here,
under its declared size, before any other library sees it.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Final

from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.workbook.limits import Limits

# What zipfile raises when it opens a file whose directory is damaged, or of a kind that it does not know.
DAMAGED: Final = (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error, RuntimeError)

_STORED, _DEFLATED = 0, 8
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_ENCRYPTED = 0x1
_HEAD = 1024  # enough of a part to see its root element
_ELEMENT = re.compile(rb"<[A-Za-z_:\x80-\xff]")
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))


@unchanging
class Archive:
    """A zip package whose directory has passed the preflight.

    `parts` maps a part's name, as a package path without a leading slash, to its directory entry.
    """

    file: str
    data: bytes = field(repr=False)
    parts: Mapping[str, zipfile.ZipInfo] = field(repr=False)
    _lower: Mapping[str, str] = field(repr=False)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._lower

    def read(self, name: str) -> bytes:
        """The inflated bytes of a part.  KeyError when there is none; FileRefused when it is damaged."""
        entry = self.parts[self._lower[name.lower()]]
        start = _data_start(self.data, entry)
        raw = memoryview(self.data)[start : start + entry.compress_size]
        content = bytes(raw) if entry.compress_type == _STORED else self._inflate(raw, entry)
        if len(content) != entry.file_size or zlib.crc32(content) != entry.CRC:
            raise FileRefused("file.damaged", Location(self.file), detail=f"{entry.filename}: checksum")
        return content

    def read_xml(self, name: str) -> bytes:
        """A part that will be parsed as XML: as `read`, and refused when it declares a DOCTYPE."""
        content = self.read(name)
        if _declares_doctype(content):
            raise FileRefused("file.doctype", Location(self.file), part=name)
        return content

    def refuse_doctypes(self) -> None:
        """Look at the start of every XML part, for those that another library will read unasked."""
        for name, entry in self.parts.items():
            if name.lower().endswith((".xml", ".rels", ".vml")) and not self._starts_plainly(entry):
                self.read_xml(name)

    def _starts_plainly(self, entry: zipfile.ZipInfo) -> bool:
        """Whether the first bytes of a part show its root element and no declaration before it."""
        start = _data_start(self.data, entry)
        head = self.data[start : start + min(entry.compress_size, _HEAD)]
        if entry.compress_type == _DEFLATED:
            try:
                head = zlib.decompressobj(-zlib.MAX_WBITS).decompress(head, _HEAD)
            except zlib.error:
                return False
        return b"\0" not in head[:64] and _ELEMENT.search(head) is not None and not _declares_doctype(head)

    def _inflate(self, raw: memoryview, entry: zipfile.ZipInfo) -> bytes:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            # One byte more than declared is enough to tell a stream that lies about its size.
            content = inflater.decompress(raw, entry.file_size + 1)
        except zlib.error as problem:
            raise FileRefused("file.damaged", Location(self.file), detail=f"{entry.filename}: {problem}") from None
        if len(content) > entry.file_size:
            raise FileRefused("file.zip_unsafe", Location(self.file), detail=f"{entry.filename}: size")
        return content


def _declares_doctype(content: bytes) -> bool:
    """Whether an XML text has a DOCTYPE.  One can stand only before the root element."""
    if b"\0" not in content[:64]:
        root = _ELEMENT.search(content)
        if root is not None and b"<!" not in content[: root.start()]:
            return False
    return any(mark in content for mark in _DOCTYPES)


def package_names(entries: Sequence[zipfile.ZipInfo]) -> list[str]:
    """The parts' names as a package writes them; some programs write backslashes."""
    return [entry.orig_filename.replace("\\", "/") for entry in entries]


def open_archive(
    data: bytes,
    file: str,
    limits: Limits,
    *,
    names_of: Callable[[Sequence[zipfile.ZipInfo]], list[str]] = package_names,
) -> Archive:
    """Check the directory of a zip.  FileRefused names the first thing that is wrong with it.

    `names_of` gives the names of its entries with forward slashes: those of a package's parts, if nothing is said.
    """
    where = Location(file)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
    except DAMAGED as problem:
        raise FileRefused("file.damaged", where, detail=str(problem)) from None
    if len(entries) > limits.entries:
        raise FileRefused("file.too_many_parts", where, found=len(entries), expected=limits.entries)
    inflated = sum(entry.file_size for entry in entries)
    if inflated > limits.inflated_bytes:
        raise FileRefused("file.too_large", where, found=f"{inflated:,} B", expected=f"{limits.inflated_bytes:,} B")
    parts: dict[str, zipfile.ZipInfo] = {}
    lower: dict[str, str] = {}
    for entry, name in zip(entries, names_of(entries), strict=True):
        _check_entry(entry, name, where)
        if name.lower() in lower:
            raise FileRefused("file.zip_unsafe", where, detail=f"{name}: duplicate")
        parts[name] = entry
        lower[name.lower()] = name
    _check_places(data, entries, where)
    return Archive(file, data, parts, lower)


def _check_entry(entry: zipfile.ZipInfo, name: str, where: Location) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise FileRefused("file.encrypted", where)
    if name.startswith("/") or ":" in name or "\0" in name or ".." in name.split("/"):
        raise FileRefused("file.zip_unsafe", where, detail=f"{name!r}: name")
    if entry.compress_type not in (_STORED, _DEFLATED):
        raise FileRefused("file.zip_unsafe", where, detail=f"{name}: method {entry.compress_type}")


def _check_places(data: bytes, entries: list[zipfile.ZipInfo], where: Location) -> None:
    """Every entry has a place of its own, and its local header names it as the directory does."""
    end_before = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        header = data[entry.header_offset : entry.header_offset + _LOCAL_HEADER.size]
        if len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
            raise FileRefused("file.damaged", where, detail=f"{entry.filename}: header")
        if entry.header_offset < end_before:
            raise FileRefused("file.zip_unsafe", where, detail=f"{entry.filename}: overlap")
        start = _data_start(data, entry)
        end_before = start + entry.compress_size
        if end_before > len(data):
            raise FileRefused("file.damaged", where, detail=f"{entry.filename}: truncated")
        name_length = _LOCAL_HEADER.unpack(header)[9]
        at = entry.header_offset + _LOCAL_HEADER.size
        encoding = "utf-8" if entry.flag_bits & 0x800 else "cp437"
        if data[at : at + name_length] != entry.orig_filename.encode(encoding, "replace"):
            raise FileRefused("file.zip_unsafe", where, detail=f"{entry.filename}: name differs")


def _data_start(data: bytes, entry: zipfile.ZipInfo) -> int:
    header = _LOCAL_HEADER.unpack(data[entry.header_offset : entry.header_offset + _LOCAL_HEADER.size])
    name_length, extra_length = header[9], header[10]
    return int(entry.header_offset + _LOCAL_HEADER.size + name_length + extra_length)
