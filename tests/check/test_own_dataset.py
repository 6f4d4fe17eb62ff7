"""A county's own dataset: a TOML file and a code list in its own workspace, no Python."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from pioneer_etl.check.run import check_submission
from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.finding import Finding
from pioneer_etl.contract.load import load_contracts
from pioneer_etl.transform.model import Submission

Make: TypeAlias = Callable[..., Submission]
Name: TypeAlias = Callable[[str, Finding], str]

GRADE = """\
title = { zh = "等级", en = "grade" }
[[codes]]
code = "a"
zh = "甲级"
en = "first"
synonyms = ["甲"]
[[codes]]
code = "b"
zh = "乙级"
en = "second"
"""

ORCHARDS = """\
title = { zh = "果园情况", en = "orchards" }
grain = { zh = "一个果园", en = "one orchard" }
key = ["village", "orchard"]
period_type = "year"
place_field = "village"

[fields.village]
label = { zh = "村", en = "village" }
type = "place"
required = true

[fields.orchard]
label = { zh = "果园", en = "orchard" }
type = "text"
required = true

[fields.land]
label = { zh = "面积", en = "land" }
type = "decimal"
unit = "亩"
accepted_units = ["公顷"]
aggregation = "sum"
maximum = 500

[fields.bearing]
label = { zh = "其中：挂果面积", en = "of which bearing" }
type = "decimal"
unit = "亩"
accepted_units = ["公顷"]
aggregation = "sum"

[fields.harvest]
label = { zh = "产量", en = "harvest" }
type = "decimal"
unit = "公斤"
accepted_units = ["吨"]
aggregation = "sum"

[fields.grade]
label = { zh = "等级", en = "grade" }
type = "code"
codes = "grade"

[fields.keeper]
label = { zh = "负责人", en = "keeper" }
type = "person_name"

[checks.bearing_within_land]
expression = "bearing <= land"
message = { zh = "挂果面积不能超过总面积", en = "the bearing part cannot exceed the whole" }

[checks.yield]
expression = "harvest / bearing <= 3000"
where = 'grade == "a"'
severity = "warning"
message = { zh = "{keeper}的果园亩产过高", en = "the yield of the orchard of {keeper} is too high" }

[checks.enough]
scope = "submission"
expression = "sum(land) >= 100"
severity = "note"
message = { zh = "全镇果园不足 100 亩", en = "the township has under 100 mu" }
"""

GOOD = {
    "village": "宜一村",
    "orchard": "东山果园",
    "land": "120.5",
    "bearing": "100",
    "harvest": "200000",
    "grade": "a",
    "keeper": "陈大海",
}


@pytest.fixture
def own(tmp_path: Path, contracts: Contracts) -> Contracts:
    folder = tmp_path / "warehouse"
    (folder / "datasets").mkdir(parents=True)
    (folder / "codes").mkdir()
    (folder / "datasets" / "orchard.toml").write_text(ORCHARDS, encoding="utf-8")
    (folder / "codes" / "grade.toml").write_text(GRADE, encoding="utf-8")
    loaded = load_contracts(tmp_path)
    assert loaded.places.units == ()
    return Contracts(loaded.datasets, loaded.code_lists, contracts.places, tmp_path)


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({}, []),
        ({"bearing": "130.0"}, ["bearing_within_land"]),
        ({"land": "600"}, ["land.range"]),
        ({"harvest": "400000"}, ["yield"]),
        ({"harvest": "400000", "grade": "b"}, []),
        ({"grade": "c"}, ["grade.code"]),
        ({"orchard": ""}, ["orchard.required"]),
        ({"land": "50", "bearing": "20", "harvest": "100"}, ["enough"]),
    ],
)
def test_declared_checks_work_like_the_bundled_ones(
    own: Contracts, make_submission: Make, name_of: Name, change: dict[str, str], rules: list[str]
) -> None:
    findings = check_submission(make_submission(own, "orchard", [{**GOOD, **change}]), own)
    assert [name_of("orchard", each) for each in findings] == [f"orchard.{rule}" for rule in rules]


def test_its_words_are_the_authors_with_personal_data_masked(own: Contracts, make_submission: Make) -> None:
    [found] = check_submission(make_submission(own, "orchard", [{**GOOD, "harvest": "400000"}]), own)
    assert (
        found.message() == "E5 产量 400000 ÷ 其中：挂果面积 100 = 4000 > 3000（差 1000）：陈*的果园亩产过高（宜一村）"
    )
    assert found.cells == ("E5", "D5")


def test_totals_and_keys_need_no_declaration(own: Contracts, make_submission: Make) -> None:
    lines = [GOOD, GOOD]
    submission = make_submission(own, "orchard", lines, totals=[("合计", [5, 6], {"land": "250"})])
    assert [each.code for each in check_submission(submission, own)] == ["check.duplicate_key", "check.total"]
