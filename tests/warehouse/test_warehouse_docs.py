"""Every query that docs/warehouse.md shows runs on the starter workspace's contracts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pioneer_etl.contract.load import load_contracts
from pioneer_etl.contract.starter import starter_root
from pioneer_etl.warehouse.sandbox import run_sql
from pioneer_etl.warehouse.store import open_warehouse
from pioneer_etl.warehouse.views import LEADING, TRAILING

PAGE = Path(__file__).parents[2] / "docs" / "warehouse.md"
QUERIES = [
    query.strip()
    for block in re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    for query in block.split(";")
    if query.strip()
]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("county") / "pioneer.duckdb"
    with open_warehouse(path, load_contracts(starter_root())):
        return path


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_the_page_shows_queries_that_run(database: Path, query: str) -> None:
    assert run_sql(database, query).columns


def test_the_page_tells_of_every_fixed_column() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in (*LEADING, *TRAILING) if f"`{name}`" not in page] == []
    assert len(QUERIES) >= 6
