"""A layout brought up to a form that has changed: what is to be learnt, what only a person can tell, the new text.

The sample is proposed for as a new format would be (`infer.py`), with all that the layout says already among the
answers; what is then left over is the change.  It is added beside what stands in the layout, so that older files
stay readable: a new heading for a field goes beside the old one, and nothing is taken away but what only the old
form has (a heading that must be there, a kind).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pioneer_etl.contract.catalogue import Language, message
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.text import normalise
from pioneer_etl.contract.toml import parse_toml
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.match.around import look_around
from pioneer_etl.match.columns import find_heading, has_heading
from pioneer_etl.match.layout import Form, Layout
from pioneer_etl.match.layout_read import check_layout, read_layout
from pioneer_etl.match.match import match_sheets
from pioneer_etl.match.model import FileContext
from pioneer_etl.plugins.deciding import heading_text
from pioneer_etl.plugins.infer import Sample, propose
from pioneer_etl.plugins.layout_text import form_text
from pioneer_etl.plugins.proposal import IGNORE, AnswerKey, Answers, Proposal, ProposedForm, Question, State

SET: Final = "set"
APPEND: Final = "append"
REMOVE: Final = "remove"
ADD_FORM: Final = "add_form"


@unchanging
class Change:
    """One change of the layout's text.

    `form` is the number of the `[[form]]` (from 0), `key` the place in it and `value` what is set, appended to a
    list, or taken from it.  `code` and `arguments` say it in words.
    """

    code: str
    form: int
    action: str
    key: tuple[str, ...]
    value: str = ""
    arguments: Mapping[str, str] | None = None

    def text(self, language: Language) -> str:
        return message(self.code, {"key": ".".join(self.key), "value": self.value, **(self.arguments or {})}, language)


@unchanging
class Update:
    """What a changed form asks of its layout: the proposal for it with what is known, and the changes that follow."""

    layout: Layout
    proposal: Proposal
    changes: tuple[Change, ...]


def propose_update(
    layout: Layout,
    samples: Sequence[Sample],
    contracts: Contracts,
    answers: Answers,
    *,
    township: str | None = None,
    period: str | None = None,
) -> Update:
    """What samples of a changed form ask of their layout, as far as the answers go.

    `township` and `period` are words for samples that do not say whose they are and for when.  UsageError for an
    answer that is none of the choices.
    """
    tables, hints = _recognised(layout, samples, contracts, township, period)
    known = {**tables, **answers}
    first = propose(samples, contracts, known, name=layout.name, township=township, period=period)
    pairs = [(form, _form_of(form, layout)) for form in first.forms]
    for form, number in pairs:
        if number is not None:
            known = {**_said(form, layout.forms[number]), **known}
    proposal = propose(samples, contracts, known, name=layout.name, township=township, period=period)
    numbers = {form.name: number for form, number in pairs}
    changes: list[Change] = []
    for form in proposal.forms:
        number = numbers.get(form.name)
        if number is None:
            dataset = contracts.datasets[form.dataset].title
            changes.append(
                Change(
                    "plugin.update.form",
                    len(layout.forms),
                    ADD_FORM,
                    (form.name,),
                    arguments={"dataset": dataset.zh, "dataset_en": dataset.en},
                )
            )
        else:
            changes += _changes(form, layout.forms[number], number)
    proposal = replace(proposal, questions=tuple(_hinted(each, proposal, hints) for each in proposal.questions))
    distinct = {(each.form, each.action, each.key, each.value): each for each in changes}
    return Update(layout, proposal, tuple(distinct.values()))


def _recognised(
    layout: Layout, samples: Sequence[Sample], contracts: Contracts, township: str | None, period: str | None
) -> tuple[dict[AnswerKey, str], dict[tuple[str, str], str]]:
    """The dataset of every table that the layout still recognises, by its place; and what was most likely renamed.

    The second gives the field by dataset and new heading.
    """
    found: dict[AnswerKey, str] = {}
    hints: dict[tuple[str, str], str] = {}
    fields = {(form.dataset, heading.text): target.field for form in layout.forms for heading, target in form.columns}
    for sample in samples:
        context = FileContext(sample.name, township=township, period=period)
        for match in match_sheets(sample.readings, context, contracts, [layout], only_layout=layout.name):
            for table in match.tables:
                name, dataset = match.reading.sheet.name, table.dataset.name
                found["tables", f"{name}#{table.index + 1}" if table.index else name] = dataset
                for each in table.findings:
                    if each.code == "column.renamed":
                        field = fields.get((dataset, each.arguments["expected"]))
                        hints[dataset, each.arguments["found"]] = field or ""
    return found, hints


def _hinted(question: Question, proposal: Proposal, hints: Mapping[tuple[str, str], str]) -> Question:
    """A question about a heading that most likely was renamed, with the old one's field as the likeliest answer."""
    datasets = {form.name: form.dataset for form in proposal.forms}
    hint = hints.get((datasets.get(question.key[0], ""), question.key[-1]))
    known = hint in {choice.value for choice in question.choices}
    return replace(question, proposal=hint) if hint and known else question


def _form_of(proposed: ProposedForm, layout: Layout) -> int | None:
    """The number of the layout's form that a proposed one is a later state of; None where it is none's."""
    frame = proposed.sources[0].frame
    scores = [
        sum(has_heading(frame, heading) for heading, _ in form.columns) if form.dataset == proposed.dataset else 0
        for form in layout.forms
    ]
    best = max(scores, default=0)
    return scores.index(best) if best else None


def _said(proposed: ProposedForm, form: Form) -> dict[AnswerKey, str]:
    """All that the layout says of a form, as answers to the questions that a new one would raise."""
    name = proposed.name
    found: dict[AnswerKey, str] = {}
    for source in proposed.sources:
        for heading in form.ignore:
            for line in find_heading(source.frame, heading):
                found[name, "columns", heading_text(source.frame, line)] = IGNORE
        for heading, target in form.columns:
            for line in find_heading(source.frame, heading):
                value = f"{target.field}={target.tick}" if target.tick else target.field
                found[name, "columns", heading_text(source.frame, line)] = value
    for field, spellings in form.codes.items():
        found |= {(name, "codes", field, text): code for text, code in spellings.items()}
    found |= {(name, "units", field): unit for field, unit in form.units.items()}
    found |= {(name, "constants", field): text for field, text in form.constants.items()}
    found |= {(name, "carry", field): "yes" for field in form.carry}
    return found


def _changes(proposed: ProposedForm, form: Form, number: int) -> Iterator[Change]:
    """What has to be added to, or taken from, one form of the layout."""
    frame = proposed.sources[0].frame
    named = {
        line.line
        for heading in (*(each for each, _ in form.columns), *form.ignore)
        for line in find_heading(frame, heading)
    }
    taken = {each.field for each in proposed.of(State.TAKEN)}
    gone = [
        (heading.text, target.field)
        for heading, target in form.columns
        if not has_heading(frame, heading) and heading.text not in {each.text for each in form.optional}
    ]
    for column in proposed.columns:
        if column.line in named or not column.filled:
            continue
        if column.state is State.TAKEN and column.target is not None:
            old = next((text for text, field in gone if field == column.field), None)
            code = "plugin.update.renamed" if old else "plugin.update.column"
            arguments = {"old": old or "", "where": column.where, "why": column.reason}
            yield Change(code, number, SET, ("columns", column.heading), column.target, arguments)
        elif column.state is State.IGNORED and column.reason:
            yield Change("plugin.update.ignore", number, APPEND, ("ignore",), column.heading, {"where": column.where})
    unsure = any(each.filled for each in proposed.of(State.UNSURE))
    for text, field in gone:
        if field not in taken and not unsure:  # else it may have been renamed
            yield Change("plugin.update.gone", number, APPEND, ("optional",), text)
    yield from _anchors(proposed, form, number)
    for field, spellings in proposed.codes.items():
        for text, code in spellings.items():
            if text not in form.codes.get(field, {}):
                yield Change("plugin.update.code", number, SET, ("codes", field, text), code)
    for field, unit in proposed.units.items():
        if field not in form.units:
            yield Change("plugin.update.unit", number, SET, ("units", field), unit)
    for field in proposed.carry:
        if field not in form.carry:
            yield Change("plugin.update.carry", number, APPEND, ("carry",), field)
    for text in proposed.skip_rows:
        if text not in form.skip_rows:
            yield Change("plugin.update.skip", number, APPEND, ("skip_rows",), text)


def _anchors(proposed: ProposedForm, form: Form, number: int) -> Iterator[Change]:
    """What the form is recognised by, where the changed one does not have it."""
    frame = proposed.sources[0].frame
    if form.kind is not None and form.kind is not proposed.kind:
        arguments = {"old": form.kind.value}
        yield Change("plugin.update.kind", number, REMOVE, ("kind",), proposed.kind.value, arguments)
    titles = [normalise(each.text) for each in look_around(frame.reading).titles(frame.index)]
    titles = titles or [normalise(frame.reading.sheet.name)]
    if form.titles and not any(pattern.search(text) for pattern in form.titles for text in titles):
        for text in proposed.titles:
            yield Change("plugin.update.title", number, APPEND, ("match", "title"), text)
    sheet = normalise(frame.reading.sheet.name)
    if form.sheets and not any(pattern.fullmatch(sheet) for pattern in form.sheets):
        yield Change("plugin.update.sheet", number, APPEND, ("match", "sheet"), frame.reading.sheet.name)
    lost = [each.text for each in form.headers if not has_heading(frame, each)]
    kept = len(form.headers) - len(lost)
    if lost and not kept and not (form.titles or form.sheets):
        common = next((each.text for each, _ in form.columns if has_heading(frame, each)), None)
        if common is not None:
            yield Change("plugin.update.header", number, APPEND, ("match", "headers"), common)
    for text in lost:
        yield Change("plugin.update.no_header", number, REMOVE, ("match", "headers"), text)


def updated_text(text: str, update: Update, contracts: Contracts) -> str:
    """The text of `layout.toml` with the changes in it; its comments and order stay.

    ConfigurationError, as for any layout, should the result be none.
    """
    import tomlkit
    from tomlkit.items import Array

    document = tomlkit.parse(text)
    forms = document["form"]
    for change in update.changes:
        if change.action == ADD_FORM:
            continue
        table = forms[change.form]
        *path, last = change.key
        for key in path:
            if key not in table:
                table[key] = tomlkit.table()
            table = table[key]
        if change.action == SET:
            table[last] = change.value
        elif change.action == APPEND:
            known = table.get(last)
            if isinstance(known, Array):
                known.append(change.value)
            else:
                table[last] = [change.value]
        elif last == "kind":
            del table[last]
        else:
            remaining = [each for each in table[last] if str(each) != change.value]
            table[last] = remaining
            if not remaining:
                del table[last]
    result = tomlkit.dumps(document)
    for change in update.changes:
        if change.action == ADD_FORM:
            form = next(each for each in update.proposal.forms if each.name == change.key[0])
            result = result.rstrip("\n") + "\n\n" + "\n".join(form_text(form, (), contracts)) + "\n"
    layout = read_layout(parse_toml(result, "layout.toml"))
    check_layout(layout, contracts.datasets)
    return result
