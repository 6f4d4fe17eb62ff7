"""The words for the township and the period of a table: the file's own, the folder's, the command line's, in order.

Every word is evidence with an address, kept in the order of trust.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePath
from typing import Final

from pioneer_etl.contract.model import OrgUnit, Period
from pioneer_etl.contract.period import find_period, parse_period
from pioneer_etl.contract.places import Places
from pioneer_etl.contract.text import normalise
from pioneer_etl.match.around import Around
from pioneer_etl.match.facts import Fact, read_facts
from pioneer_etl.match.model import Evidence, FileContext
from pioneer_etl.match.villages import village_in_title, village_of_sheet
from pioneer_etl.table.model import SheetReading

# The order of trust.
SOURCES: Final = ("title", "filler", "column", "sheet_name", "file_name", "folder", "command_line", "layout")
_RANK: Final[Mapping[str, int]] = {source: number for number, source in enumerate(SOURCES)}


@dataclass(frozen=True, slots=True)
class Words:
    """The evidence for one table, in the order of trust, with what it names."""

    townships: tuple[tuple[Evidence, OrgUnit], ...]
    unknown_senders: tuple[Evidence, ...]
    periods: tuple[tuple[Evidence, Period], ...]
    fill_dates: tuple[Fact, ...]
    filler: str | None
    facts: tuple[Fact, ...]
    villages: tuple[tuple[Evidence, OrgUnit], ...] = ()

    @property
    def township(self) -> OrgUnit | None:
        return self.townships[0][1] if self.townships else None

    @property
    def year(self) -> int | None:
        return self.periods[0][1].year if self.periods else None


class Senders:
    """The townships by every name that a longer text may say them with."""

    def __init__(self, places: Places) -> None:
        self.places = places
        names: dict[str, set[str]] = {}
        self.units = {unit.code: unit for unit in places.units if unit.level == "township"}
        for unit in self.units.values():
            for name in (unit.name, *unit.aliases, *(former for former, _ in unit.former_names)):
                clean = normalise(name)
                short = clean
                for ending in ("街道", "镇", "乡", "县", "市", "区"):
                    if clean.endswith(ending) and len(clean) - len(ending) >= 2:
                        short = clean[: -len(ending)]
                        break
                for each in (clean, short):
                    names.setdefault(each, set()).add(unit.code)
        self.names = tuple(sorted(names.items(), key=lambda each: -len(each[0])))

    # The words around one table are those around the next.  Bounded, and there is one Senders for a set of places.
    @lru_cache(maxsize=4096)  # noqa: B019
    def named(self, text: str) -> tuple[OrgUnit, ...]:
        """The townships that a longer text mentions; a longer name covers a shorter one inside it."""
        clean = normalise(text)
        found: dict[str, OrgUnit] = {}
        for name, codes in self.names:
            if name in clean:
                clean = clean.replace(name, "\0")
                for code in sorted(codes):
                    found.setdefault(code, self.units[code])
        return tuple(found.values())

    def township_of(self, unit: OrgUnit | None) -> OrgUnit | None:
        """The township that a unit is or lies in."""
        while unit is not None and unit.level != "township":
            unit = self.places.unit(unit.parent) if unit.parent else None
        return unit


def gather(
    around: Around,
    reading: SheetReading,
    index: int,
    context: FileContext,
    senders: Senders,
    anchors: Mapping[str, str] | None = None,
    column_texts: Sequence[tuple[str, Evidence]] = (),
) -> Words:
    """All evidence for one table of a sheet.

    What stands around the sheet's other tables speaks for this one where nothing of its own does.
    """
    facts = read_facts(around.lines(index), anchors)
    found = _Found(senders)
    found.facts(facts)
    for text, evidence in column_texts:
        township = senders.township_of(senders.places.named(text, level="township"))
        if township is not None:
            found.townships.append((evidence, township))
    titles = list(_titles(around, index))
    found.texts([*titles, Evidence("sheet_name", reading.sheet.name), *_of_file(context)])
    found.command_line(context)
    found.elsewhere(around, index, anchors)
    townships = tuple(sorted(found.townships, key=lambda each: _RANK[each[0].source]))
    if townships:
        found.shared_names(townships[0][1])
    if townships and not found.villages:
        found.villages.extend(_villages_of(titles, reading, townships[0][1], senders.places))
    return Words(
        townships=townships,
        unknown_senders=tuple(found.unknown),
        periods=tuple(sorted(found.periods, key=lambda each: _RANK[each[0].source])),
        fill_dates=tuple(fact for fact in facts if fact.about == "date"),
        filler=next((fact.text for fact in facts if fact.about == "filler"), None),
        facts=facts,
        villages=tuple(found.villages),
    )


class _Found:
    """Evidence while it is gathered."""

    def __init__(self, senders: Senders) -> None:
        self.senders = senders
        self.townships: list[tuple[Evidence, OrgUnit]] = []
        self.unknown: list[Evidence] = []
        self.periods: list[tuple[Evidence, Period]] = []
        self.villages: list[tuple[Evidence, OrgUnit]] = []
        self.ambiguous: list[Evidence] = []  # names of villages that several townships share

    def facts(self, facts: Iterable[Fact]) -> None:
        """What facts say: 填报单位, 村名, 报告期."""
        for fact in facts:
            evidence = Evidence("filler", fact.text, fact.cell)
            if fact.about in ("unit", "village"):
                self._sender(fact, evidence)
            elif fact.about == "period" and (period := _stated_period(fact.text)):
                self.periods.append((evidence, period))

    def _sender(self, fact: Fact, evidence: Evidence) -> None:
        unit = self.senders.places.named(fact.text)
        township = self.senders.township_of(unit) or _only(self.senders.named(fact.text))
        if unit is not None and unit.level == "village":
            self.villages.append((evidence, unit))
        elif unit is None and fact.about == "village":
            self.ambiguous.append(evidence)
        if township is not None:
            self.townships.append((evidence, township))
        elif fact.about == "unit" and (unit is None or unit.level != "county"):
            self.unknown.append(evidence)

    def shared_names(self, township: OrgUnit) -> None:
        """The villages whose names other townships' villages bear too, now that it is known whose form this is."""
        for evidence in self.ambiguous:
            unit = self.senders.places.named(evidence.text, within=township)
            if unit is not None and unit.level == "village":
                self.villages.append((evidence, unit))

    def texts(self, texts: Iterable[Evidence]) -> None:
        """What longer texts mention; a period without its year takes the one that is named elsewhere."""
        yearless: list[Evidence] = []
        for evidence in texts:
            township = _only(self.senders.named(evidence.text)) or _whole(evidence, self.senders)
            if township is not None:
                self.townships.append((evidence, township))
            period = _period_said(evidence.text)
            if period is not None:
                self.periods.append((evidence, period))
            else:
                yearless.append(evidence)
        years = {period.year for _, period in self.periods}
        for evidence in yearless if len(years) == 1 else ():
            period = _period_said(evidence.text, next(iter(years)))
            if period is not None:
                self.periods.append((evidence, period))

    def command_line(self, context: FileContext) -> None:
        """What `--township` and `--period` say."""
        if context.township is not None:
            evidence = Evidence("command_line", context.township)
            township = self.senders.township_of(self.senders.places.named(context.township))
            if township is not None:
                self.townships.append((evidence, township))
            else:
                self.unknown.append(evidence)
        if context.period is not None and (period := parse_period(context.period)):
            self.periods.append((Evidence("command_line", context.period), period))

    def elsewhere(self, around: Around, index: int, anchors: Mapping[str, str] | None) -> None:
        """The words around other tables of the sheet, for what the table's own and the file's leave open."""
        no_place = not self.villages and not self.ambiguous
        if self.townships and self.periods and not no_place:
            return
        other = _Found(self.senders)
        other.facts(read_facts(around.lines_elsewhere(index), anchors))
        if no_place:
            self.villages.extend(other.villages)
            self.ambiguous.extend(other.ambiguous)
        if self.townships and self.periods:
            return
        for each in around.titles_above(index):
            if (self.townships or other.townships) and (self.periods or other.periods):
                break
            other.texts([Evidence("title", each.text, each.position)])
        if not self.townships:
            self.townships.extend(other.townships[:1])
        if not self.periods:
            self.periods.extend(other.periods[:1])


def _stated_period(text: str) -> Period | None:
    """What stands behind 统计时间 or the layout's own word for it; a day alone means as of that day."""
    return parse_period(text) or find_period(text) or parse_period(f"截至{text}")


def with_constants(words: Words, constants: Mapping[str, str], senders: Senders) -> Words:
    """The evidence with a layout's constant township or period behind it."""
    townships, periods = words.townships, words.periods
    if "township" in constants:
        evidence = Evidence("layout", constants["township"])
        unit = senders.township_of(senders.places.named(constants["township"]))
        townships = (*townships, (evidence, unit)) if unit else townships
    if "period" in constants and (period := parse_period(constants["period"])):
        periods = (*periods, (Evidence("layout", constants["period"]), period))
    return replace(words, townships=townships, periods=periods)


def _titles(around: Around, index: int) -> Iterator[Evidence]:
    """Titles, and unit lines such as "2004年度　单位：万元"."""
    for each in around.titles(index):
        yield Evidence("title", each.text, each.position)
    for each in around.unit_lines(index):
        yield Evidence("title", each.text, each.position)


@lru_cache(maxsize=64)
def _of_file(context: FileContext) -> tuple[Evidence, ...]:
    """What the names of a file and of its folder say."""
    names = reversed(context.file.split("!"))  # of a file in a zip, then of the zip
    found = [Evidence("file_name", PurePath(name).stem) for name in names]
    return (*found, Evidence("folder", context.folder)) if context.folder else tuple(found)


def _villages_of(
    titles: Iterable[Evidence], reading: SheetReading, township: OrgUnit, places: Places
) -> Iterator[tuple[Evidence, OrgUnit]]:
    """The village that the sheet is named after, and the one that a title says."""
    named = village_of_sheet(reading.sheet.name, township, places)
    if named is not None:
        yield Evidence("sheet_name", reading.sheet.name), named
    for evidence in titles:
        said = village_in_title(evidence.text, township, places)
        if said is not None:
            yield evidence, said


def _only(units: tuple[OrgUnit, ...]) -> OrgUnit | None:
    return units[0] if len(units) == 1 else None


def _whole(evidence: Evidence, senders: Senders) -> OrgUnit | None:
    """A sheet or folder that bears one village's name speaks for its township."""
    if evidence.source not in ("sheet_name", "folder"):
        return None
    return senders.township_of(senders.places.named(evidence.text))


@lru_cache(maxsize=4096)
def _period_said(text: str, year: int | None = None) -> Period | None:
    """The period that a longer text mentions, that of `year` where it names none."""
    return find_period(_without_fill_date(text), year=year)


def _without_fill_date(text: str) -> str:
    """A text without the date of filling in, which is no period."""
    clean = normalise(text)
    if "日期" not in clean and "时间" not in clean:
        return clean
    for word in (
        "填报日期",
        "填表日期",
        "报送日期",
        "上报日期",
        "报出日期",
        "制表日期",
        "填报时间",
        "填表时间",
        "上报时间",
    ):
        clean = clean.split(word, 1)[0]
    return clean
