"""Format `lingxi`: one workbook, totals first, a row for each working area with its subtotal, true dates."""

from __future__ import annotations

from collections.abc import Mapping

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.columns import columns, formatted, habits, labelled
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
from pioneer_etl.demo.workbooks.hand import day, money, month, percent, place, spaced_name, spelt, text, whole, yes_no

_LOOKS = looks("宋体", 11, "宋体", "E2EFDA", 18)
_SMALL = looks("宋体", 10, "宋体", "E2EFDA", 18)
_MONTH = 'yyyy"年"m"月"'


def files(township: Township, year: int, records: Mapping[str, tuple[Facts, ...]]) -> list[DemoFile]:
    """灵溪镇2004年度先锋工程报表.xlsx with eleven sheets."""
    areas = {village.code: village.area for village in township.villages}
    book = new_book(township, year, "lingxi", none_mark="—")
    book.add("village", "1村情", _village(township, year, areas), records["village"])
    book.add("village_economy", "2收入", _economy(township, year, areas), records["village_economy"])
    book.add("training", "3培训", _training(township, year), records["training"])
    book.add("reserve_cadre", "4后备", _reserve(township, year, areas), records["reserve_cadre"])
    book.add("cadre_post", "5干部", _posts(township, year), records["cadre_post"])
    for dataset, (sheet, title, made) in _OTHERS.items():
        grouped = areas if dataset == "village_organisation" else None
        book.add(dataset, sheet, _form(township, year, title, made, grouped), records[dataset])
    return [book.xlsx(f"{township.name}{year}年度先锋工程报表.xlsx")]


def _village(township: Township, year: int, areas: Mapping[str, str]) -> Form:
    def number(path: tuple[str, ...], field: str, summed: bool = True) -> Column:
        return Column(path, field, whole(odd=1), 11, summed=summed, horizontal="right", format="#,##0")

    return Form(
        title=f"{township.name}{year}年行政村基本情况一览表",
        above=(("", "计量单位：户、人、元"),),
        looks=_LOOKS,
        columns=(
            Column(("行政村",), "village", place("committee"), 18, label=True, horizontal="left"),
            number(("户数",), "households"),
            number(("人口", "总人口"), "population"),
            number(("人口", "劳动力"), "labour_force"),
            number(("年人均收入",), "income_per_head", summed=False),
            Column(("村类别",), "category", spelt(CATEGORY), 12),
        ),
        total="first",
        total_word="全镇合计" if township.name.endswith("镇") else "全乡合计",
        group=lambda facts: areas[str(facts["village"])],
        subtotal="last",
        signature=(signature(township, year),),
    )


def _economy(township: Township, year: int, areas: Mapping[str, str]) -> Form:
    def amount(path: tuple[str, ...], field: str) -> Column:
        return Column(path, field, money(), 12, summed=True, horizontal="right", format="0.00")

    return Form(
        title=f"{township.name}{year}年村集体经济收入情况表",
        above=(("", "单位：万元"),),
        looks=_LOOKS,
        columns=(
            Column(("行政村",), "village", place("committee"), 18, label=True, horizontal="left"),
            amount(("总收入",), "income_total"),
            amount(("收入来源", "经营收入"), "income_operating"),
            amount(("收入来源", "发包收入"), "income_contracting"),
            amount(("收入来源", "投资收益"), "income_investment"),
            amount(("收入来源", "补助收入"), "income_subsidy"),
            amount(("收入来源", "其他收入"), "income_other"),
            amount(("去年总收入",), "income_last_year"),
            amount(("年末", "资产总额"), "assets"),
            amount(("年末", "负债总额"), "debts"),
            Column(("工资制度",), "pay_system", spelt(PAY), 13),
        ),
        total="first",
        total_word="全镇合计" if township.name.endswith("镇") else "全乡合计",
        group=lambda facts: areas[str(facts["village"])],
        subtotal="last",
        notes=("注：1.总收入为各项收入来源之和；2.本表由镇农经站提供，去年总收入以审计数为准。",),
        signature=(signature(township, year),),
    )


def _training(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}{year}年干部教育培训情况表",
        looks=_LOOKS,
        columns=(
            Column(("办班名称",), "class_name", text, 36, label=True, horizontal="left"),
            Column(("参训人次",), "person_times", whole(), 10, summed=True, horizontal="right"),
            Column(("覆盖行政村数",), "villages_covered", whole(), 10, horizontal="right"),
            Column(("到课率",), "attendance_rate", percent("fraction"), 10, horizontal="right", format="0.0%"),
            Column(("办班日期",), "date", month("date"), 14, format=_MONTH),
            Column(("办班地点",), "venue", text, 18, horizontal="left"),
            Column(("类别",), "kind", spelt(KIND), 12),
            Column(("培训层级",), "level", spelt(LEVEL), 12),
            Column(("备注",), "remarks", text, 16, horizontal="left"),
        ),
        total="first",
        total_word="合计",
        signature=(signature(township, year),),
    )


def _reserve(township: Township, year: int, areas: Mapping[str, str]) -> Form:
    return Form(
        title=f"{township.name}{year}年村级后备干部名册",
        looks=_SMALL,
        columns=(
            Column(("姓名",), "name", spaced_name, 10),
            Column(("性别",), "sex", spelt(SEX), 6),
            Column(("民族",), "ethnicity", spelt(ETHNICITY), 8),
            Column(("出生年月",), "birth_month", month("date"), 13, format=_MONTH),
            Column(("文化程度",), "education", spelt(EDUCATION), 11),
            Column(("政治面貌",), "political_status", spelt(STATUS), 11),
            Column(("所在行政村",), "village", place("full"), 16, horizontal="left"),
            Column(("推荐情况",), "recommended_by", text, 20, horizontal="left"),
            Column(("挂职锻炼",), "placement", text, 16, horizontal="left"),
            Column(("备注",), "remarks", text, 14, horizontal="left"),
        ),
        group=lambda facts: areas[str(facts["village"])],
        signature=(signature(township, year),),
    )


def _posts(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}{year}年末干部在岗情况",
        looks=_LOOKS,
        columns=(
            Column(("层级",), "level", spelt(LEVEL), 18, label=True),
            Column(("在岗干部（人）",), "cadres_in_post", whole(), 16, summed=True),
            Column(("备注",), "remarks", text, 20),
        ),
        total="first",
        total_word="合计",
        signature=(signature(township, year, "  "),),
    )


def _form(township: Township, year: int, title: str, made: tuple[Column, ...], areas: Mapping[str, str] | None) -> Form:
    """A form with its total first; with `areas` a row and a subtotal for each."""
    whole_town = "全镇合计" if township.name.endswith("镇") else "全乡合计"
    return Form(
        title=f"{township.name}{year}年{title}",
        looks=_SMALL if len(made) > 9 else _LOOKS,
        columns=made,
        total="first" if any(each.summed for each in made) else "",
        total_word=whole_town if areas else "合计",
        group=(lambda facts: areas[str(facts["village"])]) if areas else None,
        subtotal="last" if areas else "",
        signature=(signature(township, year),),
    )


_DAY = "yyyy-m-d"
_HAND = habits(day=day("date"), place=place("committee"), yes_no=yes_no("√", "×"))
_ORGANISATION = columns(
    "village_organisation",
    _HAND,
    ("行政村", "village", 18),
    ("组织设置", "branch_type", 10),
    ("党员/合计", "members", 7),
    ("党员/女", "members_female", 6),
    ("年龄结构/35岁以下", "members_35_or_younger", 8),
    ("年龄结构/36-45岁", "members_36_to_45", 8),
    ("年龄结构/46-59岁", "members_46_to_59", 8),
    ("年龄结构/60岁以上", "members_60_or_older", 8),
    ("学历结构/小学及以下", "members_primary", 8),
    ("学历结构/初中", "members_junior", 7),
    ("学历结构/高中", "members_senior", 7),
    ("学历结构/大专以上", "members_college", 8),
    ("村两委/支委", "branch_committee_members", 7),
    ("村两委/村委", "village_committee_members", 7),
    ("村两委/交叉任职", "cross_appointments", 8),
    ("学习型支部", "learning_branch", 8),
    ("支部书记学历", "secretary_education", 10),
    ("党员承诺/承诺", "pledges_made", 7),
    ("党员承诺/兑现", "pledges_kept", 7),
)
_UNITS = columns(
    "pioneer_unit",
    _HAND,
    ("创建对象", "unit", 18),
    ("类别", "level", 12),
    ("批次", "batch", 7),
    ("五强评分/强班子", "score_team", 8),
    ("五强评分/强素质", "score_members", 8),
    ("五强评分/强服务", "score_service", 8),
    ("五强评分/强机制", "score_management", 8),
    ("五强评分/强实力", "score_strength", 8),
    ("五强评分/总分", "score_total", 8),
    ("进展/制定计划", "plan_made", 9),
    ("进展/落实措施", "measures_started", 9),
    ("进展/验收", "accepted", 9),
)
_MEETINGS = columns(
    "service_meeting",
    _HAND,
    ("行政村", "village", 18),
    ("时间", "date", 12),
    ("类型", "kind", 12),
    ("参会人数", "attendance", 9),
    ("群众提出的问题", "question", 34),
    ("答复责任人", "answered_by", 14),
    ("答复时限", "due_date", 12),
    ("答复时间", "answered_on", 12),
    ("群众满意", "satisfied", 9),
)
_WEAK = columns(
    "weak_village",
    _HAND,
    ("行政村", "village", 18),
    ("后进原因", "problem", 28),
    ("农村指导员", "dispatched_cadre", 11),
    ("联系单位", "paired_department", 16),
    ("结对富村（企业）", "paired_with", 18),
    ("工作措施", "measures", 36),
    ("整顿进展", "state", 10),
)
_PROJECTS = columns(
    "project",
    _HAND,
    ("落户村", "village", 18),
    ("引进项目", "project_name", 24),
    ("引资额（万元）", "investment", 12),
    ("客商", "investor", 20),
    ("客商资产（万元）", "investor_capital", 14),
    ("安置就业（人）", "jobs", 11),
    ("占地面积（亩）", "land", 11),
)
_AWARDS = columns(
    "commendation",
    _HAND,
    ("荣誉称号", "title", 20),
    ("姓名（单位）", "recipient", 24),
    ("行政村", "unit", 18),
    ("表彰层级", "level", 9),
    ("表彰机关", "awarded_by", 18),
    ("年度", "award_year", 8),
)
_OTHERS = {
    "village_organisation": ("6组织", "村级组织情况一览表", labelled(_ORGANISATION, "village")),
    "pioneer_unit": ("7创建", "先锋工程创建情况表", _UNITS),
    "service_meeting": (
        "8民情",
        "民情台账",
        formatted(_MEETINGS, date=_DAY, due_date=_DAY, answered_on=_DAY),
    ),
    "weak_village": ("9后进村", "后进村帮扶情况表", _WEAK),
    "project": ("10项目", "引资项目情况表", labelled(_PROJECTS, "village")),
    "commendation": ("11表彰", "荣誉称号名单", _AWARDS),
}
