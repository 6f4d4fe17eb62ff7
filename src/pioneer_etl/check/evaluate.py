"""Evaluating a check's expression over one record, or over a submission, in exact decimals.

The tree is one that `contract.expression` has let through; nothing else is understood here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from typing import Final, NamedTuple, TypeAlias

from pioneer_etl.check.operand import ZERO, Number, Operand
from pioneer_etl.check.people import age, id_matches, id_valid
from pioneer_etl.contract.expression import PERIOD_NAMES, PLACE_NAMES
from pioneer_etl.contract.model import Period


class Unanswerable(Exception):
    """The expression has no answer for this record (a missing date, a division by zero): nothing to report."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far two sides may differ: "printed" uses the operands' slack; else a number or a share of the right side."""

    printed: bool = True
    amount: Decimal = ZERO
    share: Decimal = ZERO

    def allows(self, left: Number, right: Number) -> Decimal:
        """The largest difference that still passes."""
        if self.printed:
            return left.slack + right.slack
        return self.amount + self.share * abs(right.value)


def tolerance_of(text: str) -> Tolerance:
    """The tolerance that a check declares: "printed", "0.5" or "1%"."""
    if text == "printed":
        return Tolerance()
    if text.endswith("%"):
        return Tolerance(False, share=Decimal(text[:-1]) / 100)
    return Tolerance(False, amount=Decimal(text))


class Scope(NamedTuple):
    """What the names of an expression stand for.

    `values` are the fields' values, `call` answers the functions of a submission, or those about a record itself; a
    missing field is not among the values and counts as zero when `missing_is_zero`.  `villages` are those of the
    township.
    """

    values: Mapping[str, Operand]
    period: Period | None = None
    tolerance: Tolerance = Tolerance()
    missing_is_zero: bool = False
    call: Callable[[str, tuple[str, ...]], Operand] | None = None
    villages: int | None = None


def holds(tree: ast.expr, scope: Scope) -> bool:
    """Whether an expression is true; Unanswerable when it cannot be told."""
    return _truth(evaluate(tree, scope))


def evaluate(node: ast.expr, scope: Scope) -> Operand:
    """The value of an expression."""
    return _meaning(node)(scope)


_Meaning: TypeAlias = Callable[[Scope], Operand]


@lru_cache(maxsize=4096)
def _meaning(node: ast.expr) -> _Meaning:
    """An expression as a function of its scope: a check walks its tree once, not once a record."""
    match node:
        case ast.Constant(value=value):
            constant = value if isinstance(value, bool | str) else Number(Decimal(str(value)))
            return lambda scope: constant
        case ast.Name(id=name):
            if name in PLACE_NAMES:
                return _villages
            return partial(_period_fact if name in PERIOD_NAMES else _field, name)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            denied = _meaning(inner)
            return lambda scope: not _truth(denied(scope))
        case ast.UnaryOp(op=operator, operand=inner):
            signed, negative = _meaning(inner), isinstance(operator, ast.USub)
            return lambda scope: -_number(signed(scope)) if negative else _number(signed(scope))
        case ast.BoolOp(op=ast.And(), values=parts):
            needed = tuple(map(_meaning, parts))
            return lambda scope: all(_truth(part(scope)) for part in needed)
        case ast.BoolOp(values=parts):
            enough = tuple(map(_meaning, parts))
            return lambda scope: any(_truth(part(scope)) for part in enough)
        case ast.BinOp(left=left, op=operator, right=right):
            return _calculation(operator, _meaning(left), _meaning(right))
        case ast.Compare(left=left, ops=operators, comparators=others):
            pairs = zip(operators, [left, *others], others, strict=False)
            links = tuple(_comparison(operator, first, last) for operator, first, last in pairs)
            return links[0] if len(links) == 1 else lambda scope: all(link(scope) for link in links)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _called(name, arguments)
    return _unanswerable


def _unanswerable(scope: Scope) -> Operand:
    raise Unanswerable


def _period_fact(name: str, scope: Scope) -> Operand:
    period = _period(scope)
    if name == "period_year":
        return Number(Decimal(period.year))
    return period.start if name == "period_start" else period.end


def _villages(scope: Scope) -> Operand:
    if scope.villages is None:
        raise Unanswerable
    return Number(Decimal(scope.villages))


def _field(name: str, scope: Scope) -> Operand:
    value = scope.values.get(name)
    if value is not None:
        return value
    if scope.missing_is_zero:
        return Number(ZERO)
    raise Unanswerable


def _truth(value: Operand) -> bool:
    if isinstance(value, bool):
        return value
    raise Unanswerable


def _number(value: Operand) -> Number:
    if isinstance(value, Number):
        return value
    raise Unanswerable


_ARITHMETIC: Final[Mapping[type[ast.operator], Callable[[Number, Number], Number]]] = {
    ast.Add: Number.__add__,
    ast.Sub: Number.__sub__,
    ast.Mult: Number.__mul__,
    ast.Div: Number.__truediv__,
}


def _calculation(operator: ast.operator, left: _Meaning, right: _Meaning) -> _Meaning:
    calculate = _ARITHMETIC[type(operator)]

    def result(scope: Scope) -> Operand:
        try:
            return calculate(_number(left(scope)), _number(right(scope)))
        except ZeroDivisionError as error:
            raise Unanswerable from error

    return result


def compare(operator: ast.cmpop, left: ast.expr, right: ast.expr, scope: Scope) -> bool:
    """Whether one comparison holds, numbers within the tolerance."""
    return _comparison(operator, left, right)(scope)


def _comparison(operator: ast.cmpop, left: ast.expr, right: ast.expr) -> Callable[[Scope], bool]:
    first = _meaning(left)
    if isinstance(operator, ast.In | ast.NotIn):
        assert isinstance(right, ast.Tuple)
        items, wanted = tuple(map(_meaning, right.elts)), isinstance(operator, ast.In)

        def among(scope: Scope) -> bool:
            value = first(scope)
            return any(_same(value, item(scope), scope) for item in items) == wanted

        return among
    last = _meaning(right)
    if isinstance(operator, ast.Eq | ast.NotEq):
        equal = isinstance(operator, ast.Eq)
        return lambda scope: _same(first(scope), last(scope), scope) == equal
    return lambda scope: _in_order(operator, first(scope), last(scope), scope.tolerance)


def _in_order(operator: ast.cmpop, first: Operand, last: Operand, tolerance: Tolerance) -> bool:
    if isinstance(first, Number) and isinstance(last, Number):
        gap = first.value - last.value
        # A strict comparison gets no slack: 0 is not above 0, however it was printed.
        match operator:
            case ast.LtE():
                return gap <= tolerance.allows(first, last)
            case ast.GtE():
                return -gap <= tolerance.allows(first, last)
            case ast.Lt():
                return gap < 0
            case _:
                return gap > 0
    if isinstance(first, date) and isinstance(last, date):
        match operator:
            case ast.LtE():
                return first <= last
            case ast.GtE():
                return first >= last
            case ast.Lt():
                return first < last
            case _:
                return first > last
    raise Unanswerable


def _same(first: Operand, last: Operand, scope: Scope) -> bool:
    if isinstance(first, Number) and isinstance(last, Number):
        return abs(first.value - last.value) <= scope.tolerance.allows(first, last)
    if isinstance(first, Number) or isinstance(last, Number):
        raise Unanswerable
    return first == last


def _called(name: str, arguments: list[ast.expr]) -> _Meaning:
    names = tuple(each.id for each in arguments if isinstance(each, ast.Name))
    if name == "known":
        return lambda scope: bool(names) and names[0] in scope.values
    if name in ("sum", "count", "asked", "place_level"):
        return lambda scope: _unanswerable(scope) if scope.call is None else scope.call(name, names)
    function = _FUNCTIONS.get(name)
    if function is None:
        return _unanswerable
    meanings = tuple(map(_meaning, arguments))
    return lambda scope: function(tuple([each(scope) for each in meanings]), scope)


def _text(value: Operand) -> str:
    if isinstance(value, str):
        return value
    raise Unanswerable


def _date(value: Operand) -> date:
    if isinstance(value, date):
        return value
    raise Unanswerable


def _age(values: tuple[Operand, ...], scope: Scope) -> Operand:
    if len(values) == 1 and scope.period is None:
        raise Unanswerable
    on = _date(values[1]) if len(values) > 1 else _period(scope).end
    return Number(Decimal(age(_date(values[0]), on)))


def _period(scope: Scope) -> Period:
    if scope.period is None:
        raise Unanswerable
    return scope.period


def _id_matches(values: tuple[Operand, ...], scope: Scope) -> Operand:
    return id_matches(_text(values[0]), _text(values[1]), _date(values[2]) if len(values) > 2 else None)


def _contains(values: tuple[Operand, ...], scope: Scope) -> Operand:
    return any(_text(each) in _text(values[0]) for each in values[1:])


def _days(values: tuple[Operand, ...], scope: Scope) -> Operand:
    return Number(Decimal((_date(values[1]) - _date(values[0])).days))


def _in_period(values: tuple[Operand, ...], scope: Scope) -> Operand:
    return _period(scope).start <= _date(values[0]) <= _period(scope).end


_FUNCTIONS: Final[Mapping[str, Callable[[tuple[Operand, ...], Scope], Operand]]] = {
    "abs": lambda values, _: abs(_number(values[0])),
    "min": lambda values, _: min(map(_number, values), key=lambda each: each.value),
    "max": lambda values, _: max(map(_number, values), key=lambda each: each.value),
    "contains": _contains,
    "length": lambda values, _: Number(Decimal(len(_text(values[0])))),
    "age": _age,
    "year": lambda values, _: Number(Decimal(_date(values[0]).year)),
    "id_valid": lambda values, _: id_valid(_text(values[0])),
    "id_matches": _id_matches,
    "in_period": _in_period,
    "days": _days,
}
