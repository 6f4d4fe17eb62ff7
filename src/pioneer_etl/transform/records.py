"""From matched tables to submissions: records of typed values, printed totals apart from them.

The tables of one file for one dataset, township and period are the parts of one submission.  Fields are
read line by line (a whole column at a time), then put together into records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Dataset, Field, FieldType, OrgUnit
from pioneer_etl.match.lines import columns_of
from pioneer_etl.match.model import SHARED, ColumnMatch, MatchedTable, MatchKind, SheetMatch
from pioneer_etl.transform.block import Block, position_of
from pioneer_etl.transform.columns import (
    Cells,
    LineValues,
    make_reader,
    read_line,
    read_ticks,
)
from pioneer_etl.transform.doubts import addresses, doubt_findings
from pioneer_etl.transform.drift import FEWEST_OF_A_COLUMN, by_policy, other_level, retyped
from pioneer_etl.transform.magnitude import magnitude_doubts
from pioneer_etl.transform.merged import merges_over_records, with_merges
from pioneer_etl.transform.model import FieldValue, ParseValue, Part, Record, Submission, ValueState
from pioneer_etl.transform.periods import by_period
from pioneer_etl.transform.reading import ABSENT, BLANK, Doubt, converted
from pioneer_etl.transform.rows import group_words, sort_rows
from pioneer_etl.transform.totals import printed_totals
from pioneer_etl.transform.unpivoted import findings_at_sheet, parts_at_sheet
from pioneer_etl.workbook.model import Scalar, is_blank

_SURE = (MatchKind.LAYOUT, MatchKind.EXACT, MatchKind.SYNONYM)
_EMPTY = (ValueState.BLANK, ValueState.ABSENT)


def transform_sheets(
    matches: Sequence[SheetMatch], contracts: Contracts, parse_value: ParseValue | None = None
) -> tuple[Submission, ...]:
    """The submissions of one file, in the order in which their first table stands in it."""
    groups: dict[tuple[str, str | None, str | None], list[tuple[MatchedTable, list[Part], list[Finding]]]] = {}
    for match in matches:
        for matched in (view for table in match.tables for view in by_period(table)):
            who = matched.identity
            key = (
                matched.dataset.name,
                who.township.code if who.township else None,
                who.period.text if who.period else None,
            )
            groups.setdefault(key, []).append((matched, *transform_table(matched, contracts, parse_value)))
    return tuple(_submission(members) for members in groups.values())


def _submission(members: Sequence[tuple[MatchedTable, list[Part], list[Finding]]]) -> Submission:
    first = members[0][0]
    findings: list[Finding] = []
    for matched, _, found in members:
        findings.extend((*matched.findings, *found))
    return Submission(
        dataset=first.dataset,
        township=first.identity.township,
        period=first.identity.period,
        parts=tuple(part for _, parts, _ in members for part in parts),
        findings=tuple(findings),
        filler=next((matched.identity.filler for matched, _, _ in members if matched.identity.filler), None),
    )


def transform_table(
    matched: MatchedTable, contracts: Contracts, parse_value: ParseValue | None = None
) -> tuple[list[Part], list[Finding]]:
    """The parts of one table (one, or one a block of a side-by-side table) and what is to be said of them."""
    if matched.unpivoted is not None:
        listed, unpivoted = matched.unpivoted
        parts, findings = transform_table(listed, contracts, parse_value)
        return parts_at_sheet(parts, unpivoted), findings_at_sheet(findings, unpivoted)
    rows, sheet = sort_rows(matched), matched.reading.sheet
    across = () if rows.sideways else columns_of(sheet, rows.records)
    totals_across = () if rows.sideways else columns_of(sheet, [total.line for total in rows.totals])
    merges = merges_over_records(matched, rows)
    parts, findings = [], []
    for constants, columns in _blocks(matched):
        reading = Block(matched, contracts, parse_value, rows, across, totals_across, constants, merges=merges)
        _read_fields(reading, columns)
        parts.append(_part(reading, columns))
        findings.extend(reading.findings)
    return parts, findings


def _blocks(matched: MatchedTable) -> Iterator[tuple[Mapping[str, str], list[ColumnMatch]]]:
    """The constants and the mapped lines of a table, block by block, each with what all blocks share."""
    mapped = [column for column in matched.lines if column.kind in _SURE and column.field is not None]
    for block in sorted({column.block for column in mapped} - {SHARED}) or [0]:
        own = matched.block_constants[block] if block < len(matched.block_constants) else {}
        columns = [column for column in mapped if column.block in (block, SHARED)]
        yield {**matched.constants, **own}, columns


def _read_fields(reading: Block, columns: Sequence[ColumnMatch]) -> None:
    """Every field that a line, a constant or a group row says."""
    matched, dataset = reading.matched, reading.matched.dataset
    by_field: dict[str, list[ColumnMatch]] = {}
    ticked: set[str | None] = set()
    for column in columns:
        by_field.setdefault(column.field or "", []).append(column)
        if column.tick is not None:
            ticked.add(column.field)
    for each in dataset.fields:
        lines = by_field.get(each.name)
        if lines and each.name in ticked:
            ticks = [column for column in lines if column.tick is not None]
            found = read_ticks(each, [(column, reading.cells(column)) for column in ticks], matched, reading.contracts)
            reading.column_map[each.name] = ticks[0].line
            _keep(reading, each, ticks[0], found)
        elif lines:
            column = lines[0]
            cells = reading.cells(column)
            if reading.merges:
                cells, merged = with_merges(each, cells, reading.merges)
                reading.findings.extend(merged)
            once = each.name in dataset.key and not matched.written_out and _written_once(each, dataset, cells)
            carry = once or each.name in matched.carry
            found = read_line(each, column, cells, matched, reading.contracts, reading.parse, carry=carry)
            reading.column_map[each.name] = column.line
            _keep(reading, each, column, found)
        elif each.name == matched.group_field:
            _keep(reading, each, None, _from_groups(reading, each))
        elif each.name in reading.constants:
            _keep(reading, each, None, _constant(reading, each, reading.constants[each.name]))


def _written_once(each: Field, dataset: Dataset, cells: Cells) -> bool:
    """Whether a part of the key (the village of a roster) is written once for all the records below it.

    It is where no label stands twice, but over a page break, and enough cells are left empty that they cannot
    be forgotten ones; a field that is the whole key is never carried.
    """
    raws = cells.raws
    if len(raws) < 3 or len(dataset.key) < 2 or each.type not in (FieldType.PLACE, FieldType.CODE):
        return False
    empty = sum(map(is_blank, raws))
    if empty < 2 or empty * 3 < len(raws) or is_blank(raws[0]):
        return False
    said: list[Scalar | None] = []
    after = cells.records[0]
    for raw, record in zip(raws, cells.records, strict=True):
        if not is_blank(raw) and not (said and record > after + 1 and raw == said[-1]):
            said.append(raw)
        after = record
    return len(set(said)) == len(said)


def _keep(reading: Block, each: Field, column: ColumnMatch | None, found: LineValues) -> None:
    """Note the values of a field and its doubts as findings."""
    reading.values[each.name] = found.values
    doubts = [(number, by_policy(doubt, reading.matched.value_policy)) for number, doubt in found.doubts]
    if column is not None and len(found.values) >= FEWEST_OF_A_COLUMN:
        if doubts or reading.parse is not None:  # what the built-in parsers cannot read they doubt
            reading.findings.extend(retyped(reading.matched, each, column, found))
        doubts.extend(magnitude_doubts(each, column.unit, found.values))
    if doubts:
        records = reading.rows.records
        line = column.line if column is not None else 1
        where = [(position_of(reading, line, records[number], found.values[number]), doubt) for number, doubt in doubts]
        reading.findings.extend(doubt_findings(reading.sheet, each, where))


def _from_groups(reading: Block, each: Field) -> LineValues:
    """A field whose value is the label of the group row above."""
    column = ColumnMatch(0, (), (), each.name, MatchKind.LAYOUT)
    reader = make_reader(each, column, reading.matched, reading.contracts, (), ())
    values: list[FieldValue] = []
    doubts: list[tuple[int, Doubt]] = []
    for number, record in enumerate(reading.rows.records):
        group = reading.rows.groups.get(record)
        if group is None:
            values.append(BLANK)
            continue
        value, more = reader.read(group_words(group[0]))
        values.append(replace(value, cell=group[1], conversion=converted(value.conversion, "取自分组行")))
        doubts.extend((number, doubt) for doubt in more)
    return LineValues(tuple(values), tuple(doubts))


def _constant(reading: Block, each: Field, text: str) -> LineValues:
    """A field that the layout gives one value for every record."""
    column = ColumnMatch(0, (), (), each.name, MatchKind.LAYOUT)
    value, more = make_reader(each, column, reading.matched, reading.contracts, (), ()).read(text)
    value = replace(value, conversion=converted(value.conversion, "取自表外"))
    count = len(reading.rows.records)
    return LineValues((value,) * count, tuple((0, doubt) for doubt in more) if count else ())


def _part(reading: Block, columns: Sequence[ColumnMatch]) -> Part:
    """The records and totals of one block, with every field of the dataset in each record."""
    matched = reading.matched
    fields = [each.name for each in matched.dataset.fields]
    absent = (ABSENT,) * len(reading.rows.records)
    by_record = zip(*(reading.values.get(name, absent) for name in fields), strict=True)
    shared = {column.field for column in columns if column.block == SHARED}
    own = [name for name in fields if name in reading.column_map and name not in shared]
    place = matched.dataset.place_field or ""
    placed = place in reading.column_map
    keyed = [name for name in matched.dataset.key if name in reading.values]
    records: list[Record] = []
    keyless: list[int] = []
    silent: set[int] = set()
    for line, read in zip(reading.rows.records, by_record, strict=True):
        values = dict(zip(fields, read, strict=True))
        if not _says_something(values, own, line, reading.rows.sideways):
            silent.add(line)
        elif keyed and (
            (placed and values[place].state is ValueState.BLANK)
            or all(values[name].state is ValueState.BLANK for name in keyed)
        ):
            keyless.append(line)
        else:
            records.append(Record(line, values, _place(reading, values)))
    if keyless:
        _say_keyless(reading, keyless, columns)
    _say_blank_keys(reading, records)
    _say_levels(reading, records)
    reading.findings.extend(other_level(matched, records))
    return Part(
        sheet=reading.sheet,
        table_index=matched.index,
        layout=matched.layout,
        transposed=reading.rows.sideways,
        column_map=reading.column_map,
        records=tuple(records),
        totals=tuple(printed_totals(reading, columns, silent)),
    )


def _says_something(values: Mapping[str, FieldValue], names: Sequence[str], line: int, sideways: bool) -> bool:
    """Whether a value stands in the record itself and is not only carried to it, or what its empty cell stands for."""
    for name in names:
        value = values[name]
        if not value.text or value.state in _EMPTY:
            continue
        if value.cell is None or value.cell[1 if sideways else 0] == line:
            return True
    return False


def _place(reading: Block, values: Mapping[str, FieldValue]) -> OrgUnit | None:
    """The unit that a record is about: its place field, or the township that sends it."""
    name = reading.matched.dataset.place_field
    if name is None:
        return reading.matched.identity.township
    code = values[name].value
    return reading.contracts.places.unit(code) if isinstance(code, str) else None


def _say_keyless(reading: Block, lines: Sequence[int], columns: Sequence[ColumnMatch]) -> None:
    """The finding for records that carry values and do not say what they are about."""
    dataset = reading.matched.dataset
    mapped = [reading.column_map[name] for name in (dataset.place_field, *dataset.key) if name in reading.column_map]
    first = mapped[0] if mapped else min((column.line for column in columns), default=1)
    names = "、".join(dataset.field(name).label.zh for name in dataset.key)
    where = [Position(first, line) if reading.rows.sideways else Position(line, first) for line in lines]
    reading.findings.append(
        finding("record.no_key", sheet=reading.sheet, cells=tuple(addresses(where)), expected=names, count=len(lines))
    )


def _say_blank_keys(reading: Block, records: Sequence[Record]) -> None:
    """The finding for records that lack one part of their key: left out, or written once for several of them?"""
    for name in reading.matched.dataset.key:
        each, line = reading.matched.dataset.field(name), reading.column_map.get(name)
        if line is None or not each.required:
            continue
        blank = [record for record in records if record.values[name].state is ValueState.BLANK]
        if blank:
            cells = [position_of(reading, line, record.line, record.values[name]) for record in blank]
            reading.findings.append(
                finding(
                    "record.key_blank",
                    sheet=reading.sheet,
                    cells=tuple(addresses(cells)),
                    field=each.label.zh,
                    field_en=each.label.en,
                    count=len(blank),
                )
            )


def _say_levels(reading: Block, records: Sequence[Record]) -> None:
    """The finding for a township among villages: most likely a total that no word names."""
    levels = {record.place.level for record in records if record.place is not None}
    name = reading.matched.dataset.place_field
    if name is None or reading.matched.dataset.mixed_levels or len(levels) < 2 or "township" not in levels:
        return
    for record in records:
        if record.place is not None and record.place.level == "township":
            position = position_of(reading, reading.column_map.get(name, 1), record.line, record.values[name])
            reading.findings.append(
                finding("record.place_level", sheet=reading.sheet, cells=position.a1, found=record.place.name)
            )
