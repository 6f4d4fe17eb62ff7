"""Which rows (transposed: columns) of a matched table are records, totals, or left out, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.text import normalise
from pioneer_etl.match.glob import glob
from pioneer_etl.match.lines import SIDEWAYS, record_column, record_rows, total_column
from pioneer_etl.match.model import MatchedTable
from pioneer_etl.table.model import RowRole, TableRow
from pioneer_etl.workbook.model import Sheet

_TOTALS = (RowRole.SUBTOTAL, RowRole.TOTAL)
# What a group row's label has in front (一、 （一） 1.) and behind (（12村） （共3人）) of what it names.
_GROUP_NUMBER = re.compile(
    r"^(?:[（(](?:\d{1,3}|[一二三四五六七八九十]{1,3})[）)][、.．]?|(?:\d{1,3}|[一二三四五六七八九十]{1,3})[、.．](?!\d))\s*"
)
_GROUP_COUNT = re.compile(r"\s*[（(]共?\s*\d+\s*(?:个?[村户人名期班项次条件批组]|个|人次)?[）)]\s*[:：]?$")


@dataclass(frozen=True, slots=True)
class TotalLine:
    """A printed total: its row (transposed: column), its label, the rows it covers, and what arithmetic said."""

    line: int
    label: str
    covers: tuple[int, ...] = ()
    confirmed: bool | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """The lines of a table by what becomes of them.

    `groups` gives for a record the label of the group row that it stands under, and where that label stands.
    """

    records: tuple[int, ...]
    totals: tuple[TotalLine, ...]
    skipped: frozenset[int]
    groups: Mapping[int, tuple[str, Position]]
    sideways: bool


def sort_rows(matched: MatchedTable) -> Rows:
    """Records, totals and left-out rows of a table, whichever way it runs."""
    table, sheet = matched.table, matched.reading.sheet
    if table.kind in SIDEWAYS:
        return _sideways(matched)
    patterns = [glob(pattern) for pattern in matched.skip_rows]
    records: list[int] = []
    totals: list[TotalLine] = []
    skipped: set[int] = set()
    groups: dict[int, tuple[str, Position]] = {}
    group: tuple[str, Position] | None = None
    filled = frozenset(record_rows(sheet, table))
    for row in table.rows:
        line = row.row
        record = line in filled
        if not record and row.role is RowRole.GROUP:
            group = _own_label(row, sheet), _own_cell(row, sheet)
            continue
        if not record and row.role not in _TOTALS:
            continue
        if patterns and any(pattern.fullmatch(text) for text in _labels(row, sheet) for pattern in patterns):
            skipped.add(line)
        elif record:
            records.append(line)
            if group and group[0]:
                groups[line] = group
        else:
            label = row.path[-1] if row.path else _own_label(row, sheet)
            totals.append(TotalLine(line, label, row.covers, row.confirmed))
    return Rows(tuple(records), tuple(totals), frozenset(skipped), groups, False)


def _sideways(matched: MatchedTable) -> Rows:
    """The columns of a transposed table; one headed 合计 is a total over all the others."""
    columns = matched.table.columns
    patterns = [glob(pattern) for pattern in matched.skip_rows]
    records: list[int] = []
    totals: list[TotalLine] = []
    skipped: set[int] = set()
    for column in columns:
        texts = [normalise(part) for part in column.path]
        if patterns and any(pattern.fullmatch(text) for text in texts for pattern in patterns):
            skipped.add(column.column)
        elif record_column(column):
            records.append(column.column)
        elif total_column(column):
            totals.append(TotalLine(column.column, column.path[-1]))
    full = tuple(TotalLine(each.line, each.label, tuple(records)) for each in totals)
    return Rows(tuple(records), full, frozenset(skipped), {}, True)


def _labels(row: TableRow, sheet: Sheet) -> Iterator[str]:
    """The normalised texts by which a row can be named: its labels, and its first text cell."""
    for text in row.path:
        yield normalise(text)
    label = _own_label(row, sheet)
    if label:
        yield normalise(label)


def _own_label(row: TableRow, sheet: Sheet) -> str:
    """The first text that stands in the row itself."""
    for value in sheet.rows[row.row - 1] if row.row <= sheet.height else ():
        if isinstance(value, str) and value.strip():
            return value.strip()
    return row.path[-1] if row.path else ""


def _own_cell(row: TableRow, sheet: Sheet) -> Position:
    """Where the first text of the row itself stands."""
    for column, value in enumerate(sheet.rows[row.row - 1] if row.row <= sheet.height else (), 1):
        if isinstance(value, str) and value.strip():
            return Position(row.row, column)
    return row.cells[-1] if row.cells else Position(row.row, 1)


def group_words(label: str) -> str:
    """A group row's label without its numbering and the count of its members: 一、城区（12村） is 城区."""
    return _GROUP_COUNT.sub("", _GROUP_NUMBER.sub("", label.strip())).strip(" 　:：") or label
