"""Facts that stand around a table, often several in one merged cell:

    填报单位：宜山镇（盖章）　　填表人：王某　　填报日期：2004年12月31日

A fact's words stand behind its label, or, where nothing is left in that cell, in the next filled cell to
the right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.text import normalise


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: what it is about (unit, filler, date, period, village), its words and its cell."""

    about: str
    text: str
    cell: Position


_LABELS: Final = (
    (
        "unit",
        "填报单位|填表单位|报送单位|上报单位|编报单位|编制单位|报表单位|单位名称|汇总单位|制表单位|填报乡镇|乡镇名称|所属乡镇|乡镇|单位",
    ),
    ("village", "村名|村名称|行政村名称|所在村|村别"),
    ("filler", "填表人|填报人|制表人|经办人|经手人|制表|填表"),
    ("signer", "单位负责人|统计负责人|分管领导|负责人|审核人|复核人|审核|复核|签字"),
    ("phone", "联系电话|联系方式|电话|手机"),
    ("date", "填报日期|填表日期|报送日期|上报日期|报出日期|制表日期|填报时间|填表时间|上报时间|日期"),
    ("period", "报告期|统计时间|统计期间?|统计年度|报表时间|报表年度|所属期间?|所属年度|数据时间|年度"),
    ("measure", "计量单位|金额单位"),
)
_ABOUT: Final[Mapping[str, str]] = {
    word: about for about, words in _LABELS for word in words.replace("期间?", "期").split("|")
}
_LABEL = re.compile(
    "(?P<label>" + "|".join(f"(?:{words})" for _, words in _LABELS) + r")(?P<remark>\([^()]{1,8}\))?\s*:|"
    r"(?P<sealed>填报单位|填表单位|报送单位|上报单位)\((?:盖章|公章|签章|章)\)"
)
_SEALS = re.compile(r"\((?:盖章|公章|签章|签字|章|签名)\)|盖章$")


@lru_cache(maxsize=16384)
def names_fact(text: str) -> bool:
    """Whether a text opens with a fact's label (填报单位：…): it is no heading then, wherever it stands."""
    return (":" in text or "：" in text or "(" in text or "（" in text) and _LABEL.match(normalise(text)) is not None


def read_facts(texts: Sequence[tuple[Position, str]], anchors: Mapping[str, str] | None = None) -> tuple[Fact, ...]:
    """Every fact in the texts around a sheet's tables, in reading order.

    `anchors` are a layout's own words in front of the "township" or the "period".
    """
    return tuple(_facts(texts, anchors or {}))


def _facts(lines: Sequence[tuple[Position, str]], anchors: Mapping[str, str]) -> Iterator[Fact]:
    own = {"township": "unit", "period": "period"}
    rows: dict[int, list[tuple[int, str]]] = {}  # of every row its texts; filled when they are first asked for

    def beside(position: Position) -> str:
        if not rows:
            for other, text in lines:
                rows.setdefault(other.row, []).append((other.column, text))
        return _next(rows[position.row], position.column)

    for position, text in lines:
        for key, anchor in anchors.items():
            clean, word = normalise(text), normalise(anchor).rstrip(":")
            if word in clean:
                rest = clean.split(word, 1)[1].lstrip(":( ").rstrip(")")
                yield Fact(own[key], rest or beside(position), position)
        for about, said in _said(text):
            words = said if said is not None else _SEALS.sub("", beside(position)).strip(" :")
            if words:
                yield Fact(about, words, position)


@lru_cache(maxsize=4096)
def _said(text: str) -> tuple[tuple[str, str | None], ...]:
    """What a text says and of what; None for the last label, where what it says must stand in the next cell."""
    clean = normalise(text)
    found: list[tuple[str, str | None]] = []
    marks = list(_LABEL.finditer(clean))
    for mark, following in zip(marks, [*marks[1:], None], strict=False):
        end = following.start() if following else len(clean)
        words = _SEALS.sub("", clean[mark.end() : end]).strip(" ,;.、。:_-")
        label = mark["label"] or mark["sealed"]
        about = _ABOUT.get(label, "period")
        if about == "measure" or (label == "单位" and mark["remark"] is None and not _names_sender(words)):
            continue
        found.append((about, None if not words and end == len(clean) else words))
    return tuple(found)


def _names_sender(words: str) -> bool:
    """单位：宜山镇 names who sends the form; 单位：万元 does not."""
    return re.search(r"镇|乡|街道|村|社区|县|办事处", words) is not None


def _next(row: Sequence[tuple[int, str]], column: int) -> str:
    """The next text to the right in a row, unless it is a label itself."""
    for other, text in row:
        if other > column:
            clean = normalise(text)
            return "" if _LABEL.search(clean) else clean
    return ""
