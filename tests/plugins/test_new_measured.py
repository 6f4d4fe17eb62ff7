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
from tests.plugins.learning import ANSWERS, TABLE_HEAD, measure, sample_paths

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.demo.county import FORMATS, DemoCounty
from pioneer_etl.match.layout import GENERIC
from pioneer_etl.match.model import FileContext
from pioneer_etl.pipeline import Kit, Task, read
from pioneer_etl.plugins.expected import Lines, expected_files, read_lines, spell
from pioneer_etl.plugins.infer import propose, take_sample
from pioneer_etl.plugins.manager import load_plugins
from pioneer_etl.plugins.scaffold import proposed_layout
from pioneer_etl.workbook.limits import Limits

REPOSITORY = Path(__file__).parents[2]
MOST_QUESTIONS = 5
LEAST_UNASKED = 0.8
RANDOM = 200
LEAST_RIGHT = 0.97
LEAST_RIGHT_OF_ALL = 0.85


@pytest.fixture(scope="module")
def kit() -> Kit:
    return Kit(repository_contracts(), load_plugins(REPOSITORY), Limits())


@pytest.mark.slow
def test_every_bundled_format_is_learnt_from_its_samples(made: DemoCounty, kit: Kit) -> None:
    """The table of what is learnt: run with `-s` to see it."""
    table = {name: measure(name, REPOSITORY, made, kit, {}) for name in FORMATS}
    print(TABLE_HEAD, *(each.row() for each in table.values()), sep="\n")
    assert [each.wrong for each in table.values() if each.wrong] == []
    assert [each.format for each in table.values() if each.questions > MOST_QUESTIONS] == []
    unasked = [each for each in table.values() if each.questions == 0]
    assert len(unasked) >= LEAST_UNASKED * len(table)
    assert [each for each in unasked if each.right != each.files] == []
    assert {each.format for each in table.values() if each.questions} <= ANSWERS.keys()
    for name in ANSWERS:
        told = measure(name, REPOSITORY, made, kit, ANSWERS[name])
        print(told.row())
        assert (told.questions, told.right, told.wrong) == (0, told.files, ())


@pytest.mark.parametrize(("name", "questions"), [("dailing", 0), ("lupu", 0)])
def test_a_format_is_learnt_from_its_samples(name: str, questions: int, kit: Kit) -> None:
    """Codes explained by a list beside the table, formulas and ODS; questionnaires printed one below the other."""
    paths = sample_paths(REPOSITORY, name)
    samples = [take_sample(path.read_bytes(), path.name, kit.limits) for path in paths]
    proposal = propose(samples, kit.contracts, {}, name="learnt")
    assert len(proposal.questions) == questions
    layout = proposed_layout(proposal, kit.contracts)
    assert layout is not None
    learnt = replace(kit, plugins=replace(kit.plugins, layouts=(GENERIC, layout)))
    for path in paths:
        found = spell(read(Task(path.read_bytes(), FileContext(path.name)), learnt).submissions)
        expected = {name: read_lines(name, each) for name, each in expected_files(path).items()}
        assert found.keys() == expected.keys()
        for dataset, lines in expected.items():
            assert records(found[dataset]) == records(lines), (path.name, dataset)


def records(lines: Lines) -> list[dict[str, str]]:
    """Records without the line that they stand on; fields that the form does not have left out."""
    return [{name: text for name, text in line.items() if name != "at" and text} for line in lines.lines]


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
