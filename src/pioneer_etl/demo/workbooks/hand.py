"""How a clerk writes a value: the habits that make one township's cells differ from another's.

Each function gives a `Write`: from a record's facts to what stands in the cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from pioneer_etl.demo.dice import Dice
from pioneer_etl.demo.made.facts import Fact, Facts, Missing
from pioneer_etl.demo.places import Township, Village
from pioneer_etl.demo.workbooks.page import Content

# From the records' 万元: what an amount is multiplied by, and how many decimals are written.
_MONEY: Mapping[str, tuple[Decimal, int]] = MappingProxyType(
    {
        "元": (Decimal(10_000), 0),
        "百元": (Decimal(100), 0),
        "千元": (Decimal(10), 1),
        "万元": (Decimal(1), 2),
    }
)
_FULL_WIDTH = str.maketrans("0123456789.,%", "０１２３４５６７８９．，％")


@dataclass(slots=True)
class Clerk:
    """Who fills the forms of a township: its places, a mark for 无, and chance for small habits.

    A `steady` hand has none (totals are typed with care).
    """

    township: Township
    dice: Dice
    none_mark: str = "无"
    steady: bool = False

    def odd(self, percent: int) -> bool:
        """Whether this cell is one of `percent` in 100 that are written another way."""
        return not self.steady and self.dice.hits(percent)

    def village(self, code: Fact) -> Village:
        return next(each for each in self.township.villages if each.code == code)


Write: TypeAlias = Callable[[Fact, Facts, Clerk], Content]


def _missing(fact: Missing, clerk: Clerk) -> Content:
    return clerk.none_mark if fact is Missing.NONE else None


def text(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
    """The text as it is."""
    return _missing(fact, clerk) if isinstance(fact, Missing) else str(fact)


def whole(style: str = "number", unit: str = "", odd: int = 0) -> Write:
    """A whole number: as a `number`, as `text`, with `separators`, or up to 99 as it is `spoken` (二十一).

    `odd` in 100 cells are typed another way: full-width digits, or with the `unit` behind.
    """

    def write(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
        if isinstance(fact, Missing):
            return _missing(fact, clerk)
        assert isinstance(fact, int)
        if style == "spoken" and 0 < fact < 100:
            return spoken(fact)
        if clerk.odd(odd):
            return f"{fact}{unit}" if unit and clerk.dice.hits(50) else str(fact).translate(_FULL_WIDTH)
        return _numeral(Decimal(fact), style, 0)

    return write


def money(unit: str = "万元", style: str = "number", odd: int = 0) -> Write:
    """An amount of the records' 万元, written in `unit`; `odd` as in `whole`."""

    def write(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
        if isinstance(fact, Missing):
            return _missing(fact, clerk)
        assert isinstance(fact, Decimal)
        factor, places = _MONEY[unit]
        amount = fact * factor
        if clerk.odd(odd):
            printed = f"{amount:.{places}f}"
            return f"{printed}{unit}" if clerk.dice.hits(40) else printed.translate(_FULL_WIDTH)
        return _numeral(amount, style, places)

    return write


def decimal(places: int | None = None) -> Write:
    """A decimal number as it is, or as a text with so many `places`."""

    def write(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
        if isinstance(fact, Missing):
            return _missing(fact, clerk)
        assert isinstance(fact, int | Decimal)
        return fact if places is None else f"{fact:.{places}f}"

    return write


def yes_no(yes: str, no: str | None) -> Write:
    """Yes or no in the clerk's own marks: 是 and 否, √ and ×; `no` may be an empty cell."""

    def write(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
        if isinstance(fact, Missing):
            return _missing(fact, clerk)
        return yes if fact else no

    return write


def day(style: str) -> Write:
    """A day: `dashed` (2004-09-01), `dotted` (2004.9.1), `chinese` (2004年9月1日), `numerals` (二〇〇四年九月一日),
    `digits` (20040901), `slashed` (2004/9/1), `short` (9月1日) or `date` (a true date)."""

    def write(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
        if isinstance(fact, Missing):
            return _missing(fact, clerk)
        assert isinstance(fact, date)
        if style == "date":
            return fact
        return {
            "dashed": fact.isoformat(),
            "dotted": f"{fact.year}.{fact.month}.{fact.day}",
            "chinese": f"{fact.year}年{fact.month}月{fact.day}日",
            "numerals": f"{numerals(fact.year)}年{spoken(fact.month)}月{spoken(fact.day)}日",
            "digits": f"{fact:%Y%m%d}",
            "slashed": f"{fact.year}/{fact.month}/{fact.day}",
            "short": f"{fact.month}月{fact.day}日",
        }[style]

    return write


def numerals(number: int) -> str:
    """A number digit by digit: 二〇〇四."""
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))


def spoken(number: int) -> str:
    """A number up to 99 as it is said: 十, 二十一."""
    tens, ones = divmod(number, 10)
    digits = "〇一二三四五六七八九"
    head = "" if tens == 0 else "十" if tens == 1 else f"{digits[tens]}十"
    return head + (digits[ones] if ones or not tens else "")


def in_words(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
    """A small whole number in Chinese numerals: 二十一; in digits from 100 on."""
    if isinstance(fact, Missing):
        return _missing(fact, clerk)
    assert isinstance(fact, int)
    return spoken(fact) if fact < 100 else str(fact)


def age(year: int) -> Write:
    """The age reached in a year, in figures, of somebody with a month of birth."""

    def write(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
        return year - fact.year if isinstance(fact, date) else None

    return write


def digits_lost(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
    """An ID number that a spreadsheet took for a number: of its 18 digits the last three are 0."""
    return _missing(fact, clerk) if isinstance(fact, Missing) else f"{str(fact)[:15]}000"


def percent(style: str = "fraction") -> Write:
    """A rate: `fraction` (0.965, shown by its format), `hundred` (96.5), `sign` ("96.5%") or, now this way and
    now that, the last two `mixed`."""

    def write(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
        if isinstance(fact, Missing):
            return _missing(fact, clerk)
        assert isinstance(fact, Decimal)
        if style == "fraction":
            return fact
        hundred = fact * 100
        if style == "mixed":
            return f"{hundred:.1f}%" if clerk.dice.hits(40) else hundred
        return f"{hundred:.1f}%" if style == "sign" else hundred

    return write


def _numeral(amount: Decimal, style: str, places: int) -> Content:
    if style == "number":
        return int(amount) if places == 0 else amount
    return f"{amount:,.{places}f}" if style == "separators" else f"{amount:.{places}f}"


def month(style: str) -> Write:
    """A month: `dotted` (text 1966.05), `number` (1966.05), `chinese` (1966年5月), `short` (66年5月),
    `digits` (196605), `numerals` (一九六六年五月), `dashed` (1966-05) or `date` (a true date)."""

    def write(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
        if isinstance(fact, Missing):
            return _missing(fact, clerk)
        assert isinstance(fact, date)
        if style == "date":
            return fact
        if style == "number":
            return Decimal(f"{fact:%Y.%m}")
        return {
            "dotted": f"{fact:%Y.%m}",
            "chinese": f"{fact.year}年{fact.month}月",
            "short": f"{fact:%y}年{fact.month}月",
            "digits": f"{fact:%Y%m}",
            "dashed": f"{fact:%Y-%m}",
            "numerals": f"{numerals(fact.year)}年{spoken(fact.month)}月",
        }[style]

    return write


def spelt(spellings: Mapping[str, Sequence[str]]) -> Write:
    """A code in one of its spellings; the first is the usual one."""

    def write(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
        if isinstance(fact, Missing):
            return _missing(fact, clerk)
        known = spellings.get(str(fact), (str(fact),))
        return known[0] if clerk.dice.hits(80) else clerk.dice.pick(known)

    return write


def as_number(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
    """A text of digits typed as a number (a telephone)."""
    return _missing(fact, clerk) if isinstance(fact, Missing) else Decimal(str(fact))


def tick(value: str) -> Write:
    """A tick in the column of the value it stands for."""

    def write(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
        return "√" if fact == value else None

    return write


def place(style: str, odd: int = 10) -> Write:
    """A village's name: `full`, `short` (宜一), `committee` (宜一村委会), `prefixed` (宜山镇宜一村).

    `odd` in 100 are written another way: with spaces, in full or short, by the name of before.
    """

    def write(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
        if fact == clerk.township.code:
            return f"{clerk.township.name}党委"
        village = clerk.village(fact)
        name, short = village.name, village.name.removesuffix("村")
        if clerk.odd(odd):
            if village.aliases:
                return village.aliases[0]
            others = [name, f"{short}村委会", " ".join(name), f"{name} "]
            if len(short) > 1 and style != "prefixed":
                others.append(short)
            return clerk.dice.pick(others)
        return {
            "full": name,
            "short": short if len(short) > 1 else name,
            "committee": f"{short}村委会",
            "prefixed": f"{clerk.township.name}{name}",
        }[style]

    return write


def spaced_name(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
    """A person's name, two characters set apart to the width of three: 王　明."""
    name = str(fact)
    return f"{name[0]}　{name[1]}" if len(name) == 2 else name


def ditto(write: Write, mark: str = "同上") -> Write:
    """`write` for one form, but a value equal to the one above is mostly only a `mark`."""
    above: list[Fact] = []

    def written(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
        same = above == [fact] and not isinstance(fact, Missing)
        above[:] = [fact]
        return mark if same and clerk.dice.hits(70) else write(fact, facts, clerk)

    return written


def area(fact: Fact, facts: Facts, clerk: Clerk) -> Content:
    """The working area (片区) of a village."""
    return clerk.village(fact).area
