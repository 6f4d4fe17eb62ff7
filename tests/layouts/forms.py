"""A form: one village, its items below each other (序号｜项目｜计量单位｜数量)."""

from __future__ import annotations

from random import Random

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Field, FieldType
from tests.layouts.canvas import Canvas, Ink
from tests.layouts.choice import LayoutChoice
from tests.layouts.spelling import spell, unit_of
from tests.layouts.truth import Sample, Truth

_PARTS = ("income_operating", "income_contracting", "income_investment", "income_subsidy", "income_other")


def form_table(record: Truth, sample: Sample, choice: LayoutChoice, contracts: Contracts) -> Canvas:
    """The form of one record, from its own (1, 1)."""
    rng = Random(f"form {choice.seed}")
    canvas = Canvas()
    coded = 100 if choice.seed % 3 == 0 else 0  # three-digit codes as in 101, 102
    codes = iter(sorted(rng.sample(range(101, 400), len(sample.dataset.fields)))) if choice.renumbered else None
    headings = rng.choice((0, 3, 5)) if choice.renumbered else 0  # every so many items one that only heads the next
    numbered, unit_column = (
        choice.serial or choice.renumbered,
        choice.unit_in in ("row", "header") and choice.seed % 2 == 0,
    )
    coded = coded or (100 if choice.renumbered else 0)
    item = "填表项目" if coded else "项目"
    heads = ["编号" if coded else "序号"] if numbered else []
    heads += [item, "计量单位"] if unit_column else [item]
    heads.append(rng.choice(("数量", "内容", "数值")))
    for place, head in enumerate(heads, 1):
        canvas.put(1, place, Ink(head, bold=choice.styled, bordered=choice.styled))
    row = 2
    for number, field in enumerate(sample.dataset.fields):
        if headings and number and number % headings == 0 and field.name not in _PARTS[1:]:
            canvas.put(row, 2, Ink(f"{'一二三四五六七八九'[number // headings - 1]}、其他情况"))
            row += 1
        label = _label(field, choice, rng, unit_column=unit_column)
        cells: list[Ink | None] = [Ink(next(codes) if codes else coded + row - 1)] if numbered else []
        cells.append(Ink(label, indent=1 if field.name in _PARTS and choice.depth == 2 else 0))
        if unit_column:
            unit = unit_of(field, choice)
            cells.append(Ink(unit) if unit else None)
        cells.append(spell(record[field.name], field, choice, contracts, rng, sample.township))
        for place, ink in enumerate(cells, 1):
            canvas.put(row, place, ink)
        row += 1
    return canvas


def _label(field: Field, choice: LayoutChoice, rng: Random, *, unit_column: bool) -> str:
    label = field.label.zh
    if choice.depth == 2 and field.name in _PARTS:
        label = f"其中：{label}" if field.name == _PARTS[0] else f"　　　{label}"
    unit = unit_of(field, choice)
    stated = choice.unit_in in ("line", "title", "line_end", "cell")
    if unit and not unit_column and not stated and field.type is not FieldType.PERCENT:
        label += rng.choice(("（{}）", "({})")).format(unit)
    return label
