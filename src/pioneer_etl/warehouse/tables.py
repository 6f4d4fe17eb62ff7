"""The typed table of each dataset, which follows its contract.

A contract may change: a field is added, renamed (its old name among its synonyms), or widened.  What would
lose or alter figures that are already there is refused, and nothing is changed then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from pioneer_etl.contract.errors import ConfigurationError, Location
from pioneer_etl.contract.model import Dataset, Field
from pioneer_etl.contract.version import VERSION
from pioneer_etl.warehouse.sql import quoted, rows, scalar
from pioneer_etl.warehouse.views import (
    ADJUSTED,
    LEADING,
    PROGRAM_TABLES,
    PROGRAM_VIEWS,
    STORE_TABLES,
    TRAILING,
    comments,
    dataset_view,
    observation_view,
    reporting_view,
    sql_type,
    stored_fields,
    stored_places,
    value_state_view,
)

if TYPE_CHECKING:
    import duckdb

    from pioneer_etl.contract.contracts import Contracts

_ALL = "*"  # the contract row that stands for everything together
_FIXED = {
    "submission_id": "INTEGER NOT NULL",
    "part": "INTEGER NOT NULL",
    "line": "INTEGER NOT NULL",
    "place_code": "VARCHAR",
}
# Types that can take the other's values without losing anything.
_WIDER = {("integer", "decimal"), ("integer", "text"), ("decimal", "text"), ("date", "text"), ("month", "text")}
_TEXTS = {"text", "code", "person_name", "id", "phone", "place"}


class _Followed(NamedTuple):
    """A definition as the warehouse follows it; version 0 of what it never followed."""

    version: int
    sha256: str
    definition: str


_NEVER = _Followed(0, "", "")


def mailed_datasets(contracts: Contracts) -> dict[str, Dataset]:
    """The datasets that townships mail: all but reference tables such as org_unit."""
    return {name: each for name, each in contracts.datasets.items() if each.source is None}


def follow_contracts(connection: duckdb.DuckDBPyConnection, contracts: Contracts) -> bool:
    """Bring tables, views and places in line with the contracts, in one transaction; whether anything changed.

    ConfigurationError when a change would lose data.
    """
    datasets = mailed_datasets(contracts)
    definitions = {name: _definition(each) for name, each in datasets.items()}
    digest = _digest_of_all(definitions, contracts)
    latest = _latest(connection)
    if latest.get(_ALL, _NEVER).sha256 == digest:
        return False
    for dataset in datasets.values():
        _refuse_reserved(dataset)
    connection.execute("BEGIN")
    try:
        for name, dataset in datasets.items():
            _follow(connection, dataset, definitions[name], latest.get(name, _NEVER))
        _copy_places(connection, contracts)
        _copy_expected(connection, contracts)
        make_views(connection, datasets)
        _record(connection, _ALL, latest.get(_ALL, _NEVER).version + 1, digest, "{}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return True


def up_to_date(connection: duckdb.DuckDBPyConnection, contracts: Contracts) -> bool:
    """Whether the warehouse already follows these contracts."""
    definitions = {name: _definition(each) for name, each in mailed_datasets(contracts).items()}
    return _latest(connection).get(_ALL, _NEVER).sha256 == _digest_of_all(definitions, contracts)


def make_views(connection: duckdb.DuckDBPyConnection, datasets: Mapping[str, Dataset]) -> None:
    """The views of `main`, with corrections applied where there are any."""
    corrected: dict[str, list[str]] = {}
    for name, field in rows(connection, "SELECT DISTINCT dataset, field FROM correction"):
        corrected.setdefault(name, []).append(field)
    for name, dataset in datasets.items():
        connection.execute(dataset_view(dataset, corrected.get(name, ())))
        connection.execute(dataset_view(dataset, corrected.get(name, ()), differences=True))
        connection.execute(";\n".join(comments(dataset)))
    connection.execute(observation_view(datasets))
    connection.execute(reporting_view())
    if datasets:
        connection.execute(value_state_view(datasets))


def _refuse_reserved(dataset: Dataset) -> None:
    if dataset.name in PROGRAM_TABLES | PROGRAM_VIEWS | STORE_TABLES:
        raise ConfigurationError(
            "warehouse.reserved_dataset", Location(file=f"{dataset.name}.toml"), found=dataset.name
        )
    for field in stored_fields(dataset):
        if field.name.casefold() in (*LEADING, *TRAILING, "place_code"):
            raise ConfigurationError(
                "warehouse.reserved_field", Location(file=f"{dataset.name}.toml", key=field.name), found=field.name
            )


def _follow(
    connection: duckdb.DuckDBPyConnection, dataset: Dataset, definition: dict[str, Any], before: _Followed
) -> None:
    text = json.dumps(definition, ensure_ascii=False, sort_keys=True)
    digest = _digest(definition)
    if before.sha256 == digest:
        return
    if not before.version:
        columns = [f"{name} {kind}" for name, kind in _FIXED.items()]
        columns += [f"{quoted(field.name)} {sql_type(field)}" for field in stored_fields(dataset)]
        connection.execute(f"CREATE TABLE store.{quoted(dataset.name)} ({', '.join(columns)})")
    else:
        _change(connection, dataset, json.loads(before.definition))
    _record(connection, dataset.name, before.version + 1, digest, text)


def _change(connection: duckdb.DuckDBPyConnection, dataset: Dataset, before: Mapping[str, Any]) -> None:
    """Alter a dataset's table from what it was; refuse what would lose data."""
    table = f"store.{quoted(dataset.name)}"
    old: dict[str, dict[str, Any]] = before["fields"]
    new = {field.name: field for field in stored_fields(dataset)}
    filled = bool(scalar(connection, f"SELECT count(*) FROM {table}"))
    if filled and before["place_field"] != dataset.place_field:
        raise _refusal(
            "warehouse.place_changed", dataset, "place_field", before["place_field"] or "-", dataset.place_field or "-"
        )
    renamed = {
        name: source
        for name, field in new.items()
        if name not in old
        for source in old
        if source not in new and source in field.synonyms
    }
    for name, source in renamed.items():
        connection.execute(f"ALTER TABLE {table} RENAME COLUMN {quoted(source)} TO {quoted(name)}")
        for notes in ("store.value_note", "store.column_map"):
            connection.execute(
                f"UPDATE {notes} SET field = ? WHERE field = ? AND submission_id IN"
                " (SELECT id FROM submission WHERE dataset = ?)",
                [name, source, dataset.name],
            )
    for name in old:
        if name not in new and name not in renamed.values():
            if _has_values(connection, dataset.name, name):
                raise _refusal("warehouse.field_removed", dataset, name, name, "-")
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {quoted(name)}")
    for name, field in new.items():
        was = old.get(renamed.get(name, name))
        if was is None:
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(name)} {sql_type(field)}")
        else:
            _retype(connection, dataset, field, was)


def _retype(connection: duckdb.DuckDBPyConnection, dataset: Dataset, field: Field, was: Mapping[str, Any]) -> None:
    """Change one column's type where its values allow it."""
    table, column, wanted = f"store.{quoted(dataset.name)}", quoted(field.name), sql_type(field)
    values = _has_values(connection, dataset.name, field.name)
    if values and was["unit"] != field.unit:
        raise _refusal("warehouse.unit_changed", dataset, field.name, was["unit"] or "-", field.unit or "-")
    if was["type"] != field.type.value and values:
        texts = was["type"] in _TEXTS and field.type.value in _TEXTS
        if not texts and (was["type"], field.type.value) not in _WIDER:
            raise _refusal("warehouse.type_changed", dataset, field.name, was["type"], field.type.value)
    if was["sql"] == wanted:
        return
    if values and wanted.startswith("DECIMAL("):
        places = stored_places(field)
        if was["sql"].startswith("DECIMAL(") and places < int(was["sql"][11:-1]):
            raise _refusal("warehouse.type_changed", dataset, field.name, was["sql"], wanted)
        if scalar(connection, f"SELECT max(abs({column})) >= CAST(10 AS HUGEINT) ** {18 - places} FROM {table}"):
            raise _refusal("warehouse.type_changed", dataset, field.name, was["sql"], wanted)
    # An empty column may become anything; casting its nulls needs no rule between the two types.
    using = f"USING CAST({column} AS {wanted})" if values else f"USING CAST(NULL AS {wanted})"
    connection.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET DATA TYPE {wanted} {using}")


def _has_values(connection: duckdb.DuckDBPyConnection, dataset: str, field: str) -> bool:
    """Whether any record has a value in a field, or a note about it that says more than blank."""
    return bool(
        scalar(
            connection,
            f"SELECT EXISTS (FROM store.{quoted(dataset)} WHERE {quoted(field)} IS NOT NULL) OR EXISTS"
            " (FROM store.value_note n JOIN submission s ON s.id = n.submission_id"
            " WHERE s.dataset = ? AND n.field = ? AND n.state NOT IN ('blank', 'absent'))",
            [dataset, field],
        )
    )


def _refusal(code: str, dataset: Dataset, key: str, before: str, after: str) -> ConfigurationError:
    return ConfigurationError(
        code,
        Location(file=f"{dataset.name}.toml", key=key),
        dataset=dataset.name,
        field=key,
        before=before,
        after=after,
    )


def _copy_places(connection: duckdb.DuckDBPyConnection, contracts: Contracts) -> None:
    from pioneer_etl.warehouse.arrow import insert

    units = contracts.places.units
    connection.execute("DELETE FROM org_unit")
    insert(
        connection,
        "org_unit",
        {
            "code": ("text", [each.code for each in units]),
            "name": ("text", [each.name for each in units]),
            "level": ("text", [each.level for each in units]),
            "parent": ("text", [each.parent for each in units]),
            "aliases": ("text", ["|".join(each.aliases) for each in units]),
            "valid_from": ("date", [each.valid_from for each in units]),
            "valid_to": ("date", [each.valid_to for each in units]),
            "attributes": ("text", [json.dumps(dict(each.attributes), ensure_ascii=False) for each in units]),
            "former_names": ("text", ["|".join(name for name, _ in each.former_names) for each in units]),
            "successors": ("text", ["|".join(each.successors) for each in units]),
        },
    )


def _copy_expected(connection: duckdb.DuckDBPyConnection, contracts: Contracts) -> None:
    from pioneer_etl.warehouse.arrow import insert

    owed = contracts.expected.owed
    connection.execute("DELETE FROM expected")
    insert(
        connection,
        "expected",
        {
            "dataset": ("text", [each.dataset for each in owed]),
            "township_code": ("text", [each.township for each in owed]),
            "period": ("text", [each.period for each in owed]),
            "due": ("date", [each.due for each in owed]),
        },
    )


def _definition(dataset: Dataset) -> dict[str, Any]:
    """What of a contract decides tables and views."""
    return {
        "title": dataset.title.zh,
        "place_field": dataset.place_field,
        "fields": {
            field.name: {
                "type": field.type.value,
                "sql": sql_type(field),
                "unit": field.unit,
                "label": field.label.zh,
                "synonyms": list(field.synonyms),
            }
            for field in stored_fields(dataset)
        },
    }


def _latest(connection: duckdb.DuckDBPyConnection) -> dict[str, _Followed]:
    """What the warehouse follows, by the names of datasets, and for all of them together."""
    found = rows(connection, "SELECT name, version, sha256, definition FROM store.contract ORDER BY version")
    return {name: _Followed(*each) for name, *each in found}


def _record(connection: duckdb.DuckDBPyConnection, name: str, version: int, digest: str, definition: str) -> None:
    connection.execute(
        "INSERT INTO store.contract VALUES (?, ?, ?, ?, ?)", [name, version, digest, definition, datetime.now()]
    )


def _digest_of_all(definitions: Mapping[str, Any], contracts: Contracts) -> str:
    # The program's version stands for the words of the views.
    declared = [*contracts.places.units, *contracts.expected.owed]
    return _digest([VERSION, ADJUSTED, definitions, [repr(each) for each in declared]])


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
