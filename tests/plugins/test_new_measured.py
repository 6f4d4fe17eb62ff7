"""How many formats are learnt from a sample without an answer, and that none of them loads a wrong value."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from tests.layouts import compare
from tests.layouts.choice import LayoutChoice, random_choice
from tests.layouts.draw import Drawn, draw
from tests.layouts.kit import repository_contracts
from tests.plugins.learning import measure

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.demo.county import FORMATS, make_county
from pioneer_etl.match.layout import GENERIC
from pioneer_etl.plugins.infer import propose, take_sample
from pioneer_etl.plugins.proposal import AnswerKey
from pioneer_etl.plugins.scaffold import proposed_layout
from pioneer_etl.workbook.limits import Limits

MOST_QUESTIONS = 5
RANDOM = 200
LEAST_RIGHT = 0.97
LEAST_RIGHT_OF_ALL = 0.85


@pytest.mark.slow
def test_every_bundled_format_is_learnt_from_its_sample(tmp_path: Path) -> None:
    repository = Path(__file__).parents[2]
    county = make_county(tmp_path / "county")
    table = {name: measure(name, repository, county, tmp_path / "alone") for name in FORMATS}
    assert [each.wrong for each in table.values() if each.wrong] == []
    assert [each.format for each in table.values() if each.questions > MOST_QUESTIONS] == []
    unasked = [each for each in table.values() if each.questions == 0]
    assert len(unasked) >= 5
    assert [each for each in unasked if each.right != each.files] == []
    answers: dict[AnswerKey, str] = {
        ("cadre_post", "columns", "年末在岗/人数"): "cadres_in_post",
        ("reserve_cadre", "columns", "培养情况/推荐方式"): "recommended_by",
        ("reserve_cadre", "columns", "培养情况/挂职岗位"): "placement",
    }
    asked = [each.format for each in table.values() if each.questions]
    for name in asked:
        told = measure(name, repository, county, tmp_path / "told", answers)
        assert (told.questions, told.right, told.wrong) == (0, told.files, ())


@pytest.mark.slow
def test_random_layouts_are_learnt_or_waited_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare, "draw", drawn_with_what_was_learnt)
    contracts = repository_contracts()
    choices = [random_choice(seed) for seed in range(RANDOM)]
    outcomes = [compare.outcome(choice, contracts) for choice in choices]
    assert [each.wrong for each in outcomes if each.verdict == "wrong"] == []
    # A township that calls the columns 本镇第42项 is asked; all others use words that mean something.
    sensible = Counter(each.verdict for choice, each in zip(choices, outcomes, strict=True) if choice.wording != "own")
    assert sensible["ok"] >= LEAST_RIGHT * sensible.total()
    assert Counter(each.verdict for each in outcomes)["ok"] >= LEAST_RIGHT_OF_ALL * RANDOM


def drawn_with_what_was_learnt(choice: LayoutChoice, contracts: Contracts) -> Drawn:
    """A file with the layout that was learnt from it, in place of the one that it was drawn by."""
    drawn = draw(choice, contracts)
    proposal = propose([take_sample(drawn.data, drawn.name, Limits())], contracts, {}, name="learnt")
    layout = proposed_layout(proposal, contracts)
    return replace(drawn, layouts=(GENERIC,) if layout is None else (GENERIC, layout))
