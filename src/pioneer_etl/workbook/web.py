"""HTML tables saved under a spreadsheet's name, as web systems export them.

A spreadsheet program opens such a file as one sheet, tables below each other and the texts between
them as rows of one cell; so does this.  Cells stay texts, except where the writer noted the number
behind what is shown (`x:num` of Excel, `sdval` of LibreOffice).
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import PurePath

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.workbook.limits import Limits
from pioneer_etl.workbook.model import Scalar, Sheet, Style
from pioneer_etl.workbook.values import number_of, trimmed

_SKIPPED = frozenset(("script", "style", "head", "title", "comment", "noscript", "template"))
_BLOCKS = frozenset(("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "caption", "center", "li", "hr", "br"))
_SPACES = re.compile(r"[ \t\r\n\f]+")
_BLOCK_END = re.compile(r" *\n *")
_NUMERIC = re.compile(r"[-+]?[\d,\s]*\d(?:\.\d*)?(?:E[-+]?\d+)?|[-+]?\.\d+", re.IGNORECASE)
_WIDEST_SPAN = 1_000
_TALLEST_SPAN = 65_536
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_FILL = re.compile(r"background(?:-color)?\s*:\s*(?!transparent|none|inherit|white|#fff(?:fff)?\b)[^;]", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_ALIGN = re.compile(r"text-align\s*:\s*(\w+)", re.IGNORECASE)


def read_html(text: str, name: str, limits: Limits) -> Sheet:
    """The tables of a page as one sheet named after the file; FileRefused when there are too many cells."""
    reader = _Tables(limits.cells)
    try:
        reader.feed(text)
        reader.close()
    except OverflowError:
        raise FileRefused("file.too_many_cells", Location(name), expected=f"{limits.cells:,}") from None
    reader.finish()
    if not reader.cells:
        raise FileRefused("file.foreign", Location(name), found="HTML")
    grid: list[list[Scalar | None]] = [[] for _ in range(max(position.row for position in reader.cells))]
    for position, value in sorted(reader.cells.items()):
        row = grid[position.row - 1]
        row.extend([None] * (position.column - 1 - len(row)))
        row.append(value)
    return Sheet(
        name=PurePath(name).stem,
        rows=trimmed(grid),
        merges=tuple(reader.merges),
        styles=reader.styles,
        has_styles=True,
        hidden_rows=frozenset(reader.hidden_rows),
        count=_count(text),
        text_only=True,
    )


@dataclass(slots=True)
class _Cell:
    """A cell while it is being read."""

    position: Position
    attributes: Mapping[str, str]
    bold: bool
    down: int
    right: int
    pieces: list[str] = field(default_factory=list)


class _Tables(HTMLParser):
    """Walks a page.  A table inside a cell is text of that cell; tags that nobody closed close themselves."""

    def __init__(self, most_cells: int) -> None:
        super().__init__(convert_charrefs=True)
        self.cells: dict[Position, Scalar] = {}
        self.styles: dict[Position, Style] = {}
        self.merges: list[Range] = []
        self.hidden_rows: set[int] = set()
        self._most = most_cells
        self._seen = 0
        self._row = 0
        self._bottom = 0  # the lowest row that a cell of the current table reaches
        self._taken: dict[int, int] = {}  # column -> last row that a cell from above covers
        self._column = 0
        self._cell: _Cell | None = None
        self._depth = 0  # tables open
        self._skipped = 0
        self._between: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {key: value or "" for key, value in attrs}
        if tag in _SKIPPED:
            self._skipped += 1
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self._flush_between()
                self._bottom = self._row
                self._taken.clear()
        elif self._depth == 1 and tag == "tr":
            self._close_cell()
            self._row += 1
            self._column = 0
            if _HIDDEN.search(attributes.get("style", "")) or attributes.get("height") == "0":
                self.hidden_rows.add(self._row)
        elif self._depth == 1 and tag in ("td", "th"):
            self._close_cell()
            self._open_cell(tag, attributes)
        elif tag in _BLOCKS:
            self._break()
        elif tag in ("b", "strong") and self._cell is not None:
            self._cell.bold = True

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SKIPPED:
            self.handle_starttag(tag, attrs)
            if tag in ("td", "th", "table"):
                self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipped = max(0, self._skipped - 1)
        elif tag == "table" and self._depth:
            self._depth -= 1
            if self._depth == 0:
                self._close_cell()
                self._row = max(self._row, self._bottom)
        elif self._depth == 1 and tag in ("td", "th", "tr"):
            self._close_cell()
        elif tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if self._skipped:
            return
        if self._cell is not None:
            self._cell.pieces.append(_SPACES.sub(" ", data))
        else:
            self._between.append(_SPACES.sub(" ", data))

    def finish(self) -> None:
        """Close what the page left open."""
        self._close_cell()
        self._flush_between()

    def _break(self) -> None:
        (self._between if self._cell is None else self._cell.pieces).append("\n")

    def _open_cell(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._between and "".join(self._between).strip():
            self._flush_between()
        self._row = max(self._row, 1)
        self._column += 1
        while self._taken.get(self._column, 0) >= self._row:
            self._column += 1
        right = min(_span(attributes.get("colspan")), _WIDEST_SPAN)
        down = min(_span(attributes.get("rowspan")), _TALLEST_SPAN)
        self._seen += right
        if self._seen > self._most:
            raise OverflowError(self._seen)
        self._cell = _Cell(Position(self._row, self._column), attributes, tag == "th", down, right)
        if down > 1:
            for column in range(self._column, self._column + right):
                self._taken[column] = self._row + down - 1
        self._column += right - 1

    def _close_cell(self) -> None:
        cell, self._cell = self._cell, None
        if cell is None:
            return
        row, column = cell.position
        self._bottom = max(self._bottom, row)
        if cell.down > 1 or cell.right > 1:
            self.merges.append(Range(row, column, row + cell.down - 1, column + cell.right - 1))
        value = _value(cell)
        if value is not None:
            self.cells[cell.position] = value
        said = cell.attributes.get
        style = _style(said("style", ""), said("align", ""), said("bgcolor", ""), cell.bold)
        if style is not None:
            self.styles[cell.position] = style

    def _flush_between(self) -> None:
        """Texts outside of tables: a row each, in the first column."""
        lines = _text("".join(self._between)).split("\n")
        self._between.clear()
        for line in lines:
            if line.strip():
                self._row += 1
                self.cells[Position(self._row, 1)] = line


def _span(text: str | None) -> int:
    match = re.match(r"\s*(\d{1,6})", text) if text else None
    return max(1, int(match[1])) if match else 1


def _text(raw: str) -> str:
    return _BLOCK_END.sub("\n", raw).strip(" \n")


def _value(cell: _Cell) -> Scalar | None:
    text = _text("".join(cell.pieces))
    noted = cell.attributes.get("x:num", "") or cell.attributes.get("sdval", "")
    # Of a date or an error the number behind says less than what is shown, and so it does of a percentage.
    if noted and _NUMERIC.fullmatch(text.strip()):
        value = number_of(noted)
        if not isinstance(value, str):
            return value
    return text if text.strip() else None


@lru_cache(maxsize=1024)
def _style(css: str, align: str, colour: str, bold: bool) -> Style | None:
    """The look that a cell's attributes give it; None where it is nobody's but the page's."""
    aligned = _ALIGN.search(css)
    horizontal = (aligned[1] if aligned else align).lower()
    style = Style(
        bold=bold or bool(_BOLD.search(css)),
        filled=bool(_FILL.search(css)) or colour.lower() not in ("", "white", "#fff", "#ffffff"),
        horizontal=horizontal if horizontal in ("left", "center", "right") else "",
    )
    return style if style != Style() else None


def _count(text: str) -> int | None:
    """Cells that carry something, by cutting the page at its cells; None where tables stand in cells."""
    bare = re.sub(r"(?is)<!--.*?-->|<(script|style|head|title|comment|noscript|template)\b.*?</\1\s*>", "", text)
    tables = re.split(r"(?i)<table\b[^>]*>|</table\s*>", bare)
    if len(re.findall(r"(?i)<table\b", bare)) != len(re.findall(r"(?i)</table\s*>", bare)):
        return None
    count = 0
    for place, piece in enumerate(tables):
        if place % 2 == 0:  # outside
            blocks = re.split(r"(?i)</?(?:p|div|h[1-6]|caption|center|li|hr|br)\b[^>]*>", piece)
            count += sum(1 for block in blocks if _bare(block))
        else:
            before, *cells = re.split(r"(?i)<t[dh]\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", piece)
            if _bare(before):
                return None
            count += sum(1 for cell in cells if _bare(re.split(r"(?i)</t[dhr]\s*>|<tr\b", cell)[0]))
    nested = re.search(r"(?is)<table\b(?:(?!</table).)*<table\b", bare)
    return None if nested else count


def _bare(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup)).strip()
