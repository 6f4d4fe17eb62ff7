"""docs/tutorial-your-own-form.md does what it says: every file in it is written, every command run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tutorial.document import DOCUMENT, Ran, run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tutorial")


@pytest.fixture(scope="module")
def walk(folder: Path) -> list[Ran]:
    return list(run(folder, DOCUMENT.read_text(encoding="utf-8")))


def test_every_command_ends_as_it_is_told(walk: list[Ran]) -> None:
    assert len(walk) >= 10
    assert [(each.command, each.exit_code) for each in walk] == [(each.command, each.told_exit) for each in walk]


def test_every_command_prints_what_is_told(walk: list[Ran]) -> None:
    """`python -m tests.tutorial.document` renews the document where the wording of the tool has changed."""
    assert [(each.command, each.printed) for each in walk] == [(each.command, each.told) for each in walk]


def test_the_summary_says_what_is_counted_by_hand(walk: list[Ran], folder: Path) -> None:
    assert walk
    called = [sys.executable, "-m", "pioneer_etl", "--lang", "en", "summary", "water_works", "--format", "json"]
    done = subprocess.run(called, cwd=folder / "yunshan", capture_output=True, encoding="utf-8", check=True)
    (table,) = json.loads(done.stdout)
    total = next(row["cells"] for row in table["rows"] if row["kind"] == "total")
    values = {name: float(cell["value"]) for name, cell in total.items()}
    assert values["old_works"] == 3 + 3 + 2
    assert values["old_invested"] == 371.5 + 219.5 + 88
    assert values["old_people"] == 3.75
    assert values["new_planned"] == 640 + 331.5 + 210
    assert values["new_invested"] == 120 + 60 + 60
