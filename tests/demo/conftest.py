"""One demo county for these tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from pioneer_etl.contract.starter import starter_root
from pioneer_etl.demo.county import DemoCounty
from pioneer_etl.pipeline import Kit, kit_of
from pioneer_etl.workbook.limits import Limits


@pytest.fixture(scope="session")
def county(made: DemoCounty) -> DemoCounty:
    return made


@pytest.fixture(scope="session")
def kit() -> Kit:
    """Contracts and plugins as they are shipped."""
    return kit_of(starter_root(), (), Limits())


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).resolve().parents[2]
