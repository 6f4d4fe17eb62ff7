"""`pioneer ingest PATH...`: read, check and load files or folders."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pioneer_etl.cli.call import Call, console, print_json
from pioneer_etl.cli.exit import Exit
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import check_format, format_option, period_option, township_option
from pioneer_etl.contract.catalogue import Language

if TYPE_CHECKING:
    from pioneer_etl.workspace.report import IngestReport

_SHOWN = 12  # findings that a person takes in at the end of a run; the rest are listed by `pioneer findings`
_COLOURS = {"error": "red", "warning": "yellow", "note": "dim"}


def register(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    @app.command("ingest", help=say("cli.ingest.help", language))
    def ingest(
        context: typer.Context,
        paths: Annotated[list[Path], typer.Argument(help=say("cli.ingest.paths", language))],
        dry_run: Annotated[bool, typer.Option("--dry-run", help=say("cli.ingest.dry_run", language))] = False,
        period: Annotated[str | None, period_option(language)] = None,
        township: Annotated[str | None, township_option(language)] = None,
        layout: Annotated[str | None, typer.Option("--layout", help=say("cli.ingest.layout", language))] = None,
        form: Annotated[str, format_option(language, "table|json")] = "table",
    ) -> None:
        call: Call = context.obj
        check_format(form, "table", "json")
        workspace = call.workspace()
        with progress_bar(call.text("cli.ingest.reading")) as progress:
            report = workspace.ingest(
                paths, dry_run=dry_run, period=period, township=township, layout=layout, progress=progress
            )
        if form == "json":
            print_json(report.as_dict(call.language))
        else:
            tell(report, call)
        raise typer.Exit(Exit.DONE if report.clean else Exit.REFUSED)


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr, gone when done; nothing where stderr is no terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console(errors=True), transient=True) as bar:
        task = bar.add_task(label, total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance


def tell(report: "IngestReport", call: Call) -> None:
    """What was loaded, refused or questioned, and why, in a few lines on stderr."""
    from rich.markup import escape

    out = console(errors=True)
    out.print(f"[bold]{escape(call.text('cli.ingest.summary', **report.counts()))}[/bold]")
    listed = sorted(report.questions(), key=lambda each: ("error", "warning", "note").index(each.finding.severity))
    for each in listed[:_SHOWN]:
        found = each.finding
        place = each.file
        if found.sheet is not None:
            place += f" [{found.sheet}]"
        if found.cells:
            place += f" {found.cells[0]}"
        colour = _COLOURS[found.severity]
        # The status says more than the severity where the file did not get in.
        status = f"{call.text(f'cli.status.{each.status}')} " if each.status in ("refused", "quarantined") else ""
        out.print(
            f"  [{colour}]{status}{found.code}[/{colour}] [bold]{escape(place)}[/bold] "
            f"{escape(found.message(call.language))}",
            soft_wrap=True,
        )
    if len(listed) > _SHOWN:
        out.print(escape(f"  {call.text('cli.ingest.more', found=len(listed) - _SHOWN)}"))
