"""Which field of a dataset a header path names: by its label, a synonym, or the like with harmless words off.

Harmless are numbering (一、 （一） 1.), remarks in brackets, 其中, 本年 and the year of the form itself, the
dataset's own title over the columns, a heading that is itself one of the dataset's fields (集体经济收入 over
经营收入), and the second language of a bilingual head.  Nothing is matched by likeness: `propose` only
proposes, within the guard of `match/guard.py`.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final, TypeVar

from pioneer_etl.contract.codes import resolve_code
from pioneer_etl.contract.model import CodeList, Dataset, Field, FieldType
from pioneer_etl.contract.text import CHINESE_NUMERAL, CJK, chinese_number, normalise, normalise_path
from pioneer_etl.contract.units import split_unit
from pioneer_etl.match.guard import guard_words, passes_down
from pioneer_etl.match.model import MatchKind
from pioneer_etl.match.wording import meanings_of, spellings_of, usual_spelling

_NUMBERING = re.compile(
    r"^(?:\(?(?:[一二三四五六七八九十]{1,3}|\d{1,2}(?:\.\d{1,2})*|[a-z])\)?[、.．:：)）]\s*|[①-⑳]\s*)(?=\D)"
    r"|^[一二三四五六七八九十]{1,3}、\s*(?=\d)"  # 五、35岁以下
)
_REMARK = re.compile(r"\([^()]*\)")
_LATIN_WORDS = re.compile(r"[a-z](?:[a-z .,'&/-]|(?<=[a-z -])\d+(?![\d%]|\.\d))*")
_HAS_CJK = re.compile(rf"[{CJK}]")
_YEAR = re.compile(r"((?:19|20)\d\d)年?(?:度|末|底)?(?!\d)")
_ONLY_WHEN = re.compile(r"(?:(?:[上去前往本当今]|上一)年度?|[上本]期|(?:上年)?同期|累计|[年期月][初末])(?:数|余额)?")
_OF_WHICH = re.compile(r"^其中[:,]?")
TOTAL_WORDS: Final = frozenset("合计 总计 小计 共计 总数 计 总额 合计数 总量 数量 total".split())  # noqa: SIM905
_TRANSPARENT: Final = frozenset(
    "其中 项目 指标 内容 情况 基本情况 进度 进展 本年 本年度 本期 当年 今年 本年实际 实际 分类 类别 including".split()  # noqa: SIM905
) | {"of which"}
_CHOICES = re.compile(r"(?:(?<![\d.])\d{1,2}[.、:\-][^\d()]+){2,}")  # 1.男 2.女
_HARMLESS_REMARKS: Final = (frozenset[str](), frozenset(["men", "women"]))  # （男/女） lists the choices
_LIKE_FOR_LIKE: Final = re.compile(r"(?:按)?(?:同|可比|相同)口径")
_LIKE: Final = 0.6
_NUMERALS: Final = re.compile(f"[{CHINESE_NUMERAL}]+")
_BANDS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<low>\d+)(?:[-~至到])(?P<high>\d+)",
        r"(?:≤|<=)(?P<high>\d+)",
        r"(?P<high>\d+)[及或]?(?:以下|以内)",
        r"(?:≥|>=)(?P<low>\d+)",
        r"(?P<low>\d+)[及或]?以上",
    )
)
_OLDEST: Final = 999
_OF_AGES: Final = re.compile(r"(?:按|党员)?年龄(?:结构|状况|构成|分布|段|情况|分)?$")
_ASKING: Final = re.compile(r"^(?:是否|有否|已否|有无|已经|[有已是])(?=..)|(?<=..)(?:与否|没有|否)$")
_SHORTEST_STATEMENT: Final = 2
_MOST_JOINED: Final = 5
BROKEN_HEAD: Final = "表头分行写"


@dataclass(frozen=True, slots=True)
class HeadingMatch:
    """A field, how firmly a heading names it, and why.  `tick` as in `ColumnMatch`."""

    field: str
    kind: MatchKind
    reason: str
    confidence: float
    tick: str | None = None


class FieldIndex:
    """The fields of one dataset by every heading that names them."""

    def __init__(self, dataset: Dataset, code_lists: Mapping[str, CodeList]) -> None:
        self.dataset = dataset
        self.fields = {field.name: field for field in dataset.fields}
        self.code_lists = code_lists
        self.labels: dict[str, str] = {}
        self.synonyms: dict[str, str] = {}
        for field in dataset.fields:
            for text in (field.label.zh, field.label.en, field.name):
                self.labels.setdefault(_key(text), field.name)
            for text in field.synonyms:
                self.synonyms.setdefault(_key(text), field.name)
        self.titles = frozenset(normalise(text) for text in (dataset.title.zh, dataset.title.en, *dataset.titles))
        texts = {field.name: (field.label.zh, *field.synonyms) for field in dataset.fields}
        self.wordings = _once(
            (key, name)
            for name, all_of in texts.items()
            for text in all_of
            if "/" not in text
            for key in spellings_of(text, self.fields[name])
        )
        yes_or_no = {field.name for field in dataset.fields if field.type is FieldType.BOOLEAN}
        self.bands = _once((band_of(text), name) for name, all_of in texts.items() for text in all_of)
        self.questions = _once(
            (_statement(text), name) for name, all_of in texts.items() if name in yes_or_no for text in all_of
        )

    def get(self, key: str) -> tuple[str, MatchKind] | None:
        """The field that a normalised path names as it stands."""
        if key in self.labels:
            return self.labels[key], MatchKind.EXACT
        if key in self.synonyms:
            return self.synonyms[key], MatchKind.SYNONYM
        return None


_Said = TypeVar("_Said", bound=Hashable)


def _once(pairs: Iterable[tuple[_Said | None, str]]) -> dict[_Said, str]:
    """What is said of one field and of no other."""
    found: dict[_Said, set[str]] = {}
    for said, name in pairs:
        if said is not None:
            found.setdefault(said, set()).add(name)
    return {said: min(names) for said, names in found.items() if len(names) == 1}


@lru_cache(maxsize=16384)
def band_of(text: str) -> tuple[int, int] | None:
    """The band of ages that a heading says, however it is written: ≤35岁, 三十五岁以下, 36—45周岁; None for any other.

    以下 and 以上 are taken to include the age that they name, as 35岁以下 beside 36至45岁 does.
    """
    clean = normalise(text).rsplit("/", 1)[-1].removesuffix("党员").removesuffix("人数").removesuffix("的")
    if "岁" not in clean:
        return None
    for cut in range(2, len(clean) - 1):  # 三十五岁以下≤35: said twice
        one, other = _band(clean[:cut]), _band(clean[cut:])
        if one is not None and one == other:
            return one
    return _band(clean)


def _band(text: str) -> tuple[int, int] | None:
    clean = _NUMERALS.sub(lambda found: str(chinese_number(found[0]) or found[0]), text)
    clean = re.sub(r"周?岁|[()含的]", "", clean)
    for pattern in _BANDS:
        found = pattern.fullmatch(clean)
        if found is not None:
            numbers = found.groupdict()
            return int(numbers.get("low") or 0), int(numbers.get("high") or _OLDEST)
    return None


@lru_cache(maxsize=16384)
def _statement(text: str) -> str | None:
    """What a heading of yes or no asks about, without the asking: 是否满意, 满意否 and 满意 are 满意."""
    clean = _ASKING.sub("", usual_spelling(normalise(text).rsplit("/", 1)[-1]))
    return clean if len(clean) >= _SHORTEST_STATEMENT else None


@lru_cache(maxsize=16384)
def _key(text: str) -> str:
    return normalise_path(split_unit(part)[0] or part for part in text.split("/"))


def match_heading(path: Sequence[str], index: FieldIndex, year: int | None = None) -> HeadingMatch | None:
    """The field that a header path names for sure; None when it names none.

    `year` is the form's own: 2004年 is 本年 in a form of 2004, and 2003年 is 上年.
    """
    return _match_heading(tuple(path), index, year)


@lru_cache(maxsize=16384)
def _match_heading(path: tuple[str, ...], index: FieldIndex, year: int | None) -> HeadingMatch | None:
    parts = tuple(normalise(part) for part in path if part.strip())
    if not parts:
        return None
    found = index.get(normalise_path(parts))
    if found:
        name, kind = found
        confidence = 1.0 if kind is MatchKind.EXACT else 0.95
        return HeadingMatch(name, kind, "名称" if kind is MatchKind.EXACT else "同义词", confidence)
    for variant, reason in _variants(parts, index, year):
        found = index.get(variant)
        if found:
            return HeadingMatch(found[0], MatchKind.SYNONYM, f"{reason}：{variant}", 0.9)
    ticked = _tick(parts, index) or _tick(tuple(_plain(part, year) for part in parts), index)
    return ticked or _by_meaning(parts, index, year)


def _by_meaning(parts: tuple[str, ...], index: FieldIndex, year: int | None) -> HeadingMatch | None:
    """A band of ages, a question of yes or no, or any other heading in other words than the contract's."""
    outer = [part for part in parts[:-1] if not _is_transparent(_bare(part, year), index) and not _OF_AGES.match(part)]
    if outer:
        return None
    band = band_of(parts[-1])
    if band in index.bands:
        return HeadingMatch(index.bands[band], MatchKind.SYNONYM, "同一年龄段", 0.9)
    leaf = _plain(parts[-1], year)
    asked = _statement(leaf)
    if asked in index.questions:
        return HeadingMatch(index.questions[asked], MatchKind.SYNONYM, f"是否{asked}", 0.9)
    for key in meanings_of(leaf):
        if key in index.wordings:
            name = index.wordings[key]
            return HeadingMatch(name, MatchKind.SYNONYM, f"与{index.fields[name].label.zh}同义", 0.9)
    return None


def _variants(parts: tuple[str, ...], index: FieldIndex, year: int | None) -> Iterator[tuple[str, str]]:
    """The same heading with ever more harmless words off, and what was taken off."""
    plain = tuple(part for part in (_plain(part, year) for part in parts) if part)
    yield normalise_path(_bare(part, year) for part in parts), "去编号和括注"
    yield normalise_path(plain), "去编号和括注"
    yield from ((key, BROKEN_HEAD) for key in _joined(parts, year))
    outer_off = tuple(part for part in plain[:-1] if not _is_transparent(part, index)) + plain[-1:]
    if outer_off != plain:
        yield normalise_path(outer_off), "去本年、其中等词"
    inner = tuple(part for part in plain if not _is_transparent(part, index))
    if inner not in (plain, outer_off):
        yield normalise_path(inner), "去本年、其中等词"
    for each in (plain, inner):
        if len(each) > 1 and each[-1] in TOTAL_WORDS:
            yield normalise_path(each[:-1]), "合计即上级表头"
    for start in range(1, len(inner)):
        outer, rest = inner[:start], inner[start:]
        if rest[-1] in TOTAL_WORDS or len(rest[0]) < 2 or _ONLY_WHEN.fullmatch(rest[-1]):
            continue  # 上年 below 资产总额 is last year's assets, whatever 上年 alone would be
        key = normalise_path(rest)
        known = all(index.get(normalise_path(outer[: n + 1])) or index.get(outer[n]) for n in range(start))
        harmless = all(passes_down(guard_words(part)) <= guard_words(key) for part in outer)
        if index.get(key) and known and harmless:
            yield key, "上级表头即本表的一项"


def _joined(parts: tuple[str, ...], year: int | None) -> Iterator[str]:
    """The same heading with neighbouring parts written as one: a head carried on in the next row without a merge."""
    if not 2 <= len(parts) <= _MOST_JOINED:
        return
    for seams in range(1, 2 ** (len(parts) - 1)):
        words = [parts[0]]
        for place, part in enumerate(parts[1:]):
            if seams >> place & 1:
                words[-1] += part
            else:
                words.append(part)
        yield normalise_path(_plain(word, year) for word in words)


@lru_cache(maxsize=8192)
def _plain(part: str, year: int | None) -> str:
    """One part of a path as `_bare` leaves it, without 本年 too."""
    part = _bare(part, year)
    return part.removeprefix("本年度").removeprefix("本年") or part


@lru_cache(maxsize=8192)
def _bare(part: str, year: int | None) -> str:
    """One part of a path without numbering, remarks, a second language, and with its year put as 本年 or 上年."""
    part = _OF_WHICH.sub("", part) or part
    part = _NUMBERING.sub("", part)
    part = _LIKE_FOR_LIKE.sub("", part) or part
    bare = _REMARK.sub("", part).strip()
    if bare and all(_is_harmless(remark) for remark in _REMARK.findall(part)):
        part = bare
    if _HAS_CJK.search(part):
        part = _LATIN_WORDS.sub("", part).strip(" /-:,.") or part
    if year is not None:
        named = _YEAR.search(part)
        if named and int(named.group(1)) in (year, year - 1):
            word = "" if int(named.group(1)) == year else "上年"
            part = (part[: named.start()] + word + part[named.end() :]).strip() or "本年"
    return part


def _is_harmless(remark: str) -> bool:
    """Whether a remark in brackets says nothing that tells a heading from another: no guard word, or choices."""
    return guard_words(remark) in _HARMLESS_REMARKS or _CHOICES.fullmatch(remark.strip("() ")) is not None


def _is_transparent(part: str, index: FieldIndex) -> bool:
    return part in _TRANSPARENT or part in index.titles or part.removesuffix("情况") in index.titles


def _tick(parts: tuple[str, ...], index: FieldIndex) -> HeadingMatch | None:
    """A column to tick: 性别/男, where 男 is a code of the field 性别."""
    if len(parts) < 2:
        return None
    found = index.get(normalise_path(parts[:-1])) or index.get(parts[-2])
    if found is None:
        return None
    field = index.fields[found[0]]
    codes = index.code_lists.get(field.codes or "")
    if field.type is FieldType.CODE and codes is not None:
        code = resolve_code(codes, parts[-1])
        if code is not None and not parts[-1].isdigit():
            return HeadingMatch(field.name, MatchKind.SYNONYM, f"打勾列：{code.label.zh}", 0.9, tick=parts[-1])
    return None


def propose(path: Sequence[str], index: FieldIndex, taken: frozenset[str] = frozenset()) -> HeadingMatch | None:
    """The field whose name looks most like a heading and says the same guard words; it is never loaded."""
    text = normalise_path(_plain(normalise(part), None) for part in path if part.strip())
    if not text:
        return None
    leaf, words = text.rsplit("/", 1)[-1], guard_words(text)
    best: tuple[float, str, str] | None = None
    for known, name in (*index.labels.items(), *index.synonyms.items()):
        if name in taken or guard_words(known) != words:
            continue
        ratio = max(_likeness(text, known), _likeness(leaf, known.rsplit("/", 1)[-1]))
        if ratio >= _LIKE and (best is None or ratio > best[0]):
            best = (ratio, name, known)
    if best is None:
        return None
    return HeadingMatch(best[1], MatchKind.PROPOSED, f"与 {best[2]} 相似 {best[0]:.0%}", round(best[0] * 0.8, 3))


@lru_cache(maxsize=16384)
def _likeness(one: str, other: str) -> float:
    """How much of two texts is alike, from 0 to 1; 0 also where it cannot be enough."""
    if 2.0 * min(len(one), len(other)) / (len(one) + len(other)) < _LIKE or not set(one) & set(other):
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def field_label(field: Field) -> str:
    """A field as findings name it."""
    return f"{field.label.zh}（{field.name}）"
