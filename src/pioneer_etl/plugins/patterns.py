"""From a title to the pattern that finds it again: places, years, periods and numbers taken out."""

from __future__ import annotations

import re
from typing import Final

from pioneer_etl.contract.places import Places
from pioneer_etl.contract.text import normalise
from pioneer_etl.match.evidence import Senders

_DIGITS: Final = "0-9〇零一二三四五六七八九十"
_TIME: Final = re.compile(
    rf"(?:19|20)\d\d\s*[-/.—至到]\s*(?:19|20)?\d\d(?:年度?)?|(?:19|20)\d\d(?:年度|年末|年底|年|度)?|[二一][〇零九][〇零一二三四五六七八九]{{2}}(?:年度|年末|年底|年|度)?"
    r"|\d{1,2}\s*[-—至到]\s*\d{1,2}月"
    rf"|(?:截[至止]|至)?[{_DIGITS}]{{1,3}}月(?:份|底|末)?(?:[{_DIGITS}]{{1,3}}日)?"
    rf"|第?[{_DIGITS}]季度?|[上下]半年|半年度?|年度|本期|\d+"
)
_UNKNOWN_TOWN: Final = re.compile(r"^\*?[\u4e00-\u9fff]{1,5}?(?<!乡)(?:镇|乡|街道)(?!镇|村级|办)")
_UNIT: Final = re.compile(r"\(?(?:计量|金额)?单位:[^()]*\)?|\((?:亿|万|千)?元\)")
_EMPTY: Final = re.compile(r"\(\s*\**\s*\)")
_STARS: Final = re.compile(r"\s*\*[\s*]*")
_POOR: Final = frozenset(
    "统计表 情况表 报表 汇总表 登记表 一览表 明细表 名册 花名册 表 情况 上报表 调查表 工作表 sheet".split()  # noqa: SIM905
)
_FEWEST: Final = 3


def pattern_of(text: str, places: Places, senders: Senders) -> str | None:
    """The pattern of a title or sheet name; None where too little is left to tell forms apart.

    灵溪镇2004年行政村基本情况一览表 gives *行政村基本情况一览表.
    """
    clean = normalise(text)
    clean = _UNIT.sub("*", clean)
    for village in sorted(_villages(places, clean), key=len, reverse=True):
        clean = clean.replace(village, "*村" if village.endswith("村") else "*")
    for name in _names(places, senders):
        if name in clean:
            clean = clean.replace(name, "*")
    clean = _UNKNOWN_TOWN.sub("*", clean)
    clean = _TIME.sub("*", clean)
    clean = _EMPTY.sub("*", clean)
    clean = _STARS.sub("*", clean).strip()
    words = clean.replace("*", "").strip(" ()[]_-:,.、。")
    if len(words) < _FEWEST or words in _POOR:
        return None
    return clean if clean.startswith("*") else f"*{clean}"


def _villages(places: Places, text: str) -> set[str]:
    """The full names of villages that a text says."""
    names = (normalise(unit.name) for unit in places.units if unit.level == "village")
    return {name for name in names if len(name) >= _FEWEST and name in text}


def _names(places: Places, senders: Senders) -> list[str]:
    """The names of county and townships, longest first; a short one of a township only where nothing is lost."""
    county = places.county
    names = {normalise(name) for name in (county.name, *county.aliases)} if county is not None else set()
    for unit in places.units:
        if unit.level == "township":
            names |= {normalise(name) for name in (unit.name, *unit.aliases)}
    names |= {name for name, _ in senders.names}
    return sorted((name for name in names if len(name) > 1), key=lambda each: (-len(each), each))


def ascii_name(file: str) -> str | None:
    """A plugin's name from the ASCII letters of a file's name; None where there are too few."""
    stem = file.rsplit(".", 1)[0].lower()
    found = "_".join(re.findall(r"[a-z]{2,}", stem))
    return found if len(found) >= _FEWEST and found not in ("sheet", "book", "copy", "data") else None
