"""Checks that a dataset's contract, or a plugin, declares."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from pioneer_etl.check.evaluate import (
    Answers,
    Records,
    Scope,
    Tolerance,
    evaluate,
    holds,
    tolerance_of,
    truths,
)
from pioneer_etl.check.functions import Unanswerable
from pioneer_etl.check.operand import ZERO, Number, Operand, Row, broken, known, operand, written
from pioneer_etl.check.subject import Subject
from pioneer_etl.check.wording import Wording
from pioneer_etl.contract.expression import Expression, ExpressionError, check_fields, parse_expression
from pioneer_etl.contract.finding import Finding, Severity, finding
from pioneer_etl.contract.model import Check, Field, OrgUnit
from pioneer_etl.contract.places import valid_on
from pioneer_etl.transform.model import FieldValue, Record

# A finding lists so many missing villages by name, then says how many more there are.
_LISTED = 40
_EXACT = Tolerance(False)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A parsed expression with what is asked of it for every record.

    `asked` are the fields inside `known`, which has an answer when they are missing; `sides` the fields
    on each side of a comparison (or of the whole).
    """

    expression: Expression
    asked: frozenset[str]
    sides: tuple[frozenset[str], ...]

    @property
    def fields(self) -> tuple[str, ...]:
        return self.expression.fields


@lru_cache(maxsize=1024)
def _plan(expression: Expression) -> _Plan:
    tree, fields = expression.tree, frozenset(expression.fields)
    sides = [tree.left, *tree.comparators] if isinstance(tree, ast.Compare) else [tree]
    asked = [
        argument.id
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "known"
        for argument in call.args
        if isinstance(argument, ast.Name)
    ]
    named = (frozenset(each.id for each in ast.walk(side) if isinstance(each, ast.Name)) for side in sides)
    return _Plan(expression, frozenset(asked), tuple(names & fields for names in named))


def declared_findings(subject: Subject, check: Check) -> Iterator[Finding]:
    """What one declared check finds in a submission.

    A check that cannot be used (a plugin's may name a field that does not exist) is itself a finding.
    """
    try:
        expression = parse_expression(check.expression, check.scope)
        where = parse_expression(check.where, "record") if check.where else None
        for each in (expression, where):
            if each is not None and not all(name in subject.fields for name in each.fields):
                check_fields(each, subject.fields)
        tolerance = tolerance_of(check.tolerance)
    except (ExpressionError, ArithmeticError, ValueError) as error:
        zh, en = (error.zh, error.en) if isinstance(error, ExpressionError) else (str(error), str(error))
        yield finding("check.unusable", sheet=subject.sheet, rule=check.name, zh=zh, en=en, check=check.name)
        return
    if check.scope == "submission":
        yield from over_submission(subject, check, expression, where, tolerance)
        return
    for _, found in over_records(subject, check, expression, where, tolerance):
        yield found


def over_records(
    subject: Subject,
    check: Check,
    expression: Expression,
    where: Expression | None,
    tolerance: Tolerance,
    among: Sequence[int] | None = None,
) -> Iterator[tuple[int, Finding]]:
    """The records (by their index) for which a check does not hold, each with what is to be said of it.

    Only those `among` some records, where not all are to be looked at.
    """
    selected = _with_operands(subject, check, _plan(expression), records_about(subject, where, among))
    if not selected:
        return
    zero = check.missing != "skip_any"
    villages = subject.villages() if "township_villages" in expression.text else None
    records = _records(subject, expression, selected, tolerance, zero, villages)
    for index, true in zip(selected, truths(expression.tree, records), strict=True):
        if true is False:
            columns = subject.operands(expression.fields)
            values = {name: value for name, column in columns.items() if (value := column[index]) is not None}
            row = subject.row(index)
            there = villages[index] if villages is not None else None
            scope = Scope(values, subject.submission.period, tolerance, zero, row.answer, there)
            try:
                found = _record_finding(subject, check, expression, scope, row)
            except Unanswerable:
                continue
            yield index, found


def records_about(subject: Subject, where: Expression | None, among: Sequence[int] | None = None) -> Sequence[int]:
    """The records (by their index) that a check is about; not those where a field that decides it is missing."""
    selected = range(len(subject.rows)) if among is None else among
    if where is None:
        return selected
    answers = truths(where.tree, _records(subject, where, selected, _EXACT))
    return [index for index, true in zip(selected, answers, strict=True) if true]


def _records(
    subject: Subject,
    expression: Expression,
    selected: Sequence[int],
    tolerance: Tolerance,
    missing_is_zero: bool = False,
    villages: Sequence[Number | None] | None = None,
) -> Records:
    """What the names of an expression stand for in some records of a form."""
    columns = subject.operands(expression.fields)

    def chosen(column: Answers) -> Answers:
        return column if len(selected) == len(column) else [column[index] for index in selected]

    return Records(
        len(selected),
        lambda name: chosen(columns[name]),
        subject.submission.period,
        tolerance,
        missing_is_zero,
        lambda function, names: chosen(subject.answers(function, names)),
        None if villages is None else chosen(villages),
        subject.known if len(selected) == len(subject.rows) else None,
    )


def _with_operands(subject: Subject, check: Check, plan: _Plan, selected: Sequence[int]) -> Sequence[int]:
    """Those of some records that have what a check needs, or lack what it can do without."""
    columns = subject.operands(plan.fields)
    lacking = {at for column in columns.values() for at, value in enumerate(column) if value is None}
    if not lacking:
        return selected
    if check.missing == "skip_any" and not plan.asked:
        return [index for index in selected if index not in lacking]

    def is_checked(index: int) -> bool:
        if any(broken(subject.values(name)[index]) for name in plan.fields):
            return False
        absent = {name for name, column in columns.items() if column[index] is None} - plan.asked
        return not absent or not _skips(plan, absent, check.missing, subject.rows[index])

    return [index for index in selected if index not in lacking or is_checked(index)]


def _skips(plan: _Plan, absent: set[str], strategy: str, row: Row) -> bool:
    """Whether missing operands leave nothing to check: any, or all on one side of the comparison.

    What the form never asked for is not known, and no zero: a sum that lacks it says nothing.
    """
    if strategy == "skip_any":
        return True
    if strategy == "zero":
        return False
    return any(side and side <= absent for side in plan.sides) or not all(map(row.asks, absent))


def _record_finding(subject: Subject, check: Check, expression: Expression, scope: Scope, row: Row) -> Finding:
    cells = tuple(dict.fromkeys(cell for name in expression.fields if (cell := row.cell(name))))
    texts = {}
    for language in ("zh", "en"):
        words = Wording(subject.fields, subject.contracts.code_lists, scope, row, language)
        rule = words.fill(check.message.zh if language == "zh" else check.message.en, {})
        place = f"（{row.record.place.name}）" if row.record.place else ""
        place = place if language == "zh" else place.replace("（", " (").replace("）", ")")
        at = f"{cells[0]} " if cells else ""
        texts[language] = f"{at}{words.failed(expression.tree)}{'：' if language == 'zh' else ': '}{rule}{place}"
    expected, found = _expected(expression.tree, scope, subject.fields)
    return finding(
        "check.failed",
        severity=Severity(check.severity),
        sheet=row.part.sheet,
        cells=cells,
        rule=check.name,
        expected=expected,
        found=found,
        check=check.name,
        **texts,
    )


def _expected(tree: ast.expr, scope: Scope, fields: Mapping[str, Field]) -> tuple[str | None, str | None]:
    """The two sides of a plain numeric comparison, where neither is personal."""
    names = [each.id for each in ast.walk(tree) if isinstance(each, ast.Name)]
    if not isinstance(tree, ast.Compare) or len(tree.ops) != 1 or isinstance(tree.ops[0], ast.In | ast.NotIn):
        return None, None
    if any(name in fields and fields[name].personal for name in names):
        return None, None
    left, right = evaluate(tree.left, scope), evaluate(tree.comparators[0], scope)
    if isinstance(left, Number) and isinstance(right, Number):
        return written(right.value), written(left.value)
    return None, None


def over_submission(
    subject: Subject,
    check: Check,
    expression: Expression,
    where: Expression | None,
    tolerance: Tolerance,
    beside: Mapping[str, FieldValue] = MappingProxyType({}),
) -> Iterator[Finding]:
    """What a check finds in a form as a whole; `beside` are figures of other forms that it is held against."""
    if subject.submission.quarantined:
        # Records are missing or misread, so what a whole form adds up to says nothing about the township.
        return
    selected = records_about(subject, where)
    tree = expression.tree
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
        names = tuple(each.id for each in tree.args if isinstance(each, ast.Name))
        if tree.func.id == "unique":
            yield from _repeated(subject, check, selected, names)
            return
        if tree.func.id == "complete":
            yield from _incomplete(subject, check, selected, names[0])
            return
    if any(broken(subject.values(name)[index]) for name in expression.fields for index in selected):
        return

    def call(name: str, arguments: tuple[str, ...]) -> Operand:
        if not arguments:
            return Number(Decimal(len(selected)))
        field = subject.fields[arguments[0]]
        column = subject.values(field.name)
        values = [value for index in selected if (value := column[index]) is not None and known(value)]
        if name == "count":
            return Number(Decimal(len(values)))
        numbers = (operand(value, field) for value in values)
        return sum((each for each in numbers if isinstance(each, Number)), Number(ZERO))

    figures = {name: operand(value, subject.fields[name]) for name, value in beside.items() if known(value)}
    scope = Scope(
        figures, subject.submission.period, tolerance, call=call, villages=subject.villages_of(subject.submission)
    )
    about = Row(subject.submission.parts[0], Record(0, beside)) if beside else None
    try:
        if not selected or holds(tree, scope):
            return
        texts = {}
        for language in ("zh", "en"):
            words = Wording(subject.fields, subject.contracts.code_lists, scope, about, language)
            rule = check.message.zh if language == "zh" else check.message.en
            rule = words.fill(rule, {"count": str(len(selected))})
            texts[language] = f"{words.failed(tree)}{'：' if language == 'zh' else ': '}{rule}"
    except Unanswerable:
        return
    rows = [subject.rows[index] for index in selected]
    cells = tuple(cell for row in rows for name in expression.fields if (cell := row.cell(name)))
    expected, found = _expected(tree, scope, subject.fields)
    yield finding(
        "check.failed",
        severity=Severity(check.severity),
        sheet=subject.sheet,
        cells=cells,
        rule=check.name,
        expected=expected,
        found=found,
        check=check.name,
        **texts,
    )


def repeats(subject: Subject, names: Sequence[str], selected: Sequence[int]) -> Iterator[tuple[Row, ...]]:
    """Groups among some records that agree in all of some fields, each of which has a value."""
    columns = [[value.value if value is not None else None for value in subject.values(name)] for name in names]
    groups: dict[tuple[object, ...], list[int]] = {}
    keys = list(zip(*columns, strict=True))
    if len({*keys}) == len(keys):
        return  # mostly nothing repeats
    for index in selected:
        if None not in keys[index]:
            groups.setdefault(keys[index], []).append(index)
    for group in groups.values():
        if len(group) > 1:
            yield tuple(subject.rows[index] for index in group)


def repeat_words(subject: Subject, group: Sequence[Row], names: Sequence[str]) -> tuple[tuple[str, ...], str, str]:
    """Where the rows of a group stand (on the sheet of the first), and what they agree in, in both languages."""
    sheet = group[0].part.sheet
    here = [row for row in group if row.part.sheet == sheet]
    cells = tuple(cell for row in here for name in names if (cell := row.cell(name)))
    texts = []
    for language in ("zh", "en"):
        words = Wording(subject.fields, subject.contracts.code_lists, Scope({}), group[0], language)
        where = [row.cell(names[0]) or f"#{row.record.line}" for row in here]
        where += [f"{row.part.sheet}!{row.cell(names[0])}" for row in group if row.part.sheet != sheet]
        what = ("，" if language == "zh" else ", ").join(f"{words.label(name)} {words.value(name)}" for name in names)
        texts.append(f"{'、'.join(where) if language == 'zh' else ', '.join(where)} {what}")
    return cells, texts[0], texts[1]


def _repeated(subject: Subject, check: Check, selected: Sequence[int], names: tuple[str, ...]) -> Iterator[Finding]:
    for group in repeats(subject, names, selected):
        cells, zh, en = repeat_words(subject, group, names)
        yield finding(
            "check.failed",
            severity=Severity(check.severity),
            sheet=group[0].part.sheet,
            cells=cells,
            rule=check.name,
            check=check.name,
            zh=f"{zh}：{check.message.zh}",
            en=f"{en}: {check.message.en}",
        )


def _incomplete(subject: Subject, check: Check, selected: Sequence[int], name: str) -> Iterator[Finding]:
    """The units registered under the township that a place field never names."""
    township, period = subject.submission.township, subject.submission.period
    if township is None:
        return
    day = period.end if period else None
    registered = [unit for unit in subject.contracts.places.children(township.code) if valid_on(unit, day)]
    rows = [subject.rows[index] for index in selected]
    listed = {value.value for row in rows if (value := row.value(name)) is not None}
    if name == subject.submission.dataset.place_field:
        listed |= {row.record.place.code for row in rows if row.record.place}
    missing: list[OrgUnit] = [unit for unit in registered if unit.code not in listed]
    if not missing:
        return
    names = [unit.name for unit in missing[:_LISTED]]
    more = len(missing) - len(names)
    zh = "、".join(names) + (f" 等共 {len(missing)} 个" if more else "")
    en = ", ".join(names) + (f" and {more} more" if more else "")
    unread = sum(broken(row.value(name)) for row in rows)
    unread_zh = f"（另有 {unread} 个名称未能识别，可能就在其中）" if unread else ""
    unread_en = f" ({unread} names could not be read and may be among them)" if unread else ""
    extra = {"missing": zh, "count": str(len(missing)), "registered": str(len(registered))}
    words = {
        language: Wording(subject.fields, subject.contracts.code_lists, Scope({}), None, language)
        for language in ("zh", "en")
    }
    yield finding(
        "check.failed",
        severity=Severity(check.severity),
        sheet=subject.sheet,
        cells=(),
        rule=check.name,
        expected=len(registered),
        found=len(registered) - len(missing),
        check=check.name,
        missing=zh,
        zh=f"{township.name}登记 {len(registered)} 个，缺 {len(missing)} 个：{zh}{unread_zh}。"
        f"{words['zh'].fill(check.message.zh, extra)}",
        en=f"{township.name} has {len(registered)} registered; {len(missing)} missing: {en}{unread_en}. "
        f"{words['en'].fill(check.message.en, {**extra, 'missing': en})}",
    )
