"""How well a format is learnt from a sample: its plugin taken away, learnt anew, and a county's files read with it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.demo.compare import differences

from pioneer_etl.demo.county import DemoCounty
from pioneer_etl.demo.places import townships
from pioneer_etl.match.model import FileContext
from pioneer_etl.pipeline import FileReading, Kit, Task, read
from pioneer_etl.plugins.manager import load_plugins
from pioneer_etl.plugins.proposal import AnswerKey
from pioneer_etl.workspace import init_workspace, open_workspace
from pioneer_etl.workspace.new_plugin import learn


@dataclass(frozen=True, slots=True)
class Measure:
    """One format: questions, files read, those right to the last cell, those that waited, wrong values loaded."""

    format: str
    questions: int
    files: int
    right: int
    waited: int
    wrong: tuple[str, ...]


def sample_paths(repository: Path, plugin: str) -> list[Path]:
    folder = repository / "plugins" / plugin / "samples"
    return sorted(each for each in folder.iterdir() if not each.name.endswith(".expected.csv"))


def measure(
    plugin: str, repository: Path, county: DemoCounty, folder: Path, answers: Mapping[AnswerKey, str] | None = None
) -> Measure:
    """Learn one of the bundled formats from its sample and read every file that the county has of it.

    The layout's line of townships is filled in, as its comment asks for: whose format it is cannot be learnt from one.
    """
    root = init_workspace(folder / plugin)
    shutil.rmtree(root / "plugins" / plugin)
    learning = learn(open_workspace(root), sample_paths(repository, plugin))
    proposal = learning.propose(answers or {}, "learnt")
    learning.write(proposal)
    senders = [each.name for each in townships() if each.plugin == plugin]
    layout = root / "plugins" / "learnt" / "layout.toml"
    text = layout.read_text(encoding="utf-8")
    first = ", ".join(f'"{name}"' for name in proposal.townships)
    every = ", ".join(f'"{name}"' for name in senders)
    layout.write_text(text.replace(f"townships = [{first}]", f"townships = [{every}]"), encoding="utf-8")
    workspace = open_workspace(root)
    kit = Kit(workspace.contracts, load_plugins(root), workspace.settings.limits)
    files = right = waited = 0
    wrong: list[str] = []
    for file in county.files:
        if file.sender not in senders:
            continue
        files += 1
        reading = read(Task(file.data, FileContext(file.name)), kit)
        found = differences(file, reading, "learnt")
        right += not found
        waited += held(reading)
        if found and not held(reading):
            wrong += [f"{file.name}: {each}" for each in found]
    return Measure(plugin, len(proposal.questions), files, right, waited, tuple(wrong))


def held(reading: FileReading) -> bool:
    """Whether any part of a file is kept from loading."""
    findings = [*reading.findings, *(one for each in reading.submissions for one in each.findings)]
    return any(each.quarantines for each in findings)
