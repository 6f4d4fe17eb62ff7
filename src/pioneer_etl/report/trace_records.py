"""Tracing a cell of a list: to its record, and to the cells of the fields that the column shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.model import Label, Period
from pioneer_etl.report.compute import fields_read
from pioneer_etl.report.model import SummarySpec, words
from pioneer_etl.report.naming import find_column, find_plain
from pioneer_etl.report.records import column_sql, compute_records, field_of
from pioneer_etl.report.trace import Trace, load_records
from pioneer_etl.warehouse.sql import quoted

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts


def trace_records(
    connection: duckdb.DuckDBPyConnection,
    spec: SummarySpec,
    contracts: Contracts,
    period: Period,
    row: str,
    column: str | None,
) -> Trace:
    """The cell at a row (its number, its code, or a text that stands in no other row) and a column, with its record.

    UsageError when no row, or several, are called so, or the column is unknown.
    """
    table = compute_records(connection, spec, contracts, period)
    choices: list[tuple[str, tuple[str, ...]]] = []
    for each in table.rows:
        texts = [each.label.zh]
        for cell in each.cells:
            if isinstance(cell.value, Label):
                texts += [words(cell.value, "zh"), words(cell.value, "en")]
            elif isinstance(cell.value, str):
                texts.append(cell.value)
        choices.append((each.code or "", tuple(texts)))
    numbers = {each.label.zh: each.code or "" for each in table.rows}
    code = numbers.get(row.strip()) or find_plain("trace.unknown_figure", row, choices)
    found = table.row(code)
    if column is None:
        raise UsageError("trace.no_column", summary=spec.name)
    name = find_column(table.spec, table.headings, column)
    measure = table.spec.measures[name]
    dataset = contracts.datasets[spec.dataset or ""]
    assert found.source is not None
    inner = f"SELECT * FROM main.{quoted(dataset.name)} WHERE submission_id = ? AND part = ? AND line = ?"
    shown = field_of(dataset, measure)
    read = [shown.name] if shown else fields_read(measure.value or "", [each.name for each in dataset.fields])
    records = load_records(connection, dataset, inner, found.source, read, contracts.code_lists)
    return Trace(
        spec=table.spec,
        dataset=dataset if measure.value is not None and read else None,
        period=period,
        row=found.label,
        code=code,
        column=table.spec.heading_path(name),
        measure=measure,
        cell=table.cell(code, name),
        expression=column_sql(dataset, measure, table.spec, period) if measure.value is not None else "",
        records=records,
    )
