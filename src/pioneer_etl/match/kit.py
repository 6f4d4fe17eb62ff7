"""What matching needs for every table of a file, made once: contracts, layouts that fit them, names of senders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.errors import ConfigurationError, UsageError
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.places import Places
from pioneer_etl.match.evidence import Senders
from pioneer_etl.match.headings import FieldIndex
from pioneer_etl.match.layout import GENERIC, Layout
from pioneer_etl.match.layout_read import check_layout
from pioneer_etl.match.model import FileContext


@dataclass(frozen=True, slots=True)
class Kit:
    """What matching needs for every table of a file.

    `layouts` are those with forms, `in_parts` those of them with several parts for a register, `generic` the one
    without, where it may be used; `indexes` are by dataset.  `forced` tells that a layout was asked for by name.
    """

    context: FileContext
    contracts: Contracts
    layouts: tuple[Layout, ...]
    in_parts: tuple[Layout, ...]
    generic: Layout | None
    indexes: Mapping[str, FieldIndex]
    senders: Senders
    forced: bool


def make_kit(
    context: FileContext, contracts: Contracts, layouts: Sequence[Layout], only_layout: str | None
) -> tuple[Kit, list[Finding]]:
    """The kit for one file, and a finding for each layout that does not fit the contracts; errors as `match_sheets`."""
    chosen = tuple(layouts)
    if only_layout is not None:
        chosen = tuple(layout for layout in layouts if layout.name == only_layout)
        if not chosen and only_layout == GENERIC.name:
            chosen = (GENERIC,)
        if not chosen:
            names = [layout.name for layout in layouts]
            raise UsageError("layout.unknown", found=only_layout, expected="、".join(names))
    sound, broken = _sound(chosen, contracts)
    with_forms = tuple(layout for layout in sound if not layout.generic)
    kit = Kit(
        context,
        contracts,
        with_forms,
        tuple(layout for layout in with_forms if sum(form.part for form in layout.forms) > 1),
        next((layout for layout in chosen if layout.generic), None),
        _indexes(contracts),
        _senders(contracts.places),
        only_layout is not None,
    )
    return kit, broken


@lru_cache(maxsize=8)
def _indexes(contracts: Contracts) -> Mapping[str, FieldIndex]:
    return {name: FieldIndex(dataset, contracts.code_lists) for name, dataset in contracts.datasets.items()}


@lru_cache(maxsize=8)
def _senders(places: Places) -> Senders:
    return Senders(places)


@lru_cache(maxsize=8)
def _sound(layouts: tuple[Layout, ...], contracts: Contracts) -> tuple[list[Layout], list[Finding]]:
    """The layouts that fit the contracts, and a finding for each that does not: it is left out, the rest go on."""
    sound, broken = [], []
    for layout in layouts:
        if layout.shipped:
            forms = tuple(form for form in layout.forms if form.dataset in contracts.datasets)
            if not forms:
                continue
            layout = replace(layout, forms=forms)
        try:
            check_layout(layout, contracts.datasets)
        except ConfigurationError as error:
            key = error.location.key or ""
            broken.append(
                finding("layout.broken", layout=layout.name, key=key, zh=error.message("zh"), en=error.message("en"))
            )
        else:
            sound.append(layout)
    return sound, broken
