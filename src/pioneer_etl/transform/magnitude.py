"""Values that look as if typed in another unit: 32000 in a column of 万元 whose other cells say 3.2 and 4.1.

Seen against the siblings in the column; proposed with the evidence, never applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from pioneer_etl.contract.model import Field, FieldType
from pioneer_etl.contract.units import conversion
from pioneer_etl.transform.model import FieldValue
from pioneer_etl.transform.reading import Doubt

_NUMBERS: Final = (int, Decimal)
_FEWEST: Final = 6  # siblings needed to know what is usual
_FAR: Final = 1000  # times the median: further than neighbours lie apart
_BAND: Final = 20  # the converted value must lie within so many times the siblings' range


def magnitude_doubts(field: Field, unit: str | None, values: Sequence[FieldValue]) -> Iterable[tuple[int, Doubt]]:
    """The doubts about one column: (number of the record, doubt)."""
    if len(values) <= _FEWEST or field.unit is None or not field.accepted_units:
        return ()
    return _doubts(field, unit, values) if field.type in (FieldType.DECIMAL, FieldType.INTEGER) else ()


def _doubts(field: Field, unit: str | None, values: Sequence[FieldValue]) -> Iterator[tuple[int, Doubt]]:
    sizes = sorted([value.value for value in values if isinstance(value.value, _NUMBERS) and value.value > 0])
    count = len(sizes)
    if count < _FEWEST + 1:
        return
    likely = field.plausible is None or sizes[count // 2] <= field.plausible[1]
    if likely and sizes[-1] < sizes[(count - 1) // 2] * _FAR:
        return  # as nearly always: none lies far above the median, which is one of these two or between them
    from statistics import median  # seldom needed

    numbers = [
        (place, Decimal(value.value))
        for place, value in enumerate(values)
        if isinstance(value.value, _NUMBERS) and value.value > 0
    ]
    middle = Decimal(median(number for _, number in numbers))
    yield from _whole_column(field, unit, values, numbers, middle)
    near = [number for _, number in numbers if middle / _FAR < number < middle * _FAR]
    if len(near) < _FEWEST or len(near) * 4 < len(numbers) * 3:
        return
    low, high = min(near), max(near)
    for place, number in numbers:
        if number < middle * _FAR:
            continue
        for other in field.accepted_units:
            factor = conversion(other, field.unit)
            if factor is not None and factor < 1 and low / _BAND <= number * factor <= high * _BAND:
                meant = number * factor
                yield (
                    place,
                    Doubt(
                        "value.magnitude",
                        {
                            "found": values[place].text,
                            "unit": unit or str(field.unit),
                            "proposal": f"{meant.normalize():f} {field.unit}（按{other}计）",
                            "evidence": f"{middle.normalize():f}",
                        },
                    ),
                )
                break


def _whole_column(
    field: Field,
    unit: str | None,
    values: Sequence[FieldValue],
    numbers: Sequence[tuple[int, Decimal]],
    middle: Decimal,
) -> Iterator[tuple[int, Doubt]]:
    """The doubts about a column whose usual value no contract holds likely, but would in a smaller unit."""
    if field.plausible is None or middle <= field.plausible[1]:
        return
    for other in field.accepted_units:
        factor = conversion(other, field.unit) if field.unit else None
        if factor is None or factor >= 1 or not field.plausible[0] <= middle * factor <= field.plausible[1]:
            continue
        first, number = numbers[0]  # stands for all: they are one question
        told = {
            "found": values[first].text,
            "unit": unit or str(field.unit),
            "proposal": f"{(number * factor).normalize():f} {field.unit}（按{other}计）",
            "evidence": f"{field.plausible[0].normalize():f} – {field.plausible[1].normalize():f} {field.unit}",
        }
        yield from ((place, Doubt("value.magnitude_column", told)) for place, _ in numbers)
        return
