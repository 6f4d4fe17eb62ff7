"""How files are understood, without loading anything: the object behind `pioneer inspect`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pioneer_etl.contract.address import column_letters, parse_a1
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import FileRefused
from pioneer_etl.match.model import FileContext, MatchedTable, SheetMatch
from pioneer_etl.pipeline import Inspected, InWorker, Task, inspect
from pioneer_etl.workspace.reading import find_files

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pioneer_etl.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class FileView:
    """One file as it is understood, or why it was refused.

    `inspected` holds, sheet by sheet, the roles of all cells, the tables with their header trees, and what
    they were matched to.
    """

    file: str
    inspected: Inspected | None
    refusal: FileRefused | None = None

    @property
    def matches(self) -> tuple[SheetMatch, ...]:
        return self.inspected.matches if self.inspected is not None else ()

    def as_dict(self) -> dict[str, Any]:
        """The file in the form that `inspect --format json` prints."""
        if self.refusal is not None:
            return {
                "file": self.file,
                "refused": {"code": self.refusal.code, "message": self.refusal.message("en")},
                "sheets": [],
            }
        return {"file": self.file, "sheets": [_sheet(match) for match in self.matches]}

    def rich(self, language: Language) -> RenderableType:
        """The sheets with their roles in colours, for a terminal."""
        from pioneer_etl.report.inspection import terminal_view

        return terminal_view(self.file, self.matches, language)

    def html(self, language: Language) -> str:
        """The same as a page that stands by itself."""
        from pioneer_etl.report.inspection import html_page

        return html_page(self.file, self.matches, language)

    def explain(self, cell: str, language: Language) -> RenderableType:
        """The rules and the evidence for one cell: "C7", or "sheet!C7" where the file has several sheets."""
        from pioneer_etl.report.inspection import explain_cell

        sheet, _, address = cell.rpartition("!")
        return explain_cell(self.matches, sheet or None, parse_a1(address), language)


def inspect_files(
    workspace: Workspace, paths: Sequence[Path], period: str | None, township: str | None
) -> tuple[FileView, ...]:
    """Every file of `paths` read and understood in a worker process."""
    from pioneer_etl.workbook.intake import take_in
    from pioneer_etl.workbook.worker import run_isolated

    limits = workspace.settings.limits
    files = find_files(paths)
    tasks: list[Task] = []
    views: dict[int, FileView] = {}
    for index, (path, name) in enumerate(files):
        try:
            data, _ = take_in(path, limits)
        except FileRefused as refusal:
            views[index] = FileView(name, None, refusal)
        else:
            tasks.append(Task(data, FileContext(name, path.parent.name, township, period)))
    inspector = InWorker(inspect, workspace.root, workspace.disabled, limits)
    answers = run_isolated(
        inspector,
        tasks,
        workers=workspace.workers,
        seconds=limits.seconds,
        memory=limits.memory,
        initializer=inspector.warm,
        name_of=Task.name_of,
    )
    for index, (_, name) in enumerate(files):
        if index not in views:
            answer = next(answers)[1]
            if isinstance(answer, FileRefused):
                views[index] = FileView(name, None, answer)
            else:
                views[index] = FileView(name, answer)
    return tuple(views[index] for index in range(len(files)))


def _sheet(match: SheetMatch) -> dict[str, Any]:
    from pioneer_etl.table.describe import describe

    found = describe(match.reading)
    matched = {id(each.table): each for each in match.tables}
    for table, told in zip(match.reading.tables, found["tables"], strict=True):
        if id(table) in matched:
            _fill(told, matched[id(table)])
    return found


def _fill(told: dict[str, Any], matched: MatchedTable) -> None:
    told["dataset"] = matched.dataset.name
    told["layout"] = matched.layout
    lines = {each.line: each for each in matched.lines}
    by_letters = {column_letters(line): each for line, each in lines.items()}
    for column in (*told["label_columns"], *told["columns"]):
        line = by_letters.get(column["column"])
        if line is not None and line.field is not None:
            column["field"], column["match"] = line.field, line.kind.value
