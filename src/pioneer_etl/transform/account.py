"""The account of cells: every cell that carries something, counted once by what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from pioneer_etl.contract.address import Position
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
# What a cell below a table may have been taken for that the list written out of it says after all.
_PERHAPS: Final = (Role.NOTE, Role.SIGNATURE, Role.UNACCOUNTED)
_INSIDE: Final[Mapping[Role, CellUse]] = {
    Role.ROW_LABEL: CellUse.KEY,
    Role.GROUP: CellUse.KEY,
    Role.SUBTOTAL: CellUse.TOTAL,
    Role.TOTAL: CellUse.TOTAL,
}


_Record: TypeAlias = Literal["loaded", "dropped", "skipped", "total"]


@dataclass(frozen=True, slots=True)
class _Uses:
    """One matched table by its lines and records: what a cell where they cross was used for."""

    lines: Mapping[int, MatchKind]
    records: Mapping[int, _Record]
    sideways: bool
    quarantined: bool
    unpivoted: Unpivoted | None = None

    @property
    def by_row(self) -> bool:
        """Whether each record is a row of the sheet."""
        return not self.sideways and self.unpivoted is None

    def crossing(self, position: tuple[int, int]) -> tuple[int, _Record | None]:
        """The line of a cell and what became of its record; cells of one role that agree in both are used alike."""
        if self.unpivoted is not None:
            return self._crossing_of_list(Position(*position), self.unpivoted)
        line, record = position if self.sideways else (position[1], position[0])
        return line, self.records.get(record)

    def _crossing_of_list(self, position: Position, unpivoted: Unpivoted) -> tuple[int, _Record | None]:
        """The same for a table written out as a list; 0 and a negative line are what no record's line says."""
        said = unpivoted.says.get(position)
        if position in unpivoted.spare:
            return _SPARE, None
        if position in unpivoted.unplaced:
            return _UNPLACED, None
        if said is None:
            return 0, None
        if said.row in unpivoted.frame.table.header_rows:
            return _HEADING, None
        if said.column <= len(unpivoted.frame.table.label_columns):
            kind = self.lines.get(said.column, MatchKind.NONE)
            return (said.column if kind in (MatchKind.NONE, MatchKind.PROPOSED) else _LABEL), "loaded"
        return said.column, self.records.get(said.row)

    def of_list(self, line: int, record: _Record | None, role: Role) -> CellUse:
        """The use of a cell inside a table written out as a list."""
        fixed = _OF_LIST.get(line)
        if fixed is not None:
            return fixed
        if line:
            return self.of(line, record, Role.VALUE)
        return CellUse.KEY if role in (Role.GROUP, Role.ROW_LABEL) else CellUse.UNACCOUNTED

    def of(self, line: int, record: _Record | None, role: Role) -> CellUse:
        """The use of a cell inside the table."""
        if record == "skipped":
            return CellUse.IGNORED
        if record in ("loaded", "dropped"):
            kind = self.lines.get(line, MatchKind.NONE)
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


# What a cell of a table written out as a list says, where it is no value of a record.
_SPARE, _UNPLACED, _HEADING, _LABEL = -1, -2, -3, -4
_OF_LIST: Final[Mapping[int, CellUse]] = {
    _SPARE: CellUse.IGNORED,
    _UNPLACED: CellUse.FINDING,
    _HEADING: CellUse.HEADER,
    _LABEL: CellUse.KEY,
}


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


def _sheet(match: SheetMatch, parts: Mapping[_Where, list[tuple[Part, bool]]]) -> CellAccount:
    reading = match.reading
    tables: dict[int, list[_Uses]] = {}
    for matched in match.tables:
        own = parts.get((reading.sheet.name, matched.index, matched.dataset.name), [])
        tables.setdefault(matched.index, []).append(_uses(matched, own))
    uses: Counter[CellUse] = Counter()
    for (row, pattern), lines in _alike(reading, tables):
        for column, (mark, shapes) in enumerate(zip(pattern, zip(*lines, strict=True), strict=True), 1):
            filled = len(lines) - shapes.count(0)
            if mark is not None and filled:
                used = tables.get(mark.table, ()) if mark.table is not None else ()
                found = [_use(mark, *table.crossing((row, column)), table) for table in used]
                use = min(found, key=_BEST.index) if found else _use(mark, 0, None, None)
                if match.computed and mark.table is not None and use is CellUse.FINDING:
                    use = CellUse.TOTAL  # what it adds up stands on the other sheets
                uses[use] += filled
    counted = reading.sheet.count
    if counted is None:
        counted = sum(1 for _ in reading.sheet.filled_cells())
    return CellAccount(reading.sheet.name, counted, dict(uses))


def _alike(
    reading: SheetReading, tables: Mapping[int, Sequence[_Uses]]
) -> Iterable[tuple[tuple[int, Pattern], Sequence[bytes]]]:
    """The rows of a sheet in lots whose cells are used alike, column by column: one of them, and the classes of all.

    They have their roles in common, and what became of their records; where a table's records are no rows each row is
    a lot of its own.
    """
    upright = [table for used in tables.values() for table in used if table.by_row]
    turned = {index for index, used in tables.items() for table in used if not table.by_row}
    lots: dict[tuple[object, ...], tuple[tuple[int, Pattern], list[bytes]]] = {}
    for row, shapes, pattern in role_rows(reading.roles):
        key: tuple[object, ...] = (id(pattern), *(table.records.get(row) for table in upright))
        if turned and any(mark is not None and mark.table in turned for mark in pattern):
            key = (row,)
        lots.setdefault(key, ((row, pattern), []))[1].append(shapes)
    return lots.values()


def _use(mark: CellRole, line: int, record: _Record | None, table: _Uses | None) -> CellUse:
    around = _AROUND.get(mark.role)
    # A note in a record is part of it, whatever understanding took its row for.
    listed = table is not None and table.unpivoted is not None and line != 0
    told = (mark.role is Role.NOTE and record == "loaded") or (listed and mark.role in _PERHAPS)
    if around is not None and not told:
        return around
    # A table of no dataset: a finding names its range.
    if table is None:
        return CellUse.FINDING
    return table.of(line, record, mark.role) if table.unpivoted is None else table.of_list(line, record, mark.role)


def _uses(matched: MatchedTable, parts: Sequence[tuple[Part, bool]]) -> _Uses:
    loaded = frozenset(record.line for part, _ in parts for record in part.records)
    unpivoted = None
    if matched.unpivoted is not None:
        matched, unpivoted = matched.unpivoted
        rows_of = lines_of_list(unpivoted)
        loaded = frozenset(rows_of.get(line, line) for line in loaded)
    rows = sort_rows(matched)
    lines: dict[int, MatchKind] = {}
    for column in matched.lines:
        lines[column.line] = column.kind
    empty = _empty_records(matched, rows.records, lines, rows.sideways) - loaded
    records: dict[int, _Record] = {}
    records |= dict.fromkeys((total.line for total in rows.totals), "total")
    records |= dict.fromkeys(rows.records, "dropped")
    records |= dict.fromkeys(loaded, "loaded")
    records |= dict.fromkeys(rows.skipped | empty, "skipped")
    return _Uses(lines, records, rows.sideways, any(quarantined for _, quarantined in parts), unpivoted)


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
