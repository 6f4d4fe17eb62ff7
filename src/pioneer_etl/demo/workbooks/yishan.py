"""Format `yishan`: three workbooks; areas, villages and kinds stand once, merged or carried down."""

from __future__ import annotations

from collections.abc import Mapping

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.columns import columns, habits, labelled
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
from pioneer_etl.demo.workbooks.hand import (
    area,
    day,
    ditto,
    money,
    month,
    percent,
    place,
    spaced_name,
    spelt,
    text,
    whole,
)

_LOOKS = looks("楷体_GB2312", 12, "黑体", None, 18)
_SMALL = looks("楷体_GB2312", 11, "黑体", None, 18)


def files(township: Township, year: int, records: Mapping[str, tuple[Facts, ...]]) -> list[DemoFile]:
    """宜山镇2004年度村级经济报表.xlsx, 宜山镇2004年度干部队伍报表.xlsx and 宜山镇2004年度先锋工程报表.xlsx."""
    economy = new_book(township, year, "yishan economy", none_mark="无")
    economy.add("village", "村基本情况", _village(township, year), records["village"])
    economy.add("village_economy", "集体经济", _economy(township, year), records["village_economy"])
    cadres = new_book(township, year, "yishan cadres", none_mark="无")
    cadres.add("training", "干部培训", _training(township, year), _by_kind(records["training"]))
    cadres.add("reserve_cadre", "后备干部", _reserve(township, year), records["reserve_cadre"])
    cadres.add("cadre_post", "在职干部", _posts(township, year), records["cadre_post"])
    pioneer = new_book(township, year, "yishan pioneer", none_mark="无")
    for dataset, (sheet, title, made) in _OTHERS.items():
        pioneer.add(dataset, sheet, _form(township, year, title, made), records[dataset])
    return [
        economy.xlsx(f"{township.name}{year}年度村级经济报表.xlsx"),
        cadres.xlsx(f"{township.name}{year}年度干部队伍报表.xlsx"),
        pioneer.xlsx(f"{township.name}{year}年度先锋工程报表.xlsx"),
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


def _form(township: Township, year: int, title: str, made: tuple[Column, ...]) -> Form:
    return Form(
        title=f"{township.name}{title}",
        above=((f"填报单位：{township.name}", f"{year}年度"),),
        looks=_SMALL if len(made) > 10 else _LOOKS,
        columns=made,
        total="last" if any(each.summed for each in made) else "",
        total_word="合　　计",
        signature=(signature(township, year),),
    )


_HAND = habits(day=day("slashed"), place=place("full", 15))
_ORGANISATION = columns(
    "village_organisation",
    _HAND,
    _area(),
    ("村名", "village", 15),
    ("支部类型", "branch_type", 10),
    ("党员数/合计", "members", 7),
    ("党员数/其中女", "members_female", 7),
    ("年龄状况/35岁以下", "members_35_or_younger", 8),
    ("年龄状况/36-45岁", "members_36_to_45", 8),
    ("年龄状况/46-59岁", "members_46_to_59", 8),
    ("年龄状况/60岁以上", "members_60_or_older", 8),
    ("文化状况/小学以下", "members_primary", 8),
    ("文化状况/初中", "members_junior", 7),
    ("文化状况/高中中专", "members_senior", 8),
    ("文化状况/大专以上", "members_college", 8),
    ("支委", "branch_committee_members", 6),
    ("村委", "village_committee_members", 6),
    ("交叉任职", "cross_appointments", 7),
    ("学习型支部", "learning_branch", 8),
    ("书记文化", "secretary_education", 10),
    ("承诺事项", "pledges_made", 7),
    ("已兑现", "pledges_kept", 7),
)
_UNITS = columns(
    "pioneer_unit",
    _HAND,
    ("创建单位", "unit", 18),
    ("类型", "level", 12),
    ("批次", "batch", 7),
    ("考核得分/强班子", "score_team", 8),
    ("考核得分/强素质", "score_members", 8),
    ("考核得分/强服务", "score_service", 8),
    ("考核得分/强管理", "score_management", 8),
    ("考核得分/强实力", "score_strength", 8),
    ("考核得分/合计", "score_total", 8),
    ("创建情况/有计划", "plan_made", 9),
    ("创建情况/有措施", "measures_started", 9),
    ("创建情况/已验收", "accepted", 9),
)
_MEETINGS = columns(
    "service_meeting",
    _HAND,
    Column(("村名",), "village", place("full", 0), 14, merged="merged"),
    ("时间", "date", 12),
    ("形式", "kind", 12),
    ("人数", "attendance", 8),
    ("质询事项", "question", 34),
    ("承办人", "answered_by", 14),
    ("承诺日期", "due_date", 12),
    ("落实日期", "answered_on", 12),
    ("满意与否", "satisfied", 9),
)
_WEAK = columns(
    "weak_village",
    _HAND,
    ("村名", "village", 15),
    ("主要原因", "problem", 28),
    ("蹲点干部", "dispatched_cadre", 11),
    ("挂钩部门", "paired_department", 16),
    ("结对村企", "paired_with", 18),
    ("具体措施", "measures", 36),
    ("目前状态", "state", 10),
)
_PROJECTS = columns(
    "project",
    _HAND,
    ("村名", "village", 15),
    ("项目", "project_name", 24),
    ("投资金额（万元）", "investment", 12),
    ("业主", "investor", 20),
    ("业主资产（万元）", "investor_capital", 13),
    ("带动就业（人）", "jobs", 11),
    ("用地（亩）", "land", 10),
)
_AWARDS = columns(
    "commendation",
    _HAND,
    ("奖项", "title", 20),
    ("获奖者", "recipient", 24),
    ("村名", "unit", 15),
    ("级别", "level", 8),
    ("颁奖单位", "awarded_by", 18),
    ("获奖年度", "award_year", 9),
)
_OTHERS = {
    "village_organisation": ("村级组织", "村级组织情况", labelled(_ORGANISATION, "village")),
    "pioneer_unit": ("创建单位", "创建单位考核情况", _UNITS),
    "service_meeting": ("民情质询", "民情质询情况", _MEETINGS),
    "weak_village": ("后进村", "后进村整顿情况", _WEAK),
    "project": ("招商引资", "招商引资情况", labelled(_PROJECTS, "village")),
    "commendation": ("评先表彰", "评先表彰情况", _AWARDS),
}
