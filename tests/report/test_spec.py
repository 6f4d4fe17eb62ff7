"""Declarations of summaries: what they say, and how their mistakes are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from pioneer_etl.contract.errors import ConfigurationError, UsageError
from pioneer_etl.report.model import Span, SummarySpec
from pioneer_etl.report.spec import find_summary, is_additive, list_summaries, load_summary

ROOT = Path(__file__).parents[2]

GOOD = """
title = { zh = "{county}{period}收入表", en = "Income, {county}, {period}" }
dataset = "village_economy"
unit = "万元"
columns = ["villages", { zh = "收入", en = "Income", columns = ["income", "average"] }]

[measures.villages]
zh = "村数"
en = "Villages"
value = "count(*)"
unit = "个"

[measures.income]
zh = "合计"
en = "Total"
value = "sum(income_total)"
format = "#,##0.0"

[measures.average]
zh = "村均"
en = "Per village"
ratio = ["income", "villages"]
"""


def load(folder: Path, text: str) -> SummarySpec:
    path = folder / "income.toml"
    path.write_text(text, encoding="utf-8")
    return load_summary(path)


def test_a_declaration_reads_as_it_is_written(tmp_path: Path) -> None:
    spec = load(tmp_path, GOOD)
    assert spec.name == "income"
    assert [(leaf.label.zh, leaf.measure) for leaf in spec.leaves] == [
        ("村数", "villages"),
        ("合计", "income"),
        ("村均", "average"),
    ]
    assert [label.zh for label in spec.heading_path("average")] == ["收入", "村均"]
    assert spec.measures["average"].ratio == ("income", "villages")
    assert spec.measures["average"].format == "0.0%"
    assert spec.measures["income"].additive
    assert spec.measures["income"].span is Span.EXACT
    assert spec.unit is not None
    assert (spec.unit.zh, spec.unit.en) == ("万元", "10,000 yuan")


@pytest.mark.parametrize(
    ("change", "line", "key", "word"),
    [
        (('value = "count(*)"', 'valeu = "count(*)"'), 7, "measures.villages.value", "value"),
        (('"villages", {', '"vilages", {'), 5, "columns", "villages"),
        (('ratio = ["income", "villages"]', 'ratio = ["income", "villags"]'), 22, "measures.average.ratio", "villages"),
        (('ratio = ["income", "villages"]', 'ratio = ["income"]'), 22, "measures.average.ratio", "numerator"),
        (('unit = "个"', 'units = "个"'), 11, "measures.villages.units", "unit"),
        (('format = "#,##0.0"', "format = 3"), 17, "measures.income.format", "text"),
        (('dataset = "village_economy"', 'total = "middle"\ndataset = "x"'), 3, "total", "middle"),
        (('dataset = "village_economy"', "levels = ['village']\ndataset = 'x'"), 3, "levels", "township"),
        (('dataset = "village_economy"', 'cutoff = "31.12."\ndataset = "x"'), 3, "cutoff", "MM-DD"),
    ],
)
def test_a_mistake_names_line_key_and_what_was_expected(
    tmp_path: Path, change: tuple[str, str], line: int, key: str, word: str
) -> None:
    assert change[0] in GOOD
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, GOOD.replace(change[0], change[1], 1))
    assert caught.value.location.file == str(tmp_path / "income.toml")
    assert caught.value.location.line == line
    assert caught.value.location.key == key
    assert word in caught.value.message("en")
    assert caught.value.message("zh")


def test_a_broken_line_is_told_by_its_number(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, GOOD.replace('zh = "村数"', 'zh = "村数'))
    assert caught.value.location.line == 8


@pytest.mark.parametrize(
    ("expression", "additive"),
    [
        ("sum(income_total)", True),
        ("sum(income_total - income_last_year)", True),
        ("COUNT(*)", True),
        ("count(DISTINCT village)", False),
        ("sum(a) / sum(b)", False),
        ("sum(a) + sum(b)", False),
        ("avg(a)", False),
        ("max(a)", False),
    ],
)
def test_what_adds_up(expression: str, additive: bool) -> None:
    assert is_additive(expression) is additive


def test_the_workspace_declares_its_summaries() -> None:
    first = ("village", "village_economy", "training", "reserve_cadre", "speech_figures")
    assert list_summaries(ROOT)[:5] == first  # by their order, not by their names
    for name in list_summaries(ROOT):
        assert find_summary(ROOT, name).name == name


def test_an_unknown_summary_is_told_with_its_likeness() -> None:
    with pytest.raises(UsageError) as caught:
        find_summary(ROOT, "village_econmy")
    assert "village_economy" in caught.value.message("en")
