"""Figures by telephone, and differences that no village can be given: recorded, traced, ended by a new form."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pioneer_etl.contract.errors import UsageError
from pioneer_etl.workspace import Workspace, init_workspace, open_workspace
from tests.command_line import Ran, run
from tests.entry.income_form import ROWS, write_form
from tests.entry.test_cycle import open_cells

pytestmark = pytest.mark.usefixtures("read_here")

WHO = {"said_by": "王会计", "typed_by": "李四", "why": "电话核实"}


def incomes(workspace: Workspace) -> dict[str, Any]:
    return dict(workspace.sql("select village, income_total from village_economy").rows())


def test_a_figure_lies_over_the_record_of_the_form_and_the_others_stay(workspace: Workspace) -> None:
    assert open_cells(workspace) == {"C5": "error", "C6": "error"}
    desk = workspace.desk("village_economy", "宜山镇")
    entered = desk.record({"village": "宜二", "集体经济收入合计": "三十五万元"}, **WHO)
    assert (entered.status, entered.findings) == ("overlay", ())
    assert (entered.before, entered.after) == (
        {"income_total": "40"},
        {"village": "宜二", "income_total": "三十五万元"},
    )
    assert incomes(workspace) == {"宜一村": 20, "宜二村": 35, "宜三村": 10}
    assert open_cells(workspace) == {"C6": "error"}  # what the figure settles is fixed, the other village's is not
    cells = workspace.trace("village_economy", row="宜山镇", column="income_total").cells
    assert [(each.file, each.cell, each.text) for each in cells][1] == ("宜山镇.xlsx", "C5", "40")
    assert "电话报送" in cells[1].conversion
    assert "王会计" in cells[1].conversion
    (change,) = workspace.diff("宜山镇", "village_economy")
    assert (change.kind, change.key, change.before) == ("corrected", "宜二村", "40")
    assert change.after.startswith("35.0000：电话报送")


def test_a_village_that_nobody_reported_becomes_a_record_that_is_traced_to_the_note(workspace: Workspace) -> None:
    desk = workspace.desk("village_economy", "宜山镇")
    entered = desk.record({"village": "宜四村", "income_total": "7", "income_last_year": "6"}, **WHO)
    assert entered.status == "entered"
    again = desk.record({"village": "宜四村", "income_total": "8"}, **WHO)
    assert (again.status, again.before) == ("overlay", {"income_total": "7"})
    assert incomes(workspace)["宜四村"] == 8
    cells = workspace.trace("village_economy", row="宜山镇", column="income_total").cells
    assert ("电话记录_宜山镇宜四村_村集体经济收入_2004.xlsx", "电话记录", "D13") in {
        (each.file, each.sheet, each.cell) for each in cells
    }
    assert workspace.repair().findings == ()


def test_the_checks_see_the_whole_record_and_say_so_at_once(workspace: Workspace) -> None:
    desk = workspace.desk("village_economy", "宜山镇")
    looked = desk.record({"village": "宜一村", "income_operating": "50"}, **WHO, dry_run=True)
    assert looked.status == "read"
    (found,) = [each for each in looked.findings if each.severity.value == "error"]
    assert found.rule == "total_is_sum_of_parts"
    assert found.cells[:2] == ("E13", "D14")  # what stood beside what was entered
    refused = desk.record({"village": "宜一村", "income_operating": "不详"}, **WHO)
    assert refused.status == "refused"
    assert "value.not_a_number" in {each.code for each in refused.findings}
    assert incomes(workspace)["宜一村"] == 20
    with pytest.raises(UsageError, match="village"):
        desk.record({"income_total": "5"}, **WHO)
    with pytest.raises(UsageError):
        desk.record({"village": "宜一村"}, **WHO)
    with pytest.raises(UsageError, match="income_total"):
        desk.record({"village": "宜一村", "收成": "5"}, **WHO)


def test_the_townships_next_form_ends_what_was_entered(workspace: Workspace) -> None:
    workspace.desk("village_economy", "宜山镇").record({"village": "宜二村", "income_total": "35"}, **WHO)
    workspace.difference("village_economy", "宜山镇", "income_total", "-3.5", who="县财政局", why="镇级代管")
    later = [*ROWS[:1], (2, "宜二村", 36, 20, 11, 0, 5, 0, 30), *ROWS[2:]]
    write_form(workspace.root / "inbox" / "宜山镇第2稿.xlsx", later)
    report = workspace.ingest([workspace.root / "inbox" / "宜山镇第2稿.xlsx"])
    (said,) = [each for each in report.files[0].findings if each.code == "submission.notes_lapsed"]
    assert said.arguments["found"] == "2"
    assert incomes(workspace) == {"宜一村": 20, "宜二村": 36, "宜三村": 10}
    assert total(workspace, "income_total") == 66


def total(workspace: Workspace, measure: str) -> Any:
    table = workspace.summary("village_economy", period="2004")
    row = next(each for each in table.rows if each.kind.value == "total")
    return next(each.value for each in row.cells if each.measure == measure)


def test_a_difference_enters_sums_and_no_count(workspace: Workspace) -> None:
    before = {name: total(workspace, name) for name in ("income_total", "villages", "under_5", "assets")}
    entered = workspace.difference("village_economy", "宜山镇", "income_total", "-3.5", who="县财政局", why="镇级代管")
    assert entered.status == "difference"
    after = {name: total(workspace, name) for name in before}
    assert after == {**before, "income_total": before["income_total"] - Decimal("3.5")}
    assert incomes(workspace) == {"宜一村": 20, "宜二村": 40, "宜三村": 10}
    table = workspace.summary("village_economy", period="2004")
    assert "宜山镇的合计含差额：集体经济收入合计 -3.5 万元（县财政局：镇级代管）。" in [each.zh for each in table.notes]
    (row,) = [each for each in table.detail if each.label.zh == "差额"]
    assert {each.measure: each.value for each in row.cells if each.value is not None} == {
        "income_total": Decimal("-3.5")
    }
    assert [(each.kind, each.key, each.after) for each in workspace.diff("宜山镇", "village_economy")] == [
        ("difference", "差额", "-3.5")
    ]
    traced = workspace.trace("village_economy", row="宜山镇", column="income_total")
    assert traced.re_add() == traced.value == Decimal("66.5")
    assert traced.cells[-1].file == "差额表_宜山镇_村集体经济收入_2004.xlsx"
    assert len(workspace.trace("village_economy", row="宜山镇", column="villages").records) == 3
    with pytest.raises(UsageError, match="income_total"):
        workspace.difference("village_economy", "宜山镇", "pay_system", "1", who="县财政局", why="x")


@pytest.mark.slow
def test_what_was_entered_outlives_a_rebuild(workspace: Workspace) -> None:
    desk = workspace.desk("village_economy", "宜山镇")
    desk.record({"village": "宜二村", "income_total": "35"}, **WHO)
    desk.record({"village": "宜四村", "income_total": "7"}, **WHO)
    workspace.difference("village_economy", "宜山镇", "income_total", "-3.5", who="县财政局", why="镇级代管")
    workspace.correct("village_economy", "宜山镇宜三村", "income_total", "19", who="县委组织部", why="电话核实")
    workspace.correct("village_economy", "宜山镇宜二村", "income_total", "34", who="县委组织部", why="再次核实")
    desk.record({"village": "宜二村", "income_operating": "19"}, **WHO)
    stood, summed = incomes(workspace), total(workspace, "income_total")
    assert (stood["宜二村"], stood["宜三村"]) == (34, 19)
    workspace.repair(rebuild=True)
    assert (incomes(workspace), total(workspace, "income_total")) == (stood, summed)


@pytest.mark.slow
def test_every_field_that_stands_is_typed_as_it_is_read(tmp_path: Path) -> None:
    """What stands is written into the note as one would type it; read again it is the same, whatever the type."""
    from random import Random

    from pioneer_etl.transform.columns import read_text
    from tests.entry.filling import fill, kit, reported, saved, township

    workspace = open_workspace(init_workspace(tmp_path / "county"))
    contracts = kit().contracts
    compared = 0
    for dataset in reported(contracts):
        book, filled = fill(dataset, Random(3))
        (tmp_path / f"{dataset.name}.xlsx").write_bytes(saved(book))
    workspace.ingest(sorted(tmp_path.glob("*.xlsx")))
    for dataset in reported(contracts):
        _, filled = fill(dataset, Random(3))
        desk = workspace.desk(dataset.name, township(contracts).name, period="2004")
        record = filled[0]
        keys = {each: desk._typed(dataset.field(each), record[each]) for each in desk.keys if each in record}
        stood = desk.stood(keys)
        for name, text in stood.items():
            value, doubts = read_text(dataset.field(name), text, contracts, desk.township, desk.period)
            assert not doubts, (dataset.name, name, text)
            assert value.value == record[name], (dataset.name, name, text)
            compared += 1
    assert compared > 40


def pioneer(folder: Path, *arguments: str, typed: str = "") -> Ran:
    return run(["-w", str(folder), "--lang", "zh", "enter", *arguments], None, {}, typed=typed)


def test_the_command_asks_until_it_can_read_the_answer(workspace: Workspace) -> None:
    form = ("village_economy", "--township", "宜山镇")
    done = pioneer(workspace.root, *form, "--field", "income_total", typed="乌有村\n宜二村\n不详\n35\n王会计\ny\n")
    assert done.code == 0, done.err
    assert done.out == ""
    for words in ("place.unknown", "[40]", "value.not_a_number", "40 → 35", "叠在原报的记录上"):
        assert words in done.err
    assert incomes(workspace)["宜二村"] == 35
    # Left as it is: nothing is recorded.
    left = pioneer(workspace.root, *form, "--field", "income_total", typed="宜一村\n99\n王会计\nn\n")
    assert left.code == 1
    assert incomes(workspace)["宜一村"] == 20


def test_a_script_gives_everything_and_gets_json(workspace: Workspace) -> None:
    given = ("--set", "village=宜一村", "--set", "income_total=29", "--said-by", "王会计", "--format", "json")
    done = pioneer(workspace.root, "village_economy", "--township", "宜山镇", *given)
    assert done.code == 1  # 29 is not the sum of its parts
    said = json.loads(done.out)
    assert (said["status"], said["before"]["income_total"]) == ("overlay", "20")
    assert {each["severity"] for each in said["findings"]} == {"error"}
    wrong = pioneer(workspace.root, "village_economy", "--township", "宜山镇", "--set", "income_total")
    assert wrong.code == 2
    assert "Traceback" not in wrong.err


def test_what_was_entered_of_a_person_is_told_masked(workspace: Workspace) -> None:
    desk = workspace.desk("reserve_cadre", "宜山镇")
    person = {"village": "宜一村", "name": "欧阳测试", "birth_month": "1980-01", "id_number": "330327198001011234"}
    looked = desk.record(person, **WHO, dry_run=True)
    told = str(looked.as_dict())
    assert looked.after["village"] == "宜一村"
    assert "测试" not in told
    assert "330327198001011234" not in told
