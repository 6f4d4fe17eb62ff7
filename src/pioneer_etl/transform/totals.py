"""Printed totals: what stands in them, apart from the records that they add up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Field, FieldType
from pioneer_etl.match.model import ColumnMatch
from pioneer_etl.transform.block import Block
from pioneer_etl.transform.columns import NUMERIC, formats_of, make_reader
from pioneer_etl.transform.doubts import doubt_findings
from pioneer_etl.transform.model import FieldValue, PrintedTotal, ValueState
from pioneer_etl.transform.reading import BLANK, Doubt, Reading, broken
from pioneer_etl.transform.rows import TotalLine
from pioneer_etl.workbook.model import CellError, NoResult, Scalar, is_blank


def printed_totals(reading: Block, columns: Sequence[ColumnMatch], silent: set[int]) -> Iterator[PrintedTotal]:
    """The printed totals with the numbers that stand in them; `silent` rows say nothing that a total could add up.

    A row that its words nominate and arithmetic does not confirm stays out of the records and is said.
    """
    numeric = []
    for column in columns:
        each = reading.matched.dataset.field(column.field or "")
        if each.type in NUMERIC and column.tick is None:
            numeric.append((each, column))
    totals = reading.rows.totals
    if not totals:
        return
    read = {each.name: _total_values(reading, each, column) for each, column in numeric}
    for number, total in enumerate(totals):
        values = {name: found[number] for name, found in read.items()}
        if total.confirmed is False:
            reading.findings.append(_unconfirmed(reading, total))
        covers = tuple(line for line in total.covers if line not in silent) or total.covers
        yield PrintedTotal(total.line, total.label, covers, values, total.confirmed)


def _unconfirmed(reading: Block, total: TotalLine) -> Finding:
    if reading.rows.sideways:
        cell = Position(reading.matched.table.range.top, total.line)
    else:
        cell = Position(total.line, reading.matched.table.range.left)
    return finding("total.unconfirmed", sheet=reading.sheet, cells=cell.a1, found=total.label)


def _total_values(reading: Block, each: Field, column: ColumnMatch) -> list[FieldValue]:
    """What printed totals say in one line; a rate is read on the records' basis."""
    cells = reading.totals_cells(column)
    raws, formats = cells.raws, formats_of(cells)
    basis_raws, basis_formats = raws, formats
    if each.type is FieldType.PERCENT:
        beside = reading.cells(column)
        basis_raws, basis_formats = [*raws, *beside.raws], [*formats, *formats_of(beside)]
    reader = make_reader(each, column, reading.matched, reading.contracts, basis_raws, basis_formats)
    values: list[FieldValue] = []
    unclear: list[tuple[Position, Doubt]] = []
    for position, raw, number_format in zip(cells.positions, raws, formats, strict=True):
        value, doubts = _total_value(raw, number_format, reader.read)
        values.append(value)
        if value.state is ValueState.UNREADABLE:
            unclear.append((position, Doubt("total.unreadable", {"found": value.text})))
        elif doubts and value.state in (ValueState.ERROR, ValueState.NO_RESULT):
            unclear.append((position, Doubt("total.broken", {"found": value.text})))
    reading.findings.extend(doubt_findings(reading.sheet, each, unclear))
    return values


def _total_value(raw: Scalar | None, number_format: str, read: Callable[[Scalar, str], Reading]) -> Reading:
    if raw is None or is_blank(raw):
        return BLANK, ()
    if isinstance(raw, CellError | NoResult):
        return broken(raw)
    return read(raw, number_format)
