"""A form drawn from its contract: title, sender and period, a heading with its unit for every field, lines, signature.

The blank forms in `templates/xlsx/` (`templates/make_forms.py`) and the entry templates of a township are drawn by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from datetime import datetime
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Dataset, Field, FieldType
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.entry.identity import form_title
from pioneer_etl.report.cell_values import put_text

LINES: Final = 40  # blank lines to fill in
HEADER_ROW: Final = 3
NOTE: Final = "注：确实没有的填“无”，数为零的填“0”，不要空着；行数不够可插入行；不要改动表头。"
SIGNATURE: Final = ("填表人：", "审核人：", "联系电话：", "填报日期：    年  月  日")

_THIN: Final = Side(style="thin", color="000000")
_BORDER: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD: Final = PatternFill("solid", fgColor="DCE6F1")
_CENTRE: Final = Alignment(horizontal="center", vertical="center", wrap_text=True)
_WIDTHS: Final = {
    FieldType.PLACE: 16,
    FieldType.TEXT: 18,
    FieldType.ID: 21,
    FieldType.PHONE: 14,
    FieldType.CODE: 12,
    FieldType.PERSON_NAME: 10,
}
_FORMATS: Final = {
    FieldType.INTEGER: "#,##0",
    FieldType.DECIMAL: "#,##0.00",
    FieldType.PERCENT: "0.0%",
    FieldType.MONTH: 'yyyy"年"m"月"',
    FieldType.DATE: "yyyy-mm-dd",
}


def heading(field: Field) -> str:
    """A column's heading: the contract's label with the unit in brackets below it."""
    if field.type is FieldType.PERCENT or not field.unit:
        return field.label.zh
    return f"{field.label.zh}\n（{field.unit}）"


@unchanging
class Drawn:
    """Where the parts of a form stand: its heading row, its lines, and the sheet's column of each field."""

    header_row: int
    first_line: int
    last_line: int
    columns: Mapping[str, int]

    @property
    def width(self) -> int:
        """The last column of the form."""
        return max(self.columns.values())


def make_form(dataset: Dataset, contracts: Contracts) -> Workbook:
    """The blank form of one dataset: 序号, then a column for every field."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    draw_form(sheet, dataset, contracts)
    stamp(book)
    return book


def stamp(book: Workbook) -> None:
    """The document's properties without a clock: the same form gives the same bytes."""
    book.properties.creator = "pioneer-etl"
    book.properties.created = book.properties.modified = datetime(2004, 1, 1)


def draw_form(
    sheet: Worksheet,
    dataset: Dataset,
    contracts: Contracts,
    *,
    lines: int = LINES,
    header_row: int = HEADER_ROW,
    sender: str = "",
    period: str = "        年度",
    drop_downs: Callable[[Worksheet, Field, str], None] | None = None,
) -> Drawn:
    """Draw a form with `lines` blank lines; `drop_downs` (sheet, field, cells) adds validations of its own."""
    sheet.title = form_title(dataset)
    width = len(dataset.fields) + 1
    first_line = header_row + 1
    last_line = first_line + lines - 1
    _head(sheet, dataset, width, header_row, sender, period)
    for column, field in enumerate(dataset.fields, 2):
        _column(sheet, column, field, header_row, last_line)
        letter = get_column_letter(column)
        cells = f"{letter}{first_line}:{letter}{last_line}"
        if drop_downs is None:
            _drop_down(sheet, field, contracts, cells)
        else:
            drop_downs(sheet, field, cells)
    sheet.column_dimensions["A"].width = 6
    sheet.cell(first_line, 1).border = _BORDER
    sheet.cell(first_line, 1).alignment = _CENTRE
    alike(sheet, 1, range(first_line, last_line + 1))
    for row in range(first_line, last_line + 1):
        sheet.row_dimensions[row].height = 20
    _foot(sheet, last_line + 1, width)
    sheet.freeze_panes = sheet.cell(first_line, 3)
    sheet.print_title_rows = f"{header_row}:{header_row}"
    page = sheet.page_setup
    page.orientation = "landscape"
    page.paperSize = sheet.PAPERSIZE_A3 if width > 12 else sheet.PAPERSIZE_A4
    page.fitToWidth, page.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    return Drawn(header_row, first_line, last_line, {each.name: n for n, each in enumerate(dataset.fields, 2)})


def _head(sheet: Worksheet, dataset: Dataset, width: int, header_row: int, sender: str, period: str) -> None:
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet.cell(1, 1, form_title(dataset)).font = Font(name="黑体", size=18, bold=True)
    sheet.cell(1, 1).alignment = _CENTRE
    sheet.row_dimensions[1].height = 36
    middle = max(2, width // 2)
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=middle)
    sheet.merge_cells(start_row=2, start_column=middle + 1, end_row=2, end_column=width)
    put_text(sheet.cell(2, 1), f"填报单位（盖章）：{sender}")
    sheet.cell(2, 1).alignment = Alignment(horizontal="left", vertical="center")
    put_text(sheet.cell(2, middle + 1), f"报告期：{period}")
    sheet.cell(2, middle + 1).alignment = Alignment(horizontal="right", vertical="center")
    sheet.row_dimensions[2].height = 22
    sheet.row_dimensions[header_row].height = 36
    put_heading(sheet, header_row, 1, "序号")


def put_heading(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """One heading as all of a form's headings look."""
    cell = sheet.cell(row, column)
    put_text(cell, text)
    cell.font = Font(name="宋体", size=11, bold=True)
    cell.fill, cell.border, cell.alignment = _HEAD, _BORDER, _CENTRE


def number_format(field: Field) -> str:
    """How a form prints a field's values; what a program must not take for a number or a formula is text."""
    if field.type in (FieldType.ID, FieldType.PHONE, FieldType.TEXT, FieldType.PERSON_NAME):
        return "@"  # an ID typed as a number loses its last digits; "=…" and "+1" stay what was typed
    return _FORMATS.get(field.type, "General")


def _column(sheet: Worksheet, column: int, field: Field, header_row: int, last_line: int) -> None:
    letter = get_column_letter(column)
    put_heading(sheet, header_row, column, heading(field))
    sheet.column_dimensions[letter].width = max(_WIDTHS.get(field.type, 11), 2 * len(field.label.zh) + 2)
    cell = sheet.cell(header_row + 1, column)
    cell.border, cell.font = _BORDER, Font(name="宋体", size=11)
    cell.number_format = number_format(field)
    cell.alignment = Alignment(vertical="center", wrap_text=field.type is FieldType.TEXT)
    alike(sheet, column, range(header_row + 1, last_line + 1))


def alike(sheet: Worksheet, column: int, rows: range) -> None:
    """Give the cells of a column the style of the first; to set its parts anew takes openpyxl many times longer."""
    first = sheet.cell(rows[0], column)
    for row in rows[1:]:
        sheet.cell(row, column)._style = copy(first._style)


def _drop_down(sheet: Worksheet, field: Field, contracts: Contracts, cells: str) -> None:
    if field.codes is None:
        return
    labels = ",".join(code.label.zh for code in contracts.code_lists[field.codes].codes)
    if len(labels) <= 255:  # what a drop-down holds
        choice = DataValidation(type="list", formula1=f'"{labels}"', allow_blank=True)
        choice.error, choice.errorTitle = "请从下拉列表中选择。", field.label.zh
        choice.add(cells)
        sheet.add_data_validation(choice)


def _foot(sheet: Worksheet, row: int, width: int) -> None:
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
    sheet.cell(row, 1, NOTE).font = Font(name="宋体", size=10)
    step = width / len(SIGNATURE)
    for index, text in enumerate(SIGNATURE):
        first, last = round(index * step) + 1, round((index + 1) * step)
        sheet.merge_cells(start_row=row + 1, start_column=first, end_row=row + 1, end_column=last)
        sheet.cell(row + 1, first, text)
    sheet.row_dimensions[row].height = sheet.row_dimensions[row + 1].height = 22
