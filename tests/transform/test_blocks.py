"""Two kinds of records side by side on the same rows, as a layout's blocks tell them apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from pioneer_etl.check.run import check_submission
from pioneer_etl.contract.errors import ConfigurationError
from pioneer_etl.match.layout import Layout
from pioneer_etl.match.layout_read import load_layouts
from pioneer_etl.match.match import match_sheets
from pioneer_etl.match.model import FileContext, MatchKind
from pioneer_etl.table.model import RowRole, SheetReading
from pioneer_etl.transform.account import account
from pioneer_etl.transform.model import Submission
from pioneer_etl.transform.records import transform_sheets
from pioneer_etl.workbook.model import Scalar
from tests.match.sketch import contracts, reading

LAYOUT = """
name = "halves"
title = "左右两部分"
version = "1"
[[form]]
dataset = "economy"
match.headers = ["老村/村", "新村/村"]
{more}
[[form.block]]
constants = {{ remarks = "老" }}
[form.block.columns]
"老村/村" = "village"
"老村/收入" = "total"
[[form.block]]
constants = {{ remarks = "新" }}
[form.block.columns]
"新村/村" = "village"
"新村/收入" = "total"
"""
HEADERS = ("老村/村", "老村/收入", "新村/村", "新村/收入")
ROWS: list[list[Scalar | None]] = [
    ["宜一村", 3.0, "宜二村", 4.0],
    [None, None, "宜三村", 5.0],
    ["合计", 3.0, "合计", 9.0],
]


def layout(tmp_path: Path, more: str = "") -> Layout:
    path = tmp_path / "layout.toml"
    path.write_text(LAYOUT.format(more=more), encoding="utf-8")
    return load_layouts(path)[0]


def sheet(headers: tuple[str, ...] = HEADERS, rows: list[list[Scalar | None]] = ROWS) -> SheetReading:
    return reading(headers, rows, roles={2: RowRole.TOTAL})


def submitted(found: SheetReading, used: Layout) -> Submission:
    matches = match_sheets([found], FileContext("报表.xlsx"), contracts(), (used,))
    (submission,) = transform_sheets(matches, contracts())
    (counted,) = account(matches, (submission,))
    assert counted.unaccounted == 0
    return submission


def test_each_half_gives_records_of_its_own_with_its_own_constants(tmp_path: Path) -> None:
    submission = submitted(sheet(), layout(tmp_path))
    assert (submission.quarantined, submission.findings) == (False, ())
    told = [
        [(each.line, each.place.name if each.place else None, each.values["remarks"].value) for each in part.records]
        for part in submission.parts
    ]
    assert told == [[(3, "宜一村", "老")], [(3, "宜二村", "新"), (4, "宜三村", "新")]]
    assert [part.column_map["total"] for part in submission.parts] == [2, 4]


def test_printed_totals_hold_for_the_rows_that_a_half_has(tmp_path: Path) -> None:
    assert check_submission(submitted(sheet(), layout(tmp_path)), contracts()) == ()
    wrong: list[list[Scalar | None]] = [*ROWS[:2], ["合计", 8.0, "合计", 9.0]]
    (finding,) = check_submission(submitted(sheet(rows=wrong), layout(tmp_path)), contracts())
    assert (finding.code, finding.cells) == ("check.total", ("B5", "B3"))


def test_what_all_halves_share_makes_no_record_where_a_half_is_silent(tmp_path: Path) -> None:
    rows = [["甲", *ROWS[0]], ["乙", *ROWS[1]], ["合计", *ROWS[2]]]
    used = layout(tmp_path, '[form.columns]\n"片"="learning"')
    shared = submitted(
        sheet(("片", *HEADERS), [[("是" if i < 2 else "合计"), *row[1:]] for i, row in enumerate(rows)]), used
    )
    assert [len(part.records) for part in shared.parts] == [1, 2]
    assert [each.values["learning"].value for part in shared.parts for each in part.records] == [True, True, True]


def test_a_column_that_no_block_names_is_asked_about(tmp_path: Path) -> None:
    found = sheet((*HEADERS, "经营收入"), [[*row, 1.0] for row in ROWS])
    (matched,) = match_sheets([found], FileContext("报表.xlsx"), contracts(), (layout(tmp_path),))[0].tables
    assert [each.code for each in matched.findings] == ["column.proposed"]
    assert matched.lines[-1].kind is MatchKind.PROPOSED


def test_a_heading_missing_in_one_half_is_said_though_the_other_has_the_field(tmp_path: Path) -> None:
    used = layout(tmp_path)
    found = sheet(HEADERS[:3], [row[:3] for row in ROWS])
    (matched,) = match_sheets([found], FileContext("报表.xlsx"), contracts(), (used,))[0].tables
    assert [each.code for each in matched.findings] == ["column.required_missing", "column.drift_missing"]


def test_a_block_without_columns_or_with_an_unknown_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "layout.toml"
    path.write_text(LAYOUT.format(more="").replace("constants", "constnats"), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_layouts(path)
    assert caught.value.code == "config.unknown_key"
