"""Formulas that a sheet writes once and shares: the text that each cell would show."""

from __future__ import annotations

import re

from pioneer_etl.contract.address import Position, column_letters, column_number

# Quoted texts and sheet names are passed over; a reference is not part of a longer name or a call.
_PIECE = re.compile(
    r"""("(?:[^"]|"")*"|'(?:[^']|'')*')|(?<![A-Za-z0-9_.$])(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})(?![A-Za-z0-9_.(!])"""
)


def shifted(formula: str, written_at: Position, shown_at: Position) -> str:
    """A shared formula, written at one cell, as it reads at another: relative references move along."""
    down, right = shown_at.row - written_at.row, shown_at.column - written_at.column

    def move(match: re.Match[str]) -> str:
        if match[1] is not None:
            return match[0]
        column = column_number(match[3]) + (0 if match[2] else right)
        row = int(match[5]) + (0 if match[4] else down)
        if column < 1 or row < 1:
            return "#REF!"
        return f"{match[2]}{column_letters(column)}{match[4]}{row}"

    return _PIECE.sub(move, formula)
