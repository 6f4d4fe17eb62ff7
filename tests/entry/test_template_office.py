"""Templates in a real office program: re-saved, saved as .xls, their formulas held against the tool's checks."""

from __future__ import annotations

import ast
from io import BytesIO
from pathlib import Path
from random import Random

import openpyxl
import pytest

from pioneer_etl.contract.expression import parse_expression
from pioneer_etl.contract.model import Check, Dataset, FieldType
from pioneer_etl.entry.identity import form_title
from pioneer_etl.entry.template_check import checks_in_cells
from pioneer_etl.entry.template_formula import Line
from tests.entry.filling import FIRST_ROW, Filled, check_column, fill, kit, loaded, period, reading, reported, saved
from tests.entry.volumes import needs_office, office, volume

pytestmark = [pytest.mark.slow, needs_office]

DATASETS = [each.name for each in reported(kit().contracts)]
FILLS = volume(20, 200)


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_what_was_filled_in_survives_an_office_program(tmp_path: Path, ending: str) -> None:
    filled: dict[str, Filled] = {}
    for name in DATASETS:
        book, filled[name] = fill(kit().contracts.datasets[name], Random(11))
        (tmp_path / f"{name}.xlsx").write_bytes(saved(book))
    out = office(tmp_path, ending)
    for name in DATASETS:
        path = out / f"{name}.{ending}"
        read = reading(path.read_bytes(), f"x.{ending}")
        assert [each.code for each in read.findings] == []
        assert [loaded(each) for each in read.submissions] == [filled[name]], name
        assert all(each.unaccounted == 0 for each in read.accounts)


def test_the_live_formulas_say_what_the_tools_own_checks_find(tmp_path: Path) -> None:
    contracts = kit().contracts
    for number in range(FILLS):
        dataset = contracts.datasets[DATASETS[number % len(DATASETS)]]
        dice = Random(100 + number)
        book, filled = fill(dataset, dice, records=8)
        _spoil_and_mend(book[form_title(dataset)], dataset, len(filled), dice)
        (tmp_path / f"{number:03d}.xlsx").write_bytes(saved(book))
    out = office(tmp_path, "xlsx")
    compared = differing = failing = 0
    said: list[str] = []
    for number in range(FILLS):
        dataset = contracts.datasets[DATASETS[number % len(DATASETS)]]
        data = (out / f"{number:03d}.xlsx").read_bytes()
        live = _live(data, dataset)
        found = _found(data, dataset)
        for row, texts in live.items():
            for label in (*_live_checks(dataset), *(f"▲{each.label.zh}" for each in dataset.fields if each.required)):
                compared += 1
                failing += label in found.get(row, set())
                if (f"{label} " in texts) != (label in found.get(row, set())):
                    differing += 1
                    said.append(f"{dataset.name} row {row} {label}: {texts!r} against {found.get(row)}")
    assert compared > 500
    assert failing > 50
    assert not said, f"{differing} of {compared}: " + "\n".join(said[:10])


def _live_checks(dataset: Dataset) -> dict[str, Check]:
    """What the live formulas say for each check that they can say."""
    fields = {each.name: each for each in dataset.fields}
    line = Line(dict.fromkeys(fields, "A1"), fields, kit().contracts.code_lists, period(), 5)
    names = checks_in_cells(dataset, line)
    marks = {"error": "✗", "warning": "！"}
    return {f"{marks[each.severity]}{each.message.zh}": each for each in dataset.checks if each.name in names}


def _live(data: bytes, dataset: Dataset) -> dict[int, str]:
    sheet = openpyxl.load_workbook(BytesIO(data), data_only=True)[form_title(dataset)]
    column = check_column(sheet)
    texts = {row: sheet.cell(row, column).value for row in range(FIRST_ROW, sheet.max_row + 1)}
    return {row: str(text) for row, text in texts.items() if text}


def _found(data: bytes, dataset: Dataset) -> dict[int, set[str]]:
    (submission,) = reading(data).submissions
    by_name = {check.name: label for label, check in _live_checks(dataset).items()}
    found: dict[int, set[str]] = {}
    for each in submission.findings:
        rows = {int("".join(filter(str.isdigit, cell))) for cell in each.cells}
        if each.code == "check.required":
            label = f"▲{each.arguments['label']}"
        elif each.rule in by_name:
            label = by_name[each.rule]
        else:
            continue
        for row in rows:
            found.setdefault(row, set()).add(label)
    return found


def _spoil_and_mend(sheet: object, dataset: Dataset, lines: int, dice: Random) -> None:
    """Some required cells emptied; of the sums half made to be right, and some of those wrong by little."""
    at = {each.name: column for column, each in enumerate(dataset.fields, 2)}
    assert isinstance(sheet, openpyxl.worksheet.worksheet.Worksheet)
    for row in range(FIRST_ROW, FIRST_ROW + lines):
        for check in dataset.checks:
            if check.scope != "record" or check.forms:
                continue
            tree = parse_expression(check.expression).tree
            match tree:
                case ast.Compare(left=ast.Name(id=whole), ops=[ast.Eq()], comparators=[ast.BinOp() as parts]):
                    names = [each.id for each in ast.walk(parts) if isinstance(each, ast.Name)]
                    values = [sheet.cell(row, at[name]).value or 0 for name in names]
                    if dice.random() < 0.7:
                        exact = dataset.field(whole).type is FieldType.INTEGER
                        slip = dice.choice((0, 0, 1, 4)) if exact else dice.choice((0, 0, 0.01, 0.04))
                        sheet.cell(row, at[whole]).value = round(sum(values) + slip, None if exact else 2)  # type: ignore[arg-type]
        for each in dataset.fields:
            key = each.name in dataset.key
            if each.required and not key and dice.random() < 0.15:
                sheet.cell(row, at[each.name]).value = None
