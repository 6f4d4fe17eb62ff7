"""What a workspace with forms of its own relies on: senders beside totals, days as periods, shipped layouts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pioneer_etl.contract.expected import Expected
from pioneer_etl.match.around import look_around
from pioneer_etl.match.evidence import Senders, gather
from pioneer_etl.match.identify import identity
from pioneer_etl.match.layout import Layout
from pioneer_etl.match.layout_read import load_layouts
from pioneer_etl.match.match import match_sheets
from pioneer_etl.match.model import FileContext, SheetMatch
from pioneer_etl.table.model import Role, RowRole, SheetReading
from tests.match.sketch import ECONOMY, contracts, reading

LAYOUT = """
name = "own"
title = "自己的表"
version = "1"
[[form]]
dataset = "economy"
match.headers = ["村", "收入"]
anchors.period = "填报时间"
columns = { "村" = "village", "收入" = "total" }
"""
TITLE = [(Role.TITLE, "集体经济收入表")]


def layout(tmp_path: Path, **changes: str) -> Layout:
    text = LAYOUT
    for before, after in changes.items():
        text = text.replace(before, after)
    path = tmp_path / "layout.toml"
    path.write_text(text, encoding="utf-8")
    return load_layouts(path)[0]


def match(found: SheetReading, layouts: Sequence[Layout]) -> SheetMatch:
    (result,) = match_sheets([found], FileContext("报表.xlsx", period="2004"), contracts(), layouts)
    return result


def test_a_sender_that_stands_beside_its_total_only_is_known(tmp_path: Path) -> None:
    rows = [["宜山", None, 7.0], [None, "宜一村", 3.0], [None, "宜二村", 4.0]]
    found = reading(("乡镇", "村", "收入"), rows, around=TITLE, labels=2, roles={0: RowRole.TOTAL})
    (matched,) = match(found, [layout(tmp_path)]).tables
    assert matched.identity.township is not None
    assert matched.identity.township.name == "宜山镇"


@pytest.mark.parametrize(
    ("text", "period"),
    [("2004年12月31日", "2004-12"), ("2004年9月20日", "2004-09"), ("2004.9.20", "2004-09"), ("", None)],
)
def test_a_day_behind_the_layouts_own_word_stands_for_its_month(text: str, period: str | None) -> None:
    found = reading(
        ["村"], [["宜一村"]], around=[(Role.TITLE, "宜山镇集体经济收入表"), (Role.NOTE, f"填报时间：{text}")]
    )
    around, senders = look_around(found), Senders(contracts().places)
    words = gather(around, found, 0, FileContext("报表.xlsx"), senders, {"period": "填报时间"})
    who = identity(words, replace(ECONOMY, period_type="month"), "Sheet1", Expected())
    assert (who.period.text if who.period else None) == period
    without = gather(around, found, 0, FileContext("报表.xlsx"), senders)
    assert identity(without, replace(ECONOMY, period_type="month"), "Sheet1", Expected()).period is None


def test_a_shipped_layout_without_its_contract_stands_back_and_a_local_one_is_named(tmp_path: Path) -> None:
    found = reading(("村", "收入"), [["宜一村", 3.0], ["宜二村", 4.0]])
    foreign = layout(tmp_path, economy="orchards")
    assert "layout.broken" in [each.code for each in match(found, [foreign]).findings]
    assert "layout.broken" not in [each.code for each in match(found, [replace(foreign, shipped=True)]).findings]
