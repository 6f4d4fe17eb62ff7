"""A tutorial as a program: its files and commands, run in order.

`python -m tests.tutorial.document` puts what the commands print now into the documents.

In the document `<!-- file: PATH -->` stands before a block that is a whole file, and a `console` block holds commands
(behind `$ `) with all that they print; `<!-- exit: N -->` before it is the last command's exit code where it is not 0.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.command_line import run as pioneer_in

REPOSITORY = Path(__file__).resolve().parents[2]
DOCUMENT = REPOSITORY / "docs" / "tutorial-your-own-form.md"
NEW_FORMAT = REPOSITORY / "docs" / "tutorial-new-format.md"

_SCRIPTS = "../tests/tutorial/"
_BLOCK = re.compile(
    r"(?:<!-- (?P<key>file|exit): (?P<said>[^\n]+) -->\n)?```(?P<language>\w+)\n(?P<text>.*?)```\n", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Ran:
    """One command of the document: what it says of it and what came of it."""

    command: str
    told: str
    printed: str
    told_exit: int
    exit_code: int


def run(folder: Path, text: str) -> Iterator[Ran]:
    """Write the document's files and run its commands, one after the other, in `folder`."""
    here = folder
    for block in _BLOCK.finditer(text):
        if block["key"] == "file":
            path = folder / block["said"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block["text"], encoding="utf-8")
        elif block["language"] == "console":
            commands = list(_commands(block["text"]))
            for number, (command, told) in enumerate(commands, 1):
                last = number == len(commands)
                told_exit = int(block["said"]) if last and block["key"] == "exit" else 0
                if command.startswith("cd "):
                    here = here / command.removeprefix("cd ")
                    yield Ran(command, told, "", told_exit, 0)
                else:
                    printed, code = _call(command, here)
                    yield Ran(command, told, printed, told_exit, code)


def _commands(text: str) -> Iterator[tuple[str, str]]:
    """Each command of a console block with what stands under it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, told = part.partition("\n")
        yield command, told


def _call(command: str, folder: Path) -> tuple[str, int]:
    """What a command prints, stdout and stderr together without blanks at line ends, and its exit code."""
    words = shlex.split(command)
    if words[0] == "cp":
        target = folder / words[2]
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / words[1], target)
        return "", 0
    more = {"COLUMNS": "100", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
    words = [str(REPOSITORY / word.removeprefix("../")) if word.startswith(_SCRIPTS) else word for word in words]
    if words[0] == "pioneer":
        ran = pioneer_in(words[1:], folder, more, together=True)
        said, code = ran.out, ran.code
    else:
        done = subprocess.run(
            [{"python": sys.executable}[words[0]], *words[1:]],
            cwd=folder,
            env={**os.environ, "PYTHONUTF8": "1", **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        said, code = done.stdout, done.returncode
    printed = said.replace(str(folder.resolve()), "…")
    lines = [line.rstrip() for line in printed.strip("\n").splitlines()]
    return "".join(f"{line}\n" for line in lines), code


def renew(document: Path) -> None:
    """Put what the commands print now into a document."""
    text = document.read_text(encoding="utf-8")
    done = 0
    with tempfile.TemporaryDirectory() as folder:
        for ran in run(Path(folder), text):
            if ran.exit_code != ran.told_exit:
                sys.stderr.write(f"{ran.command}: exit code {ran.exit_code}\n")
            start = text.index(f"$ {ran.command}\n", done) + len(f"$ {ran.command}\n")
            text = text[:start] + ran.printed + text[start + len(ran.told) :]
            done = start + len(ran.printed)
    document.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for each in (DOCUMENT, NEW_FORMAT):
        renew(each)
