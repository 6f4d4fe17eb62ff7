"""ID numbers (GB 11643) and ages."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from operator import mul
from typing import Final

_ID = re.compile(r"[1-9]\d{16}[\dX]")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS: Final = "10X98765432"
_SEXES: Final = {"1": 1, "2": 0}  # GB/T 2261.1 code by the parity of the 17th digit: odd is male


def check_digit(first: str) -> str:
    """The last character that belongs to the first seventeen of an ID number."""
    return _CHECK_DIGITS[sum(map(mul, map(int, first), _WEIGHTS)) % 11]


@lru_cache(maxsize=2048)  # several checks ask about the numbers of one form
def id_birth(number: str) -> date | None:
    """The birth date in an ID number of 18 (or the old 15) characters; None when it holds no date."""
    number = number.strip().upper()
    digits = number[6:14] if len(number) == 18 else f"19{number[6:12]}" if len(number) == 15 else ""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


@lru_cache(maxsize=2048)
def id_valid(number: str) -> bool:
    """Whether an ID number has a right length, a real date and, with 18 characters, its right check digit."""
    number = number.strip().upper()
    if id_birth(number) is None:
        return False
    if len(number) == 15:
        return number.isdigit()
    return _ID.fullmatch(number) is not None and check_digit(number[:17]) == number[17]


def id_matches(number: str, sex: str | None, born: date | None) -> bool:
    """Whether an ID number agrees with a sex (GB/T 2261.1 code) and a birth month; what is None is not compared."""
    number = number.strip().upper()
    order = number[16] if len(number) == 18 else number[14] if len(number) == 15 else ""
    if not order.isdigit():
        return False
    if sex in _SEXES and int(order) % 2 != _SEXES[sex]:
        return False
    birth = id_birth(number)
    return born is None or (birth is not None and (birth.year, birth.month) == (born.year, born.month))


def age(born: date, on: date) -> int:
    """Full years from a birth date to a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
