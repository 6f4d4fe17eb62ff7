"""Tables in Word documents (.docx) as sheets, for pioneer-etl.

A document has no sheets and no addresses.  Each table becomes a sheet called 表1, 表2, …: the paragraphs above it
are its first rows, one cell each, so that a title or 填报单位 is where a workbook would have it; then come the
table's rows.  The paragraphs after the last table follow below it, after an empty row.  A1 addresses count from there.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from pioneer_etl.contract.address import Range
from pioneer_etl.plugins import hookimpl
from pioneer_etl.workbook.model import Row, Sheet, Workbook

PIONEER_API = 1  # the plugin API it was written for

_DOCUMENT = "word/document.xml"


@hookimpl
def read_workbook(path: Path) -> Workbook | None:
    """The tables of a Word document; None for any other file, told by its content."""
    if not _is_document(path):
        return None
    import docx  # only when there is one to read

    lines: list[str] = []
    sheets: list[Sheet] = []
    for part in docx.Document(str(path)).iter_inner_content():
        if hasattr(part, "rows"):
            sheets.append(_sheet(f"表{len(sheets) + 1}", lines, part))
            lines = []
        elif part.text.strip():
            lines.append(part.text.strip())
    if sheets and lines:
        last = sheets.pop()
        below: tuple[Row, ...] = ((), *((line,) for line in lines))
        sheets.append(Sheet(last.name, (*last.rows, *below), last.merges))
    return Workbook(path.name, "", "docx", tuple(sheets)) if sheets else None


def _is_document(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return _DOCUMENT in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def _sheet(name: str, above: list[str], table: object) -> Sheet:
    """A table below the lines that stand above it.  A merged cell's text stands in its top left cell alone."""
    top = len(above)
    grid: list[list[str | None]] = []
    corners: dict[object, tuple[int, int, int, int]] = {}
    for r, row in enumerate(table.rows):  # type: ignore[attr-defined]
        cells: list[str | None] = []
        for c, cell in enumerate(_cells(row)):
            if cell is None:
                cells.append(None)
            elif cell in corners:
                first_row, first_column, _, last_column = corners[cell]
                corners[cell] = (first_row, first_column, r, max(last_column, c))
                cells.append(None)
            else:
                corners[cell] = (r, c, r, c)
                text = "\n".join(each.text for each in _paragraphs(cell)).strip()
                cells.append(text or None)
        grid.append(cells)
    merges = tuple(
        Range(top + first_row + 1, first_column + 1, top + last_row + 1, last_column + 1)
        for first_row, first_column, last_row, last_column in corners.values()
        if (first_row, first_column) != (last_row, last_column)
    )
    rows: list[Row] = [(line,) for line in above]
    return Sheet(name, (*rows, *map(tuple, grid)), merges)


def _cells(row: object) -> Iterator[object | None]:
    """The XML element of the cell at every place of a row: one element stands at every place that it covers.

    A row may begin or end some columns late; nothing stands there.
    """
    yield from [None] * row.grid_cols_before  # type: ignore[attr-defined]
    for cell in row.cells:  # type: ignore[attr-defined]
        yield cell._tc
    yield from [None] * row.grid_cols_after  # type: ignore[attr-defined]


def _paragraphs(cell: object) -> Iterator[object]:
    from docx.text.paragraph import Paragraph

    for each in cell.p_lst:  # type: ignore[attr-defined]
        yield Paragraph(each, None)  # type: ignore[arg-type]
