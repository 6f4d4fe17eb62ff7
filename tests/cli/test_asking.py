"""How a person is asked: with the arrow keys on a terminal, by number elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
import typer
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from typer.testing import CliRunner

from pioneer_etl.cli import asking
from pioneer_etl.cli.call import Call
from pioneer_etl.plugins.proposal import AnswerKey, Choice, Proposal, Question

DOWN, ENTER, SPACE = "\x1b[B", "\r", " "
ARGUMENTS = {"file": "a.xlsx", "sheet": "1", "cell": "A2", "count": "3", "dataset": "培训", "dataset_en": "training"}


def column(heading: str, proposal: str | None) -> Question:
    choices = tuple(Choice(each, each, each) for each in ("date", "venue", "remarks", "ignore"))
    arguments = {**ARGUMENTS, "heading": heading}
    return Question(("training", "columns", heading), "plugin.new.ask_column", arguments, choices, proposal)


QUESTIONS = (column("何时", "date"), column("何地", "venue"), column("其他", None))


def propose(answers: Mapping[AnswerKey, str]) -> Proposal:
    """What is still open."""
    return Proposal("x", "x", (), (), tuple(each for each in QUESTIONS if each.key not in answers))


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """A terminal: what is sent to it are the keys that a person presses."""
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        monkeypatch.setattr(asking, "_terminal", DummyOutput)
        yield pipe


def answers_of(said: str) -> dict[str, str]:
    """What the three questions get for what is typed."""
    known: dict[AnswerKey, str] = {}
    app = typer.Typer()
    app.command()(lambda: asking.ask_all(Call("en", None), propose, known))
    result = CliRunner().invoke(app, [], input=said)
    assert result.exit_code == 0, result.output
    return {key[-1]: value for key, value in known.items()}


def test_a_family_is_confirmed_in_one_go_and_the_rest_asked_by_number() -> None:
    assert answers_of("1-2\n3\n") == {"何时": "date", "何地": "venue", "其他": "remarks"}


def test_what_is_not_confirmed_is_asked_singly_and_nonsense_asked_again() -> None:
    assert answers_of("5\n2\n9\nignore\nremarks\n") == {"何地": "venue", "何时": "ignore", "其他": "remarks"}


def test_the_arrow_keys_choose(keys: object, capsys: pytest.CaptureFixture[str]) -> None:
    keys.send_text(SPACE + DOWN + SPACE + ENTER)  # type: ignore[attr-defined]  # both of the family
    keys.send_text(DOWN + DOWN + ENTER)  # type: ignore[attr-defined]  # the third field
    known: dict[AnswerKey, str] = {}
    asking.ask_all(Call("en", None), propose, known)
    assert [*known.values()] == ["date", "venue", "remarks"]
    assert capsys.readouterr().err == "✓ 何时 → date\n✓ 何地 → venue\n"


def test_enter_alone_confirms_nothing_of_a_family_but_takes_what_is_offered(keys: object) -> None:
    keys.send_text(ENTER + ENTER + ENTER + DOWN + DOWN + DOWN + ENTER)  # type: ignore[attr-defined]
    known: dict[AnswerKey, str] = {}
    asking.ask_all(Call("en", None), propose, known)
    assert [*known.values()] == ["date", "venue", "ignore"]


def test_a_text_is_typed_where_there_is_nothing_to_choose_from(keys: object) -> None:
    keys.send_text("2004" + ENTER)  # type: ignore[attr-defined]
    known: dict[AnswerKey, str] = {}
    question = Question(("period",), "plugin.new.ask_period", {})
    asking.ask_all(
        Call("zh", None), lambda had: replace(propose({}), questions=() if question.key in had else (question,)), known
    )
    assert known == {("period",): "2004"}


def test_a_pipe_is_no_terminal() -> None:
    assert asking._terminal() is None


@pytest.mark.parametrize(("said", "goes_on"), [("", True), ("是", True), ("?\ny", True), ("n", False), ("否", False)])
def test_yes_and_no_in_both_languages(said: str, goes_on: bool) -> None:
    app = typer.Typer()
    app.command()(lambda: asking.agree(Call("zh", None), "写出吗？"))
    assert (CliRunner().invoke(app, [], input=f"{said}\n").exit_code == 0) is goes_on
