"""Format `fanshan`: levels told by numbering and indent alone (一、 （一） 1.), the grand total last.

Subtotals of two depths have no word for them; sections stand over their rows and say what a column would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.columns import (
    AWARD,
    BRANCH,
    MEETING,
    MONEY,
    STATE,
    columns,
    formatted,
    habits,
    labelled,
)
from pioneer_etl.demo.workbooks.common import KIND, Book, DemoFile, new_book, signature
from pioneer_etl.demo.workbooks.form import Column, Form, looks, write_form
from pioneer_etl.demo.workbooks.hand import day, money, month, percent, place, spelt, whole, yes_no
from pioneer_etl.demo.workbooks.outline import Level, by, write_outline

_LOOKS = looks("仿宋_GB2312", 12, "方正小标宋简体", None, 18)
_SMALL = looks("仿宋_GB2312", 10, "方正小标宋简体", None, 18)
_HAND = habits(
    month=month("digits"),
    day=day("digits"),
    percent=percent("hundred"),
    place=place("full", 6),
    whole=whole(odd=2),
    money=money(odd=2),
    yes_no=yes_no("是", "否"),
    branch_type=spelt({code: (words[-1],) for code, words in BRANCH.items()}),
)
_TEAM = 7  # villages that one cadre looks after


def files(township: Township, year: int, records: Mapping[str, Sequence[Facts]]) -> list[DemoFile]:
    """矾山镇2004年统计资料.xlsx (villages) and 矾山镇2004年党建资料.xlsx."""
    found = []
    for name, datasets in (("统计资料", _STATISTICS), ("党建资料", _PARTY)):
        book = new_book(township, year, f"fanshan {name}", none_mark="－")
        for number, dataset in enumerate(datasets, 1):
            if records.get(dataset):
                _add(book, township, year, number, dataset, records[dataset])
        found.append(book.xlsx(f"{township.name}{year}年{name}.xlsx"))
    return found


def _add(book: Book, township: Township, year: int, number: int, dataset: str, records: Sequence[Facts]) -> None:
    title, made = _FORMS[dataset]
    summed = dataset in _STATISTICS[:3]
    form = Form(
        title=f"{township.name}{year}年{title}",
        above=(("", _UNITS.get(dataset, "")),) if dataset in _UNITS else (),
        looks=_SMALL if len(made) > 9 else _LOOKS,
        columns=made,
        total="last" if summed or dataset == "cadre_post" else "",
        total_word="总　计",
        signature=(signature(township, year, "　　"),),
    )
    page = book.page(f"表{number}")
    levels = _levels(township, dataset)
    if not levels:
        book.keep(dataset, page, made, records, write_form(page, form, records, book.clerk))
        return
    ordered, written = write_outline(page, form, records, book.clerk, levels, summed=summed)
    beside = {_SECTIONS[dataset]} if dataset in _SECTIONS else set()
    book.keep(dataset, page, made, ordered, written, beside=beside)
    if beside:
        _sections_say(book, written.rows, dataset)


def _sections_say(book: Book, rows: Sequence[int], dataset: str) -> None:
    """Note for every record the cell of the section that says one of its fields: the nearest label above it."""
    form = book.forms[-1]
    page = book.pages[-1]
    for index, row in enumerate(rows):
        above = max(each for each in range(1, row) if each not in rows and page.cells.get((each, 1)) is not None)
        form.written.facts[index, _SECTIONS[dataset]] = f"A{above}"


def _levels(township: Township, dataset: str) -> tuple[Level, ...]:
    areas = {village.code: village.area for village in township.villages}
    if dataset in _STATISTICS[:3]:
        return Level(by(areas), "村"), Level(by(_teams(township)), "村")
    if dataset == "reserve_cadre":
        names = {village.code: village.name for village in township.villages}
        return Level(by(areas), "人"), Level(by(names), "人")
    words = {"training": (KIND, "期"), "service_meeting": (MEETING, "次"), "weak_village": (STATE, "村")}
    words |= {"commendation": (AWARD, "项")}
    if dataset in words:
        spelling, counted_in = words[dataset]
        return (Level(by({code: each[0] for code, each in spelling.items()}, _SECTIONS[dataset]), counted_in),)
    return ()


def _teams(township: Township) -> Mapping[str, str]:
    """The team (联村组) of each village: a few neighbours of one area."""
    teams: dict[str, str] = {}
    for area in dict.fromkeys(village.area for village in township.villages):
        members = [village for village in township.villages if village.area == area]
        for number, village in enumerate(members):
            teams[village.code] = f"{area.removesuffix('片')}{'甲乙丙丁戊己庚辛'[number // _TEAM]}组"
    return teams


# The field that the sections over the rows say, where a form has no column for it.
_SECTIONS: Mapping[str, str] = {
    "training": "kind",
    "reserve_cadre": "village",
    "service_meeting": "kind",
    "weak_village": "state",
    "commendation": "title",
}
_STATISTICS = ("village", "village_organisation", "village_economy", "cadre_post", "project")
_PARTY = ("training", "reserve_cadre", "pioneer_unit", "service_meeting", "weak_village", "commendation")
_UNITS = {"village_economy": "单位：万元", "village": "单位：户、人、元"}


def _named(made: tuple[Column, ...]) -> tuple[Column, ...]:
    """The village's name as the label of the outline, at the left of its cell: the indent must show."""
    return tuple(
        Column(each.path, each.field, each.write, 24, horizontal="left", label=True)
        if each.field == "village"
        else each
        for each in made
    )


_FORMS: Mapping[str, tuple[str, tuple[Column, ...]]] = {
    "village": (
        "村情汇总",
        _named(
            columns(
                "village",
                _HAND,
                ("单位", "village"),
                ("户数", "households"),
                ("人口总数", "population"),
                ("其中：劳力", "labour_force", 11),
                ("人均纯收入", "income_per_head", 11),
                ("村型", "category", 12),
            )
        ),
    ),
    "village_organisation": (
        "党组织汇总",
        _named(
            columns(
                "village_organisation",
                _HAND,
                ("单位", "village"),
                ("党员", "members", 7),
                ("其中：女", "members_female", 7),
                ("≤35岁", "members_35_or_younger", 7),
                ("36—45岁", "members_36_to_45", 8),
                ("46—59岁", "members_46_to_59", 8),
                ("≥60岁", "members_60_or_older", 7),
                ("小学及以下", "members_primary", 8),
                ("初中", "members_junior", 7),
                ("高中或中专", "members_senior", 8),
                ("大专及以上", "members_college", 8),
                ("支委", "branch_committee_members", 7),
                ("村委", "village_committee_members", 7),
                ("交叉", "cross_appointments", 7),
                ("形式", "branch_type", 9),
                ("学习型支部", "learning_branch", 8),
                ("书记学历", "secretary_education", 9),
                ("承诺", "pledges_made", 7),
                ("兑现", "pledges_kept", 7),
            )
        ),
    ),
    "village_economy": (
        "集体收入汇总",
        formatted(
            _named(
                columns(
                    "village_economy",
                    _HAND,
                    ("单位", "village"),
                    ("收入总计", "income_total"),
                    ("1.经营", "income_operating"),
                    ("2.发包上交", "income_contracting"),
                    ("3.投资", "income_investment"),
                    ("4.补助", "income_subsidy"),
                    ("5.其他", "income_other"),
                    ("上年总计", "income_last_year"),
                    ("资产", "assets"),
                    ("负债", "debts"),
                    ("工资制度", "pay_system", 13),
                )
            ),
            **dict.fromkeys(MONEY, "0.00"),
        ),
    ),
    "cadre_post": (
        "在岗干部汇总",
        labelled(
            columns(
                "cadre_post",
                _HAND,
                ("干部", "level", 18),
                ("在岗数（人）", "cadres_in_post", 14),
                ("注明", "remarks", 18),
            ),
            "level",
        ),
    ),
    "project": (
        "项目汇总",
        columns(
            "project",
            _HAND,
            ("所在村", "village", 16),
            ("项目名", "project_name", 24),
            ("投资规模（万元）", "investment", 12),
            ("投资人", "investor", 18),
            ("资产规模（万元）", "investor_capital", 12),
            ("就业（人）", "jobs", 10),
            ("占地（亩）", "land", 10),
        ),
    ),
    "training": (
        "培训汇总",
        columns(
            "training",
            _HAND,
            ("班名", "class_name", 36),
            ("对象", "level", 12),
            ("月份", "date", 10),
            ("人次", "person_times", 9),
            ("村数", "villages_covered", 9),
            ("到课率（％）", "attendance_rate", 10),
            ("主办", "organiser", 16),
            ("地点", "venue", 16),
        ),
    ),
    "reserve_cadre": (
        "后备干部名单",
        formatted(
            columns(
                "reserve_cadre",
                _HAND,
                ("姓名", "name", 12),
                ("性别", "sex", 6),
                ("出生", "birth_month", 10),
                ("民族", "ethnicity", 8),
                ("学历", "education", 11),
                ("面貌", "political_status", 11),
                ("身份证", "id_number", 21),
                ("电话", "phone", 14),
                ("推荐", "recommended_by", 18),
                ("挂职", "placement", 15),
            ),
            id_number="@",
        ),
    ),
    "pioneer_unit": (
        "创建单位汇总",
        columns(
            "pioneer_unit",
            _HAND,
            ("创建单位", "unit", 16),
            ("级", "level", 11),
            ("批次", "batch", 7),
            ("一强班子", "score_team", 9),
            ("二强队伍", "score_members", 9),
            ("三强服务", "score_service", 9),
            ("四强管理", "score_management", 9),
            ("五强实力", "score_strength", 9),
            ("总得分", "score_total", 9),
            ("有方案", "plan_made", 8),
            ("有措施", "measures_started", 8),
            ("已验收", "accepted", 8),
        ),
    ),
    "service_meeting": (
        "民情汇总",
        columns(
            "service_meeting",
            _HAND,
            ("村名", "village", 16),
            ("日期", "date", 11),
            ("人数", "attendance", 8),
            ("问题", "question", 36),
            ("答复人", "answered_by", 9),
            ("限期", "due_date", 11),
            ("答复日", "answered_on", 11),
            ("满意", "satisfied", 8),
        ),
    ),
    "weak_village": (
        "后进村汇总",
        columns(
            "weak_village",
            _HAND,
            ("村名", "village", 16),
            ("原因", "problem", 28),
            ("干部", "dispatched_cadre", 9),
            ("部门", "paired_department", 16),
            ("结对", "paired_with", 18),
            ("措施", "measures", 30),
        ),
    ),
    "commendation": (
        "表彰汇总",
        columns(
            "commendation",
            _HAND,
            ("受表彰者", "recipient", 26),
            ("所在村", "unit", 16),
            ("级别", "level", 10),
            ("表彰单位", "awarded_by", 20),
            ("年份", "award_year", 8),
        ),
    ),
}
