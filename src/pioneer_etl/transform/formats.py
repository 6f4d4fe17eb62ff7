"""What a number format says of the number under it: printed decimals, percent, a unit, a scale, a date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pioneer_etl.contract.units import parse_unit


@dataclass(frozen=True, slots=True)
class FormatFacts:
    """`decimals` is None where the format leaves them open (General).  `scale` is what the number is divided
    by before it is shown: 10000 for `0!.0,`, as people do who want to see 万元."""

    decimals: int | None = None
    percent: bool = False
    unit: str | None = None
    scale: int = 1
    is_date: bool = False


_LITERAL = re.compile(r'"([^"]*)"|\\(.)|!(.)|_.|\*.|\[[^\]]*\]')
_PLACES = re.compile(r"\.([0#?]+)")
_SCALED = re.compile(r"[0#?](,+)(?![0#?,])")
_SHIFTED = re.compile(r"0!\.0+,")
_DATE_LETTERS = re.compile(r"[ymdhs年月日]", re.IGNORECASE)


@lru_cache(maxsize=1024)
def format_facts(number_format: str) -> FormatFacts:
    """The facts of a number format's first section (the one for positive numbers)."""
    section = number_format.split(";", 1)[0]
    if section.strip().casefold() in ("", "general", "g/通用格式", "@", "general "):
        return FormatFacts()
    literals = "".join(part for match in _LITERAL.finditer(section) for part in match.groups()[:2] if part)
    bare = _LITERAL.sub("", section)
    if _DATE_LETTERS.search(bare):
        return FormatFacts(is_date=True)
    if "/" in bare:
        return FormatFacts()
    places = _PLACES.search(bare)
    percent = "%" in bare
    shift = _SHIFTED.search(section)
    commas = _SCALED.search(bare)
    scale = 10_000 if shift else 1000 ** len(commas.group(1)) if commas else 1
    decimals = len(places.group(1)) if places else 0
    if not re.search(r"[0#?]", bare):
        return FormatFacts()
    return FormatFacts(decimals + 2 if percent else decimals, percent, parse_unit(literals), scale)
