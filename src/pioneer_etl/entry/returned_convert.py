"""A workbook of another format (xls, csv, ods, …) as .xlsx: values, formats, merges, as far as they were read."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pioneer_etl.report.cell_values import put_text
from pioneer_etl.report.widths import text_width
from pioneer_etl.workbook.model import CellError, NoResult, Scalar, Sheet, Style, Visibility, Workbook

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.workbook import Workbook as Written

_STATES = {Visibility.VISIBLE: "visible", Visibility.HIDDEN: "hidden", Visibility.VERY_HIDDEN: "veryHidden"}
_WIDEST = 40.0


def converted(book: Workbook) -> Written:
    """The same cells at the same addresses.  Formulas are left as their results."""
    from openpyxl import Workbook as New

    new = New()
    new.remove(new.active)
    for sheet in book.sheets:
        written = new.create_sheet(sheet.name)
        written.sheet_state = _STATES[sheet.visibility]
        widths: dict[str, float] = {}
        merged = {(row, column) for each in sheet.merges if each.width > 1 for row, column in [(each.top, each.left)]}
        for r, row in enumerate(sheet.rows, 1):
            for c, value in enumerate(row, 1):
                style = sheet.styles.get((r, c))  # type: ignore[call-overload]  # a Position is a tuple
                if value is None and style is None:
                    continue
                cell = written.cell(r, c)
                _put(cell, value)
                _dress(cell, style, sheet)
                if value is not None and (r, c) not in merged:
                    room = text_width(str(value)) + 2
                    widths[cell.column_letter] = min(max(widths.get(cell.column_letter, 8.0), room), _WIDEST)
        for each in sheet.merges:
            # Values beneath a merge would be dropped without a word: such a merge is left open.
            inside = (
                sheet.at(row, column)
                for row in range(each.top, each.bottom + 1)
                for column in range(each.left, each.right + 1)
                if (row, column) != (each.top, each.left)
            )
            if all(value is None for value in inside):
                written.merge_cells(each.a1)
        for letter, width in widths.items():
            written.column_dimensions[letter].width = width
        for number in sheet.hidden_rows:
            written.row_dimensions[number].hidden = True
        for number in sheet.hidden_columns:
            written.column_dimensions[written.cell(1, number).column_letter].hidden = True
        for at, text in sheet.comments.items():
            from openpyxl.comments import Comment

            with suppress(AttributeError):  # beneath a merge
                written.cell(*at).comment = Comment(text, "")
    return new


def _put(cell: Cell, value: Scalar | None) -> None:
    if isinstance(value, str):
        put_text(cell, value)
    elif isinstance(value, CellError):
        cell.value, cell.data_type = value.code, "e"
    elif isinstance(value, NoResult):
        cell.value = value.formula if len(value.formula) > 1 else None  # the sender's own, and nothing else is known
    elif value is not None:
        cell.value = value


def _dress(cell: Cell, style: Style | None, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    if style is None:
        if sheet.text_only:
            cell.number_format = "@"
        return
    thin, none = Side("thin"), Side()
    cell.font = Font(bold=style.bold, italic=style.italic)
    cell.number_format = style.number_format
    known = style.horizontal in ("left", "center", "right", "fill", "justify", "centerContinuous", "distributed")
    cell.alignment = Alignment(horizontal=style.horizontal if known else None, vertical="center", indent=style.indent)
    cell.border = Border(
        left=thin if style.border_left else none,
        right=thin if style.border_right else none,
        top=thin if style.border_top else none,
        bottom=thin if style.border_bottom else none,
    )
    if style.filled:
        cell.fill = PatternFill("solid", start_color="FFEDEDED")
