"""What checks are made on: a submission with its fields by name, and its records as rows and as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pioneer_etl.check.evaluate import Answers
from pioneer_etl.check.operand import Precision, Row, operands
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Field
from pioneer_etl.contract.places import valid_on
from pioneer_etl.transform.model import FieldValue, Submission, ValueState

Column = Sequence[FieldValue | None]


@dataclass(frozen=True, slots=True)
class Subject:
    """A submission made ready for its checks: its fields by name, its records, and what is around it.

    `rows` are the records of all parts.  A column has a value for each of them, and is made once, however many checks
    ask for it.  `beside` are columns that stand beside the submission's own: what other forms say of its records.
    """

    submission: Submission
    contracts: Contracts
    fields: Mapping[str, Field]
    rows: tuple[Row, ...]
    precisions: tuple[Precision, ...]
    beside: Mapping[str, Column] = field(default_factory=dict)
    _values: dict[str, Column] = field(default_factory=dict, compare=False, repr=False)
    _operands: dict[tuple[str, tuple[int, ...]], Answers] = field(default_factory=dict, compare=False, repr=False)
    _together: dict[tuple[str, ...], dict[str, Answers]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def sheet(self) -> str | None:
        return self.submission.parts[0].sheet if self.submission.parts else None

    @property
    def villages(self) -> int | None:
        """How many villages are registered under the township on the period's last day."""
        township, period = self.submission.township, self.submission.period
        if township is None:
            return None
        children = self.contracts.places.children(township.code)
        return sum(valid_on(unit, period.end if period else None) for unit in children)

    def values(self, name: str) -> Column:
        """The column of a field."""
        found = self.beside[name] if name in self.beside else self._values.get(name)
        if found is None:
            found = self._values[name] = [row.record.values.get(name) for row in self.rows]
        return found

    def operands(self, names: tuple[str, ...]) -> Mapping[str, Answers]:
        """The columns of the fields of one expression, as it works with them; None for a value that is missing.

        They share the decimals that they are printed with.
        """
        found = self._together.get(names)
        if found is None:
            own = [self.fields[name] for name in names if name not in self.beside]
            shared = [each.shared(own) for each in self.precisions]
            found = {name: self._column(name, tuple([each.get(name, 0) for each in shared])) for name in names}
            self._together[names] = found
        return found

    def _column(self, name: str, shared: tuple[int, ...]) -> Answers:
        """A field's column where each part prints so many decimals; several expressions may share it."""
        found = self._operands.get((name, shared))
        if found is None:
            parts = zip(self.submission.parts, shared, strict=True)
            decimals = [precision for part, precision in parts for _ in part.records]
            found = self._operands[name, shared] = operands(self.values(name), self.fields[name], decimals)
        return found

    def answers(self, function: str, names: tuple[str, ...]) -> Answers:
        """The functions of the language that ask about a record rather than a value."""
        if function == "asked":
            return [value is not None and value.state is not ValueState.ABSENT for value in self.values(names[0])]
        return [row.record.place.level if row.record.place is not None else "" for row in self.rows]

    def joined(self, fields: Mapping[str, Field], beside: Mapping[str, Column]) -> Subject:
        """This submission with columns beside its own, and their fields."""
        columns = self._values  # its own are the same there
        return Subject(
            self.submission, self.contracts, {**self.fields, **fields}, self.rows, self.precisions, beside, columns
        )

    def row(self, index: int) -> Row:
        """A record, with what other forms say of it."""
        said = {name: value for name, column in self.beside.items() if (value := column[index]) is not None}
        return self.rows[index].beside(said) if said else self.rows[index]


def subject_of(submission: Submission, contracts: Contracts) -> Subject:
    """A submission made ready."""
    fields = {each.name: each for each in submission.dataset.fields}
    rows = tuple(Row(part, record) for part in submission.parts for record in part.records)
    return Subject(submission, contracts, fields, rows, tuple(map(Precision, submission.parts)))
