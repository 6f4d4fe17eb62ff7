"""The texts around the tables of a sheet, gathered in one pass: titles, units, signatures, notes, strays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.contract.units import units_named
from pioneer_etl.match.facts import names_fact
from pioneer_etl.table.model import CellRole, Role, SheetReading, Table
from pioneer_etl.table.roles import Pattern, role_rows

_TOLD: Final = (Role.TITLE, Role.UNIT, Role.SIGNATURE, Role.NOTE, Role.UNACCOUNTED, Role.HEADER, Role.LOOKUP)


@unchanging
class AroundText:
    """One cell outside of the tables' bodies: where, what role, which table it was given to, its words."""

    position: Position
    role: Role
    table: int | None
    text: str


@dataclass(frozen=True)
class Around:
    """All of them on one sheet, in reading order, and the tables that they stand around.

    Understanding gives a text to one table; tables side by side share theirs.  `lookups` are the cells of lists of
    codes beside the tables.
    """

    texts: tuple[AroundText, ...]
    tables: tuple[Table, ...]
    lookups: tuple[Position, ...] = ()

    @cached_property
    def _sharing(self) -> tuple[frozenset[int | None], ...]:
        """For each table those whose rows overlap its own, itself among them, and None for no table."""
        ranges = [each.range for each in self.tables]
        return tuple(
            frozenset(
                [
                    None,
                    *(n for n, each in enumerate(ranges) if each.top <= area.bottom and area.top <= each.bottom),
                ]
            )
            for area in ranges
        )

    @cached_property
    def _own(self) -> tuple[tuple[AroundText, ...], ...]:
        """For each table the texts around it."""
        return tuple(
            [
                self.texts if self._share_all(index) else tuple([each for each in self.texts if each.table in shared])
                for index, shared in enumerate(self._sharing)
            ]
        )

    def _share_all(self, index: int) -> bool:
        """Whether no table of the sheet stands above or below this one: all texts are around it."""
        return len(self._sharing[index]) > len(self.tables)

    @cached_property
    def _titles(self) -> tuple[AroundText, ...]:
        return tuple([each for each in self.texts if each.role is Role.TITLE])

    def titles(self, index: int) -> tuple[AroundText, ...]:
        """The titles over one table; one that understanding names without a cell stands at the table's corner."""
        shared, table = self._sharing[index], self.tables[index]
        found = tuple([each for each in self._titles if each.table in shared])
        if table.title and all(each.text != table.title for each in found):
            corner = Position(table.range.top, table.range.left)
            return (*found, AroundText(corner, Role.TITLE, index, table.title))
        return found

    def titles_above(self, index: int) -> tuple[AroundText, ...]:
        """The titles of the tables further up, the nearest first: one may speak for the whole sheet."""
        if self._share_all(index):
            return ()
        shared, top = self._sharing[index], self.tables[index].range.top
        found = [each for each in self._titles if each.table not in shared and each.position.row < top]
        return tuple(sorted(found, key=lambda each: -each.position.row))

    def units(self, index: int) -> tuple[str, ...]:
        """The units that the lines over one table set: 单位：户、人、万元 sets three."""
        shared = self._sharing[index]
        found: dict[str, None] = {}
        for number in sorted(number for number in shared if number is not None):
            told = self.tables[number].unit
            if told is not None:
                found |= dict.fromkeys(units_named(f"单位：{told}"))
        bottom = self.tables[index].range.bottom
        for each in self._own[index]:
            if each.role is not Role.NOTE and (each.position[0] <= bottom or each.role is Role.UNIT):
                found |= dict.fromkeys(units_named(each.text))
        return tuple(found)

    @cached_property
    def _unit_lines(self) -> tuple[AroundText, ...]:
        return tuple([each for each in self.texts if each.role is Role.UNIT])

    def unit_lines(self, index: int) -> tuple[AroundText, ...]:
        """The unit lines over one table, and those over none."""
        return tuple([each for each in self._unit_lines if each.table is None or each.table == index])

    def lines(self, index: int) -> tuple[tuple[Position, str], ...]:
        """The texts around one table with their cells."""
        return tuple([(each.position, each.text) for each in self._own[index]])

    def lines_elsewhere(self, index: int) -> tuple[tuple[Position, str], ...]:
        """The texts around the sheet's other tables."""
        if self._share_all(index):
            return ()
        shared = self._sharing[index]
        return tuple([(each.position, each.text) for each in self.texts if each.table not in shared])

    @property
    def strays(self) -> tuple[Position, ...]:
        """The cells that understanding found no role for."""
        return tuple(each.position for each in self.texts if each.role is Role.UNACCOUNTED)


def look_around(reading: SheetReading) -> Around:
    """The texts around the tables, and facts that stand among the heads; a date cell as text."""
    sheet = reading.sheet
    found, lookups = [], []
    patterns: dict[int, tuple[Pattern, list[tuple[int, CellRole]]]] = {}
    for row, shapes, pattern in role_rows(reading.roles):
        known = patterns.get(id(pattern))
        if known is None:
            wanted = [(column, mark) for column, mark in enumerate(pattern, 1) if mark and mark.role in _TOLD]
            known = patterns[id(pattern)] = (pattern, wanted)
        for column, mark in known[1]:
            if not shapes[column - 1]:
                continue
            if mark.role is Role.LOOKUP:
                lookups.append(Position(row, column))
                continue
            value = sheet.rows[row - 1][column - 1]
            if mark.role is Role.HEADER and not (isinstance(value, str) and names_fact(value)):
                continue
            if isinstance(value, datetime | date):
                value = value.strftime("%Y-%m-%d")
            found.append(AroundText(Position(row, column), mark.role, mark.table, str(value).strip()))
    return Around(tuple(found), reading.tables, tuple(lookups))
