"""Asking what only a person can tell: with the arrow keys on a terminal, by number everywhere else.

Everything is asked on stderr: stdout carries data only.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import typer

from pioneer_etl.cli.call import Call

if TYPE_CHECKING:
    from prompt_toolkit.output import Output

    from pioneer_etl.plugins.proposal import AnswerKey, Proposal, Question

_FAMILY: Final = 2
_FILTERED: Final = 10  # choices, from which on typing narrows them down


def ask_all(call: Call, propose: Callable[[dict[AnswerKey, str]], Proposal], known: dict[AnswerKey, str]) -> None:
    """Ask until nothing is open: an answer may settle other questions, or raise some.  `known` takes the answers.

    Headings of one form that are like fields are shown together first, to be confirmed in one go; what is not
    confirmed there is asked singly.
    """
    terminal = _terminal()
    shown: set[AnswerKey] = set()
    while questions := propose(known).questions:
        family = [each for each in _family(questions) if each.key not in shown]
        if len(family) >= _FAMILY:
            shown |= {each.key for each in family}
            known |= {each.key: each.proposal or "" for each in _confirm(call, family, terminal)}
        else:
            known[questions[0].key] = _ask(call, questions[0], len(questions), terminal)


def agree(call: Call, question: str) -> None:
    """Go on when the answer is yes, or nothing but Enter; typer.Abort when it is no."""
    while True:
        said = str(typer.prompt(f"{question} [Y/n]", default="", show_default=False, err=True)).strip().lower()
        if said in ("", "y", "yes", "是", "好"):
            return
        if said in ("n", "no", "否", "不"):
            raise typer.Abort
        typer.echo(call.text("cli.ask.yes_or_no"), err=True)


def _terminal() -> Output | None:
    """Where a person sits who can move a cursor; None for a pipe, a dumb terminal, or a console that cannot."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()) or os.environ.get("TERM") == "dumb":
        return None
    try:
        from prompt_toolkit.output import create_output

        return create_output(stdout=sys.stderr)
    except Exception:  # a console of Windows without a screen buffer, among others
        return None


def _family(questions: Sequence[Question]) -> list[Question]:
    """The questions of the first form whose headings are each like a field that no other is like."""
    first = questions[0]
    if first.key[1:2] != ("columns",):
        return []
    own = [each for each in questions if each.key[:2] == first.key[:2]]
    likely = Counter(each.proposal for each in own)
    return [each for each in own if each.proposal and likely[each.proposal] == 1 and each.code == first.code]


def _label(call: Call, question: Question, value: str | None) -> str:
    return next((each.label(call.language) for each in question.choices if each.value == value), value or "")


def _confirm(call: Call, family: Sequence[Question], terminal: Output | None) -> list[Question]:
    """Those of a family whose likeliest answer is right."""
    dataset = family[0].arguments["dataset" if call.language == "zh" else "dataset_en"]
    message = call.text("cli.ask.family", dataset=dataset, sheet=family[0].arguments.get("sheet", ""))
    lines = [f"{each.arguments['heading']} → {_label(call, each, each.proposal)}" for each in family]
    if terminal is not None:
        import questionary

        choices = [questionary.Choice(line, value=each) for line, each in zip(lines, family, strict=True)]
        look = {**_look(terminal), "erase_when_done": True}  # what was ticked is told in its place
        chosen = questionary.checkbox(message, choices, instruction=call.text("cli.ask.ticking"), **look).unsafe_ask()
        for line, each in zip(lines, family, strict=True):
            if each in chosen:
                typer.echo(f"✓ {line}", err=True)
        return list(chosen)
    typer.echo(message, err=True)
    for number, line in enumerate(lines, 1):
        typer.echo(f"  {number:>2}  {line}", err=True)
    while True:
        said = typer.prompt(call.text("cli.ask.which"), default="0", err=True)
        chosen = _numbers(str(said), len(family))
        if chosen is not None:
            return [family[number - 1] for number in chosen]
        typer.echo(call.text("cli.ask.which_again", count=len(family)), err=True)


def _numbers(text: str, most: int) -> list[int] | None:
    """The numbers that a text like `1,3-5` says, none for 0; None where it says anything else."""
    if text.strip() == "0":
        return []
    found: list[int] = []
    for part in re.split(r"[,，、\s]+", text.strip()):
        said = re.fullmatch(r"(\d+)(?:[-~—](\d+))?", part)
        if said is None or not 1 <= int(said[1]) <= int(said[2] or said[1]) <= most:
            return None
        found += range(int(said[1]), int(said[2] or said[1]) + 1)
    return list(dict.fromkeys(found))


def _ask(call: Call, question: Question, left: int, terminal: Output | None) -> str:
    """The answer to one question: the value of a choice, or (by number) anything that begins with one and `=`."""
    message = f"({left}) {question.text(call.language)}"
    if terminal is not None:
        return _ask_on_terminal(call, question, message, terminal)
    typer.echo(message, err=True)
    for number, choice in enumerate(question.choices, 1):
        typer.echo(f"  {number:>2}  {choice.label(call.language)}", err=True)
    values = [choice.value for choice in question.choices]
    proposed = str(values.index(question.proposal) + 1) if question.proposal in values else None
    while True:
        said = str(typer.prompt(call.text("cli.plugins.new.answer"), default=proposed, err=True)).strip()
        if not question.choices or said in values or said.partition("=")[0] in values:
            return said
        if said.isdigit() and 1 <= int(said) <= len(values):
            return values[int(said) - 1]
        typer.echo(call.text("cli.plugins.new.again", count=len(values)), err=True)


def _ask_on_terminal(call: Call, question: Question, message: str, terminal: Output) -> str:
    import questionary

    if not question.choices:
        return str(questionary.text(message, **_look(terminal)).unsafe_ask()).strip()
    choices = [questionary.Choice(each.label(call.language), value=each.value) for each in question.choices]
    many = len(choices) >= _FILTERED
    said = questionary.select(
        message,
        choices,
        default=question.proposal if question.proposal in {each.value for each in question.choices} else None,
        instruction=call.text("cli.ask.arrows_filter" if many else "cli.ask.arrows"),
        use_search_filter=many,
        use_jk_keys=False,
        **_look(terminal),
    ).unsafe_ask()
    return str(said)


def _look(terminal: Output) -> dict[str, Any]:
    """How every question looks: in the terminal's own colours, readable on a light and on a dark ground."""
    from questionary import Style

    style = Style([("qmark", "fg:ansicyan"), ("pointer", "bold"), ("highlighted", "bold"), ("answer", "fg:ansicyan")])
    return {"output": terminal, "style": style}
