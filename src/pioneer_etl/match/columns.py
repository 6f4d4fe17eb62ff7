"""Which line of a table is which field: by the layout's headings first, then by what the contract knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, cast

from pioneer_etl.contract.address import Position, column_letters
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.text import normalise
from pioneer_etl.match.column_units import heading_of, where, with_units
from pioneer_etl.match.drift import BY_LAYOUT, by_policy, renamed, renamed_findings
from pioneer_etl.match.headings import BROKEN_HEAD, FieldIndex, HeadingMatch, field_label, match_heading, propose
from pioneer_etl.match.layout import Form, Heading, Target, keys_said
from pioneer_etl.match.lines import SERIAL_HEADS, Frame, Line, is_headed, is_serial, names_records
from pioneer_etl.match.model import SHARED, ColumnMatch, MatchKind
from pioneer_etl.table.model import TableKind

SENDER_HEADS = frozenset(
    normalise(text)
    for text in "乡镇 镇 乡 乡（镇） 镇（乡） 镇乡 乡镇名称 乡镇名 镇街 街道 乡镇（街道） 镇（街道） 乡镇街道 所属乡镇 所在乡镇 县 县（市、区） 县（区） 县（市） 县市区 区县 县区 区市县 旗县 旗县区".split()  # noqa: E501, SIM905
)
_SURE = (MatchKind.EXACT, MatchKind.SYNONYM, MatchKind.LAYOUT)


@dataclass(frozen=True, slots=True)
class ColumnsFound:
    """Every line with its match, and what is to be said of them.

    `missing` are the headings of the layout that the table lacks.
    """

    columns: tuple[ColumnMatch, ...]
    findings: tuple[Finding, ...]
    missing: tuple[str, ...] = ()


def find_heading(frame: Frame, heading: Heading) -> tuple[Line, ...]:
    """The lines that a layout's heading names; one in each block of a side-by-side table."""
    if heading.words:
        found = frame.by_key.get(heading.words, ())
    elif heading.pattern is not None:
        keys = keys_said(heading.pattern, tuple(frame.by_key), frame.year)
        if len(keys) > 1:
            found = tuple([line for line in frame.lines if not keys.isdisjoint(line.keys)])
        else:
            found = frame.by_key[next(iter(keys))] if keys else ()
    elif heading.address is not None:
        return tuple(
            line
            for line in frame.lines
            if heading.address in (str(line.line),)
            or (not frame.sideways and heading.address == column_letters(line.line))
        )
    else:
        return ()
    if heading.unit is not None and len(found) > 1:
        found = tuple(line for line in found if line.unit == heading.unit) or found
    if heading.nth is not None:
        return found[heading.nth - 1 : heading.nth]
    return found


def lines_of(frame: Frame, form: Form) -> list[tuple[Line, ...]]:
    """The lines that each of a form's columns names."""
    return [find_heading(frame, heading) for heading, _ in form.columns]


def has_heading(frame: Frame, heading: Heading) -> bool:
    """Whether any line of the table has a layout's heading."""
    return bool(find_heading(frame, heading))


def match_columns(
    frame: Frame,
    index: FieldIndex,
    form: Form | None,
    year: int | None,
    lines: Sequence[tuple[Line, ...]] | None = None,
    *,
    foreign: bool = False,
) -> ColumnsFound:
    """Every line of a table matched, with findings for what is unclear, unknown, double or missing.

    `lines` are those of each of the form's columns, where they are known; the units of a `foreign` form do not hold.
    """
    sheet = frame.reading.sheet.name
    columns, findings, missing = _matched(frame, index, form, year, lines)
    columns, trouble = with_units(columns, frame, index, None if foreign else form)
    found = tuple([replace(each, sheet=sheet) for each in (*findings, *trouble)])
    return ColumnsFound(tuple(columns), found, tuple(missing))


_Matched: TypeAlias = tuple[list[ColumnMatch], list[Finding], list[str]]


def _matched(
    frame: Frame, index: FieldIndex, form: Form | None, year: int | None, lines: Sequence[tuple[Line, ...]] | None
) -> _Matched:
    """The same without units; of a card it follows from its labels, unless one only numbers what its cell says."""
    if frame.table.kind is not TableKind.REGISTER or any(is_headed(line.path, SERIAL_HEADS) for line in frame.lines):
        return _match_lines(frame, index, form, year, lines)
    key = (id(form), id(index), year)
    known = frame.known.get(key)
    if known is None or known[0] is not form or known[1] is not index:
        known = frame.known[key] = (form, index, _match_lines(frame, index, form, year, lines))
    return cast("_Matched", known[2])


def _match_lines(
    frame: Frame, index: FieldIndex, form: Form | None, year: int | None, lines: Sequence[tuple[Line, ...]] | None
) -> _Matched:
    taken: dict[int, tuple[Target, MatchKind, str]] = {}
    ignored: dict[int, str] = {}
    missing: list[str] = []
    if form is not None:
        missing = _by_layout(frame, form, lines_of(frame, form) if lines is None else lines, taken, ignored)
    fields_of_layout = {target.field for target, _, _ in taken.values()}
    columns = [_one(frame, line, index, taken, ignored, fields_of_layout, year) for line in frame.lines]
    columns = _beside_broken_heads(columns, frame, index, year)
    if any(column.kind is MatchKind.PROPOSED for column in columns):
        columns = list(_proposed_anew(columns, frame, index, fields_of_layout))
    if form is not None and form.blocks:
        columns = [_asked(column) for column in columns]
    findings = [*_double(columns, frame, index)]
    if form is not None:
        new_names = renamed(columns, frame, form, missing)
        findings.extend(renamed_findings(new_names, columns, frame, index, form.name))
        asked = [column for column in columns if column.line not in new_names]
        passing, told = by_policy(asked, frame, form.drift)
        findings.extend(told)
        passed = {column.line: column for column in passing}
        columns = [passed.get(column.line, column) for column in columns]
        missing = [text for text in missing if text not in {old for old, _, _ in new_names.values()}]
        findings.extend(_unclear(passing, frame, index))
    else:
        findings.extend(_unclear(columns, frame, index))
    findings.extend(_missing(columns, frame, index, form, missing))
    return columns, findings, missing


def _by_layout(
    frame: Frame,
    form: Form,
    lines: Sequence[tuple[Line, ...]],
    taken: dict[int, tuple[Target, MatchKind, str]],
    ignored: dict[int, str],
) -> list[str]:
    """Note the lines that a form names; the headings that are not there come back."""
    missing = []
    for (heading, target), named in zip(form.columns, lines, strict=True):
        found = [line.line for line in named if line.line not in taken]
        if found:
            taken |= dict.fromkeys(found, (target, MatchKind.LAYOUT, f"{BY_LAYOUT}{heading.text}"))
        else:
            missing.append(heading.text)
    for heading in form.ignore:
        for line in find_heading(frame, heading):
            if line.line not in taken:
                ignored[line.line] = f"格式忽略：{heading.text}"
    if not missing:
        return []
    optional = {each.text for each in form.optional}
    there = {(target.field, target.block) for target, _, _ in taken.values()}
    alternatives = {heading.text for heading, target in form.columns if (target.field, target.block) in there}
    return [text for text in missing if text not in optional and text not in alternatives]


def _one(
    frame: Frame,
    line: Line,
    index: FieldIndex,
    taken: Mapping[int, tuple[Target, MatchKind, str]],
    ignored: Mapping[int, str],
    fields_of_layout: set[str],
    year: int | None,
) -> ColumnMatch:
    """One line's match: the layout's word, else the contract's, else nothing or a proposal."""
    if line.line in taken:
        target, kind, reason = taken[line.line]
        block = line.block if target.block is None else target.block
        return ColumnMatch(
            line.line, line.path, line.cells, target.field, kind, line.unit, reason, 1.0, target.tick, block
        )
    if line.line in ignored:
        return _bare(line, MatchKind.IGNORED, ignored[line.line])
    column = _bare(line)
    found = match_line(line, index, year)
    if found is not None and found.field not in fields_of_layout:
        return _as(column, found)
    if is_serial(line, frame.reading.sheet):
        return _bare(line, MatchKind.IGNORED, "序号")
    if is_headed(line.path, SENDER_HEADS):
        return _bare(line, MatchKind.IGNORED, "乡镇列")
    if frame.sideways and line.filled and not names_records(frame, line):
        return _bare(line, MatchKind.IGNORED, "只是栏头")
    if frame.sideways and line.label and index.dataset.place_field and found is None:
        place = index.dataset.place_field
        return replace(column, field=place, kind=MatchKind.SYNONYM, reason="各栏的名称", confidence=0.8)
    if not line.filled:
        return _bare(line, reason="空列")
    proposal = propose(line.path, index, frozenset(fields_of_layout))
    return _as(column, proposal) if proposal else column


def _bare(line: Line, kind: MatchKind = MatchKind.NONE, reason: str = "") -> ColumnMatch:
    """A line that is no field, or not yet."""
    return ColumnMatch(line.line, line.path, line.cells, None, kind, line.unit, reason, block=line.block)


def _proposed_anew(
    columns: Sequence[ColumnMatch], frame: Frame, index: FieldIndex, fields_of_layout: set[str]
) -> Iterator[ColumnMatch]:
    """The columns with no proposal of a field that another one of the same block is for sure (活动 beside 日期)."""
    filled = frame.filled
    sure = {(each.field, each.block) for each in columns if each.kind in _SURE and each.line in filled}
    for column in columns:
        if column.kind is MatchKind.PROPOSED and (column.field, column.block) in sure:
            known = fields_of_layout | {name for name, block in sure if block == column.block and name is not None}
            proposal = propose(column.path, index, frozenset(known))
            bare = replace(column, field=None, kind=MatchKind.NONE, reason="", confidence=0.0)
            yield _as(bare, proposal) if proposal else bare
        else:
            yield column


def _asked(column: ColumnMatch) -> ColumnMatch:
    """A line that only the contract's words name, in a form with blocks: whose records it speaks of is for a person."""
    if column.kind in (MatchKind.EXACT, MatchKind.SYNONYM):
        return replace(column, kind=MatchKind.PROPOSED, reason="并排的哪一部分，请在格式里写明")
    return column


def match_line(line: Line, index: FieldIndex, year: int | None) -> HeadingMatch | None:
    """The field that a line's heading names for sure, in any of the ways to read it."""
    for path in (line.path, *(key.split("/") for key in line.also)):
        found = match_heading(path, index, year)
        if found is not None:
            return found
    return None


def _beside_broken_heads(
    columns: Sequence[ColumnMatch], frame: Frame, index: FieldIndex, year: int | None
) -> list[ColumnMatch]:
    """The columns without outer heads that are but the first line of a neighbour's own head (覆盖 over 村数)."""
    if frame.sideways:
        return list(columns)
    broken = {each.cells[0] for each in columns if each.reason.startswith(BROKEN_HEAD) and each.cells}
    if not broken:
        return list(columns)
    found = []
    for column in columns:
        if (
            column.kind in (MatchKind.NONE, MatchKind.PROPOSED)
            and len(column.cells) > 1
            and column.cells[0] in broken
            and column.cells[0].column != column.line
            and (inner := match_heading(column.path[1:] or (_text(column.cells[-1], frame),), index, year)) is not None
        ):
            column = _as(column, inner)
        found.append(column)
    return found


def _text(position: Position, frame: Frame) -> str:
    return str(frame.reading.sheet.at(*position)).strip()


def _as(column: ColumnMatch, found: HeadingMatch) -> ColumnMatch:
    return replace(
        column,
        field=found.field,
        kind=found.kind,
        reason=found.reason,
        confidence=found.confidence,
        tick=found.tick,
    )


def _double(columns: list[ColumnMatch], frame: Frame, index: FieldIndex) -> Iterator[Finding]:
    """Findings for fields that several lines are taken for; an empty one gives way."""
    sure = [
        (position, (column.field, column.block))
        for position, column in enumerate(columns)
        if column.field is not None and column.kind is not MatchKind.PROPOSED and column.tick is None
    ]
    if len({key for _, key in sure}) == len(sure):
        return
    lines = frame.by_number
    by_field: dict[tuple[str, int], list[int]] = {}
    for position, key in sure:
        by_field.setdefault(key, []).append(position)
    for (name, _), positions in by_field.items():
        if len(positions) < 2:
            continue
        filled = [each for each in positions if lines[columns[each].line].filled]
        for each in positions:
            if each not in filled and filled:
                columns[each] = replace(columns[each], field=None, kind=MatchKind.NONE, reason="空列", tick=None)
        if len(filled) > 1:
            yield finding(
                "column.double",
                cells=tuple(where(columns[each], frame) for each in filled),
                field=field_label(index.fields[name]),
                found="、".join(heading_of(columns[each]) for each in filled),
            )


def _unclear(columns: Sequence[ColumnMatch], frame: Frame, index: FieldIndex) -> Iterator[Finding]:
    """Findings for lines that carry values and are not matched for sure."""
    for column in columns:
        if column.kind is not MatchKind.NONE and column.kind is not MatchKind.PROPOSED:
            continue
        filled = frame.by_number[column.line].filled
        if not filled:
            continue
        at = where(column, frame)
        cells = tuple(dict.fromkeys([at, f"{filled[0].a1}:{filled[-1].a1}" if len(filled) > 1 else filled[0].a1]))
        if column.kind is MatchKind.PROPOSED and column.field is not None:
            yield finding(
                "column.proposed",
                cells=cells,
                found=heading_of(column),
                expected=field_label(index.fields[column.field]),
                count=len(filled),
                reason=column.reason,
            )
        else:
            yield finding("column.unknown", cells=cells, found=heading_of(column), count=len(filled))


def _missing(
    columns: Sequence[ColumnMatch], frame: Frame, index: FieldIndex, form: Form | None, headings: Sequence[str]
) -> Iterator[Finding]:
    """Findings for required fields without a line, and for the layout's headings that the sheet lacks."""
    sure = [column for column in columns if column.kind is not MatchKind.PROPOSED]
    fields = {column.field for column in sure}
    given = {*(form.constants if form else ()), form.group_field if form else None, index.dataset.place_field}
    blocks = [
        {*own, *(column.field for column in sure if column.block in (number, SHARED))}
        for number, own in enumerate(form.blocks if form else ())
    ]
    area = frame.table.range
    for field in index.dataset.fields:
        if field.required and field.name not in given and any(field.name not in have for have in blocks or [fields]):
            yield finding("column.required_missing", cells=area.a1, field=field_label(field))
    if form is not None and headings:
        targets = {heading.text: target for heading, target in form.columns}
        for text in headings:
            target = targets[text]
            have = fields if target.block is None or target.block == SHARED else blocks[target.block]
            if target.field not in have:
                yield finding(
                    "column.drift_missing", cells=area.a1, expected=text, field=target.field, layout=form.name
                )
