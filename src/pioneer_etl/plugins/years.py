"""Two years printed side by side (2003年 | 2004年 over the same headings): each is a block of the layout."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pioneer_etl.contract.model import Period
from pioneer_etl.contract.text import normalise
from pioneer_etl.match.headings import FieldIndex, match_heading
from pioneer_etl.match.layout import block_period
from pioneer_etl.match.layout_read import heading
from pioneer_etl.match.lines import Frame, Line
from pioneer_etl.match.model import SHARED, ColumnMatch, MatchedTable, MatchKind

THIS_YEAR: Final = "{本年}"
LAST_YEAR: Final = "{上年}"
LAST_PERIOD: Final = "上年"  # as a block's `period` says it
_SURE: Final = (MatchKind.EXACT, MatchKind.SYNONYM)


def by_years(frame: Frame, matched: MatchedTable, index: FieldIndex) -> tuple[Frame, MatchedTable]:
    """The table with a block a year, where the same headings stand under two years; else as it was.

    Where the contract itself has fields for the year before (上年/收入合计), the columns are such fields.
    """
    period = matched.identity.period
    if frame.sideways or period is None or index.dataset.period_type != "year":
        return frame, matched
    years = {line.line: mark for line in frame.lines if (mark := _year_over(line, period.year)) is not None}
    leaves = {mark: {_leaf(line) for line in frame.lines if years.get(line.line) == mark} for mark in _MARKS}
    sure = {column.line for column in matched.lines if column.kind in _SURE}
    last = {line for line, mark in years.items() if mark == LAST_YEAR}
    if not leaves[THIS_YEAR] or leaves[THIS_YEAR] != leaves[LAST_YEAR] or last & sure:
        return frame, matched
    lines = tuple(_in_block(line, years.get(line.line)) for line in frame.lines)
    by_line = {line.line: line for line in lines}
    columns = tuple(_column(each, by_line[each.line], years.get(each.line), index, period) for each in matched.lines)
    if not any(column.kind in _SURE and column.block == 1 for column in columns):
        return frame, matched
    periods = (None, block_period(LAST_PERIOD, period))
    return replace(frame, lines=lines, year=period.year), replace(matched, lines=columns, block_periods=periods)


_MARKS: Final = (THIS_YEAR, LAST_YEAR)


def _year_over(line: Line, year: int) -> str | None:
    """Which of the two years the outermost head of a line says."""
    if len(line.path) < 2:
        return None
    outer = normalise(line.path[0])
    return next((mark for mark in _MARKS if heading(mark).says(outer, year)), None)


def _leaf(line: Line) -> tuple[str, ...]:
    return tuple(normalise(part) for part in line.path[1:])


def _in_block(line: Line, mark: str | None) -> Line:
    """The line in its year's block, to be found by the mark that holds for every year."""
    if mark is None:
        return line
    return replace(line, block=_MARKS.index(mark), also=("/".join((mark, *_leaf(line))), *line.also))


def _column(column: ColumnMatch, line: Line, mark: str | None, index: FieldIndex, period: Period) -> ColumnMatch:
    if mark is None:
        return replace(column, block=SHARED)
    bare = ColumnMatch(column.line, column.path, column.cells, None, MatchKind.NONE, column.unit, block=line.block)
    found = match_heading(line.path[1:], index, period.year)
    if found is None:
        return bare
    return replace(
        bare, field=found.field, kind=found.kind, reason=found.reason, confidence=found.confidence, tick=found.tick
    )
