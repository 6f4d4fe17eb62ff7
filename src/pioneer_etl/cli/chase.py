"""`pioneer chase`: what to write to the townships that still owe forms."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from pioneer_etl.cli.call import Call, print_json
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import check_format, format_option, period_option
from pioneer_etl.contract.catalogue import Language


def register(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    @app.command("chase", help=say("cli.chase.help", language))
    def chase(
        context: typer.Context,
        townships: Annotated[list[str] | None, typer.Argument(help=say("cli.chase.townships", language))] = None,
        period: Annotated[str | None, period_option(language)] = None,
        output: Annotated[Path | None, typer.Option("-o", "--output", help=say("cli.chase.output", language))] = None,
        day: Annotated[
            datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], help=say("cli.chase.day", language))
        ] = None,
        form: Annotated[str, format_option(language, "text|json")] = "text",
    ) -> None:
        call: Call = context.obj
        check_format(form, "text", "json")
        when: date | None = day.date() if day is not None else None
        found = call.workspace().chase(townships or (), period=period, day=when)
        if form == "json":
            print_json([each.as_dict(call.language) for each in found.notes])
        elif output is not None:
            from pioneer_etl.report.files import write_atomically

            for note in found.notes:
                path = output / f"{note.township}.txt"
                # With a mark and CRLF: every Notepad shows it right.
                write_atomically(path, note.text(call.language).replace("\n", "\r\n").encode("utf-8-sig"))
                typer.echo(call.text("cli.written", found=path), err=True)
        else:
            out = typer.get_text_stream("stdout", encoding="utf-8")
            out.write("\n\n".join(each.text(call.language) for each in found.notes))
        if not found.notes:
            typer.echo(call.text("chase.nothing"), err=True)
        if found.nobodys and not townships:
            names = "、".join(found.nobodys) if call.language == "zh" else ", ".join(found.nobodys)
            typer.echo(call.text("chase.elsewhere", count=len(found.nobodys), files=names), err=True)
