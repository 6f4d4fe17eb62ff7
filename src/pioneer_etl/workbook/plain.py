"""Values alone, by calamine, of formats or files that no other reader of ours understands."""

from __future__ import annotations

import io
import re
from typing import Any

from pioneer_etl.contract.address import Range
from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.workbook.limits import Limits
from pioneer_etl.workbook.model import Scalar, Sheet, Visibility
from pioneer_etl.workbook.values import number, trimmed

_PRIVATE = re.compile(r"[^\x20-\x7e]+|\d{5,}[\dXx]*")


def read_plainly(data: bytes, where: Location, limits: Limits) -> tuple[Sheet, ...]:
    """Every worksheet as calamine gives it, without styles or a second count."""
    from python_calamine import SheetTypeEnum

    book = open_calamine(data, where)
    if len(book.sheets_metadata) > limits.sheets:
        raise FileRefused("file.too_many_sheets", where, found=len(book.sheets_metadata), expected=limits.sheets)
    sheets: list[Sheet] = []
    left = limits.grid_cells
    for index, entry in enumerate(book.sheets_metadata):
        if entry.typ != SheetTypeEnum.WorkSheet:
            continue
        grid, merges = grid_of(book, index, where)
        left -= sum(map(len, grid))
        if left < 0:
            raise FileRefused("file.too_many_cells", where, expected=f"{limits.grid_cells:,}")
        sheets.append(
            Sheet(
                name=entry.name,
                rows=trimmed(grid),
                merges=merges,
                visibility=visibility_of(entry),
            )
        )
    if not sheets:
        raise FileRefused("file.no_sheets", where)
    return tuple(sheets)


def open_calamine(data: bytes, where: Location) -> Any:
    """calamine's workbook; FileRefused when it cannot open it."""
    import python_calamine

    try:
        return python_calamine.load_workbook(io.BytesIO(data))
    except python_calamine.PasswordError:
        raise FileRefused("file.encrypted", where) from None
    except BaseException as problem:
        raise refusal(problem, where) from None


def grid_of(book: Any, index: int, where: Location) -> tuple[list[list[Scalar | None]], tuple[Range, ...]]:
    """The cells of a sheet from A1 on, and its merges (none from xlsb, where calamine knows none)."""
    try:
        sheet = book.get_sheet_by_index(index)
        rows, merged = sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or ()
    except BaseException as problem:
        raise refusal(problem, where) from None
    merges = tuple(Range(t + 1, le + 1, b + 1, r + 1) for (t, le), (b, r) in merged)
    return [[_scalar(value) for value in row] for row in rows], merges


def visibility_of(entry: Any) -> Visibility:
    """Whether a sheet of calamine's list is shown."""
    from python_calamine import SheetVisibleEnum

    if entry.visible == SheetVisibleEnum.VeryHidden:
        return Visibility.VERY_HIDDEN
    return Visibility.HIDDEN if entry.visible == SheetVisibleEnum.Hidden else Visibility.VISIBLE


def refusal(problem: BaseException, where: Location) -> BaseException:
    """What to raise for a reader's failure: its panics are no Exceptions, an interrupt stays one."""
    panicked = type(problem).__name__ == "PanicException"
    if isinstance(problem, MemoryError) or not (isinstance(problem, Exception) or panicked):
        return problem
    # A reader may quote the file in its words; nothing that could be a name or a number goes on.
    words = _PRIVATE.sub("…", str(problem))[:120].strip()
    return FileRefused("file.damaged", where, detail=words or type(problem).__name__)


def _scalar(value: Any) -> Scalar | None:
    if isinstance(value, str):
        return value if value.strip() else None
    return number(value) if isinstance(value, float) else value
