"""Format `yishan`: two workbooks; areas, villages and kinds stand once, merged or carried down."""

from __future__ import annotations

from collections.abc import Mapping

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.common import (
    CATEGORY,
    EDUCATION,
    ETHNICITY,
    KIND,
    LEVEL,
    PAY,
    SEX,
    STATUS,
    DemoFile,
    new_book,
    signature,
)
from pioneer_etl.demo.workbooks.form import Column, Form, looks
from pioneer_etl.demo.workbooks.hand import area, ditto, money, month, percent, place, spaced_name, spelt, text, whole

_LOOKS = looks("楷体_GB2312", 12, "黑体", None, 18)
_SMALL = looks("楷体_GB2312", 11, "黑体", None, 18)


def files(township: Township, year: int, records: Mapping[str, tuple[Facts, ...]]) -> list[DemoFile]:
    """宜山镇2004年度村级经济报表.xlsx and 宜山镇2004年度干部队伍报表.xlsx."""
    economy = new_book(township, year, "yishan economy", none_mark="无")
    economy.add("village", "村基本情况", _village(township, year), records["village"])
    economy.add("village_economy", "集体经济", _economy(township, year), records["village_economy"])
    cadres = new_book(township, year, "yishan cadres", none_mark="无")
    cadres.add("training", "干部培训", _training(township, year), _by_kind(records["training"]))
    cadres.add("reserve_cadre", "后备干部", _reserve(township, year), records["reserve_cadre"])
    cadres.add("cadre_post", "在职干部", _posts(township, year), records["cadre_post"])
    return [
        economy.xlsx(f"{township.name}{year}年度村级经济报表.xlsx"),
        cadres.xlsx(f"{township.name}{year}年度干部队伍报表.xlsx"),
    ]


def _by_kind(records: tuple[Facts, ...]) -> list[Facts]:
    kinds = list(dict.fromkeys(facts["kind"] for facts in records))
    return sorted(records, key=lambda facts: kinds.index(facts["kind"]))


def _area() -> Column:
    return Column(("工作片",), "village", area, 9, merged="merged", aside=True)


def _village(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}村基本情况表",
        above=((f"填报单位：{township.name}", f"{year}年度"),),
        looks=_LOOKS,
        columns=(
            _area(),
            Column(("序号",), number=True, width=6),
            Column(("村名",), "village", place("full", 15), 15, label=True),
            Column(("类型",), "category", spelt(CATEGORY), 12),
            Column(("户数", "（户）"), "households", whole(odd=2), 10, summed=True, horizontal="right"),
            Column(("人口", "（人）"), "population", whole(unit="人", odd=4), 10, summed=True, horizontal="right"),
            Column(("劳动力", "（人）"), "labour_force", whole(), 10, summed=True, horizontal="right"),
            Column(("人均收入", "（元）"), "income_per_head", whole(), 11, horizontal="right"),
        ),
        total="last",
        signature=(signature(township, year),),
    )


def _economy(township: Township, year: int) -> Form:
    def amount(path: tuple[str, ...], field: str, odd: int = 0) -> Column:
        return Column(path, field, money(odd=odd), 11, summed=True, horizontal="right", format="0.00")

    return Form(
        title=f"{township.name}村级集体经济收入报表",
        above=((f"填报单位：{township.name}", f"{year}年度"), ("", "金额单位：万元")),
        looks=_LOOKS,
        columns=(
            _area(),
            Column(("序号",), number=True, width=6),
            Column(("村名",), "village", place("full", 15), 15, label=True),
            amount(("集体经济收入", "合计"), "income_total"),
            amount(("集体经济收入", "经营收入"), "income_operating", odd=6),
            amount(("集体经济收入", "发包收入"), "income_contracting"),
            amount(("集体经济收入", "投资收益"), "income_investment"),
            amount(("集体经济收入", "补助收入"), "income_subsidy", odd=3),
            amount(("集体经济收入", "其他收入"), "income_other"),
            amount(("上年合计",), "income_last_year"),
            amount(("集体资产",), "assets"),
            amount(("集体负债",), "debts"),
            Column(("报酬办法",), "pay_system", spelt(PAY), 13),
        ),
        index_row=("甲", "乙", "丙", "1", "2", "3", "4", "5", "6", "7", "8", "9", "丁"),
        total="last",
        total_word="合　　计",
        signature=(signature(township, year),),
    )


def _training(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}{year}年度干部教育培训情况",
        looks=_LOOKS,
        columns=(
            Column(("培训类别",), "kind", spelt(KIND), 12, merged="merged"),
            Column(("培训班次",), "class_name", text, 36, horizontal="left"),
            Column(("对象",), "level", spelt(LEVEL), 12),
            Column(("时间",), "date", month("chinese"), 12),
            Column(("人次",), "person_times", whole(unit="人次", odd=10), 10, horizontal="right"),
            Column(("村数",), "villages_covered", whole(), 8, horizontal="right"),
            Column(("到课率",), "attendance_rate", percent("sign"), 10, horizontal="right"),
            Column(("备注",), "remarks", text, 18, horizontal="left"),
        ),
        signature=(signature(township, year),),
    )


def _reserve(township: Township, year: int) -> Form:
    merged = "merged" if len(township.villages) > 20 else "carried"
    return Form(
        title=f"{township.name}村级后备干部名册",
        above=((f"填报单位：{township.name}党委", f"截止时间：{year}年12月31日"),),
        looks=_SMALL,
        columns=(
            Column(("村名",), "village", place("full", 0), 14, merged=merged),
            Column(("姓名",), "name", spaced_name, 10),
            Column(("性别",), "sex", spelt(SEX), 6),
            Column(("出生年月",), "birth_month", month("dotted"), 10),
            Column(("民族",), "ethnicity", ditto(spelt(ETHNICITY), "〃"), 8),
            Column(("文化程度",), "education", spelt(EDUCATION), 12),
            Column(("政治面貌",), "political_status", spelt(STATUS), 12),
            Column(("身份证号",), "id_number", text, 22, format="@"),
            Column(("推荐情况",), "recommended_by", ditto(text), 20, horizontal="left"),
            Column(("挂职",), "placement", text, 16, horizontal="left"),
            Column(("备注",), "remarks", text, 14, horizontal="left"),
        ),
        signature=(signature(township, year),),
    )


def _posts(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}在职干部人数",
        above=((f"填报单位：{township.name}", f"{year}年12月"),),
        looks=_LOOKS,
        columns=(
            Column(("干部类别",), "level", spelt(LEVEL), 18, label=True),
            Column(("人数（人）",), "cadres_in_post", whole(), 14, summed=True),
        ),
        total="last",
        signature=(signature(township, year, " "),),
        freeze=False,
    )
