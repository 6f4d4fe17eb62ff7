"""The lines of a table: what can be a field.  In a list these are its columns, in a transposed table its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import compress, zip_longest
from operator import attrgetter
from typing import Final, NamedTuple, cast

from pioneer_etl.contract.address import Position, in_column
from pioneer_etl.contract.text import normalise, normalise_path
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.contract.units import parse_unit, split_unit, unit_kind
from pioneer_etl.match.facts import names_fact
from pioneer_etl.match.guard import guard_words, passes_down
from pioneer_etl.table.model import HeaderColumn, RowRole, SheetReading, Table, TableKind, TableRow
from pioneer_etl.table.roles import Roles
from pioneer_etl.workbook.model import Scalar, Sheet, is_blank

SIDEWAYS: Final = (TableKind.TRANSPOSED, TableKind.FORM)
_ITEM_ROWS: Final = (RowRole.DATA, RowRole.SUBTOTAL, RowRole.TOTAL, RowRole.GROUP)
UNIT_HEADS: Final = frozenset(["单位", "计量单位", "计算单位", "unit"])
SERIAL_HEADS: Final = frozenset(
    ["序号", "序", "编号", "顺序号", "次序", "项次", "行次", "栏次", "代码", "代号", "no", "no.", "#"]
)
_SIDE_HEADS: Final = frozenset(["备注", "说明", "审核意见"])
VALUE_HEADS: Final = frozenset(
    "数量 数值 数 数据 数额 金额 内容 填报内容 填写内容 填报 情况 本年 本年数 本期 本期数 实际 值 value".split()  # noqa: SIM905
)
_FEWEST_OF_A_RECORD: Final = 3
_MEASURED: Final = ("money", "area", "fraction", "mass", "length", "volume")
_INDEX_PART: Final = re.compile(r"[甲乙丙丁戊己庚辛壬癸]|[(\[]?\d{1,2}[)\]]?(?:\s*=[\d+*/÷×()-]+)?")
_ONLY_NUMBERED: Final = re.compile(r"[\d.()（）]+")
_SERIAL: Final = re.compile(r"[(（]?[\d０-９一二三四五六七八九十.、]{1,6}[)）]?")
_TOTAL_HEADS: Final = re.compile(r"(?:合计|总计|小计|共计|全镇|全乡|全县):?$|^total:?$")


@unchanging
class Line:
    """One line: `line` is its sheet column (transposed: row), `key` its normalised path.

    `filled` are the cells of records that carry something.  `label` tells that understanding took it for
    what names the records.  `also` are other ways to read its heading: with a unit that stands on a level of
    its own (参训情况 over 人次: the unit, or the heading), and without outer heads that only emptiness spread over it.
    """

    line: int
    path: tuple[str, ...]
    cells: tuple[Position, ...]
    key: str
    unit: str | None = None
    filled: tuple[Position, ...] = ()
    label: bool = False
    block: int = 0
    also: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Every normalised path that its heading can be read as."""
        return (self.key, *self.also) if self.also else (self.key,)


class Lines(tuple[Line, ...]):
    """The lines of a table.  Cards with the same labels share theirs, and what is found out from these alone."""

    @cached_property
    def by_key(self) -> Mapping[str, tuple[Line, ...]]:
        found: dict[str, tuple[Line, ...]] = {}
        for line in self:
            for key in dict.fromkeys(line.keys):
                found[key] = (*found.get(key, ()), line)
        return found

    @cached_property
    def filled(self) -> frozenset[int]:
        return frozenset([line.line for line in self if line.filled])

    @cached_property
    def known(self) -> dict[object, tuple[object, ...]]:
        return {}


@dataclass(frozen=True)
class Frame:
    """A table as lines and the places of its records.

    `records` are the rows (transposed: columns) of the records, in order; `totals` those of printed
    totals.  `units` are what the lines around the table say.  `sideways` tells a transposed table or form.
    """

    reading: SheetReading
    index: int
    table: Table
    lines: tuple[Line, ...]
    records: tuple[int, ...]
    units: tuple[str, ...] = ()
    sideways: bool = False
    year: int | None = None

    def cell(self, line: int, record: int) -> Position:
        """The cell of a line in a record."""
        return Position(line, record) if self.sideways else Position(record, line)

    def of_year(self, year: int | None) -> Frame:
        """The same table in a form of another year."""
        return self if year == self.year else replace(self, year=year)

    def __post_init__(self) -> None:
        if not isinstance(self.lines, Lines):
            object.__setattr__(self, "lines", Lines(self.lines))

    @cached_property
    def by_key(self) -> Mapping[str, tuple[Line, ...]]:
        """The lines by every path that their headings can be read as."""
        return cast(Lines, self.lines).by_key

    @cached_property
    def by_number(self) -> Mapping[int, Line]:
        """The lines by their numbers."""
        return {line.line: line for line in self.lines}

    @cached_property
    def filled(self) -> frozenset[int]:
        """The numbers of the lines that carry something in a record."""
        return cast(Lines, self.lines).filled

    @property
    def known(self) -> dict[object, tuple[object, ...]]:
        """What was found out from the lines alone, for whoever asks it again of them."""
        return cast(Lines, self.lines).known

    def unit_of_kind(self, kind: str | None) -> str | None:
        """The unit around the table for what is counted in units of one kind; None where there is none, or two."""
        fitting = [unit for unit in self.units if unit_kind(unit) == kind]
        return fitting[0] if len(fitting) == 1 else None


def make_frame(
    reading: SheetReading,
    index: int,
    units: tuple[str, ...] = (),
    *,
    turned: bool = False,
    also: Mapping[int, str] | None = None,
) -> Frame:
    """The lines of one of a sheet's tables, whichever way it runs.

    `units` are what the lines around it say; `turned` reads it the other way than understanding took it; `also` gives
    for a column of a list another way to read its heading.
    """
    table = reading.tables[index]
    if turned:
        table = replace(table, kind=TableKind.LIST if table.kind in SIDEWAYS else TableKind.TRANSPOSED)
    if table.kind in SIDEWAYS:
        records = tuple(column.column for column in table.columns if record_column(column))
        return Frame(reading, index, table, tuple(_rows(reading, table, records)), records, units, True)
    records = record_rows(reading.sheet, table)
    return Frame(reading, index, table, tuple(_columns(reading, table, records, also or {})), records, units)


def columns_of(sheet: Sheet, records: Sequence[int]) -> Sequence[Sequence[Scalar | None]]:
    """The columns of a sheet as far as a record reaches: what the cells of each hold in the rows of the records."""
    rows = sheet.rows
    return list(zip_longest(*[rows[record - 1] if record <= len(rows) else () for record in records]))


def record_rows(sheet: Sheet, table: Table) -> tuple[int, ...]:
    """The rows of a list that are records.

    A row taken for a group or a note is one too when it fills several columns: a label fills one.
    """
    first, last = table.range.left - 1, table.range.right
    found = []
    for row in table.rows:
        if row.role is RowRole.DATA:
            found.append(row.row)
        elif row.role in (RowRole.GROUP, RowRole.NOTE):
            cells = sheet.rows[row.row - 1][first:last]
            if sum(not is_blank(each) for each in cells) >= _FEWEST_OF_A_RECORD:
                found.append(row.row)
    return tuple(found)


class _Heads(NamedTuple):
    """What the heads over a column say: without facts, `unit` split off; `key` and `bare_key` are normalised paths.

    `bare_key` has the nearest head in it where that is nothing but the unit; "" where it is not.
    """

    path: tuple[str, ...]
    unit: str | None
    key: str
    bare_key: str


@lru_cache(maxsize=16384)
def _read_heads(path: tuple[str, ...], unit: str | None, nearest: str | None) -> _Heads:
    """The heads over a column; `nearest` is what the cell of the last one says, None where it is no text."""
    path, bare = tuple([part for part in path if not names_fact(part)]), ""
    if unit is not None:
        bare = _bare_unit(nearest) if nearest is not None else ""
    elif path and nearest is not None:
        path, unit = _unit_in_head(path, nearest)
    return _Heads(path, unit, normalise_path(path), normalise_path((*path, bare)) if bare else "")


def _filled_across(reading: SheetReading, records: Sequence[int]) -> Sequence[Sequence[object]]:
    """The columns of a sheet as far as a record reaches: what is true where a record's cell carries anything."""
    roles = reading.roles
    if isinstance(roles, Roles) and roles.grid.sheet is reading.sheet:  # the classes of its cells are known
        rows = roles.grid.rows
        return list(zip(*[rows[record - 1] for record in records], strict=True))
    return [[not is_blank(value) for value in column] for column in columns_of(reading.sheet, records)]


def _columns(reading: SheetReading, table: Table, records: tuple[int, ...], more: Mapping[int, str]) -> Iterator[Line]:
    sheet = reading.sheet
    labels = {column.column for column in table.label_columns}
    columns = _without_index(sorted((*table.label_columns, *table.columns), key=attrgetter("column")))
    width = _block_width([normalise_path(column.path) for column in columns])
    across = _filled_across(reading, records)
    for number, column in enumerate(columns):
        index = column.column
        nearest = sheet.at(*column.cells[-1]) if column.cells else None
        path, unit, key, bare = _read_heads(column.path, column.unit, nearest if isinstance(nearest, str) else None)
        also = [other for other in (bare, _firm_key(sheet, column, path)) if other and other != key]
        other = more.get(index)
        if other and other != key and other not in also:
            also.append(other)
        filled = in_column(compress(records, across[index - 1] if index <= len(across) else ()), index)
        yield Line(index, path, column.cells, key, unit, filled, index in labels, number // width, tuple(also))


def _firm_key(sheet: Sheet, column: HeaderColumn, path: tuple[str, ...]) -> str:
    """The path without outer heads of neighbours that no merge, only empty cells, spread over this column.

    Heads such as 上年 stay: what they say may hold for the column.
    """
    number = column.column
    if len(path) != len(column.cells) or all(cell.column == number for cell in column.cells[:-1]):
        return ""
    firm = [
        part
        for part, cell in zip(path[:-1], column.cells[:-1], strict=True)
        if cell.column == number
        or passes_down(guard_words(part))
        or any(merge.holds(cell) and merge.holds((cell.row, number)) for merge in sheet.merges)
    ]
    return normalise_path((*firm, path[-1]))


def _without_index(columns: list[HeaderColumn]) -> list[HeaderColumn]:
    """The columns without the level of the header that only numbers them (甲 乙 1 2 3=4+5), if there is one."""
    headed = [column for column in columns if column.path]
    if len(headed) < _FEWEST_OF_A_RECORD or not all(
        len(column.path) > 1 and _INDEX_PART.fullmatch(normalise(column.path[-1])) for column in headed
    ):
        return columns
    return [replace(column, path=column.path[:-1]) if column.path else column for column in columns]


def _block_width(keys: list[str]) -> int:
    """How many columns a block has where the same headings stand several times side by side; else all of them."""
    count = len(keys)
    if len(set(keys)) == count:
        return max(1, count)
    for width in range(2, count // 2 + 1):
        if count % width == 0 and keys == keys[:width] * (count // width) and len(set(keys[:width])) > 1:
            return width
    return max(1, count)


def _unit_in_head(path: tuple[str, ...], nearest: str) -> tuple[tuple[str, ...], str | None]:
    """A path and the unit that only a blank sets apart from it ("村民人均收入 元"), as its nearest head is written."""
    bare, unit = split_unit(nearest)
    if unit is None or not bare or not normalise(path[-1]).startswith(normalise(bare)):
        return path, None
    if unit_kind(unit) not in _MEASURED:
        return path, None  # 姓　名 is a heading spaced out, and 培训 over 人次 one broken in two
    return (*path[:-1], bare), unit


def _bare_unit(nearest: str) -> str:
    """The text of the nearest head where it is nothing but the column's unit, without brackets."""
    text = nearest.strip()
    return text if parse_unit(text) is not None and text[:1] not in "(（[【" else ""


def record_column(column: HeaderColumn) -> bool:
    """Whether a column of a transposed table holds a record: not a total, a unit, a number, a remark."""
    leaf = normalise(column.path[-1]) if column.path else ""
    return leaf not in UNIT_HEADS | SERIAL_HEADS | _SIDE_HEADS and not _TOTAL_HEADS.search(leaf)


def total_column(column: HeaderColumn) -> bool:
    """Whether a column of a transposed table adds up the records beside it (合计, 全镇)."""
    return bool(column.path) and _TOTAL_HEADS.search(normalise(column.path[-1])) is not None


def _rows(reading: SheetReading, table: Table, records: tuple[int, ...]) -> Iterator[Line]:
    sheet = reading.sheet
    units = next(
        (
            column.column
            for column in (*table.label_columns, *table.columns)
            if column.path and normalise(column.path[-1]) in UNIT_HEADS
        ),
        None,
    )
    if table.header_rows:
        yield _header_line(table, records)
    for row in table.rows:
        if row.role not in _ITEM_ROWS:
            continue
        filled = tuple(Position(row.row, column) for column in records if not is_blank(sheet.at(row.row, column)))
        path, unit = _item_path(row, sheet, units)
        if units is not None:
            said = sheet.at(row.row, units)
            unit = (parse_unit(said) if isinstance(said, str) else None) or unit
        yield Line(row.row, path, row.cells, normalise_path(path), unit, filled)


def _header_line(table: Table, records: tuple[int, ...]) -> Line:
    """The row over a transposed table, whose heads name the records; the corner cell heads it."""
    row = table.header_rows[-1]
    names = [each for each in table.label_columns if each.path and normalise(each.path[-1]) not in UNIT_HEADS]
    corner = names[-1] if names else None
    path = corner.path if corner else ()
    filled = tuple(column.cells[-1] for column in table.columns if column.column in records and column.cells)
    cells = corner.cells if corner else ()
    return Line(row, path, cells, normalise_path(path), None, filled, label=True)


def _item_path(row: TableRow, sheet: Sheet, units: int | None = None) -> tuple[tuple[str, ...], str | None]:
    """A row's labels as a heading: serial numbers off, units split off (人均收入 元 as it stands, blank and all).

    `units` is the column that says nothing but the items' units.
    """
    parts, unit = [], None
    cells = [cell for cell in row.cells if cell.column != units]
    written = [str(sheet.at(*cell)) for cell in cells]
    whole = len(row.cells) == len(row.path)
    for text in written if whole else row.path:
        bare, own = split_unit(text)
        unit = own or unit
        if bare and not _ONLY_NUMBERED.fullmatch(bare):
            parts.append(bare)
    return tuple(parts), unit


@lru_cache(maxsize=16384)
def is_headed(path: tuple[str, ...], heads: frozenset[str]) -> bool:
    """Whether the nearest head, or the whole heading where it is written over several rows, is one of `heads`."""
    return bool(path) and (normalise(path[-1]) in heads or normalise("".join(path)) in heads)


def is_serial(line: Line, sheet: Sheet) -> bool:
    """Whether a line only numbers the records: its heading says so and its cells agree."""
    if not is_headed(line.path, SERIAL_HEADS):
        return False
    values = [sheet.at(*cell) for cell in line.filled]
    return all(_is_number(value) for value in values)


def _is_number(value: Scalar | None) -> bool:
    if isinstance(value, str):
        return _SERIAL.fullmatch(value.strip()) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def names_records(frame: Frame, line: Line) -> bool:
    """Whether the heads over a transposed table name its records (宜一村 宜二村), not their column (数量)."""
    texts = [normalise(str(frame.reading.sheet.at(*cell))) for cell in line.filled]
    return bool(texts) and not all(text in VALUE_HEADS for text in texts)
