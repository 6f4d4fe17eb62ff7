"""Which way a table runs: records in rows (a list) or in columns (transposed)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pioneer_etl.table.model import Reason, TableKind
from pioneer_etl.table.rules.base import Rule, choose
from pioneer_etl.table.split import Hypothesis


@dataclass(frozen=True, slots=True)
class Candidate:
    """A table with its split, as the kind rules see it: the texts of its corner, heads and labels."""

    split: Hypothesis
    corner: str
    heads: tuple[str, ...]
    labels: tuple[str, ...]
    bottom: int


def kind_of(candidate: Candidate, rules: Sequence[Rule]) -> tuple[TableKind, tuple[Reason, ...]]:
    """The kind that the kind rules favour."""
    answer, reasons = choose(rules, candidate)
    return (TableKind(answer) if answer else TableKind.LIST), reasons
