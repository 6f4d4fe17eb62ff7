"""Summaries by the map of places of either year: what was merged is added up, and traced."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from by_hand import ROOT, Warehouse, economy, period

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import OrgUnit
from pioneer_etl.contract.place_map import place_map
from pioneer_etl.contract.places import Places
from pioneer_etl.report.model import CellState, SummaryTable
from pioneer_etl.report.reference import printed_figure
from pioneer_etl.report.spec import load_summary
from pioneer_etl.report.summary import compute_summary
from pioneer_etl.report.trace import trace
from pioneer_etl.report.write import write_summaries

SPEC = load_summary(ROOT / "warehouse" / "summaries" / "village_economy.toml")
END = date(2003, 12, 31)
COUNTY = OrgUnit("330327000000", "苍南县", "county", None)
JUXI = OrgUnit("330327113000", "莒溪镇", "township", COUNTY.code)
TENG = OrgUnit("330327299000", "腾垟乡", "township", COUNTY.code, valid_to=END, successors=(JUXI.code,))
WAI = OrgUnit("330327113201", "外垟村", "village", JUXI.code)
QIAN = OrgUnit("330327113202", "前湾村", "village", JUXI.code, former_names=(("前湾头村", END),))
OLD = OrgUnit("330327299201", "腾垟村", "village", TENG.code, valid_to=END, successors=(WAI.code,))


@pytest.fixture(scope="module")
def warehouse(declared: Contracts) -> Warehouse:
    """莒溪镇 with 腾垟乡 in 2003, alone in 2004."""
    places = Places((COUNTY, JUXI, TENG, WAI, QIAN, OLD))
    made = Warehouse(Contracts(declared.datasets, declared.code_lists, places, ROOT))
    made.send("village_economy", "莒溪镇", [economy("外垟村", "3"), economy("前湾村", "4")], "2003")
    made.send("village_economy", "腾垟乡", [economy("腾垟村", "5")], "2003")
    made.send("village_economy", "莒溪镇", [economy("外垟村", "9"), economy("前湾村", "4")], "2004")
    return made


def on_map(warehouse: Warehouse, day: date | None) -> Contracts:
    contracts = warehouse.contracts
    return contracts if day is None else replace(contracts, map=place_map(contracts.places, day))


def summary(warehouse: Warehouse, when: str, day: date | None = None) -> SummaryTable:
    return compute_summary(warehouse.connection, SPEC, on_map(warehouse, day), period(when))


def incomes(table: SummaryTable) -> dict[str, Decimal | None]:
    found = {}
    for row in (*table.rows, *table.detail):
        cell = next(each for each in row.cells if each.measure == "income_total")
        found[row.label.zh] = cell.value
    return found


def test_without_a_map_each_year_has_its_own_townships(warehouse: Warehouse) -> None:
    then = incomes(summary(warehouse, "2003"))
    assert then == {"合计": 12, "莒溪镇": 7, "腾垟乡": 5, "外垟村": 3, "前湾头村": 4, "腾垟村": 5}
    assert incomes(summary(warehouse, "2004")) == {"合计": 13, "莒溪镇": 13, "外垟村": 9, "前湾村": 4}
    assert [each.zh for each in summary(warehouse, "2004").notes if "区划" in each.zh] == []


def test_2003_by_the_map_of_2004_adds_up_what_was_merged(warehouse: Warehouse) -> None:
    table = summary(warehouse, "2003", date(2004, 12, 31))
    assert incomes(table) == {"合计": 12, "莒溪镇": 12, "外垟村": 8, "前湾村": 4}
    notes = [each.zh for each in table.notes]
    assert notes[:2] == [
        "按2004年12月31日的行政区划汇总。",
        "区划变动后归入现在的单位（2 个）：腾垟乡→莒溪镇、腾垟村→外垟村。",
    ]
    assert (table.coverage[0].expected, table.coverage[0].missing) == (1, ())


def test_2004_by_the_map_of_2003_says_what_cannot_be_divided(warehouse: Warehouse) -> None:
    table = summary(warehouse, "2004", END)
    assert incomes(table)["腾垟乡"] is None
    assert {each.state for each in table.row(TENG.code).cells} == {CellState.NOT_APPLICABLE}
    assert incomes(table)["合计"] == 13
    assert "报告期内已合并，数据分不开，含在合并后的单位里：腾垟乡→莒溪镇。" in [each.zh for each in table.notes]
    assert (table.coverage[0].expected, table.coverage[0].missing) == (1, ())


def test_a_part_that_was_never_sent_is_named(declared: Contracts) -> None:
    places = Places((COUNTY, JUXI, TENG, WAI, QIAN, OLD))
    made = Warehouse(Contracts(declared.datasets, declared.code_lists, places, ROOT))
    made.send("village_economy", "莒溪镇", [economy("外垟村", "3")], "2003")
    table = summary(made, "2003", date(2004, 12, 31))
    assert "其中缺原腾垟乡的数据。" in [each.zh for each in table.notes]


def test_a_figure_on_another_map_is_traced_to_the_cells_of_both(warehouse: Warehouse) -> None:
    contracts = on_map(warehouse, date(2004, 12, 31))
    found = trace(warehouse.connection, SPEC, contracts, period("2003"), "莒溪镇", "income_total")
    assert (found.value, found.re_add()) == (12, 12)
    assert {(each.township, each.village) for each in found.records} == {
        ("莒溪镇", "外垟村"),
        ("莒溪镇", "前湾村"),
        ("腾垟乡", "腾垟村"),
    }
    assert {each.file for each in found.cells} == {"莒溪镇.xlsx", "腾垟乡.xlsx"}
    village = trace(warehouse.connection, SPEC, contracts, period("2003"), "外垟村", "income_total")
    assert (village.value, len(village.cells)) == (8, 2)


def test_a_row_may_be_named_by_what_it_was(warehouse: Warehouse) -> None:
    contracts = on_map(warehouse, date(2004, 12, 31))
    found = trace(warehouse.connection, SPEC, contracts, period("2003"), "腾垟乡", "income_total")
    assert (found.row.zh, found.value) == ("莒溪镇", 12)


def test_a_printed_cell_knows_its_map(warehouse: Warehouse, tmp_path: Path) -> None:
    table = summary(warehouse, "2003", date(2004, 12, 31))
    (path,) = write_summaries([table], tmp_path / "by_2004.xlsx")
    (own,) = write_summaries([summary(warehouse, "2003")], tmp_path / "own.xlsx")
    top = 3 + max(each.depth for each in table.headings) + 1
    assert printed_figure(path, f"C{top}").map_of == "2004-12-31"
    assert printed_figure(own, f"C{top}").map_of is None


def test_a_place_of_another_time_is_noted_in_its_form() -> None:
    from pioneer_etl.transform.words import PlaceReader

    places = Places((COUNTY, JUXI, TENG, WAI, QIAN, OLD))
    reader = PlaceReader(places, JUXI, period("2004"))
    for text, code, unit in (("前湾头村", "place.renamed", "前湾村"), ("腾垟村", "place.moved", "外垟村")):
        value, doubts = reader.read(text)
        assert value.value == {"前湾村": QIAN.code, "外垟村": WAI.code}[unit]
        assert [(each.code, each.arguments["unit"]) for each in doubts] == [(code, unit)]
    assert reader.read("前湾村")[1] == ()
    assert PlaceReader(places, JUXI, period("2003")).read("前湾头村")[1] == ()
