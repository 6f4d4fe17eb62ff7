"""Summaries as one self-contained page: to look at, to print, to send on; every figure says what it is."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from pioneer_etl.contract.catalogue import Language
from pioneer_etl.contract.model import Label
from pioneer_etl.report.cells import one_line
from pioneer_etl.report.model import CellState, Heading, RowKind, SummaryCell, SummaryRow, SummaryTable, words
from pioneer_etl.report.printed import (
    HeaderCell,
    header_cells,
    header_depth,
    leaves_of,
    note_lines,
    period_line,
    shown,
    signature_items,
    unit_line,
)
from pioneer_etl.report.text import column_path
from pioneer_etl.report.words import word

_STYLE = """
:root { color-scheme: light; }
body { margin: 1.5rem auto; padding: 0 1rem; max-width: 90rem; color: #000; background: #fff;
  font: 14px/1.5 "SimSun", "Songti SC", "Noto Serif CJK SC", "Source Han Serif SC", serif; }
h1 { font: 24px/1.4 "方正小标宋简体", "FZXiaoBiaoSong-B05S", "SimSun", "Songti SC", "Noto Serif CJK SC", serif;
  text-align: center; margin: .5rem 0; }
nav li { margin: .3rem 0; }
section { margin: 0 0 3rem; overflow-x: auto; }
.line { display: flex; justify-content: space-between; gap: 2rem; margin: .3rem 0; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #000; padding: .25rem .4rem; }
thead th { font-family: "SimHei", "Heiti SC", "Noto Sans CJK SC", sans-serif; font-weight: normal;
  text-align: center; background: #f4f4f2; white-space: pre-line; text-wrap: balance; }
tbody th { font-weight: normal; text-align: left; white-space: nowrap; }
td { text-align: right; font-family: "Times New Roman", "Liberation Serif", serif; white-space: nowrap; }
td.text { text-align: left; font-family: inherit; white-space: normal; }
th, td.text, td.state { mso-number-format:"\\@"; }
td.state { text-align: center; color: #767676; font-family: inherit; }
tr.total > *, tr.group > * { font-weight: bold; }
tr.total > th { text-align: center; }
tr.village > th { padding-left: 1.8rem; }
tbody tr:hover > * { background: #fff7dc; }
.index td { text-align: center; color: #555; }
.notes, .signature { margin: .5rem 0; }
.signature { display: flex; justify-content: space-between; gap: 1.5rem; padding-right: 4rem; white-space: pre; }
@page { size: A4 landscape; margin: 15mm 12.7mm; }
@media print {
  body { margin: 0; padding: 0; max-width: none; font-size: 10pt; }
  nav { display: none; }
  section { page-break-after: always; overflow: visible; margin: 0; }
  section:last-child { page-break-after: auto; }
  thead { display: table-header-group; }
  tr { page-break-inside: avoid; }
  tbody tr:hover > * { background: none; }
}
"""


def as_html(tables: Sequence[SummaryTable], language: Language = "zh") -> str:
    """One page with all the tables.

    A figure's `data-trace` is SUMMARY/PERIOD/ROW/MEASURE; its title says in words what it is.
    """
    title = words(tables[0].title, language) if len(tables) == 1 else word("contents", language)
    parts = [
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if language == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    ]
    if len(tables) > 1:
        links = "".join(
            f'<li><a href="#{escape(each.name)}">{escape(words(each.title, language))}</a></li>\n' for each in tables
        )
        parts.append(f"<nav>\n<h1>{escape(title)}</h1>\n<ol>\n{links}</ol>\n</nav>\n")
    for table in tables:
        heading = words(table.title, language)
        parts.append(_section(table, table.rows, table.headings, heading, table.name, language))
        if table.detail:
            heading = word("detail_sheet", language, name=heading)
            parts.append(
                _section(table, table.detail, table.detail_headings, heading, f"{table.name}-detail", language)
            )
    parts.append("</body>\n</html>\n")
    return "".join(parts)


def _section(
    table: SummaryTable,
    rows: Sequence[SummaryRow],
    headings: tuple[Heading, ...],
    title: str,
    anchor: str,
    language: Language,
) -> str:
    detail = rows is table.detail
    parts = [
        f'<section id="{escape(anchor)}">\n<h1>{escape(title)}</h1>\n',
        f'<div class="line"><span>{escape(period_line(table, language))}</span>'
        f"<span>{escape(unit_line(table, language))}</span></div>\n<table>\n<thead>\n",
        _head(table, headings, detail, language),
        "</thead>\n<tbody>\n",
    ]
    parts += [_row(table, each, headings, detail, language) for each in rows]
    notes = "".join(f"<div>{escape(each)}</div>" for each in note_lines(table, language))
    signature = "".join(f"<span>{escape(each)}</span>" for each in signature_items(table, language))
    parts.append(f'</tbody>\n</table>\n<div class="notes">{notes}</div>\n<div class="signature">{signature}</div>\n')
    return "".join(parts) + "</section>\n"


def _head(table: SummaryTable, headings: tuple[Heading, ...], detail: bool, language: Language) -> str:
    cells = header_cells(table.spec, headings, language, detail)
    lines: list[str] = []
    for depth in range(header_depth(headings)):
        top = cells[0].top + depth
        line = [f'<th scope="col"{_spans(each)}>{escape(each.text)}</th>' for each in cells if each.top == top]
        lines.append(f"<tr>{''.join(line)}</tr>\n")
    if table.spec.index_row:
        first = "甲" if language == "zh" else "A"
        numbers = [str(i) for i in range(1, len(leaves_of(headings)) + 1)]
        lines.append(f'<tr class="index">{"".join(f"<td>{each}</td>" for each in [first, *numbers])}</tr>\n')
    return "".join(lines)


def _spans(cell: HeaderCell) -> str:
    columns, rows = cell.right - cell.left + 1, cell.bottom - cell.top + 1
    return (f' colspan="{columns}"' if columns > 1 else "") + (f' rowspan="{rows}"' if rows > 1 else "")


def _row(table: SummaryTable, row: SummaryRow, headings: tuple[Heading, ...], detail: bool, language: Language) -> str:
    kind = "group" if detail and row.kind is RowKind.TOWNSHIP else row.kind.value
    label = words(row.label, language)
    cells = [f'<th scope="row">{escape(label)}</th>']
    for leaf, cell in zip(leaves_of(headings), row.cells, strict=True):
        cells.append(_cell(table, row, leaf, cell, column_path(table, leaf, headings, language), language))
    return f'<tr class="{kind}">{"".join(cells)}</tr>\n'


def _cell(table: SummaryTable, row: SummaryRow, leaf: Heading, cell: SummaryCell, path: str, language: Language) -> str:
    measure = table.spec.measures.get(leaf.measure or "")
    text = shown(cell, measure.format if measure else "General", language)
    identity = "/".join((table.name, table.period.text, row.code or row.kind.value, cell.measure))
    spoken = f"{words(row.label, language)} · {path}"
    if cell.numerator is not None and cell.denominator is not None and cell.state is CellState.VALUE:
        spoken += f" = {cell.numerator} ÷ {cell.denominator}"
    if cell.records:
        spoken += word("of_records", language, count=cell.records)
    kind = ' class="text"' if isinstance(cell.value, (str, Label)) else ' class="state"' if cell.value is None else ""
    return f'<td{kind} data-trace="{escape(identity)}" title="{escape(one_line(spoken, " "))}">{escape(text)}</td>'
