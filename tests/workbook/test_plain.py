"""What a reader of native code says about its own failure is not passed on unread."""

from __future__ import annotations

from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.workbook.plain import refusal


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
