"""`pioneer findings`: filters that can never match are refused, and a waiver needs days to come."""

from __future__ import annotations

from pathlib import Path

import pytest

from pioneer_etl.cli.main import main


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    assert main(["init", str(tmp_path / "w")]) == 0
    return tmp_path / "w"


@pytest.mark.parametrize(("option", "known"), [("--severity", "error, warning, note"), ("--state", "open, fixed")])
def test_a_filter_that_can_never_match_is_refused(
    option: str, known: str, workspace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["-w", str(workspace), "--lang", "en", "findings", option, "eror"]) == 2
    said = capfd.readouterr().err
    assert f"{option} cannot be eror" in said
    assert known in said


def test_a_waiver_until_a_day_that_is_past_is_refused(workspace: Path, capfd: pytest.CaptureFixture[str]) -> None:
    words = ["--who", "组织部", "--why", "电话核实", "--until", "2005-06-30"]
    assert main(["-w", str(workspace), "--lang", "zh", "findings", "waive", "1", *words]) == 2
    assert "2005-06-30 已经过去" in capfd.readouterr().err
