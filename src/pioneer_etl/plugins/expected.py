"""Expected records beside a sample, readable and editable: `SAMPLE.DATASET.expected.csv`.

One line a record.  `at` is its sheet and line, `period`, `township` and `place` say what it is about, then come
the dataset's fields that the form has.  A value is written as the warehouse keeps it (a percent as a
fraction, a month as 2004-09); an empty cell is blank; every other state stands in angle brackets with
what the cell says: `<none> 无`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.model import Field, FieldType
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.transform.model import FieldValue, Part, Record, Submission, ValueState

SUFFIX: Final = ".expected.csv"
_ABOUT: Final = ("at", "period", "township", "place")


@unchanging
class Lines:
    """The records of one dataset as lines of text, and the cell each text came from.

    `cells` gives sheet and A1 address by line (from 0) and column, as far as they are known.
    """

    dataset: str
    columns: tuple[str, ...]
    lines: tuple[Mapping[str, str], ...]
    cells: Mapping[tuple[int, str], str]


@unchanging
class Difference:
    """One place where records and expectation differ.

    `column` is empty when a whole record is too many (`expected` is None) or missing (`found` is None).
    """

    dataset: str
    record: str
    column: str
    expected: str | None
    found: str | None
    cell: str = ""


def expected_path(sample: Path, dataset: str) -> Path:
    """Where the expected records of a sample for one dataset stand."""
    return sample.with_name(f"{sample.name}.{dataset}{SUFFIX}")


def expected_files(sample: Path) -> Mapping[str, Path]:
    """The expectations beside a sample, by dataset."""
    found = {}
    for path in sorted(sample.parent.iterdir()):
        if path.name.startswith(f"{sample.name}.") and path.name.endswith(SUFFIX):
            found[path.name[len(sample.name) + 1 : -len(SUFFIX)]] = path
    return found


def spell(submissions: Iterable[Submission]) -> Mapping[str, Lines]:
    """All records of a file as lines, by dataset, in the order in which they stand in the file."""
    by_dataset: dict[str, list[Submission]] = {}
    for each in submissions:
        by_dataset.setdefault(each.dataset.name, []).append(each)
    return {name: _spell_dataset(name, each) for name, each in by_dataset.items()}


def write_lines(lines: Lines, path: Path) -> None:
    """Write an expectation."""
    text = io.StringIO()
    writer = csv.DictWriter(text, lines.columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines.lines)
    path.write_text(text.getvalue(), encoding="utf-8", newline="\n")


def read_lines(dataset: str, path: Path) -> Lines:
    """Read an expectation; a byte order mark is no matter (a spreadsheet saves one)."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        lines = tuple({key: value or "" for key, value in line.items() if key} for line in reader)
        return Lines(dataset, tuple(reader.fieldnames or ()), lines, {})


def compare(expected: Lines, found: Lines) -> tuple[Difference, ...]:
    """Where `found` differs, record by record; records belong together by their place in the file."""
    differences: list[Difference] = []
    wanted = {_key(line): line for line in expected.lines}
    numbers = {_key(line): number for number, line in enumerate(found.lines)}
    columns = tuple(dict.fromkeys((*expected.columns, *found.columns)))
    for key in dict.fromkeys((*wanted, *numbers)):
        at, _ = key
        if key not in numbers:
            differences.append(Difference(expected.dataset, at, "", _whole(wanted[key]), None))
        elif key not in wanted:
            differences.append(Difference(expected.dataset, at, "", None, _whole(found.lines[numbers[key]]), at))
        else:
            number = numbers[key]
            for column in columns:
                old, new = wanted[key].get(column), found.lines[number].get(column)
                if old != new:
                    cell = found.cells.get((number, column), "")
                    differences.append(Difference(expected.dataset, at, column, old, new, cell))
    return tuple(differences)


def _key(line: Mapping[str, str]) -> tuple[str, str]:
    """A record's place in the file; where two years stand side by side a row holds a record of each."""
    return line.get("at", ""), line.get("period", "")


def _spell_dataset(name: str, submissions: Sequence[Submission]) -> Lines:
    fields = submissions[0].dataset.fields
    used = {
        field
        for each in submissions
        for record in each.records
        for field, value in record.values.items()
        if value.state is not ValueState.ABSENT
    }
    shown = [each for each in fields if each.name in used]
    lines: list[dict[str, str]] = []
    cells: dict[tuple[int, str], str] = {}
    for submission in submissions:
        for part in submission.parts:
            for record in part.records:
                number = len(lines)
                lines.append(_spell_record(submission, part, record, shown))
                for field, value in record.values.items():
                    position = value.cell or _position(part, record, field)
                    if position is not None:
                        cells[number, field] = f"{part.sheet}!{position.a1}"
    return Lines(name, (*_ABOUT, *(each.name for each in shown)), tuple(lines), cells)


def _spell_record(submission: Submission, part: Part, record: Record, fields: Sequence[Field]) -> dict[str, str]:
    about = {
        "at": f"{part.sheet}!{record.line}" + (f"#{part.table_index + 1}" if part.table_index else ""),
        "period": submission.period.text if submission.period else "",
        "township": submission.township.name if submission.township else "",
        "place": record.place.name if record.place else "",
    }
    return about | {each.name: _spell_value(each, record.values.get(each.name)) for each in fields}


def _spell_value(field: Field, value: FieldValue | None) -> str:
    if value is None:
        return f"<{ValueState.ABSENT}>"
    if value.state is ValueState.BLANK:
        return ""
    if value.value is None:
        return f"<{value.state}> {value.text}".rstrip()
    if isinstance(value.value, bool):
        return "true" if value.value else "false"
    if isinstance(value.value, Decimal):
        text = f"{value.value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value.value, date):
        return value.value.strftime("%Y-%m" if field.type is FieldType.MONTH else "%Y-%m-%d")
    return str(value.value)


def _position(part: Part, record: Record, field: str) -> Position | None:
    line = part.column_map.get(field)
    if line is None:
        value = record.values.get(field)
        return value.cell if value is not None else None
    return Position(line, record.line) if part.transposed else Position(record.line, line)


def _whole(line: Mapping[str, str]) -> str:
    return ", ".join(value for column, value in line.items() if value and column != "at")
