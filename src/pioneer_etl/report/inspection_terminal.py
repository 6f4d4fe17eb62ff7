"""A sheet's roles in colours, for a terminal of any width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pioneer_etl.contract.address import Position, column_letters
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.match.model import MatchKind, SheetMatch
from pioneer_etl.report.inspection import LOOKS, Sight, lines_of, role_words, say
from pioneer_etl.report.inspection_rows import Gap, shown_rows
from pioneer_etl.report.inspection_words import (
    Branch,
    Doubt,
    doubts,
    field_words,
    header_tree,
    place_words,
    table_words,
    unit_words,
)
from pioneer_etl.workbook.model import Visibility

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from rich.tree import Tree

_WIDEST = 16  # terminal cells a column takes at most
_WIDEST_OF_FEW = 40  # the same where there is room for all columns
_HEAD, _TAIL, _DOUBTFUL = 30, 8, 10  # rows of a long sheet: from its top, its bottom, and with doubts between
_HIDDEN = "×"  # after the number of a hidden row and the letter of a hidden column
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
        if not sight.counts:
            parts.append(Text(say("empty", language), style="grey62"))
            continue
        found = doubts(sight, language)
        rows = shown_rows(sight, found, head=_HEAD, tail=_TAIL, doubtful=_DOUBTFUL)
        parts += [_Grid(sight, rows, language), _legend(sight, language)]
        parts += [_table(sight, index, language) for index in range(len(sight.reading.tables))]
        if found:
            parts.append(Text(say("doubts", language), style="bold"))
            parts += [_doubt(each, language) for each in found]
    return Group(*parts)


def _doubt(doubt: Doubt, language: Language) -> RenderableType:
    from rich.padding import Padding
    from rich.text import Text

    style = _SEVERITY[doubt.severity]
    grave = say(f"grave.{'stops' if doubt.stops else doubt.severity}", language)
    text = Text(f"{grave} ", style=f"bold {style}")
    if doubt.cells:
        text.append(f"{place_words(doubt.cells)} ", style="cyan not bold")
    text.append(doubt.text, style=f"not bold {style}")
    if doubt.remedy:
        text.append(f" → {doubt.remedy}", style="default not bold")
    return Padding(text, (0, 0, 0, 2))


Merged = Mapping[tuple[int, int], tuple[Position, int]]


@dataclass(frozen=True, slots=True)
class _Grid:
    """The cells; as many columns side by side as the terminal has room for, the others below."""

    sight: Sight
    rows: Sequence[int | Gap]
    language: Language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.text import Text

        shown = [row for row in self.rows if not isinstance(row, Gap)]
        merged = _merged(self.sight, shown)
        number = len(str(self.sight.height)) + 2
        spans = {(each.top, each.left) for each in self.sight.sheet.merges if each.width > 1}
        widths = [self._width(column, shown, spans) for column in range(1, self.sight.width + 1)]
        if sum(widths) + len(widths) > options.max_width - number:
            widths = [min(width, _WIDEST) for width in widths]
        for first, last in _blocks(widths, options.max_width - number):
            heading = Text(" " * number, style="grey50")
            for column in range(first, last + 1):
                hidden = _HIDDEN if column in self.sight.sheet.hidden_columns else ""
                heading.append((column_letters(column) + hidden).center(widths[column - 1]) + " ")
            yield heading
            for row in self.rows:
                if isinstance(row, Gap):
                    name = "blank_rows" if row.blank else "skipped"
                    text = say(name, self.language, count=row.count, first=row.first, last=row.last)
                    yield Text(" " * number + text, style="grey50")
                else:
                    yield self._line(row, first, last, widths, number, merged)

    def _width(self, column: int, rows: Sequence[int], spans: set[tuple[int, int]]) -> int:
        from rich.cells import cell_len

        widest = 2
        for row in rows:
            if (row, column) not in spans:
                widest = max(widest, cell_len(self.sight.text(Position(row, column))))
        return min(widest, _WIDEST_OF_FEW)

    def _line(
        self, row: int, first: int, last: int, widths: Sequence[int], number: int, merged: Merged
    ) -> RenderableType:
        from rich.text import Text

        hidden = _HIDDEN if row in self.sight.sheet.hidden_rows else " "
        line = Text(f"{row:>{number - 2}}{hidden} ", style="grey50", no_wrap=True, overflow="crop")
        column = first
        while column <= last:
            origin, right = merged.get((row, column), (Position(row, column), column))
            right = min(right, last)
            width = sum(widths[column - 1 : right]) + (right - column)
            role = self.sight.role(origin)
            style = LOOKS[role].style if role is not None else ""
            text = self.sight.text(origin) if origin.row == row else ""
            line.append(_fitted(text, width, right=self.sight.is_number(origin)), style=style or "default")
            line.append(" ", style="default")
            column = right + 1
        return line


def _merged(sight: Sight, rows: Sequence[int]) -> Merged:
    """The cells of the shown rows that lie in a merge: its corner, and the last column that it covers.

    A merge that holds values besides its corner's in a row covers nothing there: all that a sheet holds is shown.
    """
    found: dict[tuple[int, int], tuple[Position, int]] = {}
    shown = set(rows)
    for merge in sight.sheet.merges:
        corner = Position(merge.top, merge.left)
        for row in range(merge.top, min(merge.bottom, sight.height) + 1):
            if row not in shown:
                continue
            inside = [Position(row, c) for c in range(merge.left, min(merge.right, sight.width) + 1)]
            if all(sight.role(each) is None for each in inside if each != corner):
                found.update(((each.row, each.column), (corner, merge.right)) for each in inside)
    return found


def _fitted(text: str, width: int, *, right: bool) -> str:
    """A text in exactly `width` terminal cells; what is cut off ends in …."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) > width:
        return set_cell_size(text, width - 1) + "…"
    return " " * (width - cell_len(text)) + text if right else set_cell_size(text, width)


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
    for role, count in sight.counts.items():
        line.append(f" {role_words(role, language)} ".replace(" ", "\u00a0"), style=LOOKS[role].style or "reverse dim")
        line.append(f"\u00a0{count:,}  ")
    line.append(say("counted", language, count=f"{sum(sight.counts.values()):,}"), style="grey62")
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
    text = Text(f"{sight.marker(index, column.column, branch.last)}  ", style="cyan")
    text.append(branch.text or say("no_heading", language), style="default")
    if column.unit:
        text.append(unit_words(column.unit, language), style="default")
    field = field_words(matched, line, language)
    if field and line is not None:
        text.append(f"  → {field}", style=_MATCH.get(line.kind, "green"))
    tree.add(text)
