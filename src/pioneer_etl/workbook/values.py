"""Cell values: numbers, dates and texts as every format of spreadsheet means them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pioneer_etl.workbook.model import Row, Scalar

EXACT = 2.0**53  # beyond it a float no longer holds every integer
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE_LETTER = re.compile(r"[ymdhse]|上午|下午", re.IGNORECASE)
_CLOCK_LETTER = re.compile(r"[hs]|\[m+\]|am/pm|上午|下午", re.IGNORECASE)


class DateKind:
    """What a number format makes of a number."""

    NONE = 0
    DAY = 1  # shows a date, no clock
    CLOCK = 2  # shows hours or seconds
    ELAPSED = 3  # shows a duration, [h]:mm


@lru_cache(maxsize=4096)
def date_kind(number_format: str) -> int:
    """Which `DateKind` a number format is.  Only its first section is looked at, as Excel does."""
    bare = _QUOTED.sub("", number_format.split(";")[0])
    if _ELAPSED.search(bare):
        return DateKind.ELAPSED
    if bare.lower().startswith("general") or not _DATE_LETTER.search(bare):
        return DateKind.NONE
    if re.search(r"[0#?]", re.sub(r"(?i)s+\.0+", "", bare)):
        return DateKind.NONE  # 0.00E+00 has an E; a date format has no digit places
    return DateKind.CLOCK if _CLOCK_LETTER.search(bare) else DateKind.DAY


def number(value: float) -> int | float | str:
    """An int where the float is a whole number, as a person would have typed it.

    Whole floats beyond 2**53 become the shortest decimal that means them: an ID typed as a number
    comes back as 330327196001011000, not as its nearest multiple of 64.  What is not finite is text.
    """
    if not math.isfinite(value):
        return str(value)
    if value.is_integer():
        return int(value) if -EXACT < value < EXACT else int(Decimal(repr(value)))
    return value


def number_of(text: str) -> int | float | str:
    """The number that a decimal text means; all digits of an integer are kept; no number: the text."""
    try:
        value = float(text)
    except ValueError:
        return text
    if not math.isfinite(value):
        return text
    if value.is_integer() and not -EXACT < value < EXACT and abs(value) < 1e30:
        return int(Decimal(text.strip()))
    return number(value)


def from_serial(serial: float, number_format: str, date_1904: bool) -> Scalar:
    """What a date-formatted number means; the number itself where it can be no date.

    Zero and negative serials stay numbers (Excel shows 1900-01-00 or ####), and so does a fraction
    of a day under a format that shows no clock.
    """
    kind = date_kind(number_format)
    if kind == DateKind.NONE:
        return number(serial)
    if kind == DateKind.ELAPSED:
        return timedelta(milliseconds=round(serial * 86_400_000))
    if serial < 0 or (serial == 0 and kind == DateKind.DAY):
        return number(serial)
    if serial < 1 and not date_1904:
        if kind == DateKind.DAY:
            return number(serial)
        return (
            (datetime.min + timedelta(seconds=round(serial * 86_400))).time() if serial < 0.999995 else number(serial)
        )
    start = datetime(1904, 1, 1) if date_1904 else datetime(1899, 12, 31) if serial < 60 else datetime(1899, 12, 30)
    try:
        moment = start + timedelta(milliseconds=round(serial * 86_400_000))
    except OverflowError:
        return number(serial)
    if moment.year > 9999:
        return number(serial)
    return moment.date() if moment.time() == time(0, 0) else moment


def from_iso(text: str) -> Scalar:
    """An ISO 8601 date, time or both; the text itself where it is none."""
    for read in (date.fromisoformat, datetime.fromisoformat, time.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def trimmed(grid: Iterable[list[Any]]) -> tuple[Row, ...]:
    """A grid as a sheet keeps it: without the empty cells at the end of rows, and the empty rows at its end."""
    rows: list[Row] = []
    for cells in grid:
        end = len(cells)
        while end and cells[end - 1] is None:
            end -= 1
        rows.append(tuple(cells) if end == len(cells) else tuple(cells[:end]))
    while rows and not rows[-1]:
        rows.pop()
    return tuple(rows)
