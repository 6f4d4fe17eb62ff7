"""`pioneer plugins new SAMPLE...`: a format learnt from samples; only what is unsure is asked."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from pioneer_etl.cli.asking import agree, ask_all
from pioneer_etl.cli.call import Call, console
from pioneer_etl.cli.exit import Exit
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import period_option, township_option
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import UsageError

if TYPE_CHECKING:
    from pioneer_etl.plugins.proposal import AnswerKey, Proposal
    from pioneer_etl.workspace.new_plugin import Learning, Learnt


def register_new(group: typer.Typer, language: Language) -> None:
    """Add the command to the group `plugins`."""

    @group.command("new", help=say("cli.plugins.new", language))
    def new(
        context: typer.Context,
        samples: Annotated[list[Path], typer.Argument(help=say("cli.plugins.new.samples", language))],
        name: Annotated[str | None, typer.Option("--name", help=say("cli.plugins.new.name", language))] = None,
        yes: Annotated[bool, typer.Option("--yes", help=say("cli.plugins.new.yes", language))] = False,
        answers: Annotated[
            Path | None, typer.Option("--answers", help=say("cli.plugins.new.answers", language))
        ] = None,
        package: Annotated[
            Path | None, typer.Option("--package", help=say("cli.plugins.new.package", language))
        ] = None,
        township: Annotated[str | None, township_option(language)] = None,
        period: Annotated[str | None, period_option(language)] = None,
    ) -> None:
        from pioneer_etl.plugins.proposal import State, read_answers
        from pioneer_etl.workspace.new_plugin import learn

        call: Call = context.obj
        known = read_answers(answers) if answers is not None else {}
        learning = learn(call.workspace(), samples, township=township, period=period)
        first = learning.propose(known, name)
        asking = not yes and answers is None
        if not asking:
            learning.require_new(first.name)
        layout = learning.known_layout()
        if layout is not None:
            raise UsageError("plugin.new.known", layout=layout, township=first.title)
        if not first.forms and not first.questions:
            raise UsageError("plugin.new.nothing", found=", ".join(sample.name for sample in learning.samples))
        _show(call, first)
        proposal = _ask_all(call, learning, known, name) if asking else first
        if not any(form.of(State.TAKEN) for form in proposal.forms):
            tell_open(call, proposal, written=False)
            raise UsageError("plugin.new.nothing", found=", ".join(sample.name for sample in learning.samples))
        if package is not None:
            place, learnt = learning.write_package(proposal, package)
            _tell(call, learnt, proposal, place)
        _tell(call, learning.write(proposal), proposal)


def _show(call: Call, proposal: "Proposal") -> None:
    from pioneer_etl.cli.plugins_view import proposal_view

    out = console(errors=True)
    out.print(proposal_view(proposal, call.workspace().contracts, call.language, out.width))


def _ask_all(call: Call, learning: "Learning", known: "dict[AnswerKey, str]", name: str | None) -> "Proposal":
    """Ask what is open, then the name, and whether to write."""
    ask_all(call, lambda answers: learning.propose(answers, name), known)
    proposal = learning.propose(known, name)
    if name is None and ("name",) not in known:
        name = typer.prompt(call.text("cli.plugins.new.ask_name"), default=proposal.name, err=True).strip()
        proposal = learning.propose(known, name)
    learning.require_new(proposal.name)
    agree(call, call.text("cli.plugins.new.write", name=proposal.name))
    return proposal


def tell_open(call: Call, proposal: "Proposal", *, written: bool = True) -> None:
    """What is still open, each with the line of a file of answers that would answer it."""
    if proposal.questions:
        code = "cli.plugins.new.open" if written else "cli.plugins.new.open_unwritten"
        typer.echo(call.text(code, count=len(proposal.questions)), err=True)
    for question in proposal.questions:
        typer.echo(f"  {question.text(call.language)}\n    {question.as_toml()}", err=True)


def _tell(call: Call, learnt: "Learnt", proposal: "Proposal", place: Path | None = None) -> NoReturn:
    """What was written and where, whether its test passes, what would be loaded, what is still open; then the end."""
    written = place or learnt.plugin.folder
    typer.echo(call.text("cli.plugins.new.written", place=written, count=learnt.plugin.masked), err=True)
    open_questions = bool(proposal.questions)  # each of them is told below, and need not be told as a failure too
    typer.echo(learnt.report.text(call.language, details=not open_questions))
    titles = call.workspace().contracts.datasets
    counts = ", ".join(
        f"{titles[name].title.zh if call.language == 'zh' else titles[name].title.en} {count}"
        for name, count in learnt.records.items()
    )
    code = "cli.plugins.new.waiting" if open_questions and learnt.waits else "cli.plugins.new.records"
    typer.echo(call.text(code, counts=counts or "0"), err=True)
    told = Counter((each.severity.value, each.code) for _, each in learnt.findings if not open_questions)
    first = {(each.severity.value, each.code): each for _, each in reversed(learnt.findings)}
    for key, count in told.items():
        text = first[key].message(call.language)
        typer.echo(f"  {key[0]} {key[1]} ×{count}  {text if len(text) < 90 else text[:89] + '…'}", err=True)
    for table in proposal.passed_over:
        typer.echo(call.text("cli.plugins.new.passed_over", place=table), err=True)
    tell_open(call, proposal)
    raise typer.Exit(Exit.REFUSED if learnt.waits else Exit.DONE)
