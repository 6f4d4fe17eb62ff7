"""How deep a row's label stands under others: indent, blanks, dashes, numbering, bold, rows that only head."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from pioneer_etl.contract.units import split_unit
from pioneer_etl.table.words import is_bare_total, is_of_which, is_total

_DASH: Final = re.compile(r"^\s*[-–—•·‑*]\s*(?=[^\W\d_])")
_NUMBERED: Final = re.compile(r"\s*[一二三四五六七八九十（(\d①-⑳]")  # what any of them opens with
_NUMBERINGS: Final = (
    re.compile(r"^\s*[一二三四五六七八九十]{1,3}\s*[、.．]"),
    re.compile(r"^\s*[（(][一二三四五六七八九十]{1,3}[)）]"),
    re.compile(r"^\s*\d{1,2}\s*[、.．](?!\d)"),
    re.compile(r"^\s*[（(]\d{1,2}[)）]"),
    re.compile(r"^\s*[①-⑳]"),
)


_MOST_REMEMBERED: Final = 200  # labels of a form, at most
_BELOW_THE_NAME: Final = range(5, 8)  # 其中： is six blanks wide, give or take one


class Label(NamedTuple):
    """One row's label as it stands: its text with the blanks before it, and its look."""

    text: str
    indent: int = 0
    bold: bool = False
    heads: bool = False  # the row carries no value: its label can only head others


def leading(text: str) -> int:
    """How far blanks push a text to the right; a full-width blank counts twice."""
    width = 0
    for char in text:
        if char == "\u3000":
            width += 2
        elif char.isspace():
            width += 1
        else:
            break
    return width


def depth(text: str) -> int:
    """How far a label's blanks and dash push it to the right."""
    return leading(text) + (1 if _DASH.match(text) else 0)


@lru_cache(maxsize=4096)
def numbering(text: str) -> int | None:
    """The kind of number that a label opens with, outermost first (一、 is 0); None without one."""
    for rank, pattern in enumerate(_NUMBERINGS if _NUMBERED.match(text) else ()):
        if pattern.match(text):
            return rank
    return None


Figures = Sequence[float | None]


def parents(labels: Sequence[Label], figures: Sequence[Figures] = ()) -> Sequence[int | None]:
    """For every label the index of the one that it stands under, or None.

    `figures` are each row's, a column each and None where it has none: they tell where the parts after 其中 end.
    """
    known = not figures and len(labels) <= _MOST_REMEMBERED
    return _parents_by_labels(tuple(labels)) if known else _parents(labels, figures)


@lru_cache(maxsize=512)
def _parents_by_labels(labels: tuple[Label, ...]) -> Sequence[int | None]:
    """The same, by the labels alone: forms of one layout have the same in every file."""
    return tuple(_parents(labels, ()))


def _parents(labels: Sequence[Label], figures: Sequence[Figures]) -> list[int | None]:
    keys = _keys(labels, figures)
    found: list[int | None] = []
    stack: list[int] = []
    for index, key in enumerate(keys):
        while stack and keys[stack[-1]] >= key:
            stack.pop()
        found.append(stack[-1] if stack else None)
        if not is_bare_total(labels[index].text):  # 合计 stands over all and heads nothing
            stack.append(index)
    return found


def _keys(labels: Sequence[Label], figures: Sequence[Figures]) -> list[tuple[float, ...]]:
    """A depth for each label that sorts a parent before its children."""
    offsets = _offsets(labels)
    plain = _never_heads(labels, offsets)
    bold_heads = _bold_heads([label.bold and at not in plain for at, label in enumerate(labels)])
    second = _second_bold(labels, offsets)
    ranks = _numbering_ranks(labels, offsets, _no_parts(labels, figures))
    keys: list[tuple[float, ...]] = []
    open_heads: list[tuple[int, int]] = []  # (offset, index) of rows that only head
    for index, label in enumerate(labels):
        offset = offsets[index]
        bold = label.bold and index not in plain
        weight = (1 if index in second else 0) if bold or not bold_heads else 2
        while open_heads:
            at, head = open_heads[-1]
            next_section = label.heads and at == offset and index != head + 1
            closes = bold_heads and label.bold and is_total(label.text) and labels[head].bold and at == offset
            if at <= offset and not next_section and not closes:
                break
            open_heads.pop()
        under = sum(1 for at, _ in open_heads if at == offset)
        keys.append((offset, weight, under, *ranks[index]))
        if label.heads:
            following = offsets[index + 1] if index + 1 < len(labels) else offset
            if following <= offset:
                open_heads.append((offset, index))
    return keys


def _offsets(labels: Sequence[Label]) -> list[int]:
    """How far every label is pushed to the right; a numbered one that only heads no further than what it heads.

    A part written below the name after 其中： stands no deeper than that name's row.
    """
    offsets = [2 * each.indent + depth(each.text) for each in labels]
    following: int | None = None
    for index in range(len(labels) - 1, -1, -1):
        label = labels[index]
        if numbering(label.text) is not None or is_total(label.text):
            if label.heads and following is not None:
                offsets[index] = min(offsets[index], following)
            elif not label.heads:
                following = None
        elif not label.heads:
            following = offsets[index]
    of_which: int | None = None
    for index, label in enumerate(labels):
        if is_of_which(label.text):
            of_which = offsets[index]
        elif of_which is not None and offsets[index] - of_which in _BELOW_THE_NAME:
            offsets[index] = of_which
        elif of_which is not None and offsets[index] <= of_which:
            of_which = None
    return offsets


def _never_heads(labels: Sequence[Label], offsets: Sequence[int]) -> frozenset[int]:
    """Bold labels that head nothing: bare totals, and what stands deeper elsewhere (男, 女 under every place)."""
    deeper: dict[str, int] = {}
    for label, offset in zip(labels, offsets, strict=True):
        if offset > 0:
            deeper[label.text.strip()] = deeper.get(label.text.strip(), 0) + 1
    return frozenset(
        index
        for index, label in enumerate(labels)
        if label.bold
        and not label.heads
        and (
            (is_bare_total(label.text) and index + 1 < len(labels) and not labels[index + 1].bold)
            or (offsets[index] == 0 and deeper.get(label.text.strip(), 0) >= 2)
        )
    )


def _second_bold(labels: Sequence[Label], offsets: Sequence[int]) -> frozenset[int]:
    """Bold labels that come again and again, each time right under another bold one: a second level of heads."""
    bold: dict[tuple[str, int], list[int]] = {}
    for index, label in enumerate(labels):
        if label.bold:
            bold.setdefault((label.text.strip(), offsets[index]), []).append(index)
    return frozenset(
        index
        for places in bold.values()
        if len(places) >= 2
        and all(i > 0 and labels[i - 1].bold and labels[i - 1].text != labels[i].text for i in places)
        for index in places
    )


def _bold_heads(bold: Sequence[bool]) -> bool:
    """Whether bold labels head the plain ones below them, rather than marking a total at the end."""
    return any(above and not below for above, below in pairwise(bold))


def _no_parts(labels: Sequence[Label], figures: Sequence[Figures]) -> frozenset[int]:
    """The labels that follow parts told by 其中 and are none: what follows tells of their own parts, or with them the
    parts would come to more than the whole in every column."""
    found: set[int] = set()
    whole: Figures | None = None
    parts: list[Figures] = []
    for index, label in enumerate(labels):
        if is_of_which(label.text):
            if not parts:
                whole = figures[index - 1] if figures and index else None
            parts.append(figures[index] if figures else ())
        elif numbering(label.text) is not None or is_total(label.text):
            parts = []
        elif parts:
            opens = index + 1 < len(labels) and is_of_which(labels[index + 1].text)
            if opens or (whole is not None and _come_to_more([*parts, figures[index]], whole)):
                found.add(index)
                parts = []
            elif figures:
                parts.append(figures[index])
    return frozenset(found)


def _come_to_more(parts: Sequence[Figures], whole: Figures) -> bool:
    """Whether parts add up to more than their whole in every column that tells both."""
    sums = [(sum(each or 0.0 for each in column), total) for *column, total in zip(*parts, whole, strict=True)]
    told = [(added, total) for added, total in sums if total is not None and added]
    return bool(told) and all(added > total > 0 for added, total in told)


def _numbering_ranks(
    labels: Sequence[Label], offsets: Sequence[int], no_parts: frozenset[int]
) -> list[tuple[float, ...]]:
    """Depths by numbering (一、 over （一） over 1.), and by 其中, where a table uses them; else nothing."""
    kinds = [numbering(label.text) for label in labels]
    if sum(kind is not None for kind in kinds) < 2 and not any(is_of_which(label.text) for label in labels):
        return [() for _ in labels]
    used = sorted({kind for kind in kinds if kind is not None})
    ranks: list[tuple[float, ...]] = []
    current = -1.0
    under_of_which = False
    whole: str | None = None  # the unit of what 其中 tells the parts of
    pushed = 0  # how far the label that opened the present level is pushed to the right
    for index, (label, kind, offset) in enumerate(zip(labels, kinds, offsets, strict=True)):
        if index in no_parts:
            under_of_which = False
        if kind is not None or is_of_which(label.text):
            pushed = 0 if label.heads else offset
        elif offset < pushed:
            current, under_of_which, pushed = -1.0, False, offset
        unit = split_unit(label.text)[1]
        if not under_of_which and not is_of_which(label.text):
            whole = unit
        elif under_of_which and kind is None and unit is not None and whole is not None and unit != whole:
            under_of_which, whole = False, unit  # 人口（人） is no part of 户数（户）
        if kind is not None:
            current, under_of_which = float(used.index(kind)), False
            ranks.append((current,))
        elif is_total(label.text):
            current, under_of_which = -1.0, False
            ranks.append((-1.0,))
        elif is_of_which(label.text):
            under_of_which = True
            ranks.append((current + 0.5,))
        elif under_of_which or not used:
            ranks.append((current + 0.5 if under_of_which else current,))
        else:
            ranks.append((current + 0.5 if current >= 0 else -1.0,))
    return ranks
