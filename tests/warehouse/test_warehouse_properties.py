"""Whatever records come, the view has them, and what a column cannot say is kept beside it."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_county import ECONOMY, VILLAGES, county_contracts, economy, mailed

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.model import FieldType
from pioneer_etl.transform.model import FieldValue, Record, ValueState
from pioneer_etl.warehouse.lineage import source_cells
from pioneer_etl.warehouse.sql import records as fetch
from pioneer_etl.warehouse.store import open_warehouse

WITHOUT = [state for state in ValueState if state not in (ValueState.VALUE, ValueState.ZERO, ValueState.ABSENT)]
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
VALUES = {
    FieldType.INTEGER: st.integers(-(2**63), 2**63 - 1),
    FieldType.DECIMAL: st.decimals(-(10**13), 10**13, places=4),
    FieldType.PERCENT: st.decimals(-9, 9, places=6),
    FieldType.MONTH: st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(lambda day: day.replace(day=1)),
    FieldType.BOOLEAN: st.booleans(),
    FieldType.CODE: st.sampled_from(["1", "2"]),
    FieldType.TEXT: TEXTS,
}


@st.composite
def field_values(draw: st.DrawFn, kind: FieldType) -> FieldValue:
    cell = draw(st.none() | st.builds(Position, st.integers(1, 2000), st.integers(1, 300)))
    text = draw(TEXTS)
    if draw(st.booleans()):
        return FieldValue(None, draw(st.sampled_from(WITHOUT)), cell, text)
    value = draw(VALUES[kind])
    number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    state = ValueState.ZERO if number and value == 0 else ValueState.VALUE
    conversion = draw(st.none() | st.just("元→万元 ×0.0001"))
    return FieldValue(value, state, cell, text, conversion=conversion)


@st.composite
def forms(draw: st.DrawFn) -> list[Record]:
    lines = draw(st.lists(st.integers(1, 5000), unique=True, min_size=1, max_size=12))
    made = []
    for line in lines:
        place = draw(st.sampled_from(VILLAGES))
        values = {
            each.name: draw(field_values(each.type)) for each in ECONOMY.fields if each.name != ECONOMY.place_field
        }
        values["village"] = FieldValue(place.name, ValueState.VALUE, text=place.name)
        made.append(Record(line, values, place))
    return made


@given(made=forms(), transposed=st.booleans())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_loaded_is_what_was_read(empty: Path, made: list[Record], transposed: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        contracts = county_contracts(Path(folder))
        path = Path(shutil.copy(empty, folder))
        with open_warehouse(path, contracts) as warehouse:
            result = warehouse.load_file(mailed("a.xlsx", economy(made, transposed=transposed)))
            assert result.status == "loaded"
            ordered = sorted(made, key=lambda each: each.line)
            stored = fetch(warehouse.connection, "FROM economy ORDER BY line")
            assert [each["village_code"] for each in stored] == [each.place.code for each in ordered if each.place]
            refs = [(result.submissions[0].id, 0, each.line) for each in ordered]
            for field in ECONOMY.fields:
                cells = source_cells(warehouse.connection, ECONOMY, refs, field.name, contracts.code_lists)
                for record, row, cell in zip(ordered, stored, cells, strict=True):
                    said = record.values[field.name]
                    if field.name != ECONOMY.place_field:
                        assert row[field.name] == said.value
                        assert cell.value == said.value
                    assert cell.state == said.state
                    assert cell.conversion == said.conversion
                    if said.text:
                        assert cell.text == said.text
                    if said.cell is not None:
                        assert cell.cell == said.cell.a1


@given(made=forms())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_same_records_from_other_bytes_change_nothing(empty: Path, made: list[Record]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        contracts = county_contracts(Path(folder))
        path = Path(shutil.copy(empty, folder))
        with open_warehouse(path, contracts) as warehouse:
            warehouse.load_file(mailed("a.xlsx", economy(made)))
            again = warehouse.load_file(mailed("b.xlsx", economy(list(reversed(made)))))
            assert again.status == "unchanged"
