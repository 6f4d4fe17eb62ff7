"""A county that one form has come to, ingested once and copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pioneer_etl.workspace import Workspace, init_workspace, open_workspace
from tests.entry.income_form import ROWS, write_form


@pytest.fixture(scope="session")
def one_form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = init_workspace(tmp_path_factory.mktemp("one_form") / "county")
    write_form(root / "inbox" / "宜山镇.xlsx", ROWS)
    report = open_workspace(root).ingest([root / "inbox"])
    assert [each.status for each in report.files] == ["loaded"]
    return root


@pytest.fixture
def workspace(one_form: Path, tmp_path: Path) -> Workspace:
    return open_workspace(shutil.copytree(one_form, tmp_path / "county"))
