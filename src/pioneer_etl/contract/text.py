"""Texts made comparable: headers, names and codes as people type them, in one spelling.

Nothing here guesses: two texts that are equal after `normalise` differ only in width, blanks,
bracket and dash shapes, case, or a traditional form of a character that forms commonly use.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

CJK: Final = "\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"

_CJK: Final = tuple(tuple(each.split("-")) for each in re.findall(".-.", CJK))
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufe00-\ufe0f]")
_BLANK_BY_MARK = re.compile(r"\s*([()/:,;%])\s*")
_PLAIN = re.compile("[0-9a-z.,:;/%()+*=、。〇一-鿿-]+")
_DASH_RUN = re.compile(r"-{2,}")

# Shapes that NFKC keeps apart and that mean the same in a form.
_SHAPES = str.maketrans(
    dict.fromkeys("【〔〖｛{[「『", "(")
    | dict.fromkeys("】〕〗｝}]」』", ")")
    | dict.fromkeys("–—―‐‑‒−─━﹘﹣－~〜～∼", "-")
    | dict.fromkeys("“”„‟〝〞＂", '"')
    | dict.fromkeys("‘’‚‛", "'")
    | dict.fromkeys("・‧•∙⋅", "·")
    | {"○": "〇", "◯": "〇"}
)

# Traditional forms in words that forms use; not a converter for prose.
_TRADITIONAL = str.maketrans(
    "總計戶數單萬億畝頃縣鄉鎮區級黨員團幹務總業產經濟營發與資補貼這個別類歲齡職稱學歷專長話號碼備註審實際積種農勞動貧負債稅費額餘減漢滿壯藏維爾東陽龍門橋興華寶雙馬鳳陳預",
    "总计户数单万亿亩顷县乡镇区级党员团干务总业产经济营发与资补贴这个别类岁龄职称学历专长话号码备注审实际积种农劳动贫负债税费额余减汉满壮藏维尔东阳龙门桥兴华宝双马凤陈预",
)


@lru_cache(maxsize=65536)
def normalise(text: str) -> str:
    """`text` in its one comparable spelling.

    NFKC, invisible characters dropped, brackets and dashes unified to () and -, common traditional
    characters simplified, case folded; no blanks next to a CJK character or a mark, single ones
    elsewhere.  Idempotent.  "合　计" and " 合 计 " give "合计".
    """
    # Dashes and brackets first and last: NFKC makes some of them and must not see others.
    if _PLAIN.fullmatch(text) and "--" not in text:
        return text.translate(_TRADITIONAL)  # most names, numbers and days: nothing below would change them
    text = _INVISIBLE.sub("", text)
    text = unicodedata.normalize("NFKC", text.translate(_SHAPES)).translate(_SHAPES)
    text = unicodedata.normalize("NFKC", text.casefold()).translate(_TRADITIONAL)
    text = _DASH_RUN.sub("-", text)
    if words := text.split():
        text = words[0]
        for word in words[1:]:
            text += word if is_cjk(text[-1]) or is_cjk(word[0]) else f" {word}"
    return _INVISIBLE.sub("", _BLANK_BY_MARK.sub(r"\1", text)).strip()


def is_cjk(char: str) -> bool:
    """Whether a character is one of `CJK`; said without an expression, whose large ranges are slow to compile."""
    return char >= "\u2e80" and any(first <= char <= last for first, last in _CJK)


def normalise_path(parts: Iterable[str]) -> str:
    """A header path in its one comparable spelling: normalised parts joined by "/".

    Empty parts are left out, and a part that repeats the one before it counts once (a merged
    header written twice).
    """
    return _path(tuple(parts))


@lru_cache(maxsize=65536)
def _path(parts: tuple[str, ...]) -> str:
    joined: list[str] = []
    for part in parts:
        clean = normalise(part)
        if clean and (not joined or joined[-1] != clean):
            joined.append(clean)
    return "/".join(joined)


_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟兩○Ｏ", "一二三四五六七八九十百千两〇〇")
_RANKS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
CHINESE_NUMERAL: Final = "〇零一二两三四五六七八九十百千万亿廿卅壹贰叁肆伍陆柒捌玖拾佰仟兩○"


def chinese_number(text: str) -> int | None:
    """The whole number that Chinese numerals say: 二十一, 一百零七, 二〇〇四, 十; None when they say none.

    Mixed orders that no one would write (十百, 二三十) are refused rather than guessed.
    """
    text = text.strip().replace("廿", "二十").replace("卅", "三十").translate(_FORMAL)
    if not text or any(each not in _DIGITS and each not in _RANKS and each not in _GROUPS for each in text):
        return None
    if all(each in _DIGITS for each in text):
        if len(text) > 1 and "两" in text:
            return None
        return int("".join(str(_DIGITS[each]) for each in text))
    return _ranked_number(text)


def _ranked_number(text: str) -> int | None:
    """The number said with 十百千万亿, ranks falling within each group and groups falling overall."""
    total, last_group = 0, 10**12
    section, last_rank, digit = 0, 10_000, None
    zero = False
    for each in text:
        if each in _GROUPS:
            group = _GROUPS[each]
            section += digit or 0
            if group >= last_group or section == 0:
                return None
            total, last_group = total + section * group, group
            section, last_rank, digit, zero = 0, 10_000, None, False
        elif each in _RANKS:
            rank = _RANKS[each]
            if rank >= last_rank or (digit is None and (rank != 10 or section)):
                return None
            if digit == 0:
                return None
            section, last_rank, digit, zero = section + (digit or 1) * rank, rank, None, False
        else:
            value = _DIGITS[each]
            if digit is not None:
                return None
            if value == 0:
                if zero:
                    return None
                zero = True
            else:
                digit = value
    if digit is not None and last_rank > 10 and not zero and (section or total):
        # 一百五 means 150, 三万五 35,000: the digit stands for the next lower rank.
        step = last_rank if section else last_group
        return total + section + digit * step // 10
    return total + section + (digit or 0)
