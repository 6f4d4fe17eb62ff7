"""Checks that every dataset gets without declaring them: required, codes, limits, keys, places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from pioneer_etl.check.declared import repeat_words, repeats
from pioneer_etl.check.operand import Row, known, shown, written
from pioneer_etl.check.subject import Subject
from pioneer_etl.contract.address import Range, parse_a1, parse_range
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Field, FieldType
from pioneer_etl.transform.model import FieldValue, Part, ValueState

# Of a column's values so many implausible ones are one finding about its unit, not one each.
_COLUMN: Final = 5
_NUMBERS: Final = (int, Decimal)
_NUMERIC: Final = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.PERCENT)
_STATES: Final = {
    ValueState.BLANK: ("是空的", "blank"),
    ValueState.NONE: ("填的是“无”", "marked as none"),
    ValueState.NOT_APPLICABLE: ("填的是不适用", "marked as not applicable"),
    ValueState.ABSENT: ("没有这一列", "without a column"),
}


def builtin_findings(subject: Subject) -> Iterator[Finding]:
    """Everything that the types, limits and keys of the contract demand by themselves."""
    doubtful = [each for each in subject.submission.dataset.fields if _is_doubtful(subject, each)]
    begin = 0
    for part in subject.submission.parts:
        end = begin + len(part.records)
        rows = subject.rows[begin:end]
        for field in doubtful if rows else ():
            values = subject.values(field.name)[begin:end]
            if field.required:
                yield from _required(subject, field, part, rows, values)
            if field.codes:
                yield from _codes(subject, field, rows, values)
            if field.type in _NUMERIC:
                yield from _limits(subject, field, rows, values)
        begin = end
    yield from _keys(subject)
    yield from _foreign(subject)


def _is_doubtful(subject: Subject, field: Field) -> bool:
    """Whether there may be anything to say about single cells of a column: mostly it is sound as a whole."""
    limits = ((field.minimum, field.maximum), field.plausible or (None, None)) if field.type in _NUMERIC else ()
    if not (field.required or field.codes or any(each != (None, None) for each in limits)):
        return False
    values = subject.values(field.name)
    if field.required and any(
        value is None or not known(value) or value.state is ValueState.ABSENT for value in values
    ):
        return True
    raws = [value.value if value is not None else None for value in values]
    code_list = subject.contracts.code_lists.get(field.codes or "")
    if code_list is not None and not {*raws} <= {None, *(code.code for code in code_list.codes)}:
        return True
    numbers = [raw for raw in raws if isinstance(raw, _NUMBERS) and not isinstance(raw, bool)]
    return not all(_within(extreme(numbers), *both) for both in limits for extreme in (min, max) if numbers)


def _about(subject: Subject, row: Row, field: Field) -> dict[str, Any]:
    """The arguments that every finding about one cell has."""
    place = row.record.place.name if row.record.place and field.name != subject.submission.dataset.place_field else ""
    return {
        "cell": row.cell(field.name) or f"#{row.record.line}",
        "field": field.name,
        "label": field.label.zh,
        "label_en": field.label.en,
        "place_zh": f"（{place}）" if place else "",
        "place_en": f" ({place})" if place else "",
    }


def _required(
    subject: Subject, field: Field, part: Part, rows: tuple[Row, ...], values: Sequence[FieldValue | None]
) -> Iterator[Finding]:
    if all(value is None or value.state is ValueState.ABSENT for value in values):
        if field.name == subject.submission.dataset.place_field and all(row.record.place for row in rows):
            return
        said = [each for each in subject.submission.findings if each.code == "column.required_missing"]
        if any(field.name in re.findall(r"\w+", each.arguments.get("field", "")) for each in said):
            return
        yield finding(
            "check.required_column",
            sheet=part.sheet,
            field=field.name,
            label=field.label.zh,
            label_en=field.label.en,
            count=len(rows),
        )
        return
    missing = [(row, value) for row, value in zip(rows, values, strict=True) if not known(value)]
    for row, value in missing:
        state = value.state if value is not None else ValueState.ABSENT
        if state not in _STATES:
            continue
        zh, en = _STATES[state]
        yield finding(
            "check.required",
            sheet=part.sheet,
            cells=row.cell(field.name) or (),
            state_zh=zh,
            state_en=en,
            **_about(subject, row, field),
        )


def _codes(
    subject: Subject, field: Field, rows: tuple[Row, ...], values: Sequence[FieldValue | None]
) -> Iterator[Finding]:
    """Values that are no code of the field's list: a parser from outside may give any."""
    code_list = subject.contracts.code_lists.get(field.codes or "")
    if code_list is None:
        return
    allowed = {code.code for code in code_list.codes}
    for row, value in zip(rows, values, strict=True):
        if value is None or value.value is None or value.value in allowed:
            continue
        yield finding(
            "check.code",
            sheet=row.part.sheet,
            cells=row.cell(field.name) or (),
            expected="、".join(code.label.zh for code in code_list.codes[:20]),
            expected_en=", ".join(code.label.en for code in code_list.codes[:20]),
            found=shown(value, field, {}),
            codes=code_list.title.zh,
            codes_en=code_list.title.en,
            **_about(subject, row, field),
        )


def _limits(
    subject: Subject, field: Field, rows: tuple[Row, ...], values: Sequence[FieldValue | None]
) -> Iterator[Finding]:
    """Values beyond the field's limits, and those of an unlikely magnitude."""
    low, high = field.minimum, field.maximum
    if low is None and high is None and field.plausible is None:
        return
    numbered = ((row, _number(value)) for row, value in zip(rows, values, strict=True))
    numbers = [(row, number) for row, number in numbered if number is not None]
    wrong = [(row, number) for row, number in numbers if not _within(number, low, high)]
    for row, _ in wrong:
        yield _limit_finding(subject, field, row, "check.range", _span(low, high, field))
    wrong_lines = {row.record.line for row, _ in wrong}
    if field.plausible is None:
        return
    low, high = field.plausible
    # A cell whose unit is doubted already is not told twice that it is too large.
    doubted = [
        (each.sheet, parse_range(cells))
        for each in subject.submission.findings
        if each.code in ("value.magnitude", "value.magnitude_column")
        for cells in each.cells
    ]
    unlikely = [
        (row, number)
        for row, number in numbers
        if row.record.line not in wrong_lines
        and not _within(number, low, high)
        and not _lies_in(doubted, row.part.sheet, row.cell(field.name))
    ]
    usual = _span(low, high, field)
    if len(unlikely) >= _COLUMN and 2 * len(unlikely) > len(numbers):
        cells = [cell for row, _ in unlikely if (cell := row.cell(field.name))]
        yield finding(
            "check.magnitude_column",
            sheet=rows[0].part.sheet,
            cells=_joined(cells),
            count=len(unlikely),
            expected=usual,
            found=shown(unlikely[0][0].value(field.name), field, {}),
            **_about(subject, unlikely[0][0], field),
        )
        return
    for row, _ in unlikely:
        yield _limit_finding(subject, field, row, "check.magnitude", usual)


def _lies_in(ranges: Sequence[tuple[str | None, Range]], sheet: str, cell: str | None) -> bool:
    if not ranges or cell is None:
        return False
    return any(sheet == other and cells.holds(parse_a1(cell)) for other, cells in ranges)


def _number(value: FieldValue | None) -> Decimal | int | None:
    raw = value.value if value is not None else None
    return raw if isinstance(raw, _NUMBERS) and not isinstance(raw, bool) else None


def _within(number: Decimal | int, low: Decimal | None, high: Decimal | None) -> bool:
    return (low is None or low <= number) and (high is None or number <= high)


def _span(low: Decimal | None, high: Decimal | None, field: Field) -> str:
    """Limits in words: 0 – 5000 万元, ≥ 0, 0% – 100%."""
    factor, unit = (100, "%") if field.type is FieldType.PERCENT else (1, f" {field.unit}" if field.unit else "")
    if low is None or high is None:
        return (
            f"≥ {written(low * factor)}{unit}"
            if low is not None
            else f"≤ {written((high or Decimal(0)) * factor)}{unit}"
        )
    return f"{written(low * factor)} – {written(high * factor)}{unit}"


def _limit_finding(subject: Subject, field: Field, row: Row, code: str, expected: str) -> Finding:
    return finding(
        code,
        sheet=row.part.sheet,
        cells=row.cell(field.name) or (),
        expected=expected,
        found=shown(row.value(field.name), field, {}),
        **_about(subject, row, field),
    )


def _joined(cells: list[str]) -> tuple[str, ...]:
    """Cells that follow one another as ranges: C5, C6, C7 is C5:C7."""
    joined: list[Range] = []
    for position in map(parse_a1, cells):
        last = joined[-1] if joined else None
        if last and last.left == last.right == position.column and last.bottom + 1 == position.row:
            joined[-1] = Range(last.top, last.left, position.row, last.right)
        elif last and last.top == last.bottom == position.row and last.right + 1 == position.column:
            joined[-1] = Range(last.top, last.left, last.bottom, position.column)
        else:
            joined.append(Range(position.row, position.column, position.row, position.column))
    return tuple(each.a1 if each.height * each.width > 1 else each.a1.split(":")[0] for each in joined)


def _keys(subject: Subject) -> Iterator[Finding]:
    """Records that agree in the dataset's key; one unit reported twice keeps the form from loading."""
    dataset = subject.submission.dataset
    if not dataset.key:
        return
    code = "check.duplicate_place" if dataset.key == (dataset.place_field,) else "check.duplicate_key"
    for group in repeats(subject, dataset.key, range(len(subject.rows))):
        cells, zh, en = repeat_words(subject, group, dataset.key)
        yield finding(code, sheet=group[0].part.sheet, cells=cells, zh=zh, en=en)


def _foreign(subject: Subject) -> Iterator[Finding]:
    """Records about a unit that lies outside of the submission's township."""
    township, name = subject.submission.township, subject.submission.dataset.place_field
    if township is None or name is None:
        return
    for row in subject.rows:
        place = row.record.place
        if place is None or township.code in (place.code, place.parent):
            continue
        parent = subject.contracts.places.unit(place.parent) if place.parent else None
        if parent is not None and parent.parent == township.code:
            continue
        cell = row.cell(name)
        yield finding(
            "check.foreign_place",
            sheet=row.part.sheet,
            cells=cell or (),
            field=name,
            expected=township.name,
            found=f"{parent.name if parent else ''}{place.name}",
            township=township.name,
            cell=cell or f"#{row.record.line}",
        )
