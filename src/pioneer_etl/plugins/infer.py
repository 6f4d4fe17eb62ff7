"""From samples of a format that nobody has described to the layout that is proposed for it.

Proposing is a pure function of the samples, the contracts and the answers given so far: whoever asks a
person puts each answer among the others and proposes again.  What the contracts' own words do not settle,
and arithmetic does not prove, is a question; nothing is taken on likeness.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Final

from pioneer_etl.contract.address import parse_a1
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.expected import Expected
from pioneer_etl.contract.model import OrgUnit
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.match.around import Around, look_around
from pioneer_etl.match.columns import match_columns
from pioneer_etl.match.evidence import Senders, gather
from pioneer_etl.match.headings import FieldIndex
from pioneer_etl.match.identify import identity
from pioneer_etl.match.layout import GENERIC
from pioneer_etl.match.lines import Frame, make_frame
from pioneer_etl.match.match import match_sheets
from pioneer_etl.match.model import ColumnMatch, FileContext, MatchedTable, MatchKind
from pioneer_etl.match.score import says_dataset, words_of
from pioneer_etl.match.unpivot import Unpivoted
from pioneer_etl.plugins.deciding import column_questions, decide
from pioneer_etl.plugins.parts import parts_of
from pioneer_etl.plugins.patterns import ascii_name, pattern_of
from pioneer_etl.plugins.proposal import (
    NONE,
    Answers,
    Choice,
    Proposal,
    ProposedColumn,
    ProposedForm,
    Question,
    Source,
    State,
    merged,
)
from pioneer_etl.plugins.refine import refine
from pioneer_etl.plugins.years import LAST_PERIOD, by_years
from pioneer_etl.table.model import SheetReading, TableKind
from pioneer_etl.table.understand import understand
from pioneer_etl.workbook.limits import Limits
from pioneer_etl.workbook.model import Workbook
from pioneer_etl.workbook.read import read_bytes

_SURE: Final = (MatchKind.EXACT, MatchKind.SYNONYM)
_MANY_WORDS: Final = 4
_HEADERS: Final = 2  # beside a title or a sheet's name
_HEADERS_ALONE: Final = 4
_FEWEST: Final = 2
_FIRM: Final = 0.9


@unchanging
class Sample:
    """A workbook to learn from: its name, its bytes, and every sheet understood."""

    name: str
    data: bytes = field(repr=False)
    book: Workbook
    readings: tuple[SheetReading, ...]


def take_sample(data: bytes, name: str, limits: Limits) -> Sample:
    """A file read and understood; FileRefused when it cannot be read."""
    book = read_bytes(data, name, limits)
    return Sample(name, data, book, tuple(understand(sheet) for sheet in book.sheets))


def propose(
    samples: Sequence[Sample],
    contracts: Contracts,
    answers: Answers,
    *,
    name: str | None = None,
    township: str | None = None,
    period: str | None = None,
) -> Proposal:
    """The layout for samples of one format, as far as the answers go, and the questions left.

    `township` and `period` are words for samples that do not say whose they are and for when.
    UsageError for an answer that is none of the choices.
    """
    work = _Work(contracts, answers, answers.get(("township",), township), answers.get(("period",), period))
    for sample in samples:
        for reading in _matched(sample, work):
            work.add(sample.name, *reading)
    questions = list(_who_and_when(work))
    forms = []
    for draft in work.forms:
        form, more = refine(draft.form, draft.matched, contracts, answers)
        forms.append(form)
        questions += [*draft.questions, *more]
    sender = work.township
    called = name or answers.get(("name",)) or _name(samples, sender)
    title = sender.name if sender is not None else called
    return Proposal(
        name=called,
        title=title,
        townships=(sender.name,) if sender is not None else (),
        forms=tuple(forms),
        questions=tuple({each.key: each for each in [*questions, *work.questions]}.values()),
        period=work.period_text,
        said=(work.said_township, work.said_period),
        passed_over=tuple(work.passed_over),
    )


@dataclass(slots=True)
class _Draft:
    """A form while the samples are gone through."""

    form: ProposedForm
    matched: list[MatchedTable]
    questions: list[Question]


@dataclass(slots=True)
class _Work:
    """What gathers while the samples are gone through."""

    contracts: Contracts
    answers: Answers
    said_township: str | None
    said_period: str | None
    forms: list[_Draft] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    senders: Senders = field(init=False)
    indexes: dict[str, FieldIndex] = field(init=False)

    def __post_init__(self) -> None:
        self.senders = Senders(self.contracts.places)
        self.indexes = {
            name: FieldIndex(dataset, self.contracts.code_lists) for name, dataset in self.contracts.datasets.items()
        }

    @property
    def township(self) -> OrgUnit | None:
        found = (each.identity.township for draft in self.forms for each in draft.matched)
        return next((each for each in found if each is not None), None)

    @property
    def period_text(self) -> str | None:
        found = (each.identity.period for draft in self.forms for each in draft.matched)
        return next((each.text for each in found if each is not None), None)

    def context(self, file: str) -> FileContext:
        return FileContext(file, township=self.said_township, period=self.said_period)

    def add(
        self, file: str, frame: Frame, matched: MatchedTable, around: Around, unpivoted: Unpivoted | None, part: bool
    ) -> None:
        """One more table: a form of its own, or one more of a form that was there before."""
        dataset = matched.dataset.name
        index = self.indexes[dataset]
        same = [each for each in self.forms if each.form.dataset == dataset]
        headings = {line.key for line in frame.lines if line.key}
        for draft in same:
            known = {line.key for line in draft.form.sources[0].frame.lines if line.key}
            if draft.form.kind is matched.table.kind and headings == known:
                name = draft.form.name
                break
        else:
            name = dataset if not same else f"{dataset}_{len(same) + 1}"
        columns = decide(frame, matched, index, name, self.answers, self.contracts)
        source = Source(file, frame, unpivoted)
        columns = tuple(
            replace(each, where=source.at(parse_a1(each.where)).a1) if each.where else each for each in columns
        )
        asked = list(column_questions(frame, columns, index, name, self.answers, file))
        form = ProposedForm(
            name=name,
            dataset=dataset,
            kind=matched.table.kind,
            sources=(source,),
            titles=self._titles(around, frame, index),
            sheets=(),
            headers=(),
            columns=columns,
            group_field=matched.group_field,
            periods=("", LAST_PERIOD) if matched.block_periods else (),
            part=part,
        )
        if not form.titles:
            form = replace(form, sheets=self._sheets(frame, index))
        most = _HEADERS if form.titles or form.sheets else _HEADERS_ALONE
        form = replace(form, headers=_headers(columns, index, most))
        before = next((each for each in same if each.form.name == name), None)
        if before is None:
            self.forms.append(_Draft(form, [matched], asked))
        else:
            before.form = merged(before.form, form)
            before.matched.append(matched)
            before.questions += asked

    def parts(self, frame: Frame, matched: MatchedTable) -> list[MatchedTable]:
        """A register once for each dataset that it says something of."""
        found = parts_of(frame, matched, self.indexes, self.answers)
        self.questions += found.questions
        return list(found.tables)

    def _titles(self, around: Around, frame: Frame, index: FieldIndex) -> tuple[str, ...]:
        """The pattern of the title that says the most of the dataset; none where no title is worth anything."""
        texts = list(dict.fromkeys(each.text for each in around.titles(frame.index)))
        texts.sort(key=lambda text: -says_dataset(index, [text], ""))
        found = [pattern for text in texts if (pattern := pattern_of(text, self.contracts.places, self.senders))]
        return tuple(found[:1])

    def _sheets(self, frame: Frame, index: FieldIndex) -> tuple[str, ...]:
        sheet = frame.reading.sheet
        if not says_dataset(index, [], sheet.name) or sheet.text_only:
            return ()
        pattern = pattern_of(sheet.name, self.contracts.places, self.senders)
        if pattern is None:
            return ()
        return (sheet.name,) if pattern == f"*{sheet.name}" else (pattern,)


def _matched(sample: Sample, work: _Work) -> Iterator[tuple[Frame, MatchedTable, Around, Unpivoted | None, bool]]:
    """Every table of a sample that belongs to a dataset, by the contracts' words or by what was answered.

    A register comes once for each dataset that it says something of; the last of the five says whether it does so.
    """
    context = work.context(sample.name)
    matches = match_sheets(sample.readings, context, work.contracts, [GENERIC])
    for match in matches:
        around = look_around(match.reading)
        known = {each.index: each for each in match.tables}
        for number in range(len(match.reading.tables)):
            matched = known.get(number)
            place = f"{match.reading.sheet.name}#{number + 1}" if number else match.reading.sheet.name
            answer = work.answers.get(("tables", place))
            if answer == NONE:
                work.passed_over.append(_place(sample, match.reading, number))
                continue
            if answer is not None and (matched is None or matched.dataset.name != answer):
                matched = _as_dataset(match.reading, number, around, answer, context, work)
            elif matched is None:
                matched = _guessed(sample, match.reading, number, around, place, context, work)
            if matched is not None:
                matched = _right_way(matched, around, context, work) if matched.unpivoted is None else matched
                if matched.unpivoted is not None:
                    listed, unpivoted = matched.unpivoted
                    tables = [listed]
                    if matched.table.kind is TableKind.REGISTER:
                        tables = work.parts(unpivoted.frame, listed)
                    yield from ((unpivoted.frame, each, around, unpivoted, len(tables) > 1) for each in tables)
                    continue
                turned = matched.table.kind is not match.reading.tables[number].kind
                frame = make_frame(match.reading, number, around.units(number), turned=turned)
                yield *by_years(frame, matched, work.indexes[matched.dataset.name]), around, None, False


def _guessed(
    sample: Sample, reading: SheetReading, number: int, around: Around, place: str, context: FileContext, work: _Work
) -> MatchedTable | None:
    """A table that matching has no dataset for: the one that its title names, a question, or nothing of ours."""
    frame = make_frame(reading, number, around.units(number))
    titles = [each.text for each in around.titles(number)]
    said = {
        name: weight
        for name, index in work.indexes.items()
        if (weight := says_dataset(index, titles, reading.sheet.name))
    }
    best = [name for name, weight in said.items() if weight == max(said.values())]
    if len(best) == 1:
        return _as_dataset(reading, number, around, best[0], context, work)
    filled = any(line.filled for line in frame.lines)
    likely = best or [name for name, index in work.indexes.items() if words_of(index, frame) >= _MANY_WORDS]
    if not likely or not filled:
        work.passed_over.append(_place(sample, reading, number))
        return None
    order = [*likely, *(name for name in work.indexes if name not in likely)]
    titles_of = {
        name: work.contracts.datasets[name].title for name in order if not work.contracts.datasets[name].source
    }
    work.questions.append(
        Question(
            ("tables", place),
            "plugin.new.ask_table",
            {
                "file": sample.name,
                "sheet": reading.sheet.name,
                "cell": reading.tables[number].range.a1,
                "title": reading.tables[number].title or "",
            },
            (
                *(Choice(name, f"{title.zh}（{name}）", f"{title.en} ({name})") for name, title in titles_of.items()),
                Choice(NONE, "都不是", "none of them"),
            ),
        )
    )
    return None


def _place(sample: Sample, reading: SheetReading, number: int) -> str:
    return f"{sample.name} [{reading.sheet.name}] {reading.tables[number].range.a1}"


def _as_dataset(
    reading: SheetReading, number: int, around: Around, dataset: str, context: FileContext, work: _Work
) -> MatchedTable:
    """A table matched to a dataset that it was said to be, whichever way it runs."""
    index = work.indexes.get(dataset)
    if index is None or index.dataset.source is not None:
        known = ", ".join(name for name, each in work.indexes.items() if each.dataset.source is None)
        raise UsageError("plugin.new.bad_answer", question=reading.sheet.name, found=dataset, expected=known)
    one, other = (_framed(reading, number, around, dataset, context, work, turned) for turned in (False, True))
    return other[1] if other[0] > one[0] else one[1]


def _framed(
    reading: SheetReading, number: int, around: Around, dataset: str, context: FileContext, work: _Work, turned: bool
) -> tuple[int, MatchedTable]:
    """A table matched to a dataset one way or the other, and how many of its lines are sure."""
    index = work.indexes[dataset]
    words = gather(around, reading, number, context, work.senders)
    who = identity(words, index.dataset, reading.sheet.name, Expected())  # a sample may be of any period
    year = who.period.year if who.period else words.year
    frame = make_frame(reading, number, around.units(number), turned=turned)
    found = match_columns(frame, index, None, year)
    sure = sum(map(_by_heading, found.columns))
    matched = MatchedTable(reading, number, frame.table, index.dataset, GENERIC.name, who, found.columns)
    return sure, matched


def _by_heading(line: ColumnMatch) -> bool:
    """Whether a line's own heading names its field (the names over a transposed table are known by their place)."""
    return line.kind in _SURE and line.confidence >= _FIRM


def _right_way(matched: MatchedTable, around: Around, context: FileContext, work: _Work) -> MatchedTable:
    """The table the other way round where the names of its places stand as the headings of what should be fields."""
    township = matched.identity.township
    headings = [line.path for line in matched.lines if line.path]
    if any(map(_by_heading, matched.lines)) or township is None or len(headings) < _FEWEST:
        return matched
    villages = sum(
        any(work.contracts.places.resolve(part, within=township).unit is not None for part in path) for path in headings
    )
    if 2 * villages < len(headings):
        return matched
    turned = matched.table.kind is matched.reading.tables[matched.index].kind
    return _framed(matched.reading, matched.index, around, matched.dataset.name, context, work, turned)[1]


def _headers(columns: Iterable[ProposedColumn], index: FieldIndex, most: int) -> tuple[str, ...]:
    """The headings that must be there: those of required fields, then others, never an address.

    They are few: a form whose other headings change is still known for what it was, and the change is told.
    """
    taken = [each for each in columns if each.state is State.TAKEN and not each.heading.startswith("[")]
    required = [each.heading for each in taken if each.field and index.fields[each.field].required]
    own = [each.heading for each in taken if each.heading not in required]
    return tuple(dict.fromkeys([*required, *own]))[:most]


def _who_and_when(work: _Work) -> Iterator[Question]:
    """Questions for what no sample says."""
    found = [each.identity for draft in work.forms for each in draft.matched]
    if found and work.township is None:
        units = [each for each in work.contracts.places.units if each.level == "township"]
        choices = tuple(Choice(each.name, each.name, f"{each.name} ({each.code})") for each in units)
        yield Question(("township",), "plugin.new.ask_township", {}, choices)
    if any(each.period is None for each in found) and any(
        draft.matched[0].dataset.period_type != "none" for draft in work.forms
    ):
        yield Question(("period",), "plugin.new.ask_period", {})


def _name(samples: Sequence[Sample], sender: OrgUnit | None) -> str:
    """A plugin's name: the ASCII letters of the first file's name, else the township's code, else the file's name."""
    found = next((name for sample in samples if (name := ascii_name(sample.name))), None)
    if found is not None:
        return found
    if sender is not None:
        return sender.code[:9] if len(sender.code) == 12 else sender.code
    kept = "".join(each for each in PurePath(samples[0].name).stem if each.isalnum() or each in "_-")
    return kept or "format"
