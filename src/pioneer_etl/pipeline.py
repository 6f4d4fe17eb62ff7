"""The order of the stages.

    workbook  bytes               → Workbook        sheets of raw cells
    table     each sheet          → SheetReading    tables, and a role for every cell
    match     readings            → SheetMatch      dataset, township, period, which header is which field
    transform matches             → Submission      records of typed values with their cells
    check     submissions         → Finding         in the form, on the printed totals

Reading and understanding one file is a pure function from its bytes, the contracts and the plugins:
`read` runs in a worker process here, and could run in any other engine's tasks.  What it returns is
loaded by the warehouse in the one process that writes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from pioneer_etl.contract.catalogue import catalogue
from pioneer_etl.contract.errors import FileRefused, Location, PluginError
from pioneer_etl.contract.finding import Finding, finding

if TYPE_CHECKING:
    from pioneer_etl.contract.contracts import Contracts
    from pioneer_etl.entry.answers import Answered
    from pioneer_etl.entry.template_reading import Returned
    from pioneer_etl.match.model import FileContext, SheetMatch
    from pioneer_etl.plugins.manager import Plugins
    from pioneer_etl.table.model import SheetReading
    from pioneer_etl.transform.model import CellAccount, Submission
    from pioneer_etl.warehouse.columns import Prepared
    from pioneer_etl.workbook.limits import Limits
    from pioneer_etl.workbook.model import Workbook
    from pioneer_etl.workbook.nursery import Nursery


@dataclass(frozen=True, slots=True)
class Task:
    """One file to read: its bytes, and what is known of it besides.

    `folder` is the name of the folder that the file came in (a sender's own, perhaps).
    """

    data: bytes = field(repr=False)
    context: FileContext
    layout: str | None = None

    def name_of(self) -> str:
        """The file's name, for messages."""
        return self.context.file


@dataclass(frozen=True, slots=True)
class FileReading:
    """What a file gave: its submissions with their findings, and the account of its cells by sheet.

    `findings` are those of the file itself.  A file without any submission has one that says why.  `answered` is what
    a returned workbook brings back besides.  `prepared` are the records of the submissions, which then lack them and
    only name their datasets; `fields` is the digest of those datasets' fields.
    """

    name: str
    format: str
    submissions: tuple[Submission, ...]
    accounts: tuple[CellAccount, ...]
    findings: tuple[Finding, ...]
    answered: Answered | None = None
    prepared: tuple[Prepared, ...] | None = None
    fields: str = ""


@dataclass(frozen=True, slots=True)
class Kit:
    """What reading needs besides the file: contracts, plugins, limits."""

    contracts: Contracts
    plugins: Plugins
    limits: Limits


def open_workbook(task: Task, kit: Kit) -> Workbook:
    """The file's cells, read by a plugin that knows such files, else by the tool; of a returned workbook the sender's.

    FileRefused when neither can.
    """
    return open_returned(task, kit)[0]


def open_returned(task: Task, kit: Kit) -> tuple[Workbook, Answered | None]:
    """The same, and what a returned workbook brings back besides the sender's own sheets."""
    from pioneer_etl.entry.answers import take_out

    return take_out(_open(task, kit))


def _open(task: Task, kit: Kit) -> Workbook:
    from pioneer_etl.workbook.read import read_bytes

    if kit.plugins.read_workbook is not None:
        book = kit.plugins.read_workbook(task.data, task.context)
        if book is not None:
            return book
    return read_bytes(task.data, task.context.file, kit.limits)


def understand_workbook(book: Workbook, kit: Kit) -> tuple[SheetReading, ...]:
    """Every sheet of a workbook understood, hidden ones too.  FileRefused when a plugin's rule fails on it."""
    from pioneer_etl.table.understand import understand

    try:
        return tuple(understand(sheet, kit.plugins.rules) for sheet in book.sheets)
    except PluginError as error:
        raise FileRefused(error.code, Location(file=book.name), **error.arguments) from error


def match_workbook(
    readings: tuple[SheetReading, ...], task: Task, kit: Kit, returned: Returned | None = None
) -> tuple[SheetMatch, ...]:
    """The sheets of one file matched to datasets: by the plugins' layouts, or as a template says itself."""
    from pioneer_etl.match.match import match_sheets

    layouts, only, context = kit.plugins.layouts, task.layout, task.context
    if returned is not None and returned.identity is not None:
        from pioneer_etl.entry.template_reading import in_context, template_layout

        context = in_context(context, returned.identity)
        layout = template_layout(returned.identity, kit.contracts)
        if layout is not None and only is None:
            layouts, only = (layout,), layout.name
    return match_sheets(readings, context, kit.contracts, layouts, only_layout=only)


def template_in(book: Workbook) -> Returned | None:
    """A template of ours without what it brought along; None for any other workbook."""
    from pioneer_etl.entry.identity import is_perhaps_template

    if not is_perhaps_template(book):
        return None
    from pioneer_etl.entry.template_reading import set_aside

    return set_aside(book)


def read(task: Task, kit: Kit) -> FileReading:
    """One file from bytes to checked submissions.  FileRefused when it cannot be read at all."""
    from pioneer_etl.check.run import check_submission
    from pioneer_etl.transform.account import account
    from pioneer_etl.transform.records import transform_sheets

    book, answered = open_returned(task, kit)
    if answered is None and len(book.sheets) == 1 and (noted := _read_note(book, task, kit)) is not None:
        return noted
    returned = template_in(book)
    matches = match_workbook(understand_workbook(returned.book if returned else book, kit), task, kit, returned)
    submissions = transform_sheets(matches, kit.contracts, parse_value=kit.plugins.parse_value)
    if kit.plugins.modify_records is not None:
        submissions = tuple(kit.plugins.modify_records(each) for each in submissions)
    accounts = account(matches, submissions)
    checked = tuple(
        replace(
            each,
            findings=each.findings
            + check_submission(each, kit.contracts, kit.plugins.checks.get(each.dataset.name, ())),
        )
        for each in submissions
    )
    findings = [one for match in matches for one in match.findings]
    if returned is not None:
        from pioneer_etl.entry.template_reading import version_findings, with_aside

        accounts = with_aside(accounts, returned)
        findings += returned.findings
        findings += version_findings(returned.identity, kit.contracts) if returned.identity is not None else ()
    findings += [
        finding("pipeline.unaccounted", sheet=each.sheet, found=each.unaccounted, expected=each.counted)
        for each in accounts
        if each.unaccounted
    ]
    if answered is not None:
        findings += answered.findings()
    # A list of findings that comes back alone is no form and need not be.
    if not checked and not any(each.quarantines for each in findings) and (book.sheets or answered is None):
        findings.append(finding("pipeline.no_form"))
    return FileReading(task.context.file, book.format, checked, accounts, tuple(findings), answered)


def read_to_load(task: Task, kit: Kit) -> FileReading:
    """As `read`, with what the warehouse makes of the records in their place: it is less to hand on, and done here."""
    from pioneer_etl.contract.contracts import fields_digest
    from pioneer_etl.warehouse.columns import prepare, without_records

    reading = read(task, kit)
    return replace(
        reading,
        submissions=tuple(map(without_records, reading.submissions)),
        prepared=tuple(prepare(each, kit.contracts.code_lists) for each in reading.submissions),
        fields=fields_digest(kit.contracts),
    )


def _read_note(book: Workbook, task: Task, kit: Kit) -> FileReading | None:
    """A note of the county's own (`entry.note`); None for any other workbook."""
    from pioneer_etl.entry.note import read_note, take_note

    note = read_note(book)
    if note is None:
        return None
    extra = kit.plugins.checks.get(note.dataset, ())
    submissions, account, findings = take_note(note, book.sheets[0], kit.contracts, extra)
    return FileReading(task.context.file, book.format, submissions, (account,), findings)


@dataclass(frozen=True, slots=True)
class Inspected:
    """How a file is understood: its format and, sheet by sheet, tables, roles and matches."""

    name: str
    format: str
    matches: tuple[SheetMatch, ...]


def inspect(task: Task, kit: Kit) -> Inspected:
    """One file understood and matched, nothing made of it.  FileRefused when it cannot be read at all."""
    book = open_workbook(task, kit)
    returned = template_in(book)
    readings = understand_workbook(returned.book if returned else book, kit)
    return Inspected(task.context.file, book.format, match_workbook(readings, task, kit, returned))


def make_kit(root: Path, disabled: tuple[str, ...], limits: Limits) -> Kit:
    """The kit of a workspace as its files are now."""
    from pioneer_etl.contract.load import load_contracts
    from pioneer_etl.plugins.manager import load_plugins

    plugins = load_plugins(root, disabled=disabled)
    return Kit(load_contracts(root, plugins.datasets, whole=plugins.whole), plugins, limits)


# A worker process serves one run over one workspace: it makes the kit once.
kit_of = cache(make_kit)

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class InWorker(Generic[Answer]):
    """`read` or `inspect` for the worker processes: it carries where the kit comes from, not the kit."""

    function: Callable[[Task, Kit], Answer]
    root: Path
    disabled: tuple[str, ...]
    limits: Limits

    def __call__(self, task: Task) -> Answer:
        return self.function(task, kit_of(self.root, self.disabled, self.limits))

    def warm(self) -> None:
        """Whatever every file needs, before the first one, so that no file's time limit pays for it."""
        import_stages()
        kit_of(self.root, self.disabled, self.limits)


def import_stages() -> None:
    """Import what every file needs."""
    import pioneer_etl.check.run
    import pioneer_etl.contract.load
    import pioneer_etl.entry.answers
    import pioneer_etl.match.match
    import pioneer_etl.plugins.manager
    import pioneer_etl.table.understand
    import pioneer_etl.transform.account
    import pioneer_etl.transform.records
    import pioneer_etl.warehouse.columns
    import pioneer_etl.workbook.delimited
    import pioneer_etl.workbook.read
    import pioneer_etl.workbook.xls
    import pioneer_etl.workbook.xlsx  # noqa: F401

    catalogue()


def early_nursery() -> Nursery | None:
    """A process that imports the stages while the caller finds out what to read; None where none can be forked from it.

    It is for `Crew`, and ends by itself when the caller does.
    """
    from pioneer_etl.workbook.nursery import CAN_FORK, Nursery

    return Nursery(import_stages) if CAN_FORK else None
