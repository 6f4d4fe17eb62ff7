"""Room that Chinese and Latin text takes on a sheet, in Excel's unit: the width of a digit of the default font.

At 10.5 points a Chinese character is 14 pixels, two units of 7, and a Latin one a unit; other sizes
go in proportion.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from math import ceil

BODY_SIZE = 10.5
_NOT_FIRST, _NOT_LAST = "）》」”、，。；：！？", "（《「“"  # of a line, by the rules of Chinese type-setting
_BRACKET = 6  # characters of a bracket that is not broken


@lru_cache(maxsize=1 << 15)  # the same names and figures stand on many sheets
def text_width(text: str, size: float = BODY_SIZE) -> float:
    """The width of the widest line of a text."""
    return max((sum(_char_width(char) for char in line) for line in text.split("\n")), default=0.0) * size / BODY_SIZE


def _char_width(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WFA":
        return 2.0
    return 1.15 if char.isupper() or char in "mw%@" else 1.0


def line_count(text: str, width: float, size: float = BODY_SIZE) -> int:
    """The lines a text takes when it wraps inside `width`: between words, or between Chinese characters."""
    return sum(_wrapped(line, width, size) for line in text.split("\n"))


def _wrapped(line: str, width: float, size: float) -> int:
    lines, used = 1, 0.0
    for piece in _pieces(line):
        room = text_width(piece, size)
        if used and used + text_width(piece.rstrip(), size) > width:
            lines, used = lines + 1, 0.0
        if room > width:
            lines += ceil(room / width) - 1
        used += room
    return lines


def _pieces(line: str) -> list[str]:
    """What may not be broken: single Chinese characters with the marks at them, and words with the blank after them."""
    pieces: list[str] = []
    for char in line:
        wide = unicodedata.east_asian_width(char) in "WF"
        if pieces and (char in _NOT_FIRST or pieces[-1][-1] in _NOT_LAST or _is_open(pieces[-1])):
            pieces[-1] += char
        elif not pieces or wide or pieces[-1].endswith(" ") or unicodedata.east_asian_width(pieces[-1][-1]) in "WF":
            pieces.append(char)
        else:
            pieces[-1] += char
    return pieces


def _is_open(piece: str) -> bool:
    """Whether a piece is a bracket still to be closed, and short enough to be kept whole: （街道）."""
    return piece[0] in _NOT_LAST and piece[-1] not in _NOT_FIRST and len(piece) < _BRACKET


def heading_width(text: str, lines: int, size: float = BODY_SIZE) -> float:
    """The least width in which a heading takes at most `lines` lines and no word is broken."""
    least = max((text_width(piece.rstrip(), size) for line in text.split("\n") for piece in _pieces(line)), default=1.0)
    most = max(lines, text.count("\n") + 1)
    width = least
    while line_count(text, width, size) > most:
        width += 0.5
    return width


def column_widths(
    headings: Sequence[tuple[str, int, int]], contents: Sequence[Sequence[str]], lines: int = 3, padding: float = 2.8
) -> list[float]:
    """A width for every column, so that nothing is cut.

    `headings` are (text, first column, last column), columns from 0; `contents` the printed texts of
    each column.  A heading over several columns that is too wide for them widens them evenly.
    """
    widths = [max((text_width(each) for each in texts), default=0.0) + padding for texts in contents]
    for text, first, last in sorted(headings, key=lambda each: each[2] - each[1]):
        need = heading_width(text, lines if first == last else 2) + padding * (1 if first == last else 0.5)
        short = need - sum(widths[first : last + 1])
        if short > 0:
            for column in range(first, last + 1):
                widths[column] += short / (last - first + 1)
    return widths


def balance(text: str, width: float, size: float = BODY_SIZE) -> str:
    """A heading with its line breaks put in, so that it wraps into lines of about equal length.

    Left to the spreadsheet, 比上年增长 in a column of four characters leaves 长 alone on a line.
    """
    return "\n".join(_balanced(line, width, size) for line in text.split("\n"))


def _balanced(line: str, width: float, size: float) -> str:
    lines = _wrapped(line, width, size)
    if lines < 2:
        return line
    pieces = _pieces(line)
    target = text_width(line, size) / lines
    result, used, broken = "", 0.0, 1
    for i, piece in enumerate(pieces):
        room = text_width(piece.rstrip(), size)
        over = used + room > width
        # Break where the line is long enough, but not so that a mark begins the next one.
        enough = used >= target and broken < lines and piece[0] not in ")%,.;"
        if i and (over or enough):
            result, used, broken = result.rstrip() + "\n", 0.0, broken + 1
        result += piece
        used += text_width(piece, size)
    return result
