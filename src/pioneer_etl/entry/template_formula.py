"""A contract's checks as formulas of a spreadsheet, where they can be said there.

What needs other forms, the whole submission, or arithmetic that the sheet knows nothing of is left to the tool's own
checks: `NotSayable`.  A formula says what `check.evaluate` says: blank operands, tolerance and all.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from pioneer_etl.contract.expression import parse_expression
from pioneer_etl.contract.model import Check, CodeList, Field, FieldType, Period
from pioneer_etl.contract.unchanging import unchanging

NUMERIC: Final = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.PERCENT)
DATED: Final = (FieldType.DATE, FieldType.MONTH)
NO_VALUE: Final = ("无", "—")
_PRINTED: Final = {FieldType.DECIMAL: 2, FieldType.PERCENT: 3}  # decimals that a template's number formats print
_EPSILON: Final = "0.000000001"  # binary fractions: 0.1 + 0.2 is not 0.3
_ORDER: Final = {ast.LtE: "<=", ast.GtE: ">=", ast.Lt: "<", ast.Gt: ">"}
_ARITHMETIC: Final = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


class NotSayable(Exception):
    """A check that a spreadsheet's formula cannot say."""


@unchanging
class Line:
    """One line of a template as formulas see it: the cell of each field, and what is known besides."""

    cells: Mapping[str, str]
    fields: Mapping[str, Field]
    code_lists: Mapping[str, CodeList]
    period: Period
    villages: int
    tolerance: str = "printed"

    def present(self, name: str) -> str:
        """Whether a field's cell has a value; 无 and — say that there is none."""
        cell, field = self.cells[name], self.fields[name]
        if field.type in NUMERIC or field.type in DATED:
            return f"ISNUMBER({cell})"
        return f'AND({cell}<>"",' + ",".join(f'{cell}<>"{each}"' for each in NO_VALUE) + ")"


class _Side(NamedTuple):
    """One side of a comparison: its kind (number, date, text), its formula, and how far its printing may round it."""

    kind: str
    text: str
    slack: Decimal = Decimal(0)
    constant: Decimal | None = None
    field: Field | None = None


def broken(check: Check, line: Line) -> str:
    """A condition that is true where a check does not hold on a line.  NotSayable where no formula says it."""
    if check.forms or check.scope != "record":
        raise NotSayable(check.name)
    expression = parse_expression(check.expression)
    held = _truth(expression.tree, replace(line, tolerance=check.tolerance))
    needed = [name for name in expression.fields if name not in _asked(expression.tree)]
    guards = []
    if check.where is not None:
        where = parse_expression(check.where)
        guards += [line.present(name) for name in where.fields if name not in _asked(where.tree)]
        if len(guards) > 1 and any(isinstance(each, ast.Or) for each in ast.walk(where.tree)):
            raise NotSayable(check.name)
        guards.append(_truth(where.tree, replace(line, tolerance="0")))
    if check.missing == "skip_any":
        guards += [line.present(name) for name in needed]
    elif check.missing == "skip_all":
        guards += [_any(line, side) for side in _sides(expression.tree, needed)]
    guards = [each for each in guards if each != "TRUE"]
    denied = f"NOT({held})"
    # Nested rather than one AND: what a guard keeps out (a date of a blank cell) must not be calculated.
    guarded = f"IF(AND({','.join(guards)}),{denied},FALSE)" if guards else denied
    return f"IFERROR({guarded},FALSE)"


def _asked(tree: ast.expr) -> set[str]:
    """The fields that are only asked about, not read."""
    found = set()
    for each in ast.walk(tree):
        match each:
            case ast.Call(func=ast.Name(id="known" | "asked"), args=arguments):
                found |= {argument.id for argument in arguments if isinstance(argument, ast.Name)}
    return found


def _sides(tree: ast.expr, needed: Sequence[str]) -> list[list[str]]:
    sides = [tree.left, *tree.comparators] if isinstance(tree, ast.Compare) else [tree]
    named = [[each.id for each in ast.walk(side) if isinstance(each, ast.Name)] for side in sides]
    return [[name for name in names if name in needed] for names in named if any(name in needed for name in names)]


def _any(line: Line, names: Sequence[str]) -> str:
    return f"OR({','.join(line.present(name) for name in dict.fromkeys(names))})"


def text_of(words: str) -> str:
    """A text as a formula writes it."""
    return '"' + words.replace('"', '""') + '"'


def day_of(day: date) -> str:
    """A day as a formula writes it."""
    return f"DATE({day.year},{day.month},{day.day})"


def _truth(node: ast.expr, line: Line) -> str:
    match node:
        case ast.Constant(value=bool(value)):
            return str(value).upper()
        case ast.BoolOp(op=operator, values=parts):
            return f"{'AND' if isinstance(operator, ast.And) else 'OR'}({','.join(_truth(p, line) for p in parts)})"
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return f"NOT({_truth(inner, line)})"
        case ast.Name(id=name) if name in line.fields and line.fields[name].type is FieldType.BOOLEAN:
            return f'{line.cells[name]}="是"'
        case ast.Compare(left=left, ops=operators, comparators=others):
            links = zip(operators, [left, *others], others, strict=False)
            said = [_comparison(operator, first, last, line) for operator, first, last in links]
            return said[0] if len(said) == 1 else f"AND({','.join(said)})"
        case ast.Call(func=ast.Name(id="known"), args=[ast.Name(id=name)]):
            return line.present(name)
        case ast.Call(func=ast.Name(id="asked")):
            return "TRUE"
        case ast.Call(func=ast.Name(id="contains"), args=[first, *rest]):
            inside = [f"ISNUMBER(FIND({_side(each, line).text},{_side(first, line).text}))" for each in rest]
            return f"OR({','.join(inside)})"
        case ast.Call(func=ast.Name(id="in_period"), args=[argument]):
            day = _side(argument, line).text
            return f"AND({day}>={day_of(line.period.start)},{day}<={day_of(line.period.end)})"
    raise NotSayable(ast.unparse(node))


def _comparison(operator: ast.cmpop, left: ast.expr, right: ast.expr, line: Line) -> str:
    first = _side(left, line)
    if isinstance(operator, ast.In | ast.NotIn):
        assert isinstance(right, ast.Tuple)
        said = f"OR({','.join(_equal(first, _side(item, line), line) for item in right.elts)})"
        return said if isinstance(operator, ast.In) else f"NOT({said})"
    last = _side(right, line)
    if isinstance(operator, ast.Eq | ast.NotEq):
        said = _equal(first, last, line)
        return said if isinstance(operator, ast.Eq) else f"NOT({said})"
    if {first.kind, last.kind} == {"date"}:
        return f"{first.text}{_ORDER[type(operator)]}{last.text}"
    _need_numbers(first, last)
    match operator:
        case ast.LtE():
            return f"{first.text}-({last.text})<={_allowed(first, last, line)}"
        case ast.GtE():
            return f"{last.text}-({first.text})<={_allowed(first, last, line)}"
        case ast.Lt():
            return f"{first.text}-({last.text})<-{_EPSILON}"
        case _:
            return f"{first.text}-({last.text})>{_EPSILON}"


def _equal(first: _Side, last: _Side, line: Line) -> str:
    if first.kind == last.kind == "text":
        return f"{first.text}={_as_label(last, first.field, line)}"
    if first.kind == last.kind == "date":
        return f"{first.text}={last.text}"
    _need_numbers(first, last)
    return f"ABS({first.text}-({last.text}))<={_allowed(first, last, line)}"


def _need_numbers(first: _Side, last: _Side) -> None:
    if {first.kind, last.kind} != {"number"}:
        raise NotSayable(f"{first.text} {last.text}")


def _as_label(side: _Side, field: Field | None, line: Line) -> str:
    """A constant as its field's cells say it: a code by its label."""
    if side.field is not None or field is None or field.codes is None:
        return side.text
    for code in line.code_lists[field.codes].codes:
        if text_of(code.code) == side.text:
            return text_of(code.label.zh)
    raise NotSayable(side.text)


def _allowed(first: _Side, last: _Side, line: Line) -> str:
    if line.tolerance == "printed":
        return f"{first.slack + last.slack:f}+{_EPSILON}"
    if line.tolerance.endswith("%"):
        return f"ABS({last.text})*{Decimal(line.tolerance[:-1]) / 100:f}+{_EPSILON}"
    return f"{Decimal(line.tolerance):f}+{_EPSILON}"


def _side(node: ast.expr, line: Line) -> _Side:
    match node:
        case ast.Constant(value=str(words)):
            return _Side("text", text_of(words))
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return _Side("number", f"{Decimal(str(number)):f}", constant=Decimal(str(number)))
        case ast.Name(id="period_start"):
            return _Side("date", day_of(line.period.start))
        case ast.Name(id="period_end"):
            return _Side("date", day_of(line.period.end))
        case ast.Name(id="period_year"):
            return _Side("number", str(line.period.year), constant=Decimal(line.period.year))
        case ast.Name(id="township_villages"):
            return _Side("number", str(line.villages), constant=Decimal(line.villages))
        case ast.Name(id=name):
            return _field(line.fields[name], line.cells[name])
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            side = _number(inner, line)
            return side._replace(text=f"(-{side.text})", constant=None if side.constant is None else -side.constant)
        case ast.BinOp(left=left, op=operator, right=right):
            return _calculation(operator, _number(left, line), _number(right, line))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _call(name, arguments, line)
    raise NotSayable(ast.unparse(node))


def _field(field: Field, cell: str) -> _Side:
    if field.type in NUMERIC:
        decimals = _PRINTED.get(field.type)
        places = field.places if field.places is not None else 6
        slack = Decimal("0.5").scaleb(-min(decimals, places)) if decimals is not None else Decimal(0)
        return _Side("number", f"N({cell})", slack, field=field)
    if field.type is FieldType.MONTH:
        return _Side("date", f"DATE(YEAR({cell}),MONTH({cell}),1)", field=field)
    if field.type is FieldType.DATE:
        return _Side("date", cell, field=field)
    if field.type in (FieldType.PLACE, FieldType.BOOLEAN):
        raise NotSayable(field.name)  # compared as codes of places, and as truths
    return _Side("text", cell, field=field)


def _number(node: ast.expr, line: Line) -> _Side:
    side = _side(node, line)
    if side.kind != "number":
        raise NotSayable(side.text)
    return side


def _calculation(operator: ast.operator, first: _Side, last: _Side) -> _Side:
    text = f"({first.text}{_ARITHMETIC[type(operator)]}{last.text})"
    if isinstance(operator, ast.Add | ast.Sub):
        return _Side("number", text, first.slack + last.slack)
    if not first.slack and not last.slack:
        return _Side("number", text)
    if isinstance(operator, ast.Mult) and first.constant is not None:
        return _Side("number", text, last.slack * abs(first.constant))
    if isinstance(operator, ast.Mult) and last.constant is not None:
        return _Side("number", text, first.slack * abs(last.constant))
    raise NotSayable(text)


def _call(name: str, arguments: Sequence[ast.expr], line: Line) -> _Side:
    sides = [_side(each, line) for each in arguments]
    kinds = [each.kind for each in sides]
    match name, kinds:
        case "abs", ["number"]:
            return _Side("number", f"ABS({sides[0].text})", sides[0].slack)
        case "length", ["text"]:
            return _Side("number", f"LEN({sides[0].text})")
        case "age", ["date", *others] if others in ([], ["date"]):
            on = sides[1].text if others else day_of(line.period.end)
            return _Side("number", f'DATEDIF({sides[0].text},{on},"Y")')
        case "year", ["date"]:
            return _Side("number", f"YEAR({sides[0].text})")
        case "days", ["date", "date"]:
            return _Side("number", f"({sides[1].text}-{sides[0].text})")
    raise NotSayable(name)
