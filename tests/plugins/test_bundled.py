"""The plugins that come with the tool, tested as `pioneer plugins test` does."""

from __future__ import annotations

from pioneer_etl.contract.load import load_contracts
from pioneer_etl.contract.starter import starter_root
from pioneer_etl.match.model import FileContext
from pioneer_etl.pipeline import FileReading, Kit, Task, read
from pioneer_etl.plugins.manager import load_plugins
from pioneer_etl.plugins.testing import check_plugins
from pioneer_etl.workbook.limits import Limits


def test_every_bundled_plugin_passes_its_own_tests() -> None:
    root = starter_root()
    plugins = load_plugins(root, only=None)
    assert plugins.problems == ()
    kit = Kit(load_contracts(root), plugins, Limits())

    def read_sample(data: bytes, name: str) -> FileReading:
        return read(Task(data, FileContext(file=name)), kit)

    reports = check_plugins(root, plugins, read_sample)
    assert all(report.passed for report in reports), "\n".join(report.text("en") for report in reports)
