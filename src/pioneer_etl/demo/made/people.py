"""Made-up people: names from common parts, IDs whose region exists nowhere, telephones nobody has."""

from __future__ import annotations

from datetime import date

from pioneer_etl.demo.dice import Dice

NOWHERE = "990327"  # an ID's first six digits name a region; 99 is none
_SURNAMES = "陈林黄李郑王吴杨张周徐朱叶谢章余温蔡卢方金夏缪项苏许曾池董潘孔肖白施倪"
_MEN = "国建志文明华平军伟强永德光海龙宗祥福生成林庆忠良安贤孝上步克朝"
_WOMEN = "丽芳英秀兰华玉珍梅红爱香霞燕琴素月娟云凤美彩小春雪晓"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def person_name(dice: Dice, woman: bool) -> str:
    """Two or three characters: surname and given name."""
    given = _WOMEN if woman else _MEN
    first = dice.pick(given)
    if dice.hits(18):
        return dice.pick(_SURNAMES) + first
    second = dice.pick(given)
    while second == first:
        second = dice.pick(given)
    return dice.pick(_SURNAMES) + first + second


def id_number(dice: Dice, born: date, woman: bool) -> str:
    """An 18-digit ID with a right check digit, of a region that does not exist."""
    serial = dice.between(0, 499) * 2 + (0 if woman else 1)
    body = f"{NOWHERE}{born:%Y%m%d}{serial:03d}"
    return body + check_digit(body)


def check_digit(body: str) -> str:
    """The check digit of an ID's first 17 digits (GB 11643)."""
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def telephone(dice: Dice) -> str:
    """A mobile number of a series that was never given out."""
    return f"1390000{dice.between(0, 9999):04d}"
