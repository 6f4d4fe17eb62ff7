"""A trace told in words, and as plain values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.model import Label
from pioneer_etl.report.model import Comparison, Figure, Measure, words
from pioneer_etl.report.printed import format_figure, state_word
from pioneer_etl.report.words import period_words, word

if TYPE_CHECKING:
    from pioneer_etl.report.trace import Trace, TracedCell

_SUM = re.compile(r"sum\((.+)\)", re.IGNORECASE)
_COUNT = re.compile(r"count\(\s*\*\s*\)", re.IGNORECASE)
_IS_NULL = re.compile(r"\bis\s+null\b", re.IGNORECASE)
_IS_NOT_NULL = re.compile(r"\bis\s+not\s+null\b", re.IGNORECASE)
_OPERATORS = {"AND": "and", "OR": "or", "IS_NULL": "is_null", "IS_NOT_NULL": "is_not_null", "IN": "in"}
_AGE = re.compile(r"date_sub\(\s*'year'\s*,\s*(\w+)\s*,\s*DATE '([\d-]+)'\s*\)", re.IGNORECASE)
_STRING_OR_NAME = re.compile(r"'(?:[^']|'')*'|[A-Za-z_][A-Za-z0-9_]*")


def heading_words(path: tuple[Label, ...], language: Language) -> str:
    """A heading path on one line."""
    return " / ".join(words(each, language).replace("\n", " " if language == "en" else "") for each in path)


def figure_words(trace: Trace, language: Language) -> str:
    """The figure as the table prints it, with its unit; or the word for its state."""
    if trace.cell.value is None:
        return state_word(trace.cell.state, language) or word("blank", language)
    return format_figure(trace.cell.value, trace.measure.format, language) + _unit(trace, trace.measure, language)


def _unit(trace: Trace, measure: Measure, language: Language) -> str:
    if measure.format.endswith("%"):
        return ""
    unit = measure.unit or trace.spec.unit
    if unit is None:
        return ""
    text = words(unit, language)
    return f" {text}" if text else ""


def expression_words(trace: Trace, language: Language) -> str:
    """The expression with its fields by their labels: what was added or counted, and of which records."""
    dataset = trace.dataset
    labels = {} if dataset is None else {each.name: words(each.label, language) for each in dataset.fields}
    title = "" if dataset is None else words(dataset.title, language)

    def one(match: re.Match[str]) -> str:
        text = match[0]
        if text.startswith("'"):
            code = trace.codes.get(text[1:-1])
            return words(code, language) if code else text
        if text.upper() in _OPERATORS:
            return word(f"sql.{_OPERATORS[text.upper()]}", language)
        return labels.get(text, text)

    def named(sql: str) -> str:
        sql = _IS_NOT_NULL.sub("IS_NOT_NULL", _IS_NULL.sub("IS_NULL", sql))
        ages = [word("age_at", language, day=match[2], field=match[1]) for match in _AGE.finditer(sql)]
        sql = _STRING_OR_NAME.sub(one, _AGE.sub("_AGE_", sql))
        for age in ages:
            sql = sql.replace("_AGE_", _STRING_OR_NAME.sub(one, age), 1)
        return sql

    expression = trace.expression.strip()
    if _COUNT.fullmatch(expression):
        text = word("count_of", language, dataset=title)
    elif (match := _SUM.fullmatch(expression)) and match[1].count("(") == match[1].count(")"):
        text = word("sum_of", language, what=named(match[1]), dataset=title)
    else:
        text = word("taken_from", language, what=named(expression), dataset=title)
    if trace.where:
        text += word("where", language, condition=named(trace.where))
    if trace.measure.scale != 1:
        text += f" × {trace.measure.scale}"
    return text


def in_words(trace: Trace, language: Language = "zh") -> str:
    """Where the figure stands and how it was computed; a ratio with its two sides."""
    period, column = period_words(trace.period, language), heading_words(trace.column, language)
    place = words(trace.row, language)
    lines = [f"{place} · {column} · {period} = {figure_words(trace, language)}", *_made_of(trace, language)]
    return "\n".join(lines)


def _made_of(trace: Trace, language: Language, indent: str = "  ") -> list[str]:
    """How a figure was made, in lines: its records, or the figures that it was made from and how these were."""
    lines: list[str] = []
    if trace.numerator is not None and trace.denominator is not None:
        top, bottom = trace.numerator, trace.denominator
        scale = f" × {trace.measure.scale}" if trace.measure.scale != 1 else ""
        lines.append(f"{indent}= {_raw(top)} ÷ {_raw(bottom)}{scale}")
        for name, side in (("numerator", top), ("denominator", bottom)):
            label = words(side.measure.label, language).replace("\n", "")
            lines.append(f"{indent}{word(name, language)}{label}：{_computed(side, language)}")
    elif trace.ranked is not None:
        count = word("rank_of", language, count=len(trace.others), first=word(_first(trace), language))
        lines.append(f"{indent}{count}")
        lines += _side("ranked", trace.ranked, language, indent)
        best = [f"{words(label, language)} {_figure(trace.ranked, each)}" for label, each in trace.others[:_FIRST]]
        lines.append(f"{indent}{word('leading', language)}{('、' if language == 'zh' else ', ').join(best)}")
    elif trace.before is not None:
        if trace.now is not None and trace.cell.value is not None:
            now, before = _raw(trace.now), _raw(trace.before)
            over = f" ÷ {before}" if trace.measure.compares is Comparison.GROWTH else ""
            scale = f" × {trace.measure.scale}" if trace.measure.scale != 1 else ""
            change = f"({now} − {before})" if over or scale else f"{now} − {before}"
            lines.append(f"{indent}= {change}{over}{scale}")
        for name, each in trace.sides:
            lines += _side(name, each, language, indent)
    elif trace.expression:
        lines.append(f"{indent}{_computed(trace, language)}")
    return lines


_FIRST = 3


def _first(trace: Trace) -> str:
    return "lowest_first" if trace.measure.lowest_first else "highest_first"


def _side(name: str, side: Trace, language: Language, indent: str) -> list[str]:
    """One of the figures that a comparison holds against another: whose, of which period, and how it was made."""
    label = words(side.measure.label, language).replace("\n", " " if language == "en" else "")
    whose = label if name == "ranked" else period_words(side.period, language)
    head = f"{indent}{word(name, language)}{whose}"
    return [f"{head} = {figure_words(side, language)}", *_made_of(side, language, f"{indent}  ")]


def _figure(trace: Trace, value: Figure) -> str:
    return format_figure(value, trace.measure.format)


def _raw(side: Trace) -> str:
    return format_figure(side.cell.value, "General") if side.cell.value is not None else "—"


def _computed(trace: Trace, language: Language) -> str:
    count = word("of_records", language, count=len(trace.records))
    return f"{expression_words(trace, language)}{count}"


def as_dict(trace: Trace, language: Language = "zh") -> dict[str, Any]:
    """Everything for JSON; figures as text, so that no digit is lost."""
    found: dict[str, Any] = {
        "summary": trace.spec.name,
        "period": trace.period.text,
        "row": words(trace.row, language),
        "code": trace.code,
        "column": [words(each, language).replace("\n", "") for each in trace.column],
        "measure": trace.measure.name,
        "value": None if trace.cell.value is None else format_figure(trace.cell.value, "General"),
        "shown": figure_words(trace, language),
        "state": trace.cell.state.value,
        "words": in_words(trace, language),
    }
    if trace.sides:
        found |= {name: as_dict(side, language) for name, side in trace.sides}
        if trace.ranked is not None:
            found["others"] = [
                {"row": words(label, language), "value": format_figure(value, "General")}
                for label, value in trace.others
            ]
        return found
    found |= {
        "dataset": trace.measure.dataset,
        "expression": trace.expression,
        "where": trace.where,
        "records": [
            {
                "submission": record.key[0],
                "part": record.key[1],
                "line": record.key[2],
                "period": record.period,
                "township": record.township,
                "village": record.village,
                "cells": [_cell(each, language) for each in record.cells],
            }
            for record in trace.records
        ],
    }
    return found


def _cell(cell: TracedCell, language: Language) -> dict[str, str]:
    return {
        "field": cell.field,
        "label": words(cell.label, language),
        "file": cell.file,
        "sheet": cell.sheet,
        "cell": cell.cell,
        "text": cell.text,
        "value": cell.value,
        "state": cell.state,
        "conversion": cell.conversion,
    }
