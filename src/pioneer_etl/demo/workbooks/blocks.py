"""Lists printed in blocks side by side (序号 姓名 … ｜ 序号 姓名 …), filled down the first block, then the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.workbooks.form import Form, Written, write_form
from pioneer_etl.demo.workbooks.hand import Clerk
from pioneer_etl.demo.workbooks.page import Page


def write_blocks(
    page: Page, form: Form, records: Sequence[Facts], clerk: Clerk, count: int = 2
) -> tuple[list[tuple[tuple[Facts, ...], Written]], int]:
    """Write `form` in `count` blocks; the records of each with where they stand, and the first row below.

    Title, lines and signature stand over and under all blocks.
    """
    width = len(form.columns)
    right = form.left + count * width - 1
    row = form.top
    if form.title:
        page.span(row, form.left, right, form.title, form.looks.title)
        page.heights[row] = 32
        row += 1
    for left_text, right_text in form.above:
        middle = form.left + width - 1 if right_text else right
        page.span(row, form.left, middle, left_text, form.looks.line)
        if right_text:
            page.span(row, middle + 1, right, right_text, form.looks.line.but(horizontal="right"))
        row += 1
    share = -(-len(records) // count)
    found = []
    for number in range(count):
        part = tuple(records[number * share : (number + 1) * share])
        block = replace(
            form, title="", above=(), notes=(), signature=(), top=row, left=form.left + number * width, freeze=False
        )
        found.append((part, write_form(page, block, part, clerk, first_number=number * share + 1)))
    below = page.height + 1
    for line in (*form.notes, *form.signature):
        page.span(below, form.left, right, line, form.looks.line)
        below += 1
    return found, below
