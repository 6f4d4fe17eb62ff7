"""The measures of a summary computed in DuckDB, for every place at once.

One query a dataset and filter gives all its measures for each village, each township and the
county by GROUPING SETS; ratios are then divided in Python from their two measures at every level,
so that a percentage is never summed or averaged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from pioneer_etl.contract.errors import ConfigurationError, Location
from pioneer_etl.contract.model import Period
from pioneer_etl.contract.period import parse_period
from pioneer_etl.report.comparison import earlier, needed
from pioneer_etl.report.mapping import source_sql
from pioneer_etl.report.model import Comparison, Figure, Measure, Span, SummarySpec
from pioneer_etl.warehouse.model import STANDING
from pioneer_etl.warehouse.sql import literals, quoted
from pioneer_etl.warehouse.views import ADJUSTED, DIFFERENCE, REPORTING

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts

# A place as the queries name it: (None, None) the county, (township, None), or (township, village).
Place: TypeAlias = tuple[str | None, str | None]
COUNTY: Place = (None, None)

_STRING = re.compile(r"'(?:[^']|'')*'")
_SUMS = re.compile(r"\s*sum\(\s*\w+\s*\)(\s*[-+]\s*sum\(\s*\w+\s*\))*\s*", re.IGNORECASE)
_IDENTIFIER = re.compile(r'"((?:[^"]|"")+)"|([A-Za-z_][A-Za-z0-9_]*)')


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A measure at a place: its value (None: every field it reads is blank), the records it was taken
    from, and how many of these lack a field that its expression reads."""

    value: Figure | None
    records: int
    blanks: int


@dataclass(frozen=True, slots=True)
class Computed:
    """All measures of a spec at all places that have records.

    `reported` are the townships that sent the dataset; `villages` those places (township, village)
    with records of their own.  `shared` gives, for a ratio over two datasets that not the same
    townships sent, numerator and denominator as they are to be taken for the county: over the
    townships that sent both.  `before` has the measures that others compare, of the earlier period; `both`
    gives those of them that not the same townships sent in both periods as they are to be compared for the
    county: over the townships that did; `apart` names those that no township sent in both.
    """

    values: Mapping[tuple[str, Place], Aggregate]
    reported: Mapping[str, frozenset[str | None]]
    villages: Mapping[str, frozenset[Place]]
    shared: Mapping[str, tuple[Measure, Measure]]
    before: Computed | None = None
    both: Mapping[str, Measure] = field(default_factory=dict)
    apart: frozenset[str] = frozenset()

    def at(self, measure: str, place: Place) -> Aggregate | None:
        return self.values.get((measure, place))


def fields_read(sql: str, columns: Iterable[str]) -> tuple[str, ...]:
    """The columns that an expression or filter reads, in the order of `columns`."""
    text = _STRING.sub("''", sql)
    names = {(quoted or plain).lower() for quoted, plain in _IDENTIFIER.findall(text)}
    return tuple(each for each in columns if each.lower() in names)


def fill_in(sql: str, spec: SummarySpec, period: Period) -> str:
    """SQL with {cutoff}, {period_start}, {period_end} put in as dates and {period} as text."""
    cutoff = period.end if spec.cutoff is None else period.end.replace(month=spec.cutoff[0], day=spec.cutoff[1])
    values = {
        "{cutoff}": f"DATE '{cutoff.isoformat()}'",
        "{period_start}": f"DATE '{period.start.isoformat()}'",
        "{period_end}": f"DATE '{period.end.isoformat()}'",
        "{period}": f"'{period.text}'",
    }
    for name, value in values.items():
        sql = sql.replace(name, value)
    return sql


def periods_of(connection: duckdb.DuckDBPyConnection, dataset: str, span: Span, period: Period) -> tuple[str, ...]:
    """The periods of a dataset that count for `period`, by the measure's span."""
    if not _view_stands(connection, dataset):
        return ()
    if span is Span.EXACT:
        return (period.text,)
    texts = connection.execute(f"SELECT DISTINCT period FROM {_view(dataset)} WHERE period IS NOT NULL").fetchall()
    known = [each for (text,) in texts if (each := parse_period(text)) is not None]
    inside = sorted(each for each in known if period.start <= each.start and each.end <= period.end)
    if span is Span.LATEST:
        return (max(inside, key=lambda each: (each.end, each.start)).text,) if inside else ()
    return tuple(each.text for each in _without_overlap(inside))


def _without_overlap(periods: Sequence[Period]) -> tuple[Period, ...]:
    """The longest periods first, and no period that shares a day with one already taken."""
    taken: list[Period] = []
    for each in sorted(periods, key=lambda period: (period.start - period.end, period.start)):
        if all(each.end < other.start or each.start > other.end for other in taken):
            taken.append(each)
    return tuple(sorted(taken))


def compute(connection: duckdb.DuckDBPyConnection, spec: SummarySpec, contracts: Contracts, period: Period) -> Computed:
    """Every measure of `spec` that has a value expression, at every place with records of `period`.

    What measures compare with an earlier period is computed of that one, too.
    """
    now = _of_period(connection, spec, contracts, period)
    compared = {
        each.of: None
        for each in spec.measures.values()
        if each.of is not None and each.compares is not None and each.compares is not Comparison.RANK
    }
    if not compared:
        return now
    old = replace(spec, measures=needed(spec, compared))
    when = earlier(period, spec.compare)
    before = _of_period(connection, old, contracts, when)
    both: dict[str, Measure] = {}
    apart: set[str] = set()
    sides: list[Measure] = []
    shared: dict[str, tuple[Measure, Measure]] = {}
    for name in compared:
        measure = spec.measures[name]
        parts = [spec.measures[each] for each in measure.ratio] if measure.ratio else [measure]
        senders = [each.reported[part.dataset] for each in (now, before) for part in parts]
        common = frozenset.intersection(*senders)
        if all(each == common for each in senders):
            continue
        codes = sorted(each for each in common if each)
        if not codes:
            apart.add(name)
            continue
        condition = f"township_code IN ({literals(codes)})"
        both[name] = replace(measure, name=f"both/{name}")
        kept = [_within(part, f"both/{name}", condition) for part in parts]
        if measure.ratio:
            shared[f"both/{name}"] = (kept[0], kept[1])
        else:
            both[name] = kept[0]
        sides += kept

    def with_both(computed: Computed, of: Period) -> Computed:
        found = _values(connection, spec, contracts, of, sides, _spans(connection, of, sides))
        values = {**computed.values, **{key: value for key, value in found.items() if key[1] == COUNTY}}
        return replace(computed, values=values, shared={**computed.shared, **shared}, both=both, apart=frozenset(apart))

    return replace(with_both(now, period), before=with_both(before, when))


def _of_period(
    connection: duckdb.DuckDBPyConnection, spec: SummarySpec, contracts: Contracts, period: Period
) -> Computed:
    """The measures of one period alone."""
    plain = [each for each in spec.measures.values() if each.value is not None]
    for measure in plain:
        if measure.dataset not in contracts.datasets:
            known = ", ".join(contracts.datasets)
            location = _location(spec, measure)
            raise ConfigurationError("summary.unknown_dataset", location, found=measure.dataset, known=known)
    spans = _spans(connection, period, plain)
    values = _values(connection, spec, contracts, period, plain, spans)
    reported: dict[str, frozenset[str | None]] = {}
    villages: dict[str, frozenset[Place]] = {}
    for (dataset, _), periods in spans.items():
        rows = _places(connection, contracts, dataset, periods)
        sent = _sent(connection, contracts, dataset, periods) | {township for township, _ in rows}
        reported[dataset] = reported.get(dataset, frozenset()) | sent
        villages[dataset] = villages.get(dataset, frozenset()) | {each for each in rows if each[1] is not None}
    shared = _shared(spec, reported)
    sides = [side for pair in shared.values() for side in pair]
    common = _values(connection, spec, contracts, period, sides, spans)
    values |= {key: value for key, value in common.items() if key[1] == COUNTY}
    return Computed(values, reported, villages, shared)


def _shared(spec: SummarySpec, reported: Mapping[str, frozenset[str | None]]) -> dict[str, tuple[Measure, Measure]]:
    """Ratios over two datasets of which one is less complete: both sides kept to the townships that sent both.

    A share of cadres trained would otherwise count people of townships whose cadres nobody knows.
    """
    pairs: dict[str, tuple[Measure, Measure]] = {}
    for name, measure in spec.measures.items():
        if measure.ratio is None:
            continue
        top, bottom = (spec.measures[each] for each in measure.ratio)
        senders = reported[top.dataset], reported[bottom.dataset]
        if top.dataset == bottom.dataset or senders[0] == senders[1]:
            continue
        codes = sorted(each for each in senders[0] & senders[1] if each)
        if codes:
            condition = f"township_code IN ({literals(codes)})"
            pairs[name] = (_within(top, name, condition), _within(bottom, name, condition))
    return pairs


def _within(measure: Measure, ratio: str, condition: str) -> Measure:
    where = f"({measure.where}) AND {condition}" if measure.where else condition
    return replace(measure, name=f"{ratio}/{measure.name}", where=where)


def _spans(
    connection: duckdb.DuckDBPyConnection, period: Period, measures: Iterable[Measure]
) -> dict[tuple[str, Span], tuple[str, ...]]:
    """The periods that count for `period`, by the dataset and the span of measures."""
    wanted = dict.fromkeys((each.dataset, each.span) for each in measures)
    return {(dataset, span): periods_of(connection, dataset, span, period) for dataset, span in wanted}


def _values(
    connection: duckdb.DuckDBPyConnection,
    spec: SummarySpec,
    contracts: Contracts,
    period: Period,
    measures: Sequence[Measure],
    spans: Mapping[tuple[str, Span], Sequence[str]],
) -> dict[tuple[str, Place], Aggregate]:
    """Measures with a value expression at every place: one query for all that share dataset, filter and span."""
    if not measures:
        return {}
    groups: dict[tuple[str, str | None, Span, tuple[str, ...]], list[Measure]] = {}
    differences = has_differences(connection)
    for measure in measures:
        differing = differing_fields(connection, contracts, measure) if differences else ()
        groups.setdefault((measure.dataset, measure.where, measure.span, differing), []).append(measure)
    values: dict[tuple[str, Place], Aggregate] = {}
    for (dataset, where, span, differing), together in groups.items():
        periods = spans[dataset, span]
        found = _query(connection, spec, contracts, dataset, where, periods, together, period, differing)
        for place, aggregates in found:
            values.update({(each.name, place): aggregates[i] for i, each in enumerate(together)})
    return values


def has_differences(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the county has put any difference on record."""
    row = connection.execute(f"SELECT count(*) FROM main.submission WHERE status = '{DIFFERENCE}'").fetchone()
    return bool(row and row[0])


def differing_fields(connection: duckdb.DuckDBPyConnection, contracts: Contracts, measure: Measure) -> tuple[str, ...]:
    """The fields of a plain sum for which the county has put differences on record; empty for any other measure.

    A difference is of no village: it is never counted, and no filter lets it through.
    """
    if measure.where is not None or not _SUMS.fullmatch(measure.value or ""):
        return ()
    dataset = contracts.datasets[measure.dataset]
    read = fields_read(measure.value or "", [each.name for each in dataset.fields])
    if dataset.name == REPORTING:
        return ()
    noted = " OR ".join(f"{quoted(each)} IS NOT NULL" for each in read)
    sql = f"SELECT 1 FROM {ADJUSTED}.{quoted(dataset.name)} WHERE village_code = '{DIFFERENCE}' AND ({noted}) LIMIT 1"
    return read if connection.execute(sql).fetchall() else ()


def _query(
    connection: duckdb.DuckDBPyConnection,
    spec: SummarySpec,
    contracts: Contracts,
    dataset: str,
    where: str | None,
    periods: Sequence[str],
    measures: Sequence[Measure],
    period: Period,
    differing: Sequence[str] = (),
) -> list[tuple[Place, list[Aggregate]]]:
    """The measures of one dataset and filter: for each place one aggregate a measure."""
    import duckdb

    if not periods:
        return []
    fields = [each.name for each in contracts.datasets[dataset].fields]
    parts: list[str] = []
    for measure in measures:
        read = [f"{quoted(name)} IS NULL" for name in fields_read(measure.value or "", fields)]
        blank = f"count(*) FILTER (WHERE {' OR '.join(read)})" if read else "0"
        parts.append(f"({fill_in(measure.value or '', spec, period)}), {blank}")
    sql = (
        f"SELECT township_code, village_code, grouping(township_code), grouping(village_code), count(*), "
        f"{', '.join(parts)} FROM ({records_sql(spec, contracts, dataset, where, periods, period, differing)}) "
        f"GROUP BY GROUPING SETS ((township_code, village_code), (township_code), ())"
    )
    try:
        rows = connection.execute(sql, list(periods)).fetchall()
    except duckdb.Error as error:
        if len(measures) > 1:  # find the one to blame
            for measure in measures:
                _query(connection, spec, contracts, dataset, where, periods, [measure], period, differing)
        raise bad_sql(_location(spec, measures[0]), error) from error
    result: list[tuple[Place, list[Aggregate]]] = []
    for township, village, all_townships, all_villages, records, *cells in rows:
        if not all_villages and village is None:
            continue  # records of a township itself: they have no village's row
        place: Place = COUNTY if all_townships else (township or "", None if all_villages else village)
        pairs = zip(cells[::2], cells[1::2], strict=True)
        result.append((place, [Aggregate(exact(value), records, blanks) for value, blanks in pairs]))
    return result


def records_sql(
    spec: SummarySpec,
    contracts: Contracts,
    dataset: str,
    where: str | None,
    periods: Sequence[str],
    period: Period,
    differing: Sequence[str] = (),
) -> str:
    """The records of a dataset that a measure's filter lets through, their places as on the map; one parameter a
    period.  With `differing` the differences of these fields are among them."""
    marks = ", ".join("?" for _ in periods)
    condition = f" AND ({fill_in(where, spec, period)})" if where else ""
    if differing:
        noted = " OR ".join(f"{quoted(each)} IS NOT NULL" for each in differing)
        condition += f" AND (village_code IS DISTINCT FROM '{DIFFERENCE}' OR {noted})"
    source = source_sql(dataset, _moves(contracts), ADJUSTED if differing else "main")
    return f"SELECT * FROM {source} WHERE period IN ({marks}){condition}"


def _moves(contracts: Contracts) -> Mapping[str, tuple[str, str | None]]:
    return contracts.map.moves if contracts.map is not None else {}


def exact(value: Any) -> Figure | None:
    """A value as DuckDB gives it, floats as the shortest decimal that means them."""
    if isinstance(value, float):
        return Decimal(repr(value)) if value == value and abs(value) != float("inf") else None
    if isinstance(value, bool):
        return int(value)
    result: Figure | None = value
    return result


def _places(
    connection: duckdb.DuckDBPyConnection, contracts: Contracts, dataset: str, periods: Sequence[str]
) -> list[tuple[str | None, str | None]]:
    if not periods:
        return []
    source = source_sql(dataset, _moves(contracts))
    sql = f"SELECT DISTINCT township_code, village_code FROM {source} WHERE list_contains(?, period)"
    return [(township or "", village) for township, village in connection.execute(sql, [list(periods)]).fetchall()]


def senders_of(
    connection: duckdb.DuckDBPyConnection, contracts: Contracts, dataset: str, periods: Sequence[str]
) -> frozenset[str | None]:
    """The townships with records or a standing submission: an empty roster is a report, too."""
    placed = _places(connection, contracts, dataset, periods)
    return _sent(connection, contracts, dataset, periods) | {township for township, _ in placed}


def _sent(
    connection: duckdb.DuckDBPyConnection, contracts: Contracts, dataset: str, periods: Sequence[str]
) -> frozenset[str | None]:
    """The townships with a standing submission."""
    rows = connection.execute(
        "SELECT DISTINCT township_code FROM main.submission WHERE dataset = ? AND list_contains(?, period) "
        "AND list_contains(?, status) AND township_code IS NOT NULL",
        [dataset, list(periods), list(STANDING)],
    ).fetchall()
    return frozenset(contracts.map.township(township) if contracts.map else township for (township,) in rows)


def _view_stands(connection: duckdb.DuckDBPyConnection, dataset: str) -> bool:
    import duckdb

    try:
        connection.execute(f"SELECT 1 FROM {_view(dataset)} LIMIT 0")
    except duckdb.CatalogException:  # to ask the catalogue lists all that is in it, which takes longer
        return False
    return True


def _view(dataset: str) -> str:
    return f"main.{quoted(dataset)}"


def _location(spec: SummarySpec, measure: Measure) -> Location:
    return Location(file=str(spec.path), line=measure.line, key=f"measures.{measure.name}")


def bad_sql(location: Location, error: Exception) -> ConfigurationError:
    """What is raised for an expression or query of a declaration that the warehouse refuses."""
    return ConfigurationError("summary.bad_sql", location, reason=str(error).strip().splitlines()[0])
