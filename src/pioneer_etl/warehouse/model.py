"""What the warehouse is given and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from pioneer_etl.contract.finding import Finding
from pioneer_etl.transform.model import CellAccount, Submission

if TYPE_CHECKING:
    from pioneer_etl.warehouse.columns import Prepared

# A submission with one of these counts: at most one for a township, dataset and period.
STANDING = ("loaded", "returned", "accepted")
# What the county itself put on record beside the township's form, by the layout of its note: a record of its own,
# until a later look finds one of the form that it lies over ("overlay"); a difference that only totals know.
NOTES = {"note-telephone": "entered", "note-difference": "difference"}
BESIDE = ("entered", "overlay", "difference")


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """One file read, ready to be loaded.

    `data` are its bytes, kept as the original (None: not to be kept).  `received` is local time.
    `reading_key` names what it was read with (layouts, contracts, plugins, options): a quarantined or
    refused file is read again when that changed.  A submission's findings include its checks'.
    `plugins` gives "name version" by layout.  `context` is what was known of it besides its content (folder,
    options of the command): kept beside the original, so that it can be read the same way again.  A file that could
    not even be opened has no `sha256`.  Of a returned workbook `answers` are what it says about findings, by their
    identities, and `returned` is the hash of the file that it is the return of; otherwise None and empty.  `prepared`
    are the records of its submissions, which then lack them, made ready by whoever read it (`columns.prepare`).
    """

    name: str
    sha256: str
    received: datetime
    reading_key: str
    data: bytes | None = None
    submissions: tuple[Submission, ...] = ()
    accounts: tuple[CellAccount, ...] = ()
    findings: tuple[Finding, ...] = ()
    refused: bool = False
    plugins: Mapping[str, str] = field(default_factory=dict)
    context: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] | None = None
    returned: str = ""
    prepared: tuple[Prepared, ...] | None = None

    @property
    def sender(self) -> str:
        """Who filled it in, else the township; empty when neither is known."""
        fillers = [each.filler for each in self.submissions if each.filler]
        towns = [each.township.name for each in self.submissions if each.township is not None]
        return next(iter((*fillers, *towns)), "")


@dataclass(frozen=True, slots=True)
class SubmissionResult:
    """One submission as the warehouse has it.

    `status` is loaded, unchanged, quarantined, or superseded (an older file of the same batch).
    `revision` is None while it is quarantined; `supersedes` is the id of the one it replaced.
    """

    id: int
    dataset: str
    township_code: str | None
    township: str | None
    period: str | None
    revision: int | None
    records: int
    layout: str
    status: str
    supersedes: int | None = None


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file: loaded, unchanged, quarantined or refused."""

    name: str
    sha256: str
    status: str
    submissions: tuple[SubmissionResult, ...] = ()
    accounts: tuple[CellAccount, ...] = ()
    findings: tuple[Finding, ...] = ()
