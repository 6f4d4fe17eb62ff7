"""A register that says something of several datasets (村情, 组织 and 经济 on one sheet): each becomes a part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from pioneer_etl.contract.model import Dataset
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.match.columns import match_columns, match_line
from pioneer_etl.match.headings import FieldIndex, HeadingMatch
from pioneer_etl.match.lines import Frame
from pioneer_etl.match.model import MatchedTable, MatchKind
from pioneer_etl.plugins.proposal import Answers, Choice, Question

NOT_LOADED: Final = "不入库"
_SURE: Final = (MatchKind.EXACT, MatchKind.SYNONYM)
_FEWEST: Final = 3
_SHOWN: Final = 6
_WHOLE: Final = (
    0.75  # of a dataset's fields: less of it might only be told in passing, and would take the place of the form
)


@unchanging
class Parts:
    """What one register holds: a table for each dataset, first that which it was taken for; and what is to be asked."""

    tables: tuple[MatchedTable, ...]
    questions: tuple[Question, ...] = ()


def parts_of(frame: Frame, matched: MatchedTable, indexes: Mapping[str, FieldIndex], answers: Answers) -> Parts:
    """The datasets that a register says something of, beside the one that it was taken for.

    Another dataset is part of it where all that it requires is there by name, and at least three lines are its own:
    named by no other dataset.  Where most of its fields are there it is taken, else it is asked about.
    """
    first = matched.dataset.name
    known = {each.line for each in matched.lines if each.kind in _SURE}
    free = {each.line for each in matched.lines if each.kind not in (*_SURE, MatchKind.IGNORED)}
    if len(free) < _FEWEST:
        return Parts((matched,))
    year = matched.identity.period.year if matched.identity.period is not None else None
    found = {
        name: {line.line: said for line in frame.lines if (said := match_line(line, index, year)) is not None}
        for name, index in indexes.items()
        if index.dataset.source is None
    }
    own: dict[str, set[int]] = {}
    questions: list[Question] = []
    for name, lines in found.items():
        others = (other for each, other in found.items() if each not in (name, first))
        mine = {line for line in lines if line in free and not any(line in other for other in others)}
        if name == first or len(mine) < _FEWEST or not _has_required(indexes[name].dataset, lines):
            continue
        question = _question(frame, indexes[name].dataset, mine)
        answer = answers.get(question.key)
        if answer is None and len({each.field for each in lines.values()}) < _WHOLE * len(indexes[name].dataset.fields):
            questions.append(question)
            matched = _without(matched, mine, "待定")
        elif answer == "no":
            matched = _without(matched, mine, NOT_LOADED)
        else:
            own[name] = mine
    tables = [_without(matched, set().union(*own.values()), "")]
    every = {each.line for each in matched.lines}
    for name, mine in own.items():
        dataset = indexes[name].dataset
        shared = {line for line, said in found[name].items() if line in known and said.field in _required(dataset)}
        whole = replace(matched, dataset=dataset, lines=match_columns(frame, indexes[name], None, year).columns)
        tables.append(_without(whole, every - mine - shared, ""))
    return Parts(tuple(tables), tuple(questions))


def _required(dataset: Dataset) -> set[str]:
    return {each.name for each in dataset.fields if each.required}


def _has_required(dataset: Dataset, lines: Mapping[int, HeadingMatch]) -> bool:
    return _required(dataset) <= {each.field for each in lines.values()}


def _without(matched: MatchedTable, lines: set[int], reason: str) -> MatchedTable:
    """A table that leaves some lines to its other parts, or (as `reason` says) to nobody."""
    left = tuple(
        replace(each, field=None, kind=MatchKind.IGNORED, tick=None, reason=reason) if each.line in lines else each
        for each in matched.lines
    )
    return replace(matched, lines=left)


def _question(frame: Frame, dataset: Dataset, lines: set[int]) -> Question:
    headings = ["/".join(each.path) for each in frame.lines if each.line in lines]
    return Question(
        ("parts", frame.reading.sheet.name, dataset.name),
        "plugin.new.ask_part",
        {
            "sheet": frame.reading.sheet.name,
            "headings": "、".join(headings[:_SHOWN]),
            "count": str(len(lines)),
            "dataset": dataset.title.zh,
            "dataset_en": dataset.title.en,
        },
        (Choice("yes", "是，也入库", "yes, load them too"), Choice("no", "不是，不入库", "no, nothing to load")),
    )
