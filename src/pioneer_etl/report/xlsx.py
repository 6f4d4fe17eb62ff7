"""Summary tables as a county prints them, in one workbook, with openpyxl.

A very hidden sheet (`MAP_SHEET`) tells for every printed sheet which row is which place and which
column is which measure, so that `FILE.xlsx!C7` can be traced.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.model import Label
from pioneer_etl.report.cell_values import put_text
from pioneer_etl.report.model import SummaryTable, words
from pioneer_etl.report.words import period_words, word

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

MAP_SHEET = "_pioneer"
_CONTENTS_A_PAGE = 45
_LONGEST_NAME = 31  # of a sheet, in characters
_FIXED = datetime(2000, 1, 1)  # no clock: the same summary gives the same bytes
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_PLACEHOLDER = re.compile(r"[,，]?\s*\{\w+\}")


def workbook_bytes(tables: Sequence[SummaryTable], language: Language = "zh") -> bytes:
    """The tables as one .xlsx, with a contents sheet when there are several; the same tables give the same bytes."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils.indexed_list import IndexedList
    from openpyxl.writer.excel import ExcelWriter

    from pioneer_etl.report.charts import write_charts
    from pioneer_etl.report.sheet import write_sheet

    workbook = Workbook()
    workbook.remove(workbook.active)
    # Column widths count digits of the Normal font: these are 7 pixels in Arial 10, which every office
    # program has or has a copy of, so that the layout below is the same everywhere.
    normal = Font(name="Arial", size=10)
    workbook._fonts = IndexedList([normal])
    next(each for each in workbook._named_styles if each.name == "Normal").font = normal
    workbook.properties.creator = "pioneer-etl"
    workbook.properties.created = workbook.properties.modified = _FIXED
    contents: list[tuple[str, str, bool]] = []
    mapping: list[tuple[str, str, object, str, str]] = []
    for table in tables:
        name = _sheet_name(workbook, words(_short(table.spec.title), language))
        mapping += write_sheet(workbook.create_sheet(name), table, language)
        contents.append((name, words(table.title, language), True))
        if table.spec.charts and table.rows:
            charts = _sheet_name(workbook, name, "chart_sheet", language)
            write_charts(workbook.create_sheet(charts), name, table, language)
            contents.append((charts, word("chart_sheet", language, name=words(table.title, language)), False))
        if table.detail:
            detail = _sheet_name(workbook, name, "detail_sheet", language)
            mapping += write_sheet(workbook.create_sheet(detail), table, language, detail=True)
            contents.append((detail, word("detail_sheet", language, name=words(table.title, language)), False))
    if len(tables) > 1:
        _write_contents(workbook, tables[0], contents, language)
    _write_map(workbook, mapping)
    buffer = BytesIO()
    # Stored, where `workbook.save` would compress: the archive is written once more below.
    ExcelWriter(workbook, ZipFile(buffer, "w")).save()
    return _without_clock(buffer.getvalue())


def _short(title: Label) -> Label:
    """A title without {county} and {period}: the name of its sheet."""
    return Label(*(_PLACEHOLDER.sub("", text).strip(" ,，") for text in (title.zh, title.en)))


def _sheet_name(workbook: Workbook, text: str, of: str | None = None, language: Language = "zh") -> str:
    """A legal sheet name that no other sheet has; `of` is the word for the charts or the drill-down of sheet `text`."""
    base = _NOT_IN_NAMES.sub("", text).strip() or "1"
    taken = {each.casefold() for each in workbook.sheetnames}
    number = 1
    while True:
        suffix = f" ({number})" if number > 1 else ""
        room = _LONGEST_NAME - len(suffix) - (len(word(of, language, name="")) if of else 0)
        name = _shortened(base, room)
        name = (word(of, language, name=name) if of else name) + suffix
        if name.casefold() not in taken:
            return name
        number += 1


def _shortened(text: str, room: int) -> str:
    """A text of at most `room` characters, cut between words where it has any."""
    if len(text) <= room:
        return text
    whole = text[: room + 1].rpartition(" ")[0]
    return whole.rstrip() if len(whole) > room // 2 else text[:room].rstrip()


def _write_contents(
    workbook: Workbook, first: SummaryTable, contents: Sequence[tuple[str, str, bool]], language: Language
) -> None:
    from openpyxl.styles import Alignment, Font

    from pioneer_etl.report.looks import body_font, title_font

    sheet = workbook.create_sheet(word("contents", language), 0)
    title = word("contents_title", language, county=first.county, period=period_words(first.period, language))
    put_text(sheet["A1"], title)
    sheet["A1"].font = Font(**title_font(language))
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    sheet.merge_cells("A1:B1")
    sheet.row_dimensions[1].height = 42
    sheet.column_dimensions["A"].width = 6
    sheet.column_dimensions["B"].width = 78
    tables = 0
    for i, (name, text, is_table) in enumerate(contents, 1):
        tables += is_table
        number, link = sheet.cell(i + 2, 1, tables if is_table else None), sheet.cell(i + 2, 2)
        put_text(link, text)
        link.hyperlink = f"#'{name}'!A1"
        number.font = Font(**body_font(language))
        link.font = Font(**{**body_font(language), "size": 12, "color": "FF1F4E79", "underline": "single"})
        number.alignment = Alignment(horizontal="center", vertical="center")
        link.alignment = Alignment(horizontal="left", vertical="center", indent=0 if is_table else 2)
        sheet.row_dimensions[i + 2].height = 21
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "portrait"
    sheet.page_setup.paperSize = 9
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 1 if len(contents) <= _CONTENTS_A_PAGE else 0
    sheet.print_options.horizontalCentered = True


def _write_map(workbook: Workbook, mapping: Sequence[tuple[str, str, object, str, str]]) -> None:
    sheet = workbook.create_sheet(MAP_SHEET)
    for row, line in enumerate((("sheet", "what", "index", "name", "label"), *mapping), 1):
        for column, value in enumerate(line, 1):
            cell = sheet.cell(row, column)
            if isinstance(value, int):
                cell.value = value
            else:
                put_text(cell, str(value))
    sheet.sheet_state = "veryHidden"


def _without_clock(data: bytes) -> bytes:
    """The archive again with every time stamp fixed."""
    buffer = BytesIO()
    with ZipFile(BytesIO(data)) as source, ZipFile(buffer, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>2000-01-01T00:00:00Z\g<2>", content)
            entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content)
    return buffer.getvalue()
