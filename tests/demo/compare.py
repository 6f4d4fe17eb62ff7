"""What reading a demo file gave, held against the truth: records, states of values, and the cells they came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pioneer_etl.contract.address import Position
from pioneer_etl.demo.made.facts import Fact, Missing
from pioneer_etl.demo.workbooks.common import DemoFile, FormPlace
from pioneer_etl.pipeline import FileReading
from pioneer_etl.transform.model import FieldValue, Part, Record, Submission


def differences(file: DemoFile, reading: FileReading, layout: str, *, strict: bool = True) -> list[str]:
    """Every difference in words; [] when the file was understood to the last cell.

    Unless `strict`, a record may stand on another line: a form may as well be read as items written out as a list.
    """
    found = [f"{each.sheet}: {each.unaccounted} cells unaccounted for" for each in reading.accounts if each.unaccounted]
    submissions: dict[tuple[str, str | None], list[Submission]] = {}
    for submission in reading.submissions:
        key = (submission.dataset.name, submission.period.text if submission.period else None)
        submissions.setdefault(key, []).append(submission)
    forms: dict[tuple[str, str | None], list[FormPlace]] = {}
    for form in file.forms:
        forms.setdefault((form.dataset, form.period), []).append(form)
    for key, places in forms.items():
        sent = submissions.pop(key, [])
        if len(sent) != 1:
            found.append(f"{key}: {len(sent)} submissions")
            continue
        found += [f"{key}: {each}" for each in _form_differences(places, sent[0], layout, strict=strict)]
    found += [f"{key}: nobody sent that" for key in submissions]
    return found


def _form_differences(
    places: Sequence[FormPlace], submission: Submission, layout: str, *, strict: bool
) -> Iterator[str]:
    if submission.layout != layout:
        yield f"read by {submission.layout}, not {layout}"
    if submission.quarantined:
        yield "quarantined: " + "; ".join(each.code for each in submission.findings if each.quarantines)
    records = [(part, record) for part in submission.parts for record in part.records]
    wanted = [
        (place, index, (place.sheet, place.table, line))
        for place in places
        for index, line in enumerate(place.written.rows)
    ]
    lines = [(part.sheet, part.table_index, record.line) for part, record in records]
    # Items written out as a list: a record has no line of its own, only its cells have their places.
    same = [(sheet, table) for sheet, table, _ in lines] == [(sheet, table) for *_, (sheet, table, _) in wanted]
    if lines != [line for *_, line in wanted] and (strict or not same):
        yield f"records in {lines}, not {[line for *_, line in wanted]}"
        return
    for (form, index, (sheet, _, line)), (part, record) in zip(wanted, records, strict=True):
        for field, fact in form.records[index].items():
            value = record.values[field]
            if not _same(fact, value):
                yield f"{sheet} {line} {field}: {fact!r} came out as {value.state} {value.value!r} ({value.text})"
            elif not isinstance(fact, Missing):
                cell, said = _cell(part, record, field, value), form.written.facts.get((index, field))
                if cell != said:
                    yield f"{sheet} {line} {field}: said to stand in {cell}, stands in {said}"


def _same(fact: Fact, value: FieldValue) -> bool:
    if isinstance(fact, Missing):
        return value.value is None and value.state.value == fact.value
    return value.value == fact


def _cell(part: Part, record: Record, field: str, value: FieldValue) -> str | None:
    """Where a value stands; None for one that a line around the table says."""
    if value.cell:
        return value.cell.a1
    line = part.column_map.get(field)
    if line is None:
        return None
    return (Position(line, record.line) if part.transposed else Position(record.line, line)).a1
