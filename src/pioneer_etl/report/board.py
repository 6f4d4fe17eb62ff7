"""报送进度: township × dataset as one table, to look at, to send on, and to count."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from io import BytesIO
from types import MappingProxyType

from pioneer_etl.contract.catalogue import Language, message
from pioneer_etl.contract.errors import Location, UsageError
from pioneer_etl.contract.model import Dataset
from pioneer_etl.report.model import words
from pioneer_etl.report.widths import text_width
from pioneer_etl.report.words import date_words
from pioneer_etl.warehouse.model import STANDING
from pioneer_etl.warehouse.queries import StatusRow

FORMS = ("xlsx", "html", "csv", "json")
# What a state looks like: the terminal's colour, and paper's (a pale fill that prints well in grey too).
COLOURS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "loaded": ("green", "E2F0D9"),
        "accepted": ("green", "C6E0B4"),
        "quarantined": ("yellow", "FFF2CC"),
        "returned": ("magenta", "E4DFEC"),
        "late": ("red", "F8CBAD"),
        "missing": ("dim", "EDEDED"),
        "not_owed": ("dim", "FFFFFF"),
    }
)


@dataclass(frozen=True, slots=True)
class Board:
    """The status of every form, by township and dataset, as of a day.

    `townships` are (code, name) and `datasets` those that are about, both in print order; where a township does not owe
    a dataset there is no cell.
    """

    rows: tuple[StatusRow, ...]
    datasets: tuple[Dataset, ...]
    townships: tuple[tuple[str, str], ...]
    cells: Mapping[tuple[str, str], StatusRow]
    day: date

    @property
    def periods(self) -> str:
        return ", ".join(sorted({each.period for each in self.rows}))

    def state(self, township: str, dataset: str) -> str:
        """The state of a cell; "not_owed" where there is none."""
        cell = self.cells.get((township, dataset))
        return cell.status if cell is not None else "not_owed"

    def received(self, dataset: str) -> tuple[int, int]:
        """How many forms of a dataset stand, and how many are owed or were sent."""
        own = [each for each in self.rows if each.dataset == dataset]
        return sum(each.status in STANDING or bool(each.revision) for each in own), len(own)

    def due(self, dataset: str) -> str:
        """The days by which a dataset is due, "" where none is set."""
        days = sorted({each.due for each in self.rows if each.dataset == dataset and each.due is not None})
        return ", ".join(each.isoformat() for each in days)


def make_board(rows: Sequence[StatusRow], datasets: Mapping[str, Dataset], day: date) -> Board:
    """The rows of `status` as a table; datasets that are no longer declared are left out."""
    known = tuple(each for each in rows if each.dataset in datasets)
    named = dict.fromkeys(each.dataset for each in known)
    townships = dict.fromkeys(sorted((each.township_code, each.township) for each in known))
    cells = {(each.township_code, each.dataset): each for each in known}
    return Board(known, tuple(datasets[name] for name in named), tuple(townships), cells, day)


def cell_words(cell: StatusRow | None, language: Language) -> str:
    """What a cell says: the state, that it came late, and the revision from the second on."""
    text = message(f"status.word.{cell.status if cell else 'not_owed'}", {}, language)
    if cell is None:
        return text
    if cell.in_time is False:
        text = message("status.received_late", {"word": text}, language)
    return f"{text} r{cell.revision}" if (cell.revision or 0) > 1 else text


def board_table(board: Board, language: Language) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of the table as texts, a row a township."""
    headings = [message("cli.column.township", {}, language), *(words(each.title, language) for each in board.datasets)]
    lines = [
        [name, *(cell_words(board.cells.get((code, each.name)), language) for each in board.datasets)]
        for code, name in board.townships
    ]
    return headings, lines


def foot_lines(board: Board, language: Language) -> list[list[str]]:
    """The rows under the table: how many of how many were received, and when they are due."""
    received = [f"{have}/{owed}" for have, owed in (board.received(each.name) for each in board.datasets)]
    lines = [[message("status.received", {}, language), *received]]
    due = [board.due(each.name) for each in board.datasets]
    if any(due):
        lines.append([message("status.due", {}, language), *due])
    return lines


def title_of(board: Board, language: Language) -> str:
    """报送进度：2004."""
    return message("status.title", {"period": board.periods}, language)


def board_bytes(board: Board, form: str, language: Language = "zh") -> bytes:
    """The board as a file of a form; UsageError when there is no such form."""
    match form:
        case "xlsx":
            return _xlsx(board, language)
        case "html":
            return _html(board, language).encode()
        case "csv":
            return _csv(board, language).encode("utf-8-sig")
        case "json":
            return json.dumps([each.as_dict() for each in board.rows], ensure_ascii=False, indent=1).encode()
    raise UsageError("summary.unknown_form", Location(), found=form, known=", ".join(FORMS))


def _csv(board: Board, language: Language) -> str:
    import csv
    from io import StringIO

    from pioneer_etl.report.text import safe_text

    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    headings, lines = board_table(board, language)
    writer.writerows([[safe_text(cell) for cell in line] for line in (headings, *lines)])
    return out.getvalue()


_STYLE = """
body { margin: 1.5rem; font: 14px/1.5 "SimSun", "Songti SC", "Noto Serif CJK SC", serif; background: #fff; }
h1 { font: 22px/1.4 "SimHei", "Heiti SC", "Noto Sans CJK SC", sans-serif; text-align: center; }
table { border-collapse: collapse; margin: 0 auto; }
th, td { border: 1px solid #000; padding: .25rem .5rem; text-align: center; mso-number-format:"\\@"; }
thead th { font-family: "SimHei", "Heiti SC", "Noto Sans CJK SC", sans-serif; font-weight: normal; background: #eee; }
tbody th { font-weight: normal; text-align: left; white-space: nowrap; }
p { text-align: center; color: #555; }
@page { size: A4 landscape; margin: 12mm; }
"""


def _html(board: Board, language: Language) -> str:
    headings, lines = board_table(board, language)
    title = escape(title_of(board, language))
    parts = [
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if language == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<table>\n<thead><tr>",
        *(f'<th scope="col">{escape(each)}</th>' for each in headings),
        "</tr></thead>\n<tbody>\n",
    ]
    for (code, _), (name, *cells) in zip(board.townships, lines, strict=True):
        parts.append(f'<tr><th scope="row">{escape(name)}</th>')
        for dataset, text in zip(board.datasets, cells, strict=True):
            state = board.state(code, dataset.name)
            parts.append(f'<td class="{state}" style="background:#{COLOURS[state][1]}">{escape(text)}</td>')
        parts.append("</tr>\n")
    for name, *cells in foot_lines(board, language):
        parts.append(
            f'<tr><th scope="row">{escape(name)}</th>{"".join(f"<td>{escape(each)}</td>" for each in cells)}</tr>\n'
        )
    note = message("status.note", {"day": date_words(board.day, language)}, language)
    parts.append(f"</tbody>\n</table>\n<p>{escape(note)}</p>\n</body>\n</html>\n")
    return "".join(parts)


def _xlsx(board: Board, language: Language) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    from pioneer_etl.report.cell_values import put_text

    book = Workbook()
    sheet = book.active
    sheet.title = message("status.sheet", {}, language)
    headings, lines = board_table(board, language)
    foot = foot_lines(board, language)
    columns = len(headings)
    thin = Side(style="thin", color="FF000000")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    centre = Alignment(horizontal="center", vertical="center", wrap_text=True)
    plain = Font(name="宋体" if language == "zh" else "Times New Roman", size=10.5)
    bold = Font(name="黑体" if language == "zh" else "Times New Roman", size=10.5, bold=language != "zh")

    def put(row: int, column: int, text: str, font: Font = plain) -> None:
        cell = sheet.cell(row, column)
        put_text(cell, text)
        cell.font, cell.border, cell.alignment = font, border, centre

    put(1, 1, title_of(board, language), Font(name=bold.name, size=16, bold=True))
    sheet.cell(1, 1).border = Border()
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=columns)
    sheet.row_dimensions[1].height = 32
    for row, line in enumerate((headings, *lines, *foot), 2):
        for column, text in enumerate(line, 1):
            put(row, column, text, bold if row == 2 else plain)
    for row, (code, _) in enumerate(board.townships, 3):
        for column, dataset in enumerate(board.datasets, 2):
            colour = COLOURS[board.state(code, dataset.name)][1]
            sheet.cell(row, column).fill = PatternFill("solid", start_color=f"FF{colour}")
    last = 2 + len(lines) + len(foot) + 1
    put(last, 1, message("status.note", {"day": date_words(board.day, language)}, language))
    sheet.cell(last, 1).border = Border()
    sheet.cell(last, 1).alignment = Alignment(vertical="center", wrap_text=True)
    sheet.merge_cells(start_row=last, end_row=last, start_column=1, end_column=columns)
    for column in range(1, columns + 1):
        body = max((text_width(line[column - 1]) for line in (*lines, *foot)), default=6)
        sheet.column_dimensions[get_column_letter(column)].width = (
            max(body, min(text_width(headings[column - 1]), 12)) + 3
        )
    sheet.row_dimensions[2].height = 48
    sheet.freeze_panes = "B3"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    sheet.print_options.horizontalCentered = True
    sheet.print_title_rows = "2:2"
    out = BytesIO()
    book.save(out)
    return out.getvalue()
