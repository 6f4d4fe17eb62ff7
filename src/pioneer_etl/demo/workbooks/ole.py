"""A compound file (OLE) with the streams given: the box that Word 97 and encrypted workbooks come in."""

from __future__ import annotations

import struct
from collections.abc import Mapping

_SECTOR = 512
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_SMALLEST = 4096  # shorter streams would have to stand in the mini stream


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """A compound file; streams are padded to 4096 bytes.  Up to three streams and 60 KB in all."""
    sectors: list[bytes] = []
    chains: list[list[int]] = []
    entries = [_entry("Root Entry", 5, _END, 0, child=1)]
    for number, (name, data) in enumerate(streams.items(), 1):
        padded = data.ljust(max(_SMALLEST, -(-len(data) // _SECTOR) * _SECTOR), b"\0")
        first = len(sectors) + 2  # after the allocation table and the directory
        count = len(padded) // _SECTOR
        sectors += [padded[i * _SECTOR : (i + 1) * _SECTOR] for i in range(count)]
        chains.append(list(range(first, first + count)))
        right = number + 1 if number < len(streams) else _NONE
        entries.append(_entry(name, 2, first, len(padded), right=right))
    directory = b"".join(entries).ljust(_SECTOR, b"\0")
    table = [_FREE] * (_SECTOR // 4)
    table[0], table[1] = _FAT, _END
    for chain in chains:
        for here, following in zip(chain, [*chain[1:], _END], strict=True):
            table[here] = following
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,  # directory sectors: always 0 in this version
        1,  # sectors of the allocation table
        1,  # the directory's first sector
        0,
        _SMALLEST,
        _END,
        0,
        _END,
        0,
    ) + struct.pack("<109I", 0, *[_FREE] * 108)
    return header + struct.pack(f"<{len(table)}I", *table) + directory + b"".join(sectors)


def _entry(name: str, kind: int, first: int, size: int, child: int = _NONE, right: int = _NONE) -> bytes:
    letters = name.encode("utf-16-le") + b"\0\0"
    head = struct.pack("<64sHBBIII", letters, len(letters), kind, 1, _NONE, right, child)
    return head + struct.pack("<16sIQQIQ", b"", 0, 0, 0, first, size)
