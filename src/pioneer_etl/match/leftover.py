"""What understanding left outside of tables and what nonetheless looks like data: said, so that nothing is lost.

A line of words around a table (a title, a note, a signature) fills one or two cells; a row that fills
many is a row of values, whatever it was taken for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from pioneer_etl.contract.address import Range
from pioneer_etl.contract.codes import resolve_code
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import CodeList, FieldType
from pioneer_etl.contract.text import normalise
from pioneer_etl.contract.units import parse_unit, split_unit, units_named
from pioneer_etl.match.around import Around, AroundText
from pioneer_etl.match.columns import ColumnsFound
from pioneer_etl.match.facts import names_fact
from pioneer_etl.match.headings import FieldIndex, field_label, match_heading
from pioneer_etl.match.lines import Frame
from pioneer_etl.match.model import MatchedTable
from pioneer_etl.table.model import Role, SheetReading, Table, TableKind
from pioneer_etl.workbook.model import is_blank

_WIDEST_LOOKUP = 3
_FEWEST = 3  # cells that make a row of values of a line


def rows_outside(reading: SheetReading, around: Around) -> Iterator[Finding]:
    """Rows outside of the tables that fill many cells, or follow each other, with neither facts nor units."""
    rows: dict[int, list[AroundText]] = {}
    for each in around.texts:
        if each.role not in (Role.UNACCOUNTED, Role.HEADER):
            rows.setdefault(each.position.row, []).append(each)
    rows = {row: cells for row, cells in rows.items() if not any(_is_line(each.text) for each in cells)}
    for row, cells in rows.items():
        if len(cells) < _FEWEST and not _in_a_run(rows, row):
            continue
        yield finding(
            "row.outside",
            sheet=reading.sheet.name,
            cells=tuple(each.position.a1 for each in cells),
            count=len(cells),
            row=row,
        )


def lookups_outside(reading: SheetReading, around: Around) -> Iterator[Finding]:
    """Lists of codes beside the tables: they explain and are not loaded, and where they stand is said."""
    rows: dict[int, list[int]] = {}
    for cell in around.lookups:
        rows.setdefault(cell.column, []).append(cell.row)
    columns = sorted(rows)
    starts = [at for at, column in enumerate(columns) if at == 0 or columns[at - 1] != column - 1]
    for first, end in pairwise([*starts, len(columns)]):
        side = columns[first:end]
        numbers = [row for column in side for row in rows[column]]
        area = Range(min(numbers), side[0], max(numbers), side[-1])
        yield finding("table.lookup", sheet=reading.sheet.name, cells=area.a1)


def _in_a_run(rows: Mapping[int, Sequence[AroundText]], row: int) -> bool:
    """Whether a row and its neighbours fill the same two columns, as a table of two columns does; no numbered notes."""

    def columns(each: int) -> list[int]:
        return [cell.position.column for cell in rows.get(each, ()) if not cell.text.strip("()（）.、").isdecimal()]

    ours = columns(row)
    first = row
    while row - first < _FEWEST and columns(first - 1) == ours:
        first -= 1
    last = row
    while last - row < _FEWEST and columns(last + 1) == ours:
        last += 1
    return len(ours) > 1 and last - first + 1 >= _FEWEST


def _is_line(text: str) -> bool:
    """Whether a cell says on its own that it belongs to a line of words: a fact, a unit, a note."""
    clean = normalise(text)
    return (
        names_fact(text) or bool(units_named(text)) or parse_unit(text) is not None or clean.startswith(("注", "说明"))
    )


def labels_outside(frame: Frame, columns: ColumnsFound, index: FieldIndex, around: Around) -> Iterator[Finding]:
    """Items of a form that stand outside of it: labels of fields that no line was taken for, or with a value beside."""
    taken = {column.field for column in columns.columns}
    sheet = frame.reading.sheet
    for position, text in around.lines(frame.index):
        found = match_heading((split_unit(text)[0] or text,), index)
        valued = frame.sideways and any(not is_blank(sheet.at(position.row, record)) for record in frame.records)
        if found is not None and (valued or found.field not in taken):
            yield finding(
                "cell.label_outside",
                sheet=frame.reading.sheet.name,
                cells=position.a1,
                found=text,
                field=field_label(index.fields[found.field]),
            )


def pairs_outside(
    reading: SheetReading, around: Around, matched: Sequence[MatchedTable], indexes: Mapping[str, FieldIndex]
) -> Iterator[Finding]:
    """Items with a value beside them in the lines around the tables, whichever table these lines were given to.

    A place beside its label (村 宜一村) is whom the form is about, and no item.
    """
    known = [indexes[name] for name in dict.fromkeys(each.dataset.name for each in matched)]
    said = {cell for each in matched for one in each.findings if one.code == "cell.label_outside" for cell in one.cells}
    rows: dict[int, list[AroundText]] = {}
    for each in around.texts:
        rows.setdefault(each.position.row, []).append(each)
    for cells in rows.values():
        for label, beside in pairwise(cells):
            if (
                label.position.a1 in said
                or _is_line(beside.text)
                or any(index.get(normalise(beside.text)) for index in known)
            ):
                continue
            for index in known:
                found = match_heading((split_unit(label.text)[0] or label.text,), index)
                if found is None or index.fields[found.field].type is FieldType.PLACE:
                    continue
                yield finding(
                    "cell.label_outside",
                    sheet=reading.sheet.name,
                    cells=label.position.a1,
                    found=label.text,
                    field=field_label(index.fields[found.field]),
                )
                break


def is_lookup(reading: SheetReading, index: int, code_lists: Mapping[str, CodeList]) -> bool:
    """Whether a table only lists the codes of a code list (代码 1 2, 学历 研究生 本科), as forms print beside them."""
    area = reading.tables[index].range
    if area.width > _WIDEST_LOOKUP:
        return False
    for column in range(area.left, area.right + 1):
        values = [reading.sheet.at(row, column) for row in range(area.top, area.bottom + 1)]
        texts = [value for value in values if isinstance(value, str) and value.strip() and not value.strip().isdigit()]
        for codes in code_lists.values():
            known = {code.code for text in texts if (code := resolve_code(codes, text)) is not None}
            if len(known) > 1 and len(known) * 2 >= len(texts):
                return True
    return False


def lookups_taken_in(
    frame: Frame, columns: ColumnsFound, index: FieldIndex, code_lists: Mapping[str, CodeList]
) -> Iterator[Finding]:
    """Columns right of a blank one that may be a look-up list with as many rows as there are records.

    Such a list has a number or code of its own for every row (代码 1 2 3), and a column that says each code of a
    field once.  Records may happen to do that too: only the sender can tell.
    """
    if frame.sideways or len(frame.records) < 2:
        return
    filled = frame.filled
    last = max(filled, default=0)
    for match in columns.columns:
        field = index.fields.get(match.field or "")
        codes = code_lists.get(field.codes or "") if field is not None else None
        if codes is None or match.line not in filled:
            continue
        first = match.line
        while first - 1 in filled:
            first -= 1
        end = match.line
        while end + 1 in filled:
            end += 1
        alone = first > frame.table.range.left and end == last and 1 < end - first + 1 <= _WIDEST_LOOKUP
        others = [each for each in range(first, end + 1) if each != match.line]
        if alone and _once_each(frame, match.line, codes) and any(_numbers(frame, each) for each in others):
            area = Range(frame.table.range.top, first, frame.table.range.bottom, end)
            label = field_label(field) if field is not None else ""
            yield finding("column.lookup_or_field", sheet=frame.reading.sheet.name, cells=area.a1, field=label)


def _once_each(frame: Frame, column: int, codes: CodeList) -> bool:
    """Whether a column says a code for every record, and none of them twice."""
    texts = [frame.reading.sheet.at(row, column) for row in frame.records]
    known = [resolve_code(codes, text) if isinstance(text, str) else None for text in texts]
    return all(known) and len({code.code for code in known if code is not None}) == len(texts)


def _numbers(frame: Frame, column: int) -> bool:
    """Whether a column counts the rows from 1 (or 0) on."""
    texts = [str(frame.reading.sheet.at(row, column)).strip() for row in frame.records]
    counted = [int(text) for text in texts if text.isdecimal()]
    return (
        len(counted) == len(texts)
        and counted[0] in (0, 1)
        and counted == list(range(counted[0], counted[0] + len(texts)))
    )


def tables_beside(
    reading: SheetReading,
    matched: Sequence[MatchedTable],
    indexes: Mapping[str, FieldIndex],
    code_lists: Mapping[str, CodeList],
) -> Iterator[Finding]:
    """Tables of no dataset that are most likely part of one that is matched.

    They stand in its very rows, or one of their words is an item of its dataset, or their first row holds
    what its columns hold.
    """
    taken = {each.index for each in matched}
    known = [indexes[name] for name in dict.fromkeys(each.dataset.name for each in matched)]
    for index, table in enumerate(reading.tables):
        area = table.range
        if index in taken or is_lookup(reading, index, code_lists) or is_inside_register(reading, table):
            continue
        beside = any(each.table.range.top <= area.bottom and area.top <= each.table.range.bottom for each in matched)
        goes_on = any(_holds_its_values(reading, table, each, code_lists) for each in matched)
        if beside or goes_on or any(each.get(text) for each in known for text in _words(reading, table)):
            yield finding("table.beside", sheet=reading.sheet.name, cells=area.a1)


def is_inside_register(reading: SheetReading, table: Table) -> bool:
    """Whether a table is a list inside of a register (家庭成员): what is around it speaks of the register."""
    return any(
        each.kind is TableKind.REGISTER and each.range.top < table.range.top and table.range.bottom <= each.range.bottom
        for each in reading.tables
    )


def _holds_its_values(
    reading: SheetReading, table: Table, matched: MatchedTable, code_lists: Mapping[str, CodeList]
) -> bool:
    """Whether the first row of a table says codes of several fields, each in the matched table's column for it."""
    found = 0
    for column in matched.lines:
        field = next((each for each in matched.dataset.fields if each.name == column.field), None)
        codes = code_lists.get(field.codes or "") if field is not None else None
        value = reading.sheet.at(table.range.top, column.line)
        found += codes is not None and isinstance(value, str) and resolve_code(codes, value) is not None
    return found > 1


def _words(reading: SheetReading, table: Table) -> Iterator[str]:
    """The texts of a table's first two columns and first row, and its title, comparable."""
    area = table.range
    if table.title:
        yield normalise(table.title)
    cells = [(row, column) for row in range(area.top, area.bottom + 1) for column in (area.left, area.left + 1)]
    cells += [(area.top, column) for column in range(area.left, area.right + 1)]
    for cell in cells:
        value = reading.sheet.at(*cell)
        if isinstance(value, str) and len(value.strip()) > 1:
            yield normalise(split_unit(value)[0])
