"""Binary workbooks, .xlsb: values from calamine, the count and the rest from a walk over the records."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pioneer_etl.contract.address import Range
from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.workbook.archive import Archive
from pioneer_etl.workbook.limits import Limits
from pioneer_etl.workbook.model import CellError, Scalar, Sheet
from pioneer_etl.workbook.package import relations
from pioneer_etl.workbook.plain import grid_of, open_calamine, visibility_of
from pioneer_etl.workbook.values import trimmed
from pioneer_etl.workbook.xls import ERRORS

LOSSES = ("loss.styles", "loss.formulas", "loss.comments")

_ROW, _BLANK, _COLUMN, _BOOK_PROPERTIES, _BUNDLE, _MERGE = 0, 1, 60, 153, 156, 176
_CELLS = frozenset((2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 62))
_TEXTS = frozenset((6, 7, 8, 62))
_ERROR_CELLS = frozenset((3, 11))


def read_xlsb(data: bytes, archive: Archive, limits: Limits) -> tuple[tuple[Sheet, ...], bool]:
    """The sheets of an .xlsb, and whether its dates count from 1904.  Styles and formulas are not read."""
    where = Location(archive.file)
    try:
        parts, date_1904 = _book(archive)
        if len(parts) > limits.sheets:
            raise FileRefused("file.too_many_sheets", where, found=len(parts), expected=limits.sheets)
        book = open_calamine(data, where)
        left = limits.cells
        sheets: list[Sheet] = []
        for index, entry in enumerate(book.sheets_metadata):
            if entry.name not in parts:
                continue  # a chart sheet
            walked = _walk(archive.read(parts[entry.name]), left)
            left -= len(walked.cells)
            sheets.append(_sheet(book, index, entry, walked, limits, where))
    except OverflowError:
        raise FileRefused("file.too_many_cells", where, expected=f"{limits.cells:,}") from None
    except (struct.error, IndexError, ValueError) as problem:
        raise FileRefused("file.damaged", where, detail=f"xlsb: {problem}") from None
    return tuple(sheets), date_1904


def _sheet(book: Any, index: int, entry: Any, walked: _Walked, limits: Limits, where: Location) -> Sheet:
    bottom = max((row for row, _ in walked.cells), default=-1) + 1
    right = max((column for _, column in walked.cells), default=-1) + 1
    if bottom * right > limits.grid_cells:
        raise OverflowError(entry.name)
    grid: list[list[Scalar | None]] = grid_of(book, index, where)[0]
    count = 0
    for (row, column), kind in walked.cells.items():
        while len(grid) <= row:
            grid.append([])
        cells = grid[row]
        cells.extend([None] * (column + 1 - len(cells)))
        if kind in _ERROR_CELLS:
            cells[column] = walked.errors[row, column]
        # Whether a text is blank only its reader can tell.
        count += cells[column] is not None or kind not in _TEXTS
    return Sheet(
        name=entry.name,
        rows=trimmed(grid),
        merges=tuple(walked.merges),
        visibility=visibility_of(entry),
        hidden_rows=frozenset(walked.hidden_rows),
        hidden_columns=frozenset(walked.hidden_columns),
        count=count,
    )


@dataclass(slots=True)
class _Walked:
    """What the records of a sheet say; `cells` maps (row, column) from 0 to the kind of record."""

    cells: dict[tuple[int, int], int] = field(default_factory=dict)
    errors: dict[tuple[int, int], CellError] = field(default_factory=dict)
    merges: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def _book(archive: Archive) -> tuple[dict[str, str], bool]:
    """Worksheet name → part, in order, and the date system."""
    targets = relations(archive, "xl/workbook.bin")
    parts: dict[str, str] = {}
    date_1904 = False
    for kind, record in _records(archive.read("xl/workbook.bin")):
        if kind == _BOOK_PROPERTIES:
            date_1904 = bool(record[0] & 1)
        elif kind == _BUNDLE:
            identity, rest = _wide(record, 8)
            name, _ = _wide(record, rest)
            relation, part = targets.get(identity, ("", ""))
            if relation == "worksheet" and part in archive:
                parts[name] = part
    return parts, date_1904


def _walk(content: bytes, most_cells: int) -> _Walked:
    walked = _Walked()
    row = 0
    for kind, record in _records(content):
        if kind == _ROW:
            row = struct.unpack_from("<I", record)[0]
            if row > 1_048_575:
                raise ValueError(f"row {row}")
            if record[11] & 0x10:
                walked.hidden_rows.add(row + 1)
        elif kind in _CELLS:
            column = struct.unpack_from("<I", record)[0]
            if column > 16_383:
                raise ValueError(f"column {column}")
            walked.cells[row, column] = kind
            if kind in _ERROR_CELLS:
                walked.errors[row, column] = CellError(ERRORS.get(record[8], f"#ERR{record[8]}"))
            if len(walked.cells) > most_cells:
                raise OverflowError(most_cells)
        elif kind == _MERGE:
            top, bottom, left, right = struct.unpack_from("<4I", record)
            walked.merges.append(Range(top + 1, left + 1, bottom + 1, right + 1))
        elif kind == _COLUMN:
            first, last = struct.unpack_from("<2I", record)
            if record[16] & 1:
                walked.hidden_columns.update(range(first + 1, min(last, 16_383) + 2))
    return walked


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and content of every record; both its numbers take as many bytes as they need."""
    place = 0
    while place < len(content):
        kind = content[place]
        place += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (content[place] & 0x7F) << 7
            place += 1
        size = shift = 0
        while True:
            byte = content[place]
            place += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 21:
                break
        if place + size > len(content):
            raise ValueError(f"record {kind} cut off")
        yield kind, content[place : place + size]
        place += size


def _wide(record: bytes, place: int) -> tuple[str, int]:
    """A counted UTF-16 text and where it ends."""
    (length,) = struct.unpack_from("<I", record, place)
    end = place + 4 + 2 * length
    if end > len(record):
        raise ValueError("text cut off")
    return record[place + 4 : end].decode("utf-16-le", "replace"), end
