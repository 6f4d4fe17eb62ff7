"""Entry templates out and back: what was filled in is what is loaded, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from random import Random

import openpyxl
import pytest

from pioneer_etl import init_workspace, open_workspace
from pioneer_etl.cli.main import main
from pioneer_etl.contract.model import Label
from pioneer_etl.entry.identity import form_title
from pioneer_etl.entry.template import make_template
from pioneer_etl.pipeline import FileReading
from pioneer_etl.transform.model import CellUse
from pioneer_etl.workspace.workspace import Workspace
from tests.entry.filling import (
    FIRST_ROW,
    HEADER_ROW,
    Filled,
    check_column,
    fill,
    kit,
    loaded,
    period,
    reading,
    reported,
    saved,
    township,
)

pytestmark = pytest.mark.usefixtures("read_here")


def new_workspace(folder: Path) -> Workspace:
    """A workspace as `pioneer init` makes it."""
    init_workspace(folder / "county")
    return open_workspace(folder / "county")


DATASETS = [each.name for each in reported(kit().contracts)]


def same(read: FileReading, filled: Filled) -> None:
    assert len(read.submissions) == 1, [each.message("en") for each in read.findings]
    submission = read.submissions[0]
    assert loaded(submission) == filled, [each.message("en") for each in submission.findings]
    assert submission.township == township(kit().contracts)
    assert submission.period is not None
    assert submission.period.text == "2004"
    assert not [each for each in (*read.findings, *submission.findings) if each.quarantines]
    for account in read.accounts:
        assert account.unaccounted == 0
        assert account.counted == sum(account.uses.values())


@pytest.mark.parametrize("name", DATASETS)
def test_what_was_filled_in_is_what_is_loaded(name: str) -> None:
    dataset = kit().contracts.datasets[name]
    for seed in range(2):
        book, filled = fill(dataset, Random(seed))
        read = reading(saved(book))
        same(read, filled)
        assert not read.findings, [each.message("en") for each in read.findings]
        ignored = {each.sheet: each.uses.get(CellUse.IGNORED, 0) for each in read.accounts}
        assert all(ignored[name] > 0 for name in book.sheetnames)


def test_a_renamed_sorted_widened_template_is_still_recognised() -> None:
    dataset = kit().contracts.datasets["village_economy"]
    book, filled = fill(dataset, Random(7))
    sheet = book["村集体经济收入情况表"]
    sheet.title = "Sheet1"
    first, last = FIRST_ROW, FIRST_ROW + len(filled) - 1
    rows = [[cell.value for cell in row[: len(dataset.fields) + 1]] for row in sheet.iter_rows(first, last)]
    for row, values in zip(range(first, last + 1), reversed(rows), strict=True):
        for column, value in enumerate(values, 1):
            sheet.cell(row, column).value = value
    sheet.insert_cols(4)
    sheet.cell(HEADER_ROW, 4).value = "镇里自用"
    sheet.cell(first, 4).value = 12
    read = reading(saved(book), "新建 Microsoft Excel 工作表.xlsx")
    same(read, list(reversed(filled)))
    said = [each.code for each in (*read.findings, *read.submissions[0].findings)]
    assert "column.added" in said
    assert "template.heading_changed" not in said
    assert "template.column_removed" not in said


def test_what_protection_cannot_prevent_is_found_at_its_cell() -> None:
    book, filled = fill(kit().contracts.datasets["village"], Random(3))
    sheet = book["村基本情况表"]
    check = check_column(sheet)
    overwritten = sheet.cell(FIRST_ROW + 1, check)
    overwritten.value = "没问题"
    sheet.cell(FIRST_ROW, 5).value = "=[1]Sheet1!$A$1"
    changed = next(cell for cell in sheet[HEADER_ROW] if cell.value == "劳动力\n（人）")
    changed.value = "壮劳力数"
    read = reading(saved(book))
    found = {each.code: each for each in read.findings}
    assert found["template.formula_overwritten"].cells == (overwritten.coordinate,)
    assert found["template.external_link"].cells == (f"E{FIRST_ROW}",)
    assert found["template.heading_changed"].cells == (changed.coordinate,)
    assert (found["template.heading_changed"].expected, found["template.heading_changed"].found) == (
        "劳动力",
        "壮劳力数",
    )
    assert filled


@pytest.mark.parametrize("name", ["commendation", "training", "village", "project", "reserve_cadre"])
def test_a_label_that_was_forgotten_is_not_taken_from_the_line_above(name: str) -> None:
    """On a form of its own a township may write a village once for several lines; a template has it on every line."""
    dataset = kit().contracts.datasets[name]
    book, filled = fill(dataset, Random(9))
    sheet = book[form_title(dataset)]
    field = dataset.place_field or dataset.key[0]
    at = next(n for n, each in enumerate(dataset.fields, 2) if each.name == field)
    forgotten = sheet.cell(FIRST_ROW + 2, at)
    forgotten.value = None
    read = reading(saved(book))
    said = [one for each in read.submissions for one in each.findings if forgotten.coordinate in one.cells]
    assert said
    assert {each.code for each in said} <= {"check.required", "record.no_key", "record.key_blank"}
    kept = [each for submission in read.submissions for each in loaded(submission)]
    assert [each for each in kept if each not in filled] in ([], [{k: v for k, v in filled[2].items() if k != field}])


def test_a_removed_column_is_found_and_the_rest_is_read() -> None:
    book, filled = fill(kit().contracts.datasets["village"], Random(4))
    sheet = book["村基本情况表"]
    sheet.delete_cols(6)  # 劳动力, which is not required
    sheet.delete_cols(check_column(sheet))
    read = reading(saved(book))
    assert {each.code for each in read.findings} == {"template.column_removed", "template.check_removed"}
    without = [{name: value for name, value in each.items() if name != "labour_force"} for each in filled]
    assert loaded(read.submissions[0]) == without


def test_a_template_of_every_form_says_whose_it_is_and_is_locked(tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path)
    (path,) = workspace.write_templates(folder=tmp_path / "out", townships=["宜山镇"], period="2004")
    book = openpyxl.load_workbook(path)
    titles = {form_title(each) for each in reported(workspace.contracts)}
    assert set(book.sheetnames) == {"填表说明", "_lists", "_pioneer_entry", *titles}
    assert book.properties.title.startswith("宜山镇 2004")
    assert book.custom_doc_props["pioneer_period"].value == "2004"
    assert book["_lists"].sheet_state == book["_pioneer_entry"].sheet_state == "hidden"
    sheet = book["村集体经济收入情况表"]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert sheet.cell(HEADER_ROW, 3).protection.locked
    assert not sheet.cell(FIRST_ROW, 3).protection.locked
    assert sheet.cell(HEADER_ROW, 3).value == "集体经济收入合计\n（万元）"
    kinds = {each.type for each in sheet.data_validations.dataValidation}
    assert kinds == {"list", "decimal"}
    villages = [sheet.cell(row, 2).value for row in range(FIRST_ROW, sheet.max_row) if sheet.cell(row, 1).value]
    children = workspace.contracts.places.children(workspace.township("宜山镇").code)
    assert [each for each in villages if each in {unit.name for unit in children}] == [unit.name for unit in children]


def test_last_periods_values_stand_in_grey_and_are_never_data(tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path)
    dataset = workspace.contracts.datasets["village_economy"]
    book, filled = fill(dataset, Random(5))
    (tmp_path / "inbox").mkdir(exist_ok=True)
    (tmp_path / "inbox" / "a.xlsx").write_bytes(saved(book))
    assert workspace.ingest([tmp_path / "inbox"]).files[0].status == "loaded"
    town = township(workspace.contracts)
    (path,) = workspace.write_templates(["village_economy"], tmp_path, townships=[town.name], period="2005")
    sheet = openpyxl.load_workbook(path)["村集体经济收入情况表"]
    grey = next(cell for cell in sheet[HEADER_ROW] if str(cell.value) == "〔上期〕2004\n集体经济收入合计")
    shown = [sheet.cell(row, grey.column).value for row in range(FIRST_ROW, FIRST_ROW + len(filled))]
    assert shown == [pytest.approx(float(each["income_total"])) for each in filled]  # type: ignore[arg-type]
    read = reading(path.read_bytes())
    assert all("income_total" not in each for each in loaded(read.submissions[0]))


def test_a_roster_shows_no_person_of_last_period(tmp_path: Path) -> None:
    workspace = new_workspace(tmp_path)
    book, filled = fill(workspace.contracts.datasets["reserve_cadre"], Random(6))
    (tmp_path / "a.xlsx").write_bytes(saved(book))
    assert workspace.ingest([tmp_path / "a.xlsx"]).files[0].status == "loaded"
    town = township(workspace.contracts)
    (path,) = workspace.write_templates(["reserve_cadre"], tmp_path / "out", townships=[town.name], period="2005")
    texts = {str(cell.value) for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row}
    assert not texts & {str(each["name"]) for each in filled}


def test_texts_of_the_contracts_and_places_never_become_formulas(tmp_path: Path) -> None:
    contracts = kit().contracts
    town = township(contracts)
    hostile = replace(town, name="=cmd|' /C calc'!A0")
    dataset = contracts.datasets["village"]
    odd = replace(dataset, fields=tuple(replace(f, label=Label("=1+1" + f.label.zh, "@x")) for f in dataset.fields))
    book = openpyxl.load_workbook(BytesIO(make_template([odd], hostile, period(), contracts)))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert cell.value.startswith(("=IF(COUNTA(", "=IF(SUMPRODUCT("))


def test_the_command_writes_them_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = new_workspace(tmp_path)
    arguments = ["-w", str(workspace.root), "template", "village", "--township", "宜山镇", "--period", "2004"]
    assert main([*arguments, "-o", str(tmp_path / "out")]) == 0
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["宜山镇2004村基本情况表.xlsx"]
    assert "宜山镇2004村基本情况表.xlsx" in capsys.readouterr().err
    assert main([*arguments[:4], "--period", "2004-09", "-o", str(tmp_path / "out")]) == 2
