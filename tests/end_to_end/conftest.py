"""The county of these tests is the demo's."""

from __future__ import annotations

import pytest

from tests.command_line import County


@pytest.fixture(scope="session")
def county(demo: County) -> County:
    return demo
