"""Units of measure: their spellings, their kinds, and exact factors between units of one kind.

A factor is a Decimal.  Units of different kinds (人 and 人次, 元 and 亩) never convert.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final

from pioneer_etl.contract.text import normalise
from pioneer_etl.contract.unchanging import unchanging


@unchanging
class Unit:
    """One unit: `factor` is its size in the base unit of its `kind`."""

    name: str
    kind: str
    factor: Decimal
    spellings: tuple[str, ...] = ()


def _units(kind: str, *rows: tuple[str, str, str]) -> tuple[Unit, ...]:
    return tuple(Unit(name, kind, Decimal(factor), tuple(spellings.split())) for name, factor, spellings in rows)


# Bases: 元, 亩 (then 公顷 and 平方米 are exact), 人, 人次, 户, 个, a fraction, 岁, 天, 公斤, 公里.
# Words that are as often a heading as a unit (次 期 年 月 …) are units only where a bracket or a
# unit line says so: see _HEADING_WORDS.
UNITS: Final[tuple[Unit, ...]] = (
    *_units(
        "money",
        ("元", "1", "人民币 人民币元 圆 人民币圆 rmb 元人民币 元整"),
        ("百元", "100", ""),
        ("千元", "1000", "仟元"),
        ("万元", "10000", "万 万圆 人民币万元 万元人民币 萬元"),
        ("十万元", "100000", ""),
        ("百万元", "1000000", ""),
        ("千万元", "10000000", ""),
        ("亿元", "100000000", "亿 亿圆"),
    ),
    *_units(
        "area",
        ("平方米", "0.0015", "m2 平米 平方公尺 平方"),
        ("分地", "0.1", ""),
        ("亩", "1", "市亩"),
        ("千亩", "1000", ""),
        ("万亩", "10000", ""),
        ("公顷", "15", "ha hm2"),
        ("千公顷", "15000", ""),
        ("万公顷", "150000", ""),
        ("平方公里", "1500", "平方千米 km2"),
    ),
    *_units("people", ("人", "1", "名 位 口"), ("百人", "100", ""), ("千人", "1000", ""), ("万人", "10000", "")),
    *_units("person_times", ("人次", "1", "人·次"), ("千人次", "1000", ""), ("万人次", "10000", "")),
    *_units("households", ("户", "1", ""), ("千户", "1000", ""), ("万户", "10000", "")),
    *_units("count", ("个", "1", "项 家 所 处 座 支 只 件 条 宗 幢 栋 台 套 份 本"), ("万个", "10000", "")),
    *_units("events", ("次", "1", "期 场 场次 班次 届"), ("万次", "10000", "")),
    *_units("fraction", ("1", "1", ""), ("%", "0.01", "百分比 百分数 pct"), ("‰", "0.001", "千分比")),
    *_units("age", ("岁", "1", "周岁")),
    *_units("years", ("年", "1", "")),
    *_units("months", ("月", "1", "个月")),
    *_units("days", ("天", "1", "日")),
    *_units("hours", ("小时", "1", "h"), ("课时", "1", "学时")),
    *_units("score", ("分", "1", "")),
    *_units(
        "mass",
        ("斤", "0.5", "市斤"),
        ("公斤", "1", "千克 kg"),
        ("担", "50", ""),
        ("吨", "1000", "t"),
        ("万吨", "10000000", ""),
    ),
    *_units("length", ("米", "0.001", "m 公尺"), ("里", "0.5", "华里"), ("公里", "1", "千米 km")),
    *_units("volume", ("立方米", "1", "m3 方"), ("万立方米", "10000", "万方")),
)

_BY_SPELLING: Final[Mapping[str, Unit]] = {
    normalise(spelling): unit for unit in UNITS for spelling in (unit.name, *unit.spellings)
}
# After a slash, blank or colon these are headings or too short to be sure of, not units.
_HEADING_WORDS: Final = frozenset(
    "次 期 届 场 年 月 日 分 里 方 本 份 口 位 支 只 条 m t h 家 所 处 人民币 平方 万 亿 百分比 百分数".split()  # noqa: SIM905
)
_COUNTS: Final = frozenset({"people", "households", "count", "person_times", "events"})

_BRACKET = re.compile(r"[(（\[【〔［]([^()（）\[\]【】〔〕［］]*)[)）\]】〕］]")
_UNIT_WORD = r"(?:计量|金额|货币|数量|面积|统计|计算)?单位"
_LABELLED = re.compile(rf"^{_UNIT_WORD}\s*(?:[:为是,]\s*)?(.+)$")
_NAMED = r"[^\s)）;；。|]+"
_UNIT_LINE = re.compile(rf"(?<![\u4e00-\u9fff]){_UNIT_WORD}\s*[:：]?\s*({_NAMED}(?:\s*[、,，和及]\s*{_NAMED})*)")
_WORD = r"[^/／:：,，|｜\s]+"
_TAILS = tuple(
    re.compile(rf"^(.*\S)\s*(?:[/／:：,，|｜]|\s|—|_)\s*({word})$", re.DOTALL)
    for word in (f"{_WORD}[/／]{_WORD}", _WORD)
)
_SEVERAL = re.compile(r"[、,，;；]|和|及")
_RATE_TAIL = re.compile(r"^(.*[^\d\s.])\s*([%％‰])$", re.DOTALL)


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> str | None:
    """The canonical name of the unit that `text` spells, e.g. "萬元" is "万元"; None for anything else.

    Two units with a slash are a unit too: 元/人, 公斤/亩, 人/户.
    """
    clean = normalise(text).strip(" .:")
    if clean == "1":  # a fraction's own unit is for `conversion`; on paper it is a number
        return None
    unit = _BY_SPELLING.get(clean)
    if unit is not None:
        return unit.name
    above, slash, below = clean.partition("/")
    if slash and above in _BY_SPELLING and below in _BY_SPELLING:
        return f"{_BY_SPELLING[above].name}/{_BY_SPELLING[below].name}"
    return None


@lru_cache(maxsize=4096)
def unit_kind(unit: str) -> str | None:
    """The kind of a unit (money, area, people, person_times, …; "money/people" for 元/人); None when unknown."""
    name = parse_unit(unit)
    if name is None:
        return None
    return _kind(name)


def _kind(name: str) -> str:
    return "/".join(_BY_SPELLING[each.casefold()].kind for each in name.split("/"))


@lru_cache(maxsize=1024)
def conversion(source: str, target: str) -> Decimal | None:
    """The factor that takes a number in `source` to `target`; None when they are not of one kind.

    Exact except where the quotient does not end (亩 to 平方米), then 28 digits.
    """
    first = "1" if source == "1" else parse_unit(source)
    last = "1" if target == "1" else parse_unit(target)
    if first is None or last is None or _kind(first) != _kind(last):
        return None
    return _shortest(_size(first) / _size(last))


def _size(unit: str) -> Decimal:
    above, _, below = unit.partition("/")
    size = _BY_SPELLING[above.casefold()].factor
    return size / _BY_SPELLING[below.casefold()].factor if below else size


def _shortest(number: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent."""
    return Decimal(f"{number.normalize():f}")


@lru_cache(maxsize=4096)
def split_unit(text: str) -> tuple[str, str | None]:
    """A header and its unit: "总收入（万元）", "总收入(单位:万元)", "地块面积/亩", "总收入：万元", "到课率%".

    The header comes back as written but for the unit and the blanks around; without a unit it is
    `text` unchanged but for outer blanks.  A header that is a unit only, such as "（万元）" or
    "万元", gives ("", unit); a bare count word such as 人 or 户 is taken for a heading.
    """
    text = text.strip()
    labelled = _LABELLED.match(text.strip("()（）[]【】 "))
    if labelled and (unit := parse_unit(labelled.group(1))):
        return "", unit
    set_apart = not text.isalpha()  # by a bracket, a mark or a blank: most headings are one word and have none
    for bracket in reversed(list(_BRACKET.finditer(text))) if set_apart else ():
        unit, remark = _in_bracket(bracket.group(1))
        if unit is not None:
            rest = (text[: bracket.start()].rstrip() + (f"（{remark}）" if remark else "")) + text[bracket.end() :]
            return rest.strip(), unit
    unit = parse_unit(text)
    if unit is not None and (unit_kind(unit) in ("money", "area", "fraction", "mass") or "/" in unit):
        return ("", unit) if normalise(text) not in _HEADING_WORDS else (text, None)
    return _split_tail(text) if set_apart else (text, None)


def _in_bracket(inside: str) -> tuple[str | None, str]:
    """The unit that a bracket holds, and what else it says: "单位：万元", "万元，含补助", "%"."""
    inside = inside.strip()
    labelled = _LABELLED.match(inside)
    if labelled:
        inside = labelled.group(1).strip()
    unit = parse_unit(inside)
    if unit is not None:
        return unit, ""
    parts = [part.strip() for part in _SEVERAL.split(inside)]
    found = [part for part in parts if parse_unit(part)]
    if len(parts) > 1 and len(found) == 1:
        return parse_unit(found[0]), "，".join(part for part in parts if part != found[0])
    return None, ""


def _split_tail(text: str) -> tuple[str, str | None]:
    """A unit after a slash, colon, comma or blank at the end of a header, or a percent sign there.

    After a blank alone a count is one only where nothing else is set apart: 人口 人, but not 姓　名 or 培训 人次.
    """
    rate = _RATE_TAIL.match(text)
    if rate and not rate.group(1).rstrip().endswith(("/", "／")):
        return rate.group(1).rstrip(" ：:,，"), "%" if rate.group(2) != "‰" else "‰"
    for tail in filter(None, (pattern.match(text) for pattern in _TAILS)):
        name, word = tail.group(1).rstrip(" /／:：,，|｜"), tail.group(2)
        unit = parse_unit(word)
        if unit is not None and unit_kind(unit) in _COUNTS and tail.group(1) == name and _spread(name, word, text):
            continue
        if name and unit is not None and normalise(word) not in _HEADING_WORDS and parse_unit(name) is None:
            if _LABELLED.match(name) or normalise(name).endswith("单位"):
                name = re.sub(rf"[\s,，]*{_UNIT_WORD}$", "", name)
            return name, unit
    return text, None


def _spread(name: str, word: str, text: str) -> bool:
    """Whether only blanks stand between a name and a word, as they stand between the letters of a heading."""
    between = text[len(name) : len(text) - len(word)]
    return not between.strip() and (len(name) < 2 or len(word) > 1 or re.search(r"\s", name) is not None)


@lru_cache(maxsize=4096)
def units_named(text: str) -> tuple[str, ...]:
    """Every unit that a unit line names, in order: "单位：户、人、万元" gives 户, 人, 万元; () when it is none.

    The line may stand inside a longer text ("2004年度　单位：万元"); 填报单位：宜山镇 names no unit.
    """
    for match in _UNIT_LINE.finditer(text.replace("\u3000", " ")):
        units = tuple(parse_unit(part) for part in _SEVERAL.split(match.group(1)) if part.strip())
        if units and all(units):
            return tuple(unit for unit in units if unit)
    return ()


def unit_line(text: str) -> str | None:
    """The unit that "单位：万元" sets for a whole table; None when `text` is no unit line or leaves it open.

    Where several are named, plain counts (人, 户, 个) go without saying and the one other unit is
    meant; it holds only for columns of its own kind (`unit_kind`).
    """
    units = units_named(text)
    measures = [unit for unit in units if unit_kind(unit) not in _COUNTS]
    chosen = measures or (list(units) if len(units) == 1 else [])
    return chosen[0] if len(chosen) == 1 else None
