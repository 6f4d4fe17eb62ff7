"""docs/questions.md answers what it says: its commands, run in the demo county, print what is shown."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from pioneer_etl.cli.main import main
from tests.command_line import County

PAGE = Path(__file__).parents[2] / "docs" / "questions.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = [block.splitlines() for block in re.findall(r"```console\n(.+?)```", TEXT, re.DOTALL)]
QUESTIONS = ("under 50,000 yuan", "only a plan", "over 35", "different from the sum of its rows")
_NUMBER = re.compile(r"^#\d+")  # of a finding: given as they come


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block[0].removeprefix("$ pioneer "))
def test_a_command_prints_what_the_page_shows(
    county: County, block: list[str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command, *told = block
    _, *arguments = shlex.split(command.removeprefix("$ "))
    monkeypatch.chdir(county.root)
    monkeypatch.setenv("PIONEER_LANG", "en")
    monkeypatch.setenv("COLUMNS", "200")
    capfd.readouterr()
    assert main(arguments) in (0, 1)
    said = "".join(capfd.readouterr())
    printed = {_NUMBER.sub("#", line.rstrip()) for line in said.splitlines()}
    for line in told:
        if line != "…":
            assert _NUMBER.sub("#", line.rstrip()) in printed, f"{line}\nnot in\n{said}"


def test_the_page_answers_every_question() -> None:
    headings = re.findall(r"^## (.+)", TEXT, re.MULTILINE)
    for words in QUESTIONS:
        assert any(words in each for each in headings)
    assert len(BLOCKS) >= 10


def test_a_newcomer_finds_the_page() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        assert "docs/questions.md" in (PAGE.parents[1] / name).read_text(encoding="utf-8")
