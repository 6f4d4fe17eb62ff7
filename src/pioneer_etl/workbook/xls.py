"""Workbooks of the .xls family, Excel 2 to 2003 and WPS .et: read by xlrd, counted by `biff`.

xlrd gives values and formats in one go and is plain Python: on a damaged file it raises where
calamine may end the process.  calamine reads what xlrd cannot, without styles.
"""

from __future__ import annotations

import io
import re
from collections.abc import Container
from typing import Any

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.workbook.biff import BiffBook, BiffSheet, scan_biff
from pioneer_etl.workbook.limits import Limits
from pioneer_etl.workbook.model import CellError, NoResult, Row, Scalar, Sheet, Style, Visibility
from pioneer_etl.workbook.ole import OLE_MAGIC, stream
from pioneer_etl.workbook.package import BUILT_IN_FORMATS, StyleTable
from pioneer_etl.workbook.plain import read_plainly
from pioneer_etl.workbook.sheet_scan import StyleGrid
from pioneer_etl.workbook.values import DateKind, date_kind, from_serial, trimmed
from pioneer_etl.workbook.values import number as whole_number

ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_WHOLE = re.compile(r'("(?:[^"]|"")*")|(?<![\w.])([0-9]+)\.0(?![\w.])')  # xlrd spells 1 as 1.0; not within quotes
_VISIBILITY = (Visibility.VISIBLE, Visibility.HIDDEN, Visibility.VERY_HIDDEN)
_HORIZONTAL = ("", "left", "center", "right", "fill", "justify", "centerContinuous", "distributed")
_EMPTY, _TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR, _BLANK = range(7)
_NOTHING = (_EMPTY, _BLANK)


def read_xls(data: bytes, name: str, limits: Limits) -> tuple[tuple[Sheet, ...], bool, tuple[str, ...]]:
    """The sheets of an .xls, whether its dates count from 1904, and what could not be read from it."""
    where = Location(name)
    scanned: BiffBook | None = None
    if data.startswith(OLE_MAGIC):
        scanned = scan_biff(stream(data, ("Workbook", "Book"), where), where, limits.cells)
    book = _open(data)
    if book is None:
        sheets = read_plainly(data, where, limits)
        return sheets, False, ("loss.styles", "loss.hidden", "loss.formulas", "loss.errors", "loss.count")
    if book.nsheets == 0:
        raise FileRefused("file.no_sheets", where)
    if book.nsheets > limits.sheets:
        raise FileRefused("file.too_many_sheets", where, found=book.nsheets, expected=limits.sheets)
    styles = StyleTable(tuple(_style(book, record) for record in book.xf_list))
    scans = scanned.sheets if scanned and len(scanned.sheets) == book.nsheets else (None,) * book.nsheets
    calculated = scanned is None or scanned.calculated
    sheets = tuple(
        _read_sheet(book, number, styles, scan, calculated, limits, where) for number, scan in enumerate(scans)
    )
    losses = () if any(scans) else ("loss.formulas", "loss.count")
    return sheets, bool(book.datemode), losses


def _open(data: bytes) -> Any:
    """xlrd's workbook, or None when it cannot make sense of the file."""
    import xlrd

    try:
        return xlrd.open_workbook(
            file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO(), on_demand=False
        )
    except MemoryError:
        raise
    except Exception:  # it stumbles over damaged files in every way there is; the caller reads them otherwise
        return None


def _read_sheet(
    book: Any,
    index: int,
    styles: StyleTable,
    scan: BiffSheet | None,
    calculated: bool,
    limits: Limits,
    where: Location,
) -> Sheet:
    source = book.sheet_by_index(index)
    waiting = set() if scan is None or calculated else {at for at, each in scan.formulas.items() if each.idle}
    formulas = {} if scan is None else _formulas(book, scan)
    dates = {style for style, each in enumerate(styles.styles) if date_kind(each.number_format) != DateKind.NONE}
    rows: list[list[Scalar | None]] = []
    patterns: dict[tuple[int, ...], XlsRow] = {}
    styled: dict[int, XlsRow] = {}
    for r in range(source.nrows):
        types, values = source.row_types(r), source.row_values(r)
        numbers = _styles_of_row(source, r, len(types))
        if numbers:
            styled[r + 1] = patterns.get(numbers) or patterns.setdefault(numbers, XlsRow(numbers))
        rows.append(
            [
                None
                if kind in _NOTHING
                else (value if value.strip() else None)
                if kind == _TEXT
                else whole_number(value)
                if kind == _NUMBER and style not in dates
                else _value(kind, value, styles[style], bool(book.datemode))
                for kind, value, style in zip(types, values, numbers, strict=True)
            ]
        )
    for r, c in waiting:
        _place(rows, r, c, NoResult(formulas.get(Position(r + 1, c + 1), "=")))
    grid = trimmed(rows)
    if sum(map(len, grid)) > limits.grid_cells:
        raise FileRefused("file.too_many_cells", where, expected=f"{limits.grid_cells:,}")
    return Sheet(
        name=source.name,
        rows=grid,
        merges=tuple(Range(top + 1, left + 1, bottom, right) for top, bottom, left, right in source.merged_cells),
        visibility=_VISIBILITY[source.visibility] if source.visibility in (0, 1, 2) else Visibility.VISIBLE,
        styles=StyleGrid(styled, styles),
        has_styles=True,
        formulas=formulas,
        hidden_rows=frozenset(r + 1 for r, info in source.rowinfo_map.items() if info.hidden or info.height == 0),
        hidden_columns=frozenset(c + 1 for c, info in source.colinfo_map.items() if info.hidden or info.width == 0),
        comments={
            Position(r + 1, c + 1): note.text.strip() for (r, c), note in source.cell_note_map.items() if note.text
        },
        count=None if scan is None else _count(scan, grid, waiting),
    )


def _styles_of_row(source: Any, row: int, width: int) -> tuple[int, ...]:
    """The style number of every cell of a row; xlrd's own list of them where no cell leaves it to its row or column."""
    own = source._cell_xf_indexes[row]
    return tuple(own) if -1 not in own else tuple([source.cell_xf_index(row, c) for c in range(width)])


@unchanging
class XlsRow:
    """The style numbers of a row from its first column on; rows that look alike share one."""

    numbers: tuple[int, ...]

    def style_numbers(self) -> tuple[tuple[int, int], ...]:
        return tuple(enumerate(self.numbers, 1))


def _value(kind: int, value: Any, style: Style, date_1904: bool) -> Scalar | None:
    """A cell that is neither a text nor a plain number."""
    if kind in (_NUMBER, _DATE):
        return from_serial(value, style.number_format, date_1904)
    if kind == _BOOLEAN:
        return bool(value)
    if kind == _ERROR:
        return CellError(ERRORS.get(value, f"#ERR{value}"))
    return None


def _place(rows: list[list[Scalar | None]], row: int, column: int, value: Scalar) -> None:
    while len(rows) <= row:
        rows.append([])
    cells = rows[row]
    cells.extend([None] * (column + 1 - len(cells)))
    cells[column] = value


def _count(scan: BiffSheet, grid: tuple[Row, ...], waiting: Container[tuple[int, int]]) -> int:
    """Cells that carry something by their records.  Whether a text is blank only its reader can tell."""

    texts = [*scan.texts, *(at for at, each in scan.formulas.items() if each.text and at not in waiting)]
    blank = [at for at in texts if at[0] >= len(grid) or at[1] >= len(grid[at[0]]) or grid[at[0]][at[1]] is None]
    return scan.values + len(scan.formulas) - len(blank)


def _formulas(book: Any, scan: BiffSheet) -> dict[Position, str]:
    """The text of every formula, as far as xlrd can spell its tokens; "=" where it cannot."""
    from xlrd.formula import FMLA_TYPE_CELL, FMLA_TYPE_SHARED, decompile_formula

    texts: dict[Position, str] = {}
    for (row, column), each in scan.formulas.items():
        tokens, kind = each.tokens, FMLA_TYPE_CELL
        if len(tokens) == 5 and tokens[0] == 0x01:  # the cell shares the formula that stands at another
            origin = int.from_bytes(tokens[1:3], "little"), int.from_bytes(tokens[3:5], "little")
            tokens, kind = scan.shared.get(origin, b""), FMLA_TYPE_SHARED
        try:
            text = decompile_formula(book, tokens, len(tokens), kind, row, column) if tokens else ""
        except MemoryError:
            raise
        except Exception:  # a formula's spelling is an extra; its value has been read
            text = ""
        texts[Position(row + 1, column + 1)] = "=" + _WHOLE.sub(lambda match: match[1] or match[2], text or "")
    return texts


def _style(book: Any, record: Any) -> Style:
    font = book.font_list[record.font_index] if record.font_index < len(book.font_list) else None
    written = book.format_map.get(record.format_key)
    number_format = written.format_str if written is not None else BUILT_IN_FORMATS.get(record.format_key, "General")
    background, alignment, border = record.background, record.alignment, record.border
    white = background.fill_pattern == 1 and background.pattern_colour_index in (9, 64)
    return Style(
        number_format=number_format or "General",
        bold=font is not None and (bool(font.bold) or font.weight >= 600),
        italic=font is not None and bool(font.italic),
        filled=background.fill_pattern > 0 and not white,
        indent=alignment.indent_level,
        horizontal=_HORIZONTAL[alignment.hor_align] if alignment.hor_align < len(_HORIZONTAL) else "",
        border_top=border.top_line_style > 0,
        border_bottom=border.bottom_line_style > 0,
        border_left=border.left_line_style > 0,
        border_right=border.right_line_style > 0,
    )
