"""`pioneer enter`: a figure that came by telephone, asked for field by field or given in full."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from pioneer_etl.cli.call import Call, console, print_json
from pioneer_etl.cli.exit import Exit
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import check_format, format_option, period_option, township_option
from pioneer_etl.contract.catalogue import Language

if TYPE_CHECKING:
    from pioneer_etl.contract.finding import Finding
    from pioneer_etl.workspace.entering import Desk, Entered

_COLOURS = {"error": "red", "warning": "yellow", "note": "blue"}


def register(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    @app.command("enter", help=say("cli.enter.help", language))
    def enter(
        context: typer.Context,
        dataset: Annotated[str, typer.Argument(help=say("cli.diff.dataset", language))],
        township: Annotated[str, township_option(language)],
        period: Annotated[str | None, period_option(language)] = None,
        fields: Annotated[list[str] | None, typer.Option("--field", help=say("cli.enter.field", language))] = None,
        given: Annotated[
            list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help=say("cli.enter.set", language))
        ] = None,
        said_by: Annotated[str | None, typer.Option("--said-by", help=say("cli.enter.said_by", language))] = None,
        typed_by: Annotated[str | None, typer.Option("--typed-by", help=say("cli.enter.typed_by", language))] = None,
        why: Annotated[str, typer.Option("--why", help=say("cli.enter.why", language))] = "",
        dry_run: Annotated[bool, typer.Option("--dry-run", help=say("cli.enter.dry_run", language))] = False,
        form: Annotated[str, format_option(language, "text|json")] = "text",
    ) -> None:
        from pioneer_etl.warehouse.audit import current_user

        call: Call = context.obj
        check_format(form, "text", "json")
        desk = call.workspace().desk(dataset, township, period=period)
        values = _given(desk, given or ())
        asked = not given or bool(fields)
        if asked:
            console(errors=True).print(_heading(desk, call), highlight=False)
            _ask_keys(desk, values, call)
            _ask_fields(desk, values, fields or (), call)
        said_by = said_by if said_by is not None else _answer(call.text("cli.enter.ask_said_by"))
        typed_by = typed_by or current_user()
        if asked and not dry_run:
            looked = desk.record(values, said_by=said_by, typed_by=typed_by, why=why, dry_run=True)
            _tell(looked, desk, call)
            if not _agreed(call.text("cli.enter.confirm"), usual=not _errors(looked)):
                typer.echo(call.text("cli.enter.left"), err=True)
                raise typer.Exit(Exit.REFUSED)
        entered = desk.record(values, said_by=said_by, typed_by=typed_by, why=why, dry_run=dry_run)
        if form == "json":
            print_json(entered.as_dict(call.language))
        if not asked or dry_run:
            _tell(entered, desk, call)
        typer.echo(call.text(f"cli.enter.{entered.status}", file=entered.file, found=entered.submission), err=True)
        if entered.status == "refused" or _errors(entered):
            raise typer.Exit(Exit.REFUSED)


def _answer(question: str) -> str:
    """A line from the keyboard; asked on stderr, since stdout carries data only (typer's own prompt writes there)."""
    typer.echo(f"{question}: ", nl=False, err=True)
    line = sys.stdin.readline()
    if not line:
        raise typer.Abort
    return line.strip()


def _agreed(question: str, *, usual: bool) -> bool:
    answer = _answer(f"{question} [{'Y/n' if usual else 'y/N'}]").lower()
    return answer in ("y", "yes", "是", "对") if answer else usual


def _errors(entered: "Entered") -> bool:
    return any(each.severity.value == "error" for each in entered.findings)


def _given(desk: "Desk", given: "list[str] | tuple[str, ...]") -> dict[str, str]:
    """The values of `--set FIELD=VALUE`."""
    from pioneer_etl.contract.errors import UsageError

    values: dict[str, str] = {}
    for each in given:
        name, sign, text = each.partition("=")
        if not sign:
            raise UsageError("enter.no_sign", found=each)
        values[desk.field(name.strip()).name] = text
    return values


def _heading(desk: "Desk", call: Call) -> str:
    from rich.markup import escape

    title = desk.dataset.title.zh if call.language == "zh" else desk.dataset.title.en
    return f"[bold]{escape(desk.township.name)} {escape(desk.period.text)} {escape(title)}[/bold]"


def _ask_keys(desk: "Desk", values: dict[str, str], call: Call) -> None:
    for name in desk.keys:
        if name not in values:
            values[name] = _ask(desk, name, "", call)


def _ask_fields(desk: "Desk", values: dict[str, str], named: "list[str] | tuple[str, ...]", call: Call) -> None:
    """The fields that were named, or else those that the form requires; enter keeps what stands."""
    stood = desk.stood(values)
    say_which = "cli.enter.known" if stood else "cli.enter.new"
    typer.echo(call.text(say_which), err=True)
    wanted = [desk.field(each).name for each in named] or [each.name for each in desk.dataset.fields if each.required]
    for name in wanted:
        if name not in desk.keys and name not in values:
            text = _ask(desk, name, stood.get(name, ""), call)
            if text and text != stood.get(name):
                values[name] = text


def _ask(desk: "Desk", name: str, stands: str, call: Call) -> str:
    """One value, asked for again until it can be read."""
    field = desk.field(name)
    label = field.label.zh if call.language == "zh" else field.label.en
    unit = f"（{field.unit}）" if field.unit else ""
    choices = desk.choices(field)
    if choices:
        typer.echo("  " + " / ".join(choices), err=True)
    need = call.text("cli.enter.required") if field.required and not stands else ""
    shown = f" [{desk.shown(name, stands)}]" if stands else ""
    while True:
        text = _answer(f"{label}{unit}{need}{shown}")
        if not text:
            if stands or not field.required:
                return stands
            continue
        doubts = desk.doubts(field, text)
        if not doubts:
            return text
        for each in doubts:
            _say(each, call)
        if not any(each.severity.value == "error" for each in doubts):
            return text


def _tell(entered: "Entered", desk: "Desk", call: Call) -> None:
    """What is entered against what stood, and what was found."""
    from rich.markup import escape

    out = console(errors=True)
    for name, text in entered.after.items():
        before = entered.before.get(name)
        label = desk.field(name).label
        words = label.zh if call.language == "zh" else label.en
        arrow = f"{before} → " if before else ""
        out.print(f"  {escape(words)}  {escape(arrow)}[bold]{escape(text)}[/bold]")
    for each in entered.findings:
        _say(each, call)


def _say(found: "Finding", call: Call) -> None:
    from rich.markup import escape

    colour = _COLOURS[found.severity.value]
    console(errors=True).print(f"  [{colour}]{found.code}[/{colour}] {escape(found.message(call.language))}")
