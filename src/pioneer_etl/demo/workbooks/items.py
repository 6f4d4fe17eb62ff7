"""Forms with items down the page: one record in a column of figures, or records side by side across it (transposed).

An item is a `Column` turned by a quarter: its path labels a row, its field is what the figure says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pioneer_etl.contract.address import Position
from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.workbooks.form import Column, Looks, Written, added, looks
from pioneer_etl.demo.workbooks.hand import Clerk
from pioneer_etl.demo.workbooks.page import Content, Look, Page


@dataclass(frozen=True, slots=True)
class ItemForm:
    """How a form with items down the page looks.

    `heads` are the words over the columns, each with what stands below: "number", "code", "item" (as many columns as
    the items' paths are deep), "unit", "figure" (a column a record) or "remark".  `nested` prints inner items in a
    column of their own, their outer label merged beside them; otherwise the labels of a path are `joined` in one cell.
    A figure's head is its own text, or with `named_by` what that field says (a village).
    """

    items: tuple[Column, ...]
    heads: tuple[tuple[str, str], ...]
    title: str = ""
    above: tuple[tuple[str, str], ...] = ()
    below: tuple[str, ...] = ()
    looks: Looks = field(default_factory=looks)
    nested: bool = False
    joined: str = ""
    named_by: Column | None = None
    total: str = ""  # the head of a column of sums behind the records
    top: int = 1
    left: int = 1
    widths: tuple[tuple[str, float], ...] = (
        ("number", 6),
        ("code", 6),
        ("item", 16),
        ("unit", 8),
        ("figure", 13),
        ("remark", 14),
    )


def write_items(page: Page, form: ItemForm, records: Sequence[Facts], clerk: Clerk) -> tuple[Written, int]:
    """Write `form` with a column a record; where its records stand (`Written.rows` are their columns), and the first
    row below it."""
    return _Writer(page, form, clerk, Written()).write(records)


@dataclass(slots=True)
class _Writer:
    page: Page
    form: ItemForm
    clerk: Clerk
    written: Written

    def write(self, records: Sequence[Facts]) -> tuple[Written, int]:
        form, page = self.form, self.page
        layout = self._layout(len(records))
        right = max(column for columns in layout.values() for column in columns)
        row = form.top
        if form.title:
            page.span(row, form.left, right, form.title, form.looks.title)
            page.heights[row] = 30
            row += 1
        for left_text, right_text in form.above:
            middle = form.left + (right - form.left) // 2 if right_text else right
            if left_text:
                page.span(row, form.left, middle, left_text, form.looks.line)
            if right_text:
                page.span(row, middle + 1 if left_text else form.left, right, right_text, form.looks.line)
            row += 1
        self._heads(row, layout, records)
        row += 1
        first = row
        number = 0
        for item in form.items:
            number += bool(item.field)
            self._item(row, item, number, layout, records)
            page.heights[row] = 20
            row += 1
        if form.nested:
            self._merge_labels(first, layout["item"])
        for text in form.below:
            page.span(row, form.left, right, text, form.looks.note)
            row += 1
        return self.written, row

    def _layout(self, records: int) -> dict[str, list[int]]:
        """The columns of the sheet by what stands in them."""
        depth = max(len(item.path) for item in self.form.items) if self.form.nested else 1
        widths = dict(self.form.widths)
        found: dict[str, list[int]] = {}
        column = self.form.left
        for _, kind in self.form.heads:
            count = {"item": depth, "figure": records + bool(self.form.total)}.get(kind, 1)
            found[kind] = list(range(column, column + count))
            for each in found[kind]:
                self.page.widths[each] = max(widths[kind], self.page.widths.get(each, 0))
            column += count
        return found

    def _heads(self, row: int, layout: dict[str, list[int]], records: Sequence[Facts]) -> None:
        form, page = self.form, self.page
        for text, kind in form.heads:
            columns = layout[kind]
            if kind == "item":
                page.span(row, columns[0], columns[-1], text, form.looks.header)
            elif kind == "figure" and form.named_by is not None:
                name = form.named_by
                assert name.field is not None
                assert name.write is not None
                for index, (column, facts) in enumerate(zip(columns, records, strict=False)):
                    page.put(row, column, name.write(facts[name.field], facts, self.clerk), form.looks.header)
                    self.written.facts[index, name.field] = Position(row, column).a1
                if form.total:
                    page.put(row, columns[-1], form.total, form.looks.header)
            else:
                page.put(row, columns[0], text, form.looks.header)
        page.heights[row] = 26
        self.written.rows.extend(layout["figure"][: len(records)])

    def _item(
        self, row: int, item: Column, number: int, layout: dict[str, list[int]], records: Sequence[Facts]
    ) -> None:
        form, page = self.form, self.page
        body = form.looks.body
        for _, kind in form.heads:
            columns = layout[kind]
            if kind == "number":
                page.put(row, columns[0], number if item.field else None, body.but(horizontal="center"))
            elif kind == "code":
                page.put(row, columns[0], item.code or None, body.but(horizontal="center", number_format="@"))
            elif kind == "item":
                self._label(row, item, columns)
            elif kind == "unit":
                page.put(row, columns[0], item.unit or None, body.but(horizontal="center"))
            elif kind == "figure":
                self._figures(row, item, columns, records)
            else:
                page.put(row, columns[0], None, body)

    def _label(self, row: int, item: Column, columns: Sequence[int]) -> None:
        form = self.form
        look = form.looks.body.but(horizontal="left", wrap=True, bold=not item.field)
        if not form.nested:
            self.page.put(row, columns[0], form.joined.join(item.path), look)
            return
        for at, text in enumerate(item.path[:-1]):
            self.page.put(row, columns[at], text, look)
        self.page.span(row, columns[len(item.path) - 1], columns[-1], item.path[-1], look)

    def _figures(self, row: int, item: Column, columns: Sequence[int], records: Sequence[Facts]) -> None:
        look = self.form.looks.body.but(horizontal=item.horizontal, number_format=item.format, wrap=True)
        for index, (column, facts) in enumerate(zip(columns, records, strict=False)):
            content: Content = None
            if item.field is not None and item.write is not None:
                content = item.write(facts[item.field], facts, self.clerk)
                self.written.facts[index, item.field] = Position(row, column).a1
            self.page.put(row, column, content, look)
        if self.form.total:
            self._total(row, item, columns[-1], records, look)

    def _total(self, row: int, item: Column, column: int, records: Sequence[Facts], look: Look) -> None:
        content: Content = None
        if item.summed and item.field is not None and item.write is not None:
            whole = added([facts[item.field] for facts in records])
            content = item.write(whole, {item.field: whole}, replace(self.clerk, steady=True))
            self.written.totals[self.form.total, item.field] = Position(row, column).a1
        self.page.put(row, column, content, look)

    def _merge_labels(self, first: int, columns: Sequence[int]) -> None:
        """Outer labels that neighbours share stand once, merged over them."""
        items = self.form.items
        for at in range(len(columns) - 1):
            start = 0
            while start < len(items):
                end = start
                path = items[start].path
                while len(path) > at + 1 and end + 1 < len(items) and items[end + 1].path[: at + 1] == path[: at + 1]:
                    end += 1
                if len(path) > at + 1 and end > start and len(items[end].path) > at + 1:
                    for row in range(first + start + 1, first + end + 1):
                        self.page.put(row, columns[at], None, self.page.cells[row, columns[at]].look)
                    self.page.merges.append((first + start, columns[at], first + end, columns[at]))
                start = end + 1
