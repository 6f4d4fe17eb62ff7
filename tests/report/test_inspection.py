"""What `inspect` shows of a sheet: roles, header tree, fields, doubts; personal data masked."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.match.model import ColumnMatch, Identity, MatchedTable, MatchKind, SheetMatch
from pioneer_etl.report.inspection import explain_cell, header_tree, html_page, terminal_view
from pioneer_etl.table.model import (
    CellRole,
    HeaderColumn,
    Reason,
    Role,
    RowRole,
    SheetReading,
    Table,
    TableKind,
    TableRow,
)
from pioneer_etl.workbook.model import Sheet


@pytest.fixture
def roster(declared: Contracts) -> SheetMatch:
    """Two people, their village and the number of an identity card; one heading that nothing knows."""
    sheet = Sheet(
        name="名册",
        rows=(
            ("后备干部<名册>", None, None, None),
            ("村", "本人", None, "爱好"),
            (None, "姓名", "身份证号", None),
            ("宜一村", "王小明", "330327197401011234", "下棋"),
            ("合计", 1, None, None),
        ),
        merges=(Range(1, 1, 1, 4), Range(2, 2, 2, 3), Range(2, 1, 3, 1), Range(2, 4, 3, 4)),
    )
    columns = (
        HeaderColumn(2, ("本人", "姓名"), (Position(2, 2), Position(3, 2))),
        HeaderColumn(3, ("本人", "身份证号"), (Position(2, 2), Position(3, 3))),
        HeaderColumn(4, ("爱好",), (Position(2, 4),)),
    )
    label = HeaderColumn(1, ("村",), (Position(2, 1),))
    rows = (
        TableRow(4, RowRole.DATA, ("宜一村",), (Position(4, 1),)),
        TableRow(5, RowRole.TOTAL, ("合计",), (Position(5, 1),), confirmed=True, covers=(4,)),
    )
    table = Table(Range(2, 1, 5, 4), TableKind.LIST, (2, 3), (label,), columns, rows, title="后备干部名册")
    header, value = CellRole(Role.HEADER, 0), CellRole(Role.VALUE, 0)
    total = CellRole(Role.TOTAL, 0, (Reason("total-word", "合计", 2.0), Reason("adds-up", "1 of 1", 3.0)))
    roles = {
        Position(1, 1): CellRole(Role.TITLE, None, (Reason("wide-merge", "A1:D1"),)),
        **{Position(2, column): header for column in (1, 2, 4)},
        **{Position(3, column): header for column in (2, 3)},
        Position(4, 1): CellRole(Role.ROW_LABEL, 0),
        **{Position(4, column): value for column in (2, 3, 4)},
        Position(5, 1): total,
        Position(5, 2): total,
    }
    reading = SheetReading(sheet, (table,), roles, doubts=(Reason("unit-missing", "no unit"),))
    lines = (
        ColumnMatch(1, ("村",), (Position(2, 1),), "village", MatchKind.EXACT),
        ColumnMatch(2, ("本人", "姓名"), (Position(3, 2),), "name", MatchKind.SYNONYM),
        ColumnMatch(3, ("本人", "身份证号"), (Position(3, 3),), "id_number", MatchKind.LAYOUT),
        ColumnMatch(4, ("爱好",), (Position(2, 4),), None, MatchKind.NONE, reason="nothing is called so"),
    )
    matched = MatchedTable(reading, 0, table, declared.datasets["reserve_cadre"], "generic", Identity(), lines)
    return SheetMatch(reading, (matched,))


def printed(renderable: object, width: int = 120) -> str:
    console = Console(file=StringIO(), width=width, color_system=None)
    console.print(renderable)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_the_terminal_shows_cells_tree_fields_and_doubts(roster: SheetMatch) -> None:
    text = printed(terminal_view("名册.xlsx", [roster]))
    assert "后备干部<名册>" in text
    assert "C  身份证号  → 身份证号 id_number（版式指定）" in text
    assert "D  爱好  → 没有对应字段  nothing is called so" in text
    assert "unit-missing: no unit" in text
    assert "图例：" in text
    lines = text.splitlines()
    branch = next(i for i, line in enumerate(lines) if line.endswith("本人"))
    assert "姓名" in lines[branch + 1]
    assert "身份证号" in lines[branch + 2]


def test_a_narrow_terminal_gets_the_columns_in_blocks(roster: SheetMatch) -> None:
    text = printed(terminal_view("名册.xlsx", [roster]), width=30)
    assert max(map(len, text.splitlines())) <= 30
    assert "下棋" in text


def test_people_are_masked(roster: SheetMatch) -> None:
    for text in (
        printed(terminal_view("a.xlsx", [roster])),
        html_page("a.xlsx", [roster]),
        html_page("a", [roster], "en"),
    ):
        assert "王小明" not in text
        assert "197401" not in text
        assert "王*" in text


def test_the_page_stands_by_itself(roster: SheetMatch) -> None:
    page = html_page("名册.xlsx", [roster])
    assert page.startswith("<!DOCTYPE html>")
    assert "后备干部&lt;名册&gt;" in page
    assert '<td class="r-header" title="B2 表头" rowspan="1" colspan="2">本人</td>' in page
    assert "http" not in page
    assert 'title="A5 合计\nadds-up: 1 of 1\ntotal-word: 合计"' in page


def test_a_cell_is_explained_by_its_rules(roster: SheetMatch) -> None:
    text = printed(explain_cell([roster], None, Position(5, 2)))
    assert "名册!B5" in text
    assert text.index("adds-up") < text.index("total-word")
    assert "表头：本人 / 姓名（B2 B3）" in text
    assert "算术相符，合计的是第 4 行" in text
    assert "对应字段：姓名 name（同义词）" in text or "对应字段：姓名 name（同义名称）" in text


def test_a_cell_under_a_merge_is_its_corner(roster: SheetMatch) -> None:
    assert "名册!B2" in printed(explain_cell([roster], "名册", Position(2, 3)))


def test_what_is_not_there_is_told(roster: SheetMatch) -> None:
    assert "is empty" in printed(explain_cell([roster], None, Position(9, 9), "en"))
    assert "名册" in printed(explain_cell([roster], "表9", Position(1, 1)))


def test_neighbours_share_a_branch() -> None:
    columns = [
        HeaderColumn(number, path, ())
        for number, path in enumerate([("户数",), ("人口", "男"), ("人口", "女"), ("收入", "合计", "上年")], 1)
    ]
    tree = header_tree(columns)
    assert [(each.text, len(each.below)) for each in tree] == [("户数", 0), ("人口", 2), ("收入", 1)]
    assert tree[2].below[0].below[0].text == "上年"
