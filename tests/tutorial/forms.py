"""The made-up workbooks of docs/tutorial-your-own-form.md; `python tests/tutorial/forms.py DIR` writes them."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet


def write_forms(folder: Path) -> None:
    """Write the counties' returns: two into `inbox`, a third with a slip into `late`, and it again, put right."""
    for part in ("inbox", "late", "late/again"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    _dongling(folder / "inbox" / "东岭县饮水工程.xlsx")
    _hexi(folder / "inbox" / "饮水9月.xlsx")
    _baishi(folder / "late" / "白石县饮水工程.xlsx", typed=51)
    _baishi(folder / "late" / "again" / "白石县饮水工程.xlsx", typed=15)


def _dongling(path: Path) -> None:
    """A county that says 合计, names itself on every row, and gives people in 万人."""
    late = date(2004, 11, 30)
    left = [
        ["东岭县", "合计", 2.15, 371.5, 2, None, None],
        ["东岭县", "青石水厂扩建", 1.2, 210, 1, None, None],
        ["东岭县", "杨柳冲管网", 0.6, 96.5, 1, None, None],
        ["东岭县", "上坝蓄水池", 0.35, 65, 0, late, "水源未定"],
    ]
    right = [
        ["合计", 3.1, 640, 1, 120, None, None],
        ["马鞍集中供水", 1.8, 400, 1, 120, None, "雨季停工"],
        ["石桥水厂", 0.9, 160, 0, 0, date(2004, 10, 15), None],
        ["李家湾管网", 0.4, 80, 0, 0, date(2004, 11, 1), None],
    ]
    book, sheet = _form("万人", left, right)
    sheet["A9"] = "填报时间：2004年9月20日"
    book.save(path)


def _hexi(path: Path) -> None:
    """A county that writes its short name once, its total without a word, people in 人, one remark over four rows."""
    soon = "已招标，10月开工"
    left: list[list[Any]] = [
        ["河西", None, 11000, 219.5, 1, None, None],
        [None, "柏树沟水厂", 5200, 100, 1, None, None],
        [None, "红岩管网", 4300, 82, 0, "资金到位后一个月", "资金拨付不到位"],
        [None, "大堰水池", 1500, 37.5, 0, date(2004, 12, 31), None],
        [None] * 7,
    ]
    right: list[list[Any]] = [
        [None, 15200, 331.5, 1, 60, None, None],
        ["团结水厂", 8000, 180, 1, 60, None, "征地未完"],
        ["沙坪管网", 3500, 75.5, 0, None, soon, None],
        ["岔河管网", 2500, 50, 0, None, soon, None],
        ["高桥水池", 1200, 26, 0, None, date(2004, 11, 15), None],
    ]
    book, sheet = _form("人", left, right, narrow=True)
    sheet.merge_cells("N6:N9")
    sheet["A11"] = "填报时间：2004年9月22日"
    book.save(path)


def _baishi(path: Path, typed: float) -> None:
    """A county with two works a side; what was `typed` as invested in the last one may not agree with its total."""
    left = [
        ["白石县", "合计", 0.5, 88, 1, None, None],
        ["白石县", "松林水厂", 0.3, 60, 1, None, None],
        ["白石县", "鹰嘴岩管网", 0.2, 28, 0, date(2004, 12, 20), None],
    ]
    right = [
        ["合计", 1.1, 210, 2, 60, None, None],
        ["三岔河水厂", 0.7, 140, 1, 45, None, None],
        ["月亮湾管网", 0.4, 70, 1, typed, None, None],
    ]
    book, sheet = _form("万人", left, right)
    sheet["A9"] = "填报时间：2004年9月24日"
    book.save(path)


def _form(
    people: str, left: list[list[Any]], right: list[list[Any]], narrow: bool = False
) -> tuple[Workbook, Worksheet]:
    """The form filled in from row 5; `narrow` leaves the last column of the left half without its outer heading."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet["A1"] = "附件3"
    sheet["A2"] = "云山市农村饮水工程进度表"
    sheet.merge_cells("A2:N2")
    sheet["A3"], sheet["B3"], sheet["H3"] = "县（区）", "续建工程", "新建工程"
    sheet.merge_cells("A3:A4")
    sheet.merge_cells("B3:F3" if narrow else "B3:G3")
    sheet.merge_cells("H3:N3")
    old = f"工程\n名称,受益人口（{people}）,完成投资（万元）,已通水处数,未通水填写承诺通水时间,存在的问题"
    new = f"工程\n名称,计划受益人口（{people}）,计划投资（万元）,开工处数,完成投资（万元）"
    for column, text in enumerate(f"{old},{new},未开工填写承诺开工时间,存在的问题".split(","), 2):
        sheet.cell(4, column, text)
    for number, (first, second) in enumerate(zip(left, right, strict=True), 5):
        for column, value in enumerate([*first, *second], 1):
            if value is not None:
                sheet.cell(number, column, value)
    return book, sheet


if __name__ == "__main__":
    write_forms(Path(sys.argv[1]))
