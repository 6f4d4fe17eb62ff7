"""How long understanding a sheet takes, in multiples of reading it, measured in the same run.

    python benchmarks/understand_speed.py

Reading is `read_bytes` of the xlsx file; understanding is `understand` of the sheet that it gives, look included.
Both are processor time, the best of many turns, so that what else the machine does weighs little.  Garbage is looked
for as rarely as in the processes that read files.
"""

from __future__ import annotations

import gc
import io
import random
import statistics
import sys
import time
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Border, Font, Side
from read_speed import sheet

from pioneer_etl.table.understand import understand
from pioneer_etl.workbook.read import read_bytes

_DISTRICTS = ("城关", "沿江", "山前", "海边", "南部")
_HEADS = ("收入", "支出", "资产", "负债", "人口")


def main() -> None:
    """Print one line a kind of sheet."""
    gc.set_threshold(200_000, 50, 100)
    gc.freeze()
    print(f"{'sheet':34}{'read':>11}{'understand':>13}{'ratio':>7}")
    for label, data in (
        ("120 × 18, bare", sheet(120, formulas=False)),
        ("120 × 18, a formula a row", sheet(120, formulas=True)),
        ("120 × 18, a full form", full_form(120)),
        ("120 × 18, a full form, no sums", full_form(120, sums=False)),
        ("11,000 × 18, bare", sheet(11_000, formulas=False)),
    ):
        reading, understanding, ratio = measured(data)
        print(f"{label:34}{reading * 1000:>8.2f} ms{understanding * 1000:>10.2f} ms{ratio:>7.2f}")
        sys.stdout.flush()


def measured(data: bytes) -> tuple[float, float, float]:
    """The least processor time of reading and of understanding, in seconds, and the median of their ratios.

    The ratio is taken run by run, so that a machine whose speed drifts weighs on both alike.
    """
    times: list[tuple[float, float]] = []
    for _ in range(40 if len(data) < 100_000 else 5):
        started = time.process_time()
        book = read_bytes(data, "speed")
        between = time.process_time()
        for each in book.sheets:
            understand(each)
        times.append((between - started, time.process_time() - between))
    ratio = statistics.median(understanding / reading for reading, understanding in times)
    return min(reading for reading, _ in times), min(understanding for _, understanding in times), ratio


def full_form(rows: int, *, sums: bool = True) -> bytes:
    """A form as counties print them: title, unit, three levels of heads, districts, subtotals, total, notes."""
    dice = random.Random(1)
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append(["村级情况统计表"])
    page.merge_cells("A1:R1")
    page.append(["填报单位：某镇", *[None] * 15, "单位：万元"])
    page.append(["序号", "村名", "户数", *[head for name in _HEADS for head in (name, None, None)]])
    page.append([None, None, None, *["合计", "其中", None] * 5])
    page.append([None, None, None, *[None, "甲类", "乙类"] * 5])
    for letter in "ABC":
        page.merge_cells(f"{letter}3:{letter}5")
    for column in range(4, 19, 3):
        page.merge_cells(start_row=3, end_row=3, start_column=column, end_column=column + 2)
        page.merge_cells(start_row=4, end_row=5, start_column=column, end_column=column)
        page.merge_cells(start_row=4, end_row=4, start_column=column + 1, end_column=column + 2)
    page.append(["甲", "乙", *range(1, 17)])
    number = 0
    total = [0.0] * 16
    for district in _DISTRICTS:
        part = [0.0] * 16
        for _ in range(rows // len(_DISTRICTS) - 1):
            number += 1
            pairs = [(round(dice.random() * 90, 2), round(dice.random() * 90, 2)) for _ in _HEADS]
            values = [dice.randrange(50, 900), *[x for one, two in pairs for x in (round(one + two, 2), one, two)]]
            part = [round(one + two, 2) for one, two in zip(part, values, strict=True)]
            page.append([number, f"{district}{number}村", *values])
        total = [round(one + two, 2) for one, two in zip(total, part, strict=True)]
        page.append([None, f"{district}片小计", *(part if sums else values)])
    page.append([None, "合计", *(total if sums else values)])
    page.append(["注：收入按当年价格计算。"])
    page.append(["填表人：", None, None, "审核人：", None, None, "填报日期："])
    side = Side(style="thin")
    for line in page.iter_rows(min_row=3, max_row=page.max_row - 2):
        for cell in line:
            cell.border = Border(side, side, side, side)
            cell.alignment = Alignment(horizontal="center")
            if cell.row < 6:
                cell.font = Font(bold=True)
            elif cell.column > 3:
                cell.number_format = "0.00"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


if __name__ == "__main__":
    main()
