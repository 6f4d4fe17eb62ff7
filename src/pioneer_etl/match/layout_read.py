"""Layouts read from `layout.toml` (docs/layouts.md), and held against the contracts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from pioneer_etl.contract.errors import ConfigurationError, Location
from pioneer_etl.contract.model import Dataset
from pioneer_etl.contract.period import make_period
from pioneer_etl.contract.places import LEVELS
from pioneer_etl.contract.text import normalise
from pioneer_etl.contract.toml import Section, closest, read_toml
from pioneer_etl.contract.units import parse_unit, split_unit
from pioneer_etl.match.glob import Glob, glob
from pioneer_etl.match.layout import IDENTITY, YEAR_GROUPS, Form, Heading, Layout, Policy, Target, Unpivot, block_period
from pioneer_etl.match.model import SHARED
from pioneer_etl.table.model import TableKind

_NTH = re.compile(r"(.*\S)\s*#\s*([1-9][0-9]?)")
_ADDRESS = re.compile(r"\[\s*([A-Za-z]{1,3}|[0-9]{1,7})\s*\]")
_KINDS: Final = tuple(kind.value for kind in TableKind)
_POLICIES: Final = ("freeze", "evolve", "discard")
# {本年} and {上年} in a heading: the year in digits, or in words that say the same of every year.
_YEAR_MARK = re.compile(r"\{(本年|上年)\}")
_YEAR_WORDS: Final = {"本年": "本年度?|今年|当年", "上年": "上年度?|去年|上一年度?"}
_UNPIVOTED: Final = (TableKind.LONG.value, TableKind.MATRIX.value)


def load_layouts(path: Path) -> tuple[Layout, ...]:
    """The layout that a `layout.toml` declares.

    Raises ConfigurationError naming file, line and key for what is missing, misspelt or of the wrong
    type.  Whether fields exist is held against the contracts by `check_layout`.
    """
    return (read_layout(read_toml(path)),)


def read_layout(root: Section) -> Layout:
    """The layout in a file's root table; errors as `load_layouts`."""
    name = root.text("name")
    if not name or not all(map(_in_name, name)):
        raise root.error("layout.bad_name", "name", found=name)
    drift = _policy(root.optional_section("drift"))
    layout = Layout(
        name=name,
        title=root.label("title"),
        version=root.text("version"),
        description=root.text("description", ""),
        townships=root.texts("townships"),
        forms=tuple(_form(section, drift) for section in root.sections("form")),
        source=root.file,
    )
    layout = replace(layout, forms=tuple(_beside_parts(form, layout.forms) for form in layout.forms))
    root.close()
    if not layout.forms:
        raise root.error("config.missing_key", "form")
    return layout


def _in_name(char: str) -> bool:
    return char in "_-" or (char.isascii() and char.isalnum()) or "\u4e00" <= char <= "\u9fff"


def _beside_parts(form: Form, forms: Sequence[Form]) -> Form:
    """A part of a register, what the register's other parts say being none of its business."""
    if not form.part:
        return form
    others = (heading for other in forms if other.part and other is not form for heading, _ in other.columns)
    return replace(form, ignore=(*form.ignore, *others))


def _policy(section: Section | None) -> Policy:
    if section is None:
        return Policy()
    policy = Policy(*(section.choice(key, _POLICIES, "freeze") for key in ("columns", "values")))
    section.close()
    return policy


def _form(section: Section, drift: Policy) -> Form:
    dataset = section.text("dataset")
    match = section.section("match")
    titles, sheets, headers = match.texts("title"), match.texts("sheet"), match.texts("headers")
    match.close()
    if not (titles or sheets or headers):
        raise section.error("layout.no_anchor", "match")
    kind = section.choice("kind", _KINDS) if "kind" in section else None
    codes = section.optional_section("codes")
    units = section.text_map("units")
    for name, unit in units.items():
        if parse_unit(unit) is None:
            raise section.section("units").error("layout.unknown_unit", name, found=unit)
    anchors = section.optional_section("anchors")
    unpivot = _unpivot(section, kind)
    columns, blocks, periods = _blocks(section, needed=unpivot is None)
    form = Form(
        dataset=dataset,
        name=section.text("name", dataset),
        kind=TableKind(kind) if kind else None,
        titles=tuple(glob(each) for each in titles),
        sheets=tuple(glob(each) for each in sheets),
        headers=tuple(heading(each) for each in headers),
        columns=columns,
        ignore=tuple(heading(each) for each in section.texts("ignore")),
        optional=tuple(heading(each) for each in section.texts("optional")),
        units={name: parse_unit(unit) or unit for name, unit in units.items()},
        codes={name: codes.text_map(name) for name in codes.data} if codes else {},
        part=section.flag("part"),
        blanks=section.text_map("blanks"),
        constants=section.text_map("constants"),
        skip_rows=section.texts("skip_rows"),
        carry=section.texts("carry"),
        group_field=section.optional_text("group_field"),
        anchors=_anchors(anchors) if anchors else {},
        blocks=blocks,
        block_periods=periods,
        unpivot=unpivot,
        level=section.choice("level", LEVELS) if "level" in section else None,
        drift=drift,
    )
    section.get("level")
    section.get("kind")
    section.close()
    return form


def _unpivot(section: Section, kind: str | None) -> Unpivot | None:
    """How a long table or a matrix is unpivoted; every other kind says nothing of it."""
    told = section.optional_section("unpivot")
    if kind not in _UNPIVOTED:
        if told is not None:
            raise section.error("layout.unpivot_kind", "unpivot", found=kind or "—", expected="、".join(_UNPIVOTED))
        return None
    if "block" in section:
        raise section.error("layout.unpivot_blocks", "block")
    item = told.optional_text("item") if told is not None else None
    heads = told.texts("heads") if told is not None else ()
    if told is None or not (item or heads):
        raise section.error("layout.unpivot_of_what", "unpivot" if told is not None else "kind")
    found = Unpivot(
        heading(item) if item else None,
        tuple(heading(each) for each in told.texts("values")),
        heads,
        told.optional_text("value"),
    )
    told.close()
    return found


def _blocks(
    section: Section, *, needed: bool
) -> tuple[tuple[tuple[Heading, Target], ...], tuple[Mapping[str, str], ...], tuple[str, ...]]:
    """A form's headings, and the constants and the period of each of its blocks.

    In a form with blocks `[form.columns]` are what all of them share; without, they are `needed`, but where the
    contract's words may do for what is unpivoted.
    """
    sections = tuple(section.sections("block"))
    if not sections and not needed and "columns" not in section:
        return (), (), ()
    if not sections:
        return _columns(section.section("columns")), (), ()
    shared = section.optional_section("columns")
    columns = list(_columns(shared, SHARED)) if shared else []
    constants, periods = [], []
    for number, block in enumerate(sections):
        columns.extend(_columns(block.section("columns"), number))
        constants.append(block.text_map("constants"))
        periods.append(block.text("period", ""))
        if periods[-1] and block_period(periods[-1], make_period(2004, 1, 2004, 12)) is None:
            raise block.error("layout.bad_period", "period", found=periods[-1])
        block.close()
    return tuple(columns), tuple(constants), tuple(periods)


def _columns(section: Section, block: int | None = None) -> tuple[tuple[Heading, Target], ...]:
    columns = []
    for text in section.data:
        name, equals, tick = section.text(text).partition("=")
        if not name.strip() or (equals and not tick.strip()):
            raise section.error("layout.bad_target", text, found=section.text(text))
        columns.append((heading(text), Target(name.strip(), tick.strip() or None, block)))
    if not columns:
        raise section.error("layout.no_columns")
    return tuple(columns)


def _anchors(section: Section) -> dict[str, str]:
    anchors = {key: section.text(key) for key in IDENTITY if key in section}
    for key in IDENTITY:
        section.get(key)
    section.close()
    return anchors


def check_layout(layout: Layout, datasets: Mapping[str, Dataset]) -> None:
    """Hold a layout against the contracts.

    Raises ConfigurationError "layout.unknown_dataset" or "layout.unknown_field", with what was probably meant.
    """
    for number, form in enumerate(layout.forms, 1):
        place = f"form[{number}]"
        if form.dataset not in datasets:
            raise ConfigurationError(
                "layout.unknown_dataset",
                Location(layout.source, key=f"{place}.dataset"),
                found=form.dataset,
                hint=closest(form.dataset, datasets) or "—",
                expected=", ".join(datasets),
            )
        known = [field.name for field in datasets[form.dataset].fields]
        for name, key in form.fields().items():
            if name not in known:
                raise ConfigurationError(
                    "layout.unknown_field",
                    Location(layout.source, key=f"{place}.{key}"),
                    where=key,
                    found=name,
                    dataset=form.dataset,
                    hint=closest(name, known) or "—",
                    expected=", ".join(known),
                )


@lru_cache(maxsize=4096)
def heading(text: str) -> Heading:
    """A heading as a layout writes it: "收入/合计", "*/合计", "面积（亩）", "合计#2", "[C]"."""
    address = _ADDRESS.fullmatch(text.strip())
    if address:
        return Heading(text, address=address.group(1).upper())
    nth = _NTH.fullmatch(text.strip())
    words = nth.group(1) if nth else text
    parts, unit = [], None
    for part in words.split("/"):
        bare, found = split_unit(part)
        unit = found or unit
        parts.append(bare)
    if not any(parts):
        parts, unit = words.split("/"), None
    path = "/".join(part for part in parts if part)
    number = int(nth.group(2)) if nth else None
    if _YEAR_MARK.search(path):
        pattern = ".*".join(_with_years(part) for part in path.split("*"))
        return Heading(text, pattern, "", number, unit)
    if "*" in path:
        return Heading(text, Glob(tuple(map(_path, path.split("*")))), "", number, unit)
    return Heading(text, None, _path(path), number, unit)


def _with_years(text: str) -> str:
    """The pattern of a piece of a path between two stars; {本年} and {上年} stand for a year of digits or words."""
    pieces = _YEAR_MARK.split(text)
    pattern = ""
    for number, piece in enumerate(pieces):
        if number % 2 == 0:
            pattern += re.escape(_path(piece))
        else:
            name = f"{YEAR_GROUPS[piece]}_{number}"
            pattern += rf"(?:(?P<{name}>(?:19|20)\d\d)(?:年度?|年?末|年?底)?|{_YEAR_WORDS[piece]})"
    return pattern


def _path(text: str) -> str:
    """The literal piece of a path between two stars, with the slashes at its ends kept."""
    return "/".join(normalise(part) for part in text.split("/"))
