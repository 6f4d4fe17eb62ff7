"""From a figure to its cells: names that people give, sources, and figures that re-add."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from by_hand import Warehouse, period

from pioneer_etl.contract.errors import UsageError
from pioneer_etl.report.model import Figure
from pioneer_etl.report.reference import printed_figure
from pioneer_etl.report.spec import load_summary
from pioneer_etl.report.summary import compute_summary
from pioneer_etl.report.trace import Trace, TracedCell, trace
from pioneer_etl.report.write import write_summaries


def follow(warehouse: Warehouse, spec: Any, row: str, column: str | None = None) -> Trace:
    return trace(warehouse.connection, spec, warehouse.contracts, period("2004"), row, column)


def test_a_sum_leads_to_its_cells(small: Warehouse, spec_of: Any) -> None:
    found = follow(small, spec_of("village_economy"), "灵溪镇", "当年总收入/合计")
    assert found.value == Decimal("12.5")
    cells = [(cell.village, cell.file, cell.sheet, cell.cell, cell.text, cell.value) for cell in found.cells]
    assert cells == [
        ("东门村", "灵溪镇.xlsx", "村集体经济收入", "B5", "125000", "12.5"),
        ("宜一村", "灵溪镇.xlsx", "村集体经济收入", "B6", "0", "0"),
    ]
    assert found.cells[0].conversion == "元→万元 ×0.0001"
    assert found.re_add() == Decimal("12.5")


def test_a_ratio_leads_to_numerator_and_denominator(small: Warehouse, spec_of: Any) -> None:
    found = follow(small, spec_of("village_economy"), "宜山", "growth")
    assert found.numerator is not None
    assert found.denominator is not None
    assert (found.numerator.value, found.denominator.value) == (Decimal("1.26"), Decimal(3))
    assert [cell.cell for cell in found.denominator.cells] == ["B5", "H5"]
    assert found.in_words().splitlines() == [
        "宜山镇 · 比上年增长 · 2004年度 = 42.0%",
        "  = 1.26 ÷ 3",
        "  分子 增长额：“村集体经济收入”中“集体经济收入合计 - 上年集体经济收入”之和，"
        "限 集体经济收入合计 已填 且 上年集体经济收入 已填（1 条记录）",
        "  分母 上年总收入（两年都报的村）：“村集体经济收入”中“上年集体经济收入”之和，"
        "限 集体经济收入合计 已填 且 上年集体经济收入 已填（1 条记录）",
    ]


def test_a_count_leads_to_the_cells_that_name_its_records(small: Warehouse, spec_of: Any) -> None:
    found = follow(small, spec_of("village_economy"), "合计", "villages")
    assert [cell.text for cell in found.cells] == ["东门村", "宜一村", "宜一村", "双龙村"]
    assert found.re_add() == 4


@pytest.mark.parametrize("row", ["宜山镇", "宜山", "330327102000", " 宜 山 镇 "])
@pytest.mark.parametrize(
    "column", ["income_total", "当年总收入/合计", "当年总收入 / 合计", "Income of the year/Total", "C"]
)
def test_rows_and_columns_answer_to_their_names(small: Warehouse, spec_of: Any, row: str, column: str) -> None:
    found = follow(small, spec_of("village_economy"), row, column)
    assert (found.code, found.measure.name) == ("330327102000", "income_total")


@pytest.mark.parametrize("row", ["合计", "合  计", "total", "全县", "苍南县"])
def test_the_total_answers_to_its_names(small: Warehouse, spec_of: Any, row: str) -> None:
    assert follow(small, spec_of("village_economy"), row, "income_total").value == Decimal("16.76")


def test_a_village_can_be_traced_too(small: Warehouse, spec_of: Any) -> None:
    assert follow(small, spec_of("village_economy"), "宜山镇宜一村", "income_total").value == Decimal("4.26")


@pytest.mark.parametrize(
    ("row", "column", "code", "suggestion"),
    [
        ("宜一村", "C", "trace.unknown_row", "宜山镇宜一村"),
        ("宜川镇", "C", "trace.unknown_row", "宜山镇"),
        ("合计", "村数", "trace.ambiguous_column", "under_5"),
        ("合计", "总收人", "trace.unknown_column", "income_last_year"),
        ("合计", "AZ", "trace.unknown_column", "villages"),
    ],
)
def test_unknown_and_ambiguous_names_say_what_there_is(
    small: Warehouse, spec_of: Any, row: str, column: str, code: str, suggestion: str
) -> None:
    with pytest.raises(UsageError) as caught:
        follow(small, spec_of("village_economy"), row, column)
    assert caught.value.code == code
    assert suggestion in caught.value.message("zh")


def test_people_are_masked(small: Warehouse, spec_of: Any) -> None:
    person = {"village": "双龙村", "name": "王小明", "sex": "2", "birth_month": "1974-01-01", "education": "60"}
    small.send("reserve_cadre", "宜山镇", [person])
    found = follow(small, spec_of("reserve_cadre"), "宜山镇", "people")
    assert found.value == 1
    told = f"{found} {found.as_dict()} {found.in_words()}"
    assert "王小明" not in told
    assert "1974-01" not in told
    assert any(cell.text == "王*" for cell in found.cells)
    young = follow(small, spec_of("reserve_cadre"), "宜山镇", "to_30")
    assert young.re_add() == 1
    assert [cell.value for cell in young.cells] == ["1974-**"]


def test_a_figure_of_the_speech(county: Warehouse, spec_of: Any) -> None:
    found = follow(county, spec_of("speech_figures"), "宜一村集体经济收入比上年增长")
    assert found.value == Decimal("0.42")
    assert len(found.cells) == 2
    young = follow(county, spec_of("speech_figures"), "longgang_reserve_young")
    assert young.numerator is not None
    assert len(young.numerator.records) == 208
    with pytest.raises(UsageError, match="longgang_reserve_cadres"):
        follow(county, spec_of("speech_figures"), "longgang_reserve_cadre")


def test_random_figures_re_add_from_their_cells(county: Warehouse, spec_of: Any) -> None:
    dice = random.Random(20040930)
    for name in ("village", "village_economy", "training", "reserve_cadre"):
        spec = spec_of(name)
        table = compute_summary(county.connection, spec, county.contracts, period("2004"))
        for row, cell in dice.sample(list(table.figures()), 4):
            found = follow(county, spec, row.code or "合计", cell.measure)
            assert found.value == cell.value
            assert found.re_add() == cell.value, (name, row.label.zh, cell.measure)


def test_re_adding_sees_a_cell_that_says_something_else(small: Warehouse, spec_of: Any) -> None:
    def read(cell: TracedCell) -> Figure | None:
        return Decimal("13") if cell.cell == "B5" else cell.raw

    found = follow(small, spec_of("village_economy"), "灵溪镇", "income_total")
    assert found.re_add(read) == 13


def test_a_field_that_the_form_lacks_has_no_cell(small: Warehouse, spec_of: Any) -> None:
    course = {"class_name": "市委党校进修班", "kind": "post", "level": "village", "person_times": 7, "organiser": None}
    small.send("training", "宜山镇", [course], notes=[(0, "organiser", "absent", None, None, None)])
    found = follow(small, spec_of("training"), "宜山镇", "party_school")
    assert found.re_add() == 7
    assert [cell.field for cell in found.cells] == ["class_name", "person_times"]


def test_records_that_stand_in_columns(small: Warehouse, spec_of: Any) -> None:
    small.send("village", "昌禅乡", [{"village": "上湾村", "households": 90, "population": 300}], transposed=True)
    found = follow(small, spec_of("village"), "昌禅乡", "population")
    assert [cell.cell for cell in found.cells] == ["E4"]  # the fifth column, the row of its field


def test_a_printed_cell_is_traced_by_its_address(small: Warehouse, spec_of: Any, tmp_path: Path) -> None:
    spec = spec_of("village_economy")
    table = compute_summary(small.connection, spec, small.contracts, period("2004"))
    book = tmp_path / "收入.xlsx"
    write_summaries([table], book)
    figure = printed_figure(book, "C9")
    assert (figure.summary, figure.period, figure.row, figure.measure) == (
        "village_economy",
        "2004",
        "330327102000",
        "income_total",
    )
    assert printed_figure(book, "$C$7").row == "total"
    detail = printed_figure(book, "村集体经济收入情况汇总表（分村）!B10")
    assert (detail.row, detail.measure) == ("330327102000", "income_total")
    with pytest.raises(UsageError, match="does not show a figure"):
        printed_figure(book, "A1")
    with pytest.raises(UsageError, match="no summary sheet"):
        printed_figure(book, "Sheet9!C9")


def test_a_rearranged_workbook_is_not_believed(small: Warehouse, spec_of: Any, tmp_path: Path) -> None:
    from openpyxl import Workbook, load_workbook

    table = compute_summary(small.connection, spec_of("village_economy"), small.contracts, period("2004"))
    book = tmp_path / "a.xlsx"
    write_summaries([table], book)
    changed = load_workbook(book)
    changed.worksheets[0].cell(9, 1).value = "灵溪镇"
    changed.save(book)
    with pytest.raises(UsageError, match="rearranged"):
        printed_figure(book, "C9")
    foreign = tmp_path / "b.xlsx"
    Workbook().save(foreign)
    with pytest.raises(UsageError, match="not written by"):
        printed_figure(foreign, "C9")
    foreign.write_bytes(b"no zip")
    with pytest.raises(UsageError, match="cannot be opened"):
        printed_figure(foreign, "C9")


def test_plain_sql_is_traced_where_it_selects_its_record(small: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "richest.sql"
    path.write_text(
        "-- title_zh: {county}{period}收入最高的村\n-- unit_zh: 万元\n"
        'SELECT village AS "村", income_total AS "收入/合计", income_operating AS "收入/经营",\n'
        "submission_id, part, line\n"
        "FROM village_economy WHERE period = {period} ORDER BY income_total DESC NULLS LAST LIMIT 2",
        encoding="utf-8",
    )
    spec = load_summary(path)
    table = compute_summary(small.connection, spec, small.contracts, period("2004"))
    assert table.title.zh == "苍南县2004年度收入最高的村"
    assert [(heading.label.zh, len(heading.leaves)) for heading in table.headings] == [("收入", 2)]
    assert [[row.label.zh, *(cell.value for cell in row.cells)] for row in table.rows] == [
        ["东门村", Decimal("12.5"), 10],
        ["宜一村", Decimal("4.26"), 1],
    ]
    found = follow(small, spec, "东门村", "收入/合计")
    assert found.value == Decimal("12.5")
    assert ("B5", "125000") in [(cell.cell, cell.text) for cell in found.cells]
