"""Evaluating a check's expression over records, or over a submission, in exact decimals.

The tree is one that `contract.expression` has let through; nothing else is understood here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from operator import le, lt
from typing import Final, NamedTuple, TypeAlias

from pioneer_etl.check.functions import FUNCTIONS, OF_NUMBERS, Unanswerable
from pioneer_etl.check.operand import ZERO, Number, Operand
from pioneer_etl.contract.expression import PERIOD_NAMES, PLACE_NAMES
from pioneer_etl.contract.model import Period


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
    """What the names of an expression stand for in one record, or in a submission.

    `values` are the fields' values, `call` answers the functions of a submission, or those about a record itself; a
    missing field is not among the values and counts as zero when `missing_is_zero`.  `villages` are those of the
    township.
    """

    values: Mapping[str, Operand]
    period: Period | None = None
    tolerance: Tolerance = Tolerance()
    missing_is_zero: bool = False
    call: Callable[[str, tuple[str, ...]], Operand] | None = None
    villages: Number | None = None


# What an expression says of each of many records; None where it has no answer.
Answers: TypeAlias = Sequence[Operand | None]


class Records(NamedTuple):
    """As `Scope`, for `size` records at once: `column` gives a field's values, None for each that is missing.

    `known` keeps what parts of expressions say of these records, for other expressions that have the same part.
    """

    size: int
    column: Callable[[str], Answers]
    period: Period | None = None
    tolerance: Tolerance = Tolerance()
    missing_is_zero: bool = False
    call: Callable[[str, tuple[str, ...]], Answers] | None = None
    villages: Answers | None = None
    known: dict[str, Answers] | None = None


def truths(tree: ast.expr, records: Records) -> list[bool | None]:
    """For each record whether an expression is true; None where it cannot be told."""
    return [each if isinstance(each, bool) else None for each in _meaning(tree)(records)]


def holds(tree: ast.expr, scope: Scope) -> bool:
    """Whether an expression is true; Unanswerable when it cannot be told."""
    return _truth(evaluate(tree, scope))


def evaluate(node: ast.expr, scope: Scope) -> Operand:
    """The value of an expression; Unanswerable when it has none."""
    return _answered(_meaning(node)(_alone(scope)))


def compare(operator: ast.cmpop, left: ast.expr, right: ast.expr, scope: Scope) -> bool:
    """Whether one comparison holds, numbers within the tolerance."""
    return _truth(_answered(_comparison(operator, left, right)(_alone(scope))))


def _alone(scope: Scope) -> Records:
    call = scope.call
    return Records(
        1,
        lambda name: [scope.values.get(name)],
        scope.period,
        scope.tolerance,
        scope.missing_is_zero,
        None if call is None else lambda name, names: [call(name, names)],
        [scope.villages],
    )


def _answered(answers: Answers) -> Operand:
    if answers[0] is None:
        raise Unanswerable
    return answers[0]


_Meaning: TypeAlias = Callable[[Records], Answers]


@lru_cache(maxsize=4096)
def _meaning(node: ast.expr) -> _Meaning:
    """An expression as a function of records: a check walks its tree once for all of them."""
    match node:
        case ast.Constant(value=value):
            constant = value if isinstance(value, bool | str) else Number(Decimal(str(value)))
            return lambda records: [constant] * records.size
        case ast.Name(id=name):
            if name in PLACE_NAMES:
                return _villages
            return partial(_period_fact if name in PERIOD_NAMES else _field, name)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            denied = _meaning(inner)
            return lambda records: [not each if isinstance(each, bool) else None for each in denied(records)]
        case ast.UnaryOp(op=operator, operand=inner):
            signed, sign = _meaning(inner), Number.__neg__ if isinstance(operator, ast.USub) else Number.__pos__
            return lambda records: [sign(each) if isinstance(each, Number) else None for each in signed(records)]
        case ast.BoolOp(op=operator, values=parts):
            return _all(tuple(map(_meaning, parts)), ends_with=isinstance(operator, ast.Or))
        case ast.BinOp(left=left, op=operator, right=right):
            return _calculation(operator, _meaning(left), _meaning(right))
        case ast.Compare(left=left, ops=operators, comparators=others):
            pairs = zip(operators, [left, *others], others, strict=False)
            links = tuple(_comparison(operator, first, last) for operator, first, last in pairs)
            return links[0] if len(links) == 1 else _all(links, ends_with=False)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _called(name, arguments)
    return _unanswerable


def _unanswerable(records: Records) -> Answers:
    return [None] * records.size


def _period_fact(name: str, records: Records) -> Answers:
    period = records.period
    if period is None:
        return _unanswerable(records)
    if name == "period_year":
        return [Number(Decimal(period.year))] * records.size
    return [period.start if name == "period_start" else period.end] * records.size


def _villages(records: Records) -> Answers:
    return _unanswerable(records) if records.villages is None else records.villages


def _field(name: str, records: Records) -> Answers:
    column = records.column(name)
    return [_NOTHING if each is None else each for each in column] if records.missing_is_zero else column


_NOTHING: Final = Number(ZERO)


def _all(parts: Sequence[_Meaning], *, ends_with: bool) -> _Meaning:
    """An `and`, or a chain of comparisons, which ends with the first part that is False; an `or` with one True."""

    def together(values: tuple[Operand | None, ...]) -> bool | None:
        for each in values:
            if not isinstance(each, bool):
                return None
            if each is ends_with:
                return each
        return not ends_with

    return lambda records: list(map(together, zip(*(part(records) for part in parts), strict=True)))


def _truth(value: Operand) -> bool:
    if isinstance(value, bool):
        return value
    raise Unanswerable


def _quotient(first: Number, last: Number) -> Number | None:
    try:
        return first / last
    except ZeroDivisionError:
        return None


_ARITHMETIC: Final[Mapping[type[ast.operator], Callable[[Number, Number], Number | None]]] = {
    ast.Add: Number.__add__,
    ast.Sub: Number.__sub__,
    ast.Mult: Number.__mul__,
    ast.Div: _quotient,
}


def _calculation(operator: ast.operator, left: _Meaning, right: _Meaning) -> _Meaning:
    calculate = _ARITHMETIC[type(operator)]
    return lambda records: [
        calculate(first, last) if isinstance(first, Number) and isinstance(last, Number) else None
        for first, last in zip(left(records), right(records), strict=True)
    ]


def _comparison(operator: ast.cmpop, left: ast.expr, right: ast.expr) -> _Meaning:
    if isinstance(operator, ast.In | ast.NotIn):
        assert isinstance(right, ast.Tuple)
        return _membership(left, right.elts, isinstance(operator, ast.In))
    first, last = _meaning(left), _meaning(right)
    if isinstance(operator, ast.Eq | ast.NotEq):
        return _compared(partial(_same, isinstance(operator, ast.Eq)), first, last)
    return _ordered(isinstance(operator, ast.Lt | ast.LtE), isinstance(operator, ast.Lt | ast.Gt), first, last)


def _ordered(rising: bool, strict: bool, first: _Meaning, last: _Meaning) -> _Meaning:
    below = lt if strict else le

    def ordered(records: Records) -> Answers:
        firsts, lasts, tolerance = first(records), last(records), records.tolerance
        lows, highs = (firsts, lasts) if rising else (lasts, firsts)
        return [
            # Mostly it holds by the figures alone.
            True
            if isinstance(low, Number) and isinstance(high, Number) and below(low.value, high.value)
            else _in_order(rising, strict, low, high, tolerance)
            for low, high in zip(lows, highs, strict=True)
        ]

    return ordered


def _compared(test: _Test, first: _Meaning, last: _Meaning) -> _Meaning:
    def compared(records: Records) -> Answers:
        tolerance = records.tolerance
        return [test(one, other, tolerance) for one, other in zip(first(records), last(records), strict=True)]

    return compared


def _remembered(text: str, meaning: _Meaning) -> _Meaning:
    """A part of an expression that says the same in any: it is not about numbers, which share their precision."""

    def answers(records: Records) -> Answers:
        if records.known is None:
            return meaning(records)
        found = records.known.get(text)
        if found is None:
            found = records.known[text] = meaning(records)
        return found

    return answers


def _membership(left: ast.expr, items: Sequence[ast.expr], wanted: bool) -> _Meaning:
    """Whether a value is among constants: texts by themselves, numbers within the tolerance."""
    value = _meaning(left)
    constants = [each.value for each in items if isinstance(each, ast.Constant)]
    texts = frozenset(each for each in constants if isinstance(each, str))
    if len(texts) == len(constants):
        return _remembered(
            f"{ast.unparse(left)} in {wanted} {sorted(texts)}",
            lambda records: [
                None if each is None or isinstance(each, Number) else (each in texts) is wanted
                for each in value(records)
            ],
        )
    equal = [_compared(partial(_same, True), value, _meaning(each)) for each in items]
    among = _all(equal, ends_with=True)
    return lambda records: [each if each is None else each is wanted for each in among(records)]


_Test: TypeAlias = Callable[[Operand | None, Operand | None, Tolerance], bool | None]


def _in_order(
    rising: bool, strict: bool, low: Operand | None, high: Operand | None, tolerance: Tolerance
) -> bool | None:
    if isinstance(low, Number) and isinstance(high, Number):
        # A strict comparison gets no slack: 0 is not above 0, however it was printed.
        if strict:
            return low.value < high.value
        allowed = tolerance.allows(low, high) if rising else tolerance.allows(high, low)
        return low.value <= high.value or low.value - high.value <= allowed
    if isinstance(low, date) and isinstance(high, date):
        return low < high if strict else low <= high
    return None


def _same(equal: bool, first: Operand | None, last: Operand | None, tolerance: Tolerance) -> bool | None:
    if isinstance(first, Number) and isinstance(last, Number):
        near = first.value == last.value or abs(first.value - last.value) <= tolerance.allows(first, last)
        return near is equal
    if first is None or last is None or isinstance(first, Number) or isinstance(last, Number):
        return None
    return (first == last) is equal


def _called(name: str, arguments: list[ast.expr]) -> _Meaning:
    names = tuple(each.id for each in arguments if isinstance(each, ast.Name))
    if name == "known":
        return lambda records: [each is not None for each in records.column(names[0])]
    if name in ("sum", "count", "asked", "place_level"):
        return lambda records: _unanswerable(records) if records.call is None else records.call(name, names)
    function = FUNCTIONS.get(name)
    if function is None:
        return _unanswerable
    meanings = tuple(map(_meaning, arguments))

    def result(records: Records) -> Answers:
        answers: list[Operand | None] = []
        for values in zip(*(each(records) for each in meanings), strict=True):
            try:
                answers.append(function(values, records.period))
            except Unanswerable:
                answers.append(None)
        return answers

    if name in OF_NUMBERS:
        return result
    return _remembered(f"{name}({', '.join(map(ast.unparse, arguments))})", result)
