"""The demo county, made once.

Tests that use it carry `xdist_group("demo")`: they run in one process, whatever the number of processes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import County, pioneer

if TYPE_CHECKING:
    from pioneer_etl.demo.county import DemoCounty


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> County:
    """A demo county that the command line made, ingested and summed up."""
    root = tmp_path_factory.mktemp("demo") / "county"
    return County(root, pioneer("demo", root))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> DemoCounty:
    """The same county made in this process, with its truth and all that its makers know of it."""
    from pioneer_etl.demo.county import make_county

    return make_county(tmp_path_factory.mktemp("made"))
