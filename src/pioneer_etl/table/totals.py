"""Rows that add up others: nominated by words or by their place, confirmed by arithmetic.

Printed figures are rounded, so a sum of n figures printed with d decimals may differ from the printed
total by up to (n + 1) / 2 units of its last place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Line = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """A confirmed total: the rows (by index) that it adds up, and in how many columns of those compared."""

    covers: tuple[int, ...]
    agree: int
    compared: int


def decimals(value: float) -> int:
    """How many decimals a number is printed with, at most six."""
    text = f"{value:.6f}".rstrip("0")
    return len(text) - text.index(".") - 1


def adds_up(total: Line, parts: Sequence[Line]) -> tuple[int, int]:
    """In how many columns `parts` add up to `total`, of how many that can be compared.

    Columns where the total has nothing, or that hold nothing but zeros, are not compared.
    """
    agree = compared = 0
    for column, whole in enumerate(total):
        if whole is None:
            continue
        values = [value for part in parts if (value := part[column]) is not None]
        if not values or (whole == 0 and not any(values)):
            continue
        compared += 1
        places = max((decimals(value) for value in (whole, *values)), default=0)
        allowed = (len(values) + 1) / 2 * 10.0**-places if places or len(values) > 1 else 0.0
        if places == 0 and abs(whole) < 1000:
            allowed = 0.0 if len(values) < 3 else 1.0
        difference = abs(whole - sum(values))
        if difference <= max(allowed, 1e-9 * abs(whole)):
            agree += 1
    return agree, compared


def enough(agree: int, compared: int) -> bool:
    """Whether enough columns agree; rates and averages among them never add up."""
    return agree >= 1 and agree * 2 >= compared


def find_sum(index: int, lines: Sequence[Line], candidates: Sequence[Sequence[int]]) -> Sum | None:
    """The first of several sets of rows that adds up to row `index`, the best when none is exact."""
    best: Sum | None = None
    for rows in candidates:
        if not rows:
            continue
        agree, compared = adds_up(lines[index], [lines[row] for row in rows])
        if enough(agree, compared) and (best is None or agree > best.agree):
            best = Sum(tuple(rows), agree, compared)
            if agree == compared:
                break
    return best


def cover_candidates(index: int, nominated: Sequence[bool], levels: Sequence[int]) -> list[list[int]]:
    """Which rows the total at `index` may add up, likeliest first.

    Upwards or downwards to the next nominated row; all plain rows; all other nominated rows; the
    rows one level below it.
    """
    count = len(nominated)
    up: list[int] = []
    for row in range(index - 1, -1, -1):
        if nominated[row]:
            break
        up.insert(0, row)
    down: list[int] = []
    for row in range(index + 1, count):
        if nominated[row]:
            break
        down.append(row)
    plain = [row for row in range(count) if not nominated[row] and row != index]
    before, after = [row for row in plain if row < index], [row for row in plain if row > index]
    others = [row for row in range(count) if nominated[row] and row != index]
    below: list[int] = []
    for row in range(index + 1, count):
        if levels[row] <= levels[index]:
            break
        if levels[row] == levels[index] + 1:
            below.append(row)
    found = [down, up, below, before, after, plain, others, [r for r in others if r < index], [r for r in others if r > index]]
    return [rows for rows in found if len(rows) >= 1]
