"""A sheet of formulas over the workbook's other sheets is told of, and neither loaded twice nor lost."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from pioneer_etl.contract.starter import starter_root
from pioneer_etl.match.computed import references
from pioneer_etl.match.model import FileContext
from pioneer_etl.pipeline import FileReading, Task, kit_of, read
from pioneer_etl.transform.model import CellUse
from pioneer_etl.workbook.limits import Limits

NAME = "望里镇2004年报表.xlsx"
SUMMARY = [["指标", "单位", "数量"], ["户数", "户", "=SUM(村情!B3:B4)"], ["人口", "人", "=SUM('村情'!C3:C4)"]]


def reading(summary: list[list[object]], village: str = "村情") -> FileReading:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "汇总"
    for row in [["望里镇2004年主要指标汇总"], *summary]:
        sheet.append(row)
    detail = book.create_sheet(village)
    for row in [["望里镇2004年村基本情况表"], ["村名", "户数", "人口"], ["玉渡村", 117, 457], ["白湖村", 120, 430]]:
        detail.append(row)
    out = io.BytesIO()
    book.save(out)
    kit = kit_of(Path(starter_root()), (), Limits())
    return read(Task(out.getvalue(), FileContext(NAME)), kit)


def codes(found: FileReading) -> set[str]:
    return {each.code for each in (*found.findings, *(one for s in found.submissions for one in s.findings))}


def test_the_details_are_loaded_and_the_summary_is_named() -> None:
    found = reading(SUMMARY)
    (submission,) = found.submissions
    assert [part.sheet for part in submission.parts] == ["村情"]
    assert len(submission.records) == 2
    assert not submission.quarantined
    (note,) = [each for each in found.findings if each.code == "sheet.computed"]
    assert (note.sheet, note.arguments["found"]) == ("汇总", "村情")
    account = next(each for each in found.accounts if each.sheet == "汇总")
    assert account.unaccounted == 0
    assert account.uses[CellUse.TOTAL] >= 2


@pytest.mark.parametrize(
    "summary",
    [
        [*SUMMARY, ["劳动力", "人", 400]],  # a figure that was typed stands nowhere else
        [SUMMARY[0], ["户数", "户", "=SUM(底稿!B3:B4)"], SUMMARY[2]],  # refers to a sheet that is not read
        [SUMMARY[0], ["户数", "户", "=100+17"], ["人口", "人", "=457*1"]],  # refers to no sheet
    ],
)
def test_what_says_more_than_the_other_sheets_is_not_passed_over(summary: list[list[object]]) -> None:
    assert "sheet.computed" not in codes(reading(summary))


def test_references() -> None:
    assert list(references("=SUM('一 村'!A1:A3)+村情!B2*IF(\"a!b\"=\"\",1,'它''s'!C1)")) == ["一 村", "村情", "它's"]


def test_a_village_in_a_line_above_is_found_among_the_senders_own() -> None:
    """光明村 is a village of 望里镇 and one of 钱库镇; the sheet's second form takes the village from the first."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "光明村"
    for row in [
        ["望里镇2004年村基本情况登记表"],
        ["村名：光明村"],
        ["序号", "项目", "数量"],
        [1, "户数", 117],
        [2, "人口", 457],
        [],
        ["望里镇2004年村集体经济收入登记表（单位：万元）"],
        ["序号", "项目", "数量"],
        [1, "总收入", 5],
        [2, "经营收入", 5],
    ]:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    kit = kit_of(Path(starter_root()), (), Limits())
    found = read(Task(out.getvalue(), FileContext(NAME)), kit)
    places = {
        each.dataset.name: [record.place.code for record in each.records if record.place] for each in found.submissions
    }
    assert places == {"village": ["330327110208"], "village_economy": ["330327110208"]}
