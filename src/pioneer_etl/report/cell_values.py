"""Texts and figures as a cell of a workbook takes them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def put_text(cell: Cell, text: str) -> None:
    """A text that stays one: `=cmd|…`, `+1` or `@x` never becomes a formula, not even when edited."""
    clean = writable(text)
    cell.value = clean
    cell.data_type = "s"
    if clean[:1] in ("=", "+", "-", "@", "\t", "\r"):
        cell.quotePrefix = True


def writable(text: str) -> str:
    """A text as a workbook can hold it: control characters replaced, and no longer than a cell."""
    return _NOT_IN_XML.sub("\ufffd", text)[:32767]


def put_figure(cell: Cell, value: object, number_format: str) -> None:
    """A figure as a number of the sheet; a text as text."""
    if isinstance(value, str):
        put_text(cell, value)
        return
    cell.value = float(value) if isinstance(value, Decimal) and value != value.to_integral_value() else _whole(value)
    cell.number_format = "yyyy-mm-dd" if isinstance(value, date) else number_format


def _whole(value: object) -> Any:
    if isinstance(value, Decimal):
        value = int(value)
    # Beyond 15 digits a spreadsheet would change the number in silence.
    return str(value) if isinstance(value, int) and abs(value) >= 10**15 else value
