"""A new workspace: copied from the starter that the program ships, or bare for a county's own forms."""

from __future__ import annotations

import shutil
from pathlib import Path

from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.org_units import COLUMNS
from pioneer_etl.contract.starter import starter_root

INBOX = "inbox"
# What an editor checks a layout.toml by while it is typed.
LAYOUT_SCHEMA = "layout.schema.json"
_PARTS = ("plugins", "templates", "warehouse")
_BARE = ("plugins", "warehouse/datasets", "warehouse/summaries")
_SETTINGS = """\
# A workspace of pioneer-etl.  Every setting has a default.

[county]
code = ""        # the county's own unit in warehouse/org_units.csv
name = ""
"""
# What a used checkout may hold besides, and the migrations, which always come from the installed program.
_LEFT_OUT = shutil.ignore_patterns("*.duckdb*", "originals", "migrations", "__pycache__", ".*")


def init_workspace(folder: Path, *, empty: bool = False) -> Path:
    """Make a workspace in `folder`, which must be new or empty; its path is returned.

    It has the starter's datasets, summaries, formats and places; or, where it is to be `empty`, none of
    them, but the folders for a county's own and the general code lists.
    """
    root = folder.resolve()
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise UsageError("workspace.not_empty", found=folder)
    root.mkdir(parents=True, exist_ok=True)
    starter = starter_root()
    (root / INBOX).mkdir()
    if empty:
        for part in _BARE:
            (root / part).mkdir(parents=True)
        shutil.copytree(starter / "warehouse" / "codes", root / "warehouse" / "codes", ignore=_LEFT_OUT)
        shutil.copyfile(starter / "plugins" / LAYOUT_SCHEMA, root / "plugins" / LAYOUT_SCHEMA)
        (root / "warehouse" / "org_units.csv").write_text(f"{','.join(COLUMNS)}\n", encoding="utf-8")
    else:
        for part in _PARTS:
            shutil.copytree(starter / part, root / part, ignore=_LEFT_OUT, dirs_exist_ok=True)
    # The settings last: a folder with pioneer.toml is a complete workspace, whenever the copying was cut short.
    if empty:
        (root / "pioneer.toml").write_text(_SETTINGS, encoding="utf-8")
    else:
        shutil.copyfile(starter / "pioneer.toml", root / "pioneer.toml")
    return root
