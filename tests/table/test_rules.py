"""The rules: one registry, each rule alone, and rules that a plugin adds."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import Any

import pytest

from pioneer_etl.table.describe import describe
from pioneer_etl.table.explain import explain
from pioneer_etl.table.grid import DATE, MARK, NUMBER, RANGE, TEXT, YEAR, shape_of_text
from pioneer_etl.table.model import RowRole
from pioneer_etl.table.rows import BodyRow
from pioneer_etl.table.rules.base import Rule, Stage
from pioneer_etl.table.rules.registry import RULES, rules_by_stage
from pioneer_etl.table.understand import understand
from pioneer_etl.table.words import is_fact, is_note, is_signature, is_subtotal, is_title, is_total, unit_of_line
from pioneer_etl.workbook.read import read_bytes
from tests.layouts.choice import random_choice
from tests.layouts.draw import draw as draw_layout
from tests.layouts.kit import repository_contracts
from tests.table.sketches import draw


def test_every_rule_has_a_name_of_its_own_and_says_what_it_sees() -> None:
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    for rule in RULES:
        assert (rule.measure.__doc__ or "").strip().endswith("."), rule.name
        assert rule.weight > 0, rule.name


def test_a_plugin_adds_a_rule_or_takes_the_place_of_one() -> None:
    def says_pending(row: BodyRow) -> float:
        """Rows marked 待定 are remarks here."""
        return 1.0 if "待定" in row.text else 0.0

    picture = draw("村|户数\n甲村|10\n待定|99\n乙村|20")
    assert [str(row.role) for row in understand(picture).tables[0].rows] == ["data"] * 3
    extra = Rule("pending", Stage.ROW, 9.0, says_pending, RowRole.NOTE)
    assert [str(row.role) for row in understand(picture, [extra]).tables[0].rows] == ["data", "note", "data"]
    replaced = rules_by_stage([Rule("total-word", Stage.ROW, 1.0, says_pending, RowRole.NOTE)])
    assert sum(rule.name == "total-word" for rule in replaced[Stage.ROW]) == 1


def test_what_is_not_measured_could_not_have_won() -> None:
    def every_strength(rule: Rule) -> Rule:
        @wraps(rule.measure)
        def measured(subject: Any) -> float:
            strength = rule.measure(subject)
            assert strength <= rule.at_most, rule.name
            assert not (rule.of_header and strength and subject.top == subject.body), rule.name
            return strength

        # Nothing is left out then.
        return replace(rule, measure=measured, at_most=1000.0, of_header=False, of_classes=False, unless=None)

    whole = [every_strength(rule) for rule in RULES if rule.stage in (Stage.LABEL, Stage.SPLIT, Stage.ROW)]
    contracts = repository_contracts()
    drawn = [draw_layout(random_choice(seed), contracts) for seed in range(24)]
    sheets = [sheet for each in drawn for sheet in read_bytes(each.data, each.name).sheets]
    assert len(sheets) >= 24
    for sheet in sheets:
        assert understand(sheet).tables == understand(sheet, whole).tables


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("12", NUMBER),
        ("１２．５", NUMBER),
        ("1 234,5", NUMBER),
        ("42%", NUMBER),
        ("3.2万元", NUMBER),
        ("228人次", NUMBER),
        ("300多人", NUMBER),
        ("一百零七", NUMBER),
        ("2019年", YEAR),
        ("2008/09", YEAR),
        ("201806", YEAR),
        ("2004年9月30日", DATE),
        ("2022.1.20", DATE),
        ("10－20", RANGE),
        ("7 to 16", RANGE),
        ("—", MARK),
        ("无", MARK),
        ("√", MARK),
        ("1年以内", TEXT),
        ("3月", TEXT),
        ("宜一村", TEXT),
    ],
)
def test_shapes_of_texts(text: str, shape: int) -> None:
    assert shape_of_text(text) == shape


@pytest.mark.parametrize(
    "text", ["合　计", "总计", "全镇合计", "合计：", "Total", "Manufacturing, total", "Total - all"]
)
def test_words_of_totals(text: str) -> None:
    assert is_total(text)


@pytest.mark.parametrize("text", ["会计", "Total fertility rate", "统计员", "totally new", "小计", "设计院"])
def test_words_that_only_look_like_totals(text: str) -> None:
    assert not is_total(text)
    assert is_subtotal(text) is (text == "小计")


def test_words_of_lines() -> None:
    assert unit_of_line("单位：万元") == "万元"
    assert unit_of_line("($ millions)") == "$ millions"
    assert unit_of_line("填报单位：宜一村") is None
    assert is_note("注：本表按当年价格计算。")
    assert is_signature("填报单位（盖章）：")
    assert is_fact("报告期：2004年度")
    assert not is_fact("合计：万元")
    assert is_title("宜山镇村集体经济收入统计表（2004年）")


def test_every_filled_cell_can_be_explained() -> None:
    reading = understand(draw("统计表\n村|户数|人口\n甲村|10|30\n乙村|20|60\n合计|30|90"))
    assert "adds-up" in {reason.rule for reason in explain(reading, (5, 2))}
    assert "total-word" in {reason.rule for reason in explain(reading, (5, 1))}
    assert "words-over-numbers" in {reason.rule for reason in explain(reading, (2, 2))}
    assert explain(reading, (1, 3)) == ()


def test_a_reading_described_in_the_fixed_shape() -> None:
    described = describe(understand(draw("单位：万元\n村|收入（元）\n甲村|10\n乙村|20", name="表1")))
    assert described == {
        "name": "表1",
        "hidden": False,
        "tables": [
            {
                "range": "A2:B4",
                "kind": "list",
                "dataset": None,
                "unit": "万元",
                "label_columns": [{"column": "A", "path": ["村"], "cells": ["A2"]}],
                "columns": [
                    {"column": "B", "path": ["收入（元）"], "cells": ["B2"], "unit": "元", "field": None, "match": None}
                ],
                "rows": [
                    {"row": 3, "role": "data", "path": ["甲村"], "cells": ["A3"]},
                    {"row": 4, "role": "data", "path": ["乙村"], "cells": ["A4"]},
                ],
            }
        ],
        "cells": {"unit": ["A1"]},
    }
