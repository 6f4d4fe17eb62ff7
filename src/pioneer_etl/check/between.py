"""Checks against other forms: of the same township and period, or of the township's last period.

A form's records are joined with those of the other forms and then checked like any others: what another form says
stands in the record under a name of its own, `village.population`, and what is counted there under the text that
asks for it, `records(reserve_cadre, age(birth_month) <= 35)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from pioneer_etl.check.declared import over_records, over_submission, records_about
from pioneer_etl.check.evaluate import tolerance_of
from pioneer_etl.check.operand import ZERO, Column, broken, known
from pioneer_etl.check.subject import Key, Names, Subject
from pioneer_etl.contract.address import runs
from pioneer_etl.contract.expression import PREVIOUS, Expression, OtherCount, parse_expression
from pioneer_etl.contract.finding import Elsewhere, Finding
from pioneer_etl.contract.model import Check, Field, FieldType, Label
from pioneer_etl.transform.model import FieldValue, Submission, ValueState

# A finding lists so many cells of another form; where it adds up more they are told by their ends.
_LISTED = 40


@dataclass(frozen=True, slots=True)
class StandingForm:
    """A form as it stands: its records made ready for checks, the file it came in, its number in the warehouse.

    `title` is what findings call it.  It may be made ready together with other forms of its dataset and period: `which`
    of the subject's submissions it is.
    """

    subject: Subject
    file: str
    number: int
    title: Label
    which: int = 0

    @property
    def submission(self) -> Submission:
        return self.subject.submissions[self.which]

    @property
    def span(self) -> range:
        """Its records, by their index among those of the subject."""
        return self.subject.spans[self.which]

    def by_key(self, names: Names) -> Mapping[Key, Sequence[int]]:
        """Its records by their keys."""
        return self.subject.by_key(self.which, names)


# A form with those that its checks are held against, by the names that the checks give them.
Beside: TypeAlias = tuple[StandingForm, Mapping[str, StandingForm]]


class _Asked(NamedTuple):
    """A check with the forms that it can be made for."""

    check: Check
    expression: Expression
    where: Expression | None
    forms: Sequence[Beside]

    @property
    def expressions(self) -> Sequence[Expression]:
        return (self.expression,) if self.where is None else (self.expression, self.where)

    @property
    def of_records(self) -> Sequence[Expression]:
        """Those that are worked out for each record."""
        return self.expressions[self.check.scope == "submission" :]


def between_findings(forms: Sequence[Beside], checks: Sequence[Check]) -> Iterator[tuple[StandingForm, Finding]]:
    """What checks find in forms by what other forms say; nothing of one while a form that it names has not come.

    The forms are of one subject, and those that have one name are of one subject and have one title.
    """
    sound = [(form, others) for form, others in forms if not form.submission.quarantined]
    asked = []
    for check in checks:
        ready = [each for each in sound if all(name in each[1] for name in check.forms)]
        if ready:
            where = parse_expression(check.where) if check.where else None
            asked.append(_Asked(check, parse_expression(check.expression, check.scope), where, ready))
    if not asked:
        return
    # Their records are joined with the others once for all checks.
    joined = _Joined(sound, asked)
    for one in asked:
        check, expression, where, complete = one
        tolerance = tolerance_of(check.tolerance)
        condition = joined.plain(where) if where is not None else None
        if check.scope == "submission":
            for form, others in complete:
                beside = {each.text: joined.counted(others, None, each)[0] for each in expression.counts}
                if any(broken(each) for each in beside.values()):
                    continue
                for found in over_submission(joined.alone(form), check, expression, condition, tolerance, beside):
                    # What a whole form adds up to belongs to no record of it.
                    yield form, joined.placed(replace(found, cells=()), others, None, one.expressions)
            continue
        among = [index for form, _ in complete for index in form.span]
        plain = joined.plain(expression)
        for index, found in over_records(joined.subject, check, plain, condition, tolerance, among):
            form, others = next(each for each in complete if index in each[0].span)
            yield form, joined.placed(found, others, index, one.expressions)


class _Joined:
    """Forms of one subject with what others say in their records."""

    def __init__(self, forms: Sequence[Beside], asked: Sequence[_Asked]) -> None:
        self.forms = forms
        self.own = forms[0][0].subject
        # Where forms that a name stands for have come, any of them says of which fields they are.
        self.others = {name: other for _, others in forms for name, other in others.items()}
        names = dict.fromkeys(name for one in asked for each in one.expressions for name in each.others)
        self.counts = {count.text: count for one in asked for each in one.expressions for count in each.counts}
        self._matched: dict[str, Sequence[int | None]] = {}
        self._alone: dict[int, Subject] = {}
        self._counters = {text: _Counter(self.others[each.form].subject, each) for text, each in self.counts.items()}
        columns = {name: self._said(name) for name in names}
        counted = dict.fromkeys(count.text for one in asked for each in one.of_records for count in each.counts)
        columns |= {text: self._column(self.counts[text]) for text in counted}
        self._fields = dict(self._joined_fields(tuple(names)))
        self.subject = self.own.joined(self._fields, columns)

    def alone(self, form: StandingForm) -> Subject:
        """One of the forms by itself, with what others say in its records."""
        if form.which not in self._alone:
            own = slice(form.span.start, form.span.stop)
            beside = {name: column[own] for name, column in self.subject.beside.items()}
            self._alone[form.which] = self.own.alone(form.which).joined(self._fields, beside)
        return self._alone[form.which]

    def plain(self, expression: Expression) -> Expression:
        """An expression for which what other forms say is among the record's own fields."""
        names = (*expression.fields, *expression.others, *(each.text for each in expression.counts))
        return replace(expression, fields=tuple(dict.fromkeys(names)), others=(), counts=())

    def _joined_fields(self, names: Sequence[str]) -> Iterator[tuple[str, Field]]:
        for name in names:
            form, said = self.others[name.split(".")[0]], name.split(".")[1]
            own = form.subject.fields[said]
            # A unit of its own: another form's figures are not printed like those beside them here.
            yield name, replace(own, name=name, label=_joined_label(form.title, own.label), unit=name)
        for count in self.counts.values():
            form = self.others[count.form]
            which = ("中符合条件的记录", "records that fit, of") if count.condition else (" 记录数", "records of")
            label = Label(f"{form.title.zh}{which[0]}", f"{which[1]} {form.title.en}")
            kind = FieldType.INTEGER
            if count.field is not None:
                own = form.subject.fields[count.field]
                label, kind = _joined_label(form.title, own.label), own.type
                label = Label(f"{label.zh}之和", f"sum of {label.en}")
            yield count.text, Field(count.text, label, kind, unit=count.text)

    def _said(self, name: str) -> Column:
        """What another form says for each record."""
        form, said = name.split(".")
        column = self.others[form].subject.values(said)
        return [column[at] if at is not None else None for at in self._matches(form)]

    def _matches(self, name: str) -> Sequence[int | None]:
        """The one record of another form that belongs to each record."""
        if name not in self._matched:
            dataset = self.own.submission.dataset
            names = tuple(each for each in dataset.key if each != dataset.place_field) if name == PREVIOUS else None
            keys = self.own.keys(names)
            found: list[int | None] = [None] * len(keys)
            for form, others in self.forms:
                if (other := others.get(name)) is not None:
                    by_key = other.by_key(names)
                    for index in form.span:
                        key = keys[index]
                        matching = by_key.get(key, ()) if key is not None else ()
                        if len(matching) == 1:
                            found[index] = matching[0]
            self._matched[name] = found
        return self._matched[name]

    def _column(self, count: OtherCount) -> Column:
        """A count or sum over another form for each record."""
        found: list[FieldValue | None] = [None] * len(self.own.rows)
        counter, keys = self._counters[count.text], self._asks(count)
        for form, others in self.forms:
            if (other := others.get(count.form)) is not None:
                found[form.span.start : form.span.stop] = [counter.over(other, keys[index])[0] for index in form.span]
        return found

    def _asks(self, count: OtherCount) -> Sequence[Key | None]:
        """What each record counts of another form, as the key of the records there.

        A record about a village counts what the other form says of the village; anything else counts the whole form.
        """
        places = (self.own.submission.dataset.place_field, self.others[count.form].submission.dataset.place_field)
        return [()] * len(self.own.rows) if None in places else self.own.keys(None)

    def counted(
        self, others: Mapping[str, StandingForm], index: int | None, count: OtherCount
    ) -> tuple[FieldValue, Sequence[int]]:
        """A count or sum over another form, for a record or for the form as a whole, and the records that it is of."""
        key = () if index is None else self._asks(count)[index]
        return self._counters[count.text].over(others[count.form], key)

    def placed(
        self, found: Finding, others: Mapping[str, StandingForm], index: int | None, expressions: Sequence[Expression]
    ) -> Finding:
        """A finding with the cells of the other forms, in its words too."""
        words = dict(found.arguments)
        cells = found.cells
        if index is not None and not cells:
            # The check names no field of the record itself: look at what it is about.
            row = self.subject.row(index)
            named = [name for each in expressions for name in each.fields]
            key = self.own.submission.dataset.key
            cells = tuple(cell for name in (*named, *key) if (cell := row.cell(name)))[:1]
            words |= {language: " ".join((*cells, words[language])) for language in ("zh", "en")}
        places = self._places(others, index, expressions)
        for each in places:
            where = f"{each.file} [{each.sheet}] {' '.join(runs(each.cells[:_LISTED]))}".rstrip()
            words["zh"] += f"；{each.title.zh}见 {where}"
            words["en"] += f"; {each.title.en}: see {where}"
        # An explanation holds for what both forms said.
        both = f"{found.found} | {found.expected}" if found.found is not None else None
        return replace(found, cells=cells, arguments=words, elsewhere=tuple(places), found=both)

    def _places(
        self, others: Mapping[str, StandingForm], index: int | None, expressions: Sequence[Expression]
    ) -> list[Elsewhere]:
        """Where other forms say what a check asks of them, a sheet at a time."""
        found: dict[tuple[int, str], Elsewhere] = {}

        def add(form: StandingForm, records: Sequence[int], name: str) -> None:
            for each in [form.subject.rows[at] for at in records or form.span[:1]]:
                cell = each.cell(name) if records else None
                at = form.number, each.part.sheet
                before = found[at].cells if at in found else ()
                cells = tuple(dict.fromkeys((*before, *([cell] if cell else []))))
                found[at] = Elsewhere(form.number, form.title, form.file, each.part.sheet, cells)

        for expression in expressions:
            for name in expression.others if index is not None else ():
                assert index is not None
                form, said = name.split(".")
                other = self._matches(form)[index]
                add(others[form], [other] if other is not None else [], said)
            for count in expression.counts:
                dataset = others[count.form].submission.dataset
                asked = count.field or next(iter(count.condition.fields if count.condition else dataset.key), "")
                add(others[count.form], self.counted(others, index, count)[1], asked)
        return list(found.values())


class _Counter:
    """What `records` or `total` asks of other forms, answered for a place or, with the key (), for a whole form."""

    def __init__(self, subject: Subject, count: OtherCount) -> None:
        condition = count.condition
        needed = (*(condition.fields if condition is not None else ()), *([count.field] if count.field else []))
        columns = [subject.values(name) for name in needed]
        self._unread = {at for column in columns for at, value in enumerate(column) if broken(value)}
        self._about = frozenset(records_about(subject, condition)) if condition is not None else None
        self._summed = subject.values(count.field) if count.field is not None else None
        self._by_key = [subject.by_key(which, None) for which in range(len(subject.submissions))]
        # A roster has many about one village.
        self._known: dict[tuple[int, Key | None], tuple[FieldValue, Sequence[int]]] = {}

    def over(self, other: StandingForm, key: Key | None) -> tuple[FieldValue, Sequence[int]]:
        """The count or sum over a form's records with a key, and those that it is of; None: of no place."""
        found = self._known.get((other.which, key))
        if found is None:
            found = self._known[other.which, key] = self._over(other, key)
        return found

    def _over(self, other: StandingForm, key: Key | None) -> tuple[FieldValue, Sequence[int]]:
        records: Sequence[int] = ()
        if key is not None:
            records = self._by_key[other.which].get(key, ()) if key else other.span
        if self._unread and not self._unread.isdisjoint(records):
            return FieldValue(None, ValueState.UNREADABLE), records
        if self._about is not None:
            records = [each for each in records if each in self._about]
        if self._summed is None:
            return _number_of(len(records)), records
        values = [value for each in records if (value := self._summed[each]) is not None and known(value)]
        total = sum((Decimal(str(value.value)) for value in values), ZERO)
        decimals = max((value.decimals or 0 for value in values), default=0)
        # So many roundings add up.
        decimals -= len(str(len(values))) - 1 if decimals else 0
        return FieldValue(total, ValueState.VALUE, decimals=decimals), records


@lru_cache(maxsize=256)
def _number_of(records: int) -> FieldValue:
    return FieldValue(records, ValueState.VALUE, decimals=0)


def _joined_label(title: Label, label: Label) -> Label:
    return Label(f"{title.zh} {label.zh}", f"{title.en} {label.en}")
