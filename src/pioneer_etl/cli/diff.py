"""`pioneer diff TOWNSHIP DATASET`: what changed between two revisions."""

from typing import Annotated

import typer

from pioneer_etl.cli.call import Call, console, print_csv, print_json
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import check_format, format_option, period_option
from pioneer_etl.cli.tables import print_table
from pioneer_etl.contract.catalogue import Language


def register(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    @app.command("diff", help=say("cli.diff.help", language))
    def diff(
        context: typer.Context,
        township: Annotated[str, typer.Argument(help=say("cli.option.township", language))],
        dataset: Annotated[str, typer.Argument(help=say("cli.diff.dataset", language))],
        period: Annotated[str | None, period_option(language)] = None,
        form: Annotated[str, format_option(language, "table|csv|json")] = "table",
    ) -> None:
        call: Call = context.obj
        check_format(form, "table", "csv", "json")
        changes = call.workspace().diff(township, dataset, period=period)
        if form == "json":
            print_json([each.as_dict() for each in changes])
            return
        if not changes:
            console(errors=True).print(call.text("cli.diff.same"))
            return
        headings = [call.text(f"cli.column.{name}") for name in ("key", "field", "before", "after")]
        rows = [(each.key, each.field, each.before, each.after) for each in changes]
        (print_csv if form == "csv" else print_table)(headings, rows)
