"""OLE2 compound files (.xls, .doc, encrypted .xlsx): their directory and their streams."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from pioneer_etl.contract.errors import FileRefused, Location

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA  # this and above mark free, end-of-chain and table sectors
_ENTRY = struct.Struct("<64sHBB3I16sIQQIQ")


def directory(data: bytes, where: Location) -> tuple[str, ...]:
    """The names of a compound file's streams and storages.  FileRefused when it is damaged."""
    return tuple(name for name, *_ in _Compound(data, where).entries)


def stream(data: bytes, names: tuple[str, ...], where: Location) -> bytes:
    """The first stream that has one of `names`; FileRefused when there is none or it is damaged."""
    compound = _Compound(data, where)
    for wanted in names:
        for name, start, size in compound.entries:
            if name == wanted:
                return compound.read(start, size)
    raise FileRefused("file.damaged", where, detail="/".join(names))


class _Compound:
    """A compound file: sectors chained by a table, small streams kept inside the root's own."""

    def __init__(self, data: bytes, where: Location) -> None:
        self.data, self.where = data, where
        if len(data) < 512:
            raise self._damaged("OLE2 header")
        (sector_shift, small_shift) = struct.unpack_from("<HH", data, 30)
        if sector_shift not in (9, 12) or small_shift > sector_shift:
            raise self._damaged("OLE2 sector size")
        self.size, self.small_size = 1 << sector_shift, 1 << small_shift
        (directory_start,) = struct.unpack_from("<I", data, 48)
        self.small_limit, small_start = struct.unpack_from("<II", data, 56)
        self.table = self._allocation()
        self.small_table = self._words(b"".join(self._chain(small_start))) if small_start < _END else ()
        self.entries: list[tuple[str, int, int]] = []
        self.small_data = b""
        for raw in self._records(b"".join(self._chain(directory_start))):
            label, length, kind, *_, start, size = _ENTRY.unpack(raw)
            if self.size == 512:
                size &= 0xFFFFFFFF  # the upper half is undefined in version 3
            name = label[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            if kind == 5:
                self.small_data = b"".join(self._chain(start))[:size] if start < _END else b""
            elif kind in (1, 2):
                self.entries.append((name, start, size))

    def read(self, start: int, size: int) -> bytes:
        if size < self.small_limit:
            pieces: Iterator[bytes] = self._small_chain(start)
        else:
            pieces = self._chain(start)
        content = b"".join(pieces)
        if len(content) < size:
            raise self._damaged("OLE2 stream cut off")
        return content[:size]

    def _damaged(self, detail: str) -> FileRefused:
        return FileRefused("file.damaged", self.where, detail=detail)

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.size
        if start >= len(self.data):
            raise self._damaged("OLE2 sector beyond the end")
        return self.data[start : start + self.size]

    def _words(self, content: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])

    def _allocation(self) -> tuple[int, ...]:
        sectors = [number for number in struct.unpack_from("<109I", self.data, 76) if number < _END]
        following, extra = struct.unpack_from("<II", self.data, 68)
        for _ in range(min(extra, len(self.data) // self.size)):
            if following >= _END:
                break
            *numbers, following = self._words(self._sector(following))
            sectors.extend(number for number in numbers if number < _END)
        if len(sectors) > len(self.data) // self.size + 1:
            raise self._damaged("OLE2 table")
        return self._words(b"".join(self._sector(number) for number in sectors))

    def _chain(self, number: int) -> Iterator[bytes]:
        steps = 0
        while number < _END:
            steps += 1
            if number >= len(self.table) or steps > len(self.table):
                raise self._damaged("OLE2 chain")
            yield self._sector(number)
            number = self.table[number]

    def _small_chain(self, number: int) -> Iterator[bytes]:
        steps = 0
        while number < _END:
            steps += 1
            if number >= len(self.small_table) or steps > len(self.small_table):
                raise self._damaged("OLE2 small chain")
            yield self.small_data[number * self.small_size : (number + 1) * self.small_size]
            number = self.small_table[number]

    def _records(self, content: bytes) -> Iterator[bytes]:
        for start in range(0, len(content) - _ENTRY.size + 1, _ENTRY.size):
            yield content[start : start + _ENTRY.size]
