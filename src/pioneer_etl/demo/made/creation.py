"""Datasets `pioneer_unit` and `commendation`: who was chosen to be built up, how far they are, who was praised."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from pioneer_etl.demo.dice import Dice, shares
from pioneer_etl.demo.made.facts import YEAR, Fact, Facts, Missing
from pioneer_etl.demo.made.people import person_name
from pioneer_etl.demo.made.training import first_class_villages
from pioneer_etl.demo.places import Township, Village, townships

SECOND_BATCH = 25  # villages; the other creation villages are of the first batch
TOWN_COMMITTEES = {"钱库镇": 1, "金乡镇": 1, "灵溪镇": 2, "龙港镇": 2}  # the batch of each
CREATION_VILLAGES = ("双龙村", "金星村", "宜一村")  # named in the speech: first batch, accepted
ONLY_A_PLAN = 7  # villages of the second batch that have a plan and no more; two others have not even that
WITHOUT_A_PLAN = 2
FIRST_YEAR = 2003  # the first batch was chosen in 2003, the second in 2004
_SCORES = ("score_team", "score_members", "score_service", "score_management", "score_strength")  # 20 points each

SATISFIED_TEAMS = {2003: 8, 2004: 10}
OUTSTANDING_CADRES = {2003: 8, 2004: 10}
_OTHERS = (
    "先进基层党组织",
    "五好村党支部",
    "文明村",
    "综治工作先进集体",
    "计划生育先进集体",
    "小康建设示范村",
    "党员先锋示范岗",
)
_BY = {"县级": ("县委", "县委组织部", "县委、县政府"), "市级": ("市委", "市委组织部")}


def pioneer_unit_facts(township: Township, year: int) -> tuple[Facts, ...]:
    """The township's creation units of the year: its committee if it was chosen, then its villages."""
    records = []
    batch = TOWN_COMMITTEES.get(township.name)
    if batch is not None and batch <= _batches(year):
        records.append(_unit(township.code, "town_committee", batch, year))
    villages = [village.code for village in creation_villages(township, year)]
    return (*records, *(_unit(code, "village", batch_of()[code], year) for code in villages))


def creation_villages(township: Township, year: int) -> tuple[Village, ...]:
    """The township's villages that have been chosen by the end of the year, in the order of the codes."""
    return tuple(each for each in township.villages if batch_of().get(each.code, 9) <= _batches(year))


def _batches(year: int) -> int:
    return year - FIRST_YEAR + 1


@cache
def batch_of() -> Mapping[str, int]:
    """The batch of every creation village; of each township at least one is of the first."""
    first: list[str] = []
    others: list[str] = []
    for each, number in zip(townships(), first_class_villages(), strict=True):
        given = [village.code for village in each.villages if village.name in CREATION_VILLAGES]
        rest = [village.code for village in Dice("creation", each.name).shuffled(each.villages)]
        chosen = [*given, *(code for code in rest if code not in given)][:number]
        first += chosen[: max(1, len(given))]
        others += chosen[max(1, len(given)) :]
    second = Dice("creation", "second batch").shuffled(others)[:SECOND_BATCH]
    return dict.fromkeys([*first, *others], 1) | dict.fromkeys(second, 2)


@cache
def _unready() -> Mapping[str, bool]:
    """Villages of the second batch that have started nothing: whether they have a plan at least."""
    second = sorted(code for code, batch in batch_of().items() if batch == 2)
    chosen = Dice("creation", "unready").shuffled(second)[: ONLY_A_PLAN + WITHOUT_A_PLAN]
    return {code: index < ONLY_A_PLAN for index, code in enumerate(chosen)}


def _unit(code: str, level: str, batch: int, year: int) -> Facts:
    dice = Dice("creation unit", code)
    facts: dict[str, Fact] = {"unit": code, "level": level, "batch": batch}
    if year == YEAR and code in _unready():
        plan = _unready()[code]
        facts |= dict.fromkeys((*_SCORES, "score_total"), Missing.BLANK)
        return {**facts, "plan_made": plan, "measures_started": False, "accepted": False}
    older = _batches(year) - batch
    named = code in {village.code for each in townships() for village in each.villages if village.name == "宜一村"}
    scores = [Decimal(min(40, dice.between(25, 36) + 3 * older)) / 2 for _ in _SCORES]
    accepted = older >= 1 and (dice.hits(65) or named)
    facts |= dict(zip(_SCORES, scores, strict=True))
    facts |= {"score_total": sum(scores, Decimal(0)), "plan_made": True, "measures_started": True}
    return {**facts, "accepted": accepted}


def commendation_facts(township: Township, year: int) -> tuple[Facts, ...]:
    """The township's commendations of the year; every township has one at least."""
    dice = Dice("commendation", township.name, str(year))
    index = next(i for i, each in enumerate(townships()) if each.code == township.code)
    villages = dice.shuffled(township.villages)
    records = [
        _given("satisfied_team", f"{village.name}党支部", village, "县级", "县委", year)
        for village in villages[: _spread("teams", SATISFIED_TEAMS[year])[index]]
    ]
    for village in villages[: _spread("cadres", OUTSTANDING_CADRES[year])[index]]:
        name = person_name(dice, dice.hits(15))
        records.append(_given("outstanding_village_cadre", name, village, "县级", "县委", year))
    for honour in dice.shuffled(_OTHERS)[: dice.between(1, 3)]:
        level = dice.weighted((("县级", 3), ("市级", 1)))
        village = dice.pick(villages)
        recipient = f"{village.name}{honour}"
        records.append(_given("other", recipient, village, level, dice.pick(_BY[level]), year))
    return tuple(records)


def _given(title: str, recipient: str, village: Village, level: str, by: str, year: int) -> Facts:
    return {
        "title": title,
        "recipient": recipient,
        "unit": village.code,
        "level": level,
        "awarded_by": by,
        "award_year": year,
    }


@cache
def _spread(what: str, number: int) -> tuple[int, ...]:
    weights = [len(each.villages) + Dice("commended", each.name, what).between(0, 40) for each in townships()]
    return tuple(shares(number, weights))
