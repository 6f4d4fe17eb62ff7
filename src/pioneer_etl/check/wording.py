"""A failed check in words: both sides with their values, as an analyst would write them on the margin.

C7 集体经济收入合计 35.20 ≠ 经营收入 20.00 + 发包及上交收入 10.00 + 补助收入 5.00 = 35.00（差 0.20）
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from pioneer_etl.check.evaluate import Scope, compare, evaluate, holds
from pioneer_etl.check.functions import Unanswerable
from pioneer_etl.check.operand import Number, Row, digits, known, shown, written
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.model import CodeList, Field, FieldType

_OPPOSITE: Final[Mapping[type[ast.cmpop], str]] = {
    ast.Eq: "≠",
    ast.NotEq: "=",
    ast.LtE: ">",
    ast.GtE: "<",
    ast.Lt: "≥",
    ast.Gt: "≤",
}
_SIGNS: Final[Mapping[type[ast.operator], str]] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "×", ast.Div: "÷"}
_CALCULATED: Final = tuple(f" {sign} " for sign in _SIGNS.values())
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Wording:
    """Words for one record (or, without a row, for a submission) in one language."""

    def __init__(
        self,
        fields: Mapping[str, Field],
        code_lists: Mapping[str, CodeList],
        scope: Scope,
        row: Row | None,
        language: Language,
    ) -> None:
        self.fields = fields
        self.code_lists = code_lists
        self.scope = scope
        self.row = row
        self.language: Language = language

    def label(self, name: str) -> str:
        label = self.fields[name].label
        return label.zh if self.language == "zh" else label.en

    def value(self, name: str) -> str:
        """A field's value as a finding shows it, personal data masked."""
        found = self.row.value(name) if self.row else None
        return shown(found, self.fields[name], self.code_lists, self.language)

    def fill(self, text: str, extra: Mapping[str, str]) -> str:
        """The author's own words with {field} and `extra` filled in."""

        def one(match: re.Match[str]) -> str:
            name = match.group(1)
            if name in extra:
                return extra[name]
            return self.value(name) if name in self.fields else match.group(0)

        return _PLACEHOLDER.sub(one, text)

    def failed(self, tree: ast.expr) -> str:
        """What failed: the sides of the comparison, or else the operands with their values."""
        part = self._culprit(tree)
        if isinstance(part, ast.Compare) and len(part.ops) == 1 and type(part.ops[0]) in _OPPOSITE:
            return self._sides(part)
        names = dict.fromkeys(
            each.id for each in ast.walk(part) if isinstance(each, ast.Name) and each.id in self.fields
        )
        return (
            "，".join(self._named(name) for name in names)
            if self.language == "zh"
            else ", ".join(map(self._named, names))
        )

    def _culprit(self, tree: ast.expr) -> ast.expr:
        """The part of an `and`, or of a chain of comparisons, that does not hold."""
        if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And):
            for part in tree.values:
                try:
                    if not holds(part, self.scope):
                        return self._culprit(part)
                except Unanswerable:
                    continue
        if isinstance(tree, ast.Compare) and len(tree.ops) > 1:
            sides = [tree.left, *tree.comparators]
            for index, operator in enumerate(tree.ops):
                if not compare(operator, sides[index], sides[index + 1], self.scope):
                    return ast.Compare(sides[index], [operator], [sides[index + 1]])
        return tree

    def _named(self, name: str) -> str:
        return f"{self.label(name)} {self.value(name)}"

    def _sides(self, tree: ast.Compare) -> str:
        left, right = tree.left, tree.comparators[0]
        first, last = evaluate(left, self.scope), evaluate(right, self.scope)
        text = f"{self._side(left, right)} {_OPPOSITE[type(tree.ops[0])]} {self._side(right, left)}"
        if isinstance(first, Number) and isinstance(last, Number):
            gap = abs(first.value - last.value)
            if gap and not self._in_percent(tree):
                amount = written(gap, max(self._decimals(left), self._decimals(right)))
                text += f"（差 {amount}）" if self.language == "zh" else f" (difference {amount})"
        return text

    def _side(self, node: ast.expr, beside: ast.expr) -> str:
        """One side; a sum or other calculation with its result behind it, a code by its label."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and isinstance(beside, ast.Name):
            return self._label_of_code(node.value, beside.id)
        terms = self._render(node, 0)
        if isinstance(node, ast.BinOp) and any(sign in terms for sign in _CALCULATED):
            result = evaluate(node, self.scope)
            if isinstance(result, Number):
                return f"{terms} = {self._amount(result.value, self._decimals(node))}"
        if isinstance(node, ast.Call):
            result = evaluate(node, self.scope)
            if isinstance(result, Number):
                return f"{terms} = {self._amount(result.value, 0)}"
        return terms

    def _label_of_code(self, code: str, name: str) -> str:
        """What a code that an expression names means for the field it is compared with."""
        field = self.fields.get(name)
        codes = self.code_lists.get(field.codes or "") if field is not None else None
        label = next((each.label for each in codes.codes if each.code == code), None) if codes is not None else None
        if label is None:
            return code
        return label.zh if self.language == "zh" else label.en

    def _amount(self, number: Decimal, decimals: int) -> str:
        """A calculated number; a quotient that does not end is cut to two decimals more than its operands."""
        if digits(number) > 6:
            number = number.quantize(Decimal(1).scaleb(-max(decimals + 2, 2)))
        return written(number, decimals)

    def _render(self, node: ast.expr, binding: int) -> str:
        """A calculation with labels and values; terms without a value are left out of sums."""
        match node:
            case ast.Name(id=name) if name in self.fields:
                return self._named(name)
            case ast.Name(id=name):
                value = evaluate(node, self.scope)
                if name in _FACT_WORDS and isinstance(value, Number):
                    return f"{_FACT_WORDS[name][self.language == 'en']} {written(value.value)}"
                return written(value.value) if isinstance(value, Number) else str(value)
            case ast.Constant(value=value):
                return str(value)
            case ast.BinOp(left=left, op=operator, right=right):
                return self._binary(left, operator, right, binding)
            case ast.UnaryOp(operand=inner):
                return f"-{self._render(inner, 3)}"
            case ast.Call(func=ast.Name(id=name), args=arguments):
                inner_texts = "、".join(self._render(each, 0) for each in arguments)
                return self._function(name, arguments, inner_texts)
        return ast.unparse(node)

    def _function(self, name: str, arguments: list[ast.expr], inner: str) -> str:
        words = _FUNCTION_WORDS.get(name)
        if words is None:
            return f"{name}({inner})"
        label = self.label(arguments[0].id) if arguments and isinstance(arguments[0], ast.Name) else ""
        zh, en = words
        return (zh if self.language == "zh" else en).format(inner=inner, label=label).strip()

    def _binary(self, left: ast.expr, operator: ast.operator, right: ast.expr, binding: int) -> str:
        strength = 1 if isinstance(operator, ast.Add | ast.Sub) else 2
        if strength == 1:
            if self._absent(right):
                return self._render(left, binding)
            if self._absent(left) and isinstance(operator, ast.Add):
                return self._render(right, binding)
        first = self._render(left, strength)
        last = self._render(right, strength + (0 if isinstance(operator, ast.Add | ast.Mult) else 1))
        text = f"{first} {_SIGNS[type(operator)]} {last}"
        return f"({text})" if strength < binding else text

    def _absent(self, node: ast.expr) -> bool:
        """Whether every field of a term has no value."""
        if any(isinstance(each, ast.Call) for each in ast.walk(node)):
            return False
        names = [each.id for each in ast.walk(node) if isinstance(each, ast.Name) and each.id in self.fields]
        return bool(names) and self.row is not None and not any(known(self.row.value(name)) for name in names)

    def _values(self, node: ast.expr) -> list[tuple[Field, int]]:
        """The numeric fields of a calculation with the decimals they were printed with."""
        found = []
        for each in ast.walk(node):
            if isinstance(each, ast.Name) and each.id in self.fields and self.row is not None:
                value = self.row.value(each.id)
                if value is not None and value.decimals is not None and known(value):
                    found.append((self.fields[each.id], value.decimals))
        return found

    def _decimals(self, node: ast.expr) -> int:
        return max((decimals for _, decimals in self._values(node)), default=0)

    def _in_percent(self, node: ast.expr) -> bool:
        """Whether a comparison is about rates, whose difference would be read wrongly as a number."""
        return any(field.type is FieldType.PERCENT for field, _ in self._values(node))


_FACT_WORDS: Final[Mapping[str, tuple[str, str]]] = {"township_villages": ("本乡镇村数", "villages of the township")}
_FUNCTION_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "age": ("{inner} 年龄", "{inner} age"),
    "sum": ("{label}各行之和", "sum of {label}"),
    "count": ("{label}记录数", "records {label}"),
    "length": ("{inner} 位数", "{inner} length"),
    "abs": ("|{inner}|", "|{inner}|"),
    "year": ("{inner} 年份", "{inner} year"),
    "days": ("{inner} 相隔天数", "days from {inner}"),
}
