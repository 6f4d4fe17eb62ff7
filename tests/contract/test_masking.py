"""Personal data as findings may show it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pioneer_etl.contract.masking import mask


@pytest.mark.parametrize(
    ("text", "kind", "masked"),
    [
        ("王小明", "name", "王*"),
        ("王明", "name", "王*"),
        ("王 明", "name", "王*"),
        ("王　明、李 红", "name", "王*、李*"),
        ("欧阳小明", "name", "欧阳*"),
        ("王小明、李红", "name", "王*、李*"),
        ("330327197005121234", "id", "3303**********1234"),
        ("330327700512001", "id", "3303*******2001"),
        ("3303", "id", "3***"),
        ("13812345678", "phone", "138****5678"),
        ("0577-64741234", "phone", "057******1234"),
        ("13812345678、64741234", "phone", "138****5678、647*1234"),
        ("1970-05", "birth", "1970-**"),
        ("五月", "birth", "****"),
        ("汉族", "origin", "***"),
        ("宜山镇", None, "宜山镇"),
        ("", "name", ""),
    ],
)
def test_masks(text: str, kind: str | None, masked: str) -> None:
    assert mask(text, kind) == masked


@given(
    st.text(alphabet="0123456789X", min_size=3, max_size=18),
    st.sampled_from(["id", "phone", "name", "birth", "opinion"]),
)
def test_something_is_always_hidden(text: str, kind: str) -> None:
    assert mask(text, kind) != text
    assert "*" in mask(text, kind)
