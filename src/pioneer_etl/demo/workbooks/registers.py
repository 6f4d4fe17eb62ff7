"""Registers (登记表): labels beside their contents in merged cells, one thing after the other on a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pioneer_etl.contract.address import Position
from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.workbooks.form import Column, Looks, looks
from pioneer_etl.demo.workbooks.hand import Clerk
from pioneer_etl.demo.workbooks.page import Page


@dataclass(frozen=True, slots=True)
class Section:
    """Pairs under one heading: of which dataset's facts, and which labels and fields (a long content spans its row)."""

    name: str
    dataset: str
    items: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """How a register looks: so many pairs a row, a section's heading at the left (none where its name is empty)."""

    sections: tuple[Section, ...]
    pairs: int = 3
    looks: Looks = field(default_factory=looks)
    widths: tuple[float, ...] = (6, 14, 13)  # section, label, content
    signature: str = ""


def write_register(
    page: Page, register: Register, title: str, records: dict[str, Facts], clerk: Clerk, top: int
) -> tuple[dict[tuple[str, str], str], int]:
    """Write one register below row `top`; the cell of each dataset's field, and the first row after it.

    `records` gives the facts of each dataset that its sections show.
    """
    sectioned = any(section.name for section in register.sections)
    left = 1 + sectioned
    right = left + 2 * register.pairs - 1
    page.span(top, 1, right, title, register.looks.title)
    page.heights[top] = 28
    row = top + 1
    cells: dict[tuple[str, str], str] = {}
    for section in register.sections:
        first = row
        for line in _lines(section.items, register.pairs):
            _write_line(page, register, section, line, records[section.dataset], clerk, row, left, right, cells)
            page.heights[row] = 20
            row += 1
        if sectioned:
            page.span(first, 1, 1, section.name, register.looks.header, down=row - first)
    if register.signature:
        page.span(row, 1, right, register.signature, register.looks.line)
        row += 1
    if sectioned:
        page.widths[1] = register.widths[0]
    for pair in range(register.pairs):
        page.widths[left + 2 * pair] = register.widths[1]
        page.widths[left + 2 * pair + 1] = register.widths[2]
    return cells, row


def _lines(items: Sequence[Column], pairs: int) -> list[list[Column]]:
    """The items row by row: so many pairs each, one with `merged` set in a row of its own."""
    lines: list[list[Column]] = []
    for item in items:
        if item.merged or not lines or len(lines[-1]) == pairs or lines[-1][0].merged:
            lines.append([])
        lines[-1].append(item)
    return lines


def _write_line(
    page: Page,
    register: Register,
    section: Section,
    line: Sequence[Column],
    facts: Facts,
    clerk: Clerk,
    row: int,
    left: int,
    right: int,
    cells: dict[tuple[str, str], str],
) -> None:
    for number, item in enumerate(line):
        place = left + 2 * number
        page.put(row, place, "".join(item.path), register.looks.header)
        last = right if number == len(line) - 1 else place + 1
        assert item.field is not None
        assert item.write is not None
        look = register.looks.body.but(horizontal="left" if item.merged else "center", wrap=True)
        page.span(row, place + 1, last, item.write(facts[item.field], facts, clerk), look)
        cells[section.dataset, item.field] = Position(row, place + 1).a1
