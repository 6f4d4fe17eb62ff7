"""How a sheet was understood, for `pioneer inspect`: what both renderings (terminal, page) say.

`terminal_view` and `html_page` show every sheet of a file with the role of each cell in colour, the
header tree with the field each column was taken for, and what is doubtful; `explain_cell` tells the
rules behind one cell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from pioneer_etl.contract.address import Position, column_letters
from pioneer_etl.contract.catalogue import Language, message
from pioneer_etl.contract.masking import mask, mask_id, mask_phone
from pioneer_etl.contract.model import Field
from pioneer_etl.match.model import ColumnMatch, MatchedTable, MatchKind, SheetMatch
from pioneer_etl.report.model import words
from pioneer_etl.table.model import HeaderColumn, Reason, Role, TableKind
from pioneer_etl.workbook.model import CellError, NoResult, Scalar

if TYPE_CHECKING:
    from rich.console import RenderableType

_ID = re.compile(r"\d{17}[\dXx]|\d{15}")
_PHONE = re.compile(r"1\d{10}")


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
    Role.GROUP: Look("bold black on dark_sea_green2", "#bfe3c0"),
    Role.VALUE: Look("", "#ffffff"),
    Role.SUBTOTAL: Look("black on khaki1", "#fbf0c4"),
    Role.TOTAL: Look("bold black on gold1", "#f6dd8a"),
    Role.NOTE: Look("italic grey62", "#efefec", "#57606a"),
    Role.SIGNATURE: Look("black on misty_rose1", "#f9e0db"),
    Role.LOOKUP: Look("black on grey70", "#dcdcdc"),
    Role.UNACCOUNTED: Look("bold white on red3", "#e5534b", "#ffffff"),
}


def say(name: str, language: Language, **arguments: object) -> str:
    """A text of the inspection (catalogue code `inspect.NAME`)."""
    return message(f"inspect.{name}", arguments, language)


def role_words(role: Role, language: Language) -> str:
    return say(f"role.{role.value}", language)


def terminal_view(file: str, matches: Sequence[SheetMatch], language: Language = "zh") -> RenderableType:
    """All the sheets of a file for a terminal; wide sheets in blocks of columns, long ones shortened."""
    from pioneer_etl.report.inspection_terminal import view

    return view(file, matches, language)


def html_page(file: str, matches: Sequence[SheetMatch], language: Language = "zh") -> str:
    """The same as a self-contained page; a cell's title tells its role and the reasons."""
    from pioneer_etl.report.inspection_html import page

    return page(file, matches, language)


def explain_cell(
    matches: Sequence[SheetMatch], sheet: str | None, position: Position, language: Language = "zh"
) -> RenderableType:
    """The role of one cell with its rules and evidence, its headings, row, and field.

    `sheet` is a sheet's name; None means the first.  Rich text; a cell or sheet that is not there is told in words.
    """
    from pioneer_etl.report.inspection_terminal import explanation

    return explanation(matches, sheet, position, language)


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


class Sight:
    """One sheet with what was made of it: texts masked where personal, roles, fields."""

    def __init__(self, match: SheetMatch) -> None:
        self.match = match
        self.reading = match.reading
        self.sheet = match.reading.sheet
        self.matched = {each.index: each for each in match.tables}
        self._personal: dict[tuple[int, int], str] = {}
        for matched in match.tables:
            for line in matched.lines:
                field = _field(matched, line)
                if field is not None and field.personal is not None:
                    self._personal[matched.index, line.line] = field.personal

    @property
    def width(self) -> int:
        return max((position.column for position in self.reading.roles), default=self.sheet.width)

    @property
    def height(self) -> int:
        return max((position.row for position in self.reading.roles), default=self.sheet.height)

    def role(self, position: Position) -> Role | None:
        mark = self.reading.roles.get(position)
        return None if mark is None else mark.role

    def text(self, position: Position) -> str:
        """What a cell shows, personal data masked."""
        text = cell_text(self.sheet.at(*position))
        mark = self.reading.roles.get(position)
        if not text or mark is None or mark.role not in (Role.VALUE, Role.ROW_LABEL):
            return text
        if mark.table is not None:
            line = position.row if self.is_transposed(mark.table) else position.column
            personal = self._personal.get((mark.table, line))
            if personal is not None:
                return mask(text, personal)
        return _PHONE.sub(lambda found: mask_phone(found[0]), _ID.sub(lambda found: mask_id(found[0]), text))

    def is_transposed(self, index: int) -> bool:
        """Whether the records of a table stand in its columns."""
        matched = self.matched.get(index)
        table = self.reading.tables[index] if matched is None else matched.table
        return table.kind is TableKind.TRANSPOSED

    def table_at(self, position: Position) -> int | None:
        """The index of the table that a cell belongs to or lies in."""
        mark = self.reading.roles.get(position)
        if mark is not None and mark.table is not None:
            return mark.table
        return next((i for i, each in enumerate(self.reading.tables) if position in each.range), None)

    def headings(self, index: int) -> list[tuple[str, Sequence[HeaderColumn]]]:
        """The headings of a table under what they are: label columns and value columns, or fields down the side."""
        table, matched = self.reading.tables[index], self.matched.get(index)
        if matched is not None and self.is_transposed(index):
            lines = [HeaderColumn(each.line, each.path, each.cells, each.unit) for each in matched.lines]
            return [("fields_down", lines)]
        named = [("label_columns", table.label_columns), ("columns", table.columns)]
        return [(name, columns) for name, columns in named if columns]

    def marker(self, index: int, line: int) -> str:
        """How a heading's column (transposed: row) is called."""
        return str(line) if self.is_transposed(index) else column_letters(line)

    def reasons(self, position: Position) -> list[str]:
        """The rules that gave a cell its role, strongest first, with what they saw."""
        mark = self.reading.roles.get(position)
        if mark is None:
            return []
        return [told(each) for each in sorted(mark.reasons, key=lambda each: -abs(each.weight))]


def told(reason: Reason) -> str:
    """A rule and what it saw, on one line."""
    return f"{reason.rule}: {' '.join(reason.evidence.split())}"


def _field(matched: MatchedTable | None, line: ColumnMatch) -> Field | None:
    if matched is None or line.field is None:
        return None
    return next((each for each in matched.dataset.fields if each.name == line.field), None)


def lines_of(matched: MatchedTable | None) -> Mapping[int, ColumnMatch]:
    """The matches of a table by column (transposed: row)."""
    return {} if matched is None else {each.line: each for each in matched.lines}


def field_words(matched: MatchedTable | None, line: ColumnMatch | None, language: Language) -> str:
    """What a column was taken for and how, e.g. "总收入 income_total（同义词）"."""
    if matched is None or line is None:
        return ""
    field = _field(matched, line)
    how = say(f"match.{line.kind.value}", language)
    if field is None:
        return how if line.kind in (MatchKind.IGNORED, MatchKind.NONE) else ""
    text = f"{words(field.label, language)} {field.name}"
    return f"{text}（{how}）" if language == "zh" else f"{text} ({how})"


def table_words(sight: Sight, index: int, language: Language) -> list[str]:
    """What is to be said of a table as a whole, a line each."""
    matched = sight.matched.get(index)
    table = sight.reading.tables[index] if matched is None else matched.table
    lines = [
        say(
            "table",
            language,
            number=index + 1,
            range=table.range.a1,
            kind=say(f"kind.{table.kind.value}", language),
            confidence=f"{table.confidence:.0%}",
        )
    ]
    if table.title:
        lines.append(say("title", language, text=table.title))
    if table.unit:
        lines.append(say("unit", language, text=table.unit))
    if matched is None:
        lines.append(say("unmatched", language))
        return lines
    dataset = f"{words(matched.dataset.title, language)} {matched.dataset.name}"
    lines.append(say("matched", language, dataset=dataset, layout=matched.layout, score=f"{matched.score:.2f}"))
    identity = matched.identity
    nothing = say("nothing", language)
    township = identity.township.name if identity.township else nothing
    period = identity.period.text if identity.period else nothing
    evidence = "; ".join(
        f"{each.source} “{each.text}”" + (f" {each.cell.a1}" if each.cell else "") for each in identity.evidence
    )
    lines.append(say("identity", language, township=township, period=period, evidence=evidence or nothing))
    return lines


@dataclass(frozen=True, slots=True)
class Branch:
    """A heading in the tree of a table's headings; `columns` only right over columns."""

    text: str
    below: tuple[Branch, ...]
    column: HeaderColumn | None = None


def header_tree(columns: Sequence[HeaderColumn], depth: int = 0) -> tuple[Branch, ...]:
    """The headings as a tree: neighbours that share a heading share a branch."""
    branches: list[Branch] = []
    i = 0
    while i < len(columns):
        column = columns[i]
        if len(column.path) <= depth + 1:
            text = column.path[depth] if len(column.path) > depth else ""
            branches.append(Branch(text, (), column))
            i += 1
            continue
        j = i
        while j < len(columns) and len(columns[j].path) > depth + 1 and columns[j].path[depth] == column.path[depth]:
            j += 1
        branches.append(Branch(column.path[depth], header_tree(columns[i:j], depth + 1)))
        i = j
    return tuple(branches)


def doubts(sight: Sight, language: Language) -> list[tuple[str, str]]:
    """What is doubtful or wrong: (severity, text), errors first."""
    found = [*sight.match.findings]
    for matched in sight.match.tables:
        found += [*matched.identity.findings, *matched.findings]
    lines: list[tuple[str, str]] = []
    for each in dict.fromkeys((each.code, each.cells, each.message(language), each.severity.value) for each in found):
        _, cells, text, severity = each
        place = f"{' '.join(cells)} " if cells else ""
        lines.append((severity, f"{place}{text}"))
    lines += [("note", told(each)) for each in sight.reading.doubts]
    order = ("error", "warning", "note")
    return sorted(lines, key=lambda each: order.index(each[0]))


def known_roles(sight: Sight) -> list[Role]:
    """The roles that a sheet has, in the order of the legend."""
    present = {mark.role for mark in sight.reading.roles.values()}
    return [role for role in LOOKS if role in present]
