"""The first sheet of a template: how to fill it in, and what every column means, Chinese with English beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Dataset, Field, FieldType, OrgUnit, Period
from pioneer_etl.entry.identity import INSTRUCTIONS, form_title
from pioneer_etl.report.cell_values import put_text

_LINES: Final = (
    (
        "白色格是要填的；表头、灰色的上期数和“校验”列是锁住的，不用填。",
        "Fill in the white cells; headings, the grey figures of last period and the check column are locked.",
    ),
    (
        "数为零填 0；确实没有填“无”；不要空着，也不要带单位。",
        "Enter 0 for zero and 无 for none; leave no blanks, and write no units.",
    ),
    (
        "有下拉箭头的，从列表里选。",
        "Where a cell has a drop-down, choose from it.",
    ),
    (
        "粘贴时用“选择性粘贴—数值”，否则会盖掉下拉列表和校验。",
        "Paste values only, or the drop-downs and checks are overwritten.",
    ),
    (
        "看表上方的“填报状态”：▲ 还没填，✗ 不符、必须改，！请说明。",
        "Watch the status line: ▲ missing, ✗ wrong, must be mended, ！ to be explained.",
    ),
    (
        "填完直接寄回这个文件；改文件名、排序、另存为 .xls 都可以，不要改表头，不要删列。",
        "Send this very file back; renaming, sorting and saving as .xls are fine, but change no "
        "heading and remove no column.",
    ),
)
_TYPES: Final = {
    FieldType.INTEGER: ("整数", "whole number"),
    FieldType.DECIMAL: ("数，两位小数", "number, two decimals"),
    FieldType.PERCENT: ("百分数，如 95%", "percent, such as 95%"),
    FieldType.DATE: ("日期，如 2004-9-30", "date, such as 2004-9-30"),
    FieldType.MONTH: ("年月，如 1966-5", "month, such as 1966-5"),
    FieldType.TEXT: ("文字", "text"),
    FieldType.CODE: ("从列表选", "from the list"),
    FieldType.PLACE: ("从列表选", "from the list"),
    FieldType.BOOLEAN: ("是 / 否", "是 (yes) / 否 (no)"),
    FieldType.PERSON_NAME: ("姓名", "name"),
    FieldType.ID: ("18 位身份证号", "ID number of 18 digits"),
    FieldType.PHONE: ("电话号码", "telephone number"),
}
_WIDTHS: Final = (22, 34, 8, 24, 30, 44)
_LINE: Final = 21  # Chinese characters that the last column holds on a line
_HEADS: Final = ("列", "Column", "必填", "填什么", "What to enter", "可选 / 范围  Choices / limits")
_THIN: Final = Side(style="thin", color="BFBFBF")
_BORDER: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD: Final = PatternFill("solid", fgColor="DCE6F1")
_WRAP: Final = Alignment(vertical="center", wrap_text=True)


def write_instructions(
    sheet: Worksheet, datasets: Sequence[Dataset], township: OrgUnit, period: Period, contracts: Contracts
) -> None:
    """Write the sheet for the forms `datasets`."""
    sheet.title = INSTRUCTIONS
    for column, width in zip("ABCDEF", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    put_text(sheet["A1"], f"{township.name} {period.text} {INSTRUCTIONS}  How to fill in this workbook")
    sheet["A1"].font = Font(name="黑体", size=16, bold=True)
    sheet.row_dimensions[1].height = 30
    row = 2
    for zh, en in _LINES:
        row += 1
        put_text(sheet.cell(row, 1), f"{row - 2}. {zh}")
        put_text(sheet.cell(row, 5), en)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=4)
        sheet.merge_cells(start_row=row, start_column=5, end_row=row, end_column=6)
        sheet.cell(row, 1).alignment = sheet.cell(row, 5).alignment = _WRAP
        sheet.row_dimensions[row].height = 32
    for dataset in datasets:
        row = _about_form(sheet, row + 2, dataset, contracts)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _about_form(sheet: Worksheet, row: int, dataset: Dataset, contracts: Contracts) -> int:
    """The columns of one form from `row` on; the last row is returned."""
    put_text(sheet.cell(row, 1), f"{form_title(dataset)}  {dataset.title.en}")
    sheet.cell(row, 1).font = Font(name="黑体", size=12, bold=True)
    row += 1
    for column, text in enumerate(_HEADS, 1):
        put_text(sheet.cell(row, column), text)
        sheet.cell(row, column).font = Font(name="宋体", size=10, bold=True)
        sheet.cell(row, column).fill = _HEAD
    for field in dataset.fields:
        row += 1
        for column, text in enumerate(_about_field(field, contracts), 1):
            cell = sheet.cell(row, column)
            put_text(cell, text)
            cell.font, cell.border, cell.alignment = Font(name="宋体", size=10), _BORDER, _WRAP
            if column == len(_WIDTHS) and len(text) > _LINE:
                sheet.row_dimensions[row].height = 15 * (1 + len(text) // _LINE)
    return row


def _about_field(field: Field, contracts: Contracts) -> Iterator[str]:
    zh, en = _TYPES[field.type]
    unit = field.unit if field.unit and field.type is not FieldType.PERCENT else None
    yield field.label.zh
    yield field.label.en
    yield "✓" if field.required else ""
    yield f"{zh}（{unit}）" if unit else zh
    yield f"{en} ({unit})" if unit else en
    if field.codes is not None:
        labels = [code.label.zh for code in contracts.code_lists[field.codes].codes]
        yield "、".join(labels[:12]) + (f" …（{len(labels)}）" if len(labels) > 12 else "")
    elif field.minimum is not None or field.maximum is not None:
        low = "" if field.minimum is None else f"≥ {field.minimum:f}"
        high = "" if field.maximum is None else f"≤ {field.maximum:f}"
        yield " ".join(each for each in (low, high) if each)
    else:
        yield ""
