"""Format `qiaodun`: long tables (a row an item) for the villages, a matrix of the cadres, lists for the rest; .xls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pioneer_etl.contract.address import Position
from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.columns import MONEY, columns, formatted, habits, labelled
from pioneer_etl.demo.workbooks.common import Book, DemoFile, new_book, signature
from pioneer_etl.demo.workbooks.form import Column, Form, Written, looks
from pioneer_etl.demo.workbooks.hand import as_number, day, money, month, percent, place, whole, yes_no
from pioneer_etl.demo.workbooks.longform import LongForm, write_long

_LOOKS = looks("仿宋", 11, "方正小标宋简体", "E7E6E6", 17)
_HAND = habits(
    place=place("full", 6),
    whole=whole(odd=3),
    population=whole("text", unit="人", odd=6),
    households=whole("text", unit="户", odd=6),
    money=money(odd=3),
    month=month("date"),
    day=day("dotted"),
    percent=percent("hundred"),
    phone=as_number,
    yes_no=yes_no("1", "0"),
    learning_branch=yes_no("√", "×"),
)
_SERIAL = Column(("序号",), number=True, width=6)


def files(township: Township, year: int, records: Mapping[str, tuple[Facts, ...]]) -> list[DemoFile]:
    """桥墩镇2004年指标库.xls with the long tables, 桥墩镇2004年统计表.xls with the rest."""
    store = new_book(township, year, "qiaodun long", none_mark="无")
    for dataset, (sheet, title, items, last_year) in _LONG.items():
        _long(store, township, year, dataset, (sheet, title), items, last_year, records[dataset])
    rest = new_book(township, year, "qiaodun rest", none_mark="无")
    _posts(rest, township, year, records["cadre_post"])
    for dataset, (sheet, title, made) in _LISTS.items():
        if not records.get(dataset):
            continue
        form = Form(
            title=f"{township.name}{year}年{title}",
            above=((f"填报单位：{township.name}", ""),),
            looks=_LOOKS,
            columns=formatted(made, birth_month="yyyy.mm", date="yyyy.mm" if dataset == "training" else "General"),
            total="last" if dataset == "village_organisation" else "",
            signature=(signature(township, year, "  "),),
        )
        rest.add(dataset, sheet, form, records[dataset])
    return [store.xls(f"{township.name}{year}年指标库.xls"), rest.xls(f"{township.name}{year}年统计表.xls")]


def _long(
    book: Book,
    township: Township,
    year: int,
    dataset: str,
    said: tuple[str, str],
    made: tuple[Column, ...],
    last_year: str,
    records: tuple[Facts, ...],
) -> None:
    sheet, title = said
    page = book.page(sheet)
    page.landscape = False
    names, *items = made
    before = {"income_total": next(each for each in items if each.field == last_year)} if last_year else {}
    heads = [("序号", "number"), ("村名", "name"), ("指标", "item"), ("计量单位", "unit"), ("本年", "figure")]
    form = LongForm(
        named_by=names,
        items=tuple(each for each in items if each.field != last_year),
        heads=(*heads, ("上年", "before")) if last_year else tuple(heads),
        title=f"{township.name}{year}年{title}",
        above=((f"填报单位：{township.name}", ""),),
        signature=(signature(township, year, "  "),),
        before=before,
        looks=_LOOKS,
    )
    book.keep(dataset, page, made, records, write_long(page, form, records, book.clerk))


def _posts(book: Book, township: Township, year: int, records: tuple[Facts, ...]) -> None:
    """The cadres in post as a matrix: their levels across."""
    page = book.page("在岗干部")
    page.span(1, 1, 4, f"{township.name}{year}年末在岗干部人数", _LOOKS.title)
    page.put(2, 1, "单位", _LOOKS.header)
    page.put(3, 1, township.name, _LOOKS.body)
    written = Written()
    names = {"township": "乡镇干部", "village": "村干部"}
    for index, facts in enumerate(records):
        column = 2 + index
        page.put(2, column, names[str(facts["level"])], _LOOKS.header)
        page.put(3, column, whole()(facts["cadres_in_post"], facts, book.clerk), _LOOKS.body)
        written.rows.append(column)
        written.facts[index, "level"] = Position(2, column).a1
        written.facts[index, "cadres_in_post"] = Position(3, column).a1
    page.widths.update({1: 16, 2: 14, 3: 14})
    page.span(4, 1, 4, signature(township, year, " "), _LOOKS.note)
    made = columns("cadre_post", _HAND, ("层级", "level"), ("人数", "cadres_in_post"))
    book.keep("cadre_post", page, made, records, written)


def _units(made: tuple[Column, ...], **units: str) -> tuple[Column, ...]:
    return tuple(replace(each, unit=units.get(each.field or "", "")) for each in made)


_LONG: Mapping[str, tuple[str, str, tuple[Column, ...], str]] = {
    "village": (
        "村情指标",
        "村情指标库",
        _units(
            columns(
                "village",
                _HAND,
                ("村名", "village"),
                ("村类别", "category"),
                ("总户数", "households"),
                ("总人口", "population"),
                ("劳动力总数", "labour_force"),
                ("农民人均收入", "income_per_head"),
            ),
            households="户",
            population="人",
            labour_force="人",
            income_per_head="元",
        ),
        "",
    ),
    "village_economy": (
        "经济指标",
        "集体经济指标库",
        _units(
            columns(
                "village_economy",
                _HAND,
                ("村名", "village"),
                ("集体经济总收入", "income_total"),
                ("经营收入", "income_operating"),
                ("发包及上交收入", "income_contracting"),
                ("投资收益", "income_investment"),
                ("补助收入", "income_subsidy"),
                ("其他收入", "income_other"),
                ("上年", "income_last_year"),
                ("年末资产总额", "assets"),
                ("年末负债总额", "debts"),
                ("报酬形式", "pay_system"),
            ),
            **dict.fromkeys(MONEY, "万元"),
        ),
        "income_last_year",
    ),
}

_LISTS: Mapping[str, tuple[str, str, tuple[Column, ...]]] = {
    "village_organisation": (
        "村级组织",
        "村级组织情况统计表",
        labelled(
            columns(
                "village_organisation",
                _HAND,
                _SERIAL,
                ("支部名称", "village", 15),
                ("党组织/类型", "branch_type", 11),
                ("党组织/学习型支部", "learning_branch", 8),
                ("党员人数/合计", "members", 8),
                ("党员人数/女", "members_female", 8),
                ("年龄结构/35岁及以下", "members_35_or_younger", 9),
                ("年龄结构/36－45岁", "members_36_to_45", 9),
                ("年龄结构/46－59岁", "members_46_to_59", 9),
                ("年龄结构/60岁及以上", "members_60_or_older", 9),
                ("学历结构/小学", "members_primary", 9),
                ("学历结构/初中", "members_junior", 8),
                ("学历结构/高中中专", "members_senior", 9),
                ("学历结构/大专及以上", "members_college", 9),
                ("村级班子/支委", "branch_committee_members", 8),
                ("村级班子/村委", "village_committee_members", 8),
                ("村级班子/交叉任职", "cross_appointments", 9),
                ("书记/学历", "secretary_education", 12),
                ("承诺/事项", "pledges_made", 8),
                ("承诺/兑现", "pledges_kept", 8),
            ),
            "village",
        ),
    ),
    "training": (
        "培训",
        "教育培训统计表",
        columns(
            "training",
            _HAND,
            _SERIAL,
            ("名称", "class_name", 34),
            ("班次类别", "kind", 12),
            ("培训层级", "level", 12),
            ("办班日期", "date", 11),
            ("参训人数", "person_times"),
            ("覆盖行政村数", "villages_covered"),
            ("到课比例（%）", "attendance_rate"),
            ("组织单位", "organiser", 14),
            ("举办地点", "venue", 16),
            ("备注", "remarks", 16),
        ),
    ),
    "reserve_cadre": (
        "后备干部",
        "后备干部花名册",
        columns(
            "reserve_cadre",
            _HAND,
            _SERIAL,
            ("后备干部姓名", "name", 12),
            ("性别", "sex", 6),
            ("出生时间", "birth_month", 10),
            ("民族成分", "ethnicity", 9),
            ("学历层次", "education", 12),
            ("政治面貌", "political_status", 11),
            ("现所在村", "village", 15),
            ("居民身份证号", "id_number", 21),
            ("联系手机", "phone", 14),
            ("推荐渠道", "recommended_by", 18),
            ("挂职锻炼岗位", "placement", 16),
        ),
    ),
    "pioneer_unit": (
        "创建单位",
        "创建单位统计表",
        columns(
            "pioneer_unit",
            _HAND,
            _SERIAL,
            ("创建单位名称", "unit", 15),
            ("创建类别", "level", 11),
            ("批次", "batch"),
            ("得分/班子", "score_team"),
            ("得分/素质", "score_members"),
            ("得分/服务", "score_service"),
            ("得分/机制", "score_management"),
            ("得分/实力", "score_strength"),
            ("得分/合计", "score_total"),
            ("制定计划（1.是 0.否）", "plan_made"),
            ("落实措施（1.是 0.否）", "measures_started"),
            ("通过验收（1.是 0.否）", "accepted"),
        ),
    ),
    "service_meeting": (
        "民情",
        "民情质询统计表",
        columns(
            "service_meeting",
            _HAND,
            _SERIAL,
            ("召开村", "village", 15),
            ("召开日期", "date", 11),
            ("活动类别", "kind", 12),
            ("与会村民", "attendance"),
            ("质询事项", "question", 28),
            ("承办人", "answered_by", 14),
            ("承诺日期", "due_date", 11),
            ("落实日期", "answered_on", 11),
            ("满意（1.是 0.否）", "satisfied"),
        ),
    ),
    "weak_village": (
        "后进村",
        "后进村统计表",
        columns(
            "weak_village",
            _HAND,
            _SERIAL,
            ("整顿村", "village", 15),
            ("问题类型", "problem", 26),
            ("派驻干部", "dispatched_cadre", 10),
            ("结对部门", "paired_department", 16),
            ("结对强村（企业）", "paired_with", 18),
            ("主要措施", "measures", 24),
            ("整顿结果", "state", 10),
        ),
    ),
    "project": (
        "招商",
        "招商项目统计表",
        columns(
            "project",
            _HAND,
            _SERIAL,
            ("落户村", "village", 15),
            ("招商项目名称", "project_name", 24),
            ("总投资（万元）", "investment", 11),
            ("投资者", "investor", 16),
            ("企业资产总额（万元）", "investor_capital", 11),
            ("提供就业岗位", "jobs"),
            ("使用土地（亩）", "land"),
        ),
    ),
    "commendation": (
        "表彰",
        "获奖情况统计表",
        columns(
            "commendation",
            _HAND,
            _SERIAL,
            ("奖项", "title", 22),
            ("获奖者", "recipient", 18),
            ("所在村", "unit", 15),
            ("表彰级别", "level"),
            ("表彰机关", "awarded_by", 14),
            ("授予年份", "award_year"),
        ),
    ),
}
