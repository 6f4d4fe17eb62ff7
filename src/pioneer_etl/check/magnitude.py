"""Figures that look as if typed in another unit, seen against the township's last period: 352,000 where 35.2 stood.

Whole columns in 元 have no sibling that gives them away; what the same village reported before does.  Proposed with
the evidence, never applied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Final

from pioneer_etl.check.between import StandingForm
from pioneer_etl.check.operand import Column, Row
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Field, FieldType
from pioneer_etl.contract.units import conversion

_FAR: Final = 200  # times the figure before: further than a year takes anybody
_NUMBERS: Final = (int, Decimal)
_BAND: Final = 5  # the converted figure must lie within so many times the one before


def unit_findings(forms: Sequence[tuple[StandingForm, StandingForm]]) -> Iterator[tuple[StandingForm, Finding]]:
    """The figures of forms that would agree with the last period, which comes with each, in another of their units.

    The forms are of one subject, and so are those of the last period.
    """
    subject, earlier = forms[0][0].subject, forms[0][1].subject
    dataset = subject.submission.dataset
    if dataset.key != (dataset.place_field,):
        return  # only where a place has one record do two periods say the same thing
    places = subject.keys(None)
    matches = [
        (form, index, matching[0])
        for form, before in forms
        for by_key in [before.by_key(None)]
        for index in form.span
        if (place := places[index]) is not None and len(matching := by_key.get(place, ())) == 1
    ]
    found = []
    for number, field in enumerate(dataset.fields):
        if not (field.accepted_units and field.unit and field.type in (FieldType.DECIMAL, FieldType.INTEGER)):
            continue
        values, before = _figures(subject.values(field.name)), _figures(earlier.values(field.name))
        for form, index, at in matches:
            now, was = values[index], before[at]
            if now is not None and was is not None and now >= was * _FAR:
                unit = _meant(field, Decimal(now), Decimal(was))
                if unit is not None:
                    found.append((index, number, form, _finding(subject.rows[index], field, unit, now, was)))
    for _, _, form, each in sorted(found, key=itemgetter(0, 1)):
        yield form, each


def _finding(row: Row, field: Field, unit: str, now: int | Decimal, was: int | Decimal) -> Finding:
    factor = conversion(unit, field.unit or "") or Decimal(1)
    return finding(
        "check.magnitude_last_period",
        sheet=row.part.sheet,
        cells=row.cell(field.name) or (),
        rule=field.name,
        cell=row.cell(field.name) or f"#{row.record.line}",
        label=field.label.zh,
        label_en=field.label.en,
        place=row.record.place.name if row.record.place is not None else "",
        unit=unit,
        found=f"{Decimal(now).normalize():f} {field.unit}",
        expected=f"{Decimal(was).normalize():f} {field.unit}",
        proposal=f"{(now * factor).normalize():f} {field.unit}",
    )


def _figures(column: Column) -> list[int | Decimal | None]:
    """The figures above zero; None for what is none."""
    raws = [value.value if value is not None else None for value in column]
    return [raw if isinstance(raw, _NUMBERS) and raw > 0 else None for raw in raws]


def _meant(field: Field, now: Decimal, was: Decimal) -> str | None:
    """The smaller unit in which a figure would lie near the one before."""
    for unit in field.accepted_units:
        factor = conversion(unit, field.unit or "")
        if factor is not None and factor < 1 and was / _BAND <= now * factor <= was * _BAND:
            return unit
    return None
