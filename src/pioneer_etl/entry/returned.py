"""Return workbooks: a township's own file with every finding marked on its cells and listed on a first sheet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, datetime, timedelta
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.finding import Finding
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.entry.marks import Mark, put_marks, take_off_marks
from pioneer_etl.entry.returned_convert import converted
from pioneer_etl.entry.returned_list import About, Line, take_off_list, write_list
from pioneer_etl.entry.returned_losses import losses
from pioneer_etl.report.chase import remedy_for_sender
from pioneer_etl.workbook.model import CellError, NoResult, Scalar, Workbook

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook as Written

    from pioneer_etl.warehouse.queries import FindingRow

_FORMULA_CELL = re.compile(
    rb'<c r="(?P<at>[A-Z]+[0-9]+)"(?P<rest>[^>]*)>(?P<formula><f[^>]*?(?:/>|>[^<]*</f>))<v ?(?:/>|></v>)</c>'
)


@unchanging
class Marked:
    """A return workbook: its bytes, and what became of the township's file on the way.

    `from_format` is the format that it was converted from ("" for an .xlsx, which is marked as it is); `lost` counts
    what openpyxl does not keep, by the catalogue's word (`return.lost.WORD`); `report_only` says that it holds the
    list of findings and no sheet of the township's.
    """

    data: bytes = field(repr=False)
    from_format: str = ""
    lost: Mapping[str, int] = field(default_factory=dict)
    report_only: bool = False


def line_of(row: FindingRow, language: Language) -> Line:
    """A finding in words for its sender."""
    said: Finding = row.finding
    expected = said.expected or ""
    found = said.found or ""
    if expected:
        found = found.removesuffix(f" | {expected}")  # both sides of a check tell one case from another
    return Line(
        identity=row.identity,
        severity=said.severity.value,
        code=said.rule or said.code,
        sheet=said.sheet or "",
        cells=said.cells,
        message=said.message(language),
        found=found,
        expected=expected,
        remedy=remedy_for_sender(said, language),
    )


def mark_workbook(
    data: bytes, book: Workbook, about: About, rows: Sequence[FindingRow], language: Language = "zh"
) -> Marked:
    """The file with the findings `rows` marked and listed; `book` is what was read from the same bytes.

    Marks of an earlier return are taken off first.  A format that openpyxl cannot open is converted.
    """
    lines = [line_of(each, language) for each in rows]
    opened = _open(data) if book.format in ("xlsx", "xlsm") else None
    workbook = opened if opened is not None else converted(book)
    take_off_list(workbook)
    take_off_marks(workbook)
    put_marks(workbook, [_mark(each) for each in lines])
    write_list(workbook, about, lines, language)
    _calculate_when_opened(workbook)
    saved = _saved(workbook)
    if opened is None:
        return Marked(saved, book.format)
    names = [each.title for each in workbook.worksheets]
    return Marked(_with_results(saved, names, book), "", losses(data))


def report_workbook(about: About, rows: Sequence[FindingRow], language: Language = "zh") -> Marked:
    """The list of findings alone, where the township's own file cannot or shall not be marked."""
    from openpyxl import Workbook as New

    workbook = New()
    workbook.remove(workbook.active)
    write_list(workbook, about, [line_of(each, language) for each in rows], language)
    return Marked(_saved(workbook), report_only=True)


def _mark(line: Line) -> Mark:
    text = line.message + (f"\n→ {line.remedy}" if line.remedy else "")
    return Mark(line.sheet, line.cells, line.severity, text)


def _open(data: bytes) -> Written | None:
    """The workbook as openpyxl has it, or None when it finds no sheet in it or gives up."""
    import warnings

    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it drops is told by `losses`
            found = load_workbook(BytesIO(data), rich_text=True)
    except Exception:  # whatever openpyxl stumbles over, our own reader has read the file before
        return None
    return found if found.worksheets else None


def _saved(workbook: Written) -> bytes:
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _calculate_when_opened(workbook: Written) -> None:
    """Totals follow what is corrected, though the results that are shown until then are those that were mailed."""
    if workbook.calculation is not None:
        workbook.calculation.fullCalcOnLoad = True


def _with_results(saved: bytes, names: Sequence[str], book: Workbook) -> bytes:
    """The results of formulas put back, which openpyxl leaves out: a file that nobody recalculates still shows them."""
    sheets = {each.name: each for each in book.sheets}
    results: dict[str, dict[str, Scalar]] = {}
    for number, name in enumerate(names, 1):
        sheet = sheets.get(name)
        if sheet is not None and sheet.formulas:
            found = {at.a1: sheet.at(*at) for at in sheet.formulas}
            results[f"xl/worksheets/sheet{number}.xml"] = {at: each for at, each in found.items() if each is not None}
    if not results:
        return saved
    buffer = BytesIO()
    with ZipFile(BytesIO(saved)) as before, ZipFile(buffer, "w", ZIP_DEFLATED) as after:
        for item in before.infolist():
            text = before.read(item)
            if item.filename in results:
                put = partial(_with_result, results=results[item.filename], date_1904=book.date_1904)
                text = _FORMULA_CELL.sub(put, text)
            after.writestr(item, text)
    return buffer.getvalue()


def _with_result(found: re.Match[bytes], results: Mapping[str, Scalar], date_1904: bool) -> bytes:
    value = results.get(found["at"].decode())
    written = _as_xml(value, date_1904) if value is not None else None
    if written is None:
        return found[0]
    kind, text = written
    rest = re.sub(rb'\s+t="[^"]*"', b"", found["rest"])
    type_ = f' t="{kind}"'.encode() if kind else b""
    body = escape(text).encode()
    return b'<c r="%s"%s%s>%s<v>%s</v></c>' % (found["at"], rest, type_, found["formula"], body)


def _as_xml(value: Scalar, date_1904: bool) -> tuple[str, str] | None:
    """Type and text of a value as a sheet's XML has them; None for a formula without a result."""
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, to_excel

    if isinstance(value, NoResult):
        return None
    if isinstance(value, CellError):
        return "e", value.code
    if isinstance(value, bool):
        return "b", str(int(value))
    if isinstance(value, str):
        return "str", value
    if isinstance(value, (date, datetime, timedelta)) or not isinstance(value, (int, float)):
        epoch: Any = CALENDAR_MAC_1904 if date_1904 else CALENDAR_WINDOWS_1900
        return "", str(to_excel(value, epoch))
    return "", repr(value)
