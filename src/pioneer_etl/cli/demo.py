"""`pioneer demo [DIR]`: the whole job on a made-up county."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pioneer_etl.cli.call import Call, as_typed, console
from pioneer_etl.cli.exit import Exit
from pioneer_etl.cli.ingest import progress_bar, tell, tell_revisions
from pioneer_etl.cli.language import say
from pioneer_etl.contract.catalogue import Language

if TYPE_CHECKING:
    from pioneer_etl.workspace import Workspace


def register(app: typer.Typer, language: Language) -> None:
    """Add the command."""

    @app.command("demo", help=say("cli.demo.help", language))
    def demo(
        context: typer.Context,
        folder: Annotated[Path, typer.Argument(help=say("cli.demo.folder", language))] = Path("demo-county"),
        cycle: Annotated[bool, typer.Option("--cycle", help=say("cli.demo.cycle", language))] = False,
    ) -> None:
        from rich.table import Table

        from pioneer_etl.demo.run import run_demo
        from pioneer_etl.report.model import words

        call: Call = context.obj
        out = console(errors=True)
        out.print(call.text("cli.demo.making"))
        with progress_bar(call.text("cli.ingest.reading")) as progress:
            result = run_demo(folder, language=call.language, progress=progress)
        tell(result.report, call)
        tell_revisions(result.report, result.workspace, call)
        table = Table(header_style="bold", title_justify="left")
        for name in ("figure", "expected", "found"):
            table.add_column(call.text(f"cli.demo.{name}"))
        for figure in result.figures:
            colour = "green" if figure.right else "red"
            label, quoted, found = (words(each, call.language) for each in (figure.label, figure.quoted, figure.found))
            table.add_row(label, quoted, f"[{colour}]{found}[/{colour}]")
        out.print(table)
        right = sum(figure.right for figure in result.figures)
        out.print(call.text("cli.demo.figures", found=len(result.figures), expected=right))
        for path in result.written:
            out.print(call.text("cli.written", found=path), soft_wrap=True)
        closed = _cycle(result.workspace, call) if cycle else True
        names = {"folder": as_typed(folder), "corrections": as_typed(folder / "corrections"), "pioneer": own_name()}
        out.print(call.text("cli.demo.next", **names), markup=False, soft_wrap=True)
        raise typer.Exit(Exit.DONE if result.as_expected and closed else Exit.REFUSED)


def _cycle(workspace: "Workspace", call: Call) -> bool:
    """Out to the townships and back, told step by step; whether nothing is left open."""
    from rich.table import Table

    from pioneer_etl.demo.cycle import in_order, run_cycle

    out = console(errors=True)
    out.print(call.text("cli.demo.cycle.returning"))
    cycle = run_cycle(workspace)
    told = {"returned": len(cycle.returned), "corrected": cycle.corrected, "answered": cycle.answered}
    out.print(call.text("cli.demo.cycle.came_back", **told), soft_wrap=True)
    table = Table(header_style="bold")
    for name in ("step", "open", "fixed", "explained", "waived"):
        table.add_column(call.text(f"cli.demo.cycle.{name}"), justify="left" if name == "step" else "right")
    for name, *counts in in_order(cycle.steps):
        table.add_row(call.text(f"cli.demo.cycle.after.{name}"), *map(str, counts))
    out.print(table)
    return cycle.closed


def own_name() -> str:
    """What to type for this program: its name where the shell finds it, else the path it was called by."""
    if shutil.which("pioneer") is not None or not sys.argv[0]:
        return "pioneer"
    called = Path(sys.argv[0])
    return str(called) if called.stem == "pioneer" else "pioneer"
