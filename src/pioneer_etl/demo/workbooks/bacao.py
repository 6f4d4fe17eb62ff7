"""Format `bacao`: one workbook with a summary of formulas over its other sheets, hidden rows and columns, and tables
carried on over pages with the header repeated (续表)."""

from __future__ import annotations

from collections.abc import Mapping

from pioneer_etl.contract.address import column_letters
from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.columns import columns, formatted, habits, labelled
from pioneer_etl.demo.workbooks.common import Book, DemoFile, new_book, signature
from pioneer_etl.demo.workbooks.form import Column, Form, looks
from pioneer_etl.demo.workbooks.hand import day, ditto, money, month, percent, place, text, whole, yes_no
from pioneer_etl.demo.workbooks.page import Page

_LOOKS = looks("等线", 10, "黑体", "D9E1F2", 16)
_HAND = habits(
    place=place("full", 10),
    whole=whole(odd=2),
    money=money(odd=2),
    month=month("dotted"),
    day=day("date"),
    percent=percent("fraction"),
    yes_no=yes_no("有", "没有"),
    learning_branch=yes_no("是", "不是"),
    satisfied=yes_no("是", "不是"),
    accepted=yes_no("已", "未"),
    recommended_by=ditto(text, "同上"),
)
_SERIAL = Column(("序号",), number=True, width=6)
_DAYS = dict.fromkeys(("date", "due_date", "answered_on"), "yyyy-mm-dd")
_PAGE = 9  # records to a printed page
_HIDDEN = (3, 4)  # records that a filter hid


def files(township: Township, year: int, records: Mapping[str, tuple[Facts, ...]]) -> list[DemoFile]:
    """巴曹镇2004年统计台账.xlsx: the summary first, then a sheet a dataset."""
    book = new_book(township, year, "bacao", none_mark="/")
    summary = book.page("汇总")
    for dataset, (sheet, title, made) in _SHEETS.items():
        if not records.get(dataset):
            continue
        count = len(records[dataset])
        form = Form(
            title=f"{township.name}{year}年{title}",
            above=((f"填报单位：{township.name}", "单位：万元" if dataset == "village_economy" else ""),),
            looks=_LOOKS,
            columns=formatted(made, **_DAYS) if dataset == "service_meeting" else made,
            total="last" if any(each.label for each in made) else "",
            page_rows=_PAGE if count > _PAGE + 3 else 0,
            continued=f"{title}（续表）",
            hidden_records=_HIDDEN if count > _PAGE + 3 else (),
            signature=(signature(township, year, "  "),),
        )
        book.add(dataset, sheet, form, records[dataset])
    _summary(book, township, year, summary)
    return [book.xlsx(f"{township.name}{year}年统计台账.xlsx")]


def _summary(book: Book, township: Township, year: int, page: Page) -> None:
    """The summary: an item a row, its figure a formula over a column of another sheet, never calculated."""
    page.span(1, 1, 4, f"{township.name}{year}年主要指标汇总", _LOOKS.title)
    for column, heading in enumerate(("序号", "指标", "单位", "数量"), 1):
        page.put(2, column, heading, _LOOKS.header)
    row = 3
    for dataset, items in _SUMMARY.items():
        place = next((each for each in book.forms if each.dataset == dataset), None)
        if place is None:
            continue
        made = _SHEETS[dataset][2]
        first, last = place.written.rows[0], place.written.rows[-1]
        for name, unit, field in items:
            letters = column_letters(next(i for i, each in enumerate(made, 1) if each.field == field))
            formula = f"SUM({place.sheet}!{letters}{first}:{letters}{last})"
            page.put(row, 1, row - 2, _LOOKS.body)
            page.put(row, 2, name, _LOOKS.body)
            page.put(row, 3, unit, _LOOKS.body)
            page.put(row, 4, None, _LOOKS.body, formula=formula)
            row += 1
    page.widths.update({1: 6, 2: 26, 3: 8, 4: 16})
    page.landscape = False


_SUMMARY = {
    "village": (("总户数", "户", "households"), ("总人口", "人", "population"), ("劳动力", "人", "labour_force")),
    "village_economy": (
        ("村集体经济总收入", "万元", "income_total"),
        ("上年村集体经济总收入", "万元", "income_last_year"),
        ("村集体资产", "万元", "assets"),
    ),
    "village_organisation": (("党员总数", "人", "members"), ("女党员", "人", "members_female")),
    "training": (("培训人次", "人次", "person_times"),),
    "cadre_post": (("在岗干部", "人", "cadres_in_post"),),
}

_SHEETS: Mapping[str, tuple[str, str, tuple[Column, ...]]] = {
    "village": (
        "村情",
        "村基本情况台账",
        labelled(
            columns(
                "village",
                _HAND,
                _SERIAL,
                ("村名称", "village", 15),
                ("村经济类型", "category", 12),
                ("总户数", "households"),
                ("总人口", "population"),
                ("劳力数", "labour_force"),
                ("人均纯收入（元）", "income_per_head", 11),
                Column(("户均人口",), helper="ROUND(E{row}/D{row},1)", helper_result=None, width=9, hidden=True),
            ),
            "village",
        ),
    ),
    "village_economy": (
        "集体经济",
        "村集体经济台账",
        labelled(
            columns(
                "village_economy",
                _HAND,
                _SERIAL,
                ("村名称", "village", 15),
                ("总收入", "income_total", 11),
                ("其中/经营", "income_operating"),
                ("其中/发包上交", "income_contracting"),
                ("其中/投资", "income_investment"),
                ("其中/补贴", "income_subsidy"),
                ("其中/其他", "income_other"),
                ("上年数", "income_last_year", 11),
                ("总资产", "assets", 11),
                ("总债务", "debts", 11),
                ("村干部工资制度", "pay_system", 13),
            ),
            "village",
        ),
    ),
    "village_organisation": (
        "村级组织",
        "村级组织台账",
        labelled(
            columns(
                "village_organisation",
                _HAND,
                _SERIAL,
                ("村名称", "village", 15),
                ("党组织设置", "branch_type", 11),
                ("党员队伍/总数", "members", 8),
                ("党员队伍/女党员", "members_female", 8),
                ("年龄状况/35岁以下", "members_35_or_younger", 9),
                ("年龄状况/36-45岁", "members_36_to_45", 9),
                ("年龄状况/46-59岁", "members_46_to_59", 9),
                ("年龄状况/60岁以上", "members_60_or_older", 9),
                ("按文化程度分/小学及以下", "members_primary", 9),
                ("按文化程度分/初中", "members_junior", 8),
                ("按文化程度分/高中、中专", "members_senior", 9),
                ("按文化程度分/大专及以上", "members_college", 9),
                ("两委/支委", "branch_committee_members", 8),
                ("两委/村委", "village_committee_members", 8),
                ("两委/交叉任职", "cross_appointments", 9),
                ("是否学习型党支部", "learning_branch"),
                ("支部书记学历", "secretary_education", 12),
                ("承诺情况/承诺数", "pledges_made", 8),
                ("承诺情况/兑现数", "pledges_kept", 8),
            ),
            "village",
        ),
    ),
    "training": (
        "培训",
        "干部培训台账",
        labelled(
            columns(
                "training",
                _HAND,
                _SERIAL,
                ("培训班名", "class_name", 34),
                ("培训类型", "kind", 12),
                ("干部层级", "level", 12),
                ("日期", "date", 11),
                ("人次", "person_times"),
                ("涉及村数", "villages_covered"),
                ("到会率", "attendance_rate"),
                ("组织单位", "organiser", 14),
                ("培训机构", "venue", 16),
                ("其他说明", "remarks", 16),
            ),
            "class_name",
        ),
    ),
    "reserve_cadre": (
        "后备干部",
        "村级后备干部台账",
        columns(
            "reserve_cadre",
            _HAND,
            _SERIAL,
            ("人员姓名", "name", 10),
            ("性别", "sex", 6),
            ("生日", "birth_month", 10),
            ("民族", "ethnicity", 8),
            ("教育程度", "education", 12),
            ("政治面貌", "political_status", 11),
            ("单位", "village", 15),
            ("证件号码", "id_number", 21),
            ("手机号码", "phone", 14),
            ("推荐", "recommended_by", 18),
            ("培养岗位", "placement", 16),
            ("备注", "remarks", 12),
        ),
    ),
    "cadre_post": (
        "在岗干部",
        "在岗干部台账",
        labelled(columns("cadre_post", _HAND, ("层级", "level", 14), ("在职人数", "cadres_in_post")), "level"),
    ),
    "pioneer_unit": (
        "创建",
        "先锋工程创建台账",
        columns(
            "pioneer_unit",
            _HAND,
            _SERIAL,
            ("单位名称", "unit", 15),
            ("单位级别", "level", 11),
            ("列入批次", "batch"),
            ("评分/强班子", "score_team"),
            ("评分/强队伍", "score_members"),
            ("评分/强服务", "score_service"),
            ("评分/强管理", "score_management"),
            ("评分/强实力", "score_strength"),
            ("评分/合计", "score_total"),
            ("有无计划", "plan_made"),
            ("有无措施", "measures_started"),
            ("通过验收", "accepted"),
        ),
    ),
    "service_meeting": (
        "民情",
        "民情台账",
        columns(
            "service_meeting",
            _HAND,
            _SERIAL,
            ("召开时间", "date", 11),
            ("村名", "village", 15),
            ("渠道", "kind", 12),
            ("出席人数", "attendance"),
            ("主要问题", "question", 28),
            ("办理责任人", "answered_by", 14),
            ("应办结日期", "due_date", 11),
            ("完成日期", "answered_on", 11),
            ("群众满意", "satisfied"),
        ),
    ),
    "weak_village": (
        "后进村",
        "后进村帮扶台账",
        columns(
            "weak_village",
            _HAND,
            _SERIAL,
            ("帮扶村", "village", 15),
            ("主要原因", "problem", 26),
            ("联系干部", "dispatched_cadre", 10),
            ("联系单位", "paired_department", 16),
            ("结对富村或企业", "paired_with", 18),
            ("工作措施", "measures", 24),
            ("现状", "state", 10),
        ),
    ),
    "project": (
        "项目",
        "引进项目台账",
        columns(
            "project",
            _HAND,
            _SERIAL,
            ("所在村", "village", 15),
            ("项目名", "project_name", 24),
            ("计划投资（万元）", "investment", 11),
            ("投资单位", "investor", 16),
            ("企业资产（万元）", "investor_capital", 11),
            ("就业岗位", "jobs"),
            ("土地（亩）", "land"),
        ),
    ),
    "commendation": (
        "表彰",
        "评先台账",
        columns(
            "commendation",
            _HAND,
            _SERIAL,
            ("荣誉", "title", 22),
            ("表彰对象", "recipient", 18),
            ("村名", "unit", 15),
            ("表彰级别", "level"),
            ("评选单位", "awarded_by", 14),
            ("评选年度", "award_year"),
        ),
    ),
}
