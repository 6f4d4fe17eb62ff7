"""Names that look alike and mean opposites: 本年/上年, 本月/累计, 男/女, 户数/人口, 收入/支出.

A heading's guard words are what likeness must never overlook.  Two headings may be proposed for each
other only when they say the same ones.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from pioneer_etl.contract.text import normalise

# Guard word → what says it.  The first part tells apart when or whose a figure is; such a word
# holds for everything under a heading.  The second tells apart what is counted.
_WHEN_OR_WHOSE: Final = (
    ("last year", "上年|去年|上一年|上期|前年|往年|上季|上月|last year|previous|prior"),
    ("same period", "同期|同比|same period"),
    ("cumulative", "累计|累积|至今|以来|cumulative"),
    ("month", "本月|当月|月度|this month"),
    ("quarter", "本季|当季"),
    ("plan", "计划|预计|预算|目标|应完成|拟|plan|budget|target"),
    ("opening", "期初|年初|月初|opening"),
    ("increase", "新增|增加|增长|增减|increase|growth"),
    ("decrease", "减少|下降|流出|decrease"),
    ("men", r"男|(?<!wo)\bmen\b|\bmale"),
    ("women", "女|women|female"),
    ("due", "应到|应参加|应有"),
    ("share", "比例|比重|占比|占.*%|率$|百分比|rate|share|percent"),
    ("per head", "人均|每人|户均|每户|亩均|平均|per head|per capita|average"),
)
_WHAT: Final = (
    ("income", "收入|收益|income|revenue"),
    ("expense", "支出|开支|费用|成本|expense|expenditure|cost"),
    ("households", "户|household"),
    ("people", "人口|人数|population|people"),
    ("assets", "资产|assets"),
    ("debts", "负债|债务|欠款|debt|liabilit"),
    ("claims", "债权|应收"),
    ("above", "以上|不低于|最高"),
    ("below", "以下|以内|不足|最低"),
    ("not", "未|不|非|无"),
)
_COMPILED: Final = tuple((name, re.compile(words)) for name, words in (*_WHEN_OR_WHOSE, *_WHAT))
_HARD: Final = frozenset(name for name, _ in _WHEN_OR_WHOSE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@lru_cache(maxsize=16384)
def guard_words(text: str) -> frozenset[str]:
    """The guard words of a heading, its numbers among them (35岁以下 is not 45岁以下)."""
    clean = normalise(text)
    words = {name for name, pattern in _COMPILED if pattern.search(clean)}
    return frozenset(words | set(_NUMBER.findall(clean)))


def passes_down(words: frozenset[str]) -> frozenset[str]:
    """Those guard words of an outer heading that hold for every heading below it."""
    return frozenset(word for word in words if word in _HARD or word[0].isdigit())
