"""A register that says something of several datasets at once, as a layout's parts tell them apart."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from pioneer_etl.contract.address import Range
from pioneer_etl.match.layout import Layout
from pioneer_etl.match.layout_read import load_layouts
from pioneer_etl.match.match import match_sheets
from pioneer_etl.match.model import FileContext
from pioneer_etl.table.model import SheetReading
from pioneer_etl.table.understand import understand
from pioneer_etl.transform.account import account
from pioneer_etl.transform.model import CellAccount, CellUse, Submission
from pioneer_etl.transform.records import transform_sheets
from pioneer_etl.workbook.model import Sheet
from tests.match.sketch import contracts

LAYOUT = """
name = "pages"
title = "登记表"
version = "1"
[[form]]
dataset = "economy"
kind = "register"
part = true
match.title = ["*登记表"]
[form.columns]
"基本/村名" = "village"
"经济/总收入" = "total"
"经济/上年总收入" = "last_year"
[[form]]
dataset = "roster"
kind = "register"
part = true
match.title = ["*登记表"]
[form.columns]
"基本/村名" = "village"
"书记/姓名" = "name"
"书记/性别" = "sex"
"""
ROWS = (
    ("宜山镇2004年村情登记表", None, None, None, None),
    ("基\n本", "村名", "宜一村", "户主电话", None),
    (None, "所属片", None, "邮政编码", None),
    ("经\n济", "总收入（万元）", 12, "上年总收入（万元）", 11.5),
    (None, "记账方式", None, "审计日期", None),
    ("书\n记", "姓名", "陈某", "性别", "男"),
    (None, "联系电话", None, "出生年月", None),
)
MERGES = (Range(1, 1, 1, 5), Range(2, 1, 3, 1), Range(4, 1, 5, 1), Range(6, 1, 7, 1))


def layout(tmp_path: Path, text: str = LAYOUT) -> Layout:
    path = tmp_path / "layout.toml"
    path.write_text(text, encoding="utf-8")
    return load_layouts(path)[0]


def sheet(*more: tuple[object, ...]) -> SheetReading:
    return understand(Sheet("登记", (*ROWS, *more), MERGES))  # type: ignore[arg-type]


def read(reading: SheetReading, used: Layout) -> tuple[tuple[Submission, ...], CellAccount]:
    matches = match_sheets([reading], FileContext("登记表.xlsx"), contracts(), (used,))
    submissions = transform_sheets(matches, contracts())
    (counted,) = account(matches, submissions)
    return submissions, counted


def test_each_part_is_a_submission_of_its_own_dataset(tmp_path: Path) -> None:
    submissions, counted = read(sheet(), layout(tmp_path))
    assert [(each.dataset.name, each.quarantined) for each in submissions] == [("economy", False), ("roster", False)]
    told = {each.dataset.name: each.records[0].values for each in submissions}
    assert (told["economy"]["total"].value, told["economy"]["last_year"].value) == (12, Decimal("11.5"))
    assert (told["roster"]["name"].value, told["roster"]["sex"].value) == ("陈某", "1")
    assert all(each.records[0].place is not None for each in submissions)
    assert counted.unaccounted == 0
    assert counted.uses.get(CellUse.FINDING, 0) == 0


def test_what_no_part_maps_is_asked_about(tmp_path: Path) -> None:
    rows = [list(row) for row in ROWS]
    rows[2][2] = "江山片"
    reading = understand(Sheet("登记", tuple(map(tuple, rows)), MERGES))
    submissions, counted = read(reading, layout(tmp_path))
    assert all("column.unknown" in {each.code for each in one.findings} for one in submissions)
    assert counted.unaccounted == 0


def test_a_part_that_is_kept_out_keeps_no_other_out(tmp_path: Path) -> None:
    text = LAYOUT.replace('"书记/性别" = "sex"', '"书记/性别" = "sex"\n"书记/出生年月" = "birth"')
    rows = [list(row) for row in ROWS]
    rows[5][4] = "不详者"
    reading = understand(Sheet("登记", tuple(map(tuple, rows)), MERGES))
    submissions, counted = read(reading, layout(tmp_path, text))
    assert [(each.dataset.name, each.quarantined) for each in submissions] == [("economy", False), ("roster", True)]
    assert counted.uses[CellUse.LOADED] >= 2
    assert counted.unaccounted == 0
