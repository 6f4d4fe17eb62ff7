"""Two years side by side in one table, as a layout's blocks tell them apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from pioneer_etl.contract.errors import ConfigurationError
from pioneer_etl.match.layout import Layout
from pioneer_etl.match.layout_read import load_layouts
from pioneer_etl.match.match import match_sheets
from pioneer_etl.match.model import FileContext
from pioneer_etl.table.model import Role
from pioneer_etl.transform.account import account
from pioneer_etl.transform.model import Submission
from pioneer_etl.transform.records import transform_sheets
from pioneer_etl.workbook.model import Scalar
from tests.match.sketch import contracts, reading

LAYOUT = """
name = "years"
title = "两年对照"
version = "1"
[[form]]
dataset = "economy"
match.headers = ["村名", "{本年}/收入", "{上年}/收入"]
[form.columns]
"村名" = "village"
[[form.block]]
[form.block.columns]
"{本年}/收入" = "total"
[[form.block]]
period = "上年"
[form.block.columns]
"{上年}/收入" = "total"
"""
ROWS: list[list[Scalar | None]] = [["宜一村", 3.0, 4.0], ["宜二村", None, 5.0]]


def layout(tmp_path: Path, text: str = LAYOUT) -> Layout:
    path = tmp_path / "layout.toml"
    path.write_text(text, encoding="utf-8")
    return load_layouts(path)[0]


def submitted(used: Layout, headers: tuple[str, ...], title: str = "宜山镇2004年集体经济") -> tuple[Submission, ...]:
    matches = match_sheets(
        [reading(headers, ROWS, around=((Role.TITLE, title),))], FileContext("报表.xlsx"), contracts(), (used,)
    )
    submissions = transform_sheets(matches, contracts())
    assert [each.unaccounted for each in account(matches, submissions)] == [0]
    return submissions


@pytest.mark.parametrize(
    "headers",
    [
        ("村名", "2003年/收入", "2004年/收入"),
        ("村名", "上年/收入", "本年/收入"),
        ("村名", "2003年度/收入", "本年度/收入"),
    ],
)
def test_each_year_is_a_submission_of_its_own(tmp_path: Path, headers: tuple[str, ...]) -> None:
    before, now = sorted(submitted(layout(tmp_path), headers), key=lambda each: each.period.text if each.period else "")
    assert [each.period.text for each in (before, now) if each.period] == ["2003", "2004"]
    assert not before.quarantined
    assert not now.quarantined
    told = [
        [(each.place.name if each.place else "", each.values["total"].value) for each in s.records]
        for s in (before, now)
    ]
    assert told == [[("宜一村", 3)], [("宜一村", 4), ("宜二村", 5)]]


def test_the_years_move_on_with_the_form(tmp_path: Path) -> None:
    found = submitted(layout(tmp_path), ("村名", "2004年/收入", "2005年/收入"), "宜山镇2005年集体经济")
    assert sorted(each.period.text for each in found if each.period) == ["2004", "2005"]


def test_another_year_than_the_forms_is_no_heading_of_the_layout(tmp_path: Path) -> None:
    matches = match_sheets(
        [reading(("村名", "2001年/收入", "2004年/收入"), ROWS, around=((Role.TITLE, "宜山镇2004年集体经济"),))],
        FileContext("报表.xlsx"),
        contracts(),
        (layout(tmp_path),),
    )
    assert matches[0].tables == () or matches[0].tables[0].layout != "years"


def test_what_is_said_of_the_whole_table_is_said_once(tmp_path: Path) -> None:
    found = submitted(
        layout(tmp_path, LAYOUT.replace('"村名" = "village"', '"村名" = "village"\n"缺" = "learning"')),
        ("村名", "2003年/收入", "2004年/收入"),
    )
    codes = [[each.code for each in submission.findings] for submission in found]
    assert codes == [["column.drift_missing"], []]


def test_a_period_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        layout(tmp_path, LAYOUT.replace('period = "上年"', 'period = "那年"'))
    assert caught.value.code == "layout.bad_period"
