"""What docs/summaries.md shows is true: its declaration loads, and it describes every key."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from by_hand import ROOT, Warehouse, period

from pioneer_etl.contract.place_map import place_map
from pioneer_etl.report.spec import load_summary
from pioneer_etl.report.summary import compute_summary

TEXT = (ROOT / "docs" / "summaries.md").read_text(encoding="utf-8")


def test_the_declaration_shown_gives_a_table(small: Warehouse, tmp_path: Path) -> None:
    block = re.findall(r"```toml\n(.+?)```", TEXT, re.DOTALL)[0]
    path = tmp_path / "shown.toml"
    path.write_text(block, encoding="utf-8")
    table = compute_summary(small.connection, load_summary(path), small.contracts, period("2004"))
    assert [cell.value for cell in table.rows[0].cells][:2] == [4, table.cell(None, "income").value]
    assert len(table.detail) == 8


def test_the_sql_shown_gives_a_table(small: Warehouse, tmp_path: Path) -> None:
    block = re.findall(r"```sql\n(.+?)```", TEXT, re.DOTALL)[0]
    path = tmp_path / "richest.sql"
    path.write_text(block, encoding="utf-8")
    table = compute_summary(small.connection, load_summary(path), small.contracts, period("2004"))
    assert table.rows[0].label.zh == "灵溪镇东门村"
    assert table.rows[0].source == (1, 0, 5)
    assert not table.notes
    chosen = replace(small.contracts, map=place_map(small.contracts.places, date(2003, 12, 31)))
    elsewhere = compute_summary(small.connection, load_summary(path), chosen, period("2004"))
    assert elsewhere.rows == table.rows
    assert "没有归并到2003年12月31日的区划" in elsewhere.notes[0].zh


def test_every_key_is_described() -> None:
    folder = ROOT / "src" / "pioneer_etl" / "report"
    source = "".join((folder / name).read_text(encoding="utf-8") for name in ("spec.py", "spec_parts.py"))
    asked = set(re.findall(r"(?:top|section)\.(?:\w+)\(\"(\w+)\"", source)) - {
        "measures",
        "figures",
        "charts",
        "zh",
        "en",
    }
    assert len(asked) > 20
    for key in asked:
        assert re.search(rf"`\[?{key}[`\]]|{key} = |`{key}`", TEXT), key
