"""What the county itself puts on record, as a small workbook like any other original: a figure that came by telephone,
or a difference (差额) that it knows of a township and cannot place at a village.

The note is kept with the mailed files, so it is traced to its cells and comes back when the warehouse is rebuilt.
Beside what was entered it says what stood there before, so the checks see the whole record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Final

from pioneer_etl.check.run import check_submission
from pioneer_etl.contract.address import Position, parse_range
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Check, Dataset, OrgUnit
from pioneer_etl.contract.period import parse_period
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.report.cell_values import put_text
from pioneer_etl.transform.columns import read_text
from pioneer_etl.transform.doubts import doubt_findings
from pioneer_etl.transform.model import CellAccount, CellUse, FieldValue, Part, Record, Submission
from pioneer_etl.transform.reading import ABSENT
from pioneer_etl.workbook.model import is_blank

if TYPE_CHECKING:
    from pioneer_etl.workbook.model import Sheet, Workbook

TELEPHONE: Final = "telephone"
DIFFERENCE: Final = "difference"
KINDS: Final[Mapping[str, str]] = {TELEPHONE: "电话记录", DIFFERENCE: "差额表"}
_SIGN: Final = "pioneer-etl:note:1"
_TITLES: Final = {TELEPHONE: "电话报送记录 Entered by telephone", DIFFERENCE: "差额调整 Difference at township level"}
_HEADS: Final = (
    ("kind", "类别 kind"),
    ("dataset", "报表 dataset"),
    ("township", "乡镇 township"),
    ("period", "报告期 period"),
    ("said_by", "报送人 said by"),
    ("typed_by", "录入人 typed by"),
    ("why", "事由 why"),
    ("made_at", "时间 time"),
)
_COLUMNS: Final = ("字段 field", "项目 item", "单位 unit", "填报 entered", "原报 stood")
_FIRST: Final = len(_HEADS) + 4  # sign and title, the heads, a blank row, the headings
_ENTERED, _STOOD = 4, 5


@unchanging
class NoteLine:
    """One field: what was entered ("" for nothing) and what stood there before, both as they are written."""

    field: str
    label: str
    unit: str
    entered: str
    stood: str = ""


@unchanging
class Note:
    """A note: its kind, whose form (a township's code) and for when, who said it, who typed it, why."""

    kind: str
    dataset: str
    township: str
    period: str
    said_by: str
    typed_by: str
    why: str
    made_at: str
    lines: tuple[NoteLine, ...]


def note_bytes(note: Note) -> bytes:
    """The note as an .xlsx to look at."""
    from openpyxl import Workbook
    from openpyxl.styles import Font, PatternFill

    book = Workbook()
    sheet = book.active
    sheet.title = KINDS[note.kind]
    rows: list[Sequence[str]] = [(_SIGN, _TITLES[note.kind])]
    rows += [(words, getattr(note, name)) for name, words in _HEADS]
    rows += [(), _COLUMNS]
    rows += [(each.field, each.label, each.unit, each.entered, each.stood) for each in note.lines]
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            if text:
                put_text(sheet.cell(number, column), text)
    sheet["B1"].font = Font(name="宋体", size=14, bold=True)
    sheet["A1"].font = Font(size=8, color="FF999999")
    for cell in sheet[_FIRST - 1]:
        cell.font = Font(name="宋体", bold=True)
        cell.fill = PatternFill("solid", start_color="FFD9E1F2")
    for letter, width in zip("ABCDE", (22, 30, 10, 24, 24), strict=True):
        sheet.column_dimensions[letter].width = width
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read_note(book: Workbook) -> Note | None:
    """The note that a workbook is; None for any other workbook."""
    if len(book.sheets) != 1 or book.sheets[0].at(1, 1) != _SIGN:
        return None
    sheet = book.sheets[0]
    said = {name: _text(sheet, row, 2) for row, (name, _) in enumerate(_HEADS, 2)}
    if said["kind"] not in KINDS:
        return None
    lines = []
    for row in range(_FIRST, sheet.height + 1):
        name, label, unit, entered, stood = (_text(sheet, row, column) for column in range(1, 6))
        lines.append(NoteLine(name, label, unit, entered, stood))
    return Note(**said, lines=tuple(lines))


def _text(sheet: Sheet, row: int, column: int) -> str:
    value = sheet.at(row, column)
    return "" if is_blank(value) else str(value).strip()


def take_note(
    note: Note, sheet: Sheet, contracts: Contracts, extra_checks: Sequence[Check] = ()
) -> tuple[tuple[Submission, ...], CellAccount, tuple[Finding, ...]]:
    """What a note says as a submission of one record, checked together with what stood; its account; what is amiss."""
    counted = sum(1 for _ in sheet.filled_cells())
    dataset, township = contracts.datasets.get(note.dataset), contracts.places.unit(note.township)
    period = parse_period(note.period)
    if dataset is None or township is None or period is None:
        lost = CellAccount(sheet.name, counted, {CellUse.FINDING: counted})
        return (
            (),
            lost,
            (finding("note.stale", sheet=sheet.name, found=f"{note.dataset} {note.township} {note.period}"),),
        )
    rows = {each.field: row for row, each in enumerate(note.lines, _FIRST)}
    known = {each.field: each for each in note.lines}
    own: dict[str, FieldValue] = {}
    merged: dict[str, FieldValue] = {}
    findings: list[Finding] = []
    for field in dataset.fields:
        line = known.get(field.name)
        own[field.name] = merged[field.name] = ABSENT
        for text, column in ((line.entered, _ENTERED), (line.stood, _STOOD)) if line is not None else ():
            if not text:
                continue
            at = Position(rows[field.name], column)
            value, doubts = read_text(field, text, contracts, township, period)
            merged[field.name] = replace(value, cell=at)
            if column == _ENTERED:
                own[field.name] = merged[field.name]
                findings += doubt_findings(sheet.name, field, [(at, each) for each in doubts])
            break
    # A difference has nobody's record to look at: what it is for is said with who says so.
    said_by = f"{note.said_by}：{note.why}" if note.kind == DIFFERENCE and note.why else note.said_by or None
    place = _place(dataset, own, contracts) if note.kind == TELEPHONE else township
    submission = Submission(
        dataset, township, period, (_part(note, sheet, own, place, rows),), tuple(findings), said_by
    )
    if note.kind == TELEPHONE:
        alone = tuple(each for each in dataset.checks if each.scope == "record" and not each.forms)
        whole = replace(
            submission, dataset=replace(dataset, checks=alone), parts=(_part(note, sheet, merged, place, rows),)
        )
        extra = [each for each in extra_checks if each.scope == "record" and not each.forms]
        about = [each for each in check_submission(whole, contracts, extra) if _is_about(each)]
        submission = replace(submission, findings=(*findings, *about))
    loaded = sum(1 for each in note.lines if each.entered)
    account = CellAccount(sheet.name, counted, {CellUse.LOADED: loaded, CellUse.NOTE: counted - loaded})
    return (submission,), account, ()


def _is_about(found: Finding) -> bool:
    """Whether a finding is about anything that was entered: what else was wrong with the record is known already."""
    return not found.cells or any(parse_range(each).left <= _ENTERED <= parse_range(each).right for each in found.cells)


def _part(
    note: Note, sheet: Sheet, values: Mapping[str, FieldValue], place: OrgUnit | None, rows: Mapping[str, int]
) -> Part:
    return Part(sheet.name, 0, f"note-{note.kind}", True, dict(rows), (Record(_ENTERED, values, place),))


def _place(dataset: Dataset, values: Mapping[str, FieldValue], contracts: Contracts) -> OrgUnit | None:
    if dataset.place_field is None:
        return None
    code = values[dataset.place_field].value
    return contracts.places.unit(str(code)) if code is not None else None
