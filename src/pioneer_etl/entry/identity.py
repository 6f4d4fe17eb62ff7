"""What a template says of itself, on a hidden sheet: whose it is, for when, and which sheet is which form.

It stays with the workbook when that is renamed, sorted, or saved in another format.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pioneer_etl.contract.model import Dataset
from pioneer_etl.contract.unchanging import unchanging

if TYPE_CHECKING:
    from pioneer_etl.workbook.model import Workbook

SHEET: Final = "_pioneer_entry"
MARK: Final = "pioneer-etl entry template"
FORMAT: Final = "1"
LISTS: Final = "_lists"
INSTRUCTIONS: Final = "填表说明"
CHECK_HEADING: Final = "校验（自动）"
CHECK_WORDS: Final = "校验"
LAST_PERIOD: Final = "〔上期〕"
NUMBER: Final = "序号"
STATUS: Final = "填报状态"


@unchanging
class FormIdentity:
    """One form of a template: its sheet, its dataset, the version of its headings, and the heading of each field.

    `checked` are the first and the last row whose check column holds a formula.
    """

    sheet: str
    dataset: str
    version: str
    checked: tuple[int, int]
    headings: Mapping[str, str]


@unchanging
class TemplateIdentity:
    """A whole template: the township's code, the period's canonical text, and its forms."""

    township: str
    period: str
    forms: tuple[FormIdentity, ...]


def form_title(dataset: Dataset) -> str:
    """What is printed over a form: 村集体经济收入情况表, 村基本情况表, 村级后备干部名册."""
    title = dataset.title.zh
    if title.endswith(("名册", "台账", "表")):
        return title
    return f"{title}表" if title.endswith("情况") else f"{title}情况表"


def form_version(dataset: Dataset) -> str:
    """Changes whenever a dataset's fields, their labels, types or units do."""
    shape = [(each.name, each.label.zh, each.type.value, each.unit, each.required) for each in dataset.fields]
    return hashlib.sha256(repr(shape).encode()).hexdigest()[:8]


def identity_rows(identity: TemplateIdentity) -> Iterable[tuple[str, ...]]:
    """The rows of the hidden sheet."""
    yield MARK, FORMAT
    yield "township", identity.township
    yield "period", identity.period
    for form in identity.forms:
        first, last = form.checked
        named = (f"{field}={heading}" for field, heading in form.headings.items())
        yield "form", form.sheet, form.dataset, form.version, str(first), str(last), *named


def is_perhaps_template(book: Workbook) -> bool:
    """Whether a workbook may be a template: a sheet begins with the mark, or has a check column near its top."""
    for sheet in book.sheets:
        rows = sheet.rows
        if rows and rows[0] and rows[0][0] == MARK:
            return True
        if any(isinstance(cell, str) and CHECK_WORDS in cell for row in rows[:30] for cell in row):
            return True
    return False


def read_identity(book: Workbook) -> TemplateIdentity | None:
    """What a workbook says of itself; None when it is no template of ours, or its hidden sheet was spoilt."""
    for sheet in book.sheets:
        rows = [[str(cell) for cell in row if cell is not None] for row in sheet.rows]
        if rows and rows[0] and rows[0][0] == MARK:
            return _identity(rows)
    return None


def _identity(rows: Sequence[Sequence[str]]) -> TemplateIdentity | None:
    known = {row[0]: row[1] for row in rows if len(row) == 2}
    forms = []
    for row in rows:
        if len(row) < 7 or row[0] != "form":
            continue
        headings = dict(each.split("=", 1) for each in row[6:] if "=" in each)
        try:
            checked = (int(float(row[4])), int(float(row[5])))
        except ValueError:
            return None
        forms.append(FormIdentity(row[1], row[2], row[3], checked, headings))
    if "township" not in known or "period" not in known or not forms:
        return None
    return TemplateIdentity(known["township"].removesuffix(".0"), known["period"].removesuffix(".0"), tuple(forms))
