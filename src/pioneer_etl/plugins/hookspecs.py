# Specifications have no bodies.
# mypy: disable-error-code="empty-body"
"""The hooks: what a plugin may do, with an example each.

A plugin is a module (or object) whose functions carry `@hookimpl`.  A function may name fewer
arguments than its hook has; it may not name others.  Hooks called "first result" ask the plugins
one after the other, the workspace's own before the installed ones before the built-in ones, until one
answers something else than None.

An example stands in every docstring below; docs/plugins.md shows them in whole plugins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pluggy import HookimplMarker, HookspecMarker

from pioneer_etl.contract.model import Check, Field, OrgUnit, Period
from pioneer_etl.match.layout import Layout
from pioneer_etl.match.model import FileContext
from pioneer_etl.plugins.events import Event
from pioneer_etl.table.rules.base import Rule
from pioneer_etl.transform.model import FieldValue, Record, RecordContext, SourceCell, ValueContext
from pioneer_etl.workbook.model import Workbook

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from typer import Typer

PROJECT: Final = "pioneer_etl"

# Counted up when a hook changes in a way that breaks plugins.  A plugin says which one it was written
# for by `PIONEER_API = 1` at its top; without that line it is taken to be for the present one.
API_VERSION: Final = 1

hookspec: Final = HookspecMarker(PROJECT)
hookimpl: Final = HookimplMarker(PROJECT)


@hookspec
def register_layouts() -> Iterable[Layout | Path]:
    """Formats of mailed workbooks: layouts, or paths to `layout.toml` files.

    A folder in `plugins/` that holds a `layout.toml` needs no code for this.

        @hookimpl
        def register_layouts():
            return sorted(Path(__file__).parent.glob("layouts/*.toml"))
    """


@hookspec
def register_checks() -> Mapping[str, Sequence[Check]]:
    """Checks beside those that the contracts declare, by the name of their dataset.

    @hookimpl
    def register_checks():
        words = Label("亩均收入高于 5 万元", "income per mu is over 50,000 yuan")
        return {"village_economy": [Check("per_mu", "income_total <= 5 * land", "warning", words)]}
    """


@hookspec
def register_summaries() -> Iterable[Path]:
    """County summary tables: paths to declarations like those in `warehouse/summaries/`.

    @hookimpl
    def register_summaries():
        return [Path(__file__).parent / "poverty.toml"]
    """


@hookspec
def register_datasets() -> Iterable[Path]:
    """Datasets beside the workspace's own: paths to contracts like those in `warehouse/datasets/`.

    The code lists that only they need lie in a folder `codes` beside the contract.  The workspace's own contract or
    code list of the same name stands.

        @hookimpl
        def register_datasets():
            return [Path(__file__).parent / "datasets" / "water_works.toml"]
    """


@hookspec
def register_rules() -> Iterable[Rule]:
    """Rules of understanding beside the tool's own: see docs/understanding.md for what a rule is given.

    A rule with the name of one of the tool's own takes its place.

        @hookimpl
        def register_rules():
            def stamped(row):
                "A row that says 此栏由县里填写 is no record."
                return 1.0 if "此栏由县里填写" in row.text else 0.0

            return [Rule("county-fills-in", Stage.ROW, 8.0, stamped, RowRole.NOTE)]
    """


@hookspec(firstresult=True)
def parse_value(cell: SourceCell, field: Field, context: ValueContext) -> FieldValue | None:
    """Read one cell into a value of `field`, where a county writes what the tool cannot read.

    First result.  None means "not mine": the next plugin, and at last the tool itself, reads the cell.
    A cell that says that there is no value is not None but a `FieldValue` whose state tells why,
    e.g. `FieldValue(None, ValueState.NONE, cell.position, text)`.  It is asked for every cell: look at
    `field.name` first.

        @hookimpl
        def parse_value(cell, field):
            if field.name == "attendance_rate" and cell.value == "全勤":
                return FieldValue(Decimal(1), ValueState.VALUE, cell.position, "全勤")
            return None
    """


@hookspec(firstresult=True)
def read_workbook(path: Path, context: FileContext) -> Workbook | None:
    """Read a file of a kind that the tool does not read, or reads otherwise than a county wants.

    First result.  `path` is a private copy of the file under its own name, gone afterwards; None means "not mine".
    Every file is offered before the tool looks at it: judge by the content.  It is called in a worker process with
    the limits of docs/reading.md.  The sheets' cells go through understanding like those of any workbook.

        @hookimpl
        def read_workbook(path):
            if not path.read_bytes().startswith(b"WKS1"):
                return None
            return Workbook(path.name, "", "wks", (Sheet("1", read_rows(path)),))
    """


@hookspec(firstresult=True)
def resolve_place(name: str, period: Period | None, context: ValueContext) -> OrgUnit | str | None:
    """Say which place a cell names, where a county has names that org_units.csv cannot list.

    First result.  It is asked for every cell of a field that is a place; the answer is a unit of the workspace
    (`context.places`) or its code, and None means "not mine".

        @hookimpl
        def resolve_place(name, context):
            if name.startswith("第") and name.endswith("站"):
                return context.places.resolve(STATIONS[name], within=context.township).unit
            return None
    """


@hookspec
def modify_records(records: Sequence[Record], context: RecordContext) -> Iterable[Record] | None:
    """Change the records of one table before they are checked: all of them are to be returned, or None for no change.

    The plugins are asked one after the other, each given what the one before it returned.  A record may be changed
    (`dataclasses.replace`), split into several of the same line, or left out, which a finding then says; one with a
    line that the table does not have is refused.  A changed value without a `conversion` of its own gets the plugin's
    name there, so that a trace shows who changed it.

        @hookimpl
        def modify_records(records, context):
            if context.dataset.name != "reserve_cadre":
                return None
            return [part for record in records for part in split_names(record)]
    """


@hookspec
def on_event(event: Event) -> None:
    """Be told of what has happened: a file read, an ingest ended, summaries written.

    Called in the main process, after the fact; whatever it raises is reported and changes nothing.

        @hookimpl
        def on_event(event):
            if event.kind == "ingest" and event.details["refused"]:
                LOG.write_text(f"{event.details['refused']} files refused")
    """


@hookspec
def prepare_connection(connection: DuckDBPyConnection) -> None:
    """Add functions or settings to a DuckDB connection that the tool has just opened.

    @hookimpl
    def prepare_connection(connection):
        connection.execute("create or replace temp macro wan(x) as x / 10000")
    """


@hookspec
def register_commands(app: Typer) -> None:
    """Add commands to `pioneer`.

    @hookimpl
    def register_commands(app):
        @app.command()
        def greet(name: str) -> None:
            typer.echo(f"你好，{name}")
    """
