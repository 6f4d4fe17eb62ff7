"""Format `lupu`: questionnaires with three-digit codes that are renumbered every year, village below village; the lists
in a second workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.columns import columns, formatted, habits
from pioneer_etl.demo.workbooks.common import Book, DemoFile, new_book, signature
from pioneer_etl.demo.workbooks.form import Column, Form, looks
from pioneer_etl.demo.workbooks.hand import (
    as_number,
    day,
    money,
    month,
    percent,
    place,
    spelt,
    whole,
    yes_no,
)
from pioneer_etl.demo.workbooks.items import ItemForm, write_items

_LOOKS = looks("仿宋_GB2312", 11, "黑体", None, 15)
_SMALL = looks("仿宋_GB2312", 10, "黑体", "F2F2F2", 16)
_FORM = habits(
    whole=whole(odd=5),
    money=money(odd=5),
    category=spelt({"strong": ("1",), "planting": ("2",), "renewal": ("3",), "other": ("4",)}),
    pay_system=spelt({"performance": ("1",), "appraisal": ("2",), "other": ("3",)}),
    branch_type=spelt({"party_committee": ("1",), "general_branch": ("2",), "branch": ("3",), "joint_branch": ("4",)}),
    yes_no=yes_no("1", "2"),
)
_LIST = habits(
    place=place("committee", 12),
    month=month("number"),
    day=day("digits"),
    percent=percent("fraction"),
    phone=as_number,
    villages_covered=whole("spoken"),
    batch=whole("spoken"),
    yes_no=yes_no("1", "2"),
)
_SERIAL = Column(("编号",), number=True, width=6)
# The first code of each form by year: the questionnaire is numbered anew every time.
_FIRST_CODES: Mapping[int, Mapping[str, int]] = {
    2003: {"village": 101, "village_economy": 121, "village_organisation": 141}
}
_CODES_NOW: Mapping[str, int] = {"village": 201, "village_economy": 301, "village_organisation": 401}


def files(township: Township, year: int, records: Mapping[str, tuple[Facts, ...]]) -> list[DemoFile]:
    """芦浦镇村级调查表（2004）.xlsx with a sheet a questionnaire, and 芦浦镇一览表（2004）.xlsx with the lists."""
    survey = new_book(township, year, "lupu survey", none_mark="—")
    for dataset, (sheet, title, items) in _QUESTIONNAIRES.items():
        _questionnaires(survey, township, year, dataset, (sheet, title), items, records[dataset])
    lists = new_book(township, year, "lupu lists", none_mark="无")
    for dataset, (sheet, title, made) in _LISTS.items():
        if records.get(dataset):
            form = Form(
                title=f"{township.name}{title}",
                above=((f"填报单位：{township.name}党委、政府", f"{year}年度"),),
                looks=_SMALL,
                columns=formatted(made, birth_month="0.00", date="0.00" if dataset == "training" else "General"),
                signature=(signature(township, year, "   "),),
            )
            lists.add(dataset, sheet, form, records[dataset])
    return [
        survey.xlsx(f"{township.name}村级调查表（{year}）.xlsx"),
        lists.xlsx(f"{township.name}一览表（{year}）.xlsx"),
    ]


def _questionnaires(
    book: Book,
    township: Township,
    year: int,
    dataset: str,
    said: tuple[str, str],
    items: Sequence[Column],
    records: Sequence[Facts],
) -> None:
    """The questionnaires of all villages on one sheet, one below the other, each on a page of its own."""
    sheet, title = said
    page = book.page(sheet)
    page.landscape = False
    first = _FIRST_CODES.get(year, _CODES_NOW)[dataset]
    numbers = iter(range(first, first + len(items)))
    coded = tuple(replace(each, code=f"{next(numbers)}") if each.field else each for each in items)
    row = 1
    for table, facts in enumerate(records):
        name = book.clerk.village(facts["village"]).name
        form = ItemForm(
            items=coded,
            heads=(("编号", "code"), ("填表项目", "item"), ("单位", "unit"), ("数量", "figure")),
            title=f"{year}年{title}",
            above=((f"村名：{township.name}{name}", ""),),
            looks=_LOOKS,
            top=row,
            widths=(("code", 7), ("item", 42), ("unit", 8), ("figure", 16)),
        )
        written, row = write_items(page, form, (facts,), book.clerk)
        book.keep(dataset, page, coded, (facts,), written, table=table, beside=("village",))
        page.breaks.append(row)
        row += 2
    page.span(row, 1, 4, signature(township, year, "  "), _LOOKS.note)
    page.heights[row] = 32


def _heading(text: str) -> Column:
    return Column((text,))


def _units(made: Sequence[Column], **units: str) -> tuple[Column, ...]:
    return tuple(replace(each, unit=units.get(each.field or "", "人" if each.summed else "")) for each in made)


_QUESTIONNAIRES = {
    "village": (
        "甲表",
        "村基本情况调查表",
        _units(
            columns(
                "village",
                _FORM,
                _heading("一、村庄"),
                ("村类型（1.经济强村 2.种植为主 3.旧村改造 4.其他）", "category"),
                _heading("二、人口和劳动力"),
                ("年末总户数", "households"),
                ("年末总人口", "population"),
                ("其中：劳动力", "labour_force"),
                _heading("三、村民收入"),
                ("村民人均收入", "income_per_head"),
            ),
            households="户",
            income_per_head="元",
        ),
    ),
    "village_economy": (
        "乙表",
        "村集体经济调查表",
        tuple(
            replace(each, unit="万元" if each.summed else "")
            for each in columns(
                "village_economy",
                _FORM,
                _heading("一、集体经济收入"),
                ("本年收入合计", "income_total"),
                ("其中：经营收入", "income_operating"),
                ("发包及上交收入", "income_contracting"),
                ("投资收益", "income_investment"),
                ("补助收入", "income_subsidy"),
                ("其他收入", "income_other"),
                ("上年收入合计", "income_last_year"),
                _heading("二、资产负债（年末数）"),
                ("资产总额", "assets"),
                ("负债总额", "debts"),
                _heading("三、报酬"),
                ("村干部报酬制度（1.效益工资制 2.民主评定制 3.其他）", "pay_system"),
            )
        ),
    ),
    "village_organisation": (
        "丙表",
        "村级组织调查表",
        _units(
            columns(
                "village_organisation",
                _FORM,
                _heading("一、党组织"),
                ("党组织类型（1.党委 2.党总支 3.党支部 4.联合支部）", "branch_type"),
                ("是否学习型支部（1.是 2.否）", "learning_branch"),
                ("书记文化程度", "secretary_education"),
                _heading("二、党员"),
                ("党员总数", "members"),
                ("其中：女党员", "members_female"),
                ("35岁及以下党员", "members_35_or_younger"),
                ("36至45岁党员", "members_36_to_45"),
                ("46至59岁党员", "members_46_to_59"),
                ("60岁及以上党员", "members_60_or_older"),
                ("小学及以下党员", "members_primary"),
                ("初中党员", "members_junior"),
                ("高中、中专党员", "members_senior"),
                ("大专及以上党员", "members_college"),
                _heading("三、村两委"),
                ("支委人数", "branch_committee_members"),
                ("村委人数", "village_committee_members"),
                ("交叉任职人数", "cross_appointments"),
                _heading("四、党员承诺制"),
                ("承诺事项", "pledges_made"),
                ("其中：已兑现", "pledges_kept"),
            ),
            pledges_made="件",
            pledges_kept="件",
        ),
    ),
}

_LISTS = {
    "training": (
        "培训班",
        "干部培训班一览表",
        columns(
            "training",
            _LIST,
            _SERIAL,
            ("培训项目", "class_name", 34),
            ("种类", "kind", 20),
            ("干部类别", "level", 12),
            ("月份", "date", 10),
            ("参加人次", "person_times"),
            ("村数", "villages_covered"),
            ("参训率", "attendance_rate"),
            ("承办单位", "organiser", 14),
            ("地点", "venue", 16),
        ),
    ),
    "reserve_cadre": (
        "后备干部",
        "村级后备干部一览表",
        columns(
            "reserve_cadre",
            _LIST,
            _SERIAL,
            ("姓名", "name"),
            ("性别", "sex", 6),
            ("出生年月", "birth_month", 10),
            ("民族", "ethnicity", 8),
            ("文化", "education", 12),
            ("政治面目", "political_status", 11),
            ("所属村", "village", 15),
            ("证件号码", "id_number", 21),
            ("联系手机", "phone", 14),
            ("产生方式", "recommended_by", 18),
            ("培养措施", "placement", 16),
        ),
    ),
    "cadre_post": (
        "在岗干部",
        "在岗干部一览表",
        columns(
            "cadre_post",
            _LIST,
            _SERIAL,
            ("干部类别", "level", 16),
            ("年末人数", "cadres_in_post"),
            ("说明", "remarks", 16),
        ),
    ),
    "pioneer_unit": (
        "创建",
        "先锋工程创建单位一览表",
        columns(
            "pioneer_unit",
            _LIST,
            _SERIAL,
            ("创建对象", "unit", 15),
            ("类别", "level", 12),
            ("第几批", "batch"),
            ("班子强", "score_team"),
            ("队伍强", "score_members"),
            ("服务强", "score_service"),
            ("机制强", "score_management"),
            ("实力强", "score_strength"),
            ("考核总分", "score_total"),
            ("有无计划（1.有 2.无）", "plan_made"),
            ("措施落实（1.是 2.否）", "measures_started"),
            ("是否验收（1.是 2.否）", "accepted"),
        ),
    ),
    "service_meeting": (
        "民情",
        "民情质询、民情台账一览表",
        columns(
            "service_meeting",
            _LIST,
            _SERIAL,
            ("召开村", "village", 15),
            ("登记日期", "date", 11),
            ("来源", "kind", 12),
            ("参加村民", "attendance"),
            ("群众反映问题", "question", 28),
            ("承办人", "answered_by", 14),
            ("办理期限", "due_date", 11),
            ("办结时间", "answered_on", 11),
            ("是否满意（1.是 2.否）", "satisfied"),
        ),
    ),
    "weak_village": (
        "后进村",
        "后进村整顿一览表",
        columns(
            "weak_village",
            _LIST,
            _SERIAL,
            ("整顿村", "village", 15),
            ("后进原因", "problem", 24),
            ("下派书记", "dispatched_cadre"),
            ("帮扶部门", "paired_department", 16),
            ("结对强村", "paired_with", 18),
            ("采取的措施", "measures", 24),
            ("是否转化", "state", 10),
        ),
    ),
    "project": (
        "项目",
        "招商引资项目一览表",
        columns(
            "project",
            _LIST,
            _SERIAL,
            ("落户村", "village", 15),
            ("引进项目", "project_name", 24),
            ("引进资金（万元）", "investment"),
            ("客商", "investor", 16),
            ("企业资产（万元）", "investor_capital"),
            ("安置就业（人）", "jobs"),
            ("项目用地（亩）", "land"),
        ),
    ),
    "commendation": (
        "表彰",
        "受表彰单位和个人一览表",
        columns(
            "commendation",
            _LIST,
            _SERIAL,
            ("获奖名称", "title", 22),
            ("姓名（单位）", "recipient", 18),
            ("单位", "unit", 15),
            ("层次", "level"),
            ("颁奖单位", "awarded_by", 14),
            ("获奖年份", "award_year"),
        ),
    ),
}
