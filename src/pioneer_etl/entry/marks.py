"""Marks on the cells of a township's own workbook: a colour and a comment, both to be taken off without a trace.

The colour is a conditional format, not a fill: the cell's own look stays as it is, the mark moves along when rows are
put in, and it is known by its formula whatever program saved the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pioneer_etl.contract.address import Position, parse_range, runs
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.report.cell_values import writable

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

SIGN = "pioneer-etl"
_FORMULA = f'N("{SIGN}")=0'  # true in every spreadsheet program, and nobody else's
_COLOURS = {"error": "FFFF9999", "warning": "FFFFE699", "note": "FFBDD7EE"}
_LINE = f"—— {SIGN} ——"  # begins our part of a comment; what stands above is the township's own
_CELLS_A_RULE = 200
_LONGEST = 4000  # characters of a comment; the list has them all
_MOST_COMMENTS = 12  # cells of one finding that get its comment; of a longer list the first alone


@unchanging
class Mark:
    """One finding on a sheet: `cells` are A1 addresses or ranges, the first being where to look."""

    sheet: str
    cells: tuple[str, ...]
    severity: str
    text: str


def put_marks(workbook: Workbook, marks: Sequence[Mark]) -> None:
    """Colour and comment cells; a cell with several findings has the colour of the worst and every text."""
    by_sheet: dict[str, list[Mark]] = {}
    for each in marks:
        if each.sheet in workbook.sheetnames:
            by_sheet.setdefault(each.sheet, []).append(each)
    for name, found in by_sheet.items():
        sheet = workbook[name]
        if hasattr(sheet, "conditional_formatting"):  # a chart sheet has none
            _colour(sheet, found)
            _comment(sheet, found)


def _colour(sheet: Worksheet, marks: Sequence[Mark]) -> None:
    from openpyxl.formatting.rule import Rule
    from openpyxl.styles import PatternFill
    from openpyxl.styles.differential import DifferentialStyle

    worst: dict[str, str] = {}
    for severity in _COLOURS:
        for mark in marks:
            for cells in mark.cells if mark.severity == severity else ():
                worst.setdefault(_whole(sheet, cells), severity)
    rules: list[tuple[str, str]] = []
    for severity in _COLOURS:
        alike = runs(tuple(each for each, found in worst.items() if found == severity and each))
        starts = range(0, len(alike), _CELLS_A_RULE)
        rules += [(" ".join(alike[start : start + _CELLS_A_RULE]), severity) for start in starts]
    for ranges in sheet.conditional_formatting:
        for rule in ranges.rules:
            rule.priority += len(rules)  # ours are looked at first
    for priority, (cells, severity) in enumerate(rules, 1):
        colour = _COLOURS[severity]
        fill = PatternFill("solid", start_color=colour, end_color=colour)
        rule = Rule(type="expression", dxf=DifferentialStyle(fill=fill), formula=[_FORMULA], priority=priority)
        sheet.conditional_formatting.add(cells, rule)


def _comment(sheet: Worksheet, marks: Sequence[Mark]) -> None:
    from openpyxl.comments import Comment

    texts: dict[Position, list[str]] = {}
    for mark in marks:
        for cells in mark.cells if len(mark.cells) <= _MOST_COMMENTS else mark.cells[:1]:
            at = _corner(sheet, cells)
            if at is not None and mark.text not in texts.setdefault(at, []):
                texts[at].append(mark.text)
    for at, said in texts.items():
        cell = sheet.cell(*at)
        own = cell.comment
        text = "\n".join([*([own.text.rstrip()] if own is not None and own.text.strip() else []), _LINE, *said])
        text = writable(text)[:_LONGEST]
        comment = Comment(text, own.author if own is not None and own.author else SIGN)
        comment.width = 320
        comment.height = 30 + 18 * sum(1 + len(line) // 22 for line in text.split("\n"))
        cell.comment = comment


def take_off_marks(workbook: Workbook) -> None:
    """Take our colours and comments off; everybody else's stay."""
    from openpyxl.comments import Comment

    for sheet in workbook.worksheets:
        _uncolour(sheet)
        for cell in list(sheet._cells.values()):  # iter_rows would make every empty cell
            if cell.comment is not None and (own := own_comment(cell.comment.text)) != cell.comment.text:
                author = cell.comment.author
                cell.comment = Comment(own, author) if own.strip() else None


def own_comment(text: str) -> str:
    """A comment without our part of it: empty when it is all ours."""
    before, line, _ = text.partition(_LINE)
    return before.rstrip() if line else text


def _uncolour(sheet: Worksheet) -> None:
    from openpyxl.formatting.formatting import ConditionalFormattingList

    kept = ConditionalFormattingList()
    for ranges in sheet.conditional_formatting:
        for rule in ranges.rules:
            if not any(f'"{SIGN}"' in str(each) for each in rule.formula):
                kept.add(str(ranges.sqref), rule)
    sheet.conditional_formatting = kept


def _whole(sheet: Worksheet, cells: str) -> str:
    """A cell or range for a rule: of a merged cell all of it; empty when it is no address."""
    try:
        found = parse_range(cells)
    except ValueError:
        return ""
    if (found.height, found.width) != (1, 1):
        return found.a1
    merge = _merge(sheet, Position(found.top, found.left))
    return merge if merge is not None else Position(found.top, found.left).a1


def _corner(sheet: Worksheet, cells: str) -> Position | None:
    """The cell that a comment can hang on: a merged cell has one at its corner only."""
    try:
        found = parse_range(cells)
    except ValueError:
        return None
    merge = _merge(sheet, Position(found.top, found.left))
    at = parse_range(merge) if merge is not None else found
    return Position(at.top, at.left)


def _merge(sheet: Worksheet, at: Position) -> str | None:
    """The merged cell that a cell lies in, as A1:B2."""
    for each in sheet.merged_cells.ranges:
        if each.min_row <= at.row <= each.max_row and each.min_col <= at.column <= each.max_col:
            return str(each.coord)
    return None
