"""A table tried with the layouts, then with the contracts' own words: the best reading of it as it is framed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.match.around import Around
from pioneer_etl.match.assemble import column_texts, is_clear, matched_table
from pioneer_etl.match.evidence import Words, gather
from pioneer_etl.match.kit import Kit
from pioneer_etl.match.layout import Form, Layout
from pioneer_etl.match.leftover import is_lookup
from pioneer_etl.match.lines import Frame, make_frame
from pioneer_etl.match.listing import Listing
from pioneer_etl.match.model import MatchedTable
from pioneer_etl.match.score import (
    MANY_FIELDS,
    Candidate,
    best,
    dataset_candidate,
    layout_candidate,
    layouts_of,
    named_by,
    says_dataset,
    words_of,
)
from pioneer_etl.match.unpivot import Plan
from pioneer_etl.match.written_out import declared
from pioneer_etl.table.model import SheetReading, Table


def best_match(trial: Trial, around: Around, kit: Kit) -> tuple[MatchedTable | None, list[Finding]]:
    """A table matched as it is framed: by its township's layout, else by the contracts' own words."""
    frame, titles, words = trial.frame, trial.titles, trial.words
    reading, index = frame.reading, frame.index
    first, ties = best(trial.candidates(foreign=False))
    matched: MatchedTable | None = None
    if first is None:
        first, ties = best(trial.of_contracts())
        matched = matched_table(frame, first, words, around, kit) if first is not None else None
        # Another township's layout comes after the contracts' words.
        others = trial.candidates(foreign=True) if matched is None or not is_clear(matched) else []
        if others:
            (first, ties), matched = best(others), None
    if first is None:
        return None, [_no_dataset(frame, titles, kit)]
    if first.form is None and any(each.dataset != first.dataset for each in ties):
        return None, [_tie("table.dataset_tie", reading, index, first, ties, kit)]
    if matched is None:
        matched = matched_table(frame, first, words, around, kit)
    if ties and first.form is not None:
        matched = replace(matched, findings=(*matched.findings, _tie("layout.tie", reading, index, first, ties, kit)))
    return matched, []


@dataclass(frozen=True)
class Forms:
    """Every form in order, by one heading that a table must have word for word; most forms are none of a table's by it.

    `any_table` are the numbers of those that a table may be of whatever its headings are.
    """

    forms: tuple[tuple[Layout, Form, frozenset[str]], ...]
    any_table: tuple[int, ...]
    by_heading: Mapping[str, tuple[int, ...]]

    def that_may_fit(self, headings: Collection[str]) -> Iterator[tuple[Layout, Form]]:
        """The forms all of whose headings that must be there are among these."""
        numbers = {*self.any_table, *(n for each in headings for n in self.by_heading.get(each, ()))}
        for number in sorted(numbers):
            layout, form, needed = self.forms[number]
            if all(each in headings for each in needed):
                yield layout, form


@lru_cache(maxsize=256)
def forms_of(layouts: tuple[Layout, ...]) -> Forms:
    """Every form of some layouts."""
    forms: list[tuple[Layout, Form, frozenset[str]]] = []
    any_table: list[int] = []
    by_heading: dict[str, tuple[int, ...]] = {}
    for layout in layouts:
        for form in layout.forms:
            # The headings of one that is written out are known only once it is.
            headers = form.headers if form.unpivot is None else ()
            needed = frozenset(each.words for each in headers if each.pattern is None and each.words)
            number = len(forms)
            forms.append((layout, form, needed))
            if needed:
                one = min(needed)
                by_heading[one] = (*by_heading.get(one, ()), number)
            else:
                any_table.append(number)
    return Forms(tuple(forms), tuple(any_table), by_heading)


def trial_of(frame: Frame, around: Around, kit: Kit) -> Trial:
    """A table as it is framed, with the words around it."""
    words = gather(around, frame.reading, frame.index, kit.context, kit.senders, column_texts=column_texts(frame))
    titles = [each.text for each in around.titles(frame.index)]
    return Trial(frame.of_year(words.year), titles, words, kit)


class Trial:
    """A table while it is tried with layouts and with the contracts' words."""

    def __init__(self, frame: Frame, titles: Sequence[str], words: Words, kit: Kit) -> None:
        self.frame, self.titles, self.words, self.kit = frame, titles, words, kit
        self._listings: dict[Plan, Listing] = {}

    @cached_property
    def _columns(self) -> Frame:
        """The table as columns, whichever way it runs."""
        frame = self.frame
        return make_frame(frame.reading, frame.index, frame.units, turned=True) if frame.sideways else frame

    def candidates(self, *, foreign: bool) -> list[Candidate]:
        """Every form that fits, of other townships' layouts or of all the rest."""
        layouts = layouts_of(self.kit.layouts, self.words.township, foreign)
        return [
            candidate
            for layout, form in forms_of(layouts).that_may_fit(self.frame.by_key)
            if form.dataset in self.kit.indexes and (candidate := self.candidate(layout, form)) is not None
        ]

    def candidate(self, layout: Layout, form: Form) -> Candidate | None:
        """How a layout's form fits, the table written out as a list where the form says so."""
        frame, listing = self.frame, None
        named = named_by(form, frame.reading.sheet.name, self.titles)
        if named is None:
            return None
        if form.unpivot is not None:
            frame = self._columns
            plan = declared(form, frame, self.kit.indexes[form.dataset])
            if plan is None:
                return None
            listing = self._listings.get(plan)
            if listing is None:
                listing = self._listings[plan] = Listing(frame, plan)
        return layout_candidate(
            layout, form, frame, named, self.words.township, forced=self.kit.forced, listing=listing
        )

    def of_contracts(self) -> list[Candidate]:
        """Every dataset whose own words fit."""
        generic = self.kit.generic
        if generic is None:
            return []
        found = (
            dataset_candidate(generic, each, self.frame, self.titles, self.words.year)
            for each in self.kit.indexes.values()
        )
        return [candidate for candidate in found if candidate is not None]


def _no_dataset(frame: Frame, titles: Sequence[str], kit: Kit) -> Finding:
    """The finding for a table of no dataset: a foreign one, unless its title says otherwise."""
    sheet, cells = frame.reading.sheet.name, frame.table.range.a1
    if is_lookup(frame.reading, frame.index, kit.contracts.code_lists):
        return finding("table.lookup", sheet=sheet, cells=cells)
    filled = any(line.filled for line in frame.lines)
    said = [
        index.dataset.title.zh
        for index in kit.indexes.values()
        if filled and (says_dataset(index, titles, sheet) or words_of(index, frame) >= MANY_FIELDS)
    ]
    if said:
        return finding("table.unclear", sheet=sheet, cells=cells, expected="、".join(said))
    return foreign(frame.table, sheet)


def foreign(table: Table, sheet: str) -> Finding:
    """The finding for a table that is none of the forms to be consolidated."""
    return finding("sheet.foreign", sheet=sheet, cells=table.range.a1, title=table.title or sheet)


def _tie(
    code: str, reading: SheetReading, index: int, first: Candidate, ties: Sequence[Candidate], kit: Kit
) -> Finding:
    if code == "layout.tie":
        names = "、".join(each.name for each in (first, *ties))
    else:
        names = "、".join(kit.contracts.datasets[each.dataset].title.zh for each in (first, *ties))
    return finding(code, sheet=reading.sheet.name, cells=reading.tables[index].range.a1, found=names)
