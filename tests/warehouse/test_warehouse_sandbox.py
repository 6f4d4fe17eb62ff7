"""Ad hoc SQL: what an analyst may ask, and what nobody may do with it."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from small_county import NOON, ROSTER, VILLAGES, YEAR, YISHAN, county_contracts, economy, held, mailed, totals, village

from pioneer_etl.contract.errors import UsageError, WarehouseError, WarehouseHeld
from pioneer_etl.transform.model import Part, Record, Submission
from pioneer_etl.warehouse import sandbox
from pioneer_etl.warehouse.sandbox import run_sql
from pioneer_etl.warehouse.store import open_warehouse


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A loaded warehouse; the queries of this module leave every byte of it as it is."""
    root = tmp_path_factory.mktemp("county")
    path = root / "warehouse" / "pioneer.duckdb"
    person = {"name": held("张三"), "id_number": held("330327196605120011"), "born": held(date(1966, 5, 12))}
    roster = Part("名册", 0, "plain", False, {"name": 1, "id_number": 2, "born": 3}, (Record(4, person),))
    with open_warehouse(path, county_contracts(root)) as warehouse:
        forms = [mailed("a.xlsx", totals("1.5", 0, 3)), mailed("b.xlsx", Submission(ROSTER, YISHAN, YEAR, (roster,)))]
        list(warehouse.load_files(forms))
    before = digest(path)
    yield path
    assert digest(path) == before


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def test_a_dataset_is_queried_by_its_name(database: Path) -> None:
    result = run_sql(database, "from economy select village, total order by line limit 2")
    assert result.columns == ("village", "total")
    assert result.types == ("VARCHAR", "DECIMAL(18,4)")
    assert result.rows == [("宜1村", Decimal("1.5")), ("宜2村", Decimal(0))]


def test_chinese_names_and_personal_fields_can_be_asked_for(database: Path) -> None:
    assert run_sql(database, "select name as \"姓名\" from roster where name = '张三'").rows == [("张三",)]
    assert run_sql(database, "from roster select born").rows == [(date(1966, 5, 12),)]


def test_a_limit_of_rows_says_that_there_are_more(database: Path) -> None:
    result = run_sql(database, "from range(10)", limit_rows=4)
    assert (len(result.rows), result.more) == (4, True)
    assert not run_sql(database, "from range(4)", limit_rows=4).more


def test_every_type_comes_back(database: Path) -> None:
    query = (
        "select 1, 1.5::decimal(4,2), 2.5::double, 'x', null, true, date '2004-10-08', timestamp '2004-10-08 12:00:00',"
        " [1, 2], {'a': 1}, '\\x01'::blob, uuid(), now(), 'twice' as a, 'twice' as a"
    )
    row = run_sql(database, query).rows[0]
    assert row[:9] == (1, Decimal("1.50"), 2.5, "x", None, True, date(2004, 10, 8), NOON, [1, 2])
    assert row[9:11] == ({"a": 1}, b"\x01")
    assert isinstance(row[12], datetime)


def test_a_wrong_query_says_why_and_what_there_is(database: Path) -> None:
    with pytest.raises(UsageError) as caught:
        run_sql(database, "from no_such_table")
    assert caught.value.code == "sql.failed"
    assert "no_such_table" in caught.value.message()
    assert "economy" in caught.value.remedy()


@pytest.mark.parametrize("query", ["", "   ", "-- nothing", ";"])
def test_nothing_to_run_is_said(database: Path, query: str) -> None:
    with pytest.raises(UsageError) as caught:
        run_sql(database, query)
    assert caught.value.code == "sql.empty"


OUTSIDE = [
    "COPY economy TO '{folder}/out.csv'",
    "COPY (SELECT 1) TO '{path}' (USE_TMP_FILE false)",
    "COPY (SELECT 1) TO '/dev/stdout'",
    "COPY submission FROM '/etc/passwd'",
    "EXPORT DATABASE '{folder}/out'",
    "IMPORT DATABASE '{folder}'",
    "ATTACH '{folder}/other.duckdb'",
    "ATTACH ':memory:' AS m",
    "DETACH pioneer",
    "FROM read_csv('/etc/passwd')",
    "FROM read_text('/etc/passwd')",
    "FROM read_blob('{path}')",
    "FROM read_json('/etc/passwd')",
    "FROM read_parquet('{path}')",
    "FROM sniff_csv('/etc/passwd')",
    "FROM '/etc/passwd'",
    "FROM glob('/etc/*')",
    "SELECT * FROM query('FROM read_csv(''/etc/passwd'')')",
    "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'b')",
    "FROM request",
    "FROM connection",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '{folder}/x.duckdb_extension'",
    "SET enable_external_access = true",
    "SET disabled_filesystems = ''",
    "SET memory_limit = '100GB'",
    "SET python_enable_replacements = true",
    "RESET lock_configuration",
    "PRAGMA enable_profiling",
    "CALL enable_logging(storage = 'file', storage_path = '{folder}/log')",
    "INSERT INTO submission FROM submission",
    "UPDATE submission SET status = 'accepted'",
    "DELETE FROM audit",
    "DROP VIEW economy",
    "CREATE TABLE t (a INT)",
    "SELECT getenv('HOME')",
]


# Does for many queries what the sandbox starts a process for each time: a process that has the library loaded forks
# one for each query.
FORKING = """
import os, pickle, sys
import duckdb
from pioneer_etl.warehouse.sandbox_child import _run
while True:
    request = pickle.load(sys.stdin.buffer)
    if os.fork() == 0:
        sys.stdout.buffer.write(pickle.dumps(_run(request)))
        sys.stdout.buffer.flush()
        os._exit(0)
    os.wait()
"""


@pytest.fixture(scope="module")
def forking() -> Iterator[subprocess.Popen[bytes] | None]:
    if not hasattr(os, "fork"):
        yield None
        return
    command = [sys.executable, "-P", "-c", FORKING]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process
        process.kill()


@pytest.fixture
def forked(forking: subprocess.Popen[bytes] | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Queries run in processes that are forked, where there is such a thing."""
    if forking is None:
        return

    def ask(request: dict[str, Any], seconds: float) -> dict[str, Any]:
        assert forking.stdin is not None
        assert forking.stdout is not None
        forking.stdin.write(pickle.dumps(request))
        forking.stdin.flush()
        reply: dict[str, Any] = pickle.load(forking.stdout)
        return reply

    monkeypatch.setattr(sandbox, "_ask", ask)


@pytest.mark.usefixtures("forked")
def test_reading_the_warehouse_is_allowed_where_nothing_else_is(database: Path) -> None:
    assert run_sql(database, "select count(*) from economy").rows == [(3,)]


@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize("query", OUTSIDE)
def test_nothing_but_reading_the_warehouse_is_allowed(database: Path, query: str) -> None:
    before, beside = digest(database), sorted(database.parent.iterdir())
    with pytest.raises(UsageError):
        run_sql(database, query.format(path=database, folder=database.parent))
    assert digest(database) == before
    assert sorted(database.parent.iterdir()) == beside


def test_what_is_forbidden_says_so(database: Path) -> None:
    for query in ("COPY economy TO 'x.csv'", "SET memory_limit = '9GB'", "DROP VIEW economy"):
        with pytest.raises(UsageError) as caught:
            run_sql(database, query)
        assert caught.value.code == "sql.forbidden"


@pytest.mark.parametrize(
    "query",
    [
        "select repeat('x', 2000000000)",
        "select length(repeat('x', 2000000000))",
        "select list(range) from range(1000000000)",
        "from range(1000000000)",
        "select string_agg(repeat('中', 1000), '') from range(10000000)",
    ],
)
def test_a_query_cannot_eat_the_machine(database: Path, query: str) -> None:
    started = time.monotonic()
    with pytest.raises(UsageError) as caught:
        run_sql(database, query, memory=2**28, seconds=5)
    assert caught.value.code in ("sql.too_big", "sql.too_slow")
    assert time.monotonic() - started < 10


def test_a_query_that_never_ends_is_stopped(database: Path) -> None:
    started = time.monotonic()
    with pytest.raises(UsageError) as caught:
        run_sql(
            database, "select count(*) from range(1000000) a, range(1000000) b where a.range * b.range = 7", seconds=1
        )
    assert caught.value.code == "sql.too_slow"
    assert time.monotonic() - started < 5


def test_a_file_called_like_the_library_is_not_taken_for_it(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = database.parent.parent / "beside"
    here.mkdir(exist_ok=True)
    (here / "duckdb.py").write_text("raise SystemExit('taken')")
    monkeypatch.chdir(here)
    assert run_sql(database, "select 1").rows == [(1,)]


def test_no_warehouse_is_said(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError) as caught:
        run_sql(tmp_path / "none.duckdb", "select 1")
    assert caught.value.code == "warehouse.missing"


def test_a_warehouse_being_written_is_held(tmp_path: Path) -> None:
    path = tmp_path / "pioneer.duckdb"
    with open_warehouse(path, county_contracts(tmp_path)), pytest.raises(WarehouseHeld):
        run_sql(path, "select 1", patience=0.1)


def test_corrected_values_and_states_can_be_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "pioneer.duckdb"
    form = economy([village(VILLAGES[0], 5, total=replace(held(None), text="—"))])
    with open_warehouse(path, county_contracts(tmp_path)) as warehouse:
        warehouse.load_file(mailed("a.xlsx", form))
    query = "from value_state select village, dataset, state, text where field = 'total'"
    assert run_sql(path, query).rows == [("宜1村", "economy", "blank", "—")]
