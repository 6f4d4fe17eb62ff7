"""Evidence for a region being a register: labels beside their contents.  Each rule sees one registers.Register."""

from __future__ import annotations

from typing import Final

from pioneer_etl.table.grid import NUMBER, TEXT
from pioneer_etl.table.model import TableKind
from pioneer_etl.table.registers import Register
from pioneer_etl.table.rules.base import Rule, Stage
from pioneer_etl.table.words import is_form_label


def usual(_: Register) -> float:
    """Most tables have heads over columns."""
    return 1.0


def out_of_pattern(seen: Register) -> float:
    """Some cells are neither a label nor beside one."""
    return min(1.0, 4.0 * seen.bad / len(seen.pairs))


def labels_repeat(seen: Register) -> float:
    """What should be labels stands there again and again."""
    return min(1.0, 3.0 * seen.repeated / len(seen.pairs))


def figures_below_heads(seen: Register) -> float:
    """The first row is words only, and figures stand below one of its contents: it heads columns."""
    first = [pair for pair in seen.pairs if pair.cells[-1].row == seen.rows[0]]
    contents = [pair.content for pair in first if pair.content is not None]
    if any(seen.grid.shape(*content) != TEXT for content in contents) or len(seen.rows) < 2:
        return 0.0
    below = range(seen.rows[0] + 1, seen.area.bottom + 1)
    columns = [cell.column for cell in (*contents, *(pair.cells[-1] for pair in first))]
    figures = [sum(seen.grid.shape(row, column) == NUMBER for row in below) for column in columns]
    return 1.0 if max(figures, default=0) > 0.6 * len(below) else 0.0


def only_first_called_as_fields(seen: Register) -> float:
    """Labels called as fields stand in the first row alone: it heads the records below it."""
    if len(seen.rows) < 2:
        return 0.0
    rows = {pair.cells[-1].row for pair in seen.pairs if is_form_label(pair.path[-1])}
    return 1.0 if rows == {seen.rows[0]} else 0.0


def headed_by_levels(seen: Register) -> float:
    """The first rows are levels of heads over columns: each cell reaches down to the last, or stands over several."""
    return float(seen.headed_by_levels)


def cells_cut_unevenly(seen: Register) -> float:
    """The rows are cut into cells in different ways."""
    return float(seen.is_cut_unevenly)


def called_as_fields(seen: Register) -> float:
    """The labels are called as fields are (姓名, 面积, 电话), the contents are not."""
    contents = seen.contents
    if not contents:
        return 0.0
    named = sum(map(is_form_label, seen.labels)) / len(seen.labels)
    others = sum(map(is_form_label, contents)) / len(contents)
    return named - others


def labels_right_of_contents(seen: Register) -> float:
    """Most rows have several pairs."""
    several = sum([count > 1 for count in seen.per_row.values()])
    return several / len(seen.rows)


def figures_among_words(seen: Register) -> float:
    """Contents of one column are figures in one row and words in another."""
    shapes: dict[int, set[int]] = {}
    for pair in seen.pairs:
        if pair.content is not None and (shape := seen.grid.shape(*pair.content)):
            shapes.setdefault(pair.content.column, set()).add(shape)
    return sum([len(each) > 1 for each in shapes.values()]) / len(shapes) if shapes else 0.0


KIND: Final = TableKind.REGISTER

REGISTER_RULES: Final[tuple[Rule, ...]] = (
    Rule("heads-are-usual", Stage.REGISTER, 2.0, usual, TableKind.LIST),
    Rule("out-of-pairs", Stage.REGISTER, 6.0, out_of_pattern, TableKind.LIST),
    Rule("labels-repeat", Stage.REGISTER, 6.0, labels_repeat, TableKind.LIST),
    Rule("figures-below-heads", Stage.REGISTER, 2.5, figures_below_heads, TableKind.LIST),
    Rule("only-first-called-as-fields", Stage.REGISTER, 2.5, only_first_called_as_fields, TableKind.LIST),
    Rule("headed-by-levels", Stage.REGISTER, 4.0, headed_by_levels, TableKind.LIST),
    Rule("cells-cut-unevenly", Stage.REGISTER, 1.5, cells_cut_unevenly, KIND),
    Rule("called-as-fields", Stage.REGISTER, 4.0, called_as_fields, KIND),
    Rule("labels-right-of-contents", Stage.REGISTER, 1.0, labels_right_of_contents, KIND),
    Rule("figures-among-words", Stage.REGISTER, 1.0, figures_among_words, KIND),
)
