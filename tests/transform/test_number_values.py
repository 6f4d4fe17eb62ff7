"""Numbers as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pioneer_etl.contract.model import FieldType
from pioneer_etl.transform.formats import format_facts
from pioneer_etl.transform.model import ValueState
from pioneer_etl.transform.numbers import NumberReader, number_text, percent_basis
from tests.match.sketch import field

MONEY = field("income", "收入", FieldType.DECIMAL, unit="万元", accepted_units=("元",))
PEOPLE = field("people", "人数", FieldType.INTEGER, unit="人")
RATE = field("rate", "到课率", FieldType.PERCENT, unit="%")


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("12.5", "12.5", None),
        ("１２．５", "12.5", None),
        ("1,234,567.80", "1234567.80", None),
        ("1，234", "1234", None),
        ("1\u00a0234.5", "1234.5", None),
        ("－3.5", "-3.5", None),
        ("(1,234.50)", "-1234.50", None),
        ("3.2万元", "3.2", "万元"),
        ("5千元", "5", "千元"),
        ("￥12.50", "12.50", "元"),
        ("12 人", "12", "人"),
        ("100元/人", "100", "元/人"),
        ("42%", "42", "%"),
        ("二十一", "21", None),
        ("一百零七", "107", None),
        ("〇", "0", None),
        ("三点五", "3.5", None),
        ("三万元", "30000", "元"),
        ("007", "7", None),
        ("1.2e+05", "120000", None),
    ],
)
def test_texts_that_say_a_number(text: str, number: str, unit: str | None) -> None:
    read = number_text(text)
    assert read is not None
    assert (read.number, read.unit, read.approximate) == (Decimal(number), unit, False)


@pytest.mark.parametrize("text", ["300多", "约300", "300余", "近300", "300左右", "三百多"])
def test_approximate_numbers_are_marked(text: str) -> None:
    read = number_text(text)
    assert read is not None
    assert (read.number, read.approximate) == (Decimal(300), True)


@pytest.mark.parametrize(
    "text", ["12①", "5²", "½", "12,34", "3-5", "1.2.3", "12/15", "十百", "宜一村", "3个半", "--", "1:2", "12元5角"]
)
def test_texts_that_say_no_one_number_are_not_guessed_at(text: str) -> None:
    assert number_text(text) is None


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9))
def test_a_number_comes_back_from_every_way_to_write_it(number: Decimal) -> None:
    full = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
    for text in (f"{number}", f"{number:,}", f"{number:,}".translate(full), f" {number} ", f"{number}万元"):
        read = number_text(text)
        assert read is not None, text
        assert read.number == number
        assert read.decimals == 2


@given(st.integers(min_value=0, max_value=99_999))
def test_chinese_numerals_come_back(number: int) -> None:
    read = number_text(_in_chinese(number))
    assert read is not None
    assert read.number == number


def _in_chinese(number: int) -> str:
    """A whole number below 100,000 as it is said."""
    digits, ranks = "零一二三四五六七八九", ["", "十", "百", "千", "万"]
    text, gap = "", False
    for place, digit in enumerate(reversed(str(number))):
        if digit == "0":
            gap = bool(text)
        else:
            text = digits[int(digit)] + ranks[place] + ("零" if gap and not text.startswith("零") else "") + text
            gap = False
    return text or "零"


@pytest.mark.parametrize(
    ("raw", "column_unit", "value", "decimals", "conversion"),
    [
        (12.5, None, "12.5", 1, None),
        (12, None, "12", 0, None),
        (0.1 + 0.2, None, "0.3", 1, None),
        (32000, "元", "3.2", 4, "元→万元 ×0.0001"),
        ("3.2万元", "元", "3.2", 1, None),
        ("32000元", None, "3.2", 4, "元→万元 ×0.0001"),
        ("3.2万", None, "3.2", 1, "元→万元 ×0.0001"),
        ("三万", None, "3", 4, "汉字数字；元→万元 ×0.0001"),
        ("约3.2", None, "3.2", 1, "约数"),
        (123456.789, "元", "12.3457", 7, "元→万元 ×0.0001"),
    ],
)
def test_money_in_the_fields_own_unit(
    raw: object, column_unit: str | None, value: str, decimals: int, conversion: str | None
) -> None:
    read, _ = NumberReader(MONEY, column_unit).read(raw)  # type: ignore[arg-type]
    assert (read.value, read.decimals, read.conversion) == (Decimal(value), decimals, conversion)


def test_zero_is_a_value_and_the_marks_for_nothing_are_not() -> None:
    reader = NumberReader(MONEY)
    assert reader.read(0)[0].state is ValueState.ZERO
    assert reader.read("0.00")[0].state is ValueState.ZERO
    for mark in ("无", "—", "——", "/", "…", "……", "－"):
        value, doubts = reader.read(mark)
        assert (value.value, value.state, value.text, doubts) == (None, ValueState.NONE, mark, ())
    assert reader.read("不适用")[0].state is ValueState.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (12.5, "value.not_whole"),
        ("十几人次", "value.unit_mismatch"),
        ("12户", "value.unit_mismatch"),
        ("不详", "value.not_a_number"),
        (True, "value.not_a_number"),
    ],
)
def test_what_cannot_be_a_number_of_people(raw: object, code: str) -> None:
    value, doubts = NumberReader(PEOPLE).read(raw)  # type: ignore[arg-type]
    assert value.state is ValueState.UNREADABLE
    assert [doubt.code for doubt in doubts] == [code]


def test_people_may_be_counted_by_other_classifiers() -> None:
    for text in ("12人", "12名", "12个", "十二"):
        assert NumberReader(PEOPLE).read(text)[0].value == 12


def test_a_number_format_tells_printed_decimals_percent_and_unit() -> None:
    assert NumberReader(MONEY).read(3.2, "0.00")[0].decimals == 2
    assert NumberReader(RATE, basis="unsure").read(0.425, "0.0%")[0].value == Decimal("0.425")
    assert NumberReader(MONEY).read(32000, '#,##0"元"')[0].value == Decimal("3.2")
    value, doubts = NumberReader(MONEY).read(32000, "0!.0,")
    assert (value.state, doubts[0].code) == (ValueState.UNREADABLE, "value.scaled_format")
    assert format_facts("yyyy-mm").is_date
    assert not format_facts("[Red]#,##0.00_);(#,##0.00)").is_date


@pytest.mark.parametrize(
    ("raw", "unit", "siblings", "value"),
    [
        ("42%", None, [], "0.42"),
        (42, "%", [95, 88], "0.42"),
        (42, None, [95, 88], "0.42"),
        (0.42, None, [0.95, 1], "0.42"),
        (0.42, "1", [0.95, 1.2], "0.42"),
        ("四十二%", None, [], "0.42"),
        ("420‰", None, [], "0.42"),
        (0, "%", [95], "0"),
    ],
)
def test_rates_become_fractions(raw: object, unit: str | None, siblings: list[float], value: str) -> None:
    numbers = siblings + ([float(raw)] if isinstance(raw, int | float) else [])
    read, doubts = NumberReader(RATE, basis=percent_basis(numbers, unit)).read(raw)  # type: ignore[arg-type]
    assert (read.value, doubts) == (Decimal(value), ())


@pytest.mark.parametrize(
    ("numbers", "unit", "asked"),
    [
        ([0.42, 0.9], "%", 0.42),  # a header of % over fractions
        ([42, 0.9, 88], None, 0.9),  # 0.9 % or 90 %
        ([1, 1, 0], None, 1),  # 1 % or all of them
        ([0.5, 1.2, 3], None, 1.2),
    ],
)
def test_an_ambiguous_rate_is_asked_about(numbers: list[float], unit: str | None, asked: float) -> None:
    value, doubts = NumberReader(RATE, basis=percent_basis(numbers, unit)).read(asked)
    assert value.state is ValueState.UNREADABLE
    assert doubts[0].code == "value.percent_unsure"
