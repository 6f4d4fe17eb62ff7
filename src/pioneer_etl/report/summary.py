"""A declared summary computed for one period: rows of places, columns of measures, states kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pioneer_etl.contract.model import Label, OrgUnit, Period
from pioneer_etl.contract.places import name_on
from pioneer_etl.report.cells import cell_at, county_of, coverage_notes, in_period, owing_on_map, title_of, townships_of
from pioneer_etl.report.comparison import earlier, with_ranks
from pioneer_etl.report.compute import COUNTY, Computed, Place, compute
from pioneer_etl.report.differences import difference_notes, with_difference_rows
from pioneer_etl.report.figures import compute_figures
from pioneer_etl.report.mapping import map_day, map_notes, mapped
from pioneer_etl.report.model import CellState, RowKind, SummaryCell, SummaryRow, SummarySpec, SummaryTable
from pioneer_etl.report.plain_sql import compute_plain_sql
from pioneer_etl.report.records import compute_records
from pioneer_etl.report.reporting import with_reporting
from pioneer_etl.report.words import word
from pioneer_etl.warehouse.views import DIFFERENCE, REPORTING

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
    chosen = contracts.map
    contracts = with_reporting(mapped(contracts, period), spec)
    if spec.kind == "records":
        return compute_records(connection, spec, contracts, period, unmask)
    spec = in_period(spec, contracts, period)
    if spec.kind == "sql":
        return compute_plain_sql(connection, spec, contracts, period, chosen)
    computed = compute(connection, spec, contracts, period)
    if spec.kind == "figures":
        return compute_figures(computed, spec, contracts, period)
    townships = townships_of(contracts, period)
    rows = [_row(computed, spec, contracts, (each.code, None), each) for each in townships]
    owing = owing_on_map(contracts, period)
    rows = [row if row.code in owing else _blank(row) for row in rows]
    listed = {each.code for each in townships}
    rows += _unlisted(computed, spec, contracts, listed)
    total = SummaryRow(RowKind.TOTAL, None, spec.total_label, _cells(computed, spec, contracts, COUNTY))
    if spec.total == "first":
        rows.insert(0, total)
    elif spec.total == "last":
        rows.append(total)
    coverage, notes = coverage_notes(computed, spec, contracts, period)
    compared = [earlier(period, spec.compare)] if computed.before is not None else []
    mailed = [each for each in computed.reported if each != REPORTING]
    notes = (*map_notes(connection, contracts, mailed, [period, *compared]), *notes)
    notes += difference_notes(connection, spec, contracts, period)
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
        map=contracts.map,
    )


def _cells(computed: Computed, spec: SummarySpec, contracts: Contracts, place: Place) -> tuple[SummaryCell, ...]:
    names = [leaf.measure for leaf in spec.leaves if leaf.measure is not None]
    return tuple(cell_at(computed, spec, contracts, each, place) for each in names)


def _row(computed: Computed, spec: SummarySpec, contracts: Contracts, place: Place, unit: OrgUnit) -> SummaryRow:
    kind = RowKind.TOWNSHIP if place[1] is None else RowKind.VILLAGE
    name = name_on(unit, contracts.map.day if contracts.map else None)
    return SummaryRow(kind, unit.code, Label(name, name), _cells(computed, spec, contracts, place))


def _blank(row: SummaryRow) -> SummaryRow:
    """The row of a township that was not there in the period and owes nothing."""
    cells = (
        replace(each, state=CellState.NOT_APPLICABLE) if each.state is CellState.UNREPORTED else each
        for each in row.cells
    )
    return replace(row, cells=tuple(cells))


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
    sent = {place for villages in computed.villages.values() for place in villages}
    for township in townships:
        villages = contracts.places.children(township.code, on=map_day(contracts, period))
        listed = {each.code for each in villages}
        # Villages that were split up since keep their figures together, below the others.
        odd = sorted(code for town, code in sent if town == township.code and code and code not in listed)
        villages += tuple(unit for code in odd if (unit := contracts.places.unit(code)) is not None)
        rows.append(_row(computed, printed, contracts, (township.code, None), township))
        below = [_row(computed, printed, contracts, (township.code, each.code), each) for each in villages]
        differing = _row(computed, printed, contracts, (township.code, DIFFERENCE), township)
        rows += with_difference_rows(below, computed, spec, township, differing)
    return tuple(with_ranks(rows, printed))
