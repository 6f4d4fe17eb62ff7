"""What a reader of native code says about its own failure is not passed on unread."""

from __future__ import annotations

import pytest

from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.workbook.plain import refusal

from .files import cells, only_sheet, xlsx


class PanicException(BaseException):
    """As pyo3 raises it: no Exception."""


def test_a_panic_is_a_damaged_file_and_quotes_nobody() -> None:
    found = refusal(PanicException("at 王小明 33032719660101123X, cell 12"), Location("x.xls"))
    assert isinstance(found, FileRefused)
    assert found.code == "file.damaged"
    assert found.arguments["detail"] == "at … …, cell 12"


def test_an_interrupt_stays_one() -> None:
    interrupt = KeyboardInterrupt()
    assert refusal(interrupt, Location("x.xls")) is interrupt
    memory = MemoryError()
    assert refusal(memory, Location("x.xls")) is memory


def test_a_panic_in_a_sheet_leaves_its_xml_to_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def panic(_: object) -> None:
        raise PanicException("index out of bounds")

    monkeypatch.setattr("python_calamine.load_workbook", panic)
    sheet = only_sheet(xlsx('<row r="1"><c r="A1"><v>12</v></c></row>'))
    assert cells(sheet) == {"A1": 12}
    assert sheet.count == 1
