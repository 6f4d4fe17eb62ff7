"""`pioneer status`: township × dataset, who has sent what."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pioneer_etl.cli.call import Call, console, print_csv, print_json
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import check_filter, check_format, format_option, period_option
from pioneer_etl.contract.catalogue import Language

if TYPE_CHECKING:
    from pioneer_etl.report.board import Board


def register(app: typer.Typer, language: Language) -> None:
    """Add the command and its subcommand."""
    group = typer.Typer(invoke_without_command=True, help=say("cli.status.help", language), rich_markup_mode=None)
    app.add_typer(group, name="status")

    @group.callback()
    def status(
        context: typer.Context,
        period: Annotated[str | None, period_option(language)] = None,
        output: Annotated[Path | None, typer.Option("-o", "--output", help=say("cli.status.output", language))] = None,
        form: Annotated[str, format_option(language, "table|csv|json")] = "table",
    ) -> None:
        if context.invoked_subcommand is not None:
            return
        call: Call = context.obj
        check_format(form, "table", "csv", "json")
        workspace = call.workspace()
        board = workspace.status_board(period)
        if not board.rows and (form == "table" or output is not None):
            said = call.text("usage.nothing_for_period", period=period) if period else call.text("usage.nothing_yet")
            console(errors=True).print(said, markup=False)
            return
        if output is not None:
            written = workspace.write_status(output, period=period, language=call.language)
            typer.echo(call.text("cli.written", found=written), err=True)
        elif form == "json":
            print_json([each.as_dict() for each in board.rows])
        elif form == "csv":
            from pioneer_etl.report.board import board_table

            print_csv(*board_table(board, call.language))
        else:
            _print(board, call)

    @group.command("mark", help=say("cli.status.mark", language))
    def mark(
        context: typer.Context,
        township: Annotated[str, typer.Argument(help=say("cli.option.township", language))],
        dataset: Annotated[str, typer.Argument(help=say("cli.diff.dataset", language))],
        word: Annotated[str, typer.Argument(help=say("cli.status.mark_word", language))],
        who: Annotated[str, typer.Option("--who", help=say("cli.findings.who", language))],
        why: Annotated[str, typer.Option("--why", help=say("cli.findings.why", language))],
        period: Annotated[str | None, period_option(language)] = None,
    ) -> None:
        call: Call = context.obj
        check_filter("STATUS", word, "returned", "accepted", "loaded")
        workspace = call.workspace()
        row = workspace.mark(township, dataset, word, who=who, why=why, period=period)
        title = getattr(workspace.contracts.datasets[dataset].title, call.language)
        state = call.text(f"status.word.{row.status}")
        said = call.text("status.marked", township=row.township, dataset=title, period=row.period, word=state)
        typer.echo(said, err=True)


def _print(board: "Board", call: Call) -> None:
    """The board in colour; what does not fit beside each other follows below."""
    from rich.cells import cell_len
    from rich.table import Table

    from pioneer_etl.cli.tables import blocks
    from pioneer_etl.report.board import COLOURS, board_table, foot_lines, title_of

    headings, lines = board_table(board, call.language)
    foot = foot_lines(board, call.language)
    # A heading may be folded, a cell may not.
    narrow = [max(cell_len(line[index]) for line in (*lines, *foot)) for index in range(len(headings))]
    widths = [max(width, min(cell_len(heading), 14)) for width, heading in zip(narrow, headings, strict=True)]
    out = console()
    for number, columns in enumerate(blocks(widths, out.width)):
        title = title_of(board, call.language) if number == 0 else None
        table = Table(header_style="bold", title=title, title_justify="left", show_footer=False)
        for column in columns:
            table.add_column(headings[column], overflow="fold", min_width=narrow[column])
        for index, ((code, _), line) in enumerate(zip(board.townships, lines, strict=True), 1):
            marks = [line[0]]
            for column in columns[1:]:
                colour = COLOURS[board.state(code, board.datasets[column - 1].name)][0]
                marks.append(f"[{colour}]{line[column]}[/{colour}]")
            table.add_row(*marks, end_section=index == len(lines))
        for line in foot:
            table.add_row(*(line[column] for column in columns))
        out.print(table)
