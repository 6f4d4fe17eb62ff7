"""The whole inbox ingested, and every record of the warehouse held against the truth."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from pioneer_etl.demo.county import DemoCounty
from pioneer_etl.demo.events import TWICE
from pioneer_etl.demo.figures import FIGURES
from pioneer_etl.demo.made.facts import YEARS, Fact, Facts, Missing
from pioneer_etl.demo.truth import DATASETS
from pioneer_etl.report.figures import VALUE
from pioneer_etl.report.model import SummaryTable
from pioneer_etl.workspace import Workspace, open_workspace
from pioneer_etl.workspace.report import IngestReport
from tests.command_line import County

_IN = {"unchanged": "loaded"}


@pytest.fixture(scope="module")
def ingested(demo: County) -> tuple[Workspace, IngestReport]:
    """What the command line loaded; of each file, what became of it before: those that are in were loaded then."""
    workspace = open_workspace(demo.root)
    report = workspace.ingest([demo.root / "inbox", demo.root / "late"])
    assert {each.status for each in report.files} == {"unchanged"}
    files = [replace(each, status=_IN.get(str(each.before), str(each.before))) for each in report.files]
    return workspace, replace(report, files=tuple(files))


def value(fact: Fact) -> Any:
    if isinstance(fact, Missing):
        return None
    return fact.normalize() if isinstance(fact, Decimal) else fact


def of_key(workspace: Workspace, dataset: str, township: str, facts: Facts) -> tuple[Any, ...]:
    key = workspace.contracts.datasets[dataset].key
    return (township, *(value(facts[name]) for name in key))


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("dataset", DATASETS)
def test_every_record_of_the_warehouse_is_the_truth(
    county: DemoCounty, ingested: tuple[Workspace, IngestReport], dataset: str, year: int
) -> None:
    workspace, _ = ingested
    reported = county.truths[year].records[dataset]
    place = workspace.contracts.datasets[dataset].place_field
    names = list(next(iter(reported.values()))[0])
    fields = ["coalesce(village_code, township_code)" if name == place else name for name in names]
    result = workspace.sql(f"select township, {', '.join(fields)} from {dataset} where period = '{year}'").rows()
    found = {}
    for township, *cells in result:
        facts = {
            name: cell.normalize() if isinstance(cell, Decimal) else cell
            for name, cell in zip(names, cells, strict=True)
        }
        found[of_key(workspace, dataset, township, facts)] = facts
    expected = {
        of_key(workspace, dataset, township, facts): {name: value(fact) for name, fact in facts.items()}
        for township, records in reported.items()
        for facts in records
    }
    assert len(result) == len(expected)
    assert found.keys() == expected.keys()
    wrong = [(key, name) for key, facts in expected.items() for name in facts if found[key][name] != facts[name]]
    assert wrong == []


def test_only_the_bad_files_stay_outside(
    county: DemoCounty, demo: County, ingested: tuple[Workspace, IngestReport]
) -> None:
    _, report = ingested
    assert len({each.file for each in report.files}) == len(report.files)
    status = {each.file: each.status for each in report.files}
    outside = {name for name, word in status.items() if word in ("refused", "quarantined")}
    assert outside == set(county.refused)
    held = [each.file for each in county.held]
    sent = (*county.files, *county.late)
    assert {status[each.path] for each in sent if each not in held} == {"loaded"}
    assert len([each for each in county.bad if each.code is None]) == 1
    assert "1 unchanged" in demo.demo.err  # the exact copy


def test_every_bad_file_says_why(county: DemoCounty, ingested: tuple[Workspace, IngestReport]) -> None:
    _, report = ingested
    codes = {each.file: {one.code for one in each.findings} for each in report.files}
    for bad in county.bad:
        assert bad.code is None or bad.code in codes[bad.file.path], bad.file.path


def test_every_file_that_is_held_back_says_why_at_its_form(
    county: DemoCounty, ingested: tuple[Workspace, IngestReport]
) -> None:
    workspace, report = ingested
    for held in county.held:
        (file,) = (each for each in report.files if each.file == held.file.path)
        assert held.code in {each.code for each in file.findings if each.quarantines}
        waited = f"select dataset from submission where file_sha256 = '{file.sha256}' and revision is null"
        assert {row[0] for row in workspace.sql(waited).rows()} == ({held.dataset} if held.dataset else set())


def test_second_thoughts_become_revisions(ingested: tuple[Workspace, IngestReport]) -> None:
    workspace, _ = ingested
    revisions = workspace.sql(
        "select revision, status from submission join org_unit on org_unit.code = township_code"
        f" where name = '{TWICE}' and dataset = 'village_economy' and period = '2004' order by revision"
    ).rows()
    assert revisions == [(1, "superseded"), (2, "superseded"), (3, "loaded")]


def test_no_cell_is_lost(ingested: tuple[Workspace, IngestReport]) -> None:
    _, report = ingested
    cells = report.counts()
    assert cells["unaccounted"] == 0


@pytest.fixture(scope="module")
def figures(ingested: tuple[Workspace, IngestReport]) -> SummaryTable:
    return ingested[0].summary("speech_figures")


def test_the_warehouse_counts_the_speechs_figures_exactly_as_the_truth(
    county: DemoCounty, figures: SummaryTable
) -> None:
    assert {each.name for each in figures.spec.figures if each.holds is not None} <= set(FIGURES)
    for name, exact in FIGURES.items():
        found = figures.cell(name, VALUE).value
        assert float(found) == pytest.approx(float(exact(county.truth)), abs=1e-9), name


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_of_the_speech_is_traced_to_cells_that_re_add_to_it(
    ingested: tuple[Workspace, IngestReport], figures: SummaryTable, name: str
) -> None:
    workspace, _ = ingested
    trace = workspace.trace("speech_figures", row=name)
    assert trace.value == figures.cell(name, VALUE).value
    assert trace.cells
    assert all(each.file and each.sheet for each in trace.cells)
    assert trace.re_add() == trace.value
