"""The status table and the chase notes."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest

from pioneer_etl.contract.catalogue import catalogue
from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Dataset, Label
from pioneer_etl.report.board import board_bytes, cell_words, make_board
from pioneer_etl.report.chase import ChaseNote, chase_notes
from pioneer_etl.warehouse.queries import FindingRow, StatusRow

NOON = datetime(2005, 1, 10, 12, 0)
DUE = date(2005, 1, 15)
DATASETS = {
    name: Dataset(name, Label(zh, name), Label("一村", "a village"), ("x",), "year", ())
    for name, zh in (("economy", "村集体经济收入"), ("roster", "后备干部名册"))
}


def row(dataset: str, town: str, status: str, number: int | None = None, **more: object) -> StatusRow:
    code = {"宜山镇": "330327102000", "霞关镇": "330327115000"}[town]
    received = NOON if number is not None else None
    revision = 1 if status in ("loaded", "returned") else None
    made = StatusRow(dataset, "2004", code, town, status, revision, number, 3, received, DUE, 0, 0, received)
    return replace(made, **more)  # type: ignore[arg-type]


def told(said: Finding, number: int | None, file: str = "宜山镇.xls") -> FindingRow:
    return FindingRow(7, "i", said, "open", None, None, None, None, number, file, None, None, None, NOON)


ROWS = (
    row("economy", "宜山镇", "loaded", 1, revision=2, first_received=datetime(2005, 1, 16, 8, 0)),
    row("economy", "霞关镇", "late"),
    row("roster", "宜山镇", "quarantined", 2),
)
BOARD = make_board(ROWS, DATASETS, date(2005, 1, 20))


def test_a_cell_says_state_lateness_and_revision() -> None:
    assert [cell_words(each, "zh") for each in (*ROWS, None)] == ["已入库（迟） r2", "逾期未报", "待处理", "不需报"]
    assert cell_words(ROWS[0], "en") == "loaded, late r2"
    in_time = replace(ROWS[0], first_received=datetime(2005, 1, 15, 23, 59))
    assert (in_time.in_time, ROWS[0].in_time, ROWS[1].in_time) == (True, False, None)


def test_what_was_received_is_counted() -> None:
    assert [BOARD.received(name) for name in DATASETS] == [(1, 2), (0, 1)]
    assert BOARD.due("economy") == "2005-01-15"


def test_the_workbook_has_a_colour_for_each_state() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(board_bytes(BOARD, "xlsx"))).active
    assert [cell.value for cell in sheet[2]] == ["乡镇", "村集体经济收入", "后备干部名册"]
    assert [cell.value for cell in sheet[4]] == ["霞关镇", "逾期未报", "不需报"]
    assert [cell.value for cell in sheet[5]] == ["已收", "1/2", "0/1"]
    fills = {sheet.cell(3, 2).fill.start_color.rgb, sheet.cell(4, 2).fill.start_color.rgb}
    assert fills == {"FFE2F0D9", "FFF8CBAD"}


def test_the_other_forms_say_the_same() -> None:
    page = board_bytes(BOARD, "html", "en").decode()
    assert '<td class="late" style="background:#F8CBAD">overdue</td>' in page
    assert board_bytes(BOARD, "csv").decode("utf-8-sig").splitlines()[2] == "霞关镇,逾期未报,不需报"
    assert [each["status"] for each in json.loads(board_bytes(BOARD, "json"))] == ["loaded", "late", "quarantined"]
    with pytest.raises(UsageError):
        board_bytes(BOARD, "pdf")


def notes(*findings: FindingRow, unread: dict[str, list[FindingRow]] | None = None) -> tuple[ChaseNote, ...]:
    rows = (*ROWS, row("roster", "霞关镇", "returned", 4))
    reasons = {4: "第三页缺公章"}
    return chase_notes(rows, findings, reasons, unread or {}, DATASETS, "苍南县", date(2005, 1, 20))


def test_a_note_names_what_is_missing_returned_and_due() -> None:
    _, xiaguan = notes()
    assert [(each.dataset, each.state, each.due) for each in xiaguan.owing] == [
        ("economy", "late", DUE),
        ("roster", "returned", DUE),
    ]
    text = xiaguan.text()
    assert "一、没有收到\n　　1. 村集体经济收入（2004年度），期限2005年1月15日，已过期" in text
    assert "退回原因：第三页缺公章" in text
    assert text.rstrip().endswith("苍南县\n" + "　" * 20 + "2005年1月20日")
    assert "1. economy (2004), was due 2005-01-15" in xiaguan.text("en")


def test_a_note_tells_why_a_form_was_not_taken() -> None:
    wrong = finding("value.not_a_number", sheet="名册", cells="C7", field="年龄", found="三十左右")
    yishan, _ = notes(told(wrong, 2))
    assert (
        "　　　　文件：宜山镇.xls\n　　　　工作表“名册”C7：年龄应为数字，写的是“三十左右”。请改成数字" in yishan.text()
    )


def test_many_of_one_kind_are_counted() -> None:
    wrong = [finding("value.not_a_number", sheet="名册", cells=f"C{n}", field="年龄", found="x") for n in range(9)]
    yishan, _ = notes(*(told(each, 2) for each in wrong))
    assert yishan.text().count("年龄应为数字") == 5
    assert "同类问题还有 4 处" in yishan.text()


def test_a_file_that_could_not_be_read_is_told_to_whom_it_names() -> None:
    damaged = told(finding("file.damaged", detail="x"), None, "宜山镇附表.xlsx")
    yishan, _ = notes(unread={"330327102000": [damaged]})
    assert "请用 Excel 或 WPS 打开，另存为 .xlsx 后重报" in yishan.text()
    assert "报送单位" not in yishan.text()


def test_no_reason_speaks_of_the_program() -> None:
    """A clerk has no layout.toml to edit: what only the county can do is left out."""
    codes = [code for code, entry in catalogue().items() if entry.quarantines]
    assert len(codes) > 30
    found = [told(finding(code), 2, f"{n}.xls") for n, code in enumerate(codes)]
    for language in ("zh", "en"):
        yishan, _ = notes(*found)
        reasons = [
            text for line in yishan.text(language).splitlines() if (text := line.strip()).startswith(("（", "("))
        ]
        remedies = [text for text in reasons if any(word in text for word in ("layout.toml", "pioneer ", "org_units"))]
        assert remedies == []
