"""A returned workbook that comes back: answers, marks and our sheets are told from the township's own."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from pioneer_etl.contract.address import Range
from pioneer_etl.entry.answers import changed_unasked, take_out
from pioneer_etl.entry.returned import mark_workbook
from tests.entry.returning import ABOUT, form, marked_about, opened, read_back

SHEET = "表 1'甲"
FINDINGS = (marked_about(1, ["B5", "B3"]), marked_about(2, ["B4"], "warning"), marked_about(3, [], text="少一张表"))


def came_back(edit: Callable[[Any], None]) -> Any:
    """The returned workbook as it is read once a clerk has been at it."""
    data = form()
    book = opened(mark_workbook(data, read_back(data), ABOUT, FINDINGS).data)
    edit(book)
    buffer = BytesIO()
    book.save(buffer)
    return read_back(buffer.getvalue())


def test_a_workbook_of_anybody_elses_is_left_alone() -> None:
    book = read_back(form())
    assert take_out(book) == (book, None)


def test_answers_are_read_by_finding_though_lines_are_sorted_and_columns_put_in() -> None:
    def edit(book: Any) -> None:
        sheet = book.worksheets[0]
        sheet["J6"], sheet["J8"] = "土地被征用", "  "
        lines = [[cell.value for cell in row] for row in sheet["A6:L8"]]
        for row, line in zip(sheet["A6:L8"], reversed(lines), strict=True):
            for cell, value in zip(row, line, strict=True):
                cell.value = value
        sheet.insert_cols(3)
        sheet.title = "改过名"

    own, answered = take_out(came_back(edit))
    assert answered is not None
    assert answered.answers == {FINDINGS[0].identity: "土地被征用"}
    assert answered.sha256 == ABOUT.sha256
    assert answered.marked[SHEET] == (Range(4, 2, 4, 2), Range(5, 2, 5, 2), Range(3, 2, 3, 2))
    assert [each.name for each in own.sheets] == [SHEET, "备查"]
    assert list(own.sheets[0].comments.values()) in ([], ["老王核过"])


def test_what_is_written_beside_the_answers_is_told() -> None:
    def edit(book: Any) -> None:
        book.worksheets[0]["B20"] = "另：数已电话报过"
        book.worksheets[0]["N6"] = "见附件"

    _, answered = take_out(came_back(edit))
    assert answered is not None
    assert answered.beside == {"核对意见": ("N6", "B20")}
    assert [each.code for each in answered.findings()] == ["return.answered", "return.beside"]


def test_only_what_was_not_asked_for_is_told_as_changed() -> None:
    def edit(book: Any) -> None:
        sheet = book[SHEET]
        sheet["B3"], sheet["B4"], sheet["A4"], sheet["D9"] = 13, 7.5, "宜三村", "新"
        book.remove(book["备查"])
        book.create_sheet("加的")

    before = read_back(form())
    own, answered = take_out(came_back(edit))
    assert answered is not None
    said = changed_unasked(before, own, answered.marked)
    assert [(each.code, each.sheet, each.cells) for each in said] == [
        ("return.changed", SHEET, ("A4", "D9")),
        ("return.sheet_new", "加的", ()),
    ]
    untouched = take_out(came_back(lambda book: None))[0]
    assert changed_unasked(before, untouched, {}) == ()


def test_a_forged_identity_is_no_path() -> None:
    def edit(book: Any) -> None:
        book.worksheets[-1]["B2"] = "../../etc/passwd"

    _, answered = take_out(came_back(edit))
    assert answered is not None
    assert answered.sha256 == ""
