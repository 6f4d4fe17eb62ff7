"""The manager asks every hook, sets failing plugins aside by name, and goes on with the rest."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from pioneer_etl.contract.address import Position
from pioneer_etl.contract.errors import PluginError
from pioneer_etl.contract.model import Dataset, Field, FieldType, Label
from pioneer_etl.plugins.approval import approve
from pioneer_etl.plugins.discovery import Origin
from pioneer_etl.plugins.manager import Plugins, load_plugins
from pioneer_etl.table.model import RowRole
from pioneer_etl.table.understand import understand
from pioneer_etl.transform.model import FieldValue, SourceCell, ValueContext, ValueState
from pioneer_etl.workbook.model import Sheet

Write = Callable[..., Path]

WORDS = Label("收入", "income")
FIELD = Field("income_total", WORDS, FieldType.DECIMAL)
DATASET = Dataset("village_economy", WORDS, WORDS, ("village",), "year", (FIELD,))
CONTEXT = ValueContext(DATASET, "longgang")


def cell(value: str) -> SourceCell:
    return SourceCell(value, "表1", Position(4, 3))


def load(root: Path | None, *approved: str) -> Plugins:
    for name in approved:
        assert root is not None
        approve(root, name)
    return load_plugins(root, only=None)


def layout_names(plugins: Plugins) -> list[str]:
    return [each.name for each in plugins.layouts]


def the_problem(plugins: Plugins) -> tuple[str, str, str]:
    """Code, message and remedy of the only problem."""
    (problem,) = plugins.problems
    return problem.code, problem.message("en"), problem.remedy("en")


def test_built_in_plugins_come_without_a_workspace() -> None:
    plugins = load_plugins(None)
    assert plugins.problems == ()
    assert "generic" in layout_names(plugins)
    assert {each.origin for each in plugins.names} == {Origin.BUILT_IN}


def test_a_folder_with_a_layout_is_a_plugin(write_plugin: Write) -> None:
    write_plugin("yishan")
    root = write_plugin("longgang")
    plugins = load(root)
    assert plugins.problems == ()
    assert layout_names(plugins)[-2:] == ["longgang", "yishan"]
    info = plugins.plugin_of("yishan")
    assert info is not None
    assert (info.name, info.origin, info.version) == ("yishan", Origin.WORKSPACE, "1")


def test_code_is_not_run_before_it_is_approved(write_plugin: Write, tmp_path: Path) -> None:
    witness = tmp_path / "ran"
    root = write_plugin("longgang", f"open({str(witness)!r}, 'w').close()\n")
    write_plugin("yishan")
    code, message, remedy = the_problem(plugins := load(root))
    assert code == "plugin.unapproved"
    assert "longgang" in message
    assert "pioneer plugins approve longgang" in remedy
    assert "yishan" in layout_names(plugins)
    assert "longgang" not in layout_names(plugins)
    assert not witness.exists()

    assert load(root, "longgang").problems == ()
    assert witness.exists()


def test_code_that_changed_after_its_approval_is_not_run(write_plugin: Write, tmp_path: Path) -> None:
    root = write_plugin("longgang", "x = 1\n")
    assert load(root, "longgang").problems == ()
    witness = tmp_path / "ran"
    write_plugin("longgang", f"open({str(witness)!r}, 'w').close()\n")
    assert the_problem(load(root))[0] == "plugin.changed"
    assert not witness.exists()


def test_a_forged_bytecode_cache_is_not_run(write_plugin: Write, tmp_path: Path) -> None:
    import py_compile
    from importlib.util import cache_from_source

    root = write_plugin("longgang", "x = 1\n")
    approve(root, "longgang")
    honest = root / "plugins" / "longgang" / "plugin.py"
    witness, forged = tmp_path / "ran", tmp_path / "forged.py"
    forged.write_text(f"open({str(witness)!r}, 'w').close()\n")
    py_compile.compile(
        str(forged), cache_from_source(str(honest)), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
    )
    assert load(root).problems == ()
    assert not witness.exists()


BROKEN = {
    "import": ("import no_such_module\n", "plugin.import_failed", "no_such_module"),
    "syntax": ("def register_layouts(:\n", "plugin.import_failed", "line 2"),
    "exit": ("raise SystemExit(3)\n", "plugin.import_failed", "SystemExit"),
    "old-api": ("PIONEER_API = 0\nraise RuntimeError('must not run')\n", "plugin.api", "API 0"),
    "misspelt": ("@hookimpl\ndef register_layout(): return []\n", "plugin.unknown_hook", "register_layouts"),
    "unmarked": ("def register_checks(): return {}\n", "plugin.unmarked", "@hookimpl"),
    "argument": ("@hookimpl\ndef parse_value(cel): return None\n", "plugin.unknown_argument", "cell, field, context"),
    "raising": ("@hookimpl\ndef register_checks(): return {}['?']\n", "plugin.hook_failed", "KeyError"),
    "answer": ("@hookimpl\ndef register_checks(): return [1]\n", "plugin.hook_answer", "list"),
    "item": ("@hookimpl\ndef register_layouts(): return ['layout.toml']\n", "plugin.hook_answer", "Layout | Path"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_plugin_is_set_aside_and_the_rest_go_on(write_plugin: Write, kind: str) -> None:
    source, expected, word = BROKEN[kind]
    write_plugin("aaa")
    root = write_plugin("bad", source)
    write_plugin("zzz")
    plugins = load(root, "bad")
    code, message, remedy = the_problem(plugins)
    assert code == expected
    assert "bad" in message
    assert word in message
    assert remedy
    assert layout_names(plugins)[-2:] == ["aaa", "zzz"]
    assert [each.loaded for each in plugins.names if each.name == "bad"] == [False]
    assert not plugins.manager.has_plugin("bad")
    assert plugins.parse_value is None


def test_a_wrong_layout_names_file_line_and_key(write_plugin: Write) -> None:
    root = write_plugin("longgang")
    path = root / "plugins" / "longgang" / "layout.toml"
    path.write_text(path.read_text(encoding="utf-8") + "kinde = 'list'\n", encoding="utf-8")
    code, message, _ = the_problem(load(root))
    assert code == "plugin.layout_wrong"
    assert "layout.toml:10" in message
    assert "kinde" in message


def test_what_is_local_wins(write_plugin: Write) -> None:
    root = write_plugin("generic")
    plugins = load(root)
    assert layout_names(plugins).count("generic") == 1
    (layout,) = (each for each in plugins.layouts if each.name == "generic")
    assert not layout.generic


def test_two_plugins_with_one_layout_name(write_plugin: Write) -> None:
    root = write_plugin("aaa")
    write_plugin("bbb")
    (root / "plugins" / "bbb" / "layout.toml").write_bytes((root / "plugins" / "aaa" / "layout.toml").read_bytes())
    plugins = load(root)
    code, message, _ = the_problem(plugins)
    assert code == "plugin.layout_replaced"
    assert "aaa" in message
    assert "bbb" in message
    assert layout_names(plugins).count("aaa") == 1


def test_switches(write_plugin: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_plugin("longgang")
    write_plugin("yishan")
    assert layout_names(load_plugins(root, disabled=["longgang", "generic"]))[-1:] == ["yishan"]
    assert "generic" not in layout_names(load_plugins(root, disabled=["generic"]))
    monkeypatch.setenv("PIONEER_PLUGINS", "")
    assert {each.origin for each in load_plugins(root).names} == {Origin.BUILT_IN}
    monkeypatch.setenv("PIONEER_PLUGINS", "yishan")
    assert [each.name for each in load_plugins(root).names if each.origin is Origin.WORKSPACE] == ["yishan"]


def test_a_needed_layout_tells_why_its_plugin_is_not_there(write_plugin: Write) -> None:
    root = write_plugin("longgang", "1/0\n")
    plugins = load(root, "longgang")
    with pytest.raises(PluginError) as failed:
        plugins.require_layout("longgang")
    assert failed.value.code == "plugin.import_failed"
    with pytest.raises(PluginError) as failed:
        plugins.require_layout("generik")
    assert "generic" in failed.value.message("en")


PERCENT = """
from decimal import Decimal
from pioneer_etl.transform.model import FieldValue, ValueState

@hookimpl
def parse_value(cell, field):
    if cell.value == "全勤":
        return FieldValue(Decimal(1), ValueState.VALUE, cell.position, "全勤")
    if cell.value == "免报":
        return FieldValue(None, ValueState.NONE, cell.position, "免报")
"""


def test_a_value_parser_answers_passes_or_says_that_there_is_no_value(write_plugin: Write) -> None:
    parse = load(write_plugin("longgang", PERCENT), "longgang").parse_value
    assert parse is not None
    assert parse(cell("全勤"), FIELD, CONTEXT) == FieldValue(Decimal(1), ValueState.VALUE, Position(4, 3), "全勤")
    missing = parse(cell("免报"), FIELD, CONTEXT)
    assert missing is not None
    assert missing.state is ValueState.NONE
    assert parse(cell("12"), FIELD, CONTEXT) is None


def test_the_more_local_value_parser_is_asked_first(write_plugin: Write) -> None:
    answer = "from pioneer_etl.transform.model import FieldValue, ValueState\n@hookimpl\ndef parse_value(cell):\n"
    write_plugin("aaa", answer + "    return FieldValue('a', ValueState.VALUE)\n")
    root = write_plugin("bbb", answer + "    return None if cell.value == 'x' else FieldValue('b', ValueState.VALUE)\n")
    parse = load(root, "aaa", "bbb").parse_value
    assert parse is not None
    answers = [parse(cell(text), FIELD, CONTEXT) for text in ("x", "y")]
    assert [each.value for each in answers if each] == ["a", "b"]


def test_a_failing_value_parser_is_named_and_the_cell_is_not_repeated(write_plugin: Write) -> None:
    root = write_plugin("longgang", "@hookimpl\ndef parse_value(cell):\n    return int(cell.value)\n")
    parse = load(root, "longgang").parse_value
    assert parse is not None
    with pytest.raises(PluginError) as failed:
        parse(cell("王小明"), FIELD, CONTEXT)
    error = failed.value
    assert error.code == "plugin.value_failed"
    assert error.arguments["plugin"] == "longgang"
    assert error.arguments["place"].endswith("plugin.py:4")
    assert "王小明" not in error.message("zh") + str(error) + repr(error.arguments)
    with pytest.raises(PluginError, match="FieldValue"):
        parse(cell("12"), FIELD, CONTEXT)


def test_fewer_arguments_are_enough_and_connections_are_prepared(write_plugin: Write) -> None:
    import duckdb

    write_plugin("fails", "@hookimpl\ndef prepare_connection():\n    raise OSError('gone')\n")
    macro = (
        "@hookimpl\ndef prepare_connection(connection):\n    connection.execute('create temp macro wan(x) as x/10')\n"
    )
    root = write_plugin("works", macro)
    with duckdb.connect() as connection:
        (problem,) = load(root, "fails", "works").prepare_connection(connection)
        assert connection.sql("select wan(50)").fetchall() == [(5.0,)]
    assert problem.code == "plugin.hook_failed"
    assert "fails" in problem.message("zh")


def test_commands_are_added(write_plugin: Write) -> None:
    import typer
    from typer.testing import CliRunner

    app = typer.Typer()

    @app.command()
    def other() -> None:
        """So that the application has more than one command."""

    source = """
@hookimpl
def register_commands(app):
    @app.command()
    def greet(name: str):
        print("你好", name)
"""
    assert load(write_plugin("hello", source), "hello").register_commands(app) == ()
    assert "你好 宜山" in CliRunner().invoke(app, ["greet", "宜山"]).output


def test_checks_and_summaries_are_collected(write_plugin: Write) -> None:
    source = """
from pathlib import Path
from pioneer_etl.contract.model import Check, Label

@hookimpl
def register_checks():
    return {"village_economy": [Check("c", "income_total >= 0", "error", Label("负", "negative"))]}

@hookimpl
def register_summaries():
    return [Path(__file__).parent / "extra.toml"]
"""
    root = write_plugin("more", source)
    plugins = load(root, "more")
    assert [each.name for each in plugins.checks["village_economy"]] == ["c"]
    assert plugins.summaries == (root / "plugins" / "more" / "extra.toml",)


RULE = """
from pioneer_etl.table.model import RowRole
from pioneer_etl.table.rules.base import Rule, Stage

def stamped(row):
    return 1.0 if "此栏由县里填写" in row.text else {otherwise}

@hookimpl
def register_rules():
    return [Rule("county-fills-in", Stage.ROW, 8.0, stamped, RowRole.NOTE)]
"""


def stamped_sheet() -> Sheet:
    rows = [("村名", "收入"), ("宜一村", 3), ("宜二村", 4), ("此栏由县里填写", 7), ("宜三村", 5)]
    return Sheet("表1", tuple(rows))


def test_a_rule_of_a_plugin_takes_part_in_understanding(write_plugin: Write) -> None:
    plugins = load(write_plugin("stamp", RULE.format(otherwise="0.0")), "stamp")
    (table,) = understand(stamped_sheet(), plugins.rules).tables
    assert {row.row: row.role for row in table.rows}[4] is RowRole.NOTE
    (without,) = understand(stamped_sheet()).tables
    assert {row.row: row.role for row in without.rows}[4] is not RowRole.NOTE


def test_a_rule_that_fails_names_its_plugin(write_plugin: Write) -> None:
    plugins = load(write_plugin("stamp", RULE.format(otherwise="1 / 0")), "stamp")
    with pytest.raises(PluginError) as failed:
        understand(stamped_sheet(), plugins.rules)
    assert failed.value.code == "plugin.rule_failed"
    assert failed.value.arguments["plugin"] == "stamp"


def test_the_fingerprint_follows_what_decides_reading(write_plugin: Write) -> None:
    root = write_plugin("longgang")
    path = root / "plugins" / "longgang" / "layout.toml"
    first = load(root).fingerprint
    assert load(root).fingerprint == first
    path.write_text("# a comment\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert load(root).fingerprint == first
    path.write_text(path.read_text(encoding="utf-8").replace("合计", "总计"), encoding="utf-8")
    second = load(root).fingerprint
    assert second != first
    write_plugin("longgang", "x = 1\n", layout=False)
    assert load(root, "longgang").fingerprint not in (first, second)
    assert load_plugins(root, disabled=["longgang"]).fingerprint not in (first, second)


def test_the_fingerprint_is_the_same_in_another_process(write_plugin: Write) -> None:
    root = write_plugin("longgang", PERCENT)
    here = load(root, "longgang").fingerprint
    script = (
        "from pathlib import Path; from pioneer_etl.plugins.manager import load_plugins;"
        f"print(load_plugins(Path({str(root)!r})).fingerprint)"
    )
    there = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert there.strip() == here


def test_the_trace_tells_calls_but_no_arguments(write_plugin: Write) -> None:
    lines: list[str] = []
    root = write_plugin("longgang", PERCENT)
    approve(root, "longgang")
    plugins = load_plugins(root, trace=lines.append)
    assert plugins.parse_value is not None
    plugins.parse_value(cell("王小明"), FIELD, CONTEXT)
    assert "plugins: parse_value(cell, field, context) -> longgang" in lines
    assert "王小明" not in "".join(lines)


def test_a_damaged_approvals_file_is_told_and_approves_nothing(write_plugin: Write) -> None:
    root = write_plugin("longgang", "x = 1\n")
    write_plugin("yishan")
    (root / "plugins" / "approvals.toml").write_text("longgang = \n")
    plugins = load_plugins(root)
    assert [each.code for each in plugins.problems] == ["config.syntax", "plugin.unapproved"]
    assert "yishan" in layout_names(plugins)


def test_a_plugin_may_define_dataclasses(write_plugin: Write) -> None:
    root = write_plugin("longgang", "from dataclasses import dataclass\n@dataclass\nclass A:\n    b: 'int'\n")
    assert load(root, "longgang").problems == ()
