"""Records, totals and findings from matched tables; and the account of their cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.errors import PluginError
from pioneer_etl.contract.model import Field, FieldType, Label
from pioneer_etl.match.layout import GENERIC, Layout
from pioneer_etl.match.layout_read import load_layouts
from pioneer_etl.match.match import match_sheets
from pioneer_etl.match.model import FileContext
from pioneer_etl.table.model import Role, RowRole, SheetReading, TableKind
from pioneer_etl.transform.account import account
from pioneer_etl.transform.magnitude import magnitude_doubts
from pioneer_etl.transform.model import (
    CellAccount,
    CellUse,
    FieldValue,
    ParseValue,
    SourceCell,
    Submission,
    ValueContext,
    ValueState,
)
from pioneer_etl.transform.records import transform_sheets
from pioneer_etl.transform.rows import group_words
from pioneer_etl.workbook.model import CellError, NoResult
from tests.match.sketch import contracts, reading

HEADERS = ("村名", "总收入", "经营收入", "上年收入")
ROWS = [["宜一村", 3.2, 1.2, "2.8"], ["宜二村", "4.1", "—", None], ["合计", 7.3, 1.2, 2.8]]
ROSTER = [(Role.TITLE, "宜山镇2004年后备干部名册")]


def transform(
    *sheets: SheetReading, layouts: Sequence[Layout] = (GENERIC,), parse: ParseValue | None = None
) -> tuple[tuple[Submission, ...], tuple[CellAccount, ...]]:
    matches = match_sheets(sheets, FileContext("报表.xlsx"), contracts(), layouts)
    submissions = transform_sheets(matches, contracts(), parse)
    return submissions, account(matches, submissions)


def one(sheet: SheetReading, **more: object) -> tuple[Submission, CellAccount]:
    (submission,), (counted,) = transform(sheet, **more)  # type: ignore[arg-type]
    assert counted.unaccounted == 0
    return submission, counted


def codes(submission: Submission) -> list[str]:
    return [each.code for each in submission.findings]


def column(submission: Submission, name: str) -> list[object]:
    return [record.values[name].value for record in submission.records]


def test_records_with_states_and_a_total_apart_from_them() -> None:
    submission, counted = one(reading(HEADERS, ROWS, roles={2: RowRole.TOTAL}))
    assert (submission.dataset.name, submission.quarantined, codes(submission)) == ("economy", False, [])
    assert submission.township is not None
    assert (submission.township.name, submission.period.text if submission.period else None) == ("宜山镇", "2004")
    first, second = submission.records
    assert first.place is not None
    assert (first.line, first.place.name, first.values["total"].value) == (3, "宜一村", Decimal("3.2"))
    assert first.values["last_year"] == FieldValue(Decimal("2.8"), ValueState.VALUE, None, "2.8", 1)
    assert [second.values[name].state for name in ("operating", "last_year", "households")] == [
        ValueState.NONE,
        ValueState.BLANK,
        ValueState.ABSENT,
    ]
    (part,) = submission.parts
    assert part.column_map == {"village": 1, "total": 2, "operating": 3, "last_year": 4}
    (total,) = part.totals
    assert (total.line, total.label, total.covers, total.confirmed) == (5, "合计", (3, 4), True)
    assert total.values["total"].value == Decimal("7.3")
    assert counted.uses == {
        CellUse.TITLE: 1,
        CellUse.HEADER: 4,
        CellUse.KEY: 2,
        CellUse.LOADED: 5,
        CellUse.TOTAL: 4,
    }


def test_a_transposed_table_gives_the_same_records() -> None:
    upright, _ = one(reading(HEADERS, ROWS[:2]))
    turned = [[name, *values] for name, *values in zip(HEADERS[1:], *(row[1:] for row in ROWS[:2]), strict=True)]
    across, counted = one(reading(("项目", "宜一村", "宜二村"), turned, kind=TableKind.TRANSPOSED))
    (part,) = across.parts
    assert (part.transposed, part.column_map["total"], codes(across)) == (True, 3, [])
    assert [record.line for record in across.records] == [2, 3]
    for name in ("village", "total", "operating", "last_year"):
        assert column(across, name) == column(upright, name)
    assert counted.uses[CellUse.LOADED] == 5


def test_an_unconfirmed_total_stays_out_of_the_records_and_is_said() -> None:
    submission, counted = one(reading(HEADERS, ROWS, roles={2: RowRole.TOTAL}, confirmed=False))
    assert codes(submission) == ["total.unconfirmed"]
    assert (submission.findings[0].cells, len(submission.records)) == (("A5",), 2)
    assert counted.uses[CellUse.TOTAL] == 4


def test_money_in_yuan_comes_in_the_contracts_unit_with_its_conversion() -> None:
    submission, _ = one(reading(("村名", "总收入（元）"), [["宜一村", 32000], ["宜二村", "4.1万元"]]))
    first, second = (record.values["total"] for record in submission.records)
    assert (first.value, first.conversion, first.text) == (Decimal("3.2"), "元→万元 ×0.0001", "32000")
    assert (second.value, second.conversion) == (Decimal("4.1"), None)


def test_a_broken_cell_keeps_its_state_and_stops_the_submission() -> None:
    rows = [["宜一村", CellError("#REF!"), NoResult("B1+1"), "abc"]]
    submission, counted = one(reading(HEADERS, rows))
    values = submission.records[0].values
    assert [values[name].state for name in ("total", "operating", "last_year")] == [
        ValueState.ERROR,
        ValueState.NO_RESULT,
        ValueState.UNREADABLE,
    ]
    assert [(each.code, each.cells, each.quarantines) for each in submission.findings] == [
        ("value.error_cell", ("B3",), True),
        ("value.no_result", ("C3",), True),
        ("value.not_a_number", ("D3",), True),
    ]
    assert counted.uses[CellUse.FINDING] == 3  # nothing of a quarantined submission counts as loaded


def test_the_same_doubt_in_many_cells_is_one_finding_with_ranges() -> None:
    rows = [["宜一村", "？"], ["宜二村", "？"], ["宜三村", 3]]
    submission, _ = one(reading(("村名", "总收入"), rows))
    assert [(each.code, each.cells) for each in submission.findings] == [("value.not_a_number", ("B3:B4",))]


def test_ditto_and_carried_labels_say_where_they_come_from(tmp_path: Path) -> None:
    rows = [["宜一村", "张三", "男"], [None, "李四", "同上"], ["宜二村", "王五", "女"]]
    sheet = reading(("所在村", "姓名", "性别"), rows, around=ROSTER)
    table = replace(sheet.tables[0], carried={Position(4, 1): Position(3, 1)})
    submission, _ = one(replace(sheet, tables=(table,)))
    assert column(submission, "village") == ["330327100201", "330327100201", "330327100202"]
    second = submission.records[1].values
    assert (second["village"].cell, second["village"].conversion) == (Position(3, 1), "沿用上面的标签")
    assert (second["sex"].value, second["sex"].text, second["sex"].conversion) == ("1", "同上", "同上：男")


def test_a_layout_carries_a_field_that_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "layout.toml"
    path.write_text(
        'name="a"\ntitle="a"\nversion="1"\n[[form]]\ndataset="roster"\nmatch.headers=["姓名"]\ncarry=["village"]\n'
        'skip_rows=["*核对*"]\n[form.columns]\n"所在村"="village"\n"姓名"="name"\n"性别/男"="sex=男"\n"性别/女"="sex=女"\n',
        encoding="utf-8",
    )
    rows = [
        ["宜一村", "张三", "√", None],
        [None, "李四", None, "√"],
        ["宜二村", "王五", "√", "√"],
        ["核对无误", "赵六", None, None],
    ]
    sheet = reading(("所在村", "姓名", "性别/男", "性别/女"), rows, around=ROSTER)
    submission, counted = one(sheet, layouts=load_layouts(path))
    assert column(submission, "village") == ["330327100201", "330327100201", "330327100202"]
    assert column(submission, "sex") == ["1", "2", None]
    assert submission.records[1].values["sex"].cell == Position(4, 4)
    assert [(each.code, each.cells) for each in submission.findings] == [("value.several_ticks", ("C5",))]
    assert counted.uses[CellUse.IGNORED] == 2


def test_a_group_row_becomes_a_field_where_the_layout_says_so(tmp_path: Path) -> None:
    path = tmp_path / "layout.toml"
    path.write_text(
        'name="a"\ntitle="a"\nversion="1"\n[[form]]\ndataset="economy"\nmatch.headers=["村名"]\ngroup_field="remarks"\n'
        '[form.columns]\n"村名"="village"\n"总收入"="total"\n',
        encoding="utf-8",
    )
    rows = [["东片", None], ["宜一村", 3], ["西片", None], ["宜二村", 4]]
    sheet = reading(("村名", "总收入"), rows, roles={0: RowRole.GROUP, 2: RowRole.GROUP})
    submission, _ = one(sheet, layouts=load_layouts(path))
    assert column(submission, "remarks") == ["东片", "西片"]


def test_a_merge_over_records_holds_for_words_and_is_asked_about_for_numbers() -> None:
    rows = [["宜一村", 3, "是"], ["宜二村", None, None], ["宜三村", 5, "否"]]
    sheet = reading(("村名", "总收入", "学习型支部"), rows, merges=[Range(3, 2, 4, 2), Range(3, 3, 4, 3)])
    submission, _ = one(sheet)
    assert column(submission, "learning") == [True, True, False]
    assert [(each.code, each.cells) for each in submission.findings] == [("value.merged", ("B3", "B3:B4"))]


def test_rows_without_values_go_and_rows_without_a_key_are_asked_about() -> None:
    rows = [[1, "宜一村", 3], [2, None, None], [3, None, 4]]
    submission, counted = one(reading(("序号", "村名", "总收入"), rows, labels=2))
    assert [record.line for record in submission.records] == [3]
    assert [(each.code, each.cells, each.quarantines) for each in submission.findings] == [
        ("record.no_key", ("B5",), True)
    ]
    assert counted.uses[CellUse.FINDING] == 2  # C3 of the quarantined record, C5 of the keyless one


def test_an_unknown_village_stops_the_submission_with_suggestions() -> None:
    submission, _ = one(reading(("村名", "总收入"), [["宜八村", 3], ["项东村", 4], ["宜二村", 5]]))
    assert [(each.code, each.cells) for each in submission.findings] == [
        ("place.unknown", ("A3",)),
        ("place.elsewhere", ("A4",)),
    ]
    assert submission.quarantined
    assert [record.place.name if record.place else None for record in submission.records] == [None, None, "宜二村"]


def test_the_township_among_its_villages_is_most_likely_a_total() -> None:
    submission, _ = one(reading(("村名", "总收入"), [["宜一村", 3], ["宜二村", 4], ["宜山镇", 7]]))
    assert [(each.code, each.cells, each.quarantines) for each in submission.findings] == [
        ("record.place_level", ("A5",), True)
    ]


def test_a_whole_column_of_yuan_is_one_question_and_not_converted() -> None:
    limits = (Decimal(0), Decimal(50))
    income = Field("income", Label("收入", "income"), FieldType.DECIMAL, "万元", ("元",), plausible=limits)
    yuan = [
        FieldValue(Decimal(n), ValueState.VALUE, text=str(n)) for n in (32000, 41000, 28000, 55000, 39000, 44000, 3)
    ]
    doubts = list(magnitude_doubts(income, "万元", yuan))
    assert [place for place, _ in doubts] == list(range(7))
    assert {doubt.code for _, doubt in doubts} == {"value.magnitude_column"}
    assert {doubt.arguments["proposal"] for _, doubt in doubts} == {"3.2 万元（按元计）"}
    likely = [replace(value, value=Decimal(number)) for number, value in enumerate(yuan, 3)]
    assert list(magnitude_doubts(income, "万元", likely)) == []


def test_yuan_in_a_column_of_ten_thousands_is_proposed_and_not_converted() -> None:
    rows = [["宜一村", value] for value in (3.2, 4.1, 2.8, 5.5, 3.9, 4.4, 36000)]
    submission, _ = one(reading(("村名", "总收入"), rows))
    (trouble,) = submission.findings
    assert (trouble.code, trouble.cells, trouble.quarantines) == ("value.magnitude", ("B9",), True)
    assert trouble.arguments["proposal"] == "3.6 万元（按元计）"
    assert column(submission, "total")[-1] == 36000
    rich, _ = one(reading(("村名", "总收入"), [*rows[:6], ["宜二村", 360]]))
    assert codes(rich) == []


def test_number_formats_decide_percent_and_october() -> None:
    sheet = reading(("村名", "总收入", "到会率"), [["宜一村", 3, 0.5], ["宜二村", 3, "92%"]], formats={(0, 2): "0%"})
    assert column(one(sheet)[0], "rate") == [Decimal("0.5"), Decimal("0.92")]
    people = reading(
        ("姓名", "出生年月", "村名"), [["张三", 1966.1, "宜一村"]], formats={(0, 1): "0.00"}, around=ROSTER
    )
    assert column(one(people)[0], "birth") == [date(1966, 10, 1)]


def test_personal_data_never_stands_in_a_finding() -> None:
    rows = [
        ["张小三、李小四", "1966.1", "330327196605121", "123", "宜一村"],
        ["王五", 1966.1, "33032719660512", "x", "宜二村"],
    ]
    sheet = reading(("姓名", "出生年月", "身份证号", "联系电话", "村名"), rows, around=ROSTER)
    submission, _ = one(sheet)
    assert {"value.several_names", "value.month_unsure", "value.not_an_id", "value.not_a_phone"} == set(
        codes(submission)
    )
    said = " ".join(
        each.message(language) + str(each.arguments) for each in submission.findings for language in ("zh", "en")
    )
    for secret in ("张小三", "李小四", "33032719660512", "1966.1", "1966-10"):
        assert secret not in said


def test_an_id_in_the_wrong_column_is_hidden_too() -> None:
    rows = [["张三", "33032719660512123X", "宜一村"], ["李四", "13800001234", "宜二村"]]
    submission, _ = one(reading(("姓名", "性别", "村名"), rows, around=ROSTER))
    said = " ".join(each.message() + str(each.arguments) for each in submission.findings)
    assert codes(submission) == ["value.unknown_code", "value.unknown_code"]
    assert "19660512" not in said
    assert "138********" in said


def test_tables_of_one_file_for_one_township_and_period_are_one_submission() -> None:
    one_sheet = reading(HEADERS, ROWS[:1], name="东片")
    other = reading(HEADERS, ROWS[1:2], name="西片")
    people = reading(("姓名", "村名"), [["张三", "宜一村"]], around=ROSTER, name="名册")
    submissions, accounts = transform(one_sheet, other, people)
    assert [(each.dataset.name, len(each.parts)) for each in submissions] == [("economy", 2), ("roster", 1)]
    assert [each.sheet for each in accounts] == ["东片", "西片", "名册"]


def test_a_form_of_one_village_is_one_record() -> None:
    sheet = reading(
        ("项目", "数量"),
        [["总收入", 3.2], ["其中：经营收入", 1.2]],
        kind=TableKind.FORM,
        around=[(Role.TITLE, "2004年度村集体经济收入"), (Role.SIGNATURE, "村名：宜一村")],
    )
    submission, counted = one(sheet)
    (record,) = submission.records
    assert record.place is not None
    assert (record.place.name, record.values["total"].value) == ("宜一村", Decimal("3.2"))
    assert record.values["operating"].value == Decimal("1.2")
    assert counted.uses[CellUse.LOADED] == 2


def test_a_parser_from_outside_is_asked_first() -> None:
    def parse(cell: SourceCell, field: Field, context: ValueContext) -> FieldValue | None:
        if field.name == "total" and cell.value == "叁点贰":
            assert (cell.position, context.unit, context.layout) == (Position(3, 2), "万元", "generic")
            return FieldValue(Decimal("3.2"), ValueState.VALUE, text="叁点贰")
        if cell.value == "boom":
            raise PluginError("plugin.hook_failed", plugin="p", hook="parse_value", reason="x", place="")
        return None

    submission, _ = one(reading(("村名", "总收入"), [["宜一村", "叁点贰"], ["宜二村", "boom"]]), parse=parse)
    assert column(submission, "total") == [Decimal("3.2"), None]
    assert [(each.code, each.cells) for each in submission.findings] == [("value.plugin_failed", ("B4",))]


def test_cells_of_a_foreign_sheet_are_a_finding_not_a_gap() -> None:
    sheet = reading(("设备", "数量"), [["打印机", 2]], around=[(Role.TITLE, "办公设备登记")])
    submissions, (counted,) = transform(sheet)
    assert submissions == ()
    assert (counted.counted, counted.unaccounted, counted.uses[CellUse.FINDING]) == (5, 0, 2)


@pytest.mark.parametrize("missing", [1, 3])
def test_a_gap_to_the_independent_count_shows(missing: int) -> None:
    sheet = reading(HEADERS, ROWS[:2])
    sheet = replace(sheet, sheet=replace(sheet.sheet, count=(sheet.sheet.count or 0) + missing))
    _, (counted,) = transform(sheet)
    assert counted.unaccounted == missing


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("城区（12村）", "城区"),
        ("一、城区（12个村）", "城区"),
        ("（二） 矾都片 (共3人)：", "矾都片"),
        ("1.新联村", "新联村"),
        ("三个代表（试点）", "三个代表（试点）"),
        ("一村", "一村"),
        ("1.5万元以上", "1.5万元以上"),
        ("（一）", "（一）"),
    ],
)
def test_what_a_group_row_names(label: str, words: str) -> None:
    assert group_words(label) == words


def test_an_empty_cell_says_what_the_layout_says_of_it_and_makes_no_record_alone(tmp_path: Path) -> None:
    path = tmp_path / "layout.toml"
    path.write_text(
        """
name = "ticks"
title = "打勾"
version = "1"
[[form]]
dataset = "economy"
match.headers = ["村名", "总收入", "学习型支部"]
blanks = { learning = "否" }
[form.columns]
"村名" = "village"
"总收入" = "total"
"学习型支部" = "learning"
""",
        encoding="utf-8",
    )
    rows = [["宜一村", 1.0, "√"], ["宜二村", 2.0, None], ["宜三村", None, None]]
    sheet = reading(("村名", "总收入", "学习型支部"), rows)
    submission, counted = one(sheet, layouts=load_layouts(path))
    assert column(submission, "learning") == [True, False, False]
    assert submission.records[1].values["learning"].conversion == "空格即否"
    assert counted.uses[CellUse.LOADED] == 3
    without, _ = one(sheet)
    assert column(without, "learning") == [True, None, None]
