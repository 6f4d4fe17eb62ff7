"""docs/plugins.md says what the hooks are, word for word."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from pluggy import PluginManager

from pioneer_etl.plugins import API_VERSION, hookspecs
from pioneer_etl.plugins.approval import FILE
from pioneer_etl.plugins.discovery import ENVIRONMENT
from pioneer_etl.plugins.manager import TRACE

DOCS = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text(encoding="utf-8")


def hooks() -> dict[str, str]:
    """Every hook with its signature as written in the source."""
    manager = PluginManager(hookspecs.PROJECT)
    names = [name for name in vars(hookspecs) if manager.parse_hookspec_opts(hookspecs, name) is not None]
    return {name: f"{name}{signature_text(name)}" for name in names}


def signature_text(name: str) -> str:
    signature = inspect.signature(getattr(hookspecs, name))
    return str(signature).replace("'", "")


def test_every_hook_is_documented_with_its_exact_signature_and_an_example() -> None:
    headings = re.findall(r"^### `(.*)`$", DOCS, re.MULTILINE)
    assert headings == list(hooks().values())
    for name in hooks():
        assert f"def {name}(" in DOCS
        assert "@hookimpl" in (inspect.getdoc(getattr(hookspecs, name)) or "")


def test_every_hook_has_a_test() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    for name in hooks():
        assert f"def {name}" in tests


def test_switches_and_the_api_version_are_documented() -> None:
    assert f"`{ENVIRONMENT}=`" in DOCS
    assert f"`{TRACE}=1`" in DOCS
    assert f"`plugins/{FILE}`" in DOCS
    assert f"The present `PIONEER_API` is {API_VERSION}." in DOCS
