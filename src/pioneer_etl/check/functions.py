"""The functions of a check's expression: what each says of its arguments in one record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, TypeAlias

from pioneer_etl.check.operand import Number, Operand, whole
from pioneer_etl.check.people import age, id_matches, id_valid
from pioneer_etl.contract.model import Period


class Unanswerable(Exception):
    """The expression has no answer for this record (a missing date, a division by zero): nothing to report."""


def as_number(value: Operand | None) -> Number:
    if isinstance(value, Number):
        return value
    raise Unanswerable


# What a function says of its arguments; it raises Unanswerable, as it does where one is missing.
_Function: TypeAlias = Callable[[tuple[Operand | None, ...], Period | None], Operand]


def _text(value: Operand | None) -> str:
    if isinstance(value, str):
        return value
    raise Unanswerable


def _date(value: Operand | None) -> date:
    if isinstance(value, date):
        return value
    raise Unanswerable


def _age(values: tuple[Operand | None, ...], period: Period | None) -> Operand:
    on = _date(values[1]) if len(values) > 1 else _period(period).end
    return whole(age(_date(values[0]), on))


def _period(period: Period | None) -> Period:
    if period is None:
        raise Unanswerable
    return period


def _id_matches(values: tuple[Operand | None, ...], _: Period | None) -> Operand:
    return id_matches(_text(values[0]), _text(values[1]), _date(values[2]) if len(values) > 2 else None)


def _contains(values: tuple[Operand | None, ...], _: Period | None) -> Operand:
    if None in values:
        raise Unanswerable
    return any(_text(each) in _text(values[0]) for each in values[1:])


def _days(values: tuple[Operand | None, ...], _: Period | None) -> Operand:
    return whole((_date(values[1]) - _date(values[0])).days)


def _in_period(values: tuple[Operand | None, ...], period: Period | None) -> Operand:
    return _period(period).start <= _date(values[0]) <= _period(period).end


OF_NUMBERS: Final = ("abs", "min", "max")
FUNCTIONS: Final[Mapping[str, _Function]] = {
    "abs": lambda values, _: abs(as_number(values[0])),
    "min": lambda values, _: min(map(as_number, values), key=lambda each: each.value),
    "max": lambda values, _: max(map(as_number, values), key=lambda each: each.value),
    "contains": _contains,
    "length": lambda values, _: whole(len(_text(values[0]))),
    "age": _age,
    "year": lambda values, _: whole(_date(values[0]).year),
    "id_valid": lambda values, _: id_valid(_text(values[0])),
    "id_matches": _id_matches,
    "in_period": _in_period,
    "days": _days,
}
