"""Summary declarations: `warehouse/summaries/NAME.toml`, or plain SQL in `NAME.sql`.

A table's declaration reads from its head down: titles, then `columns`, the tree of headings over
the names of measures, then one `[measures.NAME]` for each figure.  `docs/summaries.md` describes
every key.  Here is a whole one:

    title = { zh = "{county}{period}村集体经济收入汇总表", en = "Collective income, {county}, {period}" }
    dataset = "village_economy"
    unit = { zh = "万元", en = "10,000 yuan" }
    columns = ["villages", { zh = "总收入", en = "Income", columns = ["income", "income_per_village"] }]

    [measures.villages]
    zh = "村数"
    en = "Villages"
    value = "count(*)"

    [measures.income]
    zh = "合计"
    en = "Total"
    value = "sum(income_total)"
    format = "#,##0.0"

    [measures.income_per_village]
    zh = "村均"
    en = "Per village"
    ratio = ["income", "villages"]
    format = "#,##0.0"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import ConfigurationError, Location, UsageError
from pioneer_etl.contract.model import Label
from pioneer_etl.contract.toml import Section, read_toml
from pioneer_etl.report.model import (
    Comparison,
    Heading,
    Measure,
    NamedFigure,
    Page,
    Span,
    SummarySpec,
)
from pioneer_etl.report.spec_parts import chart_of, columns_of_records
from pioneer_etl.report.words import unit_label, word

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CUTOFF = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_HOLDS = re.compile(r"[=<>] ?-?\d+(\.\d+)?%?")
_SQL_NOTE = re.compile(r"--\s*(title_zh|title_en|unit_zh|unit_en)\s*:\s*(.+?)\s*$")
_ORDER = re.compile(r"^(?:-- *)?order *[=:] *(\d+)", re.MULTILINE)
_LAST = 1000
_BOTH: tuple[Language, ...] = ("zh", "en")
_LEVELS = (("township",), ("township", "village"))


def list_summaries(root: Path) -> tuple[str, ...]:
    """The names of the summaries declared in a workspace (`root` holds `warehouse/`), by `order`, then name."""
    folder = root / "warehouse" / "summaries"
    places: dict[str, int] = {}
    for path in folder.glob("*"):
        if path.suffix in (".toml", ".sql"):
            found = _ORDER.search(path.read_text(encoding="utf-8-sig", errors="replace"))
            places[path.stem] = int(found[1]) if found else _LAST
    return tuple(sorted(places, key=lambda name: (places[name], name)))


def find_summary(root: Path, name: str) -> SummarySpec:
    """The summary called `name`; UsageError with suggestions when the workspace declares none."""
    return load_summary(summary_path(root, name))


def summary_path(root: Path, name: str) -> Path:
    """The file that declares the summary called `name`; UsageError with suggestions when there is none."""
    for suffix in (".toml", ".sql"):
        path = root / "warehouse" / "summaries" / f"{name}{suffix}"
        if path.is_file():
            return path
    known = list_summaries(root)
    near = get_close_matches(name, known, 3) or known
    raise UsageError("summary.unknown", name=name, known=", ".join(near))


def load_summary(path: Path) -> SummarySpec:
    """A summary's declaration; ConfigurationError names file, line and key of a mistake."""
    return _load_sql(path) if path.suffix == ".sql" else _load_toml(path)


def _load_sql(path: Path) -> SummarySpec:
    try:
        sql = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError("config.unreadable", Location(file=str(path)), reason=error) from error
    notes = {match[1]: match[2] for line in sql.splitlines() if (match := _SQL_NOTE.match(line.strip()))}
    title, unit = notes.get("title_zh", path.stem), notes.get("unit_zh")
    return SummarySpec(
        name=path.stem,
        path=path,
        kind="sql",
        title=Label(title, notes.get("title_en", title)),
        dataset=None,
        sql=sql,
        unit=unit_label(Label(unit, notes.get("unit_en", unit))) if unit else None,
        total="none",
    )


def _load_toml(path: Path) -> SummarySpec:
    top = read_toml(path)
    title, dataset = top.label("title"), top.optional_text("dataset")
    order = top.optional_integer("order")
    records = top.choice("rows", ("places", "records"), "places") == "records"
    if records and dataset is None:
        raise top.error("config.missing_key", "dataset")
    measures = columns_of_records(top, dataset or "") if records else _measures(top, dataset)
    columns = _headings(top, top.get("columns") or [], measures)
    figures = tuple(_figure(name, section, measures) for name, section in top.named_sections("figures"))
    if bool(columns) == bool(figures):
        found = "both" if columns else "neither"
        raise top.error("summary.bad_key", "columns", expected="columns = [...] | [figures.NAME]", found=found)
    levels = top.texts("levels") or ("township",)
    if levels not in _LEVELS:
        raise top.error("summary.bad_key", "levels", expected='["township"] | ["township", "village"]', found=levels)
    detail = top.texts("detail")
    for name in detail:
        if name not in measures:
            raise top.unknown_word("detail", name, measures)
    unit = top.label("unit", Label("", ""))
    total = "none" if records else top.choice("total", ("first", "last", "none"), "first")
    spec = SummarySpec(
        name=path.stem,
        path=path,
        kind="figures" if figures else "records" if records else "table",
        title=title,
        dataset=dataset,
        columns=columns,
        measures=measures,
        figures=figures,
        charts=tuple(chart_of(name, section, columns, total) for name, section in top.named_sections("charts")),
        order=_LAST if order is None else order,
        unit=unit_label(unit) if unit.zh else None,
        levels=levels,
        where=top.optional_text("where") if records else None,
        order_by=(top.texts("order_by") or ("place",)) if records else ("place",),
        limit=top.optional_integer("limit") if records else None,
        span=Span(top.choice("span", tuple(Span), Span.EXACT)) if records else Span.EXACT,
        total=total,
        total_label=top.label("total_label", Label(word("total", "zh"), word("total", "en"))),
        row_label=top.label("row_label", Label(*(word("number" if records else "township", each) for each in _BOTH))),
        detail=detail,
        index_row=top.flag("index_row"),
        notes=_labels(top, "notes"),
        signature=_labels(top, "signature") if "signature" in top else _signature(),
        cutoff=_cutoff(top),
        compare=top.choice("compare", ("year", "period"), "year"),
        page=_page(top),
        widths=_widths(top, measures),
    )
    top.close()
    return spec


def _labels(top: Section, key: str) -> tuple[Label, ...]:
    """A list of texts in both languages."""
    labels: list[Label] = []
    value = top.get(key) or []
    for each in value if isinstance(value, list) else [value]:
        match each:
            case str():
                labels.append(Label(each, each))
            case {"zh": str(zh), "en": str(en), **rest} if not rest:
                labels.append(Label(zh, en))
            case _:
                raise top.error("summary.bad_key", key, expected='{ zh = "…", en = "…" }', found=each)
    return tuple(labels)


def _signature() -> tuple[Label, ...]:
    names = ("prepared_unit", "head", "reviewed_by", "prepared_by", "date")
    return tuple(Label(word(each, "zh"), word(each, "en")) for each in names)


def _cutoff(top: Section) -> tuple[int, int] | None:
    text = top.text("cutoff", "period_end")
    if text == "period_end":
        return None
    match = _CUTOFF.fullmatch(text)
    if match is None:
        raise top.error("summary.bad_key", "cutoff", expected='"period_end" | "MM-DD"', found=text)
    return int(match.group(1)), int(match.group(2))


def _page(top: Section) -> Page:
    section = top.optional_section("page")
    if section is None:
        return Page()
    paper = section.choice("paper", ("auto", "A3", "A4"), "auto")
    page = Page(paper, section.choice("orientation", ("landscape", "portrait"), "landscape"))
    section.close()
    return page


def _widths(top: Section, measures: Mapping[str, Measure]) -> Mapping[str, float]:
    section = top.optional_section("widths")
    if section is None:
        return {}
    widths = {name: float(section.optional_number(name) or 0) for name in ("label", *measures) if name in section}
    section.close()
    for name, width in widths.items():
        if not 0 < width <= 255:
            raise section.error("summary.bad_key", name, expected="0 < width <= 255", found=width)
    return widths


def _measures(top: Section, dataset: str | None) -> Mapping[str, Measure]:
    sections = dict(top.named_sections("measures"))
    measures = {name: _measure(name, section, dataset) for name, section in sections.items()}
    for measure in list(measures.values()):
        for side in measure.ratio or ():
            if side not in measures:
                raise sections[measure.name].unknown_word("ratio", side, measures)
            if measures[side].ratio is not None:
                found = f"{side}: ratio"
                expected = 'value = "…"'
                raise sections[measure.name].error("summary.bad_key", "ratio", expected=expected, found=found)
        if measure.compares is not None and measure.of is not None:
            _check_compared(sections[measure.name], measure, measures)
            measures[measure.name] = _as_its_base(sections[measure.name], measure, measures[measure.of])
    return measures


def _as_its_base(section: Section, measure: Measure, base: Measure) -> Measure:
    """An earlier figure or a change is printed like the figure itself where nothing else is declared."""
    if measure.compares not in (Comparison.BEFORE, Comparison.CHANGE):
        return replace(measure, unit=measure.unit or Label("", ""))  # a growth and a rank have no unit
    printed = measure.format if "format" in section else base.format
    return replace(measure, format=printed, unit=measure.unit or base.unit)


def _check_compared(section: Section, measure: Measure, measures: Mapping[str, Measure]) -> None:
    """What is compared must be declared, and not be a comparison itself; only a rank may be of a change."""
    key = str(measure.compares)
    base = measures.get(measure.of or "")
    if base is None:
        raise section.unknown_word(key, measure.of or "", measures)
    if base.compares is Comparison.RANK or (base.compares and measure.compares is not Comparison.RANK):
        found = f"{base.name}: {base.compares}"
        raise section.error("summary.bad_key", key, expected='value = "…" | ratio = ["…", "…"]', found=found)


def _measure(name: str, section: Section, default: str | None) -> Measure:
    if not _NAME.fullmatch(name):
        raise section.error("summary.bad_key", expected="a-z 0-9 _", found=name)
    value, ratio = section.optional_text("value"), section.texts("ratio")
    compared = {each: of for each in Comparison if (of := section.optional_text(each)) is not None}
    if (value is not None) + bool(ratio) + len(compared) != 1:
        found = ", ".join([*(["value"] if value else []), *(["ratio"] if ratio else []), *compared]) or "-"
        expected = 'value = "…" | ratio = ["…", "…"] | before, change, growth, rank = "…"'
        raise section.error("summary.bad_key", "value", expected=expected, found=found)
    if ratio and len(ratio) != 2:
        raise section.error("summary.bad_key", "ratio", expected='["numerator", "denominator"]', found=ratio)
    where, dataset = section.optional_text("where"), section.optional_text("dataset") or default
    if ratio and where is not None:
        raise section.error("summary.bad_key", "where", expected="where of numerator and denominator", found=where)
    if compared and where is not None:
        raise section.error("summary.bad_key", "where", expected="where of the measure compared", found=where)
    if dataset is None and value is not None:
        raise section.error("config.missing_key", "dataset")
    kind = next(iter(compared), None)
    lowest = section.choice("first", ("highest", "lowest"), "highest") if kind is Comparison.RANK else "highest"
    unit = section.label("unit", Label("", ""))
    scale = section.optional_number("scale")
    if scale is not None and scale <= 0:
        raise section.error("summary.bad_key", "scale", expected="> 0", found=scale)
    additive = section.optional_flag("additive")
    measure = Measure(
        name=name,
        label=Label(section.text("zh"), section.text("en")),
        dataset=dataset or "",
        value=value,
        where=where,
        ratio=(ratio[0], ratio[1]) if ratio else None,
        compares=kind,
        of=next(iter(compared.values()), None),
        lowest_first=lowest == "lowest",
        unit=unit_label(unit) if unit.zh else None,
        format=section.text("format", _format(kind, bool(ratio))),
        scale=scale or Decimal(1),
        additive=is_additive(value or "") if additive is None else additive,
        span=Span(section.choice("span", tuple(Span), Span.EXACT)),
        line=section.location().line,
    )
    section.close()
    return measure


def _format(kind: Comparison | None, is_ratio: bool) -> str:
    """The number format of a measure that declares none."""
    if kind is Comparison.RANK:
        return "0"
    return "0.0%" if is_ratio or kind is Comparison.GROWTH else "#,##0"


def is_additive(expression: str) -> bool:
    """Whether an aggregate of a whole is the sum of its parts': one sum(…) or count(…), not of distinct values."""
    match = re.match(r"\s*(sum|count)\s*\((?!\s*distinct\b)", expression, re.IGNORECASE)
    if match is None:
        return False
    depth = 1
    for position in range(match.end(), len(expression)):
        depth += {"(": 1, ")": -1}.get(expression[position], 0)
        if depth == 0:
            return not expression[position + 1 :].strip()
    return False


def _headings(top: Section, value: object, measures: Mapping[str, Measure]) -> tuple[Heading, ...]:
    headings: list[Heading] = []
    for each in value if isinstance(value, list) else [value]:
        match each:
            case str():
                if each not in measures:
                    raise top.unknown_word("columns", each, measures)
                headings.append(Heading(measures[each].label, measure=each))
            case {"zh": str(zh), "en": str(en), "columns": [*below], **rest} if below and not rest:
                headings.append(Heading(Label(zh, en), _headings(top, below, measures)))
            case _:
                expected = 'a measure | { zh = "…", en = "…", columns = [...] }'
                raise top.error("summary.bad_key", "columns", expected=expected, found=each)
    return tuple(headings)


def _figure(name: str, section: Section, measures: Mapping[str, Measure]) -> NamedFigure:
    measure = section.text("measure")
    if measure not in measures:
        raise section.unknown_word("measure", measure, measures)
    if measures[measure].compares is Comparison.RANK:
        raise section.error("summary.bad_key", "measure", expected="a figure of one place", found=f"{measure}: rank")
    holds = section.optional_text("holds")
    if holds is not None and not _HOLDS.fullmatch(holds):
        raise section.error("summary.bad_key", "holds", expected='"= 67%" | "> 1200" | "< 5"', found=holds)
    quoted = section.label("quoted", Label("", ""))
    figure = NamedFigure(
        name=name,
        label=Label(section.text("zh"), section.text("en")),
        measure=measure,
        place=section.optional_text("place"),
        quoted=quoted if quoted.zh else None,
        holds=holds,
        line=section.location().line,
    )
    section.close()
    return figure
