"""What the stages agree on: datasets and their fields, code lists, checks, places and periods.

These are plain values.  They are read from the workspace's `warehouse/` by the loaders beside this
module; no other stage reads those files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pioneer_etl.contract.unchanging import unchanging


class FieldType(StrEnum):
    """The type of a field; it decides how a cell is parsed and how the warehouse stores it."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    PERCENT = "percent"  # stored as a fraction: 0.42 is 42 %
    DATE = "date"
    MONTH = "month"  # stored as the first day of the month
    TEXT = "text"
    CODE = "code"
    PLACE = "place"
    BOOLEAN = "boolean"
    PERSON_NAME = "person_name"
    ID = "id"
    PHONE = "phone"


class Aggregation(StrEnum):
    """How values of several records become one: added, the last of them, a ratio made anew, or not at all."""

    SUM = "sum"
    LAST = "last"
    RATIO = "ratio"
    NONE = "none"


@unchanging
class Label:
    """A text in both languages."""

    zh: str
    en: str


@unchanging
class Field:
    """One field of a dataset.

    `unit` is the unit that the warehouse stores; `accepted_units` are those that may be converted
    to it.  `synonyms` are header paths as townships write them, parts joined by "/".  `codes` names
    a code list.  Limits are in the stored unit.  `personal` is a personal-data class (name, id,
    phone, birth, …) or None.
    """

    name: str
    label: Label
    type: FieldType
    unit: str | None = None
    accepted_units: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    required: bool = False
    codes: str | None = None
    aggregation: Aggregation = Aggregation.NONE
    ratio: tuple[str, str] | None = None  # numerator and denominator fields
    stock: bool | None = None  # True stock, False flow, None neither
    personal: str | None = None
    places: int | None = None  # decimal places stored, for decimals (default 4)
    minimum: Decimal | None = None  # below it a value is wrong
    maximum: Decimal | None = None  # above it a value is wrong
    plausible: tuple[Decimal, Decimal] | None = None  # outside of it a value must be explained


@unchanging
class Check:
    """A declared check: an expression over fields that must hold.

    `missing` says what a blank operand does: "skip_any" (skip when any is missing), "skip_all"
    (skip only when all on one side of the comparison are; a missing one counts as zero) or "zero" (a
    missing one counts as zero).  `fields` are those that the expression and `where` name.  `forms` are the other
    forms that it speaks of, datasets or "previous" (the township's last period): such a check is made in the
    warehouse, where they stand.
    """

    name: str
    expression: str
    severity: str
    message: Label
    tolerance: str = "printed"  # a number, or "printed": what the printed decimals allow
    missing: str = "skip_any"
    scope: str = "record"  # record | submission
    where: str | None = None
    fields: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()


@unchanging
class Dataset:
    """The contract of one dataset: one record per `grain`, unique by `key` within its scope.

    `period_type` is year, half, quarter, month or none.  `place_field` is the field that names the
    village or township a record is about (None: the submission's township itself).
    """

    name: str
    title: Label
    grain: Label
    key: tuple[str, ...]
    period_type: str
    fields: tuple[Field, ...]
    checks: tuple[Check, ...] = ()
    place_field: str | None = None
    mixed_levels: bool = False  # townships and villages stand side by side
    titles: tuple[str, ...] = ()  # words in a title or sheet name that speak for this dataset
    source: str | None = None  # a reference table kept in the workspace, e.g. org_units.csv

    def field(self, name: str) -> Field:
        """The field called `name`; KeyError names those that exist."""
        for each in self.fields:
            if each.name == name:
                return each
        raise KeyError(f"{self.name} has no field {name}; it has {[f.name for f in self.fields]}")


@unchanging
class Code:
    """One entry of a code list; `synonyms` are other spellings of its label."""

    code: str
    label: Label
    synonyms: tuple[str, ...] = ()


@unchanging
class CodeList:
    """A code list: `standard` names where it comes from (e.g. "GB/T 4762-1984")."""

    name: str
    title: Label
    codes: tuple[Code, ...]
    standard: str | None = None


@unchanging
class OrgUnit:
    """A county, township or village.  `code` is the statistical 12-digit code.

    `former_names` are names that it had before, each with its last day; `successors` the codes of the units that it was
    merged into or split up into when it ended.
    """

    code: str
    name: str
    level: str  # county | township | village
    parent: str | None
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    former_names: tuple[tuple[str, date], ...] = ()
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A reporting period by its first and last day.

    `text` is the canonical form: 2004, 2004H1, 2004Q3, 2004-09, or 2004-03/2004-05 for a span.
    """

    start: date
    end: date
    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def year(self) -> int:
        return self.end.year
