"""What the demo county asks of its townships, and when their mail came in."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from pioneer_etl.demo.truth import DATASETS

_RECEIVED = datetime(2005, 1, 10, 9, 30)
_CORRECTED = datetime(2005, 1, 18, 15, 0)

_DECLARED = """\
# Who owes which forms, and by when (docs/status.md).  Forms of other periods than these are asked about.
open = ["2003", "2004"]

[[owed]]
period = "2004"
due = 2005-01-15
datasets = [{datasets}]
"""


def expect_forms(root: Path) -> None:
    """Declare in the workspace at `root` who owes what, and give its mail the days on which it came."""
    datasets = ", ".join(f'"{each}"' for each in DATASETS)
    path = root / "warehouse" / "expected.toml"
    path.write_text(_DECLARED.format(datasets=datasets), encoding="utf-8", newline="\n")
    for folder, received in (("inbox", _RECEIVED), ("corrections", _CORRECTED)):
        for each in (root / folder).iterdir():
            os.utime(each, (received.timestamp(), received.timestamp()))
