"""Good workbooks spoilt as it happens: formulas that were never calculated, ID numbers kept as numbers."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pioneer_etl.demo.workbooks.common import DemoFile
from pioneer_etl.demo.workbooks.write import dated

_KEPT = 15  # digits of a number that a spreadsheet keeps


def never_calculated(file: DemoFile, dataset: str, field: str, parts: Sequence[str]) -> DemoFile:
    """The file as a program writes it that cannot calculate: `field` is a formula over its `parts`, without results."""
    form = file.form(dataset)
    where = form.written.facts
    cells = {
        where[index, field]: "=" + "+".join(where[index, part] for part in parts) for index in range(len(form.records))
    }
    return _changed(file, form.sheet, cells)


def kept_as_numbers(file: DemoFile, dataset: str, field: str) -> DemoFile:
    """The file after somebody has formatted its ID numbers as numbers: their last three digits are gone."""
    form = file.form(dataset)
    cells = {
        form.written.facts[index, field]: int(number[:_KEPT] + "0" * (len(number) - _KEPT))
        for index, facts in enumerate(form.records)
        if isinstance(number := facts[field], str)
    }
    return _changed(file, form.sheet, cells)


def _changed(file: DemoFile, sheet: str, cells: Mapping[str, Any]) -> DemoFile:
    from openpyxl import load_workbook

    workbook = load_workbook(io.BytesIO(file.data))
    for place, content in cells.items():
        cell = workbook[sheet][place]
        cell.value = content
        if isinstance(content, int):
            cell.number_format = "0"
    out = io.BytesIO()
    workbook.save(out)
    return replace(file, data=dated(out.getvalue()))
