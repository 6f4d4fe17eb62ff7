"""OpenDocument spreadsheets: values from calamine, the rest and the count from a walk over content.xml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from xml.parsers import expat

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.workbook.archive import Archive
from pioneer_etl.workbook.limits import Limits
from pioneer_etl.workbook.model import CellError, NoResult, Scalar, Sheet, Visibility, is_blank
from pioneer_etl.workbook.plain import grid_of, open_calamine
from pioneer_etl.workbook.values import from_iso, number_of, trimmed

_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")
LOSSES = ("loss.styles",)


def read_ods(data: bytes, archive: Archive, limits: Limits) -> tuple[Sheet, ...]:
    """The sheets of an .ods.  Its styles and number formats are not read (loss.styles)."""
    where = Location(archive.file)
    if "content.xml" not in archive:
        raise FileRefused("file.damaged", where, detail="content.xml")
    try:
        walked = _walk(archive.read_xml("content.xml"), limits.cells)
    except OverflowError:
        raise FileRefused("file.too_many_cells", where, expected=f"{limits.cells:,}") from None
    except ValueError as problem:
        raise FileRefused("file.damaged", where, detail=f"content.xml: {problem}") from None
    if len(walked) > limits.sheets:
        raise FileRefused("file.too_many_sheets", where, found=len(walked), expected=limits.sheets)
    return tuple(
        _sheet(grid, each, limits, where) for grid, each in zip(_grids(data, walked, limits), walked, strict=True)
    )


def _grids(data: bytes, tables: list[_Table], limits: Limits) -> Iterator[list[list[Scalar | None]]]:
    """calamine's cells of every table; none where it cannot read them or would spread them too far."""
    where = Location("")
    try:
        book = open_calamine(data, where)
    except FileRefused:
        book = None
    names = [entry.name for entry in book.sheets_metadata] if book is not None else []
    for index, table in enumerate(tables):
        grid: list[list[Scalar | None]] = []
        if names[index : index + 1] == [table.name] and table.bottom * table.right <= limits.grid_cells:
            with suppress(FileRefused):
                grid, _ = grid_of(book, index, where)
        yield grid


def _sheet(grid: list[list[Scalar | None]], walked: _Table, limits: Limits, where: Location) -> Sheet:
    for (row, column), cell in walked.cells.items():
        while len(grid) < row:
            grid.append([])
        cells = grid[row - 1]
        cells.extend([None] * (column - len(cells)))
        if cells[column - 1] is None or cell.kind in ("error", "boolean") or cell.waits:
            cells[column - 1] = cell.scalar()
    rows = trimmed(grid)
    if sum(map(len, rows)) > limits.grid_cells:
        raise FileRefused("file.too_many_cells", where, expected=f"{limits.cells:,}")
    return Sheet(
        name=walked.name,
        rows=rows,
        merges=tuple(walked.merges),
        visibility=Visibility.HIDDEN if walked.hidden else Visibility.VISIBLE,
        formulas=walked.formulas,
        hidden_rows=frozenset(walked.hidden_rows),
        hidden_columns=frozenset(walked.hidden_columns),
        comments=walked.comments,
        count=len(walked.cells),
    )


@unchanging
class _Cell:
    """A cell as content.xml writes it: `kind` is its value type, or "" when it has none."""

    kind: str
    value: str
    text: str
    formula: str | None

    @property
    def waits(self) -> bool:
        return self.formula is not None and not self.kind and not self.text

    def scalar(self) -> Scalar | None:
        if self.waits:
            return NoResult(self.formula or "=")
        if self.kind == "error":
            return CellError(self.text.strip() or "#N/A")
        if self.kind == "boolean":
            return self.value == "true"
        if self.kind in ("float", "percentage", "currency"):
            return number_of(self.value)
        if self.kind == "time":
            return _clock(self.value)
        value = from_iso(self.value) if self.kind == "date" else self.text or self.value
        return None if is_blank(value) else value


@dataclass(slots=True)
class _Table:
    name: str
    hidden: bool = False
    cells: dict[tuple[int, int], _Cell] = field(default_factory=dict)
    merges: list[Range] = field(default_factory=list)
    formulas: dict[Position, str] = field(default_factory=dict)
    comments: dict[Position, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    @property
    def bottom(self) -> int:
        return max((row for row, _ in self.cells), default=0)

    @property
    def right(self) -> int:
        return max((column for _, column in self.cells), default=0)


def _walk(xml: bytes, most_cells: int) -> list[_Table]:
    """Every table of a document.  ValueError when it is not well-formed, OverflowError beyond `most_cells`."""
    walker = _Walker(most_cells)
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = walker.start
    parser.EndElementHandler = walker.end
    parser.CharacterDataHandler = walker.text
    parser.StartDoctypeDeclHandler = walker.doctype
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as problem:
        raise ValueError(str(problem)) from None
    return walker.tables


class _Walker:
    """The parser's handlers.  Repeated rows and cells are spread out only where they carry something."""

    def __init__(self, most_cells: int) -> None:
        self.tables: list[_Table] = []
        self._most = self._left = most_cells
        self._row = self._column = 0
        self._row_repeat = 1
        self._filled: list[tuple[int, int, _Cell]] = []  # first column, repeat, cell
        self._next_column = 0
        self._attributes: dict[str, str] = {}
        self._style_name = ""
        self._hidden_styles: set[str] = set()
        self._in_cell = self._in_note = 0
        self._paragraphs: list[str] = []
        self._note: list[str] = []

    def doctype(self, *_: object) -> None:
        raise ValueError("DOCTYPE")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        names = {key.rpartition("}")[2] if "calcext" not in key else "error-type": v for key, v in attributes.items()}
        if self._in_cell:
            self._inside(name, names)
        elif name == "table" and "name" in names:
            self.tables.append(_Table(names["name"], names.get("style-name") in self._hidden_styles))
            self._row = self._next_column = 0
            self._row_repeat = 1
        elif not self.tables:
            self._style(name, names)
        elif name == "table-column":
            repeat = _repeat(names.get("number-columns-repeated"))
            if names.get("visibility") in ("collapse", "filter"):
                self.tables[-1].hidden_columns.update(range(self._next_column + 1, self._next_column + repeat + 1))
            self._next_column += repeat
        elif name == "table-row":
            self._row += self._row_repeat if self._row else 1
            self._row_repeat = _repeat(names.get("number-rows-repeated"))
            self._column = 0
            self._filled = []
            if names.get("visibility") in ("collapse", "filter"):
                self.tables[-1].hidden_rows.update(range(self._row, self._row + self._row_repeat))
        elif name in ("table-cell", "covered-table-cell"):
            self._attributes = names
            self._in_cell = 1
            self._paragraphs, self._note = [], []

    def _style(self, name: str, names: dict[str, str]) -> None:
        """Whether a table is shown stands in its style."""
        if name == "style":
            self._style_name = names.get("name", "")
        elif name == "table-properties" and names.get("display") == "false":
            self._hidden_styles.add(self._style_name)

    def _inside(self, name: str, names: dict[str, str]) -> None:
        if name in ("table-cell", "covered-table-cell"):
            self._in_cell += 1  # a table within a cell
        elif name == "annotation":
            self._in_note += 1
        elif name == "p":
            (self._note if self._in_note else self._paragraphs).append("")
        elif name == "s":
            self.text(" " * _repeat(names.get("c")))
        elif name in ("tab", "line-break"):
            self.text("\t" if name == "tab" else "\n")

    def text(self, data: str) -> None:
        lines = self._note if self._in_note else self._paragraphs
        if self._in_cell and lines:
            lines[-1] += data

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if name == "annotation":
            self._in_note -= 1
        elif name in ("table-cell", "covered-table-cell"):
            self._in_cell -= 1
            if not self._in_cell:
                self._close_cell()
        elif name == "table-row" and not self._in_cell:
            self._close_row()

    def _close_cell(self) -> None:
        names = self._attributes
        first = self._column + 1
        repeat = _repeat(names.get("number-columns-repeated"))
        self._column += repeat
        right, down = _repeat(names.get("number-columns-spanned")), _repeat(names.get("number-rows-spanned"))
        table = self.tables[-1]
        if right > 1 or down > 1:
            table.merges.append(Range(self._row, first, self._row + down - 1, first + right - 1))
        text = "\n".join(self._paragraphs)
        kind = "error" if names.get("error-type") == "error" else names.get("value-type", "")
        value = next((names[key] for key in ("value", "date-value", "time-value", "boolean-value") if key in names), "")
        formula = names.get("formula")
        if formula is not None:
            formula = formula.partition(":")[2] if formula.startswith(("of:", "oooc:", "msoxl:")) else formula
        if self._note:
            table.comments[Position(self._row, first)] = "\n".join(self._note).strip()
        cell = _Cell(kind, value or names.get("string-value", ""), text, formula)
        if value or not is_blank(text) or not is_blank(cell.value) or cell.waits or kind == "error":
            self._filled.append((first, repeat, cell))

    def _close_row(self) -> None:
        table = self.tables[-1]
        for row, column, cell in self._spread():
            table.cells[row, column] = cell
            if cell.formula is not None:
                table.formulas[Position(row, column)] = cell.formula

    def _spread(self) -> Iterator[tuple[int, int, _Cell]]:
        self._left -= sum(repeat for _, repeat, _ in self._filled) * self._row_repeat
        if self._left < 0:
            raise OverflowError(self._most)
        for row in range(self._row, self._row + self._row_repeat) if self._filled else ():
            for first, repeat, cell in self._filled:
                for column in range(first, first + repeat):
                    yield row, column, cell


def _clock(text: str) -> Scalar:
    """A time of day, or a duration where it is longer than a day: PT08H30M00S."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return text
    length = timedelta(hours=int(match[1] or 0), minutes=int(match[2] or 0), seconds=float(match[3] or 0))
    return (datetime.min + length).time() if length < timedelta(days=1) else length


def _repeat(text: str | None) -> int:
    return min(int(text), 1_048_576) if text and text.isascii() and text.isdigit() and int(text) else 1
