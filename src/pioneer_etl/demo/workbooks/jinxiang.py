"""Format `jinxiang`: a CSV in GB18030 for each form, everything text, thousand separators, codes 1 and 2."""

from __future__ import annotations

from collections.abc import Mapping

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.columns import columns, habits, labelled
from pioneer_etl.demo.workbooks.common import (
    CATEGORY,
    EDUCATION,
    ETHNICITY_SHORT,
    KIND,
    LEVEL,
    PAY,
    STATUS,
    DemoFile,
    new_book,
    signature,
)
from pioneer_etl.demo.workbooks.form import Column, Form
from pioneer_etl.demo.workbooks.hand import day, money, month, percent, place, spelt, text, whole, yes_no


def files(township: Township, year: int, records: Mapping[str, tuple[Facts, ...]]) -> list[DemoFile]:
    """Eleven files: 金乡镇2004_村基本情况.csv and so on."""
    forms = {
        "village": ("村基本情况", _village(township, year)),
        "village_economy": ("村级集体经济", _economy(township, year)),
        "training": ("教育培训", _training(township, year)),
        "reserve_cadre": ("后备干部", _reserve(township, year)),
        "cadre_post": ("干部人数", _posts(township, year)),
        **{
            dataset: (name, _form(township, year, title, made, note))
            for dataset, (name, title, made, note) in _OTHERS.items()
        },
    }
    result = []
    for dataset, (name, form) in forms.items():
        book = new_book(township, year, f"jinxiang {dataset}", none_mark="/")
        stem = f"{township.name}{year}_{name}"  # a CSV has one sheet, called like the file
        book.add(dataset, stem, form, records[dataset])
        result.append(book.csv(f"{stem}.csv"))
    return result


def _village(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}{year}年村基本情况表",
        columns=(
            Column(("序号",), number=True),
            Column(("行政村名称",), "village", place("full"), label=True),
            Column(("类型",), "category", spelt(CATEGORY)),
            Column(("总户数(户)",), "households", whole("separators"), summed=True),
            Column(("总人口(人)",), "population", whole("separators"), summed=True),
            Column(("劳动力(人)",), "labour_force", whole("separators", unit="人", odd=4), summed=True),
            Column(("农民人均纯收入(元)",), "income_per_head", whole("separators")),
        ),
        total="last",
        total_word="合计",
        signature=(signature(township, year, "  "),),
    )


def _economy(township: Township, year: int) -> Form:
    def amount(heading: str, field: str, odd: int = 0) -> Column:
        return Column((heading,), field, money(style="separators", odd=odd), summed=True)

    return Form(
        title=f"{township.name}{year}年村级集体经济情况表",
        above=(("单位:万元", ""),),
        columns=(
            Column(("序号",), number=True),
            Column(("行政村名称",), "village", place("full"), label=True),
            amount("总收入", "income_total"),
            amount("经营性收入", "income_operating"),
            amount("发包上交收入", "income_contracting", odd=4),
            amount("投资收入", "income_investment"),
            amount("补助收入", "income_subsidy"),
            amount("其它收入", "income_other"),
            amount("去年总收入", "income_last_year"),
            amount("总资产", "assets"),
            amount("总负债", "debts"),
            Column(("村干部报酬形式",), "pay_system", spelt(PAY)),
        ),
        total="last",
        total_word="合计",
        notes=("注:总收入=经营性收入+发包上交收入+投资收入+补助收入+其它收入",),
        signature=(signature(township, year, "  "),),
    )


def _training(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}{year}年干部教育培训情况表",
        columns=(
            Column(("序号",), number=True),
            Column(("班次名称",), "class_name", text, label=True),
            Column(("培训类型",), "kind", spelt(KIND)),
            Column(("参训对象",), "level", spelt(LEVEL)),
            Column(("办班时间",), "date", month("chinese")),
            Column(("主办单位",), "organiser", text),
            Column(("参训人次",), "person_times", whole("separators"), summed=True),
            Column(("涉及村数",), "villages_covered", whole("text")),
            Column(("到课率",), "attendance_rate", percent("sign")),
            Column(("备注",), "remarks", text),
        ),
        total="last",
        total_word="合计",
        signature=(signature(township, year, "  "),),
    )


def _reserve(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}村级后备干部花名册({year}年)",
        columns=(
            Column(("序号",), number=True),
            Column(("所在村",), "village", place("full")),
            Column(("姓名",), "name", text),
            Column(("性别(1男2女)",), "sex", spelt({})),
            Column(("出生年月",), "birth_month", month("chinese")),
            Column(("民族",), "ethnicity", spelt(ETHNICITY_SHORT)),
            Column(("学历",), "education", spelt(EDUCATION)),
            Column(("政治面貌",), "political_status", spelt(STATUS)),
            Column(("身份证号码",), "id_number", text),
            Column(("联系电话",), "phone", text),
            Column(("推荐渠道",), "recommended_by", text),
            Column(("挂职锻炼情况",), "placement", text),
            Column(("备注",), "remarks", text),
        ),
        signature=(signature(township, year, "  "),),
    )


def _posts(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}干部在岗情况表({year}年)",
        columns=(
            Column(("干部级别",), "level", spelt(LEVEL), label=True),
            Column(("在岗人数",), "cadres_in_post", whole("separators"), summed=True),
            Column(("备注",), "remarks", text),
        ),
        total="last",
        total_word="合计",
        signature=(signature(township, year, "  "),),
    )


def _form(township: Township, year: int, title: str, made: tuple[Column, ...], note: str) -> Form:
    return Form(
        title=f"{township.name}{year}年{title}",
        above=((note, ""),) if note else (),
        columns=(Column(("序号",), number=True), *made),
        total="last" if any(each.summed for each in made) else "",
        total_word="合计",
        signature=(signature(township, year, "  "),),
    )


_HAND = habits(
    money=money(style="separators"), whole=whole("separators"), day=day("chinese"), name=text, yes_no=yes_no("1", "2")
)
_ORGANISATION = columns(
    "village_organisation",
    _HAND,
    ("行政村名称", "village"),
    ("党组织形式", "branch_type"),
    ("党员人数", "members"),
    ("女党员", "members_female"),
    ("35岁以下党员", "members_35_or_younger"),
    ("36-45岁党员", "members_36_to_45"),
    ("46-59岁党员", "members_46_to_59"),
    ("60岁以上党员", "members_60_or_older"),
    ("小学及以下党员", "members_primary"),
    ("初中党员", "members_junior"),
    ("高中中专党员", "members_senior"),
    ("大专及以上党员", "members_college"),
    ("支部委员数", "branch_committee_members"),
    ("村委委员数", "village_committee_members"),
    ("交叉任职数", "cross_appointments"),
    ("学习型支部(1.是 2.否)", "learning_branch"),
    ("书记学历", "secretary_education"),
    ("党员承诺事项数", "pledges_made"),
    ("兑现事项数", "pledges_kept"),
)
_UNITS = columns(
    "pioneer_unit",
    _HAND,
    ("创建单位名称", "unit"),
    ("创建层次", "level"),
    ("第几批", "batch"),
    ("强班子分", "score_team"),
    ("强队伍分", "score_members"),
    ("强服务分", "score_service"),
    ("强管理分", "score_management"),
    ("强实力分", "score_strength"),
    ("总得分", "score_total"),
    ("制定计划(1.是 2.否)", "plan_made"),
    ("落实措施(1.是 2.否)", "measures_started"),
    ("通过验收(1.是 2.否)", "accepted"),
)
_MEETINGS = columns(
    "service_meeting",
    _HAND,
    ("行政村名称", "village"),
    ("召开日期", "date"),
    ("类别", "kind"),
    ("参加人数", "attendance"),
    ("反映问题", "question"),
    ("责任人", "answered_by"),
    ("办理期限", "due_date"),
    ("办结日期", "answered_on"),
    ("是否满意(1.是 2.否)", "satisfied"),
)
_WEAK = columns(
    "weak_village",
    _HAND,
    ("后进村名称", "village"),
    ("主要问题", "problem"),
    ("驻村干部", "dispatched_cadre"),
    ("帮扶部门", "paired_department"),
    ("结对富村(企业)", "paired_with"),
    ("主要措施", "measures"),
    ("转化情况", "state"),
)
_PROJECTS = columns(
    "project",
    _HAND,
    ("所在村", "village"),
    ("项目名称", "project_name"),
    ("总投资", "investment"),
    ("投资方", "investor"),
    ("投资方总资产", "investor_capital"),
    ("吸纳就业(人)", "jobs"),
    ("占地(亩)", "land"),
)
_AWARDS = columns(
    "commendation",
    _HAND,
    ("所在村", "unit"),
    ("表彰对象", "recipient"),
    ("荣誉称号", "title"),
    ("级别", "level"),
    ("授予单位", "awarded_by"),
    ("表彰年份", "award_year"),
)
_OTHERS = {
    "village_organisation": ("村级组织", "村级组织情况表", labelled(_ORGANISATION, "village"), ""),
    "pioneer_unit": ("创建单位", "创建单位情况表", _UNITS, ""),
    "service_meeting": ("民情台账", "民情质询台账", _MEETINGS, ""),
    "weak_village": ("后进村", "后进村整顿情况表", _WEAK, ""),
    "project": ("招商项目", "招商引资项目情况表", labelled(_PROJECTS, "village"), "单位:万元"),
    "commendation": ("评选表彰", "评选表彰情况表", _AWARDS, ""),
}
