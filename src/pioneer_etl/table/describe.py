"""A sheet's reading as the plain object that `inspect --format json` prints for one sheet."""

from __future__ import annotations

from typing import Any

from pioneer_etl.contract.address import column_letters
from pioneer_etl.table.headers import clean
from pioneer_etl.table.model import HeaderColumn, Role, SheetReading, Table, TableKind
from pioneer_etl.workbook.model import Visibility

_TOLD = (Role.TITLE, Role.UNIT, Role.NOTE, Role.SIGNATURE, Role.LOOKUP, Role.UNACCOUNTED)


def describe(reading: SheetReading) -> dict[str, Any]:
    """One sheet in the fixed shape: its tables with columns and rows, and the cells outside of them.

    `dataset`, `field` and `match` are None here; who matches fills them in.
    """
    cells: dict[str, list[str]] = {}
    if reading.roles:
        for position, mark in reading.roles.items():
            if mark.role in _TOLD:
                cells.setdefault(str(mark.role), []).append(position.a1)
    return {
        "name": reading.sheet.name,
        "hidden": reading.sheet.visibility is not Visibility.VISIBLE,
        "tables": [_table(reading, table) for table in reading.tables],
        "cells": cells,
    }


def _table(reading: SheetReading, table: Table) -> dict[str, Any]:
    labels = [_column(reading, column) for column in table.label_columns]
    rows = [
        {"row": row.row, "role": str(row.role), "path": list(row.path), "cells": [cell.a1 for cell in row.cells]}
        for row in table.rows
    ]
    if table.kind is TableKind.TRANSPOSED:
        # The row over the records is a field like the rows below it: its corner labels it.
        for label, column in zip(labels, table.label_columns, strict=True):
            if label["cells"]:
                corner = {"row": column.cells[-1].row, "role": "data", "path": label["path"], "cells": label["cells"]}
                rows.insert(0, corner)
                label["cells"] = []
    return {
        "range": table.range.a1,
        "kind": str(table.kind),
        "dataset": None,
        "unit": table.unit,
        "label_columns": labels,
        "columns": [
            {**_column(reading, column), "unit": column.unit, "field": None, "match": None} for column in table.columns
        ],
        "rows": rows,
    }


def _column(reading: SheetReading, column: HeaderColumn) -> dict[str, Any]:
    """A column with its heads as they stand, units in them too: this is what a reader compares with the sheet."""
    path: list[str] = []
    for cell in column.cells:
        text = clean(str(reading.sheet.at(*cell)))
        if text and (not path or path[-1] != text):
            path.append(text)
    return {"column": column_letters(column.column), "path": path, "cells": [cell.a1 for cell in column.cells]}
