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
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Check, Field, FieldType
from pioneer_etl.contract.text import normalise
from pioneer_etl.match.guard import guard_words
from pioneer_etl.match.lines import Frame, Line
from pioneer_etl.match.model import ColumnMatch, MatchedTable, MatchKind
from pioneer_etl.transform.model import Submission, ValueState
from pioneer_etl.transform.records import transform_table
from pioneer_etl.transform.words import id_check_digit

_FEWEST: Final = 3
_PLACE_HEAD: Final = re.compile(r"村|居|社区|单位|village|place")
_OTHER_PLACE: Final = re.compile(r"结对|帮扶|挂钩|联系|原|籍|迁|出生|居住|家庭|配偶|工作|富|paired|former|birth")
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
