"""What `inspect` shows of a sheet: roles, header tree, fields, doubts; personal data masked."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO

import pytest
from rich.console import Console

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.errors import FileRefused, UsageError
from pioneer_etl.match.model import ColumnMatch, Identity, MatchedTable, MatchKind, SheetMatch
from pioneer_etl.report.inspection import InspectedFile, Sight, explain_cell, html_page, terminal_view, without_people
from pioneer_etl.report.inspection_rows import Gap, shown_rows
from pioneer_etl.report.inspection_words import Doubt, doubts, header_tree, told
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
from pioneer_etl.table.understand import understand
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
    adds = Reason("adds-up", "1 of 1", 3.0, (("agree", "1"), ("compared", "1"), ("count", "1")))
    total = CellRole(Role.TOTAL, 0, (Reason("total-word", "合计", 2.0), adds))
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
        ColumnMatch(4, ("爱好",), (Position(2, 4),), None, MatchKind.NONE, reason="空列"),
    )
    matched = MatchedTable(reading, 0, table, declared.datasets["reserve_cadre"], "generic", Identity(), lines)
    return SheetMatch(reading, (matched,))


def printed(renderable: object, width: int = 120) -> str:
    console = Console(file=StringIO(), width=width, color_system=None)
    console.print(renderable)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def one_page(match: SheetMatch, language: Language = "zh") -> str:
    return html_page([InspectedFile("名册.xlsx", [match])], language)


def test_the_terminal_shows_cells_tree_fields_and_doubts(roster: SheetMatch) -> None:
    text = printed(terminal_view("名册.xlsx", [roster]))
    assert "后备干部<名册>" in text
    assert "C  身份证号  → 身份证号 id_number（版式指定）" in text
    assert "D  爱好  → 没有对应字段：空列" in text
    assert "no unit" in text
    assert "图例：" in text
    assert "表头\u00a0header\u00a0" in text
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
        printed(explain_cell([roster], None, Position(4, 2))),
        printed(explain_cell([roster], None, Position(4, 3))),
        one_page(roster),
        one_page(roster, "en"),
    ):
        assert "王小明" not in text
        assert "197401" not in text
    assert "王*" in one_page(roster)


def test_people_who_sign_are_masked() -> None:
    line = (
        "填报单位（盖章）：望里镇人民政府 填表人：叶春雪 审核人: 金海志 联系电话：13900003220 编号 330327197401011234"
    )
    assert without_people(line) == (
        "填报单位（盖章）：望里镇人民政府 填表人：叶* 审核人: 金* 联系电话：139****3220 编号 3303**********1234"
    )


def test_people_in_tables_of_no_dataset_are_masked(roster: SheetMatch) -> None:
    text = printed(terminal_view("a.xlsx", [replace(roster, tables=())]))
    assert "王小明" not in text
    assert "宜一村" in text


def test_the_page_stands_by_itself(roster: SheetMatch) -> None:
    page = one_page(roster)
    assert page.startswith("<!DOCTYPE html>")
    assert "后备干部&lt;名册&gt;" in page
    assert '<td class="r-header" title="B2 表头" rowspan="1" colspan="2">本人</td>' in page
    assert "http" not in page
    assert "<script" not in page
    assert 'title="A5 合计 · 村 → 所在村 village\n1 列数中有 1 列等于所含 1 行之和\n行标签写着合计' in page


def test_the_legend_counts_every_cell_in_both_languages(roster: SheetMatch) -> None:
    assert '<span class="r-header">表头 header <b>5</b></span>' in one_page(roster)
    assert '<span class="r-header">header 表头 <b>5</b></span>' in one_page(roster, "en")
    assert "共 12 个有内容的单元格" in one_page(roster)


def test_several_files_are_one_page_with_the_refused_ones(roster: SheetMatch) -> None:
    refused = FileRefused("file.empty")
    page = html_page([InspectedFile("a.xlsx", [roster]), InspectedFile("b.xlsx", refusal=refused)])
    assert page.count("<!DOCTYPE html>") == page.count("</html>") == 1
    assert refused.message("zh") in page
    assert 'id="f1"' in page
    assert 'href="#f2"' in page
    checker = TagsClosed()
    checker.feed(page)
    assert checker.open == []


class TagsClosed(HTMLParser):
    """Every element that is opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_hidden_rows_and_columns_are_marked(roster: SheetMatch) -> None:
    sheet = replace(roster.reading.sheet, hidden_rows=frozenset([4]), hidden_columns=frozenset([3]))
    hidden = replace(roster, reading=replace(roster.reading, sheet=sheet))
    page = one_page(hidden)
    assert '<tr class="hidden"><th>4<i class="tag">隐</i></th>' in page
    assert '<th class="hidden">C<i class="tag">隐</i></th>' in page
    assert "4× " in printed(terminal_view("a", [hidden]))


def test_a_value_under_a_merge_is_shown(roster: SheetMatch) -> None:
    rows = list(roster.reading.sheet.rows)
    rows[0] = ("后备干部<名册>", None, "藏着", None)
    roles = {**roster.reading.roles, Position(1, 3): CellRole(Role.UNACCOUNTED)}
    sheet = replace(roster.reading.sheet, rows=tuple(rows))
    match = replace(roster, reading=replace(roster.reading, sheet=sheet, roles=roles))
    assert "藏着" in one_page(match)
    assert "藏着" in printed(terminal_view("a", [match]))


def test_a_cell_is_explained_by_its_rules_in_words(roster: SheetMatch) -> None:
    text = printed(explain_cell([roster], None, Position(5, 2)))
    assert "名册!B5" in text
    assert text.index("1 列数中有 1 列等于所含 1 行之和") < text.index("行标签写着合计")
    assert "本人 / 姓名  B2 B3" in text
    assert "算术相符：等于第 4 行之和" in text
    assert "姓名 name（同义名称）" in text


def test_a_value_is_explained_by_what_it_is_read_as(roster: SheetMatch, declared: Contracts) -> None:
    matched = replace(roster.tables[0], table=roster.reading.tables[0])
    text = printed(explain_cell([replace(roster, tables=(matched,))], None, Position(4, 1), "zh", declared))
    assert "宜一村" in text
    assert "读作" in text


def test_a_heading_is_explained_by_what_it_stands_over(roster: SheetMatch) -> None:
    text = printed(explain_cell([roster], None, Position(2, 2), "en"))
    assert "Stands over 2 columns: B 姓名, C 身份证号" in text


def test_a_blank_inside_of_a_table_is_no_zero(roster: SheetMatch) -> None:
    rows = [*roster.reading.sheet.rows]
    rows[3] = ("宜一村", "王小明", None, "下棋")
    sheet = replace(roster.reading.sheet, rows=tuple(rows))
    roles = {place: role for place, role in roster.reading.roles.items() if place != (4, 3)}
    match = replace(roster, reading=replace(roster.reading, sheet=sheet, roles=roles))
    text = printed(explain_cell([match], None, Position(4, 3)))
    assert "不当作 0" in text
    assert "身份证号" in text


def test_a_cell_under_a_merge_is_its_corner(roster: SheetMatch) -> None:
    text = printed(explain_cell([roster], "名册", Position(2, 3)))
    assert "名册!B2" in text
    assert "C2 在合并的格子里" in text


def test_what_is_not_there_is_told(roster: SheetMatch) -> None:
    assert "Outside of every table; the content ends at D5, tables are at A2:D5" in printed(
        explain_cell([roster], None, Position(9, 9), "en")
    )
    with pytest.raises(UsageError) as caught:
        explain_cell([roster], "表9", Position(1, 1))
    assert "名册" in caught.value.message("zh")
    assert "表名!C7" in caught.value.remedy("zh")


def test_the_sheet_to_explain_is_found_by_a_careless_name(roster: SheetMatch) -> None:
    assert "名册!A4" in printed(explain_cell([roster], "' 名 册'", Position(4, 1)))


def test_a_total_that_does_not_add_up_is_a_doubt_with_its_place(roster: SheetMatch) -> None:
    table = roster.reading.tables[0]
    wrong = replace(table.rows[1], confirmed=False, covers=())
    reading = replace(roster.reading, tables=(replace(table, rows=(table.rows[0], wrong), confidence=0.01),))
    found = doubts(Sight(SheetMatch(reading, ())), "zh")
    assert [(each.severity, each.cells) for each in found if each.cells] == [("warning", ("A2",)), ("warning", ("A5",))]
    assert all(each.remedy for each in found if each.cells)


def test_cells_that_nothing_accounts_for_are_a_doubt(roster: SheetMatch) -> None:
    roles = {**roster.reading.roles, Position(4, 4): CellRole(Role.UNACCOUNTED)}
    match = SheetMatch(replace(roster.reading, roles=roles), ())
    found = doubts(Sight(match), "en")
    assert [each.cells for each in found if each.severity == "error"] == [("D4",)]


def test_reasons_that_weigh_little_are_left_out() -> None:
    reasons = [Reason("total-word", "", 3.0), Reason("empty-corner", "", 0.25), Reason("few-header-rows", "", -0.2)]
    assert [each.rule for each in told(reasons, "zh")] == ["total-word"]


def test_what_speaks_against_comes_last_in_its_own_words() -> None:
    reasons = [Reason("merge-cut", "", -5.0), Reason("some-header", "", 1.5)]
    assert [(each.favours, each.text) for each in told(reasons, "zh")] == [
        (True, "表上方有表头"),
        (False, "表头的边线切开了合并的格子"),
    ]


def test_a_rule_of_a_plugin_speaks_for_itself() -> None:
    assert told([Reason("of-a-plugin", "the seal stands here", 2.0)], "zh")[0].text == "the seal stands here"


def long_sheet(rows: dict[int, str], height: int) -> Sight:
    sheet = Sheet("长", tuple((rows.get(row),) for row in range(1, height + 1)))
    return Sight(SheetMatch(SheetReading(sheet, (), {}), ()))


def test_a_long_sheet_shows_its_ends_and_where_it_is_doubtful() -> None:
    sight = long_sheet(dict.fromkeys(range(1, 101), "x"), 100)
    doubt = Doubt("error", ("B50", "B60", "B70"), "", "")
    rows = shown_rows(sight, [doubt], head=3, tail=2, doubtful=2)
    assert rows == [1, 2, 3, Gap(4, 49, False), 50, Gap(51, 59, False), 60, Gap(61, 98, False), 99, 100]


def test_blank_rows_are_one_line_and_trailing_ones_none() -> None:
    sight = long_sheet({1: "x", 3: "x", 8: "x"}, 12)
    assert shown_rows(sight, [], head=30, tail=8, doubtful=0) == [1, 2, 3, Gap(4, 7, True), 8]


def test_neighbours_share_a_branch() -> None:
    columns = [
        HeaderColumn(number, path, ())
        for number, path in enumerate([("户数",), ("人口", "男"), ("人口", "女"), ("收入", "合计", "上年")], 1)
    ]
    tree = header_tree(columns)
    assert [(each.text, len(each.below)) for each in tree] == [("户数", 0), ("人口", 2), ("收入", 1)]
    assert tree[2].below[0].below[0].text == "上年"


def test_columns_under_one_heading_cell_are_told_once(roster: SheetMatch) -> None:
    heading = (Position(2, 1),)
    columns = [HeaderColumn(column, ("用地类型",), heading) for column in (1, 2, 3)]
    tree = header_tree([*columns, HeaderColumn(4, ("用地类型",), (Position(2, 4),))])
    assert [Sight(roster).marker(0, each.column.column, each.last) for each in tree if each.column] == ["A–C", "D"]


@pytest.mark.parametrize(("text", "number"), [("-1 414", True), ("85.5%", True), ("12,000", True), ("2004年", False)])
def test_numbers_that_are_texts_stand_where_numbers_do(text: str, number: bool) -> None:
    assert long_sheet({1: text}, 1).is_number(Position(1, 1)) is number


def with_numbers(roster: SheetMatch, total: float) -> SheetMatch:
    rows = list(roster.reading.sheet.rows)
    rows[3], rows[4] = ("宜一村", 2.5, 1, None), ("合计", total, 1, None)
    return SheetMatch(replace(roster.reading, sheet=replace(roster.reading.sheet, rows=tuple(rows))), ())


def test_a_total_is_added_up_again_in_the_column_asked_for(roster: SheetMatch) -> None:
    assert "算术相符" in printed(explain_cell([with_numbers(roster, 2.5)], None, Position(5, 2)))
    apart = printed(explain_cell([with_numbers(roster, 3)], None, Position(5, 2)))
    assert "本列算术不符：第 4 行之和是 2.5，差 0.5" in apart


def test_columns_are_as_wide_as_their_texts_where_there_is_room(roster: SheetMatch) -> None:
    rows = list(roster.reading.sheet.rows)
    rows[3] = ("宜一村", None, None, "爱下棋也爱打球还爱唱歌和跳舞")
    sheet = replace(roster.reading.sheet, rows=tuple(rows))
    match = SheetMatch(replace(roster.reading, sheet=sheet), ())
    assert "爱下棋也爱打球还爱唱歌和跳舞" in printed(terminal_view("a", [match]), width=80)
    assert "…" in printed(terminal_view("a", [match]), width=30)


def test_a_total_is_not_explained_by_what_argues_for_a_record() -> None:
    rows = (("村", "户数"), ("宜一村", 12), ("宜二村", 30), ("合计", 42))
    reading = understand(Sheet("表", rows))
    text = printed(explain_cell([SheetMatch(reading, ())], None, Position(4, 2)))
    assert "total-word" in text or "adds-up" in text
    assert "holds-values" not in text


def test_in_a_transposed_table_the_row_over_the_records_is_an_item_too() -> None:
    rows = (
        ("名称", "甲公司", "乙公司", "丙公司"),
        ("金额（元）", 5, 8, 9),
        ("起始日期", "2019-3-22", "2020-1-1", "2021-2-3"),
    )
    sight = Sight(SheetMatch(understand(Sheet("表", rows)), ()))
    assert sight.is_transposed(0)
    assert [each.column for _, columns in sight.headings(0) for each in columns] == [1, 2, 3]
