"""Checks between forms: made when both are in, made anew when either changes, the same finding throughout."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.warehouse.small_county import (
    ECONOMY,
    VILLAGES,
    YEAR,
    YISHAN,
    county_contracts,
    economy,
    held,
    mailed,
    village,
)

from pioneer_etl.contract.model import Check, Dataset, Field, FieldType, Label, Period
from pioneer_etl.transform.model import Part, Record, Submission
from pioneer_etl.warehouse.compare import compare_forms
from pioneer_etl.warehouse.decisions import correct, explain
from pioneer_etl.warehouse.queries import FindingRow, findings
from pioneer_etl.warehouse.store import Warehouse, open_warehouse

LAST = Period(date(2003, 1, 1), date(2003, 12, 31), "2003")
WITHIN = Check(
    "households_within_people",
    "households <= people.count",
    "error",
    Label("户数不能多于人口", "no more households than people"),
    fields=("households",),
    forms=("people",),
)
KEPT = Check(
    "total_kept",
    "total >= 0.5 * previous.total",
    "warning",
    Label("收入不到上期的一半", "less than half of last period"),
    fields=("total",),
    forms=("previous",),
)
PEOPLE = Dataset(
    name="people",
    title=Label("人口", "people"),
    grain=Label("一个村", "one village"),
    key=("village",),
    period_type="year",
    place_field="village",
    fields=(
        Field("village", Label("村", "village"), FieldType.PLACE),
        Field("count", Label("人口", "people"), FieldType.INTEGER, unit="人"),
    ),
)


def people(count: int) -> Submission:
    record = Record(5, {"village": held(VILLAGES[0].name), "count": held(count)}, VILLAGES[0])
    part = Part("人口", 0, "plain", False, {"village": 1, "count": 2}, (record,))
    return Submission(PEOPLE, YISHAN, YEAR, (part,))


def form(households: int = 300, total: str = "10.00", period: Period = YEAR, line: int = 5) -> Submission:
    printed = held(Decimal(total), decimals=2)
    return economy([village(VILLAGES[0], line, households=households, total=printed)], period=period)


@contextmanager
def opened(path: Path, *checks: Check) -> Iterator[Warehouse]:
    contracts = county_contracts(path.parent, replace(ECONOMY, checks=checks), PEOPLE)
    with open_warehouse(path, contracts) as warehouse:
        yield warehouse


@pytest.fixture
def checked(path: Path) -> Iterator[Warehouse]:
    with opened(path, WITHIN, KEPT) as warehouse:
        yield warehouse


def now(warehouse: Warehouse) -> list[FindingRow]:
    warehouse.compare_forms()
    return list(findings(warehouse.connection))


def test_the_order_in_which_the_forms_come_makes_no_difference(tmp_path: Path) -> None:
    identities = set()
    for number, files in enumerate(((form(), people(200)), (people(200), form()))):
        with opened(tmp_path / f"{number}.duckdb", WITHIN) as warehouse:
            warehouse.load_file(mailed("first.xlsx", files[0]))
            assert now(warehouse) == []
            warehouse.load_file(mailed("second.xlsx", files[1]))
            [found] = now(warehouse)
            identities.add(found.identity)
    assert len(identities) == 1


def test_while_files_are_still_loaded_only_complete_forms_are_held_against_others(checked: Warehouse) -> None:
    def complete() -> int:
        return compare_forms(checked.connection, checked.contracts, complete_only=True)

    checked.load_file(mailed("经济.xlsx", form()))
    assert complete() == 0, "the other form has not come"
    checked.load_file(mailed("人口.xlsx", people(200)))
    assert complete() == 1, "nobody has sent last period's: it is not waited for"
    assert len(list(findings(checked.connection))) == 1
    checked.load_file(mailed("2003.xlsx", form(total="90.00", period=LAST)))
    assert complete() == 1, "now this period's is held against last period's; that lacks its own other form"
    assert len(list(findings(checked.connection))) == 2
    assert checked.compare_forms() == 1
    assert complete() == checked.compare_forms() == 0


def test_a_finding_names_the_cells_of_both_forms(checked: Warehouse) -> None:
    checked.load_file(mailed("经济.xlsx", form()))
    checked.load_file(mailed("人口.xlsx", people(200)))
    [found] = now(checked)
    assert found.place == "经济.xlsx [表1] C5"
    [other] = found.finding.elsewhere
    assert (other.file, other.sheet, other.cells) == ("人口.xlsx", "人口", ("B5",))
    assert found.finding.message() == (
        "C5 户数 300 > 人口 人口 200（差 100）：户数不能多于人口（宜1村）；人口见 人口.xlsx [人口] B5"
    )
    assert found.finding.message("en").endswith("people: see 人口.xlsx [人口] B5")
    assert found.as_dict()["elsewhere"][0]["cells"] == ["B5"]


def test_looking_again_changes_nothing(checked: Warehouse) -> None:
    checked.load_file(mailed("a.xlsx", form()))
    checked.load_file(mailed("b.xlsx", people(200)))
    [before] = now(checked)
    assert checked.compare_forms() == 0
    checked.connection.execute("DELETE FROM store.compared")  # as after a kill between loading and comparing
    assert checked.compare_forms() == 1
    [after] = now(checked)
    assert (after.id, after.made_at) == (before.id, before.made_at)
    assert checked.connection.execute("SELECT count(*) FROM store.finding").fetchone() == (1,)


@pytest.mark.parametrize("side", ["own", "other"])
def test_a_revision_of_either_side_settles_it(checked: Warehouse, side: str) -> None:
    checked.load_file(mailed("a.xlsx", form()))
    checked.load_file(mailed("b.xlsx", people(200)))
    [before] = now(checked)
    checked.load_file(mailed("c.xlsx", form(150) if side == "own" else people(900)))
    [settled] = now(checked)
    assert (settled.identity, settled.state) == (before.identity, "fixed")
    checked.load_file(mailed("d.xlsx", form(310, line=9) if side == "own" else people(190)))
    [again] = now(checked)
    assert (again.identity, again.state) == (before.identity, "open")


def test_an_explanation_holds_for_what_both_forms_said(checked: Warehouse) -> None:
    checked.load_file(mailed("a.xlsx", form()))
    checked.load_file(mailed("b.xlsx", people(200)))
    [found] = now(checked)
    explain(checked.connection, found.id, who="王科", why="分户未迁")
    assert now(checked)[0].state == "explained"
    checked.load_file(mailed("c.xlsx", form(line=8)))  # the row has moved
    assert now(checked)[0].state == "explained"
    checked.load_file(mailed("d.xlsx", people(100)))
    assert now(checked)[0].state == "open"


def test_a_form_mailed_again_is_unchanged_whatever_others_say_of_it(checked: Warehouse) -> None:
    checked.load_file(mailed("a.xlsx", form()))
    checked.load_file(mailed("b.xlsx", people(200)))
    checked.compare_forms()
    result = checked.load_file(mailed("saved again.xlsx", form()))
    assert [each.status for each in result.submissions] == ["unchanged"]
    assert [each.code for each in checked.load_file(mailed("a.xlsx", form())).findings] == []


def test_last_period_is_the_one_just_before(checked: Warehouse) -> None:
    before_last = Period(date(2002, 1, 1), date(2002, 12, 31), "2002")
    checked.load_file(mailed("2004.xlsx", form(total="4.00")))
    checked.load_file(mailed("2002.xlsx", form(total="90.00", period=before_last)))
    assert now(checked) == []
    checked.load_file(mailed("2003.xlsx", form(total="8.10", period=LAST)))
    found = {each.period: each for each in now(checked)}
    assert set(found) == {"2004", "2003"}
    assert "总收入 4.00 < 0.5 × 上期（2003） 总收入 8.10 = 4.05" in found["2004"].finding.message()
    checked.load_file(mailed("2003 again.xlsx", form(total="8.00", period=LAST)))
    assert {each.period: each.state for each in now(checked)} == {"2004": "fixed", "2003": "open"}


def test_a_correction_by_the_county_counts(checked: Warehouse) -> None:
    checked.load_file(mailed("a.xlsx", form()))
    checked.load_file(mailed("b.xlsx", people(200)))
    [found] = now(checked)
    other = found.finding.elsewhere[0].submission_id
    correct(
        checked.connection, checked.contracts, PEOPLE, (other, 0, 5), "count", 900, who="王科", why="电话核实漏写一位"
    )
    assert [each.state for each in now(checked)] == ["fixed"]


def test_a_check_that_is_changed_is_made_anew(path: Path) -> None:
    with opened(path, WITHIN) as warehouse:
        warehouse.load_file(mailed("a.xlsx", form()))
        warehouse.load_file(mailed("b.xlsx", people(200)))
        assert [each.state for each in now(warehouse)] == ["open"]
    with opened(path, replace(WITHIN, expression="households <= 2 * people.count")) as warehouse:
        assert [each.state for each in now(warehouse)] == ["fixed"]


def test_checks_that_are_gone_leave_nothing_open(path: Path) -> None:
    with opened(path, WITHIN) as warehouse:
        warehouse.load_file(mailed("a.xlsx", form()))
        warehouse.load_file(mailed("b.xlsx", people(200)))
        assert [each.state for each in now(warehouse)] == ["open"]
    with opened(path) as warehouse:
        assert [each.state for each in now(warehouse)] == ["fixed"]


def test_a_blank_cell_on_the_other_side_is_not_held_against_anything(checked: Warehouse) -> None:
    empty = people(0)
    record = Record(5, {"village": held(VILLAGES[0].name), "count": held(None)}, VILLAGES[0])
    checked.load_file(mailed("b.xlsx", replace(empty, parts=(replace(empty.parts[0], records=(record,)),))))
    checked.load_file(mailed("a.xlsx", form()))
    assert now(checked) == []


@pytest.mark.parametrize(
    ("total", "proposal"),
    [("352000.00", "35.2 万元"), ("3520.00", None), ("40.00", None)],
    ids=["given in 元", "a hundredfold is no unit", "as usual"],
)
def test_yuan_in_a_column_of_ten_thousands_is_seen_against_last_period(
    path: Path, total: str, proposal: str | None
) -> None:
    fields = tuple(replace(each, accepted_units=("元",)) if each.name == "total" else each for each in ECONOMY.fields)
    money = replace(ECONOMY, fields=fields, checks=(KEPT,))
    contracts = county_contracts(path.parent, money)
    with open_warehouse(path, contracts) as warehouse:
        warehouse.load_file(mailed("2003.xlsx", replace(form(total="36.00", period=LAST), dataset=money)))
        warehouse.load_file(mailed("2004.xlsx", replace(form(total=total), dataset=money)))
        said = [each.finding for each in now(warehouse) if each.finding.code == "check.magnitude_last_period"]
    assert [each.arguments["proposal"] for each in said] == ([proposal] if proposal else [])
    assert all("上期是 36 万元" in each.message() and each.cells for each in said)
