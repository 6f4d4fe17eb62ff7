"""Pages to bytes: xlsx, xls, CSV, and a zip of them.  The same pages give the same bytes."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from pioneer_etl.contract.address import Position
from pioneer_etl.demo.workbooks.page import Cell, Content, Look, Page

SAVED = datetime(2005, 1, 12, 9, 30)


def write_xlsx(
    pages: Sequence[Page], author: str = "办公室", *, epoch_1904: bool = False, macros: bool = False
) -> bytes:
    """An xlsx of `pages`, formulas with their saved results, dated by the demo's calendar.

    `epoch_1904` counts days as Excel for the Macintosh did; with `macros` it is an xlsm (that has none inside).
    """
    from openpyxl import Workbook
    from openpyxl.utils.datetime import CALENDAR_MAC_1904
    from openpyxl.writer.excel import ExcelWriter

    workbook = Workbook()
    if epoch_1904:
        workbook.epoch = CALENDAR_MAC_1904
    workbook.remove(workbook.active)
    workbook.properties.creator = author
    workbook.properties.lastModifiedBy = author
    workbook.properties.created = workbook.properties.modified = SAVED
    looks: dict[Look, Any] = {}
    for page in pages:
        _fill_sheet(workbook.create_sheet(page.name), page, looks)
    out = io.BytesIO()
    # Stored, where `workbook.save` would compress: what comes of it is compressed at the end.
    ExcelWriter(workbook, zipfile.ZipFile(out, "w")).save()
    return _finish(out.getvalue(), pages, macros)


def _fill_sheet(sheet: Any, page: Page, looks: dict[Look, Any]) -> None:
    from openpyxl.worksheet.pagebreak import Break

    for (row, column), cell in sorted(page.cells.items()):
        target = sheet.cell(row, column)
        if cell.formula is not None:
            target.value = f"={cell.formula}"
        elif cell.content is not None:
            target.value = cell.content
            if isinstance(cell.content, str):
                target.data_type = "s"
        if cell.look not in looks:
            _apply(target, cell.look)
            looks[cell.look] = target._style
        else:
            target._style = looks[cell.look]  # the cheap way: styles are applied once a look, and then shared
    for top, left, bottom, right in page.merges:
        # Every cell below has its look already: openpyxl's own way would draw the borders once more.
        sheet.merged_cells.add(f"{Position(top, left).a1}:{Position(bottom, right).a1}")
    for column, width in page.widths.items():
        sheet.column_dimensions[Position(1, column).a1.rstrip("1")].width = width
    for row, height in page.heights.items():
        sheet.row_dimensions[row].height = height
    for row in page.hidden_rows:
        sheet.row_dimensions[row].hidden = True
    for column in page.hidden_columns:
        sheet.column_dimensions[Position(1, column).a1.rstrip("1")].hidden = True
    if page.hidden:
        sheet.sheet_state = "hidden"
    if page.freeze:
        sheet.freeze_panes = Position(*page.freeze).a1
    sheet.page_setup.orientation = "landscape" if page.landscape else "portrait"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    if page.repeated:
        sheet.print_title_rows = f"{page.repeated[0]}:{page.repeated[1]}"
    if page.row_height:
        sheet.sheet_format.defaultRowHeight = page.row_height
        sheet.sheet_format.customHeight = True
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    for row in page.breaks:
        sheet.row_breaks.append(Break(id=row))


def _apply(target: Any, look: Look) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    target.font = Font(name=look.font, size=look.size, bold=look.bold, color=look.colour)
    target.alignment = Alignment(
        horizontal=None if look.horizontal == "general" else look.horizontal, vertical="center", wrap_text=look.wrap
    )
    if look.border:
        side = Side(style="thin")
        target.border = Border(left=side, right=side, top=side, bottom=side)
    if look.fill:
        target.fill = PatternFill("solid", fgColor=look.fill)
    target.number_format = look.number_format


_FORMULA = re.compile(r'(<c r="([A-Z]+[0-9]+)"[^>]*?)( t="[a-z]+")?(>)<f>(.*?)</f><v(?: ?/>|></v>)(</c>)', re.S)


_PLAIN_BOOK = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO_BOOK = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def dated(data: bytes) -> bytes:
    """The same package with the demo's date throughout, so that the same bytes come out every time."""
    return _finish(data, ())


def _finish(data: bytes, pages: Sequence[Page], macros: bool = False) -> bytes:
    """The same package with formula results filled in, and with the demo's date throughout."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            found = re.fullmatch(r"xl/worksheets/sheet([0-9]+)\.xml", name)
            if found and pages:
                content = _with_results(content, pages[int(found.group(1)) - 1])
            elif macros and name == "[Content_Types].xml":
                content = content.replace(_PLAIN_BOOK, _MACRO_BOOK)
            elif name == "docProps/core.xml":
                content = re.sub(
                    rb"(<dcterms:modified[^>]*>)[^<]*",
                    rb"\g<1>" + SAVED.strftime("%Y-%m-%dT%H:%M:%SZ").encode(),
                    content,
                )
            target.writestr(zipfile.ZipInfo(name, SAVED.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _with_results(xml: bytes, page: Page) -> bytes:
    results = {Position(*place).a1: cell.content for place, cell in page.cells.items() if cell.formula is not None}
    if not results:
        return xml

    def fill(match: re.Match[str]) -> str:
        content = results.get(match.group(2))
        if content is None:
            return match.group(0)
        kind = ' t="str"' if isinstance(content, str) else ""
        return f"{match.group(1)}{kind}><f>{match.group(5)}</f><v>{content}</v></c>"

    return _FORMULA.sub(fill, xml.decode("utf-8")).encode("utf-8")


def write_xls(pages: Sequence[Page]) -> bytes:
    """An Excel 97 workbook of `pages`.  It has no formulas: only values can be written with results."""
    import xlwt

    workbook = xlwt.Workbook(encoding="utf-8")
    styles: dict[Look, Any] = {}
    for page in pages:
        sheet = workbook.add_sheet(page.name, cell_overwrite_ok=False)
        merged = {(top, left): (top, left, bottom, right) for top, left, bottom, right in page.merges}
        covered = {
            (r, c)
            for top, left, bottom, right in page.merges
            for r in range(top, bottom + 1)
            for c in range(left, right + 1)
        }
        for (row, column), cell in sorted(page.cells.items()):
            if cell.look not in styles:
                styles[cell.look] = _xls_style(cell.look)
            style = styles[cell.look]
            if (row, column) in merged:
                top, left, bottom, right = merged[row, column]
                sheet.write_merge(top - 1, bottom - 1, left - 1, right - 1, _xls_content(cell), style)
            elif (row, column) not in covered:
                sheet.write(row - 1, column - 1, _xls_content(cell), style)
        for column, width in page.widths.items():
            sheet.col(column - 1).width = int(width * 256)
        for column in page.hidden_columns:
            sheet.col(column - 1).hidden = True
        for row in page.hidden_rows:
            sheet.row(row - 1).hidden = True
        for row, height in page.heights.items():
            sheet.row(row - 1).height_mismatch = True
            sheet.row(row - 1).height = int(height * 20)
        if page.freeze:
            sheet.set_panes_frozen(True)
            sheet.set_horz_split_pos(page.freeze[0] - 1)
            sheet.set_vert_split_pos(page.freeze[1] - 1)
        sheet.portrait = not page.landscape
        sheet.paper_size_code = 9
        sheet.fit_num_pages = 1
        sheet.fit_width_to_pages, sheet.fit_height_to_pages = 1, 0
        sheet.header_str, sheet.footer_str = b"", b"&P"
        sheet.visibility = 1 if page.hidden else 0
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _xls_content(cell: Cell) -> Any:
    if isinstance(cell.content, Decimal):
        return float(cell.content)
    return cell.content


def _xls_style(look: Look) -> Any:
    import xlwt

    style = xlwt.XFStyle()
    style.font.name = look.font
    style.font.height = look.size * 20
    style.font.bold = look.bold
    style.num_format_str = look.number_format
    style.alignment.vert = xlwt.Alignment.VERT_CENTER
    style.alignment.horz = {
        "general": xlwt.Alignment.HORZ_GENERAL,
        "center": xlwt.Alignment.HORZ_CENTER,
        "left": xlwt.Alignment.HORZ_LEFT,
        "right": xlwt.Alignment.HORZ_RIGHT,
    }[look.horizontal]
    style.alignment.wrap = xlwt.Alignment.WRAP_AT_RIGHT if look.wrap else xlwt.Alignment.NOT_WRAP_AT_RIGHT
    if look.border:
        for side in ("left", "right", "top", "bottom"):
            setattr(style.borders, side, xlwt.Borders.THIN)
    if look.fill:
        style.pattern.pattern = xlwt.Pattern.SOLID_PATTERN
        style.pattern.pattern_fore_colour = 22  # the palette's light grey: this format has no free colours
    return style


def write_csv(page: Page, encoding: str = "gb18030", delimiter: str = ",") -> bytes:
    """A CSV (or, with tabs, a TSV) as a spreadsheet of that time saved it: Windows line ends, empty cells kept."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", delimiter=delimiter)
    width = page.width
    for row in range(1, page.height + 1):
        writer.writerow([_csv_text(page.cells.get((row, column))) for column in range(1, width + 1)])
    return out.getvalue().encode(encoding)


def _csv_text(cell: Cell | None) -> str:
    if cell is None or cell.content is None:
        return ""
    return shown(cell.content)


@cache
def shown(content: Content) -> str:
    """A cell as the text that a spreadsheet of that time showed."""
    if isinstance(content, date):
        return f"{content.year}-{content.month}-{content.day}"
    return str(content)


def write_zip(members: Mapping[str, bytes], encoding: str = "gbk") -> bytes:
    """A zip of files as programs of Chinese Windows write one: names in GBK, and nothing in it says so."""
    out = io.BytesIO()
    placeholders: dict[bytes, bytes] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for number, (name, content) in enumerate(members.items()):
            raw = name.encode(encoding)
            stand_in = f"<{number}>".ljust(len(raw), "@")
            placeholders[stand_in.encode()] = raw
            target.writestr(zipfile.ZipInfo(stand_in, SAVED.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    data = out.getvalue()
    for placeholder, raw in placeholders.items():  # the library writes no other names than ASCII and UTF-8
        data = data.replace(placeholder, raw)
    return data
