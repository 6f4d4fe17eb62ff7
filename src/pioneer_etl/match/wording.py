"""One heading in other words that mean the same whatever the form: 办班月份 for 办班时间, 答复者 for 答复人.

Only endings that say what kind of thing a column holds are alike, only for fields of that kind, and only where what
stands before them is the same to the letter.  Beside them stand spellings that dictionaries give as variants, and
words that join alternatives (单位或个人, 单位（个人）).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from pioneer_etl.contract.model import Field, FieldType
from pioneer_etl.contract.text import normalise

_WHEN: Final = (FieldType.DATE, FieldType.MONTH)
_NUMBERS: Final = (FieldType.INTEGER, FieldType.DECIMAL)
_NAMES: Final = (FieldType.TEXT, FieldType.PERSON_NAME)
# A kind of ending: the fields that it says something of, and the words that say it, the longest first.
_ENDINGS: Final = {
    "when": (_WHEN, "日期|时间|月份|年月|之日"),
    "until": (_WHEN, "期限|时限|限期"),
    "share": ((FieldType.PERCENT,), "百分比|比率|比例|比重|占比|率"),
    "count": (_NUMBERS, "数量|个数|数"),
    "who": (_NAMES, "人员|人|者"),
    "where": ((FieldType.TEXT,), "地点|地址|场所|地"),
    "kind": ((FieldType.CODE,), "种类|类别|类型"),
    "level": ((FieldType.CODE,), "级别|层级|层次|等级"),
}
_COMPILED: Final = {kind: (types, re.compile(rf"(?<=..)(?:{words})$")) for kind, (types, words) in _ENDINGS.items()}
_SPELLINGS: Final = (
    ("制订", "制定"),
    ("其它", "其他"),
    ("帐", "账"),
    ("交纳", "缴纳"),
    ("定单", "订单"),
    ("身分", "身份"),
)
_JOINED: Final = re.compile(r"或者|[或和及与、·,;()]")
_REMARKS: Final = frozenset("备注 附记 附注 备考".split())  # noqa: SIM905


def usual_spelling(text: str) -> str:
    """A text with the usual spelling of words that have several."""
    for variant, usual in _SPELLINGS:
        text = text.replace(variant, usual)
    return text


def spellings_of(text: str, field: Field) -> Iterator[str]:
    """The keys under which a field is to be found, for one of its names."""
    plain = _plain(text)
    yield plain
    for kind, (types, words) in _COMPILED.items():
        if field.type not in types:
            continue
        ended = words.sub("", plain)
        if ended != plain:
            yield f"{ended}#{kind}"
        elif kind == "count":
            yield f"{plain}#{kind}"  # 参训人次数 counts what 参训人次 counts


@lru_cache(maxsize=16384)
def meanings_of(text: str) -> tuple[str, ...]:
    """The keys by which a heading may name a field, what it says as it stands first."""
    plain = _plain(text)
    ended = ((kind, words.sub("", plain)) for kind, (_, words) in _COMPILED.items())
    return (plain, *(f"{base}#{kind}" for kind, base in ended if base != plain))


@lru_cache(maxsize=16384)
def _plain(text: str) -> str:
    clean = usual_spelling(normalise(text))
    if clean in _REMARKS:
        return "备注"
    return _JOINED.sub("", clean) or clean
