"""Evidence for which way a table runs.  Each rule sees one kinds.Candidate."""

from __future__ import annotations

from typing import Final

from pioneer_etl.table.kinds import Candidate
from pioneer_etl.table.model import TableKind
from pioneer_etl.table.rules.base import Rule, Stage


def usual(_: Candidate) -> float:
    """Records usually stand in rows."""
    return 1.0


KIND_RULES: Final[tuple[Rule, ...]] = (Rule("usual", Stage.KIND, 1.0, usual, TableKind.LIST),)
