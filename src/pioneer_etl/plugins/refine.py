"""What only reading a sample's values shows: units that nobody says, unknown spellings, labels written once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

from pioneer_etl.contract.codes import resolve_code
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import CodeList, Dataset, Field, FieldType
from pioneer_etl.contract.text import normalise
from pioneer_etl.contract.units import conversion, unit_kind
from pioneer_etl.match.facts import names_fact
from pioneer_etl.match.lines import Frame, Line
from pioneer_etl.match.model import ColumnMatch, MatchedTable, MatchKind
from pioneer_etl.plugins.proposal import Answers, Choice, ProposedForm, Question, Source, State
from pioneer_etl.plugins.unwritten import blanks, printed_codes
from pioneer_etl.transform.columns import make_reader
from pioneer_etl.transform.model import ValueState
from pioneer_etl.transform.records import transform_table
from pioneer_etl.transform.words import options
from pioneer_etl.workbook.model import Scalar

_HOLDS: Final = (FieldType.PLACE, FieldType.CODE, FieldType.TEXT, FieldType.DATE, FieldType.MONTH)
_CHECK_ROWS: Final = re.compile(r"^(核对|校验|检查|比对|复核|差额)")
_CHOICE: Final = re.compile(r"(\d)\s*[.、:：为=\-]?\s*([\u4e00-\u9fff]+)")
_MOST_CHOICES: Final = 20


def refine(
    form: ProposedForm, tables: Sequence[MatchedTable], contracts: Contracts, answers: Answers
) -> tuple[ProposedForm, list[Question]]:
    """The form with units, codes, carried fields and rows to skip; and what of these has to be asked."""
    questions: list[Question] = []
    dataset = contracts.datasets[form.dataset]
    for source, matched in zip(form.sources, tables, strict=True):
        table = with_columns(matched, form, source)
        form = _codes(form, source, table, dataset, contracts, answers, questions)
        form = _units(form, table, dataset, answers, questions)
        form = blanks(form, source, table, dataset, answers, questions)
        form = _carry(form, source, table, dataset, contracts, answers, questions)
        form = _skipped(form, source, table)
    form = _groups(form, tables, dataset, contracts, answers)
    form = _constants(form, dataset, contracts, answers, questions)
    return form, questions


def with_columns(matched: MatchedTable, form: ProposedForm, source: Source) -> MatchedTable:
    """A table as the proposed form reads it."""
    targets = {each.heading: each.target for each in form.of(State.TAKEN)}
    headings = {each.line: each.heading for each in form.columns} if source is form.sources[0] else {}
    lines = []
    for line in matched.lines:
        heading = headings.get(line.line, "/".join(line.path))
        target = targets.get(heading)
        if target is None:
            lines.append(replace(line, field=None, kind=MatchKind.NONE, tick=None))
            continue
        field, _, tick = target.partition("=")
        lines.append(replace(line, field=field, kind=MatchKind.LAYOUT, tick=tick or None))
    return replace(
        matched,
        lines=tuple(lines),
        code_maps=form.codes,
        carry=form.carry,
        group_field=form.group_field,
        blanks=form.blanks,
        skip_rows=form.skip_rows,
        constants={**matched.constants, **form.constants},
    )


def _codes(
    form: ProposedForm,
    source: Source,
    table: MatchedTable,
    dataset: Dataset,
    contracts: Contracts,
    answers: Answers,
    questions: list[Question],
) -> ProposedForm:
    """Spellings that no code list knows: told by the heading itself (1男2女), answered, or asked."""
    lines = {line.line: line for line in source.frame.lines}
    codes = {name: dict(known) for name, known in form.codes.items()}
    for column in table.lines:
        if column.field is None or column.tick is not None:
            continue
        field = dataset.field(column.field)
        code_list = contracts.code_lists.get(field.codes or "")
        if field.type is not FieldType.CODE or code_list is None:
            continue
        own = codes.setdefault(field.name, {})
        own.update(choices_of("/".join(column.path), code_list))
        own.update(printed_codes(source.frame, lines[column.line], code_list))
        own.update(
            (key[3], value)
            for key, value in answers.items()
            if key[:3] == (form.name, "codes", field.name) and len(key) == 4
        )
        asked = replace(table, code_maps={**form.codes, field.name: own})
        for text, count in unknown_spellings(source.frame, lines[column.line], column, field, asked, contracts).items():
            questions.append(_code_question(form, source, field, code_list, text, count))
    return replace(form, codes={name: known for name, known in codes.items() if known})


def choices_of(heading: str, code_list: CodeList) -> dict[str, str]:
    """The codes that a heading lists itself, 性别（1男2女）; {} where the list knows it or it lists something else."""
    if options(heading):
        return {}
    for remark in re.findall(r"[(（]([^()（）]*)[)）]", heading):
        found = _CHOICE.findall(remark)
        bare = re.sub(r"[\s,，;；、.]", "", _CHOICE.sub("", remark))
        labels = {number: resolve_code(code_list, word) for number, word in found}
        if len(found) > 1 and not bare and all(labels.values()):
            return {number: code.label.zh for number, code in labels.items() if code is not None}
    return {}


def unknown_spellings(
    frame: Frame, line: Line, column: ColumnMatch, field: Field, table: MatchedTable, contracts: Contracts
) -> dict[str, int]:
    """What the cells of a line say that stands for no code, with how often."""
    raws: list[Scalar | None] = [frame.reading.sheet.at(*cell) for cell in line.filled]
    reader = make_reader(field, column, table, contracts, raws, ["General"] * len(raws))
    unknown: dict[str, int] = {}
    for raw in raws:
        if raw is None or (isinstance(raw, str) and normalise(raw) in ("同上", "〃", "″", '"', "″″")):
            continue
        value, _ = reader.read(raw, "General")
        text = str(raw).strip()
        if value.state is ValueState.UNREADABLE and not names_fact(text):
            unknown[text] = unknown.get(text, 0) + 1
    return unknown


def _code_question(
    form: ProposedForm, source: Source, field: Field, code_list: CodeList, text: str, count: int
) -> Question:
    labels = {code.label.zh: code for code in code_list.codes}
    near = get_close_matches(text, labels, n=_MOST_CHOICES, cutoff=0.1)
    shown = list(dict.fromkeys([*near, *labels]))[:_MOST_CHOICES]
    return Question(
        (form.name, "codes", field.name, text),
        "plugin.new.ask_code",
        {
            "file": source.file,
            "sheet": source.sheet,
            "found": text,
            "count": str(count),
            "field": field.label.zh,
            "field_en": field.label.en,
        },
        tuple(Choice(labels[each].code, each, f"{labels[each].label.en}（{each}）") for each in shown),
    )


def _units(
    form: ProposedForm, table: MatchedTable, dataset: Dataset, answers: Answers, questions: list[Question]
) -> ProposedForm:
    """Units that neither the sheet nor its cells say: one question for all fields of a kind."""
    unsaid = {each.arguments.get("heading") for each in table.findings if each.code == "column.unit_unsaid"}
    fields: dict[str, list[Field]] = {}
    for column in table.lines:
        if column.field is None or column.unit is not None:
            continue
        field = dataset.field(column.field)
        kind = unit_kind(field.unit) if field.unit else None
        if kind in ("money", "area") and field.accepted_units and _unsaid(column, unsaid, table):
            fields.setdefault(kind, []).append(field)
    units = dict(form.units)
    for kind, members in fields.items():
        key = (form.name, "units", "default" if len(fields) == 1 else members[0].name)
        answer = answers.get(key) or answers.get((form.name, "units", "default"))
        if answer is not None:
            units |= {"default": answer} if len(fields) == 1 else {each.name: answer for each in members}
            continue
        accepted = sorted({members[0].unit or "", *members[0].accepted_units}, key=_size)
        questions.append(
            Question(
                key,
                "plugin.new.ask_unit",
                {
                    "sheet": table.reading.sheet.name,
                    "fields": "、".join(each.label.zh for each in members),
                    "fields_en": ", ".join(each.label.en for each in members),
                    "kind": kind,
                },
                tuple(Choice(each, each, each) for each in accepted if each),
            )
        )
    return replace(form, units=units)


def _unsaid(column: ColumnMatch, unsaid: set[str | None], table: MatchedTable) -> bool:
    """Whether matching missed a unit; a line that it had not mapped has none where its neighbours have none."""
    return "/".join(column.path) in unsaid or (not column.unit and column.kind is MatchKind.LAYOUT and bool(unsaid))


def _size(unit: str) -> float:
    factor = conversion(unit, "元") or conversion(unit, "亩")
    return float(factor) if factor is not None else 0.0


def _carry(
    form: ProposedForm,
    source: Source,
    table: MatchedTable,
    dataset: Dataset,
    contracts: Contracts,
    answers: Answers,
    questions: list[Question],
) -> ProposedForm:
    """Parts of a record's key that are written once for several records: merged there, or asked about."""
    carry = list(form.carry)
    keys = {*dataset.key, dataset.place_field} if len(dataset.key) > 1 else set()
    columns = {column.field: column for column in table.lines if column.field in keys}
    records = set(source.frame.records)
    for name, column in columns.items():
        if name is None or name in carry or dataset.field(name).type not in _HOLDS or source.frame.sideways:
            continue
        merged = any(
            each.left <= column.line <= each.right and len(records & set(range(each.top, each.bottom + 1))) > 1
            for each in source.frame.reading.sheet.merges
        )
        if merged or answers.get((form.name, "carry", name)) == "yes":
            carry.append(name)
    form = replace(form, carry=tuple(carry))
    _, findings = transform_table(replace(table, carry=tuple(carry)), contracts)
    blank = {found.arguments["field"]: found for found in findings if found.code == "record.key_blank"}
    for name, column in columns.items():
        if name is None or name in carry or dataset.field(name).label.zh in blank:
            continue
        if _written_once(source, column):
            form = replace(form, carry=(*form.carry, name))
    for found in blank.values():
        field = next(each for each in dataset.fields if each.label.zh == found.arguments["field"])
        if field.type in _HOLDS and (form.name, "carry", field.name) not in answers:
            questions.append(
                Question(
                    (form.name, "carry", field.name),
                    "plugin.new.ask_carry",
                    {
                        "sheet": source.sheet,
                        "cells": ", ".join(found.cells[:3]),
                        "field": field.label.zh,
                        "field_en": field.label.en,
                    },
                    (Choice("yes", "同上一行", "the same as above"), Choice("no", "漏填了", "left out")),
                )
            )
    return form


def _written_once(source: Source, column: ColumnMatch) -> bool:
    """Whether records leave a part of their key empty (and reading them knows what stands there)."""
    frame = source.frame
    line = next(each for each in frame.lines if each.line == column.line)
    return not frame.sideways and 0 < len(line.filled) < len(frame.records)


def _skipped(form: ProposedForm, source: Source, table: MatchedTable) -> ProposedForm:
    """Rows that only check others (核对) and were taken for records."""
    if source.frame.sideways:
        return form
    sheet = source.frame.reading.sheet
    found = dict.fromkeys(form.skip_rows)
    for row in source.frame.records:
        text = next(
            (str(value).strip() for value in sheet.rows[row - 1] if isinstance(value, str) and value.strip()), ""
        )
        word = _CHECK_ROWS.match(normalise(text))
        if word is not None:
            found[f"{word.group(1)}*"] = None
    return replace(form, skip_rows=tuple(found))


def _groups(
    form: ProposedForm, tables: Sequence[MatchedTable], dataset: Dataset, contracts: Contracts, answers: Answers
) -> ProposedForm:
    """The one code or place that no column says, where the label over each group of records says it."""
    said = {each.field for each in form.of(State.TAKEN, State.UNSURE)}
    if form.group_field is not None:
        return form
    fitting: list[str] = []
    for field in dataset.fields:
        told = (form.name, "constants", field.name) in answers
        wanted = field.type is FieldType.CODE or (field.type is FieldType.PLACE and field.required)
        if not wanted or field.name in said or told:
            continue
        found: list[ValueState] = []
        for source, matched in zip(form.sources, tables, strict=True):
            table = with_columns(matched, replace(form, group_field=field.name), source)
            parts, _ = transform_table(table, contracts)
            found += [record.values[field.name].state for part in parts for record in part.records]
        if found and all(state is ValueState.VALUE for state in found):
            fitting.append(field.name)
    return replace(form, group_field=fitting[0]) if len(fitting) == 1 else form


def _constants(
    form: ProposedForm, dataset: Dataset, contracts: Contracts, answers: Answers, questions: list[Question]
) -> ProposedForm:
    """Required codes that no column says: one word for the whole form."""
    constants: dict[str, str] = {
        key[2]: value for key, value in answers.items() if key[:2] == (form.name, "constants") and len(key) == 3
    }
    unsure = bool(form.of(State.UNSURE))
    said = {each.field for each in form.of(State.TAKEN)} | {form.group_field}
    for field in dataset.fields:
        code_list = contracts.code_lists.get(field.codes or "")
        if field.required and field.name not in said and field.name not in constants and code_list and not unsure:
            choices = tuple(Choice(each.code, each.label.zh, each.label.en) for each in code_list.codes[:_MOST_CHOICES])
            arguments: Mapping[str, str] = {
                "sheet": form.sources[0].sheet,
                "field": field.label.zh,
                "field_en": field.label.en,
            }
            questions.append(
                Question((form.name, "constants", field.name), "plugin.new.ask_constant", arguments, choices)
            )
    return replace(form, constants=constants)


def heading_choices(frame: Frame, line: Line, fields: Sequence[Field], contracts: Contracts) -> Iterator[str]:
    """The fields of codes whose choices a heading lists itself, where every cell is one of them."""
    text = "/".join(line.path)
    for field in fields:
        code_list = contracts.code_lists.get(field.codes or "")
        if code_list is None:
            continue
        known = choices_of(text, code_list)
        bare = re.sub(r"[(（][^()（）]*[)）]", "", text).strip()
        names = {normalise(each) for each in (field.label.zh, *field.synonyms)}
        said = {str(frame.reading.sheet.at(*cell)).strip() for cell in line.filled}
        if known and normalise(bare) in names and said <= known.keys():
            yield field.name
