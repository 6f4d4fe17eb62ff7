"""A sheet's roles in colours, as a page that stands by itself."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from pioneer_etl.contract.address import Position, column_letters
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.match.model import SheetMatch
from pioneer_etl.report.inspection import (
    LOOKS,
    Branch,
    Sight,
    doubts,
    field_words,
    header_tree,
    known_roles,
    lines_of,
    role_words,
    say,
    table_words,
)
from pioneer_etl.workbook.model import Visibility

_ROWS, _COLUMNS = 400, 80  # a page shows no more than these; what is left out is said

_STYLE = """
:root { color-scheme: light; }
body { margin: 1.5rem auto; padding: 0 1rem; max-width: 96rem; color: #1f2328; background: #fff;
  font: 14px/1.5 system-ui, "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.sheet { overflow: auto; max-height: 80vh; border: 1px solid #d0d7de; }
table { border-collapse: collapse; font-size: 12px; }
td, th { border: 1px solid #d8dee4; padding: 2px 6px; max-width: 16rem; vertical-align: middle; }
td { white-space: pre-wrap; } td.num { text-align: right; white-space: nowrap; }
th { position: sticky; background: #f6f8fa; color: #656d76; font-weight: normal; z-index: 1; }
thead th { top: 0; z-index: 2; } tbody th { left: 0; text-align: right; }
.legend span { display: inline-block; padding: 1px 8px; margin: 0 6px 4px 0; border: 1px solid #d8dee4; }
.tables { display: grid; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); gap: 1rem; }
.card { border: 1px solid #d0d7de; padding: .5rem 1rem; overflow-wrap: anywhere; }
.card ul { padding-left: 1.2rem; margin: .2rem 0; } .card p { margin: .2rem 0; }
code { background: #f3f4f6; padding: 0 4px; } .field { color: #1a7f37; }
.proposed { color: #9a6700; } .none { color: #cf222e; } .ignored, .quiet { color: #656d76; }
.error { color: #cf222e; } .warning { color: #9a6700; } .note { color: #656d76; }
tr.hidden td { opacity: .5; }
@media print { .sheet { max-height: none; overflow: visible; } th { position: static; } }
"""


def page(file: str, matches: Sequence[SheetMatch], language: Language) -> str:
    """The whole page of one file."""
    roles = "\n".join(
        f".r-{role.value} {{ background: {look.background}; color: {look.colour}; }}" for role, look in LOOKS.items()
    )
    title = say("page_title", language, file=file)
    parts = [
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if language == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}{roles}</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>\n"
    ]
    parts += [_sheet(Sight(each), language) for each in matches]
    return "".join(parts) + "</body>\n</html>\n"


def _sheet(sight: Sight, language: Language) -> str:
    hidden = "" if sight.sheet.visibility is Visibility.VISIBLE else f" {say('hidden', language)}"
    parts = [f"<section>\n<h2>{escape(sight.sheet.name + hidden)}</h2>\n"]
    if not sight.reading.roles:
        return "".join([*parts, f'<p class="quiet">{escape(say("empty", language))}</p>\n</section>\n'])
    legend = "".join(
        f'<span class="r-{role.value}">{escape(role_words(role, language))}</span>' for role in known_roles(sight)
    )
    parts += [f'<p class="legend">{legend}</p>\n', _grid(sight, language)]
    left_out = max(0, sight.height - _ROWS), max(0, sight.width - _COLUMNS)
    if any(left_out):
        text = say("left_out", language, rows=left_out[0], columns=left_out[1])
        parts.append(f'<p class="quiet">{escape(text)}</p>\n')
    found = doubts(sight, language)
    if found:
        items = "".join(f'<li class="{severity}">{escape(text)}</li>' for severity, text in found)
        parts.append(f"<h3>{escape(say('doubts', language))}</h3>\n<ul>{items}</ul>\n")
    cards = "".join(_card(sight, index, language) for index in range(len(sight.reading.tables)))
    return "".join([*parts, f'<div class="tables">\n{cards}</div>\n</section>\n'])


def _grid(sight: Sight, language: Language) -> str:
    width, height = min(sight.width, _COLUMNS), min(sight.height, _ROWS)
    covered: set[tuple[int, int]] = set()
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for merge in sight.sheet.merges:
        if merge.top > height or merge.left > width:
            continue
        bottom, right = min(merge.bottom, height), min(merge.right, width)
        spans[merge.top, merge.left] = (bottom - merge.top + 1, right - merge.left + 1)
        covered |= {(r, c) for r in range(merge.top, bottom + 1) for c in range(merge.left, right + 1)}
        covered.discard((merge.top, merge.left))
    heads = "".join(f"<th>{column_letters(column)}</th>" for column in range(1, width + 1))
    lines = [f'<div class="sheet">\n<table>\n<thead><tr><th></th>{heads}</tr></thead>\n<tbody>\n']
    for row in range(1, height + 1):
        cells = [
            _cell(sight, Position(row, column), spans.get((row, column)), language)
            for column in range(1, width + 1)
            if (row, column) not in covered
        ]
        hidden = ' class="hidden"' if row in sight.sheet.hidden_rows else ""
        lines.append(f"<tr{hidden}><th>{row}</th>{''.join(cells)}</tr>\n")
    return "".join([*lines, "</tbody>\n</table>\n</div>\n"])


def _cell(sight: Sight, position: Position, span: tuple[int, int] | None, language: Language) -> str:
    value = sight.sheet.at(*position)
    role = sight.role(position)
    classes = [f"r-{role.value}"] if role is not None else []
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        classes.append("num")
    attributes = f' class="{" ".join(classes)}"' if classes else ""
    if role is not None:
        told = "\n".join([f"{position.a1} {role_words(role, language)}", *sight.reasons(position)])
        attributes += f' title="{escape(told)}"'
    if span is not None:
        attributes += f' rowspan="{span[0]}" colspan="{span[1]}"'
    return f"<td{attributes}>{escape(sight.text(position))}</td>"


def _card(sight: Sight, index: int, language: Language) -> str:
    first, *others = table_words(sight, index, language)
    parts = [f'<div class="card">\n<p><strong>{escape(first)}</strong></p>\n']
    parts += [f"<p>{escape(text)}</p>\n" for text in others]
    for name, columns in sight.headings(index):
        branches = "".join(_branch(sight, index, each, language) for each in header_tree(columns))
        parts.append(f"<p><strong>{escape(say(name, language))}</strong></p>\n<ul>{branches}</ul>\n")
    return "".join([*parts, "</div>\n"])


def _branch(sight: Sight, index: int, branch: Branch, language: Language) -> str:
    if branch.column is None:
        below = "".join(_branch(sight, index, each, language) for each in branch.below)
        return f"<li>{escape(branch.text)}<ul>{below}</ul></li>"
    column, matched = branch.column, sight.matched.get(index)
    line = lines_of(matched).get(column.column)
    unit = f"（{column.unit}）" if column.unit else ""
    heading = (branch.text or say("no_heading", language)) + unit
    text = f"<code>{sight.marker(index, column.column)}</code> {escape(heading)}"
    field = field_words(matched, line, language)
    if field and line is not None:
        kind = line.kind.value if line.kind.value in ("proposed", "none", "ignored") else "field"
        text += f' <span class="{kind}" title="{escape(line.reason)}">→ {escape(field)}</span>'
    return f"<li>{text}</li>"
