"""A register that says something of several datasets is learnt as a part for each."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from openpyxl import Workbook
from tests.layouts.kit import repository_contracts

from pioneer_etl.contract.contracts import Contracts
from pioneer_etl.match.model import FileContext
from pioneer_etl.pipeline import Kit, Task, read
from pioneer_etl.plugins.infer import Sample, propose, take_sample
from pioneer_etl.plugins.manager import load_plugins
from pioneer_etl.plugins.proposal import AnswerKey, Proposal, State
from pioneer_etl.plugins.scaffold import proposed_layout
from pioneer_etl.workbook.limits import Limits

BASIC = [
    ("村名", None),
    ("村类型", "经济强村"),
    ("户数", 120),
    ("人口", 455),
    ("劳动力", 230),
    ("村民人均收入（元）", 3100),
]
MONEY = [
    ("收入合计（万元）", 10),
    ("经营收入（万元）", 4),
    ("发包收入（万元）", 3),
    ("投资收益（万元）", 1),
    ("补助收入（万元）", 1.5),
    ("其他收入（万元）", 0.5),
    ("上年收入（万元）", 9),
    ("资产总额（万元）", 80),
    ("负债总额（万元）", 5),
]
IN_PASSING = [("收入合计（万元）", 10), ("资产总额（万元）", 80), ("负债总额（万元）", 5), ("上年收入（万元）", 9)]


@pytest.fixture(scope="module")
def contracts() -> Contracts:
    return repository_contracts()


def register(contracts: Contracts, *blocks: tuple[str, Sequence[tuple[str, object]]]) -> Sample:
    """Registers of two villages one below the other, three pairs of label and value a row."""
    township = contracts.places.resolve("望里镇", level="township").unit
    assert township is not None
    book = Workbook()
    page = book.active
    assert page is not None
    for village in contracts.places.children(township.code)[:2]:
        page.append(["望里镇2004年村情登记表"])
        for name, pairs in blocks:
            top = page.max_row + 1
            for start in range(0, len(pairs), 3):
                cells = [cell for label, value in pairs[start : start + 3] for cell in (label, value or village.name)]
                page.append([name if start == 0 else None, *cells])
            page.merge_cells(start_row=top, end_row=page.max_row, start_column=1, end_column=1)
        page.append([])
    out = io.BytesIO()
    book.save(out)
    return take_sample(out.getvalue(), "望里.xlsx", Limits())


def learnt(sample: Sample, contracts: Contracts, answers: Mapping[AnswerKey, str]) -> tuple[Proposal, dict[str, int]]:
    """What is proposed, and how many records the sample gives by it."""
    proposal = propose([sample], contracts, answers, name="learnt")
    layout = proposed_layout(proposal, contracts)
    assert layout is not None
    given = read(
        Task(sample.data, FileContext(sample.name)),
        Kit(contracts, replace(load_plugins(None), layouts=(layout,)), Limits()),
    )
    held = any(each.quarantines for one in given.submissions for each in one.findings)
    return proposal, {} if held else {each.dataset.name: len(each.records) for each in given.submissions}


def test_each_dataset_of_which_most_is_said_is_taken(contracts: Contracts) -> None:
    sample = register(contracts, ("村情", BASIC), ("经济", MONEY))
    proposal, records = learnt(sample, contracts, {})
    assert proposal.questions == ()
    assert {each.dataset: each.part for each in proposal.forms} == {"village": True, "village_economy": True}
    assert records == {"village": 2, "village_economy": 2}


def test_what_is_told_in_passing_is_asked_about_once(contracts: Contracts) -> None:
    sample = register(contracts, ("村情", BASIC), ("经济", IN_PASSING))
    proposal, records = learnt(sample, contracts, {})
    (question,) = proposal.questions
    assert question.key == ("parts", "Sheet", "village_economy")
    assert "收入合计" in question.text("zh")
    assert records == {}
    yes, records = learnt(sample, contracts, {question.key: "yes"})
    assert (yes.questions, records) == ((), {"village": 2, "village_economy": 2})
    no, records = learnt(sample, contracts, {question.key: "no"})
    assert (no.questions, records) == ((), {"village": 2})
    (form,) = no.forms
    assert len(form.of(State.IGNORED)) == len(IN_PASSING)
