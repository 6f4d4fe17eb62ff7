"""What a layout does, in words: how it knows its forms, what becomes of each heading, what else it settles."""

from __future__ import annotations

from collections.abc import Iterator

from pioneer_etl.contract.catalogue import Language, message
from pioneer_etl.contract.codes import resolve_code
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.model import Dataset, Label
from pioneer_etl.match.layout import Form, Layout, Target


def explain_layout(layout: Layout, contracts: Contracts, language: Language) -> str:
    """A layout as lines of text."""
    return "\n".join(_layout(layout, contracts, language))


def _layout(layout: Layout, contracts: Contracts, language: Language) -> Iterator[str]:
    yield _say("layout", language, name=layout.name, title=_one(layout.title, language), version=layout.version)
    if layout.description:
        yield f"  {layout.description}"
    if layout.townships:
        yield "  " + _say("townships", language, found=_list(layout.townships, language))
    if layout.generic:
        yield "  " + _say("generic", language)
    for number, form in enumerate(layout.forms, 1):
        yield ""
        yield from _form(number, form, contracts, language)


def _form(number: int, form: Form, contracts: Contracts, language: Language) -> Iterator[str]:
    dataset = contracts.datasets.get(form.dataset)
    title = _one(dataset.title, language) if dataset is not None else form.dataset
    kind = message(f"plugin.explain.kind.{form.kind.value if form.kind else 'any'}", {}, language)
    yield _say("form", language, number=number, title=title, dataset=form.dataset, kind=kind)
    for code, texts in (
        ("match_title", [str(each) for each in form.titles]),
        ("match_sheet", [str(each) for each in form.sheets]),
        ("match_headers", [each.text for each in form.headers]),
    ):
        if texts:
            yield "  " + _say(code, language, found=_list(texts, language))
    yield "  " + _say("columns", language)
    for heading, target in form.columns:
        block = f"  [{target.block + 1}]" if target.block is not None and target.block >= 0 else ""
        yield f"    {heading.text} → {_target(target, dataset, language)}{block}"
    for number_of_block, period in enumerate(form.block_periods, 1):
        if period:
            yield "    " + _say("block_period", language, number=number_of_block, text=period)
    for number_of_block, constants in enumerate(form.blocks, 1):
        for field, text in constants.items():
            yield f"    [{number_of_block}] {_field(field, dataset, language)} = {text}"
    yield from (f"  {each}" for each in _rest(form, dataset, contracts, language))


def _rest(form: Form, dataset: Dataset | None, contracts: Contracts, language: Language) -> Iterator[str]:
    if form.ignore:
        yield _say("ignore", language, found=_list([each.text for each in form.ignore], language))
    if form.optional:
        yield _say("optional", language, found=_list([each.text for each in form.optional], language))
    for field, unit in form.units.items():
        if field == "default":
            yield _say("unit_default", language, unit=unit)
        else:
            yield _say("unit", language, field=_field(field, dataset, language), unit=unit)
    for field, spellings in form.codes.items():
        found = [f"{text} = {_label(field, code, dataset, contracts, language)}" for text, code in spellings.items()]
        yield _say("codes", language, field=_field(field, dataset, language), found=_list(found, language))
    for field, text in form.blanks.items():
        yield _say("blank", language, field=_field(field, dataset, language), text=text)
    for field, text in form.constants.items():
        yield _say("constant", language, field=_field(field, dataset, language), text=text)
    if form.carry:
        fields = [_field(each, dataset, language) for each in form.carry]
        yield _say("carry", language, found=_list(fields, language))
    if form.group_field:
        yield _say("group", language, field=_field(form.group_field, dataset, language))
    if form.skip_rows:
        yield _say("skip", language, found=_list(form.skip_rows, language))
    for about, word in form.anchors.items():
        yield _say(f"anchor_{about}", language, word=word)


def _say(code: str, language: Language, **arguments: object) -> str:
    return message(f"plugin.explain.{code}", arguments, language)


def _one(label: Label, language: Language) -> str:
    return label.zh if language == "zh" else label.en


def _list(texts: tuple[str, ...] | list[str], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(texts)


def _field(name: str, dataset: Dataset | None, language: Language) -> str:
    known = {each.name: each for each in dataset.fields} if dataset is not None else {}
    return _one(known[name].label, language) if name in known else name


def _target(target: Target, dataset: Dataset | None, language: Language) -> str:
    text = _field(target.field, dataset, language)
    return f"{text} = {target.tick} (√)" if target.tick else text


def _label(field: str, code: str, dataset: Dataset | None, contracts: Contracts, language: Language) -> str:
    """The label of what a layout writes for a code: the code itself, or any spelling of it."""
    fields = {each.name: each.codes for each in dataset.fields} if dataset is not None else {}
    code_list = contracts.code_lists.get(fields.get(field) or "")
    found = resolve_code(code_list, code) if code_list is not None else None
    return _one(found.label, language) if found is not None else code
