"""Ingest: files read in worker processes, loaded by this one, told of in a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pioneer_etl.workspace.reading import (
    Incoming,
    Options,
    find_files,
    read_files,
    reading_crew,
    reading_key,
    take_in_file,
)

if TYPE_CHECKING:
    from pioneer_etl.contract.finding import Finding
    from pioneer_etl.warehouse.model import FileResult, LoadedFile
    from pioneer_etl.warehouse.queries import FindingRow
    from pioneer_etl.warehouse.store import Warehouse
    from pioneer_etl.workspace.report import FileReport, IngestReport
    from pioneer_etl.workspace.workspace import Workspace

# How many bytes of files wait in memory at a time.
_MOST_BYTES = 256 * 2**20


def ingest(
    workspace: Workspace,
    paths: Sequence[Path],
    options: Options,
    *,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> IngestReport:
    """Read, check and load; every file ends as loaded, unchanged, quarantined or refused.

    With `dry_run` the warehouse is neither opened nor written.  `progress` is told how many files are done,
    of how many.
    """
    files = find_files(paths)
    tell = progress or (lambda done, total: None)
    tell(0, len(files))
    reports: list[FileReport] = []
    number: int | None = None
    between: tuple[FindingRow, ...] = ()
    answers: list[tuple[Mapping[str, str], str]] = []
    several = any(path.suffix.lower() == ".zip" for path, _ in files)
    with reading_crew(workspace, workspace.workers if several else len(files), to_load=not dry_run) as crew:
        if dry_run or _look_new(files, workspace.database):
            crew.start()  # while this process imports the rest and opens the warehouse
        from pioneer_etl.warehouse.store import open_warehouse
        from pioneer_etl.workspace.report import IngestReport
        from pioneer_etl.workspace.results import dry_report, in_order, open_between

        for batch, waiting in _batches(files, options, workspace):
            total = len(reports) + len(batch) + waiting  # a zip counts as one until it is opened
            if dry_run:
                for each in read_files(workspace, batch, crew):
                    reports.append(dry_report(each))
                    tell(len(reports), total)
                continue
            # Where there is no warehouse yet no file is known, and all are read while it is made.
            first = None if workspace.database.is_file() else read_files(workspace, batch, crew)
            with open_warehouse(workspace.database, workspace.contracts) as warehouse:
                number = warehouse.new_batch() if number is None else number
                known: list[FileResult | None] = [None] * len(batch)
                if first is None:
                    known = _known(warehouse, batch, reading_key(workspace, options))
                new = [each for each, before in zip(batch, known, strict=True) if before is None]
                read = read_files(workspace, new, crew) if first is None else first
                results: list[FileResult] = []
                for result in warehouse.load_files(_noting(read, answers), number, comparing=True):
                    results.append(result)
                    tell(len(reports) + len(batch) - len(new) + len(results), total)
                if not waiting:
                    if warehouse.compare_forms() or answers:
                        # Between forms other figures may be found now than those that the answers were first held to.
                        for said, who in answers:
                            warehouse.answer(said, who)
                    between = warehouse.open_between()
                warehouse.checkpoint()
            reports += in_order(batch, known, results)
            tell(len(reports), total)
    problems = workspace.plugins.problems
    if not dry_run:
        problems += _tell_plugins(workspace, reports)
    return IngestReport(tuple(reports), problems, open_between(between, reports))


def _noting(files: Iterator[LoadedFile], answers: list[tuple[Mapping[str, str], str]]) -> Iterator[LoadedFile]:
    """The files as they come, noting down what returned workbooks among them answer, and who does."""
    for each in files:
        if each.answers:
            answers.append((each.answers, each.sender))
        yield each


def _tell_plugins(workspace: Workspace, reports: Sequence[FileReport]) -> tuple[Finding, ...]:
    """Tell the plugins what became of every file, and of all; a finding for each plugin that fails on it."""
    from pioneer_etl.plugins.events import Event

    plugins = workspace.plugins
    problems: list[Finding] = []
    for each in reports:
        submissions = [
            {"dataset": one.dataset, "township": one.township, "period": one.period, "revision": one.revision}
            for one in each.submissions
        ]
        details = {"file": each.file, "sha256": each.sha256, "status": each.status, "submissions": submissions}
        problems += plugins.tell(Event("file", details))
    counts = Counter(each.status for each in reports)
    ended = {status: counts[status] for status in ("loaded", "unchanged", "quarantined", "refused")}
    problems += plugins.tell(Event("ingest", {"files": len(reports), **ended}))
    return tuple({(each.code, *map(str, each.arguments.values())): each for each in problems}.values())


def _look_new(files: Sequence[tuple[Path, str]], database: Path) -> bool:
    """Whether any file came after the warehouse was last written: then there will be something to read."""
    if not database.is_file():
        return True
    written = database.stat().st_mtime
    return any(path.lstat().st_mtime > written for path, _ in files)


def _batches(
    files: Sequence[tuple[Path, str]], options: Options, workspace: Workspace
) -> Iterator[tuple[list[Incoming], int]]:
    """The files in lots that fit in memory, each with how many files still wait behind it."""
    batch: list[Incoming] = []
    size = 0
    for number, (path, name) in enumerate(files):
        for each in take_in_file(path, name, options, workspace.settings.limits):
            if batch and size + len(each.data) > _MOST_BYTES:
                yield batch, len(files) - number
                batch, size = [], 0
            batch.append(each)
            size += len(each.data)
    if batch:
        yield batch, 0


def _known(warehouse: Warehouse, batch: Sequence[Incoming], key: str) -> list[FileResult | None]:
    """What became of the same files before; None for one that is new, or worth reading again."""
    from pioneer_etl.warehouse.known import unread_key

    names = [each.sha256 if each.refusal is None else unread_key(each.name) for each in batch]
    before = warehouse.known_files(dict.fromkeys(names, key))
    found = [before.get(name) for name in names]
    return [
        known if known is None or each.refusal is None or _same_refusal(known, each.refusal.code) else None
        for each, known in zip(batch, found, strict=True)
    ]


def _same_refusal(known: FileResult, code: str) -> bool:
    return [each.code for each in known.findings] == [code]
