"""A zip in the inbox: its files are read, loaded and told of like any others."""

from __future__ import annotations

from pathlib import Path

import pytest

from pioneer_etl.demo.workbooks.write import write_zip
from pioneer_etl.workspace import Workspace, init_workspace, open_workspace

pytestmark = pytest.mark.usefixtures("read_here")

ROWS = "干部层级,在岗干部人数\r\n乡镇干部,{}\r\n村干部,{}\r\n"
POSTS = f"莒溪镇2004年干部在岗情况\r\n{ROWS}".format(31, 207).encode("gb18030")
OTHER = f"干部在岗情况\r\n{ROWS}".format(28, 110).encode("gb18030")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    root = init_workspace(tmp_path / "county")
    inbox = root / "inbox"
    inbox.mkdir(exist_ok=True)
    inner = write_zip({"又一层.csv": POSTS})
    (inbox / "莒溪镇.zip").write_bytes(write_zip({"干部在岗.csv": POSTS, "名册.zip": inner, "~$名册.xls": b"x"}))
    (inbox / "凤阳乡2004年.zip").write_bytes(write_zip({"表五.csv": OTHER}))
    (inbox / "坏的.zip").write_bytes(write_zip({"../x.csv": POSTS}))
    return open_workspace(root)


def test_each_file_of_a_zip_is_a_file(workspace: Workspace) -> None:
    told: list[tuple[int, int]] = []
    report = workspace.ingest([workspace.root / "inbox"], progress=lambda done, total: told.append((done, total)))
    found = {each.file: (each.status, [one.code for one in each.findings if one.quarantines]) for each in report.files}
    assert found == {
        "凤阳乡2004年.zip!表五.csv": ("loaded", []),
        "坏的.zip": ("refused", ["file.zip_unsafe"]),
        "莒溪镇.zip!~$名册.xls": ("refused", []),
        "莒溪镇.zip!名册.zip": ("refused", ["file.zip_nested"]),
        "莒溪镇.zip!干部在岗.csv": ("loaded", []),
    }
    assert told[-1] == (5, 5)
    posts = workspace.sql("select township, sum(cadres_in_post) from cadre_post group by all order by all").rows()
    assert posts == [("凤阳畲族乡", 138), ("莒溪镇", 238)]


def test_the_zip_again_changes_nothing_and_its_files_by_themselves_are_known(workspace: Workspace) -> None:
    workspace.ingest([workspace.root / "inbox"])
    (workspace.root / "inbox" / "解压.csv").write_bytes(POSTS)
    again = workspace.ingest([workspace.root / "inbox"])
    assert {each.file: each.status for each in again.files}["解压.csv"] == "unchanged"
    assert {each.status for each in again.files} == {"unchanged"}


def test_the_warehouse_can_be_rebuilt_without_the_zip(workspace: Workspace) -> None:
    before = workspace.ingest([workspace.root / "inbox"])
    for each in (workspace.root / "inbox").iterdir():
        each.unlink()
    workspace.database.unlink()
    workspace.repair(rebuild=True)
    count = workspace.sql("select count(*) from cadre_post").rows()
    assert count == [(sum(s.records for each in before.files for s in each.submissions),)]


def test_inspect_looks_into_a_zip(workspace: Workspace) -> None:
    views = workspace.inspect([workspace.root / "inbox" / "莒溪镇.zip"])
    assert [(each.file, each.refusal.code if each.refusal else len(each.matches)) for each in views] == [
        ("莒溪镇.zip!~$名册.xls", "file.lock"),
        ("莒溪镇.zip!名册.zip", "file.zip_nested"),
        ("莒溪镇.zip!干部在岗.csv", 1),
    ]
