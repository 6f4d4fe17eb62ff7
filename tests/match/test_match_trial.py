"""Which forms of all layouts a table is tried with: none that might fit is left out."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from pioneer_etl.contract.model import Label
from pioneer_etl.match.layout import ITEM, Form, Layout, Unpivot
from pioneer_etl.match.layout_read import heading
from pioneer_etl.match.trial import forms_of
from pioneer_etl.table.model import TableKind

HEADINGS = ("村名", "户数", "人口", "总收入", "2004年人口")


def form(name: str, headers: Iterable[str], unpivot: Unpivot | None = None) -> Form:
    kind = TableKind.LONG if unpivot is not None else None
    return Form("village", name, kind, (), (), tuple(heading(each) for each in headers), (), unpivot=unpivot)


def layout(name: str, *forms: Form) -> Layout:
    return Layout(name, Label(name, name), "1", forms=forms)


LAYOUTS = (
    layout("a", form("two", ["村名", "户数"]), form("by title", [])),
    layout("b", form("pattern", ["*人口"]), form("both", ["总收入", "*人口"])),
    layout("c", form("list", ["总收入", "户数"], Unpivot(item=heading("指标"))), form("address", ["[A]", "人口"])),
    layout("d", form("matrix", [], Unpivot(heads=(ITEM,))), form("same as a", ["村名", "户数"])),
)


def test_a_form_is_tried_wherever_the_headings_that_it_names_word_for_word_stand() -> None:
    sets = [set(each) for count in range(len(HEADINGS) + 1) for each in combinations(HEADINGS, count)]
    found = {name for each in sets for _, one in forms_of(LAYOUTS).that_may_fit(each) for name in [one.name]}
    assert found == {each.name for one in LAYOUTS for each in one.forms}
    for there in sets:
        expected = [
            (one.name, each.name)
            for one in LAYOUTS
            for each in one.forms
            if each.unpivot is not None or {header.words for header in each.headers if header.words} <= there
        ]
        assert [(one.name, each.name) for one, each in forms_of(LAYOUTS).that_may_fit(there)] == expected
