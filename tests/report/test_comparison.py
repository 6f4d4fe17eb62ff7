"""A period against the one before: what nobody reported then is blank, and every cell leads to both periods' cells."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from by_hand import ROOT, Warehouse, economy, period, small_places
from hypothesis import given
from hypothesis import strategies as st

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.errors import ConfigurationError
from pioneer_etl.report.comparison import earlier, ranks
from pioneer_etl.report.model import CellState, SummarySpec, SummaryTable
from pioneer_etl.report.printed import shown
from pioneer_etl.report.reference import printed_figure
from pioneer_etl.report.spec import load_summary
from pioneer_etl.report.summary import compute_summary
from pioneer_etl.report.trace import Trace, trace
from pioneer_etl.report.write import write_summaries

DECLARED = """
title = { zh = "{county}{period}收入与{before}比较表", en = "Income, {county}, {period} and {before}" }
dataset = "village_economy"
unit = "万元"
levels = ["township", "village"]
columns = [
  { zh = "总收入", en = "Income", columns = ["income", "income_before", "income_change", "income_growth", "rank"] },
  { zh = "5万元以下村", en = "Villages under 50,000 yuan", columns = ["poor_share", "poor_share_change", "poor_rank"] },
]

[measures.income]
zh = "{period}"
en = "{period}"
value = "sum(income_total)"
format = "#,##0.00"

[measures.income_before]
zh = "{before}"
en = "{before}"
before = "income"

[measures.income_change]
zh = "增减额"
en = "Change"
change = "income"

[measures.income_growth]
zh = "增减率"
en = "Change in %"
growth = "income"

[measures.rank]
zh = "增幅\\n位次"
en = "Rank by growth"
rank = "income_growth"

[measures.with_income]
zh = "报收入的村数"
en = "Villages with an income"
value = "count(income_total)"
unit = "个"

[measures.poor]
zh = "5万元以下的村数"
en = "Villages under 50,000 yuan"
value = "count(*)"
where = "income_total < 5"
unit = "个"

[measures.poor_share]
zh = "占比"
en = "Share"
ratio = ["poor", "with_income"]

[measures.poor_share_change]
zh = "比{before}增减"
en = "Change"
change = "poor_share"
scale = 100
format = "0.0"
unit = { zh = "百分点", en = "points" }

[measures.poor_rank]
zh = "位次"
en = "Rank"
rank = "poor_share"
first = "lowest"
"""
LINGXI, YISHAN, CHANGCHAN = "330327101000", "330327102000", "330327103000"
MEASURES = ("income", "income_before", "income_change", "income_growth", "rank", "poor_share_change", "poor_rank")


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> SummarySpec:
    path = tmp_path_factory.mktemp("compared") / "compared.toml"
    path.write_text(DECLARED, encoding="utf-8")
    return load_summary(path)


@pytest.fixture(scope="module")
def two_years(declared: Contracts) -> Warehouse:
    """2004 from all three townships, 2003 from two; 双龙村 had no form in 2003, 东门村 no income."""
    warehouse = Warehouse(Contracts(declared.datasets, declared.code_lists, small_places(), ROOT))
    warehouse.send("village_economy", "灵溪镇", [economy("东门村", None), economy("宜一村", "4")], "2003")
    warehouse.send("village_economy", "宜山镇", [economy("宜一村", "3")], "2003")
    warehouse.send("village_economy", "灵溪镇", [economy("东门村", "6"), economy("宜一村", "5")])
    warehouse.send("village_economy", "宜山镇", [economy("宜一村", "4.5"), economy("双龙村", "3")])
    warehouse.send("village_economy", "昌禅乡", [economy("上湾村", "100")])
    return warehouse


def computed(warehouse: Warehouse, spec: SummarySpec, text: str = "2004") -> SummaryTable:
    return compute_summary(warehouse.connection, spec, warehouse.contracts, period(text))


@pytest.fixture(scope="module")
def table(two_years: Warehouse, spec: SummarySpec) -> SummaryTable:
    return computed(two_years, spec)


def printed(table: SummaryTable, detail: bool = False) -> list[list[str]]:
    found = []
    for row in table.detail if detail else table.rows:
        cells = {each.measure: each for each in row.cells}
        texts = [shown(cells[name], table.spec.measures[name].format, "zh") for name in MEASURES]
        found.append([row.label.zh, *texts])
    return found


def traced(warehouse: Warehouse, spec: SummarySpec, row: str, column: str) -> Trace:
    return trace(warehouse.connection, spec, warehouse.contracts, period("2004"), row, column)


def test_the_table_with_the_year_before(table: SummaryTable) -> None:
    assert table.title.zh == "苍南县2004年度收入与2003年度比较表"
    assert [each.label.zh for each in table.headings[0].children][:2] == ["2004年度", "2003年度"]
    assert printed(table) == [
        # The county's change leaves 昌禅乡 out: nobody knows what it had.
        ["合计", "118.50", "7.00", "11.50", "164.3%", "", "-50.0", ""],
        ["灵溪镇", "11.00", "4.00", "7.00", "175.0%", "1", "-100.0", "1"],
        ["宜山镇", "7.50", "3.00", "4.50", "150.0%", "2", "0.0", "3"],
        ["昌禅乡", "100.00", "", "", "", "", "", "1"],
    ]
    assert ("“村集体经济收入”两期都报的有2个乡镇（街道），与2003年度比较的合计只含这些；2003年度未报：昌禅乡。") in [
        each.zh for each in table.notes
    ]


def test_a_village_without_the_year_before_is_blank(table: SummaryTable) -> None:
    rows = {row[0]: row for row in printed(table, detail=True)}
    assert rows["东门村"] == ["东门村", "6.00", "", "", "", "", "", "1"]  # blank in 2003
    assert rows["双龙村"] == ["双龙村", "3.00", "", "", "", "", "", "4"]  # not there in 2003
    assert rows["上湾村"][1:5] == ["100.00", "", "", ""]
    assert table.cell(CHANGCHAN, "income_change").state is CellState.BLANK


def test_without_any_earlier_period_the_columns_are_empty(two_years: Warehouse, spec: SummarySpec) -> None:
    table = computed(two_years, spec, "2003")
    assert printed(table)[:2] == [
        ["合计", "7.00", "", "", "", "", "", ""],
        ["灵溪镇", "4.00", "", "", "", "", "", "1"],
    ]
    assert "没有2002年度的“村集体经济收入”，与之比较的各栏为空。" in [each.zh for each in table.notes]
    assert printed(table)[3][1:5] == ["未报", "", "未报", "未报"]


def test_no_growth_from_nothing(declared: Contracts, spec: SummarySpec) -> None:
    warehouse = Warehouse(Contracts(declared.datasets, declared.code_lists, small_places(), ROOT))
    warehouse.send("village_economy", "灵溪镇", [economy("东门村", "0")], "2003")
    warehouse.send("village_economy", "灵溪镇", [economy("东门村", "6")])
    row = printed(computed(warehouse, spec))[1]
    assert row[:6] == ["灵溪镇", "6.00", "0.00", "6.00", "—", ""]


@pytest.mark.parametrize("row", ["合计", "灵溪镇", "宜山镇", "宜山镇宜一村", "双龙村", "昌禅乡"])
@pytest.mark.parametrize("column", MEASURES)
def test_every_comparison_is_made_again_from_its_cells(
    two_years: Warehouse, spec: SummarySpec, table: SummaryTable, row: str, column: str
) -> None:
    found = traced(two_years, spec, row, column)
    assert found.value == table.cell(found.code, column).value
    assert found.cell.state is table.cell(found.code, column).state
    assert found.re_add() == found.value
    if found.value is not None:
        assert found.cells


def test_a_change_leads_to_the_cells_of_both_years(two_years: Warehouse, spec: SummarySpec) -> None:
    found = traced(two_years, spec, "灵溪镇", "增减额")
    assert sorted(each.text for each in found.cells) == ["4", "5", "6"]
    said = found.in_words("zh")
    assert "灵溪镇 · 总收入 / 增减额 · 2004年度 = 7.00" in said
    assert "= 11 − 4\n" in said
    assert "上期 2003年度 = 4.00 万元" in said
    assert found.as_dict()["before"]["period"] == "2003"


def test_the_countys_change_is_traced_to_townships_of_both_years(two_years: Warehouse, spec: SummarySpec) -> None:
    found = traced(two_years, spec, "合计", "income_change")
    assert {each.township for each in found.cells} == {"灵溪镇", "宜山镇"}
    assert found.value == Decimal("11.5")


def test_a_rank_is_traced_with_those_it_was_ranked_among(two_years: Warehouse, spec: SummarySpec) -> None:
    found = traced(two_years, spec, "宜山镇", "增幅位次")
    assert [(label.zh, figure) for label, figure in found.others] == [
        ("灵溪镇", Decimal("1.75")),
        ("宜山镇", Decimal("1.5")),
    ]
    assert "在同级2个有数的单位中排名，从高到低" in found.in_words("zh")
    assert "lowest up" in traced(two_years, spec, "宜山镇", "poor_rank").in_words("en")


def test_a_printed_comparison_is_traced_by_its_address(table: SummaryTable, tmp_path: Path) -> None:
    write_summaries([table], tmp_path / "收入.xlsx")
    figure = printed_figure(tmp_path / "收入.xlsx", "D6")
    assert (figure.row, figure.measure, figure.period) == (LINGXI, "income_change", "2004")


@pytest.mark.parametrize(
    ("text", "compare", "expected"),
    [
        ("2004", "year", "2003"),
        ("2004", "period", "2003"),
        ("2004H2", "year", "2003H2"),
        ("2004H2", "period", "2004H1"),
        ("2004Q1", "period", "2003Q4"),
        ("2004-01", "period", "2003-12"),
        ("2004-02", "year", "2003-02"),
        ("2003-11/2004-02", "period", "2003-07/2003-10"),
    ],
)
def test_the_period_compared_with(text: str, compare: str, expected: str) -> None:
    assert earlier(period(text), compare).text == expected


@given(st.lists(st.one_of(st.none(), st.integers(-5, 5)), max_size=12))
def test_a_rank_is_one_more_than_those_ahead(figures: list[int | None]) -> None:
    found = ranks(dict(enumerate(figures)))
    assert set(found) == {i for i, each in enumerate(figures) if each is not None}
    for i, rank in found.items():
        own = figures[i]
        assert own is not None
        assert rank == 1 + sum(each > own for each in figures if each is not None)


@pytest.mark.parametrize(
    ("old", "new", "key", "word"),
    [
        ('before = "income"', 'before = "incom"', "income_before.before", "income"),
        ('before = "income"', 'before = "income"\nvalue = "count(*)"', "income_before.value", "before"),
        ('change = "income"', 'change = "income_growth"', "income_change.change", "growth"),
        ('rank = "poor_share"', 'rank = "rank"', "poor_rank.rank", "rank"),
        ('first = "lowest"', 'first = "last"', "poor_rank.first", "lowest"),
        ('growth = "income"', 'growth = "income"\nwhere = "true"', "income_growth.where", "where"),
        ('unit = "万元"\n', 'unit = "万元"\ncompare = "decade"\n', "compare", "decade"),
    ],
)
def test_a_mistake_names_its_key(tmp_path: Path, old: str, new: str, key: str, word: str) -> None:
    assert old in DECLARED
    path = tmp_path / "compared.toml"
    path.write_text(DECLARED.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_summary(path)
    assert caught.value.location.key is not None
    assert caught.value.location.key.endswith(key)
    assert word in caught.value.message("en")
