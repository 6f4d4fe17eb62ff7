"""Rows that add up others: nominated by words or by their place, confirmed by arithmetic.

Printed figures are rounded, so a sum of n figures printed with d decimals may differ from the printed
total by up to (n + 1) / 2 units of its last place.  Figures are therefore kept as whole numbers of their
column's last printed place, with running sums, so that any run of rows is added up in one step.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

_MOST_PLACES = 6
_NOISE = 1e-5  # what floating point may add to a figure, in units of its last place
_ROUNDED_COUNTS = 10_000
_LONGEST_RUN = 2_000  # rows that a total without a word may add up
_LONG = 10_000  # rows of a table whose running sums are worth packing


@dataclass(frozen=True, slots=True)
class Sum:
    """A confirmed total: the rows (by index) that it adds up, and in how many columns of those compared."""

    covers: tuple[int, ...]
    agree: int
    compared: int


@dataclass(frozen=True, slots=True)
class Running:
    """Running sums and counts over some rows of every column: entry i covers the rows before i."""

    columns: tuple[tuple[Sequence[int | None], int, Sequence[int], Sequence[int]], ...]  # figures, places, sums, counts
    chosen: tuple[bool, ...] | None  # which rows count; None for all

    def rows(self, start: int, stop: int) -> list[int]:
        return [row for row in range(start, stop) if self.chosen is None or self.chosen[row]]


@dataclass(frozen=True)
class Figures:
    """The figures of a table's rows by column, in units of the column's last printed place."""

    columns: tuple[tuple[int | None, ...], ...]
    places: tuple[int, ...]

    @cached_property
    def every(self) -> Running:
        """Running sums over all rows."""
        sums: list[Sequence[int]] = []
        counts: list[Sequence[int]] = []
        for column in self.columns:
            sums.append(_compact(accumulate([value or 0 for value in column], initial=0)))
            given = [value is not None for value in column] if None in column else None
            counts.append(range(len(column) + 1) if given is None else _compact(accumulate(given, initial=0)))
        return Running(tuple(zip(self.columns, self.places, sums, counts, strict=True)), None)

    def running(self, chosen: Sequence[bool]) -> Running:
        """Running sums over the chosen rows."""
        paired = [[*zip(column, chosen, strict=True)] for column in self.columns]
        values = [[value if value and use else 0 for value, use in column] for column in paired]
        given = [[use and value is not None for value, use in column] for column in paired]
        sums = [_compact(accumulate(column, initial=0)) for column in values]
        counts = [_compact(accumulate(column, initial=0)) for column in given]
        return Running(tuple(zip(self.columns, self.places, sums, counts, strict=True)), tuple(chosen))

    @cached_property
    def telling(self) -> Sequence[int]:
        """How many different figures other than zero each row has."""
        nothing = {None, 0}
        return [len({*row} - nothing) for row in zip(*self.columns, strict=True)]

    def agreement(self, row: int, running: Running, start: int, stop: int, everywhere: bool = False) -> tuple[int, int]:
        """In how many columns the rows `start`..`stop`-1 add up to `row`, of how many that can be compared.

        With `everywhere` the first column that disagrees ends it, and none agree.
        """
        agree = compared = 0
        for column, places, sums, counts in running.columns:
            whole = column[row]
            parts = counts[stop] - counts[start]
            if whole is None or not parts:
                continue
            total = sums[stop] - sums[start]
            if whole == 0 and total == 0:
                continue
            compared += 1
            if whole == total or abs(whole - total) <= allowed(whole, parts, places):
                agree += 1
            elif everywhere:
                return 0, compared
        return agree, compared

    def addends(self, row: int, parts: Iterable[int]) -> int:
        """How many of the rows `parts` have figures in the columns in which `row` has one, at most."""
        rows = tuple(parts)
        said = (sum(column[each] is not None for each in rows) for column in self.columns if column[row])
        return max(said, default=0)

    def agreement_of(self, row: int, parts: Sequence[int]) -> tuple[int, int]:
        """The same for rows that do not follow each other."""
        agree = compared = 0
        for column, places in zip(self.columns, self.places, strict=True):
            whole = column[row]
            values = [value for part in parts if (value := column[part]) is not None]
            if whole is None or not values or (whole == 0 and not any(values)):
                continue
            compared += 1
            agree += abs(whole - sum(values)) <= allowed(whole, len(values), places)
        return agree, compared


def _compact(numbers: Iterable[int]) -> Sequence[int]:
    """Whole numbers, many of them in eight bytes each, where they fit."""
    kept = list(numbers)
    if len(kept) < _LONG:
        return kept
    try:
        return array("q", kept)
    except OverflowError:
        return kept


def figures(columns: Iterable[Sequence[float | None]]) -> Figures:
    """Columns of numbers as whole numbers of their last printed place."""
    scaled = [_scaled(column) for column in columns]
    return Figures(tuple(values for values, _ in scaled), tuple(places for _, places in scaled))


def _scaled(column: Sequence[float | None]) -> tuple[tuple[int | None, ...], int]:
    """A column in units of its last printed place, and how many decimals that place is."""
    if float not in map(type, column):
        return tuple([None if value is None else int(value) for value in column]), 0  # whole numbers already
    places = 0
    while True:
        factor = 10.0**places
        values: list[int | None] = []
        for value in column:
            if value is None:
                values.append(None)
                continue
            exact = value * factor
            whole = round(exact)
            if whole != exact and places < _MOST_PLACES and not -_NOISE < exact - whole < _NOISE:
                break
            values.append(whole)
        else:
            return tuple(values), places
        places += 1


def allowed(whole: int, parts: int, places: int) -> float:
    """How far a sum of rounded parts may be from a rounded whole, in units of the last place.

    Smaller whole numbers are counts, and counts are hardly ever rounded.
    """
    if places == 0 and (parts < 3 or abs(whole) < _ROUNDED_COUNTS):
        return 0.0
    return (parts + 1) / 2 if parts > 1 else 0.5


def enough(agree: int, compared: int) -> bool:
    """Whether enough columns agree; rates and averages among them never add up."""
    return agree >= 1 and agree * 2 >= compared


@dataclass(frozen=True)
class Nominated:
    """The figures of a table's rows with those that words call totals; running sums are made when asked for."""

    known: Figures
    is_named: Sequence[bool]
    levels: Sequence[int]

    @cached_property
    def plain(self) -> Running:
        return self.known.running([not each for each in self.is_named])

    @cached_property
    def named(self) -> Running:
        return self.known.running(self.is_named)


def named_sum(at: int, rows: Nominated) -> Sum | None:
    """What the row `at`, called a total, adds up: the likeliest rows that agree, the best when none is exact.

    Tried are the rows down and up to the next total, the rows one level deeper, the plain rows and the
    other totals before, after and all around.
    """
    known, is_named = rows.known, rows.is_named
    count = len(is_named)
    down = at + 1
    while down < count and not is_named[down]:
        down += 1
    up = at
    while up > 0 and not is_named[up - 1]:
        up -= 1
    best: tuple[int, int, Callable[[], list[int]]] | None = None
    for parts in (_one_level_deeper(at, rows.levels), _beside(at, rows.levels)):
        agree, compared = known.agreement_of(at, parts)
        if enough(agree, compared) and (best is None or agree > best[0]):
            best = (agree, compared, lambda parts=parts: parts)
    spans: list[tuple[Callable[[], Running], int, int]] = [
        (lambda: known.every, at + 1, down),
        (lambda: known.every, up, at),
        (lambda: rows.plain, 0, at),
        (lambda: rows.plain, at + 1, count),
        (lambda: rows.plain, 0, count),
        (lambda: rows.named, 0, at),
        (lambda: rows.named, at + 1, count),
    ]
    for running_of, start, stop in spans:
        if best and best[0] == best[1]:
            break
        if stop <= start:
            continue
        running = running_of()
        agree, compared = known.agreement(at, running, start, stop)
        if enough(agree, compared) and (best is None or agree > best[0]):
            best = (agree, compared, lambda r=running, a=start, b=stop: [row for row in r.rows(a, b) if row != at])
    return Sum(tuple(best[2]()), best[0], best[1]) if best else None


def _one_level_deeper(at: int, levels: Sequence[int]) -> list[int]:
    found: list[int] = []
    for row in range(at + 1, min(len(levels), at + _LONGEST_RUN)):
        if levels[row] <= levels[at]:
            break
        if levels[row] == levels[at] + 1:
            found.append(row)
    return found


def _beside(at: int, levels: Sequence[int]) -> list[int]:
    """The other rows of the outermost level, for a total of that level."""
    if levels[at] or len(levels) > _LONGEST_RUN or not any(levels):
        return []
    return [row for row, level in enumerate(levels) if not level and row != at]


@dataclass(frozen=True, slots=True)
class Layout:
    """How the counted rows follow each other, for totals that no word names.

    `joined[i]`: row i+1 stands right under row i.  `outer[i]`: row i leaves its inner labels empty, as
    a subtotal does.  `levels` are depths in the outline.
    """

    joined: Sequence[bool]
    outer: Sequence[bool]
    levels: Sequence[int]
    named: Sequence[bool]


def unnamed_sums(known: Figures, layout: Layout) -> dict[int, Sum]:
    """Rows that no word calls totals but that add up others.

    A row is nominated by its place (first or last of a run), by labels left empty, or by rows deeper in
    the outline below it; the weaker the nomination, the more columns must agree.
    """
    count = len(layout.named)
    summed = list(layout.named)
    found: dict[int, Sum] = {}
    starts = _run_starts(layout)
    stop_run, stop_outer = count, count  # where a run that begins at at+1 ends, without and with gaps allowed
    for at in range(count - 1, -1, -1):
        if at + 1 < count and (summed[at + 1] or not layout.joined[at]):
            stop_run = at + 1
        elif at + 1 >= count:
            stop_run = count
        if at + 1 < count and (summed[at + 1] or layout.outer[at + 1]):
            stop_outer = at + 1
        if summed[at]:
            continue
        result = _unnamed_sum(at, known, layout, starts[at], stop_outer if layout.outer[at] else stop_run)
        if result is None and at == 0:
            result = _first_of_all(known, summed)
        if result is not None:
            found[at] = result
            summed[at] = True
            stop_run = min(stop_run, at + 1)
    return found


def covers_all(at: int, sums: Mapping[int, Sum], count: int) -> bool:
    """Whether a total, with the subtotals that it adds up, covers every other row."""
    reached: set[int] = {at}
    open_rows = [at]
    while open_rows:
        for row in sums[open_rows.pop()].covers:
            if row not in reached:
                reached.add(row)
                if row in sums:
                    open_rows.append(row)
    return len(reached) >= count


def _run_starts(layout: Layout) -> list[int]:
    """For every row the first of the run of plain rows that ends right above it."""
    starts: list[int] = []
    start = 0
    for at in range(len(layout.named)):
        if at and (not layout.joined[at - 1] or layout.named[at - 1] or layout.outer[at - 1]):
            start = at
        starts.append(start)
    return starts


def _unnamed_sum(at: int, known: Figures, layout: Layout, start: int, stop: int) -> Sum | None:
    telling = known.telling[at]
    if not telling:
        return None
    count = len(layout.named)
    begins = at == 0 or not layout.joined[at - 1]
    ends = at == count - 1 or not layout.joined[at]
    heads = at + 1 < count and layout.levels[at + 1] > layout.levels[at]
    if telling < 3 and not (begins or ends or heads or layout.outer[at]):
        return None  # its place says nothing, and it could not convince by what it tells
    deeper = _one_level_deeper(at, layout.levels) if heads else []
    if deeper:
        agree, compared = known.agreement_of(at, deeper)
        exact = agree == compared >= 2 and len(deeper) >= 2 and telling >= 2
        if exact or _sum_if_convincing((agree, compared), deeper, True, False, telling):
            return Sum(tuple(deeper), agree, compared)
    for first, last, placed in ((at + 1, stop, begins), (start, at, ends)):
        size = last - first
        if size < 1 or size > _LONGEST_RUN or (size < 2 and first < at):
            continue
        whole = size >= count - 1
        strongly = layout.outer[at] or (whole and size > 1)
        if not strongly and (size < 2 or (telling < 3 and not placed)):
            continue  # could not convince
        agreement = known.agreement(at, known.every, first, last, everywhere=not (placed or strongly))
        result = _sum_if_convincing(agreement, range(first, last), placed or strongly, strongly, telling)
        if result and (telling > 1 or known.addends(at, result.covers) > 1):
            return result  # one figure that equals one other is no sum
    return None


def _first_of_all(known: Figures, summed: Sequence[bool]) -> Sum | None:
    """The first row as the total of all plain rows, or of all subtotals."""
    for kind in (False, True):
        rows = [row for row in range(1, len(summed)) if summed[row] is kind]
        if len(rows) >= 2:
            result = _sum_if_convincing(known.agreement_of(0, rows), rows, True, True, known.telling[0])
            if result and (known.telling[0] > 1 or known.addends(0, rows) > 1):
                return result
    return None


def _sum_if_convincing(
    agreement: tuple[int, int], rows: Sequence[int], nominated: bool, strongly: bool, telling: int
) -> Sum | None:
    """The sum, if it agrees too often for chance; the weaker a row's nomination, the more must agree."""
    agree, compared = agreement
    if not agree:
        return None
    if not nominated:
        good = len(rows) >= 2 and agree == compared >= 3 and telling >= 3
    elif len(rows) == 1 and not strongly:
        good = False
    elif len(rows) == 1:
        good = agree >= 3 and agree * 10 >= compared * 9 and telling >= 3
    elif strongly and telling >= 2:
        good = agree >= 2 and agree * 10 >= compared * 6
    elif strongly:
        good = agree == compared and len(rows) >= 3
    else:
        good = agree >= 3 and agree * 10 >= compared * 8 and telling >= 3
    return Sum(tuple(rows), agree, compared) if good else None
