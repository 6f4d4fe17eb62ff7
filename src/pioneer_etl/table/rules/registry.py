"""Every rule, in one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pioneer_etl.table.rules.base import Rule, Stage
from pioneer_etl.table.rules.form_rules import FORM_RULES
from pioneer_etl.table.rules.kind_rules import KIND_RULES
from pioneer_etl.table.rules.label_rules import LABEL_RULES
from pioneer_etl.table.rules.line_rules import LINE_RULES
from pioneer_etl.table.rules.register_rules import REGISTER_RULES
from pioneer_etl.table.rules.row_rules import ROW_RULES
from pioneer_etl.table.rules.split_rules import SPLIT_RULES

RULES: Final[tuple[Rule, ...]] = (
    *LABEL_RULES,
    *SPLIT_RULES,
    *ROW_RULES,
    *LINE_RULES,
    *KIND_RULES,
    *FORM_RULES,
    *REGISTER_RULES,
)


def rules_by_stage(extra: Iterable[Rule] = ()) -> Mapping[Stage, tuple[Rule, ...]]:
    """The rules of each stage.  An extra rule with a known name takes that rule's place."""
    chosen = {rule.name: rule for rule in RULES}
    for rule in extra:
        chosen[rule.name] = rule
    return {stage: tuple(rule for rule in chosen.values() if rule.stage is stage) for stage in Stage}
