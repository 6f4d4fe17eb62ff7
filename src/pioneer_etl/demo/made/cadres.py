"""Dataset `reserve_cadre`: rosters of made-up people; 龙港's shares come out as in the speech."""

from __future__ import annotations

from datetime import date

from pioneer_etl.demo.dice import Dice
from pioneer_etl.demo.made.facts import CUT_OFF, YEAR, Fact, Facts, Missing
from pioneer_etl.demo.made.people import check_digit, id_number, person_name, telephone
from pioneer_etl.demo.places import Township, Village

# 龙港: 311 people, of them 67 % aged 30 or younger, 46 % senior secondary or more, 19 % women.
WRONG_ID = ("宜山镇", 6)
LONGGANG_TOTAL, LONGGANG_YOUNG, LONGGANG_SCHOOLED, LONGGANG_WOMEN = 311, 208, 143, 59

# Codes of the lists education and political_status.
_SCHOOLED = (("60", 44), ("40", 25), ("30", 24), ("20", 7))
_UNSCHOOLED = (("70", 86), ("80", 14))
_STATUS = (("01", 46), ("03", 20), ("13", 34))
_RECOMMENDED = ("村党支部推荐", "党员大会推荐", "村民代表会议推荐", "联村干部推荐", "个人自荐")
_PLACEMENT = ("村主任助理", "村团支部书记", "村文书", "民兵连长", "镇农办挂职", "妇女主任助理", "村务监督员")
_REMARKS = ("种养大户", "退伍军人", "办厂", "在外经商", "村医", "个体户", "民办教师")


def reserve_cadre_facts(township: Township, year: int) -> tuple[Facts, ...]:
    """The township's roster in the order of its villages; no two people of it share name and village."""
    latest = _latest(township)
    if year == YEAR:
        return latest
    first = {facts["village"]: facts for facts in reversed(latest)}  # no village is without one
    return tuple(_before(facts) for facts in latest if facts is first[facts["village"]] or _was_there(facts))


def _was_there(facts: Facts) -> bool:
    """Whether somebody stood on the roster of the year before."""
    return Dice("reserve cadre before", str(facts["village"]), str(facts["name"])).hits(91)


def _before(facts: Facts) -> Facts:
    """Somebody a year before: some had no post to try themselves in yet, and no ID number was typed wrong."""
    dice = Dice("reserve cadre then", str(facts["village"]), str(facts["name"]))
    number = str(facts["id_number"])
    placement = facts["placement"] if dice.hits(80) else Missing.BLANK
    return {**facts, "id_number": number[:17] + check_digit(number[:17]), "placement": placement}


def _latest(township: Township) -> tuple[Facts, ...]:
    dice = Dice("reserve cadres", township.name)
    posts = _posts(township, dice)
    young, schooled, women = _marks(township, len(posts), dice)
    taken: set[str] = set()
    records: list[Facts] = []
    for index, village in enumerate(posts):
        woman = women[index]
        name = person_name(dice, woman)
        while name in taken:
            name = person_name(dice, woman)
        taken.add(name)
        person = _person(dice, village, name, woman, young[index], schooled[index], township)
        if (township.name, index) == WRONG_ID:  # the check digit was typed wrong
            last = str(person["id_number"])[-1]
            person["id_number"] = str(person["id_number"])[:-1] + ("1" if last != "1" else "2")
        records.append(person)
    return tuple(records)


def _posts(township: Township, dice: Dice) -> list[Village]:
    """The village of each person on the roster."""
    if township.name == "龙港镇":
        extra = dice.shuffled(township.villages)[: LONGGANG_TOTAL - 2 * len(township.villages)]
        counts = {village.code: 2 + (village in extra) for village in township.villages}
    else:
        usual = dice.between(1, 2)
        counts = {village.code: usual + dice.below(3) for village in township.villages}
    return [village for village in township.villages for _ in range(counts[village.code])]


def _marks(township: Township, people: int, dice: Dice) -> tuple[list[bool], list[bool], list[bool]]:
    """Who is 30 or younger, who has senior secondary education or more, who is a woman."""
    if township.name == "龙港镇":
        numbers = (LONGGANG_YOUNG, LONGGANG_SCHOOLED, LONGGANG_WOMEN)
    else:
        numbers = (
            people * dice.between(38, 64) // 100,
            people * dice.between(30, 58) // 100,
            people * dice.between(9, 24) // 100,
        )
    young, schooled, women = (dice.shuffled([index < number for index in range(people)]) for number in numbers)
    return young, schooled, women


def _person(
    dice: Dice, village: Village, name: str, woman: bool, young: bool, schooled: bool, township: Township
) -> dict[str, Fact]:
    # Born 1974 or later is 30 or younger on the last day of 2004, whatever the month.
    year = (
        dice.between(CUT_OFF.year - 30, CUT_OFF.year - 20)
        if young
        else dice.between(CUT_OFF.year - 44, CUT_OFF.year - 31)
    )
    born = date(year, dice.between(1, 12), dice.between(1, 28))
    status = dice.weighted(_STATUS)
    if status == "03" and CUT_OFF.year - year >= 28:
        status = "13"
    minority = dice.hits(55 if "畲族" in township.name else 2)
    placement: Fact = dice.pick(_PLACEMENT) if dice.hits(38) else dice.pick((Missing.BLANK, Missing.NONE))
    return {
        "name": name,
        "sex": "2" if woman else "1",
        "birth_month": born.replace(day=1),
        "ethnicity": "22" if minority else "01",
        "education": dice.weighted(_SCHOOLED if schooled else _UNSCHOOLED),
        "political_status": status,
        "id_number": id_number(dice, born, woman),
        "phone": telephone(dice) if dice.hits(85) else Missing.BLANK,
        "village": village.code,
        "recommended_by": dice.pick(_RECOMMENDED),
        "placement": placement,
        "remarks": dice.pick(_REMARKS) if dice.hits(16) else Missing.BLANK,
    }
