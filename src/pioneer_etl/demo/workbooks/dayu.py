"""Format `dayu`: tables stacked on one sheet, one below the other, and rosters in two blocks side by side."""

from __future__ import annotations

from collections.abc import Mapping

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.blocks import write_blocks
from pioneer_etl.demo.workbooks.columns import columns, habits, labelled
from pioneer_etl.demo.workbooks.common import Book, DemoFile, chinese_year, new_book, signature
from pioneer_etl.demo.workbooks.form import Column, Form, looks, write_form
from pioneer_etl.demo.workbooks.hand import day, money, month, percent, place, whole, yes_no

_LOOKS = looks("楷体_GB2312", 10, "华文中宋", None, 14)
_HAND = habits(
    place=place("prefixed", 6),
    whole=whole(odd=4),
    households=whole(unit="户", odd=6),
    population=whole("separators", unit="人", odd=6),
    money=money("元", odd=3),
    investment=money("万元"),
    investor_capital=money("万元"),
    month=month("dashed"),
    day=day("slashed"),
    percent=percent("hundred"),
    yes_no=yes_no("√", "×"),
)
_SERIAL = Column(("序号",), number=True, width=6)


def files(township: Township, year: int, records: Mapping[str, tuple[Facts, ...]]) -> list[DemoFile]:
    """大渔镇二〇〇四年度报表.xlsx: 综合表 with tables stacked, rosters side by side, a sheet for each other form."""
    book = new_book(township, year, "dayu", none_mark="——")
    _stacked(book, township, year, records)
    for dataset, (title, _, made) in _TABLES.items():
        if dataset not in _STACKED and records.get(dataset):
            form = Form(
                title=f"{township.name}{year}年{title}",
                looks=_LOOKS,
                columns=made,
                signature=(signature(township, year, "    "),),
            )
            book.add(dataset, title, form, records[dataset])
    for dataset, (sheet, title, made) in _BLOCKS.items():
        if records.get(dataset):
            _blocks(book, township, year, dataset, (sheet, title), made, records[dataset])
    return [book.xlsx(f"{township.name}{chinese_year(year)}年度报表.xlsx")]


def _stacked(book: Book, township: Township, year: int, records: Mapping[str, tuple[Facts, ...]]) -> None:
    """The tables of the villages and their cadres on one sheet, a blank row between them."""
    page = book.page("综合表")
    row = 1
    table = 0
    for dataset in _STACKED:
        title, unit, made = _TABLES[dataset]
        if not records.get(dataset):
            continue
        summed = any(each.summed for each in made) and any(each.label for each in made)
        form = Form(
            title=f"{'一二三四五六七八九十'[table]}、{township.name}{year}年{title}",
            above=((unit, ""),) if unit else (),
            looks=_LOOKS,
            columns=made,
            total="last" if summed else "",
            total_word="合计",
            top=row,
            freeze=False,
        )
        widths = dict(page.widths)
        written = write_form(page, form, records[dataset], book.clerk)
        page.widths = {each: max(width, widths.get(each, 0)) for each, width in page.widths.items()} | {
            each: width for each, width in widths.items() if each not in page.widths
        }
        book.keep(dataset, page, made, records[dataset], written, table=table)
        table += 1
        row = page.height + 2
    page.repeated = None
    page.span(row - 1, 1, 11, signature(township, year, "    "), _LOOKS.line)


def _blocks(
    book: Book,
    township: Township,
    year: int,
    dataset: str,
    said: tuple[str, str],
    made: tuple[Column, ...],
    records: tuple[Facts, ...],
) -> None:
    """One roster in two blocks on a sheet of its own."""
    sheet, title = said
    page = book.page(sheet)
    form = Form(
        title=f"{township.name}{chinese_year(year)}年{title}",
        above=((f"填报单位：{township.name}", ""),),
        looks=_LOOKS,
        columns=made,
        signature=(signature(township, year, "    "),),
    )
    parts, _ = write_blocks(page, form, records, book.clerk)
    for table, (part, written) in enumerate(parts):
        book.keep(dataset, page, made, part, written, table=table)


# The tables that stand on one sheet; the others have a sheet each.
_STACKED = ("village", "village_economy", "village_organisation", "training", "pioneer_unit")

_TABLES = {
    "village": (
        "各村基本情况",
        "",
        labelled(
            columns(
                "village",
                _HAND,
                ("行政村名称", "village", 16),
                ("村型", "category", 11),
                ("农户", "households"),
                ("农业人口", "population"),
                ("劳动力总数", "labour_force"),
                ("年人均收入（元）", "income_per_head"),
            ),
            "village",
        ),
    ),
    "village_economy": (
        "各村集体收入",
        "单位：元",
        labelled(
            columns(
                "village_economy",
                _HAND,
                ("行政村名称", "village", 16),
                ("集体收入合计", "income_total", 11),
                ("经营性收入", "income_operating"),
                ("承包上交收入", "income_contracting"),
                ("投资性收入", "income_investment"),
                ("财政补助收入", "income_subsidy"),
                ("其余收入", "income_other"),
                ("去年收入", "income_last_year", 11),
                ("集体资产", "assets", 11),
                ("集体债务", "debts", 11),
                ("干部报酬", "pay_system", 12),
            ),
            "village",
        ),
    ),
    "village_organisation": (
        "各村党组织和党员",
        "单位：人、件",
        labelled(
            columns(
                "village_organisation",
                _HAND,
                ("行政村名称", "village", 16),
                ("设置形式", "branch_type"),
                ("党员数", "members"),
                ("女党员", "members_female"),
                ("35岁以下党员", "members_35_or_younger"),
                ("36-45岁党员", "members_36_to_45"),
                ("46-59岁党员", "members_46_to_59"),
                ("60岁以上党员", "members_60_or_older"),
                ("小学文化", "members_primary"),
                ("初中文化", "members_junior"),
                ("高中文化", "members_senior"),
                ("大专以上", "members_college"),
                ("支委", "branch_committee_members"),
                ("村委", "village_committee_members"),
                ("交叉", "cross_appointments"),
                ("学习型支部（打√）", "learning_branch"),
                ("书记学历", "secretary_education", 12),
                ("承诺", "pledges_made"),
                ("兑现", "pledges_kept"),
            ),
            "village",
        ),
    ),
    "training": (
        "干部培训班",
        "",
        labelled(
            columns(
                "training",
                _HAND,
                ("班名", "class_name", 34),
                ("班次类别", "kind", 11),
                ("对象", "level", 11),
                ("培训月份", "date"),
                ("培训人数", "person_times"),
                ("村数", "villages_covered"),
                ("出勤率（%）", "attendance_rate"),
                ("主办", "organiser", 14),
                ("授课地点", "venue", 14),
                ("备注", "remarks", 16),
            ),
            "class_name",
        ),
    ),
    "cadre_post": (
        "在岗干部数",
        "",
        labelled(
            columns("cadre_post", _HAND, ("干部级别", "level"), ("在岗（人）", "cadres_in_post")),
            "level",
        ),
    ),
    "pioneer_unit": (
        "五强创建进度",
        "",
        columns(
            "pioneer_unit",
            _HAND,
            ("创建村（镇）", "unit", 16),
            ("创建层级", "level"),
            ("创建批", "batch"),
            ("强班子", "score_team"),
            ("强素质", "score_members"),
            ("强服务", "score_service"),
            ("强机制", "score_management"),
            ("强实力", "score_strength"),
            ("得分合计", "score_total"),
            ("已定计划", "plan_made"),
            ("已实施", "measures_started"),
            ("已验收", "accepted"),
        ),
    ),
    "weak_village": (
        "后进村整顿",
        "",
        columns(
            "weak_village",
            _HAND,
            ("后进村名", "village", 16),
            ("后进类型", "problem", 26),
            ("蹲点干部", "dispatched_cadre", 10),
            ("联系部门", "paired_department", 16),
            ("结对企业", "paired_with", 18),
            ("具体措施", "measures", 24),
            ("整顿进展", "state"),
        ),
    ),
    "project": (
        "招商项目",
        "",
        columns(
            "project",
            _HAND,
            ("落户行政村", "village", 16),
            ("招商项目", "project_name", 24),
            ("总投资（万元）", "investment"),
            ("投资商", "investor", 16),
            ("注册资本（万元）", "investor_capital"),
            ("解决就业", "jobs"),
            ("占地（亩）", "land"),
        ),
    ),
    "commendation": (
        "表彰先进",
        "",
        columns(
            "commendation",
            _HAND,
            _SERIAL,
            ("荣誉名称", "title", 22),
            ("受表彰者", "recipient", 18),
            ("推荐村", "unit", 16),
            ("表彰层级", "level"),
            ("命名单位", "awarded_by"),
            ("表彰年份", "award_year"),
        ),
    ),
}

_BLOCKS = {
    "reserve_cadre": (
        "后备干部",
        "村级后备干部名册",
        columns(
            "reserve_cadre",
            _HAND,
            _SERIAL,
            ("姓名", "name", 8),
            ("性别", "sex", 5),
            ("出生年月", "birth_month", 9),
            ("民族", "ethnicity", 6),
            ("文化程度", "education", 11),
            ("政治面貌", "political_status", 10),
            ("所在村", "village", 16),
            ("联系电话", "phone", 12),
            ("推荐单位", "recommended_by", 16),
        ),
    ),
    "service_meeting": (
        "民情台账",
        "民情台账",
        columns(
            "service_meeting",
            _HAND,
            _SERIAL,
            ("村", "village", 16),
            ("时间", "date", 10),
            ("类别", "kind", 10),
            ("到会村民", "attendance", 8),
            ("民情内容", "question", 26),
            ("办理人", "answered_by", 10),
            ("限期", "due_date", 10),
            ("办复日期", "answered_on", 10),
            ("是否满意", "satisfied", 6),
        ),
    ),
}
