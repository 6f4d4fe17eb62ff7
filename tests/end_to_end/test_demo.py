"""The main job as a stranger runs it: `pioneer demo`, and what the README says can be done next."""

from __future__ import annotations

import csv
import random
import re
import shutil
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

import pytest

from pioneer_etl import open_workspace
from pioneer_etl.cli.main import main
from pioneer_etl.report.model import SummaryTable
from pioneer_etl.report.trace import trace
from pioneer_etl.report.write import summary_text
from tests.command_line import County, Ran, pioneer

FOUR = ("village_economy", "training", "reserve_cadre", "village")
FORMS = ("csv", "json", "html", "table")
Tables: TypeAlias = Mapping[str, SummaryTable]


@pytest.fixture(scope="module")
def tables(county: County) -> Tables:
    workspace = open_workspace(county.root)
    return {name: workspace.summary(name) for name in FOUR}


def test_the_demo_ends_well_and_says_where_things_are(county: County) -> None:
    assert county.demo.code == 0, county.demo.err
    assert county.demo.out == ""  # stdout carries data only
    assert "0 unaccounted" in county.demo.err
    assert (county.root / "summaries.xlsx").is_file()
    assert "summaries.xlsx" in county.demo.err.replace("\n", "")


def test_every_figure_of_the_speech_agrees(county: County) -> None:
    table = open_workspace(county.root).summary("speech_figures")
    verdicts = {row.code: row.cells[-1].value.en for row in table.rows}
    assert len(verdicts) >= 14
    assert set(verdicts.values()) == {"agrees"}


def test_the_same_inbox_again_changes_nothing(county: County) -> None:
    count = "select count(*) from submission"
    before = open_workspace(county.root).sql(count).rows()
    again = county("ingest", county.root / "inbox", "--format", "json").json()
    statuses = {file["status"] for file in again["files"]}
    assert "loaded" not in statuses
    assert {f["file"] for f in again["files"] if f["status"] == "unchanged"}
    assert open_workspace(county.root).sql(count).rows() == before


def test_no_cell_is_unaccounted_for(county: County) -> None:
    rows = county("sql", "select sum(counted), sum(unaccounted) from cell_account", "--format", "json").json()
    counted, unaccounted = rows[0].values()
    assert int(counted) > 30_000
    assert int(unaccounted) == 0


def test_a_correction_is_revision_2_and_changes_that_township_only(
    county: County, tables: Tables, tmp_path: Path
) -> None:
    root = tmp_path / "county"
    shutil.copytree(county.root, root)
    workspace = open_workspace(root)
    report = workspace.ingest([root / "corrections"])
    revised = [s for file in report.files for s in file.submissions if s.status == "loaded"]
    assert revised
    assert {s.revision for s in revised} == {2}
    towns = {s.township for s in revised}
    changed = set()
    for name in FOUR:
        after = workspace.summary(name)
        for old, new in zip(tables[name].rows, after.rows, strict=True):
            if [c.value for c in old.cells] != [c.value for c in new.cells]:
                changed.add(new.label.zh)
    assert changed
    assert changed <= towns | {"合计", "全县", "总计"}
    assert changed & towns


def test_a_hundred_figures_are_followed_to_their_cells_and_add_up(county: County, tables: Tables) -> None:
    """A hundred others into the townships' own files: tests/report/test_trace_to_files.py."""
    workspace = open_workspace(county.root)
    figures = [
        (table, row, cell)
        for table in tables.values()
        for row, cell in table.figures()
        if isinstance(cell.value, (int, Decimal)) and cell.value and row.kind in ("township", "total")
    ]
    with workspace._reading() as connection:  # opened once for all of them
        for table, row, cell in random.Random(20041231).sample(figures, 100):
            where = row.code or row.label.zh
            found = trace(connection, table.spec, workspace.contracts, table.period, where, cell.measure)
            assert found.value == cell.value
            assert found.re_add() == cell.value, (table.name, row.label.zh, cell.measure)
            assert found.cells, (table.name, row.label.zh, cell.measure)
            assert not [each for each in found.cells if not (each.file and each.cell)]


@pytest.mark.parametrize(("name", "form"), [*zip(FOUR, FORMS, strict=True)])
def test_summaries_print_in_every_form(county: County, tables: Tables, name: str, form: str) -> None:
    ran = county("summary", name, "--format", form)
    assert ran.code == 0
    assert "宜山镇" in ran.out
    for other in FORMS:
        assert "宜山镇" in summary_text([tables[name]], other)


def test_a_cell_of_a_written_summary_is_traced(county: County, tmp_path: Path) -> None:
    written = tmp_path / "economy.xlsx"
    county("summary", "village_economy", "-o", written)
    trace = county("trace", "village_economy", "--row", "宜山镇", "--column", "villages", "--format", "json")
    assert trace.code == 0, trace.err
    from openpyxl import load_workbook

    sheet = load_workbook(written).worksheets[0]
    row = next(r for r in range(1, sheet.max_row + 1) if str(sheet.cell(r, 1).value).strip() == "宜山镇")
    ran = county("trace", f"{written}!B{row}", "--format", "json")
    assert ran.code == 0, ran.err
    assert ran.json() == trace.json()


def test_sql_reads_and_never_writes(county: County) -> None:
    ran = county("sql", "from village_economy limit 5", "--format", "json")
    assert ran.code == 0
    assert len(ran.json()) == 5
    ran = county("sql", "drop table submission")
    assert ran.code == 2
    assert "Traceback" not in ran.err


def test_findings_name_file_sheet_and_cell(county: County) -> None:
    found = county("findings", "--format", "json").json()
    assert found
    assert any(each["cells"] for each in found)
    listed = county("findings", "--severity", "error")
    assert listed.code == 0


def test_status_lists_every_township(county: County) -> None:
    board = county("status", "--format", "json").json()
    assert len({each["township"] for each in board}) == 20
    assert {"loaded"} <= {each["status"] for each in board}


@pytest.fixture(scope="module")
def inspected(county: County) -> Ran:
    return county("inspect", county.root / "inbox" / "2004", "--format", "json")


def test_inspect_prints_the_fixed_shape(county: County, inspected: Ran) -> None:
    folder = county.root / "inbox" / "2004"
    path = next(each for each in folder.glob("*.xlsx") if not each.name.startswith("~"))
    assert inspected.code == 1  # the inbox holds files that are refused
    files = inspected.json()["files"]
    assert path.name in {each["file"] for each in files}
    table = next(t for f in files for s in f["sheets"] for t in s["tables"] if t["dataset"] == "village_economy")
    assert {"range", "kind", "dataset", "unit", "label_columns", "columns", "rows"} <= table.keys()
    assert any(column["field"] == "income_total" for column in table["columns"])


def test_inspect_tells_no_names(county: County, inspected: Ran) -> None:
    names = set(_names(county.root / "truth" / "reserve_cadre.csv"))
    assert len(names) > 1000
    assert not names & set(re.findall(r'"([^"]*)"', inspected.out))


def _names(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row["name"] for row in csv.DictReader(file)]


def test_plugins_pass_on_their_samples(county: County) -> None:
    ran = county("plugins", "test", "longgang", "jinxiang")
    assert ran.code == 0, ran.out
    listed = county("plugins", "list", "--format", "json").json()
    assert len([each for each in listed if each["origin"] == "workspace"]) == 20


def test_wrong_usage_ends_with_2(tmp_path: Path) -> None:
    assert main(["nonsense"]) == 2
    assert main(["-w", str(tmp_path), "status"]) == 2
    ran = pioneer("-w", tmp_path, "ingest", "nowhere")
    assert ran.code == 2
    assert "Traceback" not in ran.err
