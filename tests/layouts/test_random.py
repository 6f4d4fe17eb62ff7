"""Random layouts: what is read is exactly what was drawn, or the file is held back and says why."""

from __future__ import annotations

import pytest

from tests.layouts.choice import LayoutChoice, random_choice
from tests.layouts.compare import Outcome, failures, outcome
from tests.layouts.draw import draw
from tests.layouts.kit import repository_contracts

CHUNKS, EACH = 8, 250
MOST_ASKED = 0.02


def _read_all(seeds: range) -> list[tuple[LayoutChoice, Outcome]]:
    contracts = repository_contracts()
    return [(layout, outcome(layout, contracts)) for layout in map(random_choice, seeds)]


def test_forty_random_layouts() -> None:
    read = _read_all(range(40))
    assert failures(read, repository_contracts()) == []
    assert sum(each.verdict == "asked" for _, each in read) <= 2


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_two_thousand_random_layouts(chunk: int) -> None:
    read = _read_all(range(chunk * EACH, (chunk + 1) * EACH))
    assert failures(read, repository_contracts()) == []
    asked = [f"{layout}: {found.asked}" for layout, found in read if found.verdict == "asked"]
    assert len(asked) <= MOST_ASKED * EACH, asked


def test_a_layout_comes_back_from_its_seed() -> None:
    contracts = repository_contracts()
    assert random_choice(7) == random_choice(7)
    assert len({random_choice(seed) for seed in range(50)}) == 50
    one, two = draw(random_choice(12), contracts), draw(random_choice(12), contracts)
    assert one.samples == two.samples
    assert one.name == two.name
