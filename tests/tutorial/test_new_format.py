"""docs/tutorial-new-format.md does what it says: from a workbook of a new format to its figures in a summary."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tutorial.document import NEW_FORMAT, Ran, run
from tests.tutorial.mailed import VILLAGES


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("walk")


@pytest.fixture(scope="module")
def walk(folder: Path) -> list[Ran]:
    return list(run(folder, NEW_FORMAT.read_text(encoding="utf-8")))


def test_every_command_does_and_prints_what_is_told(walk: list[Ran]) -> None:
    """`python -m tests.tutorial.document` renews the document where the wording of the tool has changed."""
    assert len(walk) >= 8
    assert [(each.command, each.exit_code) for each in walk] == [(each.command, each.told_exit) for each in walk]
    assert [(each.command, each.printed) for each in walk] == [(each.command, each.told) for each in walk]


def test_the_summary_says_what_the_workbook_says(walk: list[Ran], folder: Path) -> None:
    assert walk
    called = [sys.executable, "-m", "pioneer_etl", "summary", "village_economy", "--format", "json"]
    done = subprocess.run(called, cwd=folder / "yunshan", capture_output=True, encoding="utf-8", check=True)
    (table,) = json.loads(done.stdout)
    values = next(row["cells"] for row in table["rows"] if row["kind"] == "total")
    parts = list(zip(*(each for _, each, *_ in VILLAGES), strict=True))
    names = ("operating", "contracting", "investment", "subsidy", "other")
    for name, column in zip(names, parts, strict=True):
        (measure,) = (each for each in values if name in each)
        assert float(values[measure]["value"]) == pytest.approx(sum(column)), name
