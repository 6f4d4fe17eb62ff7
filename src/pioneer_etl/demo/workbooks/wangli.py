"""Format `wangli`: a form of items a village, a sheet each; the rosters as lists in a workbook of their own."""

from __future__ import annotations

from collections.abc import Mapping

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.columns import columns, habits
from pioneer_etl.demo.workbooks.common import Book, DemoFile, chinese_year, new_book, signature
from pioneer_etl.demo.workbooks.form import Column, Form, looks
from pioneer_etl.demo.workbooks.hand import day, ditto, money, month, percent, place, text, whole
from pioneer_etl.demo.workbooks.items import ItemForm, write_items

_LOOKS = looks("宋体", 11, "黑体", None, 16)
_SMALL = looks("宋体", 10, "黑体", None, 16)
_FORM = habits(
    whole=whole("text", unit="人", odd=8),
    money=money(style="text", odd=8),
    households=whole("text", unit="户", odd=10),
    income_per_head=whole("text", unit="元", odd=10),
    pledges_made=whole("text", odd=4),
    pledges_kept=whole("text", odd=4),
)
_LIST = habits(
    place=place("short", 8),
    month=month("dotted"),
    day=day("dotted"),
    percent=percent("hundred"),
    recommended_by=ditto(text, "〃"),
)
_SERIAL = Column(("序号",), number=True, width=6)


def files(township: Township, year: int, records: Mapping[str, tuple[Facts, ...]]) -> list[DemoFile]:
    """望里镇2004年村情登记表.xls, a sheet a village, and 望里镇2004年名册台账.xls, a sheet a list."""
    villages = new_book(township, year, "wangli villages", none_mark="无")
    for village in township.villages:
        _register(villages, township, year, village.code, village.name, records)
    lists = new_book(township, year, "wangli lists", none_mark="/")
    for dataset, (sheet, title, headings) in _lists().items():
        if records.get(dataset):
            form = Form(
                title=f"{township.name}{chinese_year(year)}年{title}",
                above=((f"填报单位：{township.name}人民政府", ""),),
                looks=_SMALL,
                columns=headings,
                signature=(signature(township, year, "    "),),
            )
            lists.add(dataset, sheet, form, records[dataset])
    return [villages.xls(f"{township.name}{year}年村情登记表.xls"), lists.xls(f"{township.name}{year}年名册台账.xls")]


def _register(
    book: Book, township: Township, year: int, code: str, name: str, records: Mapping[str, tuple[Facts, ...]]
) -> None:
    """One village's sheet: its forms one below the other."""
    page = book.page(name)
    page.landscape = False
    row = 1
    table = 0
    for dataset, (title, items) in _forms().items():
        own = [facts for facts in records.get(dataset, ()) if facts["village"] == code]
        if not own:
            continue
        form = ItemForm(
            items=items,
            heads=(("序号", "number"), ("项　　目", "item"), ("数　量", "figure")),
            title=f"{township.name}{chinese_year(year)}年{title}",
            above=((f"村名：{name}", "金额单位：万元" if dataset == "village_economy" else ""),),
            looks=_LOOKS,
            nested=True,
            top=row,
            widths=(("number", 7), ("item", 20), ("figure", 20)),
        )
        written, row = write_items(page, form, own, book.clerk)
        book.keep(dataset, page, items, own, written, table=table, beside=("village",))
        table += 1
        row += 1
    page.span(row, 1, 4, signature(township, year, "  "), _LOOKS.note)
    page.heights[row] = 32


def _forms() -> dict[str, tuple[str, tuple[Column, ...]]]:
    return {
        "village": (
            "村基本情况登记表",
            columns(
                "village",
                _FORM,
                ("村类型", "category"),
                ("总户数（户）", "households"),
                ("总人口（人）", "population"),
                ("其中/劳动力（人）", "labour_force"),
                ("村民人均收入（元）", "income_per_head"),
            ),
        ),
        "village_economy": (
            "村集体经济收入登记表",
            columns(
                "village_economy",
                _FORM,
                ("本年集体经济收入", "income_total"),
                ("其中/经营收入", "income_operating"),
                ("其中/发包及上交收入", "income_contracting"),
                ("其中/投资收益", "income_investment"),
                ("其中/补助收入", "income_subsidy"),
                ("其中/其他收入", "income_other"),
                ("上年集体经济收入", "income_last_year"),
                ("年末资产总额", "assets"),
                ("年末负债总额", "debts"),
                ("村干部报酬制度", "pay_system"),
            ),
        ),
        "village_organisation": (
            "村级组织情况登记表",
            columns(
                "village_organisation",
                _FORM,
                ("党组织类型", "branch_type"),
                ("党员总数（人）", "members"),
                ("其中/女党员（人）", "members_female"),
                ("年龄/35岁及以下（人）", "members_35_or_younger"),
                ("年龄/36－45岁（人）", "members_36_to_45"),
                ("年龄/46－59岁（人）", "members_46_to_59"),
                ("年龄/60岁及以上（人）", "members_60_or_older"),
                ("文化程度/小学及以下（人）", "members_primary"),
                ("文化程度/初中（人）", "members_junior"),
                ("文化程度/高中、中专（人）", "members_senior"),
                ("文化程度/大专及以上（人）", "members_college"),
                ("支委人数（人）", "branch_committee_members"),
                ("村委人数（人）", "village_committee_members"),
                ("两委交叉任职（人）", "cross_appointments"),
                ("是否学习型支部", "learning_branch"),
                ("书记文化程度", "secretary_education"),
                ("党员承诺事项（件）", "pledges_made"),
                ("其中/已兑现（件）", "pledges_kept"),
            ),
        ),
    }


def _lists() -> dict[str, tuple[str, str, tuple[Column, ...]]]:
    return {
        "training": (
            "培训",
            "干部教育培训台账",
            columns(
                "training",
                _LIST,
                _SERIAL,
                ("班次", "class_name", 34),
                ("类型", "kind"),
                ("对象", "level"),
                ("时间", "date", 12),
                ("主办", "organiser", 14),
                ("地点", "venue", 16),
                ("人次", "person_times"),
                ("涉及村", "villages_covered"),
                ("到课率（%）", "attendance_rate"),
                ("备注", "remarks", 14),
            ),
        ),
        "reserve_cadre": (
            "后备干部",
            "村级后备干部名册",
            columns(
                "reserve_cadre",
                _LIST,
                _SERIAL,
                ("村", "village", 13),
                ("姓　名", "name"),
                ("性别", "sex"),
                ("出生年月", "birth_month", 10),
                ("民族", "ethnicity"),
                ("学历", "education", 12),
                ("政治面貌", "political_status", 11),
                ("身份证号", "id_number", 21),
                ("手机", "phone", 14),
                ("推荐", "recommended_by", 18),
                ("挂职", "placement", 16),
                ("备注", "remarks", 14),
            ),
        ),
        "cadre_post": (
            "在岗干部",
            "在岗干部人数表",
            columns(
                "cadre_post",
                _LIST,
                _SERIAL,
                ("层级", "level", 16),
                ("在岗人数", "cadres_in_post"),
                ("备注", "remarks", 14),
            ),
        ),
        "pioneer_unit": (
            "创建单位",
            "先锋工程创建单位情况表",
            columns(
                "pioneer_unit",
                _LIST,
                _SERIAL,
                ("创建单位", "unit", 13),
                ("层级", "level"),
                ("批次", "batch"),
                ("得分/强班子", "score_team"),
                ("得分/强队伍", "score_members"),
                ("得分/强服务", "score_service"),
                ("得分/强管理", "score_management"),
                ("得分/强实力", "score_strength"),
                ("得分/总分", "score_total"),
                ("进度/制定计划", "plan_made"),
                ("进度/落实措施", "measures_started"),
                ("进度/通过验收", "accepted"),
            ),
        ),
        "service_meeting": (
            "民情质询",
            "民情质询台账",
            columns(
                "service_meeting",
                _LIST,
                _SERIAL,
                ("日期", "date", 12),
                ("村", "village", 13),
                ("形式", "kind"),
                ("到会人数", "attendance"),
                ("问题", "question", 30),
                ("责任人", "answered_by", 14),
                ("限期", "due_date", 12),
                ("办结日期", "answered_on", 12),
                ("是否满意", "satisfied"),
            ),
        ),
        "weak_village": (
            "后进村",
            "后进村整顿帮扶情况表",
            columns(
                "weak_village",
                _LIST,
                _SERIAL,
                ("后进村", "village", 13),
                ("主要问题", "problem", 24),
                ("驻村干部", "dispatched_cadre"),
                ("结对单位", "paired_department", 16),
                ("结对富村（企业）", "paired_with", 18),
                ("整顿措施", "measures", 24),
                ("目前状态", "state"),
            ),
        ),
        "project": (
            "项目",
            "招商引资项目表",
            columns(
                "project",
                _LIST,
                _SERIAL,
                ("村", "village", 13),
                ("项目", "project_name", 24),
                ("投资额（万元）", "investment"),
                ("投资者", "investor", 16),
                ("投资者资产（万元）", "investor_capital"),
                ("吸纳就业", "jobs"),
                ("占地（亩）", "land"),
            ),
        ),
        "commendation": (
            "表彰",
            "评选表彰名单",
            columns(
                "commendation",
                _LIST,
                _SERIAL,
                ("称号", "title", 22),
                ("对象", "recipient", 18),
                ("所在村", "unit", 13),
                ("级别", "level"),
                ("授予单位", "awarded_by", 14),
                ("年份", "award_year"),
            ),
        ),
    }
