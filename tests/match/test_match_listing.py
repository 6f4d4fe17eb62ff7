"""A list's heads are known before its rows are written out, and they are those that the written list has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pioneer_etl.match.layout import ITEM
from pioneer_etl.match.lines import Line, make_frame
from pioneer_etl.match.listing import Listing
from pioneer_etl.match.unpivot import Plan
from pioneer_etl.table.model import TableKind
from pioneer_etl.table.understand import understand
from pioneer_etl.workbook.model import Sheet

LONG = [
    ["宜山镇2004年村集体经济收入情况表"],
    ["序号", "村名", "指标", "单位", "本年", "上年"],
    [1, "宜一村", "总收入", "万元", 6, 5],
    [2, None, "其中：经营收入（元）", "元", 30000, None],
    [3, "宜二村", "总收入", "万元", 8, 7],
    [4, None, "发包收入", "万元", 2, 2],
]
MATRIX = [
    ["宜山镇2004年干部教育培训情况表"],
    ["村名", "政治理论", "政治理论", "岗位培训", "岗位培训", "合计"],
    [None, "班次", "人次", "班次", "人次", "班次"],
    ["宜一村", 2, 80, 1, 35, 3],
    ["宜二村", None, None, 3, 120, 3],
    ["合计", 2, 80, 4, 155, 6],
]
KIND = ("kind", "培训类别")


def heads(lines: tuple[Line, ...]) -> list[Line]:
    return [replace(line, filled=()) for line in lines]


@pytest.mark.parametrize(
    ("rows", "plan"),
    [
        (LONG, Plan(TableKind.LONG, 3, (5, 6))),
        (LONG, Plan(TableKind.LONG, 3, (5,))),
        (MATRIX, Plan(TableKind.MATRIX, None, (2, 3, 4, 5), (KIND, (ITEM, ITEM)))),
        (MATRIX, Plan(TableKind.MATRIX, None, (2, 4), (KIND, ("-", "-")), ("classes", "班次"))),
        (MATRIX, Plan(TableKind.MATRIX, 1, (2, 3, 4, 5, 6), (KIND, (ITEM, ITEM)))),
    ],
    ids=["long", "long of one year", "matrix of items", "matrix of one field", "matrix with items down the side"],
)
def test_the_heads_alone_are_those_of_the_written_list(rows: list[list[Any]], plan: Plan) -> None:
    reading = understand(Sheet("表1", tuple(map(tuple, rows))))
    (table,) = reading.tables
    listing = Listing(make_frame(reading, 0, turned=table.kind in (TableKind.FORM, TableKind.TRANSPOSED)), plan)
    written = listing.written.frame
    assert len(listing.heads.lines) > 1
    assert heads(listing.heads.lines) == heads(written.lines)
    assert any(line.filled for line in written.lines)
    assert not any(line.filled for line in listing.heads.lines)
