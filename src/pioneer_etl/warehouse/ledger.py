"""What the warehouse holds that decides what becomes of a few files, read at once before they are loaded.

The process that loads is the only one that writes, so the ledger stays true while it is kept up to date here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from pioneer_etl.transform.model import Submission
from pioneer_etl.warehouse.known import unread_key
from pioneer_etl.warehouse.model import BESIDE, STANDING, LoadedFile
from pioneer_etl.warehouse.sql import rows

if TYPE_CHECKING:
    import duckdb

# Dataset, township and period: at most one submission stands for them.
Triple: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Former:
    """The submission that stands; `identities` are those of its findings."""

    id: int
    revision: int
    content: str
    received: datetime
    batch: int
    file: str
    sha256: str
    identities: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ledger:
    """By triple: what stands, the last revision, and what is quarantined; by file: readings and what is quarantined.

    `superseded` are triple, content and file of what stood once, `beside` the county's own notes that hold.
    """

    standing: dict[Triple, Former] = field(default_factory=dict)
    revisions: dict[Triple, int] = field(default_factory=dict)
    quarantined: dict[Triple, list[int]] = field(default_factory=dict)
    quarantined_of: dict[str, list[int]] = field(default_factory=dict)
    readings: dict[str, int] = field(default_factory=dict)
    superseded: set[tuple[Triple, str, str]] = field(default_factory=set)
    beside: dict[Triple, list[int]] = field(default_factory=dict)


def triple(submission: Submission) -> Triple | None:
    """What a submission claims to be; None while the township or period is unknown."""
    if submission.township is None or submission.period is None:
        return None
    return (submission.dataset.name, submission.township.code, submission.period.text)


def read_ledger(connection: duckdb.DuckDBPyConnection, files: Sequence[LoadedFile]) -> Ledger:
    """The ledger for these files and their submissions."""
    ledger = Ledger()
    hashes = [each.sha256 for each in files]
    claims = {claim for each in files for one in each.submissions if (claim := triple(one)) is not None}
    known = [*hashes, *(unread_key(each.name) for each in files)]
    ledger.readings.update(rows(connection, "SELECT sha256, reading FROM file WHERE list_contains(?, sha256)", [known]))
    found = rows(connection, _SUBMISSIONS, [["\x1f".join(each) for each in claims], hashes])
    identities = _identities(connection, [row[0] for row in found if row[5] in STANDING])
    for number, dataset, township, period, revision, status, content, received, batch, sha256, name in found:
        form: Triple = (dataset, township, period)
        if revision is not None:
            ledger.revisions[form] = max(revision, ledger.revisions.get(form, 0))
        if status in STANDING:
            said = frozenset(identities.get(number, ()))
            ledger.standing[form] = Former(number, revision, content, received, batch, name, sha256, said)
        elif status in BESIDE:
            ledger.beside.setdefault(form, []).append(number)
        elif status == "superseded":
            ledger.superseded.add((form, content, sha256))
        elif status == "quarantined":
            ledger.quarantined.setdefault(form, []).append(number)
            ledger.quarantined_of.setdefault(sha256, []).append(number)
    return ledger


_SUBMISSIONS = r"""
SELECT s.id, s.dataset, s.township_code, s.period, s.revision, s.status, s.content, s.received, s.batch,
       f.sha256, f.name
FROM submission s JOIN file f ON f.sha256 = s.file_sha256
WHERE list_contains(?, s.dataset || chr(31) || s.township_code || chr(31) || s.period)
   OR (s.status = 'quarantined' AND list_contains(?, s.file_sha256))
ORDER BY s.id
"""


def _identities(connection: duckdb.DuckDBPyConnection, submissions: Sequence[int]) -> dict[int, list[str]]:
    if not submissions:
        return {}
    return dict(
        rows(
            connection,
            "SELECT submission_id, list(identity) FROM store.finding"
            " WHERE list_contains(?, submission_id) AND NOT between_forms GROUP BY ALL",
            [list(submissions)],
        )
    )
