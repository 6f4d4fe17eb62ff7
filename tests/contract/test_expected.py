"""warehouse/expected.toml: which periods are open, and who owes what."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pioneer_etl.contract.errors import ConfigurationError
from pioneer_etl.contract.expected import Expected, load_expected
from pioneer_etl.contract.model import Dataset, Label, OrgUnit, Period
from pioneer_etl.contract.period import parse_period
from pioneer_etl.contract.places import Places

COUNTY = OrgUnit("330327000000", "苍南县", "county", None)
YISHAN = OrgUnit("330327102000", "宜山镇", "township", COUNTY.code)
GONE = OrgUnit("330327299000", "旧乡", "township", COUNTY.code, valid_to=date(2003, 12, 31))
XIAGUAN = OrgUnit("330327115000", "霞关镇", "township", COUNTY.code)
PLACES = Places((COUNTY, YISHAN, GONE, XIAGUAN))


def dataset(name: str, period_type: str = "year", source: str | None = None) -> Dataset:
    label = Label(name, name)
    return Dataset(name, label, label, ("x",), period_type, (), source=source)


DATASETS = {
    each.name: each for each in (dataset("economy"), dataset("monthly", "month"), dataset("org_unit", source="x.csv"))
}


def period(text: str) -> Period:
    found = parse_period(text)
    assert found is not None
    return found


def load(tmp_path: Path, text: str) -> Expected:
    path = tmp_path / "expected.toml"
    path.write_text(text, encoding="utf-8")
    return load_expected(path, DATASETS, PLACES)


def test_without_the_file_everything_is_open_and_nothing_owed(tmp_path: Path) -> None:
    none = load_expected(tmp_path / "expected.toml", DATASETS, PLACES)
    assert (none, none.is_open(period("1998"))) == (Expected(), True)


def test_what_lies_within_an_open_period_is_open(tmp_path: Path) -> None:
    found = load(tmp_path, 'open = ["2004", "2005H1"]')
    said = {text: found.is_open(period(text)) for text in ("2004", "2004-09", "2005Q2", "2005", "2003", "1998")}
    assert [text for text, is_open in said.items() if is_open] == ["2004", "2004-09", "2005Q2"]


def test_all_townships_of_the_day_owe_all_datasets_of_the_periods_length(tmp_path: Path) -> None:
    found = load(tmp_path, '[[owed]]\nperiod = "2004"\ndue = 2005-01-15\n[[owed]]\nperiod = "2003年度"\n')
    assert {(each.dataset, each.period, each.township, each.due) for each in found.owed} == {
        ("economy", "2004", YISHAN.code, date(2005, 1, 15)),
        ("economy", "2004", XIAGUAN.code, date(2005, 1, 15)),
        ("economy", "2003", YISHAN.code, None),
        ("economy", "2003", XIAGUAN.code, None),
        ("economy", "2003", GONE.code, None),
    }


def test_what_stands_further_down_holds(tmp_path: Path) -> None:
    text = '[[owed]]\nperiod = "2004"\ndue = 2005-01-15\nexcept = ["宜山"]\n'
    found = load(tmp_path, text + '[[owed]]\nperiod = "2004"\ntownships = ["霞关镇"]\ndue = 2005-01-20\n')
    assert [(each.township, each.due) for each in found.owed] == [(XIAGUAN.code, date(2005, 1, 20))]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('open = ["去年"]', "expected.no_period", 1),
        ('[[owed]]\nperiod = "2004"\ntownships = ["旧乡"]', "expected.no_township", 3),
        ('[[owed]]\nperiod = "2004"\ndatasets = ["org_unit"]', "config.unknown_word_no_hint", 3),
        ('[[owed]]\nperiod = "2004"\ndue = "2005-01-15"', "config.wrong_type", 3),
        ("[[owed]]\ndue = 2005-01-15", "config.missing_key", 1),
        ('[[owed]]\nperiod = "2004"\nduw = 2005-01-15', "config.unknown_key", 3),
    ],
)
def test_a_mistake_names_its_line(tmp_path: Path, text: str, code: str, line: int) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, text)
    assert (caught.value.code, caught.value.location.line) == (code, line)
