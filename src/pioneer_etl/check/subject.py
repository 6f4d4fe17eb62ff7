"""What checks are made on: submissions with their fields by name, and their records as rows and as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import accumulate, pairwise, starmap
from typing import TypeAlias

from pioneer_etl.check.evaluate import Answers
from pioneer_etl.check.operand import PRINTED, Column, Number, Precision, Row, operands
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Field
from pioneer_etl.contract.places import valid_on
from pioneer_etl.transform.model import Submission, ValueState

# What tells a record from others of its form: its place, and the values of the key fields `Names`; None for those
# stands for the place alone.
Key: TypeAlias = tuple[object, ...]
Names: TypeAlias = tuple[str, ...] | None


class RecordColumns(dict[str, Column]):
    """The columns of some records, each made when it is first asked for."""

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__()
        self._rows = rows

    def __missing__(self, name: str) -> Column:
        column = self[name] = [row.record.values.get(name) for row in self._rows]
        return column


@dataclass(frozen=True, slots=True)
class Subject:
    """Submissions made ready for their checks: their fields by name, their records, and what is around them.

    Mostly it is one; where there are several they are of one dataset and period, and are checked together.  `rows` are
    the records of all parts, `spans` tells which of them are those of each submission.  A column has a value for each
    record, and is made once, however many checks ask for it.  `beside` are columns that stand beside the submissions'
    own: what other forms say of their records.  `known` is what parts of expressions say of all records.
    """

    submissions: tuple[Submission, ...]
    contracts: Contracts
    fields: Mapping[str, Field]
    rows: tuple[Row, ...]
    spans: tuple[range, ...]
    precisions: tuple[Precision, ...]
    columns: Mapping[str, Column]
    beside: Mapping[str, Column] = field(default_factory=dict)
    known: dict[str, Answers] = field(default_factory=dict, compare=False, repr=False)
    _operands: dict[tuple[str, tuple[int, ...]], Answers] = field(default_factory=dict, compare=False, repr=False)
    _together: dict[tuple[str, ...], dict[str, Answers]] = field(default_factory=dict, compare=False, repr=False)
    _keys: dict[Names, Sequence[Key | None]] = field(default_factory=dict, compare=False, repr=False)
    _by_key: dict[Names, list[dict[Key, list[int]]]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def submission(self) -> Submission:
        """The first: its dataset and period are those of all."""
        return self.submissions[0]

    @property
    def sheet(self) -> str | None:
        return self.submission.parts[0].sheet if self.submission.parts else None

    def villages(self) -> Sequence[Number | None]:
        """For each record how many villages are registered under its township on the period's last day."""
        counts = map(self.villages_of, self.submissions)
        return [count for count, span in zip(counts, self.spans, strict=True) for _ in span]

    def villages_of(self, submission: Submission) -> Number | None:
        """How many villages are registered under a submission's township on the period's last day."""
        township, period = submission.township, submission.period
        if township is None:
            return None
        children = self.contracts.places.children(township.code)
        return Number(Decimal(sum(valid_on(unit, period.end if period else None) for unit in children)))

    def values(self, name: str) -> Column:
        """The column of a field."""
        return self.beside[name] if name in self.beside else self.columns[name]

    def operands(self, names: tuple[str, ...]) -> Mapping[str, Answers]:
        """The columns of the fields of one expression, as it works with them; None for a value that is missing.

        They share the decimals that they are printed with.
        """
        found = self._together.get(names)
        if found is None:
            own = [self.fields[name] for name in names if name not in self.beside]
            printed = [each for each in own if each.type in PRINTED]
            shared = [each.shared(printed) for each in self.precisions] if printed else []
            found = {name: self._column(name, tuple([each.get(name, 0) for each in shared])) for name in names}
            self._together[names] = found
        return found

    def _column(self, name: str, shared: tuple[int, ...]) -> Answers:
        """A field's column where each part prints so many decimals; several expressions may share it."""
        shared = shared if any(shared) else ()
        found = self._operands.get((name, shared))
        if found is None:
            column, own = self.values(name), self.fields[name]
            if len({*shared}) <= 1:
                found = operands(column, own, shared[0] if shared else 0)
            else:
                spans = zip(self.precisions, shared, strict=True)
                parts = [operands(column[each.first : each.end], own, decimals) for each, decimals in spans]
                found = [value for part in parts for value in part]
            self._operands[name, shared] = found
        return found

    def answers(self, function: str, names: tuple[str, ...]) -> Answers:
        """The functions of the language that ask about a record rather than a value."""
        if function == "asked":
            return [value is not None and value.state is not ValueState.ABSENT for value in self.values(names[0])]
        return [row.record.place.level if row.record.place is not None else "" for row in self.rows]

    def keys(self, names: Names) -> Sequence[Key | None]:
        """What tells each record from others of its form; None where something of that is missing."""
        found = self._keys.get(names)
        if found is None:
            places = [row.record.place.code if row.record.place is not None else None for row in self.rows]
            values = [[each.value if each else None for each in self.values(name)] for name in names or ()]
            # A record that other fields tell apart may be about no place of its own.
            needed = slice(0 if names is None else 1, None)
            found = self._keys[names] = [
                None if None in key[needed] else key for key in zip(places, *values, strict=True)
            ]
        return found

    def by_key(self, which: int, names: Names) -> Mapping[Key, Sequence[int]]:
        """The records (by their index) of one of the submissions, by their keys."""
        found = self._by_key.get(names)
        if found is None:
            keys = self.keys(names)
            found = self._by_key[names] = [{} for _ in self.spans]
            for span, index in zip(self.spans, found, strict=True):
                for at in span:
                    if (own := keys[at]) is not None:
                        index.setdefault(own, []).append(at)
        return found[which]

    def joined(self, fields: Mapping[str, Field], beside: Mapping[str, Column]) -> Subject:
        """These submissions with columns beside their own, and their fields."""
        return replace(self, fields={**self.fields, **fields}, beside=beside, known={}, _operands={}, _together={})

    def alone(self, which: int) -> Subject:
        """One of the submissions."""
        return subject_of(self.contracts, self.submissions[which])

    def row(self, index: int) -> Row:
        """A record, with what other forms say of it; the cells of that are ones of other sheets."""
        said = {name: value for name, column in self.beside.items() if (value := column[index]) is not None}
        if not said:
            return self.rows[index]
        return self.rows[index].beside({name: replace(value, cell=None) for name, value in said.items()})


def subject_of(contracts: Contracts, *submissions: Submission, columns: Mapping[str, Column] | None = None) -> Subject:
    """Submissions of one dataset and period made ready; their columns are made of their records where not given."""
    fields = {each.name: each for each in submissions[0].dataset.fields}
    parts = [part for each in submissions for part in each.parts]
    rows = tuple([Row(part, record) for part in parts for record in part.records])
    held = columns if columns is not None else RecordColumns(rows)
    ends = accumulate((len(part.records) for part in parts), initial=0)
    precisions = tuple(Precision(part, held, *span) for part, span in zip(parts, pairwise(ends), strict=True))
    sizes = (sum(len(part.records) for part in each.parts) for each in submissions)
    spans = tuple(starmap(range, pairwise(accumulate(sizes, initial=0))))
    return Subject(submissions, contracts, fields, rows, spans, precisions, held)
