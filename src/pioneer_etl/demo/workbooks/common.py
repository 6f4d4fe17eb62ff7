"""What the six formats share: files, clerks, signature lines, spellings of codes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from pioneer_etl.demo.dice import Dice
from pioneer_etl.demo.made.facts import YEAR, Facts, Missing
from pioneer_etl.demo.made.people import person_name, telephone
from pioneer_etl.demo.places import Township
from pioneer_etl.demo.workbooks.form import Column, Form, Written, write_form
from pioneer_etl.demo.workbooks.hand import Clerk
from pioneer_etl.demo.workbooks.page import Page
from pioneer_etl.demo.workbooks.write import write_csv, write_xls, write_xlsx

RECEIVED = datetime(YEAR + 1, 1, 10, 9, 30)


@dataclass(frozen=True, slots=True, eq=False)
class FormPlace:
    """A table in a file: its records in their order, on which sheet, and where its facts and totals stand.

    Where a form is spread over several sheets or tables, each has a place of its own.  `none_mark` is how the clerk
    writes 无, `period` what the form is about, `table` the table's number on its sheet, from 0.
    A fact for which the form has no column is Missing.ABSENT in `records`.
    """

    dataset: str
    sheet: str
    none_mark: str
    records: tuple[Facts, ...]
    written: Written
    period: str = str(YEAR)
    table: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class DemoFile:
    """One file as a township sends it: the folder (below inbox/ or late/), its name there, its bytes, who sent it for
    when.

    `archive` names the zip that it is mailed in, with others; `received` is when it came.
    """

    name: str
    data: bytes
    forms: tuple[FormPlace, ...] = ()
    folder: str = ""
    sender: str = ""
    year: int = YEAR
    archive: str = ""
    received: datetime = RECEIVED

    @property
    def path(self) -> str:
        """Folder and name, as the inbox is read; for a file in a zip that of the zip before it."""
        name = f"{self.archive}!{self.name}" if self.archive else self.name
        return f"{self.folder}/{name}" if self.folder else name

    def form(self, dataset: str) -> FormPlace:
        """The form of a dataset, or the first part of it; KeyError when the file has none."""
        for each in self.forms:
            if each.dataset == dataset:
                return each
        raise KeyError(dataset)


@dataclass(slots=True)
class Book:
    """A workbook in the making: forms, a sheet each."""

    clerk: Clerk
    pages: list[Page]
    forms: list[FormPlace]
    year: int = YEAR

    def page(self, sheet: str) -> Page:
        """A new sheet."""
        self.pages.append(Page(sheet))
        return self.pages[-1]

    def keep(
        self,
        dataset: str,
        page: Page,
        columns: Sequence[Column],
        records: Sequence[Facts],
        written: Written,
        *,
        table: int = 0,
        beside: Collection[str] = (),
    ) -> None:
        """Remember what was written on a page: of each record the fields that `columns` show, and those `beside`
        the table (the village of a form, in a line above it)."""
        shown = {*beside, *(each.field for each in columns if each.field and each.write and not each.aside)}
        facts = as_written(records, shown)
        self.forms.append(FormPlace(dataset, page.name, self.clerk.none_mark, facts, written, str(self.year), table))

    def add(self, dataset: str, sheet: str, form: Form, records: Sequence[Facts]) -> Page:
        """Write a form on a new sheet."""
        page = self.page(sheet)
        self.keep(dataset, page, form.columns, records, write_form(page, form, records, self.clerk))
        return page

    def xlsx(self, name: str, *, epoch_1904: bool = False, macros: bool = False) -> DemoFile:
        author = f"{self.clerk.township.short}办公室"
        return self.file(name, write_xlsx(self.pages, author, epoch_1904=epoch_1904, macros=macros))

    def xls(self, name: str) -> DemoFile:
        return self.file(name, write_xls(self.pages))

    def csv(self, name: str) -> DemoFile:
        return self.file(name, write_csv(self.pages[0]))

    def file(self, name: str, data: bytes) -> DemoFile:
        """A file with this book's forms, however it was written."""
        return DemoFile(name, data, tuple(self.forms))


def as_written(records: Sequence[Facts], shown: Collection[str]) -> tuple[Facts, ...]:
    """The records as a form that has only the fields `shown` gives them: the rest is Missing.ABSENT."""
    return tuple({name: fact if name in shown else Missing.ABSENT for name, fact in facts.items()} for facts in records)


def new_book(township: Township, year: int, what: str, none_mark: str = "无") -> Book:
    """An empty workbook of a township; `what` keeps its clerk's chance apart from the other workbooks'."""
    names = ("clerk", township.name, what) if year == YEAR else ("clerk", township.name, what, str(year))
    return Book(Clerk(township, Dice(*names), none_mark), [], [], year)


def chinese_year(year: int) -> str:
    """The year digit by digit: 二〇〇四."""
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(year))


def signature(township: Township, year: int, gap: str = "        ") -> str:
    """The line under a form, several items in one cell."""
    dice = Dice("signature", township.name)
    items = (
        f"填报单位（盖章）：{township.name}人民政府",
        f"填表人：{person_name(dice, dice.hits(50))}",
        f"审核人：{person_name(dice, False)}",
        f"填报日期：{year + 1}年1月{dice.between(5, 12)}日",
        f"联系电话：{telephone(dice)}",
    )
    return gap.join(items)


# Spellings of codes in columns of words; the first is the usual one.
EDUCATION: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "20": ("大学本科", "本科", "大学"),
        "30": ("大专", "专科", "大专毕业"),
        "40": ("中专", "中专毕业"),
        "60": ("高中", "高中毕业", "职高"),
        "70": ("初中", "初中毕业", "初中文化"),
        "80": ("小学", "小学毕业"),
    }
)
STATUS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"01": ("中共党员", "党员"), "03": ("共青团员", "团员"), "13": ("群众",)}
)
ETHNICITY: Mapping[str, tuple[str, ...]] = MappingProxyType({"01": ("汉族",), "22": ("畲族",)})
ETHNICITY_SHORT: Mapping[str, tuple[str, ...]] = MappingProxyType({"01": ("汉",), "22": ("畲",)})
SEX: Mapping[str, tuple[str, ...]] = MappingProxyType({"1": ("男",), "2": ("女",)})
KIND: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "political_theory": ("政治理论",),
        "degree": ("学历教育",),
        "post": ("岗位培训",),
        "practical": ("实用技术",),
    }
)
LEVEL: Mapping[str, tuple[str, ...]] = MappingProxyType({"township": ("乡镇干部",), "village": ("村干部",)})
CATEGORY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "strong": ("经济强村",),
        "planting": ("种植为主", "种植为主", "种植"),
        "renewal": ("旧村改造",),
        "other": ("其他", "其它"),
    }
)
PAY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"performance": ("效益工资制", "效益工资"), "appraisal": ("民主评定制", "民主评定"), "other": ("其他",)}
)
