"""What `inspect --explain` says of one cell: what it is, why, and what was made of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from pioneer_etl.contract.address import Position, column_letters, parse_range
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.text import normalise
from pioneer_etl.match.model import SheetMatch
from pioneer_etl.report.inspection import LOOKS, Sight, cell_text, role_words, say, without_people
from pioneer_etl.report.inspection_words import (
    Told,
    decided,
    doubts,
    evidence_words,
    field_words,
    reasons_of_cell,
    reasons_of_table,
    rows_words,
    table_words,
    told,
)
from pioneer_etl.table.model import HeaderColumn, Role, RowRole, TableRow
from pioneer_etl.table.numbers import number_of
from pioneer_etl.workbook.model import CellError, NoResult

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from pioneer_etl.transform.model import ParseValue

Line = tuple[str, str]  # what the line is about (a catalogue name; empty: as the line before), and what it says

_MOST_OF_TABLE = 3
_BODY = (Role.VALUE, Role.ROW_LABEL, Role.SUBTOTAL, Role.TOTAL, Role.GROUP, Role.REPEATED_HEADER, Role.COLUMN_INDEX)


def explanation(
    matches: Sequence[SheetMatch],
    sheet: str | None,
    position: Position,
    language: Language,
    contracts: Contracts | None,
    parse_value: ParseValue | None,
) -> RenderableType:
    """One cell: what it says, its role and why, its headings and row, and what it was taken for."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    sight = Sight(_sheet(matches, sheet))
    asked, position = position, _corner(sight, position)
    role = sight.role(position)
    head = Text(f"{sight.sheet.name}!{position.a1}  ", style="bold")
    if role is None:
        head.append(say("blank", language), style="grey62")
    else:
        head.append(f" {role_words(role, language)} ", style=LOOKS[role].style or "reverse dim")
        head.append(f"  {sight.text(position)}", style="default")
    lines: list[Line] = []
    if asked != position:
        lines.append(("merge", say("under_merge", language, asked=asked.a1, cell=position.a1)))
    lines += _lines(sight, position, role, language, asked.row)
    value = _read_as(sight, position, role, language, contracts, parse_value)
    if value is not None:
        lines.append(("read_as", value))
    lines += _table(sight, position, language)
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, said in lines:
        grid.add_row(_label(name, language), Text(said))
    for number, each in enumerate(_reasons(sight, position, role, language)):
        because = Text(f"{'＋' if each.favours else '－'} {each.text}  ").append(each.rule, style="grey62")
        grid.add_row(_label("" if number else "because", language), because)
    for doubt in doubts(sight, language):
        if _names(sight, doubt.cells, position):
            text = Text(doubt.text, style="red" if doubt.severity == "error" else "yellow")
            grid.add_row(_label("doubt", language), text.append(f"  → {doubt.remedy}" if doubt.remedy else ""))
    parts: list[RenderableType] = [head, grid]
    if sheet is None and len(matches) > 1:
        names = ("、" if language == "zh" else ", ").join(each.reading.sheet.name for each in matches)
        parts.append(Text("  " + say("other_sheets", language, known=names, cell=asked.a1), style="grey62"))
    return Group(*parts)


def _label(name: str, language: Language) -> Text:
    from rich.text import Text

    return Text(f"  {say(f'line.{name}', language) if name else ''}", style="grey62", no_wrap=True)


def _read_as(
    sight: Sight,
    position: Position,
    role: Role | None,
    language: Language,
    contracts: Contracts | None,
    parse_value: ParseValue | None,
) -> str | None:
    from pioneer_etl.report.inspection_value import read_as

    index = sight.table_at(position)
    matched = sight.matched.get(index) if index is not None else None
    if matched is None or contracts is None or role not in (Role.VALUE, Role.ROW_LABEL):
        return None
    return read_as(matched, position, contracts, parse_value, language)


def _table(sight: Sight, position: Position, language: Language) -> list[Line]:
    index = sight.table_at(position)
    if index is None:
        return []
    name, what = table_words(sight, index, language)[:2]
    return [("table", name), ("", what), ("", decided(sight.table(index), language))]


def _sheet(matches: Sequence[SheetMatch], name: str | None) -> SheetMatch:
    if name is None:
        return next((each for each in matches if each.reading.tables), matches[0])
    wanted = normalise(name.strip("'"))
    for each in matches:
        if normalise(each.reading.sheet.name) == wanted:
            return each
    known = "、".join(each.reading.sheet.name for each in matches)
    raise UsageError("inspect.no_sheet", found=name, known=known)


def _corner(sight: Sight, position: Position) -> Position:
    """The cell that speaks at a place: under a merge its corner, unless it holds something of its own."""
    if sight.role(position) is not None:
        return position
    for merge in sight.sheet.merges:
        if merge.holds(position):
            return Position(merge.top, merge.left)
    return position


def _lines(sight: Sight, position: Position, role: Role | None, language: Language, asked: int) -> list[Line]:
    """Everything but the reasons, most telling first; under a merge down the rows, of the row that was asked for."""
    index = sight.table_at(position)
    lines: list[Line] = []
    if index is None:
        if role is None:
            lines.append(("about", _nowhere(sight, language)))
        return lines + _around(sight, position, role, language)
    table = sight.table(index)
    column = next((each for each in (*table.label_columns, *table.columns) if each.column == position.column), None)
    row = sight.row(index, asked)
    if role is Role.HEADER:
        lines += _below(sight, index, position, language)
    elif column is not None and role in (None, *_BODY) and column.cells:
        unit = f"（{column.unit}）" if column.unit else ""
        cells = _addresses(column.cells)
        said = sight.path(column.cells) if sight.is_transposed(index) else _heading(column, language)
        lines.append(("heading", f"{said}{unit}  {cells}"))
    if row is not None and (role is None or role in _BODY):
        lines += _row(sight, position, row, language)
    if role is None:
        lines += _blank(sight, index, position, row, column, language)
    line = sight.match_at(index, position)
    matched = sight.matched.get(index)
    if role in (Role.VALUE, Role.ROW_LABEL, Role.TOTAL, Role.SUBTOTAL):
        field = field_words(matched, line, language)
        if field:
            lines.append(("field", field))
        unit_said = (line.unit if line else None) or (column.unit if column else None) or table.unit
        if unit_said and role is not Role.ROW_LABEL:
            lines.append(("unit", unit_said))
    return lines + _around(sight, position, role, language)


def _heading(column: HeaderColumn, language: Language) -> str:
    return " / ".join(part for part in column.path if part) or say("no_heading", language)


def _below(sight: Sight, index: int, position: Position, language: Language) -> list[Line]:
    """The columns that a heading stands over and what they were taken for."""
    table, matched = sight.table(index), sight.matched.get(index)
    over = [each for each in (*table.label_columns, *table.columns) if position in each.cells]
    if sight.is_transposed(index):
        line = field_words(matched, sight.match_at(index, position), language)
        return [("field", line)] if line else []
    if not over:
        return [("over", say("heads_nothing", language))]
    lines: list[Line] = []
    if len(over) == 1:
        lines.append(("heading", f"{_heading(over[0], language)}  {_addresses(over[0].cells)}"))
        field = field_words(matched, sight.match_at(index, Position(position.row, over[0].column)), language)
        if field:
            lines.append(("field", field))
    else:
        inner = [f"{column_letters(each.column)} {each.path[-1] if each.path else ''}".strip() for each in over]
        shown = ("、" if language == "zh" else ", ").join(inner[:8]) + (" …" if len(inner) > 8 else "")
        lines.append(("over", say("heads", language, count=len(over), columns=shown)))
    if len(over) == 1 and over[0].unit:
        lines.append(("unit", over[0].unit))
    return lines


def _row(sight: Sight, position: Position, row: TableRow, language: Language) -> list[Line]:
    kind = say(f"row.{row.role.value}", language)
    path = sight.path(row.cells) or say("no_label", language)
    lines: list[Line] = [("row", say("row", language, kind=kind, path=path, cells=_addresses(row.cells)))]
    index = sight.table_at(position)
    origin = sight.table(index).carried.get(position) if index is not None else None
    if origin is not None:
        lines.append(("carried", say("carried", language, cell=origin.a1, text=sight.text(origin))))
    if row.role in (RowRole.TOTAL, RowRole.SUBTOTAL):
        if row.confirmed:
            lines.append(("sum", _sum(sight, position, row, language)))
        else:
            lines.append(("sum", say("not_confirmed" if row.confirmed is False else "nothing_to_add", language)))
    return lines


def _sum(sight: Sight, position: Position, row: TableRow, language: Language) -> str:
    """Whether a confirmed total adds up in the column of a cell too: of a row most columns are enough."""
    covered = [number_of(sight.sheet.at(each, position.column)) for each in row.covers]
    parts = [each for each in covered if each is not None]
    whole = number_of(sight.sheet.at(*position))
    rows = rows_words(row.covers)
    if whole is None or not parts:
        return say("confirmed", language, rows=rows)
    exact = [Decimal(str(each)) for each in parts]
    places = max(0, *(-int(each.normalize().as_tuple().exponent) for each in (Decimal(str(whole)), *exact)))
    apart = Decimal(str(whole)) - sum(exact)
    rounding = Decimal(len(parts) + 1) / 2 if places and len(parts) > 1 else Decimal(0)
    if abs(apart) <= rounding.scaleb(-places):
        return say("confirmed", language, rows=rows)
    total = f"{sum(exact):,.{places}f}"
    return say("column_differs", language, rows=rows, sum=total, difference=f"{apart:,.{places}f}")


def _blank(
    sight: Sight, index: int, position: Position, row: TableRow | None, column: HeaderColumn | None, language: Language
) -> list[Line]:
    """What an empty cell inside of a table means."""
    if sight.table(index).carried.get(position) is not None or (row is not None and row.role is not RowRole.DATA):
        return []
    if row is None:
        return [("about", say("blank_row", language))]
    if column is None:
        return [("about", say("blank_column", language))]
    return [("about", say("blank_value", language))]


def _nowhere(sight: Sight, language: Language) -> str:
    if not sight.counts:
        return say("empty", language)
    last = Position(sight.height, sight.width).a1
    tables = (" ").join(each.range.a1 for each in sight.reading.tables) or say("nothing", language)
    return say("outside", language, last=last, tables=tables)


def _around(sight: Sight, position: Position, role: Role | None, language: Language) -> list[Line]:
    """What a cell is good for outside of the body: a township or period, a formula, an error, a comment."""
    lines: list[Line] = []
    seen = [
        evidence_words(each, language)
        for matched in sight.match.tables
        for each in matched.identity.evidence
        if each.cell == position
    ]
    if seen:
        lines.append(("about", say("gives_identity", language)))
    value = sight.sheet.at(*position)
    formula = sight.sheet.formulas.get(position)
    if isinstance(value, NoResult):
        lines.append(("formula", say("no_result", language)))
    elif formula:
        lines.append(("formula", f"={formula.lstrip('=')}"))
    if isinstance(value, CellError):
        lines.append(("formula", say("cell_error", language)))
    if position.row in sight.sheet.hidden_rows or position.column in sight.sheet.hidden_columns:
        lines.append(("about", say("hidden_cell", language)))
    if role is not None and (comment := sight.sheet.comments.get(position)):
        lines.append(("comment", without_people(cell_text(comment))))
    if role is Role.UNACCOUNTED:
        lines.append(("about", say("unaccounted_cell", language)))
    return lines


def _reasons(sight: Sight, position: Position, role: Role | None, language: Language) -> list[Told]:
    """Why a cell is what it is: for heads and plain cells the table's rules, for others their own and their row's."""
    if role is None:
        return []
    index = sight.table_at(position)
    if index is not None and role in (Role.HEADER, Role.VALUE, Role.ROW_LABEL):
        return reasons_of_table(sight.table(index), language)[:_MOST_OF_TABLE]
    return told(reasons_of_cell(sight, position), language)


def _names(sight: Sight, cells: Sequence[str], position: Position) -> bool:
    """Whether a doubt is about a cell, and not about its whole table."""
    whole = {each.range.a1 for each in sight.reading.tables}
    return not whole.intersection(cells) and any(parse_range(cell).holds(position) for cell in cells)


def _addresses(cells: Sequence[Position]) -> str:
    return " ".join(each.a1 for each in cells)
