"""`pioneer init DIR`: a new workspace."""

from pathlib import Path
from typing import Annotated

import typer

from pioneer_etl.cli.call import Call, as_typed
from pioneer_etl.cli.language import say
from pioneer_etl.contract.catalogue import Language


def register(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    @app.command("init", help=say("cli.init.help", language))
    def init(
        context: typer.Context,
        folder: Annotated[Path, typer.Argument(help=say("cli.init.folder", language))],
        empty: Annotated[bool, typer.Option("--empty", help=say("cli.init.empty", language))] = False,
    ) -> None:
        from pioneer_etl.workspace import init_workspace

        call: Call = context.obj
        root = init_workspace(folder, empty=empty)
        done = "cli.init.done_empty" if empty else "cli.init.done"
        typer.echo(call.text(done, folder=as_typed(root), inbox=as_typed(root / "inbox")), err=True)
