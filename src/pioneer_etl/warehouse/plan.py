"""What becomes of each submission, decided before anything is written.

nothing stands for its township, dataset and period   loaded, revision 1
the same records with the same findings               unchanged, nothing is written
anything else                                         loaded, revision n+1, superseding the one that stood
a note of the county's own                            kept beside what stands, until the township's next form
a quarantining finding                                quarantined: its findings are kept, its records are not
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.errors import Location, WarehouseError
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Dataset
from pioneer_etl.transform.model import Submission
from pioneer_etl.warehouse.columns import Prepared, prepare
from pioneer_etl.warehouse.identity import finding_identities
from pioneer_etl.warehouse.known import unread_key
from pioneer_etl.warehouse.ledger import Former, Ledger, triple
from pioneer_etl.warehouse.model import NOTES, FileResult, LoadedFile, SubmissionResult


@dataclass(slots=True)
class PlannedSubmission:
    """A submission to write; a later one of the same batch may still supersede it."""

    id: int
    submission: Submission
    prepared: Prepared
    identities: Sequence[str]
    status: str
    revision: int | None
    supersedes: int | None

    @property
    def held_back(self) -> bool:
        """Whether its records stay out: it was quarantined, whatever has superseded it since."""
        return self.submission.quarantined or triple(self.submission) is None


@dataclass(slots=True)
class PlannedFile:
    """A file to write; `findings` are about the file itself."""

    file: LoadedFile
    reading: int
    status: str
    findings: Sequence[Finding]
    identities: Sequence[str]
    submissions: Sequence[PlannedSubmission]


@dataclass(slots=True)
class Plan:
    """What a transaction writes.

    `superseded` are ids of submissions that are there already, `closed` the keys of files that could not be opened
    and have now come in full, `replaced` the hashes of files that were returned and have come back with forms.
    """

    files: list[PlannedFile] = field(default_factory=list)
    superseded: list[int] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)


class Planner:
    """Decides file by file, each in the light of those before it.  `numbers` are free ids for submissions."""

    def __init__(self, contracts: Contracts, ledger: Ledger, batch: int, numbers: Iterator[int]) -> None:
        self.plan = Plan()
        self._contracts = contracts
        self._ledger = ledger
        self._batch = batch
        self._numbers = numbers
        self._planned: dict[int, PlannedSubmission] = {}

    def add(self, file: LoadedFile) -> FileResult:
        """Plan one file; what will have become of it once the plan is written."""
        reading = self._ledger.readings.get(file.sha256, 0) + 1
        self._ledger.readings[file.sha256] = reading
        # Read again with better layouts: what was quarantined then is told anew now.
        for number in self._ledger.quarantined_of.pop(file.sha256, ()):
            self._supersede(number)
        unread = unread_key(file.name)
        if unread != file.sha256 and unread in self._ledger.readings:
            self.plan.closed.append(unread)
        if file.returned and file.submissions:
            self.plan.replaced.append(file.returned)
        about_file = list(file.findings)
        told = list(file.findings)
        results: list[SubmissionResult] = []
        written: list[PlannedSubmission] = []
        for submission, prepared in self._forms(file):
            planned, result, said = self._submission(file, submission, prepared)
            results.append(result)
            # What is said of a form that does not stand is said of the file: it stays open.
            about_file.extend(said)
            if planned is not None:
                written.append(planned)
            told.extend((*(planned.submission if planned else submission).findings, *said))
        status = _status(file, results)
        identities = finding_identities(about_file, file.sha256, file.name, None)
        self.plan.files.append(PlannedFile(file, reading, status, about_file, identities, written))
        return FileResult(file.name, file.sha256, status, tuple(results), file.accounts, tuple(told))

    def _forms(self, file: LoadedFile) -> Iterator[tuple[Submission, Prepared]]:
        """The submissions of a file with what loading makes of them, and all that is found in them."""
        for each in file.submissions:
            dataset = self._contracts.datasets.get(each.dataset.name)
            if dataset is None or dataset.source is not None or dataset.fields != each.dataset.fields:
                raise WarehouseError("warehouse.other_contract", Location(file=file.name), found=each.dataset.name)
        code_lists = self._contracts.code_lists
        prepared = file.prepared or [prepare(each, code_lists) for each in file.submissions]
        forms = [
            replace(each, findings=each.findings + one.unfit) if one.unfit else each
            for each, one in zip(file.submissions, prepared, strict=True)
        ]
        return zip(_mark_twins(forms), prepared, strict=True)

    def _submission(
        self, file: LoadedFile, submission: Submission, prepared: Prepared
    ) -> tuple[PlannedSubmission | None, SubmissionResult, Sequence[Finding]]:
        """What to write of a submission (None: nothing), what became of it, and what to say of the file."""
        dataset = submission.dataset
        identities = finding_identities(submission.findings, file.sha256, file.name, submission, prepared.places)
        claim = triple(submission)
        if submission.quarantined or claim is None:
            return self._write(file, submission, prepared, identities, "quarantined")
        if submission.layout in NOTES:
            status = NOTES[submission.layout]
            planned, result, _ = self._write(file, submission, prepared, identities, status)
            self._ledger.beside.setdefault(claim, []).append(planned.id)
            return planned, result, ()
        former = self._ledger.standing.get(claim)
        if former is None:
            return self._write(file, submission, prepared, identities, "loaded")
        if former.content == prepared.content and former.identities == frozenset(identities):
            said = _stands("submission.same_records", file, dataset, former)
            # The very file read again, for the sake of another of its forms, needs no word.
            words = () if former.sha256 in (file.sha256, file.returned) else (said,)
            return None, _result(submission, prepared, former.id, "unchanged", former.revision, None), words
        if file.returned and (claim, prepared.content, file.returned) in self._ledger.superseded:
            # It lay in the workbook when that went out; the township has sent a later one meanwhile.
            said = _stands("submission.since_replaced", file, dataset, former)
            return None, _result(submission, prepared, former.id, "unchanged", former.revision, None), (said,)
        if former.batch != self._batch:
            return self._write(file, submission, prepared, identities, "loaded")
        older = file.received < former.received
        code = "submission.older_in_batch" if older else "submission.twice_in_batch"
        said = finding(code, file=file.name, found=former.file, expected=former.revision)
        planned, result, more = self._write(file, submission, prepared, identities, "superseded" if older else "loaded")
        return planned, result, (said, *more)

    def _write(
        self, file: LoadedFile, submission: Submission, prepared: Prepared, identities: Sequence[str], status: str
    ) -> tuple[PlannedSubmission, SubmissionResult, Sequence[Finding]]:
        number = next(self._numbers)
        claim = triple(submission)
        revision = supersedes = None
        lapsed: list[int] = []
        if claim is not None and status in ("loaded", "superseded"):
            revision = self._ledger.revisions.get(claim, 0) + 1
            self._ledger.revisions[claim] = revision
        if claim is not None and status == "loaded":
            # One form stands; those of the same form that were quarantined are answered by it.
            former = self._ledger.standing.get(claim)
            if former is not None:
                supersedes = former.id
                self._supersede(former.id)
            for held in self._ledger.quarantined.pop(claim, ()):
                self._supersede(held)
            lapsed = self._ledger.beside.pop(claim, [])
            for note in lapsed:
                self._supersede(note)
            assert revision is not None
            self._ledger.standing[claim] = Former(
                id=number,
                revision=revision,
                content=prepared.content,
                received=file.received,
                batch=self._batch,
                file=file.name,
                sha256=file.sha256,
                identities=frozenset(identities),
            )
        if status == "quarantined":
            if claim is not None:
                self._ledger.quarantined.setdefault(claim, []).append(number)
            self._ledger.quarantined_of.setdefault(file.sha256, []).append(number)
        planned = PlannedSubmission(number, submission, prepared, identities, status, revision, supersedes)
        self._planned[number] = planned
        title = submission.dataset.title
        said = finding("submission.notes_lapsed", file=file.name, zh=title.zh, en=title.en, found=len(lapsed))
        return planned, _result(submission, prepared, number, status, revision, supersedes), (said,) if lapsed else ()

    def _supersede(self, number: int) -> None:
        planned = self._planned.get(number)
        if planned is not None:
            planned.status = "superseded"
        else:
            self.plan.superseded.append(number)


def _stands(code: str, file: LoadedFile, dataset: Dataset, former: Former) -> Finding:
    """That a file's form is not loaded, since another file's stands."""
    title = dataset.title
    return finding(code, file=file.name, zh=title.zh, en=title.en, found=former.file, expected=former.revision)


def _status(file: LoadedFile, results: Sequence[SubmissionResult]) -> str:
    if file.refused:
        return "refused"
    statuses = {each.status for each in results}
    if not results and file.answers is not None and not any(each.quarantines for each in file.findings):
        return "loaded"  # answers alone
    if "quarantined" in statuses or not results or any(each.quarantines for each in file.findings):
        return "quarantined"
    return "unchanged" if statuses == {"unchanged"} else "loaded"


def _result(
    submission: Submission, prepared: Prepared, number: int, status: str, revision: int | None, supersedes: int | None
) -> SubmissionResult:
    township, period = submission.township, submission.period
    return SubmissionResult(
        id=number,
        dataset=submission.dataset.name,
        township_code=township.code if township else None,
        township=township.name if township else None,
        period=period.text if period else None,
        revision=revision,
        records=prepared.records,
        layout=submission.layout,
        status=status,
        supersedes=supersedes,
    )


def _mark_twins(submissions: Sequence[Submission]) -> tuple[Submission, ...]:
    """Two forms for one township, dataset and period in one file: nobody can say which holds, so none is loaded."""
    claims = Counter(triple(each) for each in submissions)
    marked = []
    for each in submissions:
        if triple(each) is not None and not each.quarantined and claims[triple(each)] > 1:
            sheets = "、".join(dict.fromkeys(part.sheet for part in each.parts))
            said = finding("submission.twice_in_file", found=each.dataset.title.zh, sheets=sheets)
            each = replace(each, findings=(*each.findings, said))
        marked.append(each)
    return tuple(marked)
