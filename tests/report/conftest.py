"""Warehouses made by hand, small and whole."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import made_once

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.load import load_contracts
from pioneer_etl.report.spec import load_summary

# What these tests share stands in a module beside them.
sys.path.insert(0, str(Path(__file__).parent))
from by_hand import ROOT, Warehouse, economy, small_places

FILE = "county.duckdb"
SUMMARIES = ROOT / "warehouse" / "summaries"


@pytest.fixture(scope="session")
def declared() -> Contracts:
    """The contracts that the repository declares, with its places."""
    return load_contracts(ROOT)


@pytest.fixture(scope="session")
def small_contracts(declared: Contracts) -> Contracts:
    return Contracts(declared.datasets, declared.code_lists, small_places(), ROOT)


@pytest.fixture(scope="session")
def small_file(small_contracts: Contracts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two of three townships have reported village_economy for 2004; 昌禅乡 has not."""
    path = tmp_path_factory.mktemp("small") / FILE
    warehouse = Warehouse(small_contracts, path)
    warehouse.send(
        "village_economy",
        "灵溪镇",
        [
            economy("东门村", "12.50", operating="10", subsidy="2.5", last="10", assets="80", pay="performance"),
            economy("宜一村", "0", last="1", assets="5", pay="appraisal"),
        ],
        notes=[(0, "income_total", "value", "125000", "元→万元 ×0.0001", None), (1, "debts", "none", "无", None, None)],
    )
    warehouse.send(
        "village_economy",
        "宜山镇",
        [
            economy("宜一村", "4.26", operating="1", contracting="3.26", last="3", assets="20", pay="performance"),
            economy("双龙村", None, last="2", assets=None),
        ],
        notes=[(1, "income_total", "blank", None, None, None)],
    )
    warehouse.connection.close()
    return path


@pytest.fixture
def small(
    small_contracts: Contracts, small_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Warehouse]:
    """A copy of it for the test, which may send more."""
    warehouse = Warehouse(small_contracts, Path(shutil.copy(small_file, tmp_path_factory.mktemp("small"))))
    yield warehouse
    warehouse.connection.close()


@pytest.fixture(scope="session")
def county(declared: Contracts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The whole demo county as its truth has it: 20 townships, 780 villages, every dataset."""
    made = made_once(tmp_path_factory, "county-of-truth", lambda folder: _fill(Warehouse(declared, folder / FILE)))
    warehouse = Warehouse(declared, Path(shutil.copy(made / FILE, tmp_path_factory.mktemp("county"))))
    yield warehouse
    warehouse.connection.close()


def _fill(warehouse: Warehouse) -> None:
    from pioneer_etl.contract.codes import resolve_code
    from pioneer_etl.demo.made.facts import Missing
    from pioneer_etl.demo.truth import make_truth

    contracts = warehouse.contracts
    for name, townships in make_truth().records.items():
        contract = contracts.datasets[name]
        for township, records in townships.items():
            sent = []
            for facts in records:
                record: dict[str, Any] = {}
                for each in contract.fields:
                    fact = facts.get(each.name)
                    record[each.name] = None if isinstance(fact, Missing) else fact
                    if each.codes and isinstance(record[each.name], str):
                        code = resolve_code(contracts.code_lists[each.codes], record[each.name])
                        assert code is not None, (each.name, record[each.name])
                        record[each.name] = code.code
                sent.append(record)
            warehouse.send(name, township, sent)
    warehouse.connection.close()


@pytest.fixture(scope="session")
def spec_of() -> Any:
    """A declared summary by its name."""
    return lambda name: load_summary(SUMMARIES / f"{name}.toml")
