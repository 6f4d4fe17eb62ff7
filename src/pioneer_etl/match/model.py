"""A table matched: its dataset, township and period, and which header is which field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.finding import Finding
from pioneer_etl.contract.model import Dataset, OrgUnit, Period
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.table.model import SheetReading, Table

if TYPE_CHECKING:
    from pioneer_etl.match.unpivot import Unpivoted

# The block of a line that says something of the records of every block.
SHARED: Final = -1


class MatchKind(StrEnum):
    """How a header was taken for a field, from the firmest to none."""

    LAYOUT = "layout"
    EXACT = "exact"
    SYNONYM = "synonym"
    PROPOSED = "proposed"  # similarity only: never loads
    IGNORED = "ignored"  # a layout or rule names it as carrying nothing
    NONE = "none"


@unchanging
class ColumnMatch:
    """One line of a table (a column; in a transposed table a row) and the field it is taken for.

    A county's files have them by the ten thousand: a named tuple is made in a third of a dataclass's time.
    """

    line: int
    path: tuple[str, ...]
    cells: tuple[Position, ...]
    field: str | None
    kind: MatchKind
    unit: str | None = None
    reason: str = ""
    confidence: float = 0.0
    tick: str | None = None  # a column to tick: the value that a mark in it stands for (男 under 性别)
    block: int = 0  # which of several blocks side by side it belongs to, from the left; or SHARED


@dataclass(frozen=True, slots=True)
class FileContext:
    """What is known of a file besides its content.

    `folder` is the name of the folder that it came in (a sender's own, perhaps); `township` (name or
    code) and `period` are words given on the command line.
    """

    file: str
    folder: str = ""
    township: str | None = None
    period: str | None = None


@unchanging
class Evidence:
    """One word for the township or period: where it stands and what it says."""

    source: str  # title | filler | column | sheet_name | file_name | folder | command_line | layout
    text: str
    cell: Position | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose form this is and for when, with the evidence; None where nothing says it."""

    township: OrgUnit | None = None
    period: Period | None = None
    filler: str | None = None
    evidence: tuple[Evidence, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchedTable:
    """A table ready to be transformed, or, with quarantining findings, one that must not be.

    `table` is the sheet's table number `index` (from 0); its kind may differ from what understanding took
    it for, where the contracts' words stand along its other side.

    `lines` holds every label and value column (transposed: row), mapped or not.  `constants` are
    field values that hold for every record (text as written), `block_constants` those of one block alone,
    `block_periods` the periods of blocks whose records are of another than the form's.
    `code_maps` map a field's spellings to codes for this layout only.  `blanks` tell what an empty cell of
    a field says.  `skip_rows`, `carry` and
    `group_field` are the layout's words for rows (transposed: columns) to leave out, fields to carry
    down and the field of group rows; `written_out` that every record says all of itself, so that an empty cell under
    a label is one that was forgotten; `level` is that of the places its records are about (None: any), and
    `value_policy` says what to do about a word that no code list knows: freeze, evolve or discard.  A table whose
    records are put together from several of its cells each has in `unpivoted` the list that it says, matched, and
    where each cell of the list stands.
    """

    reading: SheetReading
    index: int
    table: Table
    dataset: Dataset
    layout: str
    identity: Identity
    lines: tuple[ColumnMatch, ...]
    constants: Mapping[str, str] = field(default_factory=dict)
    block_constants: tuple[Mapping[str, str], ...] = ()
    block_periods: tuple[Period | None, ...] = ()
    code_maps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    blanks: Mapping[str, str] = field(default_factory=dict)
    skip_rows: tuple[str, ...] = ()
    carry: tuple[str, ...] = ()
    written_out: bool = False
    group_field: str | None = None
    level: str | None = None
    value_policy: str = "freeze"
    findings: tuple[Finding, ...] = ()
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    unpivoted: tuple[MatchedTable, Unpivoted] | None = None


@dataclass(frozen=True, slots=True)
class SheetMatch:
    """One sheet: its tables that belong to a dataset, and what is to be said of all the rest of it.

    `computed` tells a sheet that only computes from others, whose tables are left out for that.
    """

    reading: SheetReading
    tables: tuple[MatchedTable, ...]
    findings: tuple[Finding, ...] = ()
    computed: bool = False
