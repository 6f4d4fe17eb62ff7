"""A table under one reading of it: its identity, columns, units, and every finding about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pioneer_etl.contract.address import Position, parse_a1
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Period
from pioneer_etl.match.around import Around
from pioneer_etl.match.columns import SENDER_HEADS, ColumnsFound, match_columns
from pioneer_etl.match.drift import drift_findings
from pioneer_etl.match.evidence import Words, gather, with_constants
from pioneer_etl.match.headings import FieldIndex, field_label
from pioneer_etl.match.identify import identity
from pioneer_etl.match.kit import Kit
from pioneer_etl.match.layout import Form, block_period
from pioneer_etl.match.leftover import labels_outside, lookups_taken_in
from pioneer_etl.match.lines import Frame, Line, is_headed
from pioneer_etl.match.model import Evidence, Identity, MatchedTable, MatchKind
from pioneer_etl.match.score import Candidate
from pioneer_etl.match.written_out import as_sheet
from pioneer_etl.table.model import RowRole


def is_clear(matched: MatchedTable) -> bool:
    """Whether nothing about a table, besides whose it is and for when, holds it back."""
    return not any(each.quarantines for each in matched.findings if not each.code.startswith("identity."))


def column_texts(frame: Frame) -> list[tuple[str, Evidence]]:
    """What a column of townships (乡镇) says, each name once; beside printed totals where no record says any."""
    found: dict[str, Evidence] = {}
    for line in frame.lines:
        if is_headed(line.path, SENDER_HEADS):
            for position in line.filled or _beside_totals(frame, line):
                text = str(frame.reading.sheet.at(*position)).strip()
                found.setdefault(text, Evidence("column", text, position))
    return list(found.items())


def _beside_totals(frame: Frame, line: Line) -> tuple[Position, ...]:
    """The words of a column in the rows of totals; none in a transposed table."""
    totals = (RowRole.SUBTOTAL, RowRole.TOTAL)
    cells = [Position(row.row, line.line) for row in frame.table.rows if row.role in totals and not frame.sideways]
    return tuple(cell for cell in cells if isinstance(frame.reading.sheet.at(*cell), str))


def matched_table(frame: Frame, candidate: Candidate, words: Words, around: Around, kit: Kit) -> MatchedTable:
    """The table under one candidate: identity, columns, units, and every finding about them."""
    if candidate.unpivoted is not None:
        unpivoted = candidate.unpivoted
        inner = matched_table(unpivoted.frame, replace(candidate, unpivoted=None), words, around, kit)
        outer, columns = as_sheet(unpivoted, inner), ColumnsFound(inner.lines, ())
        outside = labels_outside(unpivoted.frame, columns, kit.indexes[candidate.dataset], around)
        left = [each for each in outside if parse_a1(each.cells[0]) not in unpivoted.says]
        return replace(outer, findings=(*outer.findings, *left))
    reading, table = frame.reading, frame.table
    index = kit.indexes[candidate.dataset]
    form = candidate.form
    if form is not None and form.anchors:
        texts = column_texts(frame)
        words = gather(around, reading, frame.index, kit.context, kit.senders, form.anchors, texts)
    if form is not None and ("township" in form.constants or "period" in form.constants):
        words = with_constants(words, form.constants, kit.senders)
    who = identity(words, index.dataset, reading.sheet.name, kit.contracts.expected)
    year = who.period.year if who.period else words.year
    tried = frame
    frame = frame.of_year(year)
    lines = candidate.lines if frame is tried else None
    columns = match_columns(frame, index, form, year, lines, foreign=candidate.foreign)
    findings = [*who.findings, *columns.findings]
    constants = {key: text for key, text in (form.constants if form else {}).items() if key in index.fields}
    group_field = form.group_field if form else None
    if group_field is None and _groups_are_places(frame, columns, index, who, kit):
        group_field = index.dataset.place_field
    findings.extend(_place(frame, columns, index, words, constants, group_field))
    if frame.sideways:
        findings.extend(labels_outside(frame, columns, index, around))
    if form is None:
        findings.extend(lookups_taken_in(frame, columns, index, kit.contracts.code_lists))
    elif not candidate.foreign:
        findings.extend(drift_findings(columns.columns, frame, form, candidate.name))
    if candidate.foreign:
        township = words.township.name if words.township else ""
        findings.append(
            finding(
                "layout.other_township",
                sheet=reading.sheet.name,
                cells=table.range.a1,
                layout=candidate.name,
                found=township,
                expected="、".join(candidate.layout.townships),
            )
        )
    if form is not None and form.kind is not None and form.kind is not table.kind:
        findings.append(
            finding(
                "layout.kind_changed",
                sheet=reading.sheet.name,
                cells=table.range.a1,
                expected=form.kind.value,
                found=table.kind.value,
            )
        )
    return MatchedTable(
        reading=reading,
        index=frame.index,
        table=table,
        dataset=index.dataset,
        layout=candidate.layout.name,
        identity=who,
        lines=columns.columns,
        constants=constants,
        block_constants=form.blocks if form else (),
        block_periods=_block_periods(form, who.period) if form else (),
        code_maps=form.codes if form else {},
        blanks=form.blanks if form else {},
        skip_rows=form.skip_rows if form else (),
        carry=form.carry if form else (),
        written_out=form.written_out if form else False,
        group_field=group_field,
        level=form.level if form else None,
        value_policy=form.drift.values if form else "freeze",
        findings=tuple(findings),
        score=candidate.score,
        reasons=candidate.reasons,
    )


def _block_periods(form: Form, period: Period | None) -> tuple[Period | None, ...]:
    """The period of each block's records; None where it is the form's."""
    return tuple(block_period(text, period) if text and period else None for text in form.block_periods)


def _groups_are_places(frame: Frame, columns: ColumnsFound, index: FieldIndex, who: Identity, kit: Kit) -> bool:
    """Whether the records stand in groups under the names of their places (a roster by villages)."""
    name = index.dataset.place_field
    if name is None or frame.sideways or any(column.field == name for column in columns.columns):
        return False
    groups = [row for row in frame.table.rows if row.role is RowRole.GROUP and row.row not in frame.records]
    if not groups or not frame.records or groups[0].row > frame.records[0]:
        return False
    day = who.period.end if who.period else None
    return all(
        row.path and kit.contracts.places.named(row.path[-1], within=who.township, on=day) is not None for row in groups
    )


def _place(
    frame: Frame,
    columns: ColumnsFound,
    index: FieldIndex,
    words: Words,
    constants: dict[str, str],
    group_field: str | None,
) -> Iterator[Finding]:
    """The place field of a table that has no line for it: the sheet's own words, or a finding."""
    name = index.dataset.place_field
    if name is None or name in constants or name == group_field:
        return
    lines = [column for column in columns.columns if column.field == name and column.kind is not MatchKind.PROPOSED]
    if lines:
        return
    single = len(frame.records) == 1  # a title may mention a village; it speaks for one record, not for many
    villages = {unit.code for evidence, unit in words.villages if single or evidence.source != "title"}
    if len(villages) == 1:
        constants[name] = villages.pop()
        return
    field = index.fields[name]
    if field.required:
        yield finding(
            "column.required_missing",
            sheet=frame.reading.sheet.name,
            cells=frame.table.range.a1,
            field=field_label(field),
        )
