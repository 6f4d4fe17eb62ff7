"""Long tables and matrices end as the records that a plain list of the same would give."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any

import pytest

from pioneer_etl.contract.address import Range
from pioneer_etl.contract.errors import ConfigurationError
from pioneer_etl.contract.toml import Section
from pioneer_etl.match.layout import GENERIC, Layout
from pioneer_etl.match.layout_read import read_layout
from pioneer_etl.match.match import match_sheets
from pioneer_etl.match.model import FileContext, SheetMatch
from pioneer_etl.table.understand import understand
from pioneer_etl.transform.account import account
from pioneer_etl.transform.model import Submission
from pioneer_etl.transform.records import transform_sheets
from pioneer_etl.workbook.model import Sheet
from tests.layouts.kit import repository_contracts

CONTRACTS = repository_contracts()
ECONOMY = ("宜山镇2004年村集体经济收入情况表", "单位：万元")
TRAINING = ("宜山镇2004年干部教育培训情况表",)


def read(
    rows: Sequence[Sequence[Any]], merges: Sequence[Range] = (), layouts: Sequence[Layout] = (GENERIC,)
) -> tuple[SheetMatch, Submission]:
    """A sheet of rows, matched and transformed; every cell of it must be accounted for."""
    cells = tuple(tuple(None if value == "" else value for value in row) for row in rows)
    matches = match_sheets([understand(Sheet("表1", cells, tuple(merges)))], FileContext("表.xlsx"), CONTRACTS, layouts)
    (submission,) = transform_sheets(matches, CONTRACTS)
    (counted,) = account(matches, [submission])
    assert counted.unaccounted == 0
    return matches[0], submission


def said(submission: Submission, *fields: str) -> list[tuple[str, ...]]:
    """Each record as `value@cell` of some fields, the place by its name."""
    found = []
    for record in submission.records:
        values = [record.values[name] for name in fields]
        place = record.place.name if record.place is not None else ""
        found.append((place, *(f"{v.value}@{v.cell.a1}" if v.cell else str(v.value) for v in values)))
    return found


def long_rows(once: bool) -> list[list[Any]]:
    rows: list[list[Any]] = [[text] for text in ECONOMY]
    rows.append(["村名", "指标", "数值"])
    for village, base in (("宜一村", 3), ("宜二村", 4)):
        for number, (item, value) in enumerate((("总收入", base * 2), ("经营收入", base), ("发包收入", base))):
            rows.append(["" if once and number else village, item, value])
    return rows


@pytest.mark.parametrize("once", [False, True], ids=["each row", "written once"])
def test_a_long_table_is_read_by_the_contract_s_words(once: bool) -> None:
    match, submission = read(long_rows(once))
    assert not submission.quarantined
    assert match.tables[0].table.kind == "long"
    assert said(submission, "income_total", "income_operating", "income_contracting") == [
        ("宜一村", "6@C4", "3@C5", "3@C6"),
        ("宜二村", "8@C7", "4@C8", "4@C9"),
    ]


def test_a_long_table_of_merged_villages_with_units_and_two_years() -> None:
    rows: list[list[Any]] = [[ECONOMY[0]], ["序号", "村名", "指标", "单位", "本年", "上年"]]
    for number, (village, item, unit, now, before) in enumerate(
        (("宜一村", "集体经济收入", "元", 90000, 80000), ("", "资产总额", "万元", 120, ""),
         ("宜二村", "集体经济收入", "元", 70000, 60000), ("", "资产总额", "万元", 95, "")), 1
    ):  # fmt: skip
        rows.append([number, village, item, unit, now, before])
    match, submission = read(rows, [Range(3, 2, 4, 2), Range(5, 2, 6, 2)])
    assert not submission.quarantined
    assert said(submission, "income_total", "income_last_year", "assets") == [
        ("宜一村", "9.0000@E3", "8.0000@F3", "120@E4"),
        ("宜二村", "7.0000@E5", "6.0000@F5", "95@E6"),
    ]
    assert match.tables[0].lines[1].field == "village"


def test_an_item_said_twice_of_one_village_holds_the_form_back() -> None:
    rows = [*long_rows(False), ["宜二村", "经营收入", 5]]
    _, submission = read(rows)
    assert ("table.unplaced", ("C10",)) in {(each.code, each.cells) for each in submission.findings}
    assert submission.quarantined


def test_an_item_that_no_field_is_called_is_asked_about_at_its_own_cells() -> None:
    rows = [*long_rows(False), ["宜二村", "其中奇怪的一项", 5]]
    _, submission = read(rows)
    assert [(each.code, each.cells) for each in submission.findings if each.quarantines] == [
        ("column.unknown", ("B10", "C10"))
    ]


def matrix_rows() -> list[list[Any]]:
    return [
        [TRAINING[0]],
        ["培训班名称", "培训对象", "培训时间", "政治理论", "", "岗位培训", "", "合计", ""],
        ["", "", "", "人次", "覆盖村数", "人次", "覆盖村数", "人次", "覆盖村数"],
        ["第一期", "村干部", "2004年3月", 30, 20, "", "", 30, 20],
        ["第二期", "乡镇干部", "2004年4月", 12, 4, 25, 10, 37, 14],
        ["合计", "", "", 42, 24, 25, 10, 67, 34],
    ]


MATRIX_MERGES = [
    *(Range(2, column, 3, column) for column in (1, 2, 3)),
    *(Range(2, column, 2, column + 1) for column in (4, 6, 8)),
]


def test_a_matrix_gives_a_record_for_each_head_that_says_something() -> None:
    match, submission = read(matrix_rows(), MATRIX_MERGES)
    assert not submission.quarantined
    assert match.tables[0].table.kind == "matrix"
    assert said(submission, "class_name", "kind", "person_times", "villages_covered") == [
        ("宜山镇", "第一期@A4", "political_theory@D2", "30@D4", "20@E4"),
        ("宜山镇", "第二期@A5", "political_theory@D2", "12@D5", "4@E5"),
        ("宜山镇", "第二期@A5", "post@F2", "25@F5", "10@G5"),
    ]
    totals = {
        (total.label, str(total.values["person_times"].value), len(total.covers))
        for total in submission.parts[0].totals
    }
    assert {("合计", "67", 3), ("合计", "37", 2), ("政治理论", "42", 2)} <= totals


LAYOUT = """
name = "own"
title = "本镇格式"
version = "1"
[[form]]
dataset = "village_economy"
kind = "long"
match.title = ["*经济*"]
match.headers = ["村", "科目"]
[form.unpivot]
item = "科目"
values = ["今年数", "去年数"]
[form.columns]
"村" = "village"
"今年数/甲类" = "income_total"
"甲类/去年数" = "income_last_year"
"今年数/乙类" = "assets"
[form.units]
default = "元"
"""


def layout(text: str) -> Layout:
    return read_layout(Section("layout.toml", (), tomllib.loads(text), {}))


def test_a_layout_says_where_the_items_of_a_long_table_stand() -> None:
    rows: list[list[Any]] = [["宜山镇2004年村经济情况表"], ["村", "科目", "今年数", "去年数"]]
    for village, base in (("宜一村", 3), ("宜二村", 4), ("合计", 7)):
        rows += [[village, "甲类", base * 30000, base * 20000], ["", "乙类", base * 300000, ""]]
    match, submission = read(rows, layouts=(layout(LAYOUT), GENERIC))
    assert match.tables[0].layout == "own"
    assert not submission.quarantined
    assert said(submission, "income_total", "income_last_year", "assets") == [
        ("宜一村", "9.0000@C3", "6.0000@D3", "90.0000@C4"),
        ("宜二村", "12.0000@C5", "8.0000@D5", "120.0000@C6"),
    ]
    (total,) = submission.parts[0].totals
    assert str(total.values["income_total"].value) == "21.0000"
    assert total.covers == (3, 5)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ('kind = "long"', 'kind = "list"', "layout.unpivot_kind"),
        ('item = "科目"', "", "layout.unpivot_of_what"),
        ("[form.units]", '[[form.block]]\ncolumns = { "村" = "village" }\n[form.units]', "layout.unpivot_blocks"),
    ],
)
def test_a_layout_that_does_not_say_how_is_refused(before: str, after: str, code: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        layout(LAYOUT.replace(before, after))
    assert caught.value.code == code


def test_a_register_is_a_record_with_the_address_of_every_content() -> None:
    rows = [
        ["2004年村集体经济收入登记表"],
        ["填报单位：宜山镇宜一村"],
        ["基本情况", "村名", "宜一村", "", "资产总额（万元）", 310],
        ["", "负债总额", 120000, "元", "", ""],
        ["收\n入", "总收入（万元）", 12, "", "经营收入（万元）", 5],
        ["", "发包收入（万元）", 3, "", "补助收入（万元）", 4],
        ["填表人", "张某", "", "", "审核人", "李某"],
    ]
    merges = [Range(1, 1, 1, 6), Range(3, 1, 4, 1), Range(5, 1, 6, 1), Range(3, 3, 3, 4), Range(5, 3, 5, 4),
              Range(6, 3, 6, 4), Range(7, 2, 7, 4)]  # fmt: skip
    match, submission = read(rows, merges)
    assert match.tables[0].table.kind == "register"
    assert not [each for each in submission.findings if each.quarantines]
    assert said(submission, "income_total", "income_operating", "income_contracting", "assets", "debts") == [
        ("宜一村", "12@C5", "5@F5", "3@C6", "310@F3", "12.0000@C4")
    ]


def test_a_list_inside_of_a_register_is_named_and_holds_nothing_back() -> None:
    rows = [
        ["2004年村集体经济收入登记表"],
        ["填报单位：宜山镇宜一村"],
        ["村名", "宜一村", "总收入（万元）", 12, "经营收入（万元）", 5],
        ["资产总额（万元）", 310, "负债总额（万元）", 12, "补助收入（万元）", 4],
        ["主要\n项目", "项目名称", "投资金额", "完成时间", "负责人", "备注"],
        ["", "村道硬化", 8, "2004-06", "张某", ""],
        ["", "自来水", 5, "2004-09", "李某", "二期"],
    ]
    match, submission = read(rows, [Range(1, 1, 1, 6), Range(5, 1, 7, 1)])
    assert [str(table.kind) for table in match.reading.tables] == ["register", "list"]
    assert said(submission, "income_total", "income_operating", "assets", "debts") == [
        ("宜一村", "12@D3", "5@F3", "310@B4", "12@D4")
    ]
    assert not [each for each in submission.findings if each.quarantines]
    assert [(each.code, each.cells) for each in match.findings] == [("sheet.foreign", ("B5:F7",))]


def test_a_list_inside_of_a_register_that_says_what_it_is_stays_a_question() -> None:
    rows = [
        ["2004年村集体经济收入登记表"],
        ["填报单位：宜山镇宜一村"],
        ["村名", "宜一村", "总收入（万元）", 12, "经营收入（万元）", 5],
        ["资产总额（万元）", 310, "负债总额（万元）", 12, "补助收入（万元）", 4],
        ["后备\n干部", "姓名", "性别", "出生年月", "文化程度", "爱好"],
        ["", "张某", "男", "1970.05", "高中", "书法"],
        ["", "李某", "女", "1975.11", "大专", ""],
    ]
    cells = tuple(tuple(value or None for value in (*row, *[""] * 6)[:6]) for row in rows)
    reading = understand(Sheet("表1", cells, (Range(1, 1, 1, 6), Range(5, 1, 7, 1))))
    (match,) = match_sheets([reading], FileContext("表.xlsx"), CONTRACTS, [GENERIC])
    assert [table.dataset.name for table in match.tables] == ["village_economy", "reserve_cadre"]
    assert [each.cells[0] for each in match.tables[1].findings if each.code == "column.unknown"] == ["F5"]
