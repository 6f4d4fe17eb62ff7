"""Counties, townships and villages, found under the names that forms give them.

A name is found exactly (official name, alias, or the name without its 村, 镇, 村委会, 党支部 …) or not at
all.  Likeness only ever proposes candidates for a person to choose from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from pioneer_etl.contract.model import OrgUnit
from pioneer_etl.contract.text import normalise
from pioneer_etl.contract.unchanging import unchanging

LEVELS: Final = ("county", "township", "village")

# What a unit's name may end in, and the bodies that speak for it; the longest first.  A workspace above a county has
# its counties as townships and its townships as villages, so those endings count there too.
_ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "county": ("县", "市", "区"),
    "township": ("街道办事处", "街道办", "街道", "镇", "乡", "办事处", "县", "市", "区"),
    "village": ("行政村", "社区", "居委", "居", "村", "街道", "镇", "乡"),
}
_PARTY = "党总支部委员会 党支部委员会 党总支部 党总支 党支部 总支部 总支 支部 党委会 党委 党工委 委员会 委"
_OFFICES = (
    "人民政府 政府 办公室 组织部 组织办 组织科 党政办 办事处 村民委员会 村委会 村委 居民委员会 居委会 村两委 两委 班子"
)
_PURSES = "村集体 集体 股份经济合作社 经济合作社 经联社 合作社"
_BODIES: Final = tuple(sorted(f"{_PARTY} {_OFFICES} {_PURSES}".split(), key=len, reverse=True))
_ABOVE: Final = re.compile(r"^(?:中共)?(?:.{2,8}?省)?(?:.{2,8}?市)?")
_NUMBERING: Final = re.compile(
    r"^(?:(?:\d{1,4}|[一二三四五六七八九十]{1,3})[.、,:)]+|[(](?:\d{1,4}|[一二三四五六七八九十]{1,3})[)][.、,:)]*)"
)
_BRACKETED: Final = re.compile(r"^(.+)\(([^()]+)\)$")
_SUGGESTIONS: Final = 5
_LIKE: Final = 0.5


@unchanging
class PlaceMatch:
    """What a text names.

    `unit` is set only when exactly one unit answers.  Otherwise `candidates` are what it may mean and
    `how` says why none was taken: "ambiguous" (several units have the name), "elsewhere" (only outside of
    `within`), "expired" (only on other days), "similar" (nothing has the name; these look like it), or "unknown".
    With a unit `how` is "code", "name", "alias", "short" or "former" (its name on that day); "renamed" when it bore the
    name on another day, and "moved" when the text names a unit of another day of which it alone took the place.
    """

    unit: OrgUnit | None
    candidates: tuple[OrgUnit, ...] = ()
    how: str = "unknown"


class Places:
    """An index over units.  Not changed after it is made; safe to share and to pickle."""

    def __init__(self, units: Iterable[OrgUnit]) -> None:
        self._units = tuple(units)
        self._by_code = {unit.code: unit for unit in self._units}
        self._children: dict[str, list[OrgUnit]] = {}
        self._names: dict[str, list[tuple[str, OrgUnit]]] = {}
        self._letters: dict[str, list[OrgUnit]] = {}
        self._predecessors: dict[str, list[OrgUnit]] = {}
        for unit in self._units:
            if unit.parent is not None:
                self._children.setdefault(unit.parent, []).append(unit)
            for how, spelling in _spellings(unit):
                self._names.setdefault(spelling, []).append((how, unit))
            for letter in set(_plain(unit.name)):
                self._letters.setdefault(letter, []).append(unit)
            for code in unit.successors:
                self._predecessors.setdefault(code, []).append(unit)

    @property
    def units(self) -> tuple[OrgUnit, ...]:
        """Every unit, in the order of the file."""
        return self._units

    @property
    def county(self) -> OrgUnit | None:
        """The county that the workspace is about (the first unit of that level); None without one."""
        return next((unit for unit in self._units if unit.level == "county"), None)

    def unit(self, code: str) -> OrgUnit | None:
        """The unit with a code; None when there is none."""
        return self._by_code.get(code)

    def children(self, code: str, on: date | None = None) -> tuple[OrgUnit, ...]:
        """The units directly under a code, on a day when given, in the order of the file."""
        return tuple(unit for unit in self._children.get(code, ()) if valid_on(unit, on))

    def in_place_of(self, unit: OrgUnit, on: date) -> tuple[OrgUnit, ...]:
        """The units in a unit's place on a day: itself, what it was merged or split up into, or what it came from."""
        if valid_on(unit, on):
            return (unit,)
        later = unit.valid_to is not None and unit.valid_to < on
        found: dict[str, OrgUnit] = {}
        seen, waiting = {unit.code}, [unit]
        while waiting:
            each = waiting.pop(0)
            near = [self._by_code[code] for code in each.successors] if later else self._predecessors.get(each.code, [])
            for other in near:
                if valid_on(other, on):
                    found[other.code] = other
                elif other.code not in seen:
                    seen.add(other.code)
                    waiting.append(other)
        return tuple(found.values())

    def resolve(
        self,
        text: str,
        *,
        level: str | None = None,
        within: OrgUnit | str | None = None,
        on: date | None = None,
    ) -> PlaceMatch:
        """The unit that `text` names.

        `level` keeps to county, township or village; `within` (a unit or its code) to what lies under it, itself
        included; `on` to units valid on that day.  宜一村, 宜一, 宜山镇宜一村, 宜一村委会, 宜一村党支部 and a code are
        all understood.
        """
        inside = within.code if isinstance(within, OrgUnit) else within
        return _resolved(self, text, level, inside, on) or _similar(self, text, level, inside)

    def named(
        self,
        text: str,
        *,
        level: str | None = None,
        within: OrgUnit | str | None = None,
        on: date | None = None,
    ) -> OrgUnit | None:
        """The unit that `text` names, as `resolve` has it; spares the search for names that look like it."""
        found = _resolved(self, text, level, within.code if isinstance(within, OrgUnit) else within, on)
        return found.unit if found is not None else None

    def _look_up(self, text: str, level: str | None, inside: str | None, on: date | None) -> PlaceMatch | None:
        """What a text names; None where no unit has such a name."""
        clean = _comparable(text)
        if not clean:
            return PlaceMatch(None)
        coded = self._by_code.get(clean) if clean.isdigit() else None
        found = [("code", coded)] if coded is not None else self._named(clean)
        found = [(how, unit) for how, unit in found if level is None or unit.level == level]
        if not found:
            return None
        lasting = [(_on_day(how, unit, on), unit) for how, unit in found if valid_on(unit, on)]
        inner = [(how, unit) for how, unit in lasting if inside is None or self._under(unit, inside)]
        if inner:
            return _decide(inner)
        moved = self._moved([unit for _, unit in found if not valid_on(unit, on)], inside, on)
        if moved is not None:
            return PlaceMatch(moved, (), "moved")
        if not lasting:
            return PlaceMatch(None, _distinct(found), "expired")
        return PlaceMatch(None, _distinct(lasting), "elsewhere")

    def _moved(self, gone: Sequence[OrgUnit], inside: str | None, on: date | None) -> OrgUnit | None:
        """The one unit that took the place of units of another day."""
        found = {each.code: each for unit in gone if on is not None for each in self.in_place_of(unit, on)}
        inner = [each for each in found.values() if inside is None or self._under(each, inside)]
        return inner[0] if len(inner) == 1 and len(found) == 1 else None

    def _named(self, clean: str) -> list[tuple[str, OrgUnit]]:
        """Every unit that answers to a name as a whole, or under its superiors' names written in front."""
        found = self._whole(clean)
        if found:
            return found
        bracketed = _BRACKETED.match(clean)
        if bracketed:
            inner, outer = bracketed.groups()
            found = self._below(self._whole(outer), inner) or (self._whole(inner) if _is_body(outer) else [])
            if found:
                return found
        starts = [0]
        above = _ABOVE.match(clean)
        if above and above.end():
            starts.append(above.end())
        for start in starts:
            rest = clean[start:]
            if start and (found := self._whole(rest)):
                return found
            for cut in range(len(rest) - 1, 0, -1):
                heads = self._names.get(rest[:cut])
                if heads:
                    found = self._below(heads, rest[cut:].lstrip("-·/、,:"))
                    if found:
                        return found
        return []

    def _below(self, heads: Sequence[tuple[str, OrgUnit]], rest: str) -> list[tuple[str, OrgUnit]]:
        """The units called `rest` under one of `heads`."""
        codes = {unit.code for _, unit in heads}
        return [
            (how, unit)
            for how, unit in (self._named(rest) if rest else [])
            if any(code != unit.code and self._under(unit, code) for code in codes)
        ]

    def _whole(self, clean: str) -> list[tuple[str, OrgUnit]]:
        """The units with this very name, else those of which it names a body (村委会, 党支部, 人民政府)."""
        found = self._names.get(clean)
        if found is None:
            for shorter in _without_body(clean):
                found = self._names.get(shorter)
                if found:
                    break
        return list(found or ())

    def _under(self, unit: OrgUnit, code: str) -> bool:
        """Whether `unit` is the unit with a code or lies somewhere under it."""
        current: OrgUnit | None = unit
        for _ in LEVELS:
            if current is None:
                return False
            if current.code == code:
                return True
            current = self._by_code.get(current.parent) if current.parent else None
        return False

    def _similar(self, text: str, level: str | None, inside: str | None) -> PlaceMatch:
        """The few units whose names look most like the text; those inside `within` first."""
        clean = _comparable(text)
        shared: dict[str, int] = {}
        for letter in set(clean):
            for unit in self._letters.get(letter, ()):
                if level is None or unit.level == level:
                    shared[unit.code] = shared.get(unit.code, 0) + 1
        ranked = []
        for code in sorted(shared, key=lambda each: -shared[each])[:200]:
            unit = self._by_code[code]
            stem = _stem(_plain(unit.name), unit.level)
            likeness = SequenceMatcher(None, _stem(clean, unit.level), stem, autojunk=False).ratio()
            if likeness >= _LIKE:
                ranked.append((not (inside and self._under(unit, inside)), -likeness, code, unit))
        candidates = tuple(unit for *_, unit in sorted(ranked, key=lambda each: each[:3])[:_SUGGESTIONS])
        return PlaceMatch(None, candidates, "similar" if candidates else "unknown")


@lru_cache(maxsize=65536)
def _resolved(places: Places, text: str, level: str | None, inside: str | None, on: date | None) -> PlaceMatch | None:
    """What a text names, remembered: the files of a township name the same few villages."""
    return places._look_up(text, level, inside, on)


@lru_cache(maxsize=4096)
def _similar(places: Places, text: str, level: str | None, inside: str | None) -> PlaceMatch:
    return places._similar(text, level, inside)


def valid_on(unit: OrgUnit, on: date | None) -> bool:
    """Whether a unit exists on a day; always when no day is given."""
    if on is None:
        return True
    return (unit.valid_from is None or unit.valid_from <= on) and (unit.valid_to is None or on <= unit.valid_to)


def name_on(unit: OrgUnit, on: date | None) -> str:
    """What a unit was called on a day."""
    then = [each for each in unit.former_names if on is not None and on <= each[1]]
    return min(then, key=lambda each: each[1])[0] if then else unit.name


_FORMER: Final = "former "
_RANK: Final = {"code": 0, "name": 1, "alias": 2, "former": 2, "short": 3, "renamed": 4}


def _on_day(how: str, unit: OrgUnit, on: date | None) -> str:
    """How a unit answers to a name on a day; without a day every name that it ever had is good."""
    if how.startswith(_FORMER):
        return "former" if on is None or on <= date.fromisoformat(how[len(_FORMER) :]) else "renamed"
    if how in ("name", "short") and on is not None and any(on <= until for _, until in unit.former_names):
        return "renamed"
    return how


def _decide(found: list[tuple[str, OrgUnit]]) -> PlaceMatch:
    """The one unit with the firmest kind of name; candidates when several have it."""
    if len(found) == 1:
        return PlaceMatch(found[0][1], (), found[0][0])
    best = min(_RANK[how] for how, _ in found)
    firmest = _distinct([each for each in found if _RANK[each[0]] == best])
    if len(firmest) == 1:
        return PlaceMatch(firmest[0], (), next(how for how, unit in found if unit is firmest[0]))
    return PlaceMatch(None, firmest, "ambiguous")


def _distinct(found: Iterable[tuple[str, OrgUnit]]) -> tuple[OrgUnit, ...]:
    return tuple({unit.code: unit for _, unit in found}.values())


def _comparable(text: str) -> str:
    """What a text names, without a number in front."""
    return _plain(_NUMBERING.sub("", normalise(text)))


def _plain(text: str) -> str:
    """A name without blanks and outer punctuation."""
    return normalise(text).replace(" ", "").strip(".,:;、。*-_\"'")


def _spellings(unit: OrgUnit) -> Iterator[tuple[str, str]]:
    """How a unit may be written in full, each spelling once: its name, its aliases, and both without 村, 镇 …"""
    seen: set[str] = set()
    names = [("name", unit.name), *(("alias", alias) for alias in unit.aliases)]
    names += [(f"{_FORMER}{until.isoformat()}", name) for name, until in unit.former_names]
    plain = [(how, _plain(name)) for how, name in names]
    short = [(how if how.startswith(_FORMER) else "short", _stem(name, unit.level)) for how, name in plain]
    # 凤阳畲族乡 is called 凤阳 or 凤阳乡 for short.
    for _, stem in tuple(short):
        if stem.endswith("族") and len(stem) >= 4:
            short += [("short", stem[:-2]), ("short", stem[:-2] + _plain(unit.name)[-1])]
    for how, spelling in (*plain, *short):
        if spelling and spelling not in seen:
            seen.add(spelling)
            yield how, spelling


def _stem(name: str, level: str) -> str:
    """A name without what its level is called: 宜一村 is 宜一.  One character alone is no name."""
    for ending in _ENDINGS[level]:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name[: -len(ending)]
    return name


def _is_body(text: str) -> bool:
    return text in _BODIES or text in ("盖章", "章", "公章", "村", "镇", "乡")


def _without_body(clean: str) -> Iterator[str]:
    """The name without the body that speaks for the unit, the least cut first: 宜一村委会 gives 宜一村, 宜一."""
    if clean.endswith("街道办"):
        yield clean[:-1]
    if clean.endswith("行政村"):
        yield clean[:-3] + "村"
        yield clean[:-3]
    for body in _BODIES:
        if clean.endswith(body) and len(clean) - len(body) >= 2:
            rest = clean[: -len(body)]
            if body.startswith("村") or body.startswith("居"):
                yield rest + body[0]
            yield rest
            yield from _without_body(rest)
            return
