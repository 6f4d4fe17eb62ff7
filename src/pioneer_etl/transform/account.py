"""The account of cells: every cell that carries something, counted once by what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

from pioneer_etl.match.model import MatchedTable, MatchKind, SheetMatch
from pioneer_etl.match.unpivot import Unpivoted
from pioneer_etl.table.model import CellRole, Role, SheetReading
from pioneer_etl.table.roles import Pattern, role_rows
from pioneer_etl.transform.model import CellAccount, CellUse, Part, Submission
from pioneer_etl.transform.rows import sort_rows
from pioneer_etl.transform.unpivoted import lines_of_list
from pioneer_etl.workbook.model import is_blank

# What a cell's role alone says of its use.
_AROUND: Final[Mapping[Role, CellUse]] = {
    Role.TITLE: CellUse.TITLE,
    Role.UNIT: CellUse.TITLE,
    Role.HEADER: CellUse.HEADER,
    Role.COLUMN_INDEX: CellUse.HEADER,
    Role.REPEATED_HEADER: CellUse.HEADER,
    Role.NOTE: CellUse.NOTE,
    Role.SIGNATURE: CellUse.NOTE,
    Role.LOOKUP: CellUse.IGNORED,
    Role.UNACCOUNTED: CellUse.FINDING,  # matching names every one of them
}
# Filled is filled, whatever a cell holds.
_FILLED: Final = bytes([0, *[1] * 255])
# What a cell below a table may have been taken for that the list written out of it says after all.
_PERHAPS: Final = (Role.NOTE, Role.SIGNATURE, Role.UNACCOUNTED)
_FIXED: Final = frozenset(_AROUND) - frozenset(_PERHAPS)
_INSIDE: Final[Mapping[Role, CellUse]] = {
    Role.ROW_LABEL: CellUse.KEY,
    Role.GROUP: CellUse.KEY,
    Role.SUBTOTAL: CellUse.TOTAL,
    Role.TOTAL: CellUse.TOTAL,
}


_Record: TypeAlias = Literal["loaded", "dropped", "skipped", "total"]
# What a cell's line was taken for, and what became of its record.  A cell of a table written out as a list may have a
# use of its own instead of a line; None is one that the list says nothing of.
_Crossing: TypeAlias = tuple[MatchKind | CellUse | None, _Record | None]
_NOWHERE: Final = (None, None)


@dataclass(frozen=True, slots=True)
class _Uses:
    """One matched table by its lines and records: what a cell where they cross was used for.

    `listed` gives, for a table written out as a list, what its cells on the sheet cross.
    """

    lines: Mapping[int, MatchKind]
    records: Mapping[int, _Record]
    sideways: bool
    quarantined: bool
    listed: Mapping[tuple[int, int], _Crossing] | None = None

    @property
    def by_row(self) -> bool:
        """Whether each record is a row of the sheet."""
        return not self.sideways and self.listed is None

    def crossing(self, row: int, column: int) -> _Crossing:
        """What a cell crosses; cells of one role that agree in it are used alike."""
        if self.listed is not None:
            return self.listed.get((row, column), _NOWHERE)
        line, record = (row, column) if self.sideways else (column, row)
        return self.lines.get(line, MatchKind.NONE), self.records.get(record)

    def of(self, crossing: _Crossing, role: Role) -> CellUse:
        """The use of a cell inside the table."""
        kind, record = crossing
        if self.listed is not None:
            if isinstance(kind, CellUse):
                return kind
            if kind is None:
                return CellUse.KEY if role in (Role.GROUP, Role.ROW_LABEL) else CellUse.UNACCOUNTED
            role = Role.VALUE
        if record == "skipped":
            return CellUse.IGNORED
        if record in ("loaded", "dropped"):
            if kind is MatchKind.IGNORED:
                return CellUse.IGNORED
            if kind in (MatchKind.NONE, MatchKind.PROPOSED) or record == "dropped":
                return CellUse.FINDING
            if role is Role.ROW_LABEL:
                return CellUse.KEY
            return CellUse.FINDING if self.quarantined else CellUse.LOADED
        if record == "total":
            return CellUse.TOTAL
        if role is Role.VALUE and self.sideways:
            return CellUse.FINDING  # matching names the remarks beside a form
        return _INSIDE.get(role, CellUse.UNACCOUNTED)


# What a cell counts as where a register's parts use it differently.
_BEST: Final = (
    CellUse.LOADED,
    CellUse.KEY,
    CellUse.HEADER,
    CellUse.TOTAL,
    CellUse.TITLE,
    CellUse.NOTE,
    CellUse.FINDING,
    CellUse.IGNORED,
    CellUse.UNACCOUNTED,
)
_Where: TypeAlias = tuple[str, int, str]  # sheet, table and dataset


def account(matches: Sequence[SheetMatch], submissions: Sequence[Submission]) -> tuple[CellAccount, ...]:
    """The account of every sheet, in order.

    A value of a record counts as loaded, or as a finding where its submission is quarantined.  The gap to
    the sheet's own count, should there be one, shows in `CellAccount.unaccounted`.
    """
    parts: dict[_Where, list[tuple[Part, bool]]] = {}
    for submission in submissions:
        for part in submission.parts:
            where = (part.sheet, part.table_index, submission.dataset.name)
            parts.setdefault(where, []).append((part, submission.quarantined))
    return tuple(_sheet(match, parts) for match in matches)


class _Tally(NamedTuple):
    """How many cells of one role, in one table where what they were used for depends on it, cross what there."""

    role: Role
    table: int | None
    used: Sequence[_Uses]
    counts: dict[tuple[_Crossing, ...], int]


def _tally_of(mark: CellRole, tables: Mapping[int, Sequence[_Uses]]) -> _Tally:
    if mark.role in _FIXED or mark.table is None:
        return _Tally(mark.role, None, (), {})
    return _Tally(mark.role, mark.table, tables.get(mark.table, ()), {})


def _sheet(match: SheetMatch, parts: Mapping[_Where, list[tuple[Part, bool]]]) -> CellAccount:
    reading = match.reading
    tables: dict[int, list[_Uses]] = {}
    for matched in match.tables:
        own = parts.get((reading.sheet.name, matched.index, matched.dataset.name), [])
        tables.setdefault(matched.index, []).append(_uses(matched, own))
    tallies: dict[int, _Tally] = {}  # by the mark's id: the cells of one role in one table share theirs
    for row, pattern, filled in _alike(reading, tables):
        for column, (mark, count) in enumerate(zip(pattern, filled, strict=True), 1):
            if mark is None or not count:
                continue
            tally = tallies.get(id(mark))
            if tally is None:
                tally = tallies[id(mark)] = _tally_of(mark, tables)
            crossings = tuple([table.crossing(row, column) for table in tally.used])
            tally.counts[crossings] = tally.counts.get(crossings, 0) + count
    uses: Counter[CellUse] = Counter()
    for role, index, used, counts in tallies.values():
        for crossings, count in counts.items():
            if used:
                use = min([_use(role, *each) for each in zip(crossings, used, strict=True)], key=_BEST.index)
            else:
                use = _AROUND.get(role, CellUse.FINDING)  # of a table of no dataset a finding names the range
            if match.computed and index is not None and use is CellUse.FINDING:
                use = CellUse.TOTAL  # what it adds up stands on the other sheets
            uses[use] += count
    counted = reading.sheet.count
    if counted is None:
        counted = sum(1 for _ in reading.sheet.filled_cells())
    return CellAccount(reading.sheet.name, counted, dict(uses))


def _alike(
    reading: SheetReading, tables: Mapping[int, Sequence[_Uses]]
) -> Iterator[tuple[int, Pattern, Sequence[int]]]:
    """The rows of a sheet in lots whose cells are used alike, column by column: one of them, and how many are filled.

    They have their roles in common, and what became of their records; where a table's records are no rows each row is
    a lot of its own.
    """
    upright = [table for used in tables.values() for table in used if table.by_row]
    turned = {index for index, used in tables.items() for table in used if not table.by_row}
    lots: dict[tuple[object, ...], tuple[int, Pattern, list[bytes]]] = {}
    for row, shapes, pattern in role_rows(reading.roles):
        if turned and any(mark is not None and mark.table in turned for mark in pattern):
            yield row, pattern, shapes.translate(_FILLED)
            continue
        key: tuple[object, ...] = (id(pattern), *[table.records.get(row) for table in upright])
        lot = lots.get(key)
        if lot is None:
            lots[key] = (row, pattern, [shapes])
        else:
            lot[2].append(shapes)
    for row, pattern, lines in lots.values():
        if len(lines) == 1:
            yield row, pattern, lines[0].translate(_FILLED)
        else:
            cells, width = b"".join(lines), len(pattern)
            yield row, pattern, [len(lines) - cells[column::width].count(0) for column in range(width)]


def _use(role: Role, crossing: _Crossing, table: _Uses) -> CellUse:
    """What a cell in the rows of a matched table was used for."""
    kind, record = crossing
    # A note in a record is part of it, whatever understanding took its row for.
    listed = table.listed is not None and kind is not None
    told = (role is Role.NOTE and record == "loaded") or (listed and role in _PERHAPS)
    return _AROUND[role] if role in _AROUND and not told else table.of(crossing, role)


def _uses(matched: MatchedTable, parts: Sequence[tuple[Part, bool]]) -> _Uses:
    loaded = frozenset([record.line for part, _ in parts for record in part.records])
    unpivoted = None
    if matched.unpivoted is not None:
        matched, unpivoted = matched.unpivoted
        rows_of = lines_of_list(unpivoted)
        loaded = frozenset(rows_of.get(line, line) for line in loaded)
    rows = sort_rows(matched)
    lines = {column.line: column.kind for column in matched.lines}
    empty = _empty_records(matched, [line for line in rows.records if line not in loaded], lines, rows.sideways)
    records: dict[int, _Record] = {}
    records |= dict.fromkeys([total.line for total in rows.totals], "total")
    records |= dict.fromkeys(rows.records, "dropped")
    records |= dict.fromkeys(loaded, "loaded")
    records |= dict.fromkeys(rows.skipped | empty, "skipped")
    listed = _crossings_of_list(unpivoted, lines, records) if unpivoted is not None else None
    return _Uses(lines, records, rows.sideways, any(quarantined for _, quarantined in parts), listed)


def _crossings_of_list(
    unpivoted: Unpivoted, lines: Mapping[int, MatchKind], records: Mapping[int, _Record]
) -> dict[tuple[int, int], _Crossing]:
    """What the sheet's cells that a list is written out from cross."""
    heads, labels = frozenset(unpivoted.frame.table.header_rows), len(unpivoted.frame.table.label_columns)
    head: _Crossing = CellUse.HEADER, None
    found: dict[tuple[int, int], _Crossing] = {}
    for cell, (row, column) in unpivoted.says.items():
        if row in heads:
            found[cell] = head
            continue
        kind = lines.get(column, MatchKind.NONE)
        if column > labels:
            found[cell] = kind, records.get(row)
        else:
            found[cell] = (kind if kind in (MatchKind.NONE, MatchKind.PROPOSED) else CellUse.KEY), "loaded"
    found |= dict.fromkeys(unpivoted.unplaced, (CellUse.FINDING, None))
    return found | dict.fromkeys(unpivoted.spare, (CellUse.IGNORED, None))


def _empty_records(
    matched: MatchedTable, records: Sequence[int], lines: Mapping[int, MatchKind], sideways: bool
) -> frozenset[int]:
    """The records that say nothing in any line that is mapped or unknown: a bare running number, say."""
    sheet = matched.reading.sheet
    told = [line for line, kind in lines.items() if kind is not MatchKind.IGNORED]
    found = []
    for record in records:
        cells = (sheet.at(line, record) if sideways else sheet.at(record, line) for line in told)
        if all(map(is_blank, cells)):
            found.append(record)
    return frozenset(found)
