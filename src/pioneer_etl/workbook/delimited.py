"""Comma-, semicolon-, tab- and bar-separated text.  Every cell stays the text that it is.

Whether 0123 is a code and 1966.05 a month is for whoever knows the field to say.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.errors import FileRefused, Location
from pioneer_etl.workbook.limits import Limits
from pioneer_etl.workbook.model import Row, Sheet

_DELIMITERS = ("\t", ";", "|", ",")  # where two fit equally well, the one that numbers do not contain
_SAMPLE_LINES = 200
_HINT = re.compile(r"sep=([,;|\t])\r?\n", re.IGNORECASE)  # a first line for Excel, which does not show it
_AS_TEXT = re.compile(r'="([^"]*)"')  # how exporters keep Excel from eating leading zeros


def read_delimited(text: str, name: str, limits: Limits) -> Sheet:
    """The one sheet of a text file, named after it; `text_only` tells that no cell was interpreted."""
    hint = _HINT.match(text)
    body = text[hint.end() :] if hint else text
    delimiter = hint[1] if hint else sniff_delimiter(body)
    records = _records(body, delimiter, Location(name))
    rows: list[Row] = []
    cells = 0
    formulas: dict[Position, str] = {}
    for record in records:
        cells += len(record)
        if cells > limits.cells:
            raise FileRefused("file.too_many_cells", Location(name), expected=f"{limits.cells:,}")
        rows.append(_row(record, len(rows) + 1, formulas))
    while rows and not rows[-1]:
        rows.pop()
    return Sheet(
        name=PurePath(name).stem,
        rows=tuple(rows),
        formulas=formulas,
        count=_count(body, delimiter),
        text_only=True,
    )


def sniff_delimiter(text: str) -> str:
    """The delimiter under which most records have the same number of fields; comma when none divides."""
    sample = _sample(text)
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = Counter(len(record) for record in _lenient(sample, delimiter) if record)
        divided = {width: times for width, times in widths.items() if width > 1}
        if not divided:
            continue
        # Titles and notes stand above and below the table, so not all records need agree.
        alike = max(divided.values()) / sum(widths.values())
        score = alike + 0.5 * sum(divided.values()) / sum(widths.values())
        if score > best_score + 0.05:
            best, best_score = delimiter, score
    return best


def _sample(text: str) -> str:
    end = -1
    for _ in range(_SAMPLE_LINES):
        end = text.find("\n", end + 1)
        if end < 0:
            return text
    return text[: end + 1]


def _lenient(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return list(csv.reader(text.splitlines(), delimiter=delimiter, quoting=csv.QUOTE_NONE))


def _records(text: str, delimiter: str, where: Location) -> list[list[str]]:
    """All records.  A quotation mark that never closes is taken as a character, not as the rest of the file."""
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as problem:
        unclosed = "unexpected end" in str(problem) or "field larger" in str(problem)
    try:
        source = io.StringIO(text, newline="")
        if unclosed:
            return list(csv.reader(source, delimiter=delimiter, quoting=csv.QUOTE_NONE))
        return list(csv.reader(source, delimiter=delimiter))
    except csv.Error as problem:
        raise FileRefused("file.damaged", where, detail=str(problem)) from None


def _row(record: Sequence[str], row: int, formulas: dict[Position, str]) -> Row:
    cells: list[str | None] = []
    for column, field in enumerate(record, 1):
        match = _AS_TEXT.fullmatch(field) if field.startswith("=") else None
        if match is not None:
            formulas[Position(row, column)] = field
            field = match[1]
        cells.append(field if field.strip() else None)
    while cells and cells[-1] is None:
        cells.pop()
    return tuple(cells)


def _count(text: str, delimiter: str) -> int:
    """Fields that carry something, by a scanner of its own: one step a field, quoted or bare."""
    mark = re.escape(delimiter)
    field = re.compile(rf'(?:"((?:[^"]|"")*)"|)([^{mark}\r\n]*)(?:{mark}|\r\n|\r|\n|\Z)')
    count = 0
    place = 0
    while place < len(text):
        match = field.match(text, place)
        if match is None or match.end() == place:
            break
        bare = match[2].strip() if match[1] is None or match[2].strip() else match[1].replace('=""""', "").strip()
        count += bool(bare) and bare != '=""'
        place = match.end()
    return count
