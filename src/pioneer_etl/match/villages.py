"""The village that a whole table is about, where only the sheet's name or the title says it."""

from __future__ import annotations

from functools import lru_cache
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
    said = [unit for name, unit in _villages(places, township.code) if name in text]
    longest = [each for each in said if not any(each.name in other.name and each != other for other in said)]
    return longest[0] if len(longest) == 1 else None


@lru_cache(maxsize=1024)
def _villages(places: Places, township: str) -> tuple[tuple[str, OrgUnit], ...]:
    """The villages of a township by their full names."""
    return tuple((normalise(each.name), each) for each in places.children(township) if each.level == "village")
