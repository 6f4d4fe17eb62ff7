"""What a sample leaves unwritten: whether an empty cell beside marks says no, and what a code stands for."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.codes import resolve_code
from pioneer_etl.contract.model import CodeList, Dataset, FieldType
from pioneer_etl.contract.text import normalise
from pioneer_etl.match.lines import Frame, Line
from pioneer_etl.match.model import MatchedTable
from pioneer_etl.plugins.proposal import Answers, Choice, ProposedForm, Question, Source
from pioneer_etl.transform.words import TICKS
from pioneer_etl.workbook.model import Scalar, is_blank

_BLANK_ANSWER: Final = "blank"
_MARKS: Final = TICKS - {"是", "有", "1"}
_SHORT_CODE: Final = re.compile(r"\d{1,2}|[A-Z]")


def blanks(
    form: ProposedForm,
    source: Source,
    table: MatchedTable,
    dataset: Dataset,
    answers: Answers,
    questions: list[Question],
) -> ProposedForm:
    """Columns of yes or no where only yes is marked (√): whether an empty cell says no is for a person."""
    lines = {line.line: line for line in source.frame.lines}
    told = dict(form.blanks)
    habit = any(key[1:2] == ("blanks",) and value != _BLANK_ANSWER for key, value in answers.items())
    for column in table.lines:
        if column.field is None or column.tick is not None or dataset.field(column.field).type is not FieldType.BOOLEAN:
            continue
        field, line = dataset.field(column.field), lines[column.line]
        marks = {str(source.frame.reading.sheet.at(*cell)).strip() for cell in line.filled}
        answer = answers.get((form.name, "blanks", field.name))
        if answer is not None:
            told |= {field.name: answer} if answer != _BLANK_ANSWER else {}
        elif not marks or not marks <= _MARKS:
            continue
        elif len(line.filled) == len(source.frame.records):
            told |= {field.name: "否"} if habit else {}  # what this township says of its other columns to mark
        elif not _left_open(source.frame, line):
            questions.append(
                Question(
                    (form.name, "blanks", field.name),
                    "plugin.new.ask_blank",
                    {
                        "sheet": source.sheet,
                        "heading": "/".join(column.path),
                        "field": field.label.zh,
                        "field_en": field.label.en,
                        "found": "、".join(sorted(marks)),
                        "count": str(len(source.frame.records) - len(line.filled)),
                    },
                    (Choice("否", "否", "no"), Choice(_BLANK_ANSWER, "没有填", "not filled in")),
                )
            )
    return replace(form, blanks=told)


def _left_open(frame: Frame, line: Line) -> bool:
    """Whether another column is empty in the very records where this one is: what it asks about has not happened."""
    filled = {_record(frame, cell) for cell in line.filled}
    return any(
        other.line != line.line and {_record(frame, cell) for cell in other.filled} == filled for other in frame.lines
    )


def _record(frame: Frame, cell: Position) -> int:
    return cell.column if frame.sideways else cell.row


def printed_codes(frame: Frame, line: Line, code_list: CodeList) -> dict[str, str]:
    """What a code stands for by the list that the sheet prints beside its table (代码 | 培训类别).

    {} unless every cell of the line is in the list, and every line of the list says a word that is known.
    """
    sheet, table = frame.reading.sheet, frame.table.range
    said = {_plain_code(sheet.at(*cell)) for cell in line.filled}
    if frame.sideways or not all(_SHORT_CODE.fullmatch(text) for text in said):
        return {}
    for column in range(1, max((len(row) for row in sheet.rows), default=0)):
        if table.left - 1 <= column <= table.right:
            continue
        pairs = {
            _plain_code(sheet.at(row, column)): resolve_code(code_list, str(sheet.at(row, column + 1)))
            for row in range(1, len(sheet.rows) + 1)
            if _SHORT_CODE.fullmatch(_plain_code(sheet.at(row, column))) and not is_blank(sheet.at(row, column + 1))
        }
        if len(pairs) > 1 and said <= pairs.keys() and all(pairs.values()):
            return {text: code.label.zh for text, code in pairs.items() if code is not None}
    return {}


def _plain_code(value: Scalar | None) -> str:
    return normalise(str(value)).upper().removesuffix(".0") if value is not None else ""
