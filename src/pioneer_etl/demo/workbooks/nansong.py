"""Format `nansong`: workbooks of two years; 2003 and 2004 side by side under year heads where a form allows it, a sheet
a year elsewhere; every column of money in a unit of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pioneer_etl.demo.made.facts import YEARS, Facts, Missing
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.truth import truth_of
from pioneer_etl.demo.workbooks.columns import Habits, Item, columns, formatted, habits, labelled
from pioneer_etl.demo.workbooks.common import Book, DemoFile, new_book, signature
from pioneer_etl.demo.workbooks.form import Column, Form, Written, looks, write_form
from pioneer_etl.demo.workbooks.hand import day, decimal, money, month, percent, place, whole, yes_no

_LAST = "last year's "  # in front of a field's name: the year before's
_LOOKS = looks("幼圆", 11, "黑体", "EDEDED", 18)
_SMALL = looks("幼圆", 10, "黑体", "EDEDED", 18)
_HAND = habits(
    month=month("dashed"),
    day=day("chinese"),
    place=place("committee", 12),
    whole=whole(odd=2, unit="人"),
    households=whole(odd=3, unit="户"),
    income_per_head=whole(odd=3, unit="元"),
    pledges_made=whole(),
    pledges_kept=whole(),
    person_times=whole(),
    villages_covered=whole(),
    yes_no=yes_no("是", "不是"),
    satisfied=yes_no("是", "否"),
    income_total=money("元", odd=4),
    income_operating=money("元"),
    income_contracting=money("千元"),
    income_investment=money("千元"),
    income_subsidy=money("元"),
    income_other=money("元"),
    income_last_year=money("万元", odd=4),
    investment=money("万元", odd=10),
    land=decimal(),
)


def files(township: Township, year: int, records: Mapping[str, Sequence[Facts]]) -> list[DemoFile]:
    """南宋镇村级报表（2003、2004年）.xlsx and 南宋镇干部报表（2003、2004年）.xlsx, sent with the later year."""
    if year + 1 in YEARS:
        return []
    before = _before(township, year)
    found = []
    for name, sheets in (("村级报表", _VILLAGES), ("干部报表", _CADRES)):
        book = new_book(township, year, f"nansong {name}", none_mark="没有")
        for dataset in sheets:
            _add(book, township, year, dataset, records.get(dataset, ()), before.get(dataset, ()))
        file = book.xlsx(f"{township.name}{name}（{year - 1}、{year}年）.xlsx")
        found.append(replace(file, folder="两年合订"))
    return found


def _before(township: Township, year: int) -> Mapping[str, Sequence[Facts]]:
    """The records of the year before, as far as they are about the township or its villages."""
    kept = {"", township.code, *(village.code for village in township.villages)}
    return {
        dataset: [facts for facts in records if str(facts.get("village", facts.get("unit", ""))) in kept]
        for dataset, records in truth_of(township.name, year - 1).items()
    }


def _add(
    book: Book, township: Township, year: int, dataset: str, now: Sequence[Facts], before: Sequence[Facts]
) -> None:
    """The sheets of a dataset: one for both years, or one a year, the later first."""
    sheet, title = _NAMES[dataset]
    if dataset in _SIDE_BY_SIDE:
        _add_both(book, township, year, dataset, now, before)
        return
    for of_year, records in ((year, now), (year - 1, before)):
        if not records:
            continue
        made = _columns(dataset, of_year == year)
        page = book.page(f"{of_year}{sheet}")
        form = _form(township, of_year, f"{of_year}年{title}", made, dataset)
        written = write_form(page, form, records, book.clerk)
        book.keep(dataset, page, made, records, written)
        book.forms[-1] = replace(book.forms[-1], period=str(of_year))


def _add_both(
    book: Book, township: Township, year: int, dataset: str, now: Sequence[Facts], before: Sequence[Facts]
) -> None:
    """One sheet for both years: a line for each village (or level) of either, the years' columns side by side."""
    sheet, title = _NAMES[dataset]
    key = "level" if dataset == "cadre_post" else "village"
    old = {str(facts[key]): facts for facts in before}
    blank = {_LAST + name: Missing.BLANK for name in now[0]}
    rows = [
        {**facts, **blank, **{_LAST + name: fact for name, fact in old.get(str(facts[key]), {}).items()}}
        for facts in now
    ]
    shared, own = _SIDE_BY_SIDE[dataset][0], _SIDE_BY_SIDE[dataset][1:]
    heads = ("上年", "本年") if dataset == "cadre_post" else (f"{year - 1}年", f"{year}年")
    made = (
        *columns(dataset, _HAND, shared),
        *_under(heads[0], columns(dataset, _HAND, *own), _LAST),
        *_under(heads[1], columns(dataset, _HAND, *own), ""),
    )
    page = book.page(sheet)
    form = _form(township, year, f"{year}年{title}（附上年）", labelled(made, key), dataset)
    written = write_form(page, form, rows, book.clerk)
    book.keep(dataset, page, [each for each in made if not (each.field or "").startswith(_LAST)], now, written)
    there = [index for index, facts in enumerate(now) if str(facts[key]) in old]
    then = Written([written.rows[index] for index in there])
    for (index, name), cell in written.facts.items():
        if index in there and (name == key or name.startswith(_LAST)):
            then.facts[there.index(index), name.removeprefix(_LAST)] = cell
    used = columns(dataset, _HAND, shared, *own)
    book.keep(dataset, page, used, [old[str(now[index][key])] for index in there], then)
    book.forms[-1] = replace(book.forms[-1], period=str(year - 1))


def _under(head: str, made: Sequence[Column], prefix: str) -> list[Column]:
    return [replace(each, path=(head, *each.path), field=f"{prefix}{each.field}") for each in made]


def _form(township: Township, year: int, title: str, made: tuple[Column, ...], dataset: str) -> Form:
    return Form(
        title=f"{township.name}{title}",
        above=((f"填报单位：{township.name}", ""),),
        looks=_SMALL if len(made) > 12 else _LOOKS,
        columns=made,
        total="last" if any(each.summed for each in made) else "",
        total_word="全镇合计",
        notes=(f"注：本表金额单位见各栏；{year}年数据以农经年报为准。",) if dataset == "village_economy" else (),
        signature=(signature(township, year, "    "),),
    )


def _columns(dataset: str, latest: bool) -> tuple[Column, ...]:
    """The columns of a form that has a sheet a year; rates are fractions one year and in hundreds the other."""
    hand: Habits = {**_HAND, "percent": percent("mixed") if latest else percent("fraction")}
    made = columns(dataset, hand, *_A_SHEET_A_YEAR[dataset])
    if dataset == "training" and not latest:
        made = formatted(made, attendance_rate="0.0%")
    label = {"village_economy": "village", "training": "class_name", "project": "project_name"}.get(dataset)
    return labelled(made, label) if label else formatted(made, id_number="@")


_VILLAGES = ("village", "village_organisation", "village_economy", "pioneer_unit", "weak_village", "project")
_CADRES = ("cadre_post", "training", "reserve_cadre", "service_meeting", "commendation")
_NAMES: Mapping[str, tuple[str, str]] = {
    "village": ("村情对照", "行政村基本情况对照表"),
    "village_organisation": ("党组织对照", "村党组织情况对照表"),
    "cadre_post": ("在岗对照", "干部在岗人数对照表"),
    "village_economy": ("年经济", "村集体经济收入明细表"),
    "pioneer_unit": ("年创建", "创建单位考评表"),
    "weak_village": ("年后进村", "后进村整顿情况表"),
    "project": ("年项目", "引进项目表"),
    "training": ("年培训", "教育培训明细表"),
    "reserve_cadre": ("年后备", "后备干部名单"),
    "service_meeting": ("年民情", "民情质询会记录表"),
    "commendation": ("年表彰", "表彰名单"),
}

# What holds for both years, then what stands under each.
_SIDE_BY_SIDE: Mapping[str, tuple[Item, ...]] = {
    "village": (
        ("村委会", "village", 16),
        ("类别", "category", 11),
        ("户数（户）", "households", 9),
        ("人口（人）", "population", 9),
        ("劳力（人）", "labour_force", 9),
        ("人均收入（元）", "income_per_head", 14),
    ),
    "village_organisation": (
        ("村委会", "village", 16),
        ("类型", "branch_type", 9),
        ("党员", "members", 6),
        ("女党员", "members_female", 6),
        ("35岁及以下", "members_35_or_younger", 7),
        ("36至45岁", "members_36_to_45", 7),
        ("46至59岁", "members_46_to_59", 7),
        ("60岁及以上", "members_60_or_older", 7),
        ("学习型", "learning_branch", 7),
        ("书记学历", "secretary_education", 9),
        ("承诺数", "pledges_made", 7),
        ("兑现数", "pledges_kept", 7),
    ),
    "cadre_post": (("干部层次", "level", 16), ("人数", "cadres_in_post", 14)),
}
_A_SHEET_A_YEAR: Mapping[str, tuple[Item, ...]] = {
    "village_economy": (
        ("村委会", "village", 16),
        ("集体收入（元）", "income_total", 13),
        ("经营（元）", "income_operating", 11),
        ("发包（千元）", "income_contracting", 11),
        ("投资（千元）", "income_investment", 11),
        ("补助（元）", "income_subsidy", 11),
        ("其他（元）", "income_other", 10),
        ("上年集体收入（万元）", "income_last_year", 13),
        ("资产（万元）", "assets", 11),
        ("负债（万元）", "debts", 11),
        ("报酬制度", "pay_system", 13),
    ),
    "training": (
        ("培训班", "class_name", 34),
        ("类别", "kind", 11),
        ("培训谁", "level", 11),
        ("年月", "date", 10),
        ("人次", "person_times", 8),
        ("村数", "villages_covered", 8),
        ("到课率（%）", "attendance_rate", 11),
        ("承办", "organiser", 16),
        ("备注", "remarks", 16),
    ),
    "reserve_cadre": (
        Column(("编号",), number=True, width=6),
        ("姓名", "name", 9),
        ("性别", "sex", 6),
        ("出生", "birth_month", 10),
        ("民族", "ethnicity", 8),
        ("文化", "education", 11),
        ("政治面目", "political_status", 11),
        ("村委会", "village", 16),
        ("身份证号码", "id_number", 21),
        ("电话", "phone", 13),
        ("谁推荐", "recommended_by", 18),
        ("挂什么职", "placement", 15),
        ("备注", "remarks", 12),
    ),
    "pioneer_unit": (
        ("单位", "unit", 16),
        ("层级", "level", 11),
        ("批", "batch", 6),
        ("五强评分/班子", "score_team", 8),
        ("五强评分/素质", "score_members", 8),
        ("五强评分/服务", "score_service", 8),
        ("五强评分/机制", "score_management", 8),
        ("五强评分/实力", "score_strength", 8),
        ("五强评分/总分", "score_total", 8),
        ("有无方案", "plan_made", 9),
        ("有无行动", "measures_started", 9),
        ("是否验收", "accepted", 9),
    ),
    "service_meeting": (
        ("村委会", "village", 16),
        ("会议日期", "date", 14),
        ("会议形式", "kind", 12),
        ("参会人数", "attendance", 9),
        ("问题", "question", 34),
        ("由谁答复", "answered_by", 9),
        ("答复期限", "due_date", 14),
        ("答复日期", "answered_on", 14),
        ("满意否", "satisfied", 8),
    ),
    "weak_village": (
        ("村委会", "village", 16),
        ("问题", "problem", 26),
        ("驻村人", "dispatched_cadre", 9),
        ("部门", "paired_department", 16),
        ("结对", "paired_with", 18),
        ("办法", "measures", 28),
        ("进展", "state", 9),
    ),
    "project": (
        ("村委会", "village", 16),
        ("项目", "project_name", 24),
        ("投资（万元）", "investment", 12),
        ("谁投资", "investor", 18),
        ("资产（万元）", "investor_capital", 12),
        ("吸收劳力（人）", "jobs", 10),
        ("占地（亩）", "land", 9),
    ),
    "commendation": (
        ("谁", "recipient", 24),
        ("单位", "unit", 16),
        ("荣誉", "title", 18),
        ("哪一级", "level", 9),
        ("谁表彰", "awarded_by", 20),
        ("哪年", "award_year", 8),
    ),
}
