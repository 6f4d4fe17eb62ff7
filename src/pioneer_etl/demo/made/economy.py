"""Dataset `village_economy`: what the villages' collectives earned; whole 元 here, 万元 in the records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from pioneer_etl.demo.dice import Dice, shares
from pioneer_etl.demo.made.facts import YEAR, Fact, Facts, Missing
from pioneer_etl.demo.places import Township, Village, merged_township, townships

INCOME_POOR = 50_000
INCOME_VERY_POOR = 30_000
POOR_VILLAGES = 520  # of 780: 66.7 %
VERY_POOR_IN_YISHAN = 5
WRITTEN_IN_YUAN = "龙港镇"  # gives whole 元; the others hundreds, 万元 with two decimals

# The year before, this village reported so many 元 less than it says a year later that it had.
MISREMEMBERED = ("灵江村", 6_000)

# How many of 100 villages earn under 50,000 元, before the county's total is brought to 520.
_POOR = {
    "灵溪镇": 56, "龙港镇": 47, "宜山镇": 57, "钱库镇": 61, "金乡镇": 59, "桥墩镇": 74,
    "藻溪镇": 81, "矾山镇": 76, "赤溪镇": 83, "马站镇": 69, "望里镇": 71, "炎亭镇": 64,
    "大渔镇": 75, "莒溪镇": 91, "南宋镇": 90, "霞关镇": 69, "芦浦镇": 72, "巴曹镇": 63,
    "岱岭畲族乡": 91, "凤阳畲族乡": 85,
}  # fmt: skip
_POOR_INCOMES = (1_500, 6_000, 11_000, 16_500, 22_000, 27_500, 33_000, 39_000, 44_500, 49_900)
_RICH_INCOMES = (50_100, 58_000, 69_000, 84_000, 108_000, 145_000, 215_000, 390_000, 880_000, 2_900_000)
_PARTS = ("income_operating", "income_contracting", "income_investment", "income_subsidy", "income_other")


@dataclass(frozen=True, slots=True)
class Economy:
    """One village's year in whole 元; a part that is nothing may be written as 0, blank or 无."""

    total: int
    parts: tuple[int | Missing, ...]
    last_year: int
    assets: int
    debts: int | Missing
    pay_system: str | Missing


def economy_facts(township: Township, year: int) -> tuple[Facts, ...]:
    """The township's records, one a village, money in 万元."""
    return tuple(_facts(village, year) for village in township.villages)


def _facts(village: Village, year: int) -> Facts:
    made = economy(village.code) if year == YEAR else _before(village)
    facts: dict[str, Fact] = {"village": village.code, "income_total": _wan(made.total)}
    facts |= {name: _wan(part) for name, part in zip(_PARTS, made.parts, strict=True)}
    facts["income_last_year"] = _wan(made.last_year)
    facts["assets"] = _wan(made.assets)
    facts["debts"] = _wan(made.debts)
    facts["pay_system"] = made.pay_system
    return facts


def _wan(yuan: int | Missing) -> Decimal | Missing:
    return yuan if isinstance(yuan, Missing) else Decimal(yuan).scaleb(-4)


def economy(code: str) -> Economy:
    """The latest year of the village with `code`."""
    return _all()[code]


def _before(village: Village) -> Economy:
    """The year before, of which the latest year's form says the total once more."""
    made, dice, step = economy(village.code), Dice("economy", "before", village.code), _step(village.township)
    total = made.last_year - (MISREMEMBERED[1] if village.name == MISREMEMBERED[0] else 0)
    assets = made.assets * dice.between(91, 103) // 100 // step * step
    debts = made.debts
    if isinstance(debts, int):
        debts = min(assets, debts * dice.between(90, 110) // 100 // step * step)
    return replace(_year(dice, total, step), assets=assets, debts=debts, pay_system=made.pay_system)


def _step(township_name: str) -> int:
    return 1 if township_name == WRITTEN_IN_YUAN else 100


@cache
def _all() -> dict[str, Economy]:
    everywhere = townships()
    poor = shares(POOR_VILLAGES, [len(each.villages) * _POOR[each.name] for each in everywhere])
    result: dict[str, Economy] = {}
    for each, count in zip(everywhere, poor, strict=True):
        result |= _township(each, count)
    return result | _township(merged_township(), 2)


def _township(township: Township, poor: int) -> dict[str, Economy]:
    dice = Dice("economy", township.name)
    step = _step(township.name)
    villages = dice.shuffled([village for village in township.villages if village.name not in _RICH_BY_NAME])
    result = {}
    for index, village in enumerate(villages):
        if index >= poor:
            total = dice.quantile(_RICH_INCOMES)
        elif township.name == "宜山镇":
            low, high = (4_000, INCOME_VERY_POOR) if index < VERY_POOR_IN_YISHAN else (INCOME_VERY_POOR, INCOME_POOR)
            total = dice.between(low, high - 200)
        else:
            total = 0 if dice.hits(3) else dice.quantile(_POOR_INCOMES)
        result[village.code] = _year(dice, total // step * step, step)
    for village in township.villages:
        if village.name in _RICH_BY_NAME:
            total, last_year = _RICH_BY_NAME[village.name]
            result[village.code] = _year(dice, total, step, last_year)
    return result


# 宜一村 grew by 42 %: 150,000 → 213,000; one village earns exactly 50,000 and is not under it.
_RICH_BY_NAME = {
    "宜一村": (213_000, 150_000),
    "双龙村": (1_286_000, 1_105_000),
    "金星村": (642_500, 518_000),
    "东门外村": (50_000, 46_500),
    "西门外村": (186_400, 71_200),  # more than doubled, and nobody says why
}


def _year(dice: Dice, total: int, step: int, last_year: int | None = None) -> Economy:
    weights = [
        dice.between(0, 30) if dice.hits(70) else 0,
        dice.between(10, 60),
        dice.between(0, 25) if total >= INCOME_POOR and dice.hits(40) else 0,
        dice.between(3, 35) if dice.hits(75) else 0,
        dice.between(1, 12) if dice.hits(60) else 0,
    ]
    parts = [share * step for share in shares(total // step, weights)]
    if last_year is None:
        last_year = total * dice.between(74, 138) // 100 // step * step
    assets = (total * dice.between(4, 26) + dice.between(20_000, 260_000)) // step * step
    debts = 0 if dice.hits(45) else assets * dice.between(1, 42) // 100 // step * step
    systems: tuple[tuple[str | Missing, int], ...] = (
        ("performance", 6 if total >= INCOME_POOR else 2),
        ("appraisal", 5),
        ("other", 1),
        (Missing.BLANK, 1),
    )
    return Economy(
        total=total,
        parts=tuple(part or _nothing(dice) for part in parts),
        last_year=last_year,
        assets=assets,
        debts=debts or _nothing(dice),
        pay_system=dice.weighted(systems),
    )


def _nothing(dice: Dice) -> int | Missing:
    """How a clerk writes that there was nothing: the three are not the same, and all are kept."""
    nothings: tuple[tuple[int | Missing, int], ...] = ((0, 5), (Missing.BLANK, 4), (Missing.NONE, 2))
    return dice.weighted(nothings)
