"""A look-up list with as many rows as records is never taken for the records' own column without a question."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import pytest

from pioneer_etl.contract.finding import Finding
from pioneer_etl.contract.load import load_contracts
from pioneer_etl.contract.starter import starter_root
from pioneer_etl.match.layout import GENERIC
from pioneer_etl.match.match import match_sheets
from pioneer_etl.match.model import FileContext
from pioneer_etl.table.understand import understand
from pioneer_etl.workbook.read import read_bytes

TITLE = ["大渔镇2004年度村集体经济收入情况表"]
HEAD = ["村", "集体经济收入合计（万元）", "经营收入（万元）", "其他收入（万元）"]


def findings(*beside: Sequence[Any], spacer: bool = True) -> set[str]:
    """The codes of what keeps the form out when `beside` stands right of villages, behind a blank column or not."""
    return {each.code for each in all_findings(*beside, spacer=spacer) if each.quarantines}


def all_findings(*beside: Sequence[Any], spacer: bool = True) -> tuple[Finding, ...]:
    contracts = load_contracts(starter_root())
    town = next(unit for unit in contracts.places.units if unit.name == "大渔镇")
    villages = [unit.name for unit in contracts.places.children(town.code)[: len(beside) - 1]]
    rows = [[*HEAD], *([name, 3.2, 2, 1.2] for name in villages)]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(TITLE)
    for row, more in zip(rows, beside, strict=True):
        sheet.append([*row, *([None] if spacer else []), *more])
    data = io.BytesIO()
    book.save(data)
    workbook = read_bytes(data.getvalue(), "报表.xlsx")
    (match,) = match_sheets([understand(workbook.sheets[0])], FileContext("报表.xlsx"), contracts, (GENERIC,))
    (table,) = match.tables
    return table.findings


def test_a_list_of_the_codes_behind_a_blank_column_is_asked_about() -> None:
    found = findings(["代码", "报酬制度"], ["1", "效益工资制"], ["2", "民主评定制"], ["3", "其他"])
    assert found == {"column.lookup_or_field"}


@pytest.mark.parametrize("spacer", [True, False])
def test_codes_that_come_again_are_the_rows_own(spacer: bool) -> None:
    beside = ["编号", "报酬制度"], ["1", "效益工资制"], ["2", "民主评定制"], ["3", "效益工资制"]
    assert findings(*beside, spacer=spacer) == set()


def test_a_column_that_no_blank_one_sets_apart_is_the_rows_own() -> None:
    assert findings(["报酬制度"], ["效益工资制"], ["民主评定制"], ["其他"], spacer=False) == set()


def test_a_list_of_codes_that_is_passed_over_is_named_with_its_cells() -> None:
    systems = ["效益工资制", "民主评定制", "固定工资制", "误工补贴制"]
    found = all_findings(["代码", "报酬制度"], *([str(at), name] for at, name in enumerate(systems, 1)))
    assert [(each.code, each.cells) for each in found] == [("table.lookup", ("F2:G6",))]
