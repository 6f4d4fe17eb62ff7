"""Every summary that the repository declares, over a county with something in every form: each cell is traced."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from by_hand import ROOT, Warehouse, busy, period
from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.load import load_contracts
from pioneer_etl.report.model import CellState, RowKind, SummaryTable
from pioneer_etl.report.reference import printed_figure
from pioneer_etl.report.spec import find_summary, list_summaries
from pioneer_etl.report.summary import compute_summary
from pioneer_etl.report.trace import trace
from pioneer_etl.report.write import FORMS, summary_text, write_summaries
from pioneer_etl.report.xlsx import MAP_SHEET, workbook_bytes

NAMES = [name for name in list_summaries(ROOT) if name != "speech_figures"]
TABLES = [name for name in NAMES if find_summary(ROOT, name).kind == "table"]
LISTS = [name for name in NAMES if find_summary(ROOT, name).kind == "records"]


@pytest.fixture(scope="module")
def county_of_three() -> Iterator[Warehouse]:
    warehouse = busy(load_contracts(ROOT))
    yield warehouse
    warehouse.connection.close()


@cache
def made(warehouse: Warehouse, name: str) -> SummaryTable:
    """A summary, computed once: nothing is sent to this county any more."""
    return compute_summary(warehouse.connection, find_summary(ROOT, name), warehouse.contracts, period("2004"))


def test_tables_and_lists_for_every_dataset(declared: Contracts) -> None:
    assert len(TABLES) >= 10
    read = {measure.dataset for name in TABLES for measure in find_summary(ROOT, name).measures.values()}
    owed = {name for name, each in declared.datasets.items() if each.source is None}
    assert owed <= read


@pytest.mark.parametrize("name", NAMES)
def test_cells_are_made_again_from_their_sources(county_of_three: Warehouse, name: str) -> None:
    table = made(county_of_three, name)
    assert table.rows
    for column in range(0, len(table.spec.leaves), 4):
        made_again(county_of_three, table, column, column % len(table.rows))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_column_is_made_again_from_its_sources(county_of_three: Warehouse, name: str) -> None:
    """Each in one row, by turns that of the total and those of the townships; every fourth has its test above."""
    table = made(county_of_three, name)
    for column in (each for each in range(len(table.spec.leaves)) if each % 4):
        made_again(county_of_three, table, column, column % len(table.rows))


def made_again(warehouse: Warehouse, table: SummaryTable, column: int, row: int) -> None:
    """A cell traced: the same figure and state, and the figure again from its cells alone."""
    cell, where = table.rows[row].cells[column], table.rows[row].code or "合计"
    spec = find_summary(ROOT, table.name)
    found = trace(warehouse.connection, spec, warehouse.contracts, period("2004"), where, cell.measure)
    assert (found.cell.state, found.value) == (cell.state, cell.value), (where, cell.measure)
    if isinstance(cell.value, (int, Decimal)):
        assert found.re_add() == cell.value, (where, cell.measure)
        assert found.cells or cell.value == 0, (where, cell.measure)
    elif cell.value is not None:
        assert found.cells, (where, cell.measure)


@pytest.mark.parametrize("name", TABLES)
def test_the_total_is_the_sum_of_what_adds_up(county_of_three: Warehouse, name: str) -> None:
    table = made(county_of_three, name)
    for leaf in table.spec.leaves:
        measure = table.spec.measures[leaf.measure or ""]
        if not measure.additive:
            continue
        townships = [row for row in table.rows if row.kind is RowKind.TOWNSHIP]
        cells = [table.cell(row.code, measure.name) for row in townships]
        values = [each.value for each in cells if isinstance(each.value, (int, Decimal))]
        total = table.cell(None, measure.name).value
        assert (total or 0) == sum(values), measure.name


@pytest.mark.parametrize("name", LISTS)
def test_no_persons_name_in_a_list(county_of_three: Warehouse, name: str) -> None:
    table = made(county_of_three, name)
    for form in ("csv", "json", "html", "table"):
        text = summary_text([table], form)
        assert not re.search("王小明|李大山|钱七|赵六", text), form


def test_what_the_lists_say(county_of_three: Warehouse) -> None:
    def places(name: str, column: str) -> list[str]:
        return [
            str(table.cell(row.code, column).value) for table in [made(county_of_three, name)] for row in table.rows
        ]

    assert places("only_a_plan", "unit") == ["灵溪镇", "宜一村", "上湾村"]
    assert places("reserve_cadres_over_35", "village") == ["东门村", "宜一村", "上湾村"]
    assert len(places("overdue_questions", "days")) == 10
    assert made(county_of_three, "poor_villages").rows[0].cells[1].value == "东门村"


def test_figures_that_are_easily_got_wrong(county_of_three: Warehouse) -> None:
    meetings = made(county_of_three, "service_meeting")
    assert meetings.cell(None, "attendance").value == 200  # five meetings of 40, though each has two questions
    assert (meetings.cell(None, "in_time").value, meetings.cell(None, "due").value) == (5, 15)
    units = made(county_of_three, "pioneer_unit")
    assert [units.cell(None, each).value for each in ("units", "towns", "villages", "only_a_plan")] == [6, 1, 5, 3]
    weak = made(county_of_three, "weak_village")
    assert weak.cell(None, "share").value == Decimal("0.6")


def test_charts_show_cells_that_are_traced(county_of_three: Warehouse) -> None:
    tables = [made(county_of_three, name) for name in TABLES]
    data = workbook_bytes(tables)
    assert workbook_bytes(tables[-2:]) == workbook_bytes(tables[-2:])  # charts included
    book = load_workbook(io.BytesIO(data))
    lines = list(book[MAP_SHEET].iter_rows(min_row=2, values_only=True))
    mapped = {(sheet, what, index) for sheet, what, index, *_ in lines}
    shown = 0
    for sheet in book.worksheets:
        for chart in sheet._charts:
            for series in chart.series:
                source, _, area = series.val.numRef.f.rpartition("!")
                source = source.strip("'")
                left, top, right, bottom = range_boundaries(area.replace("$", ""))
                for row in range(top, bottom + 1):
                    for column in range(left, right + 1):
                        assert (source, "row", row) in mapped
                        assert (source, "column", column) in mapped
                        shown += 1
    assert shown > 50
    titles = [sheet.title for sheet in book.worksheets if sheet._charts]
    assert len(titles) == sum(bool(each.spec.charts) for each in tables)
    links = [row[1].hyperlink.location or row[1].hyperlink.target for row in book.worksheets[0].iter_rows(min_row=3)]
    assert len(links) == len(book.sheetnames) - 2  # all but the contents and the map


@pytest.mark.parametrize("form", FORMS)
def test_all_of_them_in_one_file(county_of_three: Warehouse, tmp_path: Path, form: str) -> None:
    target = tmp_path / f"all.{form}"
    written = write_summaries([made(county_of_three, name) for name in NAMES], target)
    assert all(each.stat().st_size > 100 for each in written)


def test_a_bar_is_traced_by_the_cell_it_shows(county_of_three: Warehouse, tmp_path: Path) -> None:
    path = tmp_path / "units.xlsx"
    table = made(county_of_three, "pioneer_unit")
    write_summaries([table], path)
    book = load_workbook(path)
    chart = book.worksheets[1]._charts[0]
    area = chart.series[0].val.numRef.f.rpartition("!")[2].replace("$", "")
    figure = printed_figure(path, area.split(":")[0])
    assert (figure.summary, figure.measure) == ("pioneer_unit", "planned")
    assert table.cell(figure.row, figure.measure).state is CellState.VALUE
