"""Workbooks for the townships to correct, made of the kept originals and the open findings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from pioneer_etl.contract.catalogue import Language, message
from pioneer_etl.contract.errors import FileRefused
from pioneer_etl.contract.finding import Severity
from pioneer_etl.entry.returned import Marked, mark_workbook, report_workbook
from pioneer_etl.entry.returned_list import About
from pioneer_etl.entry.returned_note import Sheetful, cover_note
from pioneer_etl.report.chase import reasons_in_words
from pioneer_etl.report.files import write_atomically
from pioneer_etl.warehouse.originals import original_path
from pioneer_etl.warehouse.queries import FindingRow, findings
from pioneer_etl.workspace.chasing import unread_files

if TYPE_CHECKING:
    from pioneer_etl.workspace.folder import Folder

_NOT_IN_FILE_NAMES = re.compile(r'[<>:"|?*\\/\x00-\x1f]')
_RANKS = [each.value for each in Severity]


@dataclass(frozen=True, slots=True)
class ReturnedFile:
    """One workbook that goes back: `path` is None in a dry run; `marked` says what became of the file."""

    township_code: str
    township: str
    file: str
    path: Path | None
    findings: tuple[FindingRow, ...]
    marked: Marked

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "township_code": self.township_code,
            "township": self.township,
            "file": self.file,
            "path": str(self.path) if self.path is not None else None,
            "findings": len(self.findings),
            **{rank: sum(each.finding.severity == rank for each in self.findings) for rank in _RANKS},
            "converted_from": self.marked.from_format or None,
            "not_kept": dict(self.marked.lost),
            "report_only": self.marked.report_only,
        }


def return_workbooks(
    workspace: Folder,
    townships: Sequence[str],
    folder: Path | None,
    *,
    period: str | None,
    severity: str,
    report_only: bool,
    language: Language,
    day: date,
    keep_status: bool,
) -> tuple[ReturnedFile, ...]:
    """Write the workbooks of `townships` (codes; all when empty) and their notes; without `folder` only say what.

    The forms that go back are marked as returned, unless `keep_status`.
    """
    ranks = _RANKS[: _RANKS.index(severity) + 1]
    contracts = workspace.contracts
    with workspace._reading() as connection:
        found = [each for each in findings(connection, state="open") if each.finding.severity in ranks]
    unread = {
        each.file_sha256: code for code, rows in unread_files(found, contracts.places)[0].items() for each in rows
    }
    files: dict[tuple[str, str], list[FindingRow]] = {}
    for each in found:
        code = each.township_code or unread.get(each.file_sha256)
        if code is None or (townships and code not in townships):
            continue
        if period is not None and each.period not in (None, period):
            continue
        files.setdefault((code, each.file_sha256), []).append(each)
    county = contracts.places.county
    signed = workspace.settings.county_name or (county.name if county else "")
    written: list[ReturnedFile] = []
    for code in sorted({code for code, _ in files}):
        unit = contracts.places.unit(code)
        town = unit.name if unit is not None else code
        place = folder / _safe(town) if folder is not None else None
        mine = {sha256: rows for (whose, sha256), rows in files.items() if whose == code}
        written += list(_of_township(workspace, code, town, mine, place, report_only, language))
        if place is not None:
            note = _note(town, signed, day, [each for each in written if each.township_code == code], language)
            # With a mark and CRLF: every Notepad shows it right.
            data = note.replace("\n", "\r\n").encode("utf-8-sig")
            write_atomically(place / message("return.note.file_name", {}, language), data)
    if folder is not None and written and not keep_status:
        _mark_returned(workspace, written)
    return tuple(written)


def _mark_returned(workspace: Folder, written: Sequence[ReturnedFile]) -> None:
    """The standing forms of what went back are returned: status and chase notes say so."""
    from pioneer_etl.warehouse.audit import current_user
    from pioneer_etl.warehouse.decisions import set_status
    from pioneer_etl.warehouse.queries import submissions

    counts: dict[int, Counter[str]] = {}
    for each in written:
        for row in each.findings:
            if row.submission_id is not None:
                counts.setdefault(row.submission_id, Counter())[row.finding.severity.value] += 1
    with workspace._writing() as connection:
        standing = {each.id for each in submissions(connection) if each.status in ("loaded", "accepted")}
        for number in sorted(standing & set(counts)):
            found = counts[number]
            why = message("return.status_why", {"errors": found["error"], "warnings": found["warning"]}, "zh")
            set_status(connection, number, "returned", who=current_user(), why=why)


def _of_township(
    workspace: Folder,
    code: str,
    town: str,
    files: dict[str, list[FindingRow]],
    folder: Path | None,
    report_only: bool,
    language: Language,
) -> Iterator[ReturnedFile]:
    taken: set[str] = set()
    for sha256, rows in sorted(files.items(), key=lambda item: item[1][0].file):
        rows.sort(key=lambda each: (_RANKS.index(each.finding.severity), each.id))
        numbers = sorted({each.submission_id for each in rows if each.submission_id is not None})
        about = About(sha256, rows[0].file, code, town, tuple(numbers))
        marked = _marked(workspace, about, rows, report_only, language)
        path = None
        if folder is not None:
            path = folder / _name(rows[0].file, taken, language)
            write_atomically(path, marked.data)
        yield ReturnedFile(code, town, rows[0].file, path, tuple(rows), marked)


def _marked(
    workspace: Folder, about: About, rows: Sequence[FindingRow], report_only: bool, language: Language
) -> Marked:
    """The township's file marked; the list alone where its bytes are not kept or cannot be read."""
    from pioneer_etl.match.model import FileContext
    from pioneer_etl.pipeline import Task, open_workbook

    path = original_path(workspace.database.parent / "originals", about.sha256)
    refused = any(each.finding.code.startswith("file.") and each.finding.quarantines for each in rows)
    if report_only or refused or not path.is_file():
        return report_workbook(about, rows, language)
    data = path.read_bytes()
    try:
        book = open_workbook(Task(data, FileContext(about.file)), workspace.kit)
    except FileRefused:
        return report_workbook(about, rows, language)
    return mark_workbook(data, book, about, rows, language)


def _name(file: str, taken: set[str], language: Language) -> str:
    """宜山镇.xls is 宜山镇（退改）.xlsx, also when it comes back and goes out again."""
    stem = PurePosixPath(re.split(r"[!/\\]", file)[-1]).stem
    for each in ("zh", "en"):
        stem = stem.removesuffix(message("return.suffix", {}, "zh" if each == "zh" else "en"))
    suffix = message("return.suffix", {}, language)
    numbered = (f"{_safe(stem)}{'' if n == 1 else f'_{n}'}{suffix}.xlsx" for n in count(1))
    name = next(each for each in numbered if each.lower() not in taken)
    taken.add(name.lower())
    return name


def _safe(name: str) -> str:
    return _NOT_IN_FILE_NAMES.sub("_", name).strip(" .") or "_"


def _note(town: str, county: str, day: date, returned: Sequence[ReturnedFile], language: Language) -> str:
    workbooks = [
        Sheetful(
            file=each.file,
            returned=each.path.name if each.path is not None else "",
            counts=Counter(row.finding.severity.value for row in each.findings),
            reasons=reasons_in_words(each.findings),
            from_format=each.marked.from_format,
            lost=each.marked.lost,
            report_only=each.marked.report_only,
        )
        for each in returned
    ]
    return cover_note(town, county, day, workbooks, language)
