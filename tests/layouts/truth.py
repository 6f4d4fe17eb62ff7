"""Random records of a dataset: what a drawn workbook says, and what reading it must give back.

Records are consistent (a total is the sum of its parts) and every value can be written exactly in any
unit and spelling that a layout may choose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Final, TypeAlias

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Aggregation, Dataset, OrgUnit

Value: TypeAlias = int | Decimal | date | str


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of one record: `state` is value, zero, blank, none, error or no_result; most have no `value`."""

    state: str
    value: Value | None = None


BLANK = Fact("blank")
NONE = Fact("none")

Truth: TypeAlias = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Sample:
    """Records of one dataset, those of one area (片区) side by side; `areas` names the area of each."""

    dataset: Dataset
    township: OrgUnit
    year: int
    records: tuple[Truth, ...]
    areas: tuple[str, ...]


def sample(dataset: str, count: int, contracts: Contracts, rng: Random, *, gaps: bool = True) -> Sample:
    """`count` records (fewer where a township has fewer villages) of one dataset for one township and year.

    Without `gaps` every value is there.
    """
    townships = [unit for unit in contracts.places.units if unit.level == "township" and _lasts(unit)]
    township = rng.choice(townships)
    year = rng.choice((2003, 2004, 2005))
    children = (unit for unit in contracts.places.children(township.code) if _lasts(unit))
    villages = sorted(children, key=lambda unit: (_area(unit), unit.code))
    contract = contracts.datasets[dataset]
    if dataset in _MAKES:
        chosen = sorted(rng.sample(villages, min(count, len(villages))), key=lambda unit: (_area(unit), unit.code))
        make = _MAKES[dataset]
        records = [make(unit, rng, gaps, contracts) for unit in chosen]
        return Sample(contract, township, year, tuple(records), tuple(_area(unit) for unit in chosen))
    if dataset == "reserve_cadre":
        some = rng.sample(villages, max(1, min(len(villages), count // 2)))
        of = sorted((rng.choice(some) for _ in range(count)), key=lambda unit: (_area(unit), unit.code))
        people = [_cadre(unit, number, rng, gaps) for number, unit in enumerate(of)]
        return Sample(contract, township, year, tuple(people), tuple(_area(unit) for unit in of))
    classes = sorted(
        (_class(number, year, rng, gaps) for number in range(count)), key=lambda record: str(record["kind"].value)
    )
    return Sample(contract, township, year, tuple(classes), ("",) * len(classes))


def _lasts(unit: OrgUnit) -> bool:
    """Whether a place was there in all the years that are drawn."""
    return (unit.valid_from is None or unit.valid_from.year <= 2002) and unit.valid_to is None


def _area(unit: OrgUnit) -> str:
    return unit.attributes.get("area", "")


def number(value: int | Decimal) -> Fact:
    return Fact("value" if value else "zero", value)


def _gap(fact: Fact, rng: Random, gaps: bool) -> Fact:
    """A value, or now and then none of it."""
    roll = rng.random()
    if not gaps or roll > 0.12:
        return fact
    return BLANK if roll < 0.06 else NONE


def _remark(rng: Random) -> Fact:
    return Fact("value", rng.choice(("新增", "见附件", "已核实"))) if rng.random() < 0.3 else BLANK


def _village(unit: OrgUnit, rng: Random, gaps: bool, _: Contracts) -> Truth:
    households = rng.randint(60, 900)
    population = int(households * rng.uniform(2.6, 4.2))
    labour = int(population * rng.uniform(0.4, 0.65))
    return {
        "village": Fact("value", unit.code),
        "category": _gap(Fact("value", rng.choice(("strong", "planting", "renewal", "other"))), rng, gaps),
        "households": number(households),
        "population": number(population),
        "labour_force": _gap(number(labour), rng, gaps),
        "income_per_head": _gap(number(rng.randint(2200, 9800)), rng, gaps),
    }


def _economy(unit: OrgUnit, rng: Random, gaps: bool, _: Contracts) -> Truth:
    places = rng.choice((1, 2))

    def money(most: int, zero: float = 0.15) -> Decimal:
        if rng.random() < zero:
            return Decimal(0)
        return Decimal(rng.randint(1, most * 10**places)).scaleb(-places)

    parts = {
        name: _gap(number(money(most)), rng, gaps)
        for name, most in (
            ("income_operating", 20),
            ("income_contracting", 8),
            ("income_investment", 6),
            ("income_subsidy", 5),
            ("income_other", 3),
        )
    }
    if rng.random() < 0.08:
        parts["income_investment"] = number(-Decimal(rng.randint(1, 10**places)).scaleb(-places))
        parts["income_operating"] = number(money(20, 0.0) + 5)
    total = sum((fact.value for fact in parts.values() if isinstance(fact.value, Decimal)), Decimal(0))
    assets = money(600, 0.0) + 20
    return {
        "village": Fact("value", unit.code),
        "income_total": number(total),
        **parts,
        "income_last_year": _gap(number(money(30, 0.05)), rng, gaps),
        "assets": _gap(number(assets), rng, gaps),
        "debts": _gap(number(money(18)), rng, gaps),
        "pay_system": _gap(Fact("value", rng.choice(("performance", "appraisal"))), rng, gaps),
    }


_AGES = ("members_35_or_younger", "members_36_to_45", "members_46_to_59", "members_60_or_older")
_SCHOOLS = ("members_primary", "members_junior", "members_senior", "members_college")


def _organisation(unit: OrgUnit, rng: Random, gaps: bool, _: Contracts) -> Truth:
    """A village's branch: age bands and schools each add up to its members, unless one is left out."""
    members = rng.randint(18, 48)

    def parts(names: Sequence[str]) -> dict[str, Fact]:
        edges = [0, *sorted(rng.randint(0, members) for _ in names[1:]), members]
        return {
            name: _gap(number(upper - lower), rng, gaps)
            for name, lower, upper in zip(names, edges[:-1], edges[1:], strict=True)
        }

    committee = rng.randint(3, 7)
    made = rng.randint(0, 30)
    return {
        "village": Fact("value", unit.code),
        "branch_type": Fact("value", "branch"),
        "members": number(members),
        "members_female": _gap(number(rng.randint(0, members)), rng, gaps),
        **parts(_AGES),
        **parts(_SCHOOLS),
        "branch_committee_members": _gap(number(committee), rng, gaps),
        "village_committee_members": _gap(number(rng.randint(3, 7)), rng, gaps),
        "cross_appointments": _gap(number(rng.randint(0, 3)), rng, gaps),
        "learning_branch": Fact("value", rng.random() < 0.5),
        "secretary_education": _gap(Fact("value", rng.choice(("20", "30", "60", "70"))), rng, gaps),
        "pledges_made": _gap(number(made), rng, gaps),
        "pledges_kept": _gap(number(rng.randint(0, made)), rng, gaps),
    }


_MAKES: Final = {"village": _village, "village_economy": _economy, "village_organisation": _organisation}

_SURNAMES = "陈林黄李王杨吴郑周徐"
_GIVEN = "志明建国小红秀英海燕永强丽华文斌晓东美玲国庆春梅德才立新"


def _cadre(unit: OrgUnit, number_: int, rng: Random, gaps: bool) -> Truth:
    """A made-up person; names differ by their number so that no two records are equal."""
    start = rng.randrange(0, len(_GIVEN) - 1)
    name = _SURNAMES[number_ % len(_SURNAMES)] + _GIVEN[start : start + rng.choice((1, 2))]
    birth = date(rng.randint(1958, 1985), rng.randint(1, 12), 1)
    sex = rng.choice("12")
    return {
        "name": Fact("value", name),
        "sex": Fact("value", sex),
        "birth_month": Fact("value", birth),
        "ethnicity": _gap(Fact("value", rng.choice(("01", "01", "01", "22", "03"))), rng, gaps),
        "education": Fact("value", rng.choice(("20", "30", "40", "60", "70"))),
        "political_status": _gap(Fact("value", rng.choice(("01", "02", "03", "13"))), rng, gaps),
        "village": Fact("value", unit.code),
        "recommended_by": _gap(Fact("value", rng.choice(("党员推荐", "村民代表推荐", "镇党委推荐"))), rng, gaps),
        "placement": _gap(Fact("value", rng.choice(("村主任助理", "团支部书记", "会计"))), rng, gaps),
        "id_number": _gap(Fact("value", _id_number(birth, sex, rng)), rng, gaps),
        "phone": _gap(Fact("value", f"13{rng.randint(100000000, 999999999)}"), rng, gaps),
        "remarks": _remark(rng),
    }


def _id_number(birth: date, sex: str, rng: Random) -> str:
    """A made-up ID number with a right check digit (GB 11643); county code 999999 belongs to nobody."""
    serial = rng.randint(0, 49) * 2 + (1 if sex == "1" else 0)
    digits = f"999999{birth:%Y%m}{rng.randint(1, 28):02d}{serial + 100:03d}"
    weights = [pow(2, 17 - place, 11) for place in range(17)]
    total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
    return digits + "10X98765432"[total % 11]


_CLASSES = ("党支部书记", "村主任", "妇女干部", "农业科技", "政策法规", "财务管理", "团干部", "党员先锋")


def _class(number_: int, year: int, rng: Random, gaps: bool) -> Truth:
    level = rng.choice(("township", "village"))
    rate = Decimal(rng.randint(700, 995)).scaleb(-3)
    covered = number(rng.randint(5, 40)) if level == "village" else BLANK
    return {
        "class_name": Fact("value", f"{rng.choice(_CLASSES)}培训班第{number_ + 1}期"),
        "kind": Fact("value", rng.choice(("political_theory", "degree", "post", "practical"))),
        "level": Fact("value", level),
        "date": Fact("value", date(year, rng.randint(1, 12), 1)),
        "person_times": number(rng.randint(40, 260)),
        "villages_covered": covered,
        "attendance_rate": _gap(Fact("value", rate), rng, gaps),
        "organiser": _gap(Fact("value", rng.choice(("镇党委", "县委党校", "县委组织部"))), rng, gaps),
        "venue": _gap(Fact("value", rng.choice(("镇会议室", "县委党校", "成人学校"))), rng, gaps),
        "remarks": _remark(rng),
    }


def with_two_names(drawn: Sample, sign: str, rng: Random) -> Sample:
    """The sample with two people's names in the cell of some of its records."""
    records = [
        {**record, "name": Fact("value", f"{record['name'].value}{sign}{rng.choice(_SURNAMES)}{rng.choice(_GIVEN)}")}
        if number == 0 or rng.random() < 0.25
        else record
        for number, record in enumerate(drawn.records)
    ]
    return replace(drawn, records=tuple(records))


def broken(drawn: Sample, state: str, rng: Random) -> Sample:
    """The sample with about one record in four lacking a number, because its formula is broken (`state`)."""
    optional = [f.name for f in drawn.dataset.fields if not f.required and f.aggregation is Aggregation.SUM]
    if not optional:
        return drawn
    records = [
        {**record, rng.choice(optional): Fact(state)} if rng.random() < 0.25 else record for record in drawn.records
    ]
    return replace(drawn, records=tuple(records))


def sums(records: Sequence[Truth], field: str) -> Fact:
    """The printed total of one field over some records; what is not there counts for nothing."""
    values = [record[field].value for record in records if record[field].value is not None]
    total = sum((value for value in values if isinstance(value, int | Decimal)), Decimal(0))
    return number(int(total) if all(isinstance(value, int) for value in values) else total)
