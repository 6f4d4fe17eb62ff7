"""The first sheet of a returned workbook: what was found, line by line, and room to answer.

Which finding a line is about stands beside it in hidden columns, so that lines may be sorted; a very hidden sheet says
which file this is the return of.  Both are known by their signs, whatever the file or the sheets are called later.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, TypeAlias

from pioneer_etl.contract.catalogue import Language, message
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.report.cell_values import put_text
from pioneer_etl.report.widths import line_count

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

LIST_SIGN = "pioneer-etl:findings:1"  # heads the hidden column of identities
IDENTITY_SIGN = "pioneer-etl:return:1"  # A1 of the very hidden sheet
IDENTITY_SHEET = "_pioneer_return"
_COLUMNS = (
    ("number", 6),
    ("severity", 7),
    ("sheet", 14),
    ("cell", 9),
    ("message", 46),
    ("found", 14),
    ("expected", 14),
    ("remedy", 34),
    ("code", 20),
    ("answer", 32),
)
COLUMN_OF = {name: number for number, (name, _) in enumerate(_COLUMNS, 1)}
ANSWER_COLUMN = COLUMN_OF["answer"]
CELLS_COLUMN = ANSWER_COLUMN + 1
IDENTITY_COLUMN = ANSWER_COLUMN + 2
_FONT = "宋体"
_LOOKS = {"error": "FFFF9999", "warning": "FFFFE699", "note": "FFBDD7EE"}
_MOST_CELLS = 200  # addresses of one finding that its line remembers


@unchanging
class Line:
    """One finding as it is told to the sender; `cells` are A1 addresses or ranges, the first being where to look."""

    identity: str
    severity: str
    code: str
    sheet: str
    cells: tuple[str, ...]
    message: str
    found: str
    expected: str
    remedy: str


@unchanging
class About:
    """What a returned workbook is the return of: the file's hash and name, the township, the forms' numbers."""

    sha256: str
    file: str
    township_code: str
    township: str
    submissions: tuple[int, ...]


def write_list(workbook: Workbook, about: About, lines: Sequence[Line], language: Language) -> None:
    """Put the list of findings before all other sheets, and the identity behind them."""
    sheet = workbook.create_sheet(_free_name(workbook, message("return.sheet", {}, language)), 0)
    top = _write_head(sheet, about, lines, language)
    looks: _Looks = {}
    for number, line in enumerate(lines, 1):
        _write_line(workbook, sheet, top + number, number, line, language, looks)
    _set_up(sheet, top, len(lines))
    for each in workbook.worksheets:
        each.sheet_view.tabSelected = False  # two selected sheets would be typed into together
    workbook.active = 0
    sheet.sheet_view.tabSelected = True
    _write_identity(workbook, about)


def _write_head(sheet: Worksheet, about: About, lines: Sequence[Line], language: Language) -> int:
    """Title, what to do, headings; the row of the headings."""
    from openpyxl.styles import Alignment, Font, PatternFill

    counts = {name: sum(each.severity == name for each in lines) for name in _LOOKS}
    said = {"file": about.file, "township": about.township, **counts}
    for row, name in enumerate(("title", "counts", "how"), 1):
        cell = sheet.cell(row, 1)
        text = message(f"return.list.{name}", said, language)
        put_text(cell, text)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=ANSWER_COLUMN)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="left")
        cell.font = Font(name=_FONT, size=16 if row == 1 else 11, bold=row == 1)
        sheet.row_dimensions[row].height = 28 if row == 1 else 16 * line_count(text, sum(w for _, w in _COLUMNS)) + 6
    top = 5
    for column, (name, width) in enumerate(_COLUMNS, 1):
        cell = sheet.cell(top, column)
        put_text(cell, message(f"return.column.{name}", {}, language))
        cell.font = Font(name=_FONT, size=11, bold=True)
        cell.fill = PatternFill("solid", start_color="FFD9E1F2")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = _border()
        sheet.column_dimensions[cell.column_letter].width = width
    put_text(sheet.cell(top, CELLS_COLUMN), "cells")
    put_text(sheet.cell(top, IDENTITY_COLUMN), LIST_SIGN)
    for column in (CELLS_COLUMN, IDENTITY_COLUMN):
        sheet.column_dimensions[sheet.cell(top, column).column_letter].hidden = True
    sheet.row_dimensions[top].height = 22
    return top


# The style of a column's cell by column, severity and whether it is a link: made once, since a style costs a
# hundred times what its cell does.
_Looks: TypeAlias = dict[tuple[str, str, bool], Any]


def _write_line(
    workbook: Workbook, sheet: Worksheet, row: int, number: int, line: Line, language: Language, looks: _Looks
) -> None:
    from openpyxl.worksheet.hyperlink import Hyperlink

    cell_text = line.cells[0] if line.cells else ""
    linked = bool(cell_text) and line.sheet in workbook.sheetnames
    texts: tuple[Any, ...] = (
        number,
        message(f"return.severity.{line.severity}", {}, language),
        line.sheet,
        cell_text,
        line.message,
        line.found,
        line.expected,
        line.remedy,
        line.code,
        "",
    )
    for column, (value, (name, _)) in enumerate(zip(texts, _COLUMNS, strict=True), 1):
        cell = sheet.cell(row, column)
        look = (name, line.severity, linked and name == "cell")
        if look not in looks:
            _dress(cell, *look)
            looks[look] = copy(cell._style)
        cell._style = copy(looks[look])
        if isinstance(value, int):
            cell.value = value
        elif value:
            put_text(cell, value)
    if linked:
        cell = sheet.cell(row, 4)
        name = line.sheet.replace("'", "''")
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!{cell_text}", display=cell_text)
    put_text(sheet.cell(row, CELLS_COLUMN), " ".join(line.cells[:_MOST_CELLS]))
    put_text(sheet.cell(row, IDENTITY_COLUMN), line.identity)
    tall = max(
        line_count(str(value), width - 1) if value else 1 for value, (_, width) in zip(texts, _COLUMNS, strict=True)
    )
    sheet.row_dimensions[row].height = min(16 * tall + 4, 400)


def _dress(cell: Cell, name: str, severity: str, link: bool) -> None:
    """Font, colour and border of a cell in the column `name`."""
    from openpyxl.styles import Alignment, Font, PatternFill

    cell.border = _border()
    cell.font = Font(name=_FONT, size=11)
    wide = name in ("message", "remedy", "answer", "found", "expected", "sheet", "code")
    cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left" if wide else "center")
    if name == "severity":
        cell.fill = PatternFill("solid", start_color=_LOOKS[severity])
    elif name == "answer":
        cell.fill = PatternFill("solid", start_color="FFFFFFE5")
        cell.number_format = "@"  # what is answered is text, whatever it begins with
    elif name == "code":
        cell.font = Font(name=_FONT, size=8, color="FF808080")
    elif link:
        cell.font = Font(name=_FONT, size=11, color="FF0563C1", underline="single")


def _set_up(sheet: Worksheet, top: int, count: int) -> None:
    """Headings stay in view and on every page; lines can be filtered; a page is as wide as the table."""
    last = sheet.cell(top, ANSWER_COLUMN).column_letter
    sheet.freeze_panes = f"A{top + 1}"
    # The hidden columns belong to what is sorted, or answers would part from their findings.
    sheet.auto_filter.ref = f"A{top}:{sheet.cell(top, IDENTITY_COLUMN).column_letter}{top + max(count, 1)}"
    sheet.sheet_properties.tabColor = "FFC00000"
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{top}:{top}"
    sheet.print_area = f"A1:{last}{top + count}"
    sheet.page_margins.left = sheet.page_margins.right = 0.4


def _write_identity(workbook: Workbook, about: About) -> None:
    sheet = workbook.create_sheet(_free_name(workbook, IDENTITY_SHEET))
    sheet.sheet_state = "veryHidden"
    rows = (
        (IDENTITY_SIGN, ""),
        ("sha256", about.sha256),
        ("file", about.file),
        ("township", about.township_code),
        ("submissions", " ".join(str(each) for each in about.submissions)),
    )
    for number, (name, value) in enumerate(rows, 1):
        put_text(sheet.cell(number, 1), name)
        put_text(sheet.cell(number, 2), value)


def take_off_list(workbook: Workbook) -> None:
    """Remove our sheets of an earlier return, whatever they are called now."""
    for sheet in list(workbook.worksheets):
        if _is_ours(sheet) and len(workbook.sheetnames) > 1:
            workbook.remove(sheet)


def _is_ours(sheet: Worksheet) -> bool:
    if sheet.cell(1, 1).value == IDENTITY_SIGN:
        return True
    return any(cell.value == LIST_SIGN for row in sheet.iter_rows(max_row=min(sheet.max_row, 50)) for cell in row)


def _free_name(workbook: Workbook, name: str) -> str:
    taken = {each.lower() for each in workbook.sheetnames}
    numbered = (name if n == 1 else f"{name}{n}" for n in range(1, len(taken) + 2))
    return next(each for each in numbered if each.lower() not in taken)


def _border() -> Any:
    from openpyxl.styles import Border, Side

    thin = Side("thin", color="FFBFBFBF")
    return Border(left=thin, right=thin, top=thin, bottom=thin)
