"""Datasets `weak_village` and `project`: who is helped, and what investment the villages attracted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from pioneer_etl.demo.dice import Dice, shares
from pioneer_etl.demo.made.economy import INCOME_POOR, economy
from pioneer_etl.demo.made.facts import YEAR, Fact, Facts, Missing
from pioneer_etl.demo.made.people import person_name
from pioneer_etl.demo.places import Township, Village, townships

LAGGING_VILLAGES = {2003: 46, 2004: 39}
_IMPROVED = {2003: 15, 2004: 38}  # of 100
_PROBLEMS = (
    "班子不团结，长期不开会",
    "支部书记长期在外经商",
    "村财务混乱，群众上访多",
    "集体经济薄弱，负债较多",
    "换届后新班子未进入角色",
    "宗族矛盾突出",
    "党员队伍老化",
    "村务不公开",
)
_DEPARTMENTS = (
    "县农业局",
    "县交通局",
    "县财政局",
    "县水利局",
    "县人事局",
    "县供电局",
    "县林业局",
    "县工商局",
    "县建设局",
)
_FIRMS = ("龙港印业公司", "灵溪塑编厂", "金乡徽章厂", "钱库毛毯厂", "县供销总公司", "宜山纺织公司")
_MEASURES = (
    "调整班子，重选书记",
    "清理财务并公布",
    "修通村道，发展食用菌",
    "每月一次民情质询会",
    "建立党员承诺制",
    "发包山林，增加收入",
)

# What the speech says of 双龙村 and 金星村: name, investment and capital in 万元, jobs, land in 亩.
_GIVEN: Mapping[str, tuple[tuple[str, str, int, int, int, str], ...]] = {
    "双龙村": (
        ("毛毯生产线", "双龙毛纺集团", 2600, 12_800, 148, "22.5"),
        ("塑编包装厂", "瑞丰包装公司", 1850, 10_600, 96, "16.0"),
        ("印刷材料厂", "华光印刷材料公司", 2100, 15_200, 82, "18.4"),
    ),
    "金星村": (
        ("徽章电镀小区", "金星工艺品厂", 218, 860, 64, "6.5"),
        ("铝制品加工厂", "兴业铝制品公司", 126, 540, 35, "4.2"),
    ),
}
_PROJECTS = (
    ("服装加工厂", 60, 380),
    ("食用菌基地", 12, 90),
    ("水产养殖场", 25, 260),
    ("茶叶加工厂", 18, 150),
    ("标准厂房", 80, 620),
    ("四季柚基地", 10, 85),
    ("竹木加工厂", 15, 120),
    ("农贸市场", 40, 300),
    ("休闲山庄", 90, 480),
)
_INVESTORS = ("温州客商", "村民集资", "上海返乡老板", "本镇企业", "福建客商", "杭州公司")


def weak_village_facts(township: Township, year: int) -> tuple[Facts, ...]:
    """The township's lagging villages of the year, in the order of the codes."""
    chosen = _lagging(year)
    return tuple(_weak(village, year) for village in township.villages if village.code in chosen)


@cache
def _lagging(year: int) -> frozenset[str]:
    """The lagging villages: poor ones, in every township at least one; most of a year's were so the year before."""
    number = LAGGING_VILLAGES[year]
    counts = [1 + more for more in shares(number - len(townships()), [len(each.villages) for each in townships()])]
    chosen: list[str] = []
    for each, count in zip(townships(), counts, strict=True):
        poor = [village.code for village in each.villages if economy(village.code).total < INCOME_POOR]
        chosen += Dice("lagging", each.name).shuffled(poor)[:count]
    return frozenset(chosen)


def _weak(village: Village, year: int) -> Facts:
    dice = Dice("weak village", village.code)
    problem, cadre = dice.pick(_PROBLEMS), person_name(dice, dice.hits(15))
    department, firm = dice.pick(_DEPARTMENTS), dice.pick(_FIRMS)
    paired: Fact = firm if dice.hits(70) else dice.pick((Missing.NONE, Missing.BLANK))
    measures = "；".join(dice.shuffled(_MEASURES)[: dice.between(1, 2)])
    late = Dice("weak village", village.code, str(year))
    return {
        "village": village.code,
        "problem": problem,
        "dispatched_cadre": cadre,
        "paired_department": department,
        "paired_with": paired,
        "measures": measures if late.hits(95) else Missing.BLANK,
        "state": "improved" if late.hits(_IMPROVED[year]) else "in_progress",
    }


def project_facts(township: Township, year: int) -> tuple[Facts, ...]:
    """The township's projects of the year, village by village; every township has one at least."""
    records: list[Facts] = []
    for index, village in enumerate(township.villages):
        dice = Dice("project", village.code, str(year))
        if year == YEAR:
            records += [_given(village, *each) for each in _GIVEN.get(village.name, ())]
        if village.name not in _GIVEN and (index == 0 or dice.hits(6)):
            for name, least, most in dice.shuffled(_PROJECTS)[: 1 + dice.hits(15)]:
                records.append(_project(village, name, dice.between(least, most), dice))
    return tuple(records)


def _given(village: Village, name: str, investor: str, money: int, capital: int, jobs: int, land: str) -> Facts:
    return {
        "village": village.code,
        "project_name": name,
        "investment": Decimal(money),
        "investor": investor,
        "investor_capital": Decimal(capital),
        "jobs": jobs,
        "land": Decimal(land),
    }


def _project(village: Village, name: str, money: int, dice: Dice) -> Facts:
    capital: Fact = Decimal(money * dice.between(2, 8)) if dice.hits(70) else dice.pick((Missing.NONE, Missing.BLANK))
    return {
        "village": village.code,
        "project_name": f"{village.name.removesuffix('村')}{name}",
        "investment": Decimal(money) + Decimal(dice.pick((0, 0, 50, 25, 80))) / 100,
        "investor": dice.pick(_INVESTORS) if dice.hits(90) else Missing.BLANK,
        "investor_capital": capital,
        "jobs": max(3, money * dice.between(6, 24) // 100),
        "land": Decimal(dice.between(4, 180)) / 10 if dice.hits(85) else Missing.NONE,
    }
