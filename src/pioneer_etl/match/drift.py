"""How a form has drifted from its layout since the layout was learnt: renamed, moved, other unit, taken a heading.

Missing and added headings, and another kind, are told where columns are matched (`columns.py`, `match.py`); another
level of place, and cells that no longer hold what their field is, where the records are (`transform/records.py`).
What a layout's policy lets pass is told all the same, with the cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.text import normalise_path
from pioneer_etl.match.guard import guard_words
from pioneer_etl.match.headings import FieldIndex, field_label
from pioneer_etl.match.layout import Form, Policy, Target
from pioneer_etl.match.lines import Frame
from pioneer_etl.match.model import ColumnMatch, MatchKind

_UNSURE = (MatchKind.NONE, MatchKind.PROPOSED)
_LIKE_NAME = "名称相近"
_SAME_PLACE = "位置相同"
_SHOWN = 6


def renamed(
    columns: Sequence[ColumnMatch], frame: Frame, form: Form, missing: Sequence[str]
) -> Mapping[int, tuple[str, Target, str]]:
    """The lines that most likely are a missing heading under a new name: heading, target and evidence, by line.

    It is so where the new heading was proposed for the very field, or stands between the same neighbours and says
    the same guard words; each missing heading has one line at most, and each line one heading.  Only ever a proposal.
    """
    if not missing:
        return {}
    filled = frame.filled
    targets = {heading.text: target for heading, target in form.columns}
    new = [each for each in columns if each.line in filled and each.kind in _UNSURE]
    found: dict[int, tuple[str, Target, str]] = {}
    for text in missing:
        target = targets[text]
        alike = [each for each in new if each.field == target.field and each.line not in found]
        placed = [each for each in new if each.line not in found and _same_place(each, columns, form, text)]
        if len(alike) == 1:
            found[alike[0].line] = (text, target, _LIKE_NAME)
        elif len(placed) == 1 and guard_words(text) == guard_words("/".join(placed[0].path)):
            found[placed[0].line] = (text, target, _SAME_PLACE)
    return found


def _same_place(column: ColumnMatch, columns: Sequence[ColumnMatch], form: Form, text: str) -> bool:
    """Whether a line stands between the fields that stand beside a heading in the layout."""
    order = [heading.text for heading, _ in form.columns]
    fields = {heading.text: target.field for heading, target in form.columns}
    at = order.index(text)
    wanted = [fields[order[n]] if 0 <= n < len(order) else None for n in (at - 1, at + 1)]
    known = [each for each in columns if each.kind is not MatchKind.IGNORED or each is column]
    here = known.index(column)
    beside = [known[n].field if 0 <= n < len(known) else None for n in (here - 1, here + 1)]
    return any(wanted) and wanted == beside


def renamed_findings(
    found: Mapping[int, tuple[str, Target, str]],
    columns: Sequence[ColumnMatch],
    frame: Frame,
    index: FieldIndex,
    layout: str,
) -> Iterator[Finding]:
    """A question for every heading that most likely was renamed."""
    lines = frame.by_number
    for column in columns:
        if column.line in found:
            text, target, evidence = found[column.line]
            filled = lines[column.line].filled
            head = column.cells[-1].a1 if column.cells else filled[0].a1
            cells = (head, f"{filled[0].a1}:{filled[-1].a1}" if len(filled) > 1 else filled[0].a1)
            yield finding(
                "column.renamed",
                cells=tuple(dict.fromkeys(cells)),
                expected=text,
                found="/".join(column.path) or "—",
                field=field_label(index.fields[target.field]),
                layout=layout,
                reason=evidence,
                count=len(filled),
            )


def by_policy(columns: list[ColumnMatch], frame: Frame, policy: Policy) -> tuple[list[ColumnMatch], list[Finding]]:
    """What becomes of the columns with values that nobody knows, where the layout does not freeze its columns.

    "evolve" leaves them out with a warning, "discard" with a note; either way the finding names heading and cells.
    """
    if policy.columns == "freeze":
        return columns, []
    lines = frame.by_number
    kept: list[ColumnMatch] = []
    findings: list[Finding] = []
    for column in columns:
        filled = lines[column.line].filled
        if filled and column.kind in _UNSURE:
            head = column.cells[-1].a1 if column.cells else filled[0].a1
            cells = (head, f"{filled[0].a1}:{filled[-1].a1}" if len(filled) > 1 else filled[0].a1)
            code = "column.added" if policy.columns == "evolve" else "column.discarded"
            found = "/".join(column.path) or "—"
            findings.append(finding(code, cells=tuple(dict.fromkeys(cells)), found=found, count=len(filled)))
            column = replace(column, field=None, kind=MatchKind.IGNORED, tick=None, reason=f"格式：{policy.columns}")
        kept.append(column)
    return kept, findings


# Why a column is what it is, in front of the heading of the layout that names it.
BY_LAYOUT: Final = "格式："


def drift_findings(columns: Sequence[ColumnMatch], frame: Frame, form: Form, layout: str) -> Iterator[Finding]:
    """What else differs from the layout: order, units, a heading where the layout knows none."""
    sheet = frame.reading.sheet.name
    by_heading: dict[str, list[ColumnMatch]] = {heading.text: [] for heading, _ in form.columns}
    for each in columns:
        if each.kind is MatchKind.LAYOUT:
            by_heading[each.reason.removeprefix(BY_LAYOUT)].append(each)
    if not form.blocks:
        yield from _moved(by_heading, frame, form, layout)
    for heading, target in form.columns:
        for column in by_heading[heading.text]:
            wanted = heading.unit or form.units.get(target.field)
            if wanted and column.unit and column.unit != wanted and heading.address is None:
                yield finding(
                    "column.unit_changed",
                    sheet=sheet,
                    cells=column.cells[-1].a1 if column.cells else frame.table.range.a1,
                    heading="/".join(column.path),
                    expected=wanted,
                    found=column.unit,
                    layout=layout,
                )
            if heading.address is not None and normalise_path(column.path):
                yield finding(
                    "column.address_headed",
                    sheet=sheet,
                    cells=column.cells[-1].a1 if column.cells else frame.table.range.a1,
                    expected=heading.text,
                    found="/".join(column.path),
                    layout=layout,
                )


def _moved(by_heading: Mapping[str, Sequence[ColumnMatch]], frame: Frame, form: Form, layout: str) -> Iterator[Finding]:
    """A note where headings stand in another order than in the layout: no harm, since they are found by name.

    A field's place in the layout is that of the first heading for it.
    """
    there = [(text, found[0].line) for text, found in by_heading.items() if len(found) == 1]
    stand = [line for _, line in there]
    fields = [target.field for _, target in form.columns]
    if stand == sorted(stand) and len(set(fields)) == len(fields):
        return
    first: dict[Target, int] = {}
    for number, (_, target) in enumerate(form.columns):
        first.setdefault(target, number)
    order = {heading.text: first[target] for heading, target in form.columns}
    wanted = [text for text, _ in sorted(there, key=lambda each: order[each[0]])]
    stands = [text for text, _ in sorted(there, key=lambda each: each[1])]
    moved = [text for text, other in zip(stands, wanted, strict=True) if text != other]
    if moved:
        shown = "、".join(moved[:_SHOWN]) + ("…" if len(moved) > _SHOWN else "")
        yield finding(
            "layout.moved",
            sheet=frame.reading.sheet.name,
            cells=frame.table.range.a1,
            layout=layout,
            found=shown,
            count=len(moved),
        )
