"""Format `chixi`: Excel 97 with a sheet a dataset; heads in two languages that go on over rows without a merge, column
index rows with sums in them, notes between the rows, and all of the signature in one merged cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.columns import MONEY, columns, formatted, habits, labelled
from pioneer_etl.demo.workbooks.common import DemoFile, new_book, signature
from pioneer_etl.demo.workbooks.form import Column, Form, looks
from pioneer_etl.demo.workbooks.hand import day, ditto, money, month, percent, place, spelt, text, whole, yes_no

_PLAIN = looks("新宋体", 10, "隶书", None, 20)
_LOOKS = replace(_PLAIN, line=_PLAIN.line.but(wrap=True))
_LEVEL = {"township": ("镇干部",), "village": ("村干部",)}
_HAND = habits(
    month=month("dotted"),
    day=day("dotted"),
    percent=percent("sign"),
    place=place("short", 8),
    money=money(odd=4),
    whole=whole("separators", odd=3),
    yes_no=yes_no("是", "否"),
    **{
        "training.level": spelt(_LEVEL),
        "cadre_post.level": spelt(_LEVEL),
        "pioneer_unit.level": spelt({"town_committee": ("镇党委",), "village": ("行政村",)}),
    },
)
_DITTOED = ("recommended_by", "paired_department")


def files(township: Township, year: int, records: Mapping[str, Sequence[Facts]]) -> list[DemoFile]:
    """赤溪镇先锋工程统计台帐（2004）.xls."""
    book = new_book(township, year, "chixi", none_mark="——")
    for dataset, (sheet, title, made, index_row) in _FORMS.items():
        if records.get(dataset):
            form = _form(township, year, title, made, index_row, records[dataset])
            book.add(dataset, sheet, form, records[dataset])
    return [book.xls(f"{township.name}先锋工程统计台帐（{year}）.xls")]


def _form(
    township: Township,
    year: int,
    title: str,
    made: tuple[Column, ...],
    index_row: tuple[str, ...],
    records: Sequence[Facts],
) -> Form:
    inside: dict[int, str] = {}
    if len(records) == len(township.villages) > 1:
        second = next((i for i, each in enumerate(township.villages) if each.area != township.villages[0].area), 0)
        if second:
            area = township.villages[second].area
            inside[second] = f"注：以下为{area}各村，由{area}工作组核报。"
    summed = any(each.summed for each in made)
    return Form(
        title=f"{township.name}{year}年度{title}",
        looks=_LOOKS,
        columns=tuple(replace(each, write=ditto(text, "〃")) if each.field in _DITTOED else each for each in made),
        index_row=index_row,
        plain_heads=True,
        total="last" if summed else "",
        total_word="合 计 Total",
        notes_inside=inside,
        notes=(f"说明：1.本表由{township.short}镇各驻村组填报；2.数字以{year}年12月31日为准。",),
        signature=(signature(township, year, "  "),),
    )


def _numbered(count: int, sums: Mapping[int, str], words: int = 1) -> tuple[str, ...]:
    """The column index row: 甲 乙 for columns of words at the left, then 1 2 3, some with what they add up (1=2+3)."""
    marks = "甲乙丙丁戊"[:words]
    return (*marks, *(sums.get(number, str(number)) for number in range(1, count - words + 1)))


_VILLAGE = labelled(
    columns(
        "village",
        _HAND,
        ("村别/Village", "village", 17),
        ("村庄/类型/Type", "category", 14),
        ("总户数/（户）/Households", "households", 14),
        ("人口/（人）/Population", "population", 14),
        ("其中/劳动力（人）/Labour", "labour_force", 14),
        ("人均/纯收入（元）/Income", "income_per_head", 14),
    ),
    "village",
)
_ECONOMY = labelled(
    formatted(
        columns(
            "village_economy",
            _HAND,
            ("村别/Village", "village", 15),
            ("集体经/济收入/合计 Total", "income_total", 16),
            ("经营/收入/Operating", "income_operating", 13),
            ("发包/上交/Contracting", "income_contracting", 14),
            ("投资/收益/Investment", "income_investment", 13),
            ("上级/补助/Subsidies", "income_subsidy", 13),
            ("其他/收入/Other", "income_other", 12),
            ("上年集/体收入/Last year", "income_last_year", 13),
            ("年末/资产/Assets", "assets", 13),
            ("年末/负债/Debts", "debts", 12),
            ("干部报/酬制度/Pay", "pay_system", 15),
        ),
        **dict.fromkeys(MONEY, "0.00"),
    ),
    "village",
)
_TRAINING = labelled(
    columns(
        "training",
        _HAND,
        ("班次名称/Class", "class_name", 32),
        ("培训/类别/Kind", "kind", 14),
        ("培训/对象/Level", "level", 13),
        ("举办/时间/Month", "date", 13),
        ("参训/人次/Attendances", "person_times", 14),
        ("覆盖/村数/Villages", "villages_covered", 12),
        ("到课率/Rate", "attendance_rate", 12),
        ("办班/地点/Venue", "venue", 19),
        ("备注/Remarks", "remarks", 17),
    ),
    "class_name",
)
_RESERVE = formatted(
    columns(
        "reserve_cadre",
        _HAND,
        ("姓名/Name", "name", 12),
        ("所在村/Village", "village", 15),
        ("性别/Sex", "sex", 9),
        ("出生/年月/Born", "birth_month", 13),
        ("民族/Ethnic", "ethnicity", 10),
        ("文化/程度/Education", "education", 14),
        ("政治/面貌/Status", "political_status", 13),
        ("身份/证号/ID", "id_number", 21),
        ("推荐/方式/By", "recommended_by", 21),
        ("挂职/情况/Placement", "placement", 18),
        ("联系/电话/Tel", "phone", 16),
    ),
    id_number="@",
)
_POSTS = labelled(
    columns(
        "cadre_post",
        _HAND,
        ("干部类别 Level", "level", 21),
        ("现有人数（人） In post", "cadres_in_post", 22),
        ("备注 Remarks", "remarks", 21),
    ),
    "level",
)
_ORGANISATION = labelled(
    columns(
        "village_organisation",
        _HAND,
        ("村别/Village", "village", 15),
        ("组织/类型/Branch", "branch_type", 12),
        ("党员/总数/Members", "members", 12),
        ("其中/女党员/Women", "members_female", 11),
        ("三十五岁/以下/≤35", "members_35_or_younger", 11),
        ("三十六至/四十五岁/36-45", "members_36_to_45", 8),
        ("四十六至/五十九岁/46-59", "members_46_to_59", 8),
        ("六十岁/以上/≥60", "members_60_or_older", 11),
        ("小学/以下/Primary", "members_primary", 11),
        ("初中/Junior", "members_junior", 11),
        ("高中/中专/Senior", "members_senior", 11),
        ("大专/以上/College", "members_college", 11),
        ("支委/人数/Branch c.", "branch_committee_members", 11),
        ("村委/人数/Village c.", "village_committee_members", 12),
        ("交叉/任职/Both", "cross_appointments", 10),
        ("学习型/支部/Learning", "learning_branch", 11),
        ("书记/学历/Secretary", "secretary_education", 12),
        ("党员承/诺件数/Pledges", "pledges_made", 11),
        ("兑现/件数/Kept", "pledges_kept", 10),
    ),
    "village",
)
_UNITS = columns(
    "pioneer_unit",
    _HAND,
    ("单位/Unit", "unit", 17),
    ("创建/层次/Level", "level", 12),
    ("创建/批次/Batch", "batch", 10),
    ("强班子/Team", "score_team", 11),
    ("强队伍/Members", "score_members", 11),
    ("强服务/Service", "score_service", 11),
    ("强管理/Management", "score_management", 13),
    ("强实力/Strength", "score_strength", 11),
    ("总分/Total", "score_total", 11),
    ("方案/已定/Plan", "plan_made", 10),
    ("措施/已动/Measures", "measures_started", 12),
    ("已经/验收/Accepted", "accepted", 12),
)
_MEETINGS = columns(
    "service_meeting",
    _HAND,
    ("村别/Village", "village", 15),
    ("日期/Date", "date", 14),
    ("类别/Kind", "kind", 14),
    ("到会/人数/Present", "attendance", 11),
    ("质询/问题/Question", "question", 32),
    ("答复人/By", "answered_by", 12),
    ("应答复/日期/Due", "due_date", 14),
    ("实际答/复日期/Answered", "answered_on", 14),
    ("是否/满意/Satisfied", "satisfied", 12),
)
_WEAK = columns(
    "weak_village",
    _HAND,
    ("村别/Village", "village", 15),
    ("存在/问题/Problem", "problem", 26),
    ("驻村/干部/Cadre", "dispatched_cadre", 12),
    ("帮扶/部门/Department", "paired_department", 19),
    ("结对村/或企业/Partner", "paired_with", 21),
    ("整顿/措施/Measures", "measures", 28),
    ("整顿/状态/State", "state", 12),
)
_PROJECTS = labelled(
    columns(
        "project",
        _HAND,
        ("村别/Village", "village", 15),
        ("项目/名称/Project", "project_name", 22),
        ("投资额/（万元）/Investment", "investment", 14),
        ("投资/商家/Investor", "investor", 21),
        ("投资者/资产（万元）/Capital", "investor_capital", 15),
        ("安排就/业（人）/Jobs", "jobs", 11),
        ("占地/（亩）/Land", "land", 11),
    ),
    "village",
)
_AWARDS = columns(
    "commendation",
    _HAND,
    ("表彰/对象/Recipient", "recipient", 22),
    ("所在/单位/Unit", "unit", 17),
    ("荣誉/称号/Title", "title", 21),
    ("表彰/级别/Level", "level", 12),
    ("授予/机关/By", "awarded_by", 20),
    ("表彰/年份/Year", "award_year", 11),
)

# Sheet, title, columns and column index row of each dataset.
_FORMS: Mapping[str, tuple[str, str, tuple[Column, ...], tuple[str, ...]]] = {
    "village": ("村情", "村情概况表", _VILLAGE, _numbered(6, {}, 2)),
    "village_economy": ("集体经济", "集体经济收支表（单位：万元）", _ECONOMY, _numbered(11, {1: "1=2+3+4+5+6"})),
    "village_organisation": (
        "党组织",
        "村党组织建设表",
        _ORGANISATION,
        _numbered(19, {1: "1=3+4+5+6"}, 2),
    ),
    "training": ("教育培训", "干部教育培训台帐", _TRAINING, ()),
    "reserve_cadre": ("后备干部", "村级后备干部花名册", _RESERVE, ()),
    "cadre_post": ("在岗干部", "干部在岗人数表", _POSTS, ()),
    "pioneer_unit": ("创建单位", "先锋工程创建单位进度表", _UNITS, _numbered(12, {7: "7=2+3+4+5+6"}, 2)),
    "service_meeting": ("民情", "民情质询台帐", _MEETINGS, ()),
    "weak_village": ("后进村", "后进村整顿帮扶表", _WEAK, ()),
    "project": ("引资", "招商引资项目表", _PROJECTS, ()),
    "commendation": ("表彰", "评选表彰一览", _AWARDS, ()),
}
