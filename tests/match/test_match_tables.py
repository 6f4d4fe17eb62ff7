"""Tables matched to datasets, by layouts and without."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.errors import UsageError
from pioneer_etl.match.layout import GENERIC, Layout
from pioneer_etl.match.layout_read import load_layouts
from pioneer_etl.match.match import match_sheets
from pioneer_etl.match.model import FileContext, MatchKind, SheetMatch
from pioneer_etl.table.model import CellRole, Role, SheetReading, TableKind
from pioneer_etl.workbook.model import Visibility
from tests.match.sketch import contracts, reading

FILE = FileContext("报表.xlsx")
HEADERS = ("村名", "总收入", "经营收入", "上年总收入")
ROWS = [["宜一村", 3.2, 1.2, 2.8], ["宜二村", 4.1, 2.2, 3.9]]
LAYOUT = """
name = "{name}"
title = "格式"
version = "1"
townships = ["{township}"]
[[form]]
dataset = "economy"
match.headers = ["村", "收入/合计"]
ignore = ["核对"]
[form.columns]
"村" = "village"
"收入/合计" = "total"
"收入/经营" = "operating"
[form.units]
default = "元"
"""


def layout(tmp_path: Path, name: str = "yishan", township: str = "宜山镇", **changes: str) -> Layout:
    text = LAYOUT.format(name=name, township=township)
    for before, after in changes.items():
        text = text.replace(before, after)
    path = tmp_path / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return load_layouts(path)[0]


def match(found: SheetReading, *layouts: Layout, only: str | None = None) -> SheetMatch:
    (result,) = match_sheets([found], FILE, contracts(), layouts or (GENERIC,), only)
    return result


def codes(found: SheetMatch) -> list[str]:
    return [each.code for table in found.tables for each in table.findings] + [each.code for each in found.findings]


def fields(found: SheetMatch) -> dict[str, str | None]:
    return {"/".join(column.path): column.field for column in found.tables[0].lines}


def test_without_a_layout_labels_and_synonyms_are_enough() -> None:
    found = match(reading(HEADERS, ROWS))
    (table,) = found.tables
    assert (table.layout, table.dataset.name, codes(found)) == ("generic", "economy", [])
    assert [column.field for column in table.lines] == ["village", "total", "operating", "last_year"]
    assert [column.unit for column in table.lines] == [None, "万元", "万元", "万元"]
    assert [column.kind for column in table.lines][:2] == [MatchKind.SYNONYM, MatchKind.EXACT]


def test_a_running_number_and_empty_columns_say_nothing() -> None:
    found = match(reading(("序号", *HEADERS, "空栏"), [[1, *ROWS[0], None], [2, *ROWS[1], None]], labels=2))
    assert codes(found) == []
    assert found.tables[0].lines[0].kind is MatchKind.IGNORED


def test_an_unknown_column_with_values_stops_the_sheet_with_its_address() -> None:
    found = match(reading((*HEADERS, "其他事项"), [[*ROWS[0], 1], [*ROWS[1], None]]))
    (trouble,) = found.tables[0].findings
    assert (trouble.code, trouble.quarantines, trouble.cells) == ("column.unknown", True, ("E2", "E3"))


def test_likeness_proposes_with_its_reason_and_stops_the_sheet() -> None:
    found = match(reading(("村名", "总收入", "经营净收入"), [row[:3] for row in ROWS]))
    (trouble,) = found.tables[0].findings
    assert (trouble.code, trouble.quarantines, trouble.cells[0]) == ("column.proposed", True, "C2")
    assert "经营收入（operating）" in trouble.message()


def test_two_columns_for_one_field_are_never_first_come() -> None:
    found = match(reading(("村名", "总收入", "合计"), [row[:3] for row in ROWS]))
    (trouble,) = found.tables[0].findings
    assert (trouble.code, trouble.quarantines, trouble.cells) == ("column.double", True, ("B2", "C2"))
    empty = match(reading(("村名", "总收入", "合计"), [["宜一村", 3.2, None]]))
    assert codes(empty) == []
    assert fields(empty)["合计"] is None


def test_a_missing_required_column_stops_the_sheet() -> None:
    assert codes(match(reading(("村名", "经营收入", "上年收入"), [["宜一村", 1, 2]]))) == ["column.required_missing"]


@pytest.mark.parametrize(
    ("header", "unit", "expected", "code"),
    [
        ("总收入（元）", "万元", "元", None),
        ("总收入", "元", "元", None),
        ("总收入", "户、元", "元", None),
        ("总收入", None, None, "column.unit_unsaid"),
        ("总收入", "元、万元", None, "column.unit_unsaid"),
        ("总收入（亿元）", "万元", "亿元", "column.unit_not_accepted"),
        ("总收入（亩）", "万元", "亩", "column.unit_unfit"),
    ],
)
def test_the_narrower_unit_wins_and_must_be_accepted(
    header: str, unit: str | None, expected: str | None, code: str | None
) -> None:
    found = match(reading(("村名", header), [row[:2] for row in ROWS], unit=unit))
    assert (found.tables[0].lines[1].unit, codes(found)) == (expected, [code] if code else [])


def test_an_age_is_no_birth_month() -> None:
    title = [(Role.TITLE, "宜山镇2004年后备干部名册")]
    found = match(reading(("姓名", "出生年月（岁）", "村名"), [["张三", 38, "宜一村"]], around=title))
    assert codes(found) == ["column.unit_unfit"]


def test_a_foreign_sheet_is_a_note() -> None:
    found = match(reading(("设备", "数量"), [["打印机", 2]], around=[(Role.TITLE, "办公设备登记")]))
    (trouble,) = found.findings
    assert (trouble.code, str(trouble.severity), trouble.cells, found.tables) == (
        "sheet.foreign",
        "note",
        ("A2:B3",),
        (),
    )


@pytest.mark.parametrize(
    ("headers", "row"),
    [
        (("科室", "性别", "联系电话"), ["党政办", "男", "13800000001"]),
        (("项目", "户数", "备注"), ["修路", 3, "已完成"]),
    ],
    ids=["a telephone list", "a list of works"],
)
def test_words_that_head_any_list_make_a_table_of_no_dataset(headers: tuple[str, ...], row: list[object]) -> None:
    titles = [(Role.TITLE, "宜山镇2004年安排")]
    assert codes(match(reading(headers, [row, row], around=titles))) == ["sheet.foreign"]


def test_stray_cells_and_hidden_sheets_are_said() -> None:
    found = reading(HEADERS, ROWS, below=[(Role.UNACCOUNTED, "草稿 12")])
    found = replace(found, sheet=replace(found.sheet, visibility=Visibility.HIDDEN, hidden_rows=frozenset([3])))
    assert codes(match(found)) == ["cell.stray", "sheet.hidden", "sheet.hidden_lines"]


def test_a_layout_maps_ignores_and_sets_units(tmp_path: Path) -> None:
    mine = layout(tmp_path)
    sheet = reading(("村", "收入/合计", "收入/经营", "核对"), [["宜一村", 32000, 12000, "ok"]], unit=None)
    found = match(sheet, GENERIC, mine)
    (table,) = found.tables
    assert (table.layout, codes(found)) == ("yishan", [])
    assert [(column.field, column.unit) for column in table.lines] == [
        ("village", None),
        ("total", "元"),
        ("operating", "元"),
        (None, None),
    ]
    assert any("宜山镇" in reason for reason in table.reasons)


def test_a_new_column_and_a_missing_one_are_drift(tmp_path: Path) -> None:
    found = match(reading(("村", "收入/合计", "新栏"), [["宜一村", 3, 4]]), GENERIC, layout(tmp_path))
    assert codes(found) == ["column.unknown", "column.drift_missing"]
    assert [each.quarantines for each in found.tables[0].findings] == [True, False]


def test_a_tie_of_layouts_names_both_and_is_settled_by_name(tmp_path: Path) -> None:
    one, two = layout(tmp_path, "one"), layout(tmp_path, "two")
    sheet = reading(("村", "收入/合计", "收入/经营"), [["宜一村", 3, 4]])
    found = match(sheet, GENERIC, one, two)
    (trouble,) = found.tables[0].findings
    assert (trouble.code, trouble.quarantines, trouble.found) == ("layout.tie", True, "one、two")
    settled = match(sheet, GENERIC, one, two, only="two")
    assert (settled.tables[0].layout, codes(settled)) == ("two", [])


def test_the_township_decides_between_like_layouts_and_units_of_others_are_not_borrowed(tmp_path: Path) -> None:
    ours, theirs = layout(tmp_path, "ours"), layout(tmp_path, "theirs", "钱库镇")
    sheet = reading(("村", "收入/合计", "收入/经营"), [["宜一村", 3, 4]], unit=None)
    assert match(sheet, ours, theirs).tables[0].layout == "ours"
    found = match(sheet, GENERIC, theirs)
    assert found.tables[0].layout == "theirs"
    assert codes(found) == ["column.unit_unsaid", "column.unit_unsaid", "layout.other_township"]


def test_another_townships_layout_gives_way_where_the_contracts_words_suffice(tmp_path: Path) -> None:
    theirs = layout(
        tmp_path,
        "theirs",
        "钱库镇",
        **{'"收入/合计" = "total"': '"总收入" = "total"', '["村", "收入/合计"]': '["村名"]'},
    )
    found = match(reading(HEADERS, ROWS), GENERIC, theirs)
    assert (found.tables[0].layout, codes(found)) == ("generic", [])


def test_an_unknown_layout_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        match(reading(HEADERS, ROWS), layout(tmp_path), only="yishna")
    assert (caught.value.code, caught.value.arguments["expected"]) == ("layout.unknown", "yishan")


def test_a_layout_that_does_not_fit_the_contracts_is_left_out_and_the_rest_go_on(tmp_path: Path) -> None:
    broken = layout(tmp_path, "broken", **{'= "operating"': '= "operatng"'})
    found = match(reading(HEADERS, ROWS), GENERIC, broken)
    assert (found.tables[0].layout, [each.code for each in found.findings]) == ("generic", ["layout.broken"])
    assert "operating" in found.findings[0].message("en")


def test_villages_across_and_items_down_give_the_same_fields() -> None:
    sheet = reading(
        ("项目", "宜一村", "宜二村"),
        [["总收入", 3.2, 4.1], ["经营收入（元）", 12000, 22000], ["户数", 100, 120]],
        kind=TableKind.TRANSPOSED,
    )
    found = match(sheet)
    assert codes(found) == []
    assert [(column.line, column.field, column.unit) for column in found.tables[0].lines] == [
        (2, "village", None),
        (3, "total", "万元"),
        (4, "operating", "元"),
        (5, "households", None),
    ]


def test_headings_along_the_other_side_turn_the_table(tmp_path: Path) -> None:
    found = match(reading(HEADERS, ROWS, kind=TableKind.TRANSPOSED))
    assert (found.tables[0].table.kind, codes(found)) == (TableKind.LIST, [])


def test_a_form_of_one_village_takes_its_name_from_the_sheet_around_it() -> None:
    sheet = reading(
        ("项目", "数量"),
        [["总收入", 3.2], ["经营收入", 1.2]],
        kind=TableKind.FORM,
        around=[(Role.TITLE, "2004年度村集体经济收入"), (Role.SIGNATURE, "村名：宜一村")],
    )
    found = match(sheet)
    assert codes(found) == []
    assert found.tables[0].constants == {"village": "330327100201"}


def test_a_row_of_values_outside_of_every_table_is_said() -> None:
    found = reading(HEADERS, ROWS)
    cells = [Position(5, column) for column in range(1, 5)]
    grid = (*found.sheet.rows, ("宜三村", 1, 2, 3))
    marks = {**found.roles, **{cell: CellRole(Role.NOTE, 0) for cell in cells}}
    lost = replace(found, sheet=replace(found.sheet, rows=grid), roles=marks)
    (trouble,) = match(lost).tables[0].findings
    assert (trouble.code, trouble.quarantines, trouble.cells) == ("row.outside", True, ("A5", "B5", "C5", "D5"))


def test_rows_of_two_cells_below_each_other_outside_of_every_table_are_said() -> None:
    found = reading(HEADERS, ROWS)
    for told, count in ((("宜三村", "书记某"), 3), (("1.", "按年末统计"), 0)):
        cells = [Position(row, column) for row in range(6, 9) for column in (1, 2)]
        marks = {**found.roles, **{cell: CellRole(Role.TITLE, 0) for cell in cells}}
        lost = replace(found, sheet=replace(found.sheet, rows=(*found.sheet.rows, (), told, told, told)), roles=marks)
        assert codes(match(lost)) == ["row.outside"] * count


def test_an_item_left_outside_of_a_form_is_said() -> None:
    sheet = reading(("项目", "宜一村"), [["总收入", 3.2]], kind=TableKind.TRANSPOSED, below=[(Role.NOTE, "户数（户）")])
    assert codes(match(sheet)) == ["cell.label_outside"]


def test_an_item_and_its_value_among_the_lines_of_another_table_are_said() -> None:
    found = reading(HEADERS, ROWS)
    rows = (*found.sheet.rows, ("总收入", "无力统计"), ("村", "宜一村"))
    marks = {Position(row, column): CellRole(Role.TITLE, None) for row in (5, 6) for column in (1, 2)}
    lost = replace(found, sheet=replace(found.sheet, rows=rows), roles={**found.roles, **marks})
    (trouble,) = match(lost).tables[0].findings
    assert (trouble.code, trouble.quarantines, trouble.cells) == ("cell.label_outside", True, ("A5",))


def test_a_table_of_no_dataset_in_the_same_rows_is_most_likely_a_part() -> None:
    left, right = reading(HEADERS, ROWS), reading(("甲", "乙"), [["x", 1], ["y", 2]])
    other = replace(right.tables[0], range=Range(2, 6, 4, 7), columns=(), label_columns=())
    found = match(replace(left, tables=(left.tables[0], other)))
    assert "table.beside" in codes(found)


def test_headings_without_a_table_of_their_own_are_not_waved_through() -> None:
    title = [(Role.TITLE, "宜山镇2004年度村集体经济收入情况表")]
    found = match(reading(("某栏", "某数"), [["x", 1], ["y", 2]], around=title))
    assert [(each.code, each.quarantines) for each in found.findings] == [("table.unclear", True)]
