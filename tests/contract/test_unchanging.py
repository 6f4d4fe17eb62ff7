"""Values that never change are compared, hashed and shown as dataclasses are."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field, replace

from pioneer_etl.contract.unchanging import unchanging


@unchanging
class Span:
    """Two fields, one of them hidden."""

    first: int
    last: int = field(default=0, repr=False)
    note: list[str] = field(default_factory=list, compare=False)


@unchanging
class One:
    """A single field."""

    only: str


@dataclass(frozen=True)
class Plain:
    """What `One` would be as a dataclass."""

    only: str


def test_values_are_equal_by_the_fields_that_count() -> None:
    assert Span(1, 2, ["a"]) == Span(1, 2, ["b"]) != Span(1, 3)
    assert hash(Span(1, 2)) == hash(Span(1, 2)) != hash(Span(1, 3))
    assert One("a") == One("a") != Plain("a")
    assert {One("a"), One("a"), One("b")} == {One("a"), One("b")}
    assert hash(One("a")) == hash(Plain("a"))


def test_a_value_is_shown_as_a_dataclass_is() -> None:
    assert repr(One("a")) == repr(Plain("a")).replace("Plain", "One")
    assert repr(Span(1, 2)) == "Span(first=1, note=[])"


def test_a_value_can_be_sent_and_changed_in_a_copy() -> None:
    assert pickle.loads(pickle.dumps(Span(1, 2, ["a"]))).note == ["a"]
    assert replace(Span(1, 2), last=5) == Span(1, 5)
