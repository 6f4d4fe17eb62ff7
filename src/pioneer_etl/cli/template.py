"""`pioneer template`: entry workbooks for the townships to fill in."""

from pathlib import Path
from typing import Annotated

import typer

from pioneer_etl.cli.call import Call
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import period_option
from pioneer_etl.contract.catalogue import Language


def register(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    @app.command("template", help=say("cli.template.help", language))
    def template(
        context: typer.Context,
        output: Annotated[Path, typer.Option("-o", "--output", help=say("cli.template.output", language))],
        datasets: Annotated[list[str] | None, typer.Argument(help=say("cli.template.datasets", language))] = None,
        township: Annotated[
            list[str] | None, typer.Option("--township", help=say("cli.template.township", language))
        ] = None,
        period: Annotated[str | None, period_option(language)] = None,
        split: Annotated[bool, typer.Option("--split", help=say("cli.template.split", language))] = False,
    ) -> None:
        call: Call = context.obj
        written = call.workspace().write_templates(
            datasets or (), output, townships=township or (), period=period, split=split
        )
        for path in written:
            typer.echo(call.text("cli.written", found=path), err=True)
