"""The demo county as a folder: an inbox as townships fill it, corrections to try, and the truth to read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from pioneer_etl.contract.errors import FileRefused
from pioneer_etl.demo.events import DUE, Held, as_it_happens, changed
from pioneer_etl.demo.made.cadres import WRONG_ID
from pioneer_etl.demo.made.facts import YEAR, YEARS, Facts
from pioneer_etl.demo.places import Township, township
from pioneer_etl.demo.truth import DATASETS, Truth, senders, truth_csv, truth_of
from pioneer_etl.demo.workbooks import (
    bacao,
    chixi,
    dailing,
    dayu,
    fanshan,
    fengyang,
    jinxiang,
    juxi,
    lingxi,
    longgang,
    lupu,
    mazhan,
    nansong,
    qianku,
    qiaodun,
    wangli,
    xiaguan,
    yanting,
    yishan,
    zaoxi,
)
from pioneer_etl.demo.workbooks.bad import BadFile, bad_files
from pioneer_etl.demo.workbooks.common import RECEIVED, DemoFile
from pioneer_etl.demo.workbooks.write import write_zip
from pioneer_etl.workbook.worker import run_isolated

Format = Callable[[Township, int, Mapping[str, tuple[Facts, ...]]], list[DemoFile]]

# A format's files of a township for a year, from that year's records by dataset (`truth_of(township, year)`).
FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "bacao": bacao.files,
        "chixi": chixi.files,
        "dailing": dailing.files,
        "dayu": dayu.files,
        "fanshan": fanshan.files,
        "fengyang": fengyang.files,
        "jinxiang": jinxiang.files,
        "juxi": juxi.files,
        "lingxi": lingxi.files,
        "longgang": longgang.files,
        "lupu": lupu.files,
        "mazhan": mazhan.files,
        "nansong": nansong.files,
        "qianku": qianku.files,
        "qiaodun": qiaodun.files,
        "wangli": wangli.files,
        "xiaguan": xiaguan.files,
        "yanting": yanting.files,
        "yishan": yishan.files,
        "zaoxi": zaoxi.files,
    }
)

_MOST_WORKERS = 4  # beyond that the making of the longest workbook is what takes the time
_SECONDS = 300.0  # for one township's files on a slow machine


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
    """The demo county: its truth by year, its files, and what is wrong with some of them.

    `files` came in time, `late` afterwards; `held` are those of the first that wait for the second.  `truths` is what
    the townships report in the end: facts for which a township's form has no column are Missing.ABSENT.
    """

    directory: Path
    truths: Mapping[int, Truth]
    files: tuple[DemoFile, ...]
    late: tuple[DemoFile, ...]
    held: tuple[Held, ...]
    bad: tuple[BadFile, ...]
    corrections: tuple[DemoFile, ...]
    mistakes: tuple[Mistake, ...]

    @property
    def truth(self) -> Truth:
        """The latest year's."""
        return self.truths[YEAR]

    @property
    def inbox(self) -> Path:
        return self.directory / "inbox"

    @property
    def refused(self) -> tuple[str, ...]:
        """Paths of the files that must not be loaded; a copy of a file that was loaded is only not loaded again."""
        bad = [each.file.path for each in self.bad if each.code is not None]
        return (*bad, *(each.file.path for each in self.held))

    def file(self, dataset: str, township_name: str, year: int = YEAR) -> DemoFile:
        """The file of a township that holds its form of a dataset, the last that came; KeyError without one."""
        return file_of(reversed((*self.files, *self.late)), dataset, township_name, year)


def file_of(files: Iterable[DemoFile], dataset: str, township_name: str, year: int = YEAR) -> DemoFile:
    """The first of `files` that holds a township's form of a dataset; KeyError when none does."""
    for each in files:
        forms = {(form.dataset, form.period) for form in each.forms}
        if each.sender == township_name and (dataset, str(year)) in forms:
            return each
    raise KeyError((dataset, township_name, year))


def make_county(directory: Path) -> DemoCounty:
    """Write the demo county's inbox/, late/, corrections/ and truth/ into `directory`, over files of the same name."""
    otherwise = changed(truth_of)
    south, corrected = _corrected()
    orders = [
        *(Order(township(each.sender), YEAR, each.records) for each in otherwise),
        Order(south, YEAR, corrected),
        *(Order(each, year) for year in YEARS for each in senders(year)),
    ]
    *remade, corrections = (made := made_files(orders))[: len(otherwise) + 1]
    good = [file for files in made[len(otherwise) + 1 :] for file in files]
    mail = as_it_happens(good, remade)
    bad = bad_files(good)
    correction = _correction(corrections, south)
    for folder, contents in (
        ("inbox", [*mail.inbox, *(each.file for each in bad)]),
        ("late", mail.late),
        ("corrections", [correction]),
    ):
        for name, (data, received) in _mailed(contents).items():
            path = directory / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            os.utime(path, (received.timestamp(), received.timestamp()))
    standing = [each for each in (*mail.inbox, *mail.late) if each not in [one.file for one in mail.held]]
    truths = {year: _reported(standing, year) for year in YEARS}
    (directory / "truth").mkdir(exist_ok=True)
    for dataset in DATASETS:
        text = truth_csv(truths, dataset)
        (directory / "truth" / f"{dataset}.csv").write_text(text, encoding="utf-8-sig", newline="")
    mistakes = _mistakes((*mail.inbox, *mail.late))
    return DemoCounty(directory, truths, mail.inbox, mail.late, mail.held, tuple(bad), (correction,), mistakes)


def _mailed(files: Iterable[DemoFile]) -> dict[str, tuple[bytes, datetime]]:
    """What is put on disk, and when it came: the files by their paths, those that are mailed together as one zip."""
    found: dict[str, tuple[bytes, datetime]] = {}
    zips: dict[str, list[DemoFile]] = {}
    for file in files:
        if file.archive:
            zips.setdefault(f"{file.folder}/{file.archive}", []).append(file)
        else:
            found[file.path] = (file.data, file.received)
    for path, members in zips.items():
        found[path] = (write_zip({each.name: each.data for each in members}), members[0].received)
    return found


class Order(NamedTuple):
    """A township's files of a year that are to be made: from the truth, or from other records."""

    sender: Township
    year: int
    records: Mapping[str, tuple[Facts, ...]] | None = None


def made_files(orders: Sequence[Order]) -> list[list[DemoFile]]:
    """The files of each order, made side by side where the machine can."""
    workers = min(os.cpu_count() or 1, _MOST_WORKERS)
    if workers < 2:
        return [_made(each) for each in orders]
    made = run_isolated(_made, orders, workers=workers, seconds=_SECONDS, memory=None)
    # Whatever became of a worker: what it was to make is made here, and an error raised where it can be seen.
    return [_made(order) if isinstance(files, FileRefused) else files for order, files in made]


def _made(order: Order) -> list[DemoFile]:
    return files_of(*order)


def files_of(sender: Township, year: int, records: Mapping[str, tuple[Facts, ...]] | None = None) -> list[DemoFile]:
    """What a township sends for a year: the truth, or other `records`."""
    made = FORMATS[sender.plugin](sender, year, records or truth_of(sender.name, year))
    received = RECEIVED.replace(year=year + 1)
    return [
        replace(file, folder=file.folder or str(year), sender=sender.name, year=year, received=received)
        for file in made
    ]


def _reported(files: Iterable[DemoFile], year: int) -> Truth:
    """The truth of a year as far as the forms say it, in their order; what came last stands."""
    came: dict[tuple[str, str], datetime] = {}
    records: dict[str, dict[str, tuple[Facts, ...]]] = {dataset: {} for dataset in DATASETS}
    for file in files:
        for form in (each for each in file.forms if each.period == str(year)):
            if came.setdefault((form.dataset, file.sender), file.received) < file.received:
                came[form.dataset, file.sender] = file.received
                records[form.dataset][file.sender] = ()
            before = records[form.dataset].get(file.sender, ())
            records[form.dataset][file.sender] = (*before, *form.records)
    return Truth(records)


def _corrected() -> tuple[Township, Mapping[str, tuple[Facts, ...]]]:
    """南宋镇 and its records again: its first village had forgotten a subsidy of 1,800 元."""
    sender = township("南宋镇")
    records = truth_of(sender.name)
    first, *rest = records["village_economy"]
    more = Decimal("0.18")
    subsidy, total = first["income_subsidy"], first["income_total"]
    assert isinstance(total, Decimal)
    corrected = {
        **first,
        "income_total": total + more,
        "income_subsidy": (subsidy if isinstance(subsidy, Decimal) else Decimal(0)) + more,
    }
    return sender, {**records, "village_economy": (corrected, *rest)}


def _correction(files: Iterable[DemoFile], sender: Township) -> DemoFile:
    file = file_of(files, "village_economy", sender.name)
    stem, ending = file.name.rsplit(".", 1)
    return replace(file, name=f"{stem}（更正）.{ending}", folder="", received=DUE + timedelta(3))


def _mistakes(files: Sequence[DemoFile]) -> tuple[Mistake, ...]:
    total_file = file_of(files, "village_economy", "钱库镇")
    total_form = total_file.form("village_economy")
    roster_file = file_of(files, "reserve_cadre", WRONG_ID[0])
    roster = roster_file.form("reserve_cadre")
    doubled_file = file_of(files, "village_economy", "金乡镇")
    doubled = doubled_file.form("village_economy")
    west_gate = next(each.code for each in township("金乡镇").villages if each.name == "西门外村")
    index = next(i for i, facts in enumerate(doubled.records) if facts["village"] == west_gate)
    return (
        Mistake(
            total_file.path,
            total_form.sheet,
            total_form.written.totals["合　计", "assets"],
            "check.total",
            None,
            "合计行的资产打错了数字，与各村之和不符",
            "the total of the assets was mistyped and is not the villages' sum",
        ),
        Mistake(
            roster_file.path,
            roster.sheet,
            roster.written.facts[WRONG_ID[1], "id_number"],
            "check.failed",
            "id_well_formed",
            "身份证号最后一位打错了",
            "the last digit of an ID number was mistyped",
        ),
        Mistake(
            doubled_file.path,
            doubled.sheet,
            doubled.written.facts[index, "income_total"],
            "check.failed",
            "not_more_than_doubled",
            "收入比上年增加一倍以上而没有说明",
            "the income more than doubled, without a word",
        ),
    )
