"""Format `zaoxi`: printed registers (登记表), a village, a person, a project after the other on one sheet; a village's
register holds its basic figures, its party branch and its economy at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.columns import columns, habits, labelled
from pioneer_etl.demo.workbooks.common import Book, DemoFile, new_book, signature
from pioneer_etl.demo.workbooks.form import Column, Form, Written, looks
from pioneer_etl.demo.workbooks.hand import day, money, month, percent, place, whole, yes_no
from pioneer_etl.demo.workbooks.registers import Register, Section, write_register

_LOOKS = looks("宋体", 11, "黑体", "F7F7F7", 15)
_HAND = habits(
    month=month("chinese"),
    day=day("chinese"),
    percent=percent("sign"),
    place=place("full", 10),
    whole=whole(odd=3),
    money=money(odd=3),
    yes_no=yes_no("是", "否"),
)


def files(township: Township, year: int, records: Mapping[str, Sequence[Facts]]) -> list[DemoFile]:
    """藻溪镇2004年村情登记表.xlsx, 藻溪镇2004年人员项目登记表.xlsx and 藻溪镇2004年名单.xlsx."""
    villages = new_book(township, year, "zaoxi villages", none_mark="无")
    _villages(villages, township, year, records)
    people = new_book(township, year, "zaoxi people", none_mark="无")
    for dataset, (sheet, register) in _REGISTERS.items():
        if records.get(dataset):
            _one_by_one(people, township, year, dataset, sheet, register, records[dataset])
    lists = new_book(township, year, "zaoxi lists", none_mark="无")
    for dataset, (sheet, made) in _LISTS.items():
        if records.get(dataset):
            form = Form(
                title=f"{township.name}{year}年{sheet}",
                looks=_LOOKS,
                columns=made,
                total="last" if any(each.summed for each in made) else "",
                total_word="共计",
                signature=(signature(township, year, "　"),),
            )
            lists.add(dataset, sheet, form, records[dataset])
    return [
        villages.xlsx(f"{township.name}{year}年村情登记表.xlsx"),
        people.xlsx(f"{township.name}{year}年人员项目登记表.xlsx"),
        lists.xlsx(f"{township.name}{year}年名单.xlsx"),
    ]


def _villages(book: Book, township: Township, year: int, records: Mapping[str, Sequence[Facts]]) -> None:
    """Every village's register: three datasets each, in as many tables as there are villages."""
    page = book.page("村情登记")
    page.landscape = False
    shown = [section.dataset for section in _VILLAGE.sections]
    by_village = [{str(facts["village"]): facts for facts in records[dataset]} for dataset in shown]
    top = 1
    for table, village in enumerate(township.villages):
        facts = {dataset: found[village.code] for dataset, found in zip(shown, by_village, strict=True)}
        title = f"{township.name}{year}年村情登记表"
        cells, below = write_register(page, _VILLAGE, title, facts, book.clerk, top)
        for section in _VILLAGE.sections:
            _keep(book, section.dataset, section.items, facts[section.dataset], cells, top + 1, table)
        top = below + 1


def _one_by_one(
    book: Book,
    township: Township,
    year: int,
    dataset: str,
    sheet: str,
    register: Register,
    records: Sequence[Facts],
) -> None:
    page = book.page(sheet)
    page.landscape = False
    top = 1
    for table, facts in enumerate(records):
        title = f"{township.name}{year}年{sheet}"
        cells, below = write_register(page, register, title, {dataset: facts}, book.clerk, top)
        _keep(book, dataset, register.sections[0].items, facts, cells, top + 1, table)
        top = below + 1


def _keep(
    book: Book,
    dataset: str,
    items: Sequence[Column],
    facts: Facts,
    cells: Mapping[tuple[str, str], str],
    row: int,
    table: int,
) -> None:
    """Remember one register as a table with one record of a dataset; the village stands in its first section."""
    own = {field: cell for (of, field), cell in cells.items() if of == dataset}
    own.setdefault("village", cells.get(("village", "village"), ""))
    written = Written([row], {(0, field): cell for field, cell in own.items()})
    beside = {"village"} if own["village"] else set()
    book.keep(dataset, book.pages[-1], items, [facts], written, table=table, beside=beside)


def _section(name: str, dataset: str, *items: tuple[str, str]) -> Section:
    return Section(name, dataset, columns(dataset, _HAND, *items))


def _long(section: Section, *fields: str) -> Section:
    """A section with some contents in a row of their own."""
    items = tuple(replace(each, merged="row") if each.field in fields else each for each in section.items)
    return replace(section, items=items)


_VILLAGE = Register(
    (
        _section(
            "村情",
            "village",
            ("村名", "village"),
            ("村类型", "category"),
            ("总户数（户）", "households"),
            ("总人口（人）", "population"),
            ("劳动力（人）", "labour_force"),
            ("人均收入（元）", "income_per_head"),
        ),
        _section(
            "组织",
            "village_organisation",
            ("党组织类型", "branch_type"),
            ("党员总数", "members"),
            ("女党员", "members_female"),
            ("35岁及以下", "members_35_or_younger"),
            ("36至45岁", "members_36_to_45"),
            ("46至59岁", "members_46_to_59"),
            ("60岁及以上", "members_60_or_older"),
            ("小学及以下", "members_primary"),
            ("初中文化", "members_junior"),
            ("高中中专", "members_senior"),
            ("大专及以上", "members_college"),
            ("支委人数", "branch_committee_members"),
            ("村委人数", "village_committee_members"),
            ("交叉任职", "cross_appointments"),
            ("学习型支部", "learning_branch"),
            ("书记文化程度", "secretary_education"),
            ("党员承诺数", "pledges_made"),
            ("承诺兑现数", "pledges_kept"),
        ),
        _section(
            "经济",
            "village_economy",
            ("总收入（万元）", "income_total"),
            ("经营收入（万元）", "income_operating"),
            ("发包收入（万元）", "income_contracting"),
            ("投资收益（万元）", "income_investment"),
            ("补助收入（万元）", "income_subsidy"),
            ("其他收入（万元）", "income_other"),
            ("上年总收入（万元）", "income_last_year"),
            ("资产总额（万元）", "assets"),
            ("负债总额（万元）", "debts"),
            ("报酬制度", "pay_system"),
        ),
    ),
    looks=_LOOKS,
    widths=(6, 17, 12),
)
_REGISTERS: Mapping[str, tuple[str, Register]] = {
    "reserve_cadre": (
        "后备干部登记表",
        Register(
            (
                _long(
                    _section(
                        "",
                        "reserve_cadre",
                        ("姓名", "name"),
                        ("性别", "sex"),
                        ("出生年月", "birth_month"),
                        ("民族", "ethnicity"),
                        ("文化程度", "education"),
                        ("政治面貌", "political_status"),
                        ("所在村", "village"),
                        ("身份证号", "id_number"),
                        ("联系电话", "phone"),
                        ("推荐方式", "recommended_by"),
                        ("挂职情况", "placement"),
                    ),
                ),
            ),
            looks=_LOOKS,
            widths=(0, 12, 18),
        ),
    ),
    "pioneer_unit": (
        "创建单位登记表",
        Register(
            (
                _section(
                    "",
                    "pioneer_unit",
                    ("单位名称", "unit"),
                    ("创建层级", "level"),
                    ("创建批次", "batch"),
                    ("强班子得分", "score_team"),
                    ("强队伍得分", "score_members"),
                    ("强服务得分", "score_service"),
                    ("强管理得分", "score_management"),
                    ("强实力得分", "score_strength"),
                    ("总得分", "score_total"),
                    ("是否制订方案", "plan_made"),
                    ("是否启动措施", "measures_started"),
                    ("是否通过验收", "accepted"),
                ),
            ),
            looks=_LOOKS,
            widths=(0, 14, 14),
        ),
    ),
    "weak_village": (
        "后进村帮扶登记表",
        Register(
            (
                _long(
                    _section(
                        "",
                        "weak_village",
                        ("后进村名称", "village"),
                        ("整顿状态", "state"),
                        ("下派干部姓名", "dispatched_cadre"),
                        ("帮扶部门", "paired_department"),
                        ("结对单位", "paired_with"),
                        ("存在问题", "problem"),
                        ("整顿措施", "measures"),
                    ),
                    "problem",
                    "measures",
                ),
            ),
            looks=_LOOKS,
            widths=(0, 14, 16),
        ),
    ),
    "project": (
        "招商项目登记表",
        Register(
            (
                _long(
                    _section(
                        "",
                        "project",
                        ("项目名称", "project_name"),
                        ("所在村", "village"),
                        ("投资额（万元）", "investment"),
                        ("投资方", "investor"),
                        ("投资方资产（万元）", "investor_capital"),
                        ("安排就业（人）", "jobs"),
                        ("用地面积（亩）", "land"),
                    ),
                    "project_name",
                ),
            ),
            looks=_LOOKS,
            widths=(0, 18, 16),
        ),
    ),
}
_LISTS: Mapping[str, tuple[str, tuple[Column, ...]]] = {
    "training": (
        "培训班名单",
        labelled(
            columns(
                "training",
                _HAND,
                ("培训班", "class_name", 34),
                ("种类", "kind", 11),
                ("培训层次", "level", 11),
                ("办班月份", "date", 12),
                ("参训人次数", "person_times", 11),
                ("来自村数", "villages_covered", 10),
                ("到课比率", "attendance_rate", 10),
                ("办班单位", "organiser", 16),
                ("办班地", "venue", 16),
                ("附记", "remarks", 16),
            ),
            "class_name",
        ),
    ),
    "cadre_post": (
        "在岗干部名额",
        labelled(
            columns(
                "cadre_post", _HAND, ("层次", "level", 16), ("在岗名额", "cadres_in_post", 12), ("附记", "remarks", 16)
            ),
            "level",
        ),
    ),
    "service_meeting": (
        "民情质询记录",
        columns(
            "service_meeting",
            _HAND,
            ("村", "village", 14),
            ("质询时间", "date", 15),
            ("质询形式", "kind", 12),
            ("出席人数", "attendance", 9),
            ("群众提问", "question", 34),
            ("答复者", "answered_by", 9),
            ("办理时限", "due_date", 15),
            ("办结时间", "answered_on", 15),
            ("是否满意", "satisfied", 9),
        ),
    ),
    "commendation": (
        "表彰名单",
        columns(
            "commendation",
            _HAND,
            ("受表彰单位或个人", "recipient", 24),
            ("所属村", "unit", 14),
            ("表彰名称", "title", 18),
            ("表彰层级", "level", 10),
            ("表彰单位", "awarded_by", 20),
            ("表彰年度", "award_year", 9),
        ),
    ),
}
