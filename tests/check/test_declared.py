"""How declared checks are made: both sides in words, missing values, printed decimals, whole forms, privacy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from pioneer_etl.contract.finding import Finding

Run: TypeAlias = Callable[..., list[Finding]]

ECONOMY = {
    "village": "宜一村",
    "income_total": "35.00",
    "income_operating": "20.00",
    "income_contracting": "10.00",
    "income_investment": "",
    "income_subsidy": "5.00",
    "income_other": "",
    "income_last_year": "30.00",
    "assets": "200.00",
    "debts": "10.00",
    "pay_system": "performance",
}
VILLAGE = {
    "village": "宜一村",
    "category": "strong",
    "households": "300",
    "population": "1200",
    "labour_force": "700",
    "income_per_head": "5200",
}
CLASS = {
    "class_name": "村干部轮训班",
    "kind": "post",
    "level": "village",
    "date": "2004-05",
    "person_times": "80",
    "villages_covered": "40",
    "attendance_rate": "95%",
    "organiser": "县委组织部",
    "venue": "市委党校",
}
CADRE = {
    "name": "王小明",
    "sex": "1",
    "birth_month": "1970-05",
    "ethnicity": "01",
    "education": "60",
    "political_status": "13",
    "village": "宜一村",
    "id_number": "330327197005120015",
    "phone": "13812345678",
}
POSTS = [{"level": "township", "cadres_in_post": "60"}, {"level": "village", "cadres_in_post": "240"}]
UNIT = {
    "code": "330327102200",
    "name": "宜一村",
    "level": "village",
    "parent": "330327102000",
    "valid_from": "2000-01-01",
}
GOOD: dict[str, list[dict[str, str]]] = {
    "village_economy": [ECONOMY, {**ECONOMY, "village": "宜二村"}, {**ECONOMY, "village": "宜三村"}],
    "village": [VILLAGE, {**VILLAGE, "village": "宜二村"}, {**VILLAGE, "village": "宜三村"}],
    "training": [CLASS],
    "reserve_cadre": [
        CADRE,
        {**CADRE, "village": "宜二村", "name": "李小红", "sex": "2", "id_number": "330327197005120023"},
        {**CADRE, "village": "宜三村", "name": "陈大海", "id_number": ""},
    ],
    "cadre_post": POSTS,
    "org_unit": [UNIT],
}


def test_both_sides_stand_in_the_message_with_values_and_cells(run: Run) -> None:
    [found] = run("village_economy", [{**ECONOMY, "income_total": "35.20"}, *GOOD["village_economy"][1:]])
    assert found.message() == (
        "B5 集体经济收入合计 35.20 ≠ 经营收入 20.00 + 发包及上交收入 10.00 + 补助收入 5.00 = 35.00（差 0.20）"
        "：收入合计应等于各项收入之和（宜一村）"
    )
    assert found.message("en") == (
        "B5 collective income, total 35.20 ≠ operating income 20.00 + income from contracting and payments 10.00"
        " + subsidies 5.00 = 35.00 (difference 0.20): the total must equal the sum of its sources (宜一村)"
    )
    assert found.cells == ("B5", "C5", "D5", "E5", "F5", "G5")
    assert (found.expected, found.found) == ("35", "35.2")
    assert str(found.severity) == "error"


@pytest.mark.parametrize("strange", ["#", ""])
def test_nothing_is_checked_with_a_cell_that_could_not_be_read(run: Run, strange: str) -> None:
    change = {"debts": strange, "assets": "5.00"}
    assert run("village_economy", [{**ECONOMY, **change}], "village_economy.debts_within_assets") == []


PARTS = ("income_operating", "income_contracting", "income_investment", "income_subsidy", "income_other")


def test_missing_parts_count_as_zero_but_a_form_without_parts_is_not_checked(run: Run) -> None:
    bare = {"village": "宜一村", "income_total": "35.00"}
    blank = {**bare, **dict.fromkeys(PARTS, "")}
    rule = "village_economy.total_is_sum_of_parts"
    assert run("village_economy", [bare], rule) == []
    assert run("village_economy", [blank], rule) == []
    [found] = run("village_economy", [{**blank, "income_operating": "30.00"}], rule)
    assert "经营收入 30.00（差 5.00）" in found.message()
    assert run("village_economy", [{**blank, "income_operating": "#"}], rule) == []


@pytest.mark.parametrize("absent", PARTS)
def test_a_part_that_the_form_has_no_column_for_is_not_zero(run: Run, absent: str) -> None:
    """The part may well be in the total; only that the others exceed the total is certain."""
    given = {each: "" for each in PARTS if each != absent}
    line = {"village": "宜一村", "income_total": "35.00", **given}
    least = "income_subsidy" if absent != "income_subsidy" else "income_operating"
    assert run("village_economy", [{**line, least: "30.00"}], "village_economy.total_is_sum_of_parts") == []
    rule = "village_economy.given_parts_within_total"
    assert run("village_economy", [{**line, least: "30.00"}], rule) == []
    [found] = run("village_economy", [{**line, least: "35.20"}], rule)
    assert "35.20 > 集体经济收入合计 35.00（差 0.20）" in found.message()


PRINTED: list[tuple[dict[str, Any], bool]] = [
    ({"income_total": "35", "income_operating": "20", "income_contracting": "14.6", "income_subsidy": ""}, False),
    (
        {"income_total": "35.0", "income_operating": "20.04", "income_contracting": "10.0", "income_subsidy": "5.0"},
        True,
    ),
    (
        {"income_total": "35.02", "income_operating": "20.00", "income_contracting": "10.00", "income_subsidy": "5.00"},
        True,
    ),
    (
        {"income_total": "35.03", "income_operating": "20.00", "income_contracting": "10.00", "income_subsidy": "5.00"},
        False,
    ),
    ({"income_total": "35.2", "income_operating": "20", "income_contracting": "10", "income_subsidy": "5"}, True),
    ({"income_total": "35.3", "income_operating": "20", "income_contracting": "10", "income_subsidy": "5"}, False),
    ({"income_total": "36", "income_operating": "20", "income_contracting": "10", "income_subsidy": "5"}, True),
    ({"income_total": "38", "income_operating": "20", "income_contracting": "10", "income_subsidy": "5"}, False),
]


@pytest.mark.parametrize(("change", "passes"), PRINTED)
def test_printed_decimals_allow_half_a_unit_for_every_operand(run: Run, change: dict[str, str], passes: bool) -> None:
    """Cells of one table share the finest decimals printed, so 20 beside 35.2 stands for 20.0."""
    findings = run("village_economy", [{**ECONOMY, **change}], "village_economy.total_is_sum_of_parts")
    assert (findings == []) == passes


def test_counts_are_exact(run: Run) -> None:
    change = {"households": "1201"}
    assert len(run("village", [{**VILLAGE, **change}], "village.households_within_population")) == 1


def test_missing_villages_are_named(run: Run) -> None:
    [found] = run("village_economy", GOOD["village_economy"][:1], "village_economy.every_village")
    assert "宜山镇登记 3 个，缺 2 个：宜二村、宜三村" in found.message()
    assert str(found.severity) == "warning"
    assert (found.expected, found.found) == ("3", "1")


def test_the_same_id_twice(run: Run) -> None:
    lines = [CADRE, {**CADRE, "name": "王大明"}, *GOOD["reserve_cadre"][1:]]
    [found] = run("reserve_cadre", lines, "reserve_cadre.id_once")
    assert "J5、J6 身份证号 3303**********0015" in found.message()
    assert found.cells == ("J5", "J6")
    assert run("reserve_cadre", GOOD["reserve_cadre"], "reserve_cadre.id_once") == []


def test_villages_without_a_reserve_cadre(run: Run) -> None:
    [found] = run("reserve_cadre", GOOD["reserve_cadre"][:2], "reserve_cadre.every_village")
    assert "缺 1 个：宜三村" in found.message()


def test_every_village_of_the_basic_figures(run: Run) -> None:
    [found] = run("village", GOOD["village"][1:], "village.every_village")
    assert "宜一村" in found.message()


def test_cadres_of_both_levels(run: Run) -> None:
    [found] = run("cadre_post", POSTS[:1], "cadre_post.both_levels")
    assert "记录数 = 1 ≠ 2" in found.message()
    assert run("cadre_post", POSTS, "cadre_post.both_levels") == []


def test_no_personal_data_in_any_finding(run: Run) -> None:
    lines = [
        {**CADRE, "id_number": "330327197005120016", "phone": "64742", "birth_month": "1995-06"},
        {**CADRE, "sex": "2", "political_status": "03"},
        {**CADRE, "sex": "2", "political_status": "03"},
    ]
    findings = run("reserve_cadre", lines)
    assert len(findings) >= 7
    texts = " ".join(
        f"{each.message()} {each.message('en')} {dict(each.arguments)} {each.expected} {each.found}"
        for each in findings
    )
    for secret in (
        "王小明",
        "小明",
        "330327197005120016",
        "330327197005120015",
        "13812345678",
        "64742",
        "1995-06",
        "1970-05",
        "共青团",
    ):
        assert secret not in texts
