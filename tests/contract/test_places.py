"""Places under every name that forms give them; likeness proposes and never decides."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pioneer_etl.contract.errors import ConfigurationError
from pioneer_etl.contract.org_units import load_places
from pioneer_etl.contract.places import Places

CSV = """\
code,name,level,parent,aliases,valid_from,valid_to,attributes
330327000000,苍南县,county,,,,,
330327100000,灵溪镇,township,330327000000,,,,
330327102000,宜山镇,township,330327000000,,,,
330327103000,凤阳畲族乡,township,330327000000,,,,
330327104000,中心街道,township,330327000000,老城;城关镇,,,
330327102200,宜一村,village,330327102000,,,,area=宜山片;rank=1
330327102201,宜二村,village,330327102000,,,,
330327102202,前洋一村,village,330327102000,,,,
330327102203,金星村,village,330327102000,,,,
330327100200,金星村,village,330327100000,,,,
330327100201,灵溪社区,village,330327100000,,,,
330327100202,大树下村,village,330327100000,樟树下村;大樟村,,,
330327100203,新桥村,village,330327100000,,,2004-06-30,
330327100204,新桥社区,village,330327100000,新桥村,2004-07-01,,
"""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    path = tmp_path_factory.mktemp("places") / "org_units.csv"
    path.write_text(CSV, encoding="utf-8-sig")
    return load_places(path)


@pytest.mark.parametrize(
    "text",
    [
        "宜一村",
        "宜一",
        " 宜 一　村 ",
        "宜山镇宜一村",
        "宜山宜一村",
        "宜山镇 宜一",
        "苍南县宜山镇宜一村",
        "浙江省苍南县宜山镇宜一村",
        "浙江省温州市苍南县宜山镇宜一村",
        "宜一村委会",
        "宜一村民委员会",
        "宜一村村民委员会",
        "宜一村党支部",
        "宜一党支部",
        "宜一村党总支",
        "宜一村支部委员会",
        "宜一村两委",
        "宜一行政村",
        "宜一村经济合作社",
        "宜一村（宜山镇）",
        "1.宜一村",
        "（1）宜一村",
        "宜山镇—宜一村",
        "宜山镇/宜一村",
        "中共宜山镇宜一村支部",
        "330327102200",
        "宜一村：",
    ],
)
def test_one_village_under_many_names(places: Places, text: str) -> None:
    found = places.resolve(text, level="village")
    assert found.unit is not None
    assert found.unit.name == "宜一村"


@pytest.mark.parametrize(
    "text",
    [
        "宜山镇",
        "宜山",
        "宜山镇人民政府",
        "宜山镇党委",
        "中共宜山镇委员会",
        "宜山镇（盖章）",
        "宜山镇政府党政办",
        "苍南县宜山镇",
    ],
)
def test_one_township_under_many_names(places: Places, text: str) -> None:
    found = places.resolve(text)
    assert found.unit is not None
    assert found.unit.name == "宜山镇"


@pytest.mark.parametrize("text", ["凤阳", "凤阳乡", "凤阳畲族乡", "凤阳畲族", "鳳陽畲族乡"])
def test_short_names_of_ethnic_townships(places: Places, text: str) -> None:
    found = places.resolve(text)
    assert found.unit is not None
    assert found.unit.code == "330327103000"


def test_aliases(places: Places) -> None:
    assert places.resolve("樟树下").how == "short"
    assert places.resolve("大樟村").how == "alias"
    assert places.resolve("城关镇").unit == places.unit("330327104000")
    assert places.resolve("中心街道办事处").unit == places.unit("330327104000")


def test_a_name_in_two_townships_needs_to_be_told_apart(places: Places) -> None:
    found = places.resolve("金星村")
    assert (found.unit, found.how) == (None, "ambiguous")
    assert {each.parent for each in found.candidates} == {"330327100000", "330327102000"}
    inside = places.resolve("金星村", within="330327102000")
    assert inside.unit is not None
    assert inside.unit.code == "330327102203"
    assert places.resolve("灵溪镇金星村").unit == places.unit("330327100200")


def test_a_name_found_only_elsewhere_is_not_taken(places: Places) -> None:
    found = places.resolve("大树下村", within=places.unit("330327102000"))
    assert (found.unit, found.how) == (None, "elsewhere")
    assert [each.name for each in found.candidates] == ["大树下村"]
    contradicted = places.resolve("灵溪镇金星村", within="330327102000")
    assert (contradicted.unit, contradicted.how) == (None, "elsewhere")


def test_level_tells_a_township_from_its_namesake(places: Places) -> None:
    assert places.resolve("灵溪").how == "ambiguous"
    assert places.resolve("灵溪", level="township").unit == places.unit("330327100000")
    assert places.resolve("灵溪", level="village").unit == places.unit("330327100201")


def test_days_decide_between_a_unit_and_its_successor(places: Places) -> None:
    before, after = places.resolve("新桥村", on=date(2004, 6, 30)), places.resolve("新桥村", on=date(2004, 12, 31))
    assert before.unit == places.unit("330327100203")
    assert after.unit == places.unit("330327100204")
    gone = places.resolve("新桥社区", on=date(2003, 12, 31))
    assert (gone.unit, gone.how) == (None, "expired")
    assert [unit.name for unit in places.children("330327100000", on=date(2003, 1, 1))][-1] == "新桥村"


@pytest.mark.parametrize(
    ("text", "first"), [("宜以村", "宜"), ("前阳一村", "前洋一村"), ("前洋－村", "前洋一村"), ("大树下寸", "大树下村")]
)
def test_likeness_only_proposes(places: Places, text: str, first: str) -> None:
    found = places.resolve(text)
    assert (found.unit, found.how) == (None, "similar")
    assert found.candidates[0].name.startswith(first)


@pytest.mark.parametrize("text", ["", "　", "—", "没有此地", "ABC", "12345", "村", "镇"])
def test_unknown(places: Places, text: str) -> None:
    assert places.resolve(text).unit is None


def test_attributes_county_and_children(places: Places) -> None:
    village = places.unit("330327102200")
    assert village is not None
    assert village.attributes == {"area": "宜山片", "rank": "1"}
    assert places.county is not None
    assert places.county.name == "苍南县"
    assert [each.name for each in places.children("330327102000")] == ["宜一村", "宜二村", "前洋一村", "金星村"]
    assert len(places.units) == 14
    assert pickle.loads(pickle.dumps(places)).resolve("宜一村").unit == village


@given(st.text(alphabet="宜一二村镇山苍南县灵溪金星委会党支部（）()1. 、", max_size=14))
def test_no_text_resolves_to_a_place_it_does_not_name(text: str) -> None:
    places = Places(_units())
    found = places.resolve(text)
    if found.unit is not None:
        stem = found.unit.name.rstrip("村镇县")
        assert all(letter in text for letter in stem)


def _units() -> tuple[object, ...]:
    path = Path(__file__).parents[2] / "warehouse" / "org_units.csv"
    return tuple(
        unit
        for unit in load_places(path).units
        if unit.name in ("苍南县", "宜山镇", "灵溪镇", "宜一村", "宜二村", "金星村")
    )


MISTAKES = [
    ("330327000000,又一县,county,,,,,", "places.duplicate_code", 16),
    ("330327109200,某村,village,330327109000,,,,", "places.unknown_parent", 16),
    ("330327109200,某村,vilage,330327102000,,,,", "places.bad_level", 16),
    ("330327109200,某镇,township,330327102000,,,,", "places.bad_level", 16),
    ("330327109200,某村,village,330327102000,,2004年,,", "places.bad_date", 16),
    ("无,某村,village,330327102000,,,,", "places.bad_row", 16),
]


@pytest.mark.parametrize(("line", "code", "number"), MISTAKES)
def test_mistakes_name_their_line(tmp_path: Path, line: str, code: str, number: int) -> None:
    path = tmp_path / "org_units.csv"
    path.write_text(f"{CSV}{line}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_places(path)
    assert (caught.value.code, caught.value.location.line) == (code, number)


def test_a_table_without_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "org_units.csv"
    path.write_text("code,title\n1,a\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_places(path)
    assert caught.value.code == "places.missing_column"


def test_a_workspace_above_the_county(tmp_path: Path) -> None:
    """Counties stand at the level of townships there; their bodies speak for them as townships' do."""
    path = tmp_path / "org_units.csv"
    lines = [
        "990000000000,云山市,county,,,,,",
        "990100000000,东岭县,township,990000000000,,,,",
        "990100100000,清溪镇,village,990100000000,,,,",
    ]
    path.write_text("\n".join([CSV.splitlines()[0], *lines]), encoding="utf-8")
    city = load_places(path)
    for text in ("东岭县", "东岭", "云山市东岭县", "东岭县委组织部", "中共东岭县委", "岭东省云山市东岭县人民政府"):
        assert city.resolve(text).unit == city.unit("990100000000"), text
    assert city.resolve("清溪", within="990100000000").unit == city.unit("990100100000")
