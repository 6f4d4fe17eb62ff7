"""A plugin as a Python package: the files around a learnt layout, ready to be tested, built and installed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.version import VERSION
from pioneer_etl.plugins.discovery import GROUP, LAYOUT
from pioneer_etl.plugins.testing import SAMPLES

_PYPROJECT = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "pioneer-{name}"
version = "0.1.0"
description = "{title} for pioneer-etl"
requires-python = ">=3.11"
dependencies = ["pioneer-etl>={version}"]

[project.optional-dependencies]
dev = ["pytest>=8.3"]

# How pioneer-etl finds the plugin.
[project.entry-points.{group}]
{name} = "{module}"

[tool.hatch.build.targets.wheel]
packages = ["src/{module}"]
"""

_MODULE = """\
\"\"\"{title} for pioneer-etl: layouts, and code only where a declaration ends.\"\"\"

from pathlib import Path

from pioneer_etl.plugins import hookimpl

PIONEER_API = 1  # the plugin API it was written for


@hookimpl
def register_layouts():
    return [Path(__file__).with_name("layout.toml")]
"""

_TEST = """\
\"\"\"The samples beside the module give their expected records, and the plugin behaves as every plugin must.\"\"\"

from pioneer_etl.pytest_plugin import assert_conforms


def test_the_plugin_conforms(tmp_path):
    assert_conforms("{name}", tmp_path)
"""

_WORKFLOW = """\
name: test
on: [push, pull_request]
jobs:
  test:
    strategy:
      matrix:
        os: [ubuntu-latest, windows-latest]
        python: ["3.11", "3.13"]
    runs-on: ${{{{ matrix.os }}}}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: ${{{{ matrix.python }}}}
      - run: python -m pip install -e ".[dev]"
      - run: python -m pytest
"""

_README = """\
# pioneer-{name}

{title}：pioneer-etl 的插件包。 · {title}: a plugin package for pioneer-etl.

    pip install -e ".[dev]"      # 试用 · try it
    pytest                       # 用样本测试 · test it on its samples
    pip wheel --no-deps .        # 打包 · build it
    pioneer plugins list         # 装好后在这里 · where it shows once installed

`src/{module}/layout.toml` 是版式，`samples/` 是样本（人员均为编造）和应得的记录。
`src/{module}/layout.toml` is the layout; `samples/` has samples (people made up) and the records that they must give.
"""


def module_of(name: str) -> str:
    """The name of a package's module; UsageError for a plugin's name that cannot be part of one."""
    module = "pioneer_" + name.replace("-", "_")
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", module):
        raise UsageError("plugin.package.bad_name", found=name)
    return module


def write_package(folder: Path, target: Path, name: str, title: str) -> Path:
    """Make a package in `target` from a plugin's folder (its layout and samples); the package's folder is returned.

    UsageError when `target` is there already, or the name cannot be that of a module.
    """
    module = module_of(name)
    if target.exists():
        raise UsageError("plugin.package.exists", place=target)
    home = target / "src" / module
    home.mkdir(parents=True)
    for path, text in _files(name, module, title):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(text, encoding="utf-8", newline="\n")
    shutil.copy(folder / LAYOUT, home / LAYOUT)
    shutil.copytree(folder / SAMPLES, home / SAMPLES)
    return target


def _files(name: str, module: str, title: str) -> Iterator[tuple[str, str]]:
    words = {"name": name, "module": module, "title": title, "version": VERSION, "group": GROUP}
    yield "pyproject.toml", _PYPROJECT.format(**words)
    yield "README.md", _README.format(**words)
    yield f"src/{module}/__init__.py", _MODULE.format(**words)
    yield "tests/test_plugin.py", _TEST.format(**words)
    yield ".github/workflows/test.yml", _WORKFLOW.format(**words)
