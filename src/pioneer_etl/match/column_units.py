"""The unit in force for every column: its own, the table's or the layout's, held against the contract."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Field, FieldType
from pioneer_etl.contract.text import CHINESE_NUMERAL, normalise
from pioneer_etl.contract.units import parse_unit, unit_kind
from pioneer_etl.match.headings import FieldIndex
from pioneer_etl.match.layout import Form
from pioneer_etl.match.lines import Frame
from pioneer_etl.match.model import ColumnMatch, MatchKind

_NUMBER_AND_UNIT = re.compile(rf"(?P<number>[\d.,{CHINESE_NUMERAL}]*[\d{CHINESE_NUMERAL}])(?P<unit>[^\d]*)$")
_NUMERIC = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.PERCENT)
_DATES = (FieldType.DATE, FieldType.MONTH)
# Counts of whatever the heading names may all be given as 个.
_COUNTS = frozenset(["people", "households", "count", "events", "person_times"])


def with_units(
    columns: Sequence[ColumnMatch], frame: Frame, index: FieldIndex, form: Form | None
) -> tuple[list[ColumnMatch], list[Finding]]:
    """The unit in force for every line: its own, the table's, or the layout's; held against the contract."""
    findings: list[Finding] = []
    found: list[ColumnMatch] = []
    for column in columns:
        field = index.fields.get(column.field or "")
        if field is None or column.kind is MatchKind.PROPOSED:
            found.append(column)
            continue
        unit, trouble = _unit(column, field, frame, form)
        if trouble is not None and column.line in frame.filled:
            findings.append(trouble)
        found.append(column if unit == column.unit else replace(column, unit=unit))
    return found, findings


def _unit(column: ColumnMatch, field: Field, frame: Frame, form: Form | None) -> tuple[str | None, Finding | None]:
    if field.type in _DATES and column.unit in ("岁",):
        return column.unit, _unfit(column, frame, "岁", field.label.zh)
    if field.type not in _NUMERIC:
        return None, None
    kind = "fraction" if field.type is FieldType.PERCENT else unit_kind(field.unit) if field.unit else None
    if column.unit is not None:
        unit = column.unit
        own = unit_kind(unit)
        if field.unit is None:
            return None, None
        if own == "count" and kind in _COUNTS:
            return None, None
        if own != kind:
            return unit, _unfit(column, frame, unit, field.unit)
        return unit, None if kind == "fraction" else _not_accepted(unit, field, column, frame)
    around = frame.unit_of_kind(kind) if kind not in _COUNTS else None
    if around is not None:
        return around, None if kind == "fraction" else _not_accepted(around, field, column, frame)
    if form is not None:
        told = form.units.get(field.name)
        default = form.units.get("default")
        if told is not None:
            return told, None
        if default is not None and unit_kind(default) == kind:
            return default, None
    if kind in ("money", "area") and field.accepted_units and not _cells_say_units(column, frame, kind):
        return None, finding(
            "column.unit_unsaid",
            cells=where(column, frame),
            heading=heading_of(column),
            expected="、".join(sorted(_accepted((field.unit or "", *field.accepted_units)))),
            unit=field.unit or "",
        )
    return None, None


def _cells_say_units(column: ColumnMatch, frame: Frame, kind: str) -> bool:
    """Whether every number of a line, but for zeros, says its own unit (3.2万元); true where none stands."""
    line = next((each for each in frame.lines if each.line == column.line), None)
    for position in line.filled if line is not None else ():
        value = frame.reading.sheet.at(*position)
        number = _NUMBER_AND_UNIT.search(normalise(value) if isinstance(value, str) else str(value))
        if number is None or not number["number"].strip("0.,〇零"):
            continue
        if unit_kind(number["unit"]) != kind:
            return False
    return True


@lru_cache(maxsize=1024)
def _accepted(units: tuple[str, ...]) -> frozenset[str]:
    return frozenset(parse_unit(unit) or unit for unit in units if unit)


def _not_accepted(unit: str, field: Field, column: ColumnMatch, frame: Frame) -> Finding | None:
    """The finding for a unit that a field does not take; None where it does."""
    accepted = _accepted((field.unit or "", *field.accepted_units))
    if unit in accepted:
        return None
    expected = "、".join(sorted(accepted))
    return finding(
        "column.unit_not_accepted",
        cells=where(column, frame),
        found=unit,
        expected=expected,
        heading=heading_of(column),
    )


def _unfit(column: ColumnMatch, frame: Frame, found: str, expected: str) -> Finding:
    """The finding for a unit that cannot be one of a field."""
    return finding(
        "column.unit_unfit",
        cells=where(column, frame),
        found=found,
        expected=expected,
        heading=heading_of(column),
    )


def heading_of(column: ColumnMatch) -> str:
    """A column as findings name it."""
    return "/".join(column.path) or "（无表头）"


def where(column: ColumnMatch, frame: Frame) -> str:
    """The cell to look at for a line: its heading, or where it meets the table."""
    if column.cells:
        return column.cells[-1].a1
    records = frame.records
    return frame.cell(column.line, records[0] if records else frame.table.range.top).a1
