"""Format `fengyang`: a file a form, both levels of totals first, villages merged over their people, columns without a
heading, spacer and helper columns, dates counted from 1904."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.columns import MONEY, columns, formatted, habits, labelled
from pioneer_etl.demo.workbooks.common import DemoFile, new_book, signature
from pioneer_etl.demo.workbooks.form import Column, Form, looks
from pioneer_etl.demo.workbooks.hand import day, month, percent, place, whole, yes_no
from pioneer_etl.demo.workbooks.page import Page

_LOOKS = looks("华文仿宋", 11, "华文中宋", "FFF2CC", 16)
_SMALL = looks("华文仿宋", 10, "华文中宋", "FFF2CC", 16)
_HAND = habits(
    month=month("date"),
    day=day("date"),
    percent=percent("hundred"),
    place=place("full", 12),
    whole=whole(odd=2),
    yes_no=yes_no("√", None),
)
_GROUPS = ("第一联村组", "第二联村组", "第三联村组")
_MONTH, _DAY = "yyyy-mm", "yyyy-mm-dd"
_NUMBER = Column(("",), number=True, width=5)
_SPACER = Column(("",), width=2)


def files(township: Township, year: int, records: Mapping[str, Sequence[Facts]]) -> list[DemoFile]:
    """凤阳2004年01村情.xlsx to 凤阳2004年11表彰.xlsx."""
    found = []
    for number, (dataset, (name, _)) in enumerate(_FORMS.items(), 1):
        if not records.get(dataset):
            continue
        book = new_book(township, year, f"fengyang {dataset}", none_mark="/")
        book.add(dataset, "Sheet1", _form(township, year, dataset), records[dataset])
        book.pages += [Page("Sheet2"), Page("Sheet3")]
        found.append(book.xlsx(f"{township.short}{year}年{number:02d}{name}.xlsx", epoch_1904=True))
    return found


def _form(township: Township, year: int, dataset: str) -> Form:
    title, made = _FORMS[dataset][0], _FORMS[dataset][1]
    grouped = dataset in ("village", "village_economy", "village_organisation")
    groups = {
        village.code: _GROUPS[index * len(_GROUPS) // len(township.villages)]
        for index, village in enumerate(township.villages)
    }
    unit = {"village_economy": "单位：万元", "project": "单位：万元、人、亩"}.get(dataset, "")
    summed = any(each.summed for each in made)
    return Form(
        title=f"{township.name}{year}年{title}统计表",
        above=((f"填报单位：{township.name}人民政府", unit),),
        looks=_SMALL if len(made) > 12 else _LOOKS,
        columns=made,
        total="first" if summed else "",
        total_word="全乡总计",
        subtotal="first" if grouped else "",
        subtotal_word="{group}小计",
        group=(lambda facts: groups[str(facts["village"])]) if grouped else None,
        signature=(signature(township, year),),
        trailing_rows=3,
    )


def _village() -> tuple[Column, ...]:
    made = columns(
        "village",
        _HAND,
        _NUMBER,
        ("村名", "village", 18),
        ("村庄类别", "category", 12),
        _SPACER,
        ("户数（户）", "households"),
        ("总人口（人）", "population", 11),
        ("其中：劳动力（人）", "labour_force", 12),
        _SPACER,
        ("农民人均纯收入（元）", "income_per_head", 14),
    )
    return labelled(made, "village")


def _economy() -> tuple[Column, ...]:
    made = columns(
        "village_economy",
        _HAND,
        _NUMBER,
        ("村名", "village", 18),
        ("总收入", "income_total"),
        ("其中/经营", "income_operating"),
        ("其中/发包上交", "income_contracting"),
        ("其中/投资", "income_investment"),
        ("其中/补助", "income_subsidy"),
        ("其中/其他", "income_other"),
        _SPACER,
        ("上年总收入", "income_last_year"),
        ("年末资产", "assets"),
        ("年末负债", "debts"),
        ("报酬形式", "pay_system", 13),
        _SPACER,
        Column(("核对",), helper="ROUND(C{row}-SUM(D{row}:H{row}),2)", helper_result=0, width=7),
    )
    return labelled(formatted(made, **dict.fromkeys(MONEY, "0.00")), "village")


def _training() -> tuple[Column, ...]:
    made = columns(
        "training",
        _HAND,
        _NUMBER,
        ("培训班名称", "class_name", 34),
        ("类别", "kind", 12),
        ("对象", "level", 12),
        ("开班时间", "date", 12),
        _SPACER,
        ("参训人次", "person_times"),
        ("涉及村数", "villages_covered"),
        ("到课率（%）", "attendance_rate", 11),
        _SPACER,
        ("", "organiser", 18),
        ("办班地点", "venue", 18),
        ("备注", "remarks", 16),
    )
    return labelled(formatted(made, date=_MONTH), "class_name")


def _reserve() -> tuple[Column, ...]:
    made = columns(
        "reserve_cadre",
        habits(**{**_HAND, "place": place("full", 0)}),
        Column(("所在村",), "village", place("full", 0), 14, merged="merged"),
        ("姓名", "name"),
        ("性别", "sex", 6),
        ("出生年月", "birth_month", 11),
        ("民族", "ethnicity", 7),
        ("学历", "education", 11),
        ("政治面貌", "political_status", 11),
        ("公民身份号码", "id_number", 22),
        ("", "phone", 14),
        _SPACER,
        ("推荐方式", "recommended_by", 18),
        ("挂职岗位", "placement", 16),
        ("备注", "remarks", 12),
    )
    return formatted(made, birth_month=_MONTH, id_number="@")


def _posts() -> tuple[Column, ...]:
    made = columns(
        "cadre_post",
        _HAND,
        ("干部类别", "level", 18),
        ("在岗人数（人）", "cadres_in_post", 16),
        ("备注", "remarks", 18),
    )
    return labelled(made, "level")


def _organisation() -> tuple[Column, ...]:
    made = columns(
        "village_organisation",
        _HAND,
        _NUMBER,
        ("村名", "village", 18),
        ("组织形式", "branch_type"),
        _SPACER,
        ("党员/总数", "members", 8),
        ("党员/女", "members_female", 7),
        ("年龄/35岁及以下", "members_35_or_younger", 9),
        ("年龄/36至45岁", "members_36_to_45", 9),
        ("年龄/46至59岁", "members_46_to_59", 9),
        ("年龄/60岁及以上", "members_60_or_older", 9),
        ("文化/小学及以下", "members_primary", 9),
        ("文化/初中", "members_junior", 8),
        ("文化/高中中专", "members_senior", 9),
        ("文化/大专及以上", "members_college", 9),
        _SPACER,
        ("班子/支委", "branch_committee_members", 7),
        ("班子/村委", "village_committee_members", 7),
        ("班子/交叉任职", "cross_appointments", 8),
        ("学习型支部", "learning_branch", 8),
        ("书记学历", "secretary_education"),
        ("承诺/件数", "pledges_made", 7),
        ("承诺/兑现", "pledges_kept", 7),
    )
    return labelled(made, "village")


def _units() -> tuple[Column, ...]:
    return columns(
        "pioneer_unit",
        _HAND,
        _NUMBER,
        ("创建单位", "unit", 18),
        ("层次", "level", 12),
        ("批次", "batch", 7),
        _SPACER,
        ("五强得分/班子", "score_team", 8),
        ("五强得分/队伍", "score_members", 8),
        ("五强得分/服务", "score_service", 8),
        ("五强得分/管理", "score_management", 8),
        ("五强得分/实力", "score_strength", 8),
        ("五强得分/合计", "score_total", 8),
        _SPACER,
        ("进度/方案", "plan_made", 8),
        ("进度/措施", "measures_started", 8),
        ("进度/验收", "accepted", 8),
    )


def _meetings() -> tuple[Column, ...]:
    made = columns(
        "service_meeting",
        habits(**{**_HAND, "yes_no": yes_no("满意", "不满意")}),
        Column(("村名",), "village", place("full", 0), 14, merged="merged"),
        ("日期", "date", 12),
        ("形式", "kind", 12),
        ("到会人数", "attendance"),
        ("群众所提问题", "question", 34),
        ("答复人", "answered_by"),
        ("限办日期", "due_date", 12),
        ("办结日期", "answered_on", 12),
        _SPACER,
        ("群众评价", "satisfied", 10),
    )
    return formatted(made, date=_DAY, due_date=_DAY, answered_on=_DAY)


def _weak() -> tuple[Column, ...]:
    return columns(
        "weak_village",
        _HAND,
        _NUMBER,
        ("后进村", "village", 16),
        ("主要问题", "problem", 28),
        ("派驻干部", "dispatched_cadre"),
        ("结对部门", "paired_department", 16),
        _SPACER,
        ("结对强村（企业）", "paired_with", 18),
        ("整顿措施", "measures", 30),
        ("整顿情况", "state"),
    )


def _projects() -> tuple[Column, ...]:
    made = columns(
        "project",
        _HAND,
        _NUMBER,
        ("引进村", "village", 16),
        ("项目", "project_name", 24),
        ("投资额", "investment"),
        ("投资方", "investor", 20),
        ("投资方资产", "investor_capital", 12),
        _SPACER,
        ("就业人数", "jobs"),
        ("用地（亩）", "land"),
    )
    return labelled(made, "village")


def _awards() -> tuple[Column, ...]:
    return columns(
        "commendation",
        _HAND,
        _NUMBER,
        ("单位", "unit", 16),
        ("受表彰对象", "recipient", 24),
        ("荣誉称号", "title", 18),
        ("级别", "level", 8),
        ("表彰机关", "awarded_by", 20),
        ("年度", "award_year", 8),
    )


_FORMS: Mapping[str, tuple[str, tuple[Column, ...]]] = {
    "village": ("村情", _village()),
    "village_organisation": ("村级组织", _organisation()),
    "village_economy": ("集体经济", _economy()),
    "training": ("干部培训", _training()),
    "cadre_post": ("在岗干部", _posts()),
    "reserve_cadre": ("后备干部", _reserve()),
    "pioneer_unit": ("创建单位", _units()),
    "service_meeting": ("民情质询", _meetings()),
    "weak_village": ("后进村整顿", _weak()),
    "project": ("招商引资", _projects()),
    "commendation": ("评选表彰", _awards()),
}
