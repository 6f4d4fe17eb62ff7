"""Entry templates for the townships, with what each reported last."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.model import Dataset, OrgUnit, Period
from pioneer_etl.contract.period import fits_type, parse_period
from pioneer_etl.contract.places import valid_on
from pioneer_etl.entry.identity import form_title
from pioneer_etl.entry.template import LastPeriod, lists_every_place, make_template
from pioneer_etl.report.files import write_atomically
from pioneer_etl.warehouse.queries import submissions
from pioneer_etl.warehouse.sql import quoted, records

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.workspace.workspace import Workspace


def write_templates(
    workspace: Workspace,
    datasets: Sequence[Dataset],
    folder: Path,
    townships: Sequence[OrgUnit],
    period: Period,
    *,
    split: bool,
) -> tuple[Path, ...]:
    """Write the templates of `datasets` (all that are reported for such a period) for `townships` (all)."""
    contracts = workspace.contracts
    chosen = _datasets(datasets, contracts, period)
    towns = list(townships) or [
        unit for unit in contracts.places.units if unit.level == "township" and valid_on(unit, period.end)
    ]
    last = _last_periods(workspace, chosen, towns, period)
    written = []
    for town in towns:
        for part in [[each] for each in chosen] if split else [chosen]:
            title = form_title(part[0]) if len(part) == 1 else "填报表"
            path = folder / f"{town.name}{period.text.replace('/', '至')}{title}.xlsx"
            write_atomically(path, make_template(part, town, period, contracts, last.get(town.code)))
            written.append(path)
    return tuple(written)


def _datasets(datasets: Sequence[Dataset], contracts: Contracts, period: Period) -> list[Dataset]:
    """Those asked for, or all that townships report for a period of this kind."""
    for each in datasets:
        if each.source is not None:
            raise UsageError("template.not_reported", found=each.name)
        if not fits_type(period, each.period_type):
            raise UsageError("template.wrong_period", found=period.text, title=each.title.zh, title_en=each.title.en)
    fitting = [e for e in contracts.datasets.values() if e.source is None and fits_type(period, e.period_type)]
    chosen = list(dict.fromkeys(each.name for each in datasets)) or [each.name for each in fitting]
    if not chosen:
        raise UsageError("template.nothing", found=period.text)
    return [contracts.datasets[name] for name in chosen]


def _last_periods(
    workspace: Workspace, datasets: Sequence[Dataset], towns: Sequence[OrgUnit], period: Period
) -> dict[str, dict[str, LastPeriod]]:
    """By township and dataset the last form before `period`; nothing where nothing was loaded yet."""
    found: dict[str, dict[str, LastPeriod]] = {}
    if not workspace.database.is_file():
        return found
    with workspace._reading() as connection:
        for dataset in datasets:
            latest: dict[str, tuple[Period, int]] = {}
            for each in submissions(connection, dataset=dataset.name):
                when = parse_period(each.period) if each.period else None
                if when is None or each.township_code is None or when.end >= period.start:
                    continue
                if each.status in ("superseded", "quarantined"):
                    continue
                if each.township_code not in latest or latest[each.township_code][0].end < when.end:
                    latest[each.township_code] = (when, each.records)
            for town in towns:
                if town.code in latest:
                    before, count = latest[town.code]
                    values = _values(connection, dataset, town, before)
                    found.setdefault(town.code, {})[dataset.name] = LastPeriod(before.text, count, values)
    return found


def _values(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, town: OrgUnit, period: Period
) -> dict[str, dict[str, object]]:
    """The values by place of a form that has one line for each; none that are personal data."""
    if not lists_every_place(dataset):
        return {}
    shown = [each.name for each in dataset.fields if each.personal is None and each.name != dataset.place_field]
    found = records(
        connection,
        f"SELECT village_code, {', '.join(map(quoted, shown))} FROM main.{quoted(dataset.name)}"
        " WHERE township_code = ? AND period = ? AND village_code IS NOT NULL",
        [town.code, period.text],
    )
    return {str(each.pop("village_code")): each for each in found}
