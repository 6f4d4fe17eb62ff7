"""What townships owe, gathered for the status board and the chase notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING

from pioneer_etl.report.board import Board, make_board
from pioneer_etl.report.chase import ChaseNote, chase_notes
from pioneer_etl.warehouse.decisions import reasons_of
from pioneer_etl.warehouse.queries import FindingRow, findings, status

if TYPE_CHECKING:
    from pioneer_etl.contract.places import Places
    from pioneer_etl.workspace.folder import Folder


@dataclass(frozen=True, slots=True)
class Chase:
    """The notes, one a township that owes something, and the files that do not say whose they are."""

    notes: tuple[ChaseNote, ...]
    nobodys: tuple[str, ...]


def status_board(workspace: Folder, period: str | None) -> Board:
    """The status of `period` (canonical text), or of each dataset's latest, as a table."""
    with workspace._reading() as connection:
        rows = status(connection, period)
    return make_board(rows, workspace.contracts.datasets, date.today())


def chase(workspace: Folder, townships: Sequence[str], period: str | None, day: date) -> Chase:
    """The notes for `townships` (codes; all when empty) as of `day`."""
    contracts = workspace.contracts
    with workspace._reading() as connection:
        rows = status(connection, period, day)
        open_findings = findings(connection, state="open")
        returned = reasons_of(connection, "returned")
    unread, nobodys = unread_files(open_findings, contracts.places)
    county = contracts.places.county
    notes = chase_notes(
        rows,
        open_findings,
        returned,
        unread,
        contracts.datasets,
        workspace.settings.county_name or (county.name if county else ""),
        day,
    )
    return Chase(tuple(each for each in notes if not townships or each.code in townships), nobodys)


def unread_files(
    open_findings: Sequence[FindingRow], places: Places
) -> tuple[dict[str, list[FindingRow]], tuple[str, ...]]:
    """Findings that kept a whole file out, by the one township that its name names, and the files that name none."""
    from pioneer_etl.match.evidence import Senders

    senders = Senders(places)
    unread: dict[str, list[FindingRow]] = {}
    nobodys: dict[str, None] = {}
    for each in open_findings:
        if not each.finding.quarantines or each.township_code is not None:
            continue
        path = PurePath(each.file)
        named = senders.named(path.name) or senders.named(path.parent.name)
        if len(named) == 1:
            unread.setdefault(named[0].code, []).append(each)
        else:
            nobodys[each.file] = None
    return unread, tuple(nobodys)
