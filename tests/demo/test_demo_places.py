"""The demo county's places, and the committed file that they are."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from pioneer_etl.contract.org_units import load_places
from pioneer_etl.contract.place_map import place_map
from pioneer_etl.demo.places import (
    COUNTY_CODE,
    MERGED_INTO,
    merged_township,
    org_units_csv,
    township,
    townships,
)

WAREHOUSE = Path(__file__).resolve().parents[2] / "warehouse"


def test_committed_file_is_what_the_generator_gives() -> None:
    assert (WAREHOUSE / "org_units.csv").read_bytes().decode("utf-8") == org_units_csv()


def test_one_county_twenty_townships_780_villages() -> None:
    assert len(townships()) == 20
    assert sum(len(each.villages) for each in townships()) == 780
    assert len(township("龙港镇").villages) == 107
    assert {"灵溪镇", "龙港镇", "宜山镇", "钱库镇", "金乡镇"} <= {each.name for each in townships()}


def test_codes_have_the_official_pattern() -> None:
    codes = [village.code for each in townships() for village in each.villages]
    assert len(set(codes)) == 780
    for each in townships():
        assert len(each.code) == 12
        assert each.code.endswith("000")
        assert each.code.startswith(COUNTY_CODE[:6])
        assert all(len(village.code) == 12 and village.code[:9] == each.code[:9] for village in each.villages)


def test_villages_of_the_speech_exist() -> None:
    assert "宜一村" in {village.name for village in township("宜山镇").villages}
    names = {village.name for each in townships() for village in each.villages}
    assert {"双龙村", "金星村"} <= names


def test_some_names_occur_in_two_townships_but_never_twice_in_one() -> None:
    names = Counter(village.name for each in townships() for village in each.villages)
    assert sum(count == 2 for count in names.values()) == 12
    assert max(names.values()) == 2
    for each in townships():
        assert len({village.name for village in each.villages}) == len(each.villages)


def test_an_alias_is_never_another_villages_name() -> None:
    names = {village.name for each in townships() for village in each.villages}
    aliases = [alias for each in townships() for village in each.villages for alias in village.aliases]
    assert len(aliases) >= 10
    assert not names & set(aliases)


def test_a_township_was_merged_and_a_village_renamed_between_the_years() -> None:
    places = load_places(WAREHOUSE / "org_units.csv")
    counts = [len(places.children(COUNTY_CODE, on=date(year, 12, 31))) for year in (2003, 2004)]
    assert counts == [21, 20]
    gone = merged_township()
    moves = place_map(places, date(2004, 12, 31)).moves
    assert moves[gone.code] == (township(MERGED_INTO).code, None)
    assert {moves[each.code][0] for each in gone.villages} == {township(MERGED_INTO).code}
    found = places.resolve("前湾头村", within=township("莒溪镇").code, on=date(2003, 12, 31))
    assert (found.unit.name if found.unit else None, found.how) == ("前湾村", "former")
