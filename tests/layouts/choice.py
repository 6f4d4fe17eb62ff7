"""Every decision of a random layout, in one frozen value that prints itself and comes back from its seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from random import Random
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class LayoutChoice:
    """One layout.  The defaults are the plainest form there is; `seed` decides what the others leave open."""

    seed: int = 0
    dataset: str = "village_economy"
    count: int = 8
    kind: str = "xlsx"
    arrangement: str = "list"
    title: str = "plain"
    township_in: str = "title"
    period_in: str = "title"
    period_text: str = "{}年"
    unit_in: str = "header"
    unit_form: str = "（{}）"
    money: str = "万元"
    depth: int = 1
    header_look: str = "merged"
    header_text: str = "plain"
    wording: str = "label"
    index_row: str = "none"
    serial: bool = False
    key_place: str = "first"
    total_column: str = "first"
    township_column: str = "none"
    groups: str = "none"
    subtotal: str = "none"
    total: str = "none"
    total_word: str = "合计"
    carry: str = "none"
    notes: str = "none"
    signature: str = "none"
    blank_rows: str = "none"
    spacer: bool = False
    offset: tuple[int, int] = (0, 0)
    lookup: bool = False
    hidden: str = "none"
    styled: bool = True
    inflated: bool = False
    numbers: str = "number"
    formulas: str = "none"
    broken: str = "none"
    cover: bool = False
    percent: str = "format"
    marks: str = "无"
    ditto: bool = False
    dates: str = "dot"
    codes: str = "label"
    ids: str = "plain"
    places: str = "name"
    gaps: bool = True
    dropped: bool = False
    tall_lookup: bool = False
    renumbered: bool = False
    names: str = "one"
    bands: str = "label"
    inner_list: str = "none"

    def __str__(self) -> str:
        """The seed, and every decision that is not the plainest."""
        plain = LayoutChoice()
        told = [
            f"{each.name}={getattr(self, each.name)}"
            for each in fields(self)
            if getattr(self, each.name) != getattr(plain, each.name) or each.name in ("seed", "dataset")
        ]
        return f"LayoutChoice({', '.join(told)})"


DATASETS: Final = ("village_economy", "village", "reserve_cadre", "training", "village_organisation")

# Every dimension with its values; those of a random layout are drawn from the second part, where the
# plainest value usually stands more than once.
VALUES: Final[Mapping[str, tuple[Any, ...]]] = {
    "count": (1, 2, 3, 5, 12, 30),
    "kind": ("xlsx", "xlsx-1904", "xls", "ods", "html", "xml2003", "csv", "csv-bom", "csv-gbk", "csv-tab"),
    "arrangement": (
        *("list", "transposed", "form", "side_by_side", "stacked", "continued", "sheets", "two_datasets"),
        *("long", "matrix", "register"),
    ),
    "title": ("plain", "merged", "across", "two_lines", "none"),
    "township_in": ("title", "filler", "sheet", "file"),
    "period_in": ("title", "filler", "sheet", "file"),
    "period_text": ("{}年", "{}年度", "{}", "二〇〇〇年", "截至{}年底"),
    "unit_in": ("header", "line", "title", "cell", "row", "group", "line_end"),
    "unit_form": ("（{}）", "({})", "\n（{}）", "/{}", " {}", "：{}"),
    "money": ("万元", "元", "千元"),
    "depth": (1, 2, 3, 4),
    "header_look": ("merged", "unmerged", "unmerged_low"),
    "header_text": ("plain", "spaced", "broken", "numbered", "bilingual", "continued"),
    "wording": ("label", "synonym", "own"),
    "index_row": ("none", "letters", "numbers", "formulas"),
    "serial": (False, True),
    "key_place": ("first", "second"),
    "total_column": ("first", "last"),
    "township_column": ("none", "repeated", "once", "merged"),
    "groups": ("none", "rows", "merged_rows", "villages"),
    "subtotal": ("none", "below", "above"),
    "total": ("none", "bottom", "top"),
    "total_word": ("合计", "总计", "合　计", "全镇合计", "共计", "合计："),
    "carry": ("none", "once", "merged"),
    "notes": ("none", "below", "several", "inside", "long"),
    "signature": ("none", "below_one", "below_cells", "above_one", "above_cells"),
    "blank_rows": ("none", "title", "total", "groups", "body"),
    "spacer": (False, True),
    "offset": ((0, 0), (0, 1), (2, 0), (3, 2)),
    "lookup": (False, True),
    "hidden": ("none", "row", "column", "sheet"),
    "styled": (True, False),
    "inflated": (False, True),
    "numbers": (
        "number",
        "text",
        "fullwidth",
        "separated",
        "wide_separated",
        "nbsp",
        "unit",
        "chinese",
        "formatted",
        "mixed",
    ),
    "formulas": ("none", "calculated", "totals_bare"),
    "cover": (False, True),
    "percent": ("format", "text", "fraction", "hundred", "hundred_said"),
    "marks": ("无", "—", "/", "…", "mixed"),
    "ditto": (False, True),
    "dates": ("dot", "chinese", "short", "compact", "day", "iso", "full", "date", "number", "numerals", "mixed"),
    "codes": ("label", "synonym", "code", "ticks", "choices", "numbered"),
    "ids": ("plain", "old", "spaced"),
    "places": ("name", "short", "township", "committee", "branch", "spaced", "mixed"),
    "gaps": (True, False),
    "dropped": (False, True),
    "tall_lookup": (False, True),
    "renumbered": (False, True),
    "names": ("one", "joined", "comma", "line"),
    "bands": ("label", "short", "gaps", "overlap"),
    "inner_list": ("none", "merged", "once", "headed"),
}

# How often a random layout takes the plainest value of a dimension.
_PLAIN: Final[Mapping[str, float]] = {"arrangement": 0.45, "kind": 0.7, "depth": 0.4, "offset": 0.6, "lookup": 0.9}
_USUALLY: Final = 0.6
_ORGANISATIONS: Final = 0.15


def random_choice(seed: int) -> LayoutChoice:
    """The layout of a seed: every dimension is drawn, then what does not go together is put right."""
    rng = Random(seed)
    drawn: dict[str, Any] = {"seed": seed, "dataset": rng.choice(DATASETS[:4])}
    for name, values in VALUES.items():
        if name == "count":
            drawn[name] = rng.choice((1, 2, 3, 5, 8, 8, 12, 20, 30))
            continue
        if name == "inner_list":  # by itself, so that the seeds of before keep their layouts
            drawn[name] = Random(f"inner list {seed}").choice(values)
            continue
        share = _PLAIN.get(name, _USUALLY)
        drawn[name] = values[0] if rng.random() < share else rng.choice(values)
    if rng.random() < _ORGANISATIONS:
        drawn["dataset"] = "village_organisation"
    return settle(LayoutChoice(**drawn))


_ROSTERS: Final = ("reserve_cadre", "training")
_MULTIPLE: Final = ("stacked", "sheets", "two_datasets", "form", "register")
_PAGES: Final = ("form", "register")  # a village or a person each
_SCATTERED: Final = ("long", "matrix", "register")


def settle(choice: LayoutChoice) -> LayoutChoice:
    """The layout without what cannot be drawn or what no reader could tell: the plainest value instead."""
    plain = LayoutChoice()
    wrong: list[str] = []

    def undo(name: str, when: bool) -> None:
        if when:
            wrong.append(name)

    csv = choice.kind.startswith("csv") or choice.kind == "html"  # one sheet without a name or a look
    undo("arrangement", choice.arrangement in ("form", "two_datasets") and choice.dataset in _ROSTERS)
    undo("arrangement", choice.arrangement == "transposed" and (choice.dataset in _ROSTERS or choice.count > 20))
    undo("arrangement", csv and choice.arrangement in ("sheets", *_PAGES))
    undo("arrangement", choice.arrangement == "long" and (choice.dataset in _ROSTERS or choice.count > 20))
    undo("arrangement", choice.arrangement == "matrix" and choice.dataset != "training")
    undo("arrangement", choice.arrangement == "register" and choice.dataset == "training")
    undo(
        "arrangement",
        choice.dataset == "village_organisation" and choice.arrangement in (*_SCATTERED, "two_datasets"),
    )
    choice, wrong = replace(choice, **{name: getattr(plain, name) for name in wrong}), []
    if choice.arrangement in _SCATTERED:
        choice = _scattered(choice)
    turned = choice.arrangement in ("transposed", "form", *_SCATTERED)
    undo("title", choice.title == "none" and choice.count < 3)
    undo("township_in", choice.township_in == "title" and choice.title == "none")
    undo("count", choice.arrangement in ("side_by_side", "stacked", "continued", "sheets") and choice.count < 6)
    undo("depth", (turned and choice.arrangement not in ("matrix", "register")) and choice.depth > 2)
    undo("depth", choice.arrangement in ("transposed", "form", "side_by_side") and choice.depth > 2)
    undo("groups", choice.dataset == "training" or choice.arrangement != "list" or choice.count < 6)
    choice, wrong = replace(choice, **{name: getattr(plain, name) for name in wrong}), []
    if choice.title == "none":
        choice = replace(
            choice,
            township_in="file" if choice.township_in == "title" else choice.township_in,
            period_in="file" if choice.period_in == "title" else choice.period_in,
            unit_in="header" if choice.unit_in == "title" else choice.unit_in,
        )
    if choice.arrangement in ("sheets", *_PAGES):
        choice = replace(
            choice,
            township_in="file" if choice.township_in == "sheet" else choice.township_in,
            period_in="file" if choice.period_in == "sheet" else choice.period_in,
        )
    if csv:
        choice = replace(
            choice,
            township_in="file" if choice.township_in == "sheet" else choice.township_in,
            period_in="file" if choice.period_in == "sheet" else choice.period_in,
        )
    undo("township_column", choice.township_column != "none" and (turned or choice.arrangement == "side_by_side"))
    undo("subtotal", choice.groups == "none" or choice.dataset in _ROSTERS)
    undo("total", choice.dataset == "reserve_cadre" or choice.count < 2)
    undo("total", choice.arrangement in ("side_by_side", *_PAGES))
    undo("total", choice.arrangement in _SCATTERED and choice.total == "top")
    undo("total", choice.arrangement in _MULTIPLE and choice.total == "top")
    undo("groups", choice.groups == "villages" and choice.dataset != "reserve_cadre")
    undo("wording", choice.wording == "own" and choice.arrangement in ("form", "two_datasets", "side_by_side"))
    undo("carry", choice.groups == "villages")
    undo("carry", choice.arrangement in ("matrix", "register"))
    undo("carry", choice.arrangement != "long" and choice.dataset not in _ROSTERS)
    undo("carry", choice.arrangement in ("side_by_side", "stacked", "sheets"))
    undo("index_row", turned or choice.arrangement == "side_by_side")
    undo("header_text", choice.header_text == "continued" and (choice.depth > 1 or turned or choice.wording == "own"))
    undo("unit_in", choice.unit_in == "row" and choice.header_text == "continued")
    undo("unit_in", choice.unit_in == "cell" and choice.numbers != "number")
    undo("header_look", choice.header_look == "unmerged_low" and choice.kind != "xlsx")
    undo("spacer", turned or choice.arrangement == "side_by_side")
    undo("lookup", choice.arrangement not in ("list", "continued"))
    undo("lookup", choice.dataset not in ("reserve_cadre", "village_economy"))
    undo("tall_lookup", not choice.lookup or "lookup" in wrong)
    undo("renumbered", choice.arrangement != "form")
    undo("names", choice.dataset != "reserve_cadre")
    undo("inner_list", choice.arrangement != "register")
    # Below figures its heading and heads begin a table of their own, as they do anywhere.
    undo("inner_list", choice.inner_list == "headed" and choice.dataset != "reserve_cadre")
    undo("bands", choice.dataset != "village_organisation")
    undo("hidden", csv or choice.arrangement == "form")
    undo("hidden", choice.arrangement in _SCATTERED and choice.hidden != "sheet")
    undo("codes", choice.codes == "ticks" and (turned or choice.dataset != "reserve_cadre"))
    undo("codes", choice.codes == "ticks" and choice.header_text == "continued")
    undo("codes", choice.codes == "choices" and choice.arrangement == "form")
    undo("unit_form", choice.header_text == "continued")
    undo("key_place", choice.dataset != "reserve_cadre" or choice.carry != "none" or choice.groups != "none")
    undo("blank_rows", choice.blank_rows in ("body", "groups") and choice.arrangement in ("transposed", "side_by_side"))
    undo("ditto", turned or choice.carry != "none")
    undo("inflated", csv)
    undo("period_text", choice.period_text == "{}" and choice.period_in == "title")  # 2004村 may count villages
    undo("dates", choice.dates == "number" and choice.kind == "ods")  # drawn without number formats
    undo("notes", choice.notes == "inside" and choice.arrangement == "side_by_side")
    undo("broken", choice.kind != "xlsx" or choice.total != "none" or choice.subtotal != "none")
    undo("cover", csv)
    undo("formulas", choice.kind != "xlsx" or turned or choice.numbers not in ("number", "formatted"))
    undo("formulas", choice.formulas == "totals_bare" and choice.total == "none" and choice.subtotal == "none")
    undo("numbers", choice.numbers == "chinese" and choice.unit_in == "cell")
    return replace(choice, **{name: getattr(plain, name) for name in wrong})


def _scattered(choice: LayoutChoice) -> LayoutChoice:
    """A long table, matrix or register without what only lists are drawn with."""
    plain = LayoutChoice()
    lists = ("wording", "groups", "subtotal", "township_column", "spacer", "index_row", "key_place", "formulas")
    others = ("dropped", "broken", "header_text", "unit_form", "ditto", "blank_rows")
    return replace(
        choice,
        **{name: getattr(plain, name) for name in (*lists, *others)},
        unit_in="header" if choice.unit_in == "group" or choice.arrangement != "long" else choice.unit_in,
        codes="label" if choice.codes in ("ticks", "choices") else choice.codes,
        notes="none" if choice.notes == "inside" else choice.notes,
        depth=min(choice.depth, 2),
    )


def single(name: str, value: Any, dataset: str, seed: int = 1) -> LayoutChoice | None:
    """The plainest layout but for one decision; None where it does not go with the dataset."""
    wanted = LayoutChoice(seed=seed, dataset=dataset, **{name: value})
    helped = {
        "subtotal": replace(wanted, groups="rows", count=12),
        "header_look": replace(wanted, depth=2),
        "township_in": replace(wanted, township_in=value),
        "total_word": replace(wanted, total="bottom"),
        "tall_lookup": replace(wanted, lookup=True),
        "renumbered": replace(wanted, arrangement="form"),
        "inner_list": replace(wanted, arrangement="register") if value != "none" else wanted,
        "formulas": replace(wanted, total="bottom"),
        "period_text": replace(wanted, period_in="file" if value == "{}" else "title"),
    }.get(name, wanted)
    chosen = settle(helped)
    return chosen if getattr(chosen, name) == value else None
