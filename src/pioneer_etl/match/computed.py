"""Sheets that only compute from others: a summary whose figures are formulas over the workbook's other sheets.

What it shows stands on the sheets that it refers to and is loaded from there; loading it too would count everything
twice, and a program that never calculated it leaves no figures in it at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.finding import finding
from pioneer_etl.match.layout import GENERIC
from pioneer_etl.match.model import SheetMatch
from pioneer_etl.table.model import Role
from pioneer_etl.workbook.model import Sheet, is_blank

_REFERENCE: Final = re.compile(r"(?:'((?:[^']|'')+)'|([^\s'!()+\-*/^&=<>:,;{}\"]+))!")
_TEXT: Final = re.compile(r'"[^"]*"')
_FIGURES: Final = (Role.VALUE, Role.TOTAL, Role.SUBTOTAL, Role.UNACCOUNTED)


def without_computed(matches: Sequence[SheetMatch]) -> tuple[SheetMatch, ...]:
    """The sheets of a file; one that only computes from sheets that are read has no tables of its own, and a note.

    It is one when every figure in it is a formula, and the formulas refer to other sheets of the workbook of which each
    has a table of a dataset.  A sheet that a township's own layout claims is never one.
    """
    referred = [_referred(match) for match in matches]
    read = {
        match.reading.sheet.name for match, names in zip(matches, referred, strict=True) if match.tables and not names
    }
    return tuple(
        _computed(match, names) if names and names <= read else match
        for match, names in zip(matches, referred, strict=True)
    )


def _computed(match: SheetMatch, names: frozenset[str]) -> SheetMatch:
    areas = tuple(table.range.a1 for table in match.reading.tables)
    note = finding("sheet.computed", sheet=match.reading.sheet.name, cells=areas, found="、".join(sorted(names)))
    return replace(match, tables=(), findings=(note,), computed=True)


def _referred(match: SheetMatch) -> frozenset[str]:
    """The other sheets that a sheet of nothing but formulas refers to; none for any other sheet."""
    sheet = match.reading.sheet
    if not sheet.formulas or not match.reading.tables or any(each.layout != GENERIC.name for each in match.tables):
        return frozenset()
    figures = list(_figures(match))
    if not figures or any(position not in sheet.formulas for position in figures):
        return frozenset()
    found = {name for position in figures for name in references(sheet.formulas[position])}
    return frozenset(found - {sheet.name})


def _figures(match: SheetMatch) -> Iterator[Position]:
    """The cells inside the tables that are no words: figures, and formulas without a result."""
    sheet: Sheet = match.reading.sheet
    for position, mark in match.reading.roles.items():
        value = sheet.at(*position)
        if mark.role in _FIGURES and not is_blank(value) and (position in sheet.formulas or not isinstance(value, str)):
            yield position


def references(formula: str) -> Iterator[str]:
    """The names of the sheets that a formula refers to ('一 村'!A1 and 村情!A1)."""
    for quoted, plain in _REFERENCE.findall(_TEXT.sub('""', formula)):
        yield quoted.replace("''", "'") if quoted else plain
