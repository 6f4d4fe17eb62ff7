"""Dates and months in every form that people write: 1966.05, 66年5月, 19660512, 二〇〇四年九月, real dates.

A number 1966.1 is October where its number format shows two decimals, and ambiguous otherwise: typed
into a spreadsheet, 1966.10 loses its zero.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from pioneer_etl.contract.model import Field, FieldType, Period
from pioneer_etl.contract.text import CHINESE_NUMERAL, chinese_number, normalise
from pioneer_etl.transform.formats import format_facts
from pioneer_etl.transform.model import FieldValue, ValueState
from pioneer_etl.transform.reading import SURE, Doubt, Reading, converted, mark, shown, unreadable
from pioneer_etl.workbook.model import Scalar


@dataclass(frozen=True, slots=True)
class DateText:
    """What a text says of a date; None for a part that it leaves out.  `short` tells a two-digit year.

    `tenth` tells the ambiguous spelling 1966.1, which is January or a shortened October.
    """

    year: int | None
    month: int | None = None
    day: int | None = None
    short: bool = False
    tenth: bool = False


FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100
_PIVOT: Final = 2030  # the last year that two digits mean where no period tells

_IN_NUMERALS = frozenset(CHINESE_NUMERAL)
_NUMERALS = re.compile(rf"[{CHINESE_NUMERAL}]+(?=[年月日号]|$)")
_AFTER_WORDS = re.compile(r"(?:\(\d{1,3}(?:周?岁)?\)|出?生|份|许|左右|\.)+$")
_FORMS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<y>\d{4}|\d{2})年(?:(?P<m>\d{1,2})月?(?:(?P<d>\d{1,2})[日号]?)?)?",
        r"(?P<y>\d{4})(?P<sep>[-./、,])(?P<m>\d{1,2})(?:(?P=sep)(?P<d>\d{1,2}))?(?: 00:00(?::00)?)?",
        r"(?P<y>\d{2})(?P<sep>[-./])(?P<m>\d{1,2})(?:(?P=sep)(?P<d>\d{1,2}))?",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})?",
        r"(?P<y>\d{4})",
        r"(?P<y>)(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})[日号]?)?",
    )
)
_SIX = re.compile(r"(\d{2})(\d{2})(\d{2})")
_YEAR_AND_MONTH = re.compile(r"\d{4}[.．](\d{1,2})")
_TENTH = re.compile(r"\d{4}\.1")


@lru_cache(maxsize=65536)
def date_text(text: str) -> DateText | None:
    """What a whole text says of a date; None when it says none, or a day that does not exist."""
    clean = _AFTER_WORDS.sub("", normalise(text))
    if not _IN_NUMERALS.isdisjoint(clean):
        clean = _NUMERALS.sub(_digits, clean)
    for pattern in _FORMS:
        match = pattern.fullmatch(clean)
        if match:
            read = _read(match)
            if read is not None:
                tenth = _TENTH.fullmatch(clean) is not None
                return DateText(read.year, read.month, read.day, read.short, tenth)
    six = _SIX.fullmatch(clean)
    if six:
        year, month, day = (int(part) for part in six.groups())
        if _exists(2000 if year == 0 else 1900 + year, month, day):
            return DateText(year, month, day, short=True)
    return None


def _digits(match: re.Match[str]) -> str:
    number = chinese_number(match.group(0))
    return match.group(0) if number is None else str(number)


def _read(match: re.Match[str]) -> DateText | None:
    groups = match.groupdict()
    year = int(groups["y"]) if groups["y"] else None
    month = int(groups["m"]) if groups.get("m") else None
    day = int(groups["d"]) if groups.get("d") else None
    short = len(groups["y"] or "") == 2
    if year is not None and not short and not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if not _exists(2000 if year is None or short else year, month, day):
        return None
    if short and groups.get("sep") and day is None and year is not None and year <= 12:
        return None  # 9.12 may be a day of September
    return DateText(year, month, day, short)


def _exists(year: int, month: int | None, day: int | None) -> bool:
    try:
        date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return False
    return True


class DateReader:
    """Reads the cells of one column of dates or months.

    `period` tells the century of a two-digit year (never after its end) and the year of a day without
    one.  `two_digit_months` says that the column's texts write 1966.05, so that 1966.1 is doubtful.
    """

    __slots__ = ("month", "period", "two_digit_months")

    def __init__(self, field: Field, period: Period | None = None, two_digit_months: bool = False) -> None:
        self.month = field.type is FieldType.MONTH
        self.period = period
        self.two_digit_months = two_digit_months

    def read(self, raw: Scalar, number_format: str = "General") -> Reading:
        """The date in a cell that is not blank, not an error and not 同上."""
        if isinstance(raw, datetime):
            return self._date(raw.date(), shown(raw))
        if isinstance(raw, date):
            return self._date(raw, raw.isoformat())
        text = shown(raw)
        if isinstance(raw, bool) or not isinstance(raw, str | int | float):
            return unreadable(text, "value.not_a_date")
        if isinstance(raw, str):
            state = mark(raw)
            if state is not None:
                return FieldValue(None, state, text=raw), SURE
        read = date_text(text)
        if read is None or (read.short and isinstance(raw, float)):
            return self._unread(raw, text)
        if read.tenth:
            decided = self._tenth(raw, number_format)
            if decided is None:
                return unreadable(text, "value.month_unsure", proposal=f"{read.year}-01 / {read.year}-10")
            read = DateText(read.year, decided)
        return self._parts(read, text)

    def _tenth(self, raw: Scalar, number_format: str) -> int | None:
        """The month that 1966.1 means: as typed for a text, by its format for a number, or None."""
        if isinstance(raw, str):
            return None if self.two_digit_months else 1
        return 10 if format_facts(number_format).decimals == 2 else None

    def _unread(self, raw: Scalar, text: str) -> Reading:
        if isinstance(raw, int | float) and 3654 <= raw <= 73050:  # 1910 to 2099 as a bare serial number
            day = date.fromordinal(date(1899, 12, 30).toordinal() + int(raw))
            return unreadable(text, "value.date_serial", proposal=day.isoformat())
        return unreadable(text, "value.not_a_date")

    def _parts(self, read: DateText, text: str) -> Reading:
        """A date from its parts; the century and a missing year come from the period."""
        year, how = read.year, None
        if year is None:
            year = self.period.year if self.period and self.period.start.year == self.period.year else None
            if year is None:
                return unreadable(text, "value.partial_date")
            how = f"按报告期补年份 {year}"
        elif read.short:
            last = self.period.year if self.period else _PIVOT
            year += 2000 if 2000 + year <= last else 1900
            how = f"年份补全为 {year}"
        if read.month is None:
            return unreadable(text, "value.partial_date")
        if read.day is None and not self.month:
            doubt = Doubt("value.day_missing", {"found": text})
            return FieldValue(
                date(year, read.month, 1), ValueState.VALUE, text=text, conversion=converted(how, "只到月，记为 1 日")
            ), (doubt,)
        if not _exists(year, read.month, read.day):
            return unreadable(text, "value.not_a_date")
        return self._date(date(year, read.month, read.day or 1), text, how)

    def _date(self, day: date, text: str, how: str | None = None) -> Reading:
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            return unreadable(text, "value.not_a_date")
        if self.month and day.day != 1:
            day, how = day.replace(day=1), converted(how, "只取年月")
        return FieldValue(day, ValueState.VALUE, None, text, None, how), SURE


def writes_two_digit_months(texts: list[str]) -> bool:
    """True when the texts of a column write months as 05 and 11, never as 5."""
    months = [match.group(1) for text in texts if (match := _YEAR_AND_MONTH.fullmatch(text.strip()))]
    padded = sum(month.startswith("0") for month in months)
    return padded > 0 and not any(len(month) == 1 and month != "1" for month in months)
