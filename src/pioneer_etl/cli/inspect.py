"""`pioneer inspect PATH...`: how a workbook is understood."""

from pathlib import Path
from typing import Annotated

import typer

from pioneer_etl.cli.call import Call, complain, console, print_json
from pioneer_etl.cli.exit import Exit
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import check_format, format_option, period_option, township_option
from pioneer_etl.contract.catalogue import Language


def register(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    @app.command("inspect", help=say("cli.inspect.help", language))
    def inspect(
        context: typer.Context,
        paths: Annotated[list[Path], typer.Argument(help=say("cli.ingest.paths", language))],
        explain: Annotated[str | None, typer.Option("--explain", help=say("cli.inspect.explain", language))] = None,
        period: Annotated[str | None, period_option(language)] = None,
        township: Annotated[str | None, township_option(language)] = None,
        form: Annotated[str | None, format_option(language, "table|json|html")] = None,
        output: Annotated[Path | None, typer.Option("-o", "--output", help=say("cli.inspect.output", language))] = None,
    ) -> None:
        from pioneer_etl.workspace.inspection import html_of, write_html

        call: Call = context.obj
        form = form or ("html" if output is not None else "table")
        check_format(form, *(("html",) if output is not None else ("table", "json", "html")))
        views = call.workspace_or_starter().inspect(paths, period=period, township=township)
        refused = [each.refusal for each in views if each.refusal is not None]
        if form == "json":
            print_json({"files": [each.as_dict(call.language) for each in views]})
        elif output is not None:
            for path in write_html(views, output, call.language):
                typer.echo(call.text("cli.written", found=path), err=True)
        elif form == "html":
            typer.get_text_stream("stdout", encoding="utf-8").write(html_of(views, call.language))
        else:
            out_to_person = console()
            for each in views:
                if each.refusal is None and explain:
                    if len(views) > 1:
                        out_to_person.print(each.file, style="bold", markup=False)
                    out_to_person.print(each.explain(explain, call.language))
                elif each.refusal is None:
                    out_to_person.print(each.rich(call.language))
        if form != "json":
            for error in refused:
                complain(error, call.language)
        raise typer.Exit(Exit.REFUSED if refused else Exit.DONE)
