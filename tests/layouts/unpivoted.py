"""Tables whose records are scattered: an item a row, kinds over the figures, labels beside their contents."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Aggregation, Field, FieldType
from tests.layouts.canvas import Canvas, Ink
from tests.layouts.choice import LayoutChoice
from tests.layouts.spelling import spell, spell_number, unit_of
from tests.layouts.truth import Sample, Truth, sums

_STATED = ("line", "title", "line_end", "cell")


def long_table(sample: Sample, choice: LayoutChoice, contracts: Contracts) -> Canvas:
    """A row for every item of every village: 村名｜指标｜单位｜数值; the village on each row, once or merged."""
    rng = Random(f"long {choice.seed}")
    canvas = Canvas()
    units = choice.unit_in in ("row", "header") and choice.seed % 2 == 0
    heads = ["序号"] if choice.serial else []
    heads += ["村名", rng.choice(("指标", "项目", "指标名称"))]
    heads += ["计量单位"] if units else []
    heads.append(rng.choice(("数值", "数量", "数据")))
    for place, head in enumerate(heads, 1):
        canvas.put(1, place, Ink(head, bold=choice.styled, bordered=choice.styled))
    village = heads.index("村名") + 1
    once, merged = choice.carry != "none", choice.carry == "merged"
    row = 2
    for record in sample.records:
        first = row
        for field in sample.dataset.fields:
            if field.name == sample.dataset.place_field:
                name = spell(record[field.name], field, choice, contracts, rng, sample.township)
                continue
            ink = spell(record[field.name], field, choice, contracts, rng, sample.township)
            _item(canvas, row, village + 1, field, choice, units=units, value=ink)
            if not once or row == first:
                canvas.put(row, village, name)
            row += 1
        if merged:
            canvas.merge(first, village, row - 1, village)
    if choice.total == "bottom":
        for field in sample.dataset.fields:
            if field.aggregation is Aggregation.SUM:
                fact = sums(sample.records, field.name)
                assert fact.value is not None
                ink = spell_number(fact.value, field, choice, rng)  # type: ignore[arg-type]
                canvas.put(row, village, Ink(choice.total_word))
                _item(canvas, row, village + 1, field, choice, units=units, value=ink)
                row += 1
    for number in range(2, row) if choice.serial else ():
        canvas.put(number, 1, Ink(number - 1))
    return canvas


def _item(
    canvas: Canvas, row: int, column: int, field: Field, choice: LayoutChoice, *, units: bool, value: Ink | None
) -> None:
    canvas.put(row, column, Ink(_label(field, choice, units=units)))
    if units:
        unit = unit_of(field, choice) if field.type is not FieldType.PERCENT else None
        canvas.put(row, column + 1, Ink(unit) if unit else None)
    canvas.put(row, column + 1 + units, value)


def _label(field: Field, choice: LayoutChoice, *, units: bool) -> str:
    unit = unit_of(field, choice)
    if not unit or units or choice.unit_in in _STATED or field.type is FieldType.PERCENT:
        return field.label.zh
    return f"{field.label.zh}（{unit}）"


_KINDS = ("political_theory", "degree", "post", "practical")


def matrix_table(sample: Sample, choice: LayoutChoice, contracts: Contracts) -> Canvas:
    """Classes down, kinds of training across with their figures, one level of heads or two."""
    rng = Random(f"matrix {choice.seed}")
    canvas = Canvas()
    two = choice.depth > 1
    counted = [sample.dataset.field(name) for name in ("person_times", "villages_covered")[: 1 + two]]
    plain = [each for each in sample.dataset.fields if each not in counted and each.name != "kind"]
    kinds = {code.code: code.label.zh for code in contracts.code_lists["training_kind"].codes if code.code in _KINDS}
    for place, field in enumerate(plain, 1):
        canvas.put(1, place, Ink(field.label.zh))
        canvas.merge(1, place, 1 + two, place)
    first = len(plain) + 1
    heads = [*kinds.values(), *(["合计"] if choice.total_column == "last" else [])]
    for number, head in enumerate(heads):
        column = first + number * len(counted)
        canvas.put(1, column, Ink(head))
        if two:
            canvas.merge(1, column, 1, column + len(counted) - 1)
            for offset, field in enumerate(counted):
                canvas.put(2, column + offset, Ink("人次" if field.name == "person_times" else field.label.zh))
    row = 2 + two
    for record in sample.records:
        for place, field in enumerate(plain, 1):
            canvas.put(row, place, spell(record[field.name], field, choice, contracts, rng, sample.township))
        at = list(kinds).index(str(record["kind"].value))
        for place in (at, *([len(kinds)] if choice.total_column == "last" else [])):
            for offset, field in enumerate(counted):
                ink = spell(record[field.name], field, choice, contracts, rng, sample.township)
                canvas.put(row, first + place * len(counted) + offset, ink)
        row += 1
    if choice.total == "bottom":
        _sums(canvas, row, first, sample, counted, [*kinds, *([""] if choice.total_column == "last" else [])], choice)
    return canvas


def _sums(
    canvas: Canvas,
    row: int,
    first: int,
    sample: Sample,
    counted: Sequence[Field],
    kinds: Sequence[str],
    choice: LayoutChoice,
) -> None:
    rng = Random(f"sums {choice.seed}")
    canvas.put(row, 1, Ink(choice.total_word))
    for number, kind in enumerate(kinds):
        members = [record for record in sample.records if not kind or record["kind"].value == kind]
        for offset, field in enumerate(counted):
            fact = sums(members, field.name)
            if members:
                ink = spell_number(fact.value, field, choice, rng)  # type: ignore[arg-type]
                canvas.put(row, first + number * len(counted) + offset, ink)


def register_table(record: Truth, sample: Sample, choice: LayoutChoice, contracts: Contracts) -> Canvas:
    """A register of one record: two or three pairs a row, contents merged, sections at the left."""
    rng = Random(f"register {choice.seed}")
    canvas = Canvas()
    across = 3 if choice.seed % 2 else 2
    section = choice.depth > 1 and len(sample.dataset.fields) > 4 * across
    step = 3 if choice.header_look == "merged" else 2  # a content over two columns, or over one
    left = 2 if section else 1
    width = left - 1 + across * step
    names = [field for field in sample.dataset.fields if field.name != "remarks"]
    rows = [names[at : at + across] for at in range(0, len(names), across)]
    for number, fields in enumerate(rows, 1):
        for place, field in enumerate(fields):
            column = left + place * step
            last = width if field is fields[-1] else column + step - 1
            canvas.put(number, column, Ink(_label(field, choice, units=False), bold=choice.styled))
            ink = spell(record[field.name], field, choice, contracts, rng, sample.township)
            canvas.put(number, column + 1, ink)
            canvas.merge(number, column + 1, number, last)
    height = len(rows)
    if choice.inner_list != "none":
        height = _inner_list(canvas, height + 1, left, width, choice)
    if "remarks" in record:
        height += 1
        field = sample.dataset.field("remarks")
        canvas.put(height, left, Ink(field.label.zh))
        canvas.put(height, left + 1, spell(record["remarks"], field, choice, contracts, rng, sample.township))
        canvas.merge(height, left + 1, height, width)
    if section:
        middle = height // 2
        for top, bottom, text in ((1, middle, "基本\n情况"), (middle + 1, height, "其他\n情况")):
            canvas.put(top, 1, Ink(text))
            canvas.merge(top, 1, bottom, 1)
    return canvas


_FAMILY = ("称谓", "姓名", "年龄", "政治面貌", "工作单位", "备注")
_KIN = (("父亲", "陈某", 61, "群众", "务农", None), ("妻子", "王某", 36, "中共党员", "村小学", "教师"))


def _inner_list(canvas: Canvas, top: int, left: int, width: int, choice: LayoutChoice) -> int:
    """A list of the family's members, which is nobody's record; the last row of it."""
    headed = choice.inner_list == "headed"
    first = left if headed else left + 1
    if headed:
        canvas.put(top, left, Ink("家庭主要成员"))
        canvas.merge(top, left, top, width)
        top += 1
    heads = _FAMILY[: min(width - first + 1, len(_FAMILY))]
    kin = _KIN[: 1 + choice.seed % 2]
    for number, line in enumerate([heads, *kin], top):
        for offset, text in enumerate(line[: len(heads)]):
            canvas.put(number, first + offset, Ink(text))
        canvas.merge(number, first + len(heads) - 1, number, width)
    if not headed:
        canvas.put(top, left, Ink("家庭成员"))
        if choice.inner_list == "merged":
            canvas.merge(top, left, top + len(kin), left)
    return top + len(kin)
