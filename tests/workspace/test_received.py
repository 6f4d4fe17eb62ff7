"""When a form came: its file's own time or what is said of it, and the same in the status and in the summary."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

import pytest

from pioneer_etl.workspace import init_workspace, open_workspace

pytestmark = pytest.mark.usefixtures("read_here")

FORM = "{}2004年干部在岗情况\r\n干部层级,在岗干部人数\r\n乡镇干部,31\r\n村干部,207\r\n"
EXPECTED = """\
[[owed]]
period = "2004"
due = 2005-01-15
datasets = ["cadre_post"]
"""


def test_status_and_summary_count_the_same_day(tmp_path: Path) -> None:
    root = init_workspace(tmp_path / "county")
    (root / "warehouse" / "expected.toml").write_text(EXPECTED, encoding="utf-8")
    inbox = root / "inbox"
    inbox.mkdir(exist_ok=True)
    days = {"莒溪镇": datetime(2005, 1, 10, 9), "藻溪镇": datetime(2005, 1, 20, 9), "南宋镇": datetime(2005, 3, 1, 9)}
    for name, came in days.items():
        path = inbox / f"{name}2004.csv"
        path.write_bytes(FORM.format(name).encode("gb18030"))
        os.utime(path, (came.timestamp(), came.timestamp()))
    workspace = open_workspace(root)
    workspace.ingest([inbox / "莒溪镇2004.csv", inbox / "藻溪镇2004.csv"])
    workspace.ingest([inbox / "南宋镇2004.csv"], received=date(2005, 1, 12))  # saved again in March

    rows = {each.township: each for each in workspace.status("2004") if each.first_received is not None}
    said = {name: (each.first_received.date(), each.in_time) for name, each in rows.items() if each.first_received}
    assert said == {
        "莒溪镇": (date(2005, 1, 10), True),
        "藻溪镇": (date(2005, 1, 20), False),
        "南宋镇": (date(2005, 1, 12), True),
    }
    table = workspace.summary("completeness", period="2004")
    codes = {each.label.zh: each.code for each in table.rows}
    counted = {
        name: (table.cell(codes[name], "last_day").value, table.cell(codes[name], "in_time").value == 1)
        for name in said
    }
    assert counted == said
    workspace.database.unlink()
    workspace.repair(rebuild=True)
    again = {each.township: each.first_received for each in workspace.status("2004") if each.first_received}
    assert {name: came.date() for name, came in again.items() if came} == {name: day for name, (day, _) in said.items()}
