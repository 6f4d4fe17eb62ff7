"""Whose form, and for when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pioneer_etl.contract.expected import Expected
from pioneer_etl.contract.period import parse_period
from pioneer_etl.match.around import look_around
from pioneer_etl.match.evidence import Senders, gather
from pioneer_etl.match.facts import read_facts
from pioneer_etl.match.identify import identity
from pioneer_etl.match.model import FileContext, Identity
from pioneer_etl.table.model import Role
from tests.match.sketch import ECONOMY, contracts, reading

SIGNED = "填报单位：宜山镇（盖章）　　填表人：王某　　填报日期：2004年12月31日"


def who(*around: tuple[Role, str], sheet: str = "Sheet1", period_type: str = "year", **context: str) -> Identity:
    found = reading(["村"], [["宜一村"]], around=around, name=sheet)
    file = FileContext(**{"file": "报表.xlsx", **context})
    words = gather(look_around(found), found, 0, file, Senders(contracts().places))
    return identity(words, replace(ECONOMY, period_type=period_type), sheet, Expected())


def told(found: Identity) -> tuple[str | None, str | None, list[str]]:
    return (
        found.township.name if found.township else None,
        found.period.text if found.period else None,
        [each.code for each in found.findings],
    )


def test_several_facts_in_one_merged_cell() -> None:
    facts = read_facts(look_around(reading(["村"], [["宜一村"]], around=[(Role.SIGNATURE, SIGNED)])).lines(0))
    assert [(fact.about, fact.text, fact.cell.a1) for fact in facts] == [
        ("unit", "宜山镇", "A1"),
        ("filler", "王某", "A1"),
        ("date", "2004年12月31日", "A1"),
    ]


@pytest.mark.parametrize(
    ("text", "about", "words"),
    [
        ("填报单位(盖章): 宜山镇", "unit", "宜山镇"),
        ("填报单位（盖章）宜山镇", "unit", "宜山镇"),
        ("单位：宜山镇", "unit", "宜山镇"),
        ("报告期：2004年度", "period", "2004年度"),
        ("填 表 人：王某", "filler", "王某"),
    ],
)
def test_one_fact_in_other_words(text: str, about: str, words: str) -> None:
    (fact,) = read_facts(look_around(reading(["村"], [["宜一村"]], around=[(Role.SIGNATURE, text)])).lines(0))
    assert (fact.about, fact.text) == (about, words)


def test_a_unit_of_measure_is_no_sender() -> None:
    assert read_facts(look_around(reading(["村"], [["宜一村"]], around=[(Role.UNIT, "单位：万元")])).lines(0)) == ()


@pytest.mark.parametrize(
    "context",
    [
        {"file": "宜山镇2004年报表.xls"},
        {"file": "表1.xls", "folder": "宜山镇2004年"},
        {"file": "表1.xls", "township": "宜山", "period": "2004"},
        {"file": "2004年.xls", "sheet": "宜一村"},
    ],
)
def test_any_source_will_do(context: dict[str, str]) -> None:
    assert told(who(**context)) == ("宜山镇", "2004", [])  # type: ignore[arg-type]


def test_the_title_goes_before_the_folder_and_contradiction_is_said() -> None:
    found = who((Role.TITLE, "宜山镇2004年度收入表"), folder="钱库镇")
    assert told(found) == ("宜山镇", "2004", ["identity.township_contradiction"])
    (trouble,) = found.findings
    assert trouble.quarantines
    assert trouble.cells == ("A1",)
    assert (trouble.expected, trouble.found) == ("宜山镇（标题 A1）", "钱库镇（文件夹）")


def test_two_periods_contradict_unless_one_lies_in_the_other() -> None:
    assert told(who((Role.TITLE, "宜山镇2004年度表"), file="2003年.xls"))[2] == ["identity.period_contradiction"]
    assert told(who((Role.TITLE, "宜山镇2004年度表"), file="2004年9月.xls")) == ("宜山镇", "2004", [])


def test_a_fill_date_is_no_period_but_is_asked_about() -> None:
    found = who((Role.TITLE, "收入表"), (Role.SIGNATURE, SIGNED))
    assert told(found) == ("宜山镇", None, ["identity.only_fill_date"])
    assert found.filler == "王某"
    assert told(who((Role.TITLE, "2004年度收入表"), (Role.SIGNATURE, SIGNED.replace("2004", "2005")))) == (
        "宜山镇",
        "2004",
        [],
    )


def test_a_period_of_another_length_is_asked_about() -> None:
    assert told(who((Role.TITLE, "宜山镇2004年上半年收入表")))[1:] == (None, ["identity.period_type"])
    assert told(who((Role.TITLE, "宜山镇2004年收入表"), sheet="上半年", period_type="half"))[1:] == ("2004H1", [])


def test_nothing_said_and_an_unknown_sender_are_findings() -> None:
    assert told(who((Role.TITLE, "收入表")))[2] == ["identity.no_township", "identity.no_period"]
    found = who((Role.TITLE, "2004年度收入表"), (Role.SIGNATURE, "填报单位：某某镇"))
    assert told(found) == (None, "2004", ["identity.township_unknown"])


def test_a_period_that_is_not_open_is_asked_about() -> None:
    found = reading(["村"], [["宜一村"]], around=[(Role.TITLE, "宜山镇1998年村集体经济收入")])
    words = gather(look_around(found), found, 0, FileContext("报表.xlsx"), Senders(contracts().places))
    year_2004 = parse_period("2004")
    assert year_2004 is not None
    said = identity(words, ECONOMY, "表1", Expected((year_2004,)))
    (doubt,) = said.findings
    assert (doubt.code, doubt.quarantines, doubt.expected) == ("identity.period_not_open", True, "2004")
    assert (doubt.found, doubt.cells) == ("1998（标题 A1）", ("A1",))
    assert identity(words, ECONOMY, "表1", Expected()).findings == ()
