"""What the demo county asks of its townships, and by when."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pioneer_etl.demo.events import DUE
from pioneer_etl.demo.places import MERGED
from pioneer_etl.demo.truth import DATASETS, truth_of

_DECLARED = """\
# Who owes which forms, and by when (docs/status.md).  Forms of other periods than these are asked about.
open = ["2003", "2004"]

[[owed]]
period = "2004"
due = {due}
datasets = [{datasets}]

[[owed]]
period = "2003"
due = {before}
datasets = [{datasets}]
except = ["{merged}"]

[[owed]]                    # merged into 莒溪镇 at the year's end: what it had, for the last time
period = "2003"
due = {before}
datasets = [{last}]
townships = ["{merged}"]
"""


def expect_forms(root: Path) -> None:
    """Declare in the workspace at `root` who owes what, and by when."""
    last = [name for name, records in truth_of(MERGED, 2003).items() if records]
    text = _DECLARED.format(
        datasets=_listed(DATASETS),
        last=_listed(last),
        due=DUE.date().isoformat(),
        before=DUE.date().replace(year=DUE.year - 1).isoformat(),
        merged=MERGED,
    )
    (root / "warehouse" / "expected.toml").write_text(text, encoding="utf-8", newline="\n")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{each}"' for each in names)
