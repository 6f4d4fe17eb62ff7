"""How files are understood, without loading anything: the object behind `pioneer inspect`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pioneer_etl.contract.address import column_letters, parse_a1
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import FileRefused, UsageError
from pioneer_etl.match.model import FileContext, MatchedTable, SheetMatch
from pioneer_etl.pipeline import Inspected, InWorker, Task, inspect
from pioneer_etl.workspace.reading import Options, find_files, take_in_file

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pioneer_etl.report.inspection import Sight
    from pioneer_etl.workspace.workspace import Workspace

# Who looks at a file by name waits for it: the limit of time is there for the one bad file among hundreds.
_PATIENCE = 6


@dataclass(frozen=True, slots=True)
class FileView:
    """One file as it is understood, or why it was refused.

    `inspected` holds, sheet by sheet, the roles of all cells, the tables with their header trees, and what
    they were matched to; `workspace` is the one whose contracts say what a value is read as.
    """

    file: str
    inspected: Inspected | None
    refusal: FileRefused | None = None
    workspace: Workspace | None = field(default=None, repr=False, compare=False)

    @property
    def matches(self) -> tuple[SheetMatch, ...]:
        return self.inspected.matches if self.inspected is not None else ()

    def as_dict(self, language: Language = "en") -> dict[str, Any]:
        """The file in the form that `inspect --format json` prints; a refusal in words of `language`."""
        if self.refusal is not None:
            return {
                "file": self.file,
                "refused": {
                    "code": self.refusal.code,
                    "message": self.refusal.message(language),
                    "remedy": self.refusal.remedy(language),
                },
                "sheets": [],
            }
        return {"file": self.file, "sheets": [_sheet(match) for match in self.matches]}

    def rich(self, language: Language) -> RenderableType:
        """The sheets with their roles in colours, for a terminal."""
        from pioneer_etl.report.inspection import terminal_view

        return terminal_view(self.file, self.matches, language)

    def html(self, language: Language) -> str:
        """The same as a page that stands by itself."""
        return html_of((self,), language)

    def explain(self, cell: str, language: Language) -> RenderableType:
        """The rules and the evidence for one cell: "C7", or "sheet!C7" where the file has several sheets.

        UsageError when there is no such sheet, or `cell` is no address.
        """
        from pioneer_etl.report.inspection import explain_cell

        sheet, _, address = cell.rpartition("!")
        try:
            position = parse_a1(address)
        except ValueError:
            raise UsageError("inspect.bad_cell", found=address) from None
        if self.workspace is None:
            return explain_cell(self.matches, sheet or None, position, language)
        contracts, plugins = self.workspace.contracts, self.workspace.plugins
        return explain_cell(self.matches, sheet or None, position, language, contracts, plugins.parse_value)


def html_of(views: Sequence[FileView], language: Language) -> str:
    """Several files on one page, refused ones with the reason."""
    from pioneer_etl.report.inspection import InspectedFile, html_page

    return html_page([InspectedFile(each.file, each.matches, each.refusal) for each in views], language)


def write_html(views: Sequence[FileView], output: Path, language: Language) -> tuple[Path, ...]:
    """Pages in `output`: one page when it is called .html or .htm, else a folder with a page a file."""
    from pioneer_etl.report.files import write_atomically

    pages = {output: tuple(views)}
    if output.suffix.lower() not in (".html", ".htm"):
        pages = {}
        for view in views:
            name, number = f"{Path(view.file).name}.html", 1
            while output / name in pages:
                number += 1
                name = f"{Path(view.file).name} ({number}).html"
            pages[output / name] = (view,)
    for path, shown in pages.items():
        write_atomically(path, html_of(shown, language).encode())
    return tuple(pages)


def inspect_files(
    workspace: Workspace, paths: Sequence[Path], period: str | None, township: str | None
) -> tuple[FileView, ...]:
    """Every file of `paths` read and understood in a worker process."""
    from pioneer_etl.workbook.worker import run_isolated

    limits = workspace.settings.limits
    options = Options(township, period)
    files = [each for path, name in find_files(paths) for each in take_in_file(path, name, options, limits)]
    tasks = [
        Task(each.data, FileContext(each.name, each.folder, township, period)) for each in files if not each.refusal
    ]
    inspector = InWorker(inspect, workspace.root, workspace.disabled, limits)
    answers = run_isolated(
        inspector,
        tasks,
        workers=workspace.workers,
        seconds=limits.seconds * _PATIENCE,
        memory=limits.memory,
        initializer=inspector.warm,
        name_of=Task.name_of,
    )
    views = []
    for each in files:
        answer: Inspected | FileRefused = each.refusal or next(answers)[1]
        if isinstance(answer, FileRefused):
            views.append(FileView(each.name, None, answer))
        else:
            views.append(FileView(each.name, answer, workspace=workspace))
    return tuple(views)


def _sheet(match: SheetMatch) -> dict[str, Any]:
    from pioneer_etl.report.inspection import Sight
    from pioneer_etl.table.describe import describe

    found = describe(match.reading)
    sight = Sight(match)
    matched = {id(each.table): each for each in match.tables}
    unpivoted = {each.index: each for each in match.tables if each.unpivoted is not None}
    for number, (table, told) in enumerate(zip(match.reading.tables, found["tables"], strict=True)):
        for each in (*told["label_columns"], *told["columns"], *told["rows"]):
            _mask(each, sight)
        if id(table) in matched:
            _fill(told, matched[id(table)])
        elif (listed := unpivoted.get(number)) is not None:
            told["kind"] = listed.table.kind.value
            _fill(told, listed)
    return found


def _mask(line: dict[str, Any], sight: Sight) -> None:
    """A line's path with what is personal in it masked; every other word stays as it stands."""
    from pioneer_etl.report.inspection import cell_text
    from pioneer_etl.table.headers import clean

    hidden = {}
    for address in line["cells"]:
        position = parse_a1(address)
        value, shown = sight.sheet.at(*position), sight.text(position)
        if shown != cell_text(value):
            hidden[clean(str(value))] = shown
    if hidden:
        line["path"] = [hidden.get(part, part) for part in line["path"]]


def _fill(told: dict[str, Any], matched: MatchedTable) -> None:
    told["dataset"] = matched.dataset.name
    told["layout"] = matched.layout
    lines = {each.line: each for each in matched.lines}
    by_letters = {column_letters(line): each for line, each in lines.items()}
    for column in (*told["label_columns"], *told["columns"]):
        line = by_letters.get(column["column"])
        if line is not None and line.field is not None:
            column["field"], column["match"] = line.field, line.kind.value
