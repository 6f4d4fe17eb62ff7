"""How long reading takes, in multiples of bare calamine measured in the same run.

    python benchmarks/read_speed.py

Bare calamine is the floor: values only, no error cells, formulas, formats, hidden rows or count.
"""

from __future__ import annotations

import io
import random
import sys
import time
from collections.abc import Callable
from typing import Any

import openpyxl
import python_calamine
import xlwt
from openpyxl.styles import Font

from pioneer_etl.workbook.read import read_bytes

_COLUMNS = 18


def main() -> None:
    """Print one line a kind of file."""
    print(f"{'file':34}{'cells':>9}{'calamine':>11}{'read':>11}{'ratio':>7}{'styles too':>12}{'ratio':>7}")
    for label, data, cells in (
        ("xlsx, 120 × 18", sheet(120, formulas=False), 120 * _COLUMNS),
        ("xlsx, 120 × 18, a formula a row", sheet(120, formulas=True), 120 * _COLUMNS),
        ("xlsx, 11,000 × 18", sheet(11_000, formulas=False), 11_000 * _COLUMNS),
        ("xlsx, 11,000 × 18, a formula a row", sheet(11_000, formulas=True), 11_000 * _COLUMNS),
        ("xls, 120 × 18", old_sheet(120), 120 * _COLUMNS),
        ("xls, 11,000 × 18", old_sheet(11_000), 11_000 * _COLUMNS),
    ):
        floor, whole, styled = best(calamine, read, read_with_styles, data)
        print(
            f"{label:34}{cells:>9,}{floor * 1000:>8.2f} ms{whole * 1000:>8.2f} ms{whole / floor:>7.2f}"
            f"{styled * 1000:>9.2f} ms{styled / floor:>7.2f}"
        )
        sys.stdout.flush()


def best(*args: Any) -> tuple[float, ...]:
    """The best time of each function on the data, which comes last; taken in turns, so that noise is shared."""
    *functions, data = args
    rounds = 30 if len(data) < 100_000 else 7
    return tuple(min(times) for times in zip(*(turn(functions, data) for _ in range(rounds)), strict=True))


def turn(functions: list[Callable[[bytes], object]], data: bytes) -> list[float]:
    times: list[float] = []
    for function in functions:
        started = time.perf_counter()
        function(data)
        times.append(time.perf_counter() - started)
    return times


def calamine(data: bytes) -> object:
    book = python_calamine.load_workbook(io.BytesIO(data))
    return [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]


def read(data: bytes) -> object:
    return read_bytes(data, "speed")


def read_with_styles(data: bytes) -> object:
    """Reading, and then asking for the style of every cell."""
    return [list(each.styles.values()) for each in read_bytes(data, "speed").sheets]


def values(rows: int) -> list[list[Any]]:
    dice = random.Random(1)
    return [
        [f"宜{row}村", f"第{row % 20}镇"]
        + [dice.randrange(10_000) if column % 3 else round(dice.random() * 1000, 2) for column in range(_COLUMNS - 2)]
        for row in range(rows)
    ]


def sheet(rows: int, *, formulas: bool) -> bytes:
    book = openpyxl.Workbook()
    page: Any = book.active
    for number, row in enumerate(values(rows), 1):
        page.append([*row[:-1], f"=SUM(C{number}:P{number})"] if formulas else row)
        for cell in page[number]:
            if number <= 3 or cell.column <= 2:
                cell.font = Font(bold=True)
            elif cell.column % 3 == 0:
                cell.number_format = "0.00"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def old_sheet(rows: int) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("表1")
    for number, row in enumerate(values(rows)):
        for column, value in enumerate(row):
            page.write(number, column, value)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


if __name__ == "__main__":
    main()
