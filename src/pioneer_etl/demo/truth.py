"""The truth: what every record of the demo county is, before any township writes it into a form."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType

from pioneer_etl.demo.made.assistance import project_facts, weak_village_facts
from pioneer_etl.demo.made.cadres import reserve_cadre_facts
from pioneer_etl.demo.made.creation import commendation_facts, pioneer_unit_facts
from pioneer_etl.demo.made.economy import economy_facts
from pioneer_etl.demo.made.facts import YEAR, Fact, Facts, Missing
from pioneer_etl.demo.made.meetings import service_meeting_facts
from pioneer_etl.demo.made.merged import LAST_YEAR, merged_facts
from pioneer_etl.demo.made.organisation import village_organisation_facts
from pioneer_etl.demo.made.training import cadre_post_facts, training_facts
from pioneer_etl.demo.made.villages import village_facts
from pioneer_etl.demo.places import MERGED, Township, as_of, merged_township, township, townships

_MAKERS: Mapping[str, Callable[[Township, int], tuple[Facts, ...]]] = MappingProxyType(
    {
        "village": village_facts,
        "village_economy": economy_facts,
        "training": training_facts,
        "reserve_cadre": reserve_cadre_facts,
        "cadre_post": cadre_post_facts,
        "village_organisation": village_organisation_facts,
        "pioneer_unit": pioneer_unit_facts,
        "service_meeting": service_meeting_facts,
        "weak_village": weak_village_facts,
        "project": project_facts,
        "commendation": commendation_facts,
    }
)
DATASETS = tuple(_MAKERS)


@dataclass(frozen=True, slots=True)
class Truth:
    """Records by dataset and township name, in the order in which the township's form lists them."""

    records: Mapping[str, Mapping[str, tuple[Facts, ...]]]

    def all(self, dataset: str) -> list[Facts]:
        """Every record of a dataset, township after township."""
        return [facts for records in self.records[dataset].values() for facts in records]

    def of(self, township: str) -> dict[str, tuple[Facts, ...]]:
        """One township's records by dataset."""
        return {dataset: records[township] for dataset, records in self.records.items()}


@cache
def truth_of(name: str, year: int = YEAR) -> Mapping[str, tuple[Facts, ...]]:
    """One township's truth for a year of YEARS, by dataset; always the same.

    `truth_of("宜山镇", 2003)["village_economy"]` is what 宜山镇 has to report of its villages' economy for 2003.
    """
    if (name, year) == (MERGED, LAST_YEAR):
        return {dataset: merged_facts(dataset, make) for dataset, make in _MAKERS.items()}
    return {dataset: make(township(name), year) for dataset, make in _MAKERS.items()}


@cache
def make_truth(year: int = YEAR) -> Truth:
    """The demo county's truth for a year of YEARS; always the same."""
    names = [each.name for each in senders(year)]
    return Truth({dataset: {name: truth_of(name, year)[dataset] for name in names} for dataset in DATASETS})


def senders(year: int) -> tuple[Township, ...]:
    """The townships that report for a year, their villages called as they were then."""
    gone = (merged_township(),) if year == LAST_YEAR else ()
    return tuple(as_of(each, year) for each in (*townships(), *gone))


def truth_csv(truths: Mapping[int, Truth], dataset: str) -> str:
    """A dataset's truth to read: period, township, then the fields; 无 where the township says there is none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = next(list(facts) for truth in truths.values() for facts in truth.all(dataset))
    writer.writerow(["period", "township", *names])
    for year, truth in truths.items():
        for name, records in truth.records[dataset].items():
            for facts in records:
                writer.writerow([year, name, *(_printed(facts[each]) for each in names)])
    return out.getvalue()


_MISSING = MappingProxyType({Missing.BLANK: "", Missing.NONE: "无", Missing.ABSENT: "（表中无此栏）"})


def _printed(fact: Fact) -> str:
    if isinstance(fact, Missing):
        return _MISSING[fact]
    if isinstance(fact, bool):
        return "是" if fact else "否"
    return fact.isoformat() if isinstance(fact, date) else str(fact)
