"""The command line run as a process, and a county that it made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Ran:
    """How a run of `pioneer` ended."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


def pioneer(*arguments: str | Path, cwd: Path | None = None) -> Ran:
    """Run the command line as a process, in English."""
    environment = {**os.environ, "PIONEER_LANG": "en", "COLUMNS": "200", "PYTHONUTF8": "1"}
    run = subprocess.run(
        [sys.executable, "-m", "pioneer_etl", *map(str, arguments)],
        capture_output=True,
        cwd=cwd,
        env=environment,
        timeout=300,
    )
    return Ran(run.returncode, run.stdout.decode("utf-8"), run.stderr.decode("utf-8"))


@dataclass(frozen=True)
class County:
    """The demo county after `pioneer demo`; called, it runs a command in it."""

    root: Path
    demo: Ran

    def __call__(self, *arguments: str | Path) -> Ran:
        return pioneer("-w", self.root, *arguments)
