"""What the placeholders of a briefing call: figures of summaries, words for them that are proved, lists and rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import PioneerError, UsageError
from pioneer_etl.contract.model import Period
from pioneer_etl.report.figures import holds
from pioneer_etl.report.model import RowKind, SummaryTable, words
from pioneer_etl.report.printed import format_figure, shown, state_word
from pioneer_etl.report.rounding import is_true, propose
from pioneer_etl.report.trace import Trace
from pioneer_etl.report.words import date_words, period_words

_UNITS = {"万": 10**4, "亿": 10**8}
_MOST_ROWS = 5000


@dataclass(frozen=True, slots=True)
class QuotedFigure:
    """A figure as the text quotes it, and where it comes from.

    `text` is what is printed, `exact` the figure with its digits and unit; `name` is the named figure or the column;
    `files` are the files and sheets with how many cells of each were taken; `command` follows it on the command line.
    """

    text: str
    exact: str
    meaning: str
    summary: str
    name: str
    row: str
    period: str
    files: tuple[tuple[str, int], ...]
    records: int
    command: str

    @property
    def cells(self) -> int:
        return sum(count for _, count in self.files)


@dataclass(frozen=True, slots=True)
class Sources:
    """How a briefing gets at the warehouse: a summary for a period, and a figure of one, traced."""

    summary: Callable[[str, str | None], SummaryTable]
    trace: Callable[[str, str, str | None, str | None], Trace]


@dataclass(slots=True)
class Figures:
    """The functions that a template may call; each figure that it quotes is kept in the order of the text."""

    sources: Sources
    period: Period
    county: str
    language: Language
    quoted: dict[tuple[str, ...], QuotedFigure] = field(default_factory=dict)
    _tables: dict[tuple[str, str], SummaryTable] = field(default_factory=dict)

    def names(self) -> Mapping[str, Any]:
        """What placeholders may name."""
        return {
            "figure": self.figure,
            "names": self.list_names,
            "rows": self.rows,
            "period": period_words(self.period, self.language),
            "county": self.county,
            "today": date_words(date.today(), self.language),
        }

    def figure(
        self,
        summary: str,
        name: str,
        row: str = "合计",
        *,
        format: str | None = None,  # noqa: A002  # the word that a template's writer expects
        say: str | None = None,
        period: str | None = None,
    ) -> str:
        """A figure of a summary: a named one, or a column at a row (the county's total).

        `format` is as in Excel; `say` words that must be true of it (1200多), or "auto" for words that are.
        """
        key = (summary, name, row, format or "", say or "", period or "")
        if key not in self.quoted:
            placeholder = _placeholder("figure", summary, name, row if row != "合计" else None, say)
            self.quoted[key] = self._quote(placeholder, summary, name, row, format, say, period)
        return self.quoted[key].text

    def _quote(
        self,
        placeholder: str,
        summary: str,
        name: str,
        row: str,
        number_format: str | None,
        say: str | None,
        period: str | None,
    ) -> QuotedFigure:
        with _named(placeholder):
            named = self._table(summary, period).spec.kind == "figures"
            found = self.sources.trace(summary, name if named else row, None if named else name, period)
        if found.value is None:
            state = [state_word(found.cell.state, each) or found.cell.state.value for each in ("zh", "en")]
            raise UsageError("brief.no_value", found=placeholder, state_zh=state[0], state_en=state[1])
        text = format_figure(found.value, number_format or found.measure.format, self.language)
        if say is not None:
            text = _said(found, say, placeholder)
        return QuotedFigure(
            text=text,
            exact=_exact(found, self.language),
            meaning=_meaning(found, self.language),
            summary=summary,
            name=name,
            row=words(found.row, self.language),
            period=found.period.text,
            files=_files(found),
            records=found.cell.records,
            command=_command(summary, name, row, named, found.period),
        )

    def list_names(self, summary: str, name: str, where: str = "> 0", *, period: str | None = None) -> list[str]:
        """The townships whose figure in a column meets a condition; of a named figure the places of its records.

        `names("speech_figures", "creation_towns") | join("、")`
        """
        placeholder = _placeholder("names", summary, name)
        with _named(placeholder):
            table = self._table(summary, period)
            if table.spec.kind == "figures":
                found = self.sources.trace(summary, name, None, period)
                records = found.records or (found.numerator.records if found.numerator else ())
                return list(dict.fromkeys(each.village or each.township for each in records))
        measures = [each.measure for each in table.spec.leaves]
        if name not in measures:
            known = ", ".join(each or "" for each in measures)
            raise UsageError("brief.no_column", found=placeholder, expected=known)
        position = measures.index(name)
        rows = [each for each in table.rows if each.kind is RowKind.TOWNSHIP]
        return [words(each.label, self.language) for each in rows if holds(where, each.cells[position].value)]

    def rows(self, summary: str, *, period: str | None = None) -> list[dict[str, str]]:
        """The rows of a summary as texts by column, with `name`: for a table in the text."""
        table = self._table(summary, period)
        if len(table.rows) > _MOST_ROWS:
            raise UsageError("brief.too_many_rows", found=len(table.rows), expected=_MOST_ROWS)
        return list(_texts(table, self.language))

    def _table(self, summary: str, period: str | None) -> SummaryTable:
        key = (summary, period or "")
        if key not in self._tables:
            self._tables[key] = self.sources.summary(summary, period)
        return self._tables[key]


@contextmanager
def _named(placeholder: str) -> Iterator[None]:
    """What goes wrong inside is told with the placeholder that asked for it."""
    try:
        yield
    except PioneerError as error:
        raise UsageError(
            "brief.no_figure",
            found=placeholder,
            reason_zh=error.message("zh"),
            reason_en=error.message("en"),
            remedy_zh=error.remedy("zh"),
            remedy_en=error.remedy("en"),
        ) from error


def _texts(table: SummaryTable, language: Language) -> Iterator[dict[str, str]]:
    for row in table.rows:
        texts = {"name": words(row.label, language)}
        for cell in row.cells:
            measure = table.spec.measures.get(cell.measure)
            texts[cell.measure] = shown(cell, measure.format if measure else "General", language)
        yield texts


def _said(found: Trace, say: str, placeholder: str) -> str:
    """Words for a figure, proved of it; UsageError with words that hold when they do not."""
    share = found.measure.format.endswith("%")
    value = found.value
    assert isinstance(value, (int, Decimal))
    unit = found.measure.unit or found.spec.unit
    factor = 1 if share or unit is None else _UNITS.get(unit.zh[:1], 1)
    exact = Fraction(value) * factor
    true = propose(exact, share=share)
    if say == "auto":
        rounded = [each for each in true if not each.rstrip("%").isdigit()] or list(true)
        if not rounded:
            raise UsageError("brief.no_words", found=placeholder, exact=_exact(found, "zh"))
        return rounded[0]
    if not is_true(say, exact, share=share):
        raise UsageError(
            "brief.untrue", found=placeholder, said=say, exact=_exact(found, "zh"), expected="、".join(true[:8])
        )
    return say


def _exact(found: Trace, language: Language) -> str:
    from pioneer_etl.report.trace_words import figure_words

    value = found.value
    if found.measure.format.endswith("%") and isinstance(value, (int, Decimal)):
        return format_figure(value, "0.00%", language)
    return figure_words(found, language)


def _meaning(found: Trace, language: Language) -> str:
    from pioneer_etl.report.trace_words import heading_words

    row, path = words(found.row, language), heading_words(found.column, language)
    return path if found.spec.kind == "figures" else f"{row} · {path}"


def _files(found: Trace) -> tuple[tuple[str, int], ...]:
    """The files and sheets that the cells come from, those with most cells first."""
    counts: dict[str, int] = {}
    for each in found.cells:
        place = f"{each.file} [{each.sheet}]" if each.sheet else each.file
        counts[place] = counts.get(place, 0) + 1
    return tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _command(summary: str, name: str, row: str, named: bool, period: Period) -> str:
    where = ["--row", name] if named else ["--row", row, "--column", name]
    parts = ["pioneer", "trace", summary, *where, "--period", period.text]
    return " ".join(f'"{each}"' if " " in each else each for each in parts)


def _placeholder(function: str, summary: str, name: str, row: str | None = None, say: str | None = None) -> str:
    more = (f', "{row}"' if row is not None else "") + (f', say="{say}"' if say is not None else "")
    return f'{function}("{summary}", "{name}"{more})'
