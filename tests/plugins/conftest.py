"""Workspaces with plugins in them, made for one test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pioneer_etl.contract.starter import starter_root
from pioneer_etl.workspace import init_workspace

LAYOUT = """
name = "{name}"
title = "{name}"
version = "1"

[[form]]
dataset = "village_economy"
match.title = ["*收入*"]
columns = {{ "村名" = "village", "合计" = "income_total" }}
"""


@pytest.fixture(scope="session")
def bare_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the starter's contracts and none of its formats, to be copied."""
    root = init_workspace(tmp_path_factory.mktemp("bare") / "county")
    for each in (root / "plugins").iterdir():
        if each.is_dir():
            shutil.rmtree(each)
    return root


@pytest.fixture
def county(bare_county: Path, tmp_path: Path) -> Callable[..., Path]:
    """Make a workspace, `county/` in the test's folder, with the bundled plugins that are named and no other."""

    def make(*plugins: str) -> Path:
        root = tmp_path / "county"
        shutil.copytree(bare_county, root)
        for name in plugins:
            shutil.copytree(starter_root() / "plugins" / name, root / "plugins" / name)
        return root

    return make


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
