"""Records of a table that was written out as a list: put back to the cells of the sheet that they came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.finding import Finding
from pioneer_etl.match.unpivot import Unpivoted
from pioneer_etl.match.written_out import at_sheet
from pioneer_etl.transform.model import FieldValue, Part, PrintedTotal, Record, ValueState


def parts_at_sheet(parts: Iterable[Part], unpivoted: Unpivoted) -> list[Part]:
    """The parts of a list, every value with its own address on the sheet; no column holds a field as a whole."""
    lines = unpivoted.sheet_rows
    return [
        replace(
            part,
            column_map={},
            records=tuple(_record(record, part, unpivoted, lines) for record in part.records),
            totals=tuple(_total(total, part, unpivoted, lines) for total in part.totals),
        )
        for part in parts
    ]


def findings_at_sheet(findings: Sequence[Finding], unpivoted: Unpivoted) -> list[Finding]:
    """Findings about a list's cells with the addresses of the sheet."""
    return list(at_sheet(findings, unpivoted))


def lines_of_list(unpivoted: Unpivoted) -> Mapping[int, int]:
    """The list's row of each record's line."""
    return {line: row for row, line in unpivoted.sheet_rows.items()}


def _record(record: Record, part: Part, unpivoted: Unpivoted, lines: Mapping[int, int]) -> Record:
    values = {name: _value(name, value, record.line, part, unpivoted) for name, value in record.values.items()}
    return Record(lines.get(record.line, record.line), values, record.place)


def _total(total: PrintedTotal, part: Part, unpivoted: Unpivoted, lines: Mapping[int, int]) -> PrintedTotal:
    values = {name: _value(name, value, total.line, part, unpivoted) for name, value in total.values.items()}
    covers = tuple(lines.get(line, line) for line in total.covers)
    return replace(total, line=lines.get(total.line, total.line), covers=covers, values=values)


def _value(name: str, value: FieldValue, line: int, part: Part, unpivoted: Unpivoted) -> FieldValue:
    column = part.column_map.get(name)
    if value.state is ValueState.ABSENT or (value.cell is None and column is None):
        return value
    cell = value.cell if value.cell is not None or column is None else Position(line, column)
    at = unpivoted.origins.get(cell) if cell is not None else None
    return FieldValue(value.value, value.state, at, value.text, value.decimals, value.conversion)
