"""Which rows of a sheet are shown: of a long one the beginning, the end and where something is doubtful."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pioneer_etl.contract.address import parse_range
from pioneer_etl.report.inspection import Sight
from pioneer_etl.report.inspection_words import Doubt

_SLACK: Final = 1.3  # a sheet that is a little too long is shown whole
_BLANK_RUN: Final = 3  # so many blank rows after each other, or more, are shown as one line


@dataclass(frozen=True, slots=True)
class Gap:
    """Rows that are not shown: the first and last of them, and whether they carry nothing."""

    first: int
    last: int
    blank: bool

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def shown_rows(sight: Sight, doubts: Sequence[Doubt], *, head: int, tail: int, doubtful: int) -> list[int | Gap]:
    """The rows to show in order, and the gaps between them.

    All up to `head`, the last `tail`, and of those between at most `doubtful` that a doubt names.
    """
    height = sight.height
    kept = set(range(1, height + 1))
    if height > _SLACK * (head + tail):
        kept = {*range(1, head + 1), *range(height - tail + 1, height + 1)}
        kept |= set(list(_named(doubts, height))[:doubtful])
    found: list[int | Gap] = []
    before = 0
    for row in [*sorted(kept), height + 1]:
        if row > before + 1:
            found.append(Gap(before + 1, row - 1, False))
        if row <= height:
            found.append(row)
        before = row
    return list(_without_blanks(sight, found))


def _named(doubts: Iterable[Doubt], height: int) -> dict[int, None]:
    """The rows of cells that doubts name, in order; a doubt over a whole table names its first row."""
    rows: dict[int, None] = {}
    for doubt in doubts:
        for cell in doubt.cells:
            row = parse_range(cell).top
            if row <= height:
                rows[row] = None
    return rows


def _without_blanks(sight: Sight, rows: Iterable[int | Gap]) -> Iterable[int | Gap]:
    run: list[int] = []
    for each in rows:
        if isinstance(each, int) and not sight.is_filled(each):
            run.append(each)
            continue
        yield from _folded(run)
        run = []
        yield each
    yield from _folded(run)


def _folded(run: Sequence[int]) -> Iterable[int | Gap]:
    return [Gap(run[0], run[-1], True)] if len(run) >= _BLANK_RUN else run
