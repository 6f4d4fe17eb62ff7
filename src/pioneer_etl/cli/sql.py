"""`pioneer sql [QUERY]`: read-only, sandboxed."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from pioneer_etl.cli.call import Call, console, print_csv, print_json
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import check_format, format_option
from pioneer_etl.cli.tables import print_table
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import UsageError

_SHOWN = 200


def _written(file: Path) -> str:
    """The query that a file holds; UsageError when the file cannot be read as text."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"UTF-8, {error.start}"
    except OSError as error:
        reason = error.strerror or type(error).__name__
    raise UsageError("usage.unreadable_query", found=file, reason=reason)


def register(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    @app.command("sql", help=say("cli.sql.help", language))
    def sql(
        context: typer.Context,
        query: Annotated[str | None, typer.Argument(help=say("cli.sql.query", language))] = None,
        file: Annotated[Path | None, typer.Option("-f", "--file", help=say("cli.sql.file", language))] = None,
        output: Annotated[Path | None, typer.Option("-o", "--output", help=say("cli.sql.output", language))] = None,
        limit: Annotated[int | None, typer.Option("--limit", help=say("cli.sql.limit", language))] = None,
        form: Annotated[str, format_option(language, "table|csv|json")] = "table",
    ) -> None:
        call: Call = context.obj
        check_format(form, "table", "csv", "json")
        if query is None:
            query = _written(file) if file is not None else sys.stdin.read()
        result = call.workspace().sql(query)
        if output is not None:
            result.write(output)
            typer.echo(call.text("cli.written", found=output), err=True)
            return
        shown = limit if limit is not None else (_SHOWN if form == "table" else 0)
        rows = result.rows()
        cut = rows[:shown] if shown else rows
        if form == "json":
            print_json([dict(zip(result.columns, row, strict=True)) for row in cut])
        elif form == "csv":
            print_csv(result.columns, cut)
        else:
            print_table(result.columns, cut)
            words = "cli.sql.cut" if len(cut) < len(rows) else "cli.sql.rows"
            console(errors=True).print(call.text(words, found=len(cut)))
