"""`pioneer correct`: the county lays a value over one that was mailed, or puts a township's difference on record."""

from typing import Annotated

import typer

from pioneer_etl.cli.call import Call
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import period_option
from pioneer_etl.contract.catalogue import Language


def register(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    # A negative difference is no option.
    @app.command("correct", help=say("cli.correct.help", language), context_settings={"ignore_unknown_options": True})
    def correct(
        context: typer.Context,
        dataset: Annotated[str, typer.Argument(help=say("cli.diff.dataset", language))],
        record: Annotated[str, typer.Argument(help=say("cli.correct.record", language))],
        field: Annotated[str, typer.Argument(help=say("cli.correct.field", language))],
        value: Annotated[str, typer.Argument(help=say("cli.correct.value", language))],
        who: Annotated[str, typer.Option("--who", help=say("cli.findings.who", language))],
        why: Annotated[str, typer.Option("--why", help=say("cli.findings.why", language))],
        period: Annotated[str | None, period_option(language)] = None,
        difference: Annotated[bool, typer.Option("--difference", help=say("cli.correct.difference", language))] = False,
    ) -> None:
        call: Call = context.obj
        if difference:
            entered = call.workspace().difference(dataset, record, field, value, who=who, why=why, period=period)
            typer.echo(call.text("cli.enter.difference", file=entered.file, found=entered.submission), err=True)
            return
        call.workspace().correct(dataset, record, field, value or None, who=who, why=why, period=period)
        typer.echo(call.text("cli.correct.done"), err=True)
