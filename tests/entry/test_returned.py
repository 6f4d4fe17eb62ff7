"""A returned workbook is the township's own, with marks that can be told from everything else and taken off."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from pioneer_etl.entry.marks import own_comment, take_off_marks
from pioneer_etl.entry.returned import mark_workbook, report_workbook
from pioneer_etl.entry.returned_list import take_off_list
from pioneer_etl.entry.returned_losses import losses
from tests.entry.returning import ABOUT, form, marked_about, opened, our_rules, read_back

SHEET = "表 1'甲"
FINDINGS = (
    marked_about(1, ["B5", "B3", "B4"]),
    marked_about(2, ["B4"], "warning", text="与上期不同"),
    marked_about(3, ["A1"], "warning", text="题目里没有年份"),
    marked_about(4, [], "error", text="少一张表"),
    marked_about(5, ["Z9"], sheet="没有的表"),
)


@pytest.fixture(scope="module")
def returned() -> bytes:
    data = form()
    return mark_workbook(data, read_back(data), ABOUT, FINDINGS).data


def test_the_first_sheet_lists_what_was_found_with_links(returned: bytes) -> None:
    book = opened(returned)
    sheet = book.worksheets[0]
    assert book.sheetnames[:3] == ["核对意见", SHEET, "备查"]
    assert [cell.value for cell in sheet[5][:10]] == (
        ["序号", "级别", "工作表", "单元格", "问题", "表中是", "应当是", "怎么改", "代码", "说明"]
    )
    first = [cell.value for cell in sheet[6][:10]]
    assert first[:7] == [1, "错误", SHEET, "B5", "合计不符", "12.5", "19.5"]
    assert first[9] is None
    assert sheet["D6"].hyperlink.location == "'表 1''甲'!B5"
    assert sheet["D9"].hyperlink is None  # about no cell
    assert sheet["D10"].hyperlink is None  # about a sheet that is not there
    assert [sheet.cell(row, 12).value for row in range(6, 11)] == [each.identity for each in FINDINGS]
    assert all(sheet.column_dimensions[letter].hidden for letter in "KL")


def test_only_one_sheet_is_selected(returned: bytes) -> None:
    assert [bool(each.sheet_view.tabSelected) for each in opened(returned).worksheets] == [True, False, False, False]


def test_cells_are_coloured_by_the_worst_and_say_everything(returned: bytes) -> None:
    sheet = opened(returned)[SHEET]
    assert our_rules(sheet) == {"B3:B4 B5": 1, "A1:B1": 1, "B3:B4": 0}
    assert "合计不符" in sheet["B3"].comment.text
    own, _, ours = sheet["B4"].comment.text.partition("\n")
    assert own == "老王核过"
    assert "合计不符" in ours
    assert "与上期不同" in ours
    assert own_comment(sheet["B4"].comment.text) == "老王核过"
    assert "题目里没有年份" in sheet["A1"].comment.text


def test_everything_of_the_townships_own_stays(returned: bytes) -> None:
    before, after = opened(form())[SHEET], opened(returned)[SHEET]
    assert [[cell.value for cell in row] for row in after] == [[cell.value for cell in row] for row in before]
    assert after["B3"].fill.start_color.rgb == "FF00B050"
    assert after["B3"].font.bold
    assert [str(each.sqref) for each in after.data_validations.dataValidation] == ["C3:C4"]
    assert [str(each) for each in after.merged_cells.ranges] == ["A1:B1"]
    assert opened(returned)["备查"].sheet_state == "hidden"


def test_marks_taken_off_leave_nothing(returned: bytes) -> None:
    book = opened(returned)
    take_off_list(book)
    take_off_marks(book)
    assert book.sheetnames == [SHEET, "备查"]
    sheet = book[SHEET]
    assert our_rules(sheet) == {"B3:B4": 0}
    assert {cell.coordinate: cell.comment.text for row in sheet for cell in row if cell.comment} == {"B4": "老王核过"}


def test_a_file_returned_twice_carries_one_set(returned: bytes) -> None:
    again = mark_workbook(returned, read_back(returned), ABOUT, FINDINGS).data
    once, twice = opened(returned), opened(again)
    assert twice.sheetnames == once.sheetnames
    assert our_rules(twice[SHEET]) == our_rules(once[SHEET])
    assert twice[SHEET]["B4"].comment.text == once[SHEET]["B4"].comment.text


def test_results_of_formulas_are_shown_though_nobody_recalculates() -> None:
    data = _with_result(form(), b"19.5")
    assert read_back(data).sheets[0].at(5, 2) == 19.5
    back = read_back(mark_workbook(data, read_back(data), ABOUT, FINDINGS).data)
    sheet = next(each for each in back.sheets if each.name == SHEET)
    assert sheet.at(5, 2) == 19.5
    assert list(sheet.formulas.values()) == ["=SUM(B3:B4)"]


def _with_result(data: bytes, result: bytes) -> bytes:
    """The form as a spreadsheet program saves it: with the result of its formula."""
    buffer = BytesIO()
    with ZipFile(BytesIO(data)) as before, ZipFile(buffer, "w") as after:
        for item in before.infolist():
            text = re.sub(rb"</f><v ?(?:/>|></v>)", b"</f><v>" + result + b"</v>", before.read(item))
            after.writestr(item, text)
    return buffer.getvalue()


def test_another_format_is_converted_and_says_so() -> None:
    from pioneer_etl.workbook.read import read_bytes

    data = "村,收入,编号\r\n宜一村,=1+1,0123\r\n".encode("gb18030")
    marked = mark_workbook(data, read_bytes(data, "x.csv"), ABOUT, [marked_about(1, ["B2"], sheet="x")])
    assert marked.from_format == "csv"
    sheet = opened(marked.data).worksheets[1]
    assert [cell.value for cell in sheet[2]] == ["宜一村", "=1+1", "0123"]
    assert sheet["B2"].data_type == "s"


def test_what_would_be_lost_is_known_beforehand() -> None:
    buffer = BytesIO(form())
    with ZipFile(buffer, "a") as archive:
        archive.writestr("xl/media/image1.png", b"x")
        archive.writestr("xl/vbaProject.bin", b"x")
        archive.writestr("xl/charts/chart1.xml", b"<c/>")
        archive.writestr("xl/worksheets/sheet9.xml", b"<x14:dataValidation type='list'>")
    assert losses(buffer.getvalue()) == {"images": 1, "charts": 1, "macros": 1, "dropdowns": 1}
    assert losses(form()) == {}


def test_a_report_alone_holds_no_sheet_of_the_townships() -> None:
    marked = report_workbook(ABOUT, FINDINGS, "en")
    assert marked.report_only
    assert opened(marked.data).sheetnames == ["Findings", "_pioneer_return"]


_DANGEROUS = st.one_of(
    st.sampled_from(
        ["=cmd|' /C calc'!A0", "+1", "-1+1", "@x", "=1", "\t=1", "==", '=HYPERLINK("http://x","y")', "'=1"]
    ),
    st.text(max_size=40).map(lambda text: f"={text}"),
    st.text(max_size=40),
)


@settings(max_examples=20, deadline=None)
@given(st.lists(_DANGEROUS, min_size=1, max_size=50))
def test_no_text_becomes_a_formula(texts: list[str]) -> None:
    """In the township's own cells, in the list, in comments: a text stays one."""
    from pioneer_etl.report.cell_values import put_text

    book = Workbook()
    for row, text in enumerate(texts, 1):
        put_text(book.active.cell(row, 1), text)
    buffer = BytesIO()
    book.save(buffer)
    data = buffer.getvalue()
    rows = [marked_about(n, [f"A{n}"], sheet="Sheet", text=text) for n, text in enumerate(texts, 1)]
    for marked in (mark_workbook(data, read_back(data), ABOUT, rows), report_workbook(ABOUT, rows)):
        with ZipFile(BytesIO(marked.data)) as archive:
            names = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
            assert not any(b"<f" in archive.read(name).replace(b"<formula>", b"") for name in names)
