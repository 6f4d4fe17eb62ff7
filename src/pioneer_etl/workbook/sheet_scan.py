"""The light pass over a sheet's XML, for what a value reader leaves out.

Most rows of a sheet repeat one shape: the same columns, types and formulas, only other digits.  With
the digits struck out they are the same bytes, so a shape is understood once, and a row then costs a
slice and a look-up instead of a regular expression a cell.  Style numbers are digits too; they are
read from the row when somebody asks for them (see `StyleGrid`).

The pass knows the plain dialect that spreadsheet programs write.  Whatever else it meets it does not
guess at: it raises `Unusual`, and the sheet goes through an XML parser (`sheet_parse`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple, Protocol

from pioneer_etl.contract.address import Position, Range, column_number, parse_range
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.workbook.model import Style
from pioneer_etl.workbook.package import StyleTable

_DIGITS = b"0123456789.+-"
_SMALLEST_CELL = len('<c r="A1"/>')
_ANY_TEXT = b"<is/>"  # what stands in an outline for a text in place
_KEPT = 10_000  # bytes of an outline that is worth remembering after its sheet
_ROW_HEAD = re.compile(rb'(?:[^<>]*? )?r="([1-9][0-9]{0,6})"[^<>]*>')
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"([^<>]*?)(?:/>|>(?:<v>([^<]+)</v></c>|(.*?)</c>))', re.DOTALL)
# The same without digits: a value may then be empty.
_OUTLINED = re.compile(rb'<c r="([A-Z]{1,3})"([^<>]*?)(?:/>|>(?:(<v>)([^<]*)</v></c>|(.*?)</c>))', re.DOTALL)
_STYLED = re.compile(rb'<c r="([A-Z]{1,3})[0-9]+"[^<>]*? s="([0-9]+)"')
_ATTRIBUTE = re.compile(rb' ([A-Za-z:]+)="([^"<>]*)"')
_VALUE = re.compile(rb"<v(?: [^<>]*)?>([^<]*)</v>")
_FORMULA = re.compile(rb"<f((?: [^<>]*?)?)(?:/>|>([^<]*)</f>)")
_SIMPLE = re.compile(rb"<f>([^<]*)</f>(?:<v>([^<]*)</v>|<v ?/>)?")
_INLINE = re.compile(rb"<is(?: [^<>]*)?>(.*?)</is>", re.DOTALL)
_PHONETIC = re.compile(rb"<rPh\b.*?</rPh>", re.DOTALL)
_IN_PLACE = re.compile(rb"<is><t(?: xml:space=\"preserve\")?>([^<]*)</t></is>")
_TEXT = re.compile(rb"<t(?: [^<>]*)?>([^<]*)</t>")
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3}[0-9]{1,7}(?::[A-Z]{1,3}[0-9]{1,7})?)" ?/?>')
_COLUMN = re.compile(rb"<col ([^<>]*?)/?>")
_BEFORE_ROWS = re.compile(rb"<sheetData[^<>]*>\s*|")
_HIDDEN = re.compile(rb' (?:hidden="(?:1|true)"|ht="0(?:\.0*)?"|width="0(?:\.0*)?")')
# What the pass does not read in a row: comments, CDATA, other blanks in tags, rows within rows.
_STRANGE = re.compile(rb"<!|<\?|<c[>\n\r\t]|<row[>\n\r\t]|<[A-Za-z]+:c[ >]")
_PLAIN_TYPES = ("n", "s", "b")


class Unusual(Exception):
    """The sheet is written in a way that the light pass does not read."""


class RawCell(NamedTuple):
    """One cell as the file writes it: nothing converted, entities resolved.

    `value` is None when the file has no value or an empty one; `formula` when the cell has none, ""
    for a cell that shares another's formula; `shared` is the number of a shared formula.
    """

    row: int
    column: int
    style: int = 0
    type: str = "n"
    value: str | None = None
    formula: str | None = None
    inline: str | None = None
    shared: str | None = None

    @property
    def carries(self) -> bool:
        """Whether anything is in the cell, a formula without a result included."""
        return self.value is not None or self.inline is not None or self.waits

    @property
    def waits(self) -> bool:
        """Whether it is a formula that was saved without a result."""
        return self.formula is not None and self.value is None and self.type != "str"


@unchanging
class Shape:
    """What rows with the same bytes but for digits have in common.

    `columns` are those that carry something.  `special` are the letters of cells that have to be read
    one by one (formulas, errors, unusual types); `columns` may then name a cell that turns out blank, as
    it may for an empty value, which without its digits looks like any other.  `cells` is how many there
    are, blanks included.
    """

    columns: tuple[int, ...]
    special: tuple[bytes, ...]
    cells: int
    may_hide: bool


class ScannedRow(NamedTuple):
    """One row: its bytes, to be read cell by cell when that is needed, and its shape."""

    row: int
    content: bytes
    shape: Shape

    @property
    def columns(self) -> tuple[int, ...]:
        return self.shape.columns

    def cells(self) -> Iterator[RawCell]:
        """Every cell that has anything in it."""
        return read_row(self.content)

    def special_cells(self) -> Iterator[RawCell]:
        """Those for which calamine's word is not enough."""
        for letters in self.shape.special:
            place = self.content.find(b'<c r="%b%d"' % (letters, self.row))
            match = _CELL.match(self.content, place) if place >= 0 else None
            if match is None:
                raise Unusual("cells")
            yield _raw_cell(*match.groups(b""))

    @property
    def special(self) -> bool:
        return bool(self.shape.special)

    def style_numbers(self) -> tuple[tuple[int, int], ...]:
        """Column and style number of every cell of the row."""
        return _style_numbers(tuple(_STYLED.findall(self.content)))


@unchanging
class SheetScan:
    """A sheet after the light pass.  `rows` are those up to the last with content, in order."""

    rows: tuple[ScannedRow, ...]
    merges: tuple[Range, ...]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    cells: int

    @property
    def bottom(self) -> int:
        return max((each.row for each in self.rows if each.columns), default=0)

    @property
    def right(self) -> int:
        return max((columns[-1] for columns in {each.shape.columns for each in self.rows} if columns), default=0)


def scan_sheet(xml: bytes, most_cells: int) -> SheetScan:
    """The light pass.  Unusual when the sheet must be parsed, OverflowError beyond `most_cells`."""
    head, body, tail = _split(xml)
    if len(body) // _SMALLEST_CELL > most_cells and body.count(b"<c ") > most_cells:
        raise OverflowError(most_cells)
    before, *contents = body.split(b"<row ")
    if _BEFORE_ROWS.fullmatch(before) is None:
        raise Unusual("rows")
    # Texts in place differ from row to row; for the shapes they are all one text.
    alike = _IN_PLACE.sub(_ANY_TEXT, body) if b"<is>" in body else body
    outlines = alike.translate(None, _DIGITS).split(b"<row ")[1:]
    if len(outlines) != len(contents):
        raise Unusual("texts in place")
    shapes: dict[bytes, Shape] = {}
    rows: list[ScannedRow] = []
    hidden: list[int] = []
    last = cells = 0
    for content, outline in zip(contents, outlines, strict=True):
        match = _ROW_HEAD.match(content)
        if match is None:
            raise Unusual("row")
        row = int(match[1])
        if row <= last or row > 1_048_576:
            raise Unusual("order of rows")
        last = row
        shape = shapes.get(outline)
        if shape is None:
            shape = shapes[outline] = (_shape_of if len(outline) < _KEPT else _shape_of.__wrapped__)(outline)
        if shape.may_hide and _HIDDEN.search(b" " + match[0]):
            hidden.append(row)
        if shape.cells:
            cells += shape.cells
            rows.append(ScannedRow(row, content, shape))
    if cells > most_cells:
        raise OverflowError(cells)
    return SheetScan(tuple(rows), _merges(tail), frozenset(hidden), _hidden_columns(_COLUMN.findall(head)), cells)


def _split(xml: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands before the rows, the rows up to the last with content, and what stands after them."""
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in xml[:64]:
        raise Unusual("encoding")
    declaration = xml[:200].partition(b"?>")[0].lower()
    if b"encoding" in declaration and b"utf-8" not in declaration and b"us-ascii" not in declaration:
        raise Unusual("encoding")
    start, end = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
    if start < 0 or b"<worksheet" not in xml[:start] or (end < 0 and b"<sheetData/>" not in xml):
        raise Unusual("dialect")
    if b"<!" in xml[:start] or b' zeroHeight="' in xml[:start]:
        raise Unusual("head")
    if end < 0:
        return xml[:start], b"", xml[start:]
    # A used range can end in a million formatted rows: only what stands before the last closed cell matters.
    close = xml.rfind(b"</c>", start, end)
    if close < 0:
        return xml[:start], b"", xml[end:]
    stop = xml.find(b"</row>", close, end)
    return xml[:start], xml[start : stop if stop >= 0 else end], xml[end:]


@lru_cache(maxsize=2048)
def _shape_of(outline: bytes) -> Shape:
    """The shape of a row without its digits; the forms of a county have few, file by file the same."""
    if _STRANGE.search(outline):
        raise Unusual("dialect")
    head = b" " + outline.partition(b">")[0]
    columns: list[int] = []
    special: list[bytes] = []
    cells = _OUTLINED.findall(outline)
    if len(cells) != outline.count(b"<c "):
        raise Unusual("cells")
    before = 0
    for letters, attributes, plain, value, inner in cells:
        _, kind = cell_attributes(attributes)
        column = _column(letters)
        if not before < column <= 16_384 or b"<c " in inner:
            raise Unusual("order of cells")
        before = column
        if plain or inner:
            columns.append(column)
            if b"&" in value and kind != "str":
                raise Unusual("reference in a value")
            # calamine's word is not enough for a formula, an error, an unusual type.
            doubtful = inner != _ANY_TEXT if inner else kind not in _PLAIN_TYPES
            if doubtful or (kind == "n" and value.strip(b"eE")):
                special.append(letters)
    return Shape(tuple(columns), tuple(special), len(cells), b'hidden="' in head or b' ht="' in head)


def read_row(content: bytes) -> Iterator[RawCell]:
    """The cells of a row that have anything in them.  Unusual when one is written strangely."""
    cells = _CELL.findall(content)
    if len(cells) != content.count(b"<c "):
        raise Unusual("cells")
    for letters, number, attributes, value, inner in cells:
        if value or inner:
            yield _raw_cell(letters, number, attributes, value, inner)


def _raw_cell(letters: bytes, number: bytes, attributes: bytes, value: bytes, inner: bytes) -> RawCell:
    style, kind = cell_attributes(attributes)
    formula = inline = shared = None
    if inner:
        value, formula, inline, shared = _inside(inner)
    return RawCell(int(number), _column(letters), style, kind, text_of(value) or None, formula, inline, shared)


def _inside(inner: bytes) -> tuple[bytes, str | None, str | None, str | None]:
    """Value, formula, text in place and number of a shared formula, from what a cell holds."""
    if (simple := _SIMPLE.fullmatch(inner)) is not None:
        return simple[2] or b"", text_of(simple[1]), None, None
    if (in_place := _IN_PLACE.fullmatch(inner)) is not None:
        return b"", None, text_of(in_place[1]) or None, None
    formula = inline = shared = None
    found = _VALUE.search(inner)
    value = found[1] if found else b""
    match = _FORMULA.search(inner)
    if match is not None:
        formula = text_of(match[2] or b"")
        shared = _shared_number(match[1])
    elif b"<f" in inner:
        raise Unusual("formula")
    match = _INLINE.search(inner)
    if match is not None:
        inline = "".join(text_of(each) for each in _TEXT.findall(_PHONETIC.sub(b"", match[1]))) or None
    elif b"<is" in inner and b"<is/>" not in inner:
        raise Unusual("text in place")
    return value, formula, inline, shared


@lru_cache(maxsize=16_384)
def _column(letters: bytes) -> int:
    return column_number(letters.decode())


@lru_cache(maxsize=1024)
def _style_numbers(cells: tuple[tuple[bytes, bytes], ...]) -> tuple[tuple[int, int], ...]:
    """The numbers that a row's letters and digits say; rows of one look are many."""
    return tuple((_column(letters), int(number)) for letters, number in cells)


@lru_cache(maxsize=4096)
def cell_attributes(raw: bytes) -> tuple[int, str]:
    """Style number and type of a cell from its attributes."""
    names = _attributes(raw)
    style = names.get(b"s", b"0")
    return int(style) if style.isdigit() else 0, names.get(b"t", b"n").decode("ascii", "replace")


def _shared_number(attributes: bytes) -> str | None:
    names = _attributes(attributes)
    return names.get(b"si", b"").decode("ascii", "replace") if names.get(b"t") == b"shared" else None


def text_of(raw: bytes) -> str:
    """Character data as text: line ends and entities as an XML parser would have them."""
    text = raw.decode("utf-8", "replace")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return html.unescape(text) if "&" in text else text


def _attributes(raw: bytes) -> dict[bytes, bytes]:
    if not raw.strip():
        return {}
    found = _ATTRIBUTE.findall(raw)
    if len(found) != raw.count(b'"') // 2 or b"'" in raw:
        raise Unusual("attributes")
    return dict(found)


def _merges(tail: bytes) -> tuple[Range, ...]:
    found = _MERGE.findall(tail)
    if len(found) != tail.count(b"<mergeCell ") or b":mergeCell" in tail:
        raise Unusual("merges")
    return tuple(map(_merge, found))


@lru_cache(maxsize=4096)
def _merge(reference: bytes) -> Range:
    return parse_range(reference.decode())


def _hidden_columns(columns: list[bytes]) -> frozenset[int]:
    """Hidden columns from the attributes of every <col>."""
    hidden: set[int] = set()
    for raw in columns:
        names = _attributes(b" " + raw.strip())
        if _HIDDEN.search(b" " + raw):
            first, last = int(names.get(b"min", b"0")), int(names.get(b"max", b"0"))
            hidden.update(range(max(first, 1), min(last, 16_384) + 1))
    return frozenset(hidden)


class StyledRow(Protocol):
    """A row that can tell its cells' style numbers."""

    def style_numbers(self) -> tuple[tuple[int, int], ...]: ...


class StyleGrid(Mapping[Position, Style]):
    """The styles of a sheet's cells, read row by row when somebody asks for them."""

    def __init__(self, rows: Mapping[int, StyledRow], styles: StyleTable) -> None:
        self._rows = rows
        self._styles = styles
        self._read: dict[int, dict[int, Style]] = {}
        self._alike: dict[tuple[tuple[int, int], ...], dict[int, Style]] = {}  # rows of one look share their styles

    def _row(self, row: int) -> dict[int, Style]:
        cells = self._read.get(row)
        if cells is None:
            source = self._rows.get(row)
            numbers = () if source is None else source.style_numbers()
            cells = self._alike.get(numbers)
            if cells is None:
                cells = self._alike[numbers] = {column: self._styles[style] for column, style in numbers}
            self._read[row] = cells
        return cells

    # Mapping.get may be given a default of any type; a style or None is all that a sheet asks for.
    def get(self, position: Position, default: Style | None = None) -> Style | None:  # type: ignore[override]
        row = self._read.get(position[0])
        return (self._row(position[0]) if row is None else row).get(position[1], default)

    def __getitem__(self, position: Position) -> Style:
        return self._row(position[0])[position[1]]

    def __iter__(self) -> Iterator[Position]:
        for row in self._rows:
            for column in self._row(row):
                yield Position(row, column)

    def __len__(self) -> int:
        return sum(len(self._row(row)) for row in self._rows)
