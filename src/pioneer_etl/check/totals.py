"""Printed subtotals and totals against the sum of the rows that they cover."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from pioneer_etl.check.operand import ZERO, Number, broken, cell_of, known, operand, shown, written
from pioneer_etl.check.subject import Subject
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Aggregation, Field
from pioneer_etl.contract.text import normalise
from pioneer_etl.transform.model import Part, PrintedTotal, Record

_NUMBERS = (int, Decimal)
_GRAND = ("总计", "合计", "共计", "全镇", "全乡", "全县", "total")


def total_findings(subject: Subject) -> Iterator[Finding]:
    """Every printed total of a field that adds up (aggregation "sum") against its rows.

    What the decimals of all the cells allow is no difference.  A total that covers rows which are not
    among the records (they were set aside) is not checked.
    """
    summed = [field for field in subject.submission.dataset.fields if field.aggregation is Aggregation.SUM]
    for part, precision in zip(subject.submission.parts, subject.precisions, strict=True):
        if not part.totals:
            continue
        lines = {record.line: record for record in part.records}
        for total in part.totals:
            records = _covered(part, total, lines, summed)
            for field in summed if records else ():
                yield from _difference(part, total, records, field, precision.shared((field,)).get(field.name, 0))


def _covered(part: Part, total: PrintedTotal, lines: dict[int, Record], summed: Sequence[Field]) -> list[Record]:
    """The records that a total covers.

    Where understanding the table could not confirm it, covered rows may be unknown: then a total that says so
    is of all records, and another of the block of records next to it that fits it best.
    """
    if total.covers:
        covered = set(_flat(part, total, set()))
        return [lines[line] for line in sorted(covered)] if covered <= set(lines) else []
    if total.confirmed is None or not lines:
        return []
    everything = [lines[line] for line in sorted(lines)]
    label = normalise(total.label)
    grand = any(word in label for word in _GRAND) and "小计" not in label
    if grand or len(part.totals) == 1:
        return everything
    stops = sorted(other.line for other in part.totals if other.line != total.line)
    before = max((line for line in stops if line < total.line), default=0)
    after = min((line for line in stops if line > total.line), default=max(lines) + 1)
    above = [lines[line] for line in sorted(lines) if before < line < total.line]
    below = [lines[line] for line in sorted(lines) if total.line < line < after]
    blocks = [block for block in (above, below) if block]
    return max(blocks, key=lambda block: _fitting(part, total, block, summed), default=[])


def _flat(part: Part, total: PrintedTotal, seen: set[int]) -> Iterator[int]:
    """The records' lines under a total, those under the subtotals that it covers among them."""
    others = {other.line: other for other in part.totals}
    seen.add(total.line)
    for line in total.covers:
        if line in others and line not in seen:
            yield from _flat(part, others[line], seen)
        elif line not in others:
            yield line


def _fitting(part: Part, total: PrintedTotal, block: Sequence[Record], summed: Sequence[Field]) -> int:
    """How many columns a block adds up in."""
    return sum(_gap(total, block, field, 0) is None for field in summed if known(total.values.get(field.name)))


def _gap(total: PrintedTotal, records: Sequence[Record], field: Field, precision: int) -> tuple[Decimal, Number] | None:
    """How far the total is from its rows, and their sum; None when the printed decimals allow the difference."""
    value = total.values.get(field.name)
    if value is None or not known(value):
        return None
    cells = [cell for record in records if (cell := record.values.get(field.name)) is not None]
    column = [cell for cell in cells if cell.value is not None]
    raws = [raw for cell in column if isinstance(raw := cell.value, _NUMBERS)]
    if not column or sum(raws) == value.value:
        return None  # mostly it is exactly right
    if any(broken(cell) for cell in cells):
        return None
    numbers = [each for cell in column if isinstance(each := operand(cell, field, precision), Number)]
    added = Number(sum((each.value for each in numbers), ZERO), sum((each.slack for each in numbers), ZERO))
    printed = operand(value, field, precision)
    if not isinstance(printed, Number):
        return None
    gap = abs(printed.value - added.value)
    return (gap, added) if gap > printed.slack + added.slack else None


def _difference(
    part: Part, total: PrintedTotal, records: Sequence[Record], field: Field, precision: int
) -> Iterator[Finding]:
    found = _gap(total, records, field, precision)
    if found is None:
        return
    gap, added = found
    value = total.values[field.name]
    cell = cell_of(part, total.line, field.name, value)
    rows = [each for record in records if (each := cell_of(part, record.line, field.name, record.values[field.name]))]
    decimals = value.decimals or 0
    yield finding(
        "check.total",
        sheet=part.sheet,
        cells=(*([cell] if cell else []), *rows),
        field=field.name,
        expected=written(added.value, decimals),
        found=shown(value, field, {}),
        cell=cell or f"#{total.line}",
        line_label=total.label.strip() or "合计",
        label=field.label.zh,
        label_en=field.label.en,
        gap=written(gap, decimals),
        count=len(records),
    )
