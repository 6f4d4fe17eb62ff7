"""A traced figure computed again from nothing but its cells, in a database of its own."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from pioneer_etl.report.comparison import changed, ranks
from pioneer_etl.report.compute import exact
from pioneer_etl.report.model import Figure
from pioneer_etl.warehouse.arrow import Column, insert
from pioneer_etl.warehouse.sql import quoted
from pioneer_etl.warehouse.views import sql_type

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.report.trace import Trace, TracedCell

Reader: TypeAlias = "Callable[[TracedCell], Figure | None]"

_PLACE = ("period", "township_code", "township", "village_code", "village")


def re_add(trace: Trace, read: Reader | None = None) -> Figure | None:
    """The figure of `trace` from the values of its cells; None where it has none."""
    if trace.numerator is not None and trace.denominator is not None:
        top = _unscaled(trace.numerator, read)
        bottom = _unscaled(trace.denominator, read)
        if not isinstance(top, (int, Decimal)) or not isinstance(bottom, (int, Decimal)) or not bottom:
            return None
        return Decimal(top) / Decimal(bottom) * trace.measure.scale
    if trace.measure.compares is not None:
        return _compared(trace, read)
    value = _unscaled(trace, read)
    if isinstance(value, (int, Decimal)) and trace.measure.scale != 1:
        return Decimal(value) * trace.measure.scale
    return value


def _compared(trace: Trace, read: Reader | None) -> Figure | None:
    """A change or growth from its two figures, an earlier figure, or a rank among the others' figures."""
    measure = trace.measure
    if trace.ranked is not None:
        own = re_add(trace.ranked, read)
        if not isinstance(own, (int, Decimal)) or trace.cell.value is None:
            return None
        figures = {i: figure for i, (_, figure) in enumerate(trace.others)}
        return ranks({**figures, -1: own}, measure.lowest_first)[-1]
    assert trace.before is not None
    before = re_add(trace.before, read)
    if trace.now is None:
        return before
    now = re_add(trace.now, read)
    if not isinstance(now, (int, Decimal)) or not isinstance(before, (int, Decimal)):
        return None
    return changed(measure, now, before)


@cache
def _empty_database() -> duckdb.DuckDBPyConnection:
    """Opened once, as that takes ten times as long as the adding; what a cursor makes for the time being is its own."""
    import duckdb

    return duckdb.connect(":memory:")


def _unscaled(trace: Trace, read: Reader | None) -> Figure | None:
    if not trace.records:
        return trace.cell.value  # nothing stands behind it: zero, or no figure
    if trace.dataset is None:
        return read(trace.cells[0]) if read else trace.cell.value
    names = [each.field for each in trace.records[0].cells]
    fields = [trace.dataset.field(each) for each in names if each != trace.dataset.place_field]
    types = {**dict.fromkeys(_PLACE, "VARCHAR"), **{each.name: sql_type(each) for each in fields}}
    rows: list[list[object]] = []
    for record in trace.records:
        values = {cell.field: read(cell) if read else cell.raw for cell in record.cells}
        place = [record.period, record.township_code, record.township, record.village_code, record.village]
        rows.append([*place, *(values[each.name] for each in fields)])
    definitions = ", ".join(f"{quoted(name)} {kind}" for name, kind in types.items())
    # As texts, which DuckDB makes into what the columns are: binding thousands of values one by one takes far longer.
    columns = zip(types, zip(*rows, strict=True), strict=True)
    texts: dict[str, Column] = {name: ("text", [_as_text(each) for each in column]) for name, column in columns}
    with _empty_database().cursor() as connection:
        connection.execute(f"CREATE TEMP TABLE cells ({definitions})")
        insert(connection, "cells", texts)
        condition = f" WHERE {trace.where}" if trace.where else ""
        found = connection.execute(f"SELECT {trace.expression} FROM cells{condition}").fetchone()
    return exact(found[0]) if found else None


def _as_text(value: object) -> str | None:
    if value is None:
        return None
    return format(value, "f") if isinstance(value, Decimal) else str(value)
