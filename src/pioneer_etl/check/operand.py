"""What a check works on: values with the slack that their printed decimals leave, and where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeAlias, cast

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.masking import mask
from pioneer_etl.contract.model import CodeList, Field, FieldType
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.transform.model import FieldValue, Part, Record, ValueState

ZERO: Final = Decimal(0)
HALF: Final = Decimal("0.5")
_AS_IT_IS: Final = (str, bool, date)
_AS_THEY_ARE: Final = {*_AS_IT_IS, type(None)}
_COUNTS: Final = {int, type(None)}
# Cells of one table share a precision: 20 beside 35.25 is 20.00, but never finer than this many decimals.
SHARED_DECIMALS: Final = 2
BROKEN: Final = (ValueState.UNREADABLE, ValueState.NO_RESULT, ValueState.ERROR)


@unchanging
class Number:
    """A number that may be off by `slack` either way, because it was printed with few decimals."""

    value: Decimal
    slack: Decimal = ZERO

    def __add__(self, other: Number) -> Number:
        if self.slack is ZERO and other.slack is ZERO:  # counts are exact
            return Number(self.value + other.value)
        return Number(self.value + other.value, self.slack + other.slack)

    def __sub__(self, other: Number) -> Number:
        return Number(self.value - other.value, self.slack + other.slack)

    def __mul__(self, other: Number) -> Number:
        if self.slack is ZERO and other.slack is ZERO:
            return Number(self.value * other.value)
        slack = abs(self.value) * other.slack + abs(other.value) * self.slack + self.slack * other.slack
        return Number(self.value * other.value, slack)

    def __truediv__(self, other: Number) -> Number:
        """ZeroDivisionError where the divisor may be zero."""
        if abs(other.value) <= other.slack:
            raise ZeroDivisionError
        value = self.value / other.value
        slack = (self.slack + abs(value) * other.slack) / (abs(other.value) - other.slack)
        return Number(value, slack)

    def __pos__(self) -> Number:
        return self

    def __neg__(self) -> Number:
        return Number(-self.value, self.slack)

    def __abs__(self) -> Number:
        return Number(abs(self.value), self.slack)


Operand: TypeAlias = Number | str | bool | date


# The values of a field over some records; None for a record that has none.
Column: TypeAlias = Sequence[FieldValue | None]
PRINTED: Final = (FieldType.DECIMAL, FieldType.PERCENT)


@dataclass(frozen=True, slots=True)
class Precision:
    """How finely the columns of a part are printed, each worked out when a check asks for it.

    Its records are those from `first` to before `end` in `columns`.
    """

    part: Part
    columns: Mapping[str, Column]
    first: int
    end: int
    _known: dict[str, tuple[int, bool]] = dataclass_field(default_factory=dict, compare=False, repr=False)

    def shared(self, fields: Sequence[Field]) -> dict[str, int]:
        """For each field with decimals the finest among those of its unit; none where its cells speak for themselves.

        A column that shows some number with more decimals than it needs (35.0) has a format of its own: there every
        cell says itself how far it was rounded.  In any other, 20 was typed for 20.00 when the cells beside it show
        two decimals.
        """
        printed = [
            (field.name, (field.type, field.unit), self._of(field.name)) for field in fields if field.type in PRINTED
        ]
        units: dict[tuple[FieldType, str | None], int] = {}
        for _, kind, (finest, _) in printed:
            units[kind] = max(units.get(kind, 0), finest)
        return {name: units[kind] for name, kind, (_, its_own) in printed if not its_own}

    def _of(self, name: str) -> tuple[int, bool]:
        """The most decimals that a column shows, and whether it has a format of its own."""
        found = self._known.get(name)
        if found is None:
            column = self.columns[name][self.first : self.end]
            column = [*column, *(each.values.get(name) for each in self.part.totals)]
            values = [value for value in column if value is not None and value.decimals]
            finest = max([value.decimals or 0 for value in values], default=0)
            found = self._known[name] = max(finest, 0), any(map(_padded, values))
        return found


@dataclass(frozen=True, slots=True)
class Row:
    """One record as a check sees it, with the part that it stands in."""

    part: Part
    record: Record

    def beside(self, values: Mapping[str, FieldValue]) -> Row:
        """This record with what other forms say of it, under names that its own fields do not have."""
        return Row(self.part, Record(self.record.line, {**self.record.values, **values}, self.record.place))

    def value(self, name: str) -> FieldValue | None:
        return self.record.values.get(name)

    def asks(self, name: str) -> bool:
        """Whether the form has a column for a field, filled or not."""
        value = self.record.values.get(name)
        return value is not None and value.state is not ValueState.ABSENT

    def answer(self, function: str, names: tuple[str, ...]) -> Operand:
        """The functions of the language that ask about the record rather than a value."""
        if function == "asked":
            return self.asks(names[0])
        return self.record.place.level if self.record.place is not None else ""

    def cell(self, name: str) -> str | None:
        """The A1 address of a field; None where the form has no such column."""
        value = self.record.values.get(name)
        if value is None or value.state is ValueState.ABSENT:
            return None
        return cell_of(self.part, self.record.line, name, value)


def cell_of(part: Part, line: int, name: str, value: FieldValue) -> str | None:
    """The A1 address of a value on a line: its own, or the one that the part's column map gives."""
    if value.cell is not None:
        return value.cell.a1
    across = part.column_map.get(name)
    if across is None:
        return None
    return (Position(across, line) if part.transposed else Position(line, across)).a1


def known(value: FieldValue | None) -> bool:
    """Whether a field has a value (zero is one)."""
    return value is not None and value.value is not None


def broken(value: FieldValue | None) -> bool:
    """Whether a cell could not be read: it has a finding of its own, and no check can be made with it."""
    return value is not None and value.state in BROKEN


def _padded(value: FieldValue) -> bool:
    """Whether a number shows more decimals than it needs, and so has a format of its own."""
    return bool(value.decimals) and isinstance(value.value, Decimal) and (value.decimals or 0) > digits(value.value)


def slack_of(decimals: int | None, field: Field, precision: int = 0) -> Decimal:
    """Half a unit of the last printed decimal, in the stored unit; nothing for counts, which are exact.

    `precision` is what the values beside it are printed with: a cell typed as 20 in a column of 35.25 was not
    rounded to whole numbers.
    """
    if decimals is None:
        return ZERO
    if field.type is FieldType.INTEGER and decimals >= 0:
        return ZERO
    if decimals >= 0:
        decimals = max(decimals, min(precision, SHARED_DECIMALS))
    places = field.places if field.places is not None else 6 if field.type is FieldType.PERCENT else 4
    return _half_unit(min(decimals, places))


@lru_cache(maxsize=256)
def _half_unit(decimals: int) -> Decimal:
    return HALF.scaleb(-decimals)


def operand(value: FieldValue, field: Field, precision: int = 0) -> Operand:
    """A known value as expressions work with it."""
    raw = value.value
    if isinstance(raw, _AS_IT_IS):
        return raw
    assert raw is not None
    return _number(raw, slack_of(value.decimals, field, precision))


def operands(column: Column, field: Field, precision: int = 0) -> list[Operand | None]:
    """As `operand`, for a column of values; None where none is known."""
    raws = [value.value if value is not None else None for value in column]
    kinds = {*map(type, raws)}
    if kinds <= _AS_THEY_ARE:
        return cast("list[Operand | None]", raws)
    printed = [value.decimals if value is not None else None for value in column]
    slacks = {decimals: slack_of(decimals, field, precision) for decimals in {*printed}}
    if kinds <= _COUNTS and not any(slacks.values()):
        return [whole(raw) if isinstance(raw, int) else None for raw in raws]
    return [
        raw if raw is None or isinstance(raw, _AS_IT_IS) else _number(raw, slacks[decimals])
        for raw, decimals in zip(raws, printed, strict=True)
    ]


def _number(raw: int | Decimal, slack: Decimal) -> Number:
    if isinstance(raw, Decimal):
        return Number(raw, slack)
    return whole(raw) if slack is ZERO else Number(Decimal(raw), slack)


@lru_cache(maxsize=4096)
def whole(raw: int) -> Number:
    """A whole number as expressions work with it: a form's counts are small and come again and again."""
    return Number(Decimal(raw))


def digits(number: Decimal) -> int:
    """How many decimals a number needs to be written in full."""
    return len(format(number, "f").partition(".")[2].rstrip("0"))


def written(number: Decimal, decimals: int = 0) -> str:
    """A number with at least so many decimals, never rounded and never with an exponent."""
    return f"{number:.{min(max(digits(number), decimals, 0), 12)}f}"


def shown(value: FieldValue | None, field: Field, code_lists: Mapping[str, CodeList], language: str = "zh") -> str:
    """A value as a finding shows it: as printed, codes by their label, personal data masked."""
    raw = value.value if value is not None else None
    if value is None or raw is None:
        return {"zh": "（空）", "en": "(blank)"}[language]
    if isinstance(raw, bool):
        return {"zh": "是" if raw else "否", "en": "yes" if raw else "no"}[language]
    if isinstance(raw, int | Decimal):
        number = Decimal(raw)
        if field.type is FieldType.PERCENT:
            return f"{written(number * 100, (value.decimals or 0) - 2)}%"
        return mask(written(number, value.decimals or 0), field.personal)
    if isinstance(raw, date):
        return mask(raw.strftime("%Y-%m") if field.type is FieldType.MONTH else raw.isoformat(), field.personal)
    if field.type is FieldType.PLACE and value.text:
        return value.text.strip()
    code_list = code_lists.get(field.codes or "")
    if field.personal is None and code_list is not None:
        for code in code_list.codes:
            if code.code == raw:
                return code.label.zh if language == "zh" else code.label.en
    return mask(raw, field.personal)
