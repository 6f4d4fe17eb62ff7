"""Format `longgang`: a file for each form, three-level merged headers, 元, numbers as text, a hidden helper column."""

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

_LOOKS = looks("仿宋_GB2312", 11, "方正小标宋简体", "DDEBF7", 20)
_SMALL = looks("仿宋_GB2312", 10, "方正小标宋简体", "DDEBF7", 20)


def files(township: Township, year: int, records: Mapping[str, tuple[Facts, ...]]) -> list[DemoFile]:
    """Five files: 龙港镇2004年度村级集体经济收入统计表.xlsx and so on."""
    forms = {
        "village": ("村基本情况统计表", "表一", _village(township, year)),
        "village_economy": ("村级集体经济收入统计表", "表二", _economy(township, year)),
        "training": ("干部教育培训统计表", "表三", _training(township, year)),
        "reserve_cadre": ("村级后备干部花名册", "表四", _reserve(township, year)),
        "cadre_post": ("干部在岗情况统计表", "表五", _posts(township, year)),
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
