"""Numbers as a speech says them: 20%以上, 1200多, 近六成, 三分之二; each with the range in which it is true.

`meaning` reads such words and gives their range; `is_true` proves them of a number; `propose` finds words that hold.

The last digit that is not a zero is the one that the words round to: 1200多 is more than 1,200 and less than 1,300,
近六成 a little less than 60 %, 39% whatever rounds to 39 %.  A number without such a word is the number itself, to as
many decimals as it prints.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from pioneer_etl.contract.text import CHINESE_NUMERAL, chinese_number, normalise

_SCALES: Final[dict[str, int]] = {"": 1, "千": 10**3, "万": 10**4, "亿": 10**8}
_LEAD: Final[dict[str, str]] = {
    "将近": "near", "接近": "near", "近": "near", "约": "about", "大约": "about", "超过": "over", "超": "over",
    "逾": "over", "不足": "under", "不到": "under",
}  # fmt: skip
_TAIL: Final = {"多": "more", "余": "more", "来": "about", "以上": "least", "左右": "about", "以下": "below"}
_NUMERAL: Final = f"[{CHINESE_NUMERAL}]"
_NUMBER: Final = (
    rf"(?:(?P<bottom>{_NUMERAL}+)分之(?P<top>{_NUMERAL}+)|(?P<digits>\d[\d,]*(?:\.\d+)?)|(?P<words>{_NUMERAL}+|半))"
)
_WORDS: Final = re.compile(
    rf"(?P<lead>{'|'.join(sorted(_LEAD, key=len, reverse=True))}|过(?=半))?"
    rf"{_NUMBER}(?P<scale>[千万亿]?)(?P<share>%|成|个百分点)?(?P<first>多|余|来|以上|左右|以下)?(?P<later>[万亿]?)"
    r"(?P<unit>(?!分之)[\u4e00-\u9fff]{0,6}?)(?P<last>以上|左右|以下)?"
)
_NEAR: Final = Fraction(1, 20)  # 近 reaches five per cent below


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers of which some words are true; a share is a fraction of one (39 % is 0.39)."""

    low: Fraction
    high: Fraction
    with_low: bool
    with_high: bool
    share: bool = False

    def __contains__(self, value: Fraction) -> bool:
        above = value >= self.low if self.with_low else value > self.low
        below = value <= self.high if self.with_high else value < self.high
        return above and below


def meaning(text: str) -> Range | None:
    """The range of numbers that words such as 1200多人 or 近六成 are true of; None when they say no number."""
    match = _WORDS.fullmatch(normalise(text).replace(" ", ""))
    if match is None or (match["first"] and match["last"]) or (match["scale"] and match["later"]):
        return None
    named = _number(match)
    if named is None:
        return None
    number, step, share = named
    lead = "over" if match["lead"] == "过" else _LEAD.get(match["lead"] or "", "")
    tail = _TAIL.get(match["first"] or match["last"] or "", "")
    if lead and tail:
        return None
    how = lead or tail or ("about" if match["top"] else "")
    if match["top"] and how in ("about", "more", "least", "over"):
        step = Fraction(1, 20) if how != "about" else Fraction(1, 50)  # two thirds: within one point
    match how:
        case "more" | "over":
            return Range(number, number + step, False, False, share)
        case "least":
            return Range(number, number + step, True, False, share)
        case "near":
            return Range(number - min(step, number * _NEAR), number, True, False, share)
        case "under" | "below":
            return Range(number - step, number, True, how == "below", share)
        case "about":
            return Range(number - step / 2, number + step / 2, True, False, share)
    decimals = _decimals(match)
    if decimals is None:  # a count: the number itself
        return Range(number, number, True, True, share)
    half = Fraction(1, 2) * decimals
    return Range(number - half, number + half, True, False, share)


def is_true(text: str, value: Decimal | int | Fraction, *, share: bool = False) -> bool:
    """Whether words are true of a number; `share` says that the number is a fraction of one."""
    said = meaning(text)
    return said is not None and said.share is share and Fraction(value) in said


def propose(value: Decimal | int | Fraction, *, share: bool = False) -> tuple[str, ...]:
    """Words that are true of a number, the closest first; each is proved before it is offered."""
    exact = Fraction(value)
    if exact <= 0:
        return ()
    words = _share_words(exact) if share else _count_words(exact)
    return tuple(each for each in dict.fromkeys(words) if is_true(each, exact, share=share))


def _number(match: re.Match[str]) -> tuple[Fraction, Fraction, bool] | None:
    """The number, what one in its last digit that counts is worth, and whether it is a share."""
    share = match["share"] is not None or match["top"] is not None or match["words"] == "半"
    if match["top"]:
        top, bottom = chinese_number(match["top"]), chinese_number(match["bottom"])
        if not top or not bottom or top > bottom or match["share"] or _scale(match):
            return None
        return Fraction(top, bottom), Fraction(1, 100), True
    if match["words"] == "半":
        return (Fraction(1, 2), Fraction(1, 10), True) if not match["share"] and not _scale(match) else None
    if match["digits"]:
        number = Fraction(match["digits"].replace(",", ""))
    else:
        whole = chinese_number(match["words"])
        if whole is None:
            return None
        number = Fraction(whole)
    step = _last_digit(match["digits"] or str(int(number)))
    factor = Fraction(_SCALES[_scale(match)])
    factor /= {"%": 100, "个百分点": 100, "成": 10}.get(match["share"] or "", 1)
    step *= factor
    return number * factor, min(step, Fraction(1, 10)) if share else step, share


def _scale(match: re.Match[str]) -> str:
    """万 in 12万 and in 300多万."""
    return str(match["scale"] or match["later"])


def _last_digit(digits: str) -> Fraction:
    """What one in the last digit that is not a zero is worth: 100 in 1200, 0.1 in 66.7."""
    whole, _, decimals = digits.replace(",", "").partition(".")
    if decimals:
        return Fraction(1, 10 ** len(decimals))
    return Fraction(10 ** (len(whole) - len(whole.rstrip("0")))) if int(whole) else Fraction(1)


def _decimals(match: re.Match[str]) -> Fraction | None:
    """What one in the last printed digit is worth where the number is rounded to it; None for a whole count."""
    digits = match["digits"] or ""
    decimals = len(digits.partition(".")[2])
    if not decimals and not _scale(match) and match["share"] not in ("%", "个百分点"):
        return None
    factor = Fraction(_SCALES[_scale(match)]) / (100 if match["share"] in ("%", "个百分点") else 1)
    return factor / Fraction(10) ** decimals


_DIGITS: Final = "零一二三四五六七八九十"
_TENTHS: Final = "零一两三四五六七八九十"
_PARTS: Final = ((1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (1, 5), (2, 5), (3, 5), (4, 5))


def _share_words(exact: Fraction) -> list[str]:
    percent = exact * 100
    floor = percent.__floor__()
    words = [f"{floor}%"] if percent == floor else []
    words += [f"{_rounded(percent)}%", f"近{_up(percent, 1)}%", f"{floor}%以上"]
    tenth = (exact * 10).__floor__()
    if 0 < tenth < 10:
        words += [f"{_TENTHS[tenth]}成{tail}" for tail in ("", "以上", "多")]
    if tenth < 9:
        words.insert(1, f"近{_TENTHS[tenth + 1]}成")
    for top, bottom in _PARTS:
        name = "半" if bottom == 2 else f"{_DIGITS[bottom]}分之{_DIGITS[top]}"
        words += [f"近{name}", *([] if bottom == 2 else [name]), "过半" if bottom == 2 else f"{name}以上"]
    words += [f"{floor // 5 * 5}%以上", f"{floor // 10 * 10}%以上"]
    return [each for each in words if not each.startswith(("0%以上", "近0%"))]


def _count_words(exact: Fraction) -> list[str]:
    floor = exact.__floor__()
    words = [str(floor)] if exact == floor else []
    scale, name = next(((10**n, name) for n, name in ((8, "亿"), (4, "万")) if exact >= 10**n), (1, ""))
    for step in (10, 100, 1000, 10**4, 10**5, 10**6, 10**7):
        down = floor // step * step
        if not down or floor < step:
            continue
        for number in (down, _up(exact, step)):
            text = str(number) if number % scale else f"{number // scale}{name}"
            words += [f"{text}多", f"{text}以上"] if number == down else [f"近{text}"]
    return words


def _rounded(number: Fraction) -> int:
    return (number + Fraction(1, 2)).__floor__()


def _up(number: Fraction, step: int) -> int:
    """The next multiple of a step that is not below a number."""
    return -((-number / step).__floor__()) * step
