"""The map of places of one day: what every unit of another day is on it.

Units end, are merged, split up and renamed.  Figures of any period can be put on the map of any day: what was merged is
added up; what cannot be divided stays whole in the unit that stands on both days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from pioneer_etl.contract.model import OrgUnit
from pioneer_etl.contract.places import Places, valid_on
from pioneer_etl.contract.unchanging import unchanging


@unchanging
class PlaceMap:
    """`day`, and for each unit's code that is not on its map: the township and, for a village, the village instead.

    A village that several stand for keeps its own code within the one township that they lie in.
    """

    day: date
    moves: Mapping[str, tuple[str, str | None]]

    def township(self, code: str | None) -> str | None:
        """The township that a township is on this map."""
        return self.moves[code][0] if code is not None and code in self.moves else code


@lru_cache(maxsize=64)
def place_map(places: Places, day: date) -> PlaceMap:
    """The map of a day."""
    return PlaceMap(day, MappingProxyType(dict(_moves(places, day))))


def _moves(places: Places, day: date) -> Iterator[tuple[str, tuple[str, str | None]]]:
    for unit in places.units:
        if unit.level == "township" and not valid_on(unit, day):
            stand = places.in_place_of(unit, day)
            if len(stand) == 1:
                yield unit.code, (stand[0].code, None)
        elif unit.level == "village":
            place = _village(places, unit, day)
            if place != (unit.parent, unit.code):
                yield unit.code, place


def _village(places: Places, unit: OrgUnit, day: date) -> tuple[str, str | None]:
    stand = places.in_place_of(unit, day)
    if len(stand) == 1:
        return _township(places, stand[0].parent or "", day), stand[0].code
    above = {_township(places, each.parent or "", day) for each in stand}
    return (above.pop() if len(above) == 1 else _township(places, unit.parent or "", day)), unit.code


def _township(places: Places, code: str, day: date) -> str:
    unit = places.unit(code)
    stand = places.in_place_of(unit, day) if unit is not None else ()
    return stand[0].code if len(stand) == 1 else code
