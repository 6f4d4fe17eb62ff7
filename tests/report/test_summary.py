"""What the tables say: blank and zero apart, ratios recomputed, totals that add up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from by_hand import ROOT, Warehouse, economy, period, small_places
from hypothesis import given, settings
from hypothesis import strategies as st

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.report.figures import holds
from pioneer_etl.report.model import CellState, RowKind, Span, SummaryTable
from pioneer_etl.report.printed import format_figure, shown
from pioneer_etl.report.summary import compute_summary
from pioneer_etl.report.trace import trace

LINGXI, YISHAN, CHANGCHAN = "330327101000", "330327102000", "330327103000"


def table_of(warehouse: Warehouse, spec: Any, text: str = "2004") -> SummaryTable:
    return compute_summary(warehouse.connection, spec, warehouse.contracts, period(text))


def printed(table: SummaryTable, *measures: str) -> list[list[str]]:
    """Rows as they are printed, for the measures named."""
    rows = []
    for row in table.rows:
        cells = {each.measure: each for each in row.cells}
        rows.append([row.label.zh, *(shown(cells[each], table.spec.measures[each].format, "zh") for each in measures)])
    return rows


def test_the_table_as_it_is_printed(small: Warehouse, spec_of: Any) -> None:
    table = table_of(small, spec_of("village_economy"))
    assert table.title.zh == "苍南县2004年度村集体经济收入情况汇总表"
    assert printed(table, "villages", "income_total", "income_last_year", "growth", "under_5", "under_5_share") == [
        ["合计", "4", "16.76", "16.00", "19.7%", "2", "66.7%"],
        ["灵溪镇", "2", "12.50", "11.00", "13.6%", "1", "50.0%"],
        ["宜山镇", "2", "4.26", "5.00", "42.0%", "1", "100.0%"],
        ["昌禅乡", "未报", "未报", "未报", "未报", "未报", "未报"],
    ]


def test_zero_blank_and_not_reported_are_three_things(small: Warehouse, spec_of: Any) -> None:
    table = table_of(small, spec_of("village_economy"))
    assert table.cell(LINGXI, "debts").state is CellState.BLANK  # both villages left it empty
    assert table.cell(LINGXI, "income_investment").state is CellState.ZERO
    assert table.cell(LINGXI, "from_3_to_5").state is CellState.ZERO  # no village is in this band
    assert table.cell(CHANGCHAN, "debts").state is CellState.UNREPORTED
    assert table.cell(CHANGCHAN, "from_3_to_5").value is None


def test_a_growth_rate_takes_only_villages_that_gave_both_years(small: Warehouse, spec_of: Any) -> None:
    cell = table_of(small, spec_of("village_economy")).cell(YISHAN, "growth")
    assert (cell.numerator, cell.denominator, cell.value) == (Decimal("1.26"), Decimal(3), Decimal("0.42"))


def test_the_notes_say_who_is_missing_and_what_was_left_blank(small: Warehouse, spec_of: Any) -> None:
    notes = table_of(small, spec_of("village_economy")).notes
    assert notes[0].zh == "“村集体经济收入”应报3个乡镇（街道），已报2个，未报：昌禅乡。合计只含已报数。"
    assert notes[0].en.startswith("Collective income of villages: 2 of 3 townships reported; not yet: 昌禅乡.")
    assert notes[1].zh == "未填的空格不计入：当年总收入合计1条、资产总额1条、负债总额4条。"


def test_villages_stand_under_their_townships(small: Warehouse, spec_of: Any) -> None:
    table = table_of(small, spec_of("village_economy"))
    assert [(row.kind, row.label.zh) for row in table.detail] == [
        (RowKind.TOWNSHIP, "灵溪镇"),
        (RowKind.VILLAGE, "东门村"),
        (RowKind.VILLAGE, "宜一村"),
        (RowKind.TOWNSHIP, "宜山镇"),
        (RowKind.VILLAGE, "宜一村"),
        (RowKind.VILLAGE, "双龙村"),
        (RowKind.TOWNSHIP, "昌禅乡"),
        (RowKind.VILLAGE, "上湾村"),
    ]
    assert table.cell("330327102201", "income_total").value == Decimal("4.26")
    assert table.cell("330327102202", "income_total").state is CellState.BLANK
    assert table.cell("330327103201", "income_total").state is CellState.UNREPORTED


def test_an_empty_roster_is_a_report(small: Warehouse, spec_of: Any) -> None:
    small.send("reserve_cadre", "昌禅乡", [])
    table = table_of(small, spec_of("reserve_cadre"))
    assert table.cell(CHANGCHAN, "people").value == 0
    assert table.cell(CHANGCHAN, "women_share").state is CellState.UNDEFINED
    assert table.cell(LINGXI, "people").state is CellState.UNREPORTED


def test_a_ratio_over_two_datasets(small: Warehouse, spec_of: Any) -> None:
    course = {"class_name": "轮训班", "kind": "post", "level": "village", "person_times": 30}
    small.send("training", "宜山镇", [course, {**course, "level": "township", "person_times": 10}])
    small.send("cadre_post", "宜山镇", [{"level": "village", "cadres_in_post": 120}])
    table = table_of(small, spec_of("training"))
    assert table.cell(YISHAN, "trained_share_village").value == Decimal("0.25")
    assert table.cell(YISHAN, "trained_share_township").state is CellState.UNDEFINED  # nobody in post
    assert table.cell(LINGXI, "trained_share_village").state is CellState.UNREPORTED


def test_a_ratio_of_the_county_takes_townships_that_sent_both_forms(small: Warehouse, spec_of: Any) -> None:
    course = {"class_name": "轮训班", "kind": "post", "level": "village", "person_times": 30}
    small.send("training", "宜山镇", [course])
    small.send("training", "灵溪镇", [{**course, "person_times": 500}])
    small.send("cadre_post", "宜山镇", [{"level": "village", "cadres_in_post": 120}])
    table = table_of(small, spec_of("training"))
    share = table.cell(None, "trained_share")
    assert (share.numerator, share.denominator, share.value) == (30, 120, Decimal("0.25"))
    assert table.cell(None, "person_times").value == 530
    assert any("两表都报" in note.zh for note in table.notes)
    found = trace(small.connection, spec_of("training"), small.contracts, period("2004"), "合计", "trained_share")
    assert found.re_add() == share.value
    assert [cell.township for cell in found.cells] == ["宜山镇", "宜山镇"]


def test_ages_are_full_years_at_the_cut_off(small: Warehouse, spec_of: Any) -> None:
    people = [
        {"village": "双龙村", "name": "王*", "sex": "2", "birth_month": born, "education": "60"}
        for born in ("1974-01-01", "1973-12-01", "1969-01-01", "1968-12-01", "1963-12-01", None)
    ]
    small.send("reserve_cadre", "宜山镇", people)
    table = table_of(small, spec_of("reserve_cadre"))
    bands = [table.cell(YISHAN, each).value for each in ("to_30", "to_35", "to_40", "over_40")]
    assert bands == [1, 2, 1, 1]
    assert table.cell(YISHAN, "to_30_share").value == Decimal(1) / 5  # of those with a birth month
    assert table.cell(YISHAN, "women_share").value == 1


def test_other_periods_do_not_count(small: Warehouse, spec_of: Any) -> None:
    small.send("village_economy", "昌禅乡", [economy("上湾村", "100")], text="2003")
    assert table_of(small, spec_of("village_economy")).cell(None, "income_total").value == Decimal("16.76")
    assert table_of(small, spec_of("village_economy"), "2003").cell(None, "income_total").value == 100


def test_flows_by_month_add_up_and_stocks_take_the_last(small: Warehouse, spec_of: Any) -> None:
    for text, people in (("2004Q1", 10), ("2004-04", 20), ("2004-05", 40), ("2003Q4", 80), ("2004-03", 1000)):
        course = {"class_name": "轮训班", "kind": "post", "level": "village", "person_times": people}
        small.send("training", "宜山镇", [course], text=text)
        small.send("cadre_post", "宜山镇", [{"level": "village", "cadres_in_post": people}], text=text)
    spec = spec_of("training")
    spans = {"training": Span.WITHIN, "cadre_post": Span.LATEST}
    measures = {name: replace(each, span=spans.get(each.dataset, each.span)) for name, each in spec.measures.items()}
    table = table_of(small, replace(spec, measures=measures))
    assert table.cell(YISHAN, "person_times").value == 70  # March lies in the first quarter and counts once
    assert table.cell(YISHAN, "in_post").value == 40
    assert table.cell(LINGXI, "in_post").state is CellState.UNREPORTED


def test_records_of_a_place_outside_of_the_list_have_a_row_of_their_own(small: Warehouse, spec_of: Any) -> None:
    small.connection.execute("UPDATE main.org_unit SET code = '999', parent = '998' WHERE code = '330327103201'")
    small.connection.execute("UPDATE main.org_unit SET code = '998' WHERE code = '330327103000'")
    small.send("village_economy", "昌禅乡", [economy("上湾村", "7")])
    small.connection.execute("UPDATE store.village_economy SET place_code = '999' WHERE submission_id = 3")
    small.connection.execute("UPDATE main.submission SET township_code = '998' WHERE id = 3")
    table = table_of(small, spec_of("village_economy"))
    assert table.rows[-1].kind is RowKind.UNLISTED
    total = sum(cell.value for row in table.rows[1:] if isinstance((cell := row.cells[1]).value, Decimal))
    assert table.cell(None, "income_total").value == total == Decimal("23.76")


@pytest.fixture(scope="module")
def empty(declared: Contracts) -> Warehouse:
    return Warehouse(Contracts(declared.datasets, declared.code_lists, small_places(), ROOT))


@settings(max_examples=12, deadline=None)
@given(
    amounts=st.lists(
        st.tuples(st.sampled_from(["东门村", "宜一村", "双龙村", "上湾村"]),
                  st.one_of(st.none(), st.decimals(0, 9_999, places=4, allow_nan=False))),
        max_size=6,
        unique_by=lambda each: each[0],
    )
)  # fmt: skip
def test_a_total_is_the_sum_of_its_townships(
    empty: Warehouse, spec_of: Any, amounts: list[tuple[str, Decimal | None]]
) -> None:
    homes = {"东门村": "灵溪镇", "宜一村": "灵溪镇", "双龙村": "宜山镇", "上湾村": "昌禅乡"}
    empty.connection.begin()
    for village, amount in amounts:
        text = None if amount is None else str(amount)
        empty.send("village_economy", homes[village], [economy(village, text, last=text)])
    table = table_of(empty, spec_of("village_economy"))
    empty.connection.rollback()
    assert_adds_up(table)


@pytest.mark.parametrize("name", ["village", "village_economy", "training", "reserve_cadre"])
def test_totals_add_up_over_the_whole_county(county: Warehouse, spec_of: Any, name: str) -> None:
    table = table_of(county, spec_of(name))
    assert len(table.rows) == 21
    assert_adds_up(table)


def assert_adds_up(table: SummaryTable) -> None:
    """Additive measures of the total are the sums of the townships', ratios those of the sums."""
    total, *townships = table.rows
    assert total.kind is RowKind.TOTAL
    for i, cell in enumerate(total.cells):
        measure = table.spec.measures[cell.measure]
        values = [row.cells[i].value for row in townships if row.cells[i].value is not None]
        if measure.additive:
            assert (cell.value or 0) == sum(values), measure.name  # type: ignore[arg-type]
        elif measure.ratio and cell.value is not None:
            top = sum(row.cells[i].numerator or 0 for row in townships)  # type: ignore[misc]
            bottom = sum(row.cells[i].denominator or 0 for row in townships)  # type: ignore[misc]
            assert cell.value == Decimal(top) / Decimal(bottom), measure.name


SPEECH = {
    "creation_towns": "2",
    "creation_villages": "25",
    "satisfied_teams": "10",
    "outstanding_cadres": "10",
    "learning_branches": "21.0%",
    "schooled_secretaries": "72.6%",
    "shuanglong_investors": "3",
    "shuanglong_jobs": "326",
    "jinxing_investment": "344.00",
    "lagging_villages": "39",
    "trained_township_cadres": "2,895",
    "trained_village_cadres": "1,785",
    "cadres_in_post": "12,000",
    "trained_share": "39.0%",
    "degree_education": "1,206",
    "first_class_villages": "80",
    "first_class_leaders": "160",
    "city_party_school": "20",
    "longgang_villages": "107",
    "longgang_reserve_cadres": "311",
    "longgang_reserve_young": "66.9%",
    "longgang_reserve_schooled": "46.0%",
    "longgang_reserve_women": "19.0%",
    "yishan_villages_under_30000": "5",
    "yiyi_growth": "42.0%",
    "villages_under_50000": "66.7%",
    "shuanglong_income_per_head": "10,850",
    "population": "123.00",
}


def test_the_speech_figure_by_figure(county: Warehouse, spec_of: Any) -> None:
    table = table_of(county, spec_of("speech_figures"))
    said = {row.code: shown(row.cells[1], "General", "zh") for row in table.rows}
    assert said == SPEECH
    assert {shown(row.cells[-1], "General", "zh") for row in table.rows} == {"相符"}


def test_a_figure_of_a_place_that_is_not_there_is_blank_and_noted(small: Warehouse, spec_of: Any) -> None:
    table = table_of(small, spec_of("speech_figures"))
    row = table.row("longgang_villages")
    assert [cell.state for cell in row.cells[1:]] == [
        CellState.BLANK,
        CellState.VALUE,
        CellState.VALUE,
        CellState.BLANK,
    ]
    assert any("龙港镇" in note.zh for note in table.notes)


@pytest.mark.parametrize(
    ("condition", "value", "true"),
    [
        ("= 67%", Decimal("0.6688"), True),
        ("= 66.7%", Decimal(2) / 3, True),
        ("= 66.7%", Decimal("0.6665"), True),
        ("= 66.7%", Decimal("0.66649"), False),
        ("= 311", 311, True),
        ("= 311", None, False),
        ("> 1200", 1206, True),
        ("> 1200", 1200, False),
        ("< 5%", Decimal("0.04"), True),
    ],
)
def test_whether_a_quotation_holds(condition: str, value: Any, true: bool) -> None:
    assert holds(condition, value) is true


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (Decimal("1234.565"), "#,##0.00", "1,234.57"),
        (Decimal("0.125"), "0.0%", "12.5%"),
        (Decimal("-0.004"), "0.00", "0.00"),
        (Decimal("2.5"), "0", "3"),
        (1200, "General", "1200"),
        (Decimal("12.50"), "General", "12.5"),
    ],
)
def test_figures_are_printed_as_excel_would(value: Any, number_format: str, text: str) -> None:
    assert format_figure(value, number_format) == text
