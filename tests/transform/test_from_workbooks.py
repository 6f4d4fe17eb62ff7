"""From a real workbook to records: read, understood, matched, transformed."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from pioneer_etl.match.layout import GENERIC
from pioneer_etl.match.match import match_sheets
from pioneer_etl.match.model import FileContext
from pioneer_etl.table.understand import understand
from pioneer_etl.transform.account import account
from pioneer_etl.transform.model import CellAccount, CellUse, Submission, ValueState
from pioneer_etl.transform.records import transform_sheets
from pioneer_etl.workbook.read import read_bytes
from tests.match.sketch import contracts


def workbook(rows: Sequence[Sequence[Any]], merges: Sequence[str] = (), formats: dict[str, str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    for merge in merges:
        sheet.merge_cells(merge)
    for address, number_format in (formats or {}).items():
        sheet[address].number_format = number_format
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def read(data: bytes, name: str = "报表.xlsx") -> tuple[tuple[Submission, ...], tuple[CellAccount, ...]]:
    book = read_bytes(data, name)
    matches = match_sheets([understand(sheet) for sheet in book.sheets], FileContext(name), contracts(), (GENERIC,))
    submissions = transform_sheets(matches, contracts())
    return submissions, account(matches, submissions)


ECONOMY = [
    ["宜山镇2004年度村集体经济收入情况表"],
    ["填报单位：宜山镇（盖章）", None, None, None, None, "单位：万元"],
    ["序号", "村名", "集体经济收入", None, "上年收入", "备注"],
    [None, None, "合计", "经营收入", None, None],
    [1, "宜一村", 3.2, "1.2", 2.8, None],
    [2, "宜二村", "４．１", "—", "3.9万元", "约数"],
    [3, "宜三村", 2.7, 0, "32000元", None],
    [None, "合计", 10, 1.2, 9.9, None],
    ["填表人：王某　　审核人：李某　　填报日期：2005年1月8日"],
]
MERGES = ["A1:F1", "A3:A4", "B3:B4", "C3:D3", "E3:E4", "F3:F4", "A9:F9"]


def test_a_list_as_townships_send_it() -> None:
    (submission,), (counted,) = read(workbook(ECONOMY, MERGES))
    assert [each.code for each in submission.findings] == []
    assert submission.township is not None
    assert submission.period is not None
    assert (submission.township.name, submission.period.text, submission.filler) == ("宜山镇", "2004", "王某")
    rows = [
        [record.place.name if record.place else None]
        + [record.values[name].value for name in ("total", "operating", "last_year", "remarks")]
        for record in submission.records
    ]
    assert rows == [
        ["宜一村", Decimal("3.2"), Decimal("1.2"), Decimal("2.8"), None],
        ["宜二村", Decimal("4.1"), None, Decimal("3.9"), "约数"],
        ["宜三村", Decimal("2.7"), Decimal("0"), Decimal("3.2"), None],
    ]
    states = [record.values["operating"].state for record in submission.records]
    assert states == [ValueState.VALUE, ValueState.NONE, ValueState.ZERO]
    (total,) = submission.parts[0].totals
    assert (total.line, total.values["total"].value, total.confirmed) == (8, Decimal("10"), True)
    assert counted.unaccounted == 0
    assert (counted.uses[CellUse.LOADED], counted.uses[CellUse.KEY], counted.uses[CellUse.IGNORED]) == (10, 3, 3)


def test_villages_across_give_the_same_records() -> None:
    rows = [
        ["宜山镇2004年度村集体经济收入情况表"],
        ["项目", "宜一村", "宜二村", "宜三村"],
        ["总收入（万元）", 3.2, 4.1, 2.7],
        ["经营收入（万元）", 1.2, "—", 0],
        ["户数（户）", 320, 410, 270],
    ]
    (submission,), (counted,) = read(workbook(rows, ["A1:D1"]))
    assert [each.code for each in submission.findings] == []
    assert [
        (record.place.name if record.place else None, record.values["total"].value) for record in submission.records
    ] == [
        ("宜一村", Decimal("3.2")),
        ("宜二村", Decimal("4.1")),
        ("宜三村", Decimal("2.7")),
    ]
    assert counted.unaccounted == 0


def test_a_roster_with_number_formats() -> None:
    rows = [
        ["宜山镇2004年后备干部名册"],
        ["序号", "姓名", "性别", "出生年月", "所在村", "联系电话"],
        [1, "张某", "男", 1966.1, "宜一村", 13800000000],
        [2, "李某", "2", 1970.05, "宜二", "0577-64000000"],
        [3, "王某", "女", "72年3月", "宜山镇宜三村", "无"],
    ]
    (submission,), (counted,) = read(workbook(rows, ["A1:F1"], {"D3": "0.00", "D4": "0.00"}))
    assert [each.code for each in submission.findings] == []
    births = [str(record.values["birth"].value) for record in submission.records]
    assert births == ["1966-10-01", "1970-05-01", "1972-03-01"]
    assert [record.values["sex"].value for record in submission.records] == ["1", "2", "2"]
    assert [record.values["phone"].value for record in submission.records] == ["13800000000", "0577-64000000", None]
    assert counted.unaccounted == 0


def test_an_error_cell_and_a_formula_without_a_result_are_not_blank() -> None:
    rows = [[*row] for row in ECONOMY]
    rows[4][2], rows[5][2], rows[7] = "=1/0", "=D6+1", [None, "合计", 10, 1.2, 9.9, None]
    (submission,), (counted,) = read(workbook(rows, MERGES))
    states = [record.values["total"].state for record in submission.records]
    assert states[:2] == [ValueState.NO_RESULT, ValueState.NO_RESULT]
    assert "value.no_result" in [each.code for each in submission.findings]
    assert submission.quarantined
    assert counted.unaccounted == 0


@pytest.mark.slow
def test_a_typical_sheet_costs_a_few_milliseconds() -> None:
    header = ["村名", "总收入（万元）", "经营收入（万元）", "上年收入（万元）", "户数"]
    rows = [["宜山镇2004年度村集体经济收入情况表"], header]
    rows += [[f"宜{'一二三'[n % 3]}村", 1.5 + n, 1.25, "2.75", 100 + n] for n in range(430)]
    book = read_bytes(workbook(rows, ["A1:E1"]), "报表.xlsx")
    readings = [understand(sheet) for sheet in book.sheets]
    spent = []
    for _ in range(5):
        start = time.perf_counter()
        matches = match_sheets(readings, FileContext("报表.xlsx"), contracts(), (GENERIC,))
        submissions = transform_sheets(matches, contracts())
        spent.append(time.perf_counter() - start)
        assert len(submissions[0].records) == 430
    assert min(spent) < 0.05
