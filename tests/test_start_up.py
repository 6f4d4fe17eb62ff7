"""What must stay instant, and what must stay late."""

from __future__ import annotations

import subprocess
import sys

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


def test_every_command_has_help_with_an_example() -> None:
    from pioneer_etl.cli.main import _COMMANDS

    for name in _COMMANDS:
        run = subprocess.run(
            [sys.executable, "-m", "pioneer_etl", "--lang", "en", name, "--help"], capture_output=True, text=True
        )
        assert run.returncode == 0, name
        assert "Example: pioneer" in run.stdout, name
