"""What a summary declares, and what it says once it is computed.

A `SummarySpec` comes from a declaration (spec.py).  A `SummaryTable` is a spec computed for one
period (summary.py); writers print it and `trace` follows any of its cells back to the sources.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.model import Label, Period
from pioneer_etl.contract.place_map import PlaceMap

# What a cell holds: a number, a day, a text, or a text in both languages.
Figure: TypeAlias = int | Decimal | date | str | Label


def words(label: Label, language: Language) -> str:
    """The text of a label in one language."""
    return label.zh if language == "zh" else label.en


class Span(StrEnum):
    """Which of a dataset's periods count for the summary's own period."""

    EXACT = "exact"  # the very same period
    WITHIN = "within"  # every period inside of it: flows reported by month or quarter
    LATEST = "latest"  # the last period that ends inside of it: stocks


class Comparison(StrEnum):
    """What a measure says of another one, beside that one's own figure."""

    BEFORE = "before"  # the same figure of the period compared with
    CHANGE = "change"  # this period's less that one's
    GROWTH = "growth"  # the change as a share of that one's
    RANK = "rank"  # its place among the rows of the same level


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure that can be computed for any place.

    Either `value` is an aggregate in DuckDB SQL over the dataset's view, taken over the records
    where `where` holds; or `ratio` names the measures of its numerator and denominator, and the
    figure is recomputed from these two at every level; or it `compares` another measure, `of`: with
    its figure of an earlier period, or with the other rows' (`lowest_first`: rank 1 is the lowest).
    `scale` multiplies what is shown.  An `additive` measure of the county is the sum of its townships'.
    """

    name: str
    label: Label
    dataset: str
    value: str | None = None
    where: str | None = None
    ratio: tuple[str, str] | None = None
    compares: Comparison | None = None
    of: str | None = None
    lowest_first: bool = False
    unit: Label | None = None
    format: str = "#,##0"
    scale: Decimal = Decimal(1)
    additive: bool = False
    span: Span = Span.EXACT
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading over columns, or, with a `measure`, over one column."""

    label: Label
    children: tuple[Heading, ...] = ()
    measure: str | None = None

    @property
    def leaves(self) -> tuple[Heading, ...]:
        if self.measure is not None:
            return (self,)
        return tuple(leaf for child in self.children for leaf in child.leaves)

    @property
    def depth(self) -> int:
        return 1 + max((child.depth for child in self.children), default=0)


@dataclass(frozen=True, slots=True)
class Page:
    """How a summary is printed: paper "A3", "A4" or "auto" (A4 unless the table would be too small)."""

    paper: str = "auto"
    orientation: str = "landscape"


CHART_KINDS = ("column", "stacked", "bar", "line", "pie")


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart over printed columns of a table: the townships along it, or, `of_total`, the columns themselves.

    `kind` is one of CHART_KINDS: upright columns, columns stacked on each other, bars across, lines, or a pie.
    """

    name: str
    label: Label
    kind: str
    measures: tuple[str, ...]
    of_total: bool = False


@dataclass(frozen=True, slots=True)
class NamedFigure:
    """One figure with a name: a measure at a place, and what a text says of it.

    `quoted` is how the text puts it; `holds` is the condition the computed figure must meet for
    that: "=", ">" or "<" and a number with as many decimals as the text prints.
    """

    name: str
    label: Label
    measure: str
    place: str | None = None
    quoted: Label | None = None
    holds: str | None = None
    line: int | None = None


_TOTAL = Label("合计", "Total")
_TOWNSHIP = Label("乡镇（街道）", "Township")


@dataclass(frozen=True, slots=True)
class SummarySpec:
    """A summary as declared.

    `order` is its place among the others.  `kind` is "table" (places down, measures across), "records" (a list of
    the records where `where` holds, in the order of `order_by`, of the periods of `span`), "figures" (named figures
    down) or "sql".  `cutoff` is the month and day, in the period's last year, at which
    ages are counted (None: the period's last day).  `compare` says which period an earlier figure is of:
    "year" (the same months a year before) or "period" (as many months, just before).  `detail` are the measures
    that the village sheet prints (empty: all).  `widths` overrides the printed width of a
    measure's column, in characters.
    """

    name: str
    path: Path
    kind: str
    title: Label
    dataset: str | None
    columns: tuple[Heading, ...] = ()
    measures: Mapping[str, Measure] = field(default_factory=dict)
    figures: tuple[NamedFigure, ...] = ()
    charts: tuple[Chart, ...] = ()
    sql: str | None = None
    where: str | None = None
    order_by: tuple[str, ...] = ("place",)
    limit: int | None = None
    span: Span = Span.EXACT
    order: int = 1000
    unit: Label | None = None
    levels: tuple[str, ...] = ("township",)
    total: str = "first"
    total_label: Label = _TOTAL
    row_label: Label = _TOWNSHIP
    detail: tuple[str, ...] = ()
    index_row: bool = False
    notes: tuple[Label, ...] = ()
    signature: tuple[Label, ...] = ()
    cutoff: tuple[int, int] | None = None
    compare: str = "year"
    page: Page = Page()
    widths: Mapping[str, float] = field(default_factory=dict)

    @property
    def leaves(self) -> tuple[Heading, ...]:
        """The headings of the printed columns, left to right."""
        return tuple(leaf for heading in self.columns for leaf in heading.leaves)

    @property
    def detail_columns(self) -> tuple[Heading, ...]:
        """The headings of the village sheet."""
        return tuple(each for heading in self.columns if (each := _only(heading, self.detail)) is not None)

    def heading_path(self, measure: str) -> tuple[Label, ...]:
        """The headings above a measure's column, outermost first; its own label where it is not printed."""
        for heading in self.columns:
            found = _path_to(heading, measure)
            if found:
                return found
        return (self.measures[measure].label,)


def _only(heading: Heading, measures: tuple[str, ...]) -> Heading | None:
    """A heading with the columns of `measures` alone (all when empty); None when none is left."""
    if heading.measure is not None:
        return heading if not measures or heading.measure in measures else None
    children = tuple(each for child in heading.children if (each := _only(child, measures)) is not None)
    return replace(heading, children=children) if children else None


def _path_to(heading: Heading, measure: str) -> tuple[Label, ...]:
    if heading.measure == measure:
        return (heading.label,)
    for child in heading.children:
        found = _path_to(child, measure)
        if found:
            return (heading.label, *found)
    return ()


class CellState(StrEnum):
    """What a summary's cell says, so that blank and zero stay different."""

    VALUE = "value"
    ZERO = "zero"
    BLANK = "blank"  # reported, but nothing was filled in
    UNREPORTED = "unreported"  # this place has not reported the dataset
    UNDEFINED = "undefined"  # a ratio without a denominator
    NOT_APPLICABLE = "not_applicable"  # the dataset does not go down to this level


@dataclass(frozen=True, slots=True)
class SummaryCell:
    """One figure.  `value` is exact and unscaled by format; None unless `state` is VALUE or ZERO.

    `records` is how many records it was taken from, `blanks` how many of these lack a field that the
    expression reads.  A ratio carries its `numerator` and `denominator`.  `format` overrides the
    number format of the column.
    """

    measure: str
    state: CellState
    value: Figure | None = None
    records: int = 0
    blanks: int = 0
    numerator: Figure | None = None
    denominator: Figure | None = None
    format: str | None = None


class RowKind(StrEnum):
    """What a row of a summary is about."""

    TOTAL = "total"
    TOWNSHIP = "township"
    VILLAGE = "village"
    UNLISTED = "unlisted"  # records whose place is not in the list of the period
    FIGURE = "figure"
    PLAIN = "plain"  # a row of a plain SQL summary
    RECORD = "record"  # a record of a list


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One row and its cells.

    `code` is the place's code; in a table of figures the figure's name; None for the county's total.
    `source` is the record (submission, part, line) that a row of a list is, or one of plain SQL selects.
    """

    kind: RowKind
    code: str | None
    label: Label
    cells: tuple[SummaryCell, ...]
    source: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who reported a dataset: how many units owe it, and which of them have not."""

    dataset: str
    expected: int
    missing: tuple[str, ...]  # names

    @property
    def reported(self) -> int:
        return self.expected - len(self.missing)


@dataclass(frozen=True, slots=True)
class SummaryTable:
    """A summary computed for one period: its header tree, its rows in print order, and its notes.

    `rows` holds the townships and the total where it is printed; `detail` the drill-down, each
    township followed by its villages (empty without one), under `detail_headings`.  `map` is the map of places that
    it follows (None: a plain SQL summary).
    """

    spec: SummarySpec
    period: Period
    county: str
    title: Label
    headings: tuple[Heading, ...]
    rows: tuple[SummaryRow, ...]
    detail: tuple[SummaryRow, ...] = ()
    detail_headings: tuple[Heading, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    notes: tuple[Label, ...] = ()
    map: PlaceMap | None = None

    @property
    def name(self) -> str:
        return self.spec.name

    def row(self, code: str | None) -> SummaryRow:
        """The row of a place's code, in the table or its drill-down; KeyError when there is none."""
        for each in (*self.rows, *self.detail):
            if each.code == code:
                return each
        raise KeyError(code)

    def cell(self, code: str | None, measure: str) -> SummaryCell:
        """The cell of a place's code and a measure; KeyError when there is none."""
        for each in self.row(code).cells:
            if each.measure == measure:
                return each
        raise KeyError(measure)

    def figures(self) -> Iterator[tuple[SummaryRow, SummaryCell]]:
        """Every cell of the table and its drill-down, row by row."""
        for row in (*self.rows, *self.detail):
            for cell in row.cells:
                yield row, cell
