"""What the records of a table say of its layout: a column that holds something else now, another level of place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Field
from pioneer_etl.match.model import ColumnMatch, MatchedTable, MatchKind
from pioneer_etl.transform.columns import LineValues
from pioneer_etl.transform.model import Record, ValueState
from pioneer_etl.transform.reading import Doubt

# Fewer unreadable cells than this may be slips; a column of them is another column.
FEWEST_OF_A_COLUMN: Final = 3
_EMPTY = (ValueState.BLANK, ValueState.ABSENT)
# What cannot be read and is the field's all the same: its own finding names the cause and the remedy.
_STILL_THE_FIELD = frozenset({"value.id_digits_lost"})


def by_policy(doubt: Doubt, policy: str) -> Doubt:
    """A doubt about a word that no code list knows, as the layout's policy for values has it."""
    if doubt.code != "value.unknown_code" or policy == "freeze":
        return doubt
    return replace(doubt, code="value.new_code" if policy == "evolve" else "value.code_discarded")


def retyped(matched: MatchedTable, field: Field, column: ColumnMatch, found: LineValues) -> Iterator[Finding]:
    """The finding for a column that the layout maps and most of whose cells are no longer what its field is."""
    if column.kind is not MatchKind.LAYOUT or not column.cells:
        return
    if [value.state for value in found.values].count(ValueState.UNREADABLE) < FEWEST_OF_A_COLUMN:
        return
    filled = [value for value in found.values if value.state not in _EMPTY]
    still = {number for number, doubt in found.doubts if doubt.code in _STILL_THE_FIELD}
    wrong = sum(
        value.state is ValueState.UNREADABLE and number not in still for number, value in enumerate(found.values)
    )
    if wrong >= FEWEST_OF_A_COLUMN and wrong * 2 > len(filled):
        yield finding(
            "column.retyped",
            sheet=matched.reading.sheet.name,
            cells=column.cells[-1].a1,
            heading="/".join(column.path),
            field=field.label.zh,
            field_en=field.label.en,
            count=wrong,
            of=len(filled),
            layout=matched.layout,
        )


def other_level(matched: MatchedTable, records: Sequence[Record]) -> Iterator[Finding]:
    """The finding for records none of which is about a place of the level that the layout says."""
    levels = {record.place.level for record in records if record.place is not None}
    if matched.level is not None and levels and matched.level not in levels:
        yield finding(
            "layout.granularity",
            sheet=matched.reading.sheet.name,
            cells=matched.table.range.a1,
            layout=matched.layout,
            expected=matched.level,
            found=", ".join(sorted(levels)),
            count=len(records),
        )
