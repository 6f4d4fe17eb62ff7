"""The demo county goes once around: what was open is fixed, explained, or waived."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pioneer_etl.demo.cycle import run_cycle
from pioneer_etl.demo.run import FIGURES, check_figures
from pioneer_etl.workspace import open_workspace
from tests.command_line import County


@pytest.mark.slow
def test_open_findings_fall_to_what_is_waived(demo: County, tmp_path: Path) -> None:
    workspace = open_workspace(shutil.copytree(demo.root, tmp_path / "county"))
    before = {each.label: each.found for each in check_figures(workspace.summary(FIGURES))}
    cycle = run_cycle(workspace)
    start, back, end = (each.states for each in cycle.steps)
    assert start["open"] > 50
    assert cycle.corrected == 1  # the printed total of one township's assets
    assert back["fixed"] > start["fixed"]
    assert back["explained"] > 50
    # What no township answers: a file of nobody's, and one that is another office's form.
    assert cycle.waived == back["open"] == end["waived"] == 2
    assert cycle.closed
    assert workspace.findings(code="check.total", state="open") == ()
    assert not [each for each in workspace.findings() if each.finding.code.startswith("return.sheet_")]
    # Nothing but the one figure has changed, and that is no figure of the speech.
    after = {each.label: each.found for each in check_figures(workspace.summary(FIGURES))}
    assert after == before
    assert cycle.report.counts()["unaccounted"] == 0
    answered = load_workbook(cycle.returned[0]).worksheets[0]
    assert answered.title == "核对意见"
