"""What became of files that were read or loaded, as the report tells it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pioneer_etl.workspace.report import FileReport, Question, SubmissionReport

if TYPE_CHECKING:
    from pioneer_etl.warehouse.model import FileResult, LoadedFile
    from pioneer_etl.warehouse.queries import FindingRow
    from pioneer_etl.workspace.reading import Incoming


def in_order(
    batch: Sequence[Incoming], known: Sequence[FileResult | None], results: Sequence[FileResult]
) -> Iterator[FileReport]:
    """What became of each file of a batch: `results` are those of the files that were not known."""
    fresh = iter(results)
    for incoming, before in zip(batch, known, strict=True):
        if before is None:
            yield _report(next(fresh))
        else:
            same = _report(replace(before, name=incoming.name, sha256=incoming.sha256))
            yield replace(same, status="unchanged", before=before.status)


def open_between(found: Sequence[FindingRow], reports: Sequence[FileReport]) -> tuple[Question, ...]:
    """What is open between the forms of these files and others, on whichever side of it they are."""
    numbers = {one.id for each in reports for one in each.submissions if one.id is not None}
    return tuple(
        Question(each.file, "", each.finding)
        for each in found
        if each.submission_id in numbers or any(one.submission_id in numbers for one in each.finding.elsewhere)
    )


def _report(result: FileResult) -> FileReport:
    submissions = tuple(
        SubmissionReport(s.id, s.dataset, s.township, s.period, s.revision, s.records, s.layout, s.status)
        for s in result.submissions
    )
    return FileReport(result.name, result.sha256, result.status, submissions, result.accounts, result.findings)


def dry_report(read: LoadedFile) -> FileReport:
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
