"""What goes wrong with the mail of 2004, and how it is put right: late forms, wrong ones, spoilt ones, second thoughts.

The first mail lies in inbox/.  What comes afterwards lies in late/: with it every form is in at last, but for one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from pioneer_etl.demo.made.facts import YEAR, Facts
from pioneer_etl.demo.workbooks.common import RECEIVED, DemoFile
from pioneer_etl.demo.workbooks.page import Content, Look, Page
from pioneer_etl.demo.workbooks.spoilt import kept_as_numbers, never_calculated
from pioneer_etl.demo.workbooks.write import write_xlsx

DUE = datetime(YEAR + 1, 1, 15)
LATE = "炎亭镇"  # nothing of it comes in time
TWICE = "灵溪镇"  # mends its economy two times
IN_YUAN = ("宜山镇", "village_economy", "income_last_year")  # a column of 元 in a form of 万元
AS_NUMBERS = ("龙港镇", "reserve_cadre", "id_number")
NEVER_CALCULATED = ("莒溪镇", "village_economy", "income_total")
WRONG_FORM = ("凤阳畲族乡", "service_meeting")  # sends another form under this one's name, and never the right one
_PARTS = ("income_operating", "income_contracting", "income_investment", "income_subsidy", "income_other")
_AGAIN = "（重报）"

Records = Mapping[str, tuple[Facts, ...]]


@dataclass(frozen=True, slots=True)
class Held:
    """A file of the first mail that is held back: the form in it that is wrong (None: no form at all), and the finding
    that says so."""

    file: DemoFile
    dataset: str | None
    code: str


@dataclass(frozen=True, slots=True)
class Mail:
    """What comes in time and what comes later; `held` are those of the first that wait for the later."""

    inbox: tuple[DemoFile, ...]
    late: tuple[DemoFile, ...]
    held: tuple[Held, ...]


class Changed(NamedTuple):
    """Records of 2004 that a township writes otherwise than they are, and the form of it that is sent."""

    sender: str
    dataset: str
    records: Records


def changed(records: Callable[[str], Records]) -> tuple[Changed, Changed, Changed]:
    """What is written otherwise, from a township's records of 2004 by dataset.

    An amount in the wrong unit; an economy as it was first sent, with two villages wrong; the same as it came again,
    with one still wrong.
    """
    sender, dataset, field = IN_YUAN
    in_yuan = [{**each, field: _yuan(each[field])} for each in records(sender)[dataset]]
    theirs = records(TWICE)
    first, second, *rest = theirs["village_economy"]
    less = {**first, "assets": _slip(first["assets"])}
    older = {**second, "assets": _slip(second["assets"])}
    return (
        Changed(sender, dataset, _with(records(sender), dataset, in_yuan)),
        Changed(TWICE, "village_economy", _with(theirs, "village_economy", [less, older, *rest])),
        Changed(TWICE, "village_economy", _with(theirs, "village_economy", [first, older, *rest])),
    )


def as_it_happens(files: Sequence[DemoFile], remade: Sequence[Sequence[DemoFile]]) -> Mail:
    """The mail of the county, made from files as they should be and, in the order of `changed`, the files otherwise."""
    inbox = [each for each in files if not (each.sender == LATE and each.year == YEAR)]
    late = [_later(each, 10, "") for each in files if each.sender == LATE and each.year == YEAR]
    held: list[Held] = []

    def spoil(sender: str, dataset: str, code: str, spoilt: DemoFile) -> None:
        good = _file_of(inbox, sender, dataset)
        inbox[inbox.index(good)] = spoilt
        held.append(Held(spoilt, dataset, code))
        late.append(_later(good, 4, _AGAIN))

    typed, once, twice = remade
    sender, dataset, _ = IN_YUAN
    spoil(sender, dataset, "value.magnitude_column", _file_of(typed, sender, dataset))
    sender, dataset, field = AS_NUMBERS
    roster = _file_of(inbox, sender, dataset)
    spoil(sender, dataset, "value.id_digits_lost", kept_as_numbers(roster, dataset, field))
    sender, dataset, field = NEVER_CALCULATED
    economy = _file_of(inbox, sender, dataset)
    spoil(sender, dataset, "value.no_result", never_calculated(economy, dataset, field, _PARTS))

    first = _file_of(inbox, TWICE, "village_economy")
    inbox[inbox.index(first)] = _file_of(once, TWICE, "village_economy")
    late += [_later(_file_of(twice, TWICE, "village_economy"), 2, "（第2稿）"), _later(first, 5, "（第3稿）")]

    sender, dataset = WRONG_FORM
    right = _file_of(inbox, sender, dataset)
    wrong = replace(right, data=_complaints(), forms=())
    inbox[inbox.index(right)] = wrong
    held.append(Held(wrong, None, "pipeline.no_form"))
    return Mail(tuple(inbox), tuple(late), tuple(held))


def _file_of(files: Sequence[DemoFile], sender: str, dataset: str) -> DemoFile:
    return next(
        each
        for each in files
        if (each.sender, each.year) == (sender, YEAR) and any(form.dataset == dataset for form in each.forms)
    )


def _later(file: DemoFile, days: int, mark: str) -> DemoFile:
    stem, ending = file.name.rsplit(".", 1)
    return replace(file, name=f"{stem}{mark}.{ending}", received=RECEIVED + timedelta(days))


def _with(records: Records, dataset: str, changed: Sequence[Facts]) -> Records:
    return {**records, dataset: tuple(changed)}


def _yuan(fact: object) -> Decimal:
    assert isinstance(fact, Decimal)
    return fact * 10_000


def _slip(fact: object) -> Decimal:
    """An amount typed wrong: 90,000 元 too much."""
    assert isinstance(fact, Decimal)
    return fact + 9


def _complaints() -> bytes:
    """Another office's form: letters and visits of complaint, month by month."""
    page = Page("Sheet1")
    page.span(1, 1, 5, "凤阳畲族乡信访件办理情况月报", Look(font="黑体", size=16, bold=True, horizontal="center"))
    for column, heading in enumerate(("月份", "来信（件）", "来访（批）", "办结（件）", "办结率"), 1):
        page.put(2, column, heading, Look(bold=True, horizontal="center", border=True))
    for month in range(1, 13):
        letters, visits = 3 + month * 7 % 5, 1 + month * 5 % 4
        row: tuple[Content, ...] = (f"{month}月", letters, visits, letters + visits - month % 2, "")
        for column, content in enumerate(row, 1):
            page.put(month + 2, column, content or None, Look(border=True))
    return write_xlsx([page])
