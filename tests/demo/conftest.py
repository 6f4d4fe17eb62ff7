"""One demo county for these tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from pioneer_etl.contract.starter import starter_root
from pioneer_etl.demo.county import DemoCounty, make_county
from pioneer_etl.pipeline import Kit, kit_of
from pioneer_etl.workbook.limits import Limits


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> DemoCounty:
    return make_county(tmp_path_factory.mktemp("county"))


@pytest.fixture(scope="session")
def kit() -> Kit:
    """Contracts and plugins as they are shipped."""
    return kit_of(starter_root(), (), Limits())


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).resolve().parents[2]
