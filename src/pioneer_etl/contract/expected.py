"""Who owes which forms for when: `warehouse/expected.toml`, which a county may or may not keep.

open = ["2003", "2004"]         # forms of any other period are asked about, not loaded

[[owed]]
period = "2004"
due = 2005-01-15
except = ["岱岭畲族乡"]         # datasets = [...] and townships = [...]: all when not given

[[owed]]                        # what stands further down holds: a day's grace for one
period = "2004"
townships = ["霞关镇"]
due = 2005-01-20
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pioneer_etl.contract.model import Dataset, Period
from pioneer_etl.contract.period import fits_type, parse_period
from pioneer_etl.contract.places import Places, valid_on
from pioneer_etl.contract.toml import Section, read_toml
from pioneer_etl.contract.unchanging import unchanging

NAME = "expected.toml"


@unchanging
class Owed:
    """One form that a township (its code) owes; `due` is the last day in time."""

    dataset: str
    period: str
    township: str
    due: date | None


@unchanging
class Expected:
    """What a workspace declares: the periods that are open (none: every one is) and every form that is owed."""

    open: tuple[Period, ...] = ()
    owed: tuple[Owed, ...] = ()

    def is_open(self, period: Period) -> bool:
        """Whether forms of a period are taken: it is an open one, or lies within one."""
        return not self.open or any(each.start <= period.start and period.end <= each.end for each in self.open)


def load_expected(path: Path, datasets: Mapping[str, Dataset], places: Places, *, whole: bool = True) -> Expected:
    """What expected.toml declares; nothing when there is no such file.  ConfigurationError names line and key.

    Where `datasets` are not the `whole` (a plugin that brings one is set aside), those that it lacks are passed over.
    """
    if not path.is_file():
        return Expected()
    top = read_toml(path)
    periods = tuple(_period(top, "open", text) for text in top.texts("open"))
    owed: dict[tuple[str, str, str], Owed] = {}
    for section in top.sections("owed"):
        for each in _owed(section, datasets, places, whole):
            owed[each.dataset, each.period, each.township] = each
        section.close()
    top.close()
    return Expected(periods, tuple(owed.values()))


def _owed(section: Section, datasets: Mapping[str, Dataset], places: Places, whole: bool) -> list[Owed]:
    period = _period(section, "period", section.text("period"))
    due = section.optional_day("due")
    mailed = {name: each for name, each in datasets.items() if each.source is None}
    names = section.texts("datasets")
    for name in names:
        if name not in mailed and (whole or name in datasets):
            raise section.unknown_word("datasets", name, mailed)
    chosen = names or tuple(name for name, each in mailed.items() if fits_type(period, each.period_type))
    named, spared = (_townships(section, key, places, period) for key in ("townships", "except"))
    standing = [each.code for each in places.units if each.level == "township" and valid_on(each, period.end)]
    there = [name for name in chosen if name in mailed]
    return [Owed(name, period.text, code, due) for name in there for code in named or standing if code not in spared]


def _period(section: Section, key: str, text: str) -> Period:
    period = parse_period(text)
    if period is None:
        raise section.error("expected.no_period", key, found=text)
    return period


def _townships(section: Section, key: str, places: Places, period: Period) -> tuple[str, ...]:
    codes = []
    for text in section.texts(key):
        unit = places.unit(text) or places.resolve(text, level="township", on=period.end).unit
        if unit is None or unit.level != "township":
            raise section.error("expected.no_township", key, found=text)
        codes.append(unit.code)
    return tuple(codes)
