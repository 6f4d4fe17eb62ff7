"""The whole job on the made-up county: a workspace, its townships' files, ingest, summaries, figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.errors import UsageError
from pioneer_etl.contract.model import Label
from pioneer_etl.report.figures import VALUE, holds
from pioneer_etl.report.model import SummaryTable
from pioneer_etl.report.printed import shown
from pioneer_etl.workspace import Workspace, init_workspace, open_workspace
from pioneer_etl.workspace.report import IngestReport

FIGURES = "speech_figures"
SUMMARIES = {"zh": "汇总表.xlsx", "en": "summaries.xlsx"}


@dataclass(frozen=True, slots=True)
class DemoFigure:
    """One figure that the speech quotes: its words there, what the warehouse gives, and whether they agree."""

    label: Label
    quoted: Label
    found: Label
    right: bool


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo did: the ingest's report, the files written, and the figures with what they should be.

    `as_expected` when every figure is right, every cell accounted for, and the files that did not get in
    are those that the county's makers put there to be refused.
    """

    workspace: Workspace
    report: IngestReport
    figures: tuple[DemoFigure, ...]
    written: tuple[Path, ...]
    as_expected: bool


def run_demo(
    folder: Path, *, language: Language = "zh", progress: Callable[[int, int], None] | None = None
) -> DemoResult:
    """Make the county in `folder` and do everything.  In a folder where it was done before, files are unchanged.

    UsageError when the folder holds something else.
    """
    from pioneer_etl.demo.county import make_county
    from pioneer_etl.demo.expected import expect_forms

    if (folder / "pioneer.toml").is_file() and not (folder / "truth").is_dir():
        raise UsageError("usage.demo_elsewhere", found=folder)
    root = folder if (folder / "pioneer.toml").is_file() else init_workspace(folder)
    county = make_county(root)
    expect_forms(root)
    workspace = open_workspace(root)
    first = workspace.ingest([root / "inbox"], progress=progress)
    then = workspace.ingest([root / "late"], progress=progress)
    report = replace(first, files=(*first.files, *then.files))
    written = workspace.write_summaries(["all"], folder / SUMMARIES[language], language=language)
    figures = check_figures(workspace.summary(FIGURES))
    kept_out = {each.file for each in report.files if each.kept_out is not None}
    right = all(each.right for each in figures) and not report.counts()["unaccounted"]
    return DemoResult(workspace, report, figures, written, right and kept_out == set(county.refused))


def check_figures(table: SummaryTable) -> tuple[DemoFigure, ...]:
    """The figures of the speech, each held against what the speech says of it."""
    found = []
    for figure in table.spec.figures:
        if figure.holds is None:
            continue
        cell = table.cell(figure.name, VALUE)
        unit = table.spec.measures[figure.measure].unit or Label("", "")
        number = [shown(cell, cell.format or "General", each) for each in ("zh", "en")]
        printed = Label(f"{number[0]}{unit.zh}", f"{number[1]} {unit.en}".strip())
        quoted = figure.quoted or Label(figure.holds, figure.holds)
        found.append(DemoFigure(figure.label, quoted, printed, holds(figure.holds, cell.value)))
    return tuple(found)
