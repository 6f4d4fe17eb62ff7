"""Kills, power cuts, tampering: what is left is consistent, and can be mended."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from small_county import county_contracts, mailed, totals

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.errors import WarehouseError, WarehouseHeld
from pioneer_etl.contract.finding import finding
from pioneer_etl.warehouse import decisions, queries, repair
from pioneer_etl.warehouse.load import MOST_FILES
from pioneer_etl.warehouse.originals import Original, keep_originals, originals
from pioneer_etl.warehouse.sql import rows, scalar
from pioneer_etl.warehouse.store import Warehouse, open_warehouse

# Loads form after form and says each once it is in; both townships' forms carry the same figure in every file.
LOADER = """
import sys
sys.path.insert(0, {helpers!r})
from small_county import *
from pioneer_etl.warehouse.store import open_warehouse
with open_warehouse(Path({path!r}), county_contracts(Path("."))) as warehouse:
    def forms():
        for n in range({first}, {first} + 10000):
            yield mailed(f"{{n}}.xlsx", totals(*[n + 1] * 9), totals(*[n + 1] * 9, township=LINGXI))
    for n, result in enumerate(warehouse.load_files(forms()), {first}):
        print(n, flush=True)
        if {checkpoints} and n % 50 == 49:
            warehouse.checkpoint()
"""


def run_loader(path: Path, first: int, *, checkpoints: bool = True) -> subprocess.Popen[str]:
    code = LOADER.format(helpers=str(Path(__file__).parent), path=str(path), first=first, checkpoints=checkpoints)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def kill_after(process: subprocess.Popen[str], seconds: float) -> int:
    """Kill -9 some time after the first form is in; how many were acknowledged."""
    assert process.stdout is not None
    first = process.stdout.readline()
    assert first, "the loader did not start"
    time.sleep(seconds)
    process.kill()
    acknowledged = int((process.stdout.read().splitlines() or [first])[-1])
    process.wait()
    return acknowledged


def test_kill_at_any_moment_leaves_a_consistent_warehouse(path: Path, contracts: Contracts) -> None:
    dice = random.Random(20041008)
    done = -1
    for _ in range(5):
        done = kill_after(run_loader(path, done + 1), dice.uniform(0, 0.25))
        assert repair.check(path) == ()
        with open_warehouse(path, contracts) as warehouse:
            # Everything acknowledged is there, and the two forms of a file came together or not at all.
            (first, second) = rows(
                warehouse.connection, "SELECT max(total), min(total), count(*) FROM economy GROUP BY township_code"
            )
            assert first == second
            assert first[:1] == first[1:2]
            # What was being written when the kill came may be in as well, but nothing acknowledged is missing.
            assert done + 1 <= int(first[0]) <= done + 1 + MOST_FILES
            done = int(first[0]) - 1
            assert scalar(warehouse.connection, "SELECT count(DISTINCT id) = count(*) FROM submission")


def mended(path: Path) -> int:
    with duckdb.connect(str(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM file").fetchall()[0][0])


@pytest.fixture
def killed(path: Path, contracts: Contracts) -> Path:
    """A warehouse with a log that was never checkpointed."""
    with open_warehouse(path, contracts) as warehouse:
        warehouse.checkpoint()
    kill_after(run_loader(path, 0, checkpoints=False), 0.1)
    assert log_of(path).exists()
    return path


def log_of(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def test_a_log_that_ends_in_zeros_is_cut_and_kept_aside(killed: Path, contracts: Contracts) -> None:
    log = log_of(killed)
    whole = log.read_bytes()
    log.write_bytes(whole[:-500] + b"\0" * 500)
    with pytest.raises(WarehouseError) as caught, open_warehouse(killed, contracts):
        pass
    assert caught.value.code == "warehouse.unopenable"
    assert [each.code for each in repair.check(killed)] == ["warehouse.unopenable"]
    aside = repair.recover(killed)
    assert aside is not None
    assert aside.name.endswith(".wal.damaged")
    assert aside.stat().st_size == len(whole)
    assert repair.check(killed) == ()
    assert repair.recover(killed) is None


def test_what_was_lost_with_the_log_is_read_again_from_the_originals(killed: Path, contracts: Contracts) -> None:
    log = log_of(killed)
    log.write_bytes(log.read_bytes()[:100] + b"\0" * 5000)
    repair.recover(killed)
    kept = originals(killed.parent / "originals")
    lost = repair.lost_originals(killed)
    assert len(kept) == mended(killed) + len(lost)
    assert lost
    again = [mailed(each.name, totals(*[int(each.name[:-5]) + 1] * 9), content=each.name) for each in lost]
    with open_warehouse(killed, contracts) as warehouse:
        list(warehouse.load_files(again))
    assert mended(killed) == len(kept)
    assert repair.lost_originals(killed) == ()


def test_a_damaged_file_is_said_to_be_beyond_mending(path: Path, contracts: Contracts) -> None:
    with open_warehouse(path, contracts) as warehouse:
        list(warehouse.load_files([mailed("a.xlsx", totals(1))]))
    path.write_bytes(b"not a warehouse" * 1000)
    with pytest.raises(WarehouseError) as caught:
        repair.recover(path)
    assert caught.value.code == "repair.hopeless"


def reload(kept_forms: dict[str, int]) -> Callable[[Warehouse, Sequence[Original]], None]:
    """Stands in for the pipeline: reads an original by its name."""

    def load(warehouse: Warehouse, kept: Sequence[Original]) -> None:
        for each in kept:
            form = totals(kept_forms[each.name])
            doubt = finding("submission.twice_in_batch", sheet="表1", cells="B5", found="1", expected="2")
            form = replace(form, findings=(replace(doubt, code="check.failed"),))
            file = mailed(each.name, form, content=each.path.read_text())
            list(warehouse.load_files([replace(file, received=each.received)], warehouse.new_batch()))

    return load


def test_a_warehouse_is_rebuilt_from_its_originals_with_its_decisions(path: Path, contracts: Contracts) -> None:
    load = reload({"a.xlsx": 1, "b.xlsx": 2})
    with open_warehouse(path, contracts) as warehouse:
        for name in ("a.xlsx", "b.xlsx"):
            keep_originals(warehouse.originals, [mailed(name)], warehouse.new_batch())
        load(warehouse, originals(warehouse.originals))
        decisions.waive(warehouse.connection, 2, who="王科", why="查过")
    former = repair.rebuild(path, contracts, load)
    assert former is not None
    assert former.name == "pioneer.duckdb.before-rebuild"
    assert repair.check(path) == ()
    with open_warehouse(path, contracts) as warehouse:
        assert scalar(warehouse.connection, "SELECT sum(total) FROM economy") == Decimal(2)
        assert [each.revision for each in queries.submissions(warehouse.connection)] == [1, 2]
        (row,) = queries.findings(warehouse.connection)
        assert (row.state, row.who) == ("waived", "王科")
        decisions.reopen(warehouse.connection, row.id, who="王科", why="再查")
        assert [each.status for each in queries.status(warehouse.connection)] == ["loaded", "missing"]
        assert warehouse.new_batch() > 2


def test_a_rebuild_that_fails_leaves_the_old_warehouse(path: Path, contracts: Contracts) -> None:
    with open_warehouse(path, contracts) as warehouse:
        list(warehouse.load_files([mailed("a.xlsx", totals(1))]))
    journal = (path.parent / "originals" / "journal.jsonl").read_text()

    def fail(warehouse: Warehouse, kept: Sequence[Original]) -> None:
        warehouse.load_file(mailed("a.xlsx", totals(1)))
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        repair.rebuild(path, contracts, fail)
    with open_warehouse(path, contracts) as warehouse:
        assert scalar(warehouse.connection, "SELECT sum(total) FROM economy") == Decimal(1)
    assert (path.parent / "originals" / "journal.jsonl").read_text() == journal


def test_originals_are_listed_as_they_came_whatever_is_torn(tmp_path: Path) -> None:
    for name in ("a", "b", "a"):
        keep_originals(tmp_path, [replace(mailed(name), context={"period": "2004"})], 3)
    with (tmp_path / "journal.jsonl").open("a") as journal:
        journal.write('\n{"sha256": "to')
    keep_originals(tmp_path, [mailed("c")], 4)
    found = originals(tmp_path)
    assert [(each.name, each.batch, dict(each.context)) for each in found] == [
        ("b", 3, {"period": "2004"}),
        ("a", 3, {"period": "2004"}),
        ("c", 4, {}),
    ]
    assert originals(tmp_path / "none") == ()


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE audit SET detail = '{}' WHERE id = 1", "repair.audit_broken"),
        ("DELETE FROM audit WHERE id = 1", "repair.audit_broken"),
        ("UPDATE submission SET status = 'loaded'", "repair.two_standing"),
        ("UPDATE cell_account SET loaded = loaded + 1", "repair.account_open"),
        ("INSERT INTO store.economy FROM store.economy WHERE submission_id = 2", "repair.record_twice"),
        ("DELETE FROM store.economy WHERE submission_id = 2", "repair.records_differ"),
    ],
)
def test_tampering_shows(path: Path, contracts: Contracts, statement: str, code: str) -> None:
    with open_warehouse(path, contracts) as warehouse:
        warehouse.load_file(mailed("a.xlsx", totals(1)))
        warehouse.load_file(mailed("b.xlsx", totals(2)))
    assert repair.check(path) == ()
    with duckdb.connect(str(path)) as connection:
        connection.execute(statement)
    found = repair.check(path)
    assert code in [each.code for each in found]
    assert all(each.message("zh") and each.message("en") for each in found)


def test_missing_and_damaged_originals_show(path: Path, contracts: Contracts) -> None:
    with open_warehouse(path, contracts) as warehouse:
        for name in ("a.xlsx", "b.xlsx"):
            warehouse.load_file(mailed(name, totals(1)))
    first, second = originals(path.parent / "originals")
    first.path.unlink()
    second.path.write_bytes(b"something else")
    assert [each.code for each in repair.check(path)] == ["repair.original_missing", "repair.original_damaged"]


def test_who_holds_the_warehouse_is_said(path: Path, contracts: Contracts) -> None:
    process = run_loader(path, 0)
    assert process.stdout is not None
    assert process.stdout.readline()
    try:
        with pytest.raises(WarehouseHeld) as caught, open_warehouse(path, contracts, patience=0.2):
            pass
    finally:
        process.kill()
        process.wait()
    assert f"PID {process.pid}" in caught.value.message()
    assert caught.value.exit_code == 3


def test_a_short_hold_is_waited_for(path: Path, contracts: Contracts) -> None:
    with open_warehouse(path, contracts):
        pass
    code = f"import duckdb, time; c = duckdb.connect({str(path)!r}); print(flush=True); time.sleep(0.6)"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    with open_warehouse(path, contracts, patience=10) as warehouse:
        assert warehouse.new_batch() == 1
    process.wait()


def test_no_warehouse_to_read(path: Path, contracts: Contracts) -> None:
    with pytest.raises(WarehouseError) as caught, open_warehouse(path, contracts, read_only=True):
        pass
    assert caught.value.code == "warehouse.missing"
    assert not path.parent.exists()


def test_reading_follows_new_contracts(path: Path, contracts: Contracts) -> None:
    with open_warehouse(path, contracts):
        pass
    (economy, roster) = contracts.datasets.values()
    newer = county_contracts(contracts.root, replace(economy, name="economy_2"), roster)
    with open_warehouse(path, newer, read_only=True) as warehouse:
        assert rows(warehouse.connection, "FROM economy_2") == []
        with pytest.raises(duckdb.Error):
            warehouse.connection.execute("CREATE TABLE t (a INT)")
