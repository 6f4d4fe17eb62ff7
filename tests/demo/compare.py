"""What reading a demo file gave, held against the truth: records, states of values, and the cells they came from."""

from __future__ import annotations

from collections.abc import Iterator

from pioneer_etl.contract.address import Position
from pioneer_etl.demo.made.facts import Fact, Missing
from pioneer_etl.demo.workbooks.common import DemoFile, FormPlace
from pioneer_etl.pipeline import FileReading
from pioneer_etl.transform.model import FieldValue, Part, Record, Submission


def differences(file: DemoFile, reading: FileReading, layout: str) -> list[str]:
    """Every difference in words; [] when the file was understood to the last cell."""
    found = [f"{each.sheet}: {each.unaccounted} cells unaccounted for" for each in reading.accounts if each.unaccounted]
    by_dataset: dict[str, list[Submission]] = {}
    for submission in reading.submissions:
        by_dataset.setdefault(submission.dataset.name, []).append(submission)
    for form in file.forms:
        submissions = by_dataset.pop(form.dataset, [])
        if len(submissions) != 1:
            found.append(f"{form.dataset}: {len(submissions)} submissions")
            continue
        found += [f"{form.dataset}: {each}" for each in _form_differences(form, submissions[0], layout)]
    found += [f"{name}: nobody sent that" for name in by_dataset]
    return found


def _form_differences(form: FormPlace, submission: Submission, layout: str) -> Iterator[str]:
    if submission.layout != layout:
        yield f"read by {submission.layout}, not {layout}"
    if submission.period is None or submission.period.text != "2004":
        yield f"period {submission.period}"
    if submission.quarantined:
        yield "quarantined: " + "; ".join(each.code for each in submission.findings if each.quarantines)
    records = [(part, record) for part in submission.parts for record in part.records]
    if [record.line for _, record in records] != form.written.rows:
        yield f"records in rows {[record.line for _, record in records]}, not {form.written.rows}"
        return
    for index, (facts, (part, record)) in enumerate(zip(form.records, records, strict=True)):
        for field, fact in facts.items():
            value = record.values[field]
            if not _same(fact, value):
                yield f"row {record.line} {field}: {fact!r} came out as {value.state} {value.value!r} ({value.text})"
            elif not isinstance(fact, Missing):
                cell, wanted = _cell(part, record, field, value), form.written.facts[index, field]
                if cell != wanted:
                    yield f"row {record.line} {field}: said to stand in {cell}, stands in {wanted}"


def _same(fact: Fact, value: FieldValue) -> bool:
    if isinstance(fact, Missing):
        return value.value is None and value.state.value == fact.value
    return value.value == fact


def _cell(part: Part, record: Record, field: str, value: FieldValue) -> str:
    return value.cell.a1 if value.cell else Position(record.line, part.column_map[field]).a1
