"""What all tests share: the demo county, made once however many processes run them, and the order of the long files.

Tests go to processes file by file (`--dist loadfile`), so that what a module makes is made once, too.
PIONEER_TESTS_MADE names a folder in which what was made stays for the next run: `.ci/run` has two.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from pioneer_etl.contract.errors import FileRefused
from pioneer_etl.pipeline import kit_of
from pioneer_etl.workbook.worker_child import DONE, REFUSED, answer
from pioneer_etl.workspace import reading
from tests.command_line import County, Ran, pioneer

if TYPE_CHECKING:
    from pioneer_etl.demo.county import DemoCounty

_SECONDS = 600

# Files of tests that take the longest, so that no process is left alone with one at the end.  They begin in this order:
# the first makes the demo county, and the next do without it.
_LONGEST = (
    "end_to_end/test_demo.py",
    "layouts/test_random.py",
    "entry/test_demo_cycle.py",
    "layouts/test_features.py",
    "entry/test_volumes.py",
    "entry/test_template_office.py",
    "plugins/test_new_measured.py",
    "entry/test_hostile_text.py",
    "tutorial/test_tutorial.py",
)

# How long one example takes depends on what else the machine does.
settings.register_profile("any_machine", deadline=None)
settings.load_profile("any_machine")


def pytest_configure(config: pytest.Config) -> None:
    """Where no bytecode is written beside the sources, the processes that tests start share some in a folder.

    Otherwise each of them would compile the whole program anew.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None) and "PYTEST_XDIST_WORKER" not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="pioneer-bytecode-", ignore_cleanup_errors=True)
        config.add_cleanup(folder.cleanup)
        os.environ.setdefault("PYTHONPYCACHEPREFIX", folder.name)
        sys.dont_write_bytecode, sys.pycache_prefix = False, folder.name


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: places.get("/".join(item.path.parts[-2:]), len(places)))


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder filled by the first process that asks for it; the others wait, and look but change nothing."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # the one of all processes
    if shared := os.environ.get("PIONEER_TESTS_MADE"):
        base = Path(shared)
        base.mkdir(parents=True, exist_ok=True)
    folder, done = base / name, base / f"{name}.done"
    try:
        folder.mkdir()
    except FileExistsError:
        end = time.monotonic() + _SECONDS
        while not done.exists():
            in_hand = folder.exists() and time.monotonic() < end
            assert in_hand, f"{name} was not made by the process that began it"
            time.sleep(0.2)
        return folder
    try:
        make(folder)
    except BaseException:
        shutil.rmtree(folder)
        raise
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


class ReadingHere:
    """Stands for the worker processes: what they would answer, in the test's own process and one after the other."""

    def __init__(self, function: Callable[[Any], Any], workers: int, **options: Any) -> None:
        self._function = function
        kit_of.cache_clear()  # a worker begins with the workspace as it is now

    def __enter__(self) -> ReadingHere:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def start(self) -> None:
        pass

    def run(self, tasks: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
        for task in tasks:
            kind, value = answer(self._function, pickle.dumps(task))
            if kind == REFUSED:
                code, location, arguments = value
                yield task, FileRefused(code, location, **arguments)
            else:
                assert kind == DONE, value
                yield task, pickle.loads(value)


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in the test's own process: where no worker is meant to die, starting one only takes time."""
    monkeypatch.setattr(reading, "Crew", ReadingHere)
