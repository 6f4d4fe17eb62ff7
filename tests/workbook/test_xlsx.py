"""What an .xlsx holds arrives as it was meant, whoever wrote the file."""

from __future__ import annotations

import io
import time as clock
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.errors import FileRefused
from pioneer_etl.workbook.limits import Limits
from pioneer_etl.workbook.model import CellError, NoResult, Style, Visibility
from pioneer_etl.workbook.read import read_bytes

from .files import cells, filled, only_sheet, read, sheet_xml, xlsx, xlsx_parts, zipped


def saved(book: Any) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def written(**values: Any) -> bytes:
    """A workbook of openpyxl with these cells; a value may come with its number format."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for address, value in values.items():
        if isinstance(value, tuple):
            value, sheet[address].number_format = value
        sheet[address] = value
    return saved(book)


def test_every_kind_of_value() -> None:
    data = written(
        A1="村名",
        B1=12,
        C1=3.5,
        D1=True,
        E1=date(2004, 9, 1),
        F1=datetime(2004, 9, 1, 8, 30),
        G1=time(8, 30),
        H1=(timedelta(hours=30), "[h]:mm"),
        I1=-7,
        J1=(0.42, "0%"),
    )
    sheet = only_sheet(data)
    assert cells(sheet) == {
        "A1": "村名",
        "B1": 12,
        "C1": 3.5,
        "D1": True,
        "E1": date(2004, 9, 1),
        "F1": datetime(2004, 9, 1, 8, 30),
        "G1": time(8, 30),
        "H1": timedelta(hours=30),
        "I1": -7,
        "J1": 0.42,
    }
    assert type(sheet.at(1, 2)) is int
    assert sheet.count == 10
    assert sheet.style(1, 10).number_format == "0%"


def test_formulas_with_and_without_a_result() -> None:
    rows = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>A1*2</f></c><c r="C1"><f>A1*3</f><v></v></c>'
        '<c r="D1" t="str"><f>"a"&amp;"b"</f><v>ab</v></c><c r="E1" t="str"><f>""</f><v></v></c>'
        '<c r="F1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="G1" t="e"><v>#REF!</v></c><c r="H1"><f>A1</f><v/></c></row>'
    )
    sheet = only_sheet(xlsx(rows))
    assert cells(sheet) == {
        "A1": 2,
        "B1": NoResult("=A1*2"),
        "C1": NoResult("=A1*3"),
        "D1": "ab",
        "F1": CellError("#DIV/0!"),
        "G1": CellError("#REF!"),
        "H1": NoResult("=A1"),
    }
    assert sheet.count == 7
    assert sheet.formulas[Position(1, 4)] == '="a"&"b"'
    assert sheet.formulas[Position(1, 5)] == '=""'


def test_a_shared_formula_reads_as_it_would_be_shown() -> None:
    rows = (
        '<row r="2"><c r="C2"><f t="shared" ref="C2:C4" si="0">A2+$B$1+SUM(A2:B2)&amp;"A2"</f><v>1</v></c></row>'
        '<row r="3"><c r="C3"><f t="shared" si="0"/><v>2</v></c></row>'
        '<row r="4"><c r="C4"><f t="shared" si="0"/></c></row>'
    )
    sheet = only_sheet(xlsx(rows))
    assert sheet.formulas[Position(3, 3)] == '=A3+$B$1+SUM(A3:B3)&"A2"'
    assert sheet.at(4, 3) == NoResult('=A4+$B$1+SUM(A4:B4)&"A2"')


def test_large_whole_numbers_keep_their_digits() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>330327196001011000</v></c><c r="B1"><v>3.30327196001011E+17</v></c>'
        '<c r="C1"><v>123456789012345678</v></c><c r="D1"><v>9007199254740991</v></c><c r="E1"><v>-1</v></c></row>'
    )
    found = cells(only_sheet(xlsx(rows)))
    assert found["A1"] == found["B1"] == 330327196001011000
    assert found["C1"] == 123456789012345678
    assert found["D1"] == 9007199254740991
    assert all(type(value) is int for value in found.values())


_FORMATS = (
    '<cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="57"/><xf numFmtId="20"/>'
    '<xf numFmtId="31"/></cellXfs>'
)


def test_dates_that_are_none_stay_numbers() -> None:
    rows = (
        '<row r="1"><c r="A1" s="1"><v>0</v></c><c r="B1" s="1"><v>-5</v></c><c r="C1" s="1"><v>0.42</v></c>'
        '<c r="D1" s="3"><v>0</v></c><c r="E1" s="1"><v>38231</v></c><c r="F1" s="3"><v>0.5</v></c></row>'
    )
    assert cells(only_sheet(xlsx(rows, styles=_FORMATS))) == {
        "A1": 0,
        "B1": -5,
        "C1": 0.42,
        "D1": time(0, 0),
        "E1": date(2004, 9, 1),
        "F1": time(12, 0),
    }


def test_date_formats_that_only_a_chinese_excel_knows_by_number() -> None:
    rows = '<row r="1"><c r="A1" s="2"><v>38231</v></c><c r="B1" s="4"><v>38231</v></c><c r="C1"><v>38231</v></c></row>'
    sheet = only_sheet(xlsx(rows, styles=_FORMATS))
    assert cells(sheet) == {"A1": date(2004, 9, 1), "B1": date(2004, 9, 1), "C1": 38231}
    assert sheet.style(1, 1).number_format == 'yyyy"年"m"月"'


def test_dates_counted_from_1904() -> None:
    rows = '<row r="1"><c r="A1" s="1"><v>36769</v></c></row>'
    book = read(xlsx(rows, styles=_FORMATS, book='<workbookPr date1904="1"/>'))
    assert book.date_1904
    assert book.sheets[0].at(1, 1) == date(2004, 9, 1)


def test_white_space_is_no_content() -> None:
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>'
        '<c r="D1" t="inlineStr"><is><t> </t></is></c><c r="E1" t="inlineStr"><is><t>　\u00a0</t></is></c>'
        '<c r="F1" t="s"><v>3</v></c></row>'
    )
    kept = '<t xml:space="preserve">'
    strings = f"<si><t>甲</t></si><si>{kept}　 </t></si><si><t/></si><si>{kept} 乙 </t></si>"
    sheet = only_sheet(xlsx(rows, strings=strings))
    assert cells(sheet) == {"A1": "甲", "F1": " 乙 "}
    assert sheet.count == 2


def test_rich_text_without_its_phonetic_hints() -> None:
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><r><t>宜</t></r><r><t>二村</t></r></is></c>'
        '<c r="C1" t="inlineStr"><is><t>字</t><rPh sb="0" eb="1"><t>じ</t></rPh></is></c></row>'
    )
    strings = "<si><r><rPr><b/></rPr><t>宜</t></r><r><t>一村</t></r><rPh sb='0' eb='1'><t>yi</t></rPh></si>"
    sheet = only_sheet(xlsx(rows, strings=strings))
    assert cells(sheet) == {"A1": "宜一村", "B1": "宜二村", "C1": "字"}
    assert sheet.count == 3


def test_values_under_a_merge_are_kept() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="2"><c r="A2"><v>3</v></c></row>'
    sheet = only_sheet(xlsx(rows, after='<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>'))
    assert sheet.merges == (Range(1, 1, 2, 2),)
    assert cells(sheet) == {"A1": 1, "B1": 2, "A2": 3}


def test_styles_hidden_parts_and_comments() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet["A1"], sheet["A2"], sheet["B3"] = "标题", "小计", 5
    sheet["A1"].font = Font(bold=True, italic=True)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet["A2"].alignment = Alignment(horizontal="left", indent=2)
    sheet["B2"].fill = PatternFill("solid", fgColor="FFFF00")  # a blank cell
    sheet["B3"].border = Border(top=Side("thin"), right=Side("double"))
    sheet["C3"].fill = PatternFill("solid", fgColor="FFFFFF")
    sheet["B3"].comment = Comment("已核实", "填表人")
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["C"].hidden = True
    book.create_sheet("隐藏").sheet_state = "hidden"
    book.create_sheet("深藏").sheet_state = "veryHidden"
    first, hidden, very = read(saved(book)).sheets
    assert first.has_styles
    assert first.style(1, 1) == Style(bold=True, italic=True, horizontal="center")
    assert first.style(2, 1) == Style(horizontal="left", indent=2)
    assert first.style(2, 2) == Style(filled=True)
    assert first.style(3, 2) == Style(border_top=True, border_right=True)
    assert not first.style(3, 3).filled
    assert first.style(99, 99) == Style()
    assert dict(first.styles)[Position(2, 2)].filled
    assert first.hidden_rows == {2}
    assert first.hidden_columns == {3}
    assert first.comments == {Position(3, 2): "已核实"}
    assert (hidden.visibility, very.visibility) == (Visibility.HIDDEN, Visibility.VERY_HIDDEN)


_PLAIN_ROWS = (
    '<row r="1" hidden="1"><c r="A1" t="s" s="1"><v>0</v></c><c r="B1"><v>1.5</v></c></row>'
    '<row r="3"><c r="A3" t="e"><v>#N/A</v></c><c r="C3"><f>B1*2</f></c><c r="D3" t="inlineStr"><is><t>丙</t></is></c>'
    '<c r="E3" t="b"><v>1</v></c></row>'
)
_EXPECTED = {"A1": "甲", "B1": 1.5, "A3": CellError("#N/A"), "C3": NoResult("=B1*2"), "D3": "丙", "E3": True}
_DIALECTS = {
    "plain": _PLAIN_ROWS,
    "comment": _PLAIN_ROWS.replace("<row", "<!-- x --><row", 1),
    "single quotes": _PLAIN_ROWS.replace('"', "'"),
    "blanks in tags": _PLAIN_ROWS.replace("<c r=", "<c\n r=").replace('<row r="3"', '<row\tr="3"'),
    "other order": _PLAIN_ROWS.replace('r="A1" t="s" s="1"', 's="1" t="s" r="A1"'),
    "CDATA": _PLAIN_ROWS.replace("<v>1.5</v>", "<v><![CDATA[1.5]]></v>").replace("丙", "<![CDATA[丙]]>"),
    "character references": _PLAIN_ROWS.replace("1.5", "1&#46;5").replace("丙", "&#19993;"),
    "no addresses": '<row hidden="1"><c t="s" s="1"><v>0</v></c><c><v>1.5</v></c></row><row/>'
    '<row><c t="e"><v>#N/A</v></c><c/><c><f>B1*2</f></c><c t="inlineStr"><is><t>丙</t></is></c>'
    '<c t="b"><v>1</v></c></row>',
}


@pytest.mark.parametrize("dialect", _DIALECTS)
def test_every_dialect_of_the_xml_reads_alike(dialect: str) -> None:
    styles = '<fonts><font/><font><b/></font></fonts><cellXfs><xf fontId="0"/><xf fontId="1"/></cellXfs>'
    sheet = only_sheet(xlsx(_DIALECTS[dialect], strings="<si><t>甲</t></si>", styles=styles))
    assert cells(sheet) == _EXPECTED
    assert sheet.count == 6
    assert sheet.hidden_rows == {1}
    assert sheet.style(1, 1).bold


def test_prefixed_and_wide_xml() -> None:
    plain = sheet_xml(_PLAIN_ROWS)
    prefixed = plain.replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")
    for xml in (prefixed, b"\xff\xfe" + ('<?xml version="1.0" encoding="UTF-16"?>' + plain).encode("utf-16-le")):
        assert cells(only_sheet(zipped(xlsx_parts(xml, strings="<si><t>甲</t></si>")))) == _EXPECTED


def test_the_strict_form_of_the_format() -> None:
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="d"><v>2004-09-01</v></c><c r="C1"><v>2</v></c></row>'
    sheet = only_sheet(xlsx(rows, strings="<si><t>甲</t></si>", strict=True))
    assert cells(sheet) == {"A1": "甲", "B1": date(2004, 9, 1), "C1": 2}


def test_a_cell_in_the_last_corner_costs_neither_memory_nor_time() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    started = clock.process_time()
    sheet = only_sheet(xlsx(rows, before='<dimension ref="A1:XFD1048576"/>'))
    assert clock.process_time() - started < 5
    assert cells(sheet) == {"A1": 1, "XFD1048576": 2}
    assert sheet.count == 2


def test_a_million_formatted_rows_are_passed_over() -> None:
    rows = ['<row r="1"><c r="A1" s="1"><v>1</v></c><c r="B1" s="1"/></row>']
    rows += [f'<row r="{row}" s="1" customFormat="1"><c r="A{row}" s="1"/></row>' for row in range(2, 400_000)]
    data = xlsx("".join(rows), styles=_FORMATS)
    started = clock.process_time()
    sheet = only_sheet(data)
    assert clock.process_time() - started < 5
    assert (sheet.height, sheet.count) == (1, 1)
    assert sheet.style(1, 2).number_format == "yyyy/m/d"


def test_values_far_apart_in_many_rows_are_refused() -> None:
    rows = "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(1, 2_000))
    with pytest.raises(FileRefused) as refusal:
        read_bytes(xlsx(rows), "宽.xlsx", Limits())
    assert refusal.value.code == "file.too_many_cells"


def test_blank_values_of_rows_that_look_alike() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v></v></c></row><row r="2"><c r="A2"><v></v></c>'
        '<c r="B2"><v>4</v></c></row><row r="3"><c r="A3"><v>5</v></c><c r="B3"><v>6</v></c></row>'
    )
    sheet = only_sheet(xlsx(rows))
    assert cells(sheet) == {"A1": 1, "B2": 4, "A3": 5, "B3": 6}
    assert sheet.count == 4


def test_a_count_that_disagrees_is_not_hidden() -> None:
    # Twice the same cell: the file says three, a grid can hold two.
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="B1"><v>3</v></c></row>'
    sheet = only_sheet(xlsx(rows))
    assert filled(sheet) == 2
    assert sheet.count == 3


def test_entry_names_with_backslashes() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    parts = {name.replace("/", "\\"): content for name, content in xlsx_parts(sheet_xml(rows)).items()}
    assert cells(only_sheet(zipped(parts))) == {"A1": 1}
