"""Which cells of a sheet differ between two files, whatever their formats."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from math import isclose

from pioneer_etl.contract.address import Position
from pioneer_etl.workbook.model import NoResult, Scalar, Sheet, is_blank


def changed_cells(before: Sheet, after: Sheet) -> Iterator[Position]:
    """Cells that say something else in `after`, row by row.

    A formula that stayed is the same whatever its result; one that became its own result is, too: that is
    what saving in another format does.
    """
    text_only = before.text_only or after.text_only
    for r in range(1, max(before.height, after.height) + 1):
        width = max(len(sheet.rows[r - 1]) if r <= sheet.height else 0 for sheet in (before, after))
        for c in range(1, width + 1):
            at = Position(r, c)
            old, new = before.formulas.get(at), after.formulas.get(at)
            if old is not None and (old == new or (new is None and isinstance(before.at(r, c), NoResult))):
                continue
            if (new is not None and old is None) or not _same(before.at(r, c), after.at(r, c), text_only):
                yield at


def _same(one: Scalar | None, other: Scalar | None, text_only: bool) -> bool:
    if is_blank(one) or is_blank(other):
        return is_blank(one) and is_blank(other)
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(one, date) and isinstance(other, date):
        return _moment(one) == _moment(other)
    if type(one) is type(other) and not isinstance(one, str):
        return one == other
    if isinstance(one, str) and isinstance(other, str):
        return one.strip() == other.strip()
    return text_only and str(one).strip() == str(other).strip()


def _moment(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
