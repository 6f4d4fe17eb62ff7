"""Datasets `training` and `cadre_post`: who went to which class, and how many cadres there are.

Each township reports its own people in a class; a class of the county (the first class for creation villages, the
city Party school) is the sum over the townships.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from pioneer_etl.demo.dice import Dice, shares
from pioneer_etl.demo.made.facts import YEAR, Fact, Facts, Missing
from pioneer_etl.demo.places import Township, townships

CADRES_IN_POST = {2003: 11_860, 2004: 12_000}
TOWNSHIP_CADRES_IN_POST = {2003: 3_430, 2004: 3_460}
FIRST_CLASS = "先锋工程创建村首期培训班"
FIRST_CLASS_VILLAGES = 80
FIRST_CLASS_LEADERS = 160
PARTY_SCHOOL = "市委党校村书记进修班"
PARTY_SCHOOL_SENT = 20
PRACTICAL = "农村实用技术培训班"

TOWNSHIP_LEVEL, VILLAGE_LEVEL = "township", "village"


@dataclass(frozen=True, slots=True)
class Course:
    """A class of the county: how many came from everywhere together."""

    name: str
    kind: str
    level: str
    date: date
    person_times: int
    organiser: str
    venues: tuple[str, ...]


_COURSES_2004 = (
    Course(
        "邓小平理论和三个代表重要思想轮训班",
        "political_theory",
        TOWNSHIP_LEVEL,
        date(2004, 3, 1),
        1_125,
        "县委组织部",
        ("县委党校", "镇会议室"),
    ),
    Course(
        "党政干部大专学历班",
        "degree",
        TOWNSHIP_LEVEL,
        date(2004, 9, 1),
        486,
        "县委党校",
        ("县委党校", "市广播电视大学"),
    ),
    Course("机关中层干部岗位培训班", "post", TOWNSHIP_LEVEL, date(2004, 5, 1), 764, "县人事局", ("县委党校",)),
    Course(
        "驻村干部业务培训班", "post", TOWNSHIP_LEVEL, date(2004, 10, 1), 520, "县委组织部", ("县委党校", "镇成人学校")
    ),
    Course(
        "村干部成人高中班", "degree", VILLAGE_LEVEL, date(2004, 9, 1), 720, "县教育局", ("镇成人学校", "县职业中专")
    ),
    Course(FIRST_CLASS, "post", VILLAGE_LEVEL, date(2004, 4, 1), FIRST_CLASS_LEADERS, "县委组织部", ("县委党校",)),
    Course(
        PARTY_SCHOOL,
        "political_theory",
        VILLAGE_LEVEL,
        date(2004, 6, 1),
        PARTY_SCHOOL_SENT,
        "县委组织部",
        ("市委党校",),
    ),
    Course(
        PRACTICAL,
        "practical",
        VILLAGE_LEVEL,
        date(2004, 7, 1),
        885,
        "县农业局",
        ("镇成人学校", "县农技推广中心", "村文化室"),
    ),
)

_COURSES_2003 = (
    Course(
        "三个代表重要思想学习班",
        "political_theory",
        TOWNSHIP_LEVEL,
        date(2003, 9, 1),
        980,
        "县委组织部",
        ("县委党校", "镇会议室"),
    ),
    Course("党政干部大专学历班", "degree", TOWNSHIP_LEVEL, date(2003, 9, 1), 402, "县委党校", ("县委党校",)),
    Course("机关干部岗位培训班", "post", TOWNSHIP_LEVEL, date(2003, 5, 1), 610, "县人事局", ("县委党校",)),
    Course("村干部成人高中班", "degree", VILLAGE_LEVEL, date(2003, 9, 1), 540, "县教育局", ("镇成人学校",)),
    Course("村书记主任轮训班", "post", VILLAGE_LEVEL, date(2003, 4, 1), 420, "县委组织部", ("县委党校",)),
    Course(PRACTICAL, "practical", VILLAGE_LEVEL, date(2003, 7, 1), 510, "县农业局", ("镇成人学校", "县农技推广中心")),
)
_COURSES = {2003: _COURSES_2003, 2004: _COURSES_2004}

_TRADES = (
    "四季柚栽培",
    "食用菌栽培",
    "浅海养殖",
    "茶叶加工",
    "马铃薯高产",
    "沼气使用",
    "服装缝制",
    "畜禽防疫",
    "番茄大棚",
)
_REMARKS = ("分两期举办", "与县农业局联办", "含补课", "结业考试合格率较高")


def training_facts(township: Township, year: int) -> tuple[Facts, ...]:
    """The township's records, one a class in which it had people."""
    dice = Dice("training", township.name) if year == YEAR else Dice("training", township.name, str(year))
    index = next(i for i, each in enumerate(townships()) if each.code == township.code)
    records: list[Facts] = []
    for course in _COURSES[year]:
        people = _people(course)[index]
        if course.name == PRACTICAL and people >= 20:  # held in the township, one class for each trade
            trades = dice.shuffled(_TRADES)[: 2 + (people >= 60)]
            for trade, part in zip(trades, shares(people, [dice.between(4, 9) for _ in trades]), strict=True):
                held = course.date.replace(month=dice.between(2, 12))
                records.append(_facts(course, f"{trade}技术培训班", held, part, index, township, dice))
        elif people:
            records.append(_facts(course, course.name, course.date, people, index, township, dice))
    return tuple(records)


def _facts(course: Course, name: str, held: date, people: int, index: int, township: Township, dice: Dice) -> Facts:
    villages: int | Missing = Missing.NONE
    if course.name == FIRST_CLASS:
        villages = first_class_villages()[index]
    elif course.level == VILLAGE_LEVEL:
        villages = min(len(township.villages), max(1, people * dice.between(62, 94) // 100))
    facts: dict[str, Fact] = {
        "class_name": name,
        "kind": course.kind,
        "level": course.level,
        "date": held,
        "person_times": people,
        "villages_covered": villages,
        "attendance_rate": Decimal(dice.between(868, 1000)).scaleb(-3),
        "organiser": course.organiser,
        "venue": dice.pick(course.venues),
        "remarks": dice.pick(_REMARKS) if dice.hits(12) else Missing.BLANK,
    }
    return facts


def cadre_post_facts(township: Township, year: int) -> tuple[Facts, ...]:
    """The township's two records: its own cadres in post and its villages'."""
    index = next(i for i, each in enumerate(townships()) if each.code == township.code)
    everywhere = townships()
    of_township = shares(
        TOWNSHIP_CADRES_IN_POST[year], [len(each.villages) * 3 + 60 + _uneven(each) for each in everywhere]
    )
    of_villages = shares(
        CADRES_IN_POST[year] - TOWNSHIP_CADRES_IN_POST[year],
        [len(each.villages) * 10 + _uneven(each) for each in everywhere],
    )
    return (
        {"level": TOWNSHIP_LEVEL, "cadres_in_post": of_township[index], "remarks": Missing.BLANK},
        {"level": VILLAGE_LEVEL, "cadres_in_post": of_villages[index], "remarks": Missing.BLANK},
    )


@cache
def _people(course: Course) -> tuple[int, ...]:
    """Who came to a class, by township; a small class passes some townships by."""
    everywhere = townships()
    if course.name == FIRST_CLASS:
        return tuple(2 * villages for villages in first_class_villages())
    return tuple(
        shares(course.person_times, [len(each.villages) * 5 + 40 + _uneven(each, course.name) for each in everywhere])
    )


@cache
def first_class_villages() -> tuple[int, ...]:
    return tuple(
        shares(FIRST_CLASS_VILLAGES, [len(each.villages) * 2 + _uneven(each, "首期") // 4 for each in townships()])
    )


def _uneven(township: Township, what: str = "") -> int:
    return Dice("uneven", township.name, what).between(0, 90)
