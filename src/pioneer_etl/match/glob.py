"""Patterns with * for any text, as layouts write titles, sheets' names and rows to skip."""

from __future__ import annotations

from functools import lru_cache

from pioneer_etl.contract.text import normalise
from pioneer_etl.contract.unchanging import unchanging


@unchanging
class Glob:
    """The literal pieces of a pattern, between which any text may stand."""

    pieces: tuple[str, ...]

    def __str__(self) -> str:
        return "*".join(self.pieces)

    def search(self, text: str) -> bool:
        """Whether the pieces stand in a normalised text one after the other."""
        return _follow(self.pieces, text, 0, len(text))

    def fullmatch(self, text: str) -> bool:
        """Whether a whole normalised text is this pattern."""
        first, *between = self.pieces
        if not between:
            return text == first
        last = between.pop()
        fits = len(text) >= len(first) + len(last) and text.startswith(first) and text.endswith(last)
        return fits and _follow(between, text, len(first), len(text) - len(last))


def _follow(pieces: tuple[str, ...] | list[str], text: str, start: int, end: int) -> bool:
    for piece in pieces:
        start = text.find(piece, start, end)
        if start < 0:
            return False
        start += len(piece)
    return True


@lru_cache(maxsize=4096)
def glob(text: str) -> Glob:
    """The pattern that a layout writes; its pieces are normalised as the texts are that it is held against."""
    return Glob(tuple(normalise(piece) for piece in text.split("*")))
