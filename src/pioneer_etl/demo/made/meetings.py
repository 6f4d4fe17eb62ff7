"""Dataset `service_meeting`: what villagers asked their cadres, and when they were answered."""

from __future__ import annotations

from datetime import date, timedelta

from pioneer_etl.demo.dice import Dice
from pioneer_etl.demo.made.creation import creation_villages
from pioneer_etl.demo.made.facts import Fact, Facts, Missing
from pioneer_etl.demo.made.people import person_name
from pioneer_etl.demo.places import Township, Village

_QUESTIONS = (
    "村财务公开栏三个月没有更新",
    "通村公路路面破损何时修复",
    "自来水水压不足",
    "垃圾无人清运",
    "宅基地审批太慢",
    "老人协会活动场地太小",
    "低保户评定是否公开",
    "机耕路被占用",
    "河道淤塞影响排涝",
    "村小学校舍漏雨",
    "路灯损坏多盏",
    "山林承包款如何分配",
    "农网改造收费偏高",
    "合作医疗报销手续麻烦",
    "水渠年久失修",
    "外来办厂占地补偿未到位",
    "村集体鱼塘发包未经讨论",
    "建房占用消防通道",
)
_OFFICES = ("村党支部书记", "村委会主任", "村文书", "村会计", "妇女主任")
_LAST_DAY = (12, 5)  # meetings are over by then: every answer is due within the year


def service_meeting_facts(township: Township, year: int) -> tuple[Facts, ...]:
    """The township's records, one a question, village by village and day by day."""
    records: list[Facts] = []
    creation = {each.code for each in creation_villages(township, year)}
    for index, village in enumerate(township.villages):
        dice = Dice("service", village.code, str(year))
        if village.code in creation:
            for _ in range(dice.between(1, 2)):
                records += _meeting(village, year, dice)
        if index == 0 or dice.hits(14):  # the first village always has something to tell
            records.append(_question(village, _day(dice, year), "ledger", Missing.NONE, dice.pick(_QUESTIONS), dice))
    return tuple(_once(records))


def _once(records: list[Facts]) -> list[Facts]:
    """The records without those that repeat a village's question of the same day, in the order of place and day."""
    unique = {(str(each["village"]), each["date"], each["question"]): each for each in records}
    return [unique[key] for key in sorted(unique)]


def _meeting(village: Village, year: int, dice: Dice) -> list[Facts]:
    day, attendance = _day(dice, year), dice.between(18, 85)
    asked = dice.shuffled(_QUESTIONS)[: dice.between(1, 3)]
    return [_question(village, day, "inquiry_meeting", attendance, each, dice) for each in asked]


def _day(dice: Dice, year: int) -> date:
    first = date(year, 3, 1)
    return first + timedelta(dice.below((date(year, *_LAST_DAY) - first).days))


def _question(
    village: Village, day: date, kind: str, attendance: int | Missing, question: str, dice: Dice
) -> dict[str, Fact]:
    due = day + timedelta(dice.pick((7, 10, 15)))
    answered: date | Missing = Missing.BLANK
    if dice.hits(93):
        answered = day + timedelta(dice.between(0, (due - day).days)) if dice.hits(88) else due + timedelta(4)
    who = dice.pick(_OFFICES) if dice.hits(35) else person_name(dice, dice.hits(15))
    return {
        "village": village.code,
        "date": day,
        "kind": kind,
        "attendance": attendance,
        "question": question,
        "answered_by": who,
        "due_date": due,
        "answered_on": answered,
        "satisfied": dice.hits(90) if isinstance(answered, date) else Missing.BLANK,
    }
