"""What an ingest did: the object behind `pioneer ingest --format json`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.finding import Finding, Severity
from pioneer_etl.match.layout import GENERIC
from pioneer_etl.transform.model import CellAccount, CellUse

# Why a file waits that no layout reads, or that its layout does not read any more.
_OF_FORMAT = frozenset(
    [
        "table.unclear",
        "column.unknown",
        "column.proposed",
        "column.double",
        "column.renamed",
        "column.required_missing",
        "column.drift_missing",
    ]
)
# The names of the uses in the printed report: keys (the village's name, say) are loaded cells as well, titles notes.
_PRINTED = {CellUse.KEY: "loaded", CellUse.TITLE: "note"}


@dataclass(frozen=True, slots=True)
class SubmissionReport:
    """One submission of a file, as the warehouse has it (`id` is None when nothing was loaded)."""

    id: int | None
    dataset: str
    township: str | None
    period: str | None
    revision: int | None
    records: int
    layout: str
    status: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file: loaded, unchanged, quarantined or refused.

    An unchanged file was read before and would give the same again: `before` says what became of it then.
    """

    file: str
    sha256: str
    status: str
    submissions: tuple[SubmissionReport, ...] = ()
    accounts: tuple[CellAccount, ...] = ()
    findings: tuple[Finding, ...] = ()
    before: str | None = None

    @property
    def kept_out(self) -> str | None:
        """refused or quarantined when that is what keeps the file out, now or since it was first read."""
        standing = self.before if self.status == "unchanged" else self.status
        return standing if standing in ("refused", "quarantined") else None

    @property
    def unlearnt(self) -> str | None:
        """The layout by which the file is not understood, "generic" where none claims it; None where that is not why
        it waits."""
        if self.kept_out != "quarantined" or not any(
            each.quarantines and each.code in _OF_FORMAT for each in self.findings
        ):
            return None
        return next((each.layout for each in self.submissions if each.layout != GENERIC.name), GENERIC.name)

    def cells(self) -> dict[str, int]:
        """How many cells carry something, and how they were accounted for."""
        counts: Counter[str] = Counter()
        for each in self.accounts:
            counts["counted"] += each.counted
            counts["unaccounted"] += each.unaccounted
            for use, number in each.uses.items():
                if use is not CellUse.UNACCOUNTED:
                    counts[_PRINTED.get(use, use.value)] += number
        names = ("counted", "loaded", "header", "total", "note", "ignored", "finding", "unaccounted")
        return {name: counts[name] for name in names}

    def as_dict(self, language: Language) -> dict[str, Any]:
        return {
            "file": self.file,
            "sha256": self.sha256,
            "status": self.status,
            **({"before": self.before} if self.before is not None else {}),
            "submissions": [
                {
                    "id": each.id,
                    "dataset": each.dataset,
                    "township": each.township,
                    "period": each.period,
                    "revision": each.revision,
                    "records": each.records,
                    "layout": each.layout,
                    "status": each.status,
                }
                for each in self.submissions
            ],
            "cells": self.cells(),
            "findings": [_finding_dict(each, language) for each in self.findings],
        }


def _finding_dict(found: Finding, language: Language) -> dict[str, Any]:
    return {
        "code": found.code,
        "severity": found.severity.value,
        "sheet": found.sheet,
        "cell": found.cells[0] if found.cells else None,
        "cells": list(found.cells),
        "message": found.message(language),
        "remedy": found.remedy(language),
    }


@dataclass(frozen=True, slots=True)
class Question:
    """A finding with the file it is about and what became of that file."""

    file: str
    status: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class IngestReport:
    """All the files of one ingest, in the order they were read."""

    files: tuple[FileReport, ...]
    problems: tuple[Finding, ...] = field(default=())  # of plugins, not of files
    between: tuple[Question, ...] = field(default=())  # open findings between these files' forms and others

    @property
    def clean(self) -> bool:
        """Whether every file is in, and nothing failed its checks.

        A file passed over with a mere note (a lock file that Excel left) is nothing to be done about.
        """
        return not any(one.finding.severity is Severity.ERROR for one in self.between) and not any(
            each.kept_out == "quarantined" or any(one.severity is Severity.ERROR for one in each.findings)
            for each in self.files
        )

    def questions(self) -> Iterator[Question]:
        """Every finding, the plugins' own first."""
        for each in self.problems:
            yield Question(each.file or "plugins", "", each)
        for file in self.files:
            for one in file.findings:
                yield Question(file.file, file.status, one)
        yield from self.between

    def counts(self) -> Mapping[str, int]:
        """Files by status; records and cells of those that were read now; for one line."""
        by_status = Counter(each.status for each in self.files)
        read_now = [each for each in self.files if each.status != "unchanged"]
        cells: Counter[str] = Counter()
        for each in read_now:
            cells.update(each.cells())
        return {
            "files": len(self.files),
            **{status: by_status[status] for status in ("loaded", "unchanged", "quarantined", "refused")},
            "records": sum(s.records for each in read_now for s in each.submissions if s.status in ("loaded", "read")),
            "cells": cells["counted"],
            "unaccounted": cells["unaccounted"],
        }

    def as_dict(self, language: Language = "zh") -> dict[str, Any]:
        found: dict[str, Any] = {"files": [each.as_dict(language) for each in self.files]}
        if self.between:
            found["between"] = [
                {
                    "file": each.file,
                    **_finding_dict(each.finding, language),
                    "elsewhere": [
                        {"file": one.file, "sheet": one.sheet, "cells": list(one.cells)}
                        for one in each.finding.elsewhere
                    ],
                }
                for each in self.between
            ]
        if self.problems:
            found["plugins"] = [{"code": each.code, "message": each.message(language)} for each in self.problems]
        return found
