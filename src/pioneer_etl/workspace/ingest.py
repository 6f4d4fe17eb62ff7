"""Ingest: files found, taken in, read side by side in worker processes, loaded by this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pioneer_etl.contract.errors import FileRefused, UsageError
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.match.model import FileContext
from pioneer_etl.pipeline import FileReading, InWorker, Task, read
from pioneer_etl.warehouse.model import FileResult, LoadedFile
from pioneer_etl.workspace.report import FileReport, IngestReport, SubmissionReport
from pioneer_etl.workspace.settings import NAME

if TYPE_CHECKING:
    from pioneer_etl.warehouse.store import Warehouse
    from pioneer_etl.workspace.workspace import Workspace

# How many files' bytes wait in memory at a time.
_BATCH = 64


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that was taken in: its path as told to the user, bytes and hash; or why it was refused."""

    name: str
    path: Path
    data: bytes
    sha256: str
    received: datetime
    refusal: FileRefused | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller says of all the files."""

    township: str | None = None
    period: str | None = None
    layout: str | None = None

    @property
    def key(self) -> str:
        return f"{self.township or ''}|{self.period or ''}|{self.layout or ''}"


def find_files(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """Every file of `paths`, those of folders in order of name, with the name told to the user.

    Folders are searched in depth.  Hidden files are passed over, and of a workspace the parts that are not
    mail: its plugins' samples, templates and warehouse.  UsageError when a path does not exist.
    """
    found: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            found += [(each, each.relative_to(path).as_posix()) for each in sorted(_inside(path))]
        elif path.exists() or path.is_symlink():
            found.append((path, path.name))
        else:
            raise UsageError("workspace.no_path", found=path)
    return found


def _inside(folder: Path) -> Iterator[Path]:
    own = {"plugins", "templates", "warehouse"} if (folder / NAME).is_file() else set()
    for each in folder.iterdir():
        if each.name.startswith(".") or (own and (each.name == NAME or each.name in own)):
            continue
        if each.is_dir() and not each.is_symlink():
            yield from _inside(each)
        else:
            yield each


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
    from pioneer_etl.warehouse.store import open_warehouse

    files = find_files(paths)
    tell = progress or (lambda done, total: None)
    tell(0, len(files))
    reports: list[FileReport] = []
    key = f"{workspace.reading_key}|{options.key}"
    for first in range(0, len(files), _BATCH):
        batch = [_take_in(path, name, workspace) for path, name in files[first : first + _BATCH]]
        if dry_run:
            for each in _read(workspace, batch, options, key):
                reports.append(_dry_report(each))
                tell(len(reports), len(files))
            continue
        with open_warehouse(workspace.database, workspace.contracts) as warehouse:
            known = [_known(warehouse, each, key) for each in batch]
            new = [each for each, before in zip(batch, known, strict=True) if before is None]
            results: list[FileResult] = []
            for result in warehouse.load_files(_read(workspace, new, options, key)):
                results.append(result)
                tell(len(reports) + len(batch) - len(new) + len(results), len(files))
        in_order = iter(results)
        for incoming, before in zip(batch, known, strict=True):
            if before is None:
                reports.append(_report(next(in_order)))
            else:
                same = _report(replace(before, name=incoming.name, sha256=incoming.sha256))
                reports.append(replace(same, status="unchanged", before=before.status))
        tell(len(reports), len(files))
    return IngestReport(tuple(reports), workspace.plugins.problems)


def _known(warehouse: Warehouse, incoming: Incoming, key: str) -> FileResult | None:
    """What became of the same file before; None when it is new, or worth reading again."""
    from pioneer_etl.warehouse.known import unread_key

    if incoming.refusal is None:
        return warehouse.known(incoming.sha256, key)
    before = warehouse.known(unread_key(incoming.name), key)
    same = before is not None and [each.code for each in before.findings] == [incoming.refusal.code]
    return before if same else None


def _take_in(path: Path, name: str, workspace: Workspace) -> Incoming:
    from pioneer_etl.workbook.intake import take_in

    try:
        data, sha256 = take_in(path, workspace.settings.limits)
    except FileRefused as refusal:
        return Incoming(name, path, b"", "", datetime.now(), refusal)
    received = datetime.fromtimestamp(path.stat().st_mtime)
    return Incoming(name, path, data, sha256, received)


def _read(workspace: Workspace, batch: Sequence[Incoming], options: Options, key: str) -> Iterator[LoadedFile]:
    """Each file of the batch read in a worker, in order."""
    from pioneer_etl.workbook.worker import run_isolated

    limits = workspace.settings.limits
    wanted = [each for each in batch if each.refusal is None]
    tasks = [
        Task(each.data, FileContext(each.name, each.path.parent.name, options.township, options.period), options.layout)
        for each in wanted
    ]
    reader = InWorker(read, workspace.root, workspace.disabled, limits)
    answers = run_isolated(
        reader,
        tasks,
        workers=workspace.workers,
        seconds=limits.seconds,
        memory=limits.memory,
        initializer=reader.warm,
        name_of=Task.name_of,
    )
    for each in batch:
        loaded = LoadedFile(each.name, each.sha256, each.received, key, data=each.data or None)
        answer: FileReading | FileRefused = each.refusal if each.refusal is not None else next(answers)[1]
        if isinstance(answer, FileRefused):
            yield replace(loaded, refused=True, findings=(refusal_finding(answer, each.name),))
        else:
            layouts = {part.layout for submission in answer.submissions for part in submission.parts}
            yield replace(
                loaded,
                submissions=answer.submissions,
                accounts=answer.accounts,
                findings=answer.findings,
                plugins={layout: workspace.plugin_label(layout) for layout in layouts},
            )


def refusal_finding(refusal: FileRefused, name: str) -> Finding:
    """A refused file's reason as a finding, so that it is listed with all others."""
    where = refusal.location
    cells = (where.cell,) if where.cell else ()
    return replace(finding(refusal.code, sheet=where.sheet, cells=cells, file=name), arguments=refusal.arguments)


def _report(result: FileResult) -> FileReport:
    submissions = tuple(
        SubmissionReport(s.id, s.dataset, s.township, s.period, s.revision, s.records, s.layout, s.status)
        for s in result.submissions
    )
    return FileReport(result.name, result.sha256, result.status, submissions, result.accounts, result.findings)


def _dry_report(read: LoadedFile) -> FileReport:
    """What a dry run says: the same, without ids and revisions."""
    submissions = tuple(
        SubmissionReport(
            None,
            s.dataset.name,
            s.township.name if s.township else None,
            s.period.text if s.period else None,
            None,
            len(s.records),
            s.layout,
            "quarantined" if s.quarantined else "read",
        )
        for s in read.submissions
    )
    findings = read.findings + tuple(one for s in read.submissions for one in s.findings)
    status = "quarantined" if any(each.quarantines for each in findings) else "loaded"
    status = "refused" if read.refused else status
    return FileReport(read.name, read.sha256, status, submissions, read.accounts, findings)
