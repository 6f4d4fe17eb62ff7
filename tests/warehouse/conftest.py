"""An empty warehouse of the small county."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.warehouse.store import Warehouse, open_warehouse

# What these tests share stands in a module beside them.
sys.path.insert(0, str(Path(__file__).parent))
from small_county import county_contracts


@pytest.fixture
def contracts(tmp_path: Path) -> Contracts:
    return county_contracts(tmp_path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "warehouse" / "pioneer.duckdb"


@pytest.fixture
def warehouse(path: Path, contracts: Contracts) -> Iterator[Warehouse]:
    with open_warehouse(path, contracts) as opened:
        yield opened
