"""Periods as forms write them, and as titles and file names mention them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pioneer_etl.contract.period import find_period, make_period, parse_period


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("2004年度", "2004"),
        ("2004年", "2004"),
        ("2004", "2004"),
        ("04年度", "2004"),
        ("二〇〇四年度", "2004"),
        ("二○○四年", "2004"),
        ("2004年末", "2004"),
        ("2004年1—12月", "2004"),
        ("2004年上半年", "2004H1"),
        ("2004上半年", "2004H1"),
        ("2004年1-6月", "2004H1"),
        ("2004年下半年", "2004H2"),
        ("2004H2", "2004H2"),
        ("2004Q3", "2004Q3"),
        ("2004年第三季度", "2004Q3"),
        ("2004年三季度", "2004Q3"),
        ("2004年前三季度", "2004-01/2004-09"),
        ("2004年一至三季度", "2004-01/2004-09"),
        ("2004年3月", "2004-03"),
        ("2004年09月份", "2004-09"),
        ("二〇〇四年九月", "2004-09"),
        ("2004年元月", "2004-01"),
        ("2004.09", "2004-09"),
        ("2004.10", "2004-10"),
        ("2004/9", "2004-09"),
        ("2004-1", "2004-01"),
        ("200409", "2004-09"),
        ("截至2004年9月底", "2004-09"),
        ("截至2004年9月15日", "2004-09"),
        ("2004年9月30日", "2004-09"),
        ("20040930", "2004-09"),
        ("2004年第3—5月", "2004-03/2004-05"),
        ("2004年3月至5月", "2004-03/2004-05"),
        ("2004.3-2004.5", "2004-03/2004-05"),
        ("2003年11月至2004年2月", "2003-11/2004-02"),
        ("（２００４年度）", "2004"),
    ],
)
def test_whole_text_names_a_period(written: str, canonical: str) -> None:
    period = parse_period(written)
    assert period is not None
    assert period.text == canonical


@pytest.mark.parametrize(
    "written",
    ["", "本年", "2004.1", "2004年13月", "2004年5-3月", "20041008", "2004年9月15日", "上半年", "第3—5月", "宜山镇"],
)
def test_what_names_no_period_gives_none(written: str) -> None:
    assert parse_period(written) is None


def test_a_given_year_completes_texts_without_one() -> None:
    assert str(parse_period("第3—5月", year=2004)) == str(parse_period("2004年3—5月"))
    assert parse_period("上半年", year=2004) == parse_period("2004H1")


def test_days() -> None:
    period = parse_period("2003年11月至2004年2月")
    assert period is not None
    assert (period.start, period.end) == (date(2003, 11, 1), date(2004, 2, 29))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("宜山镇2004年9月村集体经济.xlsx", "2004-09"),
        ("2004年龙港镇村集体经济收入情况表", "2004"),
        ("村情2004.xls", "2004"),
        ("龙港镇200409后备干部.xls", "2004-09"),
        ("灵溪 2004H1", "2004H1"),
        ("金乡（2004）", "2004"),
        ("2004上半年培训", "2004H1"),
        ("截至二〇〇四年九月底后备干部名册", "2004-09"),
        ("浙委〔2004〕15号文件：二〇〇五年度", "2005"),
        ("灵溪镇统计表（2004年1—12月）", "2004"),
    ],
)
def test_first_period_in_a_longer_text(text: str, canonical: str) -> None:
    period = find_period(text)
    assert period is not None
    assert period.text == canonical


@pytest.mark.parametrize(
    "text",
    [
        "共2004人",
        "近15年来",
        "第十五年",
        "表1",
        "灵溪镇20041008报.xls",
        "填报日期：2004年10月8日",
        "电话 64742004",
        "1-3月",
    ],
)
def test_numbers_that_are_no_period(text: str) -> None:
    assert find_period(text) is None


months = st.tuples(st.integers(1950, 2069), st.integers(1, 12))


@given(months, months)
def test_canonical_text_reads_back(one: tuple[int, int], other: tuple[int, int]) -> None:
    first, last = sorted((one, other))
    period = make_period(*first, *last)
    assert parse_period(period.text) == period
    assert find_period(f"宜山镇 {period.text} 报表") == period


@given(st.integers(1950, 2069), st.integers(1, 12), st.integers(1, 12))
def test_spans_in_words_are_the_same_periods(year: int, one: int, other: int) -> None:
    first, last = sorted((one, other))
    assert parse_period(f"{year}年{first}—{last}月") == make_period(year, first, year, last)


@given(st.text(alphabet="0123456789年月季度上下半第截至底—-./（）二〇三", max_size=12))
def test_nothing_crashes_the_parsers(text: str) -> None:
    for period in (parse_period(text), find_period(text)):
        assert period is None or parse_period(period.text) == period


@pytest.mark.parametrize("year", [1, 1900, 2000, 2003, 2004, 9999])
def test_a_month_ends_on_its_last_day(year: int) -> None:
    for month in range(1, 13):
        assert make_period(year, month, year, month).end.day == monthrange(year, month)[1]
