"""The village that a whole table is about, where only the sheet's name or the title says it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pioneer_etl.contract.model import OrgUnit
from pioneer_etl.contract.places import Places
from pioneer_etl.contract.text import normalise

_OTHERS_TOO: Final = ("等", "各村", "、")


def village_of_sheet(name: str, township: OrgUnit, places: Places) -> OrgUnit | None:
    """The township's village that a sheet is named after, and nothing else."""
    unit = places.named(name, within=township)
    return unit if unit is not None and unit.level == "village" else None


def village_in_title(title: str, township: OrgUnit, places: Places) -> OrgUnit | None:
    """The one village of a township whose full name a title says; None where it says that there are others."""
    text = normalise(title)
    if any(word in text for word in _OTHERS_TOO):
        return None
    said = list(_named(text, places.children(township.code)))
    longest = [each for each in said if not any(each.name in other.name and each != other for other in said)]
    return longest[0] if len(longest) == 1 else None


def _named(text: str, villages: Iterable[OrgUnit]) -> Iterator[OrgUnit]:
    return (each for each in villages if each.level == "village" and normalise(each.name) in text)
