"""Records of typed values, each value with its state and the cell it came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.finding import Finding
from pioneer_etl.contract.model import Dataset, Field, OrgUnit, Period
from pioneer_etl.contract.places import Places
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.workbook.model import Scalar, Style

_PLAIN = Style()

# A stored value: code, place and ID are text; month is its first day; percent is a fraction.
Value: TypeAlias = int | Decimal | date | str | bool


class ValueState(StrEnum):
    """Why a field holds a value or not.  A missing value is never simply NULL."""

    VALUE = "value"
    ZERO = "zero"
    BLANK = "blank"  # an empty cell under a header that is there
    NONE = "none"  # 无, —, / : the sender says there is none
    NOT_APPLICABLE = "not_applicable"
    UNREADABLE = "unreadable"
    NO_RESULT = "no_result"  # a formula saved without a result
    ERROR = "error"  # an error cell such as #REF!
    ABSENT = "absent"  # this form has no such column


@unchanging
class FieldValue:
    """One value of one record.

    `value` is None unless `state` is VALUE or ZERO.  `text` is what the cell said.  `decimals` is how
    many decimal places the source printed (None: not a number).  `conversion` tells a unit or
    spelling that was changed on the way, e.g. "元→万元 ×0.0001".
    """

    value: Value | None
    state: ValueState
    cell: Position | None = None
    text: str = ""
    decimals: int | None = None
    conversion: str | None = None

    def __reduce__(self) -> tuple[type[FieldValue], tuple[object, ...]]:
        """Values go between processes by the thousand; this is half as long on the way as a dataclass's own."""
        return FieldValue, (self.value, self.state, self.cell, self.text, self.decimals, self.conversion)


@unchanging
class SourceCell:
    """A cell as a value parser is given it: what it holds, how it looks and where it stands."""

    value: Scalar | None
    sheet: str
    position: Position
    style: Style = _PLAIN


@dataclass(frozen=True, slots=True)
class ValueContext:
    """What a value parser may want to know besides the cell and its field.

    `path` is the header path of the cell's column, `unit` the unit in force there (None: the field's own), `places`
    every unit that the workspace knows.
    """

    dataset: Dataset
    layout: str
    path: tuple[str, ...] = ()
    unit: str | None = None
    township: OrgUnit | None = None
    period: Period | None = None
    date_1904: bool = False
    places: Places | None = None


@dataclass(frozen=True, slots=True)
class RecordContext:
    """What a plugin that changes records may want to know of the table that they come from."""

    dataset: Dataset
    layout: str
    sheet: str
    township: OrgUnit | None = None
    period: Period | None = None


# A value parser from outside of this stage.  None says "not mine" and the built-in parser goes on; a
# missing value is a `FieldValue` whose state says so.  A PluginError becomes a finding at the cell.
ParseValue: TypeAlias = Callable[[SourceCell, Field, ValueContext], FieldValue | None]


@unchanging
class Record:
    """One record: its line on the sheet (row; transposed: column) and its values by field.

    `place` is the unit the record is about; `values` holds every field of the dataset.
    """

    line: int
    values: Mapping[str, FieldValue]
    place: OrgUnit | None = None

    def __reduce__(self) -> tuple[type[Record], tuple[object, ...]]:
        return Record, (self.line, self.values, self.place)


@dataclass(frozen=True, slots=True)
class PrintedTotal:
    """A printed subtotal or total: its line, the records' lines it covers, and its values.

    `confirmed` is what understanding the table found by arithmetic (None: nothing to add).
    """

    line: int
    label: str
    covers: tuple[int, ...]
    values: Mapping[str, FieldValue]
    confirmed: bool | None = None


class CellUse(StrEnum):
    """How a cell that carries something was accounted for."""

    LOADED = "loaded"
    HEADER = "header"
    KEY = "key"
    TITLE = "title"
    TOTAL = "total"
    NOTE = "note"
    IGNORED = "ignored"
    FINDING = "finding"
    UNACCOUNTED = "unaccounted"


@dataclass(frozen=True, slots=True)
class CellAccount:
    """The account of one sheet: every cell that carries something, by how it was used.

    `counted` comes from an independent count; it must equal the sum of `uses`.
    """

    sheet: str
    counted: int
    uses: Mapping[CellUse, int]

    @property
    def unaccounted(self) -> int:
        """Cells left without a use, or the gap between the two counts."""
        total = sum(self.uses.values())
        return self.uses.get(CellUse.UNACCOUNTED, 0) + abs(self.counted - total)


@dataclass(frozen=True, slots=True)
class Part:
    """What one table of one sheet gave to a submission.

    `column_map` gives the sheet column (transposed: row) of each field: with a record's line it
    makes the A1 address of any value whose own `cell` says nothing else.
    """

    sheet: str
    table_index: int
    layout: str
    transposed: bool
    column_map: Mapping[str, int]
    records: tuple[Record, ...]
    totals: tuple[PrintedTotal, ...] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """One form of one township for one dataset and period, ready to be checked and loaded.

    Several tables or sheets of one file may be its parts.  Township and period are None only when
    a quarantining finding says that nothing tells them.
    """

    dataset: Dataset
    township: OrgUnit | None
    period: Period | None
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...] = ()
    filler: str | None = None

    @property
    def records(self) -> tuple[Record, ...]:
        return tuple(record for part in self.parts for record in part.records)

    @property
    def layout(self) -> str:
        """The layout's name; several, should parts differ, joined by "+"."""
        return "+".join(dict.fromkeys(part.layout for part in self.parts))

    @property
    def quarantined(self) -> bool:
        return any(each.quarantines for each in self.findings)
