"""Format `longgang`: a file for each form, three-level merged headers, 元, numbers as text, a hidden helper column."""

from __future__ import annotations

from collections.abc import Mapping

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.columns import columns, habits, labelled
from pioneer_etl.demo.workbooks.common import (
    CATEGORY,
    EDUCATION,
    ETHNICITY,
    KIND,
    LEVEL,
    PAY,
    SEX,
    STATUS,
    DemoFile,
    new_book,
    signature,
)
from pioneer_etl.demo.workbooks.form import Column, Form, looks
from pioneer_etl.demo.workbooks.hand import day, decimal, money, month, percent, place, spaced_name, spelt, text, whole

_LOOKS = looks("仿宋_GB2312", 11, "方正小标宋简体", "DDEBF7", 20)
_SMALL = looks("仿宋_GB2312", 10, "方正小标宋简体", "DDEBF7", 20)


def files(township: Township, year: int, records: Mapping[str, tuple[Facts, ...]]) -> list[DemoFile]:
    """Eleven files: 龙港镇2004年度村级集体经济收入统计表.xlsx and so on."""
    forms = {
        "village": ("村基本情况统计表", "表一", _village(township, year)),
        "village_economy": ("村级集体经济收入统计表", "表二", _economy(township, year)),
        "training": ("干部教育培训统计表", "表三", _training(township, year)),
        "reserve_cadre": ("村级后备干部花名册", "表四", _reserve(township, year)),
        "cadre_post": ("干部在岗情况统计表", "表五", _posts(township, year)),
        **{
            dataset: (name, f"表{number}", _form(township, year, name, made))
            for dataset, (name, number, made) in _OTHERS.items()
        },
    }
    result = []
    for dataset, (name, sheet, form) in forms.items():
        book = new_book(township, year, f"longgang {dataset}", none_mark="无")
        book.add(dataset, sheet, form, records[dataset])
        result.append(book.xlsx(f"{township.name}{year}年度{name}.xlsx"))
    return result


def _place() -> Column:
    return Column(("村（居）名称",), "village", place("short"), 15, label=True)


def _above(township: Township, unit: str) -> tuple[tuple[str, str], ...]:
    return ((f"填报单位：{township.name}人民政府", unit),)


def _village(township: Township, year: int) -> Form:
    def number(path: tuple[str, ...], field: str, summed: bool = True, odd: int = 0) -> Column:
        return Column(path, field, whole("text", unit="人", odd=odd), 12, summed=summed, horizontal="right", format="@")

    return Form(
        title=f"{township.name}{year}年度村基本情况统计表",
        above=_above(township, ""),
        looks=_LOOKS,
        columns=(
            Column(("序号",), number=True, width=6),
            _place(),
            Column(("村庄类型",), "category", spelt(CATEGORY), 12),
            number(("人口情况", "总户数（户）"), "households"),
            number(("人口情况", "总人口（人）"), "population", odd=4),
            number(("人口情况", "其中", "劳动力（人）"), "labour_force"),
            number(("人均纯收入（元）",), "income_per_head", summed=False),
        ),
        total="last",
        signature=(signature(township, year),),
        trailing_rows=6,
    )


def _economy(township: Township, year: int) -> Form:
    def amount(path: tuple[str, ...], field: str, odd: int = 0) -> Column:
        write = money("元", "separators", odd=odd)
        return Column(path, field, write, 13, summed=True, horizontal="right", format="@")

    return Form(
        title=f"{township.name}{year}年度村级集体经济收入统计表",
        above=_above(township, "单位：元"),
        looks=_LOOKS,
        columns=(
            Column(("序号",), number=True, width=6),
            _place(),
            amount(("本年收入", "合计"), "income_total"),
            amount(("本年收入", "其中", "经营收入"), "income_operating", odd=5),
            amount(("本年收入", "其中", "发包及上交收入"), "income_contracting"),
            amount(("本年收入", "其中", "投资收益"), "income_investment"),
            amount(("本年收入", "其中", "补助收入"), "income_subsidy", odd=2),
            amount(("本年收入", "其中", "其他收入"), "income_other"),
            amount(("上年收入",), "income_last_year"),
            amount(("年末资产负债", "资产"), "assets"),
            amount(("年末资产负债", "负债"), "debts"),
            Column(("村干部报酬形式",), "pay_system", spelt(PAY), 13),
            Column(
                ("校验",),
                helper='IF(SUBSTITUTE(C{row},",","")*1>=0,"√","错")',
                helper_result="√",
                width=6,
                hidden=True,
            ),
        ),
        total="last",
        notes=(
            f"说明：1．本年收入合计等于其中各项之和。2．资产、负债为{year}年12月31日数。",
            "3．报酬形式填“效益工资制”或“民主评定制”。",
        ),
        signature=(signature(township, year),),
        trailing_rows=4,
    )


def _training(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}{year}年度干部教育培训统计表",
        above=_above(township, ""),
        looks=_LOOKS,
        columns=(
            Column(("序号",), number=True, width=6),
            Column(("培训班", "名称"), "class_name", text, 36, label=True, horizontal="left"),
            Column(("培训班", "类别"), "kind", spelt(KIND), 12),
            Column(("培训班", "主办单位"), "organiser", text, 14),
            Column(("培训班", "举办时间"), "date", month("dashed"), 12),
            Column(("培训班", "对象"), "level", spelt(LEVEL), 12),
            Column(
                ("参训情况", "人次"), "person_times", whole("text"), 10, summed=True, horizontal="right", format="@"
            ),
            Column(("参训情况", "覆盖村数"), "villages_covered", whole("text"), 10, horizontal="right", format="@"),
            Column(("参训情况", "到课率（％）"), "attendance_rate", percent("hundred"), 11, format="0.0"),
        ),
        total="last",
        signature=(signature(township, year),),
    )


def _reserve(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}村级后备干部花名册",
        above=_above(township, f"截至{year}年12月底"),
        looks=_SMALL,
        columns=(
            Column(("序号",), number=True, width=6),
            Column(("村（居）名称",), "village", place("short"), 14),
            Column(("基本情况", "姓名"), "name", spaced_name, 10),
            Column(("基本情况", "性别"), "sex", spelt(SEX), 6),
            Column(("基本情况", "出生年月"), "birth_month", month("digits"), 10, format="@"),
            Column(("基本情况", "民族"), "ethnicity", spelt(ETHNICITY), 7),
            Column(("基本情况", "学历"), "education", spelt(EDUCATION), 11),
            Column(("基本情况", "政治面貌"), "political_status", spelt(STATUS), 11),
            Column(("基本情况", "身份证号码"), "id_number", text, 21, format="@"),
            Column(("基本情况", "联系电话"), "phone", text, 13, format="@"),
            Column(("培养情况", "推荐方式"), "recommended_by", text, 18, horizontal="left"),
            Column(("培养情况", "挂职岗位"), "placement", text, 16, horizontal="left"),
            Column(("备注",), "remarks", text, 12, horizontal="left"),
        ),
        signature=(signature(township, year),),
        trailing_rows=8,
    )


def _posts(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}{year}年度干部在岗情况统计表",
        above=_above(township, "单位：人"),
        looks=_LOOKS,
        columns=(
            Column(("序号",), number=True, width=6),
            Column(("干部层级",), "level", spelt(LEVEL), 18, label=True),
            Column(("年末在岗", "人数"), "cadres_in_post", whole("text"), 14, summed=True, format="@"),
        ),
        total="last",
        signature=(signature(township, year, "  "),),
    )


def _form(township: Township, year: int, name: str, made: tuple[Column, ...]) -> Form:
    return Form(
        title=f"{township.name}{year}年度{name}",
        above=_above(township, ""),
        looks=_SMALL if len(made) > 12 else _LOOKS,
        columns=(Column(("序号",), number=True, width=6), *made),
        total="last" if any(each.summed for each in made) else "",
        signature=(signature(township, year),),
        trailing_rows=3,
    )


_HAND = habits(
    money=money("元", "separators"),
    whole=whole("text"),
    number=whole("text"),
    decimal=decimal(1),
    day=day("digits"),
    place=place("short"),
)
_ORGANISATION = columns(
    "village_organisation",
    _HAND,
    ("村（居）名称", "village", 15),
    ("党组织/形式", "branch_type", 10),
    ("党组织/书记学历", "secretary_education", 10),
    ("党组织/是否学习型", "learning_branch", 9),
    ("党员情况/总数", "members", 7),
    ("党员情况/其中/女", "members_female", 6),
    ("党员情况/年龄/35岁及以下", "members_35_or_younger", 8),
    ("党员情况/年龄/36-45岁", "members_36_to_45", 8),
    ("党员情况/年龄/46-59岁", "members_46_to_59", 8),
    ("党员情况/年龄/60岁及以上", "members_60_or_older", 8),
    ("党员情况/学历/小学及以下", "members_primary", 8),
    ("党员情况/学历/初中", "members_junior", 7),
    ("党员情况/学历/高中、中专", "members_senior", 8),
    ("党员情况/学历/大专及以上", "members_college", 8),
    ("两委班子/支委", "branch_committee_members", 7),
    ("两委班子/村委", "village_committee_members", 7),
    ("两委班子/其中/交叉任职", "cross_appointments", 8),
    ("党员承诺制/承诺数", "pledges_made", 8),
    ("党员承诺制/兑现数", "pledges_kept", 8),
)
_UNITS = columns(
    "pioneer_unit",
    _HAND,
    ("创建单位/名称", "unit", 18),
    ("创建单位/层级", "level", 12),
    ("创建单位/批次", "batch", 7),
    ("五强考核/强班子", "score_team", 8),
    ("五强考核/强队伍", "score_members", 8),
    ("五强考核/强服务", "score_service", 8),
    ("五强考核/强管理", "score_management", 8),
    ("五强考核/强实力", "score_strength", 8),
    ("五强考核/合计", "score_total", 8),
    ("创建进度/制定计划", "plan_made", 9),
    ("创建进度/落实措施", "measures_started", 9),
    ("创建进度/通过验收", "accepted", 9),
)
_MEETINGS = columns(
    "service_meeting",
    _HAND,
    ("村（居）名称", "village", 15),
    ("质询会/日期", "date", 11),
    ("质询会/形式", "kind", 12),
    ("质询会/到会人数", "attendance", 9),
    ("质询会/问题", "question", 34),
    ("答复情况/责任人", "answered_by", 14),
    ("答复情况/期限", "due_date", 11),
    ("答复情况/答复日期", "answered_on", 11),
    ("答复情况/是否满意", "satisfied", 9),
)
_WEAK = columns(
    "weak_village",
    _HAND,
    ("村（居）名称", "village", 15),
    ("主要问题", "problem", 28),
    ("帮扶力量/下派干部", "dispatched_cadre", 11),
    ("帮扶力量/结对部门", "paired_department", 16),
    ("帮扶力量/富村或企业", "paired_with", 18),
    ("整顿/措施", "measures", 36),
    ("整顿/状态", "state", 10),
)
_PROJECTS = columns(
    "project",
    _HAND,
    ("村（居）名称", "village", 15),
    ("项目情况/名称", "project_name", 24),
    ("项目情况/投资额（元）", "investment", 15),
    ("项目情况/用地面积（亩）", "land", 11),
    ("投资方/名称", "investor", 20),
    ("投资方/资产（元）", "investor_capital", 15),
    ("效益/就业人数", "jobs", 9),
)
_AWARDS = columns(
    "commendation",
    _HAND,
    ("村（居）名称", "unit", 15),
    ("表彰/对象", "recipient", 24),
    ("表彰/称号", "title", 20),
    ("表彰/级别", "level", 8),
    ("表彰/单位", "awarded_by", 18),
    ("表彰/年度", "award_year", 8),
)
_OTHERS = {
    "village_organisation": ("村级组织情况统计表", "六", labelled(_ORGANISATION, "village")),
    "pioneer_unit": ("创建单位考核进度表", "七", _UNITS),
    "service_meeting": ("民情质询台账", "八", _MEETINGS),
    "weak_village": ("后进村整顿帮扶表", "九", _WEAK),
    "project": ("招商引资项目统计表", "十", labelled(_PROJECTS, "village")),
    "commendation": ("评选表彰名册", "十一", _AWARDS),
}
