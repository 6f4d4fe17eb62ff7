"""Written words to codes: every spelling of the standard lists, and nothing by likeness."""

from __future__ import annotations

from pathlib import Path

import pytest

from pioneer_etl.contract.codes import load_code_list, load_code_lists, resolve_code
from pioneer_etl.contract.errors import ConfigurationError

ROOT = Path(__file__).parents[2]
LISTS = load_code_lists(ROOT / "warehouse" / "codes")


@pytest.mark.parametrize(
    ("name", "written", "code"),
    [
        ("sex", "男", "1"),
        ("sex", " 女 ", "2"),
        ("sex", "1", "1"),
        ("sex", "2.0", "2"),
        ("sex", "1.男", "1"),
        ("sex", "男(1)", "1"),
        ("sex", "女性", "2"),
        ("education", "高中", "60"),
        ("education", "大专", "30"),
        ("education", "大学", "20"),
        ("education", "本科", "20"),
        ("education", "初　中", "70"),
        ("education", "硕士及以上", "10"),
        ("education", "60", "60"),
        ("education", "高中毕业", "60"),
        ("education", "中 专", "40"),
        ("education", "小學", "80"),
        ("political_status", "党员", "01"),
        ("political_status", "中共党员", "01"),
        ("political_status", "預備党员", "02"),
        ("political_status", "团员", "03"),
        ("political_status", "群众", "13"),
        ("political_status", "1", "01"),
        ("political_status", "群　众", "13"),
        ("ethnicity", "汉", "01"),
        ("ethnicity", "漢族", "01"),
        ("ethnicity", "畲族", "22"),
        ("ethnicity", "畬", "22"),
        ("ethnicity", "3", "03"),
        ("training_kind", "政治理论", "political_theory"),
        ("training_kind", "实用技术培训", "practical"),
        ("cadre_level", "村两委干部", "village"),
        ("cadre_level", "乡（镇）", "township"),
        ("village_category", "种植为主", "planting"),
        ("pay_system", "效益工资制", "performance"),
    ],
)
def test_spellings(name: str, written: str, code: str) -> None:
    found = resolve_code(LISTS[name], written)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("sex", "0"),
        ("sex", "难"),
        ("sex", "男女"),
        ("sex", "1.女"),
        ("education", "高"),
        ("education", "高中或中专"),
        ("political_status", "党"),
        ("sex", ""),
    ],
)
def test_nothing_is_guessed(name: str, written: str) -> None:
    assert resolve_code(LISTS[name], written) is None


def test_the_standard_lists_are_whole() -> None:
    assert len([code for code in LISTS["ethnicity"].codes if int(code.code) <= 56]) == 56
    assert len(LISTS["political_status"].codes) == 13
    for each in LISTS.values():
        assert len({code.code for code in each.codes}) == len(each.codes)
        for code in each.codes:
            assert resolve_code(each, code.label.zh) == code
            assert resolve_code(each, code.code) == code


def test_one_spelling_for_two_codes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "grade.toml"
    first = '[[codes]]\ncode = "a"\nzh = "甲"\nen = "A"\n'
    last = '[[codes]]\ncode = "b"\nzh = "乙"\nen = "B"\nsynonyms = ["甲 "]\n'
    path.write_text(f'title = "等级"\n{first}{last}', encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_code_list(path)
    assert (caught.value.code, caught.value.location.line) == ("config.duplicate", 6)
    assert "grade.toml:2" in caught.value.message("en")
