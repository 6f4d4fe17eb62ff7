"""A light pass over the records of an .xls stream: which cells there are, and which are formulas.

It is the second way of counting an .xls, and knows what readers of values leave out: a formula that
a program wrote and nothing ever calculated.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence

from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.contract.unchanging import unchanging

_BOF = frozenset((0x0809, 0x0409, 0x0209, 0x0009))
_EOF, _SHEET, _FILEPASS, _RECALC, _SHARED = 0x0A, 0x85, 0x2F, 0x01C1, 0x04BC
_FORMULA = frozenset((0x0006, 0x0206, 0x0406))
# NUMBER, RK, LABELSST, LABEL, RSTRING, BOOLERR; the second form of each is of the oldest versions.
_CELL = frozenset((0x0203, 0x027E, 0x00FD, 0x0204, 0x00D6, 0x0205))
_TEXT = frozenset((0x00FD, 0x0204, 0x00D6))
_MULRK = 0x00BD
_OF_BOOK = frozenset((_FILEPASS, _SHEET, _RECALC))
_OF_SHEET = frozenset((*_CELL, _MULRK, *_FORMULA, _SHARED))
_CALCULATE_ON_LOAD = 0x2


@unchanging
class BiffFormula:
    """A formula cell.  `tokens` are its parsed expression; `text` when its result is one, `idle` when
    it is 0 or empty."""

    tokens: bytes
    text: bool
    idle: bool
    on_load: bool


@unchanging
class BiffSheet:
    """The cells of one sheet by (row, column) from 0: how many have values, which are texts, the formulas."""

    values: int
    texts: Sequence[tuple[int, int]]
    formulas: Mapping[tuple[int, int], BiffFormula]
    shared: Mapping[tuple[int, int], bytes]


@unchanging
class BiffBook:
    """The sheets by the place of their BOF record, and whether a spreadsheet program calculated them."""

    sheets: tuple[BiffSheet, ...]
    calculated: bool


def scan_biff(stream: bytes, where: Location, most_cells: int) -> BiffBook:
    """Walk a BIFF5 or BIFF8 stream.  FileRefused when it is encrypted or its records do not add up."""
    starts: list[int] = []
    has_calculator = False
    for kind, start, size, _ in _records(stream, 0, where, _OF_BOOK):
        if kind == _FILEPASS:
            raise FileRefused("file.encrypted", where)
        if kind == _SHEET and size >= 6 and stream[start + 5] == 0:
            starts.append(struct.unpack_from("<I", stream, start)[0])
        elif kind == _RECALC:
            has_calculator = True
    left = most_cells
    sheets: list[BiffSheet] = []
    for start in starts:
        sheet = _scan_sheet(stream, start, where, left)
        left -= sheet.values + len(sheet.formulas)
        sheets.append(sheet)
    formulas = [formula for sheet in sheets for formula in sheet.formulas.values()]
    calculated = has_calculator and not any(each.idle and each.on_load for each in formulas)
    return BiffBook(tuple(sheets), calculated or any(not each.idle for each in formulas))


def _records(stream: bytes, place: int, where: Location, kinds: frozenset[int]) -> Iterator[tuple[int, int, int, int]]:
    """Kind, start, size and depth of every record of these kinds in the substream at `place`, up to its end."""
    depth = 0
    header = struct.Struct("<HH").unpack_from
    end = len(stream)
    while place + 4 <= end:
        kind, size = header(stream, place)
        start = place + 4
        place = start + size
        if place > end:
            raise FileRefused("file.damaged", where, detail=f"BIFF record {kind:#06x} cut off")
        if kind in kinds:
            yield kind, start, size, depth
        elif kind in _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return


def _scan_sheet(stream: bytes, place: int, where: Location, most_cells: int) -> BiffSheet:
    values = 0
    texts: list[tuple[int, int]] = []
    formulas: dict[tuple[int, int], BiffFormula] = {}
    shared: dict[tuple[int, int], bytes] = {}
    at: tuple[int, int] = (0, 0)
    pair = struct.Struct("<HH").unpack_from
    for kind, start, size, depth in _records(stream, place, where, _OF_SHEET):
        if depth != 1 or size < 6:
            continue  # a chart inside of the sheet, or no cell
        if kind in _CELL:
            values += 1
            if kind in _TEXT:
                texts.append(pair(stream, start))
        elif kind == _MULRK:
            values += (size - 6) // 6
        elif kind in _FORMULA and size >= 20:
            at = pair(stream, start)
            formulas[at] = _formula(stream, start, size)
        elif kind == _SHARED and size > 10:
            length = struct.unpack_from("<H", stream, start + 8)[0]
            shared[at] = stream[start + 10 : start + 10 + min(length, size - 10)]
        if values + len(formulas) > most_cells:
            raise FileRefused("file.too_many_cells", where, expected=f"{most_cells:,}")
    return BiffSheet(values, texts, formulas, shared)


def _formula(stream: bytes, start: int, size: int) -> BiffFormula:
    result = stream[start + 6 : start + 14]
    empty_text = result[6:] == b"\xff\xff" and result[0] == 3
    flags = struct.unpack_from("<H", stream, start + 14)[0]
    length = min(struct.unpack_from("<H", stream, start + 20)[0], size - 22) if size >= 22 else 0
    return BiffFormula(
        tokens=stream[start + 22 : start + 22 + length],
        text=result[6:] == b"\xff\xff" and result[0] in (0, 3),
        idle=empty_text or result == bytes(8),
        on_load=bool(flags & _CALCULATE_ON_LOAD),
    )
