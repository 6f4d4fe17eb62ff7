"""The county's own forms: in step with the contracts, and read by the plugin `standard`."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import openpyxl
import pytest

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.contract.load import load_contracts
from pioneer_etl.contract.starter import starter_root
from pioneer_etl.contract.text import normalise
from pioneer_etl.match.layout import Form
from pioneer_etl.plugins.manager import load_plugins

ROOT = starter_root()


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return load_contracts(ROOT)


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    """`templates/make_forms.py`, which is a script."""
    found = importlib.util.spec_from_file_location("make_forms", ROOT / "templates" / "make_forms.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def forms() -> Mapping[str, Form]:
    return {form.dataset: form for form in load_plugins(None).require_layout("standard").forms}


def cells(path: Path) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))


def test_the_blank_forms_are_those_of_the_contracts(maker: ModuleType, contracts: Contracts, tmp_path: Path) -> None:
    reported = [each for each in contracts.datasets.values() if each.source is None]
    stored = {path.name: cells(path) for path in (ROOT / "templates" / "xlsx").glob("*.xlsx")}
    assert sorted(stored) == sorted(f"{maker.form_title(each)}.xlsx" for each in reported)
    for dataset in reported:
        name = f"{maker.form_title(dataset)}.xlsx"
        maker.make_form(dataset, contracts).save(tmp_path / name)
        assert cells(tmp_path / name) == stored[name]


def test_a_form_says_title_sender_period_units_and_signature(maker: ModuleType, contracts: Contracts) -> None:
    sheet = maker.make_form(contracts.datasets["village_economy"], contracts).active
    assert sheet.title == sheet["A1"].value == "村集体经济收入情况表"
    assert sheet["A2"].value == "填报单位（盖章）："
    headings = [cell.value for cell in sheet[maker.HEADER_ROW]]
    assert headings[:3] == ["序号", "村", "集体经济收入合计\n（万元）"]
    assert sheet.freeze_panes == "C4"
    assert sheet.page_setup.orientation == "landscape"
    assert str(sheet.data_validations.dataValidation[0].sqref) == "L4:L43"
    last = sheet.max_row
    assert str(sheet.cell(last - 1, 1).value).startswith("注：")
    assert sheet.cell(last, 1).value == "填表人："


def test_the_layout_names_every_heading_of_every_contract(
    maker: ModuleType, contracts: Contracts, forms: Mapping[str, Form]
) -> None:
    for dataset in contracts.datasets.values():
        if dataset.source is not None:
            continue
        form = forms[dataset.name]
        assert {heading.text: target.field for heading, target in form.columns} == {
            each.label.zh: each.name for each in dataset.fields
        }
        title = normalise(maker.form_title(dataset))
        assert any(pattern.fullmatch(title) for pattern in form.titles)
        optional = {each.text for each in form.optional}
        assert optional == {each.label.zh for each in dataset.fields if not each.required}
