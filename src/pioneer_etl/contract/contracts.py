"""All that a workspace declares about its data, loaded once and handed to every stage."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from pioneer_etl.contract.expected import Expected
from pioneer_etl.contract.model import CodeList, Dataset
from pioneer_etl.contract.place_map import PlaceMap
from pioneer_etl.contract.places import Places


@dataclass(frozen=True, slots=True, eq=False)
class Contracts:
    """Datasets and code lists by name, the places, who owes what, and the workspace they come from.

    It can be pickled, so worker processes get it as an argument.  Two are equal only when they are the same one,
    so that what is worked out from it can be remembered.  `map` is the map of places that summaries follow where one
    was chosen.
    """

    datasets: Mapping[str, Dataset]
    code_lists: Mapping[str, CodeList]
    places: Places
    root: Path
    expected: Expected = field(default_factory=Expected)
    map: PlaceMap | None = None


@lru_cache(maxsize=8)
def fields_digest(contracts: Contracts) -> str:
    """The same in two processes whose datasets have the same fields."""
    said = [(name, dataset.fields) for name, dataset in contracts.datasets.items()]
    return hashlib.sha256(repr(said).encode()).hexdigest()
