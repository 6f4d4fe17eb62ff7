"""Forms: one thing's fields down the page, as items with one figure each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pioneer_etl.contract.address import Range
from pioneer_etl.table.grid import TEXT, Grid
from pioneer_etl.table.model import HeaderColumn, Reason, RowRole, TableKind, TableRow
from pioneer_etl.table.rules.base import Rule, choose
from pioneer_etl.table.split import is_line
from pioneer_etl.table.words import (
    is_figure_head,
    is_item_head,
    is_number_head,
    is_remark_head,
    is_unit_head,
)


@dataclass(frozen=True)
class ItemForm:
    """A list as it was read, asked whether it is a form: items in rows, one figure each."""

    grid: Grid
    label_columns: Sequence[HeaderColumn]
    columns: Sequence[HeaderColumn]
    rows: Sequence[TableRow]

    @cached_property
    def figures(self) -> tuple[HeaderColumn, ...]:
        """The columns that hold figures: units and remarks left out."""
        heads = ((c, c.path[-1] if c.path else "") for c in self.columns)
        aside = (is_unit_head, is_remark_head, is_number_head)
        return tuple(c for c, head in heads if not any(test(head) for test in aside))

    @cached_property
    def names(self) -> tuple[HeaderColumn, ...]:
        """The label columns that name: running numbers, codes and units left out."""
        aside = (is_unit_head, is_number_head)
        return tuple(c for c in self.label_columns if not c.path or not any(test(c.path[-1]) for test in aside))

    @cached_property
    def labels(self) -> tuple[str, ...]:
        return tuple(row.path[-1] for row in self.rows if row.role is RowRole.DATA and row.path)


def form_of(form: ItemForm, rules: Sequence[Rule]) -> tuple[TableKind, tuple[Reason, ...]]:
    """List or form, as the form rules favour."""
    if len(form.figures) != 1:
        return TableKind.LIST, ()
    answer, reasons = choose(rules, form)
    return (TableKind(answer) if answer else TableKind.LIST), reasons


def item_form(grid: Grid, region: Range) -> tuple[int, int] | None:
    """The header row of a form whose heads say so (序号 项目 单位 数量), and how many of its columns label.

    One head names the items, one to its right their figures; all others only number, measure or remark.  The items'
    head may be merged over several columns: inner items (其中) stand in the second.
    """
    top = region.top
    while top < region.bottom and (not any(grid.rows[top - 1]) or is_line(grid, region, top)):
        top += 1
    line = grid.rows[top - 1][region.left - 1 : region.right]
    columns = [c for c, shape in enumerate(line, region.left) if shape]
    if top >= region.bottom or len(columns) < 2 or line.count(TEXT) < len(columns):
        return None
    heads = list(zip(columns, grid.texts(top, columns), strict=True))
    items = [c for c, head in heads if is_item_head(head)][:1]
    if not items:
        return None
    figures = [c for c, head in heads if is_figure_head(head) and c not in items]
    aside = (is_number_head, is_unit_head, is_remark_head)
    others = [head for c, head in heads if c not in items and c not in figures]
    if len(figures) != 1 or figures[0] < items[0]:
        return None
    if not all(any(test(head) for test in aside) for head in others):
        return None
    spans = {c: grid.span(top, c) for c, _ in heads}
    if any(span.height > 1 or (span.width > 1 and c != items[0]) for c, span in spans.items()):
        return None
    return top, spans[items[0]].right - region.left + 1
