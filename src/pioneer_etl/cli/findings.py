"""`pioneer findings`: what was found, and what was said about it."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pioneer_etl.cli.call import Call, console, print_csv, print_json
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import check_filter, check_format, format_option, period_option, township_option
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import UsageError

if TYPE_CHECKING:
    from pioneer_etl.warehouse.queries import FindingRow


def register(app: typer.Typer, language: Language) -> None:
    """Add the command and its subcommands."""
    group = typer.Typer(invoke_without_command=True, help=say("cli.findings.help", language), rich_markup_mode=None)
    app.add_typer(group, name="findings")

    @group.callback()
    def findings(
        context: typer.Context,
        severity: Annotated[str | None, typer.Option("--severity", help=say("cli.findings.severity", language))] = None,
        code: Annotated[str | None, typer.Option("--code", help=say("cli.findings.code", language))] = None,
        state: Annotated[str | None, typer.Option("--state", help=say("cli.findings.state", language))] = None,
        township: Annotated[str | None, township_option(language)] = None,
        period: Annotated[str | None, period_option(language)] = None,
        form: Annotated[str, format_option(language, "table|csv|json")] = "table",
    ) -> None:
        if context.invoked_subcommand is not None:
            return
        from rich.markup import escape

        call: Call = context.obj
        check_format(form, "table", "csv", "json")
        check_filter("--severity", severity, *LOOKS)
        check_filter("--state", state, *STATES)
        found = call.workspace().findings(severity=severity, code=code, state=state, township=township, period=period)
        if form == "json":
            print_json([each.as_dict(call.language) for each in found])
            return
        if form == "csv":
            print_csv([call.text(f"cli.column.{name}") for name in _COLUMNS], [_row(each, call) for each in found])
            return
        out = console()
        for each in found:
            number, severity, code, township, place, message, state = map(escape, _row(each, call))
            said = f" ({state})" if state != "open" else ""
            where = " ".join(word for word in (township, place) if word)
            out.print(f"[bold]#{number}[/bold] {LOOKS[severity]}{severity}[/] {code} {where}{said}")
            out.print(f"    {message}")
            if state == "open" and (remedy := each.finding.remedy(call.language)):
                out.print(f"    [dim]→ {escape(remedy)}[/dim]")
        console(errors=True).print(call.text("cli.findings.count", found=len(found)))

    who_option = Annotated[str, typer.Option("--who", help=say("cli.findings.who", language))]
    why_option = Annotated[str, typer.Option("--why", help=say("cli.findings.why", language))]
    number = Annotated[int, typer.Argument(help=say("cli.findings.number", language))]

    @group.command("explain", help=say("cli.findings.explain", language))
    def explain(context: typer.Context, finding: number, who: who_option, why: why_option) -> None:
        call: Call = context.obj
        call.workspace().explain(finding, who=who, why=why)
        typer.echo(call.text("cli.findings.done"), err=True)

    @group.command("reopen", help=say("cli.findings.reopen", language))
    def reopen(context: typer.Context, finding: number, who: who_option, why: why_option) -> None:
        call: Call = context.obj
        call.workspace().reopen(finding, who=who, why=why)
        typer.echo(call.text("cli.findings.done"), err=True)

    @group.command("waive", help=say("cli.findings.waive", language))
    def waive(
        context: typer.Context,
        finding: number,
        who: who_option,
        why: why_option,
        until: Annotated[
            datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help=say("cli.findings.until", language))
        ] = None,
    ) -> None:
        call: Call = context.obj
        if until is not None and until.date() < date.today():
            raise UsageError("usage.until_past", found=until.date())
        call.workspace().waive(finding, who=who, why=why, until=until.date() if until is not None else None)
        typer.echo(call.text("cli.findings.done"), err=True)


def _row(each: "FindingRow", call: Call) -> tuple[str, ...]:
    said = each.finding
    return (
        str(each.id),
        said.severity.value,
        said.code,
        each.township or "",
        each.place,
        said.message(call.language),
        each.state,
    )


STATES = ("open", "fixed", "explained", "waived")
LOOKS = {"error": "[red]", "warning": "[yellow]", "note": "[dim]"}
_COLUMNS = ("number", "severity", "code", "township", "place", "message", "state")
