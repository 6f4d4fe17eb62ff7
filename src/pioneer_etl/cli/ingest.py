"""`pioneer ingest PATH...`: read, check and load files or folders."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pioneer_etl.cli.call import Call, as_typed, console, print_json
from pioneer_etl.cli.exit import Exit
from pioneer_etl.cli.language import say
from pioneer_etl.cli.options import check_format, format_option, period_option, township_option
from pioneer_etl.contract.catalogue import Language

if TYPE_CHECKING:
    from pioneer_etl.contract.finding import Finding
    from pioneer_etl.workspace import Workspace
    from pioneer_etl.workspace.report import IngestReport, Question

_SHOWN = 10  # lines of a kind that a person takes in at the end of a run; `pioneer findings` lists the rest
_COMMANDS = 3  # of those that learn a format: one is a good beginning
_COLOURS = {"error": "red", "warning": "yellow", "note": "dim"}
_GRAVITY = tuple(_COLOURS)


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
        received: Annotated[
            datetime | None,
            typer.Option("--received", metavar="DAY", formats=["%Y-%m-%d"], help=say("cli.ingest.received", language)),
        ] = None,
        form: Annotated[str, format_option(language, "table|json")] = "table",
    ) -> None:
        call: Call = context.obj
        check_format(form, "table", "json")
        workspace = call.workspace()
        with progress_bar(call.text("cli.ingest.reading")) as progress:
            report = workspace.ingest(
                paths,
                dry_run=dry_run,
                period=period,
                township=township,
                layout=layout,
                received=received.date() if received else None,
                progress=progress,
            )
        if form == "json":
            print_json(report.as_dict(call.language))
        else:
            tell(report, call, dry_run=dry_run)
            tell_revisions(report, workspace, call)
            tell_formats(report, paths, workspace.root, call)
        raise typer.Exit(Exit.DONE if report.clean else Exit.REFUSED)


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr, gone when done; nothing where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    out = console(errors=True)
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        task = bar.add_task(label, total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance


def tell(report: "IngestReport", call: Call, *, dry_run: bool = False) -> None:
    """What was loaded, refused or questioned, and why, in a few lines on stderr.

    A file that did not get in is told with the finding that kept it out, and the remedy; what was found in the
    files that were read now follows, the gravest first.
    """
    from rich.markup import escape

    out = console(errors=True)
    if not report.files:
        out.print(call.text("usage.no_files"))
        return
    if dry_run:
        out.print(call.text("usage.dry_run"))
    out.print(f"[bold]{escape(call.text('cli.ingest.summary', **report.counts()))}[/bold]")
    kept_out = [file for file in report.files if file.kept_out is not None]
    for file in kept_out[:_SHOWN]:
        listed = sorted(file.findings, key=lambda each: (not each.quarantines, _GRAVITY.index(each.severity)))
        status = call.text(f"cli.status.{file.kept_out}")
        more = call.text("cli.ingest.more_in_file", found=len(listed) - 1) if len(listed) > 1 else ""
        words = (
            f"{_line(file.file, listed[0], call)}{more and f' [dim]{escape(more)}[/dim]'}"
            if listed
            else escape(file.file)
        )
        out.print(f"  [red]{escape(status)}[/red] {words}", soft_wrap=True)
        if listed and (remedy := listed[0].remedy(call.language)):
            out.print(f"      [dim]→ {escape(remedy)}[/dim]", soft_wrap=True)
    if len(kept_out) > _SHOWN:
        out.print(escape(f"  {call.text('cli.ingest.more', found=len(kept_out) - _SHOWN)}"))
    names = {file.file for file in report.files if file.kept_out is not None or file.status == "unchanged"}
    questions = [each for each in report.questions() if each.file not in names or each.finding.elsewhere]
    questions.sort(key=lambda each: _GRAVITY.index(each.finding.severity))
    kinds: dict[tuple[str, str | None], list[Question]] = {}
    for each in questions:
        # Where there are many, one of a kind stands for all.
        kind = (each.finding.code, each.finding.rule) if len(questions) > _SHOWN else (str(len(kinds)), None)
        kinds.setdefault(kind, []).append(each)
    for alike in list(kinds.values())[:_SHOWN]:
        count = call.text("cli.ingest.alike", found=len(alike)) if len(alike) > 1 else ""
        words = _line(alike[0].file, alike[0].finding, call)
        out.print(f"  {words}{count and f' [dim]{escape(count)}[/dim]'}", soft_wrap=True)
    told = sum(len(alike) for alike in list(kinds.values())[:_SHOWN])
    if len(questions) > told:
        out.print(escape(f"  {call.text('cli.ingest.more', found=len(questions) - told)}"))
    elif len(kinds) < len(questions):
        out.print(escape(f"  {call.text('cli.ingest.all_listed', found=len(questions))}"))


def tell_revisions(report: "IngestReport", workspace: "Workspace", call: Call) -> None:
    """Which forms were corrected: a line a form that came again with other figures."""
    from rich.markup import escape

    new = [
        (file.file, each)
        for file in report.files
        if file.status == "loaded"
        for each in file.submissions
        if each.status == "loaded" and each.township is not None and (each.revision or 0) > 1
    ]
    out = console(errors=True)
    for name, each in new[:_SHOWN]:
        title = workspace.contracts.datasets[each.dataset].title
        form = call.text(
            "usage.revision_of",
            township=each.township,
            dataset=each.dataset,
            title_zh=title.zh,
            title_en=title.en,
            period=each.period,
        )
        revision = call.text("usage.revision", revision=each.revision)
        out.print(f"  [green]{escape(revision)}[/green] [bold]{escape(name)}[/bold] {escape(form)}", soft_wrap=True)
    if len(new) > _SHOWN:
        out.print(escape(f"  {call.text('cli.ingest.more', found=len(new) - _SHOWN)}"))


def tell_formats(report: "IngestReport", paths: Sequence[Path], root: Path, call: Call) -> None:
    """The command that learns a format, for the files that wait because theirs is not known or has changed."""
    from rich.markup import escape

    waiting = [(file, layout) for file in report.files if (layout := file.unlearnt) is not None]
    out = console(errors=True)
    for file, layout in waiting[:_COMMANDS]:
        path = next((each / file.file for each in paths if (each / file.file).is_file()), None)
        typed = as_typed(path or next((each for each in paths if each.name == file.file), Path(file.file)))
        known = (root / "plugins" / layout / "layout.toml").is_file()
        learn = f"update {layout}" if known else "new"
        out.print(f"  → [bold]{escape(f'pioneer plugins {learn} {typed}')}[/bold]", soft_wrap=True)
    if waiting:
        more = call.text("cli.ingest.more_formats", found=len(waiting) - _COMMANDS) if len(waiting) > _COMMANDS else ""
        out.print(escape(f"    {call.text('cli.ingest.learn')}{more}"), soft_wrap=True)


def _line(file: str, found: "Finding", call: Call) -> str:
    """One finding with its place, for rich to print."""
    from rich.markup import escape

    place = file
    if found.sheet is not None:
        place += f" [{found.sheet}]"
    words = found.message(call.language)
    if found.cells and not words.startswith(found.cells[0]):
        place += f" {found.cells[0]}"
    colour = _COLOURS[found.severity]
    return f"[{colour}]{found.code}[/{colour}] [bold]{escape(place)}[/bold] {escape(words)}"
