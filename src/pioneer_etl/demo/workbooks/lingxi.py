"""Format `lingxi`: one workbook, totals first, a row for each working area with its subtotal, true dates."""

from __future__ import annotations

from collections.abc import Mapping

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
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
from pioneer_etl.demo.workbooks.hand import money, month, percent, place, spaced_name, spelt, text, whole

_LOOKS = looks("宋体", 11, "宋体", "E2EFDA", 18)
_SMALL = looks("宋体", 10, "宋体", "E2EFDA", 18)
_MONTH = 'yyyy"年"m"月"'


def files(township: Township, year: int, records: Mapping[str, tuple[Facts, ...]]) -> list[DemoFile]:
    """灵溪镇2004年度先锋工程报表.xlsx with five sheets."""
    areas = {village.code: village.area for village in township.villages}
    book = new_book(township, year, "lingxi", none_mark="—")
    book.add("village", "1村情", _village(township, year, areas), records["village"])
    book.add("village_economy", "2收入", _economy(township, year, areas), records["village_economy"])
    book.add("training", "3培训", _training(township, year), records["training"])
    book.add("reserve_cadre", "4后备", _reserve(township, year, areas), records["reserve_cadre"])
    book.add("cadre_post", "5干部", _posts(township, year), records["cadre_post"])
    return [book.xlsx(f"{township.name}{year}年度先锋工程报表.xlsx")]


def _village(township: Township, year: int, areas: Mapping[str, str]) -> Form:
    def number(path: tuple[str, ...], field: str, summed: bool = True) -> Column:
        return Column(path, field, whole(odd=1), 11, summed=summed, horizontal="right", format="#,##0")

    return Form(
        title=f"{township.name}{year}年行政村基本情况一览表",
        above=(("", "计量单位：户、人、元"),),
        looks=_LOOKS,
        columns=(
            Column(("行政村",), "village", place("committee"), 18, label=True, horizontal="left"),
            number(("户数",), "households"),
            number(("人口", "总人口"), "population"),
            number(("人口", "劳动力"), "labour_force"),
            number(("年人均收入",), "income_per_head", summed=False),
            Column(("村类别",), "category", spelt(CATEGORY), 12),
        ),
        total="first",
        total_word="全镇合计" if township.name.endswith("镇") else "全乡合计",
        group=lambda facts: areas[str(facts["village"])],
        subtotal="last",
        signature=(signature(township, year),),
    )


def _economy(township: Township, year: int, areas: Mapping[str, str]) -> Form:
    def amount(path: tuple[str, ...], field: str) -> Column:
        return Column(path, field, money(), 12, summed=True, horizontal="right", format="0.00")

    return Form(
        title=f"{township.name}{year}年村集体经济收入情况表",
        above=(("", "单位：万元"),),
        looks=_LOOKS,
        columns=(
            Column(("行政村",), "village", place("committee"), 18, label=True, horizontal="left"),
            amount(("总收入",), "income_total"),
            amount(("收入来源", "经营收入"), "income_operating"),
            amount(("收入来源", "发包收入"), "income_contracting"),
            amount(("收入来源", "投资收益"), "income_investment"),
            amount(("收入来源", "补助收入"), "income_subsidy"),
            amount(("收入来源", "其他收入"), "income_other"),
            amount(("去年总收入",), "income_last_year"),
            amount(("年末", "资产总额"), "assets"),
            amount(("年末", "负债总额"), "debts"),
            Column(("工资制度",), "pay_system", spelt(PAY), 13),
        ),
        total="first",
        total_word="全镇合计" if township.name.endswith("镇") else "全乡合计",
        group=lambda facts: areas[str(facts["village"])],
        subtotal="last",
        notes=("注：1.总收入为各项收入来源之和；2.本表由镇农经站提供，去年总收入以审计数为准。",),
        signature=(signature(township, year),),
    )


def _training(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}{year}年干部教育培训情况表",
        looks=_LOOKS,
        columns=(
            Column(("办班名称",), "class_name", text, 36, label=True, horizontal="left"),
            Column(("参训人次",), "person_times", whole(), 10, summed=True, horizontal="right"),
            Column(("覆盖行政村数",), "villages_covered", whole(), 10, horizontal="right"),
            Column(("到课率",), "attendance_rate", percent("fraction"), 10, horizontal="right", format="0.0%"),
            Column(("办班日期",), "date", month("date"), 14, format=_MONTH),
            Column(("办班地点",), "venue", text, 18, horizontal="left"),
            Column(("类别",), "kind", spelt(KIND), 12),
            Column(("培训层级",), "level", spelt(LEVEL), 12),
            Column(("备注",), "remarks", text, 16, horizontal="left"),
        ),
        total="first",
        total_word="合计",
        signature=(signature(township, year),),
    )


def _reserve(township: Township, year: int, areas: Mapping[str, str]) -> Form:
    return Form(
        title=f"{township.name}{year}年村级后备干部名册",
        looks=_SMALL,
        columns=(
            Column(("姓名",), "name", spaced_name, 10),
            Column(("性别",), "sex", spelt(SEX), 6),
            Column(("民族",), "ethnicity", spelt(ETHNICITY), 8),
            Column(("出生年月",), "birth_month", month("date"), 13, format=_MONTH),
            Column(("文化程度",), "education", spelt(EDUCATION), 11),
            Column(("政治面貌",), "political_status", spelt(STATUS), 11),
            Column(("所在行政村",), "village", place("full"), 16, horizontal="left"),
            Column(("推荐情况",), "recommended_by", text, 20, horizontal="left"),
            Column(("挂职锻炼",), "placement", text, 16, horizontal="left"),
            Column(("备注",), "remarks", text, 14, horizontal="left"),
        ),
        group=lambda facts: areas[str(facts["village"])],
        signature=(signature(township, year),),
    )


def _posts(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}{year}年末干部在岗情况",
        looks=_LOOKS,
        columns=(
            Column(("层级",), "level", spelt(LEVEL), 18, label=True),
            Column(("在岗干部（人）",), "cadres_in_post", whole(), 16, summed=True),
            Column(("备注",), "remarks", text, 20),
        ),
        total="first",
        total_word="合计",
        signature=(signature(township, year, "  "),),
    )
