"""Dataset `village`: 780 villages whose people add up to 1.23 million."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pioneer_etl.demo.dice import Dice, shares
from pioneer_etl.demo.made.economy import INCOME_POOR, economy
from pioneer_etl.demo.made.facts import YEAR, Fact, Facts
from pioneer_etl.demo.places import Township, Village, merged_township, townships

POPULATION = 1_230_000
_SIZES = (380, 620, 790, 980, 1180, 1430, 1760, 2300, 3400)
_DENSITY = {"灵溪镇": 140, "龙港镇": 155, "宜山镇": 115, "钱库镇": 120, "金乡镇": 118}  # percent of the usual size


@cache
def populations() -> dict[str, int]:
    """The population of every village, by its code; of those that were merged into others, their last."""
    villages = [(each, village) for each in townships() for village in each.villages]
    weights = []
    for each, village in villages:
        usual = Dice("village", village.code).quantile(_SIZES)
        weights.append(usual * _DENSITY.get(each.name, 84))
    people = dict(zip((village.code for _, village in villages), shares(POPULATION, weights), strict=True))
    return people | {
        village.code: Dice("village", village.code).quantile(_SIZES) for village in merged_township().villages
    }


def village_facts(township: Township, year: int) -> tuple[Facts, ...]:
    """The township's records, one a village, in the order of the codes."""
    dice = Dice("village facts", township.name)
    level = dice.between(88, 114)
    latest = tuple(_facts(village, dice, level) for village in township.villages)
    return latest if year == YEAR else tuple(_before(facts) for facts in latest)


def _before(facts: Mapping[str, Fact]) -> Facts:
    """The year before: fewer people by a little, and less income."""
    dice = Dice("village before", str(facts["village"]))
    change, growth = dice.between(985, 1003), dice.between(88, 98)
    counted = {
        name: fact * change // 1000
        for name, fact in facts.items()
        if name in ("households", "population", "labour_force") and isinstance(fact, int)
    }
    income = facts["income_per_head"]
    assert isinstance(income, int)
    return {**facts, **counted, "income_per_head": income * growth // 100}


def _facts(village: Village, dice: Dice, level: int) -> Facts:
    population = populations()[village.code]
    income = economy(village.code).total
    households = population * 100 // dice.between(335, 405)
    labour = population * dice.between(49, 61) // 100
    if income >= 300_000:
        per_head, category = dice.between(5600, 8900), "strong"
    elif income >= INCOME_POOR:
        per_head, category = dice.between(3900, 6200), dice.weighted((("planting", 5), ("renewal", 3), ("other", 4)))
    else:
        per_head, category = dice.between(2150, 4300), dice.weighted((("planting", 11), ("renewal", 2), ("other", 6)))
    return {
        "village": village.code,
        "category": category,
        "households": households,
        "population": population,
        "labour_force": labour,
        "income_per_head": 10_850 if village.name == "双龙村" else per_head * level // 100,
    }
