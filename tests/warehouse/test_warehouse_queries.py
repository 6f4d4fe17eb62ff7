"""Status, findings and what is decided about them, lineage, differences, corrections."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from small_county import (
    COLUMNS,
    ECONOMY,
    LINGXI,
    NOON,
    PAY,
    ROSTER,
    VILLAGES,
    YEAR,
    YISHAN,
    economy,
    held,
    mailed,
    totals,
    village,
)

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.expected import Expected, Owed
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Period
from pioneer_etl.transform.model import CellUse, Part, Record, Submission, ValueState
from pioneer_etl.warehouse import decisions, queries
from pioneer_etl.warehouse.diff import diff
from pioneer_etl.warehouse.lineage import source_cells
from pioneer_etl.warehouse.sql import rows, scalar
from pioneer_etl.warehouse.store import Warehouse, open_warehouse

HALF = Period(date(2004, 1, 1), date(2004, 6, 30), "2004H1")
LATER = date(2004, 12, 1)


def doubt(cell: str, found: str = "9", rule: str = "grew_much", **more: object) -> Finding:
    """A warning about one cell, as a check makes it."""
    return replace(
        finding("submission.twice_in_batch", sheet="表1", cells=cell, rule=rule, found=found, expected="<2"),
        code="check.failed",
        arguments={"zh": "增长过快", "en": "grew much"},
    )


def blocking() -> Finding:
    return finding("warehouse.value_unfit", sheet="表1", cells="B5", field="总收入", expected="decimal", found="x")


def states(warehouse: Warehouse) -> list[tuple[int, str]]:
    return [(each.id, each.state) for each in queries.findings(warehouse.connection)]


class TestStatus:
    def test_every_township_owes_what_anybody_sent(self, warehouse: Warehouse) -> None:
        warehouse.load_file(mailed("a.xlsx", replace(totals(1, 2), findings=(doubt("B5"),))))
        done, missing = queries.status(warehouse.connection)
        assert (done.township, done.status, done.revision, done.records) == ("宜山镇", "loaded", 1, 2)
        assert (done.errors, done.warnings, done.received) == (0, 1, NOON)
        assert (missing.township, missing.status, missing.submission_id) == ("灵溪镇", "missing", None)
        assert done.as_dict()["received"] == "2004-10-08T12:00:00"

    def test_what_is_expected_says_from_whom_and_when(self, path: Path, contracts: Contracts) -> None:
        due = date(2004, 11, 1)
        owed = Expected(owed=(Owed("economy", "2004", LINGXI.code, due),))
        with open_warehouse(path, replace(contracts, expected=owed)) as warehouse:
            early = queries.status(warehouse.connection, "2004", today=due)
            assert [(each.township, each.status) for each in early] == [("灵溪镇", "missing")]
            late = queries.status(warehouse.connection, "2004", today=LATER)
            assert [(each.status, each.due) for each in late] == [("late", due)]
            warehouse.load_file(mailed("a.xlsx", totals(1)))
            both = queries.status(warehouse.connection, "2004", today=LATER)
            assert [(each.township, each.status) for each in both] == [("宜山镇", "loaded"), ("灵溪镇", "late")]
        with open_warehouse(path, contracts, read_only=True) as warehouse:  # no longer declared
            assert {each.due for each in queries.status(warehouse.connection, "2004")} == {None}

    def test_the_first_form_that_came_decides_whether_it_was_in_time(self, path: Path, contracts: Contracts) -> None:
        owed = Expected(owed=(Owed("economy", "2004", YISHAN.code, NOON.date()),))
        with open_warehouse(path, replace(contracts, expected=owed)) as warehouse:
            warehouse.load_file(mailed("a.xlsx", replace(totals(1), findings=(blocking(),))))
            warehouse.load_file(mailed("b.xlsx", totals(1), minutes=60 * 24 * 3))
            (row,) = queries.status(warehouse.connection)
            assert (row.status, row.first_received, row.in_time) == ("loaded", NOON, True)

    def test_a_correction_that_was_quarantined_shows_with_what_stands(self, warehouse: Warehouse) -> None:
        warehouse.load_file(mailed("a.xlsx", totals(1)))
        warehouse.load_file(mailed("b.xlsx", replace(totals(2), findings=(blocking(),)), minutes=3))
        row = queries.status(warehouse.connection)[0]
        assert (row.status, row.revision, row.errors, row.submission_id) == ("quarantined", 1, 1, 2)

    def test_a_returned_form_stands_until_the_next_revision(self, warehouse: Warehouse) -> None:
        warehouse.load_file(mailed("a.xlsx", totals(1)))
        decisions.set_status(warehouse.connection, 1, "returned", who="王科", why="合计不符")
        assert queries.status(warehouse.connection)[0].status == "returned"
        assert scalar(warehouse.connection, "SELECT sum(total) FROM economy") == 1
        warehouse.load_file(mailed("b.xlsx", totals(2)))
        assert queries.status(warehouse.connection)[0].status == "loaded"
        with pytest.raises(UsageError) as caught:
            decisions.set_status(warehouse.connection, 1, "accepted", who="王科", why="好")
        assert caught.value.code == "submission.not_standing"

    def test_without_a_period_each_dataset_shows_its_latest(self, warehouse: Warehouse) -> None:
        warehouse.load_file(mailed("a.xlsx", totals(1, period=HALF)))
        warehouse.load_file(mailed("b.xlsx", totals(1)))
        assert {each.period for each in queries.status(warehouse.connection)} == {"2004"}
        assert {each.period for each in queries.status(warehouse.connection, "2004H1")} == {"2004H1"}
        assert queries.periods(warehouse.connection, "economy") == ("2004H1", "2004")


class TestFindings:
    def test_a_finding_is_listed_with_its_place(self, warehouse: Warehouse) -> None:
        warehouse.load_file(mailed("a.xlsx", replace(totals(1), findings=(doubt("B5"), blocking()))))
        first, second = queries.findings(warehouse.connection)
        assert first.finding == blocking()
        assert (second.place, second.township, second.state) == ("a.xlsx [表1] B5", "宜山镇", "open")
        assert first.as_dict("en")["message"] == "The value x of 总收入 cannot be stored (as decimal)."
        only = queries.findings(warehouse.connection, severity="warning", township_code=YISHAN.code, state="open")
        assert [each.id for each in only] == [second.id]

    def test_a_revision_without_it_fixes_it(self, warehouse: Warehouse) -> None:
        warehouse.load_file(mailed("a.xlsx", replace(totals(1, 2), findings=(doubt("B5"), doubt("B6")))))
        warehouse.load_file(mailed("b.xlsx", replace(totals(3, 2), findings=(doubt("B6"),))))
        assert states(warehouse) == [(1, "fixed"), (3, "open")]

    def test_it_is_the_same_finding_when_the_row_moves(self, warehouse: Warehouse) -> None:
        warehouse.load_file(mailed("a.xlsx", replace(totals(1, 2), findings=(doubt("B6"),))))
        decisions.waive(warehouse.connection, 1, who="王科", why="新办企业")
        moved = economy([village(VILLAGES[1], 9, total=Decimal(5))], sheet="新表")
        warehouse.load_file(mailed("b.xlsx", replace(moved, findings=(replace(doubt("B9"), sheet="新表"),))))
        (row,) = queries.findings(warehouse.connection)
        assert (row.id, row.state, row.who, row.why) == (2, "waived", "王科", "新办企业")

    def test_an_explanation_holds_for_the_figure_it_explained(self, warehouse: Warehouse) -> None:
        warehouse.load_file(mailed("a.xlsx", replace(totals(9), findings=(doubt("B5", found="9"),))))
        decisions.explain(warehouse.connection, 1, who="宜山镇", why="卖地")
        assert states(warehouse) == [(1, "explained")]
        warehouse.load_file(mailed("b.xlsx", replace(totals(9, 1), findings=(doubt("B5", found="9"),))))
        assert states(warehouse) == [(2, "explained")]
        warehouse.load_file(mailed("c.xlsx", replace(totals(99), findings=(doubt("B5", found="99"),))))
        assert states(warehouse) == [(3, "open")]

    def test_a_waiver_ends_with_its_day(self, warehouse: Warehouse) -> None:
        warehouse.load_file(mailed("a.xlsx", replace(totals(1), findings=(doubt("B5"),))))
        decisions.waive(warehouse.connection, 1, who="王科", why="待查", until=date(2004, 12, 31))
        assert states(warehouse) == [(1, "open")]
        decisions.waive(warehouse.connection, 1, who="王科", why="待查", until=date(9999, 12, 31))
        assert states(warehouse) == [(1, "waived")]
        decisions.reopen(warehouse.connection, 1, who="王科", why="查清了")
        assert states(warehouse) == [(1, "open")]

    def test_decisions_need_a_finding_and_words(self, warehouse: Warehouse) -> None:
        with pytest.raises(UsageError) as caught:
            decisions.explain(warehouse.connection, 7, who="王科", why="有")
        assert caught.value.code == "finding.unknown"
        warehouse.load_file(mailed("a.xlsx", replace(totals(1), findings=(doubt("B5"),))))
        with pytest.raises(UsageError) as caught:
            decisions.waive(warehouse.connection, 1, who="王科", why=" ")
        assert caught.value.code == "decision.no_words"
        warehouse.load_file(mailed("b.xlsx", totals(2)))
        with pytest.raises(UsageError) as caught:
            decisions.explain(warehouse.connection, 1, who="宜山镇", why="有")
        assert caught.value.code == "finding.fixed"

    def test_the_same_doubt_in_two_townships_is_two_findings(self, warehouse: Warehouse) -> None:
        warehouse.load_file(mailed("附件.xlsx", replace(totals(1), findings=(doubt("B5"),)), content="1"))
        other = replace(totals(1, township=LINGXI), findings=(doubt("B5"),))
        warehouse.load_file(mailed("附件.xlsx", other, content="2"))
        assert states(warehouse) == [(1, "open"), (2, "open")]

    def test_two_unread_files_of_one_name_are_two_findings(self, warehouse: Warehouse) -> None:
        for content in ("1", "2"):
            warehouse.load_file(mailed("附件.xlsx", findings=(blocking(),), content=content, refused=True))
        assert states(warehouse) == [(1, "open"), (2, "open")]

    def test_the_same_doubt_twice_on_one_record_is_two_findings(self, warehouse: Warehouse) -> None:
        warehouse.load_file(mailed("a.xlsx", replace(totals(1), findings=(doubt("B5"), doubt("B5", found="8")))))
        assert len(states(warehouse)) == 2


class TestLineage:
    def test_a_value_leads_to_its_cell(self, warehouse: Warehouse, contracts: Contracts) -> None:
        record = village(
            VILLAGES[0],
            5,
            total=held(Decimal("3.2"), text="3.2万元", conversion="万元"),
            pay=held("1", text="效益工资制"),
        )
        sha256 = warehouse.load_file(mailed("a.xlsx", economy([record]))).sha256
        (cell,) = source_cells(warehouse.connection, ECONOMY, [(1, 0, 5)], "total")
        assert (cell.file, cell.sha256, cell.sheet, cell.cell) == ("a.xlsx", sha256, "表1", "B5")
        assert (cell.text, cell.value, cell.state, cell.conversion) == ("3.2万元", Decimal("3.2"), "value", "万元")
        assert (cell.township, cell.period, cell.revision) == ("宜山镇", "2004", 1)
        (cell,) = source_cells(warehouse.connection, ECONOMY, [(1, 0, 5)], "pay", {"pay": PAY})
        assert (cell.text, cell.value) == ("效益工资制", "1")
        (cell,) = source_cells(warehouse.connection, ECONOMY, [(1, 0, 5)], "village")
        assert (cell.text, cell.value, cell.cell) == ("宜1村", VILLAGES[0].code, "A5")

    def test_transposed_forms_and_values_from_elsewhere(self, warehouse: Warehouse) -> None:
        values = village(VILLAGES[0], 3, total=Decimal(1), households=held(7, cell=Position(20, 30))).values
        warehouse.load_file(mailed("a.xlsx", economy([Record(3, values, VILLAGES[0])], transposed=True)))
        (cell,) = source_cells(warehouse.connection, ECONOMY, [(1, 0, 3)], "total")
        assert cell.cell == "C2"
        (cell,) = source_cells(warehouse.connection, ECONOMY, [(1, 0, 3)], "households")
        assert cell.cell == "AD20"

    def test_a_column_that_the_form_lacks_is_absent(self, warehouse: Warehouse) -> None:
        form = totals(1)
        values = dict(form.records[0].values) | {"remarks": held(None, ValueState.ABSENT)}
        part = replace(
            form.parts[0],
            column_map={name: at for name, at in COLUMNS.items() if name != "remarks"},
            records=(replace(form.records[0], values=values),),
        )
        warehouse.load_file(mailed("a.xlsx", replace(form, parts=(part,))))
        (cell,) = source_cells(warehouse.connection, ECONOMY, [(1, 0, 5)], "remarks")
        assert (cell.cell, cell.state, cell.value) == (None, "absent", None)
        (cell,) = source_cells(warehouse.connection, ECONOMY, [(1, 0, 5)], "growth")
        assert (cell.cell, cell.state) == ("D5", "blank")

    def test_thousands_of_records_keep_their_order(self, warehouse: Warehouse) -> None:
        records = [village(VILLAGES[n % 9], n, total=Decimal(n)) for n in range(3000)]
        warehouse.load_file(mailed("a.xlsx", economy(records)))
        refs = [(1, 0, n) for n in reversed(range(3000))]
        cells = source_cells(warehouse.connection, ECONOMY, [*refs, (1, 0, 9999)], "total")
        assert [each.value for each in cells] == [Decimal(n) for n in reversed(range(3000))]
        assert source_cells(warehouse.connection, ECONOMY, [], "total") == []
        with pytest.raises(KeyError):
            source_cells(warehouse.connection, ECONOMY, refs, "nonsense")


class TestDiff:
    def test_changed_added_and_removed(self, warehouse: Warehouse) -> None:
        warehouse.load_file(mailed("a.xlsx", totals(1, 2)))
        after = economy([village(VILLAGES[0], 7, total=held(None, ValueState.NONE, "无")), village(VILLAGES[2], 8)])
        warehouse.load_file(mailed("b.xlsx", after))
        changes = diff(warehouse.connection, ECONOMY, YISHAN.code, "2004")
        told = [
            (each.kind, each.key, each.field, each.before, each.after) for each in changes if each.field != "village"
        ]
        assert told[0] == ("changed", "宜1村", "total", "1", "无 [none]")
        assert ("removed", "宜2村", "total", "2", "") in told
        assert {each.key for each in changes if each.kind == "added"} == {"宜3村"}
        assert (changes[0].before_cell, changes[0].after_cell) == ("B5", "B7")

    def test_personal_values_are_masked(self, warehouse: Warehouse) -> None:
        for number, name in enumerate(("330327196605120011", "330327196605120038")):
            values = {"name": held("张三"), "id_number": held(name), "born": held(None)}
            part = Part("名册", 0, "plain", False, {"name": 1, "id_number": 2, "born": 3}, (Record(4, values),))
            warehouse.load_file(mailed(f"{number}.xlsx", Submission(ROSTER, YISHAN, YEAR, (part,))))
        (change,) = diff(warehouse.connection, ROSTER, YISHAN.code, "2004")
        assert (change.key, change.field) == ("张*", "id_number")
        assert "19660512" not in change.before + change.after

    def test_one_revision_cannot_be_compared(self, warehouse: Warehouse) -> None:
        warehouse.load_file(mailed("a.xlsx", totals(1)))
        with pytest.raises(UsageError) as caught:
            diff(warehouse.connection, ECONOMY, YISHAN.code, "2004")
        assert caught.value.code == "diff.no_revisions"


class TestCorrections:
    def test_a_correction_lies_over_the_fact_and_lapses_with_a_revision(
        self, warehouse: Warehouse, contracts: Contracts
    ) -> None:
        warehouse.load_file(mailed("a.xlsx", totals(1, 2)))
        decisions.correct(
            warehouse.connection, contracts, ECONOMY, (1, 0, 5), "total", Decimal("1.5"), who="王科", why="笔误"
        )
        decisions.correct(warehouse.connection, contracts, ECONOMY, (1, 0, 6), "total", None, who="王科", why="误填")
        query = "SELECT total FROM economy ORDER BY line"
        assert rows(warehouse.connection, query) == [(Decimal("1.5"),), (None,)]
        assert rows(warehouse.connection, "SELECT total FROM store.economy ORDER BY line") == [(1,), (2,)]
        first, second = source_cells(warehouse.connection, ECONOMY, [(1, 0, 5), (1, 0, 6)], "total")
        assert (first.value, first.corrected) == (1, "1.0000 → 1.5000：笔误（王科）")
        assert second.corrected == "2.0000 → ：误填（王科）"
        warehouse.load_file(mailed("b.xlsx", totals(7, 8)))
        assert rows(warehouse.connection, query) == [(7,), (8,)]

    def test_a_correction_can_be_corrected(self, warehouse: Warehouse, contracts: Contracts) -> None:
        warehouse.load_file(mailed("a.xlsx", totals(1)))
        for value in (Decimal(3), Decimal(4)):
            decisions.correct(warehouse.connection, contracts, ECONOMY, (1, 0, 5), "total", value, who="王", why="改")
        assert scalar(warehouse.connection, "SELECT total FROM economy") == 4
        assert rows(warehouse.connection, "SELECT before, after FROM correction ORDER BY id") == [
            ("1.0000", "3.0000"),
            ("3.0000", "4.0000"),
        ]

    def test_what_cannot_be_corrected_is_said(self, warehouse: Warehouse, contracts: Contracts) -> None:
        warehouse.load_file(mailed("a.xlsx", totals(1)))
        for record, field, value, code in [
            ((1, 0, 99), "total", Decimal(1), "correction.no_record"),
            ((1, 0, 5), "village", "x", "correction.place"),
            ((1, 0, 5), "total", "many", "correction.unfit"),
        ]:
            with pytest.raises(UsageError) as caught:
                decisions.correct(
                    warehouse.connection,
                    contracts,
                    ECONOMY,
                    record,
                    field,
                    value,
                    who="王",
                    why="改",  # type: ignore[arg-type]
                )
            assert caught.value.code == code


def test_submissions_and_accounts(warehouse: Warehouse) -> None:
    result = warehouse.load_file(mailed("a.xlsx", totals(1)))
    warehouse.load_file(mailed("b.xlsx", totals(2)))
    first, second = queries.submissions(warehouse.connection, township_code=YISHAN.code)
    assert (first.status, second.status, second.supersedes, second.plugin) == ("superseded", "loaded", 1, "builtin 1.0")
    assert first.as_dict()["filler"] == "张三"
    (account,) = queries.accounts(warehouse.connection, result.sha256)[result.sha256]
    assert (account.sheet, account.counted, account.uses[CellUse.LOADED], account.unaccounted) == ("表1", 12, 10, 0)
