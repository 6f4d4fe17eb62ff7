"""A declared summary computed for one period: rows of places, columns of measures, states kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pioneer_etl.contract.model import Label, OrgUnit, Period
from pioneer_etl.report.cells import cell_at, county_of, coverage_notes, in_period, title_of, townships_of
from pioneer_etl.report.comparison import with_ranks
from pioneer_etl.report.compute import COUNTY, Computed, Place, compute
from pioneer_etl.report.figures import compute_figures
from pioneer_etl.report.model import RowKind, SummaryCell, SummaryRow, SummarySpec, SummaryTable
from pioneer_etl.report.plain_sql import compute_plain_sql
from pioneer_etl.report.records import compute_records
from pioneer_etl.report.words import word

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts


def compute_summary(
    connection: duckdb.DuckDBPyConnection, spec: SummarySpec, contracts: Contracts, period: Period, unmask: bool = False
) -> SummaryTable:
    """`spec` for `period`, out of the warehouse's views.

    All townships of the county are listed, in the order of the list of places.  A township that has
    not reported a dataset has cells in state UNREPORTED there and is named in a note beside the total.
    `unmask` prints personal data in a list of records as it is.
    """
    if spec.kind == "records":
        return compute_records(connection, spec, contracts, period, unmask)
    spec = in_period(spec, contracts, period)
    if spec.kind == "sql":
        return compute_plain_sql(connection, spec, contracts, period)
    computed = compute(connection, spec, contracts, period)
    if spec.kind == "figures":
        return compute_figures(computed, spec, contracts, period)
    townships = townships_of(contracts, period)
    rows = [_row(computed, spec, contracts, (each.code, None), each) for each in townships]
    listed = {each.code for each in townships}
    rows += _unlisted(computed, spec, contracts, listed)
    total = SummaryRow(RowKind.TOTAL, None, spec.total_label, _cells(computed, spec, contracts, COUNTY))
    if spec.total == "first":
        rows.insert(0, total)
    elif spec.total == "last":
        rows.append(total)
    coverage, notes = coverage_notes(computed, spec, contracts, period)
    return SummaryTable(
        spec=spec,
        period=period,
        county=county_of(contracts).name,
        title=title_of(spec, contracts, period),
        headings=spec.columns,
        rows=tuple(with_ranks(rows, spec)),
        detail=_detail(computed, spec, contracts, townships, period) if "village" in spec.levels else (),
        detail_headings=spec.detail_columns if "village" in spec.levels else (),
        coverage=coverage,
        notes=(*notes, *spec.notes),
    )


def _cells(computed: Computed, spec: SummarySpec, contracts: Contracts, place: Place) -> tuple[SummaryCell, ...]:
    names = [leaf.measure for leaf in spec.leaves if leaf.measure is not None]
    return tuple(cell_at(computed, spec, contracts, each, place) for each in names)


def _row(computed: Computed, spec: SummarySpec, contracts: Contracts, place: Place, unit: OrgUnit) -> SummaryRow:
    kind = RowKind.TOWNSHIP if place[1] is None else RowKind.VILLAGE
    return SummaryRow(kind, unit.code, Label(unit.name, unit.name), _cells(computed, spec, contracts, place))


def _unlisted(computed: Computed, spec: SummarySpec, contracts: Contracts, listed: set[str]) -> list[SummaryRow]:
    """Records of places outside of the list: in rows of their own, so that the total is the sum of its rows."""
    codes = sorted({place[0] for _, place in computed.values if place[0] is not None} - listed)
    rows: list[SummaryRow] = []
    for code in codes:
        name = next((each.name for each in contracts.places.units if each.code == code), "") or code
        label = Label(word("unlisted", "zh", name=name), word("unlisted", "en", name=name))
        rows.append(SummaryRow(RowKind.UNLISTED, code, label, _cells(computed, spec, contracts, (code, None))))
    return rows


def _detail(
    computed: Computed, spec: SummarySpec, contracts: Contracts, townships: Sequence[OrgUnit], period: Period
) -> tuple[SummaryRow, ...]:
    printed = replace(spec, columns=spec.detail_columns)
    rows: list[SummaryRow] = []
    for township in townships:
        villages = contracts.places.children(township.code, on=period.end)
        rows.append(_row(computed, printed, contracts, (township.code, None), township))
        rows += [_row(computed, printed, contracts, (township.code, each.code), each) for each in villages]
    return tuple(with_ranks(rows, printed))
