"""Which plugins are found, where, and which of two with one name is taken; none is imported for it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pioneer_etl.plugins.discovery import Origin, find_plugins, installed_plugins
from pioneer_etl.plugins.manager import load_plugins


def install(site: Path, name: str, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package as pip leaves it: its module, and the entry point in its metadata."""
    module = f"pioneer_test_{name}"
    site.mkdir(exist_ok=True)
    (site / f"{module}.py").write_text(source, encoding="utf-8")
    info = site / f"{module}-2.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 2.5\n")
    (info / "entry_points.txt").write_text(f"[pioneer_etl]\n{name} = {module}\n")
    monkeypatch.syspath_prepend(str(site))


HOOK = "from pioneer_etl.plugins import hookimpl\n@hookimpl\ndef register_summaries():\n    return []\n"


def test_installed_packages_are_found_sorted_and_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "site", "zeta", HOOK, monkeypatch)
    install(tmp_path / "site", "alpha", HOOK, monkeypatch)
    found = installed_plugins()
    assert [(each.name, each.version) for each in found] == [("alpha", "2.5"), ("zeta", "2.5")]
    assert "pioneer_test_alpha" not in sys.modules


def test_an_installed_plugin_is_loaded_between_built_in_and_local_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write_plugin: Callable[..., Path]
) -> None:
    install(tmp_path / "site", "zeta", HOOK, monkeypatch)
    root = write_plugin("alpha")
    plugins = load_plugins(root)
    assert plugins.problems == ()
    assert [each.origin for each in plugins.names][-2:] == [Origin.INSTALLED, Origin.WORKSPACE]


def test_a_local_plugin_takes_the_place_of_an_installed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write_plugin: Callable[..., Path]
) -> None:
    install(tmp_path / "site", "alpha", "1/0\n", monkeypatch)
    plugins = load_plugins(write_plugin("alpha"))
    assert plugins.problems == ()
    assert [each.origin for each in plugins.names if each.name == "alpha"] == [Origin.WORKSPACE]


@pytest.mark.parametrize(
    ("source", "code"),
    [("import no_such_module", "plugin.import_failed"), ("PIONEER_API = 99", "plugin.api")],
)
def test_a_broken_package_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, code: str) -> None:
    name = code.replace("plugin.", "broken_")
    install(tmp_path / "site", name, source, monkeypatch)
    (problem,) = load_plugins(None).problems
    assert problem.code == code
    assert name in problem.message("zh")


def test_listing_names_imports_no_plugin_and_no_pluggy_work(write_plugin: Callable[..., Path], tmp_path: Path) -> None:
    witness = tmp_path / "ran"
    root = write_plugin("longgang", f"open({str(witness)!r}, 'w').close()\n")
    (root / "plugins" / "_draft").mkdir()
    (root / "plugins" / ".git").mkdir()
    (root / "plugins" / "notes").mkdir()
    found = find_plugins(root)
    assert [each.name for each in found if each.origin is Origin.WORKSPACE] == ["longgang"]
    assert not witness.exists()


def test_the_cheap_look_for_entry_points_agrees_with_the_thorough_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from importlib.metadata import entry_points

    assert len(installed_plugins()) == len(entry_points(group="pioneer_etl"))
    install(tmp_path / "site", "one", HOOK, monkeypatch)
    assert len(installed_plugins()) == len(entry_points(group="pioneer_etl")) >= 1
