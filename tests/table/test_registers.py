"""Registers: labels beside their contents, in cells merged as it suits."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.table.model import Role, SheetReading
from pioneer_etl.table.understand import understand
from pioneer_etl.workbook.model import Sheet

PERSON = (
    ("村级后备干部登记表",),
    ("姓名", "陈某", "性别", "男", "出生年月", "1966.05", "照片"),
    ("民族", "汉族", "文化程度", "高中", "政治面貌", "中共党员", ""),
    ("所在村", "宜一村", "", "联系电话", "", "", ""),
    ("简历", "1990年起任会计", "", "", "", "", ""),
)
PERSON_MERGES = (Range(1, 1, 1, 7), Range(2, 7, 4, 7), Range(4, 2, 4, 3), Range(4, 5, 4, 6), Range(5, 2, 5, 7))


def read(rows: Sequence[Sequence[object]], merges: Sequence[Range] = ()) -> SheetReading:
    cells = tuple(tuple(None if value == "" else value for value in row) for row in rows)
    return understand(Sheet("表1", cells, tuple(merges)))  # type: ignore[arg-type]


def test_a_person_on_a_page() -> None:
    reading = read(PERSON, PERSON_MERGES)
    (table,) = reading.tables
    assert (str(table.kind), table.title, table.range.a1) == ("register", "村级后备干部登记表", "A2:G5")
    contents = {pair.path[-1]: pair.content.a1 if pair.content else None for pair in table.pairs}
    assert contents["联系电话"] == "E4"
    assert contents["简历"] == "B5"
    assert contents["照片"] is None
    assert {each.role for each in reading.roles.values()} == {Role.TITLE, Role.ROW_LABEL, Role.VALUE}


def test_sections_stand_at_the_left_or_across_and_units_beside() -> None:
    rows = (
        ("基\n本", "村名", "宜一村", "", "户数", 120),
        ("", "耕地面积", 350, "亩", "人口", 410),
        ("经济情况", "", "", "", "", ""),
        ("总收入", "", 12, "万元", "负债", 3),
    )
    merges = (Range(1, 1, 2, 1), Range(1, 3, 1, 4), Range(3, 1, 3, 6), Range(4, 1, 4, 2))
    (table,) = read(rows, merges).tables
    paths = {pair.path: pair.content for pair in table.pairs}
    assert paths[("基本", "村名")] == Position(1, 3)
    assert paths[("经济情况", "总收入")] == Position(4, 3)
    assert [pair.unit for pair in table.pairs if pair.unit] == [Position(2, 4), Position(4, 4)]


@pytest.mark.parametrize("between", [(), (("",),), (("第二人",),)], ids=["nothing", "a blank row", "a title"])
def test_several_registers_on_a_sheet_are_tables_of_their_own(between: Sequence[Sequence[object]]) -> None:
    one = tuple(row[:6] for row in PERSON[1:3])
    two = (
        ("姓名", "王某", "性别", "女", "出生年月", "1971.05"),
        ("民族", "汉族", "文化程度", "初中", "政治面貌", "群众"),
    )
    reading = read([*one, *between, *two])
    assert [str(table.kind) for table in reading.tables] == ["register", "register"]
    assert Role.UNACCOUNTED not in {mark.role for mark in reading.roles.values()}


FAMILY = ("称谓", "姓名", "年龄", "政治面貌", "工作单位")
KIN = (("妻子", "王某", 36, "群众", "务农"), ("儿子", "陈某", 9, "", "宜山小学"))


@pytest.mark.parametrize(
    ("block", "merges", "cells"),
    [
        ((("家庭成员", *FAMILY), *(("", *each) for each in KIN)), (Range(6, 1, 8, 1),), "B6:F8"),
        ((("家庭成员", *FAMILY), *(("", *each) for each in KIN)), (), "B6:F8"),
        (
            (("家庭主要成员", "", "", "", "", ""), (*FAMILY, "备注"), *((*each, "") for each in KIN)),
            (Range(6, 1, 6, 6),),
            "A7:F9",
        ),
    ],
    ids=["merged down", "written once", "below a heading"],
)
def test_a_list_inside_of_a_register_is_a_table_of_its_own(
    block: Sequence[Sequence[object]], merges: Sequence[Range], cells: str
) -> None:
    person = tuple(row[:6] for row in PERSON[:4])
    rows = (*person, ("现任职务", "村委会委员", "", "后备职务", "村主任", ""), *block, ("备注", "", "", "", "", ""))
    last = len(rows)
    always = (Range(1, 1, 1, 6), Range(4, 2, 4, 3), Range(4, 5, 4, 6), Range(5, 2, 5, 3), Range(5, 5, 5, 6))
    reading = read(rows, (*always, *merges, Range(last, 2, last, 6)))
    register, listed = reading.tables
    assert (str(register.kind), str(listed.kind), listed.range.a1) == ("register", "list", cells)
    assert [column.path[-1] for column in (*listed.label_columns, *listed.columns)][:5] == list(FAMILY)
    assert {pair.path[-1] for pair in register.pairs} >= {"姓名", "民族", "现任职务", "备注"}
    assert Role.UNACCOUNTED not in {mark.role for mark in reading.roles.values()}


def test_a_list_inside_of_a_register_may_be_empty() -> None:
    person = tuple(row[:6] for row in PERSON[:4])
    rows = (*person, ("家庭成员", *FAMILY), ("", "", "", "", "", ""), ("备注", "无", "", "", "", ""))
    merges = (Range(1, 1, 1, 6), Range(4, 2, 4, 3), Range(4, 5, 4, 6), Range(5, 1, 6, 1), Range(7, 2, 7, 6))
    reading = read(rows, merges)
    (register,) = reading.tables
    assert str(register.kind) == "register"
    assert Role.UNACCOUNTED not in {mark.role for mark in reading.roles.values()}
    assert not any(pair.content for pair in register.pairs if pair.path[-1] in ("称谓", "年龄", "工作单位"))


def test_a_list_of_people_is_no_register() -> None:
    rows = (
        ("姓名", "性别", "民族", "文化程度"),
        ("陈某", "男", "汉族", "高中"),
        ("王某", "女", "汉族", "初中"),
        ("李某", "男", "畲族", "大专"),
    )
    (table,) = read(rows).tables
    assert str(table.kind) == "list"


@pytest.mark.parametrize("records", [1, 2])
def test_a_list_with_few_records_of_words_is_no_register(records: int) -> None:
    heads = ("获奖单位或个人", "所在村", "获奖名称", "奖项级别", "颁奖单位", "获奖年度")
    record = ("宜一村综治工作先进集体", "宜一村", "其他", "县级", "县委组织部", "2003")
    other = ("陈某", "宜二村", "优秀村干部", "镇级", "镇党委", "2004")
    (table,) = read((heads, record, other)[: records + 1]).tables
    assert (str(table.kind), [row.row for row in table.rows]) == ("list", list(range(2, records + 2)))


def test_a_record_of_words_under_two_levels_of_heads_is_no_register() -> None:
    rows = (
        ("村情况表", "", "", ""),
        ("学习型支部", "基本情况", "", "党组织类型"),
        ("", "书记文化程度", "村", ""),
        ("是", "高中", "宜一村", "支部"),
    )
    (table,) = read(rows, (Range(1, 1, 1, 4), Range(2, 1, 3, 1), Range(2, 2, 2, 3), Range(2, 4, 3, 4))).tables
    assert (str(table.kind), table.header_rows) == ("list", (2, 3))
