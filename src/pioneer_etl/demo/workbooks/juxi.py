"""Format `juxi`: one workbook of plain lists, headings in the first row, units in the headings."""

from __future__ import annotations

from collections.abc import Mapping

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.columns import columns, habits
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
)
from pioneer_etl.demo.workbooks.form import Column, Form, looks
from pioneer_etl.demo.workbooks.hand import day, money, month, percent, place, spelt, text, whole

_LOOKS = looks("宋体", 11)


def files(township: Township, year: int, records: Mapping[str, tuple[Facts, ...]]) -> list[DemoFile]:
    """莒溪镇2004年报表.xlsx with eleven sheets."""
    book = new_book(township, year, "juxi", none_mark="无")
    book.add("village", "村基本情况", _village(), records["village"])
    book.add("village_economy", "村集体经济收入", _economy(), records["village_economy"])
    book.add("training", "干部教育培训", _training(), records["training"])
    book.add("reserve_cadre", "后备干部名册", _reserve(), records["reserve_cadre"])
    book.add("cadre_post", "干部在岗情况", _posts(), records["cadre_post"])
    for dataset, (sheet, made) in _OTHERS.items():
        if not records[dataset]:
            continue
        book.add(dataset, sheet, Form(looks=_LOOKS, columns=made), records[dataset])
    return [book.xlsx(f"{township.name}{year}年报表.xlsx")]


def _village() -> Form:
    return Form(
        looks=_LOOKS,
        columns=(
            Column(("村",), "village", place("prefixed", 6), 22, horizontal="left"),
            Column(("村类型",), "category", spelt(CATEGORY), 12),
            Column(("户数（户）",), "households", whole(), 12, horizontal="right"),
            Column(("人口（人）",), "population", whole(), 12, horizontal="right"),
            Column(("劳动力（人）",), "labour_force", whole(), 12, horizontal="right"),
            Column(("村民人均收入（元）",), "income_per_head", whole(), 18, horizontal="right"),
        ),
    )


def _economy() -> Form:
    def amount(heading: str, field: str) -> Column:
        return Column((f"{heading}（万元）",), field, money(), 16, horizontal="right", format="0.00")

    return Form(
        looks=_LOOKS,
        columns=(
            Column(("村",), "village", place("prefixed", 6), 22, horizontal="left"),
            amount("集体经济收入合计", "income_total"),
            amount("经营收入", "income_operating"),
            amount("发包及上交收入", "income_contracting"),
            amount("投资收益", "income_investment"),
            amount("补助收入", "income_subsidy"),
            amount("其他收入", "income_other"),
            amount("上年集体经济收入", "income_last_year"),
            amount("资产总额", "assets"),
            amount("负债总额", "debts"),
            Column(("村干部报酬制度",), "pay_system", spelt(PAY), 16),
        ),
        hidden_records=(3,),
    )


def _training() -> Form:
    return Form(
        looks=_LOOKS,
        columns=(
            Column(("培训班名称",), "class_name", text, 36, horizontal="left"),
            Column(("培训类别",), "kind", spelt(KIND), 12),
            Column(("培训对象",), "level", spelt(LEVEL), 12),
            Column(("培训时间",), "date", month("dashed"), 12),
            Column(("培训人次（人次）",), "person_times", whole(), 16, horizontal="right"),
            Column(("覆盖村数（个）",), "villages_covered", whole(), 14, horizontal="right"),
            Column(("到课率",), "attendance_rate", percent("fraction"), 10, horizontal="right", format="0.0%"),
        ),
    )


def _reserve() -> Form:
    return Form(
        looks=_LOOKS,
        columns=(
            Column(("姓名",), "name", text, 10),
            Column(("性别",), "sex", spelt(SEX), 6),
            Column(("出生年月",), "birth_month", month("short"), 12),
            Column(("民族",), "ethnicity", spelt(ETHNICITY), 8),
            Column(("文化程度",), "education", spelt(EDUCATION), 12),
            Column(("政治面貌",), "political_status", spelt(STATUS), 12),
            Column(("身份证号",), "id_number", text, 22, format="@"),
            Column(("所在村",), "village", place("full"), 16),
            Column(("推荐方式",), "recommended_by", text, 20, horizontal="left"),
            Column(("挂职情况",), "placement", text, 16, horizontal="left"),
        ),
        trailing_rows=20,
    )


def _posts() -> Form:
    return Form(
        looks=_LOOKS,
        columns=(
            Column(("干部层级",), "level", spelt(LEVEL), 18),
            Column(("在岗干部人数（人）",), "cadres_in_post", whole(), 20),
        ),
        freeze=False,
    )


_HAND = habits(day=day("dashed"), place=place("prefixed", 6), name=text)
_ORGANISATION = columns(
    "village_organisation",
    _HAND,
    ("村", "village", 22),
    ("党组织类型", "branch_type", 12),
    ("党员数（人）", "members", 12),
    ("女党员（人）", "members_female", 12),
    ("35岁及以下（人）", "members_35_or_younger", 14),
    ("36至45岁（人）", "members_36_to_45", 14),
    ("46至59岁（人）", "members_46_to_59", 14),
    ("60岁及以上（人）", "members_60_or_older", 14),
    ("小学及以下（人）", "members_primary", 14),
    ("初中（人）", "members_junior", 12),
    ("高中、中专（人）", "members_senior", 14),
    ("大专及以上（人）", "members_college", 14),
    ("支委人数（人）", "branch_committee_members", 14),
    ("村委人数（人）", "village_committee_members", 14),
    ("交叉任职人数（人）", "cross_appointments", 16),
    ("学习型支部", "learning_branch", 12),
    ("书记文化程度", "secretary_education", 14),
    ("党员承诺事项（个）", "pledges_made", 16),
    ("已兑现承诺（个）", "pledges_kept", 16),
)
_UNITS = columns(
    "pioneer_unit",
    _HAND,
    ("创建单位", "unit", 22),
    ("创建层级", "level", 12),
    ("创建批次", "batch", 10),
    ("强班子得分", "score_team", 12),
    ("强队伍得分", "score_members", 12),
    ("强服务得分", "score_service", 12),
    ("强管理得分", "score_management", 12),
    ("强实力得分", "score_strength", 12),
    ("五强总分", "score_total", 10),
    ("已制定计划", "plan_made", 12),
    ("已落实措施", "measures_started", 12),
    ("已通过验收", "accepted", 12),
)
_MEETINGS = columns(
    "service_meeting",
    _HAND,
    ("村", "village", 22),
    ("日期", "date", 12),
    ("形式", "kind", 12),
    ("到会人数（人）", "attendance", 14),
    ("质询问题", "question", 36),
    ("答复人", "answered_by", 14),
    ("应答复日期", "due_date", 12),
    ("实际答复日期", "answered_on", 14),
    ("群众是否满意", "satisfied", 14),
)
_WEAK = columns(
    "weak_village",
    _HAND,
    ("后进村", "village", 22),
    ("存在问题", "problem", 28),
    ("下派干部", "dispatched_cadre", 10),
    ("结对部门", "paired_department", 16),
    ("结对富村或企业", "paired_with", 18),
    ("整顿措施", "measures", 36),
    ("整顿状态", "state", 10),
)
_PROJECTS = columns(
    "project",
    _HAND,
    ("村", "village", 22),
    ("项目名称", "project_name", 24),
    ("投资额（万元）", "investment", 14),
    ("投资方", "investor", 20),
    ("投资方资产（万元）", "investor_capital", 16),
    ("就业人数（人）", "jobs", 14),
    ("用地面积（亩）", "land", 14),
)
_AWARDS = columns(
    "commendation",
    _HAND,
    ("荣誉称号", "title", 20),
    ("表彰对象", "recipient", 24),
    ("所在村", "unit", 22),
    ("表彰级别", "level", 10),
    ("表彰单位", "awarded_by", 18),
    ("表彰年度", "award_year", 10),
)
_OTHERS = {
    "village_organisation": ("村级组织情况", _ORGANISATION),
    "pioneer_unit": ("创建单位情况", _UNITS),
    "service_meeting": ("民情质询台账", _MEETINGS),
    "weak_village": ("后进村整顿帮扶", _WEAK),
    "project": ("招商引资项目", _PROJECTS),
    "commendation": ("评选表彰情况", _AWARDS),
}
