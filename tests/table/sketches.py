"""Sheets drawn as text, and readings written back as text, so that a test shows both side by side."""

from __future__ import annotations

from collections.abc import Iterable

from pioneer_etl.contract.address import Position, column_letters, parse_range
from pioneer_etl.table.model import SheetReading, Table
from pioneer_etl.workbook.model import Row, Scalar, Sheet, Style


def draw(picture: str, merges: Iterable[str] = (), name: str = "Sheet1", bold: Iterable[str] = ()) -> Sheet:
    """A sheet from a picture: one line a row, `|` between cells; figures become numbers, 'text keeps its blanks.

    A line with only a dot is an empty row.
    """
    rows: list[Row] = []
    for line in picture.strip("\n").split("\n"):
        cells = [] if line.strip() == "." else line.split("|")
        rows.append(tuple(_cell(cell) for cell in cells))
    styles = {}
    for area in bold:
        box = parse_range(area)
        for r in range(box.top, box.bottom + 1):
            for c in range(box.left, box.right + 1):
                styles[Position(r, c)] = Style(bold=True)
    areas = tuple(parse_range(area) for area in merges)
    return Sheet(name, tuple(rows), areas, styles=styles, has_styles=bool(styles))


def _cell(text: str) -> Scalar | None:
    bare = text.strip()
    if not bare:
        return None
    if bare.startswith("'"):
        return text[text.index("'") + 1 :]
    try:
        return int(bare)
    except ValueError:
        pass
    try:
        return float(bare)
    except ValueError:
        return bare


def told(table: Table) -> str:
    """A table as text: where it is and of what kind, its columns' paths, its rows with role and labels."""
    lines = [f"{table.range.a1} {table.kind}"]
    for name, columns in (("labels", table.label_columns), ("values", table.columns)):
        lines.append(f"{name} " + ", ".join(_column(each.column, each.path, each.unit) for each in columns))
    lines += [f"{row.row} {row.role} {'/'.join(row.path)}".rstrip() for row in table.rows]
    return "\n".join(lines)


def _column(column: int, path: tuple[str, ...], unit: str | None) -> str:
    return f"{column_letters(column)}:{'/'.join(path)}" + (f"[{unit}]" if unit else "")


def role_of(reading: SheetReading, address: str) -> str:
    """The role of the cell at an A1 address."""
    box = parse_range(address)
    return str(reading.roles[Position(box.top, box.left)].role)


def lines(text: str) -> str:
    """An expectation, its common indent taken off."""
    return "\n".join(line.strip() for line in text.strip().split("\n"))
