"""Any form whose headings the contracts know, letter for letter or by a synonym.

The layout has no forms of its own: matching proposes one from the labels and synonyms of each
contract, and loads it only when nothing is left to guess.
"""

from __future__ import annotations

from collections.abc import Sequence

from pioneer_etl.match.layout import GENERIC, Layout
from pioneer_etl.plugins.hookspecs import hookimpl


@hookimpl
def register_layouts() -> Sequence[Layout]:
    return [GENERIC]
