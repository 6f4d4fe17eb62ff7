"""Columns from headings and fields: what kind of value a field is decides how a township's clerk writes it.

hand = habits(money=money("元"), month=month("chinese"))
columns("village_economy", hand, ("村名", "village", 16), ("收入/合计", "income_total"))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

from pioneer_etl.demo.workbooks.common import (
    CATEGORY,
    EDUCATION,
    ETHNICITY,
    KIND,
    LEVEL,
    PAY,
    SEX,
    STATUS,
)
from pioneer_etl.demo.workbooks.form import Column
from pioneer_etl.demo.workbooks.hand import (
    Write,
    day,
    decimal,
    money,
    month,
    percent,
    place,
    spaced_name,
    spelt,
    text,
    whole,
    yes_no,
)

# A heading (its parts joined by "/"), the field below it, and the column's width.
Item: TypeAlias = tuple[str, str, float] | tuple[str, str] | Column
Habits: TypeAlias = Mapping[str, Write]

MONEY = (
    "income_total",
    "income_operating",
    "income_contracting",
    "income_investment",
    "income_subsidy",
    "income_other",
    "income_last_year",
    "assets",
    "debts",
)
_WHOLE = (
    "households population labour_force income_per_head person_times villages_covered cadres_in_post members "
    "members_female members_35_or_younger members_36_to_45 members_46_to_59 members_60_or_older members_primary "
    "members_junior members_senior members_college branch_committee_members village_committee_members "
    "cross_appointments pledges_made pledges_kept attendance jobs"
)
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        field: kind
        for kind, fields in {
            "money": f"{' '.join(MONEY)} investment investor_capital",
            "whole": _WHOLE,
            "number": "batch award_year",
            "decimal": "score_team score_members score_service score_management score_strength score_total land",
            "percent": "attendance_rate",
            "month": "birth_month training.date",
            "day": "date due_date answered_on",
            "place": "village unit",
            "name": "name dispatched_cadre",
            "yes_no": "learning_branch plan_made measures_started accepted satisfied",
        }.items()
        for field in fields.split()
    }
)
_NOT_SUMMED = frozenset("income_per_head villages_covered attendance".split())  # noqa: SIM905
_NUMERIC = frozenset(["money", "whole", "decimal", "percent"])

CREATION_LEVEL: Mapping[str, tuple[str, ...]] = MappingProxyType({"town_committee": ("乡镇党委",), "village": ("村",)})
STATE: Mapping[str, tuple[str, ...]] = MappingProxyType({"in_progress": ("整顿中",), "improved": ("已转化",)})
BRANCH: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "party_committee": ("党委",),
        "general_branch": ("党总支", "总支"),
        "branch": ("党支部", "支部"),
        "joint_branch": ("联合支部",),
    }
)
MEETING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"inquiry_meeting": ("民情质询会", "质询会"), "ledger": ("民情台账", "台账")}
)
AWARD: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "satisfied_team": ("群众满意的好班子",),
        "outstanding_village_cadre": ("优秀村干部",),
        "other": ("其他",),
    }
)
_CODES: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "category": CATEGORY,
        "pay_system": PAY,
        "sex": SEX,
        "ethnicity": ETHNICITY,
        "education": EDUCATION,
        "secretary_education": EDUCATION,
        "political_status": STATUS,
        "branch_type": BRANCH,
        "state": STATE,
        "training.kind": KIND,
        "training.level": LEVEL,
        "cadre_post.level": LEVEL,
        "service_meeting.kind": MEETING,
        "pioneer_unit.level": CREATION_LEVEL,
        "commendation.title": AWARD,
    }
)
_USUAL: Habits = MappingProxyType(
    {
        "money": money(),
        "whole": whole(),
        "number": whole(),
        "decimal": decimal(),
        "percent": percent(),
        "month": month("chinese"),
        "day": day("dashed"),
        "place": place("full"),
        "name": spaced_name,
        "yes_no": yes_no("是", "否"),
        "text": text,
    }
)


def habits(**ways: Write) -> Habits:
    """How a clerk writes each kind of value (money, whole, percent, month, day, place, name, yes_no, text), or a
    field by its name."""
    return MappingProxyType({**_USUAL, **ways})


def columns(dataset: str, hand: Habits, *items: Item) -> tuple[Column, ...]:
    """The columns of a form of `dataset`: numbers at the right, what can be is summed; a Column is taken as it is."""
    return tuple(each if isinstance(each, Column) else _column(dataset, hand, *each) for each in items)


def _column(dataset: str, hand: Habits, heading: str, field: str, width: float = 10) -> Column:
    full = f"{dataset}.{field}"
    codes = _CODES.get(full) or _CODES.get(field) if full != "commendation.level" else None
    kind = _KINDS.get(full) or _KINDS.get(field, "text")
    write = hand.get(full) or hand.get(field) or (spelt(codes) if codes else hand[kind])
    numeric = kind in _NUMERIC and not codes
    summed = kind in ("money", "whole") and field not in _NOT_SUMMED and not codes
    return Column(
        tuple(heading.split("/")),
        field,
        write,
        width,
        summed=summed,
        horizontal="right" if numeric else "left" if kind == "text" and not codes else "center",
    )


def labelled(made: tuple[Column, ...], field: str) -> tuple[Column, ...]:
    """The columns with the one of `field` as the place of 合计 and 小计."""
    return tuple(replace(each, label=each.field == field) for each in made)


def formatted(made: tuple[Column, ...], **formats: str) -> tuple[Column, ...]:
    """The columns with number formats for fields."""
    return tuple(replace(each, format=formats.get(each.field or "", each.format)) for each in made)
