"""Workspaces with plugins in them, made for one test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

LAYOUT = """
name = "{name}"
title = "{name}"
version = "1"

[[form]]
dataset = "village_economy"
match.title = ["*收入*"]
columns = {{ "村名" = "village", "合计" = "income_total" }}
"""


@pytest.fixture
def write_plugin(tmp_path: Path) -> Callable[..., Path]:
    """Write `plugins/NAME/` into a workspace: its code and, unless told not to, a layout."""

    def write(name: str, code: str | None = None, *, layout: bool = True) -> Path:
        folder = tmp_path / "plugins" / name
        folder.mkdir(parents=True, exist_ok=True)
        if layout:
            (folder / "layout.toml").write_text(LAYOUT.format(name=name), encoding="utf-8")
        if code is not None:
            (folder / "plugin.py").write_text(
                "from pioneer_etl.plugins import hookimpl\n" + code, encoding="utf-8", newline="\n"
            )
        return tmp_path

    return write


@pytest.fixture(autouse=True)
def _no_switches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIONEER_PLUGINS", raising=False)
    monkeypatch.delenv("PIONEER_PLUGINS_TRACE", raising=False)
