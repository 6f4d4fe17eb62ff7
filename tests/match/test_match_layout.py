"""Layouts read from TOML."""

from __future__ import annotations

from pathlib import Path

import pytest

from pioneer_etl.contract.errors import ConfigurationError
from pioneer_etl.match.layout import GENERIC, Target
from pioneer_etl.match.layout_read import heading, load_layouts
from pioneer_etl.table.model import TableKind

WHOLE = """
name = "yishan"
title = { zh = "宜山镇报表", en = "Yishan's forms" }
version = "2004.1"
townships = ["宜山镇"]

[[form]]
dataset = "economy"
kind = "list"
match.title = ["*集体经济*"]
match.headers = ["村名", "收入/合计"]
ignore = ["序号"]
skip_rows = ["*核对*"]
carry = ["village"]

[form.columns]
"村名" = "village"
"收入/合计" = "total"
"性别/男" = "sex=男"

[form.units]
default = "元"
total = "萬元"

[form.codes.learning]
"一" = "是"

[form.constants]
remarks = "自报"
"""


def load(tmp_path: Path, text: str) -> ConfigurationError | tuple[object, ...]:
    path = tmp_path / "layout.toml"
    path.write_text(text, encoding="utf-8")
    try:
        return load_layouts(path)
    except ConfigurationError as error:
        return error


def test_a_whole_layout(tmp_path: Path) -> None:
    (layout,) = load(tmp_path, WHOLE)  # type: ignore[misc]
    assert (layout.name, layout.townships, layout.generic) == ("yishan", ("宜山镇",), False)
    (form,) = layout.forms
    assert (form.dataset, form.name, form.kind) == ("economy", "economy", TableKind.LIST)
    assert [(each.text, target) for each, target in form.columns][1:] == [
        ("收入/合计", Target("total")),
        ("性别/男", Target("sex", "男")),
    ]
    assert form.units == {"default": "元", "total": "万元"}
    assert form.codes == {"learning": {"一": "是"}}
    assert (form.skip_rows, form.carry) == (("*核对*",), ("village",))
    assert form.fields()["total"] == "columns.收入/合计"


@pytest.mark.parametrize(
    ("before", "after", "code", "line", "key"),
    [
        ('name = "yishan"', 'name = "yi shan"', "layout.bad_name", 2, "name"),
        ("dataset =", "datset =", "config.missing_key", 7, "form[1].dataset"),
        ("carry =", "cary =", "config.unknown_key", 14, "form[1].cary"),
        ('kind = "list"', 'kind = "lst"', "config.unknown_word", 9, "form[1].kind"),
        ('default = "元"', 'default = "园"', "layout.unknown_unit", 22, "form[1].units.default"),
        ('"sex=男"', '"sex="', "layout.bad_target", 19, "form[1].columns.性别/男"),
        ('townships = ["宜山镇"]', "townships = 3", "config.wrong_type", 5, "townships"),
    ],
)
def test_a_mistake_is_named_with_line_and_key(
    tmp_path: Path, before: str, after: str, code: str, line: int, key: str
) -> None:
    error = load(tmp_path, WHOLE.replace(before, after))
    assert isinstance(error, ConfigurationError)
    assert (error.code, error.location.line, error.location.key) == (code, line, key)
    assert error.message("zh")
    assert error.message("en")


def test_a_form_without_anchors_or_a_layout_without_forms_is_refused(tmp_path: Path) -> None:
    bare = WHOLE.replace('match.title = ["*集体经济*"]\n', "").replace(
        'match.headers = ["村名", "收入/合计"]\n', "match = {}\n"
    )
    error = load(tmp_path, bare)
    assert isinstance(error, ConfigurationError)
    assert error.code == "layout.no_anchor"
    error = load(tmp_path, WHOLE.split("[[form]]")[0])
    assert isinstance(error, ConfigurationError)
    assert (error.code, error.arguments["key"]) == ("config.missing_key", "form")


@pytest.mark.parametrize(
    ("written", "path", "fits"),
    [
        ("收入/合计", "收入/合计", True),
        ("收入／合　计", "收入/合计", True),
        ("总收入（万元）", "总收入", True),
        ("*/合计", "收入/其中/合计", True),
        ("*/合计", "合计", False),
        ("合计*", "合计数", True),
        ("收入", "收入/合计", False),
        ("性别（男/女）", "性别(男/女)", True),
    ],
)
def test_headings_fit_normalised_paths(written: str, path: str, fits: bool) -> None:
    assert heading(written).says(path, None) is fits


def test_headings_with_a_number_a_unit_or_an_address() -> None:
    assert heading("合计#2").nth == 2
    assert heading("面积（亩）").unit == "亩"
    assert heading("[c]").address == "C"


def test_the_generic_layout_has_no_forms() -> None:
    assert GENERIC.generic
    assert GENERIC.name == "generic"
