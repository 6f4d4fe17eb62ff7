"""Evaluating a check's expression over one record, or over a submission, in exact decimals.

The tree is one that `contract.expression` has let through; nothing else is understood here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from pioneer_etl.check.operand import ZERO, Number, Operand
from pioneer_etl.check.people import age, id_matches, id_valid
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


@dataclass(frozen=True, slots=True)
class Scope:
    """What the names of an expression stand for.

    `values` are the fields' values, `call` answers the functions of a submission; a missing field is not among the
    values and counts as zero when `missing_is_zero`.
    """

    values: Mapping[str, Operand]
    period: Period | None = None
    tolerance: Tolerance = field(default_factory=Tolerance)
    missing_is_zero: bool = False
    call: Callable[[str, tuple[str, ...]], Operand] | None = None


def holds(tree: ast.expr, scope: Scope) -> bool:
    """Whether an expression is true; Unanswerable when it cannot be told."""
    return _truth(evaluate(tree, scope))


def evaluate(node: ast.expr, scope: Scope) -> Operand:
    """The value of an expression."""
    match node:
        case ast.Constant(value=value):
            return value if isinstance(value, bool | str) else Number(Decimal(str(value)))
        case ast.Name(id=name):
            return _named(name, scope)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return not holds(inner, scope)
        case ast.UnaryOp(op=operator, operand=inner):
            number = _number(evaluate(inner, scope))
            return -number if isinstance(operator, ast.USub) else number
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(holds(part, scope) for part in parts)
        case ast.BoolOp(values=parts):
            return any(holds(part, scope) for part in parts)
        case ast.BinOp(left=left, op=operator, right=right):
            return _arithmetic(operator, _number(evaluate(left, scope)), _number(evaluate(right, scope)))
        case ast.Compare(left=left, ops=operators, comparators=others):
            sides = [left, *others]
            return all(
                compare(operator, sides[index], sides[index + 1], scope) for index, operator in enumerate(operators)
            )
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _call(name, arguments, scope)
    raise Unanswerable


def _named(name: str, scope: Scope) -> Operand:
    if name in ("period_start", "period_end", "period_year"):
        if scope.period is None:
            raise Unanswerable
        if name == "period_year":
            return Number(Decimal(scope.period.year))
        return scope.period.start if name == "period_start" else scope.period.end
    if name in scope.values:
        return scope.values[name]
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


def _arithmetic(operator: ast.operator, left: Number, right: Number) -> Number:
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case _:
            try:
                return left / right
            except ZeroDivisionError as error:
                raise Unanswerable from error


def compare(operator: ast.cmpop, left: ast.expr, right: ast.expr, scope: Scope) -> bool:
    """Whether one comparison holds, numbers within the tolerance."""
    first = evaluate(left, scope)
    if isinstance(operator, ast.In | ast.NotIn):
        assert isinstance(right, ast.Tuple)
        found = any(_same(first, evaluate(item, scope), scope) for item in right.elts)
        return found if isinstance(operator, ast.In) else not found
    last = evaluate(right, scope)
    if isinstance(operator, ast.Eq | ast.NotEq):
        return _same(first, last, scope) == isinstance(operator, ast.Eq)
    if isinstance(first, Number) and isinstance(last, Number):
        allowed = scope.tolerance.allows(first, last)
        gap = first.value - last.value
        # A strict comparison gets no slack: 0 is not above 0, however it was printed.
        match operator:
            case ast.LtE():
                return gap <= allowed
            case ast.GtE():
                return -gap <= allowed
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


def _call(name: str, arguments: list[ast.expr], scope: Scope) -> Operand:
    if name == "known":
        return isinstance(arguments[0], ast.Name) and arguments[0].id in scope.values
    if scope.call is not None and name in ("sum", "count"):
        return scope.call(name, tuple(each.id for each in arguments if isinstance(each, ast.Name)))
    function = _FUNCTIONS.get(name)
    if function is None:
        raise Unanswerable
    return function(tuple(evaluate(each, scope) for each in arguments), scope)


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
}
