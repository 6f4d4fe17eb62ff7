"""The built wheel carries the starter workspace, and an installation of it finds it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_a_wheel_installed_elsewhere_makes_a_workspace(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    wheel = next(tmp_path.glob("*.whl"))
    names = zipfile.ZipFile(wheel).namelist()
    for part in ("pioneer.toml", "plugins/", "templates/xlsx/", "warehouse/datasets/", "warehouse/migrations/"):
        assert any(f"_starter/{part}" in name for name in names), part
    assert not [name for name in names if name.endswith(".duckdb") or "/originals/" in name]

    # Unpacked alone on the path, away from the checkout: what is found is what the wheel carries.
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    code = (
        "import pioneer_etl, sys; from pathlib import Path;"
        "assert Path(pioneer_etl.__file__).is_relative_to(sys.argv[1]), pioneer_etl.__file__;"
        "from pioneer_etl.workspace import init_workspace, open_workspace;"
        "root = init_workspace(Path(sys.argv[2]));"
        "print(len(open_workspace(root).contracts.datasets), len(open_workspace(root).plugins.layouts))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(site), str(tmp_path / "county")],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
    )
    assert run.returncode == 0, run.stderr
    datasets, layouts = map(int, run.stdout.split())
    assert datasets >= 5
    assert layouts >= 7


def test_a_checkout_finds_its_own_starter() -> None:
    from pioneer_etl.contract.starter import starter_root

    assert starter_root() == ROOT
