"""What an .xls holds arrives as it was meant, and formulas that nothing calculated are told apart."""

from __future__ import annotations

import io
import struct
from datetime import date, datetime, time
from typing import Any

import pytest
import xlwt

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.errors import FileRefused
from pioneer_etl.workbook.model import CellError, NoResult, Visibility
from pioneer_etl.workbook.read import read_bytes

from .files import biff_record, cells, compound, only_sheet, read


def saved(book: Any) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def one_sheet() -> tuple[Any, Any]:
    book = xlwt.Workbook(encoding="utf-8")
    return book, book.add_sheet("表1")


def test_every_kind_of_value() -> None:
    book, sheet = one_sheet()
    for column, value in enumerate(["村名", 12, 3.5, True, -7, "  ", 330327196001011000.0]):
        sheet.write(0, column, value)
    for column, (value, shown) in enumerate(
        [
            (date(2004, 9, 1), "yyyy-mm-dd"),
            (datetime(2004, 9, 1, 8, 30), "yyyy-mm-dd hh:mm"),
            (time(8, 30), "hh:mm"),
            (0.42, "0%"),
            (0, "yyyy-mm-dd"),
        ]
    ):
        sheet.write(1, column, value, xlwt.easyxf(num_format_str=shown))
    sheet.row(2).set_cell_error(1, "#REF!")
    found = only_sheet(saved(book), "样表.xls")
    assert cells(found) == {
        "A1": "村名",
        "B1": 12,
        "C1": 3.5,
        "D1": True,
        "E1": -7,
        "G1": 330327196001011000,
        "A2": date(2004, 9, 1),
        "B2": datetime(2004, 9, 1, 8, 30),
        "C2": time(8, 30),
        "D2": 0.42,
        "E2": 0,
        "B3": CellError("#REF!"),
    }
    assert type(found.at(1, 2)) is int
    assert found.style(2, 4).number_format == "0%"
    assert found.count == 12


def test_dates_counted_from_1904() -> None:
    book, sheet = one_sheet()
    book.dates_1904 = True
    sheet.write(0, 0, 36769, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    found = read(saved(book), "样表.xls")
    assert found.date_1904
    assert found.sheets[0].at(1, 1) == date(2004, 9, 1)


def test_formulas_that_a_program_wrote_and_nothing_calculated() -> None:
    book, sheet = one_sheet()
    sheet.write(0, 0, 1)
    sheet.write(0, 1, xlwt.Formula("SUM(A1:A1)+2"))
    found = only_sheet(saved(book), "样表.xls")
    assert found.at(1, 2) == NoResult("=SUM(A1:A1)+2")
    assert found.formulas == {Position(1, 2): "=SUM(A1:A1)+2"}
    assert found.count == 2


def formula_record(row: int, result: bytes, flags: int) -> bytes:
    tokens = bytes([0x1E, 1, 0])  # the number 1
    body = struct.pack("<3H", row, 0, 15) + result + struct.pack("<HIH", flags, 0, len(tokens)) + tokens
    return biff_record(0x0006, body)


def xls_with(records: bytes, *, recalculated: bool) -> bytes:
    """The smallest .xls that both readers accept, with these records on its sheet."""
    begin = biff_record(0x0809, struct.pack("<4H2I", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    begin += biff_record(0x0042, struct.pack("<H", 1200))
    begin += b"".join(
        biff_record(0x0031, struct.pack("<5H4BBB", 220, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, 1, 0) + b"A") for _ in range(5)
    )
    begin += b"".join(biff_record(0x00E0, bytes(20)) for _ in range(16))
    if recalculated:
        begin += biff_record(0x01C1, struct.pack("<HHI", 0x01C1, 0, 125725))
    name = "表1".encode("utf-16-le")
    place = len(begin) + 4 + 8 + len(name) + 4
    begin += biff_record(0x0085, struct.pack("<IBBBB", place, 0, 0, 2, 1) + name) + biff_record(0x000A, b"")
    sheet = biff_record(0x0809, struct.pack("<4H2I", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    return compound({"Workbook": begin + sheet + records + biff_record(0x000A, b"")})


EMPTY_TEXT = b"\x03\0\0\0\0\0\xff\xff"


@pytest.mark.parametrize(
    ("result", "flags", "recalculated", "expected"),
    [
        (struct.pack("<d", 0.0), 0, True, 0),  # Excel calculated it, and it is nothing
        (struct.pack("<d", 0.0), 2, True, NoResult("=1")),  # to be calculated on load
        (struct.pack("<d", 7.0), 2, True, 7),
        (EMPTY_TEXT, 0, True, None),  # an empty text is a result
        (EMPTY_TEXT, 0, False, NoResult("=1")),  # no spreadsheet program ever saw the file
        (struct.pack("<d", 0.0), 0, False, NoResult("=1")),
    ],
)
def test_whether_a_formula_has_a_result(result: bytes, flags: int, recalculated: bool, expected: object) -> None:
    found = only_sheet(xls_with(formula_record(0, result, flags), recalculated=recalculated), "样表.xls")
    assert found.at(1, 1) == expected
    assert found.count == (expected is not None)


def test_merges_styles_and_hidden_parts() -> None:
    book, sheet = one_sheet()
    style = xlwt.easyxf(
        "font: bold on; align: horiz center, indent 1; borders: top thin; pattern: pattern solid, fore_colour yellow"
    )
    sheet.write_merge(0, 1, 0, 2, "标题", style)
    sheet.write(3, 1, "", style)
    sheet.row(4).hidden = True
    sheet.write(4, 0, 1)
    sheet.col(2).hidden = True
    hidden = book.add_sheet("隐藏")
    hidden.visibility = 1
    first, second = read(saved(book), "样表.xls").sheets
    assert first.merges == (Range(1, 1, 2, 3),)
    assert first.has_styles
    look = first.style(1, 1)
    assert (look.bold, look.filled, look.horizontal, look.indent, look.border_top) == (True, True, "center", 1, True)
    assert first.style(4, 2).filled
    assert 5 in first.hidden_rows
    assert first.hidden_columns == {3}
    assert second.visibility is Visibility.HIDDEN


def test_an_old_stream_without_a_container() -> None:
    """BIFF2, as some exporters still write: a sheet without a workbook around it."""
    stream = biff_record(0x0009, struct.pack("<2H", 2, 0x10))
    stream += biff_record(0x0003, struct.pack("<2H3B", 0, 0, 0, 0, 0) + struct.pack("<d", 12.0))
    stream += biff_record(0x000A, b"")
    book = read(stream, "老表.xls")
    assert cells(book.sheets[0]) == {"A1": 12}
    assert book.sheets[0].count is None
    assert "loss.count" in book.losses


def test_a_password_on_opening() -> None:
    begin = biff_record(0x0809, struct.pack("<4H2I", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    data = compound({"Workbook": begin + biff_record(0x002F, bytes(54)) + biff_record(0x000A, b"")})
    with pytest.raises(FileRefused) as refusal:
        read_bytes(data, "密.xls")
    assert refusal.value.code == "file.encrypted"
