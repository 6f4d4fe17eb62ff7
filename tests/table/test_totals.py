"""Rows that add up others: by their words, by their place, and always by arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pioneer_etl.table.totals import allowed, figures
from pioneer_etl.table.understand import understand
from tests.table.sketches import draw


def test_a_total_that_does_not_add_up_is_still_a_total_but_not_confirmed() -> None:
    (table,) = understand(draw("村|户数|收入\n甲村|10|5\n乙村|20|6\n丙村|30|7\n合计|61|19")).tables
    assert str(table.rows[-1].role) == "total"
    assert table.rows[-1].confirmed is False
    assert table.rows[-1].covers == ()


def test_totals_without_a_total_word_at_two_depths() -> None:
    (table,) = understand(
        draw(
            """
            单位|户数|人口|收入（万元）
            全县|100|400|50
            一、宜山镇|60|240|30
            宜一村|20|80|10
            宜二村|40|160|20
            二、龙港镇|40|160|20
            龙一村|10|40|5
            龙二村|30|120|15
            """
        )
    ).tables
    assert [(str(row.role), row.covers) for row in table.rows] == [
        ("total", (3, 6)),
        ("subtotal", (4, 5)),
        ("data", ()),
        ("data", ()),
        ("subtotal", (7, 8)),
        ("data", ()),
        ("data", ()),
    ]


def test_totals_above_their_parts_with_the_outer_label_merged() -> None:
    (table,) = understand(
        draw(
            """
            片区|村|户数|收入
            合计||100|50
            东片|小计|60|30
            |东一村|20|10
            |东二村|40|20
            西片|小计|40|20
            |西一村|10|5
            |西二村|30|15
            """,
            merges=["A3:A5", "A6:A8"],
        )
    ).tables
    assert [(str(row.role), row.covers, row.confirmed) for row in table.rows if row.covers] == [
        ("total", (4, 5, 7, 8), True),
        ("subtotal", (4, 5), True),
        ("subtotal", (7, 8), True),
    ]


def test_a_subtotal_that_leaves_its_inner_label_empty() -> None:
    (table,) = understand(
        draw(
            """
            乡|村|站|甲票|乙票|丙票
            总计|||1651|648|3860
            南乡|||931|392|2331
            |介村|'0001|512|202|1211
            |复村|'0002|419|190|1120
            北乡|||720|256|1529
            |塘村|'0003|377|104|810
            |桥村|'0004|343|152|719
            """
        )
    ).tables
    assert [str(row.role) for row in table.rows] == ["total", "subtotal", "data", "data", "subtotal", "data", "data"]
    assert table.rows[2].path == ("南乡", "介村", "0001")


def test_a_row_that_sums_up_by_chance_in_one_column_stays_data() -> None:
    (table,) = understand(draw("村|户数|人口\n甲村|30|70\n乙村|10|31\n丙村|20|64\n丁村|7|22")).tables
    assert [str(row.role) for row in table.rows] == ["data"] * 4


def test_rounded_parts_may_miss_their_total_by_what_rounding_allows() -> None:
    (table,) = understand(draw("村|收入|支出\n甲|1.3|2.3\n乙|1.3|2.3\n丙|1.3|2.3\n合计|4|7")).tables
    assert table.rows[-1].confirmed is True


@pytest.mark.parametrize(
    ("column", "whole", "places"),
    [
        ([3.0, None], (3, None), 0),
        ([3.5, 2.0], (35, 20), 1),
        ([0.1 + 0.2, 0.125], (300, 125), 3),
        ([1 / 3], (333333,), 6),
    ],
)
def test_figures_in_units_of_their_last_printed_place(
    column: list[float | None], whole: tuple[int | None, ...], places: int
) -> None:
    known = figures([column])
    assert known.columns == (whole,)
    assert known.places == (places,)


def test_counts_are_never_rounded_and_big_ones_hardly() -> None:
    assert allowed(120, 12, 0) == 0
    assert allowed(12_000, 12, 0) == 6.5
    assert allowed(35, 3, 1) == 2.0


@given(st.lists(st.lists(st.integers(0, 10**6), min_size=3, max_size=3), min_size=2, max_size=12))
def test_running_sums_agree_with_adding_up(rows: list[list[int]]) -> None:
    total = [sum(column) for column in zip(*rows, strict=True)]
    columns = [list(map(float, column)) for column in zip(*[total, *rows], strict=True)]
    known = figures(columns)
    agree, compared = known.agreement(0, known.every, 1, len(rows) + 1)
    assert agree == compared
    assert known.agreement_of(0, range(1, len(rows) + 1)) == (agree, compared)
