"""One line of a table read as one field: the reader is made for the line, then every cell goes through it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final, NamedTuple, Protocol, TypeAlias, cast

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.errors import PluginError
from pioneer_etl.contract.model import Field, FieldType, Label, OrgUnit, Period
from pioneer_etl.contract.places import Places
from pioneer_etl.match.model import ColumnMatch, MatchedTable
from pioneer_etl.transform.dates import DateReader, writes_two_digit_months
from pioneer_etl.transform.formats import format_facts
from pioneer_etl.transform.model import FieldValue, ParseValue, SourceCell, ValueContext, ValueState
from pioneer_etl.transform.numbers import NumberReader, number_text, percent_basis
from pioneer_etl.transform.reading import BLANK, Doubt, Reading, broken, converted, is_ditto, shown
from pioneer_etl.transform.words import (
    BooleanReader,
    CodeReader,
    IdReader,
    NameReader,
    PhoneReader,
    PlaceReader,
    TextReader,
    is_ticked,
    options,
    statements_of,
    ticked_value,
)
from pioneer_etl.workbook.model import CellError, NoResult, Scalar, Sheet, is_blank

NUMERIC: Final = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.PERCENT)
# What the number format of a cell may say something about.
_FORMATTED: Final = (*NUMERIC, FieldType.DATE, FieldType.MONTH)
_BROKEN: Final = (CellError, NoResult)
_NUMBERS: Final = frozenset([int, float])
_NOTHING: Final[Reading] = (BLANK, ())
_NO_LABEL: Final = Label("", "")
_GENERAL: Final = "General"
_CARRIED: Final = "沿用上面的标签"


class Reader(Hashable, Protocol):
    """Reads one cell that is not blank, not broken and not 同上."""

    def read(self, raw: Scalar, number_format: str = _GENERAL) -> Reading: ...


class Cells(NamedTuple):
    """The cells of one line, one a record, and where a text comes from when it is carried.

    `line` is a column of the sheet and `records` are rows; `sideways` the other way round.  `raws` are what the cells
    hold.
    """

    sheet: Sheet
    line: int
    records: Sequence[int]
    sideways: bool
    carried: Mapping[Position, Position]
    raws: Sequence[Scalar | None]

    def position(self, number: int) -> Position:
        """Where the cell of a record stands; records are numbered from 0."""
        record = self.records[number]
        return Position(self.line, record) if self.sideways else Position(record, self.line)

    @property
    def positions(self) -> tuple[Position, ...]:
        return tuple(map(self.position, range(len(self.records))))


class LineValues(NamedTuple):
    """The values of one line, one a record, and the doubts with the number of their record."""

    values: tuple[FieldValue, ...]
    doubts: tuple[tuple[int, Doubt], ...]


_WORDS: Final[Mapping[FieldType, type[IdReader | PhoneReader | NameReader]]] = {
    FieldType.ID: IdReader,
    FieldType.PHONE: PhoneReader,
    FieldType.PERSON_NAME: NameReader,
}


def read_text(
    field: Field, text: str, contracts: Contracts, township: OrgUnit | None, period: Period | None
) -> Reading:
    """What somebody typed as a value of a field, read as a cell under a heading with the field's own unit would be."""
    codes = contracts.code_lists.get(field.codes or "")
    kind = field.type
    reader: Reader
    if kind in NUMERIC:
        reader = NumberReader(field, field.unit, percent_basis(_bare_numbers([text], [_GENERAL]), field.unit))
    elif kind in (FieldType.DATE, FieldType.MONTH):
        reader = DateReader(field, period)
    elif kind is FieldType.CODE and codes is not None:
        reader = CodeReader(codes)
    elif kind is FieldType.BOOLEAN:
        reader = BooleanReader({}, {}, statements_of((field.label.zh, *field.synonyms)))
    elif kind is FieldType.PLACE:
        reader = PlaceReader(contracts.places, township, period)
    else:
        reader = _WORDS.get(kind, TextReader)()
    return reader.read(text)


def make_reader(
    field: Field,
    column: ColumnMatch,
    matched: MatchedTable,
    contracts: Contracts,
    raws: Sequence[Scalar | None],
    formats: Sequence[str],
) -> Reader:
    """The reader for a field under one heading; the column's own cells decide what a heading leaves open."""
    kind = field.type
    if kind is FieldType.PERCENT:
        basis = percent_basis(_bare_numbers(raws, formats), column.unit)
        return _number_reader(kind, field.unit, field.places, column.unit, basis)
    if kind in NUMERIC:
        return _number_reader(kind, field.unit, field.places, column.unit, "fraction")
    if kind in (FieldType.DATE, FieldType.MONTH):
        texts = [raw for raw in raws if isinstance(raw, str)]
        return _date_reader(kind, matched.identity.period, writes_two_digit_months(texts))
    if kind is FieldType.PLACE:
        return _place_reader(contracts.places, matched.identity.township, matched.identity.period)
    if kind is FieldType.BOOLEAN:
        spellings = tuple(matched.code_maps.get(field.name, {}).items())
        return _boolean_reader((field.label.zh, *field.synonyms), spellings, _options(column.path))
    if kind is FieldType.CODE and field.codes in contracts.code_lists:
        spellings = tuple(matched.code_maps.get(field.name, {}).items())
        return _code_reader(contracts, field.codes, spellings, _options(column.path))
    return _word_reader(kind)


# The same few readers are wanted for sheet after sheet, and what one has read is remembered (`_read`): so fields that
# are read alike share theirs.


@lru_cache(maxsize=1024)
def _number_reader(
    kind: FieldType, stored: str | None, places: int | None, unit: str | None, basis: str
) -> NumberReader:
    return NumberReader(Field("", _NO_LABEL, kind, stored, places=places), unit, basis)


@lru_cache(maxsize=1024)
def _date_reader(kind: FieldType, period: Period | None, two_digit_months: bool) -> DateReader:
    return DateReader(Field("", _NO_LABEL, kind), period, two_digit_months)


_Pairs: TypeAlias = tuple[tuple[str, str], ...]


@lru_cache(maxsize=16384)
def _options(path: tuple[str, ...]) -> _Pairs:
    """The choices that a heading lists."""
    return tuple(options("/".join(path)).items())


@lru_cache(maxsize=1024)
def _code_reader(contracts: Contracts, codes: str, spellings: _Pairs, choices: _Pairs) -> CodeReader:
    return CodeReader(contracts.code_lists[codes], dict(spellings), dict(choices))


@lru_cache(maxsize=1024)
def _boolean_reader(names: tuple[str, ...], spellings: _Pairs, choices: _Pairs) -> BooleanReader:
    return BooleanReader(dict(spellings), dict(choices), statements_of(names))


def _place_reader(places: Places, township: OrgUnit | None, period: Period | None) -> PlaceReader:
    if township is None or places.unit(township.code) is not township:
        return PlaceReader(places, township, period)
    return _place_reader_in(places, township.code, period)


@lru_cache(maxsize=256)
def _place_reader_in(places: Places, township: str, period: Period | None) -> PlaceReader:
    return PlaceReader(places, places.unit(township), period)


@lru_cache(maxsize=16)
def _word_reader(kind: FieldType) -> Reader:
    return _WORDS.get(kind, TextReader)()


# What is read of a cell that says 同上: it is made of the record before.
_AS_ABOVE: Final[Reading] = (BLANK, (Doubt("value.ditto_of_nothing"),))


@lru_cache(maxsize=65536, typed=True)
def _read(reader: Reader, raw: Scalar, number_format: str) -> Reading:
    """What a reader makes of a cell, remembered: 0, 是 and the names of villages stand in sheet after sheet."""
    if isinstance(raw, str) and is_ditto(raw):
        return _AS_ABOVE
    if isinstance(raw, _BROKEN):
        return broken(raw)
    return reader.read(raw, number_format)


def _bare_numbers(raws: Sequence[Scalar | None], formats: Sequence[str]) -> list[float]:
    """The numbers of a column of rates that do not say themselves whether they are in percent."""
    found = []
    for raw, number_format in zip(raws, formats, strict=True):
        if isinstance(raw, str):
            read = number_text(raw)
            if read is not None and read.unit is None:
                found.append(float(read.number))
        elif isinstance(raw, int | float) and not isinstance(raw, bool) and not format_facts(number_format).percent:
            found.append(float(raw))
    return found


def formats_of(cells: Cells) -> list[str]:
    """The number format of every cell of a line that holds a number; of a text it says nothing."""
    styles = cells.sheet.styles
    formats = [_GENERAL] * len(cells.raws)
    if cells.sheet.has_styles:
        line, sideways = cells.line, cells.sideways
        for number, (raw, record) in enumerate(zip(cells.raws, cells.records, strict=True)):
            if type(raw) in _NUMBERS:
                # A plain pair finds what a Position does, and is made in a third of the time.
                style = styles.get(cast(Position, (line, record) if sideways else (record, line)))
                if style is not None:
                    formats[number] = style.number_format
    return formats


def read_line(
    field: Field,
    column: ColumnMatch,
    cells: Cells,
    matched: MatchedTable,
    contracts: Contracts,
    parse_value: ParseValue | None,
    *,
    carry: bool = False,
) -> LineValues:
    """Every cell of a line as values of a field.

    `carry` takes an empty cell's value from the one before it (a label written once).  同上 does so always.
    """
    raws = cells.raws
    formats = formats_of(cells) if field.type in _FORMATTED else [_GENERAL] * len(raws)
    reader = make_reader(field, column, matched, contracts, raws, formats)
    blank_says = matched.blanks.get(field.name)
    if parse_value is None and not carry and not cells.carried and blank_says is None:
        readings = [
            _NOTHING if raw is None or (type(raw) is str and not raw.strip()) else _read(reader, raw, number_format)
            for raw, number_format in zip(raws, formats, strict=True)
        ]
        told = [(number, doubts) for number, (_, doubts) in enumerate(readings) if doubts]
        if not any(doubts is _AS_ABOVE[1] for _, doubts in told):
            found = [(number, doubt) for number, doubts in told for doubt in doubts]
            return LineValues(tuple([value for value, _ in readings]), tuple(found))
    foreign = _Foreign(parse_value, field, column, matched, contracts.places) if parse_value is not None else None
    values: list[FieldValue] = []
    doubts: list[tuple[int, Doubt]] = []
    last: tuple[FieldValue, int] | None = None
    for number, raw in enumerate(raws):
        if raw is None or (type(raw) is str and not raw.strip()):
            reading = _empty(cells, number, last, reader) if last is not None or cells.carried else _NOTHING
            if blank_says is not None and reading[0] is BLANK:
                value, more = reader.read(blank_says)
                reading = replace(value, text="", conversion=f"空格即{blank_says}"), more
        else:
            asked = foreign.ask(cells, number, raw) if foreign is not None else None
            reading = asked if asked is not None else _read(reader, raw, formats[number])
            if reading is _AS_ABOVE:
                reading = _ditto(shown(raw), values)
            if carry:
                last = (reading[0], number)
        values.append(reading[0])
        if reading[1]:
            doubts.extend((number, each) for each in reading[1])
    return LineValues(tuple(values), tuple(doubts))


def _empty(cells: Cells, number: int, last: tuple[FieldValue, int] | None, reader: Reader) -> Reading:
    """An empty cell: blank, or the value of the label that holds for it too."""
    source = cells.carried.get(cells.position(number)) if cells.carried else None
    if source is not None:
        raw = cells.sheet.at(*source)
        if raw is not None and not is_blank(raw) and not isinstance(raw, CellError | NoResult):
            value, doubts = reader.read(raw)
            return replace(value, cell=source, conversion=converted(value.conversion, _CARRIED)), doubts
    if last is not None:
        return replace(last[0], cell=cells.position(last[1]), conversion=converted(last[0].conversion, _CARRIED)), ()
    return BLANK, ()


def _ditto(raw: str, values: Sequence[FieldValue]) -> Reading:
    """同上: the value of the record before."""
    if not values or values[-1].state in (ValueState.BLANK, ValueState.UNREADABLE):
        return FieldValue(None, ValueState.UNREADABLE, text=raw), (Doubt("value.ditto_of_nothing", {"found": raw}),)
    before = values[-1]
    return replace(before, cell=None, text=raw, conversion=f"同上：{before.text}" if before.text != raw else "同上"), ()


class _Foreign:
    """A value parser from outside, asked first for every cell that is not blank."""

    def __init__(
        self, parse: ParseValue, field: Field, column: ColumnMatch, matched: MatchedTable, places: Places
    ) -> None:
        self.parse, self.field = parse, field
        who = matched.identity
        self.context = ValueContext(
            matched.dataset,
            matched.layout,
            column.path,
            column.unit,
            who.township,
            who.period,
            places=places,
        )

    def ask(self, cells: Cells, number: int, raw: Scalar) -> Reading | None:
        position = cells.position(number)
        cell = SourceCell(raw, cells.sheet.name, position, cells.sheet.style(*position))
        try:
            answer = self.parse(cell, self.field, self.context)
        except PluginError as error:
            text = shown(raw)
            doubt = Doubt("value.plugin_failed", {"reason": error.message("zh")})
            return FieldValue(None, ValueState.UNREADABLE, text=text), (doubt,)
        return None if answer is None else (answer, ())


def read_ticks(
    field: Field,
    columns: Sequence[tuple[ColumnMatch, Cells]],
    matched: MatchedTable,
    contracts: Contracts,
) -> LineValues:
    """One field from its columns to tick (男, 女): the heading over the mark is the value."""
    stands: list[FieldValue] = []
    doubts: list[tuple[int, Doubt]] = []
    for column, _ in columns:
        reader = make_reader(field, column, matched, contracts, (), ())
        stands.append(reader.read(column.tick or "")[0])
    raws = [cells.raws for _, cells in columns]
    values: list[FieldValue] = []
    for number in range(len(columns[0][1].records)):
        ticks: list[tuple[bool | None, FieldValue]] = []
        for (column, cells), stand, found in zip(columns, stands, raws, strict=True):
            raw = found[number]
            ticked = False if is_blank(raw) else is_ticked(raw, column.tick or "")
            mark = f"√ {column.tick}" if ticked else shown(raw)
            ticks.append(
                (ticked, replace(stand, cell=cells.position(number), text=mark, conversion=f"打勾列：{column.tick}"))
            )
        value, more = ticked_value(ticks)
        values.append(value)
        doubts.extend((number, each) for each in more)
    return LineValues(tuple(values), tuple(doubts))
