"""Summaries by the map of places of a day: whose figures were put where, and what could not be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.model import Label, OrgUnit, Period
from pioneer_etl.contract.place_map import place_map
from pioneer_etl.contract.places import name_on, valid_on
from pioneer_etl.report.words import date_words, word
from pioneer_etl.warehouse.sql import literal, quoted
from pioneer_etl.warehouse.views import DIFFERENCE

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts

_TOLD = 6  # moves that a note tells one by one


def mapped(contracts: Contracts, period: Period) -> Contracts:
    """The contracts with the map that summaries of a period follow: the one chosen, or that of its last day."""
    return contracts if contracts.map is not None else replace(contracts, map=place_map(contracts.places, period.end))


def map_day(contracts: Contracts, period: Period) -> date:
    """The day whose townships and villages are listed."""
    return contracts.map.day if contracts.map is not None else period.end


def name_of(unit: OrgUnit, contracts: Contracts, period: Period) -> str:
    """What a unit is called on the map."""
    return name_on(unit, map_day(contracts, period))


def source_sql(dataset: str, moves: Mapping[str, tuple[str, str | None]], schema: str = "main") -> str:
    """A dataset's view with the codes of places as they are on the map; their names stay those of the form."""
    view = f"{schema}.{quoted(dataset)}"
    if not moves:
        return view
    pairs = ", ".join(
        f"({literal(code)}, {literal(town)}, {literal(village) if village else 'NULL'})"
        for code, (town, village) in moves.items()
    )
    return (
        "(SELECT v.* REPLACE (coalesce(m.town, v.township_code) AS township_code,"
        " CASE WHEN m.code IS NULL THEN v.village_code ELSE m.village END AS village_code)"
        f" FROM {view} v LEFT JOIN (VALUES {pairs}) m(code, town, village)"
        f" ON m.code = coalesce(nullif(v.village_code, '{DIFFERENCE}'), v.township_code))"
    )


def map_notes(
    connection: duckdb.DuckDBPyConnection, contracts: Contracts, datasets: Iterable[str], periods: Sequence[Period]
) -> tuple[Label, ...]:
    """What must be said of figures on a map: whose went where, what is not among them, what cannot be divided."""
    assert contracts.map is not None
    places, chosen = contracts.places, contracts.map
    notes: list[Label] = []
    if any(each.end != chosen.day for each in periods[:1]):
        notes.append(_both("map_of", day=lambda language: date_words(chosen.day, language)))
    sent: dict[str, None] = {}
    missing: dict[str, None] = {}
    for dataset in datasets:
        for period in periods:
            codes = _senders(connection, dataset, period)
            sent |= dict.fromkeys(_places(connection, dataset, period))
            there = {chosen.township(each) for each in codes}
            owing = [each.code for each in places.units if each.level == "township" and valid_on(each, period.end)]
            lacking = [each for each in owing if each not in codes and each in chosen.moves]
            missing |= dict.fromkeys(each for each in lacking if chosen.township(each) in there)
    moved = [each for each in places.units if each.code in sent and each.code in chosen.moves]
    if moved:
        pairs = [(each.name, _target(each, contracts)) for each in moved]
        pairs = list(dict.fromkeys(pair for pair in pairs if pair[0] != pair[1])) or pairs
        notes.append(_both("moved", what=lambda language: _list(pairs, language), count=lambda _: len(moved)))
    if missing:
        names = [unit.name for code in missing if (unit := places.unit(code)) is not None]
        notes.append(_both("moved_missing", names=lambda language: ("、" if language == "zh" else ", ").join(names)))
    merged = [
        (each.name, "、".join(other.name for other in places.in_place_of(each, period.end)))
        for period in periods[:1]
        for each in places.units
        if each.level == "township" and valid_on(each, chosen.day) and not valid_on(each, period.end)
    ]
    if merged:
        notes.append(_both("undivided", what=lambda language: _list(merged, language)))
    return tuple(notes)


def _target(unit: OrgUnit, contracts: Contracts) -> str:
    assert contracts.map is not None
    town, village = contracts.map.moves[unit.code]
    stand = contracts.places.unit(village or town)
    return stand.name if stand is not None else town


def _list(pairs: Sequence[tuple[str, str]], language: Language) -> str:
    arrow = "→"
    told = [f"{one}{arrow}{other}" for one, other in pairs[:_TOLD]]
    more = ["…"] if len(pairs) > _TOLD else []
    return ("、" if language == "zh" else ", ").join([*told, *more])


def _both(name: str, **arguments: object) -> Label:
    texts = []
    for language in ("zh", "en"):
        said = {key: value(language) if callable(value) else value for key, value in arguments.items()}
        texts.append(word(name, language, **said))
    return Label(texts[0], texts[1])


def _places(connection: duckdb.DuckDBPyConnection, dataset: str, period: Period) -> list[str]:
    sql = f"SELECT DISTINCT unnest([village_code, township_code]) FROM main.{quoted(dataset)} WHERE period = ?"
    return [code for (code,) in connection.execute(sql, [period.text]).fetchall() if code]


def _senders(connection: duckdb.DuckDBPyConnection, dataset: str, period: Period) -> set[str]:
    sql = f"SELECT DISTINCT township_code FROM main.{quoted(dataset)} WHERE period = ?"
    return {code for (code,) in connection.execute(sql, [period.text]).fetchall() if code}
