"""Format `mazhan`: one zip a year, each form in it a file of one kind or another (.xls, .xlsx, CSV, HTML); areas with
subtotals, money in thousands of yuan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.columns import columns, habits, labelled
from pioneer_etl.demo.workbooks.common import DemoFile, new_book, signature
from pioneer_etl.demo.workbooks.form import Column, Form, looks
from pioneer_etl.demo.workbooks.hand import day, money, month, percent, place, spelt, text, whole, yes_no
from pioneer_etl.demo.workbooks.web import write_html

_LOOKS = looks("宋体", 11, "宋体", "FFF2CC", 16)
_HAND = habits(
    place=place("committee", 10),
    whole=whole("text", odd=3),
    money=money("千元", style="separators", odd=2),
    investment=money("万元"),
    investor_capital=money("万元"),
    month=month("digits"),
    day=day("chinese"),
    percent=percent("sign"),
    name=text,
    yes_no=yes_no("是", "否"),
    sex=spelt({"1": ("男",), "2": ("女",)}),
)
_SERIAL = Column(("项次",), number=True, width=6)
_GROUPED = ("village", "village_economy", "village_organisation")


def files(township: Township, year: int, records: Mapping[str, tuple[Facts, ...]]) -> list[DemoFile]:
    """马站镇2004年报表.zip with a file a form: 表1村情.xls, 表2集体经济.xlsx and so on."""
    archive = f"{township.name}{year}年报表.zip"
    areas = {village.code: village.area for village in township.villages}
    found = []
    for number, (dataset, (kind, name, title, above, made)) in enumerate(_FILES.items(), 1):
        if not records.get(dataset):
            continue
        stem = f"表{number}{name}"
        book = new_book(township, year, f"mazhan {dataset}", none_mark="／")
        form = Form(
            title=f"{township.name}{year}年度{title}",
            above=((f"填报单位：{township.name}", above),),
            looks=_LOOKS,
            columns=made,
            group=_by_area(areas) if dataset in _GROUPED else None,
            subtotal="last" if dataset in _GROUPED else "",
            total="last" if dataset in _GROUPED else "",
            signature=(signature(township, year, "  "),),
        )
        ending = {"html": "xls"}.get(kind, kind)
        book.add(dataset, stem if kind in ("csv", "html") else name, form, records[dataset])
        full = f"{stem}.{ending}"
        if kind == "xls":
            file = book.xls(full)
        elif kind == "xlsx":
            file = book.xlsx(full)
        elif kind == "csv":
            file = book.csv(full)
        else:
            file = book.file(full, write_html(book.pages[0]))
        found.append(replace(file, archive=archive))
    return found


def _by_area(areas: Mapping[str, str]) -> Callable[[Facts], str]:
    return lambda facts: areas[str(facts["village"])]


_FILES: Mapping[str, tuple[str, str, str, str, tuple[Column, ...]]] = {
    "village": (
        "xls",
        "村情",
        "村情汇总表",
        "单位：户、人、元",
        labelled(
            columns(
                "village",
                _HAND,
                _SERIAL,
                ("村居名称", "village", 17),
                ("发展类型", "category", 12),
                ("户数人口/户数", "households"),
                ("户数人口/人口", "population"),
                ("户数人口/劳力", "labour_force"),
                ("人均年收入", "income_per_head", 11),
            ),
            "village",
        ),
    ),
    "village_economy": (
        "xlsx",
        "集体经济",
        "村集体收入汇总表",
        "单位：千元",
        labelled(
            columns(
                "village_economy",
                _HAND,
                _SERIAL,
                ("村居名称", "village", 17),
                ("村集体收入/合计", "income_total", 12),
                ("村集体收入/生产经营", "income_operating"),
                ("村集体收入/发包上缴", "income_contracting"),
                ("村集体收入/对外投资", "income_investment"),
                ("村集体收入/政府补助", "income_subsidy"),
                ("村集体收入/其他", "income_other"),
                ("去年同口径收入", "income_last_year", 12),
                ("期末资产", "assets", 12),
                ("期末负债", "debts", 12),
                ("工资制", "pay_system", 13),
            ),
            "village",
        ),
    ),
    "village_organisation": (
        "html",
        "村级组织",
        "村级组织汇总表",
        "单位：人、件",
        labelled(
            columns(
                "village_organisation",
                _HAND,
                _SERIAL,
                ("村居名称", "village", 17),
                ("支部类别", "branch_type", 11),
                ("党员情况/总数", "members", 8),
                ("党员情况/女", "members_female", 8),
                ("党员情况/35岁以下", "members_35_or_younger", 9),
                ("党员情况/36-45岁", "members_36_to_45", 9),
                ("党员情况/46-59岁", "members_46_to_59", 9),
                ("党员情况/60岁以上", "members_60_or_older", 9),
                ("文化结构/小学及以下", "members_primary", 9),
                ("文化结构/初中", "members_junior", 8),
                ("文化结构/高中中专", "members_senior", 9),
                ("文化结构/大专以上", "members_college", 9),
                ("班子/支委", "branch_committee_members", 8),
                ("班子/村委", "village_committee_members", 8),
                ("班子/交叉任职", "cross_appointments", 9),
                ("是否学习型", "learning_branch"),
                ("支书文化程度", "secretary_education", 12),
                ("承诺制/承诺", "pledges_made", 8),
                ("承诺制/兑现", "pledges_kept", 8),
            ),
            "village",
        ),
    ),
    "training": (
        "csv",
        "干部培训",
        "干部培训汇总表",
        "",
        columns(
            "training",
            _HAND,
            _SERIAL,
            ("培训内容", "class_name"),
            ("培训形式", "kind"),
            ("参训对象", "level"),
            ("举办时间", "date"),
            ("受训人次", "person_times"),
            ("覆盖村", "villages_covered"),
            ("到训率", "attendance_rate"),
            ("办班单位", "organiser"),
            ("培训地", "venue"),
            ("备注说明", "remarks"),
        ),
    ),
    "reserve_cadre": (
        "xls",
        "后备干部",
        "后备干部名册",
        "截至年底",
        columns(
            "reserve_cadre",
            _HAND,
            _SERIAL,
            ("所在行政村", "village", 17),
            ("干部姓名", "name", 10),
            ("性别", "sex", 6),
            ("出生日期", "birth_month", 10),
            ("民族成份", "ethnicity", 9),
            ("最高学历", "education", 12),
            ("政治身份", "political_status", 11),
            ("公民身份号码", "id_number", 21),
            ("联系方式", "phone", 14),
            ("推荐形式", "recommended_by", 18),
            ("挂职岗位", "placement", 16),
            ("其他", "remarks", 12),
        ),
    ),
    "cadre_post": (
        "csv",
        "在岗人数",
        "在岗干部人数",
        "",
        columns("cadre_post", _HAND, ("层级", "level"), ("人数", "cadres_in_post"), ("备注", "remarks")),
    ),
    "pioneer_unit": (
        "xlsx",
        "创建单位",
        "创建单位汇总表",
        "",
        columns(
            "pioneer_unit",
            _HAND,
            _SERIAL,
            ("创建村名", "unit", 17),
            ("级别", "level", 12),
            ("批次（第几批）", "batch"),
            ("考核得分/强班子", "score_team"),
            ("考核得分/强队伍", "score_members"),
            ("考核得分/强服务", "score_service"),
            ("考核得分/强机制", "score_management"),
            ("考核得分/强实力", "score_strength"),
            ("考核得分/合计", "score_total"),
            ("进展/制定计划", "plan_made"),
            ("进展/落实措施", "measures_started"),
            ("进展/通过验收", "accepted"),
        ),
    ),
    "service_meeting": (
        "csv",
        "民情质询",
        "民情质询会汇总表",
        "",
        columns(
            "service_meeting",
            _HAND,
            _SERIAL,
            ("村居", "village"),
            ("质询日期", "date"),
            ("活动类别", "kind"),
            ("与会人数", "attendance"),
            ("质询内容", "question"),
            ("解答人", "answered_by"),
            ("要求答复时间", "due_date"),
            ("办复日期", "answered_on"),
            ("村民是否满意", "satisfied"),
        ),
    ),
    "weak_village": (
        "xls",
        "后进村",
        "后进村整顿汇总表",
        "",
        columns(
            "weak_village",
            _HAND,
            _SERIAL,
            ("后进村名称", "village", 17),
            ("存在的主要问题", "problem", 26),
            ("选派干部", "dispatched_cadre", 10),
            ("挂钩单位", "paired_department", 16),
            ("结对村（企业）", "paired_with", 18),
            ("整改措施", "measures", 24),
            ("转化情况", "state", 10),
        ),
    ),
    "project": (
        "xlsx",
        "招商项目",
        "招商引资汇总表",
        "",
        columns(
            "project",
            _HAND,
            _SERIAL,
            ("项目所在村", "village", 17),
            ("企业（项目）名称", "project_name", 24),
            ("项目投资（万元）", "investment", 11),
            ("投资主体", "investor", 16),
            ("资产规模（万元）", "investor_capital", 11),
            ("带动就业", "jobs"),
            ("用地规模（亩）", "land"),
        ),
    ),
    "commendation": (
        "xls",
        "表彰",
        "表彰情况汇总表",
        "",
        columns(
            "commendation",
            _HAND,
            _SERIAL,
            ("表彰称号", "title", 22),
            ("获得者", "recipient", 18),
            ("村别", "unit", 17),
            ("荣誉级别", "level"),
            ("授奖单位", "awarded_by", 14),
            ("年度", "award_year"),
        ),
    ),
}
