"""Reporting periods as forms name them: 2004年度, 2004年上半年, 第3—5月, 截至2004年9月底, 二〇〇四年九月.

The canonical text follows from the first and last day alone, so equal spans are equal periods:
2004, 2004H1, 2004Q3, 2004-09, and 2004-03/2004-05 for any other span of months.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Final, TypeAlias

from pioneer_etl.contract.model import Period
from pioneer_etl.contract.text import CHINESE_NUMERAL, chinese_number, normalise

_Months: TypeAlias = tuple[int, int, int, int]  # first year and month, last year and month
_Build: TypeAlias = Callable[[re.Match[str], int | None], _Months | None]


def make_period(first_year: int, first_month: int, last_year: int, last_month: int) -> Period:
    """The period from the first to the last month; ValueError when it runs backwards or no such month exists."""
    start = date(first_year, first_month, 1)
    end = date(last_year, last_month, _last_day(last_year, last_month))
    if end < start:
        raise ValueError(f"a period cannot run from {start} to {end}")
    return Period(start, end, _text(first_year, first_month, last_year, last_month))


def _last_day(year: int, month: int) -> int:
    """How many days a month has; without `calendar`, which takes longer to import than all of this module."""
    return 31 if month == 12 else (date(year, month + 1, 1) - timedelta(days=1)).day


def _text(first_year: int, first_month: int, last_year: int, last_month: int) -> str:
    if first_year == last_year:
        span = (first_month, last_month)
        if span == (1, 12):
            return f"{first_year:04d}"
        if span in ((1, 6), (7, 12)):
            return f"{first_year:04d}H{1 if first_month == 1 else 2}"
        if first_month % 3 == 1 and last_month == first_month + 2:
            return f"{first_year:04d}Q{last_month // 3}"
        if first_month == last_month:
            return f"{first_year:04d}-{first_month:02d}"
    return f"{first_year:04d}-{first_month:02d}/{last_year:04d}-{last_month:02d}"


_MONTHS: Final = {"year": 12, "half": 6, "quarter": 3, "month": 1}


def fits_type(period: Period, period_type: str) -> bool:
    """Whether a period is as long as a dataset's `period_type` says; any is where that says "none"."""
    months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month + 1
    return period_type == "none" or months == _MONTHS[period_type]


def parse_period(text: str, year: int | None = None) -> Period | None:
    """The period that the whole of `text` names; None when it names none.

    `year` completes texts that leave it out (上半年, 第3—5月).  Nothing is guessed: "2004.1" may be
    January or October, and 本年 names no year.
    """
    clean = _prepare(text).strip("()\"' ")
    for words in dict.fromkeys((clean, _AFTER.sub("", _BEFORE.sub("", clean)))):
        for pattern, build in _forms():
            match = pattern.fullmatch(words)
            if match:
                return _period(build, match, year)
    return None


@lru_cache(maxsize=4096)
def find_period(text: str, year: int | None = None) -> Period | None:
    """The first period mentioned inside a longer text such as a title or a file name; None when there is none.

    Plain numbers count only where they cannot well be an amount: "村情2004.xls" names a year, "共2004人" and the
    document number "〔2004〕15号" do not.  A date on its own names a period only when it ends a month.
    """
    return _find_period(_FOREIGN.sub("□", _prepare(text)), year)


@lru_cache(maxsize=4096)
def _find_period(clean: str, year: int | None) -> Period | None:
    if (_DIGITS if year is None else _HALF_OR_DIGIT).search(clean) is None:
        return None  # most names of sheets: no year is written without digits by now, and only 上半年 without one
    best: tuple[int, int, Period] | None = None
    for pattern, build in _FOUND:
        for match in pattern.finditer(clean):
            key = (match.start(), -match.end())
            if best is not None and key >= best[:2]:
                continue
            period = _period(build, match, year)
            if period is not None:
                best = (*key, period)
    return best[2] if best else None


def _period(build: _Build, match: re.Match[str], year: int | None) -> Period | None:
    months = build(match, year)
    if months is None:
        return None
    try:
        return make_period(*months)
    except ValueError:
        return None


_NUMERALS = re.compile(
    rf"(?<![{CHINESE_NUMERAL}])[{CHINESE_NUMERAL}]+(?=年|月|季|日|号|(?:至|到|-|、)第?[{CHINESE_NUMERAL}\d]+(?:月|季|年))"
)
_DIGITS = re.compile(r"\d\d")
_HALF_OR_DIGIT = re.compile(r"\d|半年")
_BEFORE = re.compile(r"^(?:截至|截止到|截止至|截止|至|到|自|从|报告期|统计期间?|所属期间?|期间?|时间|年度)?:?")
_AFTER = re.compile(r"(?:为止|止|累计|合计|情况|报告期|统计期|报表)+$")


def _prepare(text: str) -> str:
    """Normalised, with Chinese numerals in dates as digits: 二〇〇四年九月 is 2004年9月."""
    clean = normalise(text).replace("元月", "1月")

    def number(match: re.Match[str]) -> str:
        value = chinese_number(match.group(0))
        return match.group(0) if value is None else str(value)

    return _NUMERALS.sub(number, clean)


def _year(text: str | None, default: int | None) -> int | None:
    """A year of four digits, or of two (04 is 2004, 98 is 1998); `default` where none is written."""
    if not text:
        return default
    value = int(text)
    return value if len(text) == 4 else value + (2000 if value < 70 else 1900)


def _whole_year(match: re.Match[str], default: int | None) -> _Months | None:
    year = _year(match["y"], default)
    return None if year is None else (year, 1, year, 12)


def _years(match: re.Match[str], default: int | None) -> _Months | None:
    return int(match["y"]), 1, int(match["z"]), 12


_HALVES: Final = {"上": 1, "前": 1, "1": 1, "下": 2, "后": 2, "2": 2}


def _half(match: re.Match[str], default: int | None) -> _Months | None:
    year, half = _year(match["y"], default), _HALVES[match["h"]]
    return None if year is None else (year, 6 * half - 5, year, 6 * half)


def _quarter(match: re.Match[str], default: int | None) -> _Months | None:
    year, groups = _year(match["y"], default), match.groupdict()
    last = int(match["q"])
    first = 1 if groups.get("from1") else int(groups.get("p") or last)
    if year is None or not 1 <= first <= last <= 4:
        return None
    return year, 3 * first - 2, year, 3 * last


def _month(match: re.Match[str], default: int | None) -> _Months | None:
    year, month = _year(match["y"], default), int(match["m"])
    return None if year is None else (year, month, year, month)


def _months(match: re.Match[str], default: int | None) -> _Months | None:
    year = _year(match["y"], default)
    last_year = _year(match.groupdict().get("z"), year)
    if year is None or last_year is None:
        return None
    return year, int(match["m"]), last_year, int(match["n"])


def _month_end(match: re.Match[str], default: int | None) -> _Months | None:
    """A date that ends its month stands for the month, any date after 截至 too."""
    year, month, day = _year(match["y"], default), int(match["m"]), int(match["d"])
    if year is None or not 1 <= month <= 12:
        return None
    last = _last_day(year, month)
    if day == last or (match["asof"] and 1 <= day <= last):
        return year, month, year, month
    return None


_Y = r"(?P<y>(?:19|20)\d\d)"
_Y2 = r"(?P<y>(?:19|20)\d\d|\d\d)"
_M = r"(?P<m>1[0-2]|0?[1-9])"
_N = r"(?P<n>1[0-2]|0?[1-9])"
_TO = r"(?:-|至|到|、|~)"
_ASOF = r"(?P<asof>截[至止][到至]?:?)?"
_END = r"(?:底|末|份|度|止)?"

# One form a line, the ones that say more before those that say less.  `{y}` is a year of four or
# two digits with 年; a year may be left out where the line says `?`.
_WORDED: Final[tuple[tuple[str, _Build], ...]] = (
    (rf"{_ASOF}{_Y2}年{_M}月(?P<d>\d\d?)[日号]", _month_end),
    (rf"{_ASOF}{_Y}([-./]){_M}\3(?P<d>\d\d?)", _month_end),
    (rf"{_Y2}年(?:第)?{_M}月?{_TO}(?:(?P<z>(?:19|20)\d\d|\d\d)年)?(?:第)?{_N}月{_END}", _months),
    (rf"{_Y2}年度?(?:第)?(?P<p>[1-4])季?度?{_TO}(?:第)?(?P<q>[1-4])季度?", _quarter),
    (rf"{_Y2}年度?(?P<from1>前)(?P<q>[1-4])个?季度?", _quarter),
    (rf"{_Y2}年?度?(?:第)?(?P<q>[1-4])季度?", _quarter),
    (rf"{_Y}年?-?q(?P<q>[1-4])", _quarter),
    (rf"{_Y}年?-?h(?P<h>[12])", _half),
    (rf"{_Y2}年度?(?P<h>[上下前后])半年度?", _half),
    (rf"{_Y}年?度?(?P<h>[上下])半年度?", _half),
    (rf"{_Y2}年(?:第)?{_M}月{_END}", _month),
    (rf"{_Y}年?{_TO}(?P<z>(?:19|20)\d\d)年度?", _years),
    (rf"{_Y}年?(?:全年|年底|年末|底|末|年报)", _whole_year),
    (rf"{_Y}年度?(?:全年)?", _whole_year),
)
_NUMERIC: Final[tuple[tuple[str, _Build], ...]] = (
    (rf"{_Y}[-./]?(?P<m>0[1-9]|1[0-2])/(?P<z>(?:19|20)\d\d)[-./]?(?P<n>0[1-9]|1[0-2])", _months),
    (rf"{_Y}[.]{_M}-(?P<z>(?:19|20)\d\d)[.]{_N}", _months),
    (rf"{_Y}(?P<asof>)(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)", _month_end),
    (rf"{_Y}[-./]?(?P<m>0[1-9]|1[0-2])", _month),
    (rf"{_Y}[./](?P<m>[2-9])", _month),  # 2004.1 may be October typed as a number
    (rf"{_Y}[-/](?P<m>1)", _month),
)
_YEARLESS: Final[tuple[tuple[str, _Build], ...]] = (
    (rf"(?P<y>)(?:第)?{_M}月?{_TO}(?:第)?{_N}月{_END}", _months),
    (r"(?P<y>)(?:第)?(?P<p>[1-4])季?度?(?:-|至|到)(?:第)?(?P<q>[1-4])季度?", _quarter),
    (r"(?P<y>)(?P<from1>前)(?P<q>[1-4])个?季度?", _quarter),
    (r"(?P<y>)(?:第)?(?P<q>[1-4])季度?", _quarter),
    (r"(?P<y>)(?P<h>[上下])半年度?", _half),
    (rf"(?P<y>)(?:第)?{_M}月{_END}", _month),
)
_SHORT_YEAR: Final = (r"(?P<y>\d\d)年度?", _whole_year)
_BARE_YEAR: Final = (_Y, _whole_year)


@cache
def _forms() -> tuple[tuple[re.Pattern[str], _Build], ...]:
    """Every form as the whole of a text; compiled when first asked, which reading a file seldom does."""
    forms = (*_WORDED, *_NUMERIC, *_YEARLESS, _SHORT_YEAR, _BARE_YEAR)
    return tuple((re.compile(pattern), build) for pattern, build in forms)


# Inside other words a number must stand on its own, a bare year must not count something, and a
# short year needs its 年度 or a leading zero.
_ALONE = r"(?<![\d.])(?:{})(?![\d])"
_COUNTED = r"(?!\.?\d|[人户个名元万亿亩项次家所村号%年月])"
_AMOUNT = r"(?!\d|\.\d|[人户个名元万亿亩])"
_FOUND: Final = (
    *((re.compile(_ALONE.format(pattern)), build) for pattern, build in _WORDED),
    *((re.compile(rf"(?<![\d.a-z])(?:{pattern}){_AMOUNT}"), build) for pattern, build in _NUMERIC),
    *((re.compile(rf"(?<![\d年.])(?:{pattern})"), build) for pattern, build in _YEARLESS),
    (re.compile(r"(?<![\d第近])(?P<y>0\d)年度?(?!来|前|后|间|以)"), _whole_year),
    (re.compile(r"(?<![\d第近])(?P<y>\d\d)年度"), _whole_year),
    (re.compile(rf"(?<![\d.a-z])(?<!\()(?:{_Y}){_COUNTED}"), _whole_year),
    (re.compile(rf"(?<=\()(?:{_Y})(?=\))(?!\)第?\d+号)"), _whole_year),
)
# Characters that none of these has: titles that differ in the names of villages alone are one and the same then.
_KNOWN: Final = "".join(sorted({each for pattern, _ in _FOUND for each in pattern.pattern if "一" <= each <= "鿿"}))
_FOREIGN: Final = re.compile(rf"(?:(?![{_KNOWN}])[一-鿿])+")
