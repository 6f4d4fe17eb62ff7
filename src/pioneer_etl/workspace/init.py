"""A new workspace, copied from the starter that the program ships."""

from __future__ import annotations

import shutil
from pathlib import Path

from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.starter import starter_root

INBOX = "inbox"
_PARTS = ("plugins", "templates", "warehouse")
# What a used checkout may hold besides, and the migrations, which always come from the installed program.
_LEFT_OUT = shutil.ignore_patterns("*.duckdb*", "originals", "migrations", "__pycache__", ".*")


def init_workspace(folder: Path) -> Path:
    """Make a workspace in `folder`, which must be new or empty; its path is returned."""
    root = folder.resolve()
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise UsageError("workspace.not_empty", found=folder)
    root.mkdir(parents=True, exist_ok=True)
    starter = starter_root()
    for part in _PARTS:
        shutil.copytree(starter / part, root / part, ignore=_LEFT_OUT, dirs_exist_ok=True)
    (root / INBOX).mkdir()
    # The settings last: a folder with pioneer.toml is a complete workspace, whenever the copying was cut short.
    shutil.copyfile(starter / "pioneer.toml", root / "pioneer.toml")
    return root
