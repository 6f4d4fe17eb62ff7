"""An empty warehouse of the small county."""

from __future__ import annotations

import shutil
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


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a warehouse that was just made, to be copied: that takes a third of the time."""
    root = tmp_path_factory.mktemp("empty")
    with open_warehouse(root / "pioneer.duckdb", county_contracts(root)) as opened:
        return opened.path


@pytest.fixture
def warehouse(path: Path, contracts: Contracts, empty: Path) -> Iterator[Warehouse]:
    path.parent.mkdir()
    shutil.copy(empty, path)
    with open_warehouse(path, contracts) as opened:
        yield opened
