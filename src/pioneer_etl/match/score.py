"""How well a layout's form, or a dataset's own words, fit a table; with the reasons, so that a tie can be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias, cast

from pioneer_etl.contract.model import OrgUnit
from pioneer_etl.contract.text import normalise
from pioneer_etl.match.columns import find_heading, has_heading, lines_of, match_line
from pioneer_etl.match.headings import FieldIndex
from pioneer_etl.match.layout import Form, Layout
from pioneer_etl.match.lines import SIDEWAYS, Frame, Line, names_records
from pioneer_etl.match.listing import Listing
from pioneer_etl.match.model import MatchKind
from pioneer_etl.match.unpivot import Unpivoted

# Scores nearer than this are a tie.
TIE: Final = 0.02
# The share of a layout's headings that must be on the sheet, and of a dataset's own words on the lines.
LEAST_COVERAGE: Final = 0.5
LEAST_SHARE: Final = 0.4
# Of a dataset that no title names, the share of its required fields that must be there, or many fields in all.
LEAST_REQUIRED: Final = 0.5
# So many fields named in the headings make a table one of the dataset, however it was misread.
MANY_FIELDS: Final = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to read a table: by a layout's form, or (form None) by a dataset's own words."""

    layout: Layout
    dataset: str
    form: Form | None
    score: float
    reasons: tuple[str, ...]
    foreign: bool = False  # a layout of other townships
    unpivoted: Unpivoted | None = None  # the list that the table is written out as, where it is
    lines: Sequence[tuple[Line, ...]] | None = None  # of the table or list: those of each of the form's columns

    @property
    def name(self) -> str:
        form = self.form
        return self.layout.name if form is None or form.name == form.dataset else f"{self.layout.name}/{form.name}"


def named_by(form: Form, sheet: str, titles: Sequence[str]) -> list[str] | None:
    """How the name of a sheet and a table's titles speak for a form; None where they must and do not."""
    reasons: list[str] = []
    name = normalise(sheet)
    if form.sheets:
        if not any(pattern.fullmatch(name) for pattern in form.sheets):
            return None
        reasons.append(f"工作表名 {sheet}")
    if form.titles:
        texts = [normalise(title) for title in titles] or [name]
        said = next((text for text in texts for pattern in form.titles if pattern.search(text)), None)
        if said is None:
            return None
        reasons.append(f"标题 {said}")
    return reasons


def layout_candidate(
    layout: Layout,
    form: Form,
    frame: Frame,
    named: Sequence[str],
    township: OrgUnit | None,
    *,
    forced: bool = False,
    listing: Listing | None = None,
) -> Candidate | None:
    """A form's fit: its anchors must hold; then what share of its headings and of the sheet's lines it explains.

    `frame` is the table as its columns, `listing` the list that it is written out as, where it is; `named` is what the
    words over it say (`named_by`).  `forced` (the layout was asked for by name) leaves out the least coverage.
    """
    reasons = [*named]
    if listing is None and form.kind is not None and (form.kind in SIDEWAYS) != frame.sideways:
        return None
    fit = _fit(form, frame) if listing is None else _fit_of_list(form, frame, listing, forced)
    if fit is None:
        return None
    lines, found, wanted, explained = fit
    coverage = found / wanted if wanted else 1.0
    if coverage < LEAST_COVERAGE and not forced:
        return None
    if form.headers:
        reasons.append(f"{len(form.headers)} 个必有表头都在")
    unpivoted = listing.written if listing is not None else None
    reasons.append(f"{found}/{wanted} 个字段有表头，表中 {explained:.0%} 的栏目已说明")
    ours = is_of(layout, township)
    if ours:
        reasons.append(f"格式属于 {township.name if township else ''}")
    anchors = 0.02 * len(form.headers[:3]) + 0.03 * bool(form.titles) + 0.03 * bool(form.sheets)
    score = 0.5 * coverage + 0.3 * explained + anchors + (0.1 if ours else 0)
    return Candidate(layout, form.dataset, form, round(score, 4), tuple(reasons), ours is False, unpivoted, lines)


_Fit: TypeAlias = tuple[Sequence[tuple[Line, ...]], int, int, float]


def _fit(form: Form, frame: Frame) -> _Fit | None:
    """The lines of each of a form's columns, how many of its fields have one and how many it has, and the share of the
    lines that it explains; None where a heading is not there that must be.

    It follows from the form and the lines alone.
    """
    key = (id(form), frame.year)
    known = frame.known.get(key)
    if known is not None and known[0] is form:
        return cast("_Fit | None", known[1])
    fit = None
    if all(has_heading(frame, each) for each in form.headers):
        lines, found, wanted = _fields_found(form, frame)
        fit = lines, found, wanted, _explained(form, frame, lines)
    frame.known[key] = (form, fit)
    return fit


def _fit_of_list(form: Form, frame: Frame, listing: Listing, forced: bool) -> _Fit | None:
    """The same of the list that a table is written out as; its rows are asked for only where its headings do."""
    heads = listing.heads
    if not all(has_heading(frame, each) or has_heading(heads, each) for each in form.headers):
        return None
    lines, found, wanted = _fields_found(form, heads)
    if wanted and found / wanted < LEAST_COVERAGE and not forced:
        return None
    written = listing.written.frame
    lines = lines_of(written, form)
    return lines, found, wanted, _explained(form, written, lines)


def _fields_found(form: Form, frame: Frame) -> tuple[Sequence[tuple[Line, ...]], int, int]:
    lines = lines_of(frame, form)
    wanted = {target.field for _, target in form.columns}
    found = {target.field for (_, target), named in zip(form.columns, lines, strict=True) if named}
    return lines, len(found), len(wanted)


def _explained(form: Form, frame: Frame, lines: Sequence[tuple[Line, ...]]) -> float:
    """The share of the lines with values that a form maps or ignores."""
    filled = frame.filled
    if not filled:
        return 0.0
    named = {line.line for found in lines for line in found}
    named.update(line.line for heading in form.ignore for line in find_heading(frame, heading))
    return len(filled & named) / len(filled)


def is_of(layout: Layout, township: OrgUnit | None) -> bool | None:
    """Whether a layout is that of a township; None when either does not say."""
    if township is None or not layout.townships:
        return None
    return _is_of(layout, (township.code, township.name, *township.aliases))


def layouts_of(layouts: tuple[Layout, ...], township: OrgUnit | None, foreign: bool) -> tuple[Layout, ...]:
    """The layouts that are other townships' (`foreign`), or all the rest."""
    names = (township.code, township.name, *township.aliases) if township is not None else ()
    return _layouts_of(layouts, names, foreign)


@lru_cache(maxsize=512)
def _layouts_of(layouts: tuple[Layout, ...], names: tuple[str, ...], foreign: bool) -> tuple[Layout, ...]:
    others = {layout for layout in layouts if names and layout.townships and not _is_of(layout, names)}
    return tuple(layout for layout in layouts if (layout in others) == foreign)


@lru_cache(maxsize=4096)
def _is_of(layout: Layout, names: tuple[str, ...]) -> bool:
    known = {normalise(name) for name in names}
    return any(normalise(name) in known for name in layout.townships)


def dataset_candidate(
    layout: Layout, index: FieldIndex, frame: Frame, titles: Sequence[str], year: int | None
) -> Candidate | None:
    """A dataset's fit by its own words: the share of lines that its labels and synonyms name, and its title."""
    dataset = index.dataset
    if dataset.source is not None:
        return None
    filled = [line for line in frame.lines if line.filled and line.path]
    matched = {line.line: found for line in filled if (found := match_line(line, index, year))}
    fields = {each.field for each in matched.values()}
    if (
        frame.sideways
        and dataset.place_field
        and any(line.label and names_records(frame, line) for line in frame.lines)
    ):
        fields.add(dataset.place_field)
    share = len(matched) / len(filled) if filled else 0.0
    said = says_dataset(index, titles, frame.reading.sheet.name)
    if len(fields) < min(2, len(dataset.fields)) or (not said and share < LEAST_SHARE):
        return None
    required = [field.name for field in dataset.fields if field.required]
    needed = sum(name in fields for name in required) / len(required) if required else 1.0
    # 项目, 姓名 and 备注 head the columns of many a foreign table: two such words alone are no evidence.
    if not said and needed < LEAST_REQUIRED and len(fields) < MANY_FIELDS:
        return None
    exact = sum(each.kind is MatchKind.EXACT for each in matched.values()) / max(1, len(filled))
    score = 0.5 * share + 0.1 * exact + 0.15 * needed + min(0.25, 0.03 * said)
    reasons = [f"{len(matched)}/{len(filled)} 个栏目是 {dataset.title.zh} 的名称或同义词"]
    if said:
        reasons.append("标题提到这张表")
    return Candidate(layout, dataset.name, None, round(score, 4), tuple(reasons))


def says_dataset(index: FieldIndex, titles: Sequence[str], sheet: str) -> int:
    """How much a title or the sheet's name says of a dataset: the length of the longest of its titles there."""
    if index.dataset.source is not None:
        return 0
    texts = [normalise(text) for text in (*titles, sheet)]
    return max((len(word) for word in index.titles for text in texts if word and word in text), default=0)


def words_of(index: FieldIndex, frame: Frame) -> int:
    """How many fields of a dataset some single part of the headings names."""
    if index.dataset.source is not None:
        return 0
    parts = {part for line in frame.lines for part in line.key.split("/") if len(part) > 1}
    return len({found[0] for part in parts if (found := index.get(part))})


def best(candidates: Sequence[Candidate]) -> tuple[Candidate | None, tuple[Candidate, ...]]:
    """The best candidate, and those that fit as well as it does."""
    ranked = sorted(candidates, key=lambda each: (-each.score, each.name, each.dataset))
    if not ranked:
        return None, ()
    first = ranked[0]
    return first, tuple(each for each in ranked[1:] if first.score - each.score < TIE)
