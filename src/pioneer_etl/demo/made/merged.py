"""What the township that was merged away had to report: its last year, and of few datasets much."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from pioneer_etl.demo.made.facts import Facts, Missing
from pioneer_etl.demo.places import Township, merged_township

LAST_YEAR = 2003

_CLASS: Facts = MappingProxyType(
    {
        "class_name": "村书记主任轮训班",
        "kind": "post",
        "level": "village",
        "date": date(LAST_YEAR, 4, 1),
        "person_times": 5,
        "villages_covered": 3,
        "attendance_rate": Decimal("0.933"),
        "organiser": "县委组织部",
        "venue": "县委党校",
        "remarks": Missing.BLANK,
    }
)
_GIVEN: Mapping[str, tuple[Facts, ...]] = MappingProxyType(
    {
        "training": (_CLASS,),
        "cadre_post": (
            {"level": "township", "cadres_in_post": 21, "remarks": Missing.BLANK},
            {"level": "village", "cadres_in_post": 34, "remarks": Missing.BLANK},
        ),
        "pioneer_unit": (),
        "weak_village": (),
        "commendation": (),
    }
)


def merged_facts(dataset: str, make: Callable[[Township, int], tuple[Facts, ...]]) -> tuple[Facts, ...]:
    """Its records for its last year: made as every township's where they are about villages, else few or none."""
    given = _GIVEN.get(dataset)
    return make(merged_township(), LAST_YEAR) if given is None else given
