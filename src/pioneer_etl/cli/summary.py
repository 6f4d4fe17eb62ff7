"""`pioneer summary`: the county summary tables."""

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from pioneer_etl.cli.call import Call, console, print_csv, print_json
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import check_format, format_option, map_option, period_option
from pioneer_etl.cli.tables import print_table
from pioneer_etl.contract.catalogue import Language


def register(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    @app.command("summary", help=say("cli.summary.help", language))
    def summary(
        context: typer.Context,
        names: Annotated[list[str] | None, typer.Argument(help=say("cli.summary.names", language))] = None,
        output: Annotated[Path | None, typer.Option("-o", "--output", help=say("cli.summary.output", language))] = None,
        period: Annotated[str | None, period_option(language)] = None,
        map_of: Annotated[str | None, map_option(language)] = None,
        form: Annotated[str, format_option(language, "table|csv|json|html")] = "table",
        unmask: Annotated[bool, typer.Option("--unmask", help=say("cli.summary.unmask", language))] = False,
    ) -> None:
        call: Call = context.obj
        check_format(form, "table", "csv", "json", "html")
        workspace = call.workspace()
        if not names:
            rows = [(each.name, each.title.zh, each.title.en) for each in workspace.summaries()]
            headings = [call.text(name) for name in ("cli.column.name", "usage.title_zh", "usage.title_en")]
            if form == "csv":
                print_csv(headings, rows)
            elif form == "json":
                print_json([{"name": name, "zh": zh, "en": en} for name, zh, en in rows])
            else:
                print_table(headings, [(name, _plain(zh), _plain(en)) for name, zh, en in rows])
            return
        if period is not None and not workspace.status(period):
            typer.echo(call.text("usage.nothing_for_period", period=period), err=True)
        if output is not None:
            written = workspace.write_summaries(
                names, output, period=period, map_of=map_of, language=call.language, unmask=unmask
            )
            for path in written:
                typer.echo(call.text("cli.written", found=path), err=True)
            return
        sys_out = typer.get_text_stream("stdout", encoding="utf-8")
        room = console().width if sys.stdout.isatty() else None  # a pipe gets whole lines
        text = workspace.print_summaries(
            names, form, period=period, map_of=map_of, language=call.language, room=room, unmask=unmask
        )
        sys_out.write(text)


def _plain(title: str) -> str:
    """A title as it stands in a list: without the county and period that each printing fills in."""
    return re.sub(r"[\s,，]*\{(?:county|period|before|as_of)\}", "", title).strip(" ,，")
