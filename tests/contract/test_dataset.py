"""A dataset's contract is loaded whole, or refused with file, line, key and what was probably meant."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pioneer_etl.contract.dataset import load_dataset
from pioneer_etl.contract.errors import ConfigurationError
from pioneer_etl.contract.model import Aggregation, FieldType, Label

FARM = """\
title = { zh = "家庭农场", en = "family farms" }
grain = { zh = "一个农场", en = "one farm" }
titles = ["家庭农场"]
key = ["village", "farm"]
period_type = "half"
place_field = "village"

[fields.village]
label = { zh = "村", en = "village" }
type = "place"
required = true

[fields.farm]
label = { zh = "农场", en = "farm" }
type = "text"
synonyms = ["农场名称", "基本情况/名称"]

[fields.land]
label = { zh = "面积", en = "land" }
type = "decimal"
unit = "亩"
accepted_units = ["公顷"]
aggregation = "sum"
stock = true
minimum = 0
plausible = [1, 500.5]
places = 2

[fields.rice]
label = { zh = "水稻", en = "rice" }
type = "decimal"
unit = "亩"
aggregation = "sum"

[fields.share]
label = { zh = "水稻占比", en = "share of rice" }
type = "percent"
unit = "%"
aggregation = "ratio"
ratio = ["rice", "land"]

[fields.owner]
label = { zh = "户主", en = "owner" }
type = "person_name"

[fields.grade]
label = { zh = "等级", en = "grade" }
type = "code"
codes = "grade"

[checks.rice_within_land]
expression = "rice <= land"
severity = "warning"
tolerance = 0.5
missing = "skip_any"
where = 'grade == "a"'
message = { zh = "水稻 {rice} 超过面积", en = "more rice ({rice}) than land" }
"""


def load(tmp_path: Path, text: str = FARM, name: str = "farm") -> object:
    path = tmp_path / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return load_dataset(path, ["grade"])


def test_everything_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "farm.toml"
    path.write_text(FARM, encoding="utf-8")
    farm = load_dataset(path, ["grade"])
    assert farm.name == "farm"
    assert farm.title == Label("家庭农场", "family farms")
    assert (farm.key, farm.period_type, farm.place_field) == (("village", "farm"), "half", "village")
    assert [each.name for each in farm.fields] == ["village", "farm", "land", "rice", "share", "owner", "grade"]
    land = farm.field("land")
    assert (land.type, land.unit, land.accepted_units) == (FieldType.DECIMAL, "亩", ("公顷",))
    assert (land.minimum, land.plausible, land.places) == (Decimal(0), (Decimal(1), Decimal("500.5")), 2)
    assert (land.aggregation, land.stock) == (Aggregation.SUM, True)
    assert farm.field("share").ratio == ("rice", "land")
    assert farm.field("owner").personal == "name"
    assert farm.field("farm").synonyms == ("农场名称", "基本情况/名称")
    [check] = farm.checks
    assert (check.name, check.severity, check.tolerance, check.missing) == (
        "rice_within_land",
        "warning",
        "0.5",
        "skip_any",
    )
    assert check.fields == ("rice", "land", "grade")


# what is replaced by what, the error's code, the text on whose line it must be found, a word that it must say
MISTAKES = [
    ('type = "text"\n', 'type = "txt"\n', "config.unknown_word", 'type = "txt"', "text"),
    ("required = true", "requird = true", "config.unknown_key", "requird", "required"),
    ('unit = "亩"\naccepted', 'unit = "亩地"\naccepted', "config.bad_value", "亩地", "亩地"),
    ('["公顷"]', '["万元"]', "config.bad_value", "万元", "万元"),
    ('key = ["village", "farm"]', 'key = ["village", "form"]', "config.unknown_word", "key =", "farm"),
    ('place_field = "village"', 'place_field = "farm"', "config.bad_value", "place_field", "farm"),
    ('place_field = "village"', 'place_field = "vilage"', "config.unknown_word", "place_field", "village"),
    ('ratio = ["rice", "land"]', 'ratio = ["rice", "lnad"]', "config.unknown_word", "lnad", "land"),
    ('ratio = ["rice", "land"]', "", "config.bad_value", "[fields.share]", "numerator"),
    ('codes = "grade"', 'codes = "grades"', "config.unknown_word", "grades", "grade"),
    ('codes = "grade"', "", "config.missing_key", "[fields.grade]", "codes"),
    ('period_type = "half"', 'period_type = "halfyear"', "config.unknown_word", "halfyear", "half"),
    ('zh = "水稻", en', 'zh = "面积", en', "config.ambiguous_synonym", "[fields.rice]", "land"),
    ('"rice <= land"', '"rice <= lnad"', "config.bad_expression", "lnad", "land"),
    ('"rice <= land"', '"rice.x.y <= land"', "config.bad_expression", "rice.x.y", "rice.x.y"),
    ("where = 'grade", "where = 'grad", "config.bad_expression", "where", "grade"),
    ("{rice} 超过", "{rise} 超过", "config.unknown_word", "{rise}", "rice"),
    ("tolerance = 0.5", 'tolerance = "half"', "config.bad_value", "tolerance", "half"),
    ("tolerance = 0.5", "tolerance = -1", "config.bad_value", "tolerance", "-1"),
    ('severity = "warning"', 'severity = "waring"', "config.unknown_word", "severity", "warning"),
    ("plausible = [1, 500.5]", "plausible = [5, 1]", "config.bad_value", "plausible", "5, 1"),
    ("plausible = [1, 500.5]", "plausible = [5]", "config.wrong_type", "plausible", "2 numbers"),
    ("places = 2", "places = 20", "config.bad_value", "places", "20"),
    ("[fields.owner]", "[fields.Owner]", "config.bad_value", "[fields.Owner]", "Owner"),
    ("[fields.owner]", "[fields.period]", "config.bad_value", "[fields.period]", "period"),
    ('type = "person_name"', 'type = "person_name"\nminimum = 1', "config.bad_value", 'type = "person', "person_name"),
    (
        'type = "person_name"',
        'type = "person_name"\naggregation = "sum"',
        "config.bad_value",
        'aggregation = "sum"\n\n[fields.grade]',
        "sum",
    ),
    ('title = { zh = "家庭农场", en', 'title = { zh = "家庭农场", english', "config.missing_key", "title", "title.en"),
    ("stock = true", "stock = yes", "config.syntax", "stock = yes", ""),
]


@pytest.mark.parametrize(("old", "new", "code", "anchor", "word"), MISTAKES)
def test_mistakes_are_located(tmp_path: Path, old: str, new: str, code: str, anchor: str, word: str) -> None:
    assert old in FARM
    text = FARM.replace(old, new, 1)
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, text)
    error = caught.value
    line = text[: text.index(anchor)].count("\n") + 1
    assert (error.code, error.location.line) == (code, line), str(error)
    assert str(error.location.file).endswith("farm.toml")
    assert word in error.message("en") + error.remedy("en")
    assert error.message("zh")


def test_a_name_that_is_no_table_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        load(tmp_path, FARM, "Farm-2")


def test_no_fields(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, 'title = "t"\ngrain = "g"\nperiod_type = "year"\n')
    assert caught.value.location.key == "fields"
