"""`SUMMARY.xlsx!C7`: which figure a cell of a written summary shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pioneer_etl.contract.address import parse_a1
from pioneer_etl.contract.errors import Location, UsageError
from pioneer_etl.report.xlsx import MAP_SHEET

_CELL = re.compile(r"(?:(?P<sheet>.+)!)?(?P<cell>\$?[A-Za-z]{1,3}\$?[1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    """What a cell shows: the summary, its period, the row by code (or "total"), the measure, and the day whose map of
    places it follows where that is not the period's last."""

    summary: str
    period: str
    row: str
    measure: str
    map_of: str | None = None


def printed_figure(path: Path, cell: str) -> PrintedFigure:
    """The figure at a cell of a workbook that this program wrote.

    `cell` is an A1 address on the first summary sheet, or "SHEET!C7".  UsageError when the workbook is not
    one of ours, the sheet was rearranged since, or the cell shows no figure.
    """
    from openpyxl import load_workbook

    place = Location(file=str(path), cell=cell)
    match = _CELL.fullmatch(cell.strip())
    if match is None:
        raise UsageError("trace.bad_cell", place, found=cell)
    at = parse_a1(match["cell"])
    if not path.is_file():
        raise UsageError("workspace.no_path", found=path)
    try:
        workbook = load_workbook(path, data_only=True)
    except Exception as error:  # openpyxl raises whatever zipfile, XML or its own parts do
        raise UsageError("trace.bad_workbook", place, reason=error) from error
    if MAP_SHEET not in workbook.sheetnames:
        raise UsageError("trace.foreign_workbook", place)
    lines = [row for row in workbook[MAP_SHEET].iter_rows(min_row=2, max_col=5, values_only=True) if row[0]]
    names = list(dict.fromkeys(str(row[0]) for row in lines))
    sheet = (match["sheet"] or "").strip("'") or names[0]
    if sheet not in names or sheet not in workbook.sheetnames:
        raise UsageError("trace.unknown_sheet", place, found=sheet, known=", ".join(names))
    map_of = {
        (what, index): (str(name), str(label or ""))
        for line_sheet, what, index, name, label in lines
        if line_sheet == sheet
    }
    if ("row", at.row) not in map_of or ("column", at.column) not in map_of:
        raise UsageError("trace.no_figure", place)
    row, label = map_of["row", at.row]
    printed = str(workbook[sheet].cell(at.row, 1).value or "").strip()
    if printed != label:
        raise UsageError("trace.rearranged", place, found=printed, expected=label)
    day = map_of.get(("map", None), (None,))[0]
    summary, period = map_of["summary", None][0], map_of["period", None][0]
    return PrintedFigure(summary, period, row, map_of["column", at.column][0], day)
