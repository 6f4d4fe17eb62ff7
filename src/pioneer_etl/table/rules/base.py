"""What a rule is: a name, a weight, and a small function that measures one piece of evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from pioneer_etl.table.model import Reason


class Stage(StrEnum):
    """What a rule argues about; the class in brackets is what its `measure` is given."""

    LABEL = "label"  # how many columns label the rows (split.Hypothesis)
    SPLIT = "split"  # where the header begins and ends (split.Hypothesis; of rules of rows split.Header)
    LINE = "line"  # what a line outside of the table's body is (notes.Line)
    ROW = "row"  # what a row of the body is (rows.BodyRow)
    KIND = "kind"  # list or transposed (kinds.Candidate)
    FORM = "form"  # list or form (forms.ItemForm)
    REGISTER = "register"  # a register, or anything else (registers.Register)


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One piece of evidence.

    `measure(subject)` gives its strength: 0 says nothing, 1 speaks fully for, -1 fully against.  It
    counts `weight` times.  `speaks_for` names the answer argued for, where the stage chooses between
    several (a RowRole, a Role, a TableKind); a SPLIT rule speaks for the hypothesis it is given.
    `evidence(subject)` tells in words what was seen; it is asked only of decisions that were taken.  A SPLIT rule
    with `of_rows` looks at the rows alone, whichever columns label them, one with `of_body` at the labels and the body
    alone, wherever the header begins: each is asked once for all of these.  One with `of_header` says nothing where
    there is no header.  A ROW rule with `of_classes` looks at nothing but which cells of a row are filled, and with
    what, so it says the same of all rows that are filled alike; of others `unless(subject)` may tell from that much,
    and from `may_sum` and `last`, that `measure` says nothing.  `at_most` is the greatest strength that `measure` ever
    gives, 0 for a rule that only speaks against: what cannot win any more need not be measured.
    """

    name: str
    stage: Stage
    weight: float
    measure: Callable[[Any], float]
    speaks_for: str = ""
    evidence: Callable[[Any], str] | None = None
    of_rows: bool = False
    of_body: bool = False
    of_header: bool = False
    of_classes: bool = False
    unless: Callable[[Any], bool] | None = None
    at_most: float = 1.0

    def reason(self, subject: Any, strength: float) -> Reason:
        """This rule's part in a decision, in words."""
        if self.evidence is None:
            return _general_reason(self, strength)
        return Reason(self.name, self.evidence(subject), round(self.weight * strength, 3))


@lru_cache(maxsize=1024)
def _general_reason(rule: Rule, strength: float) -> Reason:
    """The reason of a rule that tells nothing about its subject: one object for all of them."""
    told = (rule.measure.__doc__ or rule.name).strip().split("\n")[0]
    return Reason(rule.name, told, round(rule.weight * strength, 3))


def weigh(rules: Sequence[Rule], subject: Any) -> float:
    """The sum of what all `rules` say about one subject."""
    return sum([rule.weight * rule.measure(subject) for rule in rules])


def ceiling(rules: Sequence[Rule]) -> float:
    """The most that `weigh` can come to."""
    return sum([rule.weight * (rule.at_most if rule.weight > 0 else -1.0) for rule in rules])


def choose(rules: Sequence[Rule], subject: Any) -> tuple[str | None, tuple[Reason, ...]]:
    """The answer that the rules' sum favours most, with the reasons for it; None when nothing speaks."""
    spoken = [(rule, strength) for rule in rules if (strength := rule.measure(subject))]
    if len(spoken) == 1 and spoken[0][1] > 0:
        rule, strength = spoken[0]
        return rule.speaks_for, (rule.reason(subject, strength),)
    votes: dict[str, float] = {}
    for rule, strength in spoken:
        votes[rule.speaks_for] = votes.get(rule.speaks_for, 0.0) + rule.weight * strength
    if not votes:
        return None, ()
    best = max(votes, key=lambda answer: votes[answer])
    if votes[best] <= 0:
        return None, ()
    return best, tuple(rule.reason(subject, strength) for rule, strength in spoken if rule.speaks_for == best)
