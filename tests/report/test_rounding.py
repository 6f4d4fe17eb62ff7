"""Words for numbers: what they mean, and that whatever is proposed is true."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pioneer_etl.report.rounding import is_true, meaning, propose


@pytest.mark.parametrize(
    ("words", "true", "false"),
    [
        ("1200多", (1201, 1299), (1200, 1300, 1199)),
        ("1200多人", (1234,), (1300,)),
        ("一千二百余人次", (1206,), (1200, 1300)),
        ("300多万元", (3_000_001, 3_999_999), (300, 3_000_000, 4_000_000)),
        ("1万多元", (10_850,), (10_000, 20_000)),
        ("123万", (1_230_000, 1_225_000), (1_235_000, 123)),
        ("2,895人次", (2895,), (2896, 2894)),
        ("近1300", (1299, 1235), (1300, 1234)),
        ("不足5万", (49_999, 40_000), (50_000, 39_999)),
        ("超过300人", (301,), (300, 400)),
        ("300人以上", (300, 399), (299, 400)),
        ("约1200", (1150, 1249), (1149, 1250)),
        ("300人左右", (250, 349), (249, 350)),
    ],
)
def test_what_words_about_a_count_mean(words: str, true: tuple[int, ...], false: tuple[int, ...]) -> None:
    assert [each for each in true if not is_true(words, each)] == []
    assert [each for each in false if is_true(words, each)] == []


@pytest.mark.parametrize(
    ("words", "true", "false"),
    [
        ("20%以上", ("0.20", "0.299"), ("0.199", "0.30")),
        ("72%以上", ("0.72", "0.7299"), ("0.7199", "0.73")),
        ("39%", ("0.385", "0.3949"), ("0.3849", "0.395")),
        ("66.7%", ("0.6665", "0.66749"), ("0.666", "0.6675")),
        ("近六成", ("0.57", "0.5999"), ("0.6", "0.56")),
        ("六成多", ("0.61",), ("0.6", "0.7")),
        ("六成以上", ("0.6", "0.69"), ("0.59",)),
        ("三分之二", ("0.667", "0.66"), ("0.65", "0.68")),
        ("近三分之二", ("0.66",), ("0.667", "0.62")),
        ("过半", ("0.51",), ("0.5", "0.6")),
        ("近半", ("0.49",), ("0.5", "0.47")),
        ("近20％", ("0.195",), ("0.2",)),
    ],
)
def test_what_words_about_a_share_mean(words: str, true: tuple[str, ...], false: tuple[str, ...]) -> None:
    assert [each for each in true if not is_true(words, Decimal(each), share=True)] == []
    assert [each for each in false if is_true(words, Decimal(each), share=True)] == []


@pytest.mark.parametrize(
    "words", ["", "很多", "亿元以上", "近1200多", "三分之", "四分之五", "多1200", "十百", "1200多以上"]
)
def test_what_says_no_number_means_nothing(words: str) -> None:
    assert meaning(words) is None
    assert not is_true(words, 1200)


def test_a_share_is_no_count() -> None:
    assert not is_true("39%", 39)
    assert not is_true("39", Decimal("0.39"), share=True)


COUNTS = st.integers(1, 10**9)
SHARES = st.fractions(Fraction(1, 1000), Fraction(1), max_denominator=10_000)


@given(COUNTS)
def test_whatever_is_proposed_for_a_count_is_true(number: int) -> None:
    words = propose(number)
    assert str(number) in words
    for each in words:
        said = meaning(each)
        assert said is not None
        assert Fraction(number) in said
        assert said.low >= Fraction(number) / 2  # 1000多 for 1999 is as wide as it gets
        assert said.high <= Fraction(number) * 2


@given(SHARES)
def test_whatever_is_proposed_for_a_share_is_true_and_close(share: Fraction) -> None:
    words = propose(share, share=True)
    assert words
    for each in words:
        said = meaning(each)
        assert said is not None
        assert share in said
        assert said.high - said.low <= Fraction(1, 10)


@given(COUNTS, COUNTS)
def test_words_for_one_number_are_not_taken_for_a_far_one(number: int, other: int) -> None:
    if max(number, other) >= 2 * min(number, other):
        assert [each for each in propose(number) if is_true(each, other)] == []


def test_the_closest_words_come_first() -> None:
    assert propose(1206)[:2] == ("1206", "1200多")
    assert propose(Decimal("0.39"), share=True)[:2] == ("39%", "近四成")
    assert "三分之二" in propose(Fraction(2, 3), share=True)
    assert propose(0) == ()
