"""Format `yanting`: tables that run the other way, villages across and items down; few villages, so they fit a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.columns import MONEY, columns, formatted, habits
from pioneer_etl.demo.workbooks.common import Book, DemoFile, new_book, signature
from pioneer_etl.demo.workbooks.form import Column, Form, looks
from pioneer_etl.demo.workbooks.hand import day, money, month, percent, place, spelt, whole, yes_no
from pioneer_etl.demo.workbooks.items import ItemForm, write_items

_LOOKS = looks("新宋体", 10, "隶书", "E2EFDA", 18)
_HAND = habits(
    place=place("short", 8),
    whole=whole("separators", unit="人", odd=3),
    households=whole("separators", unit="户", odd=3),
    income_per_head=whole("separators"),
    money=money(style="separators", odd=4),
    month=month("short"),
    day=day("numerals"),
    percent=percent("fraction"),
    yes_no=yes_no("有", "否"),
    learning_branch=yes_no("是", "否"),
    satisfied=yes_no("满意", "不满意"),
    attendance=whole(),
    pledges_made=whole(),
    pledges_kept=whole(),
    cadres_in_post=whole(),
    sex=spelt({"1": ("男",), "2": ("女",)}),
)


def files(township: Township, year: int, records: Mapping[str, tuple[Facts, ...]]) -> list[DemoFile]:
    """炎亭镇2004年综合报表.xls: one sheet a dataset, most of them turned by a quarter."""
    book = new_book(township, year, "yanting", none_mark="－")
    for dataset, (sheet, title, items) in _ACROSS.items():
        if records.get(dataset):
            _turned(book, township, year, dataset, (sheet, title), items, records[dataset])
    for dataset, (sheet, title, made) in _LISTS.items():
        if records.get(dataset):
            form = Form(
                title=f"{township.name}{year}年{title}",
                looks=_LOOKS,
                columns=formatted(made, attendance_rate="0.0%"),
                signature=(signature(township, year, "   "),),
            )
            book.add(dataset, sheet, form, records[dataset])
    return [book.xls(f"{township.name}{year}年综合报表.xls")]


def _turned(
    book: Book,
    township: Township,
    year: int,
    dataset: str,
    said: tuple[str, str],
    made: Sequence[Column],
    records: Sequence[Facts],
) -> None:
    """One dataset with its records across: the first column names them, the others are items."""
    sheet, title = said
    page = book.page(sheet)
    names, *items = made
    form = ItemForm(
        items=tuple(items),
        heads=(("项　　目", "item"), ("单位", "unit"), ("", "figure")),
        title=f"{township.name}{year}年{title}",
        above=((f"填报单位：{township.name}人民政府", "金额单位：万元" if dataset == "village_economy" else ""),),
        below=(signature(township, year, "   "),),
        looks=_LOOKS,
        nested=True,
        named_by=names,
        total="合计" if dataset in ("village", "village_economy", "village_organisation") else "",
        widths=(("item", 15), ("unit", 6), ("figure", 11)),
    )
    written, _ = write_items(page, form, records, book.clerk)
    book.keep(dataset, page, made, records, written)


def _units(made: tuple[Column, ...], **units: str) -> tuple[Column, ...]:
    return tuple(replace(each, unit=units.get(each.field or "", "人" if each.summed else "")) for each in made)


_ACROSS = {
    "village": (
        "村情",
        "各村基本情况表",
        _units(
            columns(
                "village",
                _HAND,
                ("村", "village"),
                ("村的类型", "category"),
                ("户数", "households"),
                ("人口/总数", "population"),
                ("人口/劳动力", "labour_force"),
                ("农民人均纯收入", "income_per_head"),
            ),
            households="户",
            income_per_head="元",
        ),
    ),
    "village_economy": (
        "经济",
        "各村集体经济收入表",
        _units(
            columns(
                "village_economy",
                _HAND,
                ("村", "village"),
                ("本年收入/总计", "income_total"),
                ("本年收入/经营", "income_operating"),
                ("本年收入/发包上交", "income_contracting"),
                ("本年收入/投资", "income_investment"),
                ("本年收入/补助", "income_subsidy"),
                ("本年收入/其它", "income_other"),
                ("上年总收入", "income_last_year"),
                ("年末/资产", "assets"),
                ("年末/负债", "debts"),
                ("村干部报酬", "pay_system"),
            ),
            **dict.fromkeys(MONEY, "万元"),
        ),
    ),
    "village_organisation": (
        "组织",
        "各村组织建设情况表",
        _units(
            columns(
                "village_organisation",
                _HAND,
                ("村", "village"),
                ("党组织形式", "branch_type"),
                ("党员/总数", "members"),
                ("党员/女", "members_female"),
                ("党员年龄/35岁以下", "members_35_or_younger"),
                ("党员年龄/36-45岁", "members_36_to_45"),
                ("党员年龄/46-59岁", "members_46_to_59"),
                ("党员年龄/60岁以上", "members_60_or_older"),
                ("党员学历/小学", "members_primary"),
                ("党员学历/初中", "members_junior"),
                ("党员学历/高中中专", "members_senior"),
                ("党员学历/大专以上", "members_college"),
                ("村两委/支委", "branch_committee_members"),
                ("村两委/村委", "village_committee_members"),
                ("村两委/交叉任职", "cross_appointments"),
                ("学习型支部", "learning_branch"),
                ("支书学历", "secretary_education"),
                ("党员承诺/承诺数", "pledges_made"),
                ("党员承诺/兑现数", "pledges_kept"),
            ),
            pledges_made="件",
            pledges_kept="件",
        ),
    ),
    "training": (
        "培训",
        "干部教育培训情况表",
        _units(
            columns(
                "training",
                _HAND,
                ("培训班", "class_name"),
                ("培训种类", "kind"),
                ("参训对象", "level"),
                ("开班时间", "date"),
                ("参训/人次", "person_times"),
                ("参训/村数", "villages_covered"),
                ("到课率", "attendance_rate"),
                ("举办单位", "organiser"),
                ("办班地点", "venue"),
            ),
            person_times="人次",
            villages_covered="个",
        ),
    ),
}

_LISTS = {
    "reserve_cadre": (
        "后备",
        "村级后备干部花名册",
        columns(
            "reserve_cadre",
            _HAND,
            ("所在村", "village", 11),
            ("姓名", "name"),
            ("性别", "sex", 6),
            ("出生年月", "birth_month", 11),
            ("族别", "ethnicity", 7),
            ("文化程度", "education", 12),
            ("面貌", "political_status", 11),
            ("身份证", "id_number", 21),
            ("电话", "phone", 13),
            ("推荐人", "recommended_by", 18),
            ("挂职单位", "placement", 16),
            ("说明", "remarks", 12),
        ),
    ),
    "cadre_post": (
        "在岗",
        "干部人数表",
        columns("cadre_post", _HAND, ("级别", "level", 14), ("现有干部", "cadres_in_post")),
    ),
    "pioneer_unit": (
        "创建",
        "创建单位五强得分表",
        columns(
            "pioneer_unit",
            _HAND,
            ("创建单位", "unit"),
            ("单位类别", "level"),
            ("所属批次", "batch"),
            ("五强得分/班子", "score_team"),
            ("五强得分/队伍", "score_members"),
            ("五强得分/服务", "score_service"),
            ("五强得分/管理", "score_management"),
            ("五强得分/实力", "score_strength"),
            ("五强得分/总分", "score_total"),
            ("计划", "plan_made"),
            ("措施", "measures_started"),
            ("验收", "accepted"),
        ),
    ),
    "service_meeting": (
        "质询",
        "民情质询会登记表",
        columns(
            "service_meeting",
            _HAND,
            ("会议日期", "date", 20),
            ("举办村", "village", 11),
            ("活动形式", "kind", 12),
            ("参加人数", "attendance"),
            ("提出问题", "question", 28),
            ("谁答复", "answered_by", 12),
            ("答复期限", "due_date", 20),
            ("答复日期", "answered_on", 20),
            ("群众评价", "satisfied"),
        ),
    ),
    "weak_village": (
        "后进村",
        "后进村帮扶登记表",
        columns(
            "weak_village",
            _HAND,
            ("被帮扶村", "village", 11),
            ("后进表现", "problem", 26),
            ("农村指导员", "dispatched_cadre", 11),
            ("挂钩部门", "paired_department", 16),
            ("富村或企业", "paired_with", 18),
            ("帮扶措施", "measures", 24),
            ("状态", "state", 9),
        ),
    ),
    "project": (
        "引资",
        "引资项目登记表",
        columns(
            "project",
            _HAND,
            ("引进村", "village", 11),
            ("名称", "project_name", 24),
            ("引资额（万元）", "investment"),
            ("业主", "investor", 16),
            ("业主资产（万元）", "investor_capital"),
            ("用工人数", "jobs"),
            ("占用土地（亩）", "land"),
        ),
    ),
    "commendation": (
        "先进",
        "先进名单",
        columns(
            "commendation",
            _HAND,
            ("称号", "title", 22),
            ("先进个人（集体）", "recipient", 18),
            ("所属村", "unit", 11),
            ("级别", "level"),
            ("授予单位", "awarded_by", 14),
            ("获奖年度", "award_year"),
        ),
    ),
}
