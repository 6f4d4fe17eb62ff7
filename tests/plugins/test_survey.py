"""`plugins survey`: which formats a pile of files is in, and how many townships use each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from pioneer_etl.cli.main import main
from pioneer_etl.workspace import open_workspace

TOWNS = ("宜山镇", "钱库镇", "金乡镇")


@pytest.fixture
def root(county: Callable[..., Path]) -> Path:
    """A workspace with one layout, used by two townships, and a third township whose format nobody has described."""
    root = county("juxi")
    mailed = min((root / "plugins" / "juxi" / "samples").glob("*.xlsx"))
    layout = root / "plugins" / "juxi" / "layout.toml"
    text = layout.read_text(encoding="utf-8")
    start = text.index("townships = [")
    layout.write_text(text[:start] + 'townships = ["宜山镇", "钱库镇"]' + text[text.index("]", start) + 1 :], "utf-8")
    places = open_workspace(root).contracts.places
    for town in TOWNS:
        unit = places.resolve(town, level="township").unit
        assert unit is not None
        village = places.children(unit.code)[0].name
        book = openpyxl.Workbook()
        sheet = book.active
        if town == TOWNS[2]:
            rows: list[list[object]] = [
                [f"{town}2004年村集体经济收入"],
                ["村名", "收入合计（万元）", "办厂"],
                [village, 3, 1],
            ]
        else:
            source = openpyxl.load_workbook(mailed)["村集体经济收入"]
            rows = [list(row) for row in source.iter_rows(min_row=1, max_row=2, values_only=True)]
            rows[1][0] = village
        for row in rows:
            sheet.append(row)
        sheet.title = "村集体经济收入"
        book.save(root / "inbox" / f"{town}2004年报表.xlsx")
    (root / "inbox" / "damaged.xlsx").write_bytes(b"PK\x03\x04")
    return root


def test_formats_are_counted_by_township_the_most_used_first(root: Path) -> None:
    found = open_workspace(root).survey([root / "inbox"])
    economy = [each for each in found.formats if each.dataset == "village_economy"]
    assert [(each.layout, each.townships) for each in economy] == [
        ("juxi", ("宜山镇", "钱库镇")),
        (None, ("金乡镇",)),
    ]
    assert [each.held for each in economy] == [0, 1]
    assert found.sentences("en") == ("village_economy: 2 use juxi, 1 are in 1 format(s) without a layout",)
    assert [each.code for each in found.refused] == ["file.damaged"]
    assert not (root / "warehouse" / "pioneer.duckdb").exists()


def test_the_command_prints_it(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["-w", str(root), "plugins", "survey", "--format", "json"]) == 1
    first = json.loads(capfd.readouterr().out)[0]
    assert (first["dataset"], first["layout"], first["townships"]) == ("village_economy", "juxi", ["宜山镇", "钱库镇"])
