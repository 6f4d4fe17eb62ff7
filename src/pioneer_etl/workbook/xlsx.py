"""Workbooks of the .xlsx family: values from calamine, everything else from a light pass of our own.

The two readers are held against each other row by row.  A cell that the XML carries and calamine
left blank (errors, formulas without a result, what it does not understand) is filled in from the XML.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable
from datetime import time
from decimal import Decimal
from itertools import chain
from operator import itemgetter
from typing import Any

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.workbook.archive import Archive
from pioneer_etl.workbook.formula import shifted
from pioneer_etl.workbook.limits import Limits
from pioneer_etl.workbook.model import CellError, NoResult, Scalar, Sheet, is_blank
from pioneer_etl.workbook.package import (
    Package,
    SheetEntry,
    StyleTable,
    open_package,
    read_comments,
    read_strings,
    unescape,
)
from pioneer_etl.workbook.plain import refusal
from pioneer_etl.workbook.sheet_parse import ParsedSheet, parse_sheet
from pioneer_etl.workbook.sheet_scan import RawCell, SheetScan, StyleGrid, Unusual, scan_sheet
from pioneer_etl.workbook.values import (
    EXACT,
    DateKind,
    date_kind,
    from_iso,
    from_serial,
    number,
    number_of,
    trimmed,
)

# calamine shows zero and negative dates as midnight; `_clean` marks whole numbers that a float cannot hold.
_DOUBTFUL = frozenset((time, Decimal))
Grid = list[list[Any]]


def read_xlsx(data: bytes, archive: Archive, limits: Limits) -> tuple[tuple[Sheet, ...], bool]:
    """The sheets of an .xlsx or .xlsm, and whether its dates count from 1904."""
    package = open_package(archive)
    where = Location(archive.file)
    if not package.sheets:
        raise FileRefused("file.no_sheets", where)
    if len(package.sheets) > limits.sheets:
        raise FileRefused("file.too_many_sheets", where, found=len(package.sheets), expected=limits.sheets)
    values = _Values(data, package)
    left = limits.cells
    sheets: list[Sheet] = []
    for entry in package.sheets:
        try:
            sheet, seen = _read_sheet(entry, package, values, left, limits)
        except OverflowError:
            raise FileRefused("file.too_many_cells", where, expected=f"{limits.cells:,}") from None
        except ValueError as problem:
            raise FileRefused("file.damaged", where, detail=f"{entry.part}: {problem}") from None
        left -= seen
        sheets.append(sheet)
    return tuple(sheets), package.date_1904


class _Values:
    """The values of a workbook, by calamine or cell by cell from the XML; strings are read when needed."""

    def __init__(self, data: bytes, package: Package) -> None:
        self._data = data
        self._package = package
        self._book: Any = None
        self._strings: tuple[str, ...] | None = None

    def grid(self, name: str) -> Grid | None:
        """calamine's cells of a sheet from A1 on, cleaned; None when it cannot read them."""
        try:
            if self._book is None:
                from python_calamine import load_workbook

                self._book = load_workbook(io.BytesIO(self._data))
            rows = self._book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        except BaseException as problem:  # its panics are no Exceptions
            if not isinstance(refusal(problem, Location(self._package.archive.file)), FileRefused):
                raise
            return None  # whatever it says, the XML is read instead, and that either works or refuses
        return [_clean(row) for row in rows]

    def cell(self, cell: RawCell, formula: str | None) -> Scalar | None:
        """What one cell holds according to the XML; None when it carries nothing."""
        if cell.waits:
            return NoResult(formula or "=")
        if cell.inline is not None and cell.value is None:
            return _text(cell.inline)
        if cell.value is None:
            return None
        if cell.type == "s":
            return _text(self._string(cell.value))
        if cell.type == "e":
            return CellError(cell.value)
        if cell.type == "b":
            return cell.value.strip().lower() in ("1", "true")
        if cell.type in ("str", "inlineStr"):
            return _text(unescape(cell.value))
        if cell.type == "d":
            return _text(from_iso(cell.value.strip()))
        value = number_of(cell.value)
        style = self._package.styles[cell.style].number_format
        if not isinstance(value, str) and date_kind(style) != DateKind.NONE:
            return from_serial(float(value), style, self._package.date_1904)
        return _text(value)

    def _string(self, index: str) -> str:
        if self._strings is None:
            self._strings = read_strings(self._package.archive, self._package.strings_part)
        if not (index.isascii() and index.isdigit() and int(index) < len(self._strings)):
            raise ValueError("shared string out of range")
        return self._strings[int(index)]


def _text(value: Scalar) -> Scalar | None:
    return None if is_blank(value) else value


def _clean(row: list[Any]) -> list[Any]:
    """calamine's cells as this project's: blanks are None, whole floats are ints.

    A whole number beyond 2**53, which a float no longer holds exactly, is marked by its type, Decimal,
    for `_Mender` to settle.
    """
    return [
        ((int(v) if -EXACT < v < EXACT else Decimal(repr(v))) if v.is_integer() else v)
        if v.__class__ is float
        else (v if v.strip() else None)
        if v.__class__ is str
        else v
        for v in row
    ]


def _read_sheet(
    entry: SheetEntry,
    package: Package,
    values: _Values,
    most_cells: int,
    limits: Limits,
) -> tuple[Sheet, int]:
    xml = package.archive.read_xml(entry.part)
    try:
        scan = scan_sheet(xml, most_cells)
        sheet = _assemble(entry, package, values, scan, limits)
        if sheet.count == sum(len(row) - row.count(None) for row in sheet.rows):
            return sheet, scan.cells
    except Unusual:
        pass
    # Written in another dialect, or the two readers disagree: the parser decides, or refuses the sheet.
    parsed = parse_sheet(xml, most_cells)
    return _assemble(entry, package, values, parsed, limits), parsed.cells


def _assemble(
    entry: SheetEntry, package: Package, values: _Values, source: SheetScan | ParsedSheet, limits: Limits
) -> Sheet:
    # calamine allocates the whole used range; a far-away cell would cost it all memory there is.
    spread = source.bottom * source.right > limits.grid_cells
    grid = [] if spread else values.grid(entry.name)
    parsed = isinstance(source, ParsedSheet)
    if grid is None:
        if not parsed:
            raise Unusual("calamine cannot read it")
        grid = []
    formulas: dict[Position, str] = {}
    mend = _Mender(values, package.styles, formulas, parsed)
    doubtful = bool(package.styles.local_dates) or not _DOUBTFUL.isdisjoint(map(type, chain.from_iterable(grid)))
    count = 0
    for scanned in source.rows:
        columns = scanned.columns
        if not columns:
            continue
        cells = _row_of(grid, scanned.row)
        if parsed:
            count += mend.row(cells, scanned.cells())
            continue
        if scanned.special:
            mend.row(cells, scanned.special_cells())
        elif not doubtful and len(cells) == len(columns) == columns[-1] and None not in cells:
            count += len(columns)  # the common case, a full row, said without a call
            continue
        if mend.agrees(cells, columns):
            count += len(columns)
        else:
            count += mend.row(cells, scanned.cells())
    rows = trimmed(grid)
    if sum(map(len, rows)) > limits.grid_cells:
        raise OverflowError(entry.name)
    return Sheet(
        name=entry.name,
        rows=rows,
        merges=source.merges,
        visibility=entry.visibility,
        styles=StyleGrid({each.row: each for each in source.rows}, package.styles),
        has_styles=True,
        formulas=formulas,
        hidden_rows=source.hidden_rows,
        hidden_columns=source.hidden_columns,
        comments=read_comments(package.archive, entry.part),
        count=count,
    )


class _Mender:
    """Holds calamine's cells of a row against those of the XML and fills in what it left out."""

    def __init__(self, values: _Values, styles: StyleTable, formulas: dict[Position, str], parsed: bool) -> None:
        self._values = values
        self._styles = styles
        self._formulas = formulas
        # Where a sheet needed the parser, calamine may have misread it too: it drops CDATA in values and
        # what follows a character reference.
        self._parsed = parsed
        self._masters: dict[str, tuple[Position, str]] = {}
        self._pickers: dict[tuple[int, ...], Callable[[list[Any]], Any]] = {}

    def agrees(self, cells: list[Any], columns: tuple[int, ...]) -> bool:
        """Whether a plain row needs no second look: the same cells filled, and no value in doubt."""
        if self._styles.local_dates or len(cells) - cells.count(None) != len(columns) or columns[-1] > len(cells):
            return False
        picker = self._pickers.get(columns)
        if picker is None:
            # Two places at least, so that the getter always answers with a tuple.
            picker = self._pickers[columns] = itemgetter(*(column - 1 for column in (columns[0], *columns)))
        return None not in picker(cells) and _DOUBTFUL.isdisjoint(map(type, cells))

    def row(self, cells: list[Any], raw_cells: Iterable[RawCell]) -> int:
        """Mend one row in place; how many of its cells carry something according to the XML."""
        count = 0
        for raw in raw_cells:
            text = self._formula(raw)
            if not raw.carries:
                continue
            place = raw.column - 1
            if place >= len(cells):
                cells.extend([None] * (place + 1 - len(cells)))
            present = cells[place]
            if (
                present is None
                or raw.waits
                or raw.type == "e"
                or type(present) in _DOUBTFUL
                or (type(present) is float and not math.isfinite(present))
                or (self._parsed and raw.type != "s")
                or raw.style in self._styles.local_dates
            ):
                cells[place] = present = self._values.cell(raw, text)
            count += present is not None
        if Decimal in map(type, cells):  # a number that calamine alone sees
            cells[:] = (number(float(value)) if type(value) is Decimal else value for value in cells)
        return count

    def _formula(self, raw: RawCell) -> str | None:
        """The text of a cell's formula, remembered under its address; shared ones move with the cell."""
        if raw.formula is None:
            return None
        here = Position(raw.row, raw.column)
        text = raw.formula
        if raw.shared is not None:
            if text:
                self._masters[raw.shared] = (here, text)
            elif raw.shared in self._masters:
                origin, master = self._masters[raw.shared]
                text = shifted(master, origin, here)
        self._formulas[here] = f"={text}"
        return self._formulas[here]


def _row_of(grid: Grid, row: int) -> list[Any]:
    while len(grid) < row:
        grid.append([])
    return grid[row - 1]
