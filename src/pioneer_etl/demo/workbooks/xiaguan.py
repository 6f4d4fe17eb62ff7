"""Format `xiaguan`: HTML tables saved as .xls, tab-separated text in UTF-16, CSV in UTF-8 with a byte order mark.

Dates are in Chinese numerals, and ages stand beside months of birth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.columns import Habits, columns, formatted, habits, labelled
from pioneer_etl.demo.workbooks.common import Book, DemoFile, new_book, signature
from pioneer_etl.demo.workbooks.form import Column, Form, looks
from pioneer_etl.demo.workbooks.hand import (
    age,
    day,
    digits_lost,
    in_words,
    money,
    month,
    percent,
    place,
    whole,
    yes_no,
)
from pioneer_etl.demo.workbooks.web import write_html
from pioneer_etl.demo.workbooks.write import write_csv

_LOOKS = looks("宋体", 12, "黑体", "CCFFFF", 16)
_HAND: Habits = habits(
    month=month("numerals"),
    day=day("numerals"),
    percent=percent("sign"),
    place=place("full", 20),
    whole=whole("separators", odd=5),
    money=money(style="separators", odd=5),
    villages_covered=in_words,
    branch_committee_members=in_words,
    village_committee_members=in_words,
    cross_appointments=in_words,
    batch=in_words,
    yes_no=yes_no("√", "×"),
    satisfied=yes_no("是", "否"),
)
LOST_DIGITS = 2003  # the year whose roster the township first sent with its ID numbers as numbers


def files(township: Township, year: int, records: Mapping[str, Sequence[Facts]]) -> list[DemoFile]:
    """霞关镇2004村情.xls (HTML), 霞关镇2004后备干部.txt (UTF-16), 霞关镇2004项目.csv (UTF-8) and so on."""
    found = []
    for dataset, (name, ending, title, made) in _FORMS.items():
        if records.get(dataset):
            again = "（第二稿）" if (dataset, year) == ("reserve_cadre", LOST_DIGITS) else ""
            found.append(_file(township, year, dataset, f"{name}{again}", ending, title, made, records[dataset]))
    return found


def lost_digits(township: Township, records: Sequence[Facts]) -> DemoFile:
    """The roster as it was sent at first: the ID numbers as a spreadsheet had rounded them."""
    name, ending, title, made = _FORMS["reserve_cadre"]
    rounded = tuple(replace(each, write=digits_lost) if each.field == "id_number" else each for each in made)
    return _file(township, LOST_DIGITS, "reserve_cadre", name, ending, title, rounded, records)


def _file(
    township: Township,
    year: int,
    dataset: str,
    name: str,
    ending: str,
    title: str,
    made: tuple[Column, ...],
    records: Sequence[Facts],
) -> DemoFile:
    book = new_book(township, year, f"xiaguan {dataset}", none_mark="—")
    stem = f"{township.name}{year}{name}"
    aged = tuple(replace(each, write=age(year)) if each.aside else each for each in made)
    form = Form(
        title=f"{township.name}{year}年{title}",
        above=((f"填报单位：{township.name}人民政府", _UNITS_LINE.get(dataset, "")),) if ending == "xls" else (),
        looks=_LOOKS,
        columns=aged,
        total="last" if any(each.summed for each in made) else "",
        total_word="总 计",
        signature=(signature(township, year, " "),) if ending == "xls" else (),
        freeze=False,
    )
    book.add(dataset, stem, form, records)
    return book.file(f"{stem}.{ending}", _bytes(book, ending))


def _bytes(book: Book, ending: str) -> bytes:
    page = book.pages[0]
    if ending == "xls":
        return write_html(page)
    if ending == "txt":
        return write_csv(page, "utf-16", "\t")
    return write_csv(page, "utf-8-sig")


_UNITS_LINE = {"village_economy": "单位：万元"}
_VILLAGE = labelled(
    columns(
        "village",
        _HAND,
        ("村居", "village", 16),
        ("户数人口/户数", "households"),
        ("户数人口/人口", "population"),
        ("户数人口/其中劳动力", "labour_force", 12),
        ("年人均收入（元）", "income_per_head", 12),
        ("发展类型", "category", 12),
    ),
    "village",
)
_ECONOMY = labelled(
    columns(
        "village_economy",
        _HAND,
        ("村居", "village", 16),
        ("本年收入/合计", "income_total"),
        ("本年收入/其中/经营", "income_operating"),
        ("本年收入/其中/发包", "income_contracting"),
        ("本年收入/其中/投资", "income_investment"),
        ("本年收入/其中/补助", "income_subsidy"),
        ("本年收入/其中/其它", "income_other"),
        ("上年收入", "income_last_year"),
        ("年末资产负债/资产", "assets"),
        ("年末资产负债/负债", "debts"),
        ("工资制", "pay_system", 12),
    ),
    "village",
)
_ORGANISATION = labelled(
    columns(
        "village_organisation",
        _HAND,
        ("村居", "village", 16),
        ("支部类型", "branch_type"),
        ("党员人数/计", "members", 8),
        ("党员人数/女", "members_female", 8),
        ("年龄结构/35岁以下", "members_35_or_younger", 9),
        ("年龄结构/36—45岁", "members_36_to_45", 9),
        ("年龄结构/46—59岁", "members_46_to_59", 9),
        ("年龄结构/60岁以上", "members_60_or_older", 9),
        ("学历结构/小学", "members_primary", 8),
        ("学历结构/初中", "members_junior", 8),
        ("学历结构/高中", "members_senior", 8),
        ("学历结构/大专以上", "members_college", 9),
        ("两委/支委", "branch_committee_members", 8),
        ("两委/村委", "village_committee_members", 8),
        ("两委/交叉", "cross_appointments", 8),
        ("学习型", "learning_branch", 8),
        ("书记文化程度", "secretary_education", 12),
        ("党员承诺/作出", "pledges_made", 8),
        ("党员承诺/兑现", "pledges_kept", 8),
    ),
    "village",
)
_TRAINING = labelled(
    columns(
        "training",
        _HAND,
        ("培训内容", "class_name", 32),
        ("班次类别", "kind"),
        ("参训对象", "level"),
        ("举办时间", "date", 14),
        ("参加人次", "person_times"),
        ("涉及村", "villages_covered"),
        ("参训率", "attendance_rate"),
        ("组织单位", "organiser", 16),
        ("授课地点", "venue", 16),
        ("备注说明", "remarks", 16),
    ),
    "class_name",
)
_RESERVE = formatted(
    columns(
        "reserve_cadre",
        _HAND,
        ("所在村居", "village", 14),
        ("后备干部姓名", "name"),
        ("性别", "sex", 6),
        ("出生年月", "birth_month", 16),
        Column(("年龄（岁）",), "birth_month", age(2004), 8, aside=True),
        ("民族", "ethnicity"),
        ("最高学历", "education"),
        ("政治面貌", "political_status"),
        ("证件号码", "id_number", 20),
        ("联系手机", "phone", 14),
        ("推荐单位", "recommended_by", 16),
        ("挂职锻炼岗位", "placement", 16),
        ("备注", "remarks", 12),
    ),
    id_number="@",
)
_POSTS = labelled(
    columns("cadre_post", _HAND, ("级别", "level", 14), ("现有干部数", "cadres_in_post", 12), ("说明", "remarks", 14)),
    "level",
)
_UNITS = columns(
    "pioneer_unit",
    _HAND,
    ("创建单位名称", "unit", 16),
    ("单位层级", "level"),
    ("创建批次", "batch"),
    ("班子建设得分", "score_team"),
    ("队伍素质得分", "score_members"),
    ("服务群众得分", "score_service"),
    ("管理机制得分", "score_management"),
    ("经济实力得分", "score_strength"),
    ("五强合计得分", "score_total"),
    ("制定方案", "plan_made"),
    ("启动措施", "measures_started"),
    ("考核验收", "accepted"),
)
_MEETINGS = columns(
    "service_meeting",
    _HAND,
    ("村居", "village", 14),
    ("质询日期", "date", 20),
    ("活动形式", "kind", 12),
    ("到会人数", "attendance"),
    ("质询内容", "question", 32),
    ("答复责任人", "answered_by"),
    ("承诺办结", "due_date", 20),
    ("实际办结", "answered_on", 20),
    ("群众满意", "satisfied"),
)
_WEAK = columns(
    "weak_village",
    _HAND,
    ("后进村名", "village", 14),
    ("突出问题", "problem", 26),
    ("选派干部", "dispatched_cadre"),
    ("挂钩部门", "paired_department", 16),
    ("结对单位", "paired_with", 18),
    ("整改措施", "measures", 26),
    ("目前状态", "state"),
)
_PROJECTS = labelled(
    columns(
        "project",
        _HAND,
        ("所在村居", "village", 14),
        ("招商项目", "project_name", 22),
        ("总投资（万元）", "investment", 12),
        ("投资单位", "investor", 18),
        ("投资方身家（万元）", "investor_capital", 14),
        ("带动就业（人）", "jobs", 12),
        ("项目用地（亩）", "land", 12),
    ),
    "village",
)
_AWARDS = columns(
    "commendation",
    _HAND,
    ("获奖单位或个人", "recipient", 22),
    ("所在村居", "unit", 14),
    ("获奖名称", "title", 18),
    ("奖项级别", "level"),
    ("颁奖单位", "awarded_by", 18),
    ("获奖年度", "award_year"),
)

# Name and ending of the file, title, and columns of each dataset.
_FORMS: Mapping[str, tuple[str, str, str, tuple[Column, ...]]] = {
    "village": ("村情", "xls", "村居概况", _VILLAGE),
    "village_organisation": ("组织", "xls", "村居党组织概况", _ORGANISATION),
    "village_economy": ("经济", "xls", "村居集体经济概况", _ECONOMY),
    "training": ("培训", "txt", "教育培训清单", _TRAINING),
    "reserve_cadre": ("后备干部", "txt", "后备干部清单", _RESERVE),
    "service_meeting": ("民情", "txt", "民情质询清单", _MEETINGS),
    "cadre_post": ("在岗", "csv", "干部在岗清单", _POSTS),
    "pioneer_unit": ("创建", "csv", "创建单位清单", _UNITS),
    "weak_village": ("后进村", "csv", "后进村帮扶清单", _WEAK),
    "project": ("项目", "csv", "招商项目清单", _PROJECTS),
    "commendation": ("表彰", "csv", "获奖清单", _AWARDS),
}
