"""What every value parser gives: the value with its state, and what is doubtful about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, TypeAlias

from pioneer_etl.contract.text import normalise
from pioneer_etl.transform.model import FieldValue, ValueState
from pioneer_etl.workbook.model import CellError, NoResult, Scalar


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to be said about a cell: a code of the catalogue and the words that fill it.

    The argument `proposal` is what the cell was probably meant to say; it is shown and never applied.
    """

    code: str
    arguments: Mapping[str, str] = field(default_factory=dict)


Reading: TypeAlias = tuple[FieldValue, tuple[Doubt, ...]]

SURE: Final[tuple[Doubt, ...]] = ()
BLANK: Final[FieldValue] = FieldValue(None, ValueState.BLANK)
ABSENT: Final[FieldValue] = FieldValue(None, ValueState.ABSENT)

_NONE_WORDS: Final = frozenset(["无", "没有", "暂无", "尚无", "nil", "none"])
_NOT_APPLICABLE: Final = frozenset(["不适用", "不涉及", "无此项", "没有此项", "n/a", "na", "n.a.", "n.a"])
_DITTO: Final = frozenset(["同上", "同前", "〃", "″", "′′", '"', "''", "〞", "ditto"])
_STROKES: Final = frozenset("-/\\*·.…_")


def mark(text: str) -> ValueState | None:
    """The state that a mark for "no value" says: 无, —, / and … say none; 不适用 not applicable; else None."""
    clean = normalise(text)
    if not clean:
        return ValueState.BLANK
    if clean in _NONE_WORDS or _STROKES.issuperset(clean):
        return ValueState.NONE
    if clean in _NOT_APPLICABLE:
        return ValueState.NOT_APPLICABLE
    return None


def is_ditto(text: str) -> bool:
    """True for 同上, 〃 and the like: the value above holds here too."""
    return not text[:1].isdigit() and (text.strip() in _DITTO or normalise(text) in _DITTO)


def shown(value: Scalar | None) -> str:
    """A raw cell as text, as a person would read it: 12 for 12.0, 2004-09-01 for a date at midnight."""
    if isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, CellError):
        return value.code
    if isinstance(value, NoResult):
        return value.formula if value.formula.startswith("=") else f"={value.formula}"
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def broken(value: CellError | NoResult) -> Reading:
    """The state of an error cell or of a formula that was saved without a result, with its doubt."""
    text = shown(value)
    if isinstance(value, CellError):
        return FieldValue(None, ValueState.ERROR, text=text), (Doubt("value.error_cell", {"found": text}),)
    return FieldValue(None, ValueState.NO_RESULT, text=text), (Doubt("value.no_result", {"found": text}),)


def unreadable(text: str, code: str, **arguments: str) -> Reading:
    """A cell that says something that cannot be taken for a value of its field."""
    return FieldValue(None, ValueState.UNREADABLE, text=text), (Doubt(code, {"found": text, **arguments}),)


def converted(*steps: str | None) -> str | None:
    """The steps of a conversion in one text; None when there was none."""
    return "；".join(step for step in steps if step) or None
