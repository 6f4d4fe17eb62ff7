"""The command line run as a process, and a county that it made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_FORKS = sys.platform == "linux"  # as the program itself does: see pioneer_etl.workbook.nursery
_SECONDS = 540  # the demo, on a machine that does much else


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
    return run([str(each) for each in arguments], cwd, {"PIONEER_LANG": "en", "COLUMNS": "200"})


def run(
    arguments: list[str], cwd: Path | None, more: Mapping[str, str], *, together: bool = False, typed: str = ""
) -> Ran:
    """Run the command line as a process, with some `more` in its environment; `together` gives stderr within stdout.

    `typed` is what it finds on its standard input.
    Where the platform forks well the process is a fork of one that has read the program already.
    """
    environment = {**os.environ, "PYTHONUTF8": "1", **more}
    if not _FORKS:
        command = [sys.executable, "-m", "pioneer_etl", *arguments]
        to = subprocess.STDOUT if together else subprocess.PIPE
        ended = subprocess.run(
            command,
            input=typed.encode(),
            stdout=subprocess.PIPE,
            stderr=to,
            cwd=cwd,
            env=environment,
            timeout=_SECONDS,
        )
        return Ran(ended.returncode, ended.stdout.decode("utf-8"), (ended.stderr or b"").decode("utf-8"))
    with TemporaryDirectory() as folder:
        out, err = (Path(folder, name) for name in ("out", "out" if together else "err"))
        typing = Path(folder, "typed")
        typing.write_text(typed, encoding="utf-8")
        order = {"arguments": arguments, "cwd": str(cwd or Path.cwd()), "environment": environment}
        order |= {"typed": str(typing), "out": str(out), "err": str(err), "seconds": _SECONDS}
        server = _server()
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps(order) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        said = out.read_bytes().decode("utf-8")
        return Ran(code, said, "" if together else err.read_bytes().decode("utf-8"))


@cache
def _server() -> subprocess.Popen[str]:
    """The process that forks those of this one; it ends with it."""
    command = [sys.executable, "-X", "utf8", str(Path(__file__).with_name("forking.py"))]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")


@dataclass(frozen=True)
class County:
    """The demo county after `pioneer demo`; called, it runs a command in it."""

    root: Path
    demo: Ran

    def __call__(self, *arguments: str | Path) -> Ran:
        return pioneer("-w", self.root, *arguments)
