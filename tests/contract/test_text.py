"""One comparable spelling for headers, names and codes; numbers in Chinese numerals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pioneer_etl.contract.text import chinese_number, normalise, normalise_path


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("合　计", "合计"),
        (" 合 计 ", "合计"),
        ("总收入（万元）", "总收入(万元)"),
        ("總收入【萬元】", "总收入(万元)"),
        ("36～45岁", "36-45岁"),
        ("36——45 岁", "36-45岁"),
        ("Ａ B   c", "a b c"),
        ("人均\n收入", "人均收入"),
        ("二○○四年", "二〇〇四年"),
        ("宜一\u200b村", "宜一村"),
    ],
)
def test_spellings_that_mean_the_same(written: str, meant: str) -> None:
    assert normalise(written) == meant


def test_words_that_differ_stay_different() -> None:
    assert normalise("本年") != normalise("上年")
    assert normalise("1.5") != normalise("15")


@given(st.text(alphabet=st.characters(max_codepoint=0x2FFFF, exclude_categories=["Cs"]), max_size=30))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_path_joins_normalised_parts_and_counts_repeats_once() -> None:
    assert normalise_path(["集体经济 收入", "", "合　计"]) == "集体经济收入/合计"
    assert normalise_path(["村名", "村 名"]) == "村名"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("二十一", 21),
        ("一百零七", 107),
        ("〇", 0),
        ("二〇〇四", 2004),
        ("十", 10),
        ("一百五", 150),
        ("三万五", 35000),
        ("两千零四", 2004),
        ("一万零三十", 10030),
        ("一亿零三", 100000003),
        ("廿三", 23),
        ("壹佰贰拾", 120),
    ],
)
def test_chinese_numerals(written: str, number: int) -> None:
    assert chinese_number(written) == number


@pytest.mark.parametrize("written", ["", "十百", "二三十", "百", "三个", "一百零零三", "万"])
def test_what_is_no_number_is_refused(written: str) -> None:
    assert chinese_number(written) is None


@given(st.integers(0, 99_999_999))
def test_every_number_said_is_read_back(number: int) -> None:
    assert chinese_number(_say(number)) == number


def _say(number: int) -> str:
    """Chinese numerals the long way: every rank written, one 零 where ranks are skipped."""
    if number == 0:
        return "零"
    high, low = divmod(number, 10_000)
    if high:
        return _say(high) + "万" + ("零" if 0 < low < 1000 else "") + (_say(low) if low else "")
    text, gap = "", False
    for rank, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, rank)
        if digit:
            text += ("零" if gap and text else "") + "零一二三四五六七八九"[digit] + word
            gap = False
        else:
            gap = True
    return text
