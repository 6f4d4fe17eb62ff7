"""Each feature of a layout alone, on the plainest table, and pairs of them."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.layouts.choice import DATASETS, VALUES, LayoutChoice, settle, single
from tests.layouts.compare import Outcome, outcome, read_back, smallest
from tests.layouts.draw import draw
from tests.layouts.kit import repository_contracts

FEATURES = [(name, value) for name, values in VALUES.items() for value in values]


@cache
def read_once(layout: LayoutChoice) -> Outcome:
    """What became of a layout; the plainest one stands under every feature."""
    return outcome(layout, repository_contracts())


def not_exact(name: str, value: Any, seed: int) -> list[str]:
    """The layouts with one feature, one of every dataset that it goes with, that are not read exactly."""
    layouts = [found for each in DATASETS if (found := single(name, value, each, seed))]
    assert layouts
    read = [(each, read_once(each)) for each in layouts]
    return [f"{each}: {found}" for each, found in read if found.verdict != "ok" or found.unaccounted]


@pytest.mark.parametrize(("name", "value"), FEATURES, ids=[f"{name}={value!r}" for name, value in FEATURES])
def test_a_feature_alone_is_read_exactly(name: str, value: Any) -> None:
    assert not_exact(name, value, seed=1) == []


@pytest.mark.slow
def test_a_feature_alone_is_read_exactly_with_other_records() -> None:
    assert [each for name, value in FEATURES for each in not_exact(name, value, seed=2)] == []


@pytest.mark.parametrize("state", ["error", "no_result"])
@pytest.mark.parametrize("dataset", ["village", "village_economy"])
def test_a_broken_cell_is_asked_about_and_named(dataset: str, state: str) -> None:
    layout = settle(LayoutChoice(seed=5, dataset=dataset, count=20, broken=state))
    drawn = draw(layout, repository_contracts())
    broken = sum(fact.state == state for record in drawn.samples[0].records for fact in record.values())
    back = read_back(drawn, repository_contracts())
    assert broken
    assert {each.code for each in back.quarantined} == {f"value.{'error_cell' if state == 'error' else state}"}
    assert sum(int(each.arguments["count"]) for each in back.quarantined) == broken
    assert not back.unaccounted


@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    dataset=st.sampled_from(DATASETS),
    seed=st.integers(0, 99),
    pair=st.lists(st.sampled_from(FEATURES), min_size=2, max_size=2, unique_by=lambda each: each[0]),
)
def test_two_features_are_read_exactly_or_asked_about(dataset: str, seed: int, pair: list[tuple[str, Any]]) -> None:
    contracts = repository_contracts()
    layout = settle(LayoutChoice(seed=seed, dataset=dataset, **dict(pair)))
    found = outcome(layout, contracts)
    assert found.verdict != "wrong", f"{smallest(layout, contracts)}: {found.wrong}"
    assert not found.unaccounted


def test_an_item_left_empty_under_a_number_of_its_own_is_no_heading() -> None:
    choice = LayoutChoice(seed=1764, dataset="village", arrangement="form", renumbered=True)
    found = outcome(choice, repository_contracts())
    assert (found.verdict, found.unaccounted) == ("ok", 0)
