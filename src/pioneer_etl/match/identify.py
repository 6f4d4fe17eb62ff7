"""Whose form a table is and for when: from the file's own words, the folder, the command line, in this order.

Every word for the township or the period is evidence with an address.  The firmest evidence is taken,
and evidence that contradicts it is a finding: nothing is weighed up in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pioneer_etl.contract.expected import Expected
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Dataset, Period
from pioneer_etl.contract.period import fits_type
from pioneer_etl.contract.places import valid_on
from pioneer_etl.match.evidence import Words
from pioneer_etl.match.model import Evidence, Identity
from pioneer_etl.table.model import SheetReading
from pioneer_etl.workbook.model import Visibility

_PERIOD_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "year": ("一年", "a year"),
    "half": ("半年", "a half-year"),
    "quarter": ("一个季度", "a quarter"),
    "month": ("一个月", "a month"),
}


def identity(words: Words, dataset: Dataset, sheet: str, expected: Expected) -> Identity:
    """Township and period of a table of one dataset; contradictions, gaps and periods that are not open as findings."""
    findings: list[Finding] = []
    township = words.township
    findings.extend(_township_findings(words, sheet))
    period, trouble = _period(words, dataset, sheet)
    findings.extend(trouble)
    if township is not None and period is not None and not valid_on(township, period.end):
        findings.append(
            finding(
                "identity.township_not_there",
                sheet=sheet,
                cells=_cells([words.townships[0][0]]),
                found=f"{township.name}（{source_name(words.townships[0][0])}）",
                expected=period.text,
            )
        )
    findings.extend(_not_open(words, period, sheet, expected))
    evidence = tuple(each for each, _ in (*words.townships, *words.periods)) + words.unknown_senders
    return Identity(township, period, words.filler, evidence, tuple(findings))


def _township_findings(words: Words, sheet: str) -> Iterator[Finding]:
    if not words.townships:
        if words.unknown_senders:
            first = words.unknown_senders[0]
            yield finding("identity.township_unknown", sheet=sheet, cells=_cells([first]), found=first.text)
        else:
            yield finding("identity.no_township", sheet=sheet)
        return
    first, unit = words.townships[0]
    other = [(evidence, each) for evidence, each in words.townships if each.code != unit.code]
    if other:
        yield finding(
            "identity.township_contradiction",
            sheet=sheet,
            cells=_cells([first, *(evidence for evidence, _ in other)]),
            expected=f"{unit.name}（{source_name(first)}）",
            found="、".join(dict.fromkeys(f"{each.name}（{source_name(evidence)}）" for evidence, each in other)),
        )


def _period(words: Words, dataset: Dataset, sheet: str) -> tuple[Period | None, list[Finding]]:
    """The firmest period of the dataset's type; a narrower one inside it is no contradiction."""
    if dataset.period_type == "none":
        return (words.periods[0][1] if words.periods else None), []
    fitting = [(evidence, period) for evidence, period in words.periods if fits_type(period, dataset.period_type)]
    if not fitting:
        return _no_period(words, dataset, sheet)
    first, period = fitting[0]
    other = [(evidence, each) for evidence, each in words.periods if not _compatible(each, period)]
    if not other:
        return period, []
    return period, [
        finding(
            "identity.period_contradiction",
            sheet=sheet,
            cells=_cells([first, *(evidence for evidence, _ in other)]),
            expected=f"{period.text}（{source_name(first)}）",
            found="、".join(dict.fromkeys(f"{each.text}（{source_name(evidence)}）" for evidence, each in other)),
        )
    ]


def _not_open(words: Words, period: Period | None, sheet: str, expected: Expected) -> Iterator[Finding]:
    """A period that the county did not open is asked about: a 1998 where 2004 was meant, or a form of last year."""
    if period is None or expected.is_open(period):
        return
    evidence = [each for each, named in words.periods if named == period]
    yield finding(
        "identity.period_not_open",
        sheet=sheet,
        cells=_cells(evidence),
        expected="、".join(each.text for each in expected.open),
        found="、".join(dict.fromkeys(f"{period.text}（{source_name(each)}）" for each in evidence)),
    )


def _no_period(words: Words, dataset: Dataset, sheet: str) -> tuple[Period | None, list[Finding]]:
    kind = _PERIOD_WORDS[dataset.period_type]
    if words.periods:
        evidence, period = words.periods[0]
        return None, [
            finding(
                "identity.period_type",
                sheet=sheet,
                cells=_cells([evidence]),
                expected=kind[0],
                expected_en=kind[1],
                found=f"{period.text}（{source_name(evidence)}）",
            )
        ]
    for fact in words.fill_dates:
        return None, [finding("identity.only_fill_date", sheet=sheet, cells=fact.cell.a1, found=fact.text)]
    return None, [finding("identity.no_period", sheet=sheet, expected=kind[0], expected_en=kind[1])]


def _compatible(one: Period, other: Period) -> bool:
    """Whether two periods can be said of one form: one lies within the other."""
    return (other.start <= one.start and one.end <= other.end) or (one.start <= other.start and other.end <= one.end)


_SOURCE_NAMES: Final[Mapping[str, str]] = {
    "title": "标题",
    "filler": "填报栏",
    "column": "乡镇列",
    "sheet_name": "工作表名",
    "file_name": "文件名",
    "folder": "文件夹",
    "command_line": "命令行",
    "layout": "格式",
}


def source_name(evidence: Evidence) -> str:
    """Where evidence stands, as findings say it."""
    place = _SOURCE_NAMES[evidence.source]
    return f"{place} {evidence.cell.a1}" if evidence.cell else place


def _cells(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.cell.a1 for each in evidence if each.cell))


def is_hidden(reading: SheetReading) -> bool:
    """Whether the sheet is not shown when the workbook is opened."""
    return reading.sheet.visibility is not Visibility.VISIBLE
