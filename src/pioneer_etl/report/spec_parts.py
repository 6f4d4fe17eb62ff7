"""Parts of a summary's declaration: the columns of a list, and charts."""

from __future__ import annotations

import re

from pioneer_etl.contract.model import Label
from pioneer_etl.contract.toml import Section
from pioneer_etl.report.model import CHART_KINDS, Chart, Heading, Measure
from pioneer_etl.report.words import unit_label

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def columns_of_records(top: Section, dataset: str) -> dict[str, Measure]:
    """The columns of a list: fields of the dataset by their names, and expressions over one record."""
    measures: dict[str, Measure] = {}
    for name, section in top.named_sections("measures"):
        if not _NAME.fullmatch(name):
            raise section.error("summary.bad_key", expected="a-z 0-9 _", found=name)
        unit = section.label("unit", Label("", ""))
        value = section.optional_text("value")
        measures[name] = Measure(
            name=name,
            label=Label(section.text("zh"), section.text("en")),
            dataset=dataset,
            value=value,
            unit=unit_label(unit) if unit.zh else None,
            format=section.text("format", "" if value is None else "#,##0"),
            line=section.location().line,
        )
        section.close()
    for name in _names_in(top.get("columns")):
        if name not in measures:
            line = top.location("columns").line
            measures[name] = Measure(name, Label("", ""), dataset, format="", line=line)
    return measures


def _names_in(columns: object) -> list[str]:
    """The names in a tree of headings."""
    match columns:
        case str():
            return [columns]
        case list():
            return [name for each in columns for name in _names_in(each)]
        case {"columns": below}:
            return _names_in(below)
    return []


def chart_of(name: str, section: Section, columns: tuple[Heading, ...], total: str) -> Chart:
    """A chart; what it shows must stand in the table, and for the total side by side."""
    printed = [leaf.measure or "" for heading in columns for leaf in heading.leaves]
    measures = section.texts("measures")
    for each in measures:
        if each not in printed:
            raise section.unknown_word("measures", each, printed)
    of_total = section.choice("over", ("townships", "total"), "townships") == "total"
    kind = section.choice("type", CHART_KINDS, "column")
    if not measures or (kind == "pie" and not of_total and len(measures) > 1):
        raise section.error("summary.bad_key", "measures", expected='["measure", …]', found=measures)
    first = printed.index(measures[0])
    if of_total and (tuple(printed[first : first + len(measures)]) != measures or total == "none"):
        found = ", ".join(measures)
        raise section.error("summary.bad_key", "measures", expected="columns side by side, and a total", found=found)
    chart = Chart(name, Label(section.text("zh"), section.text("en")), kind, measures, of_total)
    section.close()
    return chart
