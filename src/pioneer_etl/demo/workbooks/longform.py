"""Long tables: a row an item, each naming its record, the item and what it comes to (村名｜指标｜单位｜本年｜上年)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pioneer_etl.contract.address import Position
from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.workbooks.form import Column, Looks, Written, looks
from pioneer_etl.demo.workbooks.hand import Clerk
from pioneer_etl.demo.workbooks.page import Content, Page


@dataclass(frozen=True, slots=True)
class LongForm:
    """How a long table looks.

    `heads` are the words over the columns, each with what stands below: "number", "name" (what `named_by` says of the
    record), "item", "unit", "figure" or "before".  `before` gives for an item's field the field whose figure stands
    beside it there (last year's).
    """

    named_by: Column
    items: tuple[Column, ...]
    heads: tuple[tuple[str, str], ...]
    title: str = ""
    above: tuple[tuple[str, str], ...] = ()
    signature: tuple[str, ...] = ()
    before: Mapping[str, Column] = field(default_factory=dict)
    looks: Looks = field(default_factory=looks)


_WIDTHS = {"number": 7, "name": 16, "item": 22, "unit": 8, "figure": 14, "before": 14}


def write_long(page: Page, form: LongForm, records: Sequence[Facts], clerk: Clerk) -> Written:
    """Write `form`; `Written.rows` are the first rows of the records."""
    written = Written()
    right = len(form.heads)
    row = 1
    page.span(row, 1, right, form.title, form.looks.title)
    page.heights[row] = 30
    row += 1
    for left_text, right_text in form.above:
        page.span(row, 1, 2, left_text, form.looks.line)
        page.span(row, 3, right, right_text or None, form.looks.line.but(horizontal="right"))
        row += 1
    for column, (text, kind) in enumerate(form.heads, 1):
        page.put(row, column, text, form.looks.header)
        page.widths[column] = _WIDTHS[kind]
    page.freeze = (row + 1, 1)
    page.repeated = (row, row)
    number = 0
    for index, facts in enumerate(records):
        assert form.named_by.field is not None
        assert form.named_by.write is not None
        name = form.named_by.write(facts[form.named_by.field], facts, clerk)
        written.rows.append(row + 1)
        for item in form.items:
            row += 1
            number += 1
            _row(page, form, (row, number), name, item, (index, facts), clerk, written)
    for line in form.signature:
        row += 1
        page.span(row, 1, right, line, form.looks.line)
    return written


def _row(
    page: Page,
    form: LongForm,
    at: tuple[int, int],
    name: Content,
    item: Column,
    record: tuple[int, Facts],
    clerk: Clerk,
    written: Written,
) -> None:
    row, number = at
    index, facts = record
    shown: dict[str, Column | None] = {"figure": item, "before": form.before.get(item.field or "")}
    for column, (_, kind) in enumerate(form.heads, 1):
        content: Content = {"number": number, "name": name, "item": "/".join(item.path), "unit": item.unit or None}.get(
            kind
        )
        told = shown.get(kind)
        if told is not None and told.field is not None and told.write is not None:
            content = told.write(facts[told.field], facts, clerk)
            written.facts[index, told.field] = Position(row, column).a1
        elif kind == "name" and form.named_by.field is not None:
            written.facts.setdefault((index, form.named_by.field), Position(row, column).a1)
        horizontal = "right" if kind in ("figure", "before") else "left" if kind == "item" else "center"
        page.put(row, column, content, form.looks.body.but(horizontal=horizontal))
