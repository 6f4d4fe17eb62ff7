"""ID numbers and ages."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pioneer_etl.check.people import age, check_digit, id_birth, id_matches, id_valid

births = st.dates(date(1930, 1, 1), date(2004, 12, 31))


@given(births, st.integers(0, 999))
def test_a_made_up_number_is_valid_and_any_other_last_digit_is_not(born: date, order: int) -> None:
    first = f"330327{born:%Y%m%d}{order:03d}"
    good = first + check_digit(first)
    assert id_valid(good)
    assert id_valid(good.lower())
    assert id_birth(good) == born
    assert [digit for digit in "0123456789X" if id_valid(first + digit)] == [good[-1]]


@given(births, st.integers(0, 999), st.sampled_from("12"))
def test_sex_by_parity_and_birth_month(born: date, order: int, sex: str) -> None:
    first = f"330327{born:%Y%m%d}{order:03d}"
    number = first + check_digit(first)
    assert id_matches(number, sex, born.replace(day=1)) == (order % 2 == (sex == "1"))
    assert not id_matches(number, None, date(born.year - 1, born.month, 1))
    assert id_matches(number, None, None)


NO_IDS = ["", "330327", "33032719701332001X", "330327197005120", "ABCDEF197005120015", "330327197005120000"]


@pytest.mark.parametrize("number", NO_IDS)
def test_what_is_no_id_number(number: str) -> None:
    assert not id_valid(number)


def test_old_numbers_of_fifteen_digits() -> None:
    assert id_valid("330327700512001")
    assert id_birth("330327700512001") == date(1970, 5, 12)
    assert id_matches("330327700512001", "1", date(1970, 5, 1))
    assert not id_matches("330327700512001", "2", None)


def test_age_counts_full_years() -> None:
    assert age(date(1974, 9, 30), date(2004, 9, 29)) == 29
    assert age(date(1974, 9, 30), date(2004, 9, 30)) == 30
    assert age(date(1974, 2, 1), date(2004, 12, 31)) == 30
