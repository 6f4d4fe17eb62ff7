"""Every declared check, by the tables in `cases/`: a form that trips it, and one that just does not.

`form` is a sound form, `others` the forms beside it: of other datasets, and `previous`, its own last period's.  A case
changes the first line of the form, or with "@NAME" of another one; `form = […]` puts other lines in its place.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pioneer_etl.check.between import Beside, StandingForm, between_findings
from pioneer_etl.check.declared import declared_findings
from pioneer_etl.check.subject import subject_of
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.finding import Finding
from pioneer_etl.contract.model import Check, Label
from tests.check.conftest import submission_of

TABLES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(Path(__file__).parent.glob("cases/*"))}
CASES = [(dataset, name) for dataset, table in TABLES.items() for name in table["checks"]]


def changed(lines: list[dict[str, str]], change: Mapping[str, Any]) -> list[dict[str, str]]:
    if "form" in change:
        return change["form"]
    first, *rest = lines
    return [{**first, **change}, *rest]


def standing(contracts: Contracts, name: str, dataset: str, lines: list[dict[str, str]], number: int) -> StandingForm:
    last = name == "previous"
    submission = submission_of(contracts, dataset, lines, period="2003" if last else "2004")
    title = Label("上期（2003）", "last period (2003)") if last else contracts.datasets[dataset].title
    return StandingForm(subject_of(contracts, submission), f"{name}.xlsx", number, title)


def held(contracts: Contracts, dataset: str, change: Mapping[str, Any]) -> Beside:
    """The sound form of a dataset with a change, and the forms beside it."""
    table = TABLES[dataset]
    own = {name: value for name, value in change.items() if not name.startswith("@")}
    form = standing(contracts, dataset, dataset, changed(table["form"], own), 1)
    others = {
        name: standing(
            contracts,
            name,
            dataset if name == "previous" else name,
            changed(lines, change.get(f"@{name}", {})),
            number,
        )
        for number, (name, lines) in enumerate(table.get("others", {}).items(), 2)
    }
    return form, others


def findings(contracts: Contracts, dataset: str, change: Mapping[str, Any], *checks: Check) -> list[Finding]:
    """What some checks of a dataset find in its sound form, with a change."""
    form, others = held(contracts, dataset, change)
    found: list[Finding] = []
    for check in checks or contracts.datasets[dataset].checks:
        if check.forms:
            found += [each for _, each in between_findings([(form, others)], [check])]
        else:
            found += declared_findings(form.subject, check)
    return found


def check_of(contracts: Contracts, dataset: str, name: str) -> Check:
    return next(each for each in contracts.datasets[dataset].checks if each.name == name)


@pytest.mark.parametrize("dataset", TABLES)
def test_sound_forms_have_no_findings(contracts: Contracts, dataset: str) -> None:
    assert [each.message() for each in findings(contracts, dataset, {})] == []


@pytest.mark.parametrize(("dataset", "name"), CASES)
def test_a_form_that_trips_it(contracts: Contracts, dataset: str, name: str) -> None:
    case, check = TABLES[dataset]["checks"][name], check_of(contracts, dataset, name)
    [found] = findings(contracts, dataset, case["fails"], check)
    assert case["says"] in found.message()
    assert found.message("en") != found.message()
    assert found.rule == name
    assert str(found.severity) == check.severity
    assert (found.elsewhere != ()) == bool(check.forms)
    assert found.cells or check.scope == "submission"
    for each in found.elsewhere:
        assert f"{each.file} [{each.sheet}]" in found.message()


@pytest.mark.parametrize(("dataset", "name"), CASES)
def test_a_form_that_does_not(contracts: Contracts, dataset: str, name: str) -> None:
    """It holds there, and was not merely skipped: its opposite is found."""
    case, check = TABLES[dataset]["checks"][name], check_of(contracts, dataset, name)
    holds = case.get("holds", {})
    assert findings(contracts, dataset, holds, check) == []
    if not check.expression.startswith(("unique(", "complete(")):
        opposite = replace(check, expression=f"not ({check.expression})")
        assert findings(contracts, dataset, holds, opposite) != []


def together(contracts: Contracts, forms: Sequence[StandingForm]) -> list[StandingForm]:
    subject = subject_of(contracts, *(each.submission for each in forms))
    return [replace(each, subject=subject, which=which) for which, each in enumerate(forms)]


@pytest.mark.parametrize("dataset", [name for name, table in TABLES.items() if "others" in table])
def test_forms_checked_together_are_told_what_each_is_told_alone(contracts: Contracts, dataset: str) -> None:
    """Every form that trips a check of the dataset, and one without any form beside it, which is told nothing."""
    checks = [each for each in contracts.datasets[dataset].checks if each.forms]
    alone = [held(contracts, dataset, case["fails"]) for case in TABLES[dataset]["checks"].values()]
    expected = [[each for _, each in between_findings([one], checks)] for one in alone]
    assert sum(map(len, expected)) >= len(checks)

    forms = together(contracts, [*(form for form, _ in alone), alone[0][0]])
    beside = {name: together(contracts, [others[name] for _, others in alone]) for name in alone[0][1]}
    all_held = [(form, {name: those[at] for name, those in beside.items()}) for at, form in enumerate(forms[:-1])]
    found: list[list[Finding]] = [[] for _ in forms]
    for form, each in between_findings([*all_held, (forms[-1], {})], checks):
        found[form.which].append(each)
    assert found == [*expected, []]


def test_every_check_has_its_case_and_there_are_enough(contracts: Contracts) -> None:
    declared = {(name, check.name) for name, dataset in contracts.datasets.items() for check in dataset.checks}
    assert set(CASES) == declared
    assert len(declared) >= 80
    forms = [check.forms for dataset in contracts.datasets.values() for check in dataset.checks]
    assert sum("previous" in each for each in forms) >= 20
    assert sum(bool(set(each) - {"previous"}) for each in forms) >= 20
