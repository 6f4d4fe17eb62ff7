"""A sheet while it is drawn, and the files that canvases become: xlsx, xls, csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeAlias

Cell: TypeAlias = tuple[int, int]
Area: TypeAlias = tuple[int, int, int, int]  # top, left, bottom, right


@dataclass(frozen=True, slots=True)
class Ink:
    """What is put in a cell."""

    value: str | int | float | date | None
    number_format: str = "General"
    bold: bool = False
    filled: bool = False
    bordered: bool = False
    centred: bool = False
    across: bool = False  # centred over the empty cells to its right, without a merge
    indent: int = 0

    def shown(self) -> str:
        """The cell as a spreadsheet would show it (and save it as text)."""
        if isinstance(self.value, date):
            return f"{self.value:%Y-%m-%d}"
        if self.value is None:
            return ""
        if isinstance(self.value, str):
            return self.value
        if self.number_format.endswith("%"):
            places = len(self.number_format.partition(".")[2].rstrip("%"))
            return f"{Decimal(str(self.value)) * 100:.{places}f}%"
        if self.number_format == "0.00":
            return f"{self.value:.2f}"
        return str(self.value)


@dataclass(slots=True)
class Canvas:
    """One sheet: cells counted from (1, 1), merged areas, hidden rows and columns."""

    name: str = "Sheet1"
    cells: dict[Cell, Ink] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    formatted: list[Cell] = field(default_factory=list)  # empty cells that carry a border

    def put(self, row: int, column: int, ink: Ink | None) -> None:
        if ink is not None:
            self.cells[row, column] = ink

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right):
            self.merges.append((top, left, bottom, right))

    def paste(self, other: Canvas, row: int, column: int, *, turned: bool = False) -> None:
        """Another canvas with its (1, 1) at (row, column); `turned` makes its rows columns."""
        for (r, c), ink in other.cells.items():
            r, c = (c, r) if turned else (r, c)
            self.cells[row + r - 1, column + c - 1] = ink
        for top, left, bottom, right in other.merges:
            if turned:
                top, left, bottom, right = left, top, right, bottom
            self.merges.append((row + top - 1, column + left - 1, row + bottom - 1, column + right - 1))
        hidden = (other.hidden_rows, other.hidden_columns)
        rows, columns = reversed(hidden) if turned else hidden
        self.hidden_rows |= {row + each - 1 for each in rows}
        self.hidden_columns |= {column + each - 1 for each in columns}

    @property
    def height(self) -> int:
        return max((r for (r, _), ink in self.cells.items() if ink.value is not None), default=0)

    @property
    def width(self) -> int:
        return max((c for (_, c), ink in self.cells.items() if ink.value is not None), default=0)


def save(canvases: Sequence[Canvas], kind: str) -> bytes:
    """The canvases as one file; a csv holds the first only."""
    return {"xlsx": _xlsx, "xls": _xls}.get(kind, lambda some: _csv(some, kind))(canvases)


def _xlsx(canvases: Sequence[Canvas]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    bold, grey = Font(bold=True), PatternFill("solid", fgColor="DDDDDD")
    side = Side("thin")
    box = Border(side, side, side, side)
    aligned: dict[tuple[str, int], Alignment] = {}
    for canvas in canvases:
        sheet = book.create_sheet(canvas.name)
        for (row, column), ink in canvas.cells.items():
            cell = sheet.cell(row, column, ink.value)
            if isinstance(ink.value, str):
                cell.data_type = "s"
            if ink.number_format != "General":
                cell.number_format = ink.number_format
            if ink.bold:
                cell.font = bold
            if ink.filled:
                cell.fill = grey
            if ink.bordered:
                cell.border = box
            place = "centerContinuous" if ink.across else "center" if ink.centred else ""
            if place or ink.indent:
                key = (place, ink.indent)
                aligned.setdefault(key, Alignment(horizontal=place or "left", indent=ink.indent))
                cell.alignment = aligned[key]
        for row, column in canvas.formatted:
            sheet.cell(row, column).border = box
        for top, left, bottom, right in canvas.merges:
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        for row in canvas.hidden_rows:
            sheet.row_dimensions[row].hidden = True
        for column in canvas.hidden_columns:
            sheet.column_dimensions[get_column_letter(column)].hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xls(canvases: Sequence[Canvas]) -> bytes:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    styles: dict[tuple[str, bool, bool], xlwt.XFStyle] = {}
    for canvas in canvases:
        sheet = book.add_sheet(canvas.name)
        tops = {(top, left): (bottom, right) for top, left, bottom, right in canvas.merges}
        for (row, column), ink in canvas.cells.items():
            number_format = "yyyy-mm-dd" if isinstance(ink.value, date) else ink.number_format
            key = (number_format, ink.bold, ink.bordered)
            if key not in styles:
                style = styles[key] = xlwt.XFStyle()
                style.num_format_str = number_format
                style.font.bold = ink.bold
                if ink.bordered:
                    style.borders.left = style.borders.right = style.borders.top = style.borders.bottom = 1
            if (row, column) in tops:
                bottom, right = tops.pop((row, column))
                sheet.write_merge(row - 1, bottom - 1, column - 1, right - 1, ink.value, styles[key])
            elif ink.value is not None:
                sheet.write(row - 1, column - 1, ink.value, styles[key])
        for (row, column), (bottom, right) in tops.items():
            sheet.merge(row - 1, bottom - 1, column - 1, right - 1)
        for row in canvas.hidden_rows:
            sheet.row(row - 1).hidden = True
        for column in canvas.hidden_columns:
            sheet.col(column - 1).hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv(canvases: Sequence[Canvas], kind: str) -> bytes:
    canvas = canvases[0]
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t" if kind == "csv-tab" else ",", lineterminator="\r\n")
    for row in range(1, canvas.height + 1):
        inks = [canvas.cells.get((row, column)) for column in range(1, canvas.width + 1)]
        writer.writerow(["" if ink is None else ink.shown() for ink in inks])
    return out.getvalue().encode({"csv-gbk": "gb18030", "csv-bom": "utf-8-sig"}.get(kind, "utf-8"))
