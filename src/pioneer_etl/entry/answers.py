"""A returned workbook that comes back: our sheets and comments taken out, answers and what was marked read from them.

Everything is known by its signs, not by its name or place: the file may be renamed, saved in another format, its lines
sorted, columns put in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from pioneer_etl.contract.address import Position, Range, parse_range
from pioneer_etl.contract.catalogue import Language, message
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.entry.changes import changed_cells
from pioneer_etl.entry.marks import own_comment
from pioneer_etl.entry.returned_list import (
    ANSWER_COLUMN,
    CELLS_COLUMN,
    IDENTITY_COLUMN,
    IDENTITY_SIGN,
    LIST_SIGN,
)
from pioneer_etl.workbook.model import CellError, NoResult, Sheet, Workbook, is_blank

_HEAD = 50  # rows in which the headings of a list are looked for


@unchanging
class Answered:
    """What a returned workbook brings back besides the township's own sheets.

    `sha256` and `file` are hash and name of the file that it is the return of ("" when the sheet that says so was
    removed); `answers`
    are the texts of 说明 by the finding's identity; `marked` the cells that were marked, by sheet; `beside` cells of
    the list, by sheet, that carry something where nothing is asked for.
    """

    sha256: str
    answers: Mapping[str, str]
    marked: Mapping[str, tuple[Range, ...]]
    beside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    file: str = ""

    def findings(self) -> tuple[Finding, ...]:
        """What to say of it in the report."""
        said = [finding("return.answered", found=len(self.answers))]
        said += [finding("return.beside", sheet=name, cells=cells) for name, cells in self.beside.items()]
        return tuple(said)


def take_out(book: Workbook) -> tuple[Workbook, Answered | None]:
    """The workbook without what we put in, and what that says; None when it is no returned workbook."""
    lists = {sheet.name: at for sheet in book.sheets if (at := _sign(sheet)) is not None}
    about = next((sheet for sheet in book.sheets if sheet.at(1, 1) == IDENTITY_SIGN), None)
    if not lists and about is None:
        return book, None
    answers: dict[str, str] = {}
    marked: dict[str, list[Range]] = {}
    beside: dict[str, tuple[str, ...]] = {}
    for sheet in book.sheets:
        if sheet.name in lists:
            strangers = _read_list(sheet, lists[sheet.name], answers, marked)
            if strangers:
                beside[sheet.name] = strangers
    own = tuple(
        replace(sheet, comments=_own_comments(sheet)) if sheet.comments else sheet
        for sheet in book.sheets
        if sheet.name not in lists and sheet is not about
    )
    ranges = {name: tuple(found) for name, found in marked.items()}
    return replace(book, sheets=own), Answered(_original(about), answers, ranges, beside, _said(about).get("file", ""))


def _sign(sheet: Sheet) -> Position | None:
    """Where the sign of a list of findings stands."""
    for r, row in enumerate(sheet.rows[:_HEAD], 1):
        if LIST_SIGN in row:
            return Position(r, row.index(LIST_SIGN) + 1)
    return None


def _read_list(
    sheet: Sheet, sign: Position, answers: dict[str, str], marked: dict[str, list[Range]]
) -> tuple[str, ...]:
    """Read the lines below the headings; cells where nothing is asked for."""
    answer = _column(sheet, sign, "answer", ANSWER_COLUMN)
    name_column = _column(sheet, sign, "sheet", 3)
    cells = sign.column - (IDENTITY_COLUMN - CELLS_COLUMN)
    strangers: list[str] = []
    for r in range(sign.row + 1, sheet.height + 1):
        identity = sheet.at(r, sign.column)
        if isinstance(identity, str) and identity:
            text = sheet.at(r, answer)
            if isinstance(text, (NoResult, CellError)):  # words that began with a sign of equality
                text = sheet.formulas.get(Position(r, answer), getattr(text, "formula", None))
            if not is_blank(text):
                answers[identity] = str(text).strip()
            marked.setdefault(str(sheet.at(r, name_column) or ""), []).extend(_ranges(sheet.at(r, cells)))
        for c, value in enumerate(sheet.rows[r - 1], 1):
            if not is_blank(value) and (c > sign.column or not identity):
                strangers.append(Position(r, c).a1)
    return tuple(strangers)


def _column(sheet: Sheet, sign: Position, name: str, usual: int) -> int:
    """The column that is headed by one of our words: columns may have been put in."""
    languages: tuple[Language, ...] = ("zh", "en")
    words = {message(f"return.column.{name}", {}, language) for language in languages}
    found = (c for c in range(1, sign.column) if sheet.at(sign.row, c) in words)
    return next(found, sign.column - IDENTITY_COLUMN + usual)


def _ranges(value: object) -> list[Range]:
    found = []
    for each in str(value or "").split():
        try:
            found.append(parse_range(each))
        except ValueError:
            continue
    return found


def _own_comments(sheet: Sheet) -> dict[Position, str]:
    own = {at: own_comment(text) for at, text in sheet.comments.items()}
    return {at: text for at, text in own.items() if text.strip()}


def _original(about: Sheet | None) -> str:
    value = _said(about).get("sha256", "")
    # It becomes part of a path: what is no hash is nobody's.
    return value if len(value) == 64 and set(value) <= set("0123456789abcdef") else ""


def _said(about: Sheet | None) -> dict[str, str]:
    return {str(row[0]): str(row[1] or "") for row in about.rows if len(row) > 1} if about is not None else {}


def changed_unasked(before: Workbook, after: Workbook, marked: Mapping[str, Sequence[Range]]) -> tuple[Finding, ...]:
    """What was changed outside of the marked cells: a note for each sheet with the addresses, no values.

    Results of formulas that stayed are not looked at: they follow what was corrected.
    """
    said: list[Finding] = []
    now = {each.name: each for each in after.sheets}
    for sheet in before.sheets:
        if sheet.name not in now:
            if any(True for _ in sheet.filled_cells()):
                said.append(finding("return.sheet_gone", sheet=sheet.name))
            continue
        ranges = marked.get(sheet.name, ())
        cells = [at for at in changed_cells(sheet, now[sheet.name]) if not any(each.holds(at) for each in ranges)]
        if cells:
            said.append(
                finding("return.changed", sheet=sheet.name, cells=tuple(at.a1 for at in cells), found=len(cells))
            )
    known = {each.name for each in before.sheets}
    said += [finding("return.sheet_new", sheet=each.name) for each in after.sheets if each.name not in known]
    return tuple(said)
