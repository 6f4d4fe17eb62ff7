"""The hooks that take part in an ingest, on whole workspaces: what they may do, and what happens when they fail."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from pioneer_etl.contract.errors import ConfigurationError
from pioneer_etl.contract.load import load_contracts
from pioneer_etl.contract.starter import starter_root
from pioneer_etl.plugins.approval import approve
from pioneer_etl.workbook.worker import Crew
from pioneer_etl.workspace import open_workspace, reading
from pioneer_etl.workspace.report import IngestReport

pytestmark = pytest.mark.usefixtures("read_here")

FORM = "宜山镇2004年村集体经济收入情况表\n单位：万元\n村名,收入合计,上年收入\n{first},12.5,11\n宜二村,3.2,3\n"


@cache
def place_names() -> tuple[str, str]:
    """The first two villages of 宜山镇."""
    places = load_contracts(starter_root()).places
    town = places.resolve("宜山镇", level="township").unit
    assert town is not None
    first, second = places.children(town.code)[:2]
    return first.name, second.name


def workspace(root: Path, code: str, *, first: str = "") -> Path:
    """The workspace with one plugin, `bent`, and one file in its inbox whose first village is written as `first`."""
    one, two = place_names()
    plugin = root / "plugins" / "bent"
    plugin.mkdir()
    (plugin / "plugin.py").write_text("from pioneer_etl.plugins import hookimpl\n" + code, encoding="utf-8")
    approve(root, "bent")
    text = FORM.format(first=first or one).replace("宜二村", two)
    (root / "inbox").mkdir(exist_ok=True)
    (root / "inbox" / "form.csv").write_text(text, encoding="utf-8")
    return root


def ingest(root: Path) -> IngestReport:
    return open_workspace(root).ingest([root / "inbox"])


def codes(report: IngestReport) -> list[str]:
    return [each.code for file in report.files for each in file.findings]


def incomes(root: Path) -> list[tuple[object, ...]]:
    return list(open_workspace(root).sql("select village, income_total from village_economy order by all").rows())


def test_without_plugins_the_form_loads(county: Callable[..., Path]) -> None:
    root = workspace(county(), "")
    report = ingest(root)
    assert [each.status for each in report.files] == ["loaded"], codes(report)
    assert len(incomes(root)) == 2


READER = """
from pioneer_etl.workbook.model import Sheet, Workbook

@hookimpl
def read_workbook(path, context):
    text = path.read_text(encoding="utf-8")
    if not text.startswith("WKS1"):
        return None
    rows = tuple(tuple(line.split("|")) for line in text.splitlines()[1:])
    return Workbook("", "", "wks", (Sheet("1", rows),))
"""


def test_a_plugin_reads_files_that_the_tool_does_not(county: Callable[..., Path]) -> None:
    root = workspace(county(), READER)
    one, _ = place_names()
    lines = ["WKS1", "宜山镇2004年村集体经济收入情况表", "村名|收入合计（万元）|上年收入（万元）", f"{one}|7.5|7"]
    (root / "inbox" / "form.csv").unlink()
    (root / "inbox" / "form.wks").write_text("\n".join(lines), encoding="utf-8")
    report = ingest(root)
    assert [each.status for each in report.files] == ["loaded"], codes(report)
    assert report.files[0].cells()["unaccounted"] == 0
    assert [float(str(each[1])) for each in incomes(root)] == [7.5]


@pytest.mark.parametrize(
    ("body", "code"), [("raise ValueError(path)", "plugin.reader_failed"), ("return 3", "plugin.reader_answer")]
)
def test_a_reader_that_fails_keeps_the_file_out_and_is_named(county: Callable[..., Path], body: str, code: str) -> None:
    root = workspace(county(), f"@hookimpl\ndef read_workbook(path):\n    {body}\n")
    report = ingest(root)
    assert [each.status for each in report.files] == ["refused"]
    assert codes(report) == [code]
    (told,) = report.files[0].findings
    assert "bent" in told.message("en")
    assert "-p no:bent" in told.remedy("zh")


RESOLVER = """
@hookimpl
def resolve_place(name, context):
    if name == "老地方":
        return context.places.children(context.township.code)[0]
    return None
"""


def test_a_plugin_knows_a_name_that_the_register_does_not(county: Callable[..., Path]) -> None:
    root = workspace(county(), RESOLVER, first="老地方")
    report = ingest(root)
    assert [each.status for each in report.files] == ["loaded"], codes(report)
    assert incomes(root)[0][0] in place_names()


def test_a_place_that_the_workspace_does_not_have_is_not_taken(county: Callable[..., Path]) -> None:
    root = workspace(county(), "@hookimpl\ndef resolve_place(name):\n    return '999999999999'\n")
    report = ingest(root)
    assert [each.status for each in report.files] == ["quarantined"]
    assert any("999999999999" in each.message("en") for file in report.files for each in file.findings)


DOUBLER = """
from dataclasses import replace
from decimal import Decimal

@hookimpl
def modify_records(records, context):
    if context.dataset.name != "village_economy":
        return None
    changed = []
    for record in records:
        value = record.values["income_total"]
        more = replace(value, value=value.value * 2)
        changed.append(replace(record, values={**record.values, "income_total": more}))
    return changed
"""


def test_a_plugin_changes_records_and_the_trace_says_so(county: Callable[..., Path]) -> None:
    root = workspace(county(), DOUBLER)
    report = ingest(root)
    assert [each.status for each in report.files] == ["loaded"], codes(report)
    assert sorted(float(str(each[1])) for each in incomes(root)) == [6.4, 25.0]
    trace = open_workspace(root).trace("village_economy", row="宜山镇", column="income_total", period="2004")
    assert "bent" in str(trace)


def test_records_left_out_are_said(county: Callable[..., Path]) -> None:
    root = workspace(county(), "@hookimpl\ndef modify_records(records):\n    return records[1:]\n")
    report = ingest(root)
    assert [each.status for each in report.files] == ["loaded"], codes(report)
    assert "plugin.records_dropped" in codes(report)
    assert report.files[0].cells()["unaccounted"] == 0
    assert len(incomes(root)) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("raise KeyError(1)", "plugin.records_failed"),
        ("return [3]", "plugin.records_invented"),
        (
            "from dataclasses import replace; return [replace(each, line=999) for each in records]",
            "plugin.records_invented",
        ),
    ],
)
def test_a_failing_change_of_records_quarantines(county: Callable[..., Path], body: str, code: str) -> None:
    root = workspace(county(), f"@hookimpl\ndef modify_records(records):\n    {body}\n")
    report = ingest(root)
    assert [each.status for each in report.files] == ["quarantined"]
    assert code in codes(report)


DATASET = """
title = { zh = "村级水利工程", en = "water works" }
grain = { zh = "一个村", en = "one village" }
titles = ["水利工程"]
key = ["village"]
period_type = "year"
place_field = "village"

[fields.village]
label = { zh = "村", en = "village" }
type = "place"
required = true
synonyms = ["村名"]

[fields.ponds]
label = { zh = "山塘数", en = "ponds" }
type = "integer"
required = true

[fields.state]
label = { zh = "状况", en = "state" }
type = "code"
codes = "works_state"
"""
CODES = """
title = { zh = "状况", en = "state" }
[[codes]]
code = "sound"
zh = "完好"
en = "sound"
"""


def test_a_plugin_brings_a_dataset_with_its_code_list(county: Callable[..., Path]) -> None:
    code = """
from pathlib import Path

@hookimpl
def register_datasets():
    return [Path(__file__).parent / "datasets" / "water_works.toml"]
"""
    root = workspace(county(), code)
    folder = root / "plugins" / "bent" / "datasets"
    (folder / "codes").mkdir(parents=True)
    (folder / "water_works.toml").write_text(DATASET, encoding="utf-8")
    (folder / "codes" / "works_state.toml").write_text(CODES, encoding="utf-8")
    one, _ = place_names()
    text = f"宜山镇2004年水利工程情况表\n村名,山塘数,状况\n{one},3,完好\n"
    (root / "inbox" / "form.csv").write_text(text, encoding="utf-8")
    report = ingest(root)
    assert [each.status for each in report.files] == ["loaded"], codes(report)
    assert list(open_workspace(root).sql("select village, ponds, state from water_works").rows()) == [(one, 3, "sound")]
    # It can be owed like any other; without its plugin the workspace opens all the same.
    owed = '[[owed]]\nperiod = "2004"\ndatasets = ["water_works"]\ntownships = ["宜山镇"]\n'
    (root / "warehouse" / "expected.toml").write_text(owed, encoding="utf-8")
    assert [each.dataset for each in open_workspace(root).contracts.expected.owed] == ["water_works"]
    assert open_workspace(root, disabled=("bent",)).contracts.expected.owed == ()
    (root / "warehouse" / "expected.toml").write_text(owed.replace("water_works", "water_work"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="water_works"):
        _ = open_workspace(root).contracts


def test_a_wrong_contract_sets_its_plugin_aside_and_the_rest_goes_on(county: Callable[..., Path]) -> None:
    code = """
from pathlib import Path

@hookimpl
def register_datasets():
    return [Path(__file__).parent / "water_works.toml"]
"""
    root = workspace(county(), code)
    (root / "plugins" / "bent" / "water_works.toml").write_text(DATASET, encoding="utf-8")
    report = ingest(root)
    assert [each.status for each in report.files] == ["loaded"], codes(report)
    (problem,) = report.problems
    assert problem.code == "plugin.dataset_wrong"
    assert "works_state" in problem.message("en")


LISTENER = """
from pathlib import Path

@hookimpl
def on_event(event):
    with open(Path(__file__).with_name("heard.txt"), "a", encoding="utf-8") as file:
        print(event.kind, event.details.get("status"), event.details.get("loaded"), file=file)
"""


def test_a_plugin_is_told_of_files_and_of_the_end(county: Callable[..., Path]) -> None:
    root = workspace(county(), LISTENER)
    ingest(root)
    open_workspace(root).write_summaries(["village_economy"], root / "s.csv")
    heard = (root / "plugins" / "bent" / "heard.txt").read_text(encoding="utf-8").splitlines()
    assert heard == ["file loaded None", "ingest None 1", "summaries None None"]


def test_a_listener_that_fails_is_reported_and_changes_nothing(county: Callable[..., Path]) -> None:
    root = workspace(county(), "@hookimpl\ndef on_event(event):\n    raise OSError('full')\n")
    report = ingest(root)
    assert [each.status for each in report.files] == ["loaded"], codes(report)
    (problem,) = report.problems
    assert problem.code == "plugin.hook_failed"
    assert "on_event" in problem.message("en")


def test_a_slow_plugin_ends_with_its_file(county: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "Crew", Crew)  # in a worker after all: it is one that is ended
    root = workspace(county(), "import time\n@hookimpl\ndef read_workbook(path):\n    time.sleep(60)\n")
    toml = (root / "pioneer.toml").read_text(encoding="utf-8")
    (root / "pioneer.toml").write_text(toml + "\n[limits]\nseconds = 1\n", encoding="utf-8")
    report = ingest(root)
    assert [each.status for each in report.files] == ["refused"]
    assert codes(report) == ["file.too_slow", "plugin.took_part"]
    assert "-p no:bent" in report.files[0].findings[1].remedy("en")
