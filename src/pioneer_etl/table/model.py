"""What a sheet says: tables with header trees, and a role with its reasons for every cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.workbook.model import Sheet


class Role(StrEnum):
    """What a cell is."""

    TITLE = "title"
    UNIT = "unit"
    HEADER = "header"
    ROW_LABEL = "row_label"
    VALUE = "value"
    GROUP = "group"
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    COLUMN_INDEX = "column_index"
    REPEATED_HEADER = "repeated_header"
    NOTE = "note"
    SIGNATURE = "signature"
    LOOKUP = "lookup"
    UNACCOUNTED = "unaccounted"


class RowRole(StrEnum):
    """What a row of a table's body is."""

    DATA = "data"
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    GROUP = "group"
    REPEATED_HEADER = "repeated_header"
    COLUMN_INDEX = "column_index"
    NOTE = "note"


class TableKind(StrEnum):
    """How a table is to be read; docs/understanding.md tells the kinds."""

    LIST = "list"
    FORM = "form"
    TRANSPOSED = "transposed"
    SIDE_BY_SIDE = "side_by_side"
    LONG = "long"
    MATRIX = "matrix"
    REGISTER = "register"


@unchanging
class Reason:
    """Why something was decided: the rule's name, its weight, and what it saw.

    Users read the catalogue's words for `rule.NAME`, filled with `arguments`; `evidence` says the same for
    whoever reads logs, and is what is shown of a rule that the catalogue does not know (a plugin's).
    """

    rule: str
    evidence: str
    weight: float = 1.0
    arguments: tuple[tuple[str, str], ...] = ()


@unchanging
class HeaderColumn:
    """A column of a table: header texts and their cells from the outermost to the nearest.

    `path` has units split off into `unit`; equal neighbours are one part; `cells` are the top left
    cells of merged headers, so their number may differ from the number of parts.
    """

    column: int
    path: tuple[str, ...]
    cells: tuple[Position, ...]
    unit: str | None = None
    reasons: tuple[Reason, ...] = ()


@unchanging
class TableRow:
    """A row of a table's body with its labels, outermost first (groups and carried labels too).

    `confirmed` tells for a subtotal or total whether arithmetic confirmed it (None: nothing to add).
    `covers` are the rows that a confirmed (sub)total adds up.
    """

    row: int
    role: RowRole
    path: tuple[str, ...] = ()
    cells: tuple[Position, ...] = ()
    level: int = 0
    confirmed: bool | None = None
    covers: tuple[int, ...] = ()
    reasons: tuple[Reason, ...] = ()


@unchanging
class Pair:
    """A label of a register and its content: headings of sections and the label, outermost first, and their cells.

    `unit` is a cell beside the content that says nothing but its unit.  `content` is None for a label with nothing
    beside it (照片).
    """

    path: tuple[str, ...]
    cells: tuple[Position, ...]
    content: Position | None
    unit: Position | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table in sheet orientation.  In a transposed one the records stand in the columns.

    `carried` maps a label cell left empty (merged or written once) to the cell it takes its text from.  `pairs` are
    a register's; its columns have no heads.
    """

    range: Range
    kind: TableKind
    header_rows: tuple[int, ...]
    label_columns: tuple[HeaderColumn, ...]
    columns: tuple[HeaderColumn, ...]
    rows: tuple[TableRow, ...]
    title: str | None = None
    unit: str | None = None
    confidence: float = 1.0
    carried: Mapping[Position, Position] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    pairs: tuple[Pair, ...] = ()


@unchanging
class CellRole:
    """The role of one cell, the table it belongs to (its index, or None), and why."""

    role: Role
    table: int | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetReading:
    """A sheet understood: its tables, and a role for every cell that carries something."""

    sheet: Sheet
    tables: tuple[Table, ...]
    roles: Mapping[Position, CellRole]
    doubts: tuple[Reason, ...] = ()

    def texts(self, *roles: Role) -> tuple[tuple[Position, str], ...]:
        """Address and text of every cell with one of `roles`, in reading order."""
        return tuple(
            (position, str(self.sheet.at(*position)).strip())
            for position, mark in sorted(self.roles.items())
            if mark.role in roles
        )
