"""From sheets understood to tables matched: which dataset, by which layout, whose and for when.

A table is tried with every layout; the best fit wins, a tie is an error that names both.  Without a
layout the generic one proposes the dataset whose own words fit best, and the submission waits unless
nothing is unclear.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.match.around import Around, look_around
from pioneer_etl.match.assemble import column_texts, is_clear, matched_table
from pioneer_etl.match.computed import without_computed
from pioneer_etl.match.evidence import gather
from pioneer_etl.match.identify import is_hidden
from pioneer_etl.match.kit import Kit, make_kit
from pioneer_etl.match.layout import GENERIC, Layout
from pioneer_etl.match.leftover import is_inside_register, lookups_outside, pairs_outside, rows_outside, tables_beside
from pioneer_etl.match.lines import Frame, make_frame
from pioneer_etl.match.listing import Listing
from pioneer_etl.match.model import FileContext, MatchedTable, MatchKind, SheetMatch
from pioneer_etl.match.register_list import register_list
from pioneer_etl.match.score import MANY_FIELDS, TIE, dataset_candidate, is_of, says_dataset, words_of
from pioneer_etl.match.trial import Trial, best_match, foreign, trial_of
from pioneer_etl.match.unpivot import Unpivoted
from pioneer_etl.match.written_out import as_sheet, at_sheet, guesses
from pioneer_etl.table.grid import make_grid
from pioneer_etl.table.model import SheetReading, TableKind
from pioneer_etl.table.registers import register_at
from pioneer_etl.table.words import is_signature

# More rows than the items of any form are records: asking of each whether it names a field would take minutes.
_MOST_ITEMS = 1000

__all__ = ["FileContext", "SheetMatch", "match_sheets"]


def match_sheets(
    readings: Sequence[SheetReading],
    context: FileContext,
    contracts: Contracts,
    layouts: Sequence[Layout],
    only_layout: str | None = None,
) -> tuple[SheetMatch, ...]:
    """Every sheet of a file with its matched tables, in order.

    `only_layout` names the one layout to use, fit or not ("generic" for none).  UsageError
    "layout.unknown" when there is no such layout.
    """
    kit, broken = make_kit(context, contracts, layouts, only_layout)
    matches = list(without_computed([_sheet(reading, kit) for reading in readings]))
    if matches and broken:
        matches[0] = replace(matches[0], findings=(*broken, *matches[0].findings))
    return tuple(matches)


def _sheet(reading: SheetReading, kit: Kit) -> SheetMatch:
    name = reading.sheet.name
    around = look_around(reading)
    tables: list[MatchedTable] = []
    findings: list[Finding] = []
    for index, each in enumerate(reading.tables):
        if each.kind is TableKind.REGISTER:
            listed = register_list(reading, index, each, around.units(index))
            trial = trial_of(listed.frame, around, kit)
            parts = _parts(listed, trial, around, kit)
            tables.extend(parts)
            if parts:
                continue
            table, trouble = _register(listed, trial, around, kit)
        else:
            table, trouble = _table(reading, index, around, kit)
            if (
                is_inside_register(reading, each)
                and not (table and is_clear(table))
                and not _is_ours(index, around, kit, reading)
            ):
                table, trouble = None, [foreign(each, name)]
        findings.extend(trouble)
        if table is not None:
            tables.append(table)
    if not reading.tables and around.texts:
        cells = tuple(each.position.a1 for each in around.texts)
        findings.append(finding("sheet.no_table", sheet=name, cells=cells))
    strays = tuple(position.a1 for position in around.strays)
    notes = [*rows_outside(reading, around), *tables_beside(reading, tables, kit.indexes, kit.contracts.code_lists)]
    notes.extend(pairs_outside(reading, around, tables, kit.indexes))
    notes.extend(lookups_outside(reading, around))
    if strays:
        notes.append(finding("cell.stray", sheet=name, cells=strays, count=len(strays)))
    if is_hidden(reading) and tables:
        notes.append(finding("sheet.hidden", sheet=name))
    notes.extend(_hidden_lines(reading, tables))
    if tables and notes:
        tables[0] = replace(tables[0], findings=tables[0].findings + tuple(notes))
    elif notes:
        findings.extend(notes)
    return SheetMatch(reading, tuple(tables), tuple(findings))


def _is_ours(index: int, around: Around, kit: Kit, reading: SheetReading) -> bool:
    """Whether a list inside of a register says by itself that it is of a dataset, by its label or many headings.

    The title and the sheet's name speak of the register, and not of the list.
    """
    frame = make_frame(reading, index, around.units(index))
    label = [frame.table.title or ""]
    return any(says_dataset(each, label, "") or words_of(each, frame) >= MANY_FIELDS for each in kit.indexes.values())


def _hidden_lines(reading: SheetReading, tables: Sequence[MatchedTable]) -> Iterator[Finding]:
    sheet = reading.sheet
    if not sheet.hidden_rows and not sheet.hidden_columns:
        return
    for matched in tables:
        area = matched.table.range
        rows = [row for row in sorted(sheet.hidden_rows) if area.top <= row <= area.bottom]
        columns = [column for column in sorted(sheet.hidden_columns) if area.left <= column <= area.right]
        if rows or columns:
            cells = [Position(row, area.left).a1 for row in rows] + [Position(area.top, c).a1 for c in columns]
            yield finding(
                "sheet.hidden_lines", sheet=sheet.name, cells=tuple(cells), rows=len(rows), columns=len(columns)
            )


def _table(reading: SheetReading, index: int, around: Around, kit: Kit) -> tuple[MatchedTable | None, list[Finding]]:
    """One table matched, or the findings that say why it is not.

    Where a table says little along the side that understanding took for its headings, the other side is
    tried: the contracts' words tell better than the shape which way a small table runs.
    """
    units = around.units(index)
    frame = make_frame(reading, index, units)
    matched, trouble = best_match(trial_of(frame, around, kit), around, kit)
    if matched is not None and (matched.layout != GENERIC.name or is_clear(matched)):
        return matched, trouble
    if len(reading.tables[index].rows) > _MOST_ITEMS:
        return matched, trouble
    turned, _ = best_match(trial_of(make_frame(reading, index, units, turned=True), around, kit), around, kit)
    if turned is not None and (matched is None or is_clear(turned) or turned.layout != GENERIC.name):
        matched, trouble = turned, []
    if matched is None or (matched.layout == GENERIC.name and not is_clear(matched)):
        listed = _written_out(frame, around, kit)
        if listed is not None and (matched is None or is_clear(listed) or listed.score > matched.score):
            return listed, []
    return matched, trouble


def _parts(register: Unpivoted, trial: Trial, around: Around, kit: Kit) -> tuple[MatchedTable, ...]:
    """A register that says something of several datasets, once for each part of a layout that reads it; () where no
    layout of the sender's has several parts in it."""
    for layout in kit.in_parts:
        if is_of(layout, trial.words.township) is False:
            continue
        forms = (form for form in layout.forms if form.part and form.dataset in kit.indexes)
        fitting = [candidate for form in forms if (candidate := trial.candidate(layout, form)) is not None]
        if len(fitting) > 1:
            found = (matched_table(trial.frame, each, trial.words, around, kit) for each in fitting)
            return tuple(as_sheet(register, _without_signers(each)) for each in found)
    return ()


def _register(
    unpivoted: Unpivoted, trial: Trial, around: Around, kit: Kit
) -> tuple[MatchedTable | None, list[Finding]]:
    """A register matched as the list of one row that it says."""
    matched, trouble = best_match(trial, around, kit)
    if matched is None:
        return None, list(at_sheet(trouble, unpivoted))
    return as_sheet(unpivoted, _without_signers(matched)), []


def _without_signers(matched: MatchedTable) -> MatchedTable:
    """A register without the findings about who signed it: 填表人, 审核人 stand among its labels as pairs too."""
    signs = {line.line for line in matched.lines if line.field is None and line.path and is_signature(line.path[-1])}
    if not signs:
        return matched
    lines = tuple(
        replace(line, kind=MatchKind.IGNORED, reason="落款") if line.line in signs else line for line in matched.lines
    )
    cells = {line.cells[-1].a1 for line in lines if line.line in signs and line.cells}
    kept = (each for each in matched.findings if not (each.code.startswith("column.") and {*each.cells[:1]} & cells))
    return replace(matched, lines=lines, findings=tuple(kept))


def _written_out(frame: Frame, around: Around, kit: Kit) -> MatchedTable | None:
    """A long table or a matrix as the contracts' words would write it out: the best that leaves nothing unclear."""
    if kit.generic is None:
        return None
    listed = frame if not frame.sideways else make_frame(frame.reading, frame.index, frame.units, turned=True)
    titles = [each.text for each in around.titles(frame.index)]
    words = gather(around, frame.reading, frame.index, kit.context, kit.senders, column_texts=column_texts(listed))
    found: list[MatchedTable] = []
    for index in kit.indexes.values():
        for plan in guesses(listed, index, words.year):
            unpivoted = Listing(listed, plan).written
            candidate = dataset_candidate(kit.generic, index, unpivoted.frame, titles, words.year)
            if candidate is not None:
                candidate = replace(candidate, unpivoted=unpivoted)
                found.append(matched_table(listed, candidate, words, around, kit))
    if not any(map(is_clear, found)):
        register = register_at(make_grid(frame.reading.sheet), frame.table.range)
        if register is not None:
            unpivoted = register_list(frame.reading, frame.index, register, frame.units)
            matched, _ = _register(unpivoted, trial_of(unpivoted.frame, around, kit), around, kit)
            found += [matched] if matched is not None and is_clear(matched) else []
    found.sort(key=lambda each: (not is_clear(each), -each.score))
    if len(found) > 1 and is_clear(found[1]) and found[0].dataset is not found[1].dataset:
        return found[0] if found[0].score - found[1].score >= TIE else None
    return found[0] if found else None
