"""A sheet's XML through a parser: slower than the light pass, and sure with whatever is well-formed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from xml.parsers import expat

from pioneer_etl.contract.address import Range, parse_a1, parse_range
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.workbook.sheet_scan import RawCell


@unchanging
class ParsedRow:
    """One row: its cells that carry something or have a formula, and the style number of every cell.

    A file may write two cells at one address; both are here, so that the count tells that one is lost.
    """

    row: int
    found: list[RawCell] = field(default_factory=list)
    styles: dict[int, int] = field(default_factory=dict)

    @property
    def special(self) -> bool:
        return True

    @property
    def columns(self) -> tuple[int, ...]:
        return tuple(sorted({cell.column for cell in self.found}))

    def cells(self) -> Iterable[RawCell]:
        return self.found

    def special_cells(self) -> Iterable[RawCell]:
        """All: a sheet that needed the parser is held against calamine cell by cell."""
        return self.found

    def style_numbers(self) -> tuple[tuple[int, int], ...]:
        return tuple(self.styles.items())


@unchanging
class ParsedSheet:
    """A sheet after the parser; the same facts as `SheetScan`.  `cells` is how many it has, blanks included."""

    rows: tuple[ParsedRow, ...]
    merges: tuple[Range, ...]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    cells: int

    @property
    def bottom(self) -> int:
        return max((each.row for each in self.rows if each.found), default=0)

    @property
    def right(self) -> int:
        return max((cell.column for each in self.rows for cell in each.found), default=0)


def parse_sheet(xml: bytes, most_cells: int) -> ParsedSheet:
    """Every cell of a sheet.  ValueError when it is not well-formed, OverflowError beyond `most_cells`."""
    parser = expat.ParserCreate(namespace_separator="}")
    reader = _Reader(most_cells)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.buffer_text = True
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as problem:
        raise ValueError(str(problem)) from None
    bottom = max((row.row for row in reader.rows.values() if row.found), default=0)
    return ParsedSheet(
        rows=tuple(reader.rows[row] for row in sorted(reader.rows) if row <= bottom),
        merges=tuple(reader.merges),
        hidden_rows=frozenset(reader.hidden_rows),
        hidden_columns=frozenset(reader.hidden_columns),
        cells=reader.seen,
    )


class _Reader:
    """The parser's handlers.  Text is kept only inside a value, a formula or a text in place."""

    def __init__(self, most_cells: int) -> None:
        self.rows: dict[int, ParsedRow] = {}
        self.merges: list[Range] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.seen = 0
        self.most_cells = most_cells
        self.row = self.column = 0
        self.attributes: dict[str, str] = {}
        self.pieces: list[str] | None = None
        self.value: str | None = None
        self.formula: str | None = None
        self.shared: str | None = None
        self.inline: list[str] | None = None
        self.phonetic = 0
        self.in_data = self.rows_hidden = False

    def doctype(self, *_: object) -> None:
        raise ValueError("DOCTYPE")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "sheetData":
            self.in_data = True
        elif not self.in_data:
            self._around(name, attributes)
        elif name == "c":
            self._cell(attributes)
        elif name == "row":
            self.row = int(attributes["r"]) if "r" in attributes else self.row + 1
            self.column = 0
            hidden = attributes.get("hidden", "1" if self.rows_hidden else "0") in ("1", "true")
            if hidden or _zero(attributes.get("ht")):
                self.hidden_rows.add(self.row)
        elif name == "f":
            self.shared = attributes.get("si") if attributes.get("t") == "shared" else None
            self.pieces = []
        elif name == "v":
            self.pieces = []
        elif name == "is":
            self.inline = []
        elif name == "rPh":
            self.phonetic += 1
        elif name == "t" and self.inline is not None and not self.phonetic:
            self.pieces = []

    def _around(self, name: str, attributes: dict[str, str]) -> None:
        if name == "mergeCell" and "ref" in attributes:
            self.merges.append(parse_range(attributes["ref"]))
        elif name == "sheetFormatPr":
            self.rows_hidden = attributes.get("zeroHeight") in ("1", "true")
        elif name == "col" and (attributes.get("hidden") in ("1", "true") or _zero(attributes.get("width"))):
            first, last = int(attributes.get("min", "0")), int(attributes.get("max", "0"))
            self.hidden_columns.update(range(max(first, 1), min(last, 16_384) + 1))

    def _cell(self, attributes: dict[str, str]) -> None:
        if "r" in attributes:
            self.row, self.column = parse_a1(attributes["r"])
        else:
            self.column += 1
        if self.row > 1_048_576 or self.column > 16_384:
            raise ValueError(f"cell outside of a sheet: row {self.row}, column {self.column}")
        self.seen += 1
        if self.seen > self.most_cells:
            raise OverflowError(self.seen)
        self.attributes = attributes
        self.value = self.formula = self.shared = self.inline = None

    def text(self, data: str) -> None:
        if self.pieces is not None:
            self.pieces.append(data)

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if name == "c":
            self._close()
        elif name == "sheetData":
            self.in_data = False
        elif name == "rPh":
            self.phonetic -= 1
        elif self.pieces is not None and name in ("v", "f", "t"):
            text, self.pieces = "".join(self.pieces), None
            if name == "v":
                self.value = text or None
            elif name == "f":
                self.formula = text
            elif self.inline is not None:
                self.inline.append(text)

    def _close(self) -> None:
        style = self.attributes.get("s", "0")
        cell = RawCell(
            row=self.row,
            column=self.column,
            style=int(style) if style.isdigit() else 0,
            type=self.attributes.get("t", "n"),
            value=self.value,
            formula=self.formula,
            inline="".join(self.inline) or None if self.inline is not None else None,
            shared=self.shared,
        )
        if cell.style or cell.carries or cell.formula is not None:
            row = self.rows.get(self.row)
            if row is None:
                row = self.rows[self.row] = ParsedRow(self.row)
            row.styles[self.column] = cell.style
            if cell.carries or cell.formula is not None:
                row.found.append(cell)


def _zero(length: str | None) -> bool:
    try:
        return length is not None and float(length) == 0
    except ValueError:
        return False
