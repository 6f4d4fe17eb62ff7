"""Figures that look as if typed in another unit, seen against the township's last period: 352,000 where 35.2 stood.

Whole columns in 元 have no sibling that gives them away; what the same village reported before does.  Proposed with
the evidence, never applied.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from pioneer_etl.check.between import StandingForm
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Field, FieldType
from pioneer_etl.contract.units import conversion
from pioneer_etl.transform.model import FieldValue

_FAR: Final = 200  # times the figure before: further than a year takes anybody
_BAND: Final = 5  # the converted figure must lie within so many times the one before


def unit_findings(form: StandingForm, before: StandingForm) -> Iterator[Finding]:
    """The figures of a form that would agree with the last period in another of their field's units."""
    dataset = form.subject.submission.dataset
    if dataset.key != (dataset.place_field,):
        return  # only where a place has one record do two periods say the same thing
    counted = (FieldType.DECIMAL, FieldType.INTEGER)
    fields = [each for each in dataset.fields if each.accepted_units and each.unit and each.type in counted]
    columns = [(each, form.subject.values(each.name), before.subject.values(each.name)) for each in fields]
    for index, row in enumerate(form.subject.rows):
        place = row.record.place
        earlier = before.matching((place.code,), None) if place is not None else ()
        if place is None or len(earlier) != 1:
            continue
        for field, values, values_before in columns:
            raw, raw_before = _figure(values[index]), _figure(values_before[earlier[0]])
            if raw is None or raw_before is None or raw < raw_before * _FAR:
                continue
            now, was = Decimal(raw), Decimal(raw_before)
            unit = _meant(field, now, was)
            if unit is not None:
                factor = conversion(unit, field.unit or "") or Decimal(1)
                yield finding(
                    "check.magnitude_last_period",
                    sheet=row.part.sheet,
                    cells=row.cell(field.name) or (),
                    rule=field.name,
                    cell=row.cell(field.name) or f"#{row.record.line}",
                    label=field.label.zh,
                    label_en=field.label.en,
                    place=place.name,
                    unit=unit,
                    found=f"{now.normalize():f} {field.unit}",
                    expected=f"{was.normalize():f} {field.unit}",
                    proposal=f"{(now * factor).normalize():f} {field.unit}",
                )


def _figure(value: FieldValue | None) -> int | Decimal | None:
    """A figure above zero."""
    raw = value.value if value is not None else None
    return raw if isinstance(raw, int | Decimal) and raw > 0 else None


def _meant(field: Field, now: Decimal, was: Decimal) -> str | None:
    """The smaller unit in which a figure would lie near the one before."""
    for unit in field.accepted_units:
        factor = conversion(unit, field.unit or "")
        if factor is not None and factor < 1 and was / _BAND <= now * factor <= was * _BAND:
            return unit
    return None
