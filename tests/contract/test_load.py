"""The repository's own workspace, whole."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from pioneer_etl.contract.errors import ConfigurationError
from pioneer_etl.contract.load import load_contracts
from pioneer_etl.contract.model import Dataset, FieldType
from pioneer_etl.contract.text import normalise_path
from pioneer_etl.contract.units import conversion

ROOT = Path(__file__).parents[2]
CONTRACTS = load_contracts(ROOT)
DATASETS = sorted(CONTRACTS.datasets.values(), key=lambda each: each.name)


def test_the_datasets_of_the_field() -> None:
    assert set(CONTRACTS.datasets) == {
        *("village", "village_organisation", "village_economy", "training", "cadre_post", "reserve_cadre"),
        *("pioneer_unit", "service_meeting", "weak_village", "project", "commendation", "org_unit"),
    }
    assert CONTRACTS.places.county is not None
    assert CONTRACTS.datasets["org_unit"].source == "org_units.csv"


def test_they_travel_to_worker_processes() -> None:
    again = pickle.loads(pickle.dumps(CONTRACTS))
    assert again.datasets == CONTRACTS.datasets
    assert again.places.units == CONTRACTS.places.units


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda each: each.name)
def test_fields_have_what_townships_write(dataset: Dataset) -> None:
    for field in dataset.fields:
        assert len(field.synonyms) >= 3, field.name
        assert field.label.zh != field.label.en
        assert len({normalise_path(each.split("/")) for each in field.synonyms}) >= 3
        for unit in field.accepted_units:
            assert conversion(unit, str(field.unit)) is not None
        if field.codes:
            assert field.codes in CONTRACTS.code_lists
        if field.type in (FieldType.PERSON_NAME, FieldType.ID, FieldType.PHONE):
            assert field.personal
    assert any(field.required for field in dataset.fields)
    assert dataset.titles


def test_at_least_twenty_checks_are_declared() -> None:
    assert sum(len(dataset.checks) for dataset in DATASETS) >= 20


def test_money_is_kept_in_ten_thousand_yuan() -> None:
    money = [each for each in CONTRACTS.datasets["village_economy"].fields if each.unit]
    assert len(money) == 9
    assert all(each.unit == "万元" and {"元", "千元"} <= set(each.accepted_units) for each in money)


def test_a_folder_that_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_contracts(tmp_path)
    assert caught.value.code == "config.no_datasets"
