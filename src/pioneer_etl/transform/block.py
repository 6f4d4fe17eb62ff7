"""One block of one table while it is read: the values of its fields, aligned with its records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.finding import Finding
from pioneer_etl.match.model import ColumnMatch, MatchedTable
from pioneer_etl.transform.columns import Cells
from pioneer_etl.transform.model import FieldValue, ParseValue
from pioneer_etl.transform.rows import Rows
from pioneer_etl.workbook.model import Scalar


@dataclass(slots=True)
class Block:
    """One block of one table while it is read: values by field, aligned with `rows.records`.

    `across` and `totals_across` are the sheet's columns over the records and over the printed totals; of a table that
    runs sideways they are empty.
    """

    matched: MatchedTable
    contracts: Contracts
    parse: ParseValue | None
    rows: Rows
    across: Sequence[Sequence[Scalar | None]]
    totals_across: Sequence[Sequence[Scalar | None]]
    constants: Mapping[str, str]
    values: dict[str, Sequence[FieldValue]] = field(default_factory=dict)
    column_map: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    merges: Sequence[Range] = ()  # those over several records

    @property
    def sheet(self) -> str:
        return self.matched.reading.sheet.name

    def cells(self, column: ColumnMatch) -> Cells:
        """The cells of a line in the records."""
        return self._cells(column, self.rows.records, self.across)

    def totals_cells(self, column: ColumnMatch) -> Cells:
        """The cells of a line in the printed totals."""
        return self._cells(column, [total.line for total in self.rows.totals], self.totals_across)

    def _cells(self, column: ColumnMatch, records: Sequence[int], across: Sequence[Sequence[Scalar | None]]) -> Cells:
        """The cells of a line.  Without a merge only what names a record is carried down; any other blank is one."""
        dataset = self.matched.dataset
        carries = not self.matched.written_out and (column.field in dataset.key or column.field == dataset.place_field)
        merged: Mapping[Position, Position] = self.matched.table.carried if carries else {}
        sheet, line = self.matched.reading.sheet, column.line
        if self.rows.sideways:
            raws: Sequence[Scalar | None] = [sheet.at(line, record) for record in records]
        else:
            raws = across[line - 1] if line <= len(across) else (None,) * len(records)
        return Cells(sheet, line, records, self.rows.sideways, merged, raws)


def position_of(reading: Block, line: int, record: int, value: FieldValue) -> Position:
    """Where a value of a record stands: its own cell, or where its line meets the record."""
    if value.cell is not None:
        return value.cell
    return Position(line, record) if reading.rows.sideways else Position(record, line)
