"""Dates and months in every form."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pioneer_etl.contract.model import FieldType, Period
from pioneer_etl.transform.dates import DateReader, writes_two_digit_months
from pioneer_etl.transform.model import ValueState
from tests.match.sketch import field

BIRTH = field("birth", "出生年月", FieldType.MONTH)
HELD = field("held", "时间", FieldType.DATE)
YEAR_2004 = Period(date(2004, 1, 1), date(2004, 12, 31), "2004")
MAY = date(1966, 5, 1)


@pytest.mark.parametrize(
    "raw",
    [
        *["1966.05", "1966．05", "1966年5月", "1966年 5 月", "66年5月", "196605", "1966-05", "1966/5", "1966、5"],
        *["1966.5", "1966年05月生", "1966.05（38岁）", "一九六六年五月", "1966-05-01", "1966.05."],
        *[1966.05, 196605, datetime(1966, 5, 1), date(1966, 5, 1), 1966.5],
    ],
)
def test_may_1966_in_every_form(raw: object) -> None:
    value, doubts = DateReader(BIRTH, YEAR_2004).read(raw)  # type: ignore[arg-type]
    assert (value.value, value.state, doubts) == (MAY, ValueState.VALUE, ())


@pytest.mark.parametrize(
    "raw",
    [
        "1966-05-12",
        "1966年5月12日",
        "1966.5.12",
        "19660512",
        19660512,
        "660512",
        datetime(1966, 5, 12, 8),
        "1966年五月十二日",
    ],
)
def test_a_day_in_every_form(raw: object) -> None:
    assert DateReader(HELD, YEAR_2004).read(raw)[0].value == date(1966, 5, 12)  # type: ignore[arg-type]
    month, _ = DateReader(BIRTH, YEAR_2004).read(raw)  # type: ignore[arg-type]
    assert (month.value, "只取年月" in (month.conversion or "")) == (MAY, True)


def test_1966_1_is_october_under_two_decimals_and_asked_about_otherwise() -> None:
    reader = DateReader(BIRTH, YEAR_2004)
    assert reader.read(1966.1, "0.00")[0].value == date(1966, 10, 1)
    for number_format in ("General", "0.0"):
        value, doubts = reader.read(1966.1, number_format)
        assert (value.state, doubts[0].code) == (ValueState.UNREADABLE, "value.month_unsure")
        assert doubts[0].arguments["proposal"] == "1966-01 / 1966-10"


def test_1966_1_as_a_text_is_january_unless_the_column_writes_two_digits() -> None:
    assert DateReader(BIRTH).read("1966.1")[0].value == date(1966, 1, 1)
    assert DateReader(BIRTH).read("1966.10")[0].value == date(1966, 10, 1)
    assert DateReader(BIRTH, two_digit_months=True).read("1966.1")[1][0].code == "value.month_unsure"
    assert writes_two_digit_months(["1966.05", "1970.11", "1966.1"])
    assert not writes_two_digit_months(["1966.5", "1970.05"])


def test_the_period_tells_the_century_and_a_missing_year() -> None:
    reader = DateReader(HELD, YEAR_2004)
    assert reader.read("04年9月12日")[0].value == date(2004, 9, 12)
    assert reader.read("05年9月12日")[0].value == date(1905, 9, 12)
    value, _ = reader.read("9月12日")
    assert (value.value, value.conversion) == (date(2004, 9, 12), "按报告期补年份 2004")
    assert DateReader(HELD).read("9月12日")[1][0].code == "value.partial_date"


def test_a_month_is_no_day_and_a_year_no_month() -> None:
    value, doubts = DateReader(HELD, YEAR_2004).read("2004年9月")
    assert (value.value, doubts[0].code) == (date(2004, 9, 1), "value.day_missing")
    assert "只到月" in (value.conversion or "")
    for raw in ("1966年", 1966):
        assert DateReader(BIRTH).read(raw)[1][0].code == "value.partial_date"


@pytest.mark.parametrize(
    "raw", ["1966.13", "1966.02.30", "不详", "38岁", "宜一村", "9.12", 66.5, 12.5, 0, True, "1866.05"]
)
def test_what_is_no_date(raw: object) -> None:
    value, doubts = DateReader(BIRTH).read(raw)  # type: ignore[arg-type]
    assert (value.state, doubts[0].code) == (ValueState.UNREADABLE, "value.not_a_date")


def test_a_bare_serial_number_is_proposed_and_not_taken() -> None:
    value, doubts = DateReader(BIRTH).read(24239)
    assert (value.state, doubts[0].code, doubts[0].arguments["proposal"]) == (
        ValueState.UNREADABLE,
        "value.date_serial",
        "1966-05-12",
    )


def test_marks_for_nothing_keep_their_state() -> None:
    assert DateReader(BIRTH).read("—")[0].state is ValueState.NONE


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_a_date_comes_back_from_every_way_to_write_it(day: date) -> None:
    reader = DateReader(HELD)
    forms = [f"{day.year}年{day.month}月{day.day}日", f"{day.year}.{day.month}.{day.day}", day.isoformat()]
    forms += [f"{day:%Y%m%d}", f"{day.year}／{day.month}／{day.day}", f" {day.year} 年 {day.month} 月 {day.day} 日"]
    for text in forms:
        assert reader.read(text)[0].value == day, text
