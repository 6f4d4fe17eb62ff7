"""For pytest: `pytest plugins/` runs the samples and the conformance of every plugin of a workspace, one test each.

Installed with the tool (entry point `pytest11`).  It collects `plugins/NAME/layout.toml`, or `plugin.py` where there is
no layout, in any folder that is a workspace; nothing else.  A package's tests call `assert_conforms`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pioneer_etl.plugins.testing import PluginReport

_WORKSPACE = "pioneer.toml"
_LAYOUT = "layout.toml"
_CODE = "plugin.py"


def assert_conforms(plugin: str, folder: Path) -> PluginReport:
    """Test an installed plugin in a new workspace made in `folder`; AssertionError with the report when it fails.

    Its samples, with their expectations, lie in `samples/` beside its module.  The workspace has the starter's
    contracts and none of its plugins.
    """
    from pioneer_etl.workspace import init_workspace, open_workspace

    root = init_workspace(folder / "workspace")
    rmtree(root / "plugins")
    (report,) = open_workspace(root).test_plugins([plugin], others=True)
    assert report.passed, report.text("en")
    return report


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """The file that stands for a plugin of a workspace."""
    if file_path.name not in (_LAYOUT, _CODE) or file_path.parent.parent.name != "plugins":
        return None
    if file_path.name == _CODE and file_path.with_name(_LAYOUT).exists():
        return None
    if not (file_path.parents[2] / _WORKSPACE).is_file():
        return None
    return _Plugin.from_parent(parent, path=file_path)


class _Plugin(pytest.File):
    """One plugin of a workspace; it is tested when its first test runs."""

    _report: PluginReport | None = None

    @property
    def report(self) -> PluginReport:
        if self._report is None:
            from pioneer_etl.workspace import open_workspace

            (self._report,) = open_workspace(self.path.parents[2]).test_plugins([self.path.parent.name])
        return self._report

    def collect(self) -> Iterator[pytest.Item]:
        from pioneer_etl.plugins.discovery import Candidate, Origin
        from pioneer_etl.plugins.testing import sample_files

        folder = self.path.parent
        yield _Check.from_parent(self, name="conformance", sample=None)
        for sample in sample_files(Candidate(folder.name, Origin.WORKSPACE, folder)):
            yield _Check.from_parent(self, name=sample.name, sample=sample.name)


class _Failed(Exception):
    """A plugin's test that did not pass; its text is the report."""


class _Check(pytest.Item):
    """One sample, or (sample None) what the plugin as a whole must do."""

    def __init__(self, *, sample: str | None, **known: Any) -> None:
        super().__init__(**known)
        self.sample = sample

    def runtest(self) -> None:
        assert isinstance(self.parent, _Plugin)
        report = self.parent.report
        if self.sample is None:
            passed = not report.findings
        else:
            passed = all(each.passed for each in report.samples if each.sample == self.sample)
        if not passed:
            raise _Failed(report.text("en"))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, _Failed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.path.parent.name}: {self.name}"
