"""Pages that `inspect -o` writes: one for all, or a folder with one a file; refused files among them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pioneer_etl.contract.errors import FileRefused, UsageError
from pioneer_etl.match.model import SheetMatch
from pioneer_etl.pipeline import Inspected
from pioneer_etl.table.understand import understand
from pioneer_etl.workbook.model import Row, Sheet
from pioneer_etl.workspace.inspection import FileView, html_of, write_html

ROWS: tuple[Row, ...] = (("村", "户数", "人口"), ("宜一村", 12, 50), ("宜二村", 30, 90), ("合计", 42, 140))


def view(name: str, rows: tuple[Row, ...] = ROWS) -> FileView:
    reading = understand(Sheet("表<1>", rows))
    return FileView(name, Inspected(name, "xlsx", (SheetMatch(reading, ()),)))


@pytest.fixture
def views() -> tuple[FileView, ...]:
    return view("a.xlsx"), FileView("b.xlsx", None, FileRefused("file.empty")), view("a.xlsx")


def test_an_html_name_is_one_page_for_all(views: tuple[FileView, ...], tmp_path: Path) -> None:
    written = write_html(views, tmp_path / "all.HTML", "zh")
    assert written == (tmp_path / "all.HTML",)
    page = written[0].read_text(encoding="utf-8")
    assert page == html_of(views, "zh")
    assert page.count("<!DOCTYPE html>") == 1
    assert "文件是空的" in page
    assert "表&lt;1&gt;" in page


def test_any_other_name_is_a_folder_with_a_page_a_file(views: tuple[FileView, ...], tmp_path: Path) -> None:
    written = write_html(views, tmp_path / "new" / "pages", "en")
    assert [path.name for path in written] == ["a.xlsx.html", "b.xlsx.html", "a.xlsx (2).html"]
    assert all(path.read_text(encoding="utf-8").endswith("</html>\n") for path in written)


def test_no_page_is_left_outside_of_the_folder(tmp_path: Path) -> None:
    (path,) = write_html([view("inbox/宜山镇/../a.xlsx")], tmp_path / "pages", "zh")
    assert path == tmp_path / "pages" / "a.xlsx.html"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "pages").write_text("a file", encoding="utf-8")
    with pytest.raises(UsageError):
        write_html([view("a.xlsx")], tmp_path / "pages", "zh")


def test_the_same_sheet_in_two_files_has_names_of_its_own(views: tuple[FileView, ...]) -> None:
    page = html_of(views, "zh")
    assert page.count('id="f1s1"') == page.count('id="f3s1"') == 1


def test_a_cell_is_asked_for_by_its_address() -> None:
    with pytest.raises(UsageError) as caught:
        view("a.xlsx").explain("C", "zh")
    assert "C7" in caught.value.remedy("zh")
    with pytest.raises(UsageError):
        view("a.xlsx").explain("表2!C7", "zh")


def test_a_page_of_a_large_sheet_stays_small() -> None:
    rows: tuple[Row, ...] = (ROWS[0], *((f"第{number}村", number, number * 2) for number in range(1, 3001)))
    page = view("a.xlsx", rows).html("zh")
    assert len(page) < 100_000
    assert "略去第 151–2981 行" in page


def test_personal_data_is_known_by_its_heading_where_no_contract_says_so() -> None:
    rows = (("姓名", "联系电话", "户数"), ("王小明", "13900003220", 3), ("李 红", "13900003221", 4))
    page = view("a.xlsx", rows).html("zh")
    assert not any(secret in page for secret in ("小明", "0003220", "红"))
    assert "139****3220" in page
