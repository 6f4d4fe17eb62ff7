"""What the demo county asks of its townships, and when their mail came in."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from pioneer_etl.demo.places import MERGED
from pioneer_etl.demo.truth import DATASETS
from pioneer_etl.demo.workbooks.common import DemoFile

LATE = "霞关镇"
_RECEIVED = {2003: datetime(2004, 1, 9, 9, 30), 2004: datetime(2005, 1, 10, 9, 30)}
_RECEIVED_LATE = datetime(2005, 1, 19, 16, 20)
_CORRECTED = datetime(2005, 1, 18, 15, 0)

_DECLARED = """\
# Who owes which forms, and by when (docs/status.md).  Forms of other periods than these are asked about.
open = ["2003", "2004"]

[[owed]]
period = "2004"
due = 2005-01-15
datasets = [{datasets}]

[[owed]]
period = "2003"
due = 2004-01-15
datasets = [{datasets}]
except = ["{merged}"]

[[owed]]                    # merged into 莒溪镇 at the year's end: its villages and their economy, for the last time
period = "2003"
due = 2004-01-15
datasets = ["village", "village_economy"]
townships = ["{merged}"]
"""


def expect_forms(root: Path, files: Iterable[DemoFile]) -> None:
    """Declare in the workspace at `root` who owes what, and give its mail the days on which it came.

    One township's forms of the last year came late.
    """
    datasets = ", ".join(f'"{each}"' for each in DATASETS)
    path = root / "warehouse" / "expected.toml"
    path.write_text(_DECLARED.format(datasets=datasets, merged=MERGED), encoding="utf-8", newline="\n")
    days = {file.path: _received(file) for file in files}
    for each in (root / "inbox").rglob("*"):
        if each.is_file():
            _stamp(each, days.get(each.relative_to(root / "inbox").as_posix(), _RECEIVED[2004]))
    for each in (root / "corrections").rglob("*"):
        if each.is_file():
            _stamp(each, _CORRECTED)


def _received(file: DemoFile) -> datetime:
    if file.sender == LATE and file.year != 2003:
        return _RECEIVED_LATE
    return _RECEIVED.get(file.year, _RECEIVED[2004])


def _stamp(path: Path, at: datetime) -> None:
    os.utime(path, (at.timestamp(), at.timestamp()))
