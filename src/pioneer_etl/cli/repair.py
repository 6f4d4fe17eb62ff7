"""`pioneer repair`: check, recover, or rebuild the warehouse from the kept originals."""

from typing import Annotated

import typer

from pioneer_etl.cli.call import Call, console
from pioneer_etl.cli.exit import Exit
from pioneer_etl.cli.language import say
from pioneer_etl.contract.catalogue import Language


def register(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    @app.command("repair", help=say("cli.repair.help", language))
    def repair(
        context: typer.Context,
        rebuild: Annotated[bool, typer.Option("--rebuild", help=say("cli.repair.rebuild", language))] = False,
    ) -> None:
        call: Call = context.obj
        done = call.workspace().repair(rebuild=rebuild)
        out = console(errors=True)
        if done.damaged_log is not None:
            out.print(call.text("cli.repair.recovered", found=done.damaged_log), markup=False)
        if done.read_again:
            out.print(call.text("cli.repair.read_again", found=done.read_again), markup=False)
        if done.former is not None:
            out.print(call.text("cli.repair.former", found=done.former), markup=False)
        for each in done.findings:
            out.print(f"{each.code} {each.message(call.language)} → {each.remedy(call.language)}", markup=False)
        if not done.findings:
            out.print(call.text("cli.repair.well"))
        raise typer.Exit(Exit.REFUSED if done.findings else Exit.DONE)
