"""How the values of a field are stored, and what a cell plainly says for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

from pioneer_etl.contract.model import CodeList, Dataset, Field, FieldType
from pioneer_etl.warehouse.arrow import Kind
from pioneer_etl.warehouse.views import stored_places

_LARGEST = 2**63
_DIGITS = 18


class UnfitValue(Exception):
    """A value that its column cannot hold."""


# A value made fit for its column, its plain text, and a word if it was rounded on the way.
Stored: TypeAlias = tuple[Any, str, str | None]
Storer: TypeAlias = Callable[[Any], Stored]


def code_labels(dataset: Dataset, code_lists: Mapping[str, CodeList]) -> dict[str, dict[str, str]]:
    """The Chinese label of every code, by field."""
    return {
        each.name: {code.code: code.label.zh for code in code_lists[each.codes].codes}
        for each in dataset.fields
        if each.codes is not None and each.codes in code_lists
    }


def column_kind(field: Field) -> Kind:
    """How a field's column is handed to DuckDB."""
    match field.type:
        case FieldType.INTEGER:
            return "int"
        case FieldType.DATE | FieldType.MONTH:
            return "date"
        case FieldType.BOOLEAN:
            return "bool"
        case _:
            return "text"  # decimals too: DuckDB casts them exactly, or refuses


def storer(field: Field, labels: Mapping[str, str] | None = None) -> Storer:
    """What makes the values of a field fit for its column; it raises UnfitValue.  `labels` are those of its codes."""
    match field.type:
        case FieldType.INTEGER:
            return _whole
        case FieldType.DECIMAL | FieldType.PERCENT:
            return _decimals(stored_places(field))
        case FieldType.MONTH:
            return _month
        case FieldType.DATE:
            return _day
        case FieldType.BOOLEAN:
            return _truth
        case FieldType.CODE:
            return _codes(labels or {})
        case _:
            return _text


def _whole(value: Any) -> Stored:
    if type(value) is int and -_LARGEST <= value < _LARGEST:
        return value, str(value), None
    if isinstance(value, (str, bool)):
        raise UnfitValue
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError) as error:  # not a number, infinite
        raise UnfitValue from error
    if number != value or not -_LARGEST <= number < _LARGEST:
        raise UnfitValue
    return number, str(number), None


@lru_cache(maxsize=32)
def _decimals(places: int) -> Storer:
    unit = Decimal(1).scaleb(-places)
    limit = Decimal(10) ** (_DIGITS - places)
    least = -limit
    word = f"四舍五入到 {places} 位小数"

    def store(value: Any) -> Stored:
        if isinstance(value, int) and not isinstance(value, bool):
            value = Decimal(value)
        if not isinstance(value, Decimal) or not value.is_finite() or not least < value < limit:
            raise UnfitValue
        text, rounded = format(value, "f"), None
        whole, _, decimals = text.partition(".")
        if len(decimals) > places:
            kept = value.quantize(unit)
            if not least < kept < limit:
                raise UnfitValue
            text, rounded = format(kept, "f"), None if kept == value else word
            whole, _, decimals = text.partition(".")
        shown = decimals.rstrip("0")
        plain = f"{whole}.{shown}" if shown else whole if whole != "-0" else "0"
        return plain, plain, rounded

    return store


def _month(value: Any) -> Stored:
    if type(value) is not date:
        raise UnfitValue
    return value, f"{value.year:04}-{value.month:02}", None


def _day(value: Any) -> Stored:
    if type(value) is not date:
        raise UnfitValue
    return value, value.isoformat(), None


def _truth(value: Any) -> Stored:
    if not isinstance(value, bool):
        raise UnfitValue
    return value, "是" if value else "否", None


def _text(value: Any) -> Stored:
    if not isinstance(value, str) or "\x00" in value:
        raise UnfitValue
    try:
        value.encode()
    except UnicodeEncodeError as error:  # a lone surrogate is no text
        raise UnfitValue from error
    return str(value), str(value), None


def _codes(labels: Mapping[str, str]) -> Storer:
    def store(value: Any) -> Stored:
        code, *_ = _text(value)
        return code, labels.get(code, code), None

    return store
