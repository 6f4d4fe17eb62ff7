"""One form on a page: title, header tree, records in groups, totals, notes, signature.

While a form is written, the page's origins are kept: which cell says which fact.  A test holds the warehouse's
lineage against them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from pioneer_etl.contract.address import Position
from pioneer_etl.demo.made.facts import Fact, Facts, Missing
from pioneer_etl.demo.workbooks.hand import Clerk, Write
from pioneer_etl.demo.workbooks.page import Content, Look, Page


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading from the outermost part to the nearest, the field it shows, how it is written.

    `summed` columns are added up in totals.  `number` marks the row's number (序号), `helper` a formula over the row
    (`{row}` stands for its number) whose saved result is `helper_result`.  `merged` columns show a value once for
    equal neighbours: merged over the rows, or left empty below when `merged` is "carried".  An `aside` column tells
    something about the field that is no fact of the record (a village's working area).
    """

    path: tuple[str, ...]
    field: str | None = None
    write: Write | None = None
    width: float = 10
    summed: bool = False
    number: bool = False
    helper: str = ""
    helper_result: Content = 0
    merged: str = ""
    aside: bool = False
    horizontal: str = "center"
    format: str = "General"
    label: bool = False  # where the words 合计 and 小计 stand
    hidden: bool = False
    unit: str = ""  # as the form's own column of units says it
    code: str = ""  # the item's number on the form


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks of one township's forms."""

    title: Look
    line: Look
    header: Look
    body: Look
    total: Look
    note: Look


def looks(
    font: str = "宋体", size: int = 11, heading: str = "黑体", fill: str | None = None, title_size: int = 18
) -> Looks:
    """A set of looks that go together."""
    body = Look(font=font, size=size)
    return Looks(
        title=Look(font=heading, size=title_size, bold=True, horizontal="center"),
        line=body,
        header=body.but(bold=True, horizontal="center", border=True, wrap=True, fill=fill),
        body=body.but(border=True),
        total=body.but(bold=True, border=True),
        note=body.but(size=size - 1, horizontal="left", wrap=True),
    )


@dataclass(frozen=True, slots=True)
class Form:
    """How one dataset's form looks in one format."""

    columns: tuple[Column, ...]
    title: str = ""
    above: tuple[tuple[str, str], ...] = ()  # lines between title and header: text at the left, text at the right
    looks: Looks = field(default_factory=looks)
    index_row: tuple[str, ...] = ()  # 甲 乙 1 2 3 …
    total: str = ""  # "first", "last" or none
    total_word: str = "合　计"
    subtotal: str = ""  # "first" or "last" in its group
    subtotal_word: str = "小计"  # with {group} in it the group has no row of its own
    group: Callable[[Facts], str] | None = None  # a row of its own for each group
    notes: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()  # each text is one merged cell across the sheet
    top: int = 1
    left: int = 1
    spacer_after: tuple[int, ...] = ()  # an empty row after these records
    trailing_rows: int = 0  # empty rows that only have a format
    hidden_records: tuple[int, ...] = ()  # rows that a filter hid
    freeze: bool = True
    misprints: Mapping[str, int | Decimal] = field(default_factory=dict)  # field → what its total is printed too high
    plain_heads: bool = False  # heads go on from row to row, nothing merged
    notes_inside: Mapping[int, str] = field(default_factory=dict)  # a line of words before the record of that number
    page_rows: int = 0  # after so many records a page ends: the next begins with `continued` and the header again
    continued: str = ""


@dataclass(slots=True)
class Written:
    """Where a form put what: rows of records, cells of facts by record and field, of totals by label and field."""

    rows: list[int] = field(default_factory=list)
    facts: dict[tuple[int, str], str] = field(default_factory=dict)
    totals: dict[tuple[str, str], str] = field(default_factory=dict)


def write_form(page: Page, form: Form, records: Sequence[Facts], clerk: Clerk, *, first_number: int = 1) -> Written:
    """Write `form` with `records` on `page`, from its top left cell down; records are numbered from `first_number`."""
    writer = FormWriter(page, form, clerk, Written(), first_number - 1)
    row = writer.head()
    row = writer.body(records, row)
    writer.merge_equal()
    writer.tail(row)
    for offset, column in enumerate(form.columns):
        page.widths[form.left + offset] = column.width
        if column.hidden:
            page.hidden_columns.add(form.left + offset)
    return writer.written


@dataclass(slots=True)
class FormWriter:
    """Writes one form part by part: its head, its rows, its tail."""

    page: Page
    form: Form
    clerk: Clerk
    written: Written
    number: int = 0
    looks: list[Look] = field(default_factory=list)  # of the body's columns, from the first record on

    @property
    def right(self) -> int:
        return self.form.left + len(self.form.columns) - 1

    def head(self) -> int:
        """Title, lines, header tree and column index row; the first row of the body."""
        form, page, row = self.form, self.page, self.form.top
        if form.title:
            page.span(row, form.left, self.right, form.title, form.looks.title)
            page.heights[row] = 32
            row += 1
        for left_text, right_text in form.above:
            if left_text and right_text and len(form.columns) == 2:  # no room side by side
                left_text, right_text = f"{left_text}　　{right_text}", ""
            middle = min(form.left + len(form.columns) // 2, self.right - 1)
            if left_text:
                page.span(row, form.left, middle if right_text else self.right, left_text, form.looks.line)
            if right_text:
                look = form.looks.line.but(horizontal="right")
                page.span(row, middle + 1 if left_text else form.left, self.right, right_text, look)
            row += 1
        row = self._header(row)
        for offset, mark in enumerate(form.index_row):
            content: Content = int(mark) if mark.isdigit() else mark
            page.put(row, form.left + offset, content, form.looks.header.but(bold=False, wrap=False))
        row += bool(form.index_row)
        if form.freeze:
            labels = [offset for offset, column in enumerate(form.columns) if column.label]
            page.freeze = (row, form.left + (labels[0] if labels else 0) + 1)
        return row

    def _header(self, top: int) -> int:
        """The header tree: equal neighbours under one parent are merged across, leaves down to the last row."""
        columns = self.form.columns
        depth = max(len(column.path) for column in columns)
        for row in range(top, top + depth):
            self.page.heights[row] = 30 if depth == 1 else 24
        self.page.repeated = (top, top + depth - 1)
        self.page.row_height = 18
        if self.form.plain_heads:
            return self._plain_heads(top, depth)

        def level(first: int, last: int, at: int) -> None:
            while first <= last:
                path = columns[first].path
                end = first
                if len(path) > at + 1:
                    while end < last and columns[end + 1].path[: at + 1] == path[: at + 1]:
                        end += 1
                down = 1 if len(path) > at + 1 else depth - at
                left, right = self.form.left + first, self.form.left + end
                self.page.span(top + at, left, right, path[at] or None, self.form.looks.header, down=down)
                if len(path) > at + 1:
                    level(first, end, at + 1)
                first = end + 1

        level(0, len(columns) - 1, 0)
        return top + depth

    def _plain_heads(self, top: int, depth: int) -> int:
        """A header without merges: each part of a path stands in a row of its own."""
        for offset, column in enumerate(self.form.columns):
            for at in range(depth):
                content = column.path[at] if at < len(column.path) else None
                self.page.put(top + at, self.form.left + offset, content or None, self.form.looks.header)
        return top + depth

    def body(self, records: Sequence[Facts], row: int) -> int:
        """The records with their group rows and totals; the first row after them."""
        form = self.form
        everything = list(range(len(records)))
        if form.total == "first":
            row = self.total(form.total_word, everything, records, row)
        for label, members in self._groups(records):
            word = form.subtotal_word.format(group=label)
            if label and "{group}" not in form.subtotal_word:
                self.page.span(row, form.left, self.right, label, form.looks.total.but(horizontal="left"))
                row += 1
            if form.subtotal == "first":
                row = self.total(word, members, records, row, group=label)
            for index in members:
                if index in form.notes_inside:
                    look = form.looks.note.but(border=True)
                    self.page.span(row, form.left, self.right, form.notes_inside[index], look)
                    row += 1
                row = self.record(index, records[index], row)
                if index + 1 in form.spacer_after:
                    row += 1
                if form.page_rows and (index + 1) % form.page_rows == 0 and index + 1 < len(records):
                    row = self._next_page(row)
            if form.subtotal == "last":
                row = self.total(word, members, records, row, group=label)
        if form.total == "last":
            row = self.total(form.total_word, everything, records, row)
        return row

    def _next_page(self, row: int) -> int:
        """A page ends: a line that says so, and the header once more."""
        self.page.breaks.append(row - 1)
        if self.form.continued:
            look = self.form.looks.line.but(horizontal="right")
            self.page.span(row, self.form.left, self.right, self.form.continued, look)
            row += 1
        row = self._header(row)
        self.page.repeated = None
        return row

    def _groups(self, records: Sequence[Facts]) -> list[tuple[str, list[int]]]:
        if self.form.group is None:
            return [("", list(range(len(records))))]
        groups: dict[str, list[int]] = {}
        for index, facts in enumerate(records):
            groups.setdefault(self.form.group(facts), []).append(index)
        return list(groups.items())

    def record(self, index: int, facts: Facts, row: int) -> int:
        """A record's row; the row after it."""
        form, page, written = self.form, self.page, self.written
        self.number += 1
        written.rows.append(row)
        if not self.looks:
            body = form.looks.body
            self.looks = [body.but(horizontal=each.horizontal, number_format=each.format) for each in form.columns]
        for place, (column, look) in enumerate(zip(form.columns, self.looks, strict=True), form.left):
            if column.number:
                page.put(row, place, self.number, look)
            elif column.helper:
                page.put(row, place, column.helper_result, look, formula=column.helper.format(row=row))
            elif column.field is not None and column.write is not None:
                content = column.write(facts[column.field], facts, self.clerk)
                page.put(row, place, content, look)
                if not column.aside and (content is not None or (index, column.field) not in written.facts):
                    written.facts[index, column.field] = Position(row, place).a1
            else:
                page.put(row, place, None, look)
        if index in form.hidden_records:
            page.hidden_rows.add(row)
        return row + 1

    def total(self, word: str, members: Sequence[int], records: Sequence[Facts], row: int, group: str = "") -> int:
        """A row of sums over `members` of the records, `word` being its label; the row after it."""
        form = self.form
        for offset, column in enumerate(form.columns):
            place = form.left + offset
            look = form.looks.total.but(horizontal=column.horizontal, number_format=column.format)
            content: Content = None
            if column.label:
                content = word
            elif column.summed and column.field is not None and column.write is not None:
                whole = added([records[index][column.field] for index in members])
                slip = form.misprints.get(column.field)
                if slip is not None and isinstance(whole, (int, Decimal)):
                    whole = whole + slip
                content = column.write(whole, {column.field: whole}, replace(self.clerk, steady=True))
                self.written.totals[group or word, column.field] = Position(row, place).a1
            self.page.put(row, place, content, look)
        return row + 1

    def merge_equal(self) -> None:
        """Show equal neighbours once in the columns that want it; the facts then come from the first cell."""
        rows = self.written.rows
        for offset, column in enumerate(self.form.columns):
            place, first = self.form.left + offset, 0
            while column.merged and first < len(rows):
                last = first
                while (
                    last + 1 < len(rows)
                    and rows[last + 1] == rows[last] + 1
                    and self.page.cells[rows[last + 1], place].content == self.page.cells[rows[first], place].content
                ):
                    last += 1
                self._show_once(column, place, first, last)
                first = last + 1

    def _show_once(self, column: Column, place: int, first: int, last: int) -> None:
        rows = self.written.rows
        kept = self.page.cells[rows[first], place]
        for index in range(first + 1, last + 1):
            self.page.put(rows[index], place, None, kept.look)
            if column.field is not None and not column.aside:
                self.written.facts[index, column.field] = Position(rows[first], place).a1
        if column.merged == "merged" and last > first:
            self.page.merges.append((rows[first], place, rows[last], place))

    def tail(self, row: int) -> None:
        """Notes, signature, and what else stands below."""
        form, page = self.form, self.page
        for note in form.notes:
            page.span(row, form.left, self.right, note, form.looks.note)
            page.heights[row] = 15 * (1 + len(note) // 60)
            row += 1
        for line in form.signature:
            page.span(row, form.left, self.right, line, form.looks.line)
            if form.looks.line.wrap:
                room = sum(column.width for column in form.columns) / 2  # a Chinese character is two wide
                page.heights[row] = 15 * (1 + len(line) // room)
            row += 1
        for _ in range(form.trailing_rows):
            for offset in range(len(form.columns)):
                page.put(row, form.left + offset, None, form.looks.body)
            row += 1


def added(facts: Sequence[Fact]) -> Fact:
    """The sum of what is a number; Missing.BLANK when nothing is."""
    numbers = [fact for fact in facts if isinstance(fact, (int, Decimal)) and not isinstance(fact, bool)]
    if not numbers:
        return Missing.BLANK
    total = sum(numbers, Decimal(0))
    return int(total) if all(isinstance(number, int) for number in numbers) else total
