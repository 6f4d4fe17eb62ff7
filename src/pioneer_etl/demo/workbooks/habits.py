"""From headings and fields to columns: what kind of value each field has, and how one township's clerk writes it.

A format names its headings and says how its clerk writes each kind of value once; the rest follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from pioneer_etl.demo.made.facts import Fact, Facts, Missing
from pioneer_etl.demo.workbooks.common import CATEGORY, EDUCATION, ETHNICITY, KIND, LEVEL, PAY, SEX, STATUS
from pioneer_etl.demo.workbooks.form import Column
from pioneer_etl.demo.workbooks.hand import Clerk, Write, money, month, percent, place, spelt, text, whole
from pioneer_etl.demo.workbooks.page import Content

_FIELDS: Final = {
    "place": "village unit",
    "people": "population labour_force person_times cadres_in_post attendance jobs members members_female "
    "members_35_or_younger members_36_to_45 members_46_to_59 members_60_or_older members_primary members_junior "
    "members_senior members_college branch_committee_members village_committee_members cross_appointments",
    "count": "households income_per_head villages_covered batch award_year pledges_made pledges_kept",
    "money": "income_total income_operating income_contracting income_investment income_subsidy income_other "
    "income_last_year assets debts investment investor_capital",
    "score": "score_team score_members score_service score_management score_strength score_total",
    "area": "land",
    "rate": "attendance_rate",
    "month": "birth_month",
    "day": "date due_date answered_on",
    "yes": "learning_branch plan_made measures_started accepted satisfied",
    "person": "name dispatched_cadre",
    "code": "category pay_system kind level sex ethnicity education secretary_education political_status title "
    "branch_type state",
}
KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {name: kind for kind, names in _FIELDS.items() for name in names.split()}
)
# What a form adds up: shares, years and incomes per head are not.
_NOT_SUMMED: Final = ("income_per_head", "villages_covered", "batch", "award_year", "attendance", "investor_capital")
_SUMMED: Final = ("people", "count", "money", "area")
_WIDTHS: Final = {"place": 14, "day": 13, "month": 11, "person": 10, "text": 18, "money": 12, "code": 12}

BRANCH: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "party_committee": ("党委",),
        "general_branch": ("党总支", "总支"),
        "branch": ("党支部", "支部"),
        "joint_branch": ("联合支部", "联合党支部"),
    }
)
ASSISTANCE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"in_progress": ("整顿中", "正在整顿"), "improved": ("已转化", "转化")}
)
TITLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "satisfied_team": ("群众满意的好班子", "群众满意好班子"),
        "outstanding_village_cadre": ("优秀村干部",),
        "other": ("其他",),
    }
)
MEETING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"inquiry_meeting": ("民情质询会", "质询会"), "ledger": ("民情台账", "台账")}
)
CREATION: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"town_committee": ("乡镇党委", "镇党委"), "village": ("村",)}
)
_SPELLINGS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "category": CATEGORY,
        "pay_system": PAY,
        "kind": MappingProxyType({**KIND, **MEETING}),
        "level": MappingProxyType({**LEVEL, "town_committee": ("乡镇党委", "镇党委")}),
        "sex": SEX,
        "ethnicity": ETHNICITY,
        "education": EDUCATION,
        "secretary_education": EDUCATION,
        "political_status": STATUS,
        "title": TITLES,
        "branch_type": BRANCH,
        "state": ASSISTANCE,
    }
)


def yes_no(yes: str = "是", no: str = "否") -> Write:
    """A yes or no in a township's words; an empty `no` leaves the cell empty."""

    def write(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
        if isinstance(fact, Missing):
            return clerk.none_mark if fact is Missing.NONE else None
        return yes if fact else no or None

    return write


def day(style: str) -> Write:
    """A day: `chinese` (2004年3月5日), `dotted` (2004.3.5), `dashed` (2004-03-05), `digits` (20040305),
    `short` (04年3月5日), `slashed` (2004/3/5) or `date` (a true date)."""

    def write(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
        if isinstance(fact, Missing):
            return clerk.none_mark if fact is Missing.NONE else None
        assert isinstance(fact, date)
        if style == "date":
            return fact
        return {
            "chinese": f"{fact.year}年{fact.month}月{fact.day}日",
            "short": f"{fact:%y}年{fact.month}月{fact.day}日",
            "dotted": f"{fact.year}.{fact.month}.{fact.day}",
            "slashed": f"{fact.year}/{fact.month}/{fact.day}",
            "dashed": f"{fact:%Y-%m-%d}",
            "digits": f"{fact:%Y%m%d}",
        }[style]

    return write


def decimal(style: str = "number") -> Write:
    """A number as it is, or as `text`; a whole one without decimals."""

    def write(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
        if isinstance(fact, Missing):
            return clerk.none_mark if fact is Missing.NONE else None
        assert isinstance(fact, int | Decimal)
        plain = f"{fact:f}".rstrip("0").rstrip(".") if isinstance(fact, Decimal) and fact % 1 else f"{int(fact)}"
        return plain if style == "text" else Decimal(plain)

    return write


@dataclass(frozen=True, slots=True)
class Habits:
    """How a clerk writes each kind of value, and single fields in a way of their own."""

    kinds: Mapping[str, Write] = field(default_factory=dict)
    fields: Mapping[str, Write] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)  # number formats by kind

    def write(self, name: str, kind: str) -> Write:
        """How a field is written."""
        own = self.fields.get(name) or self.kinds.get(kind)
        if own is not None:
            return own
        if kind == "code":
            return spelt(_SPELLINGS[name])
        return {
            "place": place("full"),
            "people": whole(),
            "count": whole(),
            "money": money(),
            "score": decimal(),
            "area": decimal(),
            "rate": percent("sign"),
            "month": month("chinese"),
            "day": day("chinese"),
            "yes": yes_no(),
        }.get(kind, text)

    def column(self, heading: str, name: str, kind: str | None = None, **more: Any) -> Column:
        """A column for a field; the parts of its heading are set apart by "/"."""
        kind = kind or KINDS.get(name, "text")
        known: dict[str, Any] = {
            "width": _WIDTHS.get(kind, 10),
            "summed": kind in _SUMMED and name not in _NOT_SUMMED,
            "horizontal": {"text": "left", "place": "left"}.get(kind, "right" if kind in _SUMMED else "center"),
            "format": self.formats.get(kind, "General"),
        }
        return Column(tuple(heading.split("/")), name, self.write(name, kind), **{**known, **more})

    def columns(self, *named: tuple[str, str] | tuple[str, str, str] | Column) -> tuple[Column, ...]:
        """Columns for pairs of heading and field, with a kind where the field has several; others as they are."""
        return tuple(each if isinstance(each, Column) else self.column(*each) for each in named)


def serial(heading: str = "序号", width: float = 6) -> Column:
    """The column that numbers the rows."""
    return Column((heading,), number=True, width=width)
