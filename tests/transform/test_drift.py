"""A form that has changed since its layout was learnt: what is said, and what the layout's policy lets pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pioneer_etl.contract.errors import ConfigurationError
from pioneer_etl.contract.finding import Finding
from pioneer_etl.match.layout import Layout
from pioneer_etl.match.layout_read import load_layouts
from pioneer_etl.match.match import match_sheets
from pioneer_etl.match.model import FileContext
from pioneer_etl.transform.account import account
from pioneer_etl.transform.model import Submission
from pioneer_etl.transform.records import transform_sheets
from pioneer_etl.workbook.model import Scalar
from tests.match.sketch import contracts, reading

LAYOUT = """
name = "yishan"
title = "宜山镇报表"
version = "1"
{drift}
[[form]]
dataset = "economy"
{level}
match.headers = ["村名"]

[form.columns]
"村名" = "village"
"收入" = "total"
"其中经营所得" = "operating"
"学习" = "learning"
"户" = "households"
"""
HEADERS = ("村名", "收入（万元）", "其中经营所得", "学习", "户")
ROWS: list[list[Scalar | None]] = [
    ["宜一村", 3.0, 1.0, "是", 200],
    ["宜二村", 4.0, 2.0, "否", 300],
    ["宜三村", 5.0, 3.0, "是", 400],
]


def layout(folder: Path, *, drift: str = "", level: str = "") -> Layout:
    path = folder / "layout.toml"
    path.write_text(LAYOUT.format(drift=drift, level=level), encoding="utf-8")
    return load_layouts(path)[0]


def read(
    used: Layout, headers: Sequence[str] = HEADERS, rows: Sequence[Sequence[Scalar | None]] = ROWS, unit: str = "万元"
) -> tuple[Submission, list[Finding]]:
    """The one submission of a sheet, and everything said of it; the account of cells always closes."""
    matches = match_sheets([reading(headers, rows, unit=unit)], FileContext("报表.xlsx"), contracts(), (used,))
    submissions = transform_sheets(matches, contracts())
    assert [each.unaccounted for each in account(matches, submissions)] == [0]
    (submission,) = submissions
    assert submission.layout == "yishan"
    return submission, list(submission.findings)


def codes(findings: Sequence[Finding]) -> list[str]:
    return [each.code for each in findings]


def test_the_form_as_it_was_learnt_is_loaded_without_a_word(tmp_path: Path) -> None:
    submission, findings = read(layout(tmp_path, level='level = "village"'))
    assert not findings
    assert len(submission.records) == 3


def test_a_renamed_heading_in_its_old_place_is_asked_about(tmp_path: Path) -> None:
    headers = ("村名", "收入（万元）", "办厂所得", "学习", "户")
    submission, findings = read(layout(tmp_path), headers)
    assert codes(findings) == ["column.renamed"]
    (told,) = findings
    assert (told.arguments["expected"], told.arguments["found"]) == ("其中经营所得", "办厂所得")
    assert told.cells == ("C2", "C3:C5")
    assert "plugins update" in told.remedy("zh")
    assert submission.quarantined


def test_a_heading_of_the_opposite_is_never_taken_for_a_renamed_one(tmp_path: Path) -> None:
    headers = ("村名", "收入（万元）", "上年经营所得", "学习", "户")
    submission, findings = read(layout(tmp_path), headers)
    assert "column.renamed" not in codes(findings)
    assert submission.quarantined


def test_an_added_heading_waits_passes_with_a_warning_or_is_left_out(tmp_path: Path) -> None:
    headers = (*HEADERS, "水井数")
    rows = [[*row, 7] for row in ROWS]
    submission, findings = read(layout(tmp_path), headers, rows)
    assert (codes(findings), submission.quarantined) == (["column.unknown"], True)
    for policy, code, severity in (("evolve", "column.added", "warning"), ("discard", "column.discarded", "note")):
        submission, findings = read(layout(tmp_path, drift=f'[drift]\ncolumns = "{policy}"'), headers, rows)
        assert (codes(findings), submission.quarantined) == ([code], False)
        assert findings[0].severity == severity
        assert findings[0].cells == ("F2", "F3:F5")
        assert len(submission.records) == 3


def test_a_renamed_heading_waits_whatever_the_policy(tmp_path: Path) -> None:
    headers = ("村名", "收入（万元）", "办厂所得", "学习", "户")
    submission, findings = read(layout(tmp_path, drift='[drift]\ncolumns = "evolve"'), headers)
    assert codes(findings) == ["column.renamed"]
    assert submission.quarantined


def test_a_missing_heading_is_a_warning(tmp_path: Path) -> None:
    submission, findings = read(layout(tmp_path), HEADERS[:-1], [row[:-1] for row in ROWS])
    assert codes(findings) == ["column.drift_missing"]
    assert not submission.quarantined


def test_moved_headings_do_no_harm(tmp_path: Path) -> None:
    headers = ("村名", "户", "学习", "其中经营所得", "收入（万元）")
    rows = [[row[0], row[4], row[3], row[2], row[1]] for row in ROWS]
    submission, findings = read(layout(tmp_path), headers, rows)
    assert codes(findings) == ["layout.moved"]
    assert findings[0].severity == "note"
    assert [record.values["households"].value for record in submission.records] == [200, 300, 400]


def test_another_unit_than_the_layout_says_is_converted_and_told(tmp_path: Path) -> None:
    used = layout(tmp_path)
    path = tmp_path / "layout.toml"
    path.write_text(path.read_text(encoding="utf-8") + '[form.units]\ntotal = "万元"\n', encoding="utf-8")
    used = load_layouts(path)[0]
    headers = ("村名", "收入（元）", *HEADERS[2:])
    submission, findings = read(used, headers, [[row[0], 30000, *row[2:]] for row in ROWS])
    assert codes(findings) == ["column.unit_changed"]
    assert [record.values["total"].value for record in submission.records] == [Decimal(3)] * 3


def test_a_column_that_holds_something_else_now_is_told_as_one(tmp_path: Path) -> None:
    rows = [[*row[:4], text] for row, text in zip(ROWS, ("好", "较好", "一般"), strict=True)]
    submission, findings = read(layout(tmp_path), HEADERS, rows)
    assert "column.retyped" in codes(findings)
    told = next(each for each in findings if each.code == "column.retyped")
    assert (told.arguments["count"], told.arguments["of"], told.cells) == ("3", "3", ("E2",))
    assert submission.quarantined


def test_id_numbers_that_a_spreadsheet_rounded_are_no_other_column(tmp_path: Path) -> None:
    from pioneer_etl.contract.model import FieldType
    from tests.match.sketch import ECONOMY, field

    path = tmp_path / "layout.toml"
    path.write_text(LAYOUT.format(drift="", level="") + '"证件" = "id_number"\n', encoding="utf-8")
    (used,) = load_layouts(path)
    with_ids = replace(ECONOMY, fields=(*ECONOMY.fields, field("id_number", "证件", FieldType.ID)))
    made = replace(contracts(), datasets={with_ids.name: with_ids})
    numbers = (990327197706185000, 990327196302244000, 990327196505281000)
    rows = [[*row, number] for row, number in zip(ROWS, numbers, strict=True)]
    matches = match_sheets([reading((*HEADERS, "证件"), rows, unit="万元")], FileContext("报表.xlsx"), made, (used,))
    (submission,) = transform_sheets(matches, made)
    assert codes(submission.findings) == ["value.id_digits_lost"]  # one for all, and no word of another column
    (told,) = submission.findings
    assert told.cells == ("F3:F5",)
    assert submission.quarantined


def test_records_of_another_level_are_not_taken(tmp_path: Path) -> None:
    rows = [["宜山镇", 12.0, 6.0, "是", 900]]
    _, findings = read(layout(tmp_path), HEADERS, rows)
    assert "layout.granularity" not in codes(findings)
    submission, findings = read(layout(tmp_path, level='level = "village"'), HEADERS, rows)
    assert "layout.granularity" in codes(findings)
    assert submission.quarantined


def test_a_heading_where_the_layout_took_a_column_by_its_place(tmp_path: Path) -> None:
    path = tmp_path / "layout.toml"
    path.write_text(LAYOUT.format(drift="", level="").replace('"户" =', '"[E]" ='), encoding="utf-8")
    (used,) = load_layouts(path)
    assert not read(used, (*HEADERS[:4], ""))[1]
    submission, findings = read(used, (*HEADERS[:4], "水井数"))
    assert "column.address_headed" in codes(findings)
    assert submission.quarantined


CODED = """
name = "yishan"
title = "宜山镇报表"
version = "1"
{drift}
[[form]]
dataset = "roster"
match.headers = ["姓名"]
[form.columns]
"姓名" = "name"
"性别" = "sex"
"村名" = "village"
"""


@pytest.mark.parametrize(
    ("policy", "code", "held"),
    [
        ("freeze", "value.unknown_code", True),
        ("evolve", "value.new_code", False),
        ("discard", "value.code_discarded", False),
    ],
)
def test_a_word_that_no_code_list_knows(tmp_path: Path, policy: str, code: str, held: bool) -> None:
    path = tmp_path / "layout.toml"
    path.write_text(CODED.format(drift=f'[drift]\nvalues = "{policy}"'), encoding="utf-8")
    (used,) = load_layouts(path)
    rows: list[list[Scalar | None]] = [["王一", "男", "宜一村"], ["李二", "其它", "宜二村"]]
    submission, findings = read(used, ("姓名", "性别", "村名"), rows)
    assert (codes(findings), submission.quarantined) == ([code], held)
    assert submission.records[1].values["sex"].text == "其它"


def test_a_misspelt_policy_is_told_with_its_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        layout(tmp_path, drift='[drift]\ncolumns = "frieze"')
    assert caught.value.location.key == "drift.columns"
    assert "freeze" in caught.value.message("en")
