"""Delimited text and HTML tables: encodings, delimiters, and cells that stay as they are written."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pioneer_etl.contract.address import Range
from pioneer_etl.contract.errors import FileRefused
from pioneer_etl.workbook.delimited import read_delimited, sniff_delimiter
from pioneer_etl.workbook.limits import Limits
from pioneer_etl.workbook.read import read_bytes

from .files import cells, filled, only_sheet, read

TEXT = '村名,代码,总收入\r\n宜一村,00123,"1,234.5"\r\n龙港镇,330327196001011000,6\r\n'
EXPECTED = {
    "A1": "村名",
    "B1": "代码",
    "C1": "总收入",
    "A2": "宜一村",
    "B2": "00123",
    "C2": "1,234.5",
    "A3": "龙港镇",
    "B3": "330327196001011000",
    "C3": "6",
}


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-8"),
        TEXT.encode("utf-8-sig"),
        b"\xff\xfe" + TEXT.encode("utf-16-le"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("gb18030"),
    ],
    ids=["utf-8", "utf-8 BOM", "utf-16-le BOM", "utf-16-be BOM", "utf-16-le", "utf-16-be", "gb18030"],
)
def test_encodings(data: bytes) -> None:
    book = read(data, "宜山镇.csv")
    (sheet,) = book.sheets
    assert cells(sheet) == EXPECTED
    assert sheet.text_only
    assert sheet.name == "宜山镇"
    assert sheet.count == 9
    assert book.losses == ("loss.types",)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_told_by_the_table_not_by_its_title(delimiter: str) -> None:
    lines = [
        ["2004年村集体经济收入表（单位：万元）"],
        ["村名", "说明；备注", "收入"],
        ["宜一村", "甲，乙；丙", "1.5"],
        ["宜二村", '他说"好"', "2"],
        ["宜三村", "两\n行", ""],
        ["填表人：张三"],
    ]
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter).writerows(lines)
    assert sniff_delimiter(target.getvalue()) == delimiter
    sheet = read_delimited(target.getvalue(), "x.csv", Limits())
    assert [[cell or "" for cell in row] for row in sheet.rows] == [line if line[-1] else line[:-1] for line in lines]
    assert sheet.count == filled(sheet)


def test_decimal_commas_in_a_file_with_semicolons() -> None:
    assert sniff_delimiter("a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n") == ";"


def test_one_column_stays_one_column() -> None:
    sheet = only_sheet("宜一村\n宜二村\n\n宜三村\n".encode(), "村.txt")
    assert cells(sheet) == {"A1": "宜一村", "A2": "宜二村", "A4": "宜三村"}


def test_a_hint_for_excel_is_no_row_and_its_quoted_codes_are_texts() -> None:
    sheet = only_sheet(b'sep=;\r\n="00123";b\r\n', "x.csv")
    assert cells(sheet) == {"A1": "00123", "B1": "b"}
    assert sheet.count == 2


def test_a_quotation_mark_that_never_closes_does_not_swallow_the_file() -> None:
    sheet = only_sheet('村,说明\n宜一村,"未完\n宜二村,好\n'.encode(), "x.csv")
    assert sheet.at(3, 1) == "宜二村"
    assert sheet.at(2, 2) == '"未完'


@given(
    st.lists(st.lists(st.text(alphabet='甲乙12.,;"\n \t', max_size=6), min_size=1, max_size=5), min_size=1, max_size=8)
)
def test_the_two_ways_of_counting_agree(records: list[list[str]]) -> None:
    target = io.StringIO()
    csv.writer(target, delimiter=",", quoting=csv.QUOTE_ALL).writerows(records)
    sheet = read_delimited("sep=,\n" + target.getvalue(), "x.csv", Limits())
    assert sheet.count == filled(sheet) == sum(1 for record in records for field in record if field.strip())


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("name,sum\nFryslân,1\nCafé,2\n".encode("latin-1"), "2"),
        ("村名\n宜一村宜二村宜三村宜四村宜五村宜六村宜七村\n".encode() + b"\xff\n", "3"),
        (b"\xff\xfe" + "村名".encode("utf-16-le") + b"\x00\xd8\x01", "1"),
    ],
)
def test_an_encoding_that_nobody_knows(data: bytes, line: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        read_bytes(data, "x.csv")
    assert refusal.value.code == "file.unreadable_text"
    assert refusal.value.arguments["line"] == line


PAGE = """<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"><title>不算</title>
<style>td {{color: red}}</style></head><body><h2>村集体经济收入</h2>
<table border=1><tr><th rowspan=2>村名</th><th colspan="2">收入</th></tr><tr><td>上年<td>本年</tr>
<tr><td>宜一村</td><td x:num="1234.5">1,234.5</td><td>0012</td></tr>
<tr style="display:none"><td bgcolor="#ffff00"><b>合计</b></td><td></td><td>&nbsp;42%<br>约</td></tr></table>
<p>填表人：张三</p></body></html>"""


@pytest.mark.parametrize(("charset", "encoding"), [("utf-8", "utf-8"), ("gb2312", "gb18030"), ("gbk", "gb18030")])
def test_a_page_saved_as_a_workbook(charset: str, encoding: str) -> None:
    book = read(PAGE.format(charset=charset).encode(encoding), "导出.xls")
    assert book.format == "html"
    (sheet,) = book.sheets
    assert cells(sheet) == {
        "A1": "村集体经济收入",
        "A2": "村名",
        "B2": "收入",
        "B3": "上年",
        "C3": "本年",
        "A4": "宜一村",
        "B4": 1234.5,
        "C4": "0012",
        "A5": "合计",
        "C5": "\xa042%\n约",
        "A6": "填表人：张三",
    }
    assert sheet.merges == (Range(2, 1, 3, 1), Range(2, 2, 2, 3))
    assert sheet.hidden_rows == {5}
    assert sheet.style(5, 1).bold
    assert sheet.style(5, 1).filled
    assert sheet.count == 11


def test_a_page_without_a_table_is_no_workbook() -> None:
    with pytest.raises(FileRefused) as refusal:
        read_bytes(b"<!DOCTYPE html><html><body>404</body></html>", "x.xls")
    assert (refusal.value.code, refusal.value.arguments["found"]) == ("file.foreign", "HTML")
