"""Units: split off headers, named in unit lines, converted within a kind and never between kinds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pioneer_etl.contract.units import UNITS, conversion, parse_unit, split_unit, unit_kind, unit_line, units_named


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [
        ("总收入（万元）", "总收入", "万元"),
        ("总收入(单位：万元)", "总收入", "万元"),
        ("收入\n（萬元）", "收入", "万元"),
        ("总收入：万元", "总收入", "万元"),
        ("总收入 万元", "总收入", "万元"),
        ("占地面积，亩", "占地面积", "亩"),
        ("地块面积/亩", "地块面积", "亩"),
        ("集体收入（万元，含补助）", "集体收入（含补助）", "万元"),
        ("其中：女（人）", "其中：女", "人"),
        ("人均纯收入（元/人）", "人均纯收入", "元/人"),
        ("人均收入 元/人", "人均收入", "元/人"),
        ("到课率%", "到课率", "%"),
        ("到课率（％）", "到课率", "%"),
        ("（万元）", "", "万元"),
        ("万元", "", "万元"),
        ("培训/人次", "培训", "人次"),
        ("合计 单位：元", "合计", "元"),
    ],
)
def test_unit_is_split_off(header: str, name: str, unit: str) -> None:
    assert split_unit(header) == (name, unit)


@pytest.mark.parametrize(
    "header", ["户数/人口", "男/女", "乡镇/村", "村（社区）", "人", "经营收入(1)", "100%", "培训人次", "2004年"]
)
def test_what_is_no_unit_stays_in_the_header(header: str) -> None:
    assert split_unit(header) == (header, None)


def test_unit_lines() -> None:
    assert unit_line("单位：万元") == "万元"
    assert unit_line("2004年度　　金额单位:人民币万元") == "万元"
    assert unit_line("填报单位：宜山镇") is None
    assert unit_line("填报单位（盖章）：灵溪镇   单位：元") == "元"
    assert units_named("单位：户、人、万元") == ("户", "人", "万元")
    assert unit_line("单位：户、人、万元") == "万元"
    assert unit_line("单位：公顷、吨") is None
    assert unit_line("单位负责人：王某") is None


def test_exact_factors_within_a_kind() -> None:
    assert conversion("元", "万元") == Decimal("0.0001")
    assert conversion("千元", "万元") == Decimal("0.1")
    assert conversion("亿元", "万元") == 10000
    assert conversion("公顷", "亩") == 15
    assert conversion("万亩", "公顷") == Decimal(10000) / 15
    assert conversion("%", "1") == Decimal("0.01")
    assert conversion("万元/人", "元/人") == 10000


@pytest.mark.parametrize(
    ("one", "other"), [("人", "人次"), ("元", "亩"), ("户", "人"), ("元/人", "元"), ("万元", "没有")]
)
def test_kinds_never_convert_into_each_other(one: str, other: str) -> None:
    assert conversion(one, other) is None


@given(st.sampled_from(UNITS), st.sampled_from(UNITS))
def test_factor_exists_exactly_within_a_kind_and_turns_back(one: object, other: object) -> None:
    first, last = one.name, other.name  # type: ignore[attr-defined]
    there, back = conversion(first, last), conversion(last, first)
    assert (there is None) == (one.kind != other.kind)  # type: ignore[attr-defined]
    if there is not None and back is not None:
        assert abs(there * back - 1) < Decimal("1e-24")


@given(st.sampled_from([unit for unit in UNITS if unit.name != "1"]), st.sampled_from(["（）", "()", "[]", "【】"]))
def test_every_unit_is_found_in_brackets(unit: object, brackets: str) -> None:
    name = unit.name  # type: ignore[attr-defined]
    assert split_unit(f"某项{brackets[0]}{name}{brackets[1]}") == ("某项", name)


@given(st.text(max_size=20))
def test_splitting_never_loses_a_header(text: str) -> None:
    name, unit = split_unit(text)
    assert (unit is None and name == text.strip()) or (unit is not None and parse_unit(unit) == unit)


def test_kinds() -> None:
    assert unit_kind("元/人") == "money/people"
    assert unit_kind("人次") == "person_times"
    assert unit_kind("宜山") is None


@pytest.mark.parametrize("heading", ["姓　名", "培训\n人次", "贫　困　户"])
def test_room_in_a_heading_sets_no_unit_apart(heading: str) -> None:
    assert split_unit(heading) == (heading, None)


def test_a_count_after_a_blank_is_a_unit() -> None:
    assert split_unit("人口 人") == ("人口", "人")
