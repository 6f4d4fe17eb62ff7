"""Format `qianku`: one Excel 97 workbook, a sheet a form, column index rows, ticks for men and women."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import count

from pioneer_etl.demo.made.facts import YEAR, Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.columns import columns, habits, labelled
from pioneer_etl.demo.workbooks.common import (
    CATEGORY,
    EDUCATION,
    ETHNICITY,
    KIND,
    LEVEL,
    PAY,
    STATUS,
    DemoFile,
    chinese_year,
    new_book,
    signature,
)
from pioneer_etl.demo.workbooks.form import Column, Form, looks
from pioneer_etl.demo.workbooks.hand import (
    day,
    ditto,
    money,
    month,
    percent,
    place,
    spaced_name,
    spelt,
    text,
    tick,
    whole,
)


def files(township: Township, year: int, records: Mapping[str, tuple[Facts, ...]]) -> list[DemoFile]:
    """上报-钱库.xls with eleven sheets."""
    book = new_book(township, year, "qianku", none_mark="—")
    book.add("village", "村情", _village(township, year), records["village"])
    book.add("village_economy", "集体经济", _economy(township, year), records["village_economy"])
    book.add("training", "培训", _training(township, year), records["training"])
    book.add("reserve_cadre", "后备干部", _reserve(township, year), records["reserve_cadre"])
    book.add("cadre_post", "干部数", _posts(township, year), records["cadre_post"])
    for dataset, (sheet, title, made) in _OTHERS.items():
        book.add(dataset, sheet, _form(township, year, title, made), records[dataset])
    return [book.xls(f"上报-{township.short}.xls")]


_LOOKS = looks(title_size=16)


def _number(width: float = 6) -> Column:
    return Column(("序号",), number=True, width=width)


def _village(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}{chinese_year(year)}年度村情统计表",
        above=((f"填报单位：{township.name}", "单位：户、人、元"),),
        looks=_LOOKS,
        columns=(
            _number(),
            Column(("村　名",), "village", place("full"), 16, label=True, horizontal="left"),
            Column(("村类型",), "category", spelt(CATEGORY), 12),
            Column(("户数",), "households", whole(odd=2), 10, summed=True, horizontal="right"),
            Column(("人口",), "population", whole(odd=2), 10, summed=True, horizontal="right"),
            Column(("劳力",), "labour_force", whole(), 10, summed=True, horizontal="right"),
            Column(("农民人均收入",), "income_per_head", whole(), 12, horizontal="right"),
        ),
        index_row=("甲", "乙", "丙", "1", "2", "3", "4"),
        total="last",
        signature=(signature(township, year),),
    )


def _economy(township: Township, year: int) -> Form:
    def amount(path: tuple[str, ...], field: str, width: float = 11) -> Column:
        write = money(odd=3 if field == "income_operating" else 0)
        return Column(path, field, write, width, summed=True, horizontal="right", format="0.00")

    return Form(
        title=f"{township.name}{year}年村级集体经济收入统计表",
        above=((f"填报单位：{township.name}", "单位：万元"),),
        looks=_LOOKS,
        # 钱库镇 typed the total of its assets wrong.
        misprints={"assets": Decimal(9)} if township.name == "钱库镇" and year == YEAR else {},
        columns=(
            _number(),
            Column(("村　名",), "village", place("full"), 16, label=True, horizontal="left"),
            amount(("当年总收入", "合计"), "income_total"),
            amount(("当年总收入", "经营收入"), "income_operating"),
            amount(("当年总收入", "发包及上交"), "income_contracting"),
            amount(("当年总收入", "投资收益"), "income_investment"),
            amount(("当年总收入", "上级补助"), "income_subsidy"),
            amount(("当年总收入", "其他收入"), "income_other"),
            amount(("上年总收入",), "income_last_year"),
            amount(("年末资产",), "assets"),
            amount(("年末负债",), "debts"),
            Column(("报酬制度",), "pay_system", spelt(PAY), 12),
        ),
        index_row=("甲", "乙", "1=2+3+4+5+6", "2", "3", "4", "5", "6", "7", "8", "9", "丙"),
        total="last",
        notes=("注：上年总收入按上年年报数填列；没有收入的项目可以不填。",),
        signature=(signature(township, year),),
    )


def _training(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}{year}年度干部教育培训情况表",
        looks=_LOOKS,
        columns=(
            _number(),
            Column(("培训班名称",), "class_name", text, 34, label=True, horizontal="left"),
            Column(("类别",), "kind", spelt(KIND), 12),
            Column(("对象",), "level", spelt(LEVEL), 12),
            Column(("培训时间",), "date", month("dotted"), 12),
            Column(("参训人次",), "person_times", whole(), 10, summed=True, horizontal="right"),
            Column(("覆盖村数",), "villages_covered", whole(), 10, horizontal="right"),
            Column(("到课率（%）",), "attendance_rate", percent("hundred"), 10, horizontal="right", format="0.0"),
            Column(("培训地点",), "venue", text, 18, horizontal="left"),
        ),
        index_row=("甲", "乙", "丙", "丁", "戊", "1", "2", "3", "己"),
        total="last",
        signature=(signature(township, year),),
    )


def _reserve(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}村级后备干部名册（{year}年）",
        above=((f"填报单位：{township.name}党委", f"截至{year}年12月31日"),),
        looks=looks(size=10, title_size=16),
        columns=(
            _number(),
            Column(("姓名",), "name", spaced_name, 10),
            Column(("性别", "男"), "sex", tick("1"), 5),
            Column(("性别", "女"), "sex", tick("2"), 5),
            Column(("出生年月",), "birth_month", month("number"), 10, format="0.00"),
            Column(("民族",), "ethnicity", spelt(ETHNICITY), 8),
            Column(("文化程度",), "education", spelt(EDUCATION), 11),
            Column(("政治面貌",), "political_status", spelt(STATUS), 11),
            Column(("所在村",), "village", place("full"), 14, horizontal="left"),
            Column(("身份证号码",), "id_number", text, 21),
            Column(("联系电话",), "phone", text, 14),
            Column(("推荐方式",), "recommended_by", ditto(text), 18, horizontal="left"),
            Column(("挂职情况",), "placement", text, 16, horizontal="left"),
            Column(("备注",), "remarks", text, 12, horizontal="left"),
        ),
        signature=(signature(township, year),),
    )


def _posts(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}干部在岗情况（{year}年底）",
        above=((f"填报单位：{township.name}", "单位：人"),),
        looks=_LOOKS,
        columns=(
            _number(),
            Column(("干部类别",), "level", spelt(LEVEL), 16, label=True),
            Column(("现有人数",), "cadres_in_post", whole(), 14, summed=True, horizontal="right"),
        ),
        total="last",
        signature=(signature(township, year, "   "),),
        freeze=False,
    )


def _form(township: Township, year: int, title: str, made: tuple[Column, ...]) -> Form:
    """A form with a column index row; what can be added up is."""
    texts, numbers = iter("甲乙丙丁戊己庚辛壬癸"), count(1)
    summed = any(each.summed for each in made)
    return Form(
        title=f"{township.name}{year}年度{title}",
        above=((f"填报单位：{township.name}", ""),),
        looks=looks(size=10, title_size=16) if len(made) > 12 else _LOOKS,
        columns=made,
        index_row=tuple(str(next(numbers)) if each.horizontal == "right" else next(texts) for each in made),
        total="last" if summed else "",
        signature=(signature(township, year),),
    )


_HAND = habits(day=day("dotted"))
_ORGANISATION = columns(
    "village_organisation",
    _HAND,
    ("村　名", "village", 16),
    ("支部设置", "branch_type", 10),
    ("党员/总数", "members", 7),
    ("党员/其中女", "members_female", 7),
    ("党员年龄/35岁以下", "members_35_or_younger", 8),
    ("党员年龄/36-45岁", "members_36_to_45", 8),
    ("党员年龄/46-59岁", "members_46_to_59", 8),
    ("党员年龄/60岁以上", "members_60_or_older", 8),
    ("党员文化/小学以下", "members_primary", 8),
    ("党员文化/初中", "members_junior", 7),
    ("党员文化/高中中专", "members_senior", 8),
    ("党员文化/大专以上", "members_college", 8),
    ("支委数", "branch_committee_members", 7),
    ("村委数", "village_committee_members", 7),
    ("两委交叉", "cross_appointments", 7),
    ("学习型支部", "learning_branch", 8),
    ("支书学历", "secretary_education", 10),
    ("承诺件数", "pledges_made", 7),
    ("兑现件数", "pledges_kept", 7),
)
_UNITS = columns(
    "pioneer_unit",
    _HAND,
    ("单位名称", "unit", 18),
    ("单位级别", "level", 12),
    ("批次", "batch", 7),
    ("班子", "score_team", 8),
    ("队伍", "score_members", 8),
    ("服务", "score_service", 8),
    ("管理", "score_management", 8),
    ("实力", "score_strength", 8),
    ("总分", "score_total", 8),
    ("有否计划", "plan_made", 9),
    ("有否行动", "measures_started", 9),
    ("已否验收", "accepted", 9),
)
_MEETINGS = columns(
    "service_meeting",
    _HAND,
    ("村　名", "village", 16),
    ("日期", "date", 12),
    ("活动", "kind", 12),
    ("到会人数", "attendance", 9),
    ("群众提问", "question", 34),
    ("答复人", "answered_by", 14),
    ("限答日期", "due_date", 12),
    ("答复日期", "answered_on", 12),
    ("满意否", "satisfied", 8),
)
_WEAK = columns(
    "weak_village",
    _HAND,
    ("村　名", "village", 16),
    ("后进表现", "problem", 28),
    ("下派干部", "dispatched_cadre", 10),
    ("挂钩单位", "paired_department", 16),
    ("结对村、企业", "paired_with", 18),
    ("帮扶措施", "measures", 36),
    ("转化否", "state", 10),
)
_PROJECTS = columns(
    "project",
    _HAND,
    ("村　名", "village", 16),
    ("项目名称", "project_name", 24),
    ("项目投资（万元）", "investment", 12),
    ("投资者", "investor", 20),
    ("投资者总资产（万元）", "investor_capital", 14),
    ("用工（人）", "jobs", 9),
    ("用地（亩）", "land", 9),
)
_AWARDS = columns(
    "commendation",
    _HAND,
    ("荣誉名称", "title", 20),
    ("获奖者", "recipient", 24),
    ("村　名", "unit", 16),
    ("级别", "level", 8),
    ("授予机关", "awarded_by", 18),
    ("年份", "award_year", 8),
)
_OTHERS = {
    "village_organisation": ("组织", "村级组织情况统计表", labelled(_ORGANISATION, "village")),
    "pioneer_unit": ("创建", "先锋工程创建单位进展表", _UNITS),
    "service_meeting": ("民情", "民情质询及台账登记表", _MEETINGS),
    "weak_village": ("后进村", "后进村整顿帮扶情况表", _WEAK),
    "project": ("项目", "招商引资项目统计表", labelled(_PROJECTS, "village")),
    "commendation": ("表彰", "评选表彰情况表", _AWARDS),
}
