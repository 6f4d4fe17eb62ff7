"""The body's rows: what each is, which labels it has, what it stands under, and what totals cover."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from pioneer_etl.contract.address import Position, Range
from pioneer_etl.table.grid import NUMBER, TEXT, Grid
from pioneer_etl.table.headers import Cell, clean
from pioneer_etl.table.model import Reason, RowRole, TableRow
from pioneer_etl.table.notes import is_remark_beside
from pioneer_etl.table.numbers import number_of, numbers_of
from pioneer_etl.table.outline import Label, parents
from pioneer_etl.table.rules.base import Rule, choose
from pioneer_etl.table.totals import (
    Figures,
    Layout,
    Nominated,
    Sum,
    covers_all,
    figures,
    named_sum,
    unnamed_sums,
)
from pioneer_etl.table.words import is_code_head, is_number_head, is_of_which, is_unit_head, may_name_total

_OUTSIDE = (RowRole.COLUMN_INDEX, RowRole.REPEATED_HEADER, RowRole.NOTE)  # rows that are no part of the outline
_MOST_SUMMED_COLUMNS = 8


@dataclass(frozen=True)
class Body:
    """A table's body: its rows `top`..`bottom`, the columns of labels and of values, and its heads.

    `heads` has the text of every column's nearest head, `said` all texts that stand in its header rows;
    `numeric` are the value columns of numbers; `is_numbered` tells whether the body's first row numbers the columns.
    """

    grid: Grid
    region: Range
    top: int
    bottom: int
    labels: tuple[int, ...]
    values: tuple[int, ...]
    heads: Mapping[int, str]
    numeric: frozenset[int]
    said: Mapping[int, frozenset[str]]
    is_numbered: bool


class BodyRow(NamedTuple):
    """One row as the row rules see it."""

    body: Body
    grid: Grid
    row: int
    labels: tuple[Position, ...]  # the label cells that carry text in this row itself
    labelled: tuple[int, ...]  # their columns
    valued: tuple[int, ...]  # the value columns that carry something
    said: tuple[str, ...]  # the texts that could name the row: its labels, and words in its first values
    figures: int  # how many numbers it holds
    last: bool  # no row with values follows
    may_sum: bool  # one of the texts that could name it may be a total's or a subtotal's word

    @property
    def text(self) -> str:
        """What its labels say."""
        return " ".join(self.said[: len(self.labels)])


Decision = tuple[RowRole, tuple[Reason, ...]]


def read_rows(body: Body, rules: Sequence[Rule]) -> tuple[TableRow, ...]:
    """Every row of the body that is not blank, in order, with role, labels, path and confirmed sums."""
    found = _body_rows(body)
    decided = _decide(found, rules)
    carried = _carried(body, found, [role for role, _ in decided])
    rows = _outline(body, found, decided, carried)
    return _with_sums(body, found, rows)


def _body_rows(body: Body) -> list[BodyRow]:
    """The rows that are not blank."""
    grid = body.grid
    found: list[BodyRow] = []
    # Rows filled alike share what is filled: labels, values, words among the first values, how many numbers.
    patterns: dict[bytes, tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], int]] = {}
    for row in range(body.top, body.bottom + 1):
        line = grid.rows[row - 1]
        pattern = patterns.get(line)
        if pattern is None:
            labelled = tuple([c for c in body.labels if line[c - 1]])
            valued = tuple([c for c in body.values if line[c - 1]])
            pattern = patterns[line] = (labelled, valued, _words(line, labelled, valued), line.count(NUMBER))
        labelled, valued, words, figures = pattern
        if row in grid.merged:
            valued = tuple([c for c in valued if not is_remark_beside(grid, row, c)])
            words = _words(line, labelled, valued)
        if valued or labelled:
            said = tuple(grid.texts(row, labelled + words))
            labels = tuple([Position(row, c) for c in labelled])
            may_sum = may_name_total(" ".join(said))
            found.append(BodyRow(body, grid, row, labels, labelled, valued, said, figures, False, may_sum))
    last = next((i for i in range(len(found) - 1, -1, -1) if found[i].valued), -1)
    found[last + 1 :] = [each._replace(last=True) for each in found[last + 1 :]]
    return found


def _words(line: bytes, labelled: tuple[int, ...], valued: tuple[int, ...]) -> tuple[int, ...]:
    """The first columns of values that hold words: one beside labels, two of a row without."""
    return tuple([c for c in (valued[:1] if labelled else valued[:2]) if line[c - 1] == TEXT])


def _decide(rows: Sequence[BodyRow], rules: Sequence[Rule]) -> list[Decision]:
    """What every row is, and why.  Which rules can say anything is found out once for rows that are filled alike."""
    found: list[Decision] = []
    known: dict[tuple[bytes, tuple[int, ...], bool, bool], tuple[Sequence[Rule], Decision | None]] = {}
    for row in rows:
        key = (row.grid.rows[row.row - 1], row.valued, row.last, row.may_sum)
        asked = known.get(key)
        if asked is None:
            speaking = [rule for rule in rules if rule.unless is None or not rule.unless(row)]
            same = all(rule.of_classes and rule.evidence is None for rule in speaking)
            asked = known[key] = (speaking, _decision(row, speaking) if same else None)
        found.append(asked[1] or _decision(row, asked[0]))
    return found


def _decision(row: BodyRow, rules: Sequence[Rule]) -> Decision:
    answer, reasons = choose(rules, row)
    return (answer if isinstance(answer, RowRole) else RowRole(answer or RowRole.DATA)), reasons


def _carried(body: Body, rows: Sequence[BodyRow], roles: Sequence[RowRole]) -> list[tuple[Cell, ...]]:
    """For every row the cells that speak in its label columns, those above it and of merges counted.

    A label column left empty takes the text above only where a column to its right has its own, so
    that an outer label (the township) is written once for several inner ones (the villages).
    """
    grid = body.grid
    current: dict[int, Cell] = {}
    found: list[tuple[Cell, ...]] = []
    running = {c for c in body.labels if _numbers_rows(body, len(rows), c)}
    complete: tuple[Position, ...] = ()  # the labels of the row above, where it has all
    for each, role in zip(rows, roles, strict=True):
        line: dict[int, Cell] = {}
        if role in (RowRole.GROUP, RowRole.REPEATED_HEADER, RowRole.COLUMN_INDEX, RowRole.NOTE):
            current, complete = {}, ()
            alone = role is RowRole.GROUP and not each.labels
            found.append((Position(each.row, each.valued[0]),) if alone else each.labels)
            continue
        merged = each.row in grid.merged and any((each.row, c) in grid.merges for c in body.labels)
        if not merged and len(each.labels) == len(body.labels):
            complete = each.labels
            found.append(each.labels)
            continue
        if complete:
            current, complete = {cell[1]: cell for cell in complete}, ()
        own = each.labelled
        for column in body.labels:
            origin = grid.origin(each.row, column) if merged else (each.row, column)
            if (grid.shape(*origin) and origin[0] >= body.top) if merged else column in own:
                if origin[1] == column or origin[1] not in body.labels:
                    line[column] = origin
                else:
                    line[origin[1]] = origin
                if column not in running and current.get(column) != origin:
                    current = {c: cell for c, cell in current.items() if c < column}
                current[column] = origin
            elif (
                column in current
                and column not in running
                and ((own and own[-1] > column) or _words_follow(body, each, column))
                and role in (RowRole.DATA, RowRole.SUBTOTAL)
            ):
                line[column] = current[column]
        found.append(tuple(dict.fromkeys(line.values())))
    return found


def _words_follow(body: Body, row: BodyRow, column: int) -> bool:
    """Whether a name of its own stands right of an empty last label (姓名 beside a village written once)."""
    if not row.valued or body.labels[-1] != column or row.valued[0] != body.values[0]:
        return False
    return body.grid.shape(row.row, row.valued[0]) == TEXT and row.valued[0] not in body.numeric


def _numbers_rows(body: Body, count: int, column: int) -> bool:
    """Whether a label column holds a number of its own for nearly every row: such numbers are not carried."""
    return body.grid.column(column, range(body.top, body.bottom + 1)).count(NUMBER) * 2 > count


def _outline(
    body: Body,
    rows: Sequence[BodyRow],
    decided: Sequence[Decision],
    carried: Sequence[tuple[Cell, ...]],
) -> list[TableRow]:
    """The rows with their paths: what they stand under by the outline of their first label, then their labels."""
    grid = body.grid
    found: list[TableRow] = []
    said: dict[Cell, tuple[Position, str]] = {}
    stands = _stand_under(body, rows, decided, carried)
    for each, (role, reasons), own, (prefix, level) in zip(rows, decided, carried, stands, strict=True):
        if own is each.labels and not prefix:  # it says all by itself
            path = tuple([text for text in map(clean, each.said[: len(own)]) if text])
            found.append(TableRow(each.row, role, path, each.labels, level, reasons=reasons))
            continue
        places: list[Position] = []
        texts: list[str] = []
        for cell in dict.fromkeys((*prefix, *own)):
            told = said.get(cell)
            if told is None:
                told = said[cell] = (Position(*cell), clean(grid.text(*cell)))
            places.append(told[0])
            if told[1]:
                texts.append(told[1])
        found.append(TableRow(each.row, role, tuple(texts), tuple(places), level, reasons=reasons))
    return found


def _stand_under(
    body: Body, rows: Sequence[BodyRow], decided: Sequence[Decision], carried: Sequence[tuple[Cell, ...]]
) -> list[tuple[tuple[Cell, ...], int]]:
    """The cells that every row stands under by the outline, outermost first, and how deep."""
    aside = len(body.labels) > 1 and all(_is_aside(body.heads.get(c, "")) for c in body.labels[1:])
    several = len(body.labels) > 1 and not aside
    if several and all(role is not RowRole.GROUP for role, _ in decided):
        return [((), 0)] * len(rows)
    outlined = [
        index
        for index, (each, (role, _)) in enumerate(zip(rows, decided, strict=True))
        if role not in _OUTSIDE and (each.labels or role is RowRole.GROUP)
    ]
    labels = [_label(body, rows[index], decided[index][0], several) for index in outlined]
    parted = any(is_of_which(label.text) for label in labels)
    above = dict(
        zip(outlined, parents(labels, [_figures(body, rows[i].row) for i in outlined] if parted else ()), strict=True)
    )
    heading: list[tuple[tuple[Cell, ...], int]] = []  # what stands below each outlined row stands under
    prefix: tuple[Cell, ...] = ()
    found: list[tuple[tuple[Cell, ...], int]] = []
    for index, own in enumerate(carried):
        if index in above:
            parent = above[index]
            prefix, level = heading[parent] if parent is not None else ((), 0)
            heading.append(((*prefix, *(own[:1] if aside else own)), level + 1))
            found.append((prefix, level))
        else:
            found.append((prefix if decided[index][0] not in _OUTSIDE else (), 0))
    return found


def _figures(body: Body, row: int) -> list[float | None]:
    """The numbers of a row, without those that only count the rows."""
    columns = [c for c in sorted(body.numeric) if not is_number_head(body.heads.get(c, ""))]
    return [number_of(body.grid.sheet.at(row, column)) for column in columns]


def _is_aside(head: str) -> bool:
    """Whether a label column right of the names only tells their codes or units."""
    return is_code_head(head) or is_number_head(head) or is_unit_head(head)


def _label(body: Body, row: BodyRow, role: RowRole, several: bool) -> Label:
    """A row's first label for the outline; with several label columns only groups head anything."""
    cell = row.labels[0] if row.labels else (row.row, row.valued[0])
    heads = role is RowRole.GROUP
    if several and not heads:
        return _FLAT
    style = body.grid.sheet.style(*cell)
    return Label(body.grid.raw(*cell), style.indent, style.bold and not several, heads)


_FLAT = Label("")


def _with_sums(body: Body, rows: Sequence[BodyRow], found: list[TableRow]) -> tuple[TableRow, ...]:
    """The rows with what their (sub)totals cover, where arithmetic confirms them, and totals that no word names."""
    counted = [index for index, row in enumerate(found) if row.role in (RowRole.DATA, RowRole.TOTAL, RowRole.SUBTOTAL)]
    if not body.numeric or len(counted) < 2:
        return tuple(found)
    sheet = body.grid.sheet
    numbers = [found[index].row for index in counted]
    columns = sorted(body.numeric)[:_MOST_SUMMED_COLUMNS]
    lines = [sheet.rows[row - 1] for row in numbers]
    known = figures(numbers_of([line[c - 1] if c <= len(line) else None for line in lines]) for c in columns)
    result = _unnamed_totals(rows, found, counted, known)
    named = [result[index].role is not RowRole.DATA for index in counted]
    waiting = [at for at in range(len(counted)) if named[at] and result[counted[at]].confirmed is None]
    if waiting:
        nominated = Nominated(known, named, [found[index].level for index in counted])
        for at in waiting:
            row = result[counted[at]]
            total = named_sum(at, nominated)
            if total is None:
                result[counted[at]] = replace(row, confirmed=False if known.telling[at] else None)
            else:
                result[counted[at]] = _as_total(row, row.role, total, numbers)
    return tuple(result)


def _as_total(row: TableRow, role: RowRole, total: Sum, numbers: Sequence[int]) -> TableRow:
    counts = {"agree": total.agree, "compared": total.compared, "count": len(total.covers)}
    told = Reason(
        "adds-up",
        f"{total.agree} of {total.compared} columns add up over {len(total.covers)} rows",
        3.0,
        tuple((name, str(number)) for name, number in counts.items()),
    )
    covers = tuple(numbers[at] for at in total.covers)
    return replace(row, role=role, confirmed=True, covers=covers, reasons=(*row.reasons, told))


def _unnamed_totals(
    rows: Sequence[BodyRow], found: Sequence[TableRow], counted: Sequence[int], known: Figures
) -> list[TableRow]:
    """Totals that no word names, by their place or by labels left out, and only if they add up.

    What a confirmed one is called (Totaal, 全县) is then a total's word in this table.
    """
    result = list(found)
    patterns = [rows[index].labelled for index in counted]
    usual = max(dict.fromkeys(patterns), key=lambda pattern: patterns.count(pattern))
    innermost = max(usual, default=0)
    numbers = [found[index].row for index in counted]
    layout = Layout(
        joined=[numbers[at + 1] == numbers[at] + 1 for at in range(len(numbers) - 1)],
        outer=[bool(pattern) and max(pattern) < innermost for pattern in patterns],
        levels=[found[index].level for index in counted],
        named=[found[index].role is not RowRole.DATA for index in counted],
    )
    sums = unnamed_sums(known, layout)
    for at, total in sums.items():
        role = RowRole.TOTAL if covers_all(at, sums, len(counted)) else RowRole.SUBTOTAL
        result[counted[at]] = _as_total(result[counted[at]], role, total, numbers)
    if sums:
        _like_totals(found, counted, sums, known, layout.levels, result)
    return result


def _like_totals(
    found: Sequence[TableRow],
    counted: Sequence[int],
    sums: Mapping[int, Sum],
    known: Figures,
    levels: Sequence[int],
    result: list[TableRow],
) -> None:
    """Rows that are called as confirmed totals are, or head parts at the level where most that do add them up."""
    called = Counter(_last_words(found[counted[at]]) for at in sums)
    used = Counter(_last_words(found[index]) for index in counted)
    words = {word for word, times in called.items() if word and times * 3 >= used[word]}
    ends = _endings(found, counted, sums)
    heading = [at for at in range(len(counted) - 1) if levels[at + 1] > levels[at]]
    adding = Counter(levels[at] for at in sums if at in set(heading))
    usual = {level for level, times in adding.items() if times * 2 >= sum(1 for at in heading if levels[at] == level)}
    for at, index in enumerate(counted):
        row = result[index]
        if row.role is not RowRole.DATA:
            continue
        if _last_words(row)[-1:] in ends and _adds_next(known, at, levels):
            told = Reason(
                "named-like-totals", "it is named as rows that add up others are, and equals the next row", 2.0
            )
        elif _last_words(row) in words:
            word = _last_words(row)
            told = Reason("called-a-total", f"a row that adds up others is called {word} too", 2.0, (("word", word),))
        elif levels[at] in usual and at + 1 < len(counted) and levels[at + 1] > levels[at]:
            told = Reason("heads-parts", "rows of this level add up the rows below them", 2.0)
        else:
            continue
        result[index] = replace(row, role=RowRole.SUBTOTAL, reasons=(*row.reasons, told))


def _endings(found: Sequence[TableRow], counted: Sequence[int], sums: Mapping[int, Sum]) -> frozenset[str]:
    """Last characters (片, 镇) that confirmed subtotals share and hardly any other row has."""
    ends = Counter(_last_words(found[counted[at]])[-1:] for at in sums)
    others = Counter(_last_words(found[index])[-1:] for at, index in enumerate(counted) if at not in sums)
    return frozenset(end for end, times in ends.items() if times >= 2 and not end.isascii() and others[end] <= times)


def _adds_next(known: Figures, at: int, levels: Sequence[int]) -> bool:
    """Whether a row says what the one row below it says, as the subtotal of a single row does."""
    if at + 1 >= len(levels):
        return False
    agree, compared = known.agreement_of(at, [at + 1])
    return agree == compared >= 2


def _last_words(row: TableRow) -> str:
    return row.path[-1] if row.path else ""
