"""What every command knows of its call: language, workspace, plugins switched off; and how it prints.

stdout carries data only; everything said to a person goes to stderr.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pioneer_etl.cli.language import say
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import PioneerError

if TYPE_CHECKING:
    from rich.console import Console

    from pioneer_etl.workbook.nursery import Nursery
    from pioneer_etl.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Call:
    """One run of the command line."""

    language: Language
    folder: Path | None
    disabled: tuple[str, ...] = ()
    nursery: Nursery | None = None

    def workspace(self) -> Workspace:
        """The workspace named by -w, or the one that the current folder is in."""
        from pioneer_etl.workspace import find_workspace, open_workspace

        root = self.folder if self.folder is not None else find_workspace(Path.cwd())
        return open_workspace(root, disabled=self.disabled, nursery=self.nursery)

    def workspace_or_starter(self) -> Workspace:
        """The same; where there is none, the starter: looking at a file needs no workspace of one's own."""
        from pioneer_etl.contract.errors import ConfigurationError
        from pioneer_etl.workspace.opening import starter_workspace

        try:
            return self.workspace()
        except ConfigurationError as error:
            if error.code != "workspace.none" or self.folder is not None:
                raise
            return starter_workspace(disabled=self.disabled)

    def text(self, code: str, **arguments: object) -> str:
        return say(code, self.language, **arguments)


def console(*, errors: bool = False) -> Console:
    """A console on stdout for data, or on stderr for what is said to a person."""
    from rich.console import Console

    return Console(stderr=errors, soft_wrap=False, highlight=False)


def print_json(value: Any) -> None:
    """One JSON value on stdout, as UTF-8 whatever the terminal's code page is."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text stream when run as a command
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write("\n")


def print_csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows as CSV on stdout; a text that a spreadsheet would take for a formula gets a quote before it."""
    import csv

    from pioneer_etl.report.text import safe_text

    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]  # as above
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows([safe_text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)


def as_typed(path: Path) -> str:
    """A path as it can be typed, in quotes where it has blanks or other signs that a shell would take apart."""
    text = str(path)
    return f'"{text}"' if re.search(r"[\s&;()<>|'$`*?#!]", text) else text


def complain(error: PioneerError, language: Language) -> None:
    """The error, its place and its remedy, on stderr."""
    from rich.markup import escape

    place = str(error.location)
    where = f"[bold]{escape(place)}[/bold] " if place else ""
    out = console(errors=True)
    out.print(f"[red]{error.code}[/red] {where}{escape(error.message(language))}")
    if remedy := error.remedy(language):
        out.print(f"→ {escape(remedy)}")
