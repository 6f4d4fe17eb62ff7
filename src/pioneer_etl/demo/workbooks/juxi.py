"""Format `juxi`: one workbook of plain lists, headings in the first row, units in the headings."""

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
)
from pioneer_etl.demo.workbooks.form import Column, Form, looks
from pioneer_etl.demo.workbooks.hand import money, month, percent, place, spelt, text, whole

_LOOKS = looks("宋体", 11)


def files(township: Township, year: int, records: Mapping[str, tuple[Facts, ...]]) -> list[DemoFile]:
    """莒溪镇2004年报表.xlsx with five sheets."""
    book = new_book(township, year, "juxi", none_mark="无")
    book.add("village", "村基本情况", _village(), records["village"])
    book.add("village_economy", "村集体经济收入", _economy(), records["village_economy"])
    book.add("training", "干部教育培训", _training(), records["training"])
    book.add("reserve_cadre", "后备干部名册", _reserve(), records["reserve_cadre"])
    book.add("cadre_post", "干部在岗情况", _posts(), records["cadre_post"])
    return [book.xlsx(f"{township.name}{year}年报表.xlsx")]


def _village() -> Form:
    return Form(
        looks=_LOOKS,
        columns=(
            Column(("村",), "village", place("prefixed", 6), 22, horizontal="left"),
            Column(("村类型",), "category", spelt(CATEGORY), 12),
            Column(("户数（户）",), "households", whole(), 12, horizontal="right"),
            Column(("人口（人）",), "population", whole(), 12, horizontal="right"),
            Column(("劳动力（人）",), "labour_force", whole(), 12, horizontal="right"),
            Column(("村民人均收入（元）",), "income_per_head", whole(), 18, horizontal="right"),
        ),
    )


def _economy() -> Form:
    def amount(heading: str, field: str) -> Column:
        return Column((f"{heading}（万元）",), field, money(), 16, horizontal="right", format="0.00")

    return Form(
        looks=_LOOKS,
        columns=(
            Column(("村",), "village", place("prefixed", 6), 22, horizontal="left"),
            amount("集体经济收入合计", "income_total"),
            amount("经营收入", "income_operating"),
            amount("发包及上交收入", "income_contracting"),
            amount("投资收益", "income_investment"),
            amount("补助收入", "income_subsidy"),
            amount("其他收入", "income_other"),
            amount("上年集体经济收入", "income_last_year"),
            amount("资产总额", "assets"),
            amount("负债总额", "debts"),
            Column(("村干部报酬制度",), "pay_system", spelt(PAY), 16),
        ),
        hidden_records=(3,),
    )


def _training() -> Form:
    return Form(
        looks=_LOOKS,
        columns=(
            Column(("培训班名称",), "class_name", text, 36, horizontal="left"),
            Column(("培训类别",), "kind", spelt(KIND), 12),
            Column(("培训对象",), "level", spelt(LEVEL), 12),
            Column(("培训时间",), "date", month("dashed"), 12),
            Column(("培训人次（人次）",), "person_times", whole(), 16, horizontal="right"),
            Column(("覆盖村数（个）",), "villages_covered", whole(), 14, horizontal="right"),
            Column(("到课率",), "attendance_rate", percent("fraction"), 10, horizontal="right", format="0.0%"),
        ),
    )


def _reserve() -> Form:
    return Form(
        looks=_LOOKS,
        columns=(
            Column(("姓名",), "name", text, 10),
            Column(("性别",), "sex", spelt(SEX), 6),
            Column(("出生年月",), "birth_month", month("short"), 12),
            Column(("民族",), "ethnicity", spelt(ETHNICITY), 8),
            Column(("文化程度",), "education", spelt(EDUCATION), 12),
            Column(("政治面貌",), "political_status", spelt(STATUS), 12),
            Column(("身份证号",), "id_number", text, 22, format="@"),
            Column(("所在村",), "village", place("full"), 16),
            Column(("推荐方式",), "recommended_by", text, 20, horizontal="left"),
            Column(("挂职情况",), "placement", text, 16, horizontal="left"),
        ),
        trailing_rows=20,
    )


def _posts() -> Form:
    return Form(
        looks=_LOOKS,
        columns=(
            Column(("干部层级",), "level", spelt(LEVEL), 18),
            Column(("在岗干部人数（人）",), "cadres_in_post", whole(), 20),
        ),
        freeze=False,
    )
