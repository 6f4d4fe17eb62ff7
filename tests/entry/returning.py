"""A small form with everything that a return must keep, and findings about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from pioneer_etl.contract.finding import Finding, Severity
from pioneer_etl.entry.returned_list import About
from pioneer_etl.warehouse.queries import FindingRow
from pioneer_etl.workbook import read

ABOUT = About("ab" * 32, "宜山镇.xlsx", "330327100000", "宜山镇", (7,))


def form() -> bytes:
    """A title over two columns, two villages, a total that is a formula with its result, a comment, a drop-down."""
    book = Workbook()
    sheet = book.active
    sheet.title = "表 1'甲"
    rows: Sequence[Sequence[Any]] = (
        ("宜山镇村级收入",),
        ("村", "收入"),
        ("宜一村", 12.5),
        ("宜二村", 7),
        ("合计", "=SUM(B3:B4)"),
    )
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:B1")
    sheet["B3"].fill = PatternFill("solid", start_color="FF00B050")
    sheet["B3"].font = Font(bold=True)
    sheet["B4"].comment = Comment("老王核过", "宜山")
    choice = DataValidation(type="list", formula1='"甲,乙"')
    choice.add("C3:C4")
    sheet.add_data_validation(choice)
    sheet.conditional_formatting.add("B3:B4", CellIsRule("greaterThan", ["100"], fill=PatternFill(end_color="FFFF00")))
    book.create_sheet("备查").sheet_state = "hidden"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def marked_about(
    number: int, cells: Sequence[str], severity: str = "error", sheet: str = "表 1'甲", text: str = "合计不符"
) -> FindingRow:
    said = Finding(
        "check.failed",
        Severity(severity),
        sheet,
        tuple(cells),
        {"zh": text, "en": text},
        found="12.5 | 19.5",
        expected="19.5",
    )
    return FindingRow(
        id=number,
        identity=f"{number:032x}",
        finding=said,
        state="open",
        dataset="village_economy",
        township_code=ABOUT.township_code,
        township=ABOUT.township,
        period="2004",
        submission_id=7,
        file=ABOUT.file,
        who=None,
        why=None,
        until=None,
        made_at=datetime(2005, 1, 2),
    )


def opened(data: bytes) -> Workbook:
    return load_workbook(BytesIO(data))


def read_back(data: bytes) -> Any:
    return read.read_bytes(data, "x.xlsx")


def our_rules(sheet: Any) -> dict[str, int]:
    """How many of our colours each range has."""
    return {
        str(ranges.sqref): sum('"pioneer-etl"' in "".join(rule.formula) for rule in ranges.rules)
        for ranges in sheet.conditional_formatting
    }
