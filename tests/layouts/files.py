"""The files that canvases become: xlsx, xls, ods, XML of 2003, HTML saved as .xls, csv."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date
from html import escape
from typing import Any, Final

from tests.layouts.canvas import Canvas, Cell, Ink


def save(canvases: Sequence[Canvas], kind: str) -> bytes:
    """The canvases as one file; a csv holds the first only."""
    return _WRITERS[kind](canvases) if kind in _WRITERS else _csv(canvases, kind)


def _xlsx(canvases: Sequence[Canvas], epoch_1904: bool = False) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = Workbook()
    book.remove(book.active)
    if epoch_1904:
        book.epoch = CALENDAR_MAC_1904
    side = Side("thin")
    box = Border(side, side, side, side)
    looks: dict[tuple[object, ...], Any] = {}  # a look is made once: making it takes longer than all else of a cell
    for canvas in canvases:
        sheet = book.create_sheet(canvas.name)
        for (row, column), ink in canvas.cells.items():
            bare = bool(ink.adds) and not ink.saved
            cell = sheet.cell(row, column, f"={_formula(ink, row, column)}" if bare else ink.value)
            if isinstance(ink.value, str) and not bare:
                cell.data_type = "e" if ink.error else "s"
            place = "centerContinuous" if ink.across else "center" if ink.centred else "left" if ink.indent else None
            number_format = cell.number_format if ink.number_format == "General" else ink.number_format
            look = (number_format, ink.bold, ink.filled, ink.bordered, place, ink.indent)
            if look not in looks:
                cell.number_format = number_format
                if ink.bold:
                    cell.font = Font(bold=True)
                if ink.filled:
                    cell.fill = PatternFill("solid", fgColor="DDDDDD")
                if ink.bordered:
                    cell.border = box
                if place:
                    cell.alignment = Alignment(horizontal=place, indent=ink.indent)
                looks[look] = cell._style
            cell._style = copy(looks[look])
        for row, column in canvas.formatted:
            sheet.cell(row, column).border = box
        for top, left, bottom, right in canvas.merges:
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        for row in canvas.hidden_rows:
            sheet.row_dimensions[row].hidden = True
        for column in canvas.hidden_columns:
            sheet.column_dimensions[get_column_letter(column)].hidden = True
        if canvas.hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return _with_formulas(out.getvalue(), canvases)


def _formula(ink: Ink, row: int, column: int) -> str:
    from openpyxl.utils import get_column_letter

    letters = get_column_letter(column)
    runs = (f"{letters}{row - above}:{letters}{row - below}" for above, below in ink.adds)
    return f"SUM({','.join(runs)})"


def _with_formulas(data: bytes, canvases: Sequence[Canvas]) -> bytes:
    """The file with formulas beside their saved results, which openpyxl cannot write."""
    from openpyxl.utils import get_column_letter

    found = {
        f"xl/worksheets/sheet{number}.xml": {
            f'<c r="{get_column_letter(column)}{row}"': _formula(ink, row, column)
            for (row, column), ink in canvas.cells.items()
            if ink.adds and ink.saved
        }
        for number, canvas in enumerate(canvases, 1)
    }
    if not any(found.values()):
        return data
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name)
            for start, formula in found.get(name, {}).items():
                before, _, after = text.decode().partition(start)
                text = f"{before}{start}{after.replace('<v>', f'<f>{formula}</f><v>', 1)}".encode()
            target.writestr(name, text)
    return out.getvalue()


def _xls(canvases: Sequence[Canvas]) -> bytes:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    styles: dict[tuple[str, bool, bool], xlwt.XFStyle] = {}
    for canvas in canvases:
        sheet = book.add_sheet(canvas.name)
        tops = {(top, left): (bottom, right) for top, left, bottom, right in canvas.merges}
        for (row, column), ink in canvas.cells.items():
            number_format = "yyyy-mm-dd" if isinstance(ink.value, date) else ink.number_format
            key = (number_format, ink.bold, ink.bordered)
            if key not in styles:
                style = styles[key] = xlwt.XFStyle()
                style.num_format_str = number_format
                style.font.bold = ink.bold
                if ink.bordered:
                    style.borders.left = style.borders.right = style.borders.top = style.borders.bottom = 1
            if (row, column) in tops:
                bottom, right = tops.pop((row, column))
                sheet.write_merge(row - 1, bottom - 1, column - 1, right - 1, ink.value, styles[key])
            elif ink.value is not None:
                sheet.write(row - 1, column - 1, ink.value, styles[key])
        for (row, column), (bottom, right) in tops.items():
            sheet.merge(row - 1, bottom - 1, column - 1, right - 1)
        for row in canvas.hidden_rows:
            sheet.row(row - 1).hidden = True
        for column in canvas.hidden_columns:
            sheet.col(column - 1).hidden = True
        if canvas.hidden:
            sheet.visibility = 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv(canvases: Sequence[Canvas], kind: str) -> bytes:
    canvas = canvases[0]
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t" if kind == "csv-tab" else ",", lineterminator="\r\n")
    for row in range(1, canvas.height + 1):
        inks = [canvas.cells.get((row, column)) for column in range(1, canvas.width + 1)]
        writer.writerow(["" if ink is None else ink.shown() for ink in inks])
    return out.getvalue().encode({"csv-gbk": "gb18030", "csv-bom": "utf-8-sig"}.get(kind, "utf-8"))


def _grid(canvas: Canvas) -> Iterator[list[tuple[Cell, Ink | None, tuple[int, int], bool]]]:
    """Row by row every cell with its ink, how many rows and columns it spans, and whether a merge covers it."""
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in canvas.merges}
    covered = {
        (row, column)
        for top, left, bottom, right in canvas.merges
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }
    width = max(canvas.width, max((right for *_, right in canvas.merges), default=0))
    for row in range(1, max(canvas.height, max((bottom for _, _, bottom, _ in canvas.merges), default=0)) + 1):
        places = [(row, column) for column in range(1, width + 1)]
        yield [(each, canvas.cells.get(each), spans.get(each, (1, 1)), each in covered) for each in places]


def _html(canvases: Sequence[Canvas]) -> bytes:
    """A page with one table, as web systems save their .xls."""
    lines = ["<html><head><meta charset='utf-8'></head><body><table border=1>"]
    for row in _grid(canvases[0]):
        cells = [
            f"<td rowspan={down} colspan={across}>{escape(ink.shown()) if ink else ''}</td>"
            for _, ink, (down, across), covered in row
            if not covered
        ]
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return "\n".join([*lines, "</table></body></html>"]).encode()


def _ods(canvases: Sequence[Canvas]) -> bytes:
    names = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    }
    spaces = " ".join(f'xmlns:{key}="{value}"' for key, value in names.items())
    sheets = []
    for canvas in canvases:
        rows = []
        for number, row in enumerate(_grid(canvas), 1):
            cells = "".join(_ods_cell(ink, span, covered) for _, ink, span, covered in row)
            hidden = ' table:visibility="collapse"' if number in canvas.hidden_rows else ""
            rows.append(f"<table:table-row{hidden}>{cells}</table:table-row>")
        sheets.append(f'<table:table table:name="{escape(canvas.name)}">{"".join(rows)}</table:table>')
    body = f"<office:body><office:spreadsheet>{''.join(sheets)}</office:spreadsheet></office:body>"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}>{body}</office:document-content>'
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
    space = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{space}">{entry}</manifest:manifest>'
        )
    return out.getvalue()


def _ods_cell(ink: Ink | None, span: tuple[int, int], covered: bool) -> str:
    name = "table:covered-table-cell" if covered else "table:table-cell"
    spanned = (
        f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"' if span != (1, 1) else ""
    )
    if ink is None or ink.value is None:
        return f"<{name}{spanned}/>"
    if isinstance(ink.value, date):
        value = f'office:value-type="date" office:date-value="{ink.value:%Y-%m-%d}"'
    elif isinstance(ink.value, str):
        value = 'office:value-type="string"'
    elif ink.number_format.endswith("%"):
        value = f'office:value-type="percentage" office:value="{ink.value}"'
    else:
        value = f'office:value-type="float" office:value="{ink.value}"'
    text = "".join(f"<text:p>{escape(line)}</text:p>" for line in ink.shown().split("\n"))
    return f"<{name}{spanned} {value}>{text}</{name}>"


def _xml2003(canvases: Sequence[Canvas]) -> bytes:
    """The XML that Excel 2003 and many web systems write."""
    sheets = []
    for canvas in canvases:
        rows = []
        for row in _grid(canvas):
            cells = []
            for (_, column), ink, (down, across), covered in row:
                if covered or ((ink is None or ink.value is None) and (down, across) == (1, 1)):
                    continue
                merged = f' ss:MergeDown="{down - 1}" ss:MergeAcross="{across - 1}"' if (down, across) != (1, 1) else ""
                number = ink is not None and isinstance(ink.value, int | float) and ink.number_format == "General"
                text = escape(ink.shown()).replace("\n", "&#10;") if ink else ""
                data = f'<Data ss:Type="{"Number" if number else "String"}">{text}</Data>' if text else ""
                cells.append(f'<Cell ss:Index="{column}"{merged}>{data}</Cell>')
            rows.append(f"<Row>{''.join(cells)}</Row>")
        sheets.append(f'<Worksheet ss:Name="{escape(canvas.name)}"><Table>{"".join(rows)}</Table></Worksheet>')
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    head = '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>'
    return f'{head}<Workbook xmlns="{space}" xmlns:ss="{space}">{"".join(sheets)}</Workbook>'.encode()


_WRITERS: Final[Mapping[str, Callable[[Sequence[Canvas]], bytes]]] = {
    "xlsx": _xlsx,
    "xlsx-1904": lambda canvases: _xlsx(canvases, epoch_1904=True),
    "xls": _xls,
    "ods": _ods,
    "html": _html,
    "xml2003": _xml2003,
}
ENDINGS: Final[Mapping[str, str]] = {"xlsx-1904": "xlsx", "html": "xls", "xml2003": "xls"}
