"""Codes, yes and no, ticks, places, IDs, telephones, names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pioneer_etl.transform.model import ValueState
from pioneer_etl.transform.reading import is_ditto, mark
from pioneer_etl.transform.words import (
    BooleanReader,
    CodeReader,
    IdReader,
    NameReader,
    PhoneReader,
    PlaceReader,
    TextReader,
    id_check_digit,
    is_ticked,
    options,
)
from tests.match.sketch import SEX, UNITS, contracts

YISHAN = UNITS[1]


@pytest.mark.parametrize("raw", ["女", " 女 ", "2", 2, "2.女", "female"])
def test_a_code_in_any_spelling(raw: object) -> None:
    value, doubts = CodeReader(SEX).read(raw)  # type: ignore[arg-type]
    assert (value.value, doubts) == ("2", ())


def test_a_heading_with_its_own_choices_and_a_layouts_spellings_come_first() -> None:
    choices = options("性别（1.女 2.男）")
    assert choices == {"1": "女", "2": "男"}
    value, _ = CodeReader(SEX, None, choices).read(1)
    assert (value.value, value.conversion) == ("2", "按表头选项：1→女")
    value, _ = CodeReader(SEX, {"女同志": "女"}).read("女同志")
    assert (value.value, value.conversion) == ("2", "按格式对照：女同志→女")
    assert options("学习型支部（是/否）") == {}


def test_an_unknown_code_is_asked_about_with_the_choices() -> None:
    value, doubts = CodeReader(SEX).read("中")
    assert (value.state, doubts[0].code) == (ValueState.UNREADABLE, "value.unknown_code")
    assert doubts[0].arguments["expected"] == "男、女"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("是", True),
        ("√", True),
        ("1", True),
        (1, True),
        (True, True),
        ("有", True),
        ("否", False),
        ("×", False),
        (0, False),
    ],
)
def test_yes_and_no(raw: object, value: bool) -> None:
    assert BooleanReader().read(raw)[0].value is value  # type: ignore[arg-type]


def test_numbers_for_yes_and_no_need_a_heading_that_says_so() -> None:
    choices = options("是否学习型支部（1.是 2.否）")
    assert BooleanReader(None, choices).read(2)[0].value is False
    assert BooleanReader().read("2.否")[0].value is False
    assert BooleanReader().read(2)[1][0].code == "value.not_yes_or_no"


def test_ticks() -> None:
    assert [is_ticked(raw, "男") for raw in ("√", "✓", "男", 1, "", "×", "—")] == [
        True,
        True,
        True,
        True,
        False,
        False,
        False,
    ]
    assert is_ticked("女", "男") is None


@pytest.mark.parametrize("text", ["宜一村", "宜一", "宜山镇宜一村", "宜一村委会", "宜 一 村", "330327100201"])
def test_a_place_under_any_of_its_names(text: str) -> None:
    value, doubts = PlaceReader(contracts().places, YISHAN, None).read(text)
    assert (value.value, doubts) == ("330327100201", ())


@pytest.mark.parametrize(
    ("text", "code", "proposal"),
    [
        ("项东村", "place.elsewhere", "钱库镇项东村"),
        ("宜八村", "place.unknown", "宜一村"),
        ("某地", "place.unknown_no_hint", ""),
    ],
)
def test_a_place_that_is_not_there_is_asked_about(text: str, code: str, proposal: str) -> None:
    value, doubts = PlaceReader(contracts().places, YISHAN, None).read(text)
    assert (value.state, doubts[0].code) == (ValueState.UNREADABLE, code)
    assert proposal in doubts[0].arguments["proposal"]


def made_up_id(first_17: str) -> str:
    return first_17 + id_check_digit(first_17)


def test_id_numbers_of_18_and_15_digits() -> None:
    number = made_up_id("33032719660512123")
    for raw in (number, f" {number} ", number.lower(), f"{number[:6]} {number[6:14]} {number[14:]}"):
        assert IdReader().read(raw)[0].value == number
    old = number[:6] + number[8:17]
    for short in (old, int(old), float(old)):
        value, doubts = IdReader().read(short)
        assert (value.value, value.conversion, doubts) == (number, "15 位补为 18 位", ())


@pytest.mark.parametrize("raw", [330327196605121000, 3.30327196605121e17, "3.30327E+17"])
def test_an_id_typed_as_a_number_has_lost_its_end(raw: object) -> None:
    value, doubts = IdReader().read(raw)  # type: ignore[arg-type]
    assert (value.value, doubts[0].code) == (None, "value.id_digits_lost")


def test_an_id_of_another_length_is_none() -> None:
    assert IdReader().read("33032719660512")[1][0].arguments["length"] == "14"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (13800000000.0, "13800000000"),
        (64701234, "64701234"),
        ("0577-64701234", "0577-64701234"),
        ("138 0000 0000", "13800000000"),
        ("13800000000、13900000000", "13800000000、13900000000"),
    ],
)
def test_telephones(raw: object, value: str) -> None:
    assert PhoneReader().read(raw)[0].value == value  # type: ignore[arg-type]


def test_names() -> None:
    assert NameReader().read("张　三")[0].value == "张三"
    assert NameReader().read("阿卜杜拉·某")[0].value == "阿卜杜拉·某"
    value, doubts = NameReader().read("张三、李四")
    assert (value.value, doubts[0].code) == ("张三、李四", "value.several_names")
    value, doubts = NameReader().read("张三\n李四")
    assert (value.value, doubts[0].code) == ("张三、李四", "value.several_names")
    assert NameReader().read("王小\n明")[0].value == "王小明"
    assert NameReader().read(12)[1][0].code == "value.not_a_name"


def test_plain_text_keeps_what_a_person_reads() -> None:
    assert TextReader().read(3.0)[0].value == "3"
    assert TextReader().read("  多 个  空格 ")[0].value == "多 个 空格"
    assert TextReader().read("无")[0].state is ValueState.NONE


def test_marks_and_ditto() -> None:
    assert all(is_ditto(text) for text in ("同上", "〃", "″", '"', " 同 上 "))
    assert not is_ditto("同上年")
    assert mark("〇") is None


@given(st.text(max_size=12))
def test_no_text_breaks_a_reader(text: str) -> None:
    places = PlaceReader(contracts().places, YISHAN, None)
    for reader in (CodeReader(SEX), BooleanReader(), places, IdReader(), PhoneReader(), NameReader(), TextReader()):
        if text.strip():
            value, _ = reader.read(text)  # type: ignore[attr-defined]
            assert (value.value is None) == (value.state not in (ValueState.VALUE, ValueState.ZERO))
