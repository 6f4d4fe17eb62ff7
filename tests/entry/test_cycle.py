"""Out and back: ingest, return, answer and correct, ingest; what is open falls."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from pioneer_etl.workspace import Workspace, init_workspace, open_workspace
from tests.entry.income_form import ROWS, SHEET, write_form
from tests.entry.returning import our_rules

pytestmark = pytest.mark.usefixtures("read_here")


def open_cells(workspace: Workspace) -> dict[str, str]:
    """First cell of every open error; the villages that are missing are no business of these tests."""
    found = [each for each in workspace.findings(state="open") if each.finding.severity == "error"]
    return {each.finding.cells[0]: each.finding.severity.value for each in found}


def statuses(workspace: Workspace) -> set[str]:
    """How the townships' forms stand."""
    return {each.status for each in workspace.status() if each.status != "missing"}


def answered(path: Path, edit: Callable[[Any, dict[str, Any]], None]) -> None:
    """The returned workbook once a clerk was at it: `edit` gets the workbook and the cell of 说明 by address."""
    book = load_workbook(path)
    lines = book.worksheets[0]
    edit(book, {lines.cell(row, 4).value: lines.cell(row, 10) for row in range(6, lines.max_row + 1)})
    book.save(path)


def test_what_is_corrected_is_fixed_and_what_is_answered_is_explained(workspace: Workspace, tmp_path: Path) -> None:
    assert open_cells(workspace) == {"C5": "error", "C6": "error"}
    (returned,) = workspace.return_workbooks(["宜山镇"], tmp_path / "退回")
    assert returned.path == tmp_path / "退回" / "宜山镇" / "宜山镇（退改）.xlsx"
    note = (tmp_path / "退回" / "宜山镇" / "退回说明.txt").read_text(encoding="utf-8-sig")
    assert "错误 2 处" in note
    assert "layout" not in note

    def edit(book: Any, answers: dict[str, Any]) -> None:
        book[SHEET]["C5"] = 35
        book[SHEET]["B4"] = "宜四村"  # nobody asked
        answers["C5"].value = "已改"
        answers["C6"].value = "=另有一笔未列"

    answered(returned.path, edit)
    renamed = returned.path.rename(tmp_path / "改好的.xlsx")
    report = workspace.ingest([renamed])
    assert [(each.status, [s.revision for s in each.submissions]) for each in report.files] == [("loaded", [2])]
    told = {each.code: each.cells for each in report.files[0].findings if each.code.startswith("return.")}
    assert told == {"return.answered": (), "return.changed": ("B4",)}
    assert open_cells(workspace) == {}
    states = {each.finding.cells[0]: (each.state, each.why) for each in workspace.findings(severity="error")}
    assert states["C5"] == ("fixed", "已改")
    assert states["C6"] == ("explained", "=另有一笔未列")
    assert workspace.return_workbooks((), tmp_path / "again", severity="error") == ()


@pytest.mark.slow
def test_answers_outlive_a_rebuild(workspace: Workspace, tmp_path: Path) -> None:
    (returned,) = workspace.return_workbooks((), tmp_path)
    assert returned.path is not None
    answered(returned.path, lambda book, answers: answers["C6"].__setattr__("value", "另有一笔未列"))
    workspace.ingest([returned.path])
    for former in (True, False):
        if not former:
            workspace.database.unlink()
        workspace.repair(rebuild=True)
        assert open_cells(workspace) == {"C5": "error"}
        count = workspace.findings(state="explained")
        assert [(each.who, each.why) for each in count] == [("宜山镇", "另有一笔未列")]


def test_a_sheet_that_was_replaced_meanwhile_does_not_come_back(workspace: Workspace, tmp_path: Path) -> None:
    (returned,) = workspace.return_workbooks((), tmp_path)
    later = [ROWS[0], (2, "宜二村", 35, 20, 10, 0, 5, 0, 30), (3, "宜三村", 19, 9, 4, 1, 2, 3, 18)]
    write_form(workspace.root / "inbox" / "宜山镇第2稿.xlsx", later)
    workspace.ingest([workspace.root / "inbox"])
    assert open_cells(workspace) == {}
    assert returned.path is not None
    report = workspace.ingest([returned.path])
    assert [each.status for each in report.files] == ["unchanged"]
    assert "submission.since_replaced" in {each.code for each in report.files[0].findings}
    assert open_cells(workspace) == {}


def test_a_file_that_comes_back_uncorrected_goes_out_with_one_set_of_marks(
    workspace: Workspace, tmp_path: Path
) -> None:
    (first,) = workspace.return_workbooks((), tmp_path / "1")

    def edit(book: Any, answers: dict[str, Any]) -> None:
        book[SHEET]["C5"] = 60

    assert first.path is not None
    answered(first.path, edit)
    workspace.ingest([first.path])
    (second,) = workspace.return_workbooks((), tmp_path / "2")
    assert second.path is not None
    assert second.path.name == "宜山镇（退改）.xlsx"
    book = load_workbook(second.path)
    assert book.sheetnames == ["核对意见", SHEET, "_pioneer_return"]
    assert sum(our_rules(book[SHEET]).values()) == 1
    assert book[SHEET]["C5"].comment.text.count("pioneer-etl") == 1


@pytest.mark.slow
def test_the_list_alone_brings_answers_too(workspace: Workspace, tmp_path: Path) -> None:
    (returned,) = workspace.return_workbooks((), tmp_path, report_only=True)
    assert returned.path is not None
    answered(returned.path, lambda book, answers: answers["C6"].__setattr__("value", "另有一笔未列"))
    assert statuses(workspace) == {"returned"}
    report = workspace.ingest([returned.path])
    assert [each.status for each in report.files] == ["loaded"]
    assert open_cells(workspace) == {"C5": "error"}
    assert statuses(workspace) == {"loaded"}


def test_the_command_says_beforehand_and_then_writes(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from pioneer_etl.cli.main import main

    command = ["-w", str(workspace.root), "--lang", "zh", "return", "宜山镇"]
    assert main(command) == 2
    assert "--dry-run" in capsys.readouterr().err
    assert main([*command, "--dry-run", "--format", "json"]) == 0
    (said,) = json.loads(capsys.readouterr().out)
    assert (said["path"], said["error"], said["not_kept"]) == (None, 2, {})
    assert statuses(workspace) == {"loaded"}
    assert main([*command, "-o", str(tmp_path / "out")]) == 0
    assert statuses(workspace) == {"returned"}
    (note,) = workspace.chase(["宜山镇"]).notes
    assert "退回核对：错误 2 处" in note.text()
    # The whole folder comes back: the note that went along is nobody's form.
    report = workspace.ingest([tmp_path / "out"])
    assert [each.file for each in report.files] == ["宜山镇/宜山镇（退改）.xlsx"]
    assert statuses(workspace) == {"returned"}  # nothing was corrected, nothing answered
    with (tmp_path / "out" / "宜山镇" / "退回说明.txt").open("a", encoding="utf-8") as note_file:
        note_file.write("宜三村的数明天报")
    assert len(workspace.ingest([tmp_path / "out"]).files) == 2
    assert sorted(each.name for each in (tmp_path / "out" / "宜山镇").iterdir()) == [
        "宜山镇（退改）.xlsx",
        "退回说明.txt",
    ]


def test_a_filled_in_template_goes_back_with_marks_and_comes_back_mended(tmp_path: Path) -> None:
    """Its identity, its live checks and our marks live in one workbook, and each is known for what it is."""
    from random import Random

    from tests.entry.filling import FIRST_ROW, fill, kit, loaded, reading, saved

    opened = open_workspace(init_workspace(tmp_path / "county"))
    dataset = kit().contracts.datasets["village"]
    book, filled = fill(dataset, Random(8))
    sheet = book.worksheets[1]
    sheet.cell(FIRST_ROW, 4).value = -7
    (tmp_path / "报表.xlsx").write_bytes(saved(book))
    assert [each.status for each in opened.ingest([tmp_path / "报表.xlsx"]).files] == ["loaded"]
    (returned,) = opened.return_workbooks((), tmp_path / "退回", severity="error")
    assert returned.path is not None
    assert ("check.range", ("D5",)) in [(each.finding.code, each.finding.cells) for each in returned.findings]
    back = load_workbook(returned.path)
    assert back[sheet.title].protection.sheet
    assert "pioneer-etl" in back[sheet.title]["D5"].comment.text
    assert sum(our_rules(back[sheet.title]).values()) > 0
    back[sheet.title].cell(FIRST_ROW, 4).value = filled[0][dataset.fields[2].name]
    back.save(returned.path)
    report = opened.ingest([returned.path])
    assert [[one.revision for one in each.submissions] for each in report.files] == [[2]]
    assert [each.code for each in report.files[0].findings if each.code.startswith(("template.", "return."))] == [
        "return.answered"
    ]
    assert loaded(reading(returned.path.read_bytes()).submissions[0]) == filled
    assert [each.state for each in opened.findings(code="check.range")] == ["fixed"]
