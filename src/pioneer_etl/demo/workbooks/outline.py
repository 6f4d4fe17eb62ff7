"""Lists in levels: a township's parts as 一、 over （一） over 1., told apart by numbering and indent alone.

With sums the rows of the levels carry what stands below them, and no word says that they do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.workbooks.form import Form, FormWriter, Written
from pioneer_etl.demo.workbooks.hand import Clerk, spoken
from pioneer_etl.demo.workbooks.page import Page


@dataclass(frozen=True, slots=True)
class Level:
    """One level: what a record belongs to there, and what its members are counted in (村 gives 矾都片（21村）)."""

    of: Callable[[Facts], str]
    counted_in: str = ""


def write_outline(
    page: Page, form: Form, records: Sequence[Facts], clerk: Clerk, levels: Sequence[Level], *, summed: bool
) -> tuple[tuple[Facts, ...], Written]:
    """Write `form` with its records under `levels`, outermost first; the records in the order in which they stand."""
    writer = _OutlineWriter(page, form, clerk, Written())
    row = writer.head()
    ordered: list[Facts] = []
    row = writer.level(records, range(len(records)), row, tuple(levels), 0, summed, ordered)
    if form.total:
        row = writer.total(form.total_word, list(range(len(records))), records, row)
    writer.tail(row)
    for offset, column in enumerate(form.columns):
        page.widths[form.left + offset] = column.width
    return tuple(ordered), writer.written


class _OutlineWriter(FormWriter):
    def level(
        self,
        records: Sequence[Facts],
        members: Sequence[int],
        row: int,
        levels: tuple[Level, ...],
        depth: int,
        summed: bool,
        ordered: list[Facts],
    ) -> int:
        """The members under one heading, level by level; the first row after them."""
        if not levels:
            for number, index in enumerate(members, 1):
                row = self.record(len(ordered), records[index], row)
                self._number(row - 1, number if summed else 0, depth)
                ordered.append(records[index])
            return row
        groups: dict[str, list[int]] = {}
        for index in members:
            groups.setdefault(levels[0].of(records[index]), []).append(index)
        for number, (name, inner) in enumerate(groups.items(), 1):
            mark = f"{spoken(number)}、" if depth == 0 else f"　（{spoken(number)}）"
            counted = f"（{len(inner)}{levels[0].counted_in}）" if levels[0].counted_in else ""
            label = f"{mark}{name}{counted}"
            if summed:
                row = self.total(label, inner, records, row)
            else:
                look = self.form.looks.total.but(horizontal="left")
                self.page.span(row, self.form.left, self.right, label, look)
                row += 1
            row = self.level(records, inner, row, levels[1:], depth + 1, summed, ordered)
        return row

    def _number(self, row: int, number: int, depth: int) -> None:
        """Put a record's number and indent before its label."""
        for offset, column in enumerate(self.form.columns):
            place = self.form.left + offset
            cell = self.page.cells[row, place]
            if column.label and number and isinstance(cell.content, str):
                self.page.cells[row, place] = replace(cell, content=f"{'　' * depth}{number}.{cell.content.strip()}")


def by(groups: Mapping[str, str], field: str = "village") -> Callable[[Facts], str]:
    """What a record belongs to, by the value of one of its fields."""
    return lambda facts: groups[str(facts[field])]
