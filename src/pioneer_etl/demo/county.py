"""The demo county as a folder: an inbox as townships fill it, corrections to try, and the truth to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

from pioneer_etl.demo.made.cadres import WRONG_ID
from pioneer_etl.demo.made.facts import Facts
from pioneer_etl.demo.places import Township, township, townships
from pioneer_etl.demo.truth import DATASETS, Truth, make_truth, truth_csv
from pioneer_etl.demo.workbooks import jinxiang, juxi, lingxi, longgang, qianku, yishan
from pioneer_etl.demo.workbooks.bad import BadFile, bad_files
from pioneer_etl.demo.workbooks.common import DemoFile

Format = Callable[[Township, Mapping[str, tuple[Facts, ...]]], list[DemoFile]]

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "jinxiang": jinxiang.files,
        "juxi": juxi.files,
        "lingxi": lingxi.files,
        "longgang": longgang.files,
        "qianku": qianku.files,
        "yishan": yishan.files,
    }
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A deliberate mistake in a good file: it becomes a finding and keeps nothing from loading."""

    file: str
    sheet: str
    cell: str
    code: str
    rule: str | None
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class DemoCounty:
    """The demo county: its truth, its files, and what is wrong with some of them."""

    directory: Path
    truth: Truth
    files: tuple[DemoFile, ...]
    bad: tuple[BadFile, ...]
    corrections: tuple[DemoFile, ...]
    mistakes: tuple[Mistake, ...]

    @property
    def inbox(self) -> Path:
        return self.directory / "inbox"

    @property
    def refused(self) -> tuple[str, ...]:
        """Names of the files that must not be loaded; a copy of a file that was loaded is only not loaded again."""
        return tuple(each.file.name for each in self.bad if each.code is not None)

    def file(self, dataset: str, township_name: str) -> DemoFile:
        """The file of a township that holds its form of a dataset."""
        for each in self.files:
            if township(township_name).short in each.name and any(form.dataset == dataset for form in each.forms):
                return each
        raise KeyError((dataset, township_name))


def make_county(directory: Path) -> DemoCounty:
    """Write the demo county's inbox/, corrections/ and truth/ into `directory`; files of the same name are replaced."""
    truth = make_truth()
    files = [file for each in townships() for file in FORMATS[each.plugin](each, truth.of(each.name))]
    bad = bad_files(files)
    corrections = _corrections(truth)
    for folder, contents in (
        ("inbox", [*files, *(each.file for each in bad)]),
        ("corrections", corrections),
    ):
        (directory / folder).mkdir(parents=True, exist_ok=True)
        for file in contents:
            (directory / folder / file.name).write_bytes(file.data)
    (directory / "truth").mkdir(exist_ok=True)
    for dataset in DATASETS:
        text = truth_csv(truth, dataset)
        (directory / "truth" / f"{dataset}.csv").write_text(text, encoding="utf-8-sig", newline="")
    county = DemoCounty(directory, truth, tuple(files), tuple(bad), tuple(corrections), ())
    return DemoCounty(directory, truth, tuple(files), tuple(bad), tuple(corrections), _mistakes(county))


def _corrections(truth: Truth) -> list[DemoFile]:
    """南宋镇's economy again: its first village had forgotten a subsidy of 1,800 元."""
    sender = township("南宋镇")
    first, *rest = truth.records["village_economy"][sender.name]
    more = Decimal("0.18")
    subsidy, total = first["income_subsidy"], first["income_total"]
    assert isinstance(total, Decimal)
    corrected = {
        **first,
        "income_total": total + more,
        "income_subsidy": (subsidy if isinstance(subsidy, Decimal) else Decimal(0)) + more,
    }
    records = {**truth.of(sender.name), "village_economy": (corrected, *rest)}
    file = FORMATS[sender.plugin](sender, records)[0]
    return [DemoFile(file.name.replace(".xlsx", "（更正）.xlsx"), file.data, file.forms)]


def _mistakes(county: DemoCounty) -> tuple[Mistake, ...]:
    total_file = county.file("village_economy", "马站镇")
    total_form = total_file.form("village_economy")
    roster_file = county.file("reserve_cadre", WRONG_ID[0])
    roster = roster_file.form("reserve_cadre")
    doubled_file = county.file("village_economy", "金乡镇")
    doubled = doubled_file.form("village_economy")
    west_gate = next(each.code for each in township("金乡镇").villages if each.name == "西门外村")
    index = next(i for i, facts in enumerate(doubled.records) if facts["village"] == west_gate)
    return (
        Mistake(
            total_file.name,
            total_form.sheet,
            total_form.written.totals["合　计", "assets"],
            "check.total",
            None,
            "合计行的资产打错了数字，与各村之和不符",
            "the total of the assets was mistyped and is not the villages' sum",
        ),
        Mistake(
            roster_file.name,
            roster.sheet,
            roster.written.facts[WRONG_ID[1], "id_number"],
            "check.failed",
            "id_well_formed",
            "身份证号最后一位打错了",
            "the last digit of an ID number was mistyped",
        ),
        Mistake(
            doubled_file.name,
            doubled.sheet,
            doubled.written.facts[index, "income_total"],
            "check.failed",
            "not_more_than_doubled",
            "收入比上年增加一倍以上而没有说明",
            "the income more than doubled, without a word",
        ),
    )
