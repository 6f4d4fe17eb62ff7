"""Forms held against each other, once they are in: against other forms of their township and against its last period.

Each standing form remembers what it was last held against (`store.compared`).  Where that is still so nothing is
looked at again, so this may run after any load, after a kill, or after a contract was changed, and does only what is
left to do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pioneer_etl.check.between import StandingForm, between_findings
from pioneer_etl.check.magnitude import unit_findings
from pioneer_etl.check.subject import Subject, subject_of
from pioneer_etl.contract.expression import PREVIOUS
from pioneer_etl.contract.finding import Finding
from pioneer_etl.contract.model import Check, Label
from pioneer_etl.contract.period import parse_period
from pioneer_etl.transform.model import Submission
from pioneer_etl.warehouse.arrow import Kind, insert
from pioneer_etl.warehouse.decisions import transaction
from pioneer_etl.warehouse.identity import finding_identities
from pioneer_etl.warehouse.model import STANDING
from pioneer_etl.warehouse.read_back import read_forms
from pioneer_etl.warehouse.sql import literals, records, rows

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from pioneer_etl.contract.contracts import Contracts
    from pioneer_etl.contract.model import Dataset

# So many records are held in memory at a time.
_RECORDS = 50_000


@dataclass(frozen=True, slots=True)
class _Standing:
    """A form that stands, with the last correction of it."""

    id: int
    dataset: str
    township_code: str
    period: str
    period_start: date
    period_end: date
    file_sha256: str
    file: str
    reading: int
    records: int
    correction: int
    basis: str | None

    @property
    def months(self) -> int:
        first, last = self.period_start, self.period_end
        return (last.year - first.year) * 12 + last.month - first.month + 1


@dataclass(frozen=True, slots=True)
class _Task:
    """A form to be held against others, by the names that its checks give them; `basis` is what to remember.

    It is `complete` when every form that its checks name has come, as far as any township has sent it.
    """

    form: _Standing
    others: Mapping[str, _Standing]
    basis: str
    complete: bool


def compare_forms(
    connection: duckdb.DuckDBPyConnection,
    contracts: Contracts,
    now: datetime | None = None,
    *,
    complete_only: bool = False,
) -> int:
    """Hold every form against the others that its checks name, where anything of it changed; how many were looked at.

    A finding that is no longer found is gone, one that is found again stays the same.  All in one transaction.
    With `complete_only` forms wait that have others still to come: they would have to be looked at again.
    """
    tasks = [each for each in _tasks(_standing(connection), contracts) if each.complete or not complete_only]
    if not tasks:
        return 0
    made_at = now or datetime.now()
    with transaction(connection):
        for lot in _lots(tasks):
            _write(connection, lot, _held(connection, contracts, lot), made_at)
    return len(tasks)


def _standing(connection: duckdb.DuckDBPyConnection) -> list[_Standing]:
    found = rows(
        connection,
        "SELECT s.id, s.dataset, s.township_code, s.period, s.period_start, s.period_end, s.file_sha256, f.name,"
        " f.reading, s.records, coalesce(c.last, 0), b.basis"
        " FROM submission s JOIN file f ON f.sha256 = s.file_sha256"
        " LEFT JOIN (SELECT submission_id, max(id) AS last FROM correction GROUP BY ALL) c ON c.submission_id = s.id"
        " LEFT JOIN store.compared b ON b.submission_id = s.id"
        f" WHERE s.status IN ({literals(STANDING)}) AND s.period_start IS NOT NULL ORDER BY s.id",
    )
    return [_Standing(*each) for each in found]


def _tasks(standing: Sequence[_Standing], contracts: Contracts) -> Iterator[_Task]:
    """The forms whose checks have not been made with what stands now."""
    now = {(each.dataset, each.township_code, each.period): each for each in standing}
    ended = {(each.dataset, each.township_code, each.period_end, each.months): each for each in standing}
    last_sent = {(each.dataset, each.period_end, each.months) for each in standing}
    checks, digests = _checks(contracts), _digests(contracts)
    for form in standing:
        if form.dataset not in checks:
            if form.basis:  # its checks are no more
                yield _Task(form, {}, "", complete=True)
            continue
        others = {}
        complete = True
        for name in dict.fromkeys(name for check in checks[form.dataset] for name in check.forms):
            if name == PREVIOUS:
                before = form.period_start - timedelta(days=1)
                other = ended.get((form.dataset, form.township_code, before, form.months))
                sent = (form.dataset, before, form.months) in last_sent
            else:
                other = now.get((name, form.township_code, form.period))
                sent = True
            if other is not None:
                others[name] = other
            elif sent:
                complete = False
        said = [digests[form.dataset], [form.id, form.correction]]
        said += [[name, each.id, each.correction] for name, each in others.items()]
        basis = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]
        if basis != form.basis:
            yield _Task(form, others, basis, complete)


@lru_cache(maxsize=8)
def _checks(contracts: Contracts) -> dict[str, tuple[Check, ...]]:
    """The checks between forms of each dataset that has any."""
    found = {name: tuple(each for each in dataset.checks if each.forms) for name, dataset in contracts.datasets.items()}
    return {name: checks for name, checks in found.items() if checks}


@lru_cache(maxsize=8)
def _digests(contracts: Contracts) -> dict[str, str]:
    """What decides, besides the figures, what the checks between forms find, by dataset."""
    return {name: _digest(contracts.datasets[name], checks, contracts) for name, checks in _checks(contracts).items()}


def _digest(dataset: Dataset, checks: Sequence[Check], contracts: Contracts) -> str:
    forms = dict.fromkeys(name for check in checks for name in check.forms if name != PREVIOUS)
    involved = [dataset, *(contracts.datasets[name] for name in forms)]
    said = [[asdict(each) for each in checks], [[asdict(each.title), *map(repr, each.fields)] for each in involved]]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _lots(tasks: Sequence[_Task]) -> Iterator[list[_Task]]:
    """The tasks in lots that fit in memory, those of a township together, since they share forms."""
    lot: list[_Task] = []
    size = 0
    for task in sorted(tasks, key=lambda each: (each.form.township_code, each.form.id)):
        held = sum(each.records for each in (task.form, *task.others.values()))
        if lot and size + held > _RECORDS:
            yield lot
            lot, size = [], 0
        lot.append(task)
        size += held
    yield lot


@dataclass(frozen=True, slots=True)
class _Held:
    """The forms of a lot with their records, and what is found in those that are to be looked at, by their numbers."""

    forms: Mapping[int, StandingForm]
    found: Mapping[int, list[Finding]]


def _held(connection: duckdb.DuckDBPyConnection, contracts: Contracts, lot: Sequence[_Task]) -> _Held:
    """The forms of a lot held against each other, those of one dataset and period together."""
    wanted = {each.id: each for task in lot for each in (task.form, *task.others.values())}
    forms = {
        each.id: StandingForm(subject, each.file, each.id, contracts.datasets[each.dataset].title, which)
        for together, subject in _subjects(connection, contracts, wanted.values())
        for which, each in enumerate(together)
    }
    found: dict[int, list[Finding]] = {}
    for tasks in _together(lot):
        for form, each in _findings(tasks, contracts, forms):
            found.setdefault(form.number, []).append(each)
    return _Held(forms, found)


def _subjects(
    connection: duckdb.DuckDBPyConnection, contracts: Contracts, forms: Iterable[_Standing]
) -> Iterator[tuple[Sequence[_Standing], Subject]]:
    """Forms made ready for checks, those of one dataset and period together."""
    together: dict[tuple[str, str], list[_Standing]] = {}
    for each in forms:
        together.setdefault((each.dataset, each.period), []).append(each)
    numbers = [(contracts.datasets[name], [each.id for each in those]) for (name, _), those in together.items()]
    for those, read in zip(together.values(), read_forms(connection, numbers, contracts), strict=True):
        dataset, period = contracts.datasets[those[0].dataset], parse_period(those[0].period)
        submissions = [
            Submission(dataset, contracts.places.unit(each.township_code), period, tuple(read.parts.get(each.id, ())))
            for each in those
        ]
        yield those, subject_of(contracts, *submissions, columns=read.columns)


def _together(lot: Sequence[_Task]) -> Iterable[Sequence[_Task]]:
    """The forms that are checked at once: of one dataset and period, and with the same last period."""
    found: dict[tuple[str, str, str | None], list[_Task]] = {}
    # A form without a last period goes with any.
    periods = {
        (each.form.dataset, each.form.period): each.others[PREVIOUS].period for each in lot if PREVIOUS in each.others
    }
    for each in lot:
        own = (each.form.dataset, each.form.period)
        before = each.others[PREVIOUS].period if PREVIOUS in each.others else periods.get(own)
        found.setdefault((*own, before), []).append(each)
    return found.values()


def _findings(
    tasks: Sequence[_Task], contracts: Contracts, forms: Mapping[int, StandingForm]
) -> Iterator[tuple[StandingForm, Finding]]:
    held = []
    for task in tasks:
        others = {name: forms[each.id] for name, each in task.others.items()}
        if PREVIOUS in others:
            period = task.others[PREVIOUS].period
            others[PREVIOUS] = replace(others[PREVIOUS], title=Label(f"上期（{period}）", f"last period ({period})"))
        held.append((forms[task.form.id], others))
    if before := [(form, others[PREVIOUS]) for form, others in held if PREVIOUS in others]:
        yield from unit_findings(before)
    yield from between_findings(held, [each for each in contracts.datasets[tasks[0].form.dataset].checks if each.forms])


def _write(connection: duckdb.DuckDBPyConnection, lot: Sequence[_Task], held: _Held, now: datetime) -> None:
    """Note what is found; what was found before and is as it was keeps its number."""
    numbers = [task.form.id for task in lot]
    known: dict[tuple[int, str], tuple[int, tuple[Any, ...]]] = {}
    for row in records(
        connection,
        "SELECT * FROM store.finding WHERE between_forms AND gone_at IS NULL AND list_contains(?, submission_id)",
        [numbers],
    ):
        known[row["submission_id"], row["identity"]] = (row["id"], tuple(row[name] for name in _SAID))
    new: list[tuple[Any, ...]] = []
    for task in lot:
        form, findings = task.form, held.found.get(task.form.id, ())
        identities = finding_identities(findings, form.file_sha256, form.file, held.forms[form.id].submission)
        source = (form.file_sha256, form.reading, form.id, form.dataset, form.township_code, form.period)
        for identity, each in zip(identities, findings, strict=True):
            said = _said(each)
            before = known.get((form.id, identity))
            if before is not None and before[1] == said:
                del known[form.id, identity]
            else:
                new.append((identity, *source, *said, False, True, now))
    gone = [number for number, _ in known.values()]
    if gone:
        connection.execute("UPDATE store.finding SET gone_at = ? WHERE list_contains(?, id)", [now, gone])
    if new:
        columns = zip(_KINDS.items(), zip(*new, strict=True), strict=True)
        insert(
            connection,
            "store.finding",
            {name: (kind, values) for (name, kind), values in columns},
            {"id": "nextval('finding_id')"},
        )
    connection.execute("DELETE FROM store.compared WHERE list_contains(?, submission_id)", [numbers])
    insert(
        connection,
        "store.compared",
        {
            "submission_id": ("int", numbers),
            "basis": ("text", [task.basis for task in lot]),
            "made_at": ("time", [now] * len(numbers)),
        },
    )


_SAID = ("code", "rule", "severity", "sheet", "cells", "arguments", "expected", "found", "elsewhere")
_KINDS: Mapping[str, Kind] = {
    "identity": "text",
    "file_sha256": "text",
    "reading": "int",
    "submission_id": "int",
    "dataset": "text",
    "township_code": "text",
    "period": "text",
    **dict.fromkeys(_SAID, "text"),
    "quarantines": "bool",
    "between_forms": "bool",
    "made_at": "time",
}


def _said(each: Finding) -> tuple[Any, ...]:
    places = [asdict(one) for one in each.elsewhere]
    return (
        each.code,
        each.rule,
        each.severity.value,
        each.sheet,
        " ".join(each.cells),
        json.dumps(dict(each.arguments), ensure_ascii=False),
        each.expected,
        each.found,
        json.dumps(places, ensure_ascii=False),
    )
