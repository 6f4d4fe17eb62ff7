"""The language of declared checks: a comparison or boolean over a dataset's fields.

    income_total == income_operating + income_contracting + income_other
    attendance_rate <= 1 and person_times > 0
    age(birth_month) >= 18
    kind in ("theory", "skills") or known(villages_covered)

A check may also speak of another form of the same township and period, or of the township's last period:

    members <= village.population
    income_last_year == previous.income_total
    records(reserve_cadre, age(birth_month) <= 35) <= members_35_or_younger

It looks like Python and is parsed by Python's own parser, but only what is listed here is let through;
nothing is ever executed.  Values are field names, numbers, texts, True and False, and the names
`period_start`, `period_end`, `period_year` and `township_villages`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from pioneer_etl.contract.toml import closest
from pioneer_etl.contract.unchanging import unchanging

PERIOD_NAMES: Final = ("period_start", "period_end", "period_year")
PLACE_NAMES: Final = ("township_villages",)
PREVIOUS: Final = "previous"


@unchanging
class Function:
    """A function of the language: how many arguments it takes and what it answers."""

    least: int
    most: int
    summary: str


RECORD_FUNCTIONS: Final[Mapping[str, Function]] = {
    "abs": Function(1, 1, "the number without its sign"),
    "min": Function(2, 20, "the smallest of its arguments"),
    "max": Function(2, 20, "the largest of its arguments"),
    "known": Function(1, 1, "whether a field has a value"),
    "contains": Function(2, 20, "whether a text contains one of the texts that follow"),
    "length": Function(1, 1, "how many characters a text has"),
    "age": Function(1, 2, "full years from a birth date or month to a day (the period's last day unless given)"),
    "year": Function(1, 1, "the year of a date"),
    "id_valid": Function(1, 1, "whether an ID number is well formed: length, date, check digit (GB 11643)"),
    "id_matches": Function(2, 3, "whether an ID number agrees with the sex, and the birth month where given"),
    "in_period": Function(1, 1, "whether a date or month lies within the period"),
    "days": Function(2, 2, "how many days the second date lies after the first"),
    "asked": Function(1, 1, "whether the form has a column for a field"),
    "place_level": Function(1, 1, "the level of the record's own place: county, township or village"),
}
# About another form: how many of its records there are, and a field of it added up.
OTHER_FUNCTIONS: Final[Mapping[str, Function]] = {
    "records": Function(1, 2, "how many records another form has, or how many of them fit a condition"),
    "total": Function(1, 2, "a field of another form added up over its records, or over those that fit a condition"),
}
SUBMISSION_FUNCTIONS: Final[Mapping[str, Function]] = {
    "abs": RECORD_FUNCTIONS["abs"],
    "min": RECORD_FUNCTIONS["min"],
    "max": RECORD_FUNCTIONS["max"],
    "sum": Function(1, 1, "a field added up over the records"),
    "count": Function(0, 1, "how many records there are, or how many have a value in a field"),
    "unique": Function(1, 9, "whether no two records agree in all the fields"),
    "complete": Function(1, 1, "whether every unit registered under the township stands in a place field"),
}

_OPERATORS: Final = (ast.Add, ast.Sub, ast.Mult, ast.Div)
_COMPARISONS: Final = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn)
_OF_FIELDS: Final = ("unique", "complete", "sum", "count", "known", "asked", "place_level")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_OTHER: Final = re.compile(rf"\.|{'|'.join(OTHER_FUNCTIONS)}")  # what a text about another form has somewhere
_LONGEST: Final = 1000
_DEEPEST: Final = 40


class ExpressionError(ValueError):
    """What is wrong with an expression, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


@unchanging
class OtherCount:
    """What `records` and `total` ask of another form; `field` is None for `records`.

    `form` is a dataset or "previous".  In the tree it is a name of its own, `text`.
    """

    text: str
    form: str
    field: str | None
    condition: Expression | None


@unchanging
class Expression:
    """A parsed expression: its text, its tree of allowed nodes, and the fields it names in order.

    In the tree a field of another form is one name with a dot, `village.population`: those are `others`, and
    `counts` what is counted or added up there.
    """

    text: str
    tree: ast.expr
    fields: tuple[str, ...]
    others: tuple[str, ...] = ()
    counts: tuple[OtherCount, ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        """The other forms that it speaks of: datasets, and "previous" for the township's last period."""
        named = (*(each.split(".")[0] for each in self.others), *(each.form for each in self.counts))
        return tuple(dict.fromkeys(named))


@lru_cache(maxsize=1024)
def parse_expression(text: str, scope: str = "record") -> Expression:
    """The expression that `text` writes; ExpressionError when it is none or uses what is not allowed.

    `scope` is "record" or "submission" and decides which functions exist.
    """
    if len(text) > _LONGEST:
        raise ExpressionError("表达式太长", f"it is longer than {_LONGEST} characters")
    try:
        tree = ast.parse(" ".join(text.split()), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else "too deeply nested"
        raise ExpressionError("语法不对", f"it does not parse ({reason})") from error
    others = _Others(scope)
    if _OTHER.search(text):
        tree = others.visit(tree)
    functions = SUBMISSION_FUNCTIONS if scope == "submission" else RECORD_FUNCTIONS
    fields: dict[str, None] = {}
    _allow(tree, functions, fields, 0)
    for name in (*others.fields, *(each.text for each in others.counts)):
        fields.pop(name, None)
    return Expression(text, tree, tuple(fields), tuple(others.fields), tuple(others.counts))


class _Others(ast.NodeTransformer):
    """Puts one name in the place of what an expression says about another form."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self.fields: dict[str, None] = {}
        self.counts: list[OtherCount] = []

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if not isinstance(node.value, ast.Name) or not _NAME.fullmatch(node.attr):
            raise _not_allowed(node)
        if self.scope == "submission":
            raise ExpressionError(
                f"整张表的审核里要写 total({ast.unparse(node)}) 或 records({node.value.id})",
                f"a check of a whole form asks total({ast.unparse(node)}) or records({node.value.id})",
            )
        name = f"{node.value.id}.{node.attr}"
        self.fields[name] = None
        return ast.Name(name, ast.Load())

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if not isinstance(node.func, ast.Name) or node.func.id not in OTHER_FUNCTIONS:
            return ast.Call(node.func, [self.visit(each) for each in node.args], node.keywords)
        function, text = node.func.id, ast.unparse(node)
        match function, node.args:
            case "records", [ast.Name(id=form), *conditions] if len(conditions) <= 1:
                field = None
            case "total", [ast.Attribute(value=ast.Name(id=form), attr=field), *conditions] if len(conditions) <= 1:
                pass
            case _:
                usage = "records(FORM, …)" if function == "records" else "total(FORM.field, …)"
                raise ExpressionError(f"应写成 {usage}：{text}", f"it must be {usage}: {text}")
        condition = parse_expression(ast.unparse(conditions[0])) if conditions else None
        if condition is not None and condition.forms:
            raise ExpressionError(f"条件里只能写 {form} 的字段", f"the condition may name fields of {form} only")
        self.counts.append(OtherCount(text, form, field, condition))
        return ast.Name(text, ast.Load())


def check_fields(expression: Expression, known: Iterable[str]) -> None:
    """ExpressionError when the expression names a field that is not among `known`."""
    known = list(known)
    for name in expression.fields:
        if name not in known:
            near = closest(name, known)
            raise ExpressionError(
                f"没有字段 {name}" + (f"，是不是 {near}" if near else ""),
                f"there is no field {name}" + (f"; did you mean {near}" if near else ""),
            )


def _allow(node: ast.AST, functions: Mapping[str, Function], fields: dict[str, None], depth: int) -> None:
    """Lets `node` pass or raises; collects the fields it names."""
    if depth > _DEEPEST:
        raise ExpressionError("嵌套太深", "it is too deeply nested")
    match node:
        case ast.Constant(value=bool() | int() | float() | str()):
            return
        case ast.Name(id=name):
            if name in functions:
                raise ExpressionError(f"函数 {name} 后面要有括号", f"the function {name} needs its brackets")
            if name not in PERIOD_NAMES and name not in PLACE_NAMES:
                fields[name] = None
        case ast.Tuple(elts=items) if items and all(isinstance(item, ast.Constant) for item in items):
            return
        case ast.BoolOp(values=parts):
            for part in parts:
                _allow(part, functions, fields, depth + 1)
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.UAdd(), operand=operand):
            _allow(operand, functions, fields, depth + 1)
        case ast.BinOp(left=left, op=operator, right=right) if isinstance(operator, _OPERATORS):
            _allow(left, functions, fields, depth + 1)
            _allow(right, functions, fields, depth + 1)
        case ast.Compare(left=left, ops=operators, comparators=others):
            for comparison, other in zip(operators, others, strict=True):
                listed = isinstance(comparison, ast.In | ast.NotIn)
                if not isinstance(comparison, _COMPARISONS) or listed != isinstance(other, ast.Tuple):
                    raise _not_allowed(node)
            for part in (left, *others):
                _allow(part, functions, fields, depth + 1)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            _allow_call(name, arguments, functions, fields, depth)
        case _:
            raise _not_allowed(node)


def _allow_call(
    name: str, arguments: list[ast.expr], functions: Mapping[str, Function], fields: dict[str, None], depth: int
) -> None:
    function = functions.get(name)
    if function is None:
        functions = {**functions, **OTHER_FUNCTIONS}
        near = closest(name, functions)
        raise ExpressionError(
            f"没有函数 {name}" + (f"，是不是 {near}" if near else f"；可用：{'、'.join(functions)}"),
            f"there is no function {name}" + (f"; did you mean {near}" if near else f"; known: {', '.join(functions)}"),
        )
    if not function.least <= len(arguments) <= function.most:
        wanted = f"{function.least}" if function.least == function.most else f"{function.least}-{function.most}"
        raise ExpressionError(
            f"函数 {name} 要 {wanted} 个参数", f"{name} takes {wanted} arguments, not {len(arguments)}"
        )
    if name in ("unique", "complete") and depth:
        raise ExpressionError(f"函数 {name} 只能单独使用", f"{name} must stand alone")
    if name in _OF_FIELDS and not all(isinstance(a, ast.Name) for a in arguments):
        raise ExpressionError(f"函数 {name} 的参数只能是字段名", f"the arguments of {name} must be field names")
    for argument in arguments:
        _allow(argument, functions, fields, depth + 1)


def _not_allowed(node: ast.AST) -> ExpressionError:
    try:
        words = ast.unparse(node)
    except (AttributeError, ValueError, RecursionError):
        words = type(node).__name__
    words = words if len(words) <= 60 else words[:59] + "…"
    return ExpressionError(f"不允许这样写：{words}", f"this is not allowed: {words}")
