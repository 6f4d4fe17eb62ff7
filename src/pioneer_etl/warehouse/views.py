"""The views of `main`: a dataset over its standing revisions with its places, and all numbers in one.

A field that has corrections is shown as corrected; the facts below stay as they were mailed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pioneer_etl.contract.model import Dataset, Field, FieldType
from pioneer_etl.warehouse.model import STANDING
from pioneer_etl.warehouse.sql import literal, literals, quoted

# What every dataset's view has besides its fields.
LEADING = ("period", "year", "township_code", "township", "village_code", "village")
TRAILING = ("submission_id", "part", "line")
NUMERIC = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.PERCENT)
PROGRAM_TABLES = frozenset(
    ("submission", "finding", "cell_account", "file", "expected", "audit", "correction", "org_unit", "migration")
)
REPORTING = "reporting"
ADJUSTED = "adjusted"  # the schema of the views that hold differences as well
DIFFERENCE = "difference"  # stands there in place of a village's code
PROGRAM_VIEWS = frozenset(("observation", "value_state", REPORTING))
STORE_TABLES = frozenset(("part", "column_map", "value_note", "finding", "decision", "contract"))

_STANDING = literals(STANDING)
_LEADING_ZH = {
    "period": "报送期",
    "year": "年度",
    "township_code": "乡镇代码",
    "township": "乡镇",
    "village_code": "村代码",
    "village": "村",
    "submission_id": "报送编号",
    "part": "表序",
    "line": "行（列）号",
}


def stored_fields(dataset: Dataset) -> tuple[Field, ...]:
    """The fields that have a column: all but the place, which stands in `place_code`."""
    return tuple(each for each in dataset.fields if each.name != dataset.place_field)


def sql_type(field: Field) -> str:
    """The DuckDB type that holds a field."""
    match field.type:
        case FieldType.INTEGER:
            return "BIGINT"
        case FieldType.DECIMAL | FieldType.PERCENT:
            return f"DECIMAL(18,{stored_places(field)})"
        case FieldType.DATE | FieldType.MONTH:
            return "DATE"
        case FieldType.BOOLEAN:
            return "BOOLEAN"
        case _:
            return "VARCHAR"


def stored_places(field: Field) -> int:
    """Decimal places that are stored: a percent is a fraction and needs at least six."""
    places = 4 if field.places is None else field.places
    return max(6, places) if field.type is FieldType.PERCENT else places


def dataset_view(dataset: Dataset, corrected: Sequence[str] = (), *, differences: bool = False) -> str:
    """The statement that makes a dataset's view; `corrected` names the fields that corrections touch.

    With `differences` it is the one in the schema `adjusted`, which has the county's differences (差额) as well: sums
    are right there, counts of villages are not.
    """
    shown = (*STANDING, "entered", "difference") if differences else (*STANDING, "entered")
    schema = ADJUSTED if differences else "main"
    of_difference = [f"WHEN s.status = '{DIFFERENCE}' THEN {literal(each)} " for each in (DIFFERENCE, "差额")]
    unit = of_difference if differences else ["", ""]
    fields = stored_fields(dataset)
    columns = ["s.period", "s.year"]
    columns += [
        "CASE WHEN t.level = 'township' THEN t.code WHEN p.level = 'township' THEN p.code"
        " ELSE q.code END AS township_code",
        "CASE WHEN t.level = 'township' THEN t.name WHEN p.level = 'township' THEN p.name ELSE q.name END AS township",
        f"CASE {unit[0]}WHEN p.level = 'village' THEN p.code END AS village_code",
        f"CASE {unit[1]}WHEN p.level = 'village' THEN p.name END AS village",
    ]
    for field in fields:
        name = quoted(field.name)
        if field.name in corrected:
            key = literal(field.name)
            columns.append(
                f"CASE WHEN list_contains(map_keys(c.changes), {key})"
                f" THEN CAST(c.changes[{key}].after AS {sql_type(field)}) ELSE f.{name} END AS {name}"
            )
        else:
            columns.append(f"f.{name}")
    columns += ["f.submission_id", "f.part", "f.line"]
    text = (
        f"CREATE OR REPLACE VIEW {schema}.{quoted(dataset.name)} AS SELECT {', '.join(columns)}"
        f" FROM store.{quoted(dataset.name)} f"
        f" JOIN main.submission s ON s.id = f.submission_id AND s.status IN ({literals(shown)})"
        " LEFT JOIN main.org_unit t ON t.code = s.township_code"
        " LEFT JOIN main.org_unit p ON p.code = f.place_code"
        " LEFT JOIN main.org_unit q ON q.code = p.parent AND q.level = 'township'"
    )
    if corrected:
        # A null `after` blanks a value, so the pairs are kept in structs: a map alone would lose them.
        text += (
            " LEFT JOIN (SELECT submission_id, part, line,"
            " map_from_entries(list((field, struct_pack(after := after)))) AS changes FROM"
            f" (FROM main.correction WHERE dataset = {literal(dataset.name)}"
            " QUALIFY row_number() OVER (PARTITION BY submission_id, part, line, field ORDER BY id DESC) = 1)"
            " GROUP BY ALL) c"
            " ON c.submission_id = f.submission_id AND c.part = f.part AND c.line = f.line"
        )
    return text


def comments(dataset: Dataset) -> Iterable[str]:
    """The statements that give the view and its columns their Chinese labels and units."""
    view = f"main.{quoted(dataset.name)}"
    yield f"COMMENT ON VIEW {view} IS {literal(dataset.title.zh)}"
    for name in (*LEADING, *TRAILING):
        yield f"COMMENT ON COLUMN {view}.{quoted(name)} IS {literal(_LEADING_ZH[name])}"
    for field in stored_fields(dataset):
        unit = f"（{field.unit}）" if field.unit else ""
        yield f"COMMENT ON COLUMN {view}.{quoted(field.name)} IS {literal(field.label.zh + unit)}"


def observation_view(datasets: Mapping[str, Dataset]) -> str:
    """The tall view over every number that there is: one row a value, with its dataset, field and unit."""
    branches = []
    for dataset in datasets.values():
        numbers = [each for each in stored_fields(dataset) if each.type in NUMERIC]
        if not numbers:
            continue
        cast = ", ".join(f"CAST({quoted(f.name)} AS DECIMAL(38,8)) AS {quoted(f.name)}" for f in numbers)
        units = " ".join(f"WHEN {literal(f.name)} THEN {literal(f.unit)}" for f in numbers if f.unit)
        unit = f"CASE field {units} END" if units else "CAST(NULL AS VARCHAR)"
        branches.append(
            f"SELECT {', '.join(LEADING)}, {literal(dataset.name)} AS dataset, field, value, {unit} AS unit,"
            f" {', '.join(TRAILING)}"
            f" FROM (SELECT {', '.join((*LEADING, *TRAILING))}, {cast} FROM main.{quoted(dataset.name)})"
            f" UNPIVOT (value FOR field IN ({', '.join(quoted(f.name) for f in numbers)}))"
        )
    if not branches:
        names = (*LEADING, "dataset", "field", "value", "unit", *TRAILING)
        none = ", ".join(f"CAST(NULL AS VARCHAR) AS {name}" for name in names)
        branches.append(f"SELECT {none} WHERE false")
    return "CREATE OR REPLACE VIEW main.observation AS " + " UNION ALL ".join(branches)


def value_state_view(datasets: Mapping[str, Dataset]) -> str:
    """The view of values that are not plainly a value: blank, none, unreadable, … with what the cell said."""
    branches = [
        f"SELECT {', '.join(LEADING)}, {', '.join(TRAILING)} FROM main.{quoted(dataset.name)}"
        for dataset in datasets.values()
    ]
    source = " UNION ALL ".join(branches)
    body = (
        f"SELECT {', '.join(f'r.{name}' for name in LEADING)}, s.dataset, n.field, n.state, n.text, n.conversion,"
        f" {', '.join(f'r.{name}' for name in TRAILING)}"
        f" FROM store.value_note n JOIN main.submission s ON s.id = n.submission_id"
        f" JOIN ({source}) r ON r.submission_id = n.submission_id AND r.part = n.part AND r.line = n.line"
    )
    return f"CREATE OR REPLACE VIEW main.value_state AS {body}"


def reporting_view() -> str:
    """The view of who has sent what: one row a form that a township owes or has sent, with what became of it.

    `submission_id` is the one that stands or, where none does, the last that was kept out; `received` is when the
    first came.  Where `expected` does not say who owes a form, every township that stood on the period's last day does.
    """
    stood = "coalesce(o.valid_from <= p.day, true) AND coalesce(o.valid_to >= p.day, true)"
    return (
        "CREATE OR REPLACE VIEW main.reporting AS WITH sent AS ("
        " SELECT dataset, period, township_code, max(period_end) AS day, min(received) AS received,"
        f" max(id) FILTER (status IN ({_STANDING})) AS standing, max(id) FILTER (status = 'quarantined') AS held"
        " FROM main.submission WHERE period IS NOT NULL AND township_code IS NOT NULL GROUP BY ALL"
        "), pair AS (SELECT dataset, period, max(day) AS day FROM sent GROUP BY ALL), owing AS ("
        " SELECT dataset, period, township_code, due FROM main.expected UNION ALL"
        " SELECT p.dataset, p.period, o.code, NULL FROM pair p CROSS JOIN main.org_unit o"
        f" WHERE o.level = 'township' AND {stood}"
        " AND NOT EXISTS (FROM main.expected e WHERE e.dataset = p.dataset AND e.period = p.period)"
        "), form AS (SELECT dataset, period, township_code, max(due) AS due FROM ("
        " FROM owing UNION ALL SELECT dataset, period, township_code, NULL FROM sent"
        " WHERE township_code IN (SELECT code FROM main.org_unit WHERE level = 'township')) GROUP BY ALL"
        "), doubt AS (SELECT submission_id, count(*) FILTER (severity = 'error') AS errors,"
        " count(*) FILTER (severity = 'warning') AS warnings FROM main.finding WHERE state = 'open' GROUP BY ALL)"
        " SELECT f.period, TRY_CAST(left(f.period, 4) AS INTEGER) AS year, f.township_code, o.name AS township,"
        " CAST(NULL AS VARCHAR) AS village_code, CAST(NULL AS VARCHAR) AS village, f.dataset AS form,"
        " CASE WHEN s.id IS NOT NULL AND s.status IN (" + _STANDING + ") THEN s.status"
        " WHEN s.id IS NOT NULL THEN 'quarantined' ELSE 'missing' END AS status, s.revision, s.records,"
        " CAST(w.received AS DATE) AS received, f.due, coalesce(d.errors, 0) AS errors,"
        " coalesce(d.warnings, 0) AS warnings, coalesce(s.id, 0) AS submission_id, 0 AS part,"
        " CAST(row_number() OVER (ORDER BY f.period, f.township_code, f.dataset) AS INTEGER) AS line"
        " FROM form f JOIN main.org_unit o ON o.code = f.township_code"
        " LEFT JOIN sent w ON w.dataset = f.dataset AND w.period = f.period AND w.township_code = f.township_code"
        " LEFT JOIN main.submission s ON s.id = coalesce(w.standing, w.held)"
        " LEFT JOIN doubt d ON d.submission_id = s.id"
    )
