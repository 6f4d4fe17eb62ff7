"""`pioneer plugins update NAME SAMPLE...`: how a format has changed, learnt; only what is unsure is asked."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pioneer_etl.cli.asking import agree, ask_all
from pioneer_etl.cli.call import Call
from pioneer_etl.cli.exit import Exit
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import period_option, township_option
from pioneer_etl.cli.plugins_new import tell_open
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import UsageError

if TYPE_CHECKING:
    from pioneer_etl.plugins.update import Update
    from pioneer_etl.workspace.update_plugin import Updating


def register_update(group: typer.Typer, language: Language) -> None:
    """Add the command to the group `plugins`."""

    @group.command("update", help=say("cli.plugins.learn", language))
    def update(
        context: typer.Context,
        name: Annotated[str, typer.Argument(help=say("cli.plugins.learn.name", language))],
        samples: Annotated[list[Path], typer.Argument(help=say("cli.plugins.learn.samples", language))],
        yes: Annotated[bool, typer.Option("--yes", help=say("cli.plugins.new.yes", language))] = False,
        answers: Annotated[
            Path | None, typer.Option("--answers", help=say("cli.plugins.new.answers", language))
        ] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=say("cli.plugins.learn.dry_run", language))] = False,
        township: Annotated[str | None, township_option(language)] = None,
        period: Annotated[str | None, period_option(language)] = None,
    ) -> None:
        from pioneer_etl.plugins.proposal import read_answers
        from pioneer_etl.workspace.update_plugin import learn_change

        call: Call = context.obj
        known = read_answers(answers) if answers is not None else {}
        updating = learn_change(call.workspace(), name, samples, township=township, period=period)
        asking = not (yes or dry_run) and answers is None
        proposed = updating.propose(known)
        differences = updating.differences()
        if not proposed.changes and not proposed.proposal.questions and not differences:
            raise UsageError("plugin.update.nothing", plugin=name, found=", ".join(map(str, samples)))
        _tell_differences(call, updating)
        if asking:
            ask_all(call, lambda answers: updating.propose(answers).proposal, known)
            proposed = updating.propose(known)
        _tell_changes(call, proposed)
        if dry_run or not proposed.changes:
            raise typer.Exit(Exit.REFUSED if proposed.proposal.questions or dry_run else Exit.DONE)
        if asking:
            agree(call, call.text("cli.plugins.learn.write", name=name))
        written = updating.write(proposed)
        typer.echo(call.text("cli.plugins.learn.written", place=written.folder, count=written.masked), err=True)
        typer.echo(written.report.text(call.language))
        passed = written.report.passed and not proposed.proposal.questions
        raise typer.Exit(Exit.DONE if passed else Exit.REFUSED)


def _tell_differences(call: Call, updating: "Updating") -> None:
    found = updating.differences()
    if found:
        typer.echo(call.text("cli.plugins.learn.differences", layout=updating.layout.name), err=True)
    for file, each in found:
        place = " ".join(filter(None, (f"[{each.sheet}]" if each.sheet else "", ", ".join(each.cells[:3]))))
        typer.echo(f"  {file} {place} {each.message(call.language)}", err=True)


def _tell_changes(call: Call, proposed: "Update") -> None:
    """What is to be changed, on stdout: it is the answer.  What is still open, with the line that would answer it."""
    if proposed.changes:
        typer.echo(call.text("cli.plugins.learn.changes"), err=True)
    for change in proposed.changes:
        typer.echo(f"  {change.text(call.language)}".rstrip())
    tell_open(call, proposed.proposal)
