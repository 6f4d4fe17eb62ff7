"""Checks against other forms: of the same township and period, or of the township's last period.

A form's records are joined with those of the other forms and then checked like any others: what another form says
stands in the record under a name of its own, `village.population`, and what is counted there under the text that
asks for it, `records(reserve_cadre, age(birth_month) <= 35)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeAlias

from pioneer_etl.check.declared import over_records, over_submission, records_about
from pioneer_etl.check.evaluate import tolerance_of
from pioneer_etl.check.operand import ZERO, broken, known
from pioneer_etl.check.subject import Subject
from pioneer_etl.contract.address import runs
from pioneer_etl.contract.expression import PREVIOUS, Expression, OtherCount, parse_expression
from pioneer_etl.contract.finding import Elsewhere, Finding
from pioneer_etl.contract.model import Check, Field, FieldType, Label
from pioneer_etl.transform.model import FieldValue, ValueState

# A finding lists so many cells of another form; where it adds up more they are told by their ends.
_LISTED = 40


Key: TypeAlias = tuple[object, ...]
Names: TypeAlias = tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class StandingForm:
    """A form as it stands: its records made ready for checks, the file it came in, its number in the warehouse.

    `title` is what findings call it.
    """

    subject: Subject
    file: str
    number: int
    title: Label
    _keys: dict[Names, Sequence[Key | None]] = field(default_factory=dict, compare=False, repr=False)
    _by_key: dict[Names, dict[Key, list[int]]] = field(default_factory=dict, compare=False, repr=False)

    def keys(self, names: Names) -> Sequence[Key | None]:
        """What tells each record from others: its place, and the values of the key fields; None where one is missing.

        `names` are the fields of the key, None for the place alone.
        """
        if names not in self._keys:
            places = [row.record.place.code if row.record.place is not None else None for row in self.subject.rows]
            if names is None:
                self._keys[names] = [None if place is None else (place,) for place in places]
            else:
                columns = [[each.value if each else None for each in self.subject.values(name)] for name in names]
                values = zip(*columns, strict=True) if columns else [()] * len(places)
                self._keys[names] = [
                    None if None in own else (place, *own) for place, own in zip(places, values, strict=True)
                ]
        return self._keys[names]

    def matching(self, key: Key, names: Names) -> Sequence[int]:
        """The records (by their index) with a key."""
        if names not in self._by_key:
            index = self._by_key[names] = {}
            for at, own in enumerate(self.keys(names)):
                if own is not None:
                    index.setdefault(own, []).append(at)
        return self._by_key[names].get(key, ())


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
        for index, found in over_records(joined.subject, check, plain, condition, tolerance):
            yield joined.placed(found, index, expressions)


class _Joined:
    """A form with what others say in its records."""

    def __init__(
        self, form: StandingForm, others: Mapping[str, StandingForm], expressions: Sequence[Expression]
    ) -> None:
        self.form = form
        self.others = others
        self.names = tuple(dict.fromkeys(name for each in expressions for name in each.others))
        self.counts = {each.text: each for one in expressions for each in one.counts}
        self._matched: dict[str, Sequence[int | None]] = {}
        self._counters = {text: _Counter(others[each.form], each) for text, each in self.counts.items()}
        columns = {name: self._said(name) for name in self.names}
        rows = range(len(form.subject.rows))
        for text, count in self.counts.items():
            columns[text] = [self.counted(index, count)[0] for index in rows]
        self.subject = form.subject.joined(self._fields(), columns)

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
        for count in self.counts.values():
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

    def _said(self, name: str) -> list[FieldValue | None]:
        """What another form says for each record of this one."""
        form, said = name.split(".")
        column = self.others[form].subject.values(said)
        found: list[FieldValue | None] = []
        for at in self._matches(form):
            value = column[at] if at is not None else None
            if value is not None and value.state is ValueState.ABSENT:
                value = None
            # Its cell is one of another sheet.
            found.append(value if value is None or value.cell is None else replace(value, cell=None))
        return found

    def _matches(self, name: str) -> Sequence[int | None]:
        """The one record of another form that belongs to each record of this one."""
        if name not in self._matched:
            dataset = self.form.subject.submission.dataset
            names = tuple(each for each in dataset.key if each != dataset.place_field) if name == PREVIOUS else None
            other = self.others[name]
            found = [other.matching(key, names) if key is not None else () for key in self.form.keys(names)]
            self._matched[name] = [each[0] if len(each) == 1 else None for each in found]
        return self._matched[name]

    def counted(self, index: int | None, count: OtherCount) -> tuple[FieldValue, Sequence[int]]:
        """A count or sum over another form, and the records that it is of.

        A record about a village counts what the other form says of the village; anything else counts the whole form.
        """
        other = self.others[count.form]
        places = (self.form.subject.submission.dataset.place_field, other.subject.submission.dataset.place_field)
        if index is None or None in places:
            return self._counters[count.text].over(())
        return self._counters[count.text].over(self.form.keys(None)[index])

    def placed(self, found: Finding, index: int | None, expressions: Sequence[Expression]) -> Finding:
        """A finding with the cells of the other forms, in its words too."""
        words = dict(found.arguments)
        cells = found.cells
        if index is not None and not cells:
            # The check names no field of the record itself: look at what it is about.
            row = self.subject.row(index)
            named = [name for each in expressions for name in each.fields]
            key = self.form.subject.submission.dataset.key
            cells = tuple(cell for name in (*named, *key) if (cell := row.cell(name)))[:1]
            words |= {language: " ".join((*cells, words[language])) for language in ("zh", "en")}
        places = self._places(index, expressions)
        for each in places:
            where = f"{each.file} [{each.sheet}] {' '.join(runs(each.cells[:_LISTED]))}".rstrip()
            words["zh"] += f"；{each.title.zh}见 {where}"
            words["en"] += f"; {each.title.en}: see {where}"
        # An explanation holds for what both forms said.
        both = f"{found.found} | {found.expected}" if found.found is not None else None
        return replace(found, cells=cells, arguments=words, elsewhere=tuple(places), found=both)

    def _places(self, index: int | None, expressions: Sequence[Expression]) -> list[Elsewhere]:
        """Where other forms say what a check asks of them, a sheet at a time."""
        found: dict[tuple[int, str], Elsewhere] = {}

        def add(form: StandingForm, records: Sequence[int], name: str) -> None:
            rows = [form.subject.rows[each] for each in records]
            for each in rows or form.subject.rows[:1]:
                cell = each.cell(name) if rows else None
                at = form.number, each.part.sheet
                before = found[at].cells if at in found else ()
                cells = tuple(dict.fromkeys((*before, *([cell] if cell else []))))
                found[at] = Elsewhere(form.number, form.title, form.file, each.part.sheet, cells)

        for expression in expressions:
            for name in expression.others if index is not None else ():
                assert index is not None
                form, said = name.split(".")
                other = self._matches(form)[index]
                add(self.others[form], [other] if other is not None else [], said)
            for count in expression.counts:
                dataset = self.others[count.form].subject.submission.dataset
                asked = count.field or next(iter(count.condition.fields if count.condition else dataset.key), "")
                add(self.others[count.form], self.counted(index, count)[1], asked)
        return list(found.values())


class _Counter:
    """What `records` or `total` asks of another form, answered for a place or, with the key (), for the whole form."""

    def __init__(self, other: StandingForm, count: OtherCount) -> None:
        self._other = other
        condition = count.condition
        needed = (*(condition.fields if condition is not None else ()), *([count.field] if count.field else []))
        columns = [other.subject.values(name) for name in needed]
        self._unread = {at for column in columns for at, value in enumerate(column) if broken(value)}
        self._about = frozenset(records_about(other.subject, condition))
        self._summed = other.subject.values(count.field) if count.field is not None else None
        self._known: dict[Key | None, tuple[FieldValue, Sequence[int]]] = {}  # a roster has many about one village

    def over(self, key: Key | None) -> tuple[FieldValue, Sequence[int]]:
        """The count or sum over the records with a key, and those that it is of; None: of no place."""
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._over(key)
        return found

    def _over(self, key: Key | None) -> tuple[FieldValue, Sequence[int]]:
        records: Sequence[int] = ()
        if key is not None:
            records = self._other.matching(key, None) if key else range(len(self._other.subject.rows))
        if self._unread and any(each in self._unread for each in records):
            return FieldValue(None, ValueState.UNREADABLE), records
        records = [each for each in records if each in self._about]
        if self._summed is None:
            return FieldValue(len(records), ValueState.VALUE, decimals=0), records
        values = [value for each in records if (value := self._summed[each]) is not None and known(value)]
        total = sum((Decimal(str(value.value)) for value in values), ZERO)
        decimals = max((value.decimals or 0 for value in values), default=0)
        # So many roundings add up.
        decimals -= len(str(len(values))) - 1 if decimals else 0
        return FieldValue(total, ValueState.VALUE, decimals=decimals), records


def _joined_label(title: Label, label: Label) -> Label:
    return Label(f"{title.zh} {label.zh}", f"{title.en} {label.en}")
