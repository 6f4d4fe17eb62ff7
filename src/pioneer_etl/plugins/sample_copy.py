"""A sheet written anew with some of its cells changed: nothing of the original file goes with it.

What a workbook carries besides its cells (authors, comments, earlier versions, pictures) may hold people's data, so
the copy is not the file with cells replaced but a new file with the cells that were read, their looks as far as
understanding a sheet needs them, and the results of formulas in place of the formulas.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import PurePath
from typing import Any, Final

from pioneer_etl.contract.address import Position, column_letters
from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.workbook.delimited import sniff_delimiter
from pioneer_etl.workbook.limits import Limits
from pioneer_etl.workbook.model import CellError, NoResult, Scalar, Sheet, Style, Visibility, Workbook
from pioneer_etl.workbook.read import read_bytes
from pioneer_etl.workbook.text import decode

_PLAIN: Final = Style()
_TEXT_ENDINGS: Final = (".csv", ".tsv", ".txt")

Changes = Sequence[Mapping[Position, Scalar]]


def copy_of(book: Workbook, data: bytes, changes: Changes, limits: Limits) -> tuple[bytes, str]:
    """The bytes and the ending of a copy: in the format of the original where it can be written, else xlsx."""
    if book.sheets and all(sheet.text_only for sheet in book.sheets):
        ending = PurePath(book.name).suffix.lower()
        return _as_text(book, data, changes), ending if ending in _TEXT_ENDINGS else ".csv"
    if PurePath(book.name).suffix.lower() == ".xls":
        try:
            copied = _as_xls(book, changes)
            if _same(book, changes, read_bytes(copied, book.name, limits)):
                return copied, ".xls"
        except (ValueError, FileRefused):
            pass  # what the old format cannot hold, the new one can
    return _as_xlsx(book, changes), ".xlsx"


def _value(sheet: Sheet, changed: Mapping[Position, Scalar], position: Position) -> Scalar | None:
    return changed.get(position, sheet.at(*position))


def _same(book: Workbook, changes: Changes, copied: Workbook) -> bool:
    """Whether a copy says what it should, cell by cell."""
    for sheet, changed, other in zip(book.sheets, changes, copied.sheets, strict=True):
        wanted = {position: changed.get(position, value) for position, value in sheet.filled_cells()}
        if wanted != dict(other.filled_cells()) or set(sheet.merges) != set(other.merges):
            return False
    return True


def _as_text(book: Workbook, data: bytes, changes: Changes) -> bytes:
    where = Location(book.name)
    text = decode(data, where)
    encoding = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "gb18030"
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=sniff_delimiter(text), lineterminator="\r\n" if "\r\n" in text else "\n")
    for sheet, changed in zip(book.sheets, changes, strict=True):
        for row in range(1, sheet.height + 1):
            writer.writerow(
                [_value(sheet, changed, Position(row, each)) for each in range(1, len(sheet.rows[row - 1]) + 1)]
            )
    return out.getvalue().encode(encoding, "replace")


def _as_xlsx(book: Workbook, changes: Changes) -> bytes:
    from openpyxl import Workbook as NewWorkbook

    new = NewWorkbook()
    new.remove(new.active)
    new.properties.creator = "pioneer"
    looks: dict[Style, Any] = {}
    for sheet, changed in zip(book.sheets, changes, strict=True):
        _fill(new.create_sheet(sheet.name[:31]), sheet, changed, looks)
    if all(sheet.visibility is not Visibility.VISIBLE for sheet in book.sheets):
        new.worksheets[0].sheet_state = "visible"
    out = io.BytesIO()
    new.save(out)
    return out.getvalue()


def _fill(target: Any, sheet: Sheet, changed: Mapping[Position, Scalar], looks: dict[Style, Any]) -> None:
    from copy import copy

    for position in sorted({*sheet.styles, *(each for each, _ in sheet.filled_cells())}):
        cell = target.cell(*position)
        value = _value(sheet, changed, position)
        if isinstance(value, NoResult):
            cell.value = value.formula if value.formula.startswith("=") else f"={value.formula}"
        elif isinstance(value, CellError):
            cell.value, cell.data_type = value.code, "e"
        elif value is not None:
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
        style = sheet.style(*position)
        if style != _PLAIN:
            if style not in looks:
                _dress(cell, style)
                looks[style] = copy(cell._style)
            cell._style = copy(looks[style])
    for merge in sheet.merges:
        target.merge_cells(start_row=merge.top, start_column=merge.left, end_row=merge.bottom, end_column=merge.right)
    for row in sheet.hidden_rows:
        target.row_dimensions[row].hidden = True
    for column in sheet.hidden_columns:
        target.column_dimensions[column_letters(column)].hidden = True
    states = {Visibility.HIDDEN: "hidden", Visibility.VERY_HIDDEN: "veryHidden"}
    target.sheet_state = states.get(sheet.visibility, "visible")


def _dress(cell: Any, style: Style) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    thin = Side(style="thin")
    none = Side()
    cell.number_format = style.number_format
    cell.font = Font(bold=style.bold, italic=style.italic)
    cell.alignment = Alignment(horizontal=style.horizontal or None, indent=style.indent)
    if style.filled:
        cell.fill = PatternFill("solid", fgColor="FFDDDDDD")
    cell.border = Border(
        top=thin if style.border_top else none,
        bottom=thin if style.border_bottom else none,
        left=thin if style.border_left else none,
        right=thin if style.border_right else none,
    )


def _as_xls(book: Workbook, changes: Changes) -> bytes:
    """An Excel 97 workbook.  ValueError for what that format cannot hold (65536 rows, 256 columns)."""
    import xlwt

    new = xlwt.Workbook(encoding="utf-8", style_compression=2)
    looks: dict[Style, Any] = {}
    for sheet, changed in zip(book.sheets, changes, strict=True):
        target = new.add_sheet(sheet.name, cell_overwrite_ok=True)
        for merge in sheet.merges:
            target.merge(merge.top - 1, merge.bottom - 1, merge.left - 1, merge.right - 1)
        for position in sorted({*sheet.styles, *(each for each, _ in sheet.filled_cells())}):
            style = sheet.style(*position)
            if style not in looks:
                looks[style] = _xls_look(style)
            value = _value(sheet, changed, position)
            if isinstance(value, CellError | NoResult):
                raise ValueError("an error cell")
            plain = isinstance(value, str | int | float | bool | datetime | date | time)
            target.write(position.row - 1, position.column - 1, value if plain else _xls_rest(value), looks[style])
        for row in sheet.hidden_rows:
            target.row(row - 1).hidden = True
        for column in sheet.hidden_columns:
            target.col(column - 1).hidden = True
        target.visibility = {Visibility.HIDDEN: 1, Visibility.VERY_HIDDEN: 2}.get(sheet.visibility, 0)
    out = io.BytesIO()
    new.save(out)
    return out.getvalue()


def _xls_rest(value: Scalar | None) -> float | None:
    return value.total_seconds() / 86400 if isinstance(value, timedelta) else None


def _xls_look(style: Style) -> Any:
    import xlwt

    look = xlwt.XFStyle()
    look.num_format_str = style.number_format
    look.font.bold, look.font.italic = style.bold, style.italic
    horizontal = {
        "center": look.alignment.HORZ_CENTER,
        "right": look.alignment.HORZ_RIGHT,
        "left": look.alignment.HORZ_LEFT,
    }
    look.alignment.horz = horizontal.get(style.horizontal, look.alignment.HORZ_GENERAL)
    look.alignment.inde = style.indent
    for side in ("top", "bottom", "left", "right"):
        setattr(look.borders, side, look.borders.THIN if getattr(style, f"border_{side}") else look.borders.NO_LINE)
    if style.filled:
        look.pattern.pattern = look.pattern.SOLID_PATTERN
        look.pattern.pattern_fore_colour = 22
    return look
