"""Why one cell was taken for what it was taken for."""

from __future__ import annotations

from pioneer_etl.contract.address import Position
from pioneer_etl.table.model import Reason, SheetReading


def explain(reading: SheetReading, position: tuple[int, int]) -> tuple[Reason, ...]:
    """The reasons behind a cell's role: its own, its row's, its column's and its table's.

    Empty for a cell that carries nothing.
    """
    mark = reading.roles.get(Position(*position))
    if mark is None:
        return ()
    reasons = list(mark.reasons)
    if mark.table is not None:
        table = reading.tables[mark.table]
        row, column = position
        for line in table.rows:
            if line.row == row:
                reasons.extend(line.reasons)
        for head in (*table.label_columns, *table.columns):
            if head.column == column:
                reasons.extend(head.reasons)
        reasons.extend(table.reasons)
    return tuple(dict.fromkeys(reasons))
