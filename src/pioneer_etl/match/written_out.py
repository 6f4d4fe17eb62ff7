"""Tables that are first written out as a list (long ones, matrices, registers), then matched like any other.

A layout says how (`[form.unpivot]`), or the contracts' words settle it: `guesses` gives the plans that they favour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from pioneer_etl.contract.address import Position, parse_range, runs
from pioneer_etl.contract.codes import resolve_code
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import CodeList, FieldType
from pioneer_etl.contract.text import normalise
from pioneer_etl.contract.units import split_unit
from pioneer_etl.match.columns import find_heading
from pioneer_etl.match.headings import FieldIndex, match_heading
from pioneer_etl.match.layout import ITEM, SKIP, Form, Heading, Unpivot
from pioneer_etl.match.lines import Frame, Line, is_serial
from pioneer_etl.match.model import ColumnMatch, MatchedTable, MatchKind
from pioneer_etl.match.unpivot import Plan, Unpivoted, head_levels, says_units
from pioneer_etl.table.model import TableKind
from pioneer_etl.table.words import is_total

_FEWEST_ITEMS: Final = 2
_MOST_ITEMS: Final = 200
_KNOWN_ITEMS: Final = 0.6  # the share of a column's different texts that must name fields
_DEEPEST: Final = 3  # levels of heads that are looked through for codes
_NUMERIC: Final = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.PERCENT)


def declared(form: Form, frame: Frame, index: FieldIndex) -> Plan | None:
    """How a layout's form makes a table a list; None where its headings are not there."""
    told = form.unpivot
    if told is None or form.kind is None:
        return None
    item = _line(frame, told.item)
    values = tuple(line.line for each in told.values for line in find_heading(frame, each))
    if (told.item is not None and item is None) or (told.values and not values):
        return None
    if not values:
        values = _values(frame, form, told, item)
    if not values:
        return None
    heads = tuple((what, _head_name(what, index)) for what in told.heads)
    value = (told.value, _head_name(told.value, index)) if told.value else None
    return Plan(form.kind, item, values, heads, value)


def _line(frame: Frame, heading: Heading | None) -> int | None:
    found = find_heading(frame, heading) if heading is not None else ()
    return found[0].line if found else None


def _head_name(what: str, index: FieldIndex) -> str:
    return what if what in (ITEM, SKIP) else index.fields[what].label.zh


def _values(frame: Frame, form: Form, told: Unpivot, item: int | None) -> tuple[int, ...]:
    """The columns of values where the layout names none: no label, no heading of its own, nothing that numbers."""
    headings = [*(heading for heading, _ in form.columns), *form.ignore]
    named = {line.line for heading in headings for line in find_heading(frame, heading)}
    if told.heads:
        named = {line for line in named if len(_of(frame, line).path) < len(told.heads) or _of(frame, line).label}
    sheet = frame.reading.sheet
    return tuple(
        line.line
        for line in frame.lines
        if line.line != item
        and line.line not in named
        and not is_serial(line, sheet)
        and not says_units(line, sheet)
        and (item is None or line.line > item)
        and not (line.label and item is None)
        and line.filled
        and (line.path or not told.heads)
    )


def _of(frame: Frame, number: int) -> Line:
    return next(line for line in frame.lines if line.line == number)


def guesses(frame: Frame, index: FieldIndex, year: int | None) -> Iterator[Plan]:
    """The plans by which the contract's words would make a table a list of one dataset."""
    if index.dataset.source is not None or not frame.table.rows:
        return
    items = [line for line in frame.lines if _names_items(frame, line, index, year)]
    for line in items[:2]:
        heads = _heads(frame, [each for each in frame.lines if each.line > line.line], index)
        taken = [each for each in frame.lines if each.line > line.line and _holds_values(frame, each)]
        if heads is not None:
            yield Plan(TableKind.MATRIX, line.line, heads[0], heads[1])
        if taken:
            yield Plan(TableKind.LONG, line.line, tuple(each.line for each in taken))
    if not items:
        yield from _matrix(frame, index, year)


def _matrix(frame: Frame, index: FieldIndex, year: int | None) -> Iterator[Plan]:
    """The plan for a table with the values of a field over its columns, where something tells what is counted."""
    heads = _heads(frame, [line for line in frame.lines if not line.filled or _holds_values(frame, line)], index)
    if heads is None:
        return
    if any(what == ITEM for what, _ in heads[1]):
        yield Plan(TableKind.MATRIX, None, *heads)
        return
    counted = [each for each in index.dataset.fields if each.required and each.type in _NUMERIC]
    title = frame.table.title or ""
    said = [each for each in index.dataset.fields if each.type in _NUMERIC and each.label.zh in title]
    for measure in said[:1] or (counted if len(counted) == 1 else []):
        yield Plan(TableKind.MATRIX, None, *heads, (measure.name, measure.label.zh))


def _names_items(frame: Frame, line: Line, index: FieldIndex, year: int | None) -> bool:
    """Whether the cells of a column are names of the dataset's fields, one a row."""
    sheet = frame.reading.sheet
    texts: dict[str, None] = {}
    for row in frame.table.rows:
        value = sheet.at(row.row, line.line)
        if isinstance(value, str) and value.strip():
            texts[normalise(split_unit(value)[0] or value)] = None
            if len(texts) > _MOST_ITEMS:
                return False
    known = [match_heading((text,), index, year) for text in texts]
    fields = {each.field for each in known if each is not None}
    return len(fields) >= _FEWEST_ITEMS and sum(map(bool, known)) >= _KNOWN_ITEMS * len(texts)


def _holds_values(frame: Frame, line: Line) -> bool:
    """Whether a column may hold values of items: it is filled, and neither numbers the rows nor says their units."""
    sheet = frame.reading.sheet
    if not line.filled or is_serial(line, sheet) or says_units(line, sheet):
        return False
    return not line.label or any(not isinstance(sheet.at(*cell), str) for cell in line.filled)


def _heads(
    frame: Frame, lines: Sequence[Line], index: FieldIndex
) -> tuple[tuple[int, ...], tuple[tuple[str, str], ...]] | None:
    """The columns with the values of one field over them, and what each level of their heads says."""
    heads = {line.line: [text for text, _ in head_levels(line, frame.reading.sheet)] for line in lines}
    fields = {
        line.line
        for line in lines
        if (own := match_heading(line.path, index)) is not None and (own.tick is None or _is_ticked(frame, line))
    }
    for field in index.dataset.fields:
        codes = index.code_lists.get(field.codes or "")
        if field.type is not FieldType.CODE or codes is None:
            continue
        for level in range(_DEEPEST):
            coded = [
                line
                for line, texts in heads.items()
                if len(texts) > level and _is_code(texts[level], codes) and line not in fields
            ]
            depths = {len(heads[line]) for line in coded}
            if len({heads[line][level] for line in coded}) < _FEWEST_ITEMS or len(depths) != 1:
                continue
            totals = [line for line, texts in heads.items() if line not in coded and texts and is_total(texts[0])]
            said = tuple((field.name, field.label.zh) if at == level else (ITEM, ITEM) for at in range(depths.pop()))
            return tuple(sorted((*coded, *totals))), said
    return None


def _is_ticked(frame: Frame, line: Line) -> bool:
    """Whether a column holds nothing but one mark: 性别/男 with √ is a column to tick, and holds no values of items."""
    said = {value.strip() if isinstance(value := frame.reading.sheet.at(*cell), str) else None for cell in line.filled}
    return len(said) == 1 and all(mark is not None and len(mark) == 1 for mark in said)


def _is_code(text: str, codes: CodeList) -> bool:
    return not text.isdigit() and resolve_code(codes, text) is not None


def as_sheet(unpivoted: Unpivoted, matched: MatchedTable) -> MatchedTable:
    """A list that was matched, as the table of the sheet that it was written out from."""
    frame = unpivoted.sheet_frame
    table = frame.reading.tables[frame.index]
    if table.kind is not matched.table.kind:
        table = replace(table, kind=matched.table.kind)
    around = [each for each in matched.findings if each.code.startswith("identity.")]  # said outside of the table
    findings = [*around, *at_sheet((each for each in matched.findings if each not in around), unpivoted)]
    if unpivoted.unplaced:
        cells = tuple(runs([each.a1 for each in unpivoted.unplaced]))
        findings.append(
            finding("table.unplaced", sheet=frame.reading.sheet.name, cells=cells, count=len(unpivoted.unplaced))
        )
    return replace(
        matched,
        reading=frame.reading,
        table=table,
        lines=tuple(_sheet_lines(frame, unpivoted, matched)),
        findings=tuple(findings),
        unpivoted=(matched, unpivoted),
    )


def _sheet_lines(frame: Frame, unpivoted: Unpivoted, matched: MatchedTable) -> Iterator[ColumnMatch]:
    """What each column of the sheet was taken for: labels by their heads, values by all fields that stand in them."""
    if not frame.lines:  # a register: no column of it holds one field
        for each in matched.lines:
            cells = tuple([unpivoted.at(cell) for cell in each.cells])
            yield ColumnMatch(
                each.line,
                each.path,
                cells,
                each.field,
                each.kind,
                each.unit,
                each.reason,
                each.confidence,
                each.tick,
                each.block,
            )
        return
    by_list = {column.line: column for column in matched.lines}
    heads = unpivoted.frame.table.header_rows
    fields: dict[int, dict[str, ColumnMatch]] = {}
    for cell, at in unpivoted.says.items():
        column = by_list.get(at.column)
        if column is not None and column.field is not None and at.row not in heads:
            fields.setdefault(cell.column, {}).setdefault(column.field, column)
    for line in frame.lines:
        found = fields.get(line.line, {})
        plain = ColumnMatch(line.line, line.path, line.cells, None, MatchKind.NONE, line.unit)
        if len(found) == 1:
            (one,) = found.values()
            yield replace(one, line=line.line, path=line.path, cells=line.cells, block=0)
        elif found:
            weakest = min(found.values(), key=lambda each: each.confidence)
            yield replace(plain, kind=weakest.kind, confidence=weakest.confidence, reason="每行的指标各是一个字段")
        else:
            yield replace(plain, kind=MatchKind.IGNORED if line.filled else MatchKind.NONE)


def at_sheet(findings: Iterable[Finding], unpivoted: Unpivoted) -> Iterator[Finding]:
    """Findings about a list with the addresses of the sheet."""
    for each in findings:
        yield replace(each, cells=tuple(dict.fromkeys(_addresses(each.cells, unpivoted))))


def _addresses(cells: Sequence[str], unpivoted: Unpivoted) -> Iterator[str]:
    table = unpivoted.frame.table.range
    around = unpivoted.sheet_frame.table.range
    for text in cells:
        try:
            area = parse_range(text)
        except ValueError:
            yield text
            continue
        if area == table or area.bottom > table.bottom or area.right > table.right:
            yield around.a1 if area == table else text
            continue
        inside = [Position(r, c) for c in range(area.left, area.right + 1) for r in range(area.top, area.bottom + 1)]
        found = [unpivoted.at(cell) for cell in inside]
        yield from runs([each.a1 for each in sorted(set(found), key=lambda each: (each.column, each.row))])
