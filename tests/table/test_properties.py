"""Whatever a sheet holds: understanding never raises, and the roles cover exactly the filled cells."""

from __future__ import annotations

from datetime import date, datetime

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pioneer_etl.contract.address import Range
from pioneer_etl.table.describe import describe
from pioneer_etl.table.explain import explain
from pioneer_etl.table.model import Role, SheetReading
from pioneer_etl.table.understand import understand
from pioneer_etl.workbook.model import CellError, NoResult, Scalar, Sheet

_WORDS = st.sampled_from(
    [
        "村", "户数", "合计", "小计", "总计", "其中：", "注：略", "单位：万元", "填表人：张三", "续表", "一、收入",
        "（一）经营",
        "1.", "甲", "乙", "2019年", "2008/09", "10-20", "—", "…", "无", "√", "3.2万元", "１２．５", "1,234", "42%",
        " ", "", "\u3000",
        "- Oil", "Total", "of which", "0001", "项目", "数量", "序号", "2004年9月30日", "x" * 200, "a\nb",
    ]
)  # fmt: skip
_CELLS: st.SearchStrategy[Scalar | None] = st.one_of(
    st.none(),
    st.none(),
    _WORDS,
    st.text(max_size=6),
    st.integers(-(10**20), 10**20),
    st.integers(1990, 2030),
    st.integers(0, 5),
    st.floats(allow_nan=True, allow_infinity=True),
    st.booleans(),
    st.dates(date(1950, 1, 1), date(2030, 1, 1)),
    st.datetimes(datetime(1950, 1, 1), datetime(2030, 1, 1)),
    st.just(CellError("#REF!")),
    st.just(NoResult("=A1")),
)
_MERGES = st.lists(
    st.tuples(st.integers(1, 12), st.integers(1, 8), st.integers(0, 4), st.integers(0, 400)).map(
        lambda each: Range(each[0], each[1], each[0] + each[2], each[1] + each[3])
    ),
    max_size=4,
)


def _sheets() -> st.SearchStrategy[Sheet]:
    rows = st.lists(st.lists(_CELLS, max_size=8).map(tuple), max_size=14).map(tuple)
    return st.builds(lambda cells, merges: Sheet("s", cells, tuple(merges)), rows, _MERGES)


def _accounted(reading: SheetReading) -> None:
    filled = {position for position, _ in reading.sheet.filled_cells()}
    assert set(reading.roles) == filled
    assert len(reading.roles) == len(filled)
    for position in filled:
        assert isinstance(reading.roles[position].role, Role)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_sheets())
@example(Sheet("s", ((), ("村", "村", "村")), (Range(1, 1, 2, 2),)))  # nothing but heads, and no body below them
def test_roles_cover_exactly_the_filled_cells(sheet: Sheet) -> None:
    reading = understand(sheet)
    _accounted(reading)
    described = describe(reading)
    assert len(described["tables"]) == len(reading.tables)
    for position in list(reading.roles)[:5]:
        explain(reading, position)


@settings(max_examples=100, deadline=None)
@given(_sheets())
@example(Sheet("s", (("村", "单位：万元"),)))  # a label and a line: no heads, and no body
def test_tables_lie_inside_the_sheet_and_their_rows_ascend(sheet: Sheet) -> None:
    reading = understand(sheet)
    for table in reading.tables:
        assert 1 <= table.range.top <= table.range.bottom <= sheet.height
        numbers = [row.row for row in table.rows]
        assert numbers == sorted(set(numbers))
        assert all(table.range.top <= number <= table.range.bottom for number in numbers)
        for row in table.rows:
            assert set(row.covers) <= set(numbers)


def test_an_empty_sheet_has_no_table() -> None:
    reading = understand(Sheet("s", ()))
    assert reading.tables == ()
    assert dict(reading.roles) == {}
