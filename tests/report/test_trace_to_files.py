"""Figures followed all the way: into the townships' own files, opened again, and added up from what stands there."""

from __future__ import annotations

import random
import re
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest
from tests.command_line import County

from pioneer_etl import open_workspace
from pioneer_etl.contract.address import parse_a1
from pioneer_etl.report.inspection import cell_text
from pioneer_etl.report.model import Figure
from pioneer_etl.report.trace import TracedCell, trace
from pioneer_etl.workbook.bundle import SEPARATOR, unpack
from pioneer_etl.workbook.limits import Limits
from pioneer_etl.workbook.model import Workbook
from pioneer_etl.workbook.read import read_bytes

_FACTOR = re.compile(r"×\s*([\d.]+)")
_NAMES = ("village", "village_economy", "training", "reserve_cadre")


class Originals:
    """The townships' files, opened again; counts the numbers read there and those that take more than reading."""

    def __init__(self, *folders: Path) -> None:
        self.paths = {
            path.relative_to(folder).as_posix(): path
            for folder in folders
            for path in folder.rglob("*")
            if path.is_file()
        }
        self.books: dict[str, Workbook] = {}
        self.read = self.believed = 0

    def cell(self, cell: TracedCell) -> Any:
        if cell.file not in self.books:
            self.books[cell.file] = read_bytes(self._data(cell.file), cell.file)
        sheet = next(each for each in self.books[cell.file].sheets if each.name == cell.sheet)
        return sheet.at(*parse_a1(cell.cell))

    def _data(self, file: str) -> bytes:
        """The bytes of a file, or of one in a zip (zip!member)."""
        name, _, inside = file.partition(SEPARATOR)
        data = self.paths[name].read_bytes()
        if not inside:
            return data
        return next(each.data for each in unpack(data, name, Limits()) if each.path == inside)

    def value(self, cell: TracedCell) -> Figure | None:
        """The number that stands in the cell; blanks, words and numbers in words are taken from the warehouse."""
        if not isinstance(cell.raw, (int, Decimal)) or isinstance(cell.raw, bool):
            return cell.raw
        text = cell_text(self.cell(cell)).replace(",", "").replace("，", "").strip()
        try:
            number = Decimal(text)
        except InvalidOperation:
            self.believed += 1
            return cell.raw
        self.read += 1
        factor = _FACTOR.search(cell.conversion)
        return number * Decimal(factor[1]) if factor else number


@pytest.mark.slow
def test_a_hundred_figures_add_up_from_the_files_themselves(demo: County) -> None:
    workspace = open_workspace(demo.root)
    originals = Originals(demo.root / "inbox", demo.root / "late")
    tables = [workspace.summary(name) for name in _NAMES]
    figures = [
        (table, row, cell)
        for table in tables
        for row, cell in table.figures()
        if isinstance(cell.value, (int, Decimal)) and row.kind in ("township", "total")
    ]
    with workspace._reading() as connection:  # opened once for all of them
        for table, row, cell in random.Random(42).sample(figures, 100):
            where = row.code or "合计"
            found = trace(connection, table.spec, workspace.contracts, table.period, where, cell.measure)
            assert found.value == found.re_add() == cell.value, (table.name, where, cell.measure)
            assert found.cells or not cell.value, (table.name, where, cell.measure)
            added = found.re_add(originals.value)
            assert isinstance(added, (int, Decimal))
            assert abs(Decimal(added) - Decimal(cell.value)) <= Decimal("1e-9"), (table.name, where, cell.measure)
            for source in found.cells:
                if source.cell and not re.search(r"[*＊]", source.text):
                    stands = cell_text(originals.cell(source))
                    assert stands or source.state in ("blank", "absent"), source
    assert originals.read > 2_000
    assert originals.believed < originals.read / 10
