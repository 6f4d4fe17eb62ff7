"""Lists as townships draw them: each sheet as a picture, and what is to be read from it."""

from __future__ import annotations

import pytest

from pioneer_etl.table.understand import understand
from tests.table.sketches import draw, lines, role_of, told


def test_title_unit_note_and_signature_stand_around_the_table() -> None:
    reading = understand(
        draw(
            """
            宜山镇村集体经济收入统计表（2004年）
            单位：万元
            村|总收入|经营收入|其他收入
            宜一村|12.5|10|2.5
            宜二村|3|2|1
            宜三村|4.5|4|0.5
            合计|20|16|4
            注：本表按当年价格计算。
            填报单位（盖章）：宜山镇||填表人：张三
            """
        )
    )
    (table,) = reading.tables
    assert told(table) == lines(
        """
        A3:D7 list
        labels A:村
        values B:总收入, C:经营收入, D:其他收入
        4 data 宜一村
        5 data 宜二村
        6 data 宜三村
        7 total 合计
        """
    )
    assert table.title == "宜山镇村集体经济收入统计表（2004年）"
    assert table.unit == "万元"
    total = table.rows[-1]
    assert total.confirmed is True
    assert total.covers == (4, 5, 6)
    roles = {cell: role_of(reading, cell) for cell in ("A1", "A2", "A3", "A4", "B4", "B7", "A8", "A9", "C9")}
    assert roles == {
        "A1": "title",
        "A2": "unit",
        "A3": "header",
        "A4": "row_label",
        "B4": "value",
        "B7": "total",
        "A8": "note",
        "A9": "signature",
        "C9": "signature",
    }


def test_three_header_levels_by_merges_and_a_column_index_row() -> None:
    reading = understand(
        draw(
            """
            灵溪镇集体经济情况表
            序号|村|收入||||支出
            ||合计|其中：|||
            |||经营（万元）|发包|投资|
            甲|乙|1|2|3|4|5
            1|甲村|100|50|30|20|80
            2|乙村|90|40|30|20|70
            3|丙村|90|40|30|20|70
            |合计|280|130|90|60|220
            """,
            merges=["A1:G1", "A2:A4", "B2:B4", "C2:F2", "C3:C4", "D3:F3", "G2:G4"],
        )
    )
    assert told(reading.tables[0]) == lines(
        """
        A2:G9 list
        labels A:序号, B:村
        values C:收入/合计, D:收入/其中：/经营[万元], E:收入/其中：/发包, F:收入/其中：/投资, G:支出
        5 column_index 甲/乙
        6 data 1/甲村
        7 data 2/乙村
        8 data 3/丙村
        9 total 合计
        """
    )


def test_heads_spread_over_empty_cells_without_a_merge() -> None:
    reading = understand(
        draw(
            """
            ||收入|||支出|
            村|户数|合计|经营|其他|合计|公益
            甲村|20|10|6|4|8|3
            乙村|30|20|16|4|8|2
            """
        )
    )
    assert [column.path for column in reading.tables[0].columns] == [
        ("户数",),
        ("收入", "合计"),
        ("收入", "经营"),
        ("收入", "其他"),
        ("支出", "合计"),
        ("支出", "公益"),
    ]


def test_head_texts_continued_in_the_next_row_are_one_head() -> None:
    reading = understand(
        draw(
            """
            |上年集体|资产|负债|村干部
            村|经济收入|总额|总额|报酬制度
            甲村|20|10|6|效益工资制
            乙村|30|20|16|民主评定制
            """
        )
    )
    assert [column.path for column in reading.tables[0].columns] == [
        ("上年集体经济收入",),
        ("资产总额",),
        ("负债总额",),
        ("村干部报酬制度",),
    ]


def test_a_translated_header_row_is_no_level() -> None:
    reading = understand(
        draw(
            """
            地区|户数|人口
            Region|Households|Population
            甲|1|2
            乙|3|4
            """
        )
    )
    table = reading.tables[0]
    assert [column.path for column in table.columns] == [("户数",), ("人口",)]
    assert table.header_rows == (1, 2)


def test_years_and_months_head_columns() -> None:
    years = understand(draw("地区|2019|2018\n甲|10|5\n乙|20|6")).tables[0]
    assert [column.path for column in years.columns] == [("2019",), ("2018",)]
    months = understand(draw("地区|1|2|3|4\n甲|10|5|3|4\n乙|20|6|2|7")).tables[0]
    assert [column.path for column in months.columns] == [("1",), ("2",), ("3",), ("4",)]
    assert [row.row for row in months.rows] == [2, 3]


def test_outer_labels_are_carried_down_and_subtotals_belong_to_them() -> None:
    reading = understand(
        draw(
            """
            乡镇|村|户数|收入
            宜山镇|宜一村|10|5
            |宜二村|30|15
            |小计|40|20
            龙港镇|龙一村|10|6
            |龙二村|5|1
            |小计|15|7
            合计||55|27
            """
        )
    )
    table = reading.tables[0]
    assert told(table) == lines(
        """
        A1:D8 list
        labels A:乡镇, B:村
        values C:户数, D:收入
        2 data 宜山镇/宜一村
        3 data 宜山镇/宜二村
        4 subtotal 宜山镇/小计
        5 data 龙港镇/龙一村
        6 data 龙港镇/龙二村
        7 subtotal 龙港镇/小计
        8 total 合计
        """
    )
    assert {cell.a1: source.a1 for cell, source in table.carried.items()} == {
        "A3": "A2",
        "A4": "A2",
        "A6": "A5",
        "A7": "A5",
    }


def test_group_rows_head_the_rows_below_them() -> None:
    reading = understand(
        draw(
            """
            序号|学校|人数
            北京市（2所）||
            1|甲|10
            2|乙|20
            天津市（1所）||
            3|丙|35
            """,
            merges=["A2:C2", "A5:C5"],
        )
    )
    assert [f"{row.row} {row.role} {'/'.join(row.path)}" for row in reading.tables[0].rows] == [
        "2 group 北京市（2所）",
        "3 data 北京市（2所）/1/甲",
        "4 data 北京市（2所）/2/乙",
        "5 group 天津市（1所）",
        "6 data 天津市（1所）/3/丙",
    ]


def test_a_row_without_its_one_value_is_not_taken_for_a_group() -> None:
    reading = understand(draw("村|户数\n宜一村|10\n宜二村|\n宜三村|20\n合计|30"))
    assert [f"{row.role} {'/'.join(row.path)}" for row in reading.tables[0].rows] == [
        "data 宜一村",
        "data 宜二村",
        "data 宜三村",
        "total 合计",
    ]


def test_indent_shows_what_stands_under_what() -> None:
    reading = understand(
        draw(
            """
            地区|户数|收入
            合　计|60|31
            '　宜山镇|40|21
            '　　宜一村|10|6
            '　　宜二村|30|15
            '　龙港镇|20|10
            '　　龙一村|20|10
            """
        )
    )
    assert [f"{row.role} {'/'.join(row.path)}" for row in reading.tables[0].rows] == [
        "total 合计",
        "subtotal 宜山镇",
        "data 宜山镇/宜一村",
        "data 宜山镇/宜二村",
        "subtotal 龙港镇",
        "data 龙港镇/龙一村",
    ]


def test_bold_labels_head_the_plain_ones_below_them() -> None:
    reading = understand(
        draw(
            """
            |2007|2008
            制造业|22.5|17.1
            小型|9.3|8.2
            大型|41.7|35.1
            服务业|28.9|20.6
            小型|18.4|13.5
            大型|51.2|40.8
            """,
            bold=["A2:C2", "A5:C5", "A1:C1"],
        )
    )
    assert ["/".join(row.path) for row in reading.tables[0].rows] == [
        "制造业",
        "制造业/小型",
        "制造业/大型",
        "服务业",
        "服务业/小型",
        "服务业/大型",
    ]


def test_a_table_may_stand_anywhere_and_formats_may_reach_far() -> None:
    reading = understand(
        draw(
            """
            .
            .
            ||村|户数|人口|||
            ||甲村|10|30|||
            ||乙村|20|60|||
            .
            .
            """
        )
    )
    assert reading.tables[0].range.a1 == "C3:E5"


def test_a_blank_form_is_a_header_without_rows() -> None:
    reading = understand(
        draw(
            """
            村基本情况表
            填报单位（盖章）：||||报告期：年度
            序号|村|户数（户）|人口（人）|备注
            .
            填表人：||审核人：
            """
        )
    )
    (table,) = reading.tables
    assert table.header_rows == (3,)
    assert table.rows == ()
    columns = [*table.label_columns, *table.columns]
    assert [(column.path, column.unit) for column in columns] == [
        (("序号",), None),
        (("村",), None),
        (("户数",), "户"),
        (("人口",), "人"),
        (("备注",), None),
    ]


def test_a_figure_with_its_spread_or_its_share_is_a_value() -> None:
    picture = "指标|实验组|对照组\n身高|160.2±5.1|159.8±4.9\n女性|88（44.0%）|35(17.5%)"
    (table,) = understand(draw(picture)).tables
    assert [column.path for column in table.label_columns] == [("指标",)]


def test_codes_and_units_beside_the_names_leave_the_outline_to_these() -> None:
    (table,) = understand(
        draw(
            """
            指标名称|代码|计量单位|本年|上年
            '总产值|01|万元|1000|900
            '　一、农业|02|万元|600|560
            '　　其中：粮食|03|万元|300|280
            '　二、林业|04|万元|100|90
            '用电量|06|万千瓦时|50|45
            """
        )
    ).tables
    assert [row.path[:-2] for row in table.rows] == [
        ("总产值",),
        ("总产值", "一、农业"),
        ("总产值", "一、农业", "其中：粮食"),
        ("总产值", "二、林业"),
        ("用电量",),
    ]


@pytest.mark.parametrize(
    ("first", "second"), [("", ""), ("　", "　"), ("　", "　　　　")], ids=["flush", "pushed", "below the name"]
)
def test_the_parts_after_of_which_end_where_they_outgrow_the_whole_or_others_begin(first: str, second: str) -> None:
    (table,) = understand(
        draw(
            f"""
            项目|数量
            总人口|410
            '{first}其中：劳力|220
            耕地面积|350
            集体经济收入|12
            '{first}其中：经营收入|5
            '{second}发包收入|4
            党员数|33
            上级补助|60
            '{first}其中：县级|20
            """
        )
    ).tables
    assert [row.path for row in table.rows] == [
        ("总人口",),
        ("总人口", "其中：劳力"),
        ("耕地面积",),
        ("集体经济收入",),
        ("集体经济收入", "其中：经营收入"),
        ("集体经济收入", "发包收入"),
        ("党员数",),
        ("上级补助",),
        ("上级补助", "其中：县级"),
    ]


def test_of_which_ends_where_another_unit_begins() -> None:
    (table,) = understand(draw("项目|东风村|红星村\n户数（户）|210|180\n其中：贫困户|12|9\n人口（人）|810|702")).tables
    assert [row.path for row in table.rows] == [("户数（户）",), ("户数（户）", "其中：贫困户"), ("人口（人）",)]


def test_a_group_pushed_to_the_right_heads_the_rows_below_it() -> None:
    (table,) = understand(
        draw(
            """
            姓名|性别|出生年月|职务
            一、城关片（3人）|||
            '　（一）甲村（2人）|||
            张三|男|1966.05|书记
            李四|女|1970.11|主任
            '　（二）乙村（1人）|||
            王五|男|1972.03|书记
            """
        )
    ).tables
    assert [row.path[:2] for row in table.rows if row.role == "data"] == [
        ("一、城关片（3人）", "（一）甲村（2人）"),
        ("一、城关片（3人）", "（一）甲村（2人）"),
        ("一、城关片（3人）", "（二）乙村（1人）"),
    ]


def test_a_remark_merged_down_beside_the_rows_is_no_part_of_a_group() -> None:
    picture = "指标|上月|本月|说明\n一、基站|||有变化的须注明原因\n宏站|45|46|\n微站|30|31|\n二、机房|||\n汇聚|3|4|"
    reading = understand(draw(picture, ["D2:D6"], bold=["A2:A2", "A5:A5"]))
    assert [row.role for row in reading.tables[0].rows] == ["group", "data", "data", "group", "data"]
    assert [role_of(reading, address) for address in ("A2", "D2")] == ["group", "note"]
