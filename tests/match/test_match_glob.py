"""Patterns with * say what the regular expressions would that they stand for."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pioneer_etl.match.glob import glob


@pytest.mark.parametrize(
    ("pattern", "text", "within", "whole"),
    [
        ("村级情况", "宜山镇2004年村级情况表", True, False),
        ("*村级*表", "宜山镇2004年村级情况表", True, True),
        ("表*村级", "宜山镇2004年村级情况表", False, False),
        ("（村）*", "(村)集体", True, True),
        ("村*村", "村", False, False),
        ("*", "", True, True),
    ],
)
def test_a_star_stands_for_any_text(pattern: str, text: str, within: bool, whole: bool) -> None:
    assert glob(pattern).search(text) is within
    assert glob(pattern).fullmatch(text) is whole
    assert str(glob(pattern)) == pattern.replace("（", "(").replace("）", ")")


@given(st.text("甲乙*", max_size=8), st.text("甲乙", max_size=10))
def test_globs_are_what_their_regular_expressions_are(pattern: str, text: str) -> None:
    expression = re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)
    assert glob(pattern).search(text) is (expression.search(text) is not None)
    assert glob(pattern).fullmatch(text) is (expression.fullmatch(text) is not None)
