"""A table about one village that only the sheet's name or the title says."""

from __future__ import annotations

import pytest

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.match.layout import GENERIC
from pioneer_etl.match.match import match_sheets
from pioneer_etl.match.model import FileContext
from pioneer_etl.match.villages import village_in_title
from pioneer_etl.table.understand import understand
from pioneer_etl.workbook.model import Sheet
from tests.layouts.kit import repository_contracts

ITEMS = (("项目", "单位", "数量"), ("户数", "户", 210), ("人口", "人", 820), ("劳动力", "人", 400))
MANY = (("户数", "人口", "劳动力"), (210, 820, 400), (211, 825, 402), (212, 830, 407))


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return repository_contracts()


@pytest.mark.parametrize(
    ("sheet", "title", "table", "village"),
    [
        ("Sheet1", "宜山镇宜一村2004年村基本情况", ITEMS, "宜一村"),
        ("宜一村", "宜山镇2004年村基本情况", ITEMS, "宜一村"),
        ("宜一村", "宜山镇宜二村2004年村基本情况", ITEMS, None),  # they contradict each other
        ("Sheet1", "宜山镇2004年村基本情况", ITEMS, None),
        ("Sheet1", "宜山镇宜一村2004年村基本情况", MANY, None),  # of three records it can be at most one
        ("Sheet1", "宜山镇宜一村等村2004年村基本情况", ITEMS, None),
    ],
)
def test_the_sheet_or_its_title_says_the_village(
    sheet: str, title: str, table: tuple[tuple[object, ...], ...], village: str | None, contracts: Contracts
) -> None:
    rows = ((title,), *table)
    reading = understand(Sheet(sheet, rows))  # type: ignore[arg-type]
    (match,) = match_sheets([reading], FileContext("宜山镇.xlsx"), contracts, (GENERIC,))
    (matched,) = match.tables
    code = matched.constants.get("village")
    found = contracts.places.unit(code) if code is not None else None
    assert (found.name if found is not None else None) == village
    missing = [each for each in matched.findings if each.code == "column.required_missing"]
    assert bool(missing) is (village is None)


def test_the_longest_name_is_the_one_that_is_said(contracts: Contracts) -> None:
    township = contracts.places.resolve("宜山镇", level="township").unit
    assert township is not None
    first, second = contracts.places.children(township.code)[:2]
    found = village_in_title(f"宜山镇{first.name}情况", township, contracts.places)
    assert found == first
    assert village_in_title(f"{first.name}与{second.name}", township, contracts.places) is None
