"""How the command line answers what was typed wrongly: one of the codes, plain words, in the language of the call."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pioneer_etl.cli.call import as_typed
from pioneer_etl.cli.main import main, named_command

WRONG = [
    (["frobnicate"], "没有名为 frobnicate 的命令", "There is no command frobnicate"),
    (["status", "--bogus"], "没有 --bogus 这个选项", "There is no option --bogus"),
    (["ingest"], "还缺 paths", "paths is missing"),
    (["status", "--period"], "--period 后面还缺一个值", "--period needs a value"),
    (["findings", "waive", "x", "--who", "a", "--why", "b"], "应为整数", "a whole number"),
    (["findings", "waive", "1", "--who", "a", "--why", "b", "--until", "x"], "应为日期", "a day such as"),
    (["ingest", "x.xlsx", "--received", "soon"], "应为日期", "a day such as"),
    (["trace", "village"], "还缺 --row", "--row is missing"),
]


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("ingest inbox", "ingest"),
        ("-w county --lang=en ingest inbox --dry-run", "ingest"),
        ("ingest inbox -w county -p no:yishan", "ingest"),
        ("-wcounty ingest inbox", "ingest"),
        ("--help ingest", None),
        ("--lang zh", None),
        ("", None),
    ],
)
def test_the_command_that_is_called_is_known_before_it_is_parsed(typed: str, named: str | None) -> None:
    assert named_command(typed.split()) == named


@pytest.mark.parametrize(("arguments", "zh", "en"), WRONG, ids=lambda each: str(each))
def test_wrong_usage_is_told_in_the_language_of_the_call(
    arguments: list[str], zh: str, en: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path / "w")]) == 0
    for language, words in (("zh", zh), ("en", en)):
        capfd.readouterr()
        assert main(["-w", str(tmp_path / "w"), "--lang", language, *arguments]) == 2
        said = capfd.readouterr()
        assert words in said.err
        assert "Error:" not in said.err
        assert "--help" in said.err
        assert said.out == ""


@pytest.mark.parametrize("kind", ["missing", "folder", "binary"])
def test_a_query_file_that_cannot_be_read_is_wrong_usage(
    kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "query.sql"
    if kind == "folder":
        path.mkdir()
    elif kind == "binary":
        path.write_bytes(b"\xff\xfe\x80")
    assert main(["--lang", "en", "sql", "-f", str(path)]) == 2
    assert "usage.unreadable_query" in capfd.readouterr().err


def test_the_demo_leaves_a_workspace_of_ones_own_alone(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path / "county")]) == 0
    before = sorted(tmp_path.rglob("*"))
    assert main(["--lang", "zh", "demo", str(tmp_path / "county")]) == 2
    assert "usage.demo_elsewhere" in capfd.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


def test_a_path_is_shown_as_it_can_be_typed() -> None:
    assert as_typed(Path("county")) == "county"
    assert as_typed(Path("县 里/先锋")) == f'"{Path("县 里/先锋")}"'


def heed_interrupts() -> None:
    """In a new process: one that a script starts in its background would ignore Ctrl-C, as all of its children do."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for(path: Path, seconds: float = 60) -> None:
    """Until there is such a file."""
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, path
        time.sleep(0.05)


@pytest.mark.skipif(os.name == "nt", reason="signals of a console are another thing on Windows")
def test_ctrl_c_says_that_it_was_interrupted(tmp_path: Path) -> None:
    """The query comes from a standard input that never ends, so the command is still waiting when it is stopped."""
    assert main(["init", str(tmp_path / "w")]) == 0
    environment = {**os.environ, "PIONEER_LANG": "en", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "pioneer_etl", "-w", str(tmp_path / "w"), "sql"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, preexec_fn=heed_interrupts
    ) as waiting:
        assert waiting.stdin is not None
        waiting.stdin.write(b"-" * 200_000)  # more than a pipe holds: it is written when the command reads
        waiting.stdin.flush()
        waiting.send_signal(signal.SIGINT)
        said = waiting.communicate(timeout=20)[1].decode()
    assert waiting.returncode == 130
    assert "Interrupted" in said
    assert "Traceback" not in said


@pytest.mark.skipif(os.name == "nt", reason="signals of a console are another thing on Windows")
def test_ctrl_c_reaches_the_demo_and_its_workers_alike(tmp_path: Path) -> None:
    """A terminal interrupts all processes of a command: the workers may neither speak nor keep it waiting."""
    environment = {**os.environ, "PIONEER_LANG": "en", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "pioneer_etl", "demo", str(tmp_path / "county")]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, env=environment, start_new_session=True, preexec_fn=heed_interrupts
    ) as making:
        wait_for(tmp_path / "county" / "pioneer.toml")
        time.sleep(1)  # so that workers are at it
        os.killpg(making.pid, signal.SIGINT)
        said = making.communicate(timeout=30)[1].decode()
    assert making.returncode == 130
    assert "Interrupted" in said
    assert "Traceback" not in said


@pytest.mark.skipif(os.name == "nt", reason="there is no head on Windows")
def test_a_reader_that_has_read_enough_is_no_error() -> None:
    """As in `pioneer plugins list --help | head -1`: the pipe is closed before anything is written."""
    reader, writer = os.pipe()
    os.close(reader)
    environment = {**os.environ, "PIONEER_LANG": "en", "PYTHONUTF8": "1"}
    run = subprocess.run(
        [sys.executable, "-m", "pioneer_etl", "plugins", "list", "--help"],
        stdout=writer,
        stderr=subprocess.PIPE,
        env=environment,
        timeout=60,
    )
    os.close(writer)
    assert (run.returncode, run.stderr) == (0, b"")
