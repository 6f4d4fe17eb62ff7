"""Files found, taken in, and read side by side in worker processes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pioneer_etl.contract.errors import FileRefused, Location, UsageError, WarehouseError
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.pipeline import FileReading, InWorker, Task, read, read_to_load
from pioneer_etl.workbook.worker import Crew
from pioneer_etl.workspace.settings import NAME

if TYPE_CHECKING:
    from pioneer_etl.entry.answers import Answered
    from pioneer_etl.transform.model import Submission
    from pioneer_etl.warehouse.model import LoadedFile
    from pioneer_etl.workbook.limits import Limits
    from pioneer_etl.workspace.folder import Folder
    from pioneer_etl.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller says of all the files; `received` is the day they came, where their own times do not say it."""

    township: str | None = None
    period: str | None = None
    layout: str | None = None
    received: date | None = None

    def as_context(self) -> dict[str, str]:
        """What is said of how to read them, as plain texts by name."""
        said = {"township": self.township, "period": self.period, "layout": self.layout}
        return {name: value for name, value in said.items() if value is not None}


def reading_key(workspace: Folder, options: Options) -> str:
    """Changes whenever a file might be read otherwise: by the declarations, or by what is said of it."""
    return "|".join([workspace.reading_key, *(f"{name}={value}" for name, value in options.as_context().items())])


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that was taken in: its name as told to the user, bytes and hash; or why it was refused.

    `folder` is the name of the folder that it lay in.
    """

    name: str
    folder: str
    data: bytes = field(repr=False)
    sha256: str
    received: datetime
    options: Options
    refusal: FileRefused | None = None


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


def take_in_file(path: Path, name: str, options: Options, limits: Limits) -> Iterator[Incoming]:
    """One file's bytes in memory, or why they are not; of a zip of files each that is in it, called `zip!member`.

    A file in a zip was received when the zip was, and lies in the zip's folders first, else in that of the zip.  A
    note of ours that comes back with the workbooks it went with is nobody's mail, and passed over.
    """
    from pioneer_etl.entry.returned_note import is_cover_note
    from pioneer_etl.workbook.bundle import SEPARATOR, is_bundle, unpack
    from pioneer_etl.workbook.intake import take_in

    folder = path.parent.name
    try:
        data, sha256 = take_in(path, limits)
        if is_cover_note(data):
            return
        received = datetime.fromtimestamp(path.stat().st_mtime)
        if options.received is not None:  # the time of day still tells which of two came later
            received = datetime.combine(options.received, received.time())
        if not is_bundle(data):
            yield Incoming(name, folder, data, sha256, received, options)
            return
        for member in unpack(data, name, limits):
            if is_cover_note(member.data):
                continue
            sha256 = hashlib.sha256(member.data).hexdigest() if member.refusal is None else ""
            full = f"{name}{SEPARATOR}{member.path}"
            yield Incoming(full, member.folder or folder, member.data, sha256, received, options, member.refusal)
    except FileRefused as refusal:
        yield Incoming(name, folder, b"", "", datetime.now(), options, refusal)


def reading_crew(workspace: Workspace, files: int, *, to_load: bool = True) -> Crew[Task, FileReading]:
    """Worker processes that read files of this workspace, no more than there are files.

    What they read goes into the warehouse, or (`to_load` False) is only looked at.
    """
    limits = workspace.settings.limits
    reader = InWorker(read_to_load if to_load else read, workspace.root, workspace.disabled, limits)
    return Crew(
        reader,
        min(workspace.workers, files),
        seconds=limits.seconds,
        memory=limits.memory,
        initializer=reader.warm,
        name_of=Task.name_of,
        nursery=workspace.nursery,
    )


def read_files(workspace: Workspace, batch: Sequence[Incoming], crew: Crew[Task, FileReading]) -> Iterator[LoadedFile]:
    """Each file of the batch read in a worker, in order.  The workers begin at once."""
    from pioneer_etl.match.model import FileContext

    tasks = [
        Task(
            each.data,
            FileContext(each.name, each.folder, each.options.township, each.options.period),
            each.options.layout,
        )
        for each in batch
        if each.refusal is None
    ]
    return _loaded_files(workspace, batch, crew.run(tasks))


def _loaded_files(
    workspace: Workspace, batch: Sequence[Incoming], answers: Iterator[tuple[Task, FileReading | FileRefused]]
) -> Iterator[LoadedFile]:
    from pioneer_etl.warehouse.model import LoadedFile

    for each in batch:
        loaded = LoadedFile(
            each.name,
            each.sha256,
            each.received,
            reading_key(workspace, each.options),
            data=each.data or None,
            context={"folder": each.folder, **each.options.as_context()},
        )
        answer: FileReading | FileRefused = each.refusal if each.refusal is not None else next(answers)[1]
        if isinstance(answer, FileRefused):
            told = (refusal_finding(answer, each.name), *_slowed_by(workspace, answer))
            yield replace(loaded, refused=True, findings=told)
        else:
            layouts = {part.layout for submission in answer.submissions for part in submission.parts}
            answered = answer.answered
            unasked = _unasked(workspace, each, answered) if answered is not None else ()
            yield replace(
                loaded,
                answers=answered.answers if answered is not None else None,
                returned=answered.sha256 if answered is not None else "",
                submissions=_with_contracts(workspace, each, answer),
                prepared=answer.prepared,
                accounts=answer.accounts,
                findings=answer.findings + unasked,
                plugins={layout: workspace.plugin_label(layout) for layout in layouts},
            )


def _with_contracts(workspace: Workspace, incoming: Incoming, answer: FileReading) -> tuple[Submission, ...]:
    """What was read, with its datasets where it only names them; WarehouseError when those were changed meanwhile."""
    from pioneer_etl.contract.contracts import fields_digest

    contracts = workspace.contracts
    if answer.prepared is None:
        return answer.submissions
    if answer.submissions and answer.fields != fields_digest(contracts):
        found = "、".join(dict.fromkeys(each.dataset.name for each in answer.submissions))
        raise WarehouseError("warehouse.other_contract", Location(file=incoming.name), found=found)
    return tuple(replace(each, dataset=contracts.datasets[each.dataset.name]) for each in answer.submissions)


def _slowed_by(workspace: Workspace, refusal: FileRefused) -> tuple[Finding, ...]:
    """A word about the plugins that took part in reading a file that took too long or too much."""
    plugins = workspace.plugins.at_reading
    if refusal.code not in ("file.too_slow", "file.out_of_memory", "file.crashed") or not plugins:
        return ()
    return (finding("plugin.took_part", plugins=", ".join(plugins), plugin=plugins[0]),)


def _unasked(workspace: Workspace, incoming: Incoming, answered: Answered) -> tuple[Finding, ...]:
    """What was changed in a returned workbook without being asked; nothing where its original is not kept."""
    from pioneer_etl.entry.answers import changed_unasked
    from pioneer_etl.match.model import FileContext
    from pioneer_etl.pipeline import open_workbook
    from pioneer_etl.warehouse.originals import original_path

    path = original_path(workspace.database.parent / "originals", answered.sha256)
    if not answered.sha256 or not path.is_file():
        return ()
    try:
        # A sheet of a text file is called as the file is: under the name that it was returned under.
        name = answered.file or incoming.name
        before = open_workbook(Task(path.read_bytes(), FileContext(name)), workspace.kit)
        after = open_workbook(Task(incoming.data, FileContext(incoming.name)), workspace.kit)
    except FileRefused:
        return ()
    if not after.sheets:
        return ()  # the list of findings alone
    return changed_unasked(before, after, answered.marked)


def refusal_finding(refusal: FileRefused, name: str) -> Finding:
    """A refused file's reason as a finding, so that it is listed with all others."""
    where = refusal.location
    cells = (where.cell,) if where.cell else ()
    return replace(finding(refusal.code, sheet=where.sheet, cells=cells, file=name), arguments=refusal.arguments)
