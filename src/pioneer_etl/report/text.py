"""Summaries as text for other programs and for the terminal: csv, json, and plain lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.model import Label
from pioneer_etl.report.cells import one_line
from pioneer_etl.report.model import Figure, Heading, SummaryCell, SummaryRow, SummaryTable, words
from pioneer_etl.report.printed import format_figure, leaves_of, note_lines, shown, state_word
from pioneer_etl.report.words import word

BOM = "\ufeff"
# What begins a formula for a spreadsheet that opens a CSV; the full-width ones do where they are typed every day.
_DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_UNSEEN = " \u00a0\u3000\ufeff\u200b\u200c\u200d\u2060\u00ad"  # may stand before it


def as_csv(table: SummaryTable, language: Language = "zh", *, bom: bool = False, detail: bool = False) -> str:
    """One table: a header line of heading paths, then a line a row; figures exact, blanks empty, zeros 0.

    A place that has not reported says so.  `bom` makes Excel and WPS read it as UTF-8; `detail` gives the
    drill-down.  No text can be taken for a formula.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    headings = table.detail_headings if detail else table.headings
    label = word("village", language) if detail else words(table.spec.row_label, language)
    header = [column_path(table, leaf, headings, language) for leaf in leaves_of(headings)]
    writer.writerow([safe_text(word("code", language)), safe_text(label), *(safe_text(each) for each in header)])
    for row in table.detail if detail else table.rows:
        cells = [_csv_cell(each, language) for each in row.cells]
        writer.writerow([safe_text(row.code or ""), safe_text(words(row.label, language)), *cells])
    return (BOM if bom else "") + out.getvalue()


def column_path(table: SummaryTable, leaf: Heading, headings: Sequence[Heading], language: Language) -> str:
    """A column's headings from the outermost on one line, with its unit."""
    path = _path(headings, leaf)
    text = "/".join(one_line(words(each, language), " " if language == "en" else "") for each in path)
    measure = table.spec.measures.get(leaf.measure or "")
    unit = (measure.unit or table.spec.unit) if measure and not measure.format.endswith("%") else None
    name = words(unit, language) if unit else ""
    if not name:
        return text
    return f"{text}（{name}）" if language == "zh" else f"{text} ({name})"


def _path(headings: Sequence[Heading], leaf: Heading) -> tuple[Label, ...]:
    for heading in headings:
        if heading is leaf:
            return (heading.label,)
        below = _path(heading.children, leaf)
        if below:
            return (heading.label, *below)
    return ()


def _csv_cell(cell: SummaryCell, language: Language) -> str:
    if cell.value is None:
        return state_word(cell.state, language)
    if isinstance(cell.value, (str, Label)):
        return safe_text(format_figure(cell.value, "General", language))
    return plain_figure(cell.value)


def plain_figure(value: Figure) -> str:
    """A figure with all its digits and nothing else."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value.isoformat() if isinstance(value, date) else str(value)


def safe_text(text: str) -> str:
    """A text that a spreadsheet takes as text: an apostrophe before what would begin a formula."""
    clean = text.replace("\n", " ") if text[:1] != "\n" else text
    return "'" + clean if clean.lstrip(_UNSEEN).startswith(_DANGEROUS) else clean


def as_json(tables: Sequence[SummaryTable], language: Language = "zh") -> str:
    """The tables as one JSON array; figures are texts with all their digits, each with its state."""
    return json.dumps([as_plain(each, language) for each in tables], ensure_ascii=False, indent=1) + "\n"


def as_plain(table: SummaryTable, language: Language = "zh") -> dict[str, Any]:
    """A table as plain values."""
    return {
        "summary": table.name,
        "title": words(table.title, language),
        "period": table.period.text,
        "unit": words(table.spec.unit, language) if table.spec.unit else None,
        "columns": _columns(table, table.headings, language),
        "rows": [_row(table, each, table.headings, language) for each in table.rows],
        "detail_columns": _columns(table, table.detail_headings, language),
        "detail": [_row(table, each, table.detail_headings, language) for each in table.detail],
        "coverage": [
            {"dataset": each.dataset, "expected": each.expected, "reported": each.reported, "missing": each.missing}
            for each in table.coverage
        ],
        "notes": [words(each, language) for each in table.notes],
    }


def _columns(table: SummaryTable, headings: Sequence[Heading], language: Language) -> list[dict[str, Any]]:
    columns = []
    for leaf in leaves_of(tuple(headings)):
        measure = table.spec.measures.get(leaf.measure or "")
        unit = (measure.unit or table.spec.unit) if measure else None
        path = [one_line(words(each, language), " " if language == "en" else "") for each in _path(headings, leaf)]
        columns.append(
            {
                "measure": leaf.measure,
                "path": path,
                "unit": words(unit, language) if unit else None,
                "format": measure.format if measure else None,
            }
        )
    return columns


def _row(table: SummaryTable, row: SummaryRow, headings: Sequence[Heading], language: Language) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for leaf, cell in zip(leaves_of(tuple(headings)), row.cells, strict=True):
        measure = table.spec.measures.get(leaf.measure or "")
        entry: dict[str, Any] = {"value": None, "state": cell.state.value}
        if isinstance(cell.value, (str, Label)):
            entry["value"] = format_figure(cell.value, "General", language)
        elif cell.value is not None:
            entry["value"] = plain_figure(cell.value)
        entry["shown"] = shown(cell, measure.format if measure else "General", language)
        entry |= {"records": cell.records, "blanks": cell.blanks}
        cells[cell.measure] = entry
    return {"kind": row.kind.value, "code": row.code, "label": words(row.label, language), "cells": cells}


def as_lines(table: SummaryTable, language: Language = "zh", room: int | None = None) -> str:
    """A table for the terminal: columns lined up by the width of Chinese characters, title and notes around it.

    Outer headings stand in lines of their own over the columns that they head.  What does not fit into `room`
    columns of a terminal follows below, each part after the rows' labels.
    """
    from rich.cells import cell_len

    leaves = leaves_of(table.headings)
    formats = [each.format if (each := table.spec.measures.get(leaf.measure or "")) else "General" for leaf in leaves]
    header = [one_line(words(leaf.label, language), " " if language == "en" else "") for leaf in leaves]
    lines_of_text = [[words(table.spec.row_label, language), *header]]
    for row in table.rows:
        figures = [shown(cell, number_format, language) for cell, number_format in zip(row.cells, formats, strict=True)]
        lines_of_text.append([words(row.label, language), *figures])
    wordy = {
        i
        for i in range(1, len(leaves) + 1)
        if any(isinstance(row.cells[i - 1].value, (str, Label)) for row in table.rows)
    }
    widths = [max(map(cell_len, column)) for column in zip(*lines_of_text, strict=True)]
    spans = list(_spans(table.headings, language))
    for span in spans:
        place = sum(widths[span.first : span.last + 1]) + 2 * (span.last - span.first)
        widths[span.last] += max(0, cell_len(span.text) - place)
    fitting = _parts_that_fit(widths, spans, room)
    parts = ["\n".join(_part(lines_of_text, spans, widths, wordy, first, last)) for first, last in fitting]
    notes = "\n".join(note_lines(table, language))
    return f"{words(table.title, language)}\n" + "\n\n".join(parts) + f"\n{notes}".rstrip() + "\n"


def _parts_that_fit(widths: Sequence[int], spans: Sequence[_Span], room: int | None) -> list[tuple[int, int]]:
    """The columns after the first in parts (first, last) that fit into `room` with the rows' labels before them."""
    if room is None or len(widths) < 2:
        return [(1, len(widths) - 1)]
    found: list[tuple[int, int]] = []
    first = 1
    for column in range(2, len(widths)):
        shown_widths, _ = _cut(widths, spans, first, column)
        if sum(shown_widths) + 2 * (len(shown_widths) - 1) > room:
            found.append((first, column - 1))
            first = column
    return [*found, (first, len(widths) - 1)]


def _cut(widths: Sequence[int], spans: Sequence[_Span], first: int, last: int) -> tuple[list[int], list[_Span]]:
    """The widths and outer headings of the rows' labels and the columns `first` to `last`."""
    from rich.cells import cell_len

    shown_widths = [widths[0], *widths[first : last + 1]]
    inside = [
        _Span(span.level, max(span.first, first) - first + 1, min(span.last, last) - first + 1, span.text)
        for span in spans
        if span.first <= last and span.last >= first
    ]
    for span in inside:  # one that goes on in the next part may be wider than what is left of it here
        place = sum(shown_widths[span.first : span.last + 1]) + 2 * (span.last - span.first)
        shown_widths[span.last] += max(0, cell_len(span.text) - place)
    return shown_widths, inside


def _part(
    lines_of_text: Sequence[Sequence[str]],
    spans: Sequence[_Span],
    widths: Sequence[int],
    wordy: Collection[int],
    first: int,
    last: int,
) -> Iterator[str]:
    """The lines of the columns `first` to `last`, with the headings over them; `wordy` ones begin at the left."""
    from rich.cells import cell_len

    shown_widths, inside = _cut(widths, spans, first, last)
    for level in sorted({span.level for span in inside}):
        yield _outer(inside, level, shown_widths)
    for label, *rest in ((line[0], *line[first : last + 1]) for line in lines_of_text):
        cells = [label + " " * (shown_widths[0] - cell_len(label))]
        for i, (text, width) in enumerate(zip(rest, shown_widths[1:], strict=True), first):
            room = " " * (width - cell_len(text))
            cells.append(text + room if i in wordy else room + text)
        yield "  ".join(cells).rstrip()


@dataclass(frozen=True, slots=True)
class _Span:
    """A heading over others: its level from 0, the columns that it heads (the rows' label is column 0), its text."""

    level: int
    first: int
    last: int
    text: str


def _spans(headings: Sequence[Heading], language: Language, level: int = 0, first: int = 1) -> Iterator[_Span]:
    """The headings that have others below them, outermost first."""
    for heading in headings:
        count = len(leaves_of((heading,)))
        if heading.children:
            text = one_line(words(heading.label, language), " " if language == "en" else "")
            yield _Span(level, first, first + count - 1, text)
            yield from _spans(heading.children, language, level + 1, first)
        first += count


def _outer(spans: Sequence[_Span], level: int, widths: Sequence[int]) -> str:
    """One line of outer headings, each in the middle of its columns between dashes."""
    from rich.cells import cell_len

    line, column = " " * widths[0], 1
    for span in (each for each in spans if each.level == level):
        line += "".join(" " * (2 + width) for width in widths[column : span.first])
        room = sum(widths[span.first : span.last + 1]) + 2 * (span.last - span.first)
        left = (room - cell_len(span.text)) // 2
        right = room - left - cell_len(span.text)
        line += f"  {_dashes(left)[::-1]}{span.text}{_dashes(right)}"
        column = span.last + 1
    return line.rstrip()


def _dashes(count: int) -> str:
    """So many columns of a line that begins with a blank."""
    return (" " + "─" * (count - 1))[:count]
