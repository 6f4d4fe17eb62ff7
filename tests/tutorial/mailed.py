"""The made-up workbook of docs/tutorial-new-format.md; `python tests/tutorial/mailed.py FILE` writes it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from openpyxl import Workbook

# Village; operating, contracting, shares, subsidy, the rest; last year, assets, debts; how its cadres are paid.
VILLAGES: Final = (
    ("上坪村", (3.74, 4.45, 4.77, 5.65, 4.44), 20.75, 280.6, 0.9, "效益工资"),
    ("下坪村", (2.79, 5.66, 3.89, 5.41, 0.68), 16.59, 167.3, 7.4, "民主评定"),
    ("石桥村", (3.26, 3.44, 0.08, 1.3, 1.68), 8.78, 279.1, 23, "效益工资"),
    ("李家湾村", (0.96, 0.78, 0.83, 0.7, 0.76), 3.9, 50.4, 26.1, "民主评定"),
)


def write(path: Path) -> None:
    """A township's economy: three rows of heads, the last of them units, the total above, words of its own."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "集体收入"
    sheet.append(["附件2"])
    sheet.append([None, "2005年度各村集体经济收支一览"])
    sheet.append(["报送：青石镇农经站", *[None] * 8, "日期：2006.1.12"])
    last = ["去年收入", "固定资产及资金总额", "欠债", "干部报酬办法"]
    sheet.append(["编号", "村  名", "全年收入", "其　　　中", *[None] * 4, *last])
    sheet.append([*[None] * 3, "厂房店面出租等经营", "山林土地发包", "入股分红", "上级补助", "其余"])
    sheet.append([None, None, *["万元"] * 9])
    sheet.merge_cells("D4:H4")
    rows = [
        [number, village, round(sum(parts), 2), *parts, before, assets, debts, pay]
        for number, (village, parts, before, assets, debts, pay) in enumerate(VILLAGES, 1)
    ]
    figures = [[float(str(cell)) for cell in row[2:11]] for row in rows]
    sheet.append(["合计", None, *(round(sum(column), 2) for column in zip(*figures, strict=True))])
    for row in rows:
        sheet.append(row)
    sheet.append(["说明：欠债不含历史挂账。"])
    book.save(path)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
