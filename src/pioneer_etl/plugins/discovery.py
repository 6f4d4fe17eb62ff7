"""Which plugins there are and where each comes from, found out without importing any of them.

Order: built-in, installed packages (entry points, sorted), the workspace's `plugins/` (sorted).  Of
two with one name the later one stands: what is local wins.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.plugins import builtin

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP: Final = "pioneer_etl"
CODE: Final = "plugin.py"
LAYOUT: Final = "layout.toml"
# Names of the plugins from outside to load, separated by commas; empty: none of them.
ENVIRONMENT: Final = "PIONEER_PLUGINS"


class Origin(StrEnum):
    """Where a plugin comes from: the program, an installed package, or the workspace's `plugins/`."""

    BUILT_IN = "built-in"
    INSTALLED = "installed"
    WORKSPACE = "workspace"


@unchanging
class Candidate:
    """A plugin by name and place, not imported.

    `folder` is that of a workspace plugin; `entry_point` and `version` are those of an installed one.
    """

    name: str
    origin: Origin
    folder: Path | None = None
    entry_point: EntryPoint | None = None
    version: str = ""

    @property
    def code(self) -> Path | None:
        """The code of a workspace plugin, if it has any."""
        return self.folder / CODE if self.folder and (self.folder / CODE).is_file() else None

    @property
    def layout(self) -> Path | None:
        """The layout of a workspace plugin, if it has one."""
        return self.folder / LAYOUT if self.folder and (self.folder / LAYOUT).is_file() else None

    @property
    def place(self) -> str:
        """Where it comes from, as a person would look for it."""
        if self.folder is not None:
            return str(self.folder)
        if self.entry_point is not None:
            return self.entry_point.value
        return f"{builtin.__name__}.{self.name}"


def find_plugins(
    root: Path | None, *, disabled: Sequence[str] = (), only: Sequence[str] | None = None
) -> tuple[Candidate, ...]:
    """The plugins to load, in order of registration.

    `disabled` are names to leave out, built-in ones too.  `only` keeps, of those that are not built-in,
    the named ones; without it the environment variable PIONEER_PLUGINS says so.
    """
    wanted = names_wanted() if only is None else only
    found: dict[str, Candidate] = {}
    outside = [*installed_plugins(), *workspace_plugins(root)] if wanted != [] else []
    for each in [*(Candidate(name, Origin.BUILT_IN) for name in builtin.NAMES), *outside]:
        if each.name in disabled:
            continue
        if each.origin is Origin.BUILT_IN or wanted is None or each.name in wanted:
            found.pop(each.name, None)
            found[each.name] = each
    return tuple(found.values())


def names_wanted() -> list[str] | None:
    """The names in PIONEER_PLUGINS; None when it is not set."""
    value = os.environ.get(ENVIRONMENT)
    return None if value is None else [name for name in (part.strip() for part in value.split(",")) if name]


def workspace_plugins(root: Path | None) -> tuple[Candidate, ...]:
    """The folders in the workspace's `plugins/` that hold a layout or code, sorted by name."""
    home = root / "plugins" if root is not None else None
    if home is None or not home.is_dir():
        return ()
    candidates = (
        Candidate(folder.name, Origin.WORKSPACE, folder)
        for folder in sorted(home.iterdir(), key=lambda each: each.name)
        if folder.is_dir() and not folder.name.startswith((".", "_"))
    )
    return tuple(each for each in candidates if each.code or each.layout)


def installed_plugins() -> tuple[Candidate, ...]:
    """The entry points of installed packages in the group `pioneer_etl`, sorted by name."""
    if not _any_entry_point():
        return ()
    from importlib.metadata import entry_points

    found = sorted(entry_points(group=GROUP), key=lambda each: (each.name, each.value))
    return tuple(
        Candidate(each.name, Origin.INSTALLED, entry_point=each, version=each.dist.version if each.dist else "")
        for each in found
    )


def _any_entry_point() -> bool:
    """Whether any installed package may have a plugin.

    importlib.metadata takes several times as long to say that there is none, and most
    installations have none.
    """
    heading = f"[{GROUP}]".encode()
    for entry in dict.fromkeys(sys.path):
        place = Path(entry or ".")
        if place.is_file():
            return True  # a zip archive: importlib.metadata can look into it
        if place.is_dir():
            for pattern in ("*.dist-info/entry_points.txt", "*.egg-info/entry_points.txt"):
                if any(heading in _bytes(path) for path in place.glob(pattern)):
                    return True
    return False


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # a package in the middle of being removed
