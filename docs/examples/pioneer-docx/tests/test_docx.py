"""Documents made with python-docx, read through the plugin as mailed files."""

from __future__ import annotations

from pathlib import Path

import docx
from pioneer_docx import read_workbook

import pioneer_etl as pe
from pioneer_etl.contract.address import Range
from pioneer_etl.workspace import init_workspace

HEADS = ["村名", "集体经济收入", None, "上年收入"]
UNDER = [None, "合计", "经营收入", None]


def document(path: Path, rows: list[list[str | None]], title: str = "宜山镇2004年村集体经济收入情况表") -> Path:
    book = docx.Document()
    book.add_paragraph(title)
    book.add_paragraph("单位：万元")
    table = book.add_table(rows=0, cols=4)
    for row in (HEADS, UNDER, *rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text or ""
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 3).merge(table.cell(1, 3))
    book.add_paragraph("填表人：王某")
    book.save(str(path))
    return path


def villages(root: Path) -> list[str]:
    places = pe.open_workspace(root).contracts.places
    town = places.resolve("宜山镇", level="township").unit
    return [each.name for each in places.children(town.code)][:2]


def test_a_table_is_a_sheet_with_its_merges_and_the_lines_around_it(tmp_path: Path) -> None:
    book = read_workbook(document(tmp_path / "a.docx", [["宜一村", "3.2", "1.2", "3"]]))
    (sheet,) = book.sheets
    assert sheet.rows == (
        ("宜山镇2004年村集体经济收入情况表",),
        ("单位：万元",),
        ("村名", "集体经济收入", None, "上年收入"),
        (None, "合计", "经营收入", None),
        ("宜一村", "3.2", "1.2", "3"),
        (),
        ("填表人：王某",),
    )
    assert set(sheet.merges) == {Range(3, 1, 4, 1), Range(3, 2, 3, 3), Range(3, 4, 4, 4)}


def test_a_document_is_loaded_like_any_mailed_file(tmp_path: Path) -> None:
    root = init_workspace(tmp_path / "county")
    one, two = villages(root)
    inbox = root / "inbox"
    inbox.mkdir(exist_ok=True)
    document(inbox / "报表.docx", [[one, "3.2", "1.2", "3"], [two, "4.5万元", "—", "4"]])
    workspace = pe.open_workspace(root)
    (file,) = workspace.ingest([inbox]).files
    assert file.status == "loaded", [each.message("en") for each in file.findings]
    assert file.cells()["unaccounted"] == 0
    rows = list(workspace.sql("select village, income_total from village_economy order by income_total").rows())
    assert [(name, float(value)) for name, value in rows] == [(one, 3.2), (two, 4.5)]


def test_other_files_are_left_to_the_tool(tmp_path: Path) -> None:
    for name, data in (("a.xlsx", b"PK\x03\x04no zip"), ("b.csv", b"1,2"), ("c.docx", b"")):
        path = tmp_path / name
        path.write_bytes(data)
        assert read_workbook(path) is None
    book = docx.Document()
    book.add_paragraph("没有表")
    book.save(str(tmp_path / "d.docx"))
    assert read_workbook(tmp_path / "d.docx") is None
