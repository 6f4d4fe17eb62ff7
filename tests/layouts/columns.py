"""The columns of a drawn table: which fields stand in it, under which heading paths, with which units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Dataset, Field, FieldType
from tests.layouts.choice import LayoutChoice
from tests.layouts.spelling import CHOICES, unit_of
from tests.layouts.truth import Sample


@dataclass(frozen=True, slots=True)
class Column:
    """One column.  `key` is a field, or serial, township, or "" for an empty spacer.

    `path` are its heads from the outermost; `unit` is shown in a row of its own; `tick` is the code that a
    mark in it stands for.
    """

    key: str
    path: tuple[str, ...]
    unit: str | None = None
    tick: str | None = None


PARTS: Final = ("income_operating", "income_contracting", "income_investment", "income_subsidy", "income_other")
AGES: Final = ("members_35_or_younger", "members_36_to_45", "members_46_to_59", "members_60_or_older")
SCHOOLS: Final = ("members_primary", "members_junior", "members_senior", "members_college")
# How bands are written: briefly, with one left out between the others, and with an age that stands in two.
_BANDS: Final[Mapping[str, tuple[str | None, ...]]] = {
    "short": ("35岁以下", "36-45岁", "46-59岁", "60岁以上"),
    "gaps": ("35岁以下", None, "46-59岁", "60岁以上"),
    "overlap": ("35岁以下", "36-45岁", "45-59岁", "60岁以上"),
}
_SCHOOL_WORDS: Final = ("小学及以下", "初中", "高中、中专", "大专及以上")
# Heads over heads, by dataset and depth; a field that is not named stands alone.
_GROUPS: Final[Mapping[str, Mapping[int, tuple[tuple[str, tuple[str, ...]], ...]]]] = {
    "village": {
        2: (("人口情况", ("population", "labour_force")),),
        3: (("人口情况", ("population",)), ("人口情况/其中", ("labour_force",))),
    },
    "village_economy": {
        2: (
            ("集体经济收入", ("income_total", *PARTS)),
            ("资产负债", ("assets", "debts")),
        ),
        3: (
            ("集体经济收入", ("income_total",)),
            ("集体经济收入/其中", PARTS),
            ("资产负债", ("assets", "debts")),
        ),
    },
    "reserve_cadre": {
        2: (("基本情况", ("name", "sex", "birth_month", "ethnicity", "education", "political_status")),),
        3: (("基本情况", ("name", "sex", "birth_month", "ethnicity", "education", "political_status")),),
    },
    "village_organisation": {
        2: (("年龄结构", AGES), ("文化程度", SCHOOLS)),
        3: (("党员情况", ("members",)), ("党员情况/年龄", AGES), ("党员情况/文化程度", SCHOOLS)),
    },
    "training": {
        2: (("培训情况", ("person_times", "villages_covered", "attendance_rate")),),
        3: (("培训情况", ("person_times", "villages_covered", "attendance_rate")),),
    },
}
_LEAF: Final[Mapping[str, str]] = {
    "income_total": "合计",
    "population": "总人口",
    "person_times": "人次",
    "members": "合计",
}
_KEYS: Final[Mapping[str, str]] = {
    "village": "village",
    "village_economy": "village",
    "village_organisation": "village",
    "reserve_cadre": "village",
    "training": "class_name",
}
# The words of the short code lists that a heading may list.
_LISTED: Final = {
    "sex": ("男", "女"),
    "pay_system": ("效益工资制", "民主评定制", "其他"),
    "training_kind": ("政治理论", "学历教育", "岗位培训", "实用技术"),
    "cadre_level": ("乡镇", "村"),
}
# Too vague, or too like what forms print around a table, to stand in a drawn one.
_VAGUE: Final = frozenset(
    ("单位", "名称", "其他", "其它", "上年", "去年", "本年", "说明", "类别", "级别", "对象", "时间", "培训", "地点")
) | {"文化", "男女", "面貌", "出生", "出生年份"}


def columns_of(sample: Sample, choice: LayoutChoice, contracts: Contracts) -> list[Column]:
    """The columns of a list, in order."""
    rng = Random(f"columns {choice.seed}")
    dataset = sample.dataset
    names = _fields(dataset, choice, rng)
    columns: list[Column] = []
    for name in names:
        field = dataset.field(name)
        if choice.codes == "ticks" and name == "sex":
            columns.extend(_ticks(field, choice, contracts))
        else:
            columns.append(_column(field, dataset, choice, rng))
    columns = _with_group_units(columns, choice)
    if choice.township_column != "none":
        columns.insert(0, Column("township", (rng.choice(("乡镇", "镇", "乡镇名称")),)))
    if choice.serial:
        columns.insert(0, Column("serial", ("序号",)))
    if choice.depth == 4:
        columns = [_under_title(column, dataset) for column in columns]
    if choice.spacer:
        place = next((n for n, each in enumerate(columns) if n > 1 and each.path[:1] != columns[n - 1].path[:1]), None)
        if place is not None:
            columns.insert(place, Column("", ()))
    return columns


def _under_title(column: Column, dataset: Dataset) -> Column:
    if column.key in ("serial", "township", _KEYS[dataset.name]):
        return column
    return replace(column, path=(dataset.title.zh, *column.path))


def _fields(dataset: Dataset, choice: LayoutChoice, rng: Random) -> list[str]:
    """The names of the fields in the order of their columns."""
    names = [field.name for field in dataset.fields]
    if choice.dropped:
        optional = [field.name for field in dataset.fields if not field.required and field.name in names]
        for name in rng.sample(optional, max(1, len(optional) // 2)):
            names.remove(name)
    if choice.bands == "gaps":
        names = [name for name in names if name not in AGES or _BANDS["gaps"][AGES.index(name)]]
    key = _KEYS[dataset.name]
    names.remove(key)
    if choice.groups != "villages":
        names.insert(1 if choice.key_place == "second" else 0, key)
    if choice.carry != "none" and dataset.name == "training":
        names.remove("kind")
        names.insert(0, "kind")
    if choice.total_column == "last" and "income_total" in names:
        parts = [name for name in names if name in ("income_total", *PARTS)]
        start = names.index("income_total")
        names[start : start + len(parts)] = [*(name for name in parts if name != "income_total"), "income_total"]
    if choice.dataset == "reserve_cadre" and choice.depth > 1:
        inner = _GROUPS["reserve_cadre"][2][0][1]
        names.sort(key=lambda name: 0 if name == key else 1 if name in inner else 2)
    return names


def _ticks(field: Field, choice: LayoutChoice, contracts: Contracts) -> list[Column]:
    """A column to tick for each of 男 and 女."""
    codes = contracts.code_lists[field.codes or ""].codes[:2]
    outer = ("基本情况",) if choice.depth > 1 else ()
    return [Column(field.name, (*outer, field.label.zh, code.label.zh), tick=code.code) for code in codes]


def _column(field: Field, dataset: Dataset, choice: LayoutChoice, rng: Random) -> Column:
    groups = _GROUPS[dataset.name].get(min(choice.depth, 3), ())
    outer = next((tuple(path.split("/")) for path, names in groups if field.name in names), ())
    label = field.label.zh
    if outer and field.name in _LEAF:
        label = _LEAF[field.name]
    if field.name in AGES and choice.bands != "label":
        label = _BANDS[choice.bands][AGES.index(field.name)] or label
    elif field.name in SCHOOLS and outer:
        label = _SCHOOL_WORDS[SCHOOLS.index(field.name)]
    elif field.name in AGES and outer:
        label = _BANDS["short"][AGES.index(field.name)] or label
    if choice.wording == "own":
        label = own_word(field)
    elif choice.wording == "synonym" and not outer and (field.name not in AGES or choice.bands == "label"):
        plain = (each for each in field.synonyms if "/" not in each and "（" not in each and each not in _VAGUE)
        label = rng.choice([label, *plain])
    unit = unit_of(field, choice) if field.unit and field.type is not FieldType.PERCENT else None
    if field.type is FieldType.PERCENT and choice.percent == "hundred_said":
        unit = "%"
    path = tuple(_worded(part, field, choice, last=part is label) for part in (*outer, label))
    if choice.codes == "choices" and field.name in CHOICES and field.type is FieldType.CODE:
        listed = " ".join(f"{number}.{word}" for number, word in enumerate(_LISTED[field.codes or ""], 1))
        path = (*path[:-1], f"{path[-1]}（{listed}）")
    if choice.unit_in == "row":
        return Column(field.name, path, unit)
    return Column(field.name, _unit_head(path, unit, field, choice, rng))


def own_word(field: Field) -> str:
    """A head that only this township uses, known by its layout alone."""
    return f"本镇第{sum(map(ord, field.name)) % 89 + 10}项（{field.name[:3].upper()}）"


def half_of(text: str) -> int:
    """Where a head is broken in two: about its middle, and not within a number."""
    middle = len(text) // 2
    while middle < len(text) - 1 and text[middle].isdigit():
        middle += 1
    return middle


def _worded(part: str, field: Field, choice: LayoutChoice, *, last: bool) -> str:
    """One head in the layout's look."""
    look = choice.header_text
    if look == "spaced" and len(part) == 2:
        return f"{part[0]}　{part[1]}"
    if look == "broken" and len(part) >= 4:
        half = half_of(part)
        return f"{part[:half]}\n{part[half:]}"
    if look == "bilingual" and last:
        return f"{part}\n{field.label.en.capitalize()}"
    return part


def _unit_head(
    path: tuple[str, ...], unit: str | None, field: Field, choice: LayoutChoice, rng: Random
) -> tuple[str, ...]:
    """The path with the unit in its last head, where the layout says units there."""
    if unit is None:
        return path
    money = field.unit in ("万元", "元")
    inside = choice.unit_in == "header" or unit == "%" or (choice.unit_in == "group" and (len(path) < 2 or not money))
    if choice.unit_in in ("line", "title", "line_end") and money and field.unit == "元":
        inside = False
    if not inside or (unit != "%" and not money and rng.random() < 0.5):
        return path
    form = choice.unit_form if money else "（{}）"
    return (*path[:-1], path[-1] + form.format(unit))


def _with_group_units(columns: list[Column], choice: LayoutChoice) -> list[Column]:
    """Units in the outermost head of a group of money columns, and numbers before the outermost heads."""
    found = columns
    if choice.unit_in == "group":
        tops = {"集体经济收入": choice.money, "资产负债": choice.money}
        found = [
            replace(each, path=(f"{each.path[0]}（{tops[each.path[0]]}）", *each.path[1:]))
            if len(each.path) > 1 and each.path[0] in tops
            else each
            for each in found
        ]
    if choice.header_text == "numbered":
        tops_seen = list(dict.fromkeys(each.path[0] for each in found))
        signs = "一二三四五六七八九十"
        found = [
            replace(each, path=(f"{signs[tops_seen.index(each.path[0])]}、{each.path[0]}", *each.path[1:]))
            if tops_seen.index(each.path[0]) < len(signs)
            else each
            for each in found
        ]
    return found


def unit_line(sample: Sample, choice: LayoutChoice) -> str | None:
    """What a line says of the units of all columns; None where none needs it."""
    if sample.dataset.name == "village":
        return "单位：户、人、元"
    return f"单位：{choice.money}" if sample.dataset.name == "village_economy" else None
