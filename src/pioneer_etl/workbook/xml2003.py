"""XML Spreadsheet 2003, the format in which many web systems export "Excel" files ending in .xls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from xml.etree import ElementTree

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.workbook.limits import Limits
from pioneer_etl.workbook.model import CellError, NoResult, Scalar, Sheet, Style, Visibility, is_blank
from pioneer_etl.workbook.package import local_name
from pioneer_etl.workbook.values import number_of, trimmed

_FORMATS = {
    "General Date": "yyyy/m/d h:mm",
    "Short Date": "yyyy/m/d",
    "Long Date": 'yyyy"年"m"月"d"日"',
    "Fixed": "0.00",
    "Standard": "#,##0.00",
    "Percent": "0.00%",
}
_VISIBILITY = {"SheetHidden": Visibility.HIDDEN, "SheetVeryHidden": Visibility.VERY_HIDDEN}
_DATA = re.compile(r"<(?:\w+:)?Data\b[^<>]*?(?:/>|>(.*?)</(?:\w+:)?Data>)", re.DOTALL)
_COMMENT = re.compile(r"<(?:\w+:)?Comment\b.*?</(?:\w+:)?Comment>", re.DOTALL)
_SHEET = re.compile(r"<(?:\w+:)?Worksheet\b")


def read_xml2003(text: str, name: str, limits: Limits) -> tuple[tuple[Sheet, ...], bool]:
    """The sheets of the file, and whether its dates count from 1904."""
    where = Location(name)
    if "<!DOCTYPE" in text:
        raise FileRefused("file.doctype", where, part="XML")
    try:
        root = ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except ElementTree.ParseError as problem:
        raise FileRefused("file.damaged", where, detail=str(problem)) from None
    styles = _styles(root)
    worksheets = [each for each in root if local_name(each.tag) == "Worksheet"]
    if len(worksheets) > limits.sheets:
        raise FileRefused("file.too_many_sheets", where, found=len(worksheets), expected=limits.sheets)
    pieces = _SHEET.split(text)[1:]
    counts = [_count(each) for each in pieces] if len(pieces) == len(worksheets) else [None] * len(worksheets)
    try:
        sheets = tuple(_sheet(each, styles, n, limits) for each, n in zip(worksheets, counts, strict=True))
    except OverflowError:
        raise FileRefused("file.too_many_cells", where, expected=f"{limits.cells:,}") from None
    except ValueError as problem:
        raise FileRefused("file.damaged", where, detail=str(problem)) from None
    return sheets, any(local_name(each.tag) == "Date1904" for each in root.iter())


def _count(piece: str) -> int:
    """Cells of a sheet that have data, by their tags alone; comments have some of their own."""
    cells = _DATA.findall(_COMMENT.sub("", piece))
    return sum(1 for data in cells if re.sub(r"<[^>]*>|&#(?:10|13|32|160|9);", "", data).strip())


def _sheet(worksheet: ElementTree.Element, styles: Mapping[str, Style], count: int | None, limits: Limits) -> Sheet:
    reader = _Reader(styles, limits)
    for child in worksheet:
        if local_name(child.tag) == "Table":
            reader.table(child)
    visible = next((each.text for each in worksheet.iter() if local_name(each.tag) == "Visible"), None)
    waiting = sum(1 for row in reader.grid for value in row if isinstance(value, NoResult))
    return Sheet(
        name=_attributes(worksheet).get("Name", ""),
        rows=trimmed(reader.grid),
        merges=tuple(reader.merges),
        visibility=_VISIBILITY.get(visible or "", Visibility.VISIBLE),
        styles=reader.styles,
        has_styles=True,
        formulas=reader.formulas,
        hidden_rows=frozenset(reader.hidden_rows),
        hidden_columns=frozenset(reader.hidden_columns),
        comments=reader.comments,
        count=None if count is None else count + waiting,
    )


class _Reader:
    """Fills a grid from a <Table>; rows and cells may skip ahead with an index."""

    def __init__(self, styles: Mapping[str, Style], limits: Limits) -> None:
        self.grid: list[list[Scalar | None]] = []
        self.merges: list[Range] = []
        self.styles: dict[Position, Style] = {}
        self.formulas: dict[Position, str] = {}
        self.comments: dict[Position, str] = {}
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self._known = styles
        self._left = limits.grid_cells

    def table(self, table: ElementTree.Element) -> None:
        row = column = 0
        for child in table:
            names = _attributes(child)
            span = _integer(names, "Span", 0)
            if local_name(child.tag) == "Column":
                column = _integer(names, "Index", column + 1)
                if names.get("Hidden") == "1" and column + span <= 16_384:
                    self.hidden_columns.update(range(column, column + span + 1))
                column += span
            elif local_name(child.tag) == "Row":
                row = _integer(names, "Index", row + 1)
                if not 0 < row + span <= 1_048_576:
                    raise ValueError(f"row {row}")
                if names.get("Hidden") == "1":
                    self.hidden_rows.update(range(row, row + span + 1))
                self._row(row, child)
                row += span

    def _row(self, row: int, element: ElementTree.Element) -> None:
        column = 0
        for child in element:
            if local_name(child.tag) != "Cell":
                continue
            names = _attributes(child)
            column = _integer(names, "Index", column + 1)
            right, down = _integer(names, "MergeAcross", 0), _integer(names, "MergeDown", 0)
            if not 0 < column + right <= 16_384:
                raise ValueError(f"column {column}")
            position = Position(row, column)
            if right or down:
                self.merges.append(Range(row, column, row + down, column + right))
            style = self._known.get(names.get("StyleID", ""))
            if style is not None:
                self.styles[position] = style
            self._cell(position, child, names)
            column += right

    def _cell(self, position: Position, element: ElementTree.Element, names: Mapping[str, str]) -> None:
        data = next((each for each in element if local_name(each.tag) == "Data"), None)
        comment = next((each for each in element if local_name(each.tag) == "Comment"), None)
        if comment is not None:
            self.comments[position] = "".join(comment.itertext()).strip()
        formula = names.get("Formula")
        if formula is not None:
            self.formulas[position] = formula
        value: Scalar | None = None
        if data is not None:
            value = _value(_attributes(data).get("Type", "String"), "".join(data.itertext()))
        elif formula is not None:
            value = NoResult(formula)
        if value is None:
            return
        while len(self.grid) < position.row:
            self.grid.append([])
        cells = self.grid[position.row - 1]
        self._left -= position.column - len(cells)
        if self._left < 0:
            raise OverflowError(position)
        cells.extend([None] * (position.column - len(cells)))
        cells[position.column - 1] = value


def _value(kind: str, text: str) -> Scalar | None:
    if is_blank(text):
        return None
    if kind == "Number":
        return number_of(text)
    if kind == "Boolean":
        return text.strip() == "1"
    if kind == "Error":
        return CellError(text.strip())
    return _moment(text) if kind == "DateTime" else text


def _moment(text: str) -> date | datetime | time | str:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    if moment.date() in (date(1899, 12, 31), date(1899, 12, 30)):
        return moment.time()
    return moment.date() if moment.time() == time(0, 0) else moment


def _styles(root: ElementTree.Element) -> dict[str, Style]:
    styles: dict[str, Style] = {}
    for element in root.iter():
        if local_name(element.tag) != "Style":
            continue
        parts = {local_name(each.tag): _attributes(each) for each in element}
        sides = {
            _attributes(border).get("Position")
            for each in element
            if local_name(each.tag) == "Borders"
            for border in each
            if _attributes(border).get("LineStyle", "None") != "None"
        }
        written = parts.get("NumberFormat", {}).get("Format", "General")
        horizontal = parts.get("Alignment", {}).get("Horizontal", "").lower()
        fill = parts.get("Interior", {})
        styles[_attributes(element).get("ID", "")] = Style(
            number_format=_FORMATS.get(written, written),
            bold=parts.get("Font", {}).get("Bold") == "1",
            italic=parts.get("Font", {}).get("Italic") == "1",
            filled=fill.get("Pattern", "None") != "None" and fill.get("Color", "").upper() != "#FFFFFF",
            indent=_integer(parts.get("Alignment", {}), "Indent", 0),
            horizontal="" if horizontal == "automatic" else horizontal,
            border_top="Top" in sides,
            border_bottom="Bottom" in sides,
            border_left="Left" in sides,
            border_right="Right" in sides,
        )
    return styles


def _attributes(element: ElementTree.Element) -> dict[str, str]:
    return {local_name(key): value for key, value in element.items()}


def _integer(names: Mapping[str, str], key: str, otherwise: int) -> int:
    text = names.get(key, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else otherwise
