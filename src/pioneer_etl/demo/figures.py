"""The speech's figures, counted from the truth: exact, before any rounding.

The names are those of `warehouse/summaries/speech_figures.toml`, which counts the same from the warehouse; a test
holds the two against each other, figure by figure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from pioneer_etl.demo.made.facts import CUT_OFF, Fact, Facts
from pioneer_etl.demo.made.training import FIRST_CLASS, PARTY_SCHOOL
from pioneer_etl.demo.places import township
from pioneer_etl.demo.truth import Truth

SENIOR_SECONDARY = "60"  # smaller codes are more education


def total(records: Iterable[Facts], field: str, **where: str) -> Fraction:
    """The sum of a field over the records that have every value of `where`."""
    return sum(
        (_number(facts[field]) for facts in records if all(facts[key] == value for key, value in where.items())),
        Fraction(0),
    )


def _number(fact: Fact) -> Fraction:
    return Fraction(fact) if isinstance(fact, (int, Decimal)) else Fraction(0)


def _village(records: Iterable[Facts], township_name: str, name: str) -> Facts:
    code = next(each.code for each in township(township_name).villages if each.name == name)
    return next(facts for facts in records if facts["village"] == code)


def _longgang(truth: Truth, wanted: Callable[[Facts], bool]) -> Fraction:
    roster = truth.records["reserve_cadre"]["龙港镇"]
    return Fraction(sum(map(wanted, roster)), len(roster))


def _young(facts: Facts) -> bool:
    born = facts["birth_month"]
    assert isinstance(born, date)
    return CUT_OFF.year - born.year <= 30


def _growth(facts: Facts) -> Fraction:
    before = _number(facts["income_last_year"])
    return (_number(facts["income_total"]) - before) / before


def _under(records: Iterable[Facts], limit: int) -> int:
    return sum(_number(facts["income_total"]) < limit for facts in records)


def _count(records: Iterable[Facts], **where: object) -> Fraction:
    return Fraction(sum(all(facts[key] == value for key, value in where.items()) for facts in records))


def _share(records: Sequence[Facts], wanted: Callable[[Facts], bool]) -> Fraction:
    return Fraction(sum(map(wanted, records)), len(records))


def _projects(truth: Truth, township_name: str, name: str) -> list[Facts]:
    code = next(each.code for each in township(township_name).villages if each.name == name)
    return [facts for facts in truth.all("project") if facts["village"] == code]


FIGURES: Mapping[str, Callable[[Truth], Fraction]] = MappingProxyType(
    {
        "creation_towns": lambda t: _count(t.all("pioneer_unit"), level="town_committee", batch=2),
        "creation_villages": lambda t: _count(t.all("pioneer_unit"), level="village", batch=2),
        "satisfied_teams": lambda t: _count(t.all("commendation"), title="satisfied_team"),
        "outstanding_cadres": lambda t: _count(t.all("commendation"), title="outstanding_village_cadre"),
        "trained_township_cadres": lambda t: total(t.all("training"), "person_times", level="township"),
        "trained_village_cadres": lambda t: total(t.all("training"), "person_times", level="village"),
        "cadres_in_post": lambda t: total(t.all("cadre_post"), "cadres_in_post"),
        "trained_share": lambda t: (
            total(t.all("training"), "person_times") / total(t.all("cadre_post"), "cadres_in_post")
        ),
        "degree_education": lambda t: total(t.all("training"), "person_times", kind="degree"),
        "first_class_villages": lambda t: total(t.all("training"), "villages_covered", class_name=FIRST_CLASS),
        "first_class_leaders": lambda t: total(t.all("training"), "person_times", class_name=FIRST_CLASS),
        "city_party_school": lambda t: total(t.all("training"), "person_times", class_name=PARTY_SCHOOL),
        "learning_branches": lambda t: _share(
            t.all("village_organisation"), lambda facts: facts["learning_branch"] is True
        ),
        "schooled_secretaries": lambda t: _share(
            t.all("village_organisation"), lambda facts: str(facts["secretary_education"]) <= SENIOR_SECONDARY
        ),
        "longgang_villages": lambda t: Fraction(len(t.records["village"]["龙港镇"])),
        "longgang_reserve_cadres": lambda t: Fraction(len(t.records["reserve_cadre"]["龙港镇"])),
        "longgang_reserve_young": lambda t: _longgang(t, _young),
        "longgang_reserve_schooled": lambda t: _longgang(t, lambda facts: str(facts["education"]) <= SENIOR_SECONDARY),
        "longgang_reserve_women": lambda t: _longgang(t, lambda facts: facts["sex"] == "2"),
        "yishan_villages_under_30000": lambda t: Fraction(_under(t.records["village_economy"]["宜山镇"], 3)),
        "yiyi_growth": lambda t: _growth(_village(t.all("village_economy"), "宜山镇", "宜一村")),
        "villages_under_50000": lambda t: Fraction(_under(t.all("village_economy"), 5), len(t.all("village_economy"))),
        "shuanglong_investors": lambda t: Fraction(
            len({f["investor"] for f in _projects(t, "钱库镇", "双龙村") if _number(f["investor_capital"]) > 10_000})
        ),
        "shuanglong_jobs": lambda t: total(_projects(t, "钱库镇", "双龙村"), "jobs"),
        "shuanglong_income_per_head": lambda t: _number(
            _village(t.all("village"), "钱库镇", "双龙村")["income_per_head"]
        ),
        "jinxing_investment": lambda t: total(_projects(t, "金乡镇", "金星村"), "investment"),
        "lagging_villages": lambda t: Fraction(len(t.all("weak_village"))),
        "population": lambda t: total(t.all("village"), "population") / 10_000,
    }
)
