"""Several tables on a sheet, forms, and tables that run sideways."""

from __future__ import annotations

import pytest

from pioneer_etl.table.model import TableKind
from pioneer_etl.table.understand import understand
from tests.table.sketches import draw, lines, role_of, told


def test_tables_stacked_with_and_without_a_blank_row() -> None:
    for gap in ("\n.\n", "\n"):
        upper = "表一 户数统计表\n村|户数|人口\n甲村|10|30\n乙村|20|60"
        lower = "表二 收入统计表\n村|收入|支出\n甲村|11|31\n乙村|21|61"
        reading = understand(draw(upper + gap + lower))
        assert [table.title for table in reading.tables] == ["表一 户数统计表", "表二 收入统计表"]
        assert [[column.path for column in table.columns] for table in reading.tables] == [
            [("户数",), ("人口",)],
            [("收入",), ("支出",)],
        ]


@pytest.mark.parametrize("between", [".\n", "后进村\n", ".\n表二 后进村\n"])
def test_tables_of_words_stacked_share_the_head_of_their_labels(between: str) -> None:
    upper = "村|书记|文化程度\n甲村|张三|高中\n乙村|李四|初中\n"
    lower = "村|存在问题|帮扶单位|措施\n甲村|班子软|财政局|驻村\n乙村|财务乱|交通局|帮扶"
    reading = understand(draw(upper + between + lower))
    assert [[row.path[0] for row in table.rows] for table in reading.tables] == [["甲村", "乙村"]] * 2
    assert [table.columns[0].path for table in reading.tables] == [("书记",), ("存在问题",)]


def test_tables_of_words_stacked_have_headers_that_look_alike() -> None:
    picture = "村|书记|文化程度\n甲村|张三|高中\n乙村|李四|初中\n.\n姓名|职务|住址\n王五|主任|甲村\n赵六|委员|乙村"
    reading = understand(draw(picture, bold=["A1:C1", "A5:C5"]))
    assert [table.range.a1 for table in reading.tables] == ["A1:C3", "A5:C7"]


def test_an_item_left_empty_over_one_answered_in_words_begins_no_table() -> None:
    picture = "填表项目|内容\n村|甲村\n收入|10\n资产|393\n负债|\n报酬制度|效益工资制\n"
    for after in ("", "注：按年末统计。\n", "投资者|3\n用地|12\n"):
        (table,) = understand(draw(picture + after)).tables
        assert table.rows[3].path == ("负债",)
        assert table.rows[4].path == ("报酬制度",)


def test_a_table_carried_on_repeats_its_header() -> None:
    reading = understand(
        draw(
            """
            户数统计表
            村|户数|人口
            甲村|10|30
            乙村|20|60
            续表
            村|户数|人口
            丙村|11|31
            丁村|21|62
            """
        )
    )
    (table,) = reading.tables
    assert [f"{row.row} {row.role}" for row in table.rows] == [
        "3 data",
        "4 data",
        "5 note",
        "6 repeated_header",
        "7 data",
        "8 data",
    ]


def test_blocks_side_by_side_are_tables_of_one_kind() -> None:
    reading = understand(
        draw(
            """
            后备干部名册
            序号|姓名|性别|序号|姓名|性别
            1|张三|男|4|李一|女
            2|李四|女|5|李二|男
            3|王五|男|6|李三|男
            """,
            merges=["A1:F1"],
        )
    )
    assert [told(table) for table in reading.tables] == [
        lines(
            """
            A2:C5 side_by_side
            labels A:序号, B:姓名
            values C:性别
            3 data 1/张三
            4 data 2/李四
            5 data 3/王五
            """
        ),
        lines(
            """
            D2:F5 side_by_side
            labels D:序号, E:姓名
            values F:性别
            3 data 4/李一
            4 data 5/李二
            5 data 6/李三
            """
        ),
    ]


def test_a_list_of_codes_beside_a_table_is_looked_up_not_read() -> None:
    reading = understand(
        draw(
            """
            村|户数|性质||代码|性质
            甲村|10|1||1|经济强村
            乙村|20|2||2|种植为主
            丙村|21|2||3|其他
            丁村|22|1
            戊村|23|1
            """
        )
    )
    assert [table.range.a1 for table in reading.tables] == ["A1:C6"]
    assert {role_of(reading, cell) for cell in ("E1", "F1", "E2", "F4")} == {"lookup"}


def test_a_form_has_its_fields_in_rows() -> None:
    reading = understand(
        draw(
            """
            村基本情况表
            村名：宜一村||填报日期：2004年9月
            序号|项目|单位|数量
            1|总户数|户|320
            2|总人口|人|1200
            |其中：男|人|620
            3|是否通公路|1.是 2.否|1
            填表人：张三||审核人：李四
            """
        )
    )
    assert told(reading.tables[0]) == lines(
        """
        A3:D7 form
        labels A:序号, B:项目
        values C:单位, D:数量
        4 data 1/总户数
        5 data 2/总人口
        6 data 其中：男
        7 data 3/是否通公路
        """
    )


def test_labels_beside_contents_are_one_register() -> None:
    reading = understand(
        draw(
            """
            村名称|宜一村|所在地|宜山镇
            户数|320|负责人|张三
            面积|1200|类型|种植为主
            """
        )
    )
    (table,) = reading.tables
    assert (table.range.a1, str(table.kind)) == ("A1:D3", "register")
    assert [row.path for row in table.rows] == [("村名称", "所在地"), ("户数", "负责人"), ("面积", "类型")]
    assert [(pair.path, pair.content) for pair in table.pairs][:2] == [(("村名称",), (1, 2)), (("所在地",), (1, 4))]


def test_villages_across_and_items_down_is_transposed() -> None:
    reading = understand(
        draw(
            """
            项目|宜一村|宜二村|宜三村
            总户数（户）|320|100|200
            总人口（人）|1200|300|600
            村类型|经济强村|其他|种植为主
            集体收入（万元）|3.2|4|5.5
            """
        )
    )
    assert told(reading.tables[0]) == lines(
        """
        A1:D5 transposed
        labels A:项目
        values B:宜一村, C:宜二村, D:宜三村
        2 data 总户数（户）
        3 data 总人口（人）
        4 data 村类型
        5 data 集体收入（万元）
        """
    )


def test_a_list_stays_a_list_however_its_heads_are_called() -> None:
    for picture in (
        "村|总收入|经营收入|合计\n宜一村|12.5|10|2.5\n宜二村|3|2|1\n宜三村|4.5|4|0.5",
        "年份|总计|男|女\n2001|48|23|25\n2002|49|23|26\n2003|50|24|26",
        "村名|金额|负责人\n宜一村|12|张三\n宜二村|15|李四",
    ):
        assert str(understand(draw(picture)).tables[0].kind) == "list"


def test_a_form_may_nest_its_items_and_ends_with_one_that_is_left_empty() -> None:
    reading = understand(
        draw(
            """
            宜一村登记表
            序号|项目||数量
            1|总户数||117
            2|总人口||457
            3|其中|劳动力|223
            4||女|220
            5|是否已经完成本年度的全部整改任务并通过验收（1.是 2.否）||
            """,
            merges=["A1:D1", "B2:C2", "B3:C3", "B4:C4", "B5:B6", "B7:C7"],
        )
    )
    (table,) = reading.tables
    assert table.kind is TableKind.FORM
    assert [row.path[1:] for row in table.rows] == [
        ("总户数",),
        ("总人口",),
        ("其中", "劳动力"),
        ("其中", "女"),
        ("是否已经完成本年度的全部整改任务并通过验收（1.是2.否）",),
    ]


def test_a_column_of_units_beside_the_labels_tells_that_records_stand_across() -> None:
    picture = """
        项目|单位|朱坪|横楼|玉厝
        总收入|万元|5.2|6.1|4
        经营|万元|1|2|
        年龄/36-45岁|人|3|4|5
        备注||||迁址
        """
    (table,) = understand(draw(picture)).tables
    assert table.kind is TableKind.TRANSPOSED
    assert [row.row for row in table.rows] == [2, 3, 4, 5]
    stock = """
        品名|单位|数量|单价
        桌|张|5|20
        椅|把|6|10
        灯|盏|7|5
        """
    (table,) = understand(draw(stock)).tables
    assert table.kind is TableKind.LIST


def test_one_figure_that_equals_one_other_is_no_sum() -> None:
    reading = understand(
        draw(
            """
            日期|村|人数|问题
            三月九日|朱坪|—|河道淤塞
            五月五日|横楼|—|垃圾无人清运
            六月一日|玉厝|50|村道破损
            六月一日|玉厝|50|校舍漏雨
            """
        )
    )
    (table,) = reading.tables
    assert {row.role.value for row in table.rows} == {"data"}


@pytest.mark.parametrize("heads", ["收入||支出|\n项目|金额|项目|金额", "收入|金额|支出|金额"])
def test_receipts_and_expenses_side_by_side(heads: str) -> None:
    merges = ["A1:B1", "C1:D1"] if "\n" in heads else []
    body = "\n税收收入|1200|教育支出|800\n其他收入|150|农业支出|550\n收入总计|1350|支出总计|1350"
    left, right = understand(draw(heads + body, merges)).tables
    assert (left.label_columns[0].path[0], right.label_columns[0].path[0]) == ("收入", "支出")
    assert [row.path for row in right.rows] == [("教育支出",), ("农业支出",), ("支出总计",)]


@pytest.mark.parametrize("gap", ["|", "||"])
def test_a_list_of_codes_as_long_as_the_table_beside_it(gap: str) -> None:
    rows = ["村|户数|民族" + gap + "|代码|民族"]
    rows += [
        f"{name}村|{at}0|汉{gap}|'0{at}|{people}族"
        for at, (name, people) in enumerate(zip("甲乙丙丁", "汉满壮回", strict=True), 1)
    ]
    reading = understand(draw("\n".join(rows)))
    assert [table.range.a1 for table in reading.tables] == ["A1:C5"]
    assert [column.path for column in reading.tables[0].columns] == [("户数",), ("民族",)]


def test_units_in_a_column_without_a_head_beside_the_items() -> None:
    picture = "村||甲村|乙村\n党组织类型||党支部|党支部\n党员数|（人）|39|37\n集体收入|（万元）|3.5|4.1"
    (table,) = understand(draw(picture)).tables
    assert (table.kind, [column.path for column in table.columns]) == (TableKind.TRANSPOSED, [("甲村",), ("乙村",)])
