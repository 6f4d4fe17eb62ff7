"""`pioneer trace`: from a figure of a summary to the cells it came from."""

from pathlib import Path
from typing import Annotated

import typer

from pioneer_etl.cli.call import Call, console, print_csv, print_json, print_table
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import check_format, format_option, period_option
from pioneer_etl.contract.catalogue import Language

_SHOWN = 20


def register(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    @app.command("trace", help=say("cli.trace.help", language))
    def trace(
        context: typer.Context,
        target: Annotated[str, typer.Argument(help=say("cli.trace.target", language))],
        row: Annotated[str | None, typer.Option("--row", help=say("cli.trace.row", language))] = None,
        column: Annotated[str | None, typer.Option("--column", help=say("cli.trace.column", language))] = None,
        period: Annotated[str | None, period_option(language)] = None,
        limit: Annotated[int, typer.Option("--limit", help=say("cli.trace.limit", language))] = _SHOWN,
        form: Annotated[str, format_option(language, "table|csv|json")] = "table",
    ) -> None:
        call: Call = context.obj
        check_format(form, "table", "csv", "json")
        workspace = call.workspace()
        if "!" in target:
            book, _, cell = target.partition("!")
            found = workspace.trace_cell(Path(book), cell)
        elif row is None:
            raise typer.BadParameter(call.text("cli.trace.row"), param_hint="--row")
        else:
            found = workspace.trace(target, row=row, column=column, period=period)
        if form == "json":
            print_json(found.as_dict(call.language))
            return
        cells = found.cells
        headings = [call.text(f"cli.column.{name}") for name in _COLUMNS]
        shown = cells if form == "csv" or not limit else cells[:limit]
        rows = [
            (each.township, each.field, each.file, each.sheet, each.cell, each.text, each.value, each.conversion)
            for each in shown
        ]
        if form == "csv":
            print_csv(headings, rows)
            return
        say_to_person = console(errors=True)
        say_to_person.print(found.in_words(call.language), markup=False)
        print_table(headings, rows)
        if len(shown) < len(cells):
            say_to_person.print(call.text("cli.trace.more", found=len(cells) - len(shown)))


_COLUMNS = ("township", "field", "file", "sheet", "cell", "text", "value", "conversion")
