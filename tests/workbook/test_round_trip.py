"""Whatever a grid holds, writing it and reading it back gives the same, by either road through the XML."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

import openpyxl
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from pioneer_etl.contract.address import Position, Range, column_letters
from pioneer_etl.workbook.model import CellError, NoResult, Scalar, Sheet

from .files import filled, only_sheet

_LETTERS = st.sampled_from("甲乙丙村镇 　12.,-%√〃—/&<>\"'=_x\n")
_TEXTS = st.text(_LETTERS, min_size=1, max_size=8).map(lambda text: "文" + text)
_ERROR_NUMBERS = {"#REF!": 0x17, "#N/A": 0x2A, "#DIV/0!": 0x07}
_DAYS = st.dates(date(1900, 3, 1), date(2100, 1, 1))
_NUMBERS = st.one_of(
    st.integers(-(10**15), 10**15),
    st.decimals(-1_000_000, 1_000_000, places=2).map(float),
    st.sampled_from([0, 0.1, 1966.05, 330327196001011000, 1e-7, -0.5]),
)
_SHARED = st.one_of(
    st.none(),
    _TEXTS,
    _NUMBERS,
    st.booleans(),
    _DAYS,
    st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0, second=1)
    ),
    st.sampled_from([CellError("#REF!"), CellError("#N/A"), CellError("#DIV/0!")]),
)
_XLSX_VALUES = st.one_of(_SHARED, st.sampled_from([NoResult("=SUM(A1:B2)"), NoResult('=IF(A1>1,"是","")')]))


def grids(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[list[Any]]]:
    return st.lists(st.lists(values, max_size=7), min_size=1, max_size=8)


def expected(grid: list[list[Any]]) -> dict[tuple[int, int], Scalar]:
    return {
        (row, column): _as_read(value)
        for row, values in enumerate(grid, 1)
        for column, value in enumerate(values, 1)
        if value is not None
    }


def _as_read(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.date() if isinstance(value, datetime) and value.time() == time(0) else value


def found(sheet: Sheet) -> dict[tuple[int, int], Scalar]:
    return {(position.row, position.column): value for position, value in sheet.filled_cells()}


def assert_same(actual: dict[tuple[int, int], Scalar], wanted: dict[tuple[int, int], Scalar]) -> None:
    assert actual == wanted
    assert {place: type(value) for place, value in actual.items()} == {
        place: type(value) for place, value in wanted.items()
    }


def xlsx_of(grid: list[list[Any]], merge: Range | None, hidden: int) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row, values in enumerate(grid, 1):
        for column, value in enumerate(values, 1):
            if value is None:
                continue
            cell = sheet.cell(row, column)
            if isinstance(value, CellError):
                cell.value, cell.data_type = value.code, "e"
            elif isinstance(value, NoResult):
                cell.value = value.formula
            else:
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
    sheet.row_dimensions[hidden].hidden = True
    if merge is not None:
        sheet.merged_cells.add(merge.a1)  # merge_cells would empty the cells beneath
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_a_comment(data: bytes) -> bytes:
    """The same workbook, but for an XML comment that sends its sheet through the parser."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as package:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets/"):
                content = content.replace(b"<sheetData>", b"<sheetData><!-- x -->")
            package.writestr(name, content)
    return target.getvalue()


_MERGES = st.builds(
    lambda top, left, height, width: Range(top, left, top + height, left + width),
    st.integers(1, 5),
    st.integers(1, 5),
    st.integers(1, 3),
    st.integers(0, 3),
)


@settings(max_examples=60, deadline=None)
@given(grids(_XLSX_VALUES), st.none() | _MERGES, st.integers(1, 8))
def test_xlsx(grid: list[list[Any]], merge: Range | None, hidden: int) -> None:
    data = xlsx_of(grid, merge, hidden)
    sheet = only_sheet(data)
    assert_same(found(sheet), expected(grid))
    assert sheet.count == filled(sheet)
    assert sheet.merges == (() if merge is None else (merge,))
    assert (hidden in sheet.hidden_rows) == (hidden <= sheet.height)  # beyond the last cell nobody looks
    parsed = only_sheet(with_a_comment(data))
    assert (parsed.rows, parsed.count, parsed.merges) == (sheet.rows, sheet.count, sheet.merges)
    assert parsed.formulas == sheet.formulas
    assert all(parsed.style(*position) == style for position, style in sheet.styles.items())


@settings(max_examples=40, deadline=None)
@given(grids(_SHARED))
def test_xls(grid: list[list[Any]]) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("表1")
    for row, values in enumerate(grid):
        for column, value in enumerate(values):
            if isinstance(value, CellError):
                page.row(row).set_cell_error(column, _ERROR_NUMBERS[value.code])
            elif isinstance(value, datetime):
                page.write(row, column, value, xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss"))
            elif isinstance(value, date):
                page.write(row, column, value, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
            elif value is not None:
                page.write(row, column, value)
    target = io.BytesIO()
    book.save(target)
    sheet = only_sheet(target.getvalue(), "x.xls")
    assert_same(found(sheet), expected(grid))
    assert sheet.count == filled(sheet)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(["", "<v></v>", "<v>1</v>", "<v>22.5</v>", "<v/>", "<f>A1</f>", "<f>A1</f><v></v>",
                             "<f>A1</f><v>3</v>", "<is><t>9</t></is>", "<is><t></t></is>", "<is><t>文</t></is>"]),
            max_size=5,
        ),
        min_size=1,
        max_size=10,
    )
)  # fmt: skip
def test_rows_whose_cells_differ_in_nothing_but_digits(rows: list[list[str]]) -> None:
    """Shapes of rows are remembered without their digits: empty and filled must still be told apart."""
    from .files import xlsx

    def cell(row: int, column: int, inner: str) -> str:
        kind = ' t="inlineStr"' if "<is>" in inner else ""
        return f'<c r="{column_letters(column)}{row}"{kind}>{inner}</c>'

    xml = "".join(
        f'<row r="{number}">' + "".join(cell(number, place, inner) for place, inner in enumerate(row, 1)) + "</row>"
        for number, row in enumerate(rows, 1)
    )
    meaning: dict[str, Any] = {
        "<v>1</v>": 1,
        "<v>22.5</v>": 22.5,
        "<f>A1</f>": NoResult("=A1"),
        "<f>A1</f><v></v>": NoResult("=A1"),
        "<f>A1</f><v>3</v>": 3,
        "<is><t>9</t></is>": "9",
        "<is><t>文</t></is>": "文",
    }
    wanted = {
        Position(number, place): meaning[inner]
        for number, row in enumerate(rows, 1)
        for place, inner in enumerate(row, 1)
        if inner in meaning
    }
    sheet = only_sheet(xlsx(xml))
    assert found(sheet) == wanted
    assert sheet.count == len(wanted)
