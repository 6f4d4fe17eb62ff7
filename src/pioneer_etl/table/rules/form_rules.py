"""Evidence for a list being a form: one record, its fields in rows.  Each rule sees one forms.ItemForm."""

from __future__ import annotations

import re
from typing import Final

from pioneer_etl.contract.units import split_unit
from pioneer_etl.table.forms import ItemForm
from pioneer_etl.table.model import TableKind
from pioneer_etl.table.rules.base import Rule, Stage
from pioneer_etl.table.words import is_figure_head, is_item_head, is_of_which, is_unit_head

_CHOICES: Final = re.compile(r"1\s*[.、．]?\s*[是有].*2\s*[.、．]?\s*[否无]")


def usual(_: ItemForm) -> float:
    """Most tables are lists."""
    return 1.0


def several_figures(form: ItemForm) -> float:
    """A form has one figure an item; several columns of figures make a list."""
    return 0.0 if len(form.figures) == 1 else 1.0


def several_names(form: ItemForm) -> float:
    """A second column of names beside the items makes a list of items by name."""
    return 1.0 if len(form.names) > 1 and all(c.path for c in form.names) else 0.0


def says_item(form: ItemForm) -> float:
    """A label column is headed 项目 or 指标."""
    return 1.0 if any(c.path and is_item_head(c.path[-1]) for c in form.label_columns) else 0.0


def says_figure(form: ItemForm) -> float:
    """The one column of figures is headed 数量 or 内容, not by what is counted."""
    heads = [c.path[-1] if c.path else "" for c in form.figures]
    return 1.0 if len(heads) == 1 and (not heads[0] or is_figure_head(heads[0])) else 0.0


def units_by_row(form: ItemForm) -> float:
    """Every item has its own unit, in a column or in its label."""
    if any(c.path and is_unit_head(c.path[-1]) for c in (*form.label_columns, *form.columns)):
        return 1.0
    units = {split_unit(text)[1] for text in form.labels} - {None}
    return 1.0 if len(units) >= 2 else 0.0


def parts_of_items(form: ItemForm) -> float:
    """Items have parts (其中) or offer choices (1.是 2.否)."""
    return 1.0 if any(is_of_which(text) or _CHOICES.search(text) for text in form.labels) else 0.0


KIND: Final = TableKind.FORM

FORM_RULES: Final[tuple[Rule, ...]] = (
    Rule("lists-are-usual", Stage.FORM, 2.0, usual, TableKind.LIST),
    Rule("several-figures", Stage.FORM, 9.0, several_figures, TableKind.LIST),
    Rule("several-names", Stage.FORM, 9.0, several_names, TableKind.LIST),
    Rule("says-item", Stage.FORM, 1.5, says_item, KIND),
    Rule("says-figure", Stage.FORM, 1.0, says_figure, KIND),
    Rule("units-by-row", Stage.FORM, 1.0, units_by_row, KIND),
    Rule("parts-of-items", Stage.FORM, 0.5, parts_of_items, KIND),
)
