"""Submissions made by hand, as readable tables: one dict a record, cells as a sheet prints them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from pioneer_etl.check.run import check_submission
from pioneer_etl.contract.address import Position
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.finding import Finding
from pioneer_etl.contract.load import load_contracts
from pioneer_etl.contract.model import Check, Dataset, FieldType, OrgUnit
from pioneer_etl.contract.period import parse_period
from pioneer_etl.contract.places import Places
from pioneer_etl.transform.model import FieldValue, Part, PrintedTotal, Record, Submission, ValueState

ROOT = Path(__file__).parents[2]

TOWN = OrgUnit("330327102000", "宜山镇", "township", "330327000000")
VILLAGES = tuple(
    OrgUnit(f"33032710220{n}", name, "village", TOWN.code) for n, name in enumerate(("宜一村", "宜二村", "宜三村"))
)
OTHER_TOWN = OrgUnit("330327101000", "龙港镇", "township", "330327000000")
ELSEWHERE = OrgUnit("330327101200", "龙一村", "village", OTHER_TOWN.code)
COUNTY = OrgUnit("330327000000", "苍南县", "county", None)

Line: TypeAlias = Mapping[str, str | None]
Run: TypeAlias = Callable[..., list[Finding]]


def field_value(dataset: Dataset, name: str, text: str | None, cell: Position, places: Places) -> FieldValue:
    """A cell as the transform stage would hand it on.  None is a missing column, "#" an unreadable cell."""
    if text is None:
        return FieldValue(None, ValueState.ABSENT)
    if text == "":
        return FieldValue(None, ValueState.BLANK, cell)
    if text == "无":
        return FieldValue(None, ValueState.NONE, cell, text)
    if text == "#":
        return FieldValue(None, ValueState.UNREADABLE, cell, text)
    kind = dataset.field(name).type
    if kind is FieldType.PERCENT:
        number = Decimal(text.rstrip("%"))
        return FieldValue(number / 100, ValueState.VALUE, cell, text, _decimals(text.rstrip("%")) + 2)
    if kind in (FieldType.INTEGER, FieldType.DECIMAL):
        value = int(text) if kind is FieldType.INTEGER else Decimal(text)
        state = ValueState.VALUE if value else ValueState.ZERO
        return FieldValue(value, state, cell, text, _decimals(text))
    if kind in (FieldType.DATE, FieldType.MONTH):
        parts = [int(part) for part in text.split("-")]
        return FieldValue(date(*[*parts, 1][:3]), ValueState.VALUE, cell, text)
    if kind is FieldType.BOOLEAN:
        return FieldValue(text == "是", ValueState.VALUE, cell, text)
    if kind is FieldType.PLACE:
        unit = next(unit for unit in places.units if unit.name == text)
        return FieldValue(unit.code, ValueState.VALUE, cell, text)
    return FieldValue(text, ValueState.VALUE, cell, text)


def _decimals(text: str) -> int:
    return len(text.partition(".")[2])


def submission_of(
    contracts: Contracts,
    dataset: str,
    lines: Sequence[Line],
    *,
    period: str = "2004",
    township: OrgUnit | None = TOWN,
    totals: Sequence[tuple[str, Sequence[int], Line]] = (),
    confirmed: bool | None = False,
) -> Submission:
    """Records from row 5 on, each field in its column (A, B, … in the contract's order), totals below."""
    contract = contracts.datasets[dataset]
    columns = {field.name: number for number, field in enumerate(contract.fields, 1)}

    def values(row: int, line: Line) -> dict[str, FieldValue]:
        return {
            name: field_value(contract, name, line.get(name), Position(row, column), contracts.places)
            for name, column in columns.items()
        }

    records = []
    for row, line in enumerate(lines, 5):
        found = values(row, line)
        code = found[contract.place_field].value if contract.place_field else None
        records.append(Record(row, found, contracts.places.unit(str(code)) if code else None))
    printed = tuple(
        PrintedTotal(row, label, tuple(covers), values(row, line), confirmed)
        for row, (label, covers, line) in enumerate(totals, 5 + len(lines))
    )
    part = Part("表1", 0, "test", False, columns, tuple(records), printed)
    return Submission(contract, township, parse_period(period), (part,))


def named(dataset: str, found: Finding) -> str:
    """What a finding is called in these tests: dataset.check, or dataset.field.built-in for the built-in ones."""
    kind = found.code.removeprefix("check.").removesuffix("_column")
    if found.rule is not None:
        return f"{dataset}.{found.rule}"
    if kind.startswith("duplicate"):
        return f"{dataset}.key"
    return f"{dataset}.{found.arguments['field']}.{kind}"


@pytest.fixture(scope="session")
def contracts() -> Contracts:
    """The repository's own datasets over a county of two small townships."""
    loaded = load_contracts(ROOT)
    places = Places((COUNTY, TOWN, OTHER_TOWN, *VILLAGES, ELSEWHERE))
    return Contracts(loaded.datasets, loaded.code_lists, places, loaded.root)


@pytest.fixture
def run(contracts: Contracts) -> Run:
    """Checks a submission made of lines; gives the findings of the one rule that is asked for."""

    def run(dataset: str, lines: Sequence[Line], rule: str | None = None, **options: Any) -> list[Finding]:
        extra: Sequence[Check] = options.pop("extra", ())
        submission = submission_of(contracts, dataset, lines, **options)
        findings = check_submission(submission, contracts, extra)
        return [each for each in findings if rule is None or named(dataset, each) == rule]

    return run


@pytest.fixture
def make_submission() -> Callable[..., Submission]:
    """Makes a submission of lines under some contracts, to be checked as it is or changed first."""
    return submission_of


@pytest.fixture
def name_of() -> Callable[[str, Finding], str]:
    return named
