"""Rows and columns of a summary by the names that people give them.

A row is named by its label, an alias or its code; a column by its measure, its heading path or the
end of it, or its letter on the printed sheet.  What is unknown or ambiguous is an error that says
what there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from pioneer_etl.contract.address import column_number
from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.model import Label, Period
from pioneer_etl.contract.text import normalise, normalise_path
from pioneer_etl.report.cells import county_of, townships_of
from pioneer_etl.report.compute import COUNTY, Place
from pioneer_etl.report.figures import as_place, full_name
from pioneer_etl.report.mapping import map_day
from pioneer_etl.report.model import Heading, SummarySpec
from pioneer_etl.report.printed import FIRST_MEASURE, leaves_of

if TYPE_CHECKING:
    from pioneer_etl.contract.contracts import Contracts

_SHOWN = 8
_SEPARATOR = re.compile(r"\s*[/›>＞／]\s*")


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A row that a name was taken for."""

    place: Place
    label: Label
    code: str | None


def find_row(spec: SummarySpec, contracts: Contracts, period: Period, name: str) -> NamedRow:
    """The place that a row's name means; UsageError with suggestions when none, or several, answer."""
    clean = normalise(name)
    county = county_of(contracts)
    totals = [spec.total_label.zh, spec.total_label.en, "合计", "全县", "total", county.name, county.code]
    if clean in {normalise(each) for each in totals}:
        return NamedRow(COUNTY, spec.total_label, None)
    townships = townships_of(contracts, period)
    match = contracts.places.resolve(name, on=map_day(contracts, period))
    unit = match.unit
    if unit is None:
        # A name shared by a township and villages means the row that is printed.
        printed = [each for each in match.candidates if each in townships]
        unit = printed[0] if len(printed) == 1 and match.how == "ambiguous" else None
    if unit is None:
        raise _unknown(
            "trace.unknown_row",
            spec,
            name,
            [full_name(each, contracts) for each in match.candidates]
            or [spec.total_label.zh, *(each.name for each in townships)],
        )
    return NamedRow(as_place(unit), Label(unit.name, unit.name), unit.code)


def find_column(spec: SummarySpec, headings: Sequence[Heading], name: str) -> str:
    """The measure that a column's name means; UsageError with suggestions when none, or several, answer."""
    if name in spec.measures:
        return name
    leaves = leaves_of(tuple(headings))
    if re.fullmatch(r"[A-Za-z]{1,2}", name):
        index = column_number(name) - FIRST_MEASURE
        if 0 <= index < len(leaves):
            return leaves[index].measure or ""
    wanted = normalise_path(_SEPARATOR.split(name))
    paths = {each: _paths(spec, each) for each in spec.measures}
    whole = [measure for measure, texts in paths.items() if wanted in texts]
    ends = [measure for measure, texts in paths.items() if any(_ends(text, wanted) for text in texts)]
    found = whole or ends
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError("trace.ambiguous_column", name=name, known=_list(_shown_path(spec, each) for each in found))
    printed = [leaf.measure for leaf in leaves if leaf.measure in spec.measures]
    raise _unknown("trace.unknown_column", spec, name, [_shown_path(spec, each) for each in printed if each])


def _ends(path: str, wanted: str) -> bool:
    """Whether a heading path ends in what was written; 总收入合计 means 总收入/合计."""
    if path.endswith("/" + wanted):
        return True
    return "/" not in wanted and "/" in path and path.replace("/", "").endswith(wanted) and len(wanted) > 2


def find_plain(code: str, name: str, choices: Sequence[tuple[str, Sequence[str]]]) -> str:
    """The key of the one choice that is called `name`, among (key, names)."""
    clean = normalise(name)
    found = [key for key, names in choices if clean in {normalise(each) for each in (key, *names)}]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError("trace.ambiguous_row", name=name, known=_list(found))
    known = [each for key, names in choices for each in (key, *names)]
    near = get_close_matches(name, known, _SHOWN, 0.4) or known
    raise UsageError(code, name=name, known=_list(near))


def _paths(spec: SummarySpec, measure: str) -> tuple[str, ...]:
    path = spec.heading_path(measure)
    return normalise_path(each.zh for each in path), normalise_path(each.en for each in path)


def _shown_path(spec: SummarySpec, measure: str) -> str:
    return " / ".join(each.zh.replace("\n", "") for each in spec.heading_path(measure)) + f" ({measure})"


def _unknown(code: str, spec: SummarySpec, name: str, known: Sequence[str]) -> UsageError:
    near = get_close_matches(name, known, _SHOWN, 0.3) or known
    return UsageError(code, name=name, summary=spec.name, known=_list(near))


def _list(names: Iterable[str]) -> str:
    names = list(names)
    return "; ".join(names[:_SHOWN]) + ("; …" if len(names) > _SHOWN else "")
