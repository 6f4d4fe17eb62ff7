"""Format `jinxiang`: a CSV in GB18030 for each form, everything text, thousand separators, codes 1 and 2."""

from __future__ import annotations

from collections.abc import Mapping

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.common import (
    CATEGORY,
    EDUCATION,
    ETHNICITY_SHORT,
    KIND,
    LEVEL,
    PAY,
    STATUS,
    DemoFile,
    new_book,
    signature,
)
from pioneer_etl.demo.workbooks.form import Column, Form
from pioneer_etl.demo.workbooks.hand import money, month, percent, place, spelt, text, whole


def files(township: Township, year: int, records: Mapping[str, tuple[Facts, ...]]) -> list[DemoFile]:
    """Five files: 金乡镇2004_村基本情况.csv and so on."""
    forms = {
        "village": ("村基本情况", _village(township, year)),
        "village_economy": ("村级集体经济", _economy(township, year)),
        "training": ("教育培训", _training(township, year)),
        "reserve_cadre": ("后备干部", _reserve(township, year)),
        "cadre_post": ("干部人数", _posts(township, year)),
    }
    result = []
    for dataset, (name, form) in forms.items():
        book = new_book(township, year, f"jinxiang {dataset}", none_mark="/")
        stem = f"{township.name}{year}_{name}"  # a CSV has one sheet, called like the file
        book.add(dataset, stem, form, records[dataset])
        result.append(book.csv(f"{stem}.csv"))
    return result


def _village(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}{year}年村基本情况表",
        columns=(
            Column(("序号",), number=True),
            Column(("行政村名称",), "village", place("full"), label=True),
            Column(("类型",), "category", spelt(CATEGORY)),
            Column(("总户数(户)",), "households", whole("separators"), summed=True),
            Column(("总人口(人)",), "population", whole("separators"), summed=True),
            Column(("劳动力(人)",), "labour_force", whole("separators", unit="人", odd=4), summed=True),
            Column(("农民人均纯收入(元)",), "income_per_head", whole("separators")),
        ),
        total="last",
        total_word="合计",
        signature=(signature(township, year, "  "),),
    )


def _economy(township: Township, year: int) -> Form:
    def amount(heading: str, field: str, odd: int = 0) -> Column:
        return Column((heading,), field, money(style="separators", odd=odd), summed=True)

    return Form(
        title=f"{township.name}{year}年村级集体经济情况表",
        above=(("单位:万元", ""),),
        columns=(
            Column(("序号",), number=True),
            Column(("行政村名称",), "village", place("full"), label=True),
            amount("总收入", "income_total"),
            amount("经营性收入", "income_operating"),
            amount("发包上交收入", "income_contracting", odd=4),
            amount("投资收入", "income_investment"),
            amount("补助收入", "income_subsidy"),
            amount("其它收入", "income_other"),
            amount("去年总收入", "income_last_year"),
            amount("总资产", "assets"),
            amount("总负债", "debts"),
            Column(("村干部报酬形式",), "pay_system", spelt(PAY)),
        ),
        total="last",
        total_word="合计",
        notes=("注:总收入=经营性收入+发包上交收入+投资收入+补助收入+其它收入",),
        signature=(signature(township, year, "  "),),
    )


def _training(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}{year}年干部教育培训情况表",
        columns=(
            Column(("序号",), number=True),
            Column(("班次名称",), "class_name", text, label=True),
            Column(("培训类型",), "kind", spelt(KIND)),
            Column(("参训对象",), "level", spelt(LEVEL)),
            Column(("办班时间",), "date", month("chinese")),
            Column(("主办单位",), "organiser", text),
            Column(("参训人次",), "person_times", whole("separators"), summed=True),
            Column(("涉及村数",), "villages_covered", whole("text")),
            Column(("到课率",), "attendance_rate", percent("sign")),
            Column(("备注",), "remarks", text),
        ),
        total="last",
        total_word="合计",
        signature=(signature(township, year, "  "),),
    )


def _reserve(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}村级后备干部花名册({year}年)",
        columns=(
            Column(("序号",), number=True),
            Column(("所在村",), "village", place("full")),
            Column(("姓名",), "name", text),
            Column(("性别(1男2女)",), "sex", spelt({})),
            Column(("出生年月",), "birth_month", month("chinese")),
            Column(("民族",), "ethnicity", spelt(ETHNICITY_SHORT)),
            Column(("学历",), "education", spelt(EDUCATION)),
            Column(("政治面貌",), "political_status", spelt(STATUS)),
            Column(("身份证号码",), "id_number", text),
            Column(("联系电话",), "phone", text),
            Column(("推荐渠道",), "recommended_by", text),
            Column(("挂职锻炼情况",), "placement", text),
            Column(("备注",), "remarks", text),
        ),
        signature=(signature(township, year, "  "),),
    )


def _posts(township: Township, year: int) -> Form:
    return Form(
        title=f"{township.name}干部在岗情况表({year}年)",
        columns=(
            Column(("干部级别",), "level", spelt(LEVEL), label=True),
            Column(("在岗人数",), "cadres_in_post", whole("separators"), summed=True),
            Column(("备注",), "remarks", text),
        ),
        total="last",
        total_word="合计",
        signature=(signature(township, year, "  "),),
    )
