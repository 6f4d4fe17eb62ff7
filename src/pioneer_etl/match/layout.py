"""Layouts: the saved understanding of one township's forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from pioneer_etl.contract.model import Label, Period
from pioneer_etl.contract.period import make_period, parse_period
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.match.glob import Glob
from pioneer_etl.table.model import TableKind

_YEARS_BACK: Final = {"this": 0, "last": 1}
YEAR_GROUPS: Final = {"本年": "this", "上年": "last"}
# Levels of the heads over a matrix that are no field: one that names fields, and one that says nothing.
ITEM: Final = "item"
SKIP: Final = "-"


@unchanging
class Heading:
    """A header path as a layout names it.

    The normalised path fits `pattern` (the text of a regular expression where it names years: {本年}, {上年}), or is
    the `words` where there is none; `nth` (from 1) picks among equal paths, `unit` tells two columns apart that differ
    in nothing else, and `address` (letters of a column, number of a row) stands for a line without a heading.
    """

    text: str
    pattern: Glob | str | None = None
    words: str = ""
    nth: int | None = None
    unit: str | None = None
    address: str | None = None

    def says(self, key: str, year: int | None) -> bool:
        """Whether a normalised path is this heading in a form of `year`; a year of its own must be the one meant."""
        return key == self.words if self.pattern is None else _says(self.pattern, key, year)


@lru_cache(maxsize=4096)
def keys_said(pattern: str | Glob, keys: tuple[str, ...], year: int | None) -> frozenset[str]:
    """Those of some normalised paths that a heading with a pattern is in a form of `year`, as `Heading.says` has it."""
    return frozenset([key for key in keys if key and _says(pattern, key, year)])


def _says(pattern: str | Glob, key: str, year: int | None) -> bool:
    if isinstance(pattern, Glob):
        return pattern.fullmatch(key)
    found = _expression(pattern).fullmatch(key)
    return found is not None and all(
        written is None or (year is not None and int(written) == year - _YEARS_BACK[name.partition("_")[0]])
        for name, written in found.groupdict().items()
    )


@lru_cache(maxsize=1024)
def _expression(pattern: str) -> re.Pattern[str]:
    """A pattern compiled when it is first asked: most layouts are never held against a file of their own."""
    return re.compile(pattern, re.DOTALL)


@unchanging
class Target:
    """What a heading leads to: a field, or with `tick` the value that a mark below it stands for.

    In a form with blocks `block` is the number of the block (from 0) whose records it belongs to, or SHARED.
    """

    field: str
    tick: str | None = None
    block: int | None = None


@unchanging
class Unpivot:
    """`[form.unpivot]`: how the records of a long table or a matrix are put together.

    `item` is the heading of the column whose cells name fields, `values` are those of the columns that hold values
    (none: all that are nothing else).  `heads` says of each level of the heads over the values, outermost first,
    what stands there: a field's values, ITEM (they name fields) or SKIP.  `value` is the field of all values
    where neither rows nor heads name one.
    """

    item: Heading | None = None
    values: tuple[Heading, ...] = ()
    heads: tuple[str, ...] = ()
    value: str | None = None


@unchanging
class Policy:
    """What to do about columns, and about values of code lists, that a layout does not know.

    "freeze" asks: the submission waits.  "evolve" loads the rest with a warning, "discard" with a note.
    """

    columns: str = "freeze"
    values: str = "freeze"


@unchanging
class Form:
    """One `[[form]]` of a layout: how a table of one dataset is recognised and read.

    `units` has the key "default" beside fields.  `anchors` are the words in front of township and period.
    `blanks` is what an empty cell of a field says.  A `part` reads one dataset of a register that holds several.
    `blocks` are kinds of records that stand side by side on the same rows, from `[[form.block]]`: for each the
    constants that hold for its records alone.  Their headings are among `columns`.  `block_periods` gives for each
    the period of its records ("本年", "上年" or a year), "" where it is the form's.  `level` is that of the places
    that its records are about (None: any); `drift` says what to do about what the form does not know.
    """

    dataset: str
    name: str
    kind: TableKind | None
    titles: tuple[Glob, ...]
    sheets: tuple[Glob, ...]
    headers: tuple[Heading, ...]
    columns: tuple[tuple[Heading, Target], ...]
    ignore: tuple[Heading, ...] = ()
    optional: tuple[Heading, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    part: bool = False
    blanks: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    skip_rows: tuple[str, ...] = ()
    carry: tuple[str, ...] = ()
    written_out: bool = False  # of our own templates: every line says all of itself
    group_field: str | None = None
    anchors: Mapping[str, str] = field(default_factory=dict)
    blocks: tuple[Mapping[str, str], ...] = ()
    block_periods: tuple[str, ...] = ()
    unpivot: Unpivot | None = None
    level: str | None = None
    drift: Policy = Policy()

    def fields(self) -> Mapping[str, str]:
        """The key of this form that names each field, for checks against the contract."""
        named = [(name, f"constants.{name}") for name in self.constants if name not in IDENTITY]
        named += [(name, f"block.constants.{name}") for constants in self.blocks for name in constants]
        named += [(name, f"units.{name}") for name in self.units if name != "default"]
        named += [(name, f"codes.{name}") for name in self.codes]
        named += [(name, f"blanks.{name}") for name in self.blanks]
        named += [(name, "carry") for name in self.carry]
        if self.group_field:
            named.append((self.group_field, "group_field"))
        if self.unpivot is not None:
            named += [(name, "unpivot.heads") for name in self.unpivot.heads if name not in (ITEM, SKIP)]
            named += [(self.unpivot.value, "unpivot.value")] if self.unpivot.value else []
        named += [(each.field, f"columns.{heading.text}") for heading, each in self.columns]
        return dict(named)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A layout.  The `generic` one has no forms: it proposes them from the contracts' own words.

    `shipped` layouts come with the program: their forms hold where a workspace has kept the contracts for them.
    Two are equal only when they are the same one, so that what is worked out from it can be remembered.
    """

    name: str
    title: Label
    version: str
    description: str = ""
    townships: tuple[str, ...] = ()
    forms: tuple[Form, ...] = ()
    source: str | None = None  # the file it was read from
    shipped: bool = False

    @property
    def generic(self) -> bool:
        return not self.forms


IDENTITY: Final = ("township", "period")

GENERIC: Final = Layout(
    name="generic",
    title=Label("通用格式", "Any form whose headings the contracts know"),
    version="1",
    description="按数据集合同里的名称和同义词识别表头；有一列说不准就先问。",
)


def block_period(text: str, period: Period) -> Period | None:
    """The period of a block in a form of `period`: itself (本年), a year before it (上年), or as named."""
    if text in YEAR_GROUPS:
        back = _YEARS_BACK[YEAR_GROUPS[text]]
        return make_period(period.start.year - back, period.start.month, period.end.year - back, period.end.month)
    return parse_period(text)
