"""`pioneer status`: township × dataset, who has sent what."""

from typing import Annotated

import typer

from pioneer_etl.cli.call import Call, console, print_csv, print_json
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import check_format, format_option, period_option
from pioneer_etl.contract.catalogue import Language

_COLOURS = {"loaded": "green", "quarantined": "yellow", "missing": "dim", "late": "red", "returned": "magenta"}


def register(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    @app.command("status", help=say("cli.status.help", language))
    def status(
        context: typer.Context,
        period: Annotated[str | None, period_option(language)] = None,
        form: Annotated[str, format_option(language, "table|csv|json")] = "table",
    ) -> None:
        call: Call = context.obj
        check_format(form, "table", "csv", "json")
        workspace = call.workspace()
        board = workspace.status(period)
        if not board and form == "table":
            said = call.text("usage.nothing_for_period", period=period) if period else call.text("usage.nothing_yet")
            console(errors=True).print(said, markup=False)
            return
        if form == "json":
            print_json([each.as_dict() for each in board])
            return
        datasets = list(dict.fromkeys(each.dataset for each in board))
        townships = list(dict.fromkeys(each.township for each in board))
        cells = {(each.township, each.dataset): each for each in board}
        titles = [getattr(workspace.contracts.datasets[name].title, call.language) for name in datasets]
        if form == "csv":
            print_csv(
                [call.text("cli.column.township"), *titles],
                [[town, *(_words(cells.get((town, name)), call) for name in datasets)] for town in townships],
            )
            return
        from rich.table import Table

        periods = ", ".join(sorted({each.period for each in board}))
        table = Table(header_style="bold", title=call.text("usage.status_title", period=periods), title_justify="left")
        for heading in (call.text("cli.column.township"), *titles):
            table.add_column(heading, overflow="fold")
        for town in townships:
            marks = []
            for name in datasets:
                cell = cells.get((town, name))
                colour = _COLOURS.get(cell.status, "white") if cell else "dim"
                marks.append(f"[{colour}]{_words(cell, call)}[/{colour}]")
            table.add_row(town, *marks)
        console().print(table)


def _words(cell: object, call: Call) -> str:
    status = getattr(cell, "status", "missing")
    revision = getattr(cell, "revision", None) or 0
    words = call.text(f"cli.status.{status}")
    return f"{words} r{revision}" if revision > 1 else words
