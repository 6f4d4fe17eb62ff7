"""One township's form of incomes, with two sums that do not hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import Workbook

HEADINGS = (
    "序号",
    "村",
    "集体经济收入合计\n（万元）",
    "经营收入\n（万元）",
    "发包及上交收入\n（万元）",
    "投资收益\n（万元）",
)
HEADINGS += ("补助收入\n（万元）", "其他收入\n（万元）", "上年集体经济收入\n（万元）")
SHEET = "收入"


def write_form(path: Path, rows: list[tuple[Any, ...]]) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.append(["村集体经济收入情况表"])
    sheet.append(["填报单位：宜山镇", *[None] * 4, "报告期：2004年度"])
    sheet.append(list(HEADINGS))
    for row in rows:
        sheet.append(row)
    path.parent.mkdir(exist_ok=True)
    book.save(path)


ROWS = [
    (1, "宜一村", 20, 5, 3, 2, 4, 6, 19),
    (2, "宜二村", 40, 20, 10, 0, 5, 0, 30),  # 5 too many
    (3, "宜三村", 10, 9, 4, 1, 2, 3, 18),  # 9 too few
]
