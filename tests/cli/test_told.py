"""What the commands tell a person: what became of files and what to do, revisions, periods with nothing in them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from pioneer_etl.cli.main import main

pytestmark = pytest.mark.usefixtures("read_here")

SAMPLES = Path(__file__).parents[2] / "plugins" / "yishan" / "samples"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one township's format that took in one workbook."""
    root = tmp_path_factory.mktemp("told") / "县 里"
    assert main(["init", str(root)]) == 0
    for each in (root / "plugins").iterdir():
        if each.is_dir() and each.name != "yishan":
            shutil.rmtree(each)
    shutil.copy(_sample(), root / "inbox")
    main(["-w", str(root), "ingest", str(root / "inbox")])
    return root


def _sample() -> Path:
    return next(path for path in SAMPLES.glob("*.xlsx") if "经济" in path.name)


def test_a_refused_file_is_told_with_its_remedy(
    county: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "空.xlsx").write_bytes(b"")
    for language, remedy in (("zh", "→ 请报送单位重新发送"), ("en", "→ Ask the sender to send it again")):
        capfd.readouterr()
        assert main(["-w", str(county), "--lang", language, "ingest", str(tmp_path), "--dry-run"]) == 1
        said = capfd.readouterr()
        assert "file.empty" in said.err
        assert remedy in said.err
        assert said.out == ""
        assert not said.err.startswith("\n")


def test_a_refusal_in_json_speaks_the_language_of_the_call(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "空.xlsx").write_bytes(b"")
    for language, words in (("zh", "请报送单位重新发送"), ("en", "Ask the sender to send it again")):
        capfd.readouterr()
        assert main(["--lang", language, "inspect", str(tmp_path / "空.xlsx"), "--format", "json"]) == 1
        (file,) = json.loads(capfd.readouterr().out)["files"]
        assert file["refused"]["code"] == "file.empty"
        assert words in file["refused"]["remedy"]


def test_a_dry_run_says_that_nothing_was_loaded(county: Path, capfd: pytest.CaptureFixture[str]) -> None:
    main(["-w", str(county), "--lang", "en", "ingest", str(_sample()), "--dry-run"])
    assert "nothing was loaded" in capfd.readouterr().err


def test_a_folder_without_files_is_said_to_be_one(
    county: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["-w", str(county), "--lang", "zh", "ingest", str(tmp_path)]) == 0
    assert "没有找到文件" in capfd.readouterr().err


def test_a_corrected_form_is_told_with_its_revision_and_the_other_as_the_same(
    county: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.load_workbook(_sample())
    sheet = book["集体经济"]
    figures = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, float)]
    figure = figures[0]
    figure.value += 1
    book.save(tmp_path / "更正.xlsx")
    capfd.readouterr()
    main(["-w", str(county), "--lang", "en", "ingest", str(tmp_path / "更正.xlsx")])
    said = " ".join(capfd.readouterr().err.split())
    assert "revision 2 更正.xlsx 宜山镇 collective income of villages 2004" in said
    assert "villages: the same records as in" in said
    assert main(["-w", str(county), "diff", "宜山镇", "village_economy"]) == 0


def test_status_says_which_period_it_shows(county: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["-w", str(county), "--lang", "zh", "status"]) == 0
    assert "报送进度：2004" in capfd.readouterr().out


@pytest.mark.parametrize("command", [["status"], ["summary", "village"]])
def test_a_period_without_data_is_said_to_be_one(
    command: list[str], county: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["-w", str(county), "--lang", "en", *command, "--period", "1999"]) == 0
    assert "Nothing is loaded for 1999" in capfd.readouterr().err


def test_the_list_of_summaries_shows_titles_without_placeholders(
    county: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")  # so that no title is folded
    assert main(["-w", str(county), "--lang", "en", "summary"]) == 0
    said = capfd.readouterr().out
    assert "Collective income of villages" in said
    assert "{" not in said


def test_a_command_as_a_process_leaves_without_a_word(county: Path) -> None:
    """The libraries beneath it have nothing to say on stderr when it ends."""
    environment = {**os.environ, "PIONEER_LANG": "en", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "pioneer_etl", "-w", str(county), "status"]
    run = subprocess.run(command, capture_output=True, env=environment, timeout=60)
    assert (run.returncode, run.stderr) == (0, b"")


def test_a_new_workspace_in_a_folder_with_blanks_is_told_in_quotes(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "a b"
    assert main(["--lang", "en", "init", str(root)]) == 0
    assert f'ingest "{root / "inbox"}"' in capfd.readouterr().err


def test_a_briefing_is_filled_by_the_command(county: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    import docx

    document = docx.Document()
    document.add_paragraph('宜山镇{{ figure("village_economy", "villages", "宜山镇") }}个村')
    document.save(str(tmp_path / "模板.docx"))
    out = tmp_path / "材料.docx"
    capfd.readouterr()
    command = ["-w", str(county), "--lang", "zh", "brief", str(tmp_path / "模板.docx"), "-o", str(out)]
    assert main(command) == 0
    said = capfd.readouterr()
    assert said.out == ""
    assert "1 个数，来自" in said.err
    paragraphs = [each.text for each in docx.Document(str(out)).paragraphs]
    assert paragraphs[0].startswith("宜山镇")
    assert paragraphs[0].removeprefix("宜山镇").removesuffix("个村").isdigit()
    out.unlink()
    document.add_paragraph('{{ figure("village_economy", "vilages") }}')
    document.save(str(tmp_path / "模板.docx"))
    assert main(command) == 2
    assert 'figure("village_economy", "vilages")' in " ".join(capfd.readouterr().err.split())
    assert not out.exists()


def test_status_is_written_and_marked(county: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["-w", str(county), "status", "-o", str(tmp_path / "s.html")]) == 0
    assert 'class="missing"' in (tmp_path / "s.html").read_text(encoding="utf-8")
    mark = [
        "-w",
        str(county),
        "status",
        "mark",
        "宜山镇",
        "village_economy",
        "returned",
        "--who",
        "王科",
        "--why",
        "缺公章",
    ]
    assert main(mark) == 0
    capfd.readouterr()
    assert main(["-w", str(county), "--lang", "zh", "chase", "宜山镇", "--day", "2005-01-20"]) == 0
    said = capfd.readouterr().out
    assert "退回原因：缺公章" in said
    assert "2005年1月20日" in said
    assert main([*mark[:6], "loaded", *mark[7:]]) == 0
    assert main(["-w", str(county), "status", "mark", "霞关镇", "village_economy", "returned", *mark[7:]]) == 2


def test_a_value_is_corrected_and_traced(county: Path, capfd: pytest.CaptureFixture[str]) -> None:
    why = ["--who", "王科", "--why", "电话核实"]
    correct = ["-w", str(county), "--lang", "zh", "correct", "village_economy"]
    assert main([*correct, "宜山镇宜一村", "assets", "123.45", *why]) == 0
    capfd.readouterr()
    trace = ["-w", str(county), "trace", "village_economy", "--row", "宜一村", "--column", "assets", "--format", "json"]
    assert main(trace) == 0
    found = json.loads(capfd.readouterr().out)
    (cell,) = found["records"][0]["cells"]
    assert found["value"] == "123.45"
    assert "→ 123.45" in cell["conversion"]
    assert "电话核实（王科）" in cell["conversion"]
    for wrong, said in ((["某某村", "assets", "1"], "0 条记录"), (["宜山镇宜一村", "asets", "1"], "asets")):
        assert main([*correct, *wrong, *why]) == 2
        assert said in capfd.readouterr().err
