"""A drawn file read back, and what became of its records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeAlias

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.errors import FileRefused
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.match.match import match_sheets
from pioneer_etl.match.model import FileContext, SheetMatch
from pioneer_etl.table.understand import understand
from pioneer_etl.transform.account import account
from pioneer_etl.transform.model import Submission
from pioneer_etl.transform.records import transform_sheets
from pioneer_etl.workbook.read import read_bytes
from tests.layouts.choice import LayoutChoice, settle
from tests.layouts.columns import columns_of
from tests.layouts.draw import Drawn, draw
from tests.layouts.kit import repository_contracts
from tests.layouts.truth import Sample

_Record: TypeAlias = tuple[tuple[str, str, object], ...]  # name, state and value of every field


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What reading a file gave."""

    matches: tuple[SheetMatch, ...]
    submissions: tuple[Submission, ...]
    unaccounted: int
    findings: tuple[Finding, ...]

    @property
    def quarantined(self) -> tuple[Finding, ...]:
        """The findings that keep the file, or a submission of it, from loading."""
        return tuple(each for each in self.findings if each.quarantines)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one layout: ok, asked (quarantined, or a finding at every cell that was not read), or wrong."""

    verdict: str
    wrong: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()  # codes of the findings that hold the file back
    unaccounted: int = 0

    @property
    def told(self) -> str:
        """What went wrong, in a few words that are alike for like failures."""
        return (self.wrong or self.asked or ("",))[0]


def read_back(drawn: Drawn, contracts: Contracts) -> ReadBack:
    """A file through the stages, as the pipeline orders them."""
    try:
        book = read_bytes(drawn.data, drawn.name)
    except FileRefused as error:
        return ReadBack((), (), 0, (replace(finding(error.code), quarantines=True),))
    readings = tuple(understand(sheet) for sheet in book.sheets)
    matches = match_sheets(readings, FileContext(drawn.name), contracts, drawn.layouts)
    submissions = transform_sheets(matches, contracts)
    accounts = account(matches, submissions)
    findings = [one for match in matches for one in match.findings]
    findings += [one for submission in submissions for one in submission.findings]
    return ReadBack(matches, submissions, sum(each.unaccounted for each in accounts), tuple(findings))


def outcome(choice: LayoutChoice, contracts: Contracts) -> Outcome:
    """A layout drawn, read back and compared."""
    drawn = draw(choice, contracts)
    try:
        back = read_back(drawn, contracts)
    except Exception as error:
        return Outcome("wrong", (f"raised {type(error).__name__}: {error}",))
    held = back.quarantined or (() if back.submissions else back.findings)
    if held:
        silent = tuple(f"{each.code} does not say where" for each in held if not _says_where(each))
        asked = tuple(dict.fromkeys(each.code for each in held))
        return Outcome("wrong" if silent else "asked", silent, asked, back.unaccounted)
    wrong = [line for sample in drawn.samples for line in _differences(sample, choice, back)]
    names = {each.dataset.name for each in drawn.samples}
    wrong += [f"extra {each.dataset.name}" for each in back.submissions if each.dataset.name not in names]
    unread = tuple(dict.fromkeys(each.code for each in back.findings if each.code.startswith("value.")))
    if wrong and all(line.startswith("unread") for line in wrong) and unread:
        return Outcome("asked", (), unread, back.unaccounted)
    return Outcome("wrong" if wrong else "ok", tuple(wrong), (), back.unaccounted)


def _says_where(each: Finding) -> bool:
    """Whether a finding that holds a file back names its cells, or the sheet or file that lacks something."""
    return bool(each.message()) and bool(each.cells or each.sheet or each.code.startswith("file."))


def _differences(sample: Sample, choice: LayoutChoice, back: ReadBack) -> Iterable[str]:
    """How the records read differ from those drawn, in a few words each; nothing when they are the same."""
    records = sample.records[:6] if choice.arrangement in ("form", "register") else sample.records
    mine = [each for each in back.submissions if each.dataset.name == sample.dataset.name]
    if not mine:
        yield f"no {sample.dataset.name}: {', '.join(sorted({each.code for each in back.findings}))}"
        return
    for each in mine:
        if each.township is None or each.township.code != sample.township.code:
            yield f"township {each.township.name if each.township else None}"
        if each.period is None or each.period.text != str(sample.year):
            yield f"period {each.period}"
    names = [field.name for field in sample.dataset.fields if field.name in sample.records[0]]
    drawn = columns_drawn(sample, choice)
    wanted = Counter(
        tuple(
            (name, record[name].state, record[name].value) if name in drawn else (name, "absent", None)
            for name in names
        )
        for record in records
    )
    got = Counter(
        tuple((name, record.values[name].state.value, record.values[name].value) for name in names)
        for each in mine
        for record in each.records
    )
    if wanted == got:
        return
    missing, extra = list((wanted - got).elements()), list((got - wanted).elements())
    if len(missing) != len(extra):
        yield f"{sum(wanted.values())} records drawn, {sum(got.values())} read"
        return
    yield from _cells(missing, extra)


def _cells(missing: Sequence[_Record], extra: Sequence[_Record]) -> Iterable[str]:
    """Pair each record missed with the one read that is most like it."""
    left = list(extra)
    for record in missing:
        near = max(left, key=lambda each: sum(one == two for one, two in zip(record, each, strict=True)))
        left.remove(near)
        for one, two in zip(record, near, strict=True):
            if one != two:
                unread = two[1] in ("unreadable", "error", "no_result")
                yield f"{'unread' if unread else 'cell'} {one[0]}: drawn {one[1:]}, read {two[1:]}"


def columns_drawn(sample: Sample, choice: LayoutChoice) -> frozenset[str]:
    """The fields that the layout has a place for."""
    if choice.arrangement in ("form", "long", "matrix", "register"):
        return frozenset(sample.records[0])
    drawn = frozenset(column.key for column in columns_of(sample, choice, repository_contracts()))
    return drawn | {"village"} if choice.groups == "villages" else drawn


def smallest(choice: LayoutChoice, contracts: Contracts) -> LayoutChoice:
    """The plainest layout that still fails in the same way: each decision taken back that does not matter."""
    verdict = outcome(choice, contracts).verdict
    plain = LayoutChoice()
    current = choice
    changed = True
    while changed:
        changed = False
        for each in fields(LayoutChoice):
            if each.name in ("seed", "dataset") or getattr(current, each.name) == getattr(plain, each.name):
                continue
            tried = settle(replace(current, **{each.name: getattr(plain, each.name)}))
            if tried != current and _weight(tried) < _weight(current) and outcome(tried, contracts).verdict == verdict:
                current, changed = tried, True
    return current


def _weight(choice: LayoutChoice) -> int:
    plain = LayoutChoice()
    return sum(getattr(choice, each.name) != getattr(plain, each.name) for each in fields(LayoutChoice))


def failures(outcomes: Iterable[tuple[LayoutChoice, Outcome]], contracts: Contracts) -> list[str]:
    """One line for each layout that ended wrong or left cells unaccounted, with the plainest that does so too."""
    return [
        f"{choice}: {each.told or f'{each.unaccounted} cells unaccounted'} (plainest: {smallest(choice, contracts)})"
        for choice, each in outcomes
        if each.verdict == "wrong" or each.unaccounted
    ]
