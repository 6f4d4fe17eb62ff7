"""Out and back in the demo: what was found goes back to the townships, comes back corrected or answered, the rest is
waived by the county.

The clerks are made up as everything here is: where the list asks for one figure they write it into the cell, for
everything else they say in words what is the matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pioneer_etl.contract.address import parse_range
from pioneer_etl.entry.returned_list import ANSWER_COLUMN, COLUMN_OF, LIST_SIGN
from pioneer_etl.report.cell_values import put_text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from pioneer_etl.workspace import Workspace
    from pioneer_etl.workspace.report import IngestReport

RETURNED = "returned"
_DAY = date(2005, 2, 1)
_GRAVE = ("error", "warning")
_STATES = ("open", "fixed", "explained", "waived")
_MENDED = "合计已按各村之和改正。"
_CONFIRMED = "已逐项核实，情况属实。"
_NO_FORM = "此件不是报表，不再报送。"  # of a file as a whole
_WAIVED = "与乡镇核对后予以认可"


@dataclass(frozen=True, slots=True)
class Step:
    """How the errors and warnings stand after a step: their number by state (open, fixed, explained, waived)."""

    name: str
    states: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Cycle:
    """The whole cycle: what went back, what came of it when it came back, and how many findings stood open on the way.

    `corrected` are cells that clerks corrected, `answered` findings that they answered.
    """

    returned: tuple[Path, ...]
    corrected: int
    answered: int
    report: IngestReport
    waived: int
    steps: tuple[Step, ...]

    @property
    def closed(self) -> bool:
        """Whether nothing is open that should be explained or corrected."""
        return not self.steps[-1].states.get("open")


def run_cycle(workspace: Workspace) -> Cycle:
    """Return, correct and answer, ingest again, waive: on the demo county once it is ingested."""
    folder = workspace.root / RETURNED
    steps = [Step("ingested", _states(workspace))]
    sent = [each.path for each in workspace.return_workbooks((), folder, day=_DAY) if each.path is not None]
    corrected = answered = 0
    for path in sent:
        cells, words = _clerk(path)
        corrected, answered = corrected + cells, answered + words
    report = workspace.ingest([folder])
    steps.append(Step("came_back", _states(workspace)))
    left = [each for each in workspace.findings(state="open") if each.finding.severity.value in _GRAVE]
    for each in left:
        workspace.waive(each.id, who="县委组织部", why=_WAIVED)
    steps.append(Step("waived", _states(workspace)))
    return Cycle(tuple(sent), corrected, answered, report, len(left), tuple(steps))


def _states(workspace: Workspace) -> Mapping[str, int]:
    grave = [each for each in workspace.findings() if each.finding.severity.value in _GRAVE]
    return Counter(each.state for each in grave)


def _clerk(path: Path) -> tuple[int, int]:
    """Fill in a returned workbook as its clerk would; how many cells were corrected, and findings answered."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    sheet = book.worksheets[0]
    top, columns = _headings(sheet)
    corrected = answered = 0
    for row in range(top + 1, sheet.max_row + 1):
        if not sheet.cell(row, columns[LIST_SIGN]).value:
            continue
        code, form, cell, expected = (
            str(sheet.cell(row, COLUMN_OF[name]).value or "") for name in ("code", "sheet", "cell", "expected")
        )
        if code == "check.total" and form in book.sheetnames and (figure := _figure(expected)) is not None:
            at = parse_range(cell)
            book[form].cell(at.top, at.left).value = figure
            corrected += 1
            words = _MENDED
        else:
            words = _CONFIRMED if form else _NO_FORM
        put_text(sheet.cell(row, ANSWER_COLUMN), words)
        answered += 1
    book.save(path)
    return corrected, answered


def _headings(sheet: Worksheet) -> tuple[int, dict[Any, int]]:
    """The row of the list's headings, and the column of each."""
    for row in sheet.iter_rows():
        found = {cell.value: cell.column for cell in row if cell.value is not None}
        if LIST_SIGN in found:
            return row[0].row, found
    raise ValueError(sheet.title)


def _figure(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def in_order(steps: Sequence[Step]) -> list[tuple[str, int, int, int, int]]:
    """The steps as lines: name, open, fixed, explained, waived."""
    found = []
    for each in steps:
        known, fixed, explained, waived = (each.states.get(state, 0) for state in _STATES)
        found.append((each.name, known, fixed, explained, waived))
    return found
