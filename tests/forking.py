"""A process that has read the program and forks one for each command that tests run.

Reading the program and its libraries takes most of a short command's time.  A forked process has its own memory, files
and end, as one that is started; that it starts, and what it reads when, is tested where that is the subject.
"""

from __future__ import annotations

import gc
import json
import os
import pkgutil
import signal
import sys
from importlib import import_module
from typing import Any

_LIBRARIES = ("arro3.core", "duckdb", "openpyxl", "pluggy", "pydantic", "python_calamine", "rich.table", "tomlkit")


def serve() -> None:
    """Read orders, one a line, run each in a process of its own, answer with its exit code; end with the input."""
    program = import_module("pioneer_etl")
    for each in pkgutil.walk_packages(program.__path__, "pioneer_etl."):
        if not each.name.endswith("__main__"):
            import_module(each.name)
    for library in _LIBRARIES:
        import_module(library)
    gc.collect()
    gc.freeze()
    if (order := _next_order()) is not None:
        _run(**order)


def _next_order() -> dict[str, Any] | None:
    """In a fork, the order that it is for; in this process None, when there are no more."""
    with os.fdopen(os.dup(0)) as orders, os.fdopen(os.dup(1), "w") as answers:
        for line in orders:
            child = os.fork()
            if not child:
                order: dict[str, Any] = json.loads(line)
                return order
            _, status = os.waitpid(child, 0)
            answers.write(f"{os.waitstatus_to_exitcode(status)}\n")
            answers.flush()
    return None


def _run(
    arguments: list[str], cwd: str, environment: dict[str, str], typed: str, out: str, err: str, seconds: int
) -> Any:
    """Become what `python -m pioneer_etl` is when it has read the program; ends the process."""
    signal.alarm(seconds)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(os.open(typed, os.O_RDONLY), 0)
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT), number)
    sys.path[0] = cwd
    import_module("pioneer_etl.cli.main").run(arguments)


if __name__ == "__main__":
    serve()
