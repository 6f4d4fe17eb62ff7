"""Headings in other words that mean the same, and those that only look as if they did."""

from __future__ import annotations

import pytest

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.match.headings import FieldIndex, match_heading
from tests.layouts.kit import repository_contracts


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return repository_contracts()


def field_of(heading: str, dataset: str, contracts: Contracts) -> str | None:
    found = match_heading(heading.split("/"), FieldIndex(contracts.datasets[dataset], contracts.code_lists), 2004)
    return found.field if found is not None else None


@pytest.mark.parametrize(
    ("dataset", "heading", "field"),
    [
        ("training", "办班月份", "date"),
        ("training", "参训人次数", "person_times"),
        ("training", "到课比重", "attendance_rate"),
        ("training", "授课场所", "venue"),
        ("training", "附注", "remarks"),
        ("service_meeting", "答复者", "answered_by"),
        ("service_meeting", "办理限期", "due_date"),
        ("service_meeting", "办理时间", None),  # until when, or when?
        ("commendation", "获奖单位、个人", "recipient"),
        ("pioneer_unit", "是否制订方案", "plan_made"),
        ("village_economy", "其它收入", "income_other"),
    ],
)
def test_endings_of_one_kind_are_alike(dataset: str, heading: str, field: str | None, contracts: Contracts) -> None:
    assert field_of(heading, dataset, contracts) == field


@pytest.mark.parametrize(
    ("dataset", "heading"),
    [
        ("training", "填报日期"),
        ("training", "参训人员"),  # who, not how many
        ("training", "应到课率"),
        ("cadre_post", "在岗名额"),  # how many there may be
        ("village_economy", "上年发包收入数"),
        ("village_economy", "收入比例"),
        ("reserve_cadre", "推荐时间"),
        ("village", "户数/比例"),
    ],
)
def test_what_only_sounds_alike_is_no_match(dataset: str, heading: str, contracts: Contracts) -> None:
    assert field_of(heading, dataset, contracts) is None
