"""Dataset `village_organisation`: a village's branch, its members and committees, its secretary."""

from __future__ import annotations

from functools import cache

from pioneer_etl.demo.dice import Dice, shares
from pioneer_etl.demo.made.facts import YEAR, Fact, Facts, Missing
from pioneer_etl.demo.made.villages import populations
from pioneer_etl.demo.places import Township, Village, townships

# Of 780 villages: 21.0 % are learning branches, 72.6 % have a secretary with senior secondary education or more.
LEARNING_BRANCHES = {2003: 92, 2004: 164}
SCHOOLED_SECRETARIES = {2003: 521, 2004: 566}
_SCHOOLED = (("60", 58), ("40", 22), ("30", 16), ("20", 4))
_UNSCHOOLED = (("70", 88), ("80", 12))
_AGES = ("members_35_or_younger", "members_36_to_45", "members_46_to_59", "members_60_or_older")
_SCHOOLING = ("members_primary", "members_junior", "members_senior", "members_college")
_LARGE, _MIDDLE, _SMALL = 100, 50, 15  # members of a committee's, a general branch's, a joint branch's village


def village_organisation_facts(township: Township, year: int) -> tuple[Facts, ...]:
    """The township's records, one a village, in the order of the codes."""
    return tuple(_facts(village, year) for village in township.villages)


def _facts(village: Village, year: int) -> Facts:
    dice = Dice("organisation", village.code)
    members = 6 + populations()[village.code] * dice.between(15, 27) // 1000
    pledges = members * dice.between(40, 110) // 100
    branch, village_committee = dice.pick((3, 3, 5, 5, 7)), dice.pick((3, 5, 5, 7))
    ages = [dice.between(10, 26), dice.between(16, 30), dice.between(24, 38), dice.between(18, 40)]
    schooling = [dice.between(24, 46), dice.between(26, 44), dice.between(10, 26), dice.between(1, 9)]
    women = dice.between(9, 24)
    kept = dice.between(70, 100)
    cross = dice.between(0, min(branch, village_committee))
    if year < YEAR:  # a few have joined since, fewer than have died
        members = max(3, members - dice.between(-1, 3))
        pledges = pledges * dice.between(55, 90) // 100
    facts: dict[str, Fact] = {"village": village.code, "branch_type": _branch_type(members, dice), "members": members}
    facts["members_female"] = members * women // 100
    facts |= dict(zip(_AGES, shares(members, ages), strict=True))
    facts |= dict(zip(_SCHOOLING, shares(members, schooling), strict=True))
    facts["branch_committee_members"] = branch
    facts["village_committee_members"] = village_committee
    facts["cross_appointments"] = cross if year == YEAR else max(0, cross - dice.below(2))
    facts["learning_branch"] = village.code in _chosen("learning", LEARNING_BRANCHES[year])
    schooled = village.code in _chosen("schooled", SCHOOLED_SECRETARIES[year])
    facts["secretary_education"] = dice.weighted(_SCHOOLED if schooled else _UNSCHOOLED)
    facts["pledges_made"] = pledges if pledges else Missing.NONE
    facts["pledges_kept"] = pledges * kept // 100 if dice.hits(94) else Missing.BLANK
    return facts


def _branch_type(members: int, dice: Dice) -> str:
    if members >= _LARGE:
        return "party_committee" if dice.hits(30) else "general_branch"
    if members >= _MIDDLE:
        return "general_branch"
    return "joint_branch" if members < _SMALL and dice.hits(40) else "branch"


@cache
def _chosen(what: str, number: int) -> frozenset[str]:
    """So many villages; who was chosen once is among the more of a later year."""
    villages = [village.code for each in townships() for village in each.villages]
    return frozenset(Dice("organisation", what).shuffled(villages)[:number])
