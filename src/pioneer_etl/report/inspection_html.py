"""Sheets with their roles in colours, as a page that stands by itself: no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Final

from pioneer_etl.contract.address import Position, column_letters, parse_range
from pioneer_etl.contract.catalogue import Language
from pioneer_etl.report.inspection import (
    LOOKS,
    InspectedFile,
    Sight,
    cell_text,
    field_of,
    lines_of,
    role_words,
    say,
    without_people,
)
from pioneer_etl.report.inspection_rows import Gap, shown_rows
from pioneer_etl.report.inspection_style import STYLE
from pioneer_etl.report.inspection_words import (
    Branch,
    Doubt,
    Told,
    decided,
    doubts,
    field_words,
    header_tree,
    named,
    place_words,
    reasons_of_cell,
    reasons_of_table,
    table_words,
    told,
    unit_words,
    verdict,
)
from pioneer_etl.table.model import Role
from pioneer_etl.workbook.model import NoResult, Visibility

_HEAD, _TAIL, _DOUBTFUL = 150, 20, 60  # rows of a long sheet: from its top, its bottom, and with doubts between
_COLUMNS: Final = 80  # a page shows no more; what is left out is said


def page(files: Sequence[InspectedFile], language: Language) -> str:
    """One page of one file or several; a file that was refused is there with the reason."""
    roles = "\n".join(
        f".r-{role.value} {{ background: {look.background}; color: {look.colour}; }}" for role, look in LOOKS.items()
    )
    if len(files) == 1:
        title = say("page_title", language, file=files[0].name)
    else:
        title = say("several_files", language, count=len(files))
    parts = [
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if language == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}{roles}</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>\n"
    ]
    views = [
        [_View(Sight(match), f"f{number}s{place}", language) for place, match in enumerate(file.matches, 1)]
        for number, file in enumerate(files, 1)
    ]
    parts.append(_contents(files, views, language))
    for number, (file, sheets) in enumerate(zip(files, views, strict=True), 1):
        if len(files) > 1:
            parts.append(f'<h1 class="file" id="f{number}">{escape(file.name)}</h1>\n')
        if file.refusal is not None:
            text = f"{file.refusal.message(language)} → {file.refusal.remedy(language)}".removesuffix(" → ")
            parts.append(f'<p class="error">{escape(text)}</p>\n')
        parts += [_sheet(view) for view in sheets]
    return "".join(parts) + "</body>\n</html>\n"


@dataclass(frozen=True)
class _View:
    """A sheet on the page: `id` begins the names of its cells, so that a doubt can point at one."""

    sight: Sight
    id: str
    language: Language

    @cached_property
    def doubts(self) -> list[Doubt]:
        return doubts(self.sight, self.language)

    def say(self, name: str, **arguments: object) -> str:
        return escape(say(name, self.language, **arguments))

    @property
    def name(self) -> str:
        hidden = "" if self.sight.sheet.visibility is Visibility.VISIBLE else f" {say('hidden', self.language)}"
        return escape(self.sight.sheet.name + hidden)


def _contents(files: Sequence[InspectedFile], views: Sequence[Sequence[_View]], language: Language) -> str:
    """What is on the page and what becomes of it, a line a sheet."""
    rows: list[str] = []
    for number, (file, sheets) in enumerate(zip(files, views, strict=True), 1):
        before = f'<td><a href="#f{number}">{escape(file.name)}</a></td>' if len(files) > 1 else ""
        if file.refusal is not None:
            text = escape(file.refusal.message(language))
            rows.append(f'<tr>{before}<td></td><td class="error">{text}</td></tr>')
        for view in sheets:
            tables = range(len(view.sight.reading.tables))
            said = dict.fromkeys(verdict(view.sight, index, language) for index in tables)
            if not said:
                said = {say("no_table" if view.sight.counts else "empty", language): None}
            verdicts = "<br>".join(map(escape, said))
            rows.append(f'<tr>{before}<td><a href="#{view.id}">{view.name}</a></td><td>{verdicts}</td></tr>')
    hint = escape(say("only_read", language))
    return f'<table class="contents">{"".join(rows)}</table>\n<p class="quiet">{hint}</p>\n'


def _sheet(view: _View) -> str:
    sight, language = view.sight, view.language
    parts = [f'<section id="{view.id}">\n<h2>{view.name}</h2>\n']
    if not sight.counts:
        return "".join([*parts, f'<p class="quiet">{view.say("empty")}</p>\n</section>\n'])
    found = view.doubts
    rows = shown_rows(sight, found, head=_HEAD, tail=_TAIL, doubtful=_DOUBTFUL)
    if found:
        items = "".join(_doubt(view, each, rows) for each in found)
        parts.append(f'<h3>{view.say("doubts")}</h3>\n<ul class="doubts">{items}</ul>\n')
    legend = "".join(
        f'<span class="r-{role.value}">{escape(role_words(role, language))} <b>{count:,}</b></span>'
        for role, count in sight.counts.items()
    )
    total = view.say("counted", count=f"{sum(sight.counts.values()):,}")
    parts += [f'<p class="legend">{legend}<span class="total">{total}</span></p>\n']
    if sight.width > _COLUMNS:
        parts.append(f'<p class="quiet">{view.say("left_out", columns=sight.width - _COLUMNS)}</p>\n')
    parts.append(f'<div class="both">\n{_grid(view, rows)}')
    cards = "".join(_card(view, index) for index in range(len(sight.reading.tables)))
    return "".join([*parts, f'<div class="tables">\n{cards}</div>\n</div>\n</section>\n'])


def _doubt(view: _View, doubt: Doubt, rows: Sequence[int | Gap]) -> str:
    """A doubt: how grave, where (a link to the cell), what, and what to do."""
    place = ""
    if doubt.cells:
        first = parse_range(doubt.cells[0])
        place = escape(place_words(doubt.cells))
        if first.top in rows and first.left <= _COLUMNS:
            place = f'<a href="#{view.id}-{Position(first.top, first.left).a1}">{place}</a>'
        place = f"<code>{place}</code> "
    grave = "stops" if doubt.stops else doubt.severity
    remedy = f' <span class="remedy">→ {escape(doubt.remedy)}</span>' if doubt.remedy else ""
    return f'<li class="{doubt.severity}"><b>{view.say(f"grave.{grave}")}</b> {place}{escape(doubt.text)}{remedy}</li>'


def _grid(view: _View, rows: Sequence[int | Gap]) -> str:
    sight = view.sight
    width = min(sight.width, _COLUMNS)
    spans, covered = _merges(sight, rows, width)
    targets = {cell for doubt in view.doubts for cell in doubt.cells[:1]}
    targets = {Position(area.top, area.left).a1 for area in map(parse_range, targets)}
    tag = f'<i class="tag">{view.say("hidden_tag")}</i>'
    hidden = sight.sheet.hidden_columns
    heads = "".join(
        f'<th class="hidden">{column_letters(c)}{tag}</th>' if c in hidden else f"<th>{column_letters(c)}</th>"
        for c in range(1, width + 1)
    )
    labels = _labels(view)
    lines = [f'<div class="sheet">\n<table>\n<thead><tr><th></th>{heads}</tr></thead>\n<tbody>\n']
    for row in rows:
        if isinstance(row, Gap):
            name = "blank_rows" if row.blank else "skipped"
            text = view.say(name, count=row.count, first=row.first, last=row.last)
            lines.append(f'<tr class="gap"><th></th><td colspan="{width}">{text}</td></tr>\n')
            continue
        cells = [
            _cell(view, Position(row, column), spans.get((row, column)), labels, targets)
            for column in range(1, width + 1)
            if (row, column) not in covered
        ]
        is_hidden = row in sight.sheet.hidden_rows
        opening = f'<tr class="hidden"><th>{row}{tag}</th>' if is_hidden else f"<tr><th>{row}</th>"
        lines.append(f"{opening}{''.join(cells)}</tr>\n")
    return "".join([*lines, "</tbody>\n</table>\n</div>\n"])


Spans = dict[tuple[int, int], tuple[int, int, Position]]  # rows and columns that a shown cell spans, and its corner


def _merges(sight: Sight, rows: Sequence[int | Gap], width: int) -> tuple[Spans, set[tuple[int, int]]]:
    """Merged cells as they are shown, one piece between two gaps; the other cells that they cover.

    A merge that still holds values under it is not joined: nothing that a sheet holds is hidden here.
    """
    spans: Spans = {}
    covered: set[tuple[int, int]] = set()
    for merge in sight.sheet.merges:
        if merge.left > width or (merge.height == 1 and merge.width == 1):
            continue
        corner = Position(merge.top, merge.left)
        inside = [row for row in rows if not isinstance(row, Gap) and merge.top <= row <= merge.bottom]
        right = min(merge.right, width)
        others = (Position(row, c) for row in inside for c in range(merge.left, right + 1) if (row, c) != tuple(corner))
        if any(sight.role(each) is not None for each in others):
            continue
        for start, count in _runs(inside):
            spans[start, merge.left] = (count, right - merge.left + 1, corner)
            covered |= {(r, c) for r in range(start, start + count) for c in range(merge.left, right + 1)}
            covered.discard((start, merge.left))
    return spans, covered


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == sum(runs[-1]):
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((row, 1))
    return runs


def _labels(view: _View) -> dict[tuple[int, int], str]:
    """What the cells of a table's column (where fields stand in rows: its row) are, for their titles."""
    found: dict[tuple[int, int], str] = {}
    for index in range(len(view.sight.reading.tables)):
        matched = view.sight.matched.get(index)
        for _, columns in view.sight.headings(index):
            for column in columns:
                line = lines_of(matched).get(column.column)
                field = field_of(matched, line)
                heading = " / ".join(part for part in column.path if part)
                taken = f" → {named(field.label, field.name, view.language)}" if field is not None else ""
                found[index, column.column] = heading + taken
    return found


def _cell(
    view: _View,
    position: Position,
    span: tuple[int, int, Position] | None,
    labels: dict[tuple[int, int], str],
    targets: set[str],
) -> str:
    sight = view.sight
    if span is not None:
        position = span[2]
    role = sight.role(position)
    classes = [f"r-{role.value}"] if role is not None else []
    if sight.is_number(position):
        classes.append("num")
    if position.column in sight.sheet.hidden_columns:
        classes.append("hidden")
    title = _title(view, position, role, labels)
    if position in sight.sheet.comments:
        classes.append("comment")
    attributes = f' class="{" ".join(classes)}"' if classes else ""
    if title:
        attributes += f' title="{escape(title)}"'
    if span is not None and span[:2] != (1, 1):
        attributes += f' rowspan="{span[0]}" colspan="{span[1]}"'
    if position.a1 in targets:
        attributes += f' id="{view.id}-{position.a1}"'
    return f"<td{attributes}>{escape(sight.text(position))}</td>"


def _title(view: _View, position: Position, role: Role | None, labels: dict[tuple[int, int], str]) -> str:
    """What shows when the pointer rests on a cell: its role, its heading and field, why, its formula and comment."""
    if role is None:
        return ""
    sight, language = view.sight, view.language
    first = f"{position.a1} {say(f'role.{role.value}', language)}"
    mark = sight.reading.roles[position]
    if mark.table is not None and role in (Role.VALUE, Role.ROW_LABEL, Role.TOTAL, Role.SUBTOTAL):
        label = labels.get((mark.table, sight.line(mark.table, position)))
        first += f" · {label}" if label else ""
    lines = [first]
    if role not in (Role.VALUE, Role.ROW_LABEL, Role.HEADER):
        lines += [each.text for each in told(reasons_of_cell(sight, position), language)]
    if formula := sight.sheet.formulas.get(position):
        lines.append(f"={formula.lstrip('=')}")
    if isinstance(sight.sheet.at(*position), NoResult):
        lines.append(say("no_result", language))
    if comment := sight.sheet.comments.get(position):
        lines.append(f"{say('line.comment', language)} {without_people(cell_text(comment))}")
    return "\n".join(lines)


def _card(view: _View, index: int) -> str:
    sight, language = view.sight, view.language
    first, second, *others = table_words(sight, index, language)
    parts = [f'<div class="card">\n<p><strong>{escape(first)}</strong></p>\n<p>{escape(second)}</p>\n']
    parts += [f'<p class="quiet">{escape(text)}</p>\n' for text in others]
    for name, columns in sight.headings(index):
        branches = "".join(_branch(view, index, each) for each in header_tree(columns))
        parts.append(f"<p><strong>{view.say(name)}</strong></p>\n<ul>{branches}</ul>\n")
    reasons = reasons_of_table(sight.table(index), language)
    if reasons:
        items = "".join(_reason(each) for each in reasons)
        what = escape(decided(sight.table(index), language))
        parts.append(f"<details><summary>{view.say('why')}</summary>\n<p>{what}</p><ul>{items}</ul>\n</details>\n")
    return "".join([*parts, "</div>\n"])


def _reason(reason: Told) -> str:
    mark = "＋" if reason.favours else "－"
    return (
        f'<li>{mark} {escape(reason.text)} <span class="quiet">{escape(reason.rule)} {reason.weight:+.1f}</span></li>'
    )


def _branch(view: _View, index: int, branch: Branch) -> str:
    if branch.column is None:
        below = "".join(_branch(view, index, each) for each in branch.below)
        return f"<li>{escape(branch.text)}<ul>{below}</ul></li>"
    sight, column = view.sight, branch.column
    matched = sight.matched.get(index)
    line = lines_of(matched).get(column.column)
    unit = unit_words(column.unit, view.language) if column.unit else ""
    heading = (branch.text or say("no_heading", view.language)) + unit
    text = f"<code>{sight.marker(index, column.column, branch.last)}</code> {escape(heading)}"
    field = field_words(matched, line, view.language)
    if field and line is not None:
        kind = line.kind.value if line.kind.value in ("proposed", "none", "ignored") else "field"
        text += f' <span class="{kind}">→ {escape(field)}</span>'
    return f"<li>{text}</li>"
