"""Pages to an HTML table saved as .xls, as web systems and old programs "export to Excel"."""

from __future__ import annotations

from html import escape

from pioneer_etl.demo.workbooks.page import Cell, Page
from pioneer_etl.demo.workbooks.write import shown

_HEAD = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">\r\n'
    '<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n'
    "<style>table {border-collapse: collapse} td {mso-number-format: '\\@'; vertical-align: middle}</style></head>\r\n"
    "<body>\r\n<table>\r\n"
)
_TAIL = "</table>\r\n</body></html>\r\n"


def write_html(page: Page) -> bytes:
    """One page as one table, merges as spans, every cell a text; UTF-8."""
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in page.merges}
    covered = {
        (row, column)
        for top, left, bottom, right in page.merges
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    } - spans.keys()
    lines = []
    for row in range(1, page.height + 1):
        cells = [
            _cell(page.cells.get((row, column)), *spans.get((row, column), (1, 1)))
            for column in range(1, page.width + 1)
            if (row, column) not in covered
        ]
        lines.append(f"<tr>{''.join(cells)}</tr>\r\n")
    return (_HEAD + "".join(lines) + _TAIL).encode("utf-8")


def _cell(cell: Cell | None, down: int, right: int) -> str:
    if cell is None:
        return "<td></td>"
    look = cell.look
    style = [f"font-family:{look.font}", f"font-size:{look.size}pt"]
    style += ["border:.5pt solid black"] if look.border else []
    style += ["font-weight:bold"] if look.bold else []
    style += [f"text-align:{look.horizontal}"] if look.horizontal != "general" else []
    style += [f"background:#{look.fill}"] if look.fill else []
    spans = (f' rowspan="{down}"' if down > 1 else "") + (f' colspan="{right}"' if right > 1 else "")
    text = "" if cell.content is None else escape(shown(cell.content)).replace("\n", "<br>")
    return f'<td{spans} style="{";".join(style)}">{text}</td>'
