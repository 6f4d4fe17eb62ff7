"""`pioneer trace`: from a figure of a summary to the cells it came from."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pioneer_etl.cli.call import Call, console, print_csv, print_json
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import check_format, format_option, map_option, period_option
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import UsageError

if TYPE_CHECKING:
    from pioneer_etl.report.trace import TracedCell

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
        map_of: Annotated[str | None, map_option(language)] = None,
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
            raise UsageError("usage.missing", found="--row", command="pioneer trace")
        else:
            found = workspace.trace(target, row=row, column=column, period=period, map_of=map_of)
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
        console(errors=True).print(found.in_words(call.language), markup=False, soft_wrap=True)
        print_cells(shown, call)
        if len(shown) < len(cells):
            console(errors=True).print(call.text("cli.trace.more", found=len(cells) - len(shown)))


def print_cells(cells: "Sequence[TracedCell]", call: Call) -> None:
    """Cells on stdout by the file and sheet they stand on: address, text, value and whose it is."""
    from rich.markup import escape
    from rich.table import Table

    from pioneer_etl.report.model import words

    out = console()
    for (file, sheet), group in groupby(cells, key=lambda each: (each.file, each.sheet)):
        out.print(f"[bold]{escape(f'{file} [{sheet}]')}[/bold]", soft_wrap=True)
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
        for each in group:
            value = each.value if each.value != each.text else ""
            said = f"= {value}" if value else ""
            place = each.village or each.township
            row = (each.cell, each.text, said, each.conversion, place, words(each.label, call.language))
            table.add_row(*(escape(text) for text in row))
        out.print(table)


_COLUMNS = ("township", "field", "file", "sheet", "cell", "text", "value", "conversion")
