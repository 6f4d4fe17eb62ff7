"""Which field a heading names, and what is never taken for what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pioneer_etl.match.guard import guard_words
from pioneer_etl.match.headings import FieldIndex, match_heading, propose
from pioneer_etl.match.model import MatchKind
from tests.match.sketch import ECONOMY, ROSTER, contracts

INDEX = FieldIndex(ECONOMY, contracts().code_lists)
PEOPLE = FieldIndex(ROSTER, contracts().code_lists)


@pytest.mark.parametrize(
    ("path", "field", "kind"),
    [
        ("总收入", "total", MatchKind.EXACT),
        ("总　收　入", "total", MatchKind.EXACT),
        ("总收入（万元）", "total", MatchKind.SYNONYM),
        ("合计", "total", MatchKind.SYNONYM),
        ("集体经济收入/合计", "total", MatchKind.SYNONYM),
        ("一、总收入", "total", MatchKind.SYNONYM),
        ("（一）总收入", "total", MatchKind.SYNONYM),
        ("村集体经济收入/其中/经营收入", "operating", MatchKind.SYNONYM),
        ("总收入/其中：经营收入", "operating", MatchKind.SYNONYM),
        ("2004年总收入", "total", MatchKind.SYNONYM),
        ("2003年/合计", "last_year", MatchKind.SYNONYM),
        ("2003年总收入", "last_year", MatchKind.SYNONYM),
        ("本年/经营收入", "operating", MatchKind.SYNONYM),
        ("村名 Village", "village", MatchKind.SYNONYM),
        ("户数（年末在册）", "households", MatchKind.SYNONYM),
        ("户数/合计", "households", MatchKind.SYNONYM),
    ],
)
def test_headings_that_name_a_field(path: str, field: str, kind: MatchKind) -> None:
    found = match_heading(path.split("/"), INDEX, 2004)
    assert found is not None
    assert (found.field, found.kind) == (field, kind)


@pytest.mark.parametrize(
    "path",
    [
        "上年/经营收入",
        "上年同期/总收入",
        "上年总收入/经营收入",
        "支出/合计",
        "人口数",
        "总支出",
        "经营收入（上年）",
        "1998年总收入",
        "计划/总收入",
        "男/户数",
        "经营性净收入",
        "上年总收入/合计/备注",
    ],
)
def test_headings_that_must_not_be_taken_for_a_field(path: str) -> None:
    assert match_heading(path.split("/"), INDEX, 2004) is None


def test_a_column_to_tick_is_a_code_under_its_field() -> None:
    found = match_heading(("性别", "女"), PEOPLE)
    assert found is not None
    assert (found.field, found.tick) == ("sex", "女")


def test_likeness_only_proposes_and_keeps_to_the_guard() -> None:
    found = propose(("经营净收入",), INDEX)
    assert found is not None
    assert (found.field, found.kind) == ("operating", MatchKind.PROPOSED)
    for heading in ("上年经营收入", "经营支出", "户均总收入"):
        guess = propose((heading,), INDEX)
        assert guess is None or guess.field not in ("operating", "total")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("本年收入", "上年收入"),
        ("本月", "累计"),
        ("本年同期", "上年同期"),
        ("男党员", "女党员"),
        ("户数", "人口"),
        ("总收入", "总支出"),
        ("35岁以下", "45岁以下"),
        ("资产总额", "负债总额"),
        ("应到人数", "实到人数"),
        ("新增党员", "党员"),
    ],
)
def test_opposites_have_other_guard_words(one: str, other: str) -> None:
    assert guard_words(one) != guard_words(other)


@given(st.lists(st.text(max_size=8), max_size=4))
def test_no_heading_breaks_matching(path: list[str]) -> None:
    found = match_heading(path, INDEX, 2004) or propose(path, INDEX)
    assert found is None or found.field in INDEX.fields
