"""The townships' files, read with the shipped plugins and held against the truth, cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from pioneer_etl.contract.errors import FileRefused
from pioneer_etl.contract.finding import Severity
from pioneer_etl.demo.county import FORMATS, DemoCounty
from pioneer_etl.demo.events import WRONG_FORM
from pioneer_etl.demo.made.facts import YEAR, YEARS
from pioneer_etl.demo.places import MERGED, merged_township, township, townships
from pioneer_etl.demo.samples import reduced, sample_files
from pioneer_etl.demo.truth import DATASETS, make_truth
from pioneer_etl.demo.workbooks.common import DemoFile
from pioneer_etl.match.model import FileContext
from pioneer_etl.pipeline import FileReading, Kit, Task, read

from .compare import differences

Understood = Callable[[DemoFile], FileReading]
TOWNSHIPS = [*(each.name for each in townships()), MERGED]


def reading_of(data: bytes, name: str, kit: Kit) -> FileReading:
    return read(Task(data, FileContext(name)), kit)


@pytest.fixture(scope="session")
def understood(kit: Kit) -> Understood:
    """Reads a file of the county, each once."""

    @cache
    def understand(file: DemoFile) -> FileReading:
        return reading_of(file.data, file.name, kit)

    return understand


@pytest.mark.parametrize("name", TOWNSHIPS)
def test_every_record_of_a_township_comes_out_as_it_is(county: DemoCounty, understood: Understood, name: str) -> None:
    plugin = next(each.plugin for each in (*townships(), merged_township()) if each.name == name)
    held = [each.file for each in county.held]
    files = [each for each in (*county.files, *county.late) if each.sender == name and each not in held]
    found = [f"{file.name}: {each}" for file in files for each in differences(file, understood(file), plugin)]
    assert found == []


def test_every_township_sends_the_same_datasets_every_year(county: DemoCounty) -> None:
    everything = (*county.files, *county.late)
    sent = {(file.sender, int(form.period), form.dataset) for file in everything for form in file.forms}
    sent = {one for one in sent if one[0] != MERGED}  # the smallest of all had not everything
    everywhere = {(each.name, year) for each in townships() for year in YEARS}
    owed = {(*one, dataset) for one in everywhere for dataset in DATASETS}
    assert owed - sent == {(WRONG_FORM[0], YEAR, WRONG_FORM[1])}
    assert sent <= owed


def test_the_deliberate_mistakes_are_found_and_nothing_else(county: DemoCounty, understood: Understood) -> None:
    held = [each.file for each in county.held]
    readings = {file.path: understood(file) for file in (*county.files, *county.late) if file not in held}
    found = {
        (name, one.sheet, one.cells[0] if one.cells else None, one.code, one.rule)
        for name, reading in readings.items()
        for one in (*reading.findings, *(each for s in reading.submissions for each in s.findings))
        if one.severity is not Severity.NOTE
    }
    expected = {(each.file, each.sheet, each.cell, each.code, each.rule) for each in county.mistakes}
    assert found == expected


@pytest.mark.parametrize("code", ["file.damaged", "file.encrypted", "file.empty", "file.foreign"])
def test_a_bad_file_is_refused_and_says_why(county: DemoCounty, kit: Kit, code: str) -> None:
    bad = next(each for each in county.bad if each.code == code)
    with pytest.raises(FileRefused) as refused:
        reading_of(bad.file.data, bad.file.name, kit)
    assert refused.value.code == code
    assert refused.value.remedy("zh")


def test_a_foreign_workbook_is_questioned(county: DemoCounty, kit: Kit) -> None:
    bad = next(each for each in county.bad if "通讯录" in each.file.name)
    reading = reading_of(bad.file.data, bad.file.name, kit)
    assert reading.submissions == ()
    assert bad.code in {each.code for each in reading.findings}
    assert any(each.quarantines for each in reading.findings)


def test_the_correction_reads_like_the_form_it_corrects(county: DemoCounty, kit: Kit) -> None:
    (file,) = county.corrections
    assert differences(file, reading_of(file.data, file.name, kit), township("南宋镇").plugin) == []
    first = county.file("village_economy", "南宋镇").form("village_economy")
    changed = [one != other for one, other in zip(first.records, file.form("village_economy").records, strict=True)]
    assert changed.count(True) == 1


@pytest.mark.parametrize("plugin", sorted(FORMATS))
def test_samples_are_small_and_true(kit: Kit, plugin: str) -> None:
    for file in sample_files(plugin):
        assert differences(file, reading_of(file.data, file.name, kit), plugin) == []
        assert all(len(form.records) <= 40 for form in file.forms)


def test_a_sample_keeps_only_its_villages() -> None:
    sender = next(each for each in townships() if each.name == "龙港镇")
    everything = {name: len(records) for name, records in make_truth().of("龙港镇").items()}
    assert {name: len(records) for name, records in reduced(sender).items()} == everything
    few = reduced(replace(sender, villages=sender.villages[:10]))
    assert (len(few["village"]), len(few["cadre_post"])) == (10, 2)
    assert len(few["project"]) < everything["project"]
