"""`pioneer brief`: a Word template filled with figures of the warehouse."""

from pathlib import Path
from typing import Annotated

import typer

from pioneer_etl.cli.call import Call
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import period_option
from pioneer_etl.contract.catalogue import Language


def register(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    @app.command("brief", help=say("cli.brief.help", language))
    def brief(
        context: typer.Context,
        template: Annotated[Path, typer.Argument(help=say("cli.brief.template", language))],
        output: Annotated[Path, typer.Option("-o", "--output", help=say("cli.brief.output", language))],
        period: Annotated[str | None, period_option(language)] = None,
        appendix: Annotated[
            bool, typer.Option("--appendix/--no-appendix", help=say("cli.brief.appendix", language))
        ] = True,
    ) -> None:
        call: Call = context.obj
        filled = call.workspace().brief(template, output, period=period, language=call.language, appendix=appendix)
        typer.echo(call.text("cli.written", found=output), err=True)
        cells = sum(each.cells for each in filled.figures)
        typer.echo(call.text("cli.brief.figures", found=len(filled.figures), cells=cells), err=True)
