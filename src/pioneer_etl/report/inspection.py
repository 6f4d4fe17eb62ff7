"""How a sheet was understood, for `pioneer inspect`: what both renderings (terminal, page) start from.

`terminal_view` and `html_page` show every sheet of a file with the role of each cell in colour, the
header tree with the field each column was taken for, and what is doubtful; `explain_cell` tells the
rules behind one cell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pioneer_etl.contract.address import Position, column_letters
from pioneer_etl.contract.catalogue import Language, message
from pioneer_etl.contract.errors import FileRefused
from pioneer_etl.contract.masking import mask, mask_id, mask_name, mask_phone
from pioneer_etl.contract.model import Field
from pioneer_etl.match.model import ColumnMatch, MatchedTable, SheetMatch
from pioneer_etl.table.model import HeaderColumn, Role, Table, TableKind, TableRow
from pioneer_etl.workbook.model import CellError, NoResult, Scalar

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pioneer_etl.contract.contracts import Contracts
    from pioneer_etl.match.unpivot import Unpivoted
    from pioneer_etl.transform.model import ParseValue

_ID: Final = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15})(?!\d)")
_PHONE: Final = re.compile(r"(?<!\d)1\d{10}(?!\d)")
_NUMBER: Final = re.compile(r"\s*[-+]?\s?\d[\d,， ]*(?:[.．]\d+)?\s*[%％]?\s*")
_SIGNED: Final = re.compile(r"((?:人|长|会计|书记|主任|出纳|姓名|签字|签名)\s*[:：]\s*)([一-龥·]{2,4})(?![一-龥])")
# Headings of tables that belong to no dataset whose contract could say what is personal.
_HEADS: Final[Mapping[str, re.Pattern[str]]] = {
    "name": re.compile(r"姓名$|^(?:户主|联系人|负责人|经办人|法人|法定代表人)"),
    "id": re.compile(r"身份证|证件号"),
    "phone": re.compile(r"电话|手机|联系方式"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """How a role is shown: a rich style, and background and text colour for the page."""

    style: str
    background: str
    colour: str = "#1f2328"


LOOKS: Mapping[Role, Look] = {
    Role.TITLE: Look("bold white on dark_magenta", "#e5d4f1"),
    Role.UNIT: Look("black on plum2", "#f7dcef"),
    Role.HEADER: Look("black on sky_blue2", "#cfe3f7"),
    Role.COLUMN_INDEX: Look("black on light_steel_blue1", "#e3eaf2"),
    Role.REPEATED_HEADER: Look("black on steel_blue1", "#b9d3ec"),
    Role.ROW_LABEL: Look("black on pale_green1", "#d8f0d3"),
    Role.GROUP: Look("bold black on dark_sea_green2", "#b4dab6"),
    Role.VALUE: Look("", "#ffffff"),
    Role.SUBTOTAL: Look("black on khaki1", "#fbf0c4"),
    Role.TOTAL: Look("bold black on gold1", "#f6dd8a"),
    Role.NOTE: Look("italic grey62", "#efefec", "#57606a"),
    Role.SIGNATURE: Look("black on misty_rose1", "#f9e0db"),
    Role.LOOKUP: Look("black on grey70", "#dcdcdc"),
    Role.UNACCOUNTED: Look("bold white on red3", "#cf3f36", "#ffffff"),
}


@dataclass(frozen=True, slots=True)
class InspectedFile:
    """One file for a page: how its sheets were understood, or why it was refused."""

    name: str
    matches: Sequence[SheetMatch] = ()
    refusal: FileRefused | None = None


def say(name: str, language: Language, **arguments: object) -> str:
    """A text of the inspection (catalogue code `inspect.NAME`)."""
    return message(f"inspect.{name}", arguments, language)


def role_words(role: Role, language: Language) -> str:
    """A role's name in both languages, that of the reader first: 表头 header."""
    other: Language = "en" if language == "zh" else "zh"
    return f"{say(f'role.{role.value}', language)} {say(f'role.{role.value}', other)}"


def terminal_view(file: str, matches: Sequence[SheetMatch], language: Language = "zh") -> RenderableType:
    """All the sheets of a file for a terminal; wide sheets in blocks of columns, long ones shortened."""
    from pioneer_etl.report.inspection_terminal import view

    return view(file, matches, language)


def html_page(files: Sequence[InspectedFile], language: Language = "zh") -> str:
    """The same for one file or several as a self-contained page; a cell's title tells its role and the reasons."""
    from pioneer_etl.report.inspection_html import page

    return page(files, language)


def explain_cell(
    matches: Sequence[SheetMatch],
    sheet: str | None,
    position: Position,
    language: Language = "zh",
    contracts: Contracts | None = None,
    parse_value: ParseValue | None = None,
) -> RenderableType:
    """The role of one cell with its rules and evidence, its headings, row, and field.

    `sheet` is a sheet's name; None means the first with a table.  With the contracts it also tells what a value
    is read as.  Rich text; UsageError when there is no such sheet.
    """
    from pioneer_etl.report.inspection_explain import explanation

    return explanation(matches, sheet, position, language, contracts, parse_value)


def cell_text(value: Scalar | None) -> str:
    """What a raw cell shows, on one line."""
    if value is None:
        return ""
    if isinstance(value, CellError):
        return value.code
    if isinstance(value, NoResult):
        return f"={value.formula.lstrip('=')}"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return " ".join(str(value).split())


def without_people(text: str) -> str:
    """A text with telephones, ID numbers and the names behind 填表人：, 审核人： and the like masked."""
    text = _PHONE.sub(lambda found: mask_phone(found[0]), _ID.sub(lambda found: mask_id(found[0]), text))
    return _SIGNED.sub(lambda found: found[1] + mask_name(found[2]), text)


class Sight:
    """One sheet with what was made of it: texts masked where personal, roles, fields."""

    def __init__(self, match: SheetMatch) -> None:
        self.match = match
        self.reading = match.reading
        self.sheet = match.reading.sheet
        self.matched = {each.index: each for each in match.tables}
        self._personal: dict[tuple[int, int], str] = {}
        self._personal_cells: dict[Position, str] = {}
        self._rows: dict[int, Mapping[int, TableRow]] = {}
        for index, table in enumerate(self.reading.tables):
            matched = self.matched.get(index)
            if matched is None:
                self._guess_personal(index, table)
                continue
            for line in lines_of(matched).values():
                field = field_of(matched, line)
                if field is not None and field.personal is not None:
                    self._personal[index, line.line] = field.personal

    def _guess_personal(self, index: int, table: Table) -> None:
        lines = [(each.column, each.path) for each in (*table.label_columns, *table.columns)]
        if table.kind in (TableKind.TRANSPOSED, TableKind.FORM):
            lines = [(each.row, each.path) for each in table.rows]
        for pair in table.pairs:
            for personal, words in _HEADS.items():
                if pair.content is not None and words.search("".join(pair.path[-1].split())):
                    self._personal_cells[pair.content] = personal
        for line, path in lines:
            for personal, words in _HEADS.items():
                if any(words.search("".join(part.split())) for part in path):
                    self._personal[index, line] = personal

    @cached_property
    def width(self) -> int:
        """The last column that carries something."""
        return self.sheet.width

    @cached_property
    def height(self) -> int:
        """The last row that carries something."""
        return next((row for row in range(self.sheet.height, 0, -1) if self.is_filled(row)), 0)

    @cached_property
    def counts(self) -> Mapping[Role, int]:
        """How many cells have each role, in the order of the legend."""
        found = Counter(mark.role for mark in self.reading.roles.values())
        return {role: found[role] for role in LOOKS if found[role]}

    def is_filled(self, row: int) -> bool:
        """Whether a row carries anything."""
        return any(value is not None and value != "" for value in self.sheet.rows[row - 1])

    def table(self, index: int) -> Table:
        """A table as it was matched, or else as it was read."""
        matched = self.matched.get(index)
        return self.reading.tables[index] if matched is None else matched.table

    def row(self, index: int, row: int) -> TableRow | None:
        """A row of a table's body."""
        if index not in self._rows:
            self._rows[index] = {each.row: each for each in self.table(index).rows}
        return self._rows[index].get(row)

    def role(self, position: Position) -> Role | None:
        mark = self.reading.roles.get(position)
        return None if mark is None else mark.role

    def text(self, position: Position) -> str:
        """What a cell shows, personal data masked."""
        text = cell_text(self.sheet.at(*position))
        mark = self.reading.roles.get(position)
        if not text or mark is None:
            return text
        if position in self._personal_cells:
            return mask(text, self._personal_cells[position])
        if mark.table is not None and self._holds_value(mark.table, mark.role, position):
            personal = self._personal.get((mark.table, self.line(mark.table, position)))
            if personal is not None:
                return mask(text, personal)
        return without_people(text)

    def _holds_value(self, index: int, role: Role, position: Position) -> bool:
        """Whether a cell says something of a record; where fields stand in rows, the cells right of the labels do."""
        listed = self.unpivoted(index)
        if listed is not None:
            said = listed.says.get(position)
            return said is not None and said.row not in listed.frame.table.header_rows
        if self.is_transposed(index):
            labels = max((each.column for each in self.table(index).label_columns), default=0)
            return self.table(index).range.holds(position) and position.column > labels
        return role in (Role.VALUE, Role.ROW_LABEL)

    def path(self, cells: Sequence[Position]) -> str:
        """The texts of label cells one after the other, personal data masked."""
        return " / ".join(text for cell in cells if (text := self.text(cell)))

    def is_transposed(self, index: int) -> bool:
        """Whether the fields of a table stand in its rows."""
        return self.table(index).kind in (TableKind.TRANSPOSED, TableKind.FORM)

    def unpivoted(self, index: int) -> Unpivoted | None:
        """The list that a table was written out as, where it was."""
        matched = self.matched.get(index)
        return matched.unpivoted[1] if matched is not None and matched.unpivoted is not None else None

    def line(self, index: int, position: Position) -> int:
        """The line that a cell is on: its column, or its row where the fields stand in rows.

        In a table written out as a list it is the list's column, 0 for a cell that says nothing there.
        """
        listed = self.unpivoted(index)
        if listed is not None:
            return listed.says[position].column if position in listed.says else 0
        return position.row if self.is_transposed(index) else position.column

    def match_at(self, index: int, position: Position) -> ColumnMatch | None:
        """What the line of a cell was taken for."""
        return lines_of(self.matched.get(index)).get(self.line(index, position))

    def table_at(self, position: Position) -> int | None:
        """The index of the table that a cell belongs to or lies in."""
        mark = self.reading.roles.get(position)
        if mark is not None and mark.table is not None:
            return mark.table
        return next((i for i, each in enumerate(self.reading.tables) if each.range.holds(position)), None)

    def headings(self, index: int) -> list[tuple[str, Sequence[HeaderColumn]]]:
        """The headings of a table under what they are: label columns and value columns, or fields down the side."""
        table, matched = self.table(index), self.matched.get(index)
        listed = self.unpivoted(index)
        if listed is not None:
            columns = [
                HeaderColumn(each.line, each.path, tuple(listed.at(cell) for cell in each.cells), each.unit)
                for each in lines_of(matched).values()
            ]
            return [("listed", columns)]
        if matched is not None and self.is_transposed(index):
            lines = [HeaderColumn(each.line, each.path, each.cells, each.unit) for each in matched.lines]
            return [("fields_down", lines)]
        if self.is_transposed(index):
            rows = [HeaderColumn(each.row, each.path, each.cells) for each in table.rows if each.path]
            if table.kind is TableKind.TRANSPOSED:  # the row over the records is a field too
                heads = [each for each in table.label_columns if each.cells]
                rows = [HeaderColumn(each.cells[-1].row, each.path, each.cells) for each in heads] + rows
            return [("fields_down", rows)]
        named = [("label_columns", table.label_columns), ("columns", table.columns)]
        return [(name, columns) for name, columns in named if columns]

    def marker(self, index: int, line: int, last: int | None = None) -> str:
        """How a heading's column (where fields stand in rows: its row) is called; columns up to `last`: A–D."""
        listed = self.unpivoted(index)
        if listed is not None:
            heads = lines_of(self.matched[index])[line].cells
            return listed.at(heads[-1]).a1 if heads else str(line)
        name = str(line) if self.is_transposed(index) else column_letters(line)
        return name if last is None else f"{name}–{self.marker(index, last)}"

    def is_number(self, position: Position) -> bool:
        """Whether a cell holds a number, or a text that is one."""
        value = self.sheet.at(*position)
        if isinstance(value, str):
            return _NUMBER.fullmatch(value) is not None
        return isinstance(value, (int, float)) and not isinstance(value, bool)


def field_of(matched: MatchedTable | None, line: ColumnMatch | None) -> Field | None:
    """The field that a line was taken for."""
    if matched is None or line is None or line.field is None:
        return None
    return next((each for each in matched.dataset.fields if each.name == line.field), None)


def lines_of(matched: MatchedTable | None) -> Mapping[int, ColumnMatch]:
    """The matches of a table by column (where fields stand in rows: by row; of a list written out: by its column)."""
    if matched is None:
        return {}
    lines = matched.unpivoted[0].lines if matched.unpivoted is not None else matched.lines
    return {each.line: each for each in lines}
