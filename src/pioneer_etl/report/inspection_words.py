"""What `inspect` says of a sheet in words: tables, verdicts, reasons, headings, doubts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pioneer_etl.contract.address import Position, column_letters
from pioneer_etl.contract.catalogue import Language, catalogue, message
from pioneer_etl.contract.finding import Finding, finding
from pioneer_etl.contract.model import Label
from pioneer_etl.match.model import ColumnMatch, Evidence, MatchedTable, MatchKind
from pioneer_etl.report.inspection import Sight, field_of, say
from pioneer_etl.report.model import words
from pioneer_etl.table.model import HeaderColumn, Reason, Role, RowRole, Table, TableKind, TableRow

_MOST_REASONS: Final = 5
_WEAK: Final = 0.5  # of a rule that argued less than this nothing is told, nor of one against by less than twice this
_FOR_DATA: Final = ("holds-values", "named-like-others")  # what argues for a record, whatever a row was taken for
_SURE, _LIKELY = 0.5, 0.15
_MOST_CELLS: Final = 6
_MOST_SUMS: Final = 4
# The kinds of match whose reason says more than the kind itself does, and how reasons begin that don't.
_EXPLAINED: Final = (MatchKind.SYNONYM, MatchKind.PROPOSED, MatchKind.IGNORED, MatchKind.NONE)
_SAID_BY_KIND: Final = ("同义词", "格式")


@dataclass(frozen=True, slots=True)
class Told:
    """A reason in words: whether it speaks for what was decided, the words, the rule's name and its weight."""

    favours: bool
    text: str
    rule: str
    weight: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is doubtful or wrong: how grave, where, what, what to do next, and whether it keeps the form out."""

    severity: str
    cells: tuple[str, ...]
    text: str
    remedy: str
    stops: bool = False


def told(reasons: Iterable[Reason], language: Language) -> list[Told]:
    """The reasons that count most, those that speak for the decision first."""
    seen = {reason.rule: reason for reason in reasons}
    ranked = sorted(seen.values(), key=lambda each: -abs(each.weight))
    favours = [each for each in ranked if each.weight >= _WEAK][:_MOST_REASONS]
    against = [each for each in ranked if each.weight <= -2 * _WEAK]
    return [Told(each.weight > 0, reason_words(each, language), each.rule, each.weight) for each in favours + against]


def reasons_of_cell(sight: Sight, position: Position) -> list[Reason]:
    """The rules that gave a cell its role, and its row its own where the cell is part of a table's body."""
    mark = sight.reading.roles[position]
    found = list(mark.reasons)
    row = sight.row(mark.table, position.row) if mark.table is not None else None
    if row is not None:
        found += [each for each in row.reasons if row.role is RowRole.DATA or each.rule not in _FOR_DATA]
    return found


def reason_words(reason: Reason, language: Language) -> str:
    """What a rule argued, in words; of a rule that the catalogue does not know, its own."""
    code = f"rule.{reason.rule}"
    if reason.weight < 0 and f"{code}.against" in catalogue():
        code = f"{code}.against"
    if code not in catalogue():
        return " ".join(reason.evidence.split())
    return message(code, dict(reason.arguments), language)


def field_words(matched: MatchedTable | None, line: ColumnMatch | None, language: Language) -> str:
    """What a column was taken for and how, e.g. "总收入 income_total（同义名称）"."""
    if matched is None or line is None:
        return ""
    field = field_of(matched, line)
    how = say(f"match.{line.kind.value}", language)
    if language == "zh" and line.kind in _EXPLAINED and line.reason and not line.reason.startswith(_SAID_BY_KIND):
        how = f"{how}：{line.reason}"
    if field is None:
        return how if line.kind in (MatchKind.IGNORED, MatchKind.NONE) else ""
    text = named(field.label, field.name, language)
    return f"{text}（{how}）" if language == "zh" else f"{text} ({how})"


def named(label: Label, name: str, language: Language) -> str:
    """A field or dataset by its label and the name it has in queries."""
    return f"{label.zh} {name}" if language == "zh" else f"{name}: {words(label, language)}"


def unit_words(unit: str, language: Language) -> str:
    return f"（{unit}）" if language == "zh" else f" ({unit})"


def table_words(sight: Sight, index: int, language: Language) -> list[str]:
    """What is to be said of a table as a whole, a line each; the first names it, the second says what becomes of it."""
    matched, table = sight.matched.get(index), sight.table(index)
    kind = say(f"kind.{table.kind.value}", language)
    lines = [say("table", language, number=index + 1, range=table.range.a1, kind=kind)]
    lines.append(verdict(sight, index, language))
    if matched is not None:
        lines.append(_identity(matched, language))
    if table.title:
        lines.append(say("title", language, text=table.title))
    if table.unit:
        lines.append(say("unit", language, text=table.unit))
    lines.append(_rows(table, language))
    lines.append(say(f"sure.{_sureness(table)}", language))
    return [line for line in lines if line]


def verdict(sight: Sight, index: int, language: Language) -> str:
    """Whether a table will be loaded, and as what."""
    matched = sight.matched.get(index)
    if matched is None:
        return say("unmatched", language)
    dataset = named(matched.dataset.title, matched.dataset.name, language)
    layout = say("by_words" if matched.layout == "generic" else "by_layout", language, layout=matched.layout)
    stops = sum(each.stops for each in _doubts([*sight.match.findings, *_findings(matched)], language))
    return say("stopped" if stops else "matched", language, dataset=dataset, layout=layout, count=stops)


def _sureness(table: Table) -> str:
    if table.confidence >= _SURE:
        return "high"
    return "middle" if table.confidence >= _LIKELY else "low"


def _identity(matched: MatchedTable, language: Language) -> str:
    identity = matched.identity
    nothing = say("nothing", language)
    township = identity.township.name if identity.township else nothing
    period = identity.period.text if identity.period else nothing
    seen = dict.fromkeys(evidence_words(each, language) for each in identity.evidence)
    by = ("；" if language == "zh" else "; ").join(seen)
    return say("identity", language, township=township, period=period, evidence=by or nothing)


def evidence_words(evidence: Evidence, language: Language) -> str:
    """A word for the township or period: where it stands and what it says."""
    code = f"source.{evidence.source}"
    source = say(code, language) if f"inspect.{code}" in catalogue() else evidence.source
    place = f" {evidence.cell.a1}" if evidence.cell else ""
    return f"{source}{place}“{evidence.text}”" if language == "zh" else f"{source}{place} “{evidence.text}”"


def _rows(table: Table, language: Language) -> str:
    """How many rows of each sort a table has, and how many of its totals add up."""
    if table.kind is TableKind.TRANSPOSED:
        return say("records_across", language, count=len(table.columns))
    counts = Counter(row.role for row in table.rows)
    parts = [f"{say(f'row.{role.value}', language)} {counts[role]}" for role in RowRole if counts[role]]
    line = say("rows", language, rows=("、" if language == "zh" else ", ").join(parts)) if parts else ""
    sums = [row for row in table.rows if row.confirmed is not None]
    right = [row for row in sums if row.confirmed]
    if sums:
        line += say("sums", language, right=len(right), count=len(sums))
    if 0 < len(right) <= _MOST_SUMS:
        line += say(
            "sums_are", language, sums=("；" if language == "zh" else "; ").join(_sum(row, language) for row in right)
        )
    return line


def _sum(row: TableRow, language: Language) -> str:
    """Which rows a total adds up, and in how many columns where it does not in all."""
    counts = next((dict(each.arguments) for each in row.reasons if each.rule == "adds-up"), {})
    name = "sum" if counts.get("agree") == counts.get("compared") else "sum_partly"
    return say(name, language, row=row.row, rows=rows_words(row.covers), **counts)


def rows_words(rows: Sequence[int]) -> str:
    """Row numbers with runs as ranges: 5–9, 12."""
    runs: list[list[int]] = []
    for row in sorted(rows):
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    told = [f"{first}–{last}" if last > first else str(first) for first, last in runs]
    return ", ".join(told[:_MOST_CELLS]) + (f" … ({len(rows)})" if len(told) > _MOST_CELLS else "")


def decided(table: Table, language: Language) -> str:
    """Which rows are the header and which columns label: what the table's reasons argue for."""
    letters = [column_letters(each.column) for each in table.label_columns]
    if table.pairs:
        return say("decided_pairs", language, count=len(table.pairs))
    labels = _run(letters) or say("nothing", language)
    if not table.header_rows:
        return say("decided_no_header", language, labels=labels)
    return say("decided", language, rows=_run(table.header_rows), labels=labels)


def _run(places: Sequence[object]) -> str:
    if not places:
        return ""
    return f"{places[0]}–{places[-1]}" if len(places) > 1 else str(places[0])


def reasons_of_table(table: Table, language: Language) -> list[Told]:
    """Why a table was read this way."""
    return told(table.reasons, language)


@dataclass(frozen=True, slots=True)
class Branch:
    """A heading in the tree of headings; `column` only right over a column, `last` where it is over several."""

    text: str
    below: tuple[Branch, ...]
    column: HeaderColumn | None = None
    last: int | None = None


def header_tree(columns: Sequence[HeaderColumn], depth: int = 0) -> tuple[Branch, ...]:
    """The headings as a tree: neighbours that share a heading share a branch, those under one cell are one."""
    branches: list[Branch] = []
    i = 0
    while i < len(columns):
        column = columns[i]
        if len(column.path) <= depth + 1:
            text = column.path[depth] if len(column.path) > depth else ""
            j = i + 1
            while (
                j < len(columns)
                and column.cells
                and columns[j].cells == column.cells
                and columns[j].path == column.path
            ):
                j += 1
            branches.append(Branch(text, (), column, columns[j - 1].column if j > i + 1 else None))
            i = j
            continue
        j = i
        while j < len(columns) and len(columns[j].path) > depth + 1 and columns[j].path[depth] == column.path[depth]:
            j += 1
        branches.append(Branch(column.path[depth], header_tree(columns[i:j], depth + 1)))
        i = j
    return tuple(branches)


def doubts(sight: Sight, language: Language) -> list[Doubt]:
    """What is doubtful or wrong on a sheet: what keeps it from being loaded first, notes last."""
    found = [*sight.match.findings]
    for matched in sight.match.tables:
        found += _findings(matched)
    for index, table in enumerate(sight.reading.tables):
        found += _of_table(sight, index, table)
    if sight.counts.get(Role.UNACCOUNTED):
        named = {cell for each in found for cell in each.cells}
        lost = [position.a1 for position, mark in sight.reading.roles.items() if mark.role is Role.UNACCOUNTED]
        if not named.intersection(lost):
            found.append(finding("inspect.unaccounted", cells=tuple(lost), count=len(lost)))
    rest = [Doubt("note", (), reason_words(each, language), "") for each in sight.reading.doubts]
    return [*_doubts(found, language), *rest]


def _findings(matched: MatchedTable) -> tuple[Finding, ...]:
    return (*matched.identity.findings, *matched.findings)


def _of_table(sight: Sight, index: int, table: Table) -> list[Finding]:
    """Doubts of understanding itself: where the header ends, and totals that do not add up."""
    found: list[Finding] = []
    area = table.range
    if _sureness(table) == "low" and table.header_rows:
        first = Position(table.header_rows[0], area.left)
        found.append(finding("inspect.unsure", cells=first.a1, rows=_run(table.header_rows)))
    for row in table.rows:
        if row.role in (RowRole.TOTAL, RowRole.SUBTOTAL) and row.confirmed is False:
            cell = row.cells[-1] if row.cells else Position(row.row, area.left)
            label = sight.path(row.cells[-1:]) or say(f"row.{row.role.value}", "zh")
            found.append(finding("inspect.total_differs", cells=cell.a1, row=row.row, label=label))
    return found


def _doubts(findings: Iterable[Finding], language: Language) -> list[Doubt]:
    lines = dict.fromkeys(
        Doubt(each.severity.value, each.cells, each.message(language), each.remedy(language), each.quarantines)
        for each in findings
    )
    order = ("error", "warning", "note")
    return sorted(lines, key=lambda each: (not each.stops, order.index(each.severity)))


def place_words(cells: Sequence[str]) -> str:
    """The addresses of a doubt, many of them shortened."""
    shown = " ".join(cells[:_MOST_CELLS])
    return f"{shown} … ({len(cells)})" if len(cells) > _MOST_CELLS else shown
