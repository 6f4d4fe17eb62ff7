"""What makes a finding the same finding in a later revision."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from pioneer_etl.contract.address import Position, parse_range
from pioneer_etl.contract.finding import Finding
from pioneer_etl.contract.model import Dataset
from pioneer_etl.transform.model import PrintedTotal, Record, Submission

Place: TypeAlias = tuple[str, ...]


def finding_identities(
    findings: Sequence[Finding],
    file_sha256: str,
    file_name: str,
    submission: Submission | None,
    places: Sequence[Place] | None = None,
) -> list[str]:
    """One identity for each finding, all different.

    Within a submission: the rule, the form (dataset, township, period), and the record's key and field where
    a cell leads to them, so that a row that moved is still the same row.  About a file, or a form of
    which the township or period is not known: the file's content and the cell.  `places` are those of the first of the
    findings, where they were found out before.
    """
    scope: tuple[str, ...]
    if submission is not None and submission.township is not None and submission.period is not None:
        scope = (submission.dataset.name, submission.township.code, submission.period.text)
    else:
        scope = (file_sha256, file_name, submission.dataset.name if submission is not None else "")
    known = places or ()
    stand = (*known, *finding_places(findings[len(known) :], submission))
    seen: Counter[str] = Counter()
    found = []
    for each, place in zip(findings, stand, strict=True):
        words = "\x1f".join((each.code, each.rule or "", *scope, *place))
        seen[words] += 1
        found.append(hashlib.sha256(f"{words}\x1f{seen[words]}".encode()).hexdigest()[:32])
    return found


def finding_places(findings: Sequence[Finding], submission: Submission | None) -> list[Place]:
    """What tells each finding of a form, or of a file, from others of its rule."""
    known = submission if submission is not None and submission.township and submission.period else None
    lines = _lines(known) if known is not None and any(each.cells for each in findings) else {}
    return [_where(each, known, lines) for each in findings]


_Lines = Mapping[tuple[int, int], Record | PrintedTotal]  # by part and line


def _lines(submission: Submission) -> _Lines:
    lines: dict[tuple[int, int], Record | PrintedTotal] = {}
    for index, part in enumerate(submission.parts):
        lines |= {(index, total.line): total for total in reversed(part.totals)}
        lines |= {(index, record.line): record for record in part.records}
    return lines


def _key(line: Record | PrintedTotal, dataset: Dataset) -> str:
    """The key of the record, or the label of the printed total, on a line."""
    if isinstance(line, PrintedTotal):
        return f"total\x1e{line.label}"
    words = [line.place.code if line.place is not None else ""]
    for name in dataset.key:
        held = line.values.get(name)
        if name != dataset.place_field and held is not None:
            words.append(str(held.value) if held.value is not None else held.state.value)
    return "\x1e".join(words)


def _where(each: Finding, submission: Submission | None, lines: _Lines) -> Place:
    if not each.cells:
        # Only its words tell two such findings apart, and the figures in them change from revision to revision.
        return ("", each.arguments.get("field", ""), each.arguments.get("name", ""))
    on_record = None
    if submission is not None and each.sheet is not None:
        on_record = _on_record(submission, each.sheet, each.cells[0], lines)
    return on_record or (each.sheet or "", each.cells[0])


def _on_record(submission: Submission, sheet: str, cells: str, lines: _Lines) -> tuple[str, str, str] | None:
    """The record and field that a cell belongs to; where tables stand side by side, by its column as well."""
    try:
        cell = parse_range(cells)
    except ValueError:
        return None
    nearest = None
    for index, part in enumerate(submission.parts):
        if part.sheet != sheet:
            continue
        if not part.column_map:  # every value has an address of its own
            at = Position(cell.top, cell.left)
            for record in part.records:
                field = next((name for name, value in record.values.items() if value.cell == at), None)
                if field is not None:
                    return ("record", _key(lines[index, record.line], submission.dataset), field)
            continue
        number, position = (cell.left, cell.top) if part.transposed else (cell.top, cell.left)
        line = lines.get((index, number))
        if line is None:
            continue
        key = _key(line, submission.dataset)
        field = next((name for name, at in part.column_map.items() if at == position), None)
        if field is not None:
            return ("record", key, field)
        nearest = nearest or ("record", key, str(position))
    return nearest
