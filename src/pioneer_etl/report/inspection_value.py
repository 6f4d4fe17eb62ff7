"""What the value in one cell is read as, for `inspect --explain`: the same as `ingest` would load."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.masking import mask
from pioneer_etl.contract.model import Field, FieldType
from pioneer_etl.match.model import MatchedTable
from pioneer_etl.report.inspection import say
from pioneer_etl.report.model import words
from pioneer_etl.transform.model import FieldValue, ParseValue, Record


def read_as(
    matched: MatchedTable, position: Position, contracts: Contracts, parse_value: ParseValue | None, language: Language
) -> str | None:
    """The value read from a cell in words, with its conversion or its state; None when no record has it."""
    from pioneer_etl.transform.records import transform_table

    parts, _ = transform_table(matched, contracts, parse_value)
    for part in parts:
        for record in part.records:
            for field in matched.dataset.fields:
                value = record.values.get(field.name)
                line = part.column_map.get(field.name)
                if value is None:
                    continue
                own = value.cell
                if own is None and line is not None:
                    own = Position(line, record.line) if part.transposed else Position(record.line, line)
                if own == position:
                    return _words(field, value, record, contracts, language)
    return None


def _words(field: Field, value: FieldValue, record: Record, contracts: Contracts, language: Language) -> str:
    if value.value is None:
        return say(f"state.{value.state.value}", language)
    text = mask(str(value.value), field.personal)
    if field.type is FieldType.PLACE and record.place is not None:
        text = f"{record.place.name} {record.place.code}"
    elif field.codes is not None and field.codes in contracts.code_lists:
        codes = contracts.code_lists[field.codes].codes
        label = next((words(each.label, language) for each in codes if each.code == value.value), "")
        text = f"{label} {text}".strip() if field.personal is None else text
    elif isinstance(value.value, (int, Decimal)) and not isinstance(value.value, bool) and field.unit:
        text = f"{value.value} {field.unit}"
    elif isinstance(value.value, date):
        text = mask(value.value.isoformat(), field.personal)
    if not value.conversion:
        return text
    return f"{text}（{value.conversion}）" if language == "zh" else f"{text} ({value.conversion})"
