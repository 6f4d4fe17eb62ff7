"""A proposed layout: what was taken for what and how firmly, and what a person has to be asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeAlias

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.contract.catalogue import Language, message
from pioneer_etl.contract.errors import ConfigurationError, Location
from pioneer_etl.contract.toml import parse_toml
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.match.lines import Frame
from pioneer_etl.match.model import MatchKind
from pioneer_etl.match.unpivot import Unpivoted
from pioneer_etl.table.model import TableKind

# Answers by the place that they have in the layout: ("village_economy", "columns", "上缴") → "income_contracting".
AnswerKey: TypeAlias = tuple[str, ...]
Answers: TypeAlias = Mapping[AnswerKey, str]

IGNORE: Final = "ignore"
NONE: Final = "none"


class State(StrEnum):
    """What is to become of a line of a table."""

    TAKEN = "taken"
    IGNORED = "ignored"
    EMPTY = "empty"
    UNSURE = "unsure"


@unchanging
class ProposedColumn:
    """One line of a table (a column; in a transposed table a row) and the field it is proposed for.

    `heading` is the text that names it in a layout, `target` a field, or "field=value" for a column to tick.
    `where` is the cell of its heading.  An unsure line may have a target too: it is only the likeliest.
    """

    line: int
    heading: str
    where: str
    target: str | None
    state: State
    kind: MatchKind
    confidence: float = 0.0
    reason: str = ""
    unit: str | None = None
    filled: int = 0

    @property
    def field(self) -> str | None:
        return self.target.partition("=")[0] if self.target is not None else None


@unchanging
class Source:
    """Where a table stands: its file, and its frame."""

    file: str
    frame: Frame
    unpivoted: Unpivoted | None = None  # the list that the table is written out as; `frame` is that list then

    @property
    def sheet(self) -> str:
        return self.frame.reading.sheet.name

    @property
    def range(self) -> Range:
        """Where the table stands on its sheet."""
        return (self.unpivoted.sheet_frame if self.unpivoted is not None else self.frame).table.range

    def at(self, cell: Position) -> Position:
        """Where a cell of the frame stands on the sheet."""
        return self.unpivoted.at(cell) if self.unpivoted is not None else cell


@unchanging
class ProposedForm:
    """One form of the layout.  Several tables of the sample may be of one form."""

    name: str
    dataset: str
    kind: TableKind
    sources: tuple[Source, ...]
    titles: tuple[str, ...]
    sheets: tuple[str, ...]
    headers: tuple[str, ...]
    columns: tuple[ProposedColumn, ...]
    units: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    carry: tuple[str, ...] = ()
    group_field: str | None = None
    skip_rows: tuple[str, ...] = ()
    blanks: Mapping[str, str] = field(default_factory=dict)
    periods: tuple[str, ...] = ()  # two years side by side: the period of each block, "" the form's own
    part: bool = False  # one of several datasets that a register says something of

    def of(self, *states: State) -> tuple[ProposedColumn, ...]:
        return tuple(each for each in self.columns if each.state in states)


def merged(one: ProposedForm, other: ProposedForm) -> ProposedForm:
    """A form that stands several times: a column without values in one of them has its say in the other."""
    columns = {each.heading: each for each in one.columns}
    for each in other.columns:
        known = columns.get(each.heading)
        if (
            known is None
            or known.state is State.EMPTY
            or (each.state is State.UNSURE and known.state is not State.UNSURE)
        ):
            columns[each.heading] = replace(each, line=known.line) if known is not None else each
    return replace(
        one,
        sources=(*one.sources, *other.sources),
        titles=_either(one.titles, other.titles),
        sheets=_either(one.sheets, other.sheets),
        columns=tuple(columns.values()),
        group_field=one.group_field or other.group_field,
    )


def _either(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """The patterns of both, or none: where one table has no title, a title cannot be asked for."""
    return tuple(dict.fromkeys((*one, *other))) if one and other else ()


@unchanging
class Choice:
    """One of the answers to a question: what is written down, and what a person reads."""

    value: str
    zh: str
    en: str

    def label(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


@unchanging
class Question:
    """Something that only a person can tell.

    `key` is where the answer stands in a file of answers.  Without `choices` any text may be answered.
    `proposal` is the likeliest answer.
    """

    key: AnswerKey
    code: str
    arguments: Mapping[str, str]
    choices: tuple[Choice, ...] = ()
    proposal: str | None = None

    def text(self, language: Language) -> str:
        return message(self.code, self.arguments, language)

    def as_toml(self) -> str:
        """The line of a file of answers, ready to be filled in."""
        *path, last = self.key
        section = f"[{'.'.join(toml_key(part) for part in path)}] " if path else ""
        return f"{section}{toml_key(last)} = {toml_text(self.proposal or '…')}"


@unchanging
class Proposal:
    """The layout that is proposed for samples, and the questions still open."""

    name: str
    title: str
    townships: tuple[str, ...]
    forms: tuple[ProposedForm, ...]
    questions: tuple[Question, ...] = ()
    period: str | None = None
    said: tuple[str | None, str | None] = (None, None)  # township and period, where they had to be told
    passed_over: tuple[str, ...] = ()  # tables of no dataset, as FILE [SHEET] A1:C3


def toml_text(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_key(text: str) -> str:
    """A text as a TOML key: bare where it may be."""
    bare = text.isascii() and text.replace("_", "").replace("-", "").isalnum()
    return text if bare else toml_text(text)


def read_answers(path: Path) -> dict[AnswerKey, str]:
    """The answers in a TOML or JSON file; ConfigurationError when it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = json.loads(text) if path.suffix.lower() == ".json" else parse_toml(text, str(path)).data
    except OSError as error:
        raise ConfigurationError("config.unreadable", Location(str(path)), reason=error.strerror or "") from error
    except (ValueError, UnicodeDecodeError) as error:
        raise ConfigurationError("config.syntax", Location(str(path)), reason=error) from error
    if not isinstance(data, dict):
        raise ConfigurationError("config.syntax", Location(str(path)), reason="{…}")
    return dict(_flat(data, ()))


def _flat(data: Mapping[str, Any], path: AnswerKey) -> Iterator[tuple[AnswerKey, str]]:
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield from _flat(value, (*path, key))
        elif isinstance(value, bool):
            yield (*path, key), "yes" if value else "no"
        else:
            yield (*path, key), str(value)
