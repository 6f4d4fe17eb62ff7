"""Tracing a figure of the completeness of reporting: to the forms that were counted, each by the file it came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pioneer_etl.contract.model import CodeList, Field
from pioneer_etl.report.compute import exact
from pioneer_etl.report.trace import TracedCell, TracedRecord, plain_text
from pioneer_etl.transform.model import ValueState
from pioneer_etl.warehouse.views import REPORTING

if TYPE_CHECKING:
    import duckdb


def form_of(
    connection: duckdb.DuckDBPyConnection,
    named: Sequence[Field],
    row: Sequence[Any],
    code_lists: Mapping[str, CodeList],
) -> TracedRecord:
    """A form that is owed: its file stands for its cells."""
    found = connection.execute(
        "SELECT f.name FROM main.submission s JOIN main.file f ON f.sha256 = s.file_sha256 WHERE s.id = ?", [row[0]]
    ).fetchone()
    period, township_code, township = row[3:6]
    cells = []
    for field, value in zip(named, (exact(each) for each in row[8:]), strict=True):
        codes = code_lists[field.codes].codes if field.codes else ()
        said = next((each.label.zh for each in codes if each.code == value), "" if value is None else plain_text(value))
        place = {"township": township or "", "village": "", "file": found[0] if found else "", "sheet": "", "cell": ""}
        plain = {"text": said, "value": said, "state": ValueState.VALUE.value, "conversion": ""}
        cells.append(TracedCell(REPORTING, field.name, field.label, **place, **plain, raw=value))
    return TracedRecord((row[0], row[1], row[2]), period, township_code, township or "", None, "", tuple(cells))
