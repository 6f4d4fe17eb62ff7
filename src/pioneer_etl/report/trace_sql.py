"""Tracing a plain SQL summary: to the record that a row selects, where it selects one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.model import Period
from pioneer_etl.report.model import SummarySpec
from pioneer_etl.report.naming import find_column, find_plain
from pioneer_etl.report.plain_sql import compute_plain_sql
from pioneer_etl.report.trace import Trace, load_records
from pioneer_etl.warehouse.sql import quoted

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts


def trace_plain_sql(
    connection: duckdb.DuckDBPyConnection,
    spec: SummarySpec,
    contracts: Contracts,
    period: Period,
    row: str,
    column: str | None,
) -> Trace:
    """The cell at a row (its label or number) and a column, with the record that the row selects.

    UsageError "trace.no_source" when the query does not select submission_id, part and line.
    """
    table = compute_plain_sql(connection, spec, contracts, period)
    choices = [(each.code or "", (each.label.zh,)) for each in table.rows]
    code = find_plain("trace.unknown_figure", row, choices)
    found = table.row(code)
    if column is None:
        raise UsageError("trace.no_column", summary=spec.name)
    name = find_column(table.spec, table.headings, column)
    if found.source is None:
        raise UsageError("trace.no_source", summary=spec.name)
    known = connection.execute("SELECT dataset FROM main.submission WHERE id = ?", [found.source[0]]).fetchone()
    dataset = contracts.datasets.get(known[0]) if known else None
    if dataset is None:
        raise UsageError("trace.no_source", summary=spec.name)
    inner = f"SELECT * FROM main.{quoted(dataset.name)} WHERE submission_id = ? AND part = ? AND line = ?"
    names = [each.name for each in dataset.fields]
    return Trace(
        spec=table.spec,
        dataset=None,
        period=period,
        row=found.label,
        code=code,
        column=table.spec.heading_path(name),
        measure=table.spec.measures[name],
        cell=table.cell(code, name),
        records=load_records(connection, dataset, inner, found.source, names, contracts.code_lists),
    )
