"""Loading: revisions, the same file again, files that claim the same form, quarantine."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from small_county import (
    LINGXI,
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

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.errors import WarehouseError
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.transform.model import Part, Record, Submission, ValueState
from pioneer_etl.warehouse import audit
from pioneer_etl.warehouse.model import LoadedFile
from pioneer_etl.warehouse.sql import rows, scalar
from pioneer_etl.warehouse.store import Warehouse, open_warehouse


def figures(warehouse: Warehouse) -> dict[str, Decimal]:
    return dict(rows(warehouse.connection, "SELECT township, sum(total) FROM economy GROUP BY ALL ORDER BY ALL"))


def statuses(warehouse: Warehouse) -> list[tuple[int, int | None, str]]:
    return rows(warehouse.connection, "SELECT id, revision, status FROM submission ORDER BY id")  # type: ignore[return-value]


def everything(warehouse: Warehouse) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    tables = rows(warehouse.connection, "SELECT schema_name, table_name FROM duckdb_tables() ORDER BY ALL")
    return {f"{s}.{t}": rows(warehouse.connection, f"FROM {s}.{t} ORDER BY ALL") for s, t in tables}


def quarantining(cells: str = "C5") -> Finding:
    return finding("warehouse.value_unfit", sheet="表1", cells=cells, field="总收入", expected="decimal", found="x")


def test_a_form_is_loaded_with_its_places_and_period(warehouse: Warehouse) -> None:
    result = warehouse.load_file(mailed("宜山.xlsx", totals("1.5", "0", "3")))
    assert result.status == "loaded"
    (submission,) = result.submissions
    assert (submission.township, submission.period, submission.revision, submission.records) == ("宜山镇", "2004", 1, 3)
    assert rows(
        warehouse.connection,
        "SELECT period, year, township_code, township, village_code, village, total, submission_id, part, line"
        " FROM economy ORDER BY line",
    ) == [
        ("2004", 2004, YISHAN.code, "宜山镇", VILLAGES[0].code, "宜1村", Decimal("1.5"), submission.id, 0, 5),
        ("2004", 2004, YISHAN.code, "宜山镇", VILLAGES[1].code, "宜2村", Decimal(0), submission.id, 0, 6),
        ("2004", 2004, YISHAN.code, "宜山镇", VILLAGES[2].code, "宜3村", Decimal(3), submission.id, 0, 7),
    ]


def test_the_same_bytes_again_write_nothing(warehouse: Warehouse) -> None:
    first = warehouse.load_file(mailed("宜山.xlsx", totals(1, 2)))
    before = everything(warehouse)
    again = warehouse.load_file(mailed("宜山 (2).xlsx", totals(1, 2), content="宜山.xlsx", key="newer layouts"))
    assert again.status == "unchanged"
    assert again.name == "宜山 (2).xlsx"
    assert [each.id for each in again.submissions] == [each.id for each in first.submissions]
    assert again.accounts == first.accounts
    assert everything(warehouse) == before


def test_a_corrected_file_is_a_revision_and_changes_only_its_township(warehouse: Warehouse) -> None:
    warehouse.load_file(mailed("宜山.xlsx", totals(1, 2)))
    warehouse.load_file(mailed("灵溪.xlsx", totals(5, 5, township=LINGXI)))
    assert figures(warehouse) == {"宜山镇": 3, "灵溪镇": 10}
    result = warehouse.load_file(mailed("宜山-改.xlsx", totals(1, 7)))
    assert (result.submissions[0].revision, result.submissions[0].supersedes) == (2, 1)
    assert figures(warehouse) == {"宜山镇": 8, "灵溪镇": 10}
    assert statuses(warehouse) == [(1, 1, "superseded"), (2, 1, "loaded"), (3, 2, "loaded")]


def test_a_file_that_was_only_saved_again_is_unchanged_and_says_so(warehouse: Warehouse) -> None:
    warehouse.load_file(mailed("宜山.xlsx", totals(1, 2)))
    result = warehouse.load_file(mailed("另存.xlsx", totals(1, 2)))
    assert result.status == "unchanged"
    assert [each.code for each in result.findings] == ["submission.same_records"]
    assert "宜山.xlsx" in result.findings[0].message()
    assert result.submissions[0].id == 1
    assert statuses(warehouse) == [(1, 1, "loaded")]
    known = warehouse.load_file(mailed("另存.xlsx", totals(1, 2)))
    assert known.status == "unchanged"
    assert [each.code for each in known.findings] == ["submission.same_records"]


def test_rows_in_another_order_are_the_same_records(warehouse: Warehouse) -> None:
    form = totals(1, 2, 3)
    (part,) = form.parts
    turned = replace(part, records=tuple(replace(each, line=20 - each.line) for each in reversed(part.records)))
    warehouse.load_file(mailed("a.xlsx", form))
    assert warehouse.load_file(mailed("b.xlsx", replace(form, parts=(turned,)))).status == "unchanged"


def test_a_blank_that_becomes_a_zero_is_a_revision(warehouse: Warehouse) -> None:
    warehouse.load_file(mailed("a.xlsx", economy([village(VILLAGES[0], 5, total=None)])))
    result = warehouse.load_file(mailed("b.xlsx", economy([village(VILLAGES[0], 5, total=Decimal(0))])))
    assert result.submissions[0].revision == 2


def test_a_figure_written_otherwise_is_the_same_and_a_word_is_not_a_state(warehouse: Warehouse) -> None:
    def form(total: str, remarks: object) -> Submission:
        return economy([village(VILLAGES[0], 5, total=Decimal(total), remarks=remarks)])  # type: ignore[arg-type]

    warehouse.load_file(mailed("a.xlsx", form("12.50", held(None, ValueState.NONE, "无"))))
    assert warehouse.load_file(mailed("b.xlsx", form("12.5", held(None, ValueState.NONE, "—")))).status == "unchanged"
    assert warehouse.load_file(mailed("c.xlsx", form("12.5", "none"))).status == "loaded"


def test_a_corrected_printed_total_alone_is_a_revision(warehouse: Warehouse) -> None:
    doubt = finding("submission.same_records", sheet="表1", cells="B9", found="3", expected="4")
    warehouse.load_file(mailed("a.xlsx", replace(totals(1, 2), findings=(replace(doubt, code="check.total"),))))
    result = warehouse.load_file(mailed("b.xlsx", totals(1, 2)))
    assert (result.status, result.submissions[0].revision) == ("loaded", 2)


def test_of_two_files_in_a_batch_the_later_received_stands(warehouse: Warehouse) -> None:
    late, early = mailed("终稿.xlsx", totals(9), minutes=5), mailed("初稿.xlsx", totals(1), minutes=0)
    results = list(warehouse.load_files([late, early]))
    assert [each.submissions[0].status for each in results] == ["loaded", "superseded"]
    assert [each.code for each in results[1].findings] == ["submission.older_in_batch"]
    assert figures(warehouse) == {"宜山镇": 9}
    # Nobody has said yet that the older one may be left aside.
    assert rows(warehouse.connection, "SELECT code, state FROM finding") == [("submission.older_in_batch", "open")]

    later = mailed("补.xlsx", totals(2), minutes=1), mailed("再补.xlsx", totals(3), minutes=2)
    results = list(warehouse.load_files(later))
    assert [each.submissions[0].revision for each in results] == [3, 4]
    assert [each.code for each in results[1].findings] == ["submission.twice_in_batch"]
    assert figures(warehouse) == {"宜山镇": 3}


def test_a_later_batch_supersedes_whatever_the_file_times_say(warehouse: Warehouse) -> None:
    warehouse.load_file(mailed("a.xlsx", totals(1), minutes=60))
    result = warehouse.load_file(mailed("b.xlsx", totals(2), minutes=0))
    assert result.submissions[0].status == "loaded"
    assert result.findings == ()


def test_two_forms_of_one_kind_in_a_file_are_both_quarantined(warehouse: Warehouse) -> None:
    result = warehouse.load_file(mailed("a.xlsx", totals(1), totals(2), totals(3, township=LINGXI)))
    assert [each.status for each in result.submissions] == ["quarantined", "quarantined", "loaded"]
    assert result.status == "quarantined"
    assert figures(warehouse) == {"灵溪镇": 3}


def test_a_quarantined_form_keeps_its_findings_and_account_but_no_facts(warehouse: Warehouse) -> None:
    result = warehouse.load_file(mailed("a.xlsx", replace(totals(1), findings=(quarantining(),))))
    assert result.status == "quarantined"
    assert result.submissions[0].revision is None
    assert scalar(warehouse.connection, "SELECT count(*) FROM store.economy") == 0
    assert rows(warehouse.connection, "SELECT code, state, cells, file FROM finding") == [
        ("warehouse.value_unfit", "open", "C5", "a.xlsx")
    ]
    assert scalar(warehouse.connection, "SELECT sum(counted) FROM cell_account") == 12


def test_no_facts_of_a_quarantined_form_that_the_same_transaction_answers(warehouse: Warehouse) -> None:
    bad = mailed("a.xlsx", replace(totals(1), findings=(quarantining(),)))
    assert [each.status for each in warehouse.load_files([bad, mailed("b.xlsx", totals(2))])] == [
        "quarantined",
        "loaded",
    ]
    assert statuses(warehouse) == [(1, None, "superseded"), (2, 1, "loaded")]
    for table in ("economy", "part", "column_map"):
        assert rows(warehouse.connection, f"SELECT DISTINCT submission_id FROM store.{table}") == [(2,)]


def test_a_quarantined_file_is_answered_from_memory_until_what_reads_it_changes(warehouse: Warehouse) -> None:
    bad = mailed("a.xlsx", replace(totals(1), findings=(quarantining(),)))
    first = warehouse.load_file(bad)
    before = everything(warehouse)
    again = warehouse.load_file(bad)
    assert (again.status, again.findings) == ("quarantined", first.findings)
    assert everything(warehouse) == before
    assert warehouse.known(bad.sha256, "k1") is not None
    assert warehouse.known(bad.sha256, "k2") is None

    result = warehouse.load_file(mailed("a.xlsx", totals(1), key="k2"))
    assert result.status == "loaded"
    assert figures(warehouse) == {"宜山镇": 1}
    assert statuses(warehouse) == [(1, None, "superseded"), (2, 1, "loaded")]
    assert rows(warehouse.connection, "SELECT state FROM finding") == [("fixed",)]
    assert warehouse.known(bad.sha256, "k3").status == "unchanged"  # type: ignore[union-attr]


def test_a_file_read_again_for_one_of_its_forms_keeps_the_other(warehouse: Warehouse) -> None:
    doubt = replace(quarantining(), code="check.failed", quarantines=False)
    good = replace(totals(1, township=LINGXI), findings=(doubt,))
    warehouse.load_file(mailed("a.xlsx", good, replace(totals(1), findings=(quarantining(),))))
    result = warehouse.load_file(mailed("a.xlsx", good, totals(1), key="k2"))
    assert [each.status for each in result.submissions] == ["unchanged", "loaded"]
    assert result.findings == (doubt,)
    assert figures(warehouse) == {"宜山镇": 1, "灵溪镇": 1}
    known = warehouse.known(result.sha256, "k3")
    assert known is not None
    assert known.findings == (doubt,)
    assert [(each.id, each.status) for each in known.submissions] == [(1, "loaded"), (3, "loaded")]


def test_a_refused_file_is_known_too(warehouse: Warehouse) -> None:
    locked = mailed("锁.xlsx", findings=(quarantining(),), refused=True)
    assert warehouse.load_file(locked).status == "refused"
    assert warehouse.load_file(locked).status == "refused"
    assert scalar(warehouse.connection, "SELECT count(*) FROM file") == 1


def test_a_quarantined_correction_leaves_the_form_that_stands(warehouse: Warehouse) -> None:
    warehouse.load_file(mailed("a.xlsx", totals(1)))
    warehouse.load_file(mailed("b.xlsx", replace(totals(2), findings=(quarantining(),))))
    assert figures(warehouse) == {"宜山镇": 1}
    warehouse.load_file(mailed("c.xlsx", totals(3)))
    assert statuses(warehouse) == [(1, 1, "superseded"), (2, None, "superseded"), (3, 2, "loaded")]


@pytest.mark.parametrize("total", [Decimal(10) ** 14, Decimal("NaN"), Decimal("Infinity"), "12", 1.5])
def test_a_value_that_cannot_be_stored_quarantines_the_form(warehouse: Warehouse, total: object) -> None:
    result = warehouse.load_file(mailed("a.xlsx", economy([village(VILLAGES[0], 5, total=held(total))])))  # type: ignore[arg-type]
    assert result.status == "quarantined"
    (said,) = result.findings
    assert (said.code, said.sheet, said.cells) == ("warehouse.value_unfit", "表1", ("B5",))


def test_a_rounded_value_says_so(warehouse: Warehouse) -> None:
    warehouse.load_file(mailed("a.xlsx", economy([village(VILLAGES[0], 5, total=Decimal("1.23456"))])))
    assert scalar(warehouse.connection, "SELECT total FROM economy") == Decimal("1.2346")
    assert rows(warehouse.connection, "SELECT text, conversion FROM store.value_note WHERE field = 'total'") == [
        ("1.23456", "四舍五入到 4 位小数")
    ]


def test_a_personal_value_is_never_shown_in_a_finding(warehouse: Warehouse) -> None:
    values = {"name": held("张三"), "id_number": held(33032719660512), "born": held(None)}
    part = Part("名册", 0, "plain", False, {"name": 1, "id_number": 2, "born": 3}, (Record(4, values),))
    result = warehouse.load_file(mailed("a.xlsx", Submission(ROSTER, YISHAN, YEAR, (part,))))
    assert result.status == "quarantined"
    assert "33032719660512" not in str(result.findings)


def test_the_original_is_kept_by_its_hash(warehouse: Warehouse) -> None:
    warehouse.load_file(mailed("a.xlsx", totals(1), content="the bytes"))
    digest = sha256(b"the bytes").hexdigest()
    assert (warehouse.originals / digest[:2] / digest).read_bytes() == b"the bytes"
    assert len(list(warehouse.originals.glob("*/*"))) == 1


def test_a_file_that_could_not_be_opened_is_known_by_its_name(warehouse: Warehouse) -> None:
    def unread(name: str) -> LoadedFile:
        return replace(mailed(name, findings=(quarantining(),), refused=True), sha256="", data=None)

    assert [warehouse.load_file(unread(name)).sha256 for name in ("a.lnk", "b.lnk")] == ["", ""]
    before = everything(warehouse)
    assert warehouse.load_file(unread("a.lnk")).status == "refused"
    assert everything(warehouse) == before
    warehouse.load_file(mailed("a.lnk", totals(1)))
    assert rows(warehouse.connection, "SELECT file, state FROM finding ORDER BY id") == [
        ("a.lnk", "fixed"),
        ("b.lnk", "open"),
    ]


def test_files_loaded_in_several_goes_can_be_one_batch(warehouse: Warehouse) -> None:
    batch = warehouse.new_batch()
    list(warehouse.load_files([mailed("终稿.xlsx", totals(9), minutes=5)], batch))
    (second,) = warehouse.load_files([mailed("初稿.xlsx", totals(1), minutes=0)], batch)
    assert second.submissions[0].status == "superseded"


def test_a_failure_half_way_leaves_nothing(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(warehouse)

    def fail(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(audit, "record_all", fail)
        with pytest.raises(OSError, match="disk full"):
            warehouse.load_file(mailed("a.xlsx", totals(1)))
    assert everything(warehouse) == before
    assert warehouse.load_file(mailed("a.xlsx", totals(1))).submissions[0].revision == 1


def test_a_form_read_with_another_contract_is_not_loaded(warehouse: Warehouse) -> None:
    form = totals(1)
    other = replace(form, dataset=replace(form.dataset, fields=form.dataset.fields[:3]))
    with pytest.raises(WarehouseError) as caught:
        warehouse.load_file(mailed("a.xlsx", other))
    assert caught.value.code == "warehouse.other_contract"


def test_states_and_texts_are_kept_apart(warehouse: Warehouse) -> None:
    record = village(
        VILLAGES[0],
        5,
        total=held(None, ValueState.NONE, "无"),
        households=held(0, text="０"),
        growth=held(Decimal("0.42"), text="42%"),
        pay=held("1", text="效益工资制"),
        audited=held(True, text="√"),
        remarks=held(None, ValueState.ABSENT),
    )
    warehouse.load_file(mailed("a.xlsx", economy([record])))
    found = rows(warehouse.connection, "SELECT field, state, text FROM store.value_note ORDER BY field")
    assert found == [
        ("audited", "value", "√"),
        ("founded", "blank", None),
        ("growth", "value", "42%"),
        ("households", "zero", "０"),
        ("remarks", "absent", None),
        ("total", "none", "无"),
    ]


def test_every_step_is_in_the_audit_and_tampering_shows(warehouse: Warehouse) -> None:
    warehouse.load_file(mailed("a.xlsx", totals(1)))
    warehouse.load_file(mailed("b.xlsx", totals(2)))
    assert rows(warehouse.connection, "SELECT action FROM audit ORDER BY id") == [("load",), ("load",)]
    assert audit.broken_links(warehouse.connection) == []
    warehouse.connection.execute("UPDATE audit SET who = 'somebody else' WHERE id = 1")
    assert audit.broken_links(warehouse.connection) == [1]


def test_what_was_loaded_is_there_for_the_next_process(path: Path, contracts: Contracts) -> None:
    with open_warehouse(path, contracts) as warehouse:
        list(warehouse.load_files([mailed("a.xlsx", totals(1, 2))]))
        assert not path.with_name(path.name + ".wal").exists()
    with open_warehouse(path, contracts, read_only=True) as warehouse:
        assert figures(warehouse) == {"宜山镇": 3}
