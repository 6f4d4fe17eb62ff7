"""What each line of a sample's table is to be in the layout: a field, nothing, or a question."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pioneer_etl.contract.address import column_letters
from pioneer_etl.contract.codes import resolve_code
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.model import Field, FieldType
from pioneer_etl.contract.text import normalise
from pioneer_etl.match.columns import SENDER_HEADS, find_heading
from pioneer_etl.match.guard import guard_words
from pioneer_etl.match.headings import FieldIndex, propose
from pioneer_etl.match.layout_read import heading
from pioneer_etl.match.lines import Frame, Line, is_headed, is_serial
from pioneer_etl.match.model import ColumnMatch, MatchedTable, MatchKind
from pioneer_etl.plugins.confirm import by_codes, by_words_and_sum, confirmed, counted, names_sender
from pioneer_etl.plugins.parts import NOT_LOADED
from pioneer_etl.plugins.proposal import IGNORE, Answers, Choice, ProposedColumn, Question, State
from pioneer_etl.plugins.refine import heading_choices
from pioneer_etl.workbook.model import Scalar

_SURE: Final = (MatchKind.EXACT, MatchKind.SYNONYM)
_CHECK_HEADS: Final = re.compile(r"^(?:校验|核对|检查|复核|验算|差额?|check)(?:列|栏|数|值)?$")
_DATED: Final = re.compile(r"(?:19|20)\d\d(?:年|[-./]\d{1,2})")
_GROUP_HEADS: Final = frozenset("工作片 片 片区 片名 所属片 所在片 所属片区 管理区 办事处 片别 联村片".split())  # noqa: SIM905
_AGE_HEADS: Final = frozenset(["年龄", "周岁", "现年龄", "实足年龄"])
_REMARK_HEADS: Final = frozenset("备注 说明 备注说明 审核意见 remarks".split())  # noqa: SIM905


def decide(
    frame: Frame, matched: MatchedTable, index: FieldIndex, form: str, answers: Answers, contracts: Contracts
) -> tuple[ProposedColumn, ...]:
    """Every line of a table as it is proposed; what was answered goes before everything."""
    lines = {line.line: line for line in frame.lines}
    columns = [_first(frame, lines[each.line], each, form, answers, index) for each in matched.lines]
    columns = _one_a_field(columns, lines)
    taken = {each.field for each in columns if each.state is State.TAKEN}
    free = [each for each in index.dataset.fields if each.name not in taken]
    columns = [_derived(each, lines[each.line], taken, index) for each in columns]
    unsure = [each for each in columns if each.state is State.UNSURE]
    open_lines = [lines[each.line] for each in unsure if (form, "columns", each.heading) not in answers]
    numeric = sum(_is_numeric(frame, lines[each.line]) for each in unsure)
    sure = _only_sure(matched, columns)
    together = by_words_and_sum([line for line in open_lines if _is_numeric(frame, line)], sure, free, contracts)
    for place, each in enumerate(columns):
        if each.state is State.UNSURE and (form, "columns", each.heading) not in answers:
            nothing = "本乡镇" if names_sender(frame, lines[each.line], matched, contracts) else None
            nothing = nothing or counted(lines[each.line], sure, contracts)
            if nothing is not None:
                columns[place] = replace(each, target=None, state=State.IGNORED, kind=MatchKind.IGNORED, reason=nothing)
                continue
            listed = tuple(heading_choices(frame, lines[each.line], free, contracts))
            found = (listed[0], "表头自己写明代码") if len(listed) == 1 else None
            found = found or together.get(each.line)
            found = found or confirmed(frame, lines[each.line], sure, free, numeric, contracts)
            beside = [line for line in open_lines if line.block == lines[each.line].block]
            found = found or by_codes(frame, lines[each.line], beside, free, contracts)
            if found is not None:
                field, why = found
                columns[place] = replace(each, target=field, state=State.TAKEN, confidence=1.0, reason=why)
    return tuple(columns)


def _first(
    frame: Frame, line: Line, column: ColumnMatch, form: str, answers: Answers, index: FieldIndex
) -> ProposedColumn:
    where = column.cells[-1].a1 if column.cells else frame.cell(line.line, frame.records[0]).a1 if frame.records else ""
    text = heading_text(frame, line)
    found = ProposedColumn(
        line.line, text, where, None, State.UNSURE, column.kind, 0.0, column.reason, column.unit, len(line.filled)
    )
    answer = answers.get((form, "columns", text))
    if answer is not None:
        return _answered(found, answer, index)
    if column.field is not None and column.kind in _SURE:
        target = f"{column.field}={column.tick}" if column.tick else column.field
        return replace(found, target=target, state=State.TAKEN, confidence=column.confidence)
    left_out = "序号" in column.reason or column.reason == NOT_LOADED
    if column.kind is MatchKind.IGNORED and (left_out or is_serial(line, frame.reading.sheet)):
        return replace(found, state=State.IGNORED)
    if column.kind is MatchKind.IGNORED or is_headed(line.path, SENDER_HEADS):
        return replace(found, state=State.EMPTY)  # matching itself knows what it is
    if not line.filled:
        return replace(found, state=State.EMPTY)
    nothing = _carries_nothing(frame, line)
    if nothing is not None:
        return replace(found, state=State.IGNORED, kind=MatchKind.IGNORED, reason=nothing)
    if column.kind is MatchKind.PROPOSED:
        return replace(found, target=column.field, confidence=column.confidence)
    return found


def _answered(column: ProposedColumn, answer: str, index: FieldIndex) -> ProposedColumn:
    if answer == IGNORE:
        return replace(column, state=State.IGNORED, kind=MatchKind.IGNORED, reason="答")
    if answer.partition("=")[0] not in index.fields:
        raise UsageError(
            "plugin.new.bad_answer", question=column.heading, found=answer, expected=", ".join([*index.fields, IGNORE])
        )
    return replace(column, target=answer, state=State.TAKEN, kind=MatchKind.LAYOUT, confidence=1.0, reason="答")


def _carries_nothing(frame: Frame, line: Line) -> str | None:
    """Why a line has nothing of the contract: it checks, groups or remarks; None where that is not certain."""
    leaf = normalise(line.path[-1]) if line.path else ""
    if not line.path and line.line == frame.lines[0].line and _counts_up(frame, line):
        return "序号"
    if _CHECK_HEADS.match(leaf):
        sheet = frame.reading.sheet
        computed = all(cell in sheet.formulas for cell in line.filled)
        zero = all(str(sheet.at(*cell)).strip() in ("0", "0.0", "√", "对", "正确", "平") for cell in line.filled)
        hidden = not frame.sideways and line.line in sheet.hidden_columns
        if computed or zero or hidden:
            return "核对用"
    if len(line.path) == 1 and leaf in _GROUP_HEADS:
        return "片区"
    if leaf in _REMARK_HEADS:
        return "备注"
    return None


def _counts_up(frame: Frame, line: Line) -> bool:
    """Whether a column without a heading only numbers the records: 1, 2, 3 and so on."""
    texts = [str(frame.reading.sheet.at(*cell)).strip().removesuffix(".0") for cell in line.filled]
    return len(texts) == len(frame.records) and texts == [str(number) for number in range(1, len(texts) + 1)]


def _derived(column: ProposedColumn, line: Line, taken: set[str | None], index: FieldIndex) -> ProposedColumn:
    """A column of ages beside the dates of birth that they were counted from carries nothing of its own."""
    leaf = normalise(line.path[-1]) if line.path else ""
    births = {each.name for each in index.dataset.fields if each.personal == "birth"}
    if column.state is State.UNSURE and leaf in _AGE_HEADS and births & taken:
        return replace(column, state=State.IGNORED, target=None, kind=MatchKind.IGNORED, reason="由出生年月可算")
    return column


def _one_a_field(columns: Sequence[ProposedColumn], lines: Mapping[int, Line]) -> list[ProposedColumn]:
    """Several lines for one field are a question, unless they stand in different blocks or are to be ticked."""
    answered = {each.target for each in columns if each.kind is MatchKind.LAYOUT}
    counts = Counter(
        (each.target, lines[each.line].block) for each in columns if each.state is State.TAKEN and each.filled
    )
    found = []
    for each in columns:
        if each.state is State.TAKEN and each.kind is not MatchKind.LAYOUT and each.target in answered:
            each = replace(each, state=State.UNSURE, confidence=0.0, reason="")
        elif each.state is State.TAKEN and counts[(each.target, lines[each.line].block)] > 1:
            each = replace(each, state=State.UNSURE, reason="不止一栏") if each.kind is not MatchKind.LAYOUT else each
        elif each.state is State.TAKEN and not each.filled and counts[(each.target, lines[each.line].block)]:
            each = replace(each, state=State.EMPTY, target=None)
        found.append(each)
    return found


def _only_sure(matched: MatchedTable, columns: Sequence[ProposedColumn]) -> MatchedTable:
    """The table with the lines that are taken, and no other."""
    targets = {each.line: each.target for each in columns if each.state is State.TAKEN}
    lines = []
    for each in matched.lines:
        target = targets.get(each.line)
        if target is None:
            lines.append(replace(each, field=None, kind=MatchKind.NONE, tick=None))
        else:
            field, _, tick = target.partition("=")
            lines.append(replace(each, field=field, kind=MatchKind.LAYOUT, tick=tick or None))
    return replace(matched, lines=tuple(lines))


def heading_text(frame: Frame, line: Line) -> str:
    """The text by which a layout finds a line, and no other of its block; its address where no words do."""
    base = "/".join(line.path)
    unit = f"{base}（{line.unit}）" if line.unit else base
    longer = [text for text in line.keys[1:] if text.startswith(f"{line.key}/")]  # with a unit on a level of its own
    for text in (*(text for text in line.keys[1:] if text not in longer), base, *longer, unit):
        if text and _finds(frame, text, line):
            return text
    if base:
        found = find_heading(frame, heading(base))
        if line in found and _finds(frame, f"{base}#{found.index(line) + 1}", line):
            return f"{base}#{found.index(line) + 1}"
    return f"[{line.line}]" if frame.sideways else f"[{column_letters(line.line)}]"


def _finds(frame: Frame, text: str, line: Line) -> bool:
    """Whether a heading finds a line and none but its likes in other blocks."""
    found = find_heading(frame, heading(text))
    return line in found and len({each.block for each in found}) == len(found)


def _is_numeric(frame: Frame, line: Line) -> bool:
    """Whether most cells of a line are numbers."""
    values: list[Scalar | None] = [frame.reading.sheet.at(*cell) for cell in line.filled]
    numbers = [
        value
        for value in values
        if (isinstance(value, int | float) and not isinstance(value, bool))
        or (isinstance(value, str) and re.fullmatch(r"[-+]?[\d,.\s]+%?", normalise(value)) is not None)
    ]
    return 2 * len(numbers) > len(values)


def column_questions(
    frame: Frame, columns: Sequence[ProposedColumn], index: FieldIndex, form: str, answers: Answers, file: str
) -> Iterator[Question]:
    """A question for each line that is unsure."""
    lines = {line.line: line for line in frame.lines}
    taken = {each.field for each in columns if each.state is State.TAKEN}
    free = [each for each in index.dataset.fields if each.name not in taken]
    for each in columns:
        if each.state is not State.UNSURE:
            continue
        likely = likely_fields(frame, lines[each.line], each, free, index)
        proposal = each.target if each.field in {field.name for field in free} else None
        code = "plugin.new.ask_double" if each.reason == "不止一栏" else "plugin.new.ask_column"
        yield Question(
            (form, "columns", each.heading),
            code,
            {
                "file": file,
                "sheet": frame.reading.sheet.name,
                "cell": each.where,
                "heading": each.heading,
                "count": str(each.filled),
                "dataset": index.dataset.title.zh,
                "dataset_en": index.dataset.title.en,
            },
            (
                *(
                    Choice(field.name, f"{field.label.zh}（{field.name}）", f"{field.label.en} ({field.name})")
                    for field in likely
                ),
                Choice(IGNORE, "不入库", "nothing to load"),
            ),
            proposal,
        )


def _reads_ill(texts: Sequence[str], field: Field, index: FieldIndex) -> int:
    """How ill cells read as values of a field: 0 where every one has the form of a date, percentage or code of its,
    2 where the field asks for such a form and they have not, 1 where any text or number will do."""
    codes = index.code_lists.get(field.codes or "")
    if field.type in (FieldType.DATE, FieldType.MONTH):
        fit = all(map(_DATED.match, texts))
    elif field.type is FieldType.PERCENT:
        fit = all(text.endswith("%") for text in texts)
    elif codes is not None:
        fit = all(not text.isdigit() and resolve_code(codes, text) is not None for text in texts)
    else:
        return 1
    return 0 if fit else 2


def likely_fields(
    frame: Frame, line: Line, column: ProposedColumn, free: Sequence[Field], index: FieldIndex
) -> list[Field]:
    """The fields that a line may be, the likeliest first: numbers are no names, and 上年 is not 本年."""
    numeric = _is_numeric(frame, line)
    named = [index.fields[column.field]] if column.field is not None else []
    like = propose(line.path, index, frozenset(set(index.fields) - {each.name for each in free}))
    first = [*named, *([index.fields[like.field]] if like is not None else [])]
    kinds = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.PERCENT)
    words = guard_words(line.key)
    rest = [
        each
        for each in free
        if (each.type in kinds) == numeric
        or (numeric and each.type not in (*kinds, FieldType.PLACE, FieldType.PERSON_NAME))
    ]
    texts = [normalise(str(frame.reading.sheet.at(*cell))) for cell in line.filled]
    rest.sort(
        key=lambda each: (
            _reads_ill(texts, each, index),
            guard_words(each.label.zh) != words,
            (each.type in kinds) != numeric,
        )
    )
    return list(dict.fromkeys([*(each for each in first if each in free), *rest, *first]))
