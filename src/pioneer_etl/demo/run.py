"""The whole job on the made-up county: a workspace, its townships' files, ingest, summaries, figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.report.figures import QUOTED, VALUE, VERDICT
from pioneer_etl.report.model import SummaryTable
from pioneer_etl.workspace import Workspace, init_workspace, open_workspace
from pioneer_etl.workspace.report import IngestReport

FIGURES = "speech_figures"
SUMMARIES = {"zh": "汇总表.xlsx", "en": "summaries.xlsx"}


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo did: the ingest's report, the files written, and the figures with what they should be.

    `as_expected` when every figure is right, every cell accounted for, and the files that did not get in
    are those that the county's makers put there to be refused.
    """

    workspace: Workspace
    report: IngestReport
    figures: SummaryTable
    written: tuple[Path, ...]
    as_expected: bool


def run_demo(
    folder: Path, *, language: Language = "zh", progress: Callable[[int, int], None] | None = None
) -> DemoResult:
    """Make the county in `folder` and do everything.  In a folder where it was done before, files are unchanged.

    UsageError when the folder holds something else.
    """
    from pioneer_etl.demo.county import make_county

    root = folder if (folder / "pioneer.toml").is_file() else init_workspace(folder)
    county = make_county(root)
    workspace = open_workspace(root)
    report = workspace.ingest([root / "inbox"], progress=progress)
    written = workspace.write_summaries(["all"], folder / SUMMARIES[language], language=language)
    figures = workspace.summary(FIGURES)
    kept_out = {each.file for each in report.files if each.status in ("refused", "quarantined")}
    right = all(row.cell(VERDICT).value for row in figures.rows)
    as_expected = right and kept_out == set(county.refused) and not report.counts()["unaccounted"]
    return DemoResult(workspace, report, figures, written, as_expected)
