"""One printed sheet: title, unit line, merged header, body, notes, signatures, and its page set-up.

Sizes are points, widths the spreadsheet's character unit (7 pixels).  The page is chosen here too:
A4 where the table stays readable on it, A3 otherwise; columns are widened to fill the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from pioneer_etl.contract.address import column_letters
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.model import Label
from pioneer_etl.report.cell_values import put_figure, put_text
from pioneer_etl.report.looks import Side, body_font, body_looks, header_look, index_look, title_font
from pioneer_etl.report.model import RowKind, SummaryRow, SummaryTable, words
from pioneer_etl.report.printed import (
    FIRST_MEASURE,
    HEADER_TOP,
    LINE_ROW,
    TITLE_ROW,
    HeaderCell,
    body_top,
    header_cells,
    leaves_of,
    note_lines,
    period_line,
    shown,
    signature_items,
    state_word,
    unit_line,
)
from pioneer_etl.report.widths import balance, column_widths, line_count, text_width
from pioneer_etl.report.words import word

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_PAPERS = {"A4": (9, 297.0, 210.0), "A3": (8, 420.0, 297.0)}  # Excel's number, long and short side in mm
_MARGIN = 12.7  # mm, left and right; top and bottom leave room for the page number
_TALL_MARGIN = 15.0
_LEAST_SCALE = 0.75  # below it 10.5 points print smaller than 8: take the larger paper
_SHRINK = 1.15  # by how much a sheet may be higher than a page and still be shrunk onto it
_LINE = 14.0  # points a line of body text needs
_INDENT = "　"
_SHORT = 12  # characters: a list's column whose texts are no longer has them in the middle
_WIDEST = 34  # characters: a longer text wraps
_ASIDE = "_ "  # the part of a number format that keeps a figure off the border by the width of a blank


MapLine = tuple[str, str, object, str, str]


class Paper(NamedTuple):
    """A paper and how it lies."""

    name: str
    orientation: str


def write_sheet(sheet: Worksheet, table: SummaryTable, language: Language, detail: bool = False) -> list[MapLine]:
    """Writes a table, or its drill-down, and returns the lines of the map that `trace` reads."""
    if detail:  # from here on the drill-down is the table
        title = Label(*(word("detail_sheet", each, name=words(table.title, each)) for each in ("zh", "en")))
        spec = replace(table.spec, page=replace(table.spec.page, orientation="any"))
        table = replace(table, spec=spec, title=title, rows=table.detail, headings=table.detail_headings)
    rows = table.rows
    header = header_cells(table.spec, table.headings, language, detail)
    columns = FIRST_MEASURE + len(leaves_of(table.headings)) - 1
    labels = [_label(each, detail, language) for each in rows]
    widths = _widths(table, header, rows, labels, language)
    paper, scale, widths = _fit_paper(table, widths)
    for i, width in enumerate(widths, 1):
        sheet.column_dimensions[column_letters(i)].width = round(width, 2)
    _write_head(sheet, table, header, columns, widths, language)
    top = body_top(table.spec, table.headings)
    _write_body(sheet, table, rows, labels, top, detail, language)
    bottom = top + len(rows) - 1
    last = _write_foot(sheet, table, bottom + 1, columns, sum(widths), language)
    heights = _heights(sheet, table, header, widths, top, bottom, paper, scale)
    _set_up_page(sheet, paper, scale, heights, top, last, columns, language)
    return _map(sheet.title, table, rows, labels, top)


def _label(row: SummaryRow, detail: bool, language: Language) -> str:
    text = words(row.label, language)
    return _INDENT + text if detail and row.kind is RowKind.VILLAGE else text


def _formats(table: SummaryTable) -> list[str]:
    measures = (table.spec.measures.get(leaf.measure or "") for leaf in leaves_of(table.headings))
    return [each.format if each else "General" for each in measures]


def _widths(
    table: SummaryTable,
    header: Sequence[HeaderCell],
    rows: Sequence[SummaryRow],
    labels: Sequence[str],
    language: Language,
) -> list[float]:
    formats = _formats(table)
    contents: list[list[str]] = [[each + _INDENT for each in labels]]
    for i, number_format in enumerate(formats):
        texts = [
            shown(row.cells[i], number_format, language)
            + (_INDENT if isinstance(row.cells[i].value, (str, Label)) else "")
            for row in rows
        ]
        contents.append([text if text_width(text) <= _WIDEST else "x" * _WIDEST for text in texts])
    headings = [(each.text, each.left - 1, each.right - 1) for each in header]
    widths = column_widths(headings, contents, lines=3 if language == "zh" else 4)
    for i, leaf in enumerate(leaves_of(table.headings), 1):
        widths[i] = table.spec.widths.get(leaf.measure or "", max(widths[i], 7.0))
    least = 6.0 if table.spec.kind == "records" else 13.5
    widths[0] = table.spec.widths.get("label", max(widths[0], least))
    return widths


def _printable(paper: Paper) -> tuple[float, float]:
    """Width in character units and height in points that a page offers at full size."""
    _, long, short = _PAPERS[paper.name]
    wide, tall = (long, short) if paper.orientation == "landscape" else (short, long)
    return (wide - 2 * _MARGIN) / 25.4 * 96 / 7, (tall - 2 * _TALL_MARGIN) / 25.4 * 72


def _fit_paper(table: SummaryTable, widths: list[float]) -> tuple[Paper, float, list[float]]:
    """The paper, the scale that printing will use, and the columns widened to fill the page."""
    page = table.spec.page
    needed = sum(widths)
    orientation = page.orientation
    if orientation == "any":  # a long list goes upright where it fits
        orientation = "portrait" if _printable(Paper("A4", "portrait"))[0] / needed >= _LEAST_SCALE else "landscape"
    name = page.paper
    if name == "auto":
        name = "A4" if _printable(Paper("A4", orientation))[0] / needed >= _LEAST_SCALE else "A3"
    paper = Paper(name, orientation)
    scale = _printable(paper)[0] / needed
    if scale > 1:
        stretch = min(scale, 1.5)
        widths = [width * stretch for width in widths]
        scale = 1.0
    return paper, scale, widths


def _write_head(
    sheet: Worksheet,
    table: SummaryTable,
    header: Sequence[HeaderCell],
    columns: int,
    widths: Sequence[float],
    language: Language,
) -> None:
    from openpyxl.styles import Alignment, Font

    title = sheet.cell(TITLE_ROW, 1)
    put_text(title, words(table.title, language))
    size = title_font(language)["size"]
    while size > 12 and text_width(words(table.title, language), size) > sum(widths):
        size -= 1
    title.font = Font(**{**title_font(language), "size": size})
    title.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    _merge(sheet, TITLE_ROW, 1, TITLE_ROW, columns)
    half = _half(widths)
    for first, last, text, side in (
        (1, half, period_line(table, language), "left"),
        (half + 1, columns, unit_line(table, language), "right"),
    ):
        if first > last:
            continue
        cell = sheet.cell(LINE_ROW, first)
        put_text(cell, text)
        cell.font = Font(**body_font(language))
        cell.alignment = Alignment(horizontal=side, vertical="center")
        if last > first:
            _merge(sheet, LINE_ROW, first, LINE_ROW, last)
    look, numbers = header_look(language), index_look(language)
    for each in header:
        for row in range(each.top, each.bottom + 1):
            for column in range(each.left, each.right + 1):
                look.put_on(sheet.cell(row, column))
        put_text(sheet.cell(each.top, each.left), balance(each.text, sum(widths[each.left - 1 : each.right]) - 1.0))
        _merge(sheet, each.top, each.left, each.bottom, each.right)
    if table.spec.index_row:
        row = body_top(table.spec, table.headings) - 1
        for column in range(1, columns + 1):
            cell = sheet.cell(row, column)
            numbers.put_on(cell)
            if column == 1:
                put_text(cell, "甲" if language == "zh" else "A")
            else:
                cell.value = column - 1


def _merge(sheet: Worksheet, top: int, left: int, bottom: int, right: int) -> None:
    """Merges cells that have their look already: openpyxl's own way would draw every border once more."""
    if (top, left) != (bottom, right):
        sheet.merged_cells.add(f"{column_letters(left)}{top}:{column_letters(right)}{bottom}")


def _half(widths: Sequence[float]) -> int:
    """How many columns make the left half of the sheet: at least one, and not all."""
    used = 0.0
    for i, width in enumerate(widths, 1):
        used += width
        if used * 2 >= sum(widths):
            return max(1, min(i, len(widths) - 1))
    return 1


def _write_body(
    sheet: Worksheet,
    table: SummaryTable,
    rows: Sequence[SummaryRow],
    labels: Sequence[str],
    top: int,
    detail: bool,
    language: Language,
) -> None:
    look = body_looks(language)
    formats = _formats(table)
    centred = _centred(table, rows, formats, language)
    for i, row in enumerate(rows):
        strong = row.kind is RowKind.TOTAL or (detail and row.kind is RowKind.TOWNSHIP)
        cell = sheet.cell(top + i, 1)
        look("bold" if strong else "text", "centre" if row.kind in (RowKind.TOTAL, RowKind.RECORD) else "left").put_on(
            cell
        )
        if row.kind is RowKind.RECORD:
            cell.value = int(labels[i])  # a number, or the spreadsheet marks it as one stored as text
        else:
            put_text(cell, labels[i])
        for j, figure in enumerate(row.cells):
            cell = sheet.cell(top + i, FIRST_MEASURE + j)
            value = words(figure.value, language) if isinstance(figure.value, Label) else figure.value
            if value is None:
                look("state", "centre").put_on(cell)
                if word_there := state_word(figure.state, language):
                    put_text(cell, word_there)
                continue
            if isinstance(value, str):
                look("bold" if strong else "text", "centre" if j in centred else "aside").put_on(cell)
            else:
                side: Side = "centre" if isinstance(value, date) else "right"
                look("bold digits" if strong else "digits", side).put_on(cell)
            put_figure(cell, value, (figure.format or formats[j]) + _ASIDE)


def _centred(
    table: SummaryTable, rows: Sequence[SummaryRow], formats: Sequence[str], language: Language
) -> frozenset[int]:
    """The columns whose texts stand in the middle: all of a table of figures, those with short texts of a list."""
    columns = range(len(formats))
    if table.spec.kind != "records":
        return frozenset(columns if table.spec.kind == "figures" else ())
    return frozenset(
        j for j in columns if all(text_width(shown(row.cells[j], formats[j], language)) <= _SHORT for row in rows)
    )


def _write_foot(sheet: Worksheet, table: SummaryTable, row: int, columns: int, width: float, language: Language) -> int:
    """Notes and signatures; returns the last row written."""
    from openpyxl.styles import Alignment, Font

    def line(row: int, text: str) -> None:
        cell = sheet.cell(row, 1)
        put_text(cell, text)
        cell.font = Font(**body_font(language))
        cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)
        _merge(sheet, row, 1, row, columns)
        sheet.row_dimensions[row].height = _LINE * line_count(text, width - 2) + 4

    for text in note_lines(table, language):
        line(row, text)
        row += 1
    items = [each for each in signature_items(table, language) if each]
    if items:
        room = width - 4 - sum(text_width(each) for each in items)
        gap = max(2, min(14, int(room / len(items) / 2)))
        line(row, ("　" * gap).join(items))  # wide blanks are equally wide in every Chinese font
        sheet.row_dimensions[row].height = max(26.0, sheet.row_dimensions[row].height)
        row += 1
    return row - 1


def _heights(
    sheet: Worksheet,
    table: SummaryTable,
    header: Sequence[HeaderCell],
    widths: Sequence[float],
    top: int,
    bottom: int,
    paper: Paper,
    scale: float,
) -> tuple[float, float]:
    """Sets the heights of head and body; returns what these and the foot take, in points."""
    sheet.row_dimensions[TITLE_ROW].height = 44
    sheet.row_dimensions[LINE_ROW].height = 20
    header_bottom = header[0].bottom
    heights = dict.fromkeys(range(HEADER_TOP, header_bottom + 1), 20.0)
    for each in sorted(header, key=lambda each: each.bottom - each.top):
        room = sum(widths[each.left - 1 : each.right]) - 1.0
        need = line_count(each.text, room) * _LINE + 6
        short = need - sum(heights[row] for row in range(each.top, each.bottom + 1))
        if short > 0:
            heights[each.bottom] += short
    for row, height in heights.items():
        sheet.row_dimensions[row].height = height
    if table.spec.index_row:
        sheet.row_dimensions[top - 1].height = 16
    fixed = sum(each.height or 0 for row, each in sheet.row_dimensions.items() if not top <= row <= bottom)
    rows = max(bottom - top + 1, 1)  # a list may have none
    page = _printable(paper)[1] / scale
    height = min(30.0, max(17.0, (page - fixed - 4) / rows))
    foot = sum(each.height or 0 for row, each in sheet.row_dimensions.items() if row > bottom)
    total = fixed - foot
    for row in range(top, bottom + 1):
        texts = [(c, sheet.cell(row, c).value) for c in range(1, len(widths) + 1)]
        lines = max((line_count(text, widths[c - 1] - 2.5) for c, text in texts if isinstance(text, str)), default=1)
        sheet.row_dimensions[row].height = max(round(height, 1), lines * _LINE + 3)
        total += sheet.row_dimensions[row].height
    return total, foot


def _set_up_page(
    sheet: Worksheet,
    paper: Paper,
    scale: float,
    heights: tuple[float, float],
    top: int,
    last: int,
    columns: int,
    language: Language,
) -> None:
    sheet.page_setup.orientation = paper.orientation
    sheet.page_setup.paperSize = _PAPERS[paper.name][0]
    sheet.page_setup.firstPageNumber = 1
    sheet.page_setup.useFirstPageNumber = True
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth = 1
    # A table that runs over by a few rows, or by its notes and signatures, is shrunk onto one page where it stays
    # readable; a long one flows over pages.
    page = _printable(paper)[1]
    whole = sum(heights)
    one_page = whole * scale <= page * _SHRINK or heights[0] * scale <= page or whole * _LEAST_SCALE <= page
    sheet.page_setup.fitToHeight = 1 if one_page else 0
    sheet.page_margins.left = sheet.page_margins.right = _MARGIN / 25.4
    sheet.page_margins.top = sheet.page_margins.bottom = _TALL_MARGIN / 25.4
    sheet.page_margins.header = sheet.page_margins.footer = 7.0 / 25.4
    sheet.print_options.horizontalCentered = True
    sheet.print_title_rows = f"{HEADER_TOP}:{top - 1}"
    sheet.print_area = f"A1:{column_letters(columns)}{last}"
    sheet.oddFooter.center.text = word("page", language, page="&P")
    sheet.oddFooter.center.size = 9
    sheet.freeze_panes = f"{column_letters(FIRST_MEASURE)}{top}"
    sheet.sheet_view.showGridLines = False


def _map(sheet: str, table: SummaryTable, rows: Sequence[SummaryRow], labels: Sequence[str], top: int) -> list[MapLine]:
    lines: list[MapLine] = [(sheet, "summary", "", table.name, ""), (sheet, "period", "", table.period.text, "")]
    if table.map is not None and table.map.day != table.period.end:
        lines.append((sheet, "map", "", table.map.day.isoformat(), ""))
    for j, leaf in enumerate(leaves_of(table.headings)):
        lines.append((sheet, "column", FIRST_MEASURE + j, leaf.measure or "", words(leaf.label, "zh")))
    for i, row in enumerate(rows):
        lines.append((sheet, "row", top + i, row.code or row.kind.value, labels[i].strip()))
    return lines
