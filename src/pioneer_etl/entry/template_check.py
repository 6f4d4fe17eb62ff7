"""The check column and the status line of a template: what is missing (▲), wrong (✗), or to be explained (！)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from openpyxl.utils import get_column_letter

from pioneer_etl.contract.model import Dataset
from pioneer_etl.entry.template_form import Drawn
from pioneer_etl.entry.template_formula import NUMERIC, Line, NotSayable, broken, text_of

MISSING: Final = "▲"
WRONG: Final = "✗"
DOUBTFUL: Final = "！"
_MARKS: Final = {"error": WRONG, "warning": DOUBTFUL}
_LONGEST: Final = 8000  # a formula holds 8,192 characters
_LONGEST_TEXT: Final = 250  # and a text in it 255


def check_formula(dataset: Dataset, line: Line, drawn: Drawn) -> str:
    """The formula that says in words what is missing and wrong on a line; nothing for a line without any entry."""
    first, last = get_column_letter(2), get_column_letter(drawn.width)
    row = re.sub(r"\D", "", line.cells[dataset.fields[0].name])
    head = f'=IF(COUNTA({first}{row}:{last}{row})=0,"",'
    parts: list[str] = []
    room = _LONGEST - len(head) - 120
    for condition, words in line_checks(dataset, line, drawn):
        part = f'IF({condition},{text_of(words + " ")},"")'
        if len(part) + 1 <= room:  # what does not fit is left to the checks on the way back
            parts.append(part)
            room -= len(part) + 1
    said = '"✓"&' + "&".join(parts) if parts else '"✓"'
    for mark in (MISSING, WRONG, DOUBTFUL):
        said = f'SUBSTITUTE({said},"✓{mark}","{mark}")'
    return f"{head}{said})"


def status_formula(checked: str) -> str:
    """The formula of the status line over the check column `checked`."""

    def count(mark: str) -> str:
        return f'SUMPRODUCT(LEN({checked})-LEN(SUBSTITUTE({checked},"{mark}","")))'

    missing, wrong, doubtful = count(MISSING), count(WRONG), count(DOUBTFUL)
    said = [
        (missing, MISSING, "还差", "项", "missing"),
        (wrong, WRONG, "不符", "处", "wrong"),
        (doubtful, DOUBTFUL, "要说明", "处", "to explain"),
    ]
    parts = [f'IF({number}>0,"{mark} {zh} "&{number}&" {unit}（{en}）  ","")' for number, mark, zh, unit, en in said]
    text = "&".join(parts)
    done = text_of("✓ 已填齐，没有发现不符（complete）")
    none = text_of("还没有填（nothing entered yet）")
    filled = f"SUMPRODUCT(--(LEN({checked})>0))"
    return f"=IF({filled}=0,{none},IF({missing}+{wrong}+{doubtful}=0,{done},{text}))"


def line_checks(dataset: Dataset, line: Line, drawn: Drawn) -> Iterator[tuple[str, str]]:
    """Conditions that are true where something is to be said of a line, each with its words."""
    for field in dataset.fields:
        if field.required:
            yield f"NOT({line.present(field.name)})", f"{MISSING}{field.label.zh}"
    yield from _ranges(dataset, line)
    yield from _twice(dataset, line, drawn)
    labels = {each.name: each.label.zh for each in dataset.fields}
    checks = sorted(dataset.checks, key=lambda each: ("error", "warning", "note").index(each.severity))
    for check in checks:
        if check.severity not in _MARKS:
            continue
        try:
            condition = broken(check, line)
        except NotSayable:
            continue
        words = re.sub(r"\{(\w*)\}", lambda found: labels.get(found.group(1), ""), check.message.zh)
        yield condition, f"{_MARKS[check.severity]}{words[:_LONGEST_TEXT]}"


def _ranges(dataset: Dataset, line: Line) -> Iterator[tuple[str, str]]:
    for field in dataset.fields:
        cell = line.cells[field.name]
        outside = []
        if field.minimum is not None:
            outside.append(f"{cell}<{field.minimum:f}")
        if field.maximum is not None:
            outside.append(f"{cell}>{field.maximum:f}")
        if outside and field.type in NUMERIC:
            beyond = f"IF(ISNUMBER({cell}),OR({','.join(outside)}),FALSE)"
            yield beyond, f"{WRONG}{field.label.zh}超出范围"


def _twice(dataset: Dataset, line: Line, drawn: Drawn) -> Iterator[tuple[str, str]]:
    """A key that stands on another line, too.  Texts are compared, never read as a criterion: ">5" or "*" is a text."""
    if not dataset.key:
        return
    equal = []
    for name in dataset.key:
        letter = get_column_letter(drawn.columns[name])
        column = f"${letter}${drawn.first_line}:${letter}${drawn.last_line}"
        equal.append(f"({column}={line.cells[name]})")
    present = ",".join(line.present(name) for name in dataset.key)
    labels = "、".join(dataset.field(name).label.zh for name in dataset.key)
    yield f"IF(AND({present}),SUMPRODUCT({'*'.join(equal)}*1)>1,FALSE)", f"{WRONG}{labels}重复"


def checks_in_cells(dataset: Dataset, line: Line) -> tuple[str, ...]:
    """The names of the declared checks that a template says live."""
    said = []
    for check in dataset.checks:
        if check.severity in _MARKS:
            try:
                broken(check, line)
            except NotSayable:
                continue
            said.append(check.name)
    return tuple(said)
