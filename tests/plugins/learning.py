"""How well a format is learnt from a sample: its plugin taken away, learnt anew, and a county's files read with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.demo.compare import differences

from pioneer_etl.demo.county import DemoCounty
from pioneer_etl.demo.places import townships
from pioneer_etl.match.model import FileContext
from pioneer_etl.pipeline import FileReading, Kit, Task, read
from pioneer_etl.plugins.infer import propose, take_sample
from pioneer_etl.plugins.proposal import AnswerKey
from pioneer_etl.plugins.scaffold import proposed_layout
from pioneer_etl.transform.model import ValueState

# What a person answers to the questions that are left, by format.
ANSWERS: Mapping[str, Mapping[AnswerKey, str]] = {
    "fengyang": {
        ("village_organisation", "blanks", "learning_branch"): "否",
        ("training", "columns", "[K]"): "organiser",
    },
    "nansong": {
        ("reserve_cadre", "columns", "挂什么职"): "placement",
        ("commendation", "columns", "谁"): "recipient",
        ("commendation", "columns", "哪一级"): "level",
        ("project", "columns", "资产"): "investor_capital",
    },
    "xiaguan": {
        ("weak_village", "columns", "挂钩部门"): "paired_department",
        ("weak_village", "columns", "结对单位"): "paired_with",
        ("project", "columns", "投资方身家"): "investor_capital",
    },
    "zaoxi": {
        ("weak_village", "columns", "帮扶部门"): "paired_department",
        ("weak_village", "columns", "结对单位"): "paired_with",
        ("training", "columns", "来自村数"): "villages_covered",
        ("cadre_post", "columns", "在岗名额"): "cadres_in_post",
    },
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One format: questions, files read, those right to the last value, those that waited, wrong values loaded."""

    format: str
    questions: int
    files: int
    right: int
    waited: int
    wrong: tuple[str, ...]

    def row(self) -> str:
        return f"{self.format:10} {self.questions:9} {self.files:5} {self.right:5} {self.waited:6} {len(self.wrong):5}"


TABLE_HEAD = f"{'format':10} {'questions':>9} {'files':>5} {'right':>5} {'waited':>6} {'wrong':>5}"


def sample_paths(repository: Path, plugin: str) -> list[Path]:
    folder = repository / "plugins" / plugin / "samples"
    return sorted(each for each in folder.iterdir() if not each.name.endswith(".expected.csv"))


def measure(plugin: str, repository: Path, county: DemoCounty, kit: Kit, answers: Mapping[AnswerKey, str]) -> Measure:
    """Learn one of the bundled formats from its samples, beside all other plugins, and read all its files with it.

    Files that the bundled layout holds back too (`county.held`, mailed with a mistake on purpose) are left out.
    The layout's line of townships is filled in, as its comment asks for: whose format it is cannot be learnt from one.
    """
    samples = [take_sample(path.read_bytes(), path.name, kit.limits) for path in sample_paths(repository, plugin)]
    proposal = propose(samples, kit.contracts, answers, name="learnt")
    learnt = proposed_layout(proposal, kit.contracts)
    assert learnt is not None
    senders = [each.name for each in townships() if each.plugin == plugin]
    others = [each for each in kit.plugins.layouts if each.name != plugin]
    layouts = (*others, replace(learnt, townships=tuple(senders)))
    kit = replace(kit, plugins=replace(kit.plugins, layouts=layouts))
    kept_out = [each.file for each in county.held]
    files = right = waited = 0
    wrong: list[str] = []
    for file in county.files:
        if file.sender not in senders or file in kept_out:
            continue
        files += 1
        reading = read(Task(file.data, FileContext(file.name)), kit)
        found = differences(file, reading, "learnt", strict=False)
        right += not found
        waited += held(reading)
        if found and not held(reading):
            wrong += [f"{file.name}: {each}" for each in _of_values(found)]
    return Measure(plugin, len(proposal.questions), files, right, waited, tuple(wrong))


def _of_values(found: Sequence[str]) -> list[str]:
    """The differences that put a wrong value into the warehouse; one left blank is not one."""
    kept = (f"came out as {ValueState.BLANK} ", f"came out as {ValueState.ABSENT} ")
    return [each for each in found if not any(words in each for words in kept)]


def held(reading: FileReading) -> bool:
    """Whether any part of a file is kept from loading."""
    findings = [*reading.findings, *(one for each in reading.submissions for one in each.findings)]
    return any(each.quarantines for each in findings)
