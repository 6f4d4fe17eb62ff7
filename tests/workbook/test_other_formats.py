"""OpenDocument, binary and XML 2003 workbooks."""

from __future__ import annotations

import struct
from datetime import date, datetime

import pytest

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.errors import FileRefused
from pioneer_etl.workbook.model import CellError, NoResult, Visibility
from pioneer_etl.workbook.read import read_bytes

from .files import cells, read, wide, xlsb, xlsb_record, zipped

_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("table", "table"), ("text", "text"), ("dc", "dc"))
)
_CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'

_SHORT = (
    ("<column", "<table:table-column"),
    ("row>", "table:table-row>"),
    ("<row ", "<table:table-row "),
    ("<cell", "<table:table-cell"),
    ("</cell", "</table:table-cell"),
    ("P>", "text:p>"),
    (" T:", " table:"),
    (" O:", " office:"),
)


def ods(rows: str, *, manifest: str = "") -> bytes:
    for short, full in _SHORT:
        rows = rows.replace(short, full)
    content = (
        f'<?xml version="1.0"?><office:document-content {_SPACES} {_CALC}><office:body><office:spreadsheet>'
        f'<table:table table:name="表1">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    parts = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content}
    if manifest:
        parts["META-INF/manifest.xml"] = manifest
    return zipped(parts)


def test_opendocument() -> None:
    rows = (
        "<column/><column T:visibility='collapse' T:number-columns-repeated='2'/>"
        "<row><cell T:number-columns-spanned='2' O:value-type='string'><P>标</P>"
        "<office:annotation><P>批注</P></office:annotation></cell><table:covered-table-cell/>"
        "<cell O:value-type='float' O:value='12'><P>12</P></cell></row>"
        "<row T:number-rows-repeated='2' T:visibility='collapse'><cell/></row>"
        "<row><cell O:value-type='date' O:date-value='2004-09-01'><P>x</P></cell>"
        "<cell T:formula='of:=1/0' O:value-type='string' O:string-value='' calcext:value-type='error'>"
        "<P>#DIV/0!</P></cell><cell T:formula='of:=[.C1]*2'/>"
        "<cell O:value-type='boolean' O:boolean-value='true'><P>是</P></cell>"
        "<cell T:number-columns-repeated='2' O:value-type='percentage' O:value='0.42'><P>42%</P></cell></row>"
        "<row T:number-rows-repeated='1048570'><cell T:number-columns-repeated='16384'/></row>"
    )
    book = read(ods(rows), "表.ods")
    (sheet,) = book.sheets
    assert book.format == "ods"
    assert book.losses == ("loss.styles",)
    assert cells(sheet) == {
        "A1": "标",
        "C1": 12,
        "A4": date(2004, 9, 1),
        "B4": CellError("#DIV/0!"),
        "C4": NoResult("=[.C1]*2"),
        "D4": True,
        "E4": 0.42,
        "F4": 0.42,
    }
    assert sheet.count == 8
    assert sheet.merges == (Range(1, 1, 1, 2),)
    assert sheet.hidden_rows == {2, 3}
    assert sheet.hidden_columns == {2, 3}
    assert sheet.comments == {Position(1, 1): "批注"}
    assert not sheet.has_styles


def test_an_encrypted_opendocument() -> None:
    with pytest.raises(FileRefused) as refusal:
        read_bytes(ods("", manifest="<m:encryption-data/>"), "密.ods")
    assert refusal.value.code == "file.encrypted"


def _cell(kind: int, column: int, content: bytes) -> bytes:
    return xlsb_record(kind, struct.pack("<II", column, 0) + content)


def _row(row: int, flags: int = 0) -> bytes:
    return xlsb_record(0, struct.pack("<IIHBBB", row, 0, 300, 0, flags, 0) + struct.pack("<I", 0))


def test_binary_workbook() -> None:
    sheet = xlsb_record(129) + xlsb_record(148, struct.pack("<4I", 0, 3, 0, 3))
    sheet += xlsb_record(390) + xlsb_record(60, struct.pack("<4IH", 2, 2, 2048, 0, 1)) + xlsb_record(391)
    sheet += xlsb_record(145)
    sheet += _row(0) + _cell(6, 0, wide("村名")) + _cell(5, 1, struct.pack("<d", 12.0)) + _cell(4, 2, b"\x01")
    sheet += _row(2, 0x10) + _cell(3, 0, b"\x17") + _cell(1, 1, b"") + _cell(6, 3, wide("  "))
    sheet += xlsb_record(146) + xlsb_record(177, struct.pack("<I", 1))
    sheet += xlsb_record(176, struct.pack("<4I", 0, 1, 0, 0)) + xlsb_record(178) + xlsb_record(130)
    book = read(xlsb(sheet), "表.xlsb")
    (found,) = book.sheets
    assert book.format == "xlsb"
    assert set(book.losses) == {"loss.styles", "loss.formulas", "loss.comments"}
    assert cells(found) == {"A1": "村名", "B1": 12, "C1": True, "A3": CellError("#REF!")}
    assert found.count == 4
    assert found.merges == (Range(1, 1, 2, 1),)
    assert found.hidden_rows == {3}
    assert found.hidden_columns == {3}


def test_a_binary_workbook_that_is_cut_off() -> None:
    with pytest.raises(FileRefused) as refusal:
        read_bytes(xlsb(xlsb_record(145) + _row(0) + b"\x05\x7f"), "断.xlsb")
    assert refusal.value.code == "file.damaged"


XML2003 = """<?xml version="1.0" encoding="{encoding}"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel"><Styles><Style ss:ID="s1"><Font ss:Bold="1"/>
<Interior ss:Color="#FFFF00" ss:Pattern="Solid"/><NumberFormat ss:Format="Percent"/></Style></Styles>
<Worksheet ss:Name="表1"><Table><Column ss:Index="3" ss:Hidden="1"/>
<Row><Cell ss:MergeAcross="1" ss:StyleID="s1"><Data ss:Type="String">村名</Data>
<Comment><Data>批注</Data></Comment></Cell>
<Cell><Data ss:Type="Number">12</Data></Cell></Row>
<Row ss:Index="4" ss:Hidden="1"><Cell ss:Index="2"><Data ss:Type="DateTime">2004-09-01T00:00:00.000</Data></Cell>
<Cell><Data ss:Type="DateTime">2004-09-01T08:30:00.000</Data></Cell><Cell><Data ss:Type="Error">#REF!</Data></Cell>
<Cell ss:Formula="=RC[-1]"/><Cell><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="String"> </Data></Cell>
</Row></Table><WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible>
</WorksheetOptions></Worksheet></Workbook>"""


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_xml_2003(encoding: str) -> None:
    book = read(XML2003.format(encoding=encoding).encode(encoding), "导出.xls")
    (sheet,) = book.sheets
    assert book.format == "xml2003"
    assert cells(sheet) == {
        "A1": "村名",
        "C1": 12,
        "B4": date(2004, 9, 1),
        "C4": datetime(2004, 9, 1, 8, 30),
        "D4": CellError("#REF!"),
        "E4": NoResult("=RC[-1]"),
        "F4": True,
    }
    assert sheet.merges == (Range(1, 1, 1, 2),)
    assert sheet.visibility is Visibility.HIDDEN
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({4}, {3})
    look = sheet.style(1, 1)
    assert (look.bold, look.filled, look.number_format) == (True, True, "0.00%")
    assert sheet.count == 7
    assert sheet.comments == {Position(1, 1): "批注"}
