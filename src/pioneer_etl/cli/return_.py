"""`pioneer return`: workbooks to send back, every finding marked."""

from pathlib import Path
from typing import Annotated

import typer

from pioneer_etl.cli.call import Call, print_json
from pioneer_etl.cli.findings import LOOKS
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import check_filter, check_format, format_option, period_option
from pioneer_etl.contract.catalogue import Language


def register(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    @app.command("return", help=say("cli.return.help", language))
    def return_(
        context: typer.Context,
        townships: Annotated[list[str] | None, typer.Argument(help=say("cli.return.townships", language))] = None,
        output: Annotated[Path | None, typer.Option("-o", "--output", help=say("cli.return.output", language))] = None,
        period: Annotated[str | None, period_option(language)] = None,
        severity: Annotated[str, typer.Option("--severity", help=say("cli.return.severity", language))] = "warning",
        report_only: Annotated[
            bool, typer.Option("--report-only", help=say("cli.return.report_only", language))
        ] = False,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=say("cli.return.dry_run", language))] = False,
        keep_status: Annotated[
            bool, typer.Option("--keep-status", help=say("cli.return.keep_status", language))
        ] = False,
        form: Annotated[str, format_option(language, "text|json")] = "text",
    ) -> None:
        from pioneer_etl.contract.errors import UsageError
        from pioneer_etl.entry.returned_note import lost_words

        call: Call = context.obj
        check_format(form, "text", "json")
        check_filter("--severity", severity, *LOOKS)
        if output is None and not dry_run:
            raise UsageError("usage.return_where")
        found = call.workspace().return_workbooks(
            townships or (),
            None if dry_run else output,
            period=period,
            severity=severity,
            report_only=report_only,
            language=call.language,
            keep_status=keep_status,
        )
        if form == "json":
            print_json([each.as_dict() for each in found])
        for each in found:
            name = each.path or f"{each.township}/{each.file}"
            typer.echo(call.text("return.told", file=name, findings=len(each.findings)), err=True)
            marked = each.marked
            if marked.from_format:
                typer.echo(call.text("return.told.converted", format=marked.from_format), err=True)
            if marked.lost:
                typer.echo(call.text("return.told.lost", lost=lost_words(marked.lost, call.language)), err=True)
            if marked.report_only and not report_only:
                typer.echo(call.text("return.told.report_only"), err=True)
        if not found:
            typer.echo(call.text("return.nothing"), err=True)
        elif dry_run:
            typer.echo(call.text("return.would"), err=True)
