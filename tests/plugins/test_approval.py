"""A plugin's code runs only as it was approved: by its content, not by its name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.starter import starter_root
from pioneer_etl.plugins.approval import approve, read_approvals, read_code
from pioneer_etl.plugins.discovery import workspace_plugins
from pioneer_etl.plugins.manager import load_plugins


def test_approving_writes_the_hash_of_the_code(write_plugin: Callable[..., Path]) -> None:
    root = write_plugin("宜山", "x = 1\n")
    write_plugin("longgang", "y = 1\n")
    assert approve(root, "宜山") == hashlib.sha256((root / "plugins/宜山/plugin.py").read_bytes()).hexdigest()
    approve(root, "longgang")
    assert sorted(read_approvals(root)) == ["longgang", "宜山"]


def test_line_ends_make_no_difference(write_plugin: Callable[..., Path]) -> None:
    root = write_plugin("longgang", "x = 1\ny = 2\n")
    approve(root, "longgang")
    path = root / "plugins" / "longgang" / "plugin.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_plugins(root).problems == ()


def test_approvals_of_plugins_that_are_gone_are_dropped(write_plugin: Callable[..., Path]) -> None:
    root = write_plugin("old", "x = 1\n")
    write_plugin("new", "x = 1\n")
    approve(root, "old")
    (root / "plugins" / "old" / "plugin.py").unlink()
    (root / "plugins" / "old" / "layout.toml").unlink()
    approve(root, "new")
    assert list(read_approvals(root)) == ["new"]


def test_what_cannot_be_approved_is_said(write_plugin: Callable[..., Path]) -> None:
    root = write_plugin("longgang")
    with pytest.raises(UsageError, match="nothing to approve"):
        approve(root, "longgang")
    with pytest.raises(UsageError, match="longgang"):
        approve(root, "longang")


def test_the_code_that_comes_with_the_starter_is_approved_as_it_is() -> None:
    root = starter_root()
    code = {each.name: read_code(each.name, each.code).sha256 for each in workspace_plugins(root) if each.code}
    assert dict(read_approvals(root)) == code
