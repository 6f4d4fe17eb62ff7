"""Finding and opening a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pioneer_etl.contract.errors import ConfigurationError, Location
from pioneer_etl.contract.starter import starter_root
from pioneer_etl.workspace.settings import NAME, load_settings
from pioneer_etl.workspace.workspace import Workspace

if TYPE_CHECKING:
    from pioneer_etl.workbook.nursery import Nursery


def find_workspace(folder: Path) -> Path:
    """The workspace that `folder` is or lies in; ConfigurationError when there is none."""
    start = folder.resolve()
    for each in (start, *start.parents):
        if (each / NAME).is_file():
            return each
    raise ConfigurationError("workspace.none", Location(file=str(folder)))


def open_workspace(folder: str | Path, *, disabled: tuple[str, ...] = (), nursery: Nursery | None = None) -> Workspace:
    """The workspace at `folder`; `disabled` names plugins to leave out.

    With a `nursery` (`pipeline.early_nursery`) the first files that are read need not wait for imports.

    ConfigurationError when there is no pioneer.toml or it is wrong.
    """
    root = Path(folder).resolve()
    return Workspace(root, load_settings(root), disabled, nursery)


def starter_workspace(*, disabled: tuple[str, ...] = ()) -> Workspace:
    """The workspace that the program ships: enough to look at a file with, where the user has none yet."""
    return open_workspace(starter_root(), disabled=disabled)
