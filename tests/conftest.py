"""The demo county, made once, however many processes run the tests.

Tests go to processes file by file (`--dist loadfile`), so that what a module makes is made once, too.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.command_line import County, Ran, pioneer

if TYPE_CHECKING:
    from pioneer_etl.demo.county import DemoCounty

_SECONDS = 600


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder filled by the first process that asks for it; the others wait, and look but change nothing."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # the one of all processes
    folder, done = base / name, base / f"{name}.done"
    try:
        folder.mkdir()
    except FileExistsError:
        end = time.monotonic() + _SECONDS
        while not done.exists():
            assert time.monotonic() < end, f"{name} was not made by the process that began it"
            time.sleep(0.2)
        return folder
    make(folder)
    done.touch()
    return folder


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> County:
    """A demo county that the command line made, ingested and summed up; a copy for each process."""

    def make(folder: Path) -> None:
        ran = pioneer("demo", folder / "county")
        (folder / "ran.json").write_text(json.dumps(asdict(ran)), encoding="utf-8")

    folder = made_once(tmp_path_factory, "demo", make)
    root = tmp_path_factory.mktemp("demo") / "county"
    shutil.copytree(folder / "county", root)
    return County(root, Ran(**json.loads((folder / "ran.json").read_text(encoding="utf-8"))))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> DemoCounty:
    """The same county made in a test's process, with its truth and all that its makers know of it."""

    def make(folder: Path) -> None:
        from pioneer_etl.demo.county import make_county

        (folder / "county.pickle").write_bytes(pickle.dumps(make_county(folder / "county")))

    county: DemoCounty = pickle.loads((made_once(tmp_path_factory, "made", make) / "county.pickle").read_bytes())
    return county
