"""Cells of a summary out of the computed measures, and the notes that the data call for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import ConfigurationError, Location
from pioneer_etl.contract.model import Label, OrgUnit, Period
from pioneer_etl.contract.places import valid_on
from pioneer_etl.report.comparison import base_of, compared_cell, earlier
from pioneer_etl.report.compute import COUNTY, Aggregate, Computed, Place
from pioneer_etl.report.mapping import map_day
from pioneer_etl.report.model import (
    CellState,
    Comparison,
    Coverage,
    Figure,
    Heading,
    Measure,
    SummaryCell,
    SummarySpec,
    words,
)
from pioneer_etl.report.words import LANGUAGES, date_words, period_words, word
from pioneer_etl.warehouse.views import REPORTING

if TYPE_CHECKING:
    from pioneer_etl.contract.contracts import Contracts


def county_of(contracts: Contracts) -> OrgUnit:
    """The county itself; ConfigurationError when the list of places has none."""
    county = contracts.places.county
    if county is None:
        raise ConfigurationError("summary.no_county", Location(file="warehouse/org_units.csv"))
    return county


def townships_of(contracts: Contracts, period: Period) -> tuple[OrgUnit, ...]:
    """The townships on the map of a period, in the order of the list of places."""
    children = contracts.places.children(county_of(contracts).code, on=map_day(contracts, period))
    return tuple(each for each in children if each.level == "township")


def owing_on_map(contracts: Contracts, period: Period) -> frozenset[str]:
    """The townships of the map whose figures a period can have: those that stood then, put on the map."""
    standing = (each.code for each in contracts.places.units if each.level == "township" and valid_on(each, period.end))
    return frozenset(contracts.map.township(code) or code if contracts.map else code for code in standing)


def fill_title(title: Label, county: str, period: Period, before: Period | None = None) -> Label:
    """A title with {county}, {period}, {as_of} and {before}, the period compared with, put in."""

    def fill(text: str, language: Language) -> str:
        if "{" not in text:
            return text
        filled = text.replace("{county}", county).replace("{period}", period_words(period, language))
        filled = filled.replace("{as_of}", date_words(period.end, language))
        return filled.replace("{before}", period_words(before, language)) if before else filled

    return Label(fill(title.zh, "zh"), fill(title.en, "en"))


def title_of(spec: SummarySpec, contracts: Contracts, period: Period) -> Label:
    """The title of a summary as it is printed."""
    return fill_title(spec.title, county_of(contracts).name, period, earlier(period, spec.compare))


def in_period(spec: SummarySpec, contracts: Contracts, period: Period) -> SummarySpec:
    """A spec with the period and the one compared with put into its headings, charts and notes."""
    county, before = county_of(contracts).name, earlier(period, spec.compare)

    def fill(label: Label) -> Label:
        return fill_title(label, county, period, before)

    def heading(each: Heading) -> Heading:
        return replace(each, label=fill(each.label), children=tuple(heading(child) for child in each.children))

    return replace(
        spec,
        columns=tuple(heading(each) for each in spec.columns),
        measures={name: replace(each, label=fill(each.label)) for name, each in spec.measures.items()},
        charts=tuple(replace(each, label=fill(each.label)) for each in spec.charts),
        notes=tuple(fill(each) for each in spec.notes),
    )


def cell_at(computed: Computed, spec: SummarySpec, contracts: Contracts, name: str, place: Place) -> SummaryCell:
    """One of the spec's measures at one place."""
    return cell_of(computed, spec, contracts, spec.measures[name], place)


def cell_of(computed: Computed, spec: SummarySpec, contracts: Contracts, measure: Measure, place: Place) -> SummaryCell:
    """A measure at one place: a ratio divided from its two measures there, a change from this period's and the
    earlier one's.  A rank's cell has the figure that is ranked (see `with_ranks`).
    """
    if measure.compares is Comparison.RANK:
        return replace(cell_of(computed, spec, contracts, base_of(spec, measure), place), measure=measure.name)
    if measure.compares is not None:
        assert computed.before is not None
        base = compared_base(computed, spec, measure, place)
        if place == COUNTY and base.name in computed.apart and measure.compares is not Comparison.BEFORE:
            return SummaryCell(measure.name, CellState.BLANK)
        now, before = (cell_of(each, spec, contracts, base, place) for each in (computed, computed.before))
        return compared_cell(measure, now, before)
    if measure.ratio is None:
        return _plain_cell(computed, measure, contracts, place)
    name = measure.name
    top, bottom = (
        _plain_cell(computed, side, contracts, place, scaled=False) for side in sides_of(computed, spec, measure, place)
    )
    records, blanks = top.records, top.blanks + bottom.blanks
    sides = (top.value, bottom.value)
    for state in (CellState.NOT_APPLICABLE, CellState.UNREPORTED):
        if state in (top.state, bottom.state):
            return SummaryCell(name, state, None, records, blanks, *sides)
    if not isinstance(bottom.value, (int, Decimal)) or not bottom.value:
        return SummaryCell(name, CellState.UNDEFINED, None, records, blanks, *sides)
    if not isinstance(top.value, (int, Decimal)):
        return SummaryCell(name, CellState.BLANK, None, records, blanks, *sides)
    value = Decimal(top.value) / Decimal(bottom.value) * measure.scale
    return SummaryCell(name, CellState.VALUE if value else CellState.ZERO, value, records, blanks, *sides)


def sides_of(computed: Computed, spec: SummarySpec, ratio: Measure, place: Place) -> tuple[Measure, Measure]:
    """Numerator and denominator of a ratio at a place; for the county kept to townships that sent both."""
    assert ratio.ratio is not None
    if place == COUNTY and ratio.name in computed.shared:
        return computed.shared[ratio.name]
    top, bottom = ratio.ratio
    return spec.measures[top], spec.measures[bottom]


def compared_base(computed: Computed, spec: SummarySpec, measure: Measure, place: Place) -> Measure:
    """What a measure compares at a place; a change of the county kept to townships that sent both periods."""
    base = base_of(spec, measure)
    if place == COUNTY and measure.compares is not Comparison.BEFORE:
        return computed.both.get(base.name, base)
    return base


def _plain_cell(
    computed: Computed, measure: Measure, contracts: Contracts, place: Place, scaled: bool = True
) -> SummaryCell:
    found = computed.at(measure.name, place)
    if found is None:
        state = _absent(computed, measure, contracts, place)
        return SummaryCell(measure.name, state, 0 if state is CellState.ZERO else None)
    value = _scaled(found, measure) if scaled else found.value
    if value is None:
        return SummaryCell(measure.name, CellState.BLANK, None, found.records, found.blanks)
    state = CellState.ZERO if value == 0 else CellState.VALUE
    return SummaryCell(measure.name, state, value, found.records, found.blanks)


def _scaled(found: Aggregate, measure: Measure) -> Figure | None:
    value = found.value
    if measure.scale != 1 and isinstance(value, (int, Decimal)):
        return Decimal(value) * measure.scale
    return value


def _absent(computed: Computed, measure: Measure, contracts: Contracts, place: Place) -> CellState:
    """What it means that no record stands behind a figure."""
    township, village = place
    dataset = contracts.datasets[measure.dataset]
    nothing = CellState.ZERO if measure.additive else CellState.BLANK
    reported = computed.reported.get(measure.dataset, frozenset())
    if township is None:
        return nothing if reported else CellState.UNREPORTED
    if village is not None and not computed.villages.get(measure.dataset):
        return CellState.NOT_APPLICABLE if reported else CellState.UNREPORTED
    if township not in reported:
        return CellState.UNREPORTED
    one_a_village = dataset.place_field is not None and dataset.key == (dataset.place_field,)
    if village is not None and one_a_village and place not in computed.villages[measure.dataset]:
        return CellState.UNREPORTED
    return nothing


def coverage_notes(
    computed: Computed, spec: SummarySpec, contracts: Contracts, period: Period
) -> tuple[tuple[Coverage, ...], tuple[Label, ...]]:
    """Who reported each dataset of the spec, and the notes that this calls for."""
    owing = owing_on_map(contracts, period)
    coverage = _coverage(computed, [each for each in townships_of(contracts, period) if each.code in owing])
    return coverage, _notes(computed, spec, contracts, period, coverage)


def _coverage(computed: Computed, townships: Sequence[OrgUnit]) -> tuple[Coverage, ...]:
    return tuple(
        Coverage(dataset, len(townships), tuple(each.name for each in townships if each.code not in reported))
        for dataset, reported in computed.reported.items()
    )


def _notes(
    computed: Computed, spec: SummarySpec, contracts: Contracts, period: Period, coverage: Sequence[Coverage]
) -> tuple[Label, ...]:
    """Notes that the data call for: who has not reported, and figures taken from incomplete records."""
    notes: list[Label] = []
    for each in coverage:
        if each.missing:
            title = contracts.datasets[each.dataset].title
            counts = {"expected": each.expected, "reported": each.reported}
            zh = word("incomplete", "zh", dataset=title.zh, names="、".join(each.missing), **counts)
            en = word("incomplete", "en", dataset=title.en, names=", ".join(each.missing), **counts)
            notes.append(Label(zh, en[:1].upper() + en[1:]))
    notes += _comparison_notes(computed, spec, contracts, period)
    shared = [name for name in computed.shared if not spec.columns or name in {leaf.measure for leaf in spec.leaves}]
    if shared:
        names = Label(
            "、".join("/".join(one_line(each.zh) for each in spec.heading_path(name)) for name in shared),
            ", ".join("/".join(one_line(each.en, " ") for each in spec.heading_path(name)) for name in shared),
        )
        notes.append(Label(word("shared", "zh", what=names.zh), word("shared", "en", what=names.en)))
    blank = [
        (leaf.measure or "", found.blanks)
        for leaf in spec.leaves
        if (found := computed.at(leaf.measure or "", COUNTY)) is not None
        and found.blanks
        and spec.measures[leaf.measure or ""].dataset != REPORTING  # what has not come left no cell blank
    ]
    if blank:
        zh, en = (
            ("、" if each == "zh" else ", ").join(
                word("blank_in", each, label=column_name(spec, name, each), count=count) for name, count in blank
            )
            for each in LANGUAGES
        )
        notes.append(Label(word("blanks", "zh", what=zh), word("blanks", "en", what=en)))
    return tuple(notes)


def _comparison_notes(computed: Computed, spec: SummarySpec, contracts: Contracts, period: Period) -> list[Label]:
    """What is compared with an incomplete earlier period, or with none."""
    if computed.before is None:
        return []
    notes: list[Label] = []
    when = earlier(period, spec.compare)
    townships = townships_of(contracts, period)
    for dataset, then in computed.before.reported.items():
        now = computed.reported[dataset]
        if then == now:
            continue
        title = contracts.datasets[dataset].title
        missing = [each.name for each in townships if each.code in now and each.code not in then]
        name = "no_before" if not then else "partly_before" if missing else "less_than_before"
        zh, en = (
            word(
                name,
                language,
                dataset=title.zh if language == "zh" else title.en,
                before=period_words(when, language),
                count=len({each for each in now & then if each}),
                names=("、" if language == "zh" else ", ").join(missing),
            )
            for language in LANGUAGES
        )
        notes.append(Label(zh, en))
    return notes


def column_name(spec: SummarySpec, measure: str, language: Language) -> str:
    """What a column shows, with the heading above it where its own, such as 人数 or 合计, does not say."""
    joint, between = (" ", ": ") if language == "en" else ("", "")
    path = [one_line(words(each, language), joint) for each in spec.heading_path(measure)]
    alike = [each for each in spec.leaves if one_line(words(each.label, language), joint) == path[-1]]
    own = path[-1]
    is_clear = len(path) < 2 or (len(alike) == 1 and not (language == "zh" and len(own) <= 2) and own != "Total")
    return own if is_clear else f"{path[-2]}{between}{own}"


def one_line(text: str, joint: str = "") -> str:
    """A heading without the line breaks that were put in for printing."""
    return text.replace("\n", joint)
