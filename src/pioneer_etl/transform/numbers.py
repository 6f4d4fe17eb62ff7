"""Numbers as people write them: separators, full width, a unit inside, 约 and 余, Chinese numerals.

`number_text` reads a text; `NumberReader` reads the cells of one column in the field's own unit.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

from pioneer_etl.contract.model import Field, FieldType
from pioneer_etl.contract.text import CHINESE_NUMERAL, chinese_number, normalise
from pioneer_etl.contract.units import UNITS, conversion, parse_unit, unit_kind
from pioneer_etl.transform.formats import FormatFacts, format_facts
from pioneer_etl.transform.model import FieldValue, ValueState
from pioneer_etl.transform.reading import SURE, Doubt, Reading, converted, mark, shown, unreadable
from pioneer_etl.workbook.model import Scalar


@dataclass(frozen=True, slots=True)
class NumberText:
    """A number read from a text.

    `unit` is the unit written beside it.  `absolute` tells that 万 or 亿 stood there without a unit, so
    the number counts in the smallest unit (元, 人) and not in the column's.  `decimals` may be negative:
    3.2万 is exact to the thousand.
    """

    number: Decimal
    decimals: int
    unit: str | None = None
    absolute: bool = False
    approximate: bool = False
    chinese: bool = False


_SCALES: Final = {"百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8}
_ABOUT = r"(?P<before>大约为?|约为?|将近|接近|近|超过|超|逾|不足|不到|至少)?"
_MORE = r"(?P<{}>余|多|来|几)?"
_DIGITS = (
    r"(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.\d+)?"
    r"|[+-]?\.\d+|[+-]?\d(?:\.\d+)?e[+-]?\d{1,2})"
)
_TAIL = (
    _MORE.format("more")
    + r"(?P<scale>十万|百万|千万|百|千|万|亿)?"
    + _MORE.format("more2")
    + r"(?P<unit>[^\d.,+]*?)(?P<after>左右|上下|以上|多|余)?"
)
_ARABIC = re.compile(rf"{_ABOUT}(?P<yuan>¥|rmb|人民币)?{_DIGITS}{_TAIL}")
_CHINESE = re.compile(rf"{_ABOUT}(?P<number>[{CHINESE_NUMERAL}]+(?:点[{CHINESE_NUMERAL}]+)?){_TAIL}")
_ACCOUNTING = re.compile(r"\(((?:\d{1,3}(?:,\d{3})+|\d+)\.\d{2}|\d{1,3}(?:,\d{3})+)\)")
_ORDINARY_DIGITS: Final = frozenset("0123456789０１２３４５６７８９" + CHINESE_NUMERAL)
_PLAIN = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,12})?")


@lru_cache(maxsize=65536)
def number_text(text: str) -> NumberText | None:
    """The number that a whole text says; None when it says none, or more than one."""
    plain = _PLAIN.fullmatch(text)
    if plain:
        return NumberText(Decimal(text), len(text.partition(".")[2]))
    if any(each not in _ORDINARY_DIGITS and _is_numeral(each) for each in text):
        return None  # ① and ² would become digits below
    clean = normalise(text)
    accounting = _ACCOUNTING.fullmatch(clean)
    if accounting:
        digits = accounting.group(1).replace(",", "")
        return NumberText(-Decimal(digits), len(digits.partition(".")[2]))
    match = _ARABIC.fullmatch(clean)
    if match:
        digits = match["number"].replace(",", "").replace(" ", "")
        number = Decimal(digits)
        exponent = number.as_tuple().exponent
        assert isinstance(exponent, int)
        read = _finished(match, number, max(0, -exponent), chinese=False)
        return replace(read, unit="元", absolute=False) if read and match["yuan"] and read.unit is None else read
    match = _CHINESE.fullmatch(clean)
    if match:
        return _chinese(match)
    return None


def _is_numeral(character: str) -> bool:
    return unicodedata.numeric(character, None) is not None and unicodedata.category(character) in ("No", "Nl")


def _chinese(match: re.Match[str]) -> NumberText | None:
    whole, _, tail = match["number"].partition("点")
    scaled = whole.rstrip("万亿") if not tail else whole
    value = chinese_number(whole)
    if value is None:
        return None
    number, decimals = Decimal(value), 0
    if tail:
        after = chinese_number(tail)
        if after is None or len(str(after)) > len(tail) or any(each in "十百千万亿" for each in tail):
            return None
        decimals = len(tail)
        number += Decimal(after).scaleb(-decimals)
    read = _finished(match, number, decimals, chinese=True)
    if read and scaled != whole and read.unit is None:
        return NumberText(number, decimals, None, True, read.approximate, True)
    return read


def _finished(match: re.Match[str], number: Decimal, decimals: int, *, chinese: bool) -> NumberText | None:
    """The number with what stands behind it: a scale, a unit, words that make it approximate."""
    scale, word = match["scale"] or "", match["unit"]
    approximate = any(match[name] for name in ("before", "more", "more2", "after"))
    unit = parse_unit(scale + word) if word else None
    if unit is not None and scale:
        return NumberText(number, decimals, unit, False, approximate, chinese)
    if word:
        unit = "个" if word == "个" else parse_unit(word)
        if unit is None:
            return None
    if scale:
        shift = _SCALES[scale]
        return NumberText(number.scaleb(shift), decimals - shift, unit, unit is None, approximate, chinese)
    return NumberText(number, decimals, unit, False, approximate, chinese)


_WHOLE: Final = Decimal(1)
_BASE: Final = {unit.kind: unit.name for unit in reversed(UNITS) if unit.factor == 1}


class NumberReader:
    """Reads the cells of one column of numbers.

    `unit` is the unit in force for the column (None: the field's own).  For percent fields
    `basis` says what a bare number means: "fraction" (0.42), "percent" (42), or "unsure".
    """

    __slots__ = ("basis", "factor", "integer", "kind", "percent", "places", "plain", "quantum", "target", "unit")

    def __init__(self, field: Field, unit: str | None = None, basis: str = "fraction") -> None:
        self.percent = field.type is FieldType.PERCENT
        self.integer = field.type is FieldType.INTEGER
        self.target = "1" if self.percent else field.unit
        self.unit = None if self.percent else unit or field.unit
        self.kind = "fraction" if self.percent else unit_kind(field.unit) if field.unit else None
        self.factor = conversion(self.unit, self.target) if self.unit and self.target else Decimal(1)
        self.basis = basis
        self.places = field.places if field.places is not None else 6 if self.percent else 4
        self.quantum = Decimal(1).scaleb(-self.places)
        self.plain = self.factor == 1 and not self.percent and not self.integer  # numbers are taken as they stand

    def read(self, raw: Scalar, number_format: str = "General") -> Reading:
        """The number in a cell that is not blank, not an error and not 同上."""
        if isinstance(raw, bool):
            return unreadable(shown(raw), "value.not_a_number")
        if isinstance(raw, int):
            if self.factor == _WHOLE and not self.percent and number_format == "General":
                state = ValueState.VALUE if raw else ValueState.ZERO
                return FieldValue(raw if self.integer else Decimal(raw), state, None, str(raw), 0), SURE
            return self._numeric(Decimal(raw), str(raw), format_facts(number_format))
        if isinstance(raw, float):
            text = shown(raw)
            if self.plain and number_format == "General" and _PLAIN.fullmatch(text):
                digits = len(text.partition(".")[2])
                if digits <= self.places:
                    state = ValueState.VALUE if raw else ValueState.ZERO
                    return FieldValue(Decimal(text), state, None, text, digits), SURE
            if raw != raw or raw in (float("inf"), float("-inf")):
                return unreadable(text, "value.not_a_number")
            return self._numeric(Decimal(text), text, format_facts(number_format))
        if isinstance(raw, str):
            if _PLAIN.fullmatch(raw):
                return self._in_unit(Decimal(raw), len(raw.partition(".")[2]), raw, None, None, SURE)
            return self._text(raw)
        return unreadable(shown(raw), "value.not_a_number")

    def _numeric(self, number: Decimal, text: str, facts: FormatFacts) -> Reading:
        """A number that the spreadsheet holds as a number; its format may say more than the header."""
        if facts.is_date:
            return unreadable(text, "value.not_a_number")
        exponent = number.as_tuple().exponent
        assert isinstance(exponent, int)
        decimals = facts.decimals if facts.decimals is not None else max(0, -exponent)
        if facts.scale != 1:
            return unreadable(text, "value.scaled_format", proposal=str(number / facts.scale))
        if self.percent and facts.percent:
            return self._done(number, decimals, text, None, SURE)
        if facts.percent:
            return unreadable(text, "value.percent_in_numbers", proposal=f"{number * 100:f}%")
        return self._in_unit(number, decimals, text, facts.unit, None, SURE)

    def _text(self, raw: str) -> Reading:
        read = number_text(raw)
        if read is None:
            state = mark(raw)
            if state is not None:
                return FieldValue(None, state, text=raw), SURE
            return unreadable(raw, "value.not_a_number")
        doubts = (Doubt("value.approximate", {"found": raw}),) if read.approximate else SURE
        how = converted("约数" if read.approximate else None, "汉字数字" if read.chinese else None)
        unit = read.unit
        if read.absolute and self.kind in _BASE:
            unit = _BASE[self.kind]
        return self._in_unit(read.number, read.decimals, raw, unit, how, doubts)

    def _in_unit(
        self, number: Decimal, decimals: int, text: str, unit: str | None, how: str | None, doubts: tuple[Doubt, ...]
    ) -> Reading:
        """The number brought from the unit that the cell itself names, or else the column's."""
        if self.percent:
            return self._as_percent(number, decimals, text, unit, how, doubts)
        source = unit or self.unit
        factor = self.factor
        if unit is not None and unit != self.unit:
            if self.target is None or (unit == "个" and self.kind in ("people", "households", "count", "events")):
                source, factor = self.unit, self.factor
                if self.target is None and unit_kind(unit) in ("money", "area", "fraction"):
                    return unreadable(text, "value.unit_mismatch", unit=unit, expected="无单位")
            else:
                factor = conversion(unit, self.target)
        if factor is None:
            return unreadable(text, "value.unit_mismatch", unit=source or "", expected=self.target or "")
        if factor != 1:
            number *= factor
            decimals -= factor.adjusted()
            how = converted(how, f"{source}→{self.target} ×{factor:f}")
        return self._done(number, decimals, text, how, doubts)

    def _as_percent(
        self, number: Decimal, decimals: int, text: str, unit: str | None, how: str | None, doubts: tuple[Doubt, ...]
    ) -> Reading:
        """A rate: "42%" says itself what it is; a bare number needs the column's basis, but 0 does not."""
        if unit is not None:
            factor = conversion(unit, "1")
            if factor is None:
                return unreadable(text, "value.unit_mismatch", unit=unit, expected="%")
            return self._done(number * factor, decimals - factor.adjusted(), text, how, doubts)
        if not number or self.basis == "fraction":
            return self._done(number, decimals, text, how, doubts)
        if self.basis == "percent" and abs(number) > 1:
            return self._done(number / 100, decimals + 2, text, converted(how, "%→1 ×0.01"), doubts)
        return unreadable(text, "value.percent_unsure", proposal=f"{number:f}% / {number * 100:f}%")

    def _done(self, number: Decimal, decimals: int, text: str, how: str | None, doubts: tuple[Doubt, ...]) -> Reading:
        """The number rounded to the places that are kept, as the field's type."""
        if self.integer:
            whole = number.to_integral_value()
            if whole != number:
                return unreadable(text, "value.not_whole")
            value = int(whole)
            return FieldValue(value, ValueState.VALUE if value else ValueState.ZERO, None, text, decimals, how), doubts
        exponent = number.as_tuple().exponent
        assert isinstance(exponent, int)
        if -exponent > self.places:
            number = number.quantize(self.quantum, ROUND_HALF_UP)
        elif exponent > 0:
            number = number.quantize(_WHOLE)  # 3E+8 as 300000000
        return FieldValue(number, ValueState.VALUE if number else ValueState.ZERO, None, text, decimals, how), doubts


def percent_basis(numbers: list[float], unit: str | None) -> str:
    """What bare numbers in a column of rates mean: "fraction", "percent" or "unsure".

    `numbers` are those without a % of their own; `unit` is what header, table or layout say ("%", "1" for
    fractions, None).  A header's % is believed unless every number is at most 1; without one the
    column must be of one mind.
    """
    if unit == "1":
        return "fraction"
    sizes = [abs(number) for number in numbers if number]
    if not sizes:
        return "percent" if unit == "%" else "fraction"
    largest = max(sizes)
    if unit == "%":
        return "percent" if largest > 1 else "unsure"
    if largest <= 1:
        return "fraction" if any(size < 1 for size in sizes) else "unsure"
    small = any(size < 1 for size in sizes)
    return "unsure" if small and largest <= 10 else "percent"
