"""Evidence for what a line outside of a table's body is.  Each rule sees one notes.Line."""

from __future__ import annotations

from typing import Final

from pioneer_etl.table.model import Role
from pioneer_etl.table.notes import Line
from pioneer_etl.table.rules.base import Rule, Stage
from pioneer_etl.table.words import has_footnote_mark, is_note, is_signature, is_title, unit_of_line


def stands_above(line: Line) -> float:
    """The line stands above a table."""
    return 1.0 if line.above else 0.0


def stands_below(line: Line) -> float:
    """The line stands below a table."""
    return 0.0 if line.above else 1.0


def names_unit(line: Line) -> float:
    """The line names a unit."""
    return 1.0 if unit_of_line(line.text) else 0.0


def opens_as_note(line: Line) -> float:
    """The line opens as notes and sources do."""
    return 1.0 if is_note(line.text) else 0.0


def opens_with_footnote_mark(line: Line) -> float:
    """The line opens with a footnote's mark."""
    return 1.0 if has_footnote_mark(line.text) and not line.above else 0.0


def signs(line: Line) -> float:
    """The line tells who filled in the form, or when."""
    return 1.0 if is_signature(line.text) else 0.0


def reads_as_title(line: Line) -> float:
    """The line reads as a table's title."""
    return 1.0 if is_title(line.text) and line.above else 0.0


def is_long(line: Line) -> float:
    """The line is as long as only explanations are."""
    return 1.0 if len(line.text) > 120 else 0.0


LINE_RULES: Final[tuple[Rule, ...]] = (
    Rule("stands-above", Stage.LINE, 1.0, stands_above, Role.TITLE),
    Rule("stands-below", Stage.LINE, 1.0, stands_below, Role.NOTE),
    Rule("names-unit", Stage.LINE, 3.0, names_unit, Role.UNIT),
    Rule("opens-as-note", Stage.LINE, 4.0, opens_as_note, Role.NOTE),
    Rule("footnote-mark", Stage.LINE, 2.0, opens_with_footnote_mark, Role.NOTE),
    Rule("signs", Stage.LINE, 3.5, signs, Role.SIGNATURE),
    Rule("reads-as-title", Stage.LINE, 2.0, reads_as_title, Role.TITLE),
    Rule("is-long", Stage.LINE, 2.0, is_long, Role.NOTE),
)
