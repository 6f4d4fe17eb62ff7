"""What checks are made on: a submission with its fields by name, its rows, and how finely its parts are printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pioneer_etl.check.operand import Row, precision_of
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Field
from pioneer_etl.contract.places import valid_on
from pioneer_etl.transform.model import Submission


@dataclass(frozen=True, slots=True)
class Subject:
    """A submission made ready for its checks: its fields by name, its rows, and what is around it."""

    submission: Submission
    contracts: Contracts
    fields: Mapping[str, Field]
    parts: tuple[tuple[Row, ...], ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for rows in self.parts for row in rows)

    @property
    def sheet(self) -> str | None:
        return self.submission.parts[0].sheet if self.submission.parts else None

    @property
    def villages(self) -> int | None:
        """How many villages are registered under the township on the period's last day."""
        township, period = self.submission.township, self.submission.period
        if township is None:
            return None
        children = self.contracts.places.children(township.code)
        return sum(valid_on(unit, period.end if period else None) for unit in children)


def subject_of(submission: Submission, contracts: Contracts) -> Subject:
    """A submission with its fields by name and the precision of its parts."""
    parts: list[tuple[Row, ...]] = []
    for part in submission.parts:
        precision = precision_of(part, submission.dataset.fields)
        parts.append(tuple(Row(part, record, precision) for record in part.records))
    return Subject(submission, contracts, {each.name: each for each in submission.dataset.fields}, tuple(parts))
