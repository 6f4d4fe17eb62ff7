"""Units that are renamed, merged and split up: their names on a day, and what stands in their place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pioneer_etl.contract.errors import ConfigurationError
from pioneer_etl.contract.org_units import load_places
from pioneer_etl.contract.place_map import place_map
from pioneer_etl.contract.places import Places, name_on, valid_on

CSV = """\
code,name,level,parent,valid_from,valid_to,former_names,successor
330327000000,苍南县,county,,,,,
330327113000,莒溪镇,township,330327000000,,,莒溪乡@2001-12-31,
330327299000,腾垟乡,township,330327000000,,2003-12-31,,330327113000
330327113201,前湾村,village,330327113000,,,前湾头村@2003-12-31;湾头大队@1983-12-31,
330327113202,外垟村,village,330327113000,,,,
330327299201,腾垟村,village,330327299000,,2003-12-31,,330327113202
330327113203,大厝村,village,330327113000,,2003-12-31,,330327113204;330327113205
330327113204,大厝一村,village,330327113000,2004-01-01,,,
330327113205,大厝二村,village,330327113000,2004-01-01,,,
330327113206,上村,village,330327113000,,2003-06-30,,330327113207
330327113207,中村,village,330327113000,2003-07-01,2003-12-31,,330327113208
330327113208,下村,village,330327113000,2004-01-01,,,
"""
THEN, NOW = date(2003, 12, 31), date(2004, 12, 31)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    return load(tmp_path_factory.mktemp("places"), CSV)


def load(folder: Path, text: str) -> Places:
    path = folder / "org_units.csv"
    path.write_text(text, encoding="utf-8")
    return load_places(path)


@pytest.mark.parametrize(
    ("text", "day", "code", "how"),
    [
        ("前湾头村", THEN, "330327113201", "former"),
        ("前湾头", THEN, "330327113201", "former"),
        ("前湾村", NOW, "330327113201", "name"),
        ("前湾头村", NOW, "330327113201", "renamed"),
        ("前湾村", THEN, "330327113201", "renamed"),
        ("湾头大队", THEN, "330327113201", "renamed"),
        ("前湾头村", None, "330327113201", "former"),
        ("莒溪乡", NOW, "330327113000", "renamed"),
        ("腾垟村", THEN, "330327299201", "name"),
        ("腾垟村", NOW, "330327113202", "moved"),
        ("大厝一村", THEN, "330327113203", "moved"),
        ("上村", NOW, "330327113208", "moved"),
        ("下村", date(2003, 3, 31), "330327113206", "moved"),
    ],
)
def test_a_name_on_a_day(places: Places, text: str, day: date | None, code: str, how: str) -> None:
    found = places.resolve(text, on=day)
    assert (found.unit.code if found.unit else None, found.how) == (code, how)


def test_a_village_that_was_split_up_is_asked_about(places: Places) -> None:
    found = places.resolve("大厝村", on=NOW)
    assert (found.unit, found.how) == (None, "expired")


def test_the_successor_must_lie_in_the_township_that_sends(places: Places) -> None:
    assert places.resolve("腾垟村", within="330327113000", on=NOW).how == "moved"
    assert places.resolve("腾垟村", within="330327113000", on=THEN).how == "elsewhere"


def test_what_a_unit_was_called(places: Places) -> None:
    unit = places.unit("330327113201")
    assert unit is not None
    days = (date(1980, 1, 1), THEN, NOW, None)
    assert [name_on(unit, day) for day in days] == ["湾头大队", "前湾头村", "前湾村", "前湾村"]


def test_the_map_of_either_day(places: Places) -> None:
    juxi = "330327113000"
    assert dict(place_map(places, NOW).moves) == {  # 大厝村 was split up: its figures stay whole in its township
        "330327299000": (juxi, None),
        "330327299201": (juxi, "330327113202"),
        "330327113206": (juxi, "330327113208"),
        "330327113207": (juxi, "330327113208"),
    }
    then = place_map(places, THEN).moves
    assert then["330327113204"] == then["330327113205"] == (juxi, "330327113203")
    assert then["330327113208"] == (juxi, "330327113207")
    assert "330327113202" not in then


@given(day=st.dates(date(2002, 1, 1), date(2006, 1, 1)))
def test_on_every_day_everything_is_put_somewhere_that_stands(places: Places, day: date) -> None:
    moves = place_map(places, day).moves
    for unit in places.units:
        town, village = moves.get(unit.code, (unit.parent if unit.level == "village" else unit.code, None))
        standing = places.unit(town or "")
        assert standing is None or valid_on(standing, day)
        if unit.level == "village" and len(places.in_place_of(unit, day)) == 1:
            there = places.unit(village or unit.code)
            assert there is not None
            assert valid_on(there, day)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("330327113209,甲村,village,330327113000,,2003-12-31,,330327999999", "places.bad_successor"),
        ("330327113209,甲村,village,330327113000,,2003-12-31,,330327113000", "places.bad_successor"),
        ("330327113209,甲村,village,330327113000,,,,330327113202", "places.bad_successor"),
        ("330327113209,甲村,village,330327113000,,,乙村,", "places.bad_date"),
        ("330327113209,甲村,village,330327113000,,,乙村@去年,", "places.bad_date"),
    ],
)
def test_a_mistake_names_its_line(tmp_path: Path, line: str, code: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, CSV + line + "\n")
    assert (caught.value.code, caught.value.location.line) == (code, 14)
