"""The checks that no dataset needs to declare: each with a case that trips it and one that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from pioneer_etl.check.run import check_submission
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Check, Label
from pioneer_etl.transform.model import FieldValue, Submission

Run: TypeAlias = Callable[..., list[Finding]]
Make: TypeAlias = Callable[..., Submission]

THREE = ("宜一村", "宜二村", "宜三村")


def economy(**amounts: str) -> list[dict[str, str]]:
    """Three villages with the same plain figures, but for those given as `total="1 2 3"`."""
    lines = [{"village": name, "income_total": "10.00", "income_operating": "10.00"} for name in THREE]
    for name, texts in amounts.items():
        for line, text in zip(lines, texts.split(), strict=True):
            line[name] = "" if text == "-" else text
    return lines


def codes(findings: list[Finding]) -> list[str]:
    return [each.code for each in findings]


def test_required_cell(run: Run) -> None:
    lines = [{"village": name, "households": "10", "population": "40"} for name in THREE]
    lines[2]["households"] = ""
    [found] = run("village", lines, "village.households.required")
    assert found.message() == "C7 户数必须填写，这里是空的（宜三村）。"
    assert found.message("en") == "C7 households is required; here it is blank (宜三村)."
    assert found.cells == ("C7",)


def test_a_dash_in_a_required_cell_is_said_as_such(run: Run) -> None:
    [found] = run(
        "village_economy", [{"village": "宜一村", "income_total": "无"}], "village_economy.income_total.required"
    )
    assert "填的是“无”" in found.message()


def test_a_required_column_that_the_form_lacks_is_one_finding(run: Run) -> None:
    [found] = run("village", [{"village": name, "households": "10"} for name in THREE], "village.population.required")
    assert found.code == "check.required_column"
    assert "没有必填项“人口”这一列（3 条记录）" in found.message()


def test_an_unreadable_required_cell_has_its_own_finding_already(run: Run) -> None:
    line = {"village": "宜一村", "households": "#", "population": "40"}
    assert run("village", [line], "village.households.required") == []


def test_code_outside_of_its_list(run: Run) -> None:
    lines = [{**line, "pay_system": "piecework"} for line in economy()[:1]]
    [found] = run("village_economy", lines, "village_economy.pay_system.code")
    assert "piecework 不在代码表“村干部报酬制度”内" in found.message()
    assert "效益工资制" in found.remedy()
    assert run("village_economy", [{**economy()[0], "pay_system": "other"}], "village_economy.pay_system.code") == []


def test_range(run: Run) -> None:
    [found] = run("village_economy", economy(debts="-5.00 0 1"), "village_economy.debts.range")
    assert "J5 负债总额 -5.00 超出允许范围（≥ 0 万元）" in found.message()
    assert str(found.severity) == "error"
    rate = {"class_name": "甲班", "kind": "post", "level": "township", "date": "2004-05", "person_times": "8"}
    [found] = run("training", [{**rate, "attendance_rate": "102%"}], "training.attendance_rate.range")
    assert "到课率 102% 超出允许范围（0 – 100%）" in found.message()
    assert run("training", [{**rate, "attendance_rate": "100%"}], "training.attendance_rate.range") == []


def test_unlikely_magnitude_is_a_warning(run: Run) -> None:
    [found] = run("village_economy", economy(income_total="9000.00 9.00 -"), "village_economy.income_total.magnitude")
    assert "9000.00 不在通常范围（0 – 5000 万元）内" in found.message()
    assert str(found.severity) == "warning"
    assert not found.quarantines


def test_a_whole_column_in_another_unit_is_one_finding(run: Run) -> None:
    lines = [
        {"village": "宜一村", "households": "10", "population": "40", "income_per_head": f"{n}"}
        for n in (1, 2, 1, 2, 1, 2)
    ]
    [found] = run("village", lines, "village.income_per_head.magnitude")
    assert found.code == "check.magnitude_column"
    assert found.cells == ("F5:F10",)
    assert "整列有 6 个数" in found.message()


def test_a_cell_whose_unit_is_doubted_already_is_not_told_twice(contracts: Contracts, make_submission: Make) -> None:
    made = make_submission(contracts, "village_economy", economy(income_total="185000 9.00 8.00"))
    doubt = finding("value.magnitude", sheet="表1", cells="B5")
    assert "check.magnitude" not in codes(check_submission(replace(made, findings=(doubt,)), contracts))
    assert "check.magnitude" in codes(check_submission(made, contracts))
    whole = finding("value.magnitude_column", sheet="表1", cells="B5:B7")
    assert "check.magnitude" not in codes(check_submission(replace(made, findings=(whole,)), contracts))


def test_a_column_that_matching_missed_already_is_not_told_twice(contracts: Contracts, make_submission: Make) -> None:
    made = make_submission(contracts, "village", [{"village": "宜一村", "households": "10"}])
    missed = finding("column.required_missing", sheet="表1", field="人口（population）")
    assert "check.required_column" not in codes(check_submission(replace(made, findings=(missed,)), contracts))


def test_a_form_that_is_not_understood_is_not_said_to_be_incomplete(
    contracts: Contracts, make_submission: Make
) -> None:
    made = make_submission(contracts, "village_economy", economy()[:1])
    missed = replace(finding("check.duplicate_place", sheet="表1"), quarantines=True)
    assert codes(check_submission(made, contracts)) == ["check.failed"]
    assert codes(check_submission(replace(made, findings=(missed,)), contracts)) == []


def test_one_village_twice_keeps_the_form_from_loading(run: Run) -> None:
    lines = economy()
    [found] = run("village_economy", [*lines, lines[0]], "village_economy.key")
    assert found.code == "check.duplicate_place"
    assert found.quarantines
    assert found.cells == ("A5", "A8")
    assert "A5、A8 村 宜一村" in found.message()
    assert run("village_economy", lines, "village_economy.key") == []


def test_one_person_twice_is_a_masked_error(run: Run) -> None:
    person = {"name": "王小明", "sex": "1", "birth_month": "1970-05", "education": "60", "village": "宜一村"}
    [found] = run("reserve_cadre", [person, person, {**person, "name": "王大明"}], "reserve_cadre.key")
    assert found.code == "check.duplicate_key"
    assert not found.quarantines
    assert "所在村 宜一村，姓名 王*，出生年月 1970-**" in found.message()


def test_village_of_another_township(run: Run) -> None:
    line = {"village": "龙一村", "income_total": "10.00"}
    [found] = run("village_economy", [line], "village_economy.village.foreign_place")
    assert found.message() == "A5 龙港镇龙一村 不属于宜山镇。"
    assert run("village_economy", economy(), "village_economy.village.foreign_place") == []


def test_total_that_does_not_add_up(run: Run) -> None:
    totals = [("合 计", [5, 6, 7], {"income_total": "31.00", "income_operating": "30.00"})]
    [found] = run("village_economy", economy(), "village_economy.income_total.total", totals=totals)
    assert found.message() == "B8 合 计：集体经济收入合计 31.00 ≠ 所含 3 行之和 30.00（差 1.00）。"
    assert found.cells == ("B8", "B5", "B6", "B7")
    assert (found.expected, found.found) == ("30.00", "31.00")


def test_total_within_the_printed_decimals(run: Run) -> None:
    lines = economy(income_total="10.04 10.04 10.04")
    totals = [("合计", [5, 6, 7], {"income_total": "30.1"})]
    assert run("village_economy", lines, "village_economy.income_total.total", totals=totals) == []
    totals = [("合计", [5, 6, 7], {"income_total": "30.3"})]
    assert len(run("village_economy", lines, "village_economy.income_total.total", totals=totals)) == 1


def test_totals_of_counts_are_exact(run: Run) -> None:
    lines = [{"village": name, "households": "100", "population": "400"} for name in THREE]
    totals = [("合计", [5, 6, 7], {"households": "300", "population": "1201"})]
    findings = [each for each in run("village", lines, totals=totals) if each.code == "check.total"]
    assert [each.arguments["field"] for each in findings] == ["population"]


def test_total_over_subtotals_covers_their_rows(run: Run) -> None:
    totals = [
        ("小计", [5, 6], {"income_total": "20.00"}),
        ("小计", [7], {"income_total": "10.00"}),
        ("合计", [8, 9], {"income_total": "40.00"}),
    ]
    [found] = run("village_economy", economy(), "village_economy.income_total.total", totals=totals)
    assert found.cells == ("B10", "B5", "B6", "B7")


def test_total_whose_rows_are_unknown_is_held_against_all_of_them(run: Run) -> None:
    totals = [("总计", [], {"income_total": "31.00"})]
    [found] = run("village_economy", economy(), "village_economy.income_total.total", totals=totals)
    assert "所含 3 行之和 30.00" in found.message()


def test_subtotal_whose_rows_are_unknown_is_held_against_the_block_that_fits(run: Run) -> None:
    totals = [
        ("小计", [], {"income_total": "30.00", "income_operating": "31.00"}),
        ("合计", [5, 6, 7], {"income_total": "30.00"}),
    ]
    findings = [each for each in run("village_economy", economy(), totals=totals) if each.code == "check.total"]
    assert [each.arguments["field"] for each in findings] == ["income_operating"]


def test_total_is_left_alone_where_a_row_is_missing_or_unreadable(run: Run) -> None:
    totals = [("合计", [5, 6, 99], {"income_total": "99.00"})]
    assert run("village_economy", economy(), "village_economy.income_total.total", totals=totals) == []
    totals = [("合计", [5, 6, 7], {"income_total": "99.00"})]
    lines = economy(income_total="10.00 # 10.00")
    assert run("village_economy", lines, "village_economy.income_total.total", totals=totals) == []


def test_ratios_and_stocks_without_a_sum_are_not_added_up(run: Run) -> None:
    lines = [{"village": name, "households": "10", "population": "40", "income_per_head": "5000"} for name in THREE]
    totals = [("合计", [5, 6, 7], {"income_per_head": "5000", "households": "30"})]
    assert not [each for each in run("village", lines, totals=totals) if each.code == "check.total"]


def test_checks_from_outside_join_in(run: Run) -> None:
    extra = [
        Check("rich", "income_total >= 50", "note", Label("不到 50 万元：{village}", "under 500,000 yuan: {village}"))
    ]
    findings = run(
        "village_economy", economy(), "village_economy.rich", extra={"village_economy": extra, "village": []}
    )
    assert len(findings) == 3
    assert "不到 50 万元：宜一村" in findings[0].message()


def test_a_check_from_outside_that_names_no_field_is_reported_and_the_rest_goes_on(run: Run) -> None:
    extra = [
        Check("typo", "income_totl > 0", "error", Label("甲", "a")),
        Check("rich", "income_total >= 50", "note", Label("乙", "b")),
    ]
    findings = run("village_economy", economy(), extra=extra)
    [broken] = [each for each in findings if each.code == "check.unusable"]
    assert "没有字段 income_totl，是不是 income_total" in broken.message()
    assert len([each for each in findings if each.rule == "rich"]) == 3


def test_sums_over_a_submission(run: Run) -> None:
    label = Label("全镇应超过 50 万元", "the township should be above 500,000 yuan")
    extra = [Check("big", "sum(income_total) >= 50 and count(income_total) == 3", "warning", label, scope="submission")]
    [found] = run("village_economy", economy(), "village_economy.big", extra=extra)
    assert "集体经济收入合计各行之和 = 30 < 50" in found.message()
    assert found.cells == ("B5", "B6", "B7")


def test_a_transposed_part_gives_cells_by_its_column_map(contracts: Contracts, make_submission: Make) -> None:
    """Villages across, items down: a field's line is a row, a record's line a column."""
    upright = make_submission(contracts, "village", [{"village": "宜一村", "households": "50", "population": "40"}])
    [part] = upright.parts
    records = tuple(
        replace(
            record,
            line=3,
            values={n: FieldValue(v.value, v.state, None, v.text, v.decimals) for n, v in record.values.items()},
        )
        for record in part.records
    )
    turned = replace(
        part, transposed=True, column_map={"village": 2, "households": 4, "population": 5}, records=records
    )
    findings = check_submission(replace(upright, parts=(turned,)), contracts)
    [found] = [each for each in findings if each.rule == "households_within_population"]
    assert found.cells == ("C4", "C5")


def test_a_submission_without_records_or_township_is_no_trouble(run: Run) -> None:
    assert codes(run("village_economy", [])) == ["check.failed"]  # the villages that are missing
    assert run("village_economy", [], township=None) == []
