"""What must stay instant, and what must stay late."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "duckdb",
    "openpyxl",
    "python_calamine",
    "arro3",
    "pluggy",
    "pandas",
    "xlrd",
    "rich",
    "docxtpl",
    "docx",
    "jinja2",
    "questionary",
    "prompt_toolkit",
)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from pioneer_etl.cli.main import main\n"
        "main(['--help'])\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0
    assert run.stderr.strip() == "[]"


def test_every_command_has_help_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    from pioneer_etl.cli.main import _COMMANDS, main

    for name in _COMMANDS:
        assert main(["--lang", "en", name, "--help"]) == 0, name
        assert "Example: pioneer" in capsys.readouterr().out, name


def test_help_of_a_command_as_a_process() -> None:
    command = [sys.executable, "-m", "pioneer_etl", "--lang", "en", "ingest", "--help"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0
    assert "Example: pioneer" in run.stdout
