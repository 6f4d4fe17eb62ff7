"""From sheets understood to tables matched: which dataset, by which layout, whose and for when.

A table is tried with every layout; the best fit wins, a tie is an error that names both.  Without a
layout the generic one proposes the dataset whose own words fit best, and the submission waits unless
nothing is unclear.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from pioneer_etl.contract.address import Position, parse_a1
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.errors import ConfigurationError, UsageError
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Period
from pioneer_etl.contract.places import Places
from pioneer_etl.match.around import Around, look_around
from pioneer_etl.match.columns import SENDER_HEADS, ColumnsFound, match_columns
from pioneer_etl.match.computed import without_computed
from pioneer_etl.match.drift import drift_findings
from pioneer_etl.match.headings import FieldIndex, field_label
from pioneer_etl.match.identify import Senders, Words, gather, identity, is_hidden, with_constants
from pioneer_etl.match.layout import GENERIC, Form, Layout, block_period, check_layout
from pioneer_etl.match.leftover import (
    is_lookup,
    labels_outside,
    lookups_taken_in,
    pairs_outside,
    rows_outside,
    tables_beside,
)
from pioneer_etl.match.lines import Frame, Line, is_headed, make_frame
from pioneer_etl.match.listing import Listing
from pioneer_etl.match.model import Evidence, FileContext, Identity, MatchedTable, MatchKind, SheetMatch
from pioneer_etl.match.register_list import register_list
from pioneer_etl.match.score import (
    TIE,
    Candidate,
    best,
    dataset_candidate,
    is_of,
    layout_candidate,
    says_dataset,
    words_of,
)
from pioneer_etl.match.unpivot import Plan, Unpivoted
from pioneer_etl.match.written_out import as_sheet, at_sheet, declared, guesses
from pioneer_etl.table.grid import make_grid
from pioneer_etl.table.model import RowRole, SheetReading, TableKind
from pioneer_etl.table.registers import register_at
from pioneer_etl.table.words import is_signature

# So many fields named somewhere in the headings make a table one of the dataset, however it was misread.
_MANY_WORDS = 4
# More rows than the items of any form are records: asking of each whether it names a field would take minutes.
_MOST_ITEMS = 1000

__all__ = ["FileContext", "SheetMatch", "match_sheets"]


@dataclass(frozen=True, slots=True)
class _Kit:
    """What matching needs for every table of a file, made once."""

    context: FileContext
    contracts: Contracts
    layouts: tuple[Layout, ...]
    generic: Layout | None
    indexes: Mapping[str, FieldIndex]
    senders: Senders
    forced: bool


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
    chosen = tuple(layouts)
    if only_layout is not None:
        chosen = tuple(layout for layout in layouts if layout.name == only_layout)
        if not chosen and only_layout == GENERIC.name:
            chosen = (GENERIC,)
        if not chosen:
            names = [layout.name for layout in layouts]
            raise UsageError("layout.unknown", found=only_layout, expected="、".join(names))
    sound, broken = _sound(chosen, contracts)
    kit = _Kit(
        context,
        contracts,
        tuple(layout for layout in sound if not layout.generic),
        next((layout for layout in chosen if layout.generic), None),
        _indexes(contracts),
        _senders(contracts.places),
        only_layout is not None,
    )
    matches = list(without_computed([_sheet(reading, kit) for reading in readings]))
    if matches and broken:
        matches[0] = replace(matches[0], findings=(*broken, *matches[0].findings))
    return tuple(matches)


@lru_cache(maxsize=8)
def _indexes(contracts: Contracts) -> Mapping[str, FieldIndex]:
    return {name: FieldIndex(dataset, contracts.code_lists) for name, dataset in contracts.datasets.items()}


@lru_cache(maxsize=8)
def _senders(places: Places) -> Senders:
    return Senders(places)


@lru_cache(maxsize=8)
def _sound(layouts: tuple[Layout, ...], contracts: Contracts) -> tuple[list[Layout], list[Finding]]:
    """The layouts that fit the contracts, and a finding for each that does not: it is left out, the rest go on."""
    sound, broken = [], []
    for layout in layouts:
        if layout.shipped:
            forms = tuple(form for form in layout.forms if form.dataset in contracts.datasets)
            if not forms:
                continue
            layout = replace(layout, forms=forms)
        try:
            check_layout(layout, contracts.datasets)
        except ConfigurationError as error:
            key = error.location.key or ""
            broken.append(
                finding("layout.broken", layout=layout.name, key=key, zh=error.message("zh"), en=error.message("en"))
            )
        else:
            sound.append(layout)
    return sound, broken


def _sheet(reading: SheetReading, kit: _Kit) -> SheetMatch:
    name = reading.sheet.name
    around = look_around(reading)
    tables: list[MatchedTable] = []
    findings: list[Finding] = []
    for index, each in enumerate(reading.tables):
        if each.kind is TableKind.REGISTER:
            listed = register_list(reading, index, each, around.units(index))
            tried = _tried(listed.frame, around, kit)
            parts = _parts(listed, tried, around, kit)
            tables.extend(parts)
            if parts:
                continue
            table, trouble = _register(listed, tried, around, kit)
        else:
            table, trouble = _table(reading, index, around, kit)
        findings.extend(trouble)
        if table is not None:
            tables.append(table)
    if not reading.tables and around.texts:
        cells = tuple(each.position.a1 for each in around.texts)
        findings.append(finding("sheet.no_table", sheet=name, cells=cells))
    strays = tuple(position.a1 for position in around.strays)
    notes = [*rows_outside(reading, around), *tables_beside(reading, tables, kit.indexes, kit.contracts.code_lists)]
    notes.extend(pairs_outside(reading, around, tables, kit.indexes))
    if strays:
        notes.append(finding("cell.stray", sheet=name, cells=strays, count=len(strays)))
    if is_hidden(reading) and tables:
        notes.append(finding("sheet.hidden", sheet=name))
    notes.extend(_hidden_lines(reading, tables))
    if tables:
        tables[0] = replace(tables[0], findings=tables[0].findings + tuple(notes))
    else:
        findings.extend(notes)
    return SheetMatch(reading, tuple(tables), tuple(findings))


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


def _table(reading: SheetReading, index: int, around: Around, kit: _Kit) -> tuple[MatchedTable | None, list[Finding]]:
    """One table matched, or the findings that say why it is not.

    Where a table says little along the side that understanding took for its headings, the other side is
    tried: the contracts' words tell better than the shape which way a small table runs.
    """
    units = around.units(index)
    frame = make_frame(reading, index, units)
    matched, trouble = _framed(_tried(frame, around, kit), around, kit)
    if matched is not None and (matched.layout != GENERIC.name or _clean(matched)):
        return matched, trouble
    if len(reading.tables[index].rows) > _MOST_ITEMS:
        return matched, trouble
    turned, _ = _framed(_tried(make_frame(reading, index, units, turned=True), around, kit), around, kit)
    if turned is not None and (matched is None or _clean(turned) or turned.layout != GENERIC.name):
        matched, trouble = turned, []
    if matched is None or (matched.layout == GENERIC.name and not _clean(matched)):
        listed = _written_out(frame, around, kit)
        if listed is not None and (matched is None or _clean(listed) or listed.score > matched.score):
            return listed, []
    return matched, trouble


def _parts(register: Unpivoted, tried: _Tried, around: Around, kit: _Kit) -> tuple[MatchedTable, ...]:
    """A register that says something of several datasets, once for each part of a layout that reads it; () where no
    layout of the sender's has several parts in it."""
    layouts = [layout for layout in kit.layouts if sum(form.part for form in layout.forms) > 1]
    if not layouts:
        return ()
    for layout in layouts:
        if is_of(layout, tried.words.township) is False:
            continue
        forms = (form for form in layout.forms if form.part and form.dataset in kit.indexes)
        fitting = [candidate for form in forms if (candidate := tried.candidate(layout, form)) is not None]
        if len(fitting) > 1:
            found = (_matched(tried.frame, each, tried.words, around, kit) for each in fitting)
            return tuple(as_sheet(register, _without_signers(each)) for each in found)
    return ()


def _register(
    unpivoted: Unpivoted, tried: _Tried, around: Around, kit: _Kit
) -> tuple[MatchedTable | None, list[Finding]]:
    """A register matched as the list of one row that it says."""
    matched, trouble = _framed(tried, around, kit)
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


def _written_out(frame: Frame, around: Around, kit: _Kit) -> MatchedTable | None:
    """A long table or a matrix as the contracts' words would write it out: the best that leaves nothing unclear."""
    if kit.generic is None:
        return None
    listed = frame if not frame.sideways else make_frame(frame.reading, frame.index, frame.units, turned=True)
    titles = [each.text for each in around.titles(frame.index)]
    words = gather(around, frame.reading, frame.index, kit.context, kit.senders, column_texts=_column_texts(listed))
    found: list[MatchedTable] = []
    for index in kit.indexes.values():
        for plan in guesses(listed, index, words.year):
            unpivoted = Listing(listed, plan).written
            candidate = dataset_candidate(kit.generic, index, unpivoted.frame, titles, words.year)
            if candidate is not None:
                candidate = replace(candidate, unpivoted=unpivoted)
                found.append(_matched(listed, candidate, words, around, kit))
    if not any(map(_clean, found)):
        register = register_at(make_grid(frame.reading.sheet), frame.table.range)
        if register is not None:
            unpivoted = register_list(frame.reading, frame.index, register, frame.units)
            matched, _ = _register(unpivoted, _tried(unpivoted.frame, around, kit), around, kit)
            found += [matched] if matched is not None and _clean(matched) else []
    found.sort(key=lambda each: (not _clean(each), -each.score))
    if len(found) > 1 and _clean(found[1]) and found[0].dataset is not found[1].dataset:
        return found[0] if found[0].score - found[1].score >= TIE else None
    return found[0] if found else None


def _framed(tried: _Tried, around: Around, kit: _Kit) -> tuple[MatchedTable | None, list[Finding]]:
    """A table matched as it is framed: by its township's layout, else by the contracts' own words."""
    frame, titles, words = tried.frame, tried.titles, tried.words
    reading, index = frame.reading, frame.index
    first, ties = best(tried.candidates(foreign=False))
    matched: MatchedTable | None = None
    if first is None:
        first, ties = best(tried.of_contracts())
        matched = _matched(frame, first, words, around, kit) if first is not None else None
        # Another township's layout comes after the contracts' words.
        others = tried.candidates(foreign=True) if matched is None or not _clean(matched) else []
        if others:
            (first, ties), matched = best(others), None
    if first is None:
        return None, [_no_dataset(frame, titles, kit)]
    if first.form is None and any(each.dataset != first.dataset for each in ties):
        return None, [_tie("table.dataset_tie", reading, index, first, ties, kit)]
    if matched is None:
        matched = _matched(frame, first, words, around, kit)
    if ties and first.form is not None:
        matched = replace(matched, findings=(*matched.findings, _tie("layout.tie", reading, index, first, ties, kit)))
    return matched, []


@lru_cache(maxsize=8)
def _forms(layouts: tuple[Layout, ...]) -> tuple[tuple[Layout, Form, frozenset[str]], ...]:
    """Every form, with the headings that a table must have word for word: most forms are none of a table's by these."""
    return tuple(
        (
            layout,
            form,
            frozenset()
            if form.unpivot is not None
            else frozenset(each.words for each in form.headers if each.pattern is None and each.words),
        )
        for layout in layouts
        for form in layout.forms
    )


def _tried(frame: Frame, around: Around, kit: _Kit) -> _Tried:
    """A table as it is framed, with the words around it."""
    words = gather(around, frame.reading, frame.index, kit.context, kit.senders, column_texts=_column_texts(frame))
    titles = [each.text for each in around.titles(frame.index)]
    return _Tried(frame.of_year(words.year), titles, words, kit)


class _Tried:
    """A table while it is tried with layouts and with the contracts' words."""

    def __init__(self, frame: Frame, titles: Sequence[str], words: Words, kit: _Kit) -> None:
        self.frame, self.titles, self.words, self.kit = frame, titles, words, kit
        self._listings: dict[Plan, Listing] = {}

    @cached_property
    def _columns(self) -> Frame:
        """The table as columns, whichever way it runs."""
        frame = self.frame
        return make_frame(frame.reading, frame.index, frame.units, turned=True) if frame.sideways else frame

    def candidates(self, *, foreign: bool) -> list[Candidate]:
        """Every form that fits, of other townships' layouts or of all the rest."""
        return [
            candidate
            for layout, form, needed in _forms(self.kit.layouts)
            if needed <= self.frame.by_key.keys()
            and form.dataset in self.kit.indexes
            and (is_of(layout, self.words.township) is False) == foreign
            and (candidate := self.candidate(layout, form)) is not None
        ]

    def candidate(self, layout: Layout, form: Form) -> Candidate | None:
        """How a layout's form fits, the table written out as a list where the form says so."""
        frame, listing = self.frame, None
        if form.unpivot is not None:
            frame = self._columns
            plan = declared(form, frame, self.kit.indexes[form.dataset])
            if plan is None:
                return None
            listing = self._listings.get(plan)
            if listing is None:
                listing = self._listings[plan] = Listing(frame, plan)
        return layout_candidate(
            layout, form, frame, self.titles, self.words.township, forced=self.kit.forced, listing=listing
        )

    def of_contracts(self) -> list[Candidate]:
        """Every dataset whose own words fit."""
        generic = self.kit.generic
        if generic is None:
            return []
        found = (
            dataset_candidate(generic, each, self.frame, self.titles, self.words.year)
            for each in self.kit.indexes.values()
        )
        return [candidate for candidate in found if candidate is not None]


def _no_dataset(frame: Frame, titles: Sequence[str], kit: _Kit) -> Finding:
    """The finding for a table of no dataset: a foreign one, unless its title says otherwise."""
    sheet, cells = frame.reading.sheet.name, frame.table.range.a1
    if is_lookup(frame.reading, frame.index, kit.contracts.code_lists):
        return finding("table.lookup", sheet=sheet, cells=cells)
    filled = any(line.filled for line in frame.lines)
    said = [
        index.dataset.title.zh
        for index in kit.indexes.values()
        if filled and (says_dataset(index, titles, sheet) or words_of(index, frame) >= _MANY_WORDS)
    ]
    if said:
        return finding("table.unclear", sheet=sheet, cells=cells, expected="、".join(said))
    return finding("sheet.foreign", sheet=sheet, cells=cells, title=frame.table.title or sheet)


def _tie(
    code: str, reading: SheetReading, index: int, first: Candidate, ties: Sequence[Candidate], kit: _Kit
) -> Finding:
    if code == "layout.tie":
        names = "、".join(each.name for each in (first, *ties))
    else:
        names = "、".join(kit.contracts.datasets[each.dataset].title.zh for each in (first, *ties))
    return finding(code, sheet=reading.sheet.name, cells=reading.tables[index].range.a1, found=names)


def _clean(matched: MatchedTable) -> bool:
    return not any(each.quarantines for each in matched.findings if not each.code.startswith("identity."))


def _column_texts(frame: Frame) -> list[tuple[str, Evidence]]:
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


def _matched(frame: Frame, candidate: Candidate, words: Words, around: Around, kit: _Kit) -> MatchedTable:
    """The table under one candidate: identity, columns, units, and every finding about them."""
    if candidate.unpivoted is not None:
        unpivoted = candidate.unpivoted
        inner = _matched(unpivoted.frame, replace(candidate, unpivoted=None), words, around, kit)
        outer, columns = as_sheet(unpivoted, inner), ColumnsFound(inner.lines, ())
        outside = labels_outside(unpivoted.frame, columns, kit.indexes[candidate.dataset], around)
        left = [each for each in outside if parse_a1(each.cells[0]) not in unpivoted.says]
        return replace(outer, findings=(*outer.findings, *left))
    reading, table = frame.reading, frame.table
    index = kit.indexes[candidate.dataset]
    form = candidate.form
    if form is not None and form.anchors:
        texts = _column_texts(frame)
        words = gather(around, reading, frame.index, kit.context, kit.senders, form.anchors, texts)
    if form is not None and ("township" in form.constants or "period" in form.constants):
        words = with_constants(words, form.constants, kit.senders)
    who = identity(words, index.dataset, reading.sheet.name, kit.contracts.expected)
    year = who.period.year if who.period else words.year
    frame = frame.of_year(year)
    shown = replace(form, units={}) if form is not None and candidate.foreign else form
    columns = match_columns(frame, index, shown, year)
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


def _groups_are_places(frame: Frame, columns: ColumnsFound, index: FieldIndex, who: Identity, kit: _Kit) -> bool:
    """Whether the records stand in groups under the names of their places (a roster by villages)."""
    name = index.dataset.place_field
    if name is None or frame.sideways or any(column.field == name for column in columns.columns):
        return False
    groups = [row for row in frame.table.rows if row.role is RowRole.GROUP and row.row not in frame.records]
    if not groups or not frame.records or groups[0].row > frame.records[0]:
        return False
    day = who.period.end if who.period else None
    return all(
        row.path and kit.contracts.places.resolve(row.path[-1], within=who.township, on=day).unit is not None
        for row in groups
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
    villages = {unit.code for _, unit in words.villages}
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
