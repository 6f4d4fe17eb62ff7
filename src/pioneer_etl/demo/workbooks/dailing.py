"""Format `dailing`: an OpenDocument or a macro workbook; tables begin somewhere inside the sheet, look-up lists of the
clerk's numbers are printed beside them, and formats reach far beyond what is filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pioneer_etl.demo.made.facts import YEAR, Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.columns import MONEY, columns, formatted, habits, labelled
from pioneer_etl.demo.workbooks.common import DemoFile, new_book, signature
from pioneer_etl.demo.workbooks.form import Column, Form, looks
from pioneer_etl.demo.workbooks.hand import as_number, day, month, percent, place, spelt, whole, yes_no
from pioneer_etl.demo.workbooks.opendocument import write_ods
from pioneer_etl.demo.workbooks.page import Page

_TOP, _LEFT = 4, 3  # C4
_LOOKS = looks("楷体", 11, "方正小标宋", "DDEBF7", 16)
_SMALL = looks("楷体", 10, "方正小标宋", "DDEBF7", 16)

# What the clerk writes instead of words; the list is printed beside the form.
_CATEGORY = {"strong": "1", "planting": "2", "renewal": "3", "other": "9"}
_EDUCATION = {"20": "1", "30": "2", "40": "3", "60": "4", "70": "5", "80": "6"}
_STATUS = {"01": "1", "03": "2", "13": "3"}
_KIND = {"political_theory": "A", "degree": "B", "post": "C", "practical": "D"}
_LISTS: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "village": ("村类型", (("1", "经济强村"), ("2", "种植为主"), ("3", "旧村改造"), ("9", "其他"))),
    "reserve_cadre": (
        "文化程度",
        (("1", "大学本科"), ("2", "大专"), ("3", "中专"), ("4", "高中"), ("5", "初中"), ("6", "小学")),
    ),
    "training": ("培训类别", (("A", "政治理论"), ("B", "学历教育"), ("C", "岗位培训"), ("D", "实用技术"))),
}


def _coded(numbers: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    return {code: (number,) for code, number in numbers.items()}


_HAND = habits(
    month=month("short"),
    day=day("slashed"),
    percent=percent("fraction"),
    place=place("prefixed", 9),
    whole=whole("text", odd=3),
    phone=as_number,
    yes_no=yes_no("有", "无"),
    satisfied=yes_no("是", "否"),
    category=spelt(_coded(_CATEGORY)),
    education=spelt(_coded(_EDUCATION)),
    political_status=spelt(_coded(_STATUS)),
    **{"training.kind": spelt(_coded(_KIND))},
)


def files(township: Township, year: int, records: Mapping[str, Sequence[Facts]]) -> list[DemoFile]:
    """岱岭2004年度报表.xlsm with all forms; in the years before, 岱岭2003年度报表.ods."""
    modern = year == YEAR
    book = new_book(township, year, "dailing", none_mark="无")
    for dataset, (sheet, made) in _FORMS.items():
        if records.get(dataset):
            page = book.add(dataset, sheet, _form(township, year, dataset, sheet, made), records[dataset])
            _look_up_list(page, dataset, made)
            if modern:
                _inflate(page)
    name = f"{township.short}{year}年度报表"
    if modern:
        return [book.xlsx(f"{name}.xlsm", macros=True)]
    return [book.file(f"{name}.ods", write_ods(book.pages, formatted_to_the_end=True))]


def _form(township: Township, year: int, dataset: str, sheet: str, made: tuple[Column, ...]) -> Form:
    return Form(
        title=f"{township.name}{year}年度{sheet}表",
        looks=_SMALL if len(made) > 11 else _LOOKS,
        columns=made,
        total="last" if any(each.summed for each in made) else "",
        total_word="总计",
        signature=(signature(township, year, "　　"),),
        top=_TOP,
        left=_LEFT,
        freeze=False,
    )


def _look_up_list(page: Page, dataset: str, made: tuple[Column, ...]) -> None:
    """What the clerk's numbers stand for, printed to the right of the form."""
    if dataset not in _LISTS:
        return
    heading, lines = _LISTS[dataset]
    left = _LEFT + len(made) + 2
    look = _LOOKS.note.but(border=True, horizontal="center", wrap=False)
    page.put(_TOP + 1, left, "代码", look.but(bold=True))
    page.put(_TOP + 1, left + 1, heading, look.but(bold=True))
    for number, (code, words) in enumerate(lines, _TOP + 2):
        page.put(number, left, code, look)
        page.put(number, left + 1, words, look)
    page.widths |= {left - 2: 3, left - 1: 3, left: 7, left + 1: 12}


def _inflate(page: Page) -> None:
    """Formats far below and beside the form: somebody framed whole columns."""
    for row in range(page.height + 1, page.height + 301):
        for column in range(_LEFT, _LEFT + 6):
            page.put(row, column, None, _LOOKS.body)
    page.put(2_000, 60, None, _LOOKS.body)


_VILLAGE = labelled(
    columns(
        "village",
        _HAND,
        ("行政村名称", "village", 26),
        ("村类型（代码）", "category", 14),
        ("农户数（户）", "households", 12),
        ("户籍人口（人）", "population", 14),
        ("劳力（人）", "labour_force", 12),
        ("人均收入（元）", "income_per_head", 14),
    ),
    "village",
)
_ECONOMY = labelled(
    formatted(
        columns(
            "village_economy",
            _HAND,
            ("行政村名称", "village", 26),
            ("集体收入（万元）", "income_total", 12),
            ("经营性收入（万元）", "income_operating", 12),
            ("发包及上缴收入（万元）", "income_contracting", 12),
            ("投资性收入（万元）", "income_investment", 12),
            ("财政补助收入（万元）", "income_subsidy", 12),
            ("其余收入（万元）", "income_other", 11),
            ("去年集体收入（万元）", "income_last_year", 12),
            ("总资产（万元）", "assets", 11),
            ("总负债（万元）", "debts", 11),
            ("村干部工资制度", "pay_system", 14),
        ),
        **dict.fromkeys(MONEY, "0.00"),
    ),
    "village",
)
_TRAINING = labelled(
    formatted(
        columns(
            "training",
            _HAND,
            ("培训班次", "class_name", 34),
            ("类别（代码）", "kind", 10),
            ("对象", "level", 11),
            ("月份", "date", 11),
            ("受训人次", "person_times", 10),
            ("参训村数", "villages_covered", 10),
            ("出勤率", "attendance_rate", 9),
            ("主办", "organiser", 16),
            ("地点", "venue", 16),
        ),
        attendance_rate="0.0%",
    ),
    "class_name",
)
_RESERVE = formatted(
    columns(
        "reserve_cadre",
        _HAND,
        Column(("序号",), number=True, width=6),
        ("姓名", "name", 9),
        ("所属村", "village", 26),
        ("男/女", "sex", 7),
        ("生日", "birth_month", 10),
        ("族别", "ethnicity", 8),
        ("文化程度（代码）", "education", 10),
        ("政治面貌（1党员2团员3群众）", "political_status", 16),
        ("身份证", "id_number", 22),
        ("手机", "phone", 14),
        ("推荐渠道", "recommended_by", 18),
        ("培养岗位", "placement", 16),
        ("其他说明", "remarks", 12),
    ),
    id_number="@",
    phone="0",
)
_POSTS = labelled(
    columns(
        "cadre_post",
        _HAND,
        ("层级", "level", 16),
        ("在职干部人数", "cadres_in_post", 14),
        ("说明", "remarks", 16),
    ),
    "level",
)
_ORGANISATION = labelled(
    columns(
        "village_organisation",
        _HAND,
        ("行政村名称", "village", 26),
        ("党组织设置", "branch_type", 11),
        ("党员数", "members", 8),
        ("女党员", "members_female", 8),
        ("35岁以下", "members_35_or_younger", 9),
        ("36—45岁", "members_36_to_45", 9),
        ("46—59岁", "members_46_to_59", 9),
        ("60岁以上", "members_60_or_older", 9),
        ("小学", "members_primary", 7),
        ("初中", "members_junior", 7),
        ("高中（中专）", "members_senior", 9),
        ("大专以上", "members_college", 9),
        ("支委数", "branch_committee_members", 8),
        ("村委数", "village_committee_members", 8),
        ("两委交叉", "cross_appointments", 9),
        ("学习型支部", "learning_branch", 8),
        ("书记文化", "secretary_education", 9),
        ("承诺事项", "pledges_made", 9),
        ("已兑现", "pledges_kept", 8),
    ),
    "village",
)
_UNITS = columns(
    "pioneer_unit",
    habits(**{**_HAND, "yes_no": yes_no("√", "×")}),
    ("创建对象", "unit", 26),
    ("创建级别", "level", 11),
    ("第几批", "batch", 8),
    ("班子分", "score_team", 9),
    ("队伍分", "score_members", 9),
    ("服务分", "score_service", 9),
    ("管理分", "score_management", 9),
    ("实力分", "score_strength", 9),
    ("五强总分", "score_total", 9),
    ("订了方案", "plan_made", 9),
    ("开展活动", "measures_started", 9),
    ("通过验收", "accepted", 9),
)
_MEETINGS = columns(
    "service_meeting",
    _HAND,
    ("行政村", "village", 26),
    ("时间", "date", 12),
    ("方式", "kind", 12),
    ("参加人数", "attendance", 9),
    ("反映的问题", "question", 34),
    ("承办人", "answered_by", 9),
    ("办理期限", "due_date", 12),
    ("办结时间", "answered_on", 12),
    ("群众是否满意", "satisfied", 9),
)
_WEAK = columns(
    "weak_village",
    _HAND,
    ("行政村", "village", 26),
    ("后进原因", "problem", 26),
    ("下派干部", "dispatched_cadre", 10),
    ("联系部门", "paired_department", 16),
    ("强村或企业", "paired_with", 18),
    ("帮扶措施", "measures", 28),
    ("转化情况", "state", 10),
)
_PROJECTS = labelled(
    columns(
        "project",
        _HAND,
        ("行政村", "village", 26),
        ("引资项目", "project_name", 24),
        ("引资额（万元）", "investment", 12),
        ("业主", "investor", 18),
        ("业主资产（万元）", "investor_capital", 13),
        ("用工（人）", "jobs", 9),
        ("土地（亩）", "land", 9),
    ),
    "village",
)
_AWARDS = columns(
    "commendation",
    _HAND,
    ("姓名或集体", "recipient", 24),
    ("所在单位", "unit", 26),
    ("称号", "title", 18),
    ("等级", "level", 9),
    ("发文单位", "awarded_by", 20),
    ("表彰年份", "award_year", 9),
)
_FORMS: Mapping[str, tuple[str, tuple[Column, ...]]] = {
    "village": ("村情登记", _VILLAGE),
    "village_organisation": ("组织设置", _ORGANISATION),
    "village_economy": ("收入资产", _ECONOMY),
    "training": ("办班情况", _TRAINING),
    "cadre_post": ("干部配备", _POSTS),
    "reserve_cadre": ("后备人才", _RESERVE),
    "pioneer_unit": ("创建进度", _UNITS),
    "service_meeting": ("质询登记", _MEETINGS),
    "weak_village": ("后进转化", _WEAK),
    "project": ("引资登记", _PROJECTS),
    "commendation": ("表彰登记", _AWARDS),
}
