"""Figures that the county enters itself: by telephone for a record, or as a difference for a township."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.finding import Finding
from pioneer_etl.contract.masking import mask
from pioneer_etl.contract.model import Aggregation, CodeList, Dataset, Field, FieldType, OrgUnit, Period
from pioneer_etl.contract.places import name_on
from pioneer_etl.entry.note import DIFFERENCE, KINDS, TELEPHONE, Note, NoteLine, note_bytes
from pioneer_etl.match.model import FileContext
from pioneer_etl.pipeline import Task, read
from pioneer_etl.transform.columns import read_text
from pioneer_etl.transform.doubts import doubt_findings, personal_class
from pioneer_etl.transform.model import ValueState
from pioneer_etl.warehouse.model import STANDING, LoadedFile
from pioneer_etl.warehouse.sql import literals, quoted, records
from pioneer_etl.workspace.reading import Options, reading_key

if TYPE_CHECKING:
    from pioneer_etl.workspace.folder import Folder

_DIFFERING = (FieldType.INTEGER, FieldType.DECIMAL)


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered: the note's file name, what was found in it, and what became of it.

    `status` is entered (a record of its own), overlay (over a record that stood), difference, read (only tried) or
    refused: in these two nothing was written.  `before` and `after` are what stood and what was entered, by field,
    personal data masked.
    """

    file: str
    status: str
    submission: int | None
    findings: tuple[Finding, ...]
    before: Mapping[str, str]
    after: Mapping[str, str]

    def as_dict(self, language: str = "zh") -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "file": self.file,
            "status": self.status,
            "submission": self.submission,
            "before": dict(self.before),
            "after": dict(self.after),
            "findings": [
                {
                    "code": each.code,
                    "severity": each.severity.value,
                    "cells": list(each.cells),
                    "message": each.message("en" if language == "en" else "zh"),
                }
                for each in self.findings
            ],
        }


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a form of one township is entered: it reads what is typed, and knows what stands."""

    workspace: Folder
    dataset: Dataset
    township: OrgUnit
    period: Period

    @property
    def keys(self) -> tuple[str, ...]:
        """The fields that say which record it is."""
        place = self.dataset.place_field
        return tuple(dict.fromkeys((*((place,) if place else ()), *self.dataset.key)))

    def field(self, name: str) -> Field:
        """A field by its name or label; UsageError when there is none."""
        for each in self.dataset.fields:
            if name in (each.name, each.label.zh):
                return each
        known = ", ".join(each.name for each in self.dataset.fields)
        raise UsageError("correction.no_field", found=name, expected=known)

    def choices(self, field: Field) -> tuple[str, ...]:
        """What may be typed where a list says so; empty where anything may."""
        if field.codes is not None:
            return tuple(each.label.zh for each in self._codes(field).codes)
        return ("是", "否") if field.type is FieldType.BOOLEAN else ()

    def doubts(self, field: Field, text: str) -> tuple[Finding, ...]:
        """What is amiss with a text as a value of a field, before anything is recorded."""
        value, doubts = read_text(field, text, self.workspace.contracts, self.township, self.period)
        return tuple(doubt_findings("", field, [(value.cell or Position(1, 1), each) for each in doubts]))

    def stood(self, values: Mapping[str, str]) -> dict[str, str]:
        """What stands in the record that the key fields of `values` name, as it would be typed; empty without one."""
        if not self.workspace.database.is_file():
            return {}
        wanted: dict[str, Any] = {}
        for name in self.keys:
            read, _ = read_text(
                self.dataset.field(name), values.get(name, ""), self.workspace.contracts, self.township, self.period
            )
            wanted[name] = read.value
        place = self.dataset.place_field
        where = "".join(f" AND v.{quoted(name)} IS NOT DISTINCT FROM ?" for name in self.keys if name != place)
        given = [value for name, value in wanted.items() if name != place]
        with self.workspace._reading() as connection:
            found = records(
                connection,
                f"SELECT v.* FROM main.{quoted(self.dataset.name)} v"
                f" JOIN store.{quoted(self.dataset.name)} f USING (submission_id, part, line)"
                f" JOIN submission s ON s.id = f.submission_id AND s.status IN ({literals((*STANDING, 'entered'))})"
                " WHERE s.township_code = ? AND s.period = ? AND f.place_code IS NOT DISTINCT FROM ?" + where,
                [self.township.code, self.period.text, wanted.get(place) if place else None, *given],
            )
        if not found:
            return {}
        return {
            each.name: self._typed(each, found[0][each.name])
            for each in self.dataset.fields
            if each.name not in self.keys and found[0].get(each.name) is not None
        }

    def record(
        self, values: Mapping[str, str], *, said_by: str, typed_by: str, why: str, dry_run: bool = False
    ) -> Entered:
        """Record what was said of one record: texts by field, the key fields among them.

        What is not named stays as it stands.  Nothing is written when a value cannot be read (status refused), or with
        `dry_run`.  UsageError when the record is not named, or nothing is said of it.
        """
        if not said_by.strip() or not typed_by.strip():
            raise UsageError("enter.no_words")
        values = {self.field(name).name: text.strip() for name, text in values.items() if text.strip()}
        lacking = [each for each in self.keys if each not in values and self.dataset.field(each).required]
        if lacking:
            raise UsageError("enter.no_key", expected=", ".join(lacking))
        if not set(values) - set(self.keys):
            raise UsageError("enter.nothing")
        stood = self.stood(values)
        lines = tuple(
            NoteLine(each.name, each.label.zh, each.unit or "", values.get(each.name, ""), stood.get(each.name, ""))
            for each in self.dataset.fields
        )
        what = "".join(values[each] for each in self.keys if each in values and not self._private(each))
        return self._load(TELEPHONE, lines, what, said_by, typed_by, why, dry_run)

    def difference(self, values: Mapping[str, str], *, said_by: str, typed_by: str, why: str) -> Entered:
        """Record differences of the township's totals, by field: what its villages lack, negative for too much.

        UsageError for a field that is not added up, and without who and why.
        """
        if not said_by.strip() or not why.strip():
            raise UsageError("decision.no_words")
        values = {self.field(name).name: text.strip() for name, text in values.items()}
        for name in values:
            field = self.dataset.field(name)
            if field.type not in _DIFFERING or field.aggregation is not Aggregation.SUM:
                summed = [each.name for each in self.dataset.fields if each.aggregation is Aggregation.SUM]
                raise UsageError("correction.no_sum", found=name, expected=", ".join(summed))
            read, _ = read_text(field, values[name], self.workspace.contracts, self.township, self.period)
            if read.value is None:
                raise UsageError("correction.unfit", found=values[name], expected=field.type.value)
        lines = tuple(
            NoteLine(each.name, each.label.zh, each.unit or "", values[each.name])
            for each in self.dataset.fields
            if each.name in values
        )
        return self._load(DIFFERENCE, lines, "", said_by, typed_by, why, dry_run=False)

    def _load(
        self, kind: str, lines: tuple[NoteLine, ...], what: str, said_by: str, typed_by: str, why: str, dry_run: bool
    ) -> Entered:
        now = datetime.now().replace(microsecond=0)
        note = Note(
            kind,
            self.dataset.name,
            self.township.code,
            self.period.text,
            said_by,
            typed_by,
            why,
            now.isoformat(),
            lines,
        )
        data = note_bytes(note)
        title = self.dataset.title.zh
        file = f"{KINDS[kind]}_{self.township.name}{what}_{title}_{self.period.text.replace('/', '-')}.xlsx"
        sha256 = hashlib.sha256(data).hexdigest()
        reading = read(Task(data, FileContext(file)), self.workspace.kit)
        found = tuple(one for each in reading.submissions for one in each.findings)
        before = {each.field: self.shown(each.field, each.stood) for each in lines if each.entered and each.stood}
        after = {each.field: self.shown(each.field, each.entered) for each in lines if each.entered}
        unread = any(
            held.state is ValueState.UNREADABLE
            for submission in reading.submissions
            for record in submission.records
            for held in record.values.values()
        )
        if dry_run or unread or any(each.quarantines for each in found):
            return Entered(file, "refused" if not dry_run or unread else "read", None, found, before, after)
        from pioneer_etl.warehouse.store import open_warehouse

        loaded = LoadedFile(
            file,
            sha256,
            now,
            reading_key(self.workspace, Options()),
            data=data,
            submissions=reading.submissions,
            accounts=reading.accounts,
            findings=reading.findings,
            context={"folder": ""},
        )
        with open_warehouse(self.workspace.database, self.workspace.contracts, who=typed_by) as warehouse:
            (result,) = warehouse.load_files([loaded])
            warehouse.compare_forms()
            warehouse.checkpoint()
            (submission,) = result.submissions
            ((status,),) = warehouse.connection.execute(
                "SELECT status FROM submission WHERE id = ?", [submission.id]
            ).fetchall()
        return Entered(file, status, submission.id, found, before, after)

    def _typed(self, field: Field, value: object) -> str:
        """A stored value as it would be typed."""
        if isinstance(value, bool):
            return "是" if value else "否"
        if field.codes is not None:
            labels = {each.code: each.label.zh for each in self._codes(field).codes}
            return labels.get(str(value), str(value))
        if field.type is FieldType.PERCENT and isinstance(value, Decimal):
            return f"{_plain(value * 100)}%"
        if isinstance(value, Decimal):
            return _plain(value)
        if field.type is FieldType.PLACE:
            unit = self.workspace.contracts.places.unit(str(value))
            return name_on(unit, self.period.end) if unit is not None else str(value)
        if field.type is FieldType.MONTH and isinstance(value, date):
            return f"{value:%Y-%m}"
        return str(value)

    def shown(self, name: str, text: str) -> str:
        """A value as the terminal may show it: personal data masked."""
        return mask(text, personal_class(self.dataset.field(name)))

    def _private(self, name: str) -> bool:
        return personal_class(self.dataset.field(name)) is not None

    def _codes(self, field: Field) -> CodeList:
        return self.workspace.contracts.code_lists[field.codes or ""]


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
