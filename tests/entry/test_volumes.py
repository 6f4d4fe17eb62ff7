"""Templates out and back through an office program and the whole of `ingest`, by the hundred.

The usual run holds two of every form; PIONEER_VOLUME=1000 makes as many workbooks as the project is measured with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pioneer_etl.contract.address import parse_a1, parse_range
from pioneer_etl.contract.finding import Finding
from pioneer_etl.contract.model import Dataset, Field, FieldType
from pioneer_etl.entry.identity import form_title
from pioneer_etl.warehouse.sql import quoted
from pioneer_etl.workspace import Workspace, init_workspace, open_workspace
from tests.entry.filling import FIRST_ROW, Filled
from tests.entry.volumes import Mailed, lots, mail, needs_office, office

pytestmark = [pytest.mark.slow, needs_office]

# What reading says of a cell: none of it may be said of a cell that is right.
_ABOUT_VALUES = ("value.", "place.", "record.", "check.required", "check.code", "check.duplicate_key")


@pytest.mark.parametrize("lot", lots(22), ids=str)
def test_what_was_filled_in_and_saved_by_an_office_program_is_in_the_warehouse(tmp_path: Path, lot: range) -> None:
    mailed = mail(tmp_path / "mailed", lot, seed=0)
    saved_again = office(tmp_path / "mailed")
    workspace = open_workspace(init_workspace(tmp_path / "county"))
    report = workspace.ingest([tmp_path / "mailed"])
    assert [each.status for each in report.files] == ["loaded"] * len(mailed)
    assert [each for mail in mailed for each in differences(workspace, mail)] == []
    # The office program's files say the very same: content for content, finding for finding.
    report = workspace.ingest([saved_again])
    assert [each.file for each in report.files] == [each.name for each in mailed]
    assert [each.file for each in report.files if [one.status for one in each.submissions] != ["unchanged"]] == []
    assert all(each.unaccounted == 0 for file in report.files for each in file.accounts)


@pytest.mark.parametrize("lot", lots(22), ids=str)
def test_every_mistake_is_found_at_its_cell_and_nothing_else_is(tmp_path: Path, lot: range) -> None:
    mailed = mail(tmp_path / "mailed", lot, seed=5000)
    slips = [made for each in mailed if (made := slip(tmp_path / "mailed" / each.name, each)) is not None]
    assert len(slips) == len(mailed)
    workspace = open_workspace(init_workspace(tmp_path / "county"))
    report = workspace.ingest([office(tmp_path / "mailed")])
    found = {each.file: each.findings for each in report.files}
    missed = [each for each in slips if not any(each.is_told_by(one) for one in found[each.mail.name])]
    assert missed == []
    beside = [
        (each, one.code, one.cells)
        for each in slips
        for one in found[each.mail.name]
        if one.code.startswith(_ABOUT_VALUES) and not each.is_about(one)
    ]
    assert beside == []
    standing = {each.file for each in report.files if each.status == "loaded"}
    assert len(standing) > len(slips) / 3
    for each in slips:
        if each.mail.name in standing:
            assert [one for one in differences(workspace, each.mail) if not one.startswith(each.place)] == []


def differences(workspace: Workspace, mail: Mailed) -> list[str]:
    """Where the warehouse says something else than was filled in: "file line field: filled in, stored"."""
    dataset = mail.dataset
    others = [each for each in dataset.fields if each.name != dataset.place_field]
    place = dataset.place_field
    with workspace._reading() as connection:
        stored = connection.execute(
            f"SELECT f.line, f.place_code, {', '.join(f'v.{quoted(each.name)}' for each in others)}"
            f" FROM store.{quoted(dataset.name)} f JOIN main.{quoted(dataset.name)} v"
            " USING (submission_id, part, line) JOIN submission s ON s.id = f.submission_id"
            " WHERE s.township_code = ? AND s.period = ? ORDER BY f.line",
            [mail.township.code, mail.period.text],
        ).fetchall()
    said = []
    lines = {line: dict(zip([place or "", *(each.name for each in others)], row, strict=True)) for line, *row in stored}
    for line in sorted({*lines, *range(FIRST_ROW, FIRST_ROW + len(mail.filled))}):
        filled = mail.filled[line - FIRST_ROW] if line - FIRST_ROW < len(mail.filled) else {}
        for each in dataset.fields:
            wanted, got = filled.get(each.name), lines.get(line, {}).get(each.name)
            if (wanted, type(wanted) in (int, Decimal)) != (got, type(got) in (int, Decimal)):
                said.append(f"{mail.name} {line} {each.name}: {wanted!r}, {got!r}")
    return said


@dataclass(frozen=True, slots=True)
class Slip:
    """One mistake: in which file, at which cells (the second where a key stands twice), of which kind."""

    mail: Mailed
    field: str
    cells: tuple[str, ...]
    kind: str
    codes: tuple[str, ...]

    @property
    def place(self) -> str:
        """How a difference at its first cell begins."""
        return f"{self.mail.name} {parse_a1(self.cells[0]).row} "

    def is_about(self, finding: Finding) -> bool:
        """Whether a finding names one of the cells."""
        ranges = [parse_range(each) for each in finding.cells]
        return any(each.holds(parse_a1(cell)) for each in ranges for cell in self.cells)

    def is_told_by(self, finding: Finding) -> bool:
        """Whether it is this that a finding tells of."""
        return finding.code.startswith(self.codes) and self.is_about(finding)


def slip(path: Path, mail: Mailed) -> Slip | None:
    """Make one random mistake in a filled-in template."""
    dice = Random(path.name)
    book = openpyxl.load_workbook(path)
    sheet = book[form_title(mail.dataset)]
    choices = list(_choices(mail.dataset, mail.filled))
    if not choices:
        return None
    row, each, kind = dice.choice(choices)
    at = {field.name: column for column, field in enumerate(mail.dataset.fields, 2)}
    cells = (f"{get_column_letter(at[each.name])}{row}",)
    if kind == "twice":
        cells = _twice(sheet, mail.dataset, at, row, len(mail.filled))
    else:
        cell = sheet[cells[0]]
        cell.value = dice.choice(_WRONG[kind](each))
        if isinstance(cell.value, str):
            cell.data_type = "s"
    book.save(path)
    return Slip(mail, each.name, cells, kind, _CODES[kind])


_CODES = {
    "blank": ("check.required", "record.key_blank", "record.no_key"),
    "number": ("value.not_a_number", "value.not_whole", "value.percent"),
    "low": ("check.range",),
    "high": ("check.range",),
    "date": ("value.not_a_date", "value.partial_date"),
    "code": ("value.unknown_code",),
    "yes": ("value.not_yes_or_no",),
    "place": ("place.unknown",),
    "id": ("value.not_an_id", "check.failed"),
    "phone": ("value.not_a_phone",),
    "twice": ("check.duplicate_key", "check.duplicate_place"),
}
_WRONG = {
    "blank": lambda each: [None],
    "number": lambda each: ["不详", "见附表", "1o5"],
    "low": lambda each: [int(each.minimum) - 7],
    "high": lambda each: [int(each.maximum) + 7],
    "date": lambda each: ["去年秋天", "待定", "2004-13-40"],
    "code": lambda each: ["说不清的一类"],
    "yes": lambda each: ["差不多"],
    "place": lambda each: ["乌有村"],
    "id": lambda each: ["330327198001010011"],
    "phone": lambda each: ["打不通"],
}


def _choices(dataset: Dataset, filled: Filled) -> Iterator[tuple[int, Field, str]]:
    """Every mistake that can be made: the row, the field, the kind."""
    for row in range(FIRST_ROW, FIRST_ROW + len(filled)):
        for each in dataset.fields:
            if each.required and len(dataset.fields) > 1 and len(filled[row - FIRST_ROW]) > 1:
                yield row, each, "blank"
            if each.minimum is not None and each.type in (FieldType.INTEGER, FieldType.DECIMAL):
                yield row, each, "low"
            if each.maximum is not None and each.type in (FieldType.INTEGER, FieldType.DECIMAL):
                yield row, each, "high"
            if kind := _KINDS.get(each.type):
                yield row, each, kind
    if len(filled) > 1:
        yield FIRST_ROW, dataset.field(dataset.key[0]), "twice"


_KINDS = {
    FieldType.INTEGER: "number",
    FieldType.DECIMAL: "number",
    FieldType.PERCENT: "number",
    FieldType.DATE: "date",
    FieldType.MONTH: "date",
    FieldType.CODE: "code",
    FieldType.BOOLEAN: "yes",
    FieldType.PLACE: "place",
    FieldType.ID: "id",
    FieldType.PHONE: "phone",
}


def _twice(sheet: Worksheet, dataset: Dataset, at: dict[str, int], row: int, lines: int) -> tuple[str, ...]:
    """The key of the first line written into the last one as well; the cells of both."""
    other = FIRST_ROW + lines - 1
    cells = []
    for name in dataset.key:
        there = sheet.cell(other, at[name])
        there.value = sheet.cell(row, at[name]).value
        if isinstance(there.value, str):
            there.data_type = "s"
        elif isinstance(there.value, date):
            there.number_format = sheet.cell(row, at[name]).number_format
        cells += [there.coordinate, sheet.cell(row, at[name]).coordinate]
    return tuple(cells)
