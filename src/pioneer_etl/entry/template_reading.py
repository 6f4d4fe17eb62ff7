"""Reading a template back: what of it is ours and never data, what protection did not keep, and whose it is.

A template is known by its hidden sheet, not by its name or place.  The instructions, the lists, the check column,
the grey columns of last period and the status line are set aside before the sheets are understood, and counted as
ignored; what is left is an ordinary form whose headings the template itself names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Label
from pioneer_etl.contract.text import normalise
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.contract.units import split_unit
from pioneer_etl.entry.identity import (
    CHECK_HEADING,
    INSTRUCTIONS,
    LAST_PERIOD,
    LISTS,
    MARK,
    NUMBER,
    SHEET,
    STATUS,
    FormIdentity,
    TemplateIdentity,
    form_title,
    form_version,
    read_identity,
)
from pioneer_etl.match.glob import glob
from pioneer_etl.match.layout import Form, Layout, Policy, Target
from pioneer_etl.match.layout_read import heading
from pioneer_etl.match.model import FileContext
from pioneer_etl.table.model import TableKind
from pioneer_etl.transform.model import CellAccount, CellUse
from pioneer_etl.workbook.model import Row, Sheet, Visibility, Workbook, is_blank

LAYOUT: Final = "entry-template"
_TOP: Final = 30  # headings are looked for in so many rows
_SHOWN: Final = 12
# [1]Sheet!A1 and '[a.xlsx]Sheet'!A1, or an address; [.A1] is an OpenDocument formula's own sheet.
_OUTSIDE: Final = re.compile(r"\[[^\[\]]+\][^\s,()+*/\[\]]*!|(?:file|https?):/", re.IGNORECASE)


@unchanging
class Returned:
    """A workbook without what is ours in it.

    `aside` counts by sheet the cells that were set aside, `whole` names the sheets that were set aside altogether.
    `identity` is None where only the check column tells that it was a template: then its layout is found as for
    any other file.
    """

    book: Workbook
    identity: TemplateIdentity | None
    aside: Mapping[str, int]
    whole: frozenset[str]
    findings: tuple[Finding, ...]


def set_aside(book: Workbook) -> Returned | None:
    """A template without what is ours in it; None when the workbook is no template."""
    identity = read_identity(book)
    heads = {sheet.name: _header_row(sheet) for sheet in book.sheets}
    if identity is None and not any(heads.values()):
        return None
    kept: list[Sheet] = []
    aside: dict[str, int] = {}
    whole: set[str] = set()
    findings: list[Finding] = []
    forms = _forms(identity, book.sheets)
    for sheet in book.sheets:
        if _is_ours(sheet):
            whole.add(sheet.name)
            aside[sheet.name] = _counted(sheet)
            continue
        form = forms.get(sheet.name)
        row = heads[sheet.name] or (_row_of_headings(sheet, form) if form else None)
        if row is None:
            kept.append(sheet)
            continue
        ours = frozenset(_ours(sheet, row))
        findings += _tampered(sheet, row, ours, form)
        aside[sheet.name] = sum(not is_blank(sheet.at(*each)) for each in ours)
        kept.append(_without(sheet, ours))
    return Returned(replace(book, sheets=tuple(kept)), identity, aside, frozenset(whole), tuple(findings))


def in_context(context: FileContext, identity: TemplateIdentity) -> FileContext:
    """The context of a template: whose and for when it is, unless the command line says so."""
    return replace(context, township=context.township or identity.township, period=context.period or identity.period)


def template_layout(identity: TemplateIdentity, contracts: Contracts) -> Layout | None:
    """The layout of a template's forms by the headings that it was made with; None when no dataset of them is left."""
    forms = []
    for each in identity.forms:
        dataset = contracts.datasets.get(each.dataset)
        if dataset is None:
            continue
        known = {field.name: field for field in dataset.fields}
        columns = [(name, text) for name, text in each.headings.items() if name in known]
        forms.append(
            Form(
                dataset=dataset.name,
                name=dataset.name,
                kind=TableKind.LIST,
                titles=(glob(f"*{form_title(dataset)}"),),
                sheets=(),
                headers=tuple(heading(text) for name, text in columns if known[name].required),
                columns=tuple((heading(text), Target(name)) for name, text in columns),
                ignore=(heading(NUMBER),),
                optional=tuple(heading(text) for name, text in columns if not known[name].required),
                drift=Policy(columns="evolve"),
                written_out=True,
            )
        )
    if not forms:
        return None
    return Layout(LAYOUT, Label("填报表", "entry template"), "1", forms=tuple(forms))


def with_aside(accounts: Sequence[CellAccount], returned: Returned) -> tuple[CellAccount, ...]:
    """The account of the cells with those that were set aside, as ignored."""
    counted = []
    for each in accounts:
        more = returned.aside.get(each.sheet, 0)
        uses = {**each.uses, CellUse.IGNORED: each.uses.get(CellUse.IGNORED, 0) + more} if more else each.uses
        counted.append(CellAccount(each.sheet, each.counted + more, uses))
    gone = [(name, returned.aside[name]) for name in sorted(returned.whole)]
    return (*counted, *(CellAccount(name, count, {CellUse.IGNORED: count}) for name, count in gone))


def version_findings(identity: TemplateIdentity, contracts: Contracts) -> Iterator[Finding]:
    """The forms whose contract has changed since the template was made."""
    for each in identity.forms:
        dataset = contracts.datasets.get(each.dataset)
        if dataset is None:
            yield finding("template.unknown_form", sheet=each.sheet, found=each.dataset)
        elif form_version(dataset) != each.version:
            yield finding("template.old_version", sheet=each.sheet, title=dataset.title.zh, title_en=dataset.title.en)


def _is_ours(sheet: Sheet) -> bool:
    """Whether a sheet is one that a template brings along: by its mark, or by its name and that it is no form."""
    if sheet.name == SHEET or str(sheet.at(1, 1) or "") == MARK:
        return True
    if sheet.name == LISTS and sheet.visibility is not Visibility.VISIBLE:
        return True
    return sheet.name == INSTRUCTIONS and INSTRUCTIONS in str(sheet.at(1, 1) or "")


def _forms(identity: TemplateIdentity | None, sheets: Sequence[Sheet]) -> dict[str, FormIdentity]:
    """The form of each sheet, by the sheet's name, or, where it was renamed, by the title on it."""
    found: dict[str, FormIdentity] = {}
    for form in identity.forms if identity is not None else ():
        for sheet in sheets:
            title = normalise(str(sheet.at(1, 1) or ""))
            if sheet.name == form.sheet or (sheet.name not in found and title == normalise(form.sheet)):
                found[sheet.name] = form
    return found


def _header_row(sheet: Sheet) -> int | None:
    """The row that has the check column's heading."""
    wanted = normalise(CHECK_HEADING)
    for number, row in enumerate(sheet.rows[:_TOP], 1):
        if any(isinstance(cell, str) and normalise(cell) == wanted for cell in row):
            return number
    return None


def _row_of_headings(sheet: Sheet, form: FormIdentity) -> int | None:
    """The row that has most of a form's headings, where the check column is gone."""
    wanted = {normalise(text) for text in form.headings.values()}
    best = max(range(1, min(_TOP, sheet.height) + 1), key=lambda n: len(wanted & _bare(sheet.rows[n - 1])), default=0)
    return best if best and 2 * len(wanted & _bare(sheet.rows[best - 1])) >= len(wanted) else None


def _bare(row: Row) -> set[str]:
    """The headings in a row without their units."""
    texts = [cell for cell in row if isinstance(cell, str) and cell.strip()]
    return {normalise(text) for text in texts} | {normalise(split_unit(text)[0]) for text in texts}


def _ours(sheet: Sheet, row: int) -> Iterator[Position]:
    """The cells of the check column, the grey columns and the status line, blank ones too."""
    check, grey = normalise(CHECK_HEADING), normalise(LAST_PERIOD)
    for column, cell in enumerate(sheet.rows[row - 1], 1):
        if isinstance(cell, str) and (normalise(cell) == check or normalise(cell).startswith(grey)):
            yield from (Position(r, column) for r in range(row, sheet.height + 1))
    for number in range(1, row):
        if str(sheet.at(number, 1) or "").strip() == STATUS:
            yield from (Position(number, column) for column in range(1, len(sheet.rows[number - 1]) + 1))


def _numbers_alone(sheet: Sheet, row: int, ours: frozenset[Position]) -> Iterator[Position]:
    """The printed numbers of the lines that nobody filled in."""
    heads = [n for n, cell in enumerate(sheet.rows[row - 1], 1) if isinstance(cell, str) and normalise(cell) == NUMBER]
    for number in range(row + 1, sheet.height + 1) if heads else ():
        here = Position(number, heads[0])
        rest = (Position(number, column) for column in range(1, len(sheet.rows[number - 1]) + 1))
        others = (sheet.at(*each) for each in rest if each != here and each not in ours)
        if isinstance(sheet.at(*here), int | float) and all(map(is_blank, others)):
            yield here


def _without(sheet: Sheet, ours: frozenset[Position]) -> Sheet:
    """A sheet without some of its cells."""
    rows = tuple(
        tuple(None if Position(r, c) in ours else cell for c, cell in enumerate(row, 1))
        for r, row in enumerate(sheet.rows, 1)
    )
    gone = sum(not is_blank(sheet.at(*each)) for each in ours)
    return replace(
        sheet,
        rows=rows,
        merges=tuple(each for each in sheet.merges if Position(each.top, each.left) not in ours),
        styles={at: style for at, style in sheet.styles.items() if at not in ours},
        formulas={at: text for at, text in sheet.formulas.items() if at not in ours},
        comments={at: text for at, text in sheet.comments.items() if at not in ours},
        count=None if sheet.count is None else sheet.count - gone,
    )


def _counted(sheet: Sheet) -> int:
    return sheet.count if sheet.count is not None else sum(1 for _ in sheet.filled_cells())


def _tampered(sheet: Sheet, row: int, ours: frozenset[Position], form: FormIdentity | None) -> Iterator[Finding]:
    """What protection cannot prevent, each with its cell."""
    for at, text in sheet.formulas.items():
        if at not in ours and _OUTSIDE.search(text):
            yield finding("template.external_link", sheet=sheet.name, cells=at.a1)
    if form is None:
        return
    yield from _headings(sheet, row, form)
    check = normalise(CHECK_HEADING)
    columns = [n for n, cell in enumerate(sheet.rows[row - 1], 1) if isinstance(cell, str) and normalise(cell) == check]
    if not columns:
        yield finding("template.check_removed", sheet=sheet.name, cells=Position(row, 1).a1)
        return
    if not sheet.formulas:
        return  # a format that keeps no formulas (a CSV) tells nothing of them
    lost = [
        Position(number, columns[0])
        for number in range(row + 1, min(sheet.height, row + form.checked[1] - form.checked[0] + 1) + 1)
        if Position(number, columns[0]) not in sheet.formulas and not is_blank(sheet.at(number, columns[0]))
    ]
    status = [n for n in range(1, row) if str(sheet.at(n, 1) or "").strip() == STATUS]
    lost += [Position(n, 2) for n in status if Position(n, 2) not in sheet.formulas]
    if lost:
        cells = tuple(each.a1 for each in lost[:_SHOWN])
        yield finding("template.formula_overwritten", sheet=sheet.name, cells=cells, count=len(lost))


def _headings(sheet: Sheet, row: int, form: FormIdentity) -> Iterator[Finding]:
    """Headings that are not where the template had them: removed, or written over."""
    present = _bare(sheet.rows[row - 1])
    known = {normalise(text) for text in (*form.headings.values(), NUMBER, CHECK_HEADING)}
    for number, text in enumerate(form.headings.values(), 2):
        if normalise(text) in present:
            continue
        there = sheet.at(row, number)
        words = str(there).strip() if there is not None else ""
        cell = Position(row, number).a1
        if normalise(split_unit(words)[0]) not in known and not normalise(words).startswith(normalise(LAST_PERIOD)):
            yield finding("template.heading_changed", sheet=sheet.name, cells=cell, expected=text, found=words or "—")
        else:
            yield finding("template.column_removed", sheet=sheet.name, cells=cell, expected=text)
