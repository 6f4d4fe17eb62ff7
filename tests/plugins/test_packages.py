"""Plugins as Python packages: the example in docs/examples, and the one that `plugins new --package` writes.

Each is built, installed into a new environment beside the tool, and tested there as its author would.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from pioneer_etl.workspace import init_workspace, open_workspace
from pioneer_etl.workspace.new_plugin import learn

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "pioneer-docx"


def environment(folder: Path) -> Path:
    """The interpreter of a new environment that sees what is installed here (the tool, pytest)."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()
    lines = [sysconfig.get_path("purelib"), str(ROOT / "src")]
    Path(site, "beside.pth").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return python


def install(package: Path, python: Path, folder: Path) -> None:
    """Build a package's wheel and install it with the environment's interpreter."""
    wheels = folder / "wheels"
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(wheels), str(package)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = wheels.glob("*.whl")
    target = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", target, str(wheel)]
    subprocess.run(pip, check=True, capture_output=True)


def run(python: Path, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.slow
def test_the_example_package_reads_word_documents(tmp_path: Path) -> None:
    python = environment(tmp_path / "venv")
    install(EXAMPLE, python, tmp_path)
    tests = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(EXAMPLE / "tests"), folder=tmp_path)
    assert tests.returncode == 0, tests.stdout + tests.stderr
    root = init_workspace(tmp_path / "county")
    listed = run(python, "-m", "pioneer_etl", "-w", str(root), "plugins", "list", "--format", "json", folder=tmp_path)
    assert '"docx"' in listed.stdout, listed.stderr


@pytest.mark.slow
def test_a_package_written_from_a_sample_passes_its_own_test(county: Callable[..., Path], tmp_path: Path) -> None:
    root = county()
    mailed = shutil.copy(min((ROOT / "plugins" / "juxi" / "samples").glob("*.xlsx")), tmp_path)
    learning = learn(open_workspace(root), [Path(mailed)])
    package, learnt = learning.write_package(learning.propose({}, "hills"), tmp_path / "pioneer-hills")
    assert learnt.report.passed
    assert not (root / "plugins" / "hills").exists()
    python = environment(tmp_path / "venv")
    install(package, python, tmp_path)
    tests = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(package / "tests"), folder=tmp_path)
    assert tests.returncode == 0, tests.stdout + tests.stderr


def test_pytest_runs_the_plugins_of_a_workspace(county: Callable[..., Path]) -> None:
    root = county("juxi", "yishan")
    command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "plugins/juxi"]
    passed = run(Path(sys.executable), *command, "plugins/yishan", folder=root)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    expectation = next((root / "plugins" / "juxi" / "samples").glob("*village_economy.expected.csv"))
    expectation.write_text(expectation.read_text(encoding="utf-8").replace("performance", "appraisal"), "utf-8")
    failed = run(Path(sys.executable), *command, folder=root)
    assert failed.returncode == 1
    assert "village_economy.pay_system" in failed.stdout
    assert "1 failed" in failed.stdout
