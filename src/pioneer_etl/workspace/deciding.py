"""What the county finds and decides: findings, explanations, waivers, corrections, forms sent back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import UsageError
from pioneer_etl.workspace.folder import Folder

if TYPE_CHECKING:
    from datetime import date

    from pioneer_etl.warehouse.diff import Change
    from pioneer_etl.warehouse.queries import FindingRow, StatusRow
    from pioneer_etl.workspace.entering import Desk, Entered
    from pioneer_etl.workspace.returning import ReturnedFile


class Deciding(Folder):
    """Nothing that was mailed is changed: every decision lies beside it, with who made it and why."""

    def findings(
        self,
        *,
        severity: str | None = None,
        code: str | None = None,
        state: str | None = None,
        township: str | None = None,
        dataset: str | None = None,
        period: str | None = None,
    ) -> tuple[FindingRow, ...]:
        """The findings that match every filter given, errors first; `code` may be the beginning of one."""
        from pioneer_etl.warehouse.queries import findings

        town = self.township(township).code if township is not None else None
        when = self.period(period).text if period is not None else None
        with self._reading() as connection:
            found = findings(
                connection, severity=severity, state=state, township_code=town, dataset=dataset, period=when
            )
        return tuple(each for each in found if code is None or each.finding.code.startswith(code))

    def explain(self, finding: int, *, who: str, why: str) -> None:
        """Record a township's explanation of a finding, by the finding's number."""
        from pioneer_etl.warehouse.decisions import explain

        with self._writing() as connection:
            explain(connection, finding, who=who, why=why)

    def waive(self, finding: int, *, who: str, why: str, until: date | None = None) -> None:
        """Record the county's decision to let a finding stand, until a day or for good."""
        from pioneer_etl.warehouse.decisions import waive

        with self._writing() as connection:
            waive(connection, finding, who=who, why=why, until=until)

    def reopen(self, finding: int, *, who: str, why: str) -> None:
        """Take an explanation or a waiver back."""
        from pioneer_etl.warehouse.decisions import reopen

        with self._writing() as connection:
            reopen(connection, finding, who=who, why=why)

    def correct(
        self,
        dataset: str,
        record: str,
        field: str,
        value: str | None,
        *,
        who: str,
        why: str,
        period: str | None = None,
    ) -> None:
        """Lay a value (None: blank), in the warehouse's unit, over one that was mailed, until the next revision.

        `record` is the place that it is about, or "submission/part/line".  UsageError when that is not one standing
        record, there is no such field, or it cannot hold the value.
        """
        from pioneer_etl.warehouse.decisions import correct, record_of

        contract = self._dataset(dataset)
        with self._writing() as connection:
            when = self._period_or_latest(connection, period)
            key = record_of(connection, contract, self.contracts.places, record, when)
            correct(connection, self.contracts, contract, key, field, value, who=who, why=why)

    def desk(self, dataset: str, township: str, *, period: str | None = None) -> Desk:
        """Where figures of a township's form are entered that came by telephone: `desk.record(…)`.

        `period` is the one named, or else the workspace's own or the latest that was reported.
        """
        from pioneer_etl.workspace.entering import Desk

        contract, town = self._dataset(dataset), self.township(township)
        if contract.source is not None:
            raise UsageError("template.not_reported", found=dataset)
        if period is None and not self.settings.period:
            with self._reading() as connection:
                when = self._period_or_latest(connection, None)
        else:
            when = self.period(period or self.settings.period)
        return Desk(self, contract, town, when)

    def difference(
        self, dataset: str, township: str, field: str, value: str, *, who: str, why: str, period: str | None = None
    ) -> Entered:
        """Put a difference (差额) on record: what a township's total lacks and no village can be given.

        It enters the township's and the county's sums, no count and no village; the township's next form ends it.
        """
        from pioneer_etl.warehouse.audit import current_user

        desk = self.desk(dataset, township, period=period)
        return desk.difference({field: value}, said_by=who, typed_by=current_user(), why=why)

    def mark(
        self, township: str, dataset: str, status: str, *, who: str, why: str, period: str | None = None
    ) -> StatusRow:
        """Mark the form that stands as returned or accepted, or as loaded again; how it stands then is returned.

        UsageError when nothing stands, or `status` is none of these.
        """
        from pioneer_etl.warehouse.decisions import set_status
        from pioneer_etl.warehouse.queries import status as status_rows
        from pioneer_etl.warehouse.queries import submissions

        town, contract = self.township(township), self._dataset(dataset)
        with self._writing() as connection:
            when = self._period_or_latest(connection, period).text
            known = submissions(connection, dataset=dataset, township_code=town.code, period=when)
            standing = [each.id for each in known if each.status not in ("superseded", "quarantined")]
            if not standing:
                raise UsageError("status.no_form", township=town.name, dataset=contract.title.zh, period=when)
            set_status(connection, standing[-1], status, who=who, why=why)
            rows = status_rows(connection, when)
        return next(each for each in rows if (each.township_code, each.dataset) == (town.code, dataset))

    def diff(self, township: str, dataset: str, *, period: str | None = None) -> tuple[Change, ...]:
        """What changed between the last two revisions of a township's form.  UsageError when there are no two."""
        from pioneer_etl.warehouse.diff import diff

        contract = self._dataset(dataset)
        town = self.township(township).code
        with self._reading() as connection:
            when = self._period_or_latest(connection, period).text
            return diff(connection, contract, town, when, code_lists=self.contracts.code_lists)

    def return_workbooks(
        self,
        townships: Sequence[str] = (),
        folder: str | Path | None = None,
        *,
        period: str | None = None,
        severity: str = "warning",
        report_only: bool = False,
        language: Language = "zh",
        day: date | None = None,
        keep_status: bool = False,
    ) -> tuple[ReturnedFile, ...]:
        """Townships' own files (of all, or of those named) with their open findings marked, in a folder for each.

        Findings of `severity` and worse are marked and listed on a first sheet with room to answer; a note goes along,
        dated `day` (today).  `report_only` writes the list alone.  Without `folder` nothing is written: the result
        says what would be, and what of each file would not be kept.  The forms are marked as returned, unless
        `keep_status`.
        """
        from datetime import date as today

        from pioneer_etl.workspace.returning import return_workbooks

        return return_workbooks(
            self,
            [self.township(each).code for each in townships],
            Path(folder) if folder is not None else None,
            period=self.period(period).text if period is not None else None,
            severity=severity,
            report_only=report_only,
            language=language,
            day=day or today.today(),
            keep_status=keep_status,
        )
