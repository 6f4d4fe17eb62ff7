"""Checks against other forms: of the same township and period, or of the township's last period.

A form's records are joined with those of the other forms and then checked like any others: what another form says
stands in the record under a name of its own, `village.population`, and what is counted there under the text that
asks for it, `records(reserve_cadre, age(birth_month) <= 35)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from pioneer_etl.check.declared import over_records, over_submission, rows_about
from pioneer_etl.check.evaluate import tolerance_of
from pioneer_etl.check.operand import ZERO, Row, broken, digits, known
from pioneer_etl.check.subject import Subject
from pioneer_etl.contract.address import runs
from pioneer_etl.contract.expression import PREVIOUS, Expression, OtherCount, parse_expression
from pioneer_etl.contract.finding import Elsewhere, Finding
from pioneer_etl.contract.model import Check, Field, FieldType, Label
from pioneer_etl.transform.model import FieldValue, ValueState

# A finding lists so many cells of another form; where it adds up more they are told by their ends.
_LISTED = 40


@dataclass(frozen=True, slots=True)
class StandingForm:
    """A form as it stands: its records made ready for checks, the file it came in, its number in the warehouse.

    `title` is what findings call it.
    """

    subject: Subject
    file: str
    number: int
    title: Label
    _by_key: dict[tuple[object, ...], list[Row]] = field(default_factory=dict, compare=False, repr=False)

    def matching(self, key: tuple[object, ...], names: Sequence[str] | None) -> Sequence[Row]:
        """The records with a key; `names` are the fields of the key, None for the place alone."""
        index = self._by_key
        kind = ("place",) if names is None else ("key", *names)
        if (kind,) not in index:
            index[kind,] = []
            for row in self.subject.rows:
                own = _key(row, names)
                if own is not None:
                    index.setdefault((kind, own), []).append(row)
        return index.get((kind, key), ())


def _key(row: Row, names: Sequence[str] | None) -> tuple[object, ...] | None:
    """What tells a record from others: its place, and the values of the other key fields; None when one is missing."""
    place = row.record.place.code if row.record.place is not None else None
    if names is None:
        return None if place is None else (place,)
    values = tuple(value.value if (value := row.value(name)) is not None else None for name in names)
    return None if None in values else (place, *values)


def between_findings(
    form: StandingForm, checks: Sequence[Check], others: Mapping[str, StandingForm]
) -> Iterator[Finding]:
    """What checks find in a form by what other forms say; nothing of one while a form that it names has not come.

    `others` are those forms by the names that the checks give them.
    """
    if form.subject.submission.quarantined:
        return
    asked = [
        (check, parse_expression(check.expression, check.scope), parse_expression(check.where) if check.where else None)
        for check in checks
        if all(name in others for name in check.forms)
    ]
    # Its records are joined with the others once for all checks.
    joined = _Joined(form, others, [each for _, *both in asked for each in both if each is not None])
    for check, expression, where in asked:
        expressions = [each for each in (expression, where) if each is not None]
        tolerance = tolerance_of(check.tolerance)
        plain, condition = joined.plain(expression), joined.plain(where) if where is not None else None
        if check.scope == "submission":
            beside = {each.text: joined.counted(None, each)[0] for each in expression.counts}
            if any(broken(each) for each in beside.values()):
                continue
            for found in over_submission(joined.subject, check, plain, condition, tolerance, beside):
                # What a whole form adds up to belongs to no record of it.
                yield joined.placed(replace(found, cells=()), None, expressions)
            continue
        for row, found in over_records(joined.subject, check, plain, condition, tolerance):
            yield joined.placed(found, row, expressions)


class _Joined:
    """A form with what others say in its records."""

    def __init__(
        self, form: StandingForm, others: Mapping[str, StandingForm], expressions: Sequence[Expression]
    ) -> None:
        self.form = form
        self.others = others
        self.names = tuple(dict.fromkeys(name for each in expressions for name in each.others))
        self.counts = tuple({each.text: each for one in expressions for each in one.counts}.values())
        self._counted: dict[tuple[str, tuple[object, ...] | None], tuple[FieldValue, Sequence[Row]]] = {}
        fields = {**form.subject.fields, **self._fields()}
        parts = tuple(tuple(self._row(row) for row in rows) for rows in form.subject.parts)
        self.subject = replace(form.subject, fields=fields, parts=parts)

    def plain(self, expression: Expression) -> Expression:
        """An expression for which what other forms say is among the record's own fields."""
        names = (*expression.fields, *expression.others, *(each.text for each in expression.counts))
        return replace(expression, fields=tuple(dict.fromkeys(names)), others=(), counts=())

    def _fields(self) -> Mapping[str, Field]:
        fields: dict[str, Field] = {}
        for name in self.names:
            form, said = self.others[name.split(".")[0]], name.split(".")[1]
            own = form.subject.fields[said]
            # A unit of its own: another form's figures are not printed like those beside them here.
            fields[name] = replace(own, name=name, label=_joined_label(form.title, own.label), unit=name)
        for count in self.counts:
            form = self.others[count.form]
            which = ("中符合条件的记录", "records that fit, of") if count.condition else (" 记录数", "records of")
            label = Label(f"{form.title.zh}{which[0]}", f"{which[1]} {form.title.en}")
            kind = FieldType.INTEGER
            if count.field is not None:
                own = form.subject.fields[count.field]
                label, kind = _joined_label(form.title, own.label), own.type
                label = Label(f"{label.zh}之和", f"sum of {label.en}")
            fields[count.text] = Field(count.text, label, kind, unit=count.text)
        return fields

    def _row(self, row: Row) -> Row:
        beside: dict[str, FieldValue] = {}
        records: dict[str, Row | None] = {}
        for name in self.names:
            form, said = name.split(".")
            if form not in records:
                records[form] = self._record(row, form)
            found = records[form]
            value = found.value(said) if found is not None else None
            if value is not None and value.state is not ValueState.ABSENT:
                beside[name] = replace(value, cell=None)  # its cell is one of another sheet
        for count in self.counts:
            beside[count.text] = self.counted(row, count)[0]
        return row.beside(beside)

    def _record(self, row: Row, name: str) -> Row | None:
        """The one record of another form that belongs to a record of this one."""
        dataset = self.form.subject.submission.dataset
        names = [each for each in dataset.key if each != dataset.place_field] if name == PREVIOUS else None
        key = _key(row, names)
        found = self.others[name].matching(key, names) if key is not None else ()
        return found[0] if len(found) == 1 else None

    def counted(self, row: Row | None, count: OtherCount) -> tuple[FieldValue, Sequence[Row]]:
        """A count or sum over another form, and the records that it is of.

        A record about a village counts what the other form says of the village; anything else counts the whole form.
        """
        other = self.others[count.form]
        places = (self.form.subject.submission.dataset.place_field, other.subject.submission.dataset.place_field)
        key: tuple[object, ...] | None
        rows: Sequence[Row]
        if row is None or None in places:
            key, rows = (), other.subject.rows
        else:
            key = _key(row, None)
            rows = tuple(other.matching(key, None)) if key is not None else ()
        found = self._counted.get((count.text, key))  # a roster has many records about one village
        if found is None:
            found = self._counted[count.text, key] = _count(other, rows, count)
        return found

    def placed(self, found: Finding, row: Row | None, expressions: Sequence[Expression]) -> Finding:
        """A finding with the cells of the other forms, in its words too."""
        words = dict(found.arguments)
        cells = found.cells
        if row is not None and not cells:
            # The check names no field of the record itself: look at what it is about.
            named = [name for each in expressions for name in each.fields]
            key = self.form.subject.submission.dataset.key
            cells = tuple(cell for name in (*named, *key) if (cell := row.cell(name)))[:1]
            words |= {language: " ".join((*cells, words[language])) for language in ("zh", "en")}
        for each in self._places(row, expressions):
            where = f"{each.file} [{each.sheet}] {' '.join(runs(each.cells[:_LISTED]))}".rstrip()
            words["zh"] += f"；{each.title.zh}见 {where}"
            words["en"] += f"; {each.title.en}: see {where}"
        # An explanation holds for what both forms said.
        both = f"{found.found} | {found.expected}" if found.found is not None else None
        return replace(found, cells=cells, arguments=words, elsewhere=tuple(self._places(row, expressions)), found=both)

    def _places(self, row: Row | None, expressions: Sequence[Expression]) -> list[Elsewhere]:
        """Where other forms say what a check asks of them, a sheet at a time."""
        found: dict[tuple[int, str], Elsewhere] = {}

        def add(form: StandingForm, rows: Sequence[Row], name: str) -> None:
            for each in rows or form.subject.rows[:1]:
                cell = each.cell(name) if rows else None
                at = form.number, each.part.sheet
                before = found[at].cells if at in found else ()
                cells = tuple(dict.fromkeys((*before, *([cell] if cell else []))))
                found[at] = Elsewhere(form.number, form.title, form.file, each.part.sheet, cells)

        for expression in expressions:
            for name in expression.others if row is not None else ():
                assert row is not None
                form, said = name.split(".")
                other = self._record(row, form)
                add(self.others[form], [other] if other is not None else [], said)
            for count in expression.counts:
                dataset = self.others[count.form].subject.submission.dataset
                asked = count.field or next(iter(count.condition.fields if count.condition else dataset.key), "")
                add(self.others[count.form], self.counted(row, count)[1], asked)
        return list(found.values())


def _count(other: StandingForm, rows: Sequence[Row], count: OtherCount) -> tuple[FieldValue, Sequence[Row]]:
    """A count or sum over some records of another form, and those that it is of."""
    condition = count.condition
    needed = (*(condition.fields if condition is not None else ()), *([count.field] if count.field else []))
    if any(broken(each.value(name)) for each in rows for name in needed):
        return FieldValue(None, ValueState.UNREADABLE), rows
    rows = tuple(rows_about(other.subject, rows, condition))
    if count.field is None:
        return FieldValue(len(rows), ValueState.VALUE, decimals=0), rows
    values = [value for each in rows if (value := each.value(count.field)) is not None and known(value)]
    total = sum((Decimal(str(value.value)) for value in values), ZERO)
    decimals = max((value.decimals or 0 for value in values), default=0)
    # So many roundings add up.
    decimals -= len(str(len(values))) - 1 if decimals else 0
    return FieldValue(total, ValueState.VALUE, decimals=decimals), rows


def _joined_label(title: Label, label: Label) -> Label:
    return Label(f"{title.zh} {label.zh}", f"{title.en} {label.en}")


def with_decimals(values: Sequence[FieldValue], printed: int = 0) -> list[FieldValue]:
    """Values of one column with the decimals that it was printed with; more where a value needs them."""
    finest = max((digits(each) for each in {each.value for each in values} if isinstance(each, Decimal)), default=0)
    finest = max(finest, printed)
    return [replace(each, decimals=finest) if isinstance(each.value, Decimal) else each for each in values]
