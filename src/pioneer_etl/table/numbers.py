"""The number in a cell, as far as sums need it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, cast

from pioneer_etl.workbook.model import Scalar

_LARGEST: Final = 1e15  # beyond it a float no longer holds every whole number; such "numbers" are codes
_MOST_DIGITS: Final = 15  # that a float holds as exactly as a whole number does
_NUMBER: Final = re.compile(r"[-–—−－]?\d+(?:[.．]\d+)?")
_SIGNS: Final = "-–—−－"
_GAPS: Final = re.compile(r"(?<=\d)[\s'’,，](?=\d{3}(?!\d))")
_PLAIN: Final = str.maketrans("．–—−－", ".----")
_DECIMAL_COMMA: Final = re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))")


_NUMBERS: Final = frozenset((int, float, type(None)))


def numbers_of(values: Sequence[Scalar | None]) -> Sequence[float | None]:
    """The numbers of a column's cells: those that are no text come back as they are."""
    if _NUMBERS.issuperset(map(type, values)):
        numbers = cast(Sequence[float | None], values)
        return [value if value is not None and -_LARGEST < value < _LARGEST else None for value in numbers]
    return [
        int(value)
        if type(value) is str and len(value) <= _MOST_DIGITS and value.isdecimal() and value.isascii()  # most texts
        else number_of(value)
        for value in values
    ]


def number_of(value: Scalar | None) -> float | None:
    """The number that a cell holds or spells; None for anything else.  Text is read leniently."""
    if type(value) is float or type(value) is int:  # no truth values
        return float(value) if -_LARGEST < value < _LARGEST else None
    if not isinstance(value, str):
        return None
    text = value.strip()
    if not text or len(text) > 30:
        return None
    if text.isascii() and text.isdecimal():  # most of them
        return int(text) if len(text) <= _MOST_DIGITS else float(text)
    if not (text[0].isdecimal() or text[0] in _SIGNS):
        return None  # a word
    match = _NUMBER.match(text)
    if match is None:
        return None
    if match.end() < len(text):
        text = _GAPS.sub("", text)
        text = _GAPS.sub("", text)
        match = _NUMBER.match(_DECIMAL_COMMA.sub(".", text))
    return float(match.group().translate(_PLAIN)) if match else None
