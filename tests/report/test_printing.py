"""The whole printed set of the county, in both languages: nothing cut, headings on every page, charts that speak."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from by_hand import ROOT, Warehouse, period
from openpyxl import load_workbook

from pioneer_etl.contract.address import column_letters
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.report.model import SummaryTable
from pioneer_etl.report.printed import body_top, format_figure
from pioneer_etl.report.spec import find_summary, list_summaries
from pioneer_etl.report.summary import compute_summary
from pioneer_etl.report.widths import line_count, text_width
from pioneer_etl.report.xlsx import MAP_SHEET, workbook_bytes

LINE = 12.5  # points that a line of 10.5 takes at the least


@pytest.fixture(scope="module")
def tables(county: Warehouse) -> tuple[SummaryTable, ...]:
    specs = [find_summary(ROOT, name) for name in list_summaries(ROOT)]
    return tuple(compute_summary(county.connection, each, county.contracts, period("2004")) for each in specs)


@pytest.fixture(scope="module", params=["zh", "en"])
def book(request: pytest.FixtureRequest, tables: tuple[SummaryTable, ...]) -> Any:
    language: Language = request.param
    return load_workbook(io.BytesIO(workbook_bytes(tables, language)))


def printed(book: Any) -> Iterator[Any]:
    """The sheets that hold a table."""
    yield from (each for each in book.worksheets[1:] if each.title != MAP_SHEET and not each._charts)


def test_no_figure_is_wider_than_its_column(book: Any) -> None:
    seen = 0
    for sheet in printed(book):
        for column in sheet.iter_cols(min_row=3):
            texts = {
                format_figure(cell.value, cell.number_format.removesuffix("_ "))
                for cell in column
                if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool)
            }
            letters = column_letters(column[0].column)
            room = sheet.column_dimensions[letters].width
            wide = {each for each in texts if text_width(each) + 1 > room}
            assert not wide, (sheet.title, letters, room, wide)
            seen += len(texts)
    assert seen > 3000


def test_no_heading_and_no_text_is_cut(book: Any) -> None:
    for sheet in printed(book):
        spans = {(each.min_row, each.min_col): each for each in sheet.merged_cells.ranges}
        for row in sheet.iter_rows():
            for cell in row:
                if not isinstance(cell.value, str):
                    continue
                span = spans.get((cell.row, cell.column))
                right, bottom = (span.max_col, span.max_row) if span else (cell.column, cell.row)
                room = sum(
                    sheet.column_dimensions[column_letters(each)].width for each in range(cell.column, right + 1)
                )
                height = sum(sheet.row_dimensions[each].height for each in range(cell.row, bottom + 1))
                size = cell.font.size
                if cell.alignment.wrap_text:
                    lines = line_count(cell.value, room - 1 - 1.5 * cell.alignment.indent, size)
                    assert lines * LINE * size / 10.5 <= height, (sheet.title, cell.coordinate, cell.value)
                else:
                    assert text_width(cell.value, size) <= room, (sheet.title, cell.coordinate, cell.value)


def test_every_page_has_its_headings_and_fits_the_width(book: Any, tables: tuple[SummaryTable, ...]) -> None:
    tops = {body_top(each.spec, each.headings) for each in tables}
    for sheet in printed(book):
        first, last = re.fullmatch(r"\$(\d+):\$(\d+)", sheet.print_title_rows).groups()  # type: ignore[union-attr]
        assert first == "3"
        assert int(last) + 1 in tops
        assert sheet.page_setup.fitToWidth == 1
        assert sheet.page_setup.paperSize in ("8", "9", 8, 9)
        assert sheet.freeze_panes == f"B{int(last) + 1}"
        assert "&P" in sheet.oddFooter.center.text


def test_a_table_of_townships_is_one_page_with_its_notes_and_signatures(
    book: Any, tables: tuple[SummaryTable, ...]
) -> None:
    sheets = [each for each in printed(book) if not each.title.endswith(("（分村）", "(villages)"))]
    assert len(sheets) == len(tables)
    for sheet, table in zip(sheets, tables, strict=True):
        if table.spec.kind == "table":
            assert sheet.page_setup.fitToHeight == 1, sheet.title


def test_charts_say_what_they_show(book: Any) -> None:
    charts = [(sheet.title, chart) for sheet in book.worksheets for chart in sheet._charts]
    assert len(charts) >= 10
    for name, chart in charts:
        assert chart.title is not None, name
        if not hasattr(chart, "x_axis"):
            continue
        assert not chart.x_axis.delete, name
        assert not chart.y_axis.delete, name
        assert (chart.legend is not None) == (len(chart.series) > 1), name
    rates = [chart for _, chart in charts if chart.y_axis.number_format.formatCode == "0%"]
    assert {each.y_axis.scaling.max for each in rates} == {None, 1}  # 1 where shares come near the whole


def test_a_note_names_the_column_that_lacks_figures(tables: tuple[SummaryTable, ...]) -> None:
    compared = next(each for each in tables if each.name == "village_economy_compared")
    blanks = next(each for each in compared.notes if each.zh.startswith("未填"))
    assert "经营收入2004年度" in blanks.zh
    assert "operating: 2004 in" in blanks.en
