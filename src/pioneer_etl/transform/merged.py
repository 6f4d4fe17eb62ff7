"""Cells merged over several records: what they say holds for all of them, or is asked about."""

from __future__ import annotations

from collections.abc import Sequence

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Field, FieldType
from pioneer_etl.match.model import MatchedTable
from pioneer_etl.transform.columns import Cells
from pioneer_etl.transform.rows import Rows
from pioneer_etl.workbook.model import is_blank

# Words and places may hold for all rows of a merged cell; a number in one may be a sum over them.
_MERGED_HOLDS = (FieldType.PLACE, FieldType.CODE, FieldType.TEXT, FieldType.DATE, FieldType.MONTH, FieldType.BOOLEAN)


def merges_over_records(matched: MatchedTable, rows: Rows) -> list[Range]:
    """The merges in a table's rows that may lie over several of its records."""
    merges, records, area = matched.reading.sheet.merges, rows.records, matched.table.range
    if not merges or len(records) < 2:
        return []
    first, last = min(records), max(records)
    if rows.sideways:
        wide = [merge for merge in merges if merge.right > merge.left and merge.left <= last and merge.right >= first]
        return [merge for merge in wide if merge.bottom >= area.top and merge.top <= area.bottom]
    return [merge for merge in merges if merge.bottom > merge.top and merge.top <= last and merge.bottom >= first]


def with_merges(each: Field, cells: Cells, merges: Sequence[Range]) -> tuple[Cells, list[Finding]]:
    """The cells of a line with what a merge over several records says for those under it.

    A merged number is asked about: it may be one village's or the sum of several.
    """
    if not merges:
        return cells, []
    sheet = cells.sheet
    findings: list[Finding] = []
    carried: dict[Position, Position] = {}
    for merge in merges:
        sides = (merge.top, merge.bottom), (merge.left, merge.right)
        (low, high), (start, end) = sides if cells.sideways else sides[::-1]
        if not low <= cells.line <= high:
            continue
        first = Position(merge.top, merge.left)
        covered = [cells.position(number) for number, record in enumerate(cells.records) if start <= record <= end]
        if len(covered) < 2 or is_blank(sheet.at(*first)):
            continue
        if each.type in _MERGED_HOLDS:
            carried |= {position: first for position in covered if position != first and is_blank(sheet.at(*position))}
        elif first in covered:
            findings.append(
                finding(
                    "value.merged",
                    sheet=sheet.name,
                    cells=(first.a1, merge.a1),
                    field=each.label.zh,
                    field_en=each.label.en,
                    count=len(covered),
                )
            )
    return (cells._replace(carried={**cells.carried, **carried}) if carried else cells), findings
