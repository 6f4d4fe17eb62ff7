"""Whether a column of an unknown heading is beyond doubt: by arithmetic and the very form of its values.

Likeness of headings never decides.  What does: a declared sum that holds in every record with the column and
fails without it, while nothing else could stand there; check digits; names that the register of places knows.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from pioneer_etl.check.run import check_submission
from pioneer_etl.contract.address import column_letters
from pioneer_etl.contract.codes import resolve_code
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Check, Field, FieldType
from pioneer_etl.contract.text import normalise
from pioneer_etl.match.guard import guard_words, passes_down
from pioneer_etl.match.lines import Frame, Line
from pioneer_etl.match.model import ColumnMatch, MatchedTable, MatchKind
from pioneer_etl.transform.model import Submission, ValueState
from pioneer_etl.transform.records import transform_table
from pioneer_etl.transform.words import id_check_digit
from pioneer_etl.workbook.model import Scalar

_FEWEST: Final = 3
_PLACE_HEAD: Final = re.compile(r"村|居|社区|单位|village|place")
_OTHER_PLACE: Final = re.compile(r"结对|帮扶|挂钩|联系|原|籍|迁|出生|居住|家庭|配偶|工作|富|paired|former|birth")
_CELL: Final = re.compile(r"\$?\b([A-Z]{1,3})\$?(\d+)\b")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_MANY_PARTS: Final = 3
_SHORTEST: Final = 2
_NUMBERED: Final = re.compile(r"^(?:其中:?)?[\d一二三四五六七八九十]{1,2}[、.](?=..)|^[一二三四五六七八九十](?=强)")
_ENDINGS: Final = re.compile(r"(?<=..)(?:得分|评分|分数|分|收入|金额|总额|额|人数|数)$")
_PHONE: Final = re.compile(r"1\d{10}|(?:0\d{2,3}-?)?\d{7,8}")
_PHONE_HEAD: Final = re.compile(r"电话|手机|联系|号码|phone")
_NUMERIC: Final = (FieldType.INTEGER, FieldType.DECIMAL)


def confirmed(
    frame: Frame, line: Line, matched: MatchedTable, free: Sequence[Field], unsure: int, contracts: Contracts
) -> tuple[str, str] | None:
    """The field that a line must be, and why; None where any doubt is left.

    `matched` has every sure line, `free` are the fields that none of them is taken for, `unsure` is how many
    lines are not sure.
    """
    return _by_sum(line, matched, free, unsure, contracts) or _by_form(frame, line, free, matched, contracts)


def _by_sum(
    line: Line, matched: MatchedTable, free: Sequence[Field], unsure: int, contracts: Contracts
) -> tuple[str, str] | None:
    """A field that completes a declared sum, where it is the only one missing there and nothing else is unsure."""
    if unsure != 1:
        return None
    names = {each.name for each in free}
    for check in matched.dataset.checks:
        missing = [name for name in check.fields if name in names]
        if len(missing) != 1 or check.scope != "record" or not _is_sum(check):
            continue
        field = matched.dataset.field(missing[0])
        if field.type not in _NUMERIC or not _may_be(line, field):
            continue
        check = replace(check, missing="zero")  # what a column that is not mapped leaves out is the question here
        without, _ = _fails(matched, check, contracts)
        failing, weighty = _fails(_with(matched, line, field), check, contracts, field.name)
        if without >= _FEWEST and failing == 0 and weighty >= _FEWEST:
            return field.name, check.message.zh
    return None


def by_words_and_sum(
    lines: Sequence[Line], matched: MatchedTable, free: Sequence[Field], contracts: Contracts
) -> dict[int, tuple[str, str]]:
    """The parts of a sum that are all unsure (班子建设得分, 队伍素质得分 and so on): field and why, by line.

    Each heading has the words of one field and of no other, no two of the same, and with all of them in place the
    declared sum holds in every record.
    """
    claims = {line.line: _claimed(line, free) for line in lines}
    claimed = [next(iter(fields)) for fields in claims.values() if len(fields) == 1]
    chosen = {
        line.line: (line, matched.dataset.field(next(iter(claims[line.line]))))
        for line in lines
        if len(claims[line.line]) == 1 and claimed.count(next(iter(claims[line.line]))) == 1
    }
    found: dict[int, tuple[str, str]] = {}
    there = {each.field for each in matched.lines if each.field} | {each.name for _, each in chosen.values()}
    for check in matched.dataset.checks:
        own = [(line, each) for line, each in chosen.values() if each.name in check.fields]
        if check.scope != "record" or not _is_sum(check) or not own or not set(check.fields) <= there:
            continue
        whole = matched
        for line, each in own:
            whole = _with(whole, line, each)
        failing, weighty = _fails(whole, check, contracts, own[0][1].name)
        if failing == 0 and weighty >= (1 if len(own) >= _MANY_PARTS else _FEWEST):
            found |= {line.line: (each.name, check.message.zh) for line, each in own}
    return found


def _claimed(line: Line, free: Sequence[Field]) -> set[str]:
    """The numeric fields with whose words a heading speaks, in the same sense of when and whose."""
    leaf = _stem(line.path[-1]) if line.path else ""
    said = passes_down(guard_words(line.key))
    return {
        field.name
        for field in free
        if field.type in _NUMERIC
        for text in (field.label.zh, *field.synonyms)
        if said == passes_down(guard_words(text)) and _same_words(leaf, _stem(text.rsplit("/", 1)[-1]))
    }


def _stem(text: str) -> str:
    """A heading without numbering and without what only says that it is a figure: 一强班子得分 is 强班子."""
    return _ENDINGS.sub("", _NUMBERED.sub("", normalise(text)))


def _same_words(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= _SHORTEST and (one in other or other in one)


def by_codes(
    frame: Frame, line: Line, unsure: Sequence[Line], free: Sequence[Field], contracts: Contracts
) -> tuple[str, str] | None:
    """The field of codes that a column must be: all its cells are of one list, and of no other field's.

    The heading has to have a character of the field's names, and no other unsure column may hold such words.
    """
    words = line.path[-1] if line.block else line.key  # in a block of its own year, the year is told
    guarded = [each for each in guard_words(words) if not _YEAR.fullmatch(each)]
    if guarded or _OTHER_PLACE.search(words):
        return None
    fitting = [field for field in free if _all_codes(frame, line, field, contracts)]
    if len(fitting) != 1 or sum(_all_codes(frame, each, fitting[0], contracts) for each in unsure) != 1:
        return None
    (field,) = fitting
    leaf = normalise(line.path[-1]) if line.path else ""
    names = "".join(normalise(text) for text in (field.label.zh, *field.synonyms))
    return (field.name, "每格都是这一代码表的词") if set(leaf) & set(names) else None


def counted(line: Line, matched: MatchedTable, contracts: Contracts) -> str | None:
    """Why a column carries nothing of its own: its formulas are over sure columns of the same row, or it is a column
    of averages or shares that is one sure column divided by another, in every record and to the decimals written.
    """
    known = {column_letters(each.line) for each in matched.lines if each.field}
    formulas = matched.reading.sheet.formulas
    if line.filled and all(_is_of_row(formulas.get(cell, ""), cell.row, known) for cell in line.filled):
        return "由本行其他栏算出"
    if not guard_words(line.key) & {"per head", "share"}:
        return None
    sheet = matched.reading.sheet
    written = {cell.row: value for cell in line.filled if isinstance(value := sheet.at(*cell), int | float)}
    if len(written) < _FEWEST or len(written) != len(line.filled):
        return None
    columns = [each for each in matched.lines if each.field and matched.dataset.field(each.field).type in _NUMERIC]
    for one in columns:
        for other in columns:
            if one is not other and all(
                _is_ratio(value, sheet.at(row, one.line), sheet.at(row, other.line)) for row, value in written.items()
            ):
                return f"{'/'.join(one.path)}÷{'/'.join(other.path)}"
    return None


def _is_of_row(formula: str, row: int, known: set[str]) -> bool:
    """Whether a formula only takes cells of its own row that stand in known columns."""
    cells = _CELL.findall(formula)
    return bool(cells) and "!" not in formula and all(int(at) == row and letters in known for letters, at in cells)


def _is_ratio(value: float, over: Scalar | None, under: Scalar | None) -> bool:
    if not isinstance(over, int | float) or not isinstance(under, int | float) or not under:
        return False
    decimals = len(str(value).partition(".")[2])
    return bool(abs(over / under - value) <= 0.51 * 10**-decimals)


def names_sender(frame: Frame, line: Line, matched: MatchedTable, contracts: Contracts) -> bool:
    """Whether every cell of a column only names the township that sent the form."""
    township = matched.identity.township
    if township is None or not line.filled or frame.sideways:
        return False
    texts = {str(frame.reading.sheet.at(*cell)).strip() for cell in line.filled}
    return all(
        (found := contracts.places.resolve(text, level="township").unit) is not None and found.code == township.code
        for text in texts
    )


def _all_codes(frame: Frame, line: Line, field: Field, contracts: Contracts) -> bool:
    codes = contracts.code_lists.get(field.codes or "")
    if codes is None or field.type is not FieldType.CODE:
        return False
    texts = [str(frame.reading.sheet.at(*cell)).strip() for cell in line.filled]
    found = [resolve_code(codes, text) if not text.isdigit() else None for text in texts]
    return all(found) and len({each.code for each in found if each is not None}) > 1


def _is_sum(check: Check) -> bool:
    """Whether a check says that something equals a sum of at least two parts, for every record."""
    try:
        tree = ast.parse(check.expression, mode="eval").body
    except SyntaxError:
        return False
    match tree:
        case ast.Compare(left=ast.Name(), ops=[ast.Eq()], comparators=[ast.BinOp(op=ast.Add())]):
            return check.where is None and len(check.fields) >= _FEWEST
    return False


def _may_be(line: Line, field: Field) -> bool:
    """Whether heading and field say the same of when, whose and what (本年 is not 上年)."""
    said = guard_words(line.key)
    return any(said == guard_words(text) for text in (field.label.zh, field.label.en, *field.synonyms))


def _with(matched: MatchedTable, line: Line, field: Field) -> MatchedTable:
    """The table with one more line mapped."""
    like = next((each for each in matched.lines if each.field is not None and _same_kind(each, field, matched)), None)
    unit = line.unit or (like.unit if like is not None else None)
    lines = tuple(
        replace(each, field=field.name, kind=MatchKind.LAYOUT, unit=unit) if each.line == line.line else each
        for each in matched.lines
    )
    return replace(matched, lines=lines)


def _same_kind(column: ColumnMatch, field: Field, matched: MatchedTable) -> bool:
    return matched.dataset.field(column.field or "").unit == field.unit and column.kind is not MatchKind.PROPOSED


def _fails(matched: MatchedTable, check: Check, contracts: Contracts, field: str = "") -> tuple[int, int]:
    """How many records fail a check, and in how many of them `field` holds a value other than zero."""
    parts, _ = transform_table(matched, contracts)
    dataset = replace(matched.dataset, checks=())
    submission = Submission(
        replace(dataset, checks=(check,)), matched.identity.township, matched.identity.period, tuple(parts)
    )
    found = [each for each in check_submission(submission, contracts) if each.rule == check.name]
    weighty = sum(
        record.values[field].state is ValueState.VALUE and record.values[field].value != 0
        for record in submission.records
        if field
    )
    return len(found), weighty


def _by_form(
    frame: Frame, line: Line, free: Sequence[Field], matched: MatchedTable, contracts: Contracts
) -> tuple[str, str] | None:
    texts = [str(frame.reading.sheet.at(*cell)).strip() for cell in line.filled]
    if len(texts) < _FEWEST:
        return None
    ids = [each for each in free if each.type is FieldType.ID]
    if len(ids) == 1 and all(_is_id(text) for text in texts) and len(set(texts)) == len(texts):
        return ids[0].name, "每格都是校验码正确的身份证号"
    phones = [each for each in free if each.type is FieldType.PHONE]
    unnamed = not line.key or _PHONE_HEAD.search(line.key) is not None
    if len(phones) == 1 and unnamed and all(_PHONE.fullmatch(text.removesuffix(".0")) for text in texts):
        return phones[0].name, "每格都是电话号码"
    places = [each for each in matched.dataset.fields if each.type is FieldType.PLACE]
    own = len(places) == 1 and places[0] in free and places[0].name not in matched.constants
    if own and _names_own_place(line.key) and _all_villages(texts, matched, contracts):
        return places[0].name, "每格都是本乡镇登记的村名"
    return None


def _names_own_place(key: str) -> bool:
    """Whether a heading may name the place that a record is about, and not some other one (结对村, 原籍)."""
    return _PLACE_HEAD.search(key) is not None and _OTHER_PLACE.search(key) is None and not guard_words(key)


def _is_id(text: str) -> bool:
    clean = normalise(text).upper()
    return re.fullmatch(r"\d{17}[\dX]", clean) is not None and id_check_digit(clean[:17]) == clean[17]


def _all_villages(texts: Sequence[str], matched: MatchedTable, contracts: Contracts) -> bool:
    township = matched.identity.township
    if township is None:
        return False
    known: Mapping[str, bool] = {
        text: (found := contracts.places.resolve(text, within=township)).unit is not None
        and found.unit is not None
        and found.unit.level == "village"
        for text in set(texts)
    }
    return all(known.values()) and len(known) >= _FEWEST
