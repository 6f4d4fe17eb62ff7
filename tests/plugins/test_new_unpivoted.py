"""`pioneer plugins new` learns long tables and registers: the layout says how they are written out."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from pioneer_etl.workspace import open_workspace
from pioneer_etl.workspace.new_plugin import Learnt, learn

LONG = [
    ["望里镇2004年村集体经济收入情况表"],
    ["村名", "指标", "单位", "本年", "上年"],
    *(
        [village if first else None, item, "万元", now, before]
        for village, base in (("{0}", 3), ("{1}", 4))
        for first, item, now, before in ((True, "总收入", base * 2, base), (False, "资产总额", base * 50, None))
    ),
]
REGISTER = [
    ["望里镇2004年村级后备干部登记表"],
    ["姓名", "陈大山", "性别", "男", "出生年月", "1966.05"],
    ["民族", "汉族", "文化程度", "高中", "政治面貌", "中共党员"],
    ["所在村", "{0}", "联系电话", "13967712345", "备注", "愿意到村任职"],
]


def learnt(root: Path, rows: Sequence[Sequence[object]], name: str) -> Learnt:
    workspace = open_workspace(root)
    township = workspace.contracts.places.resolve("望里镇", level="township").unit
    assert township is not None
    villages = [each.name for each in workspace.contracts.places.children(township.code)]
    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append([cell.format(*villages) if isinstance(cell, str) else cell for cell in row])
    book.save(root / "inbox" / name)
    learning = learn(workspace, [root / "inbox" / name])
    proposal = learning.propose({}, "learnt")
    assert proposal.questions == ()
    return learning.write(proposal)


@pytest.mark.parametrize(
    ("rows", "kind", "records"), [(LONG, "long", 2), (REGISTER, "register", 1)], ids=["long", "register"]
)
def test_what_is_written_reads_its_own_sample(
    county: Callable[..., Path], rows: Sequence[Sequence[object]], kind: str, records: int
) -> None:
    root = county()
    found = learnt(root, rows, f"{kind}.xlsx")
    assert found.report.passed
    assert list(found.records.values()) == [records]
    assert not found.waits
    (form,) = tomllib.loads((root / "plugins/learnt/layout.toml").read_text(encoding="utf-8"))["form"]
    assert form["kind"] == kind
    if kind == "long":
        assert form["unpivot"] == {"item": "指标", "values": ["本年", "上年"]}
        assert form["columns"]["总收入/上年"] == "income_last_year"


def test_the_person_of_a_register_is_made_up_in_the_sample(county: Callable[..., Path]) -> None:
    root = county()
    learnt(root, REGISTER, "register.xlsx")
    (sample,) = (root / "plugins/learnt/samples").glob("*.xlsx")
    page = load_workbook(sample).active
    assert page is not None
    texts = [str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None]
    assert "姓名" in texts
    assert not {"陈大山", "13967712345"} & set(texts)
