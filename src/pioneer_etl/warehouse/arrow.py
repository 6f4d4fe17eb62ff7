"""The one place where Arrow tables are made for DuckDB and taken from it.

arro3 cannot make decimals and dates from Python's own, so decimals go in as text, which DuckDB casts
and would refuse if they did not fit, and dates as days since 1970.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from pioneer_etl.warehouse.sql import quoted

if TYPE_CHECKING:
    import duckdb
    from arro3.core import Table

Kind = Literal["int", "text", "bool", "date", "time", "float"]
Column = tuple[Kind, Sequence[Any]]

_EPOCH = date(1970, 1, 1).toordinal()
_START = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
_STAGED = "arriving"


def make_table(columns: Mapping[str, Column]) -> Table:
    """An Arrow table of columns of equal length; None is a null.  Dates are given as `date`, times as
    `datetime` without a zone."""
    from arro3.core import Array, DataType, Table

    types = {
        "int": DataType.int64(),
        "text": DataType.string(),
        "bool": DataType.bool(),
        "float": DataType.float64(),
    }
    arrays: dict[str, Any] = {}
    for name, (kind, values) in columns.items():
        if kind == "date":
            days = [None if each is None else each.toordinal() - _EPOCH for each in values]
            arrays[name] = Array(days, type=DataType.int32()).cast(DataType.date32())
        elif kind == "time":
            since = [None if each is None else (each - _START) // _MICROSECOND for each in values]
            arrays[name] = Array(since, type=DataType.int64()).cast(DataType.timestamp("us"))
        else:
            arrays[name] = Array(values, type=types[kind])
    return Table.from_pydict(arrays)


def insert(
    connection: duckdb.DuckDBPyConnection,
    target: str,
    columns: Mapping[str, Column],
    computed: Mapping[str, str] | None = None,
) -> None:
    """Insert columns into `target` (an SQL name), with `computed` columns given as SQL expressions."""
    if not columns or not len(next(iter(columns.values()))[1]):
        return
    more = computed or {}
    names = ", ".join(quoted(name) for name in (*columns, *more))
    values = ", ".join((*(quoted(name) for name in columns), *more.values()))
    with staged(connection, columns) as source:
        connection.execute(f"INSERT INTO {target} ({names}) SELECT {values} FROM {source}")


@contextmanager
def staged(connection: duckdb.DuckDBPyConnection, columns: Mapping[str, Column]) -> Iterator[str]:
    """Columns as a table for the length of a query; its name is given."""
    connection.register(_STAGED, make_table(columns))
    try:
        yield _STAGED
    finally:
        connection.unregister(_STAGED)


def table_of_rows(columns: Sequence[str], types: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    """Rows of Python values as an Arrow table, by the DuckDB types of their columns.

    Whole numbers, decimals, floats, booleans and dates keep their type; anything else becomes text.
    """
    from arro3.core import Array, DataType, Table

    arrays: dict[str, Any] = {}
    for place, (name, kind) in enumerate(zip(_distinct(columns), types, strict=True)):
        values = [row[place] for row in rows]
        arrays[name] = _array(kind, values, Array, DataType)
    return Table.from_pydict(arrays)


def _array(kind: str, values: list[Any], array: Any, types: Any) -> Any:
    if kind in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT"):
        return array(values, type=types.int64())
    if kind in ("FLOAT", "DOUBLE"):
        return array(values, type=types.float64())
    if kind == "BOOLEAN":
        return array(values, type=types.bool())
    if kind == "DATE":
        days = [None if each is None else each.toordinal() - _EPOCH for each in values]
        return array(days, type=types.int32()).cast(types.date32())
    texts = [None if each is None else format(each, "f") if isinstance(each, Decimal) else str(each) for each in values]
    held = array(texts, type=types.string())
    if kind.startswith("DECIMAL("):
        digits, places = (int(part) for part in kind[8:-1].split(","))
        return held.cast(types.decimal128(digits, places))
    return held


def _distinct(names: Sequence[str]) -> list[str]:
    """Column names made distinct: a second `total` is `total_2`."""
    found: list[str] = []
    for name in names:
        free, number = name, 1
        while free in found:
            number += 1
            free = f"{name}_{number}"
        found.append(free)
    return found
