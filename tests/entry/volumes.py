"""Templates by the hundred: which forms, how many, and an office program that saves them all in a few calls."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from random import Random

import pytest

from pioneer_etl.contract.model import Dataset, OrgUnit, Period
from pioneer_etl.contract.period import parse_period
from tests.entry.filling import Filled, fill, kit, reported, saved, townships

# How many workbooks the tests of volume make; 1000 is what a release is measured with.
VOLUME = "PIONEER_VOLUME"
_YEARS = range(2004, 2014)
_A_LOT = 100  # workbooks that are made, saved by one call of the office program and ingested together

needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="needs LibreOffice (soffice), which .ci/run installs where it can"
)


def volume(usual: int, full: int = 1000) -> int:
    """So many as usual, or as the environment asks for, at most `full`."""
    asked = os.environ.get(VOLUME)
    return min(int(asked), full) if asked else usual


def lots(usual: int, full: int = 1000) -> list[range]:
    """The numbers of so many workbooks, in lots of a hundred at most."""
    count = volume(usual, full)
    return [range(first, min(first + _A_LOT, count)) for first in range(0, count, _A_LOT)]


@dataclass(frozen=True, slots=True)
class Mailed:
    """One filled-in template: whose, of what, for when, and the records that were filled in."""

    name: str
    dataset: Dataset
    township: OrgUnit
    period: Period
    filled: Filled


def forms() -> Iterator[tuple[Dataset, OrgUnit, Period]]:
    """Different forms, every dataset as often as the next."""
    contracts = kit().contracts
    years = [each for year in _YEARS if (each := parse_period(str(year))) is not None]
    towns = townships(contracts)[:12]
    for town, year, dataset in product(towns, years, reported(contracts)):
        yield dataset, town, year


def mail(folder: Path, lot: range, seed: int) -> list[Mailed]:
    """The templates of a lot filled in with random valid records, saved in `folder`."""
    folder.mkdir(parents=True)
    mailed = []
    for number, (dataset, town, when) in zip(lot, islice(forms(), lot.start, None), strict=False):
        book, filled = fill(dataset, Random(seed + number), Random(number).randint(1, 12), town, when)
        name = f"{number:04d}.xlsx"
        (folder / name).write_bytes(saved(book))
        mailed.append(Mailed(name, dataset, town, when, filled))
    return mailed


def office(folder: Path, ending: str = "xlsx") -> Path:
    """Every .xlsx in `folder` saved by LibreOffice as `ending`, in a folder of its own."""
    out = folder.parent / f"{folder.name}-as-{ending}"
    profile = f"-env:UserInstallation={(folder.parent / 'profile').as_uri()}"
    files = sorted(str(each) for each in folder.glob("*.xlsx"))
    for first in range(0, len(files), _A_LOT):
        some = files[first : first + _A_LOT]
        command = ["soffice", "--headless", profile, "--convert-to", ending, "--outdir", str(out), *some]
        subprocess.run(command, check=True, capture_output=True, timeout=900)
    return out
