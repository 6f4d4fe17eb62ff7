"""Writes the county's own blank forms, one workbook a dataset, into `templates/xlsx/`.

    python templates/make_forms.py [WORKSPACE]

Titles, headings, units and drop-downs come from the contracts in `warehouse/datasets/`, so after a
contract was changed the forms are simply made again.  The built-in plugin `standard` reads them.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.load import load_contracts
from pioneer_etl.contract.model import Dataset, Field, FieldType

LINES: Final = 40  # blank lines to fill in
HEADER_ROW: Final = 3
FIRST_LINE: Final = HEADER_ROW + 1
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


def form_title(dataset: Dataset) -> str:
    """What is printed over a form: 村集体经济收入情况表, 村基本情况表, 村级后备干部名册."""
    title = dataset.title.zh
    if title.endswith(("名册", "台账", "表")):
        return title
    return f"{title}表" if title.endswith("情况") else f"{title}情况表"


def heading(field: Field) -> str:
    """A column's heading: the contract's label with the unit in brackets below it."""
    if field.type is FieldType.PERCENT or not field.unit:
        return field.label.zh
    return f"{field.label.zh}\n（{field.unit}）"


def make_form(dataset: Dataset, contracts: Contracts) -> Workbook:
    """The blank form of one dataset: 序号, then a column for every field."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = form_title(dataset)
    width = len(dataset.fields) + 1
    last_line = FIRST_LINE + LINES - 1
    _head(sheet, dataset, width)
    for column, field in enumerate(dataset.fields, 2):
        _column(sheet, column, field, contracts, last_line)
    sheet.column_dimensions["A"].width = 6
    for row in range(FIRST_LINE, last_line + 1):
        sheet.row_dimensions[row].height = 20
        sheet.cell(row, 1).border = _BORDER
        sheet.cell(row, 1).alignment = _CENTRE
    _foot(sheet, last_line + 1, width)
    sheet.freeze_panes = sheet.cell(FIRST_LINE, 3)
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    page = sheet.page_setup
    page.orientation = "landscape"
    page.paperSize = sheet.PAPERSIZE_A3 if width > 12 else sheet.PAPERSIZE_A4
    page.fitToWidth, page.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    book.properties.creator = "pioneer-etl"
    book.properties.created = book.properties.modified = datetime(2004, 1, 1)
    return book


def _head(sheet: Worksheet, dataset: Dataset, width: int) -> None:
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet.cell(1, 1, form_title(dataset)).font = Font(name="黑体", size=18, bold=True)
    sheet.cell(1, 1).alignment = _CENTRE
    sheet.row_dimensions[1].height = 36
    middle = max(2, width // 2)
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=middle)
    sheet.merge_cells(start_row=2, start_column=middle + 1, end_row=2, end_column=width)
    sheet.cell(2, 1, "填报单位（盖章）：").alignment = Alignment(horizontal="left", vertical="center")
    sheet.cell(2, middle + 1, "报告期：        年度").alignment = Alignment(horizontal="right", vertical="center")
    sheet.row_dimensions[2].height = 22
    sheet.row_dimensions[HEADER_ROW].height = 36
    _heading(sheet, 1, "序号")


def _heading(sheet: Worksheet, column: int, text: str) -> None:
    cell = sheet.cell(HEADER_ROW, column, text)
    cell.font = Font(name="宋体", size=11, bold=True)
    cell.fill, cell.border, cell.alignment = _HEAD, _BORDER, _CENTRE


def _column(sheet: Worksheet, column: int, field: Field, contracts: Contracts, last_line: int) -> None:
    letter = get_column_letter(column)
    _heading(sheet, column, heading(field))
    sheet.column_dimensions[letter].width = max(_WIDTHS.get(field.type, 11), 2 * len(field.label.zh) + 2)
    text = field.type in (FieldType.ID, FieldType.PHONE)  # typed as a number, an ID loses its last digits
    for row in range(FIRST_LINE, last_line + 1):
        cell = sheet.cell(row, column)
        cell.border, cell.font = _BORDER, Font(name="宋体", size=11)
        cell.number_format = "@" if text else _FORMATS.get(field.type, "General")
        cell.alignment = Alignment(vertical="center", wrap_text=field.type is FieldType.TEXT)
    if field.codes is not None:
        labels = ",".join(code.label.zh for code in contracts.code_lists[field.codes].codes)
        if len(labels) <= 255:  # what a drop-down holds
            choice = DataValidation(type="list", formula1=f'"{labels}"', allow_blank=True)
            choice.error, choice.errorTitle = "请从下拉列表中选择。", field.label.zh
            choice.add(f"{letter}{FIRST_LINE}:{letter}{last_line}")
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


def make_forms(root: Path) -> list[Path]:
    """Write the form of every dataset that townships report; the paths are returned."""
    contracts = load_contracts(root)
    folder = root / "templates" / "xlsx"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for dataset in contracts.datasets.values():
        if dataset.source is None:
            written.append(folder / f"{form_title(dataset)}.xlsx")
            make_form(dataset, contracts).save(written[-1])
    return written


if __name__ == "__main__":
    for path in make_forms(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1]):
        print(path)
