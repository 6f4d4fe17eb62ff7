"""Testing plugins, with a reading made up by the test in place of the pipeline's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.errors import FileRefused, UsageError
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Dataset, Field, FieldType, Label, OrgUnit
from pioneer_etl.contract.period import parse_period
from pioneer_etl.plugins.expected import expected_files, read_lines, spell
from pioneer_etl.plugins.manager import load_plugins
from pioneer_etl.plugins.testing import PluginReport, check_plugins
from pioneer_etl.transform.model import (
    CellAccount,
    CellUse,
    FieldValue,
    Part,
    Record,
    Submission,
    Value,
    ValueState,
)

WORDS = Label("收入", "income")
DATASET = Dataset(
    "village_economy",
    WORDS,
    WORDS,
    ("village",),
    "year",
    (
        Field("village", WORDS, FieldType.PLACE),
        Field("income_total", WORDS, FieldType.DECIMAL),
        Field("growth", WORDS, FieldType.PERCENT),
        Field("since", WORDS, FieldType.MONTH),
        Field("debts", WORDS, FieldType.DECIMAL),
    ),
)
VILLAGES = {"宜一村": OrgUnit("330327102201", "宜一村", "village", None)}
TOWNSHIP = OrgUnit("330327102000", "宜山镇", "township", None)


@dataclass(frozen=True)
class FakeReading:
    submissions: tuple[Submission, ...] = ()
    accounts: tuple[CellAccount, ...] = ()
    findings: tuple[Finding, ...] = ()


def value(content: Value | None, state: ValueState = ValueState.VALUE, text: str = "") -> FieldValue:
    return FieldValue(content, state, text=text)


def submission(*incomes: FieldValue, layout: str = "longgang", transposed: bool = False) -> Submission:
    """One record for each income, on lines from 5 on."""
    records = tuple(
        Record(
            line,
            {
                "village": value("330327102201", text="宜一"),
                "income_total": income,
                "growth": value(Decimal("0.42")),
                "since": value(date(2004, 9, 1)),
                "debts": value(None, ValueState.ABSENT),
            },
            VILLAGES["宜一村"],
        )
        for line, income in enumerate(incomes, 5)
    )
    part = Part("收入", 0, layout, transposed, {"village": 2, "income_total": 4}, records)
    return Submission(DATASET, TOWNSHIP, parse_period("2004年度"), (part,))


GOOD = submission(value(Decimal("12.5000")), value(None, ValueState.NONE, "无"))


@dataclass
class FakeRead:
    """Reads the bytes b"sample" as `reading`, refuses everything else."""

    reading: FakeReading = field(default_factory=lambda: FakeReading((GOOD,)))

    def __call__(self, data: bytes, name: str) -> FakeReading:
        if data != b"sample":
            raise FileRefused("plugin.no_code", plugin=name)
        return self.reading


@dataclass(frozen=True)
class Bench:
    """A workspace whose plugin longgang has one sample."""

    root: Path

    @property
    def samples(self) -> Path:
        return self.root / "plugins" / "longgang" / "samples"

    def __call__(self, reading: FakeReading | None = None, *, update: bool = False) -> PluginReport:
        """Test the plugin, with the sample read as `reading`."""
        read = FakeRead(reading or FakeReading((GOOD,)))
        (report,) = check_plugins(self.root, load_plugins(self.root), read, ["longgang"], update=update)
        return report


@pytest.fixture
def bench(write_plugin: Callable[..., Path]) -> Bench:
    write_plugin("yishan")
    made = Bench(write_plugin("longgang"))
    made.samples.mkdir()
    (made.samples / "报表.xls").write_bytes(b"sample")
    return made


EXPECTED = """\
at,period,township,place,village,income_total,growth,since
收入!5,2004,宜山镇,宜一村,330327102201,12.5,0.42,2004-09
收入!6,2004,宜山镇,宜一村,330327102201,<none> 无,0.42,2004-09
"""


def test_an_expectation_reads_like_a_table(bench: Bench) -> None:
    assert bench(update=True).passed
    (path,) = bench.samples.glob("*.expected.csv")
    assert path.name == "报表.xls.village_economy.expected.csv"
    assert path.read_text(encoding="utf-8") == EXPECTED
    report = bench()
    assert report.passed
    assert report.text("en") == "✓ longgang\n  ✓ 报表.xls  village_economy 2"


def test_a_difference_names_record_field_both_values_and_the_cell(bench: Bench) -> None:
    bench(update=True)
    report = bench(FakeReading((submission(value(Decimal(125)), value(None, ValueState.NONE, "无")),)))
    assert not report.passed
    (difference,) = report.samples[0].differences
    assert (difference.record, difference.column) == ("收入!5", "income_total")
    assert (difference.expected, difference.found, difference.cell) == ("12.5", "125", "收入!D5")
    assert "收入!5 village_economy.income_total (收入!D5): expected '12.5', found '125'" in report.text("en")


def test_records_too_many_and_missing(bench: Bench) -> None:
    bench(update=True)
    fewer = bench(FakeReading((submission(value(Decimal("12.5"))),)))
    assert "village_economy 收入!6: this record is missing" in fewer.text("en")
    one = value(None, ValueState.NONE, "无")
    more = bench(FakeReading((submission(value(Decimal("12.5")), one, one),)))
    assert "village_economy 收入!7: this record is too many" in more.text("en")


def test_a_field_that_the_form_lost_is_a_difference(bench: Bench) -> None:
    bench(update=True)
    lost = value(None, ValueState.ABSENT)
    report = bench(FakeReading((submission(lost, lost),)))
    assert [(each.column, each.found) for each in report.samples[0].differences] == [("income_total", None)] * 2


def test_what_fails_a_sample(bench: Bench) -> None:
    bench(update=True)

    def codes(reading: FakeReading) -> list[str]:
        return [each.code for each in bench(reading).samples[0].findings]

    assert codes(FakeReading()) == ["plugin.sample.unrecognised"]
    assert codes(FakeReading((submission(value(1), layout="yishan"),))) == ["plugin.sample.claimed"]
    account = CellAccount("收入", 10, {CellUse.LOADED: 9, CellUse.UNACCOUNTED: 1})
    assert codes(FakeReading((GOOD,), (account,))) == ["plugin.sample.unaccounted"]
    stopped = finding("plugin.value_failed", plugin="longgang", reason="KeyError")
    assert codes(FakeReading((GOOD,), findings=(stopped,))) == ["plugin.value_failed"]


def test_a_sample_that_would_not_load_gets_no_expectation(bench: Bench) -> None:
    report = bench(FakeReading((submission(value(1), layout="yishan"),)), update=True)
    assert not report.passed
    assert not expected_files(bench.samples / "报表.xls")


def test_datasets_without_and_with_too_many_expectations(bench: Bench) -> None:
    assert [each.code for each in bench().samples[0].findings] == ["plugin.sample.unexpected"]
    bench(update=True)
    (bench.samples / "报表.xls.village.expected.csv").write_text("at\n")
    assert [each.code for each in bench().samples[0].findings] == ["plugin.sample.missing"]
    bench(update=True)
    assert bench().passed


def test_a_plugin_that_was_set_aside_or_has_no_sample_fails(write_plugin: Callable[..., Path]) -> None:
    root = write_plugin("longgang", "1/0\n")
    (report,) = check_plugins(root, load_plugins(root), FakeRead())
    assert [each.code for each in report.findings] == ["plugin.unapproved", "plugin.sample.none"]
    with pytest.raises(UsageError, match="longgang"):
        check_plugins(root, load_plugins(root), FakeRead(), ["longang"])


def test_bad_files_must_not_end_in_an_exception_nor_be_claimed(write_plugin: Callable[..., Path]) -> None:
    root = write_plugin("longgang")

    def crash(data: bytes, name: str) -> FakeReading:
        raise IndexError(name)

    (report,) = check_plugins(root, load_plugins(root), crash)
    assert [each.code for each in report.findings] == ["plugin.sample.none", *["plugin.sample.crashed"] * 2]
    (report,) = check_plugins(root, load_plugins(root), lambda data, name: FakeReading((GOOD,)))
    assert "plugin.sample.greedy" in [each.code for each in report.findings]


def test_reading_must_give_the_same_twice(bench: Bench, write_plugin: Callable[..., Path]) -> None:
    root = write_plugin("longgang")
    readings = iter(FakeReading((submission(value(number)),)) for number in range(100))

    def read(data: bytes, name: str) -> FakeReading:
        if data != b"sample":
            raise FileRefused("plugin.no_code", plugin=name)
        return next(readings)

    (report,) = check_plugins(root, load_plugins(root), read, ["longgang"])
    assert [each.code for each in report.samples[0].findings] == ["plugin.sample.unstable"]


def test_the_samples_of_others_are_read_only_when_asked_for(bench: Bench) -> None:
    theirs = bench.root / "plugins" / "yishan" / "samples"
    theirs.mkdir()
    (theirs / "theirs.xls").write_bytes(b"sample")
    bench(update=True)
    names: list[str] = []

    def read(data: bytes, name: str) -> FakeReading:
        names.append(name)
        return FakeRead()(data, name)

    def test(*plugins: str, others: bool = False) -> tuple[PluginReport, ...]:
        return check_plugins(bench.root, load_plugins(bench.root), read, plugins, others=others)

    (report,) = test("longgang")
    assert report.passed
    assert "theirs.xls" not in names
    (report,) = test("longgang", others=True)
    assert [each.code for each in report.findings] == ["plugin.sample.of_other"]
    claimed = next(each for each in test() if each.name == "yishan")
    assert [each.code for each in claimed.samples[0].findings] == ["plugin.sample.claimed"]


def test_a_transposed_table_gives_the_right_address() -> None:
    lines = spell([submission(value(1), transposed=True)])["village_economy"]
    assert lines.cells[0, "income_total"] == "收入!E4"


def test_an_expectation_saved_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"\xef\xbb\xbf" + EXPECTED.replace("\n", "\r\n").encode())
    lines = read_lines("village_economy", path)
    assert lines.columns[0] == "at"
    assert lines.lines[0]["income_total"] == "12.5"


def test_the_cell_that_a_value_names_goes_before_the_column_map() -> None:
    named = FieldValue(Decimal(1), ValueState.VALUE, Position(4, 9))
    assert spell([submission(named)])["village_economy"].cells[0, "income_total"] == "收入!I4"
