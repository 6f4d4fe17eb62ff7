"""What is written: workbooks as a county prints them, pages, csv and json; nothing turns into a formula."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from by_hand import Warehouse, period
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from pioneer_etl.contract.address import column_letters
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.model import Label
from pioneer_etl.report.files import write_atomically
from pioneer_etl.report.model import SummaryTable
from pioneer_etl.report.summary import compute_summary
from pioneer_etl.report.text import safe_text
from pioneer_etl.report.widths import balance, column_widths, line_count, text_width
from pioneer_etl.report.write import summary_text, write_summaries
from pioneer_etl.report.xlsx import MAP_SHEET, workbook_bytes

HOSTILE = ("=cmd|' /C calc'!A0", "+1", "-2", "@SUM(A1)", "\tx", "a\x00b")


@pytest.fixture
def table(small: Warehouse, spec_of: Any) -> SummaryTable:
    return compute_summary(small.connection, spec_of("village_economy"), small.contracts, period("2004"))


def opened(data: bytes) -> Any:
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(data))


def test_the_sheet_as_a_county_prints_it(table: SummaryTable) -> None:
    book = opened(workbook_bytes([table]))
    name = "村集体经济收入情况汇总表"
    assert book.sheetnames == [name, f"{name}（图）", f"{name}（分村）", MAP_SHEET]
    sheet = book.worksheets[0]
    assert sheet["A1"].value == "苍南县2004年度村集体经济收入情况汇总表"
    assert "A1:U1" in [str(each) for each in sheet.merged_cells.ranges]
    assert sheet["A1"].font.name == "方正小标宋简体"
    assert [str(cell.value) for cell in sheet[2] if cell.value] == ["报告期：2004年度", "单位：万元"]
    assert {"A3:A5", "C3:H3", "D4:H4", "C4:C5"} <= {str(each) for each in sheet.merged_cells.ranges}
    assert sheet["C4"].value == "合计"
    assert [sheet.cell(6, column).value for column in (1, 2, 3)] == ["甲", 1, 2]
    assert [sheet.cell(row, 1).value for row in range(7, 11)] == ["合计", "灵溪镇", "宜山镇", "昌禅乡"]
    assert sheet["A7"].font.bold
    assert (sheet["C9"].value, sheet["C9"].number_format) == (4.26, "#,##0.00_ ")
    assert (round(sheet["J9"].value, 10), sheet["J9"].number_format) == (0.42, "0.0%_ ")
    assert sheet["C10"].value == "未报"
    assert sheet["S8"].value is None  # debts: left blank by both villages
    assert sheet["C9"].border.left.style == "thin"
    assert sheet.freeze_panes == "B7"
    assert sheet.print_title_rows == "$3:$6"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.fitToWidth == 1
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert "&P" in sheet.oddFooter.center.text
    foot = [str(sheet.cell(row, 1).value) for row in range(11, sheet.max_row + 1)]
    assert foot[0].startswith("说明：1. “村集体经济收入”应报3个乡镇")
    assert foot[-1].startswith("制表单位（盖章）：")
    assert "制表日期" in foot[-1]
    assert book[MAP_SHEET].sheet_state == "veryHidden"


def test_english_labels(table: SummaryTable) -> None:
    sheet = opened(workbook_bytes([table], "en")).worksheets[0]
    assert sheet["A1"].value == "Collective income of villages, 苍南县, 2004"
    assert sheet["A7"].value == "Total"
    assert sheet["C10"].value == "n/r"


def test_the_total_stands_last_when_declared_so(small: Warehouse, spec_of: Any) -> None:
    spec = replace(spec_of("village_economy"), total="last")
    last = compute_summary(small.connection, spec, small.contracts, period("2004"))
    sheet = opened(workbook_bytes([last])).worksheets[0]
    assert [sheet.cell(row, 1).value for row in range(7, 11)] == ["灵溪镇", "宜山镇", "昌禅乡", "合计"]
    assert sheet["A10"].font.bold


def test_the_same_summary_gives_the_same_bytes(table: SummaryTable) -> None:
    assert workbook_bytes([table]) == workbook_bytes([table])


def test_several_summaries_have_a_contents_sheet(small: Warehouse, spec_of: Any) -> None:
    tables = [
        compute_summary(small.connection, spec_of(name), small.contracts, period("2004"))
        for name in ("village_economy", "training", "speech_figures")
    ]
    book = opened(workbook_bytes(tables))
    contents = book.worksheets[0]
    assert contents.title == "目录"
    links = [contents.cell(row, 2).hyperlink.location or contents.cell(row, 2).hyperlink.target for row in range(3, 7)]
    for link in links:
        assert link.strip("#").rpartition("!")[0].strip("'") in book.sheetnames


def test_texts_never_become_formulas(table: SummaryTable) -> None:
    rows = tuple(replace(row, label=Label(text, text)) for row, text in zip(table.rows * 2, HOSTILE, strict=False))
    hostile = replace(table, rows=rows, title=Label(HOSTILE[0], HOSTILE[0]), detail=(), coverage=(), notes=())
    book = opened(workbook_bytes([hostile]))
    for sheet in book.worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type != "f", (sheet.title, cell.coordinate)
    sheet = book.worksheets[0]
    assert [sheet.cell(7 + i, 1).value for i in range(4)] == list(HOSTILE[:4])
    assert sheet["A7"].quotePrefix
    for line in csv.reader(io.StringIO(summary_text([hostile], "csv"))):
        assert not any(cell.startswith(("=", "+", "@", "\t")) for cell in line)
    assert "<script" not in summary_text([replace(hostile, title=Label("<script>", "<script>"))], "html")


@given(st.text(max_size=20))
def test_a_safe_text_is_no_formula(text: str) -> None:
    assert not safe_text(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_headings_and_figures_fit_their_columns(table: SummaryTable, language: Language) -> None:
    sheet = opened(workbook_bytes([table], language)).worksheets[0]
    spans = {(each.min_row, each.min_col): each for each in sheet.merged_cells.ranges}
    for row in range(3, 11):
        for column in range(1, 22):
            value = sheet.cell(row, column).value
            if value is None:
                continue
            span = spans.get((row, column))
            right, bottom = (span.max_col, span.max_row) if span else (column, row)
            room = sum(sheet.column_dimensions[column_letters(each)].width for each in range(column, right + 1))
            height = sum(sheet.row_dimensions[each].height for each in range(row, bottom + 1))
            text = value if isinstance(value, str) else f"{value:,.2f}"
            assert line_count(text, room) * 13 <= height, (row, column, text)
            if not isinstance(value, str):
                assert text_width(text) <= room, (row, column, text)


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    (target / "in the way").mkdir(parents=True)
    with pytest.raises(UsageError) as caught:
        write_atomically(target, b"new")
    assert caught.value.location.file == str(target)
    assert [each.name for each in tmp_path.iterdir()] == ["a.xlsx"]


def test_files_by_their_ending(table: SummaryTable, tmp_path: Path) -> None:
    names = [path.name for path in write_summaries([table], tmp_path / "a.csv")]
    assert names == ["a.csv", "a-detail.csv"]
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert [path.name for path in write_summaries([table, table], tmp_path)] == ["village_economy.xlsx"] * 2
    assert [path.name for path in write_summaries([table], tmp_path / "out")] == ["village_economy.xlsx"]
    with pytest.raises(UsageError, match="docx"):
        write_summaries([table], tmp_path / "a.docx")


def test_csv_keeps_every_digit_and_state(table: SummaryTable) -> None:
    header, total, _, yishan, changchan = list(csv.reader(io.StringIO(summary_text([table], "csv"))))
    assert header[:5] == [
        "代码", "乡镇（街道）", "填报村数（个）", "当年总收入/合计（万元）", "当年总收入/其中/经营收入（万元）",
    ]  # fmt: skip
    assert header[10] == "比上年增长"
    assert total[:4] == ["", "合计", "4", "16.76"]
    assert yishan[:4] == ["330327102000", "宜山镇", "2", "4.26"]
    assert yishan[10] == "0.42"
    assert changchan[2:5] == ["未报"] * 3


def test_json_tells_value_and_state(table: SummaryTable) -> None:
    (found,) = json.loads(summary_text([table], "json"))
    yishan = found["rows"][2]
    assert yishan["cells"]["growth"] == {"value": "0.42", "state": "value", "shown": "42.0%", "records": 1, "blanks": 0}
    assert yishan["cells"]["debts"]["state"] == "blank"
    assert yishan["cells"]["from_10"]["state"] == "zero"
    assert found["rows"][3]["cells"]["villages"] == {
        "value": None, "state": "unreported", "shown": "未报", "records": 0, "blanks": 0,
    }  # fmt: skip
    assert found["coverage"] == [{"dataset": "village_economy", "expected": 3, "reported": 2, "missing": ["昌禅乡"]}]
    assert found["columns"][1]["path"] == ["当年总收入", "合计"]


def test_the_page_tells_every_figure(table: SummaryTable) -> None:
    page = summary_text([table], "html")
    assert 'data-trace="village_economy/2004/330327102000/growth"' in page
    assert "宜山镇 · 比上年增长 = 1.2600 ÷ 3.0000（1 条记录）" in page
    assert '<td class="state"' in page
    assert "http" not in page
    assert "@page" in page


class Balanced(HTMLParser):
    """Fails when an element is closed that is not the innermost open one."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_well_formed(small: Warehouse, spec_of: Any) -> None:
    tables = [
        compute_summary(small.connection, spec_of(name), small.contracts, period("2004"))
        for name in ("village_economy", "training", "speech_figures")
    ]
    parser = Balanced()
    parser.feed(summary_text(tables, "html"))
    assert parser.open == []


def test_the_terminal_table_lines_up(table: SummaryTable) -> None:
    lines = summary_text([table], "table").splitlines()
    assert lines[0] == "苍南县2004年度村集体经济收入情况汇总表"
    outer, inner = lines[1].split(), lines[2].split()
    assert [text for text in outer if "─" not in text][:2] == ["当年总收入", "按总收入分的村数"]
    assert [text for text in inner if "─" not in text][:2] == ["其中", "3万元以下"]
    assert lines[4].startswith("合计")
    ends = {sum(2 if char > "\u2e80" else 1 for char in line) for line in lines[3:8]}
    assert len(ends) == 1  # every line ends at the same place
    assert "42.0%" in lines[6]


@pytest.mark.parametrize(
    ("text", "width", "broken"),
    [
        ("比上年增长", 8, "比上年\n增长"),
        ("比上年增长", 12, "比上年增长"),
        ("高中及以上\n（人）", 6, "高中及\n以上\n（人）"),
        ("Villages that report", 12, "Villages\nthat report"),
    ],
)
def test_headings_break_into_even_lines(text: str, width: float, broken: str) -> None:
    assert balance(text, width) == broken


def test_a_wide_heading_widens_its_columns() -> None:
    narrow = column_widths([("甲", 0, 0), ("乙", 1, 1)], [["1"], ["2"]])
    wide = column_widths([("很长很长很长很长很长很长的上级表头", 0, 1), ("甲", 0, 0), ("乙", 1, 1)], [["1"], ["2"]])
    assert sum(wide) > sum(narrow)
    assert line_count("很长很长很长很长很长很长的上级表头", sum(wide)) <= 2


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("room", [60, 80, 120])
def test_the_terminal_table_fits_the_terminal_in_parts(table: SummaryTable, language: Language, room: int) -> None:
    """Nothing is lost, no line but a note is too long, and every part begins with the rows' labels."""
    whole = summary_text([replace(table, coverage=(), notes=())], "table", language).splitlines()
    text = summary_text([replace(table, coverage=(), notes=())], "table", language, room)
    parts = text.split("\n\n")
    assert len(parts) > 1
    after = next(index for index, line in enumerate(whole) if line.startswith("宜山镇"))
    notes = whole[after + 1 :]
    assert [line for line in text.splitlines() if line not in notes and cell_len(line) > room] == []
    label = "乡镇（街道）" if language == "zh" else "Township"
    assert all(any(line.startswith(label) for line in part.splitlines()) for part in parts)
    figures = [re.split(r" {2,}", line) for line in text.splitlines() if line.startswith("宜山镇")]
    (in_one,) = (re.split(r" {2,}", line) for line in whole if line.startswith("宜山镇"))
    assert [figure for line in figures for figure in line[1:]] == in_one[1:]
