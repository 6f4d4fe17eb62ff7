"""A sheet's roles in colours, for a terminal of any width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pioneer_etl.contract.address import Position, column_letters
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.match.model import MatchKind, SheetMatch
from pioneer_etl.report.inspection import (
    LOOKS,
    Branch,
    Sight,
    doubts,
    field_words,
    header_tree,
    known_roles,
    lines_of,
    role_words,
    say,
    table_words,
    told,
)
from pioneer_etl.workbook.model import Visibility

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from rich.tree import Tree

_WIDEST = 16  # terminal cells a column takes at most
_HEAD, _TAIL = 30, 8  # rows of a long sheet that are shown, from its top and its bottom
_SEVERITY = {"error": "bold red", "warning": "yellow", "note": "grey62"}
_MATCH = {MatchKind.PROPOSED: "yellow", MatchKind.NONE: "red", MatchKind.IGNORED: "grey62"}


def view(file: str, matches: Sequence[SheetMatch], language: Language) -> RenderableType:
    """All sheets of a file."""
    from rich.console import Group
    from rich.rule import Rule
    from rich.text import Text

    parts: list[RenderableType] = [Text(file, style="bold")]
    for match in matches:
        sight = Sight(match)
        hidden = "" if sight.sheet.visibility is Visibility.VISIBLE else f" {say('hidden', language)}"
        parts.append(Rule(Text(f"{sight.sheet.name}{hidden}"), align="left"))
        if not sight.reading.roles:
            parts.append(Text(say("empty", language), style="grey62"))
            continue
        parts += [_Grid(sight, language), _legend(sight, language)]
        parts += [_table(sight, index, language) for index in range(len(sight.reading.tables))]
        found = doubts(sight, language)
        if found:
            parts.append(Text(say("doubts", language), style="bold"))
            parts += [Text(f"  {text}", style=_SEVERITY[severity]) for severity, text in found]
    return Group(*parts)


@dataclass(frozen=True, slots=True)
class _Grid:
    """The cells; as many columns side by side as the terminal has room for, the others below."""

    sight: Sight
    language: Language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        rows = self._rows()
        widths = [self._width(column, rows) for column in range(1, self.sight.width + 1)]
        number = len(str(self.sight.height)) + 1
        for first, last in _blocks(widths, options.max_width - number):
            heading = Text(" " * number, style="grey50")
            for column in range(first, last + 1):
                heading.append(column_letters(column).center(widths[column - 1]) + " ")
            yield heading
            before = 0
            for row in rows:
                if row != before + 1:
                    skipped = say("skipped", self.language, count=row - before - 1)
                    yield Text(" " * number + skipped, style="grey50")
                yield self._line(row, first, last, widths, number)
                before = row

    def _rows(self) -> list[int]:
        height = self.sight.height
        if height <= _HEAD + _TAIL + 1:
            return list(range(1, height + 1))
        return [*range(1, _HEAD + 1), *range(height - _TAIL + 1, height + 1)]

    def _width(self, column: int, rows: Sequence[int]) -> int:
        from rich.cells import cell_len

        spans = {(each.top, each.left) for each in self.sight.sheet.merges if each.width > 1}
        widest = 2
        for row in rows:
            if (row, column) not in spans:
                widest = max(widest, cell_len(self.sight.text(Position(row, column))))
        return min(widest, _WIDEST)

    def _line(self, row: int, first: int, last: int, widths: Sequence[int], number: int) -> RenderableType:
        from rich.cells import set_cell_size
        from rich.text import Text

        line = Text(f"{row:>{number - 1}} ", style="grey50", no_wrap=True, overflow="crop")
        column = first
        while column <= last:
            origin, right = self._span(row, column)
            right = min(right, last)
            width = sum(widths[column - 1 : right]) + (right - column)
            role = self.sight.role(origin)
            style = LOOKS[role].style if role is not None else ""
            text = self.sight.text(origin) if origin.row == row else ""
            line.append(set_cell_size(text, width), style=style or "default")
            line.append(" ", style="default")
            column = right + 1
        return line

    def _span(self, row: int, column: int) -> tuple[Position, int]:
        """The cell that shows at a place (the corner of a merge) and the last column it covers."""
        for merge in self.sight.sheet.merges:
            if (row, column) in merge:
                return Position(merge.top, merge.left), merge.right
        return Position(row, column), column


def _blocks(widths: Sequence[int], room: int) -> list[tuple[int, int]]:
    blocks: list[tuple[int, int]] = []
    first, used = 1, 0
    for column, width in enumerate(widths, 1):
        if column > first and used + width + 1 > room:
            blocks.append((first, column - 1))
            first, used = column, 0
        used += width + 1
    if widths:
        blocks.append((first, len(widths)))
    return blocks


def _legend(sight: Sight, language: Language) -> RenderableType:
    from rich.text import Text

    line = Text(f"{say('legend', language)} ")
    for role in known_roles(sight):
        line.append(f" {role_words(role, language)} ", style=LOOKS[role].style or "reverse dim")
        line.append(" ")
    return line


def _table(sight: Sight, index: int, language: Language) -> RenderableType:
    from rich.text import Text
    from rich.tree import Tree

    first, *others = table_words(sight, index, language)
    tree = Tree(Text(first, style="bold"))
    for text in others:
        tree.add(Text(text))
    for name, columns in sight.headings(index):
        branch = tree.add(Text(say(name, language), style="bold"))
        for each in header_tree(columns):
            _grow(branch, sight, index, each, language)
    return tree


def _grow(tree: Tree, sight: Sight, index: int, branch: Branch, language: Language) -> None:
    from rich.text import Text

    if branch.column is None:
        below = tree.add(Text(branch.text))
        for each in branch.below:
            _grow(below, sight, index, each, language)
        return
    column, matched = branch.column, sight.matched.get(index)
    line = lines_of(matched).get(column.column)
    text = Text(f"{sight.marker(index, column.column)}  ", style="cyan")
    text.append(branch.text or say("no_heading", language), style="default")
    if column.unit:
        text.append(f"（{column.unit}）" if language == "zh" else f" ({column.unit})", style="default")
    field = field_words(matched, line, language)
    if field and line is not None:
        text.append(f"  → {field}", style=_MATCH.get(line.kind, "green"))
        if line.reason and line.kind in _MATCH:
            text.append(f"  {line.reason}", style="grey62")
    tree.add(text)


def explanation(
    matches: Sequence[SheetMatch], sheet: str | None, position: Position, language: Language
) -> RenderableType:
    """One cell: what it says, its role and why, its headings and row, and what it was taken for."""
    from rich.console import Group
    from rich.text import Text

    match = next((each for each in matches if sheet is None or each.reading.sheet.name == sheet), None)
    if match is None:
        names = ", ".join(each.reading.sheet.name for each in matches)
        return Text(say("no_sheet", language, found=sheet or "", known=names), style="red")
    sight = Sight(match)
    for merge in sight.sheet.merges:
        if position in merge and position != (merge.top, merge.left):
            position = Position(merge.top, merge.left)
    role = sight.role(position)
    place = f"{sight.sheet.name}!{position.a1}"
    if role is None:
        return Text(say("nothing_there", language, place=place), style="grey62")
    head = Text(f"{place}  ", style="bold")
    head.append(f" {role_words(role, language)} ", style=LOOKS[role].style or "reverse dim")
    head.append(f"  {sight.text(position)}", style="default")
    lines: list[RenderableType] = [head]
    lines += [Text(f"  {each}") for each in sight.reasons(position)]
    lines += [Text(f"  {each}") for each in _context(sight, position, language)]
    return Group(*lines)


def _context(sight: Sight, position: Position, language: Language) -> list[str]:
    """The headings over a cell, the labels of its row, its field, and the table it stands in."""
    index = sight.table_at(position)
    if index is None:
        return []
    table = sight.reading.tables[index]
    lines: list[str] = []
    column = next((each for each in (*table.label_columns, *table.columns) if each.column == position.column), None)
    if column is not None and position not in column.cells:
        lines.append(say("headings", language, path=" / ".join(column.path), cells=_addresses(column.cells)))
    row = next((each for each in table.rows if each.row == position.row), None)
    if row is not None:
        kind = say(f"row.{row.role.value}", language)
        lines.append(say("row", language, kind=kind, path=" / ".join(row.path), cells=_addresses(row.cells)))
        lines += [f"  {told(each)}" for each in row.reasons]
        if row.confirmed is not None:
            lines.append(say("confirmed" if row.confirmed else "not_confirmed", language, rows=_rows(row.covers)))
    matched = sight.matched.get(index)
    line = lines_of(matched).get(position.row if sight.is_transposed(index) else position.column)
    field = field_words(matched, line, language)
    if field and line is not None:
        lines.append(say("taken_for", language, field=field, reason=line.reason))
    if table.unit or (column is not None and column.unit):
        lines.append(say("unit", language, text=(column.unit if column is not None else None) or table.unit))
    lines.append(table_words(sight, index, language)[0])
    lines += [f"  {told(each)}" for each in table.reasons]
    return lines


def _addresses(cells: Sequence[Position]) -> str:
    return " ".join(each.a1 for each in cells)


def _rows(rows: Sequence[int]) -> str:
    """Row numbers with runs as ranges: 5–9, 12."""
    runs: list[list[int]] = []
    for row in sorted(rows):
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return ", ".join(f"{first}–{last}" if last > first else str(first) for first, last in runs)
