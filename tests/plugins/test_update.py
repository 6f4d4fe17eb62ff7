"""`plugins update`: a form that has changed is learnt beside the old one, or the plugin stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from pioneer_etl.cli.main import main
from pioneer_etl.contract.errors import UsageError
from pioneer_etl.workspace import open_workspace
from pioneer_etl.workspace.update_plugin import Updating, learn_change

PLUGIN = "juxi"
ECONOMY = "村集体经济收入"
VILLAGE = "村基本情况"


@pytest.fixture
def root(county: Callable[..., Path]) -> Path:
    return county(PLUGIN)


def sample(root: Path) -> Path:
    """The bundled plugin's own sample."""
    return min((root / "plugins" / PLUGIN / "samples").glob("*.xlsx"))


def changed(root: Path, folder: Path) -> Path:
    """The sample a year on: one heading renamed, one added, one gone, another order."""
    book = openpyxl.load_workbook(sample(root))
    economy = book[ECONOMY]
    for cell in economy[1]:
        if str(cell.value).startswith("经营收入"):
            cell.value = "办厂收入（万元）"
    wells = economy.max_column + 1
    economy.cell(1, wells, "水井数")
    for row in range(2, economy.max_row + 1):
        if economy.cell(row, 1).value:
            economy.cell(row, wells, 3)
    village = book[VILLAGE]
    (category,) = (cell.column for cell in village[1] if cell.value == "村类型")
    village.delete_cols(category)
    path = folder / sample(root).name.replace("2004", "2005")
    book.save(path)
    return path


ANSWERS = {
    ("village_economy", "columns", "办厂收入"): "income_operating",
    ("village_economy", "columns", "水井数"): "ignore",
}


def updating(root: Path, path: Path) -> Updating:
    return learn_change(open_workspace(root), PLUGIN, [path])


def layout(root: Path) -> str:
    return (root / "plugins" / PLUGIN / "layout.toml").read_text(encoding="utf-8")


def test_what_differs_is_told_and_the_renamed_heading_offered(root: Path, tmp_path: Path) -> None:
    found = updating(root, changed(root, tmp_path))
    assert {each.code for _, each in found.differences()} == {
        "column.renamed",
        "column.unknown",
        "column.drift_missing",
    }
    proposed = found.propose({})
    asked = {each.key[-1]: each.proposal for each in proposed.proposal.questions}
    assert asked == {"办厂收入": "income_operating", "水井数": None}
    assert [(each.action, each.key, each.value) for each in proposed.changes] == [
        ("append", ("optional",), "村类型"),
    ]


def test_a_confirmed_change_is_learnt_and_older_files_stay_readable(root: Path, tmp_path: Path) -> None:
    path = changed(root, tmp_path)
    before = layout(root)
    written = updating(root, path).write(updating(root, path).propose(ANSWERS))
    assert written.report.passed
    assert [each.sample for each in written.report.samples] == [sample(root).name, path.name]
    added = [line for line in layout(root).splitlines() if line not in before.splitlines()]
    assert added == ['optional = ["村类型"]', 'ignore = ["水井数"]', '"办厂收入" = "income_operating"']
    assert [line for line in before.splitlines() if line not in layout(root).splitlines()] == []
    assert open_workspace(root).ingest([path]).files[0].status == "loaded"
    again = updating(root, path)
    assert again.propose({}).changes == ()
    assert again.differences() == ()


def test_people_in_the_new_sample_are_made_up(root: Path, tmp_path: Path) -> None:
    path = changed(root, tmp_path)
    book = openpyxl.load_workbook(path)
    roster = book["后备干部名册"]
    roster["A2"] = "欧阳真实"
    book.save(path)
    written = updating(root, path).write(updating(root, path).propose(ANSWERS))
    copy = written.samples[path.name]
    texts = [str(cell) for sheet in openpyxl.load_workbook(copy) for row in sheet.values for cell in row]
    assert "欧阳真实" not in texts
    assert written.masked > 0


def test_an_update_that_would_read_older_samples_otherwise_changes_nothing(root: Path, tmp_path: Path) -> None:
    path = changed(root, tmp_path)
    before = layout(root)
    files = sorted(each.name for each in (root / "plugins" / PLUGIN).rglob("*"))
    wrong = {**ANSWERS, ("village_economy", "columns", "补助收入"): "income_other"}
    found = updating(root, path)
    expectation = next((root / "plugins" / PLUGIN / "samples").glob("*village_economy.expected.csv"))
    expectation.write_text(expectation.read_text(encoding="utf-8").replace("2004,", "2003,"), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        found.write(found.propose(wrong))
    assert caught.value.code == "plugin.update.breaks"
    assert layout(root) == before
    assert sorted(each.name for each in (root / "plugins" / PLUGIN).rglob("*")) == files
    assert not list((root / "plugins").glob(".*"))


def test_a_new_form_of_the_workbook_becomes_a_form_of_the_layout(root: Path, tmp_path: Path) -> None:
    path = root / "plugins" / PLUGIN / "layout.toml"
    text = layout(root)
    start = text.index('[[form]]\ndataset = "training"')
    end = text.index("[[form]]", start + 1)
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    for each in path.parent.glob("samples/*training.expected.csv"):
        each.unlink()
    newer = tmp_path / sample(root).name.replace("2004", "2005")
    newer.write_bytes(sample(root).read_bytes())
    book = openpyxl.load_workbook(sample(root))
    del book["干部教育培训"]
    book.save(sample(root))
    found = learn_change(open_workspace(root), PLUGIN, [newer])
    proposed = found.propose({})
    assert [each.code for each in proposed.changes] == ["plugin.update.form"]
    assert 'dataset = "training"' in (found.write(proposed).folder / "layout.toml").read_text(encoding="utf-8")


def test_the_command_line_tells_asks_for_answers_and_learns(
    root: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = changed(root, tmp_path)
    before = layout(root)

    def run(plugin: str, *options: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = main(["--lang", "en", "-w", str(root), "plugins", "update", plugin, str(path), *options])
        return code, *capfd.readouterr()

    code, _, said = run(PLUGIN, "--dry-run")
    assert code == 1
    assert '"办厂收入" = "income_operating"' in said
    assert "is most likely its new name" in said
    assert layout(root) == before
    answers = tmp_path / "answers.toml"
    answers.write_text('[village_economy.columns]\n"办厂收入" = "income_operating"\n"水井数" = "ignore"\n', "utf-8")
    code, out, said = run(PLUGIN, "--answers", str(answers))
    assert code == 0, said
    assert "renamed" in out
    code, _, said = run(PLUGIN, "--yes")
    assert code == 2
    assert "Nothing to learn" in said
    code, _, said = run("juxy")
    assert code == 2
    assert "juxi" in said
