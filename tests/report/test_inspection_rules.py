"""Users read words, not identifiers: every rule of understanding has its words in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pioneer_etl import table
from pioneer_etl.contract.catalogue import catalogue
from pioneer_etl.table.rules.registry import RULES

_GIVEN = re.compile(r"""Reason\(\s*"([a-z][a-z-]+)\"""")


def _given_outside_the_registry() -> set[str]:
    sources = Path(table.__file__).parent.glob("*.py")
    return {name for path in sources for name in _GIVEN.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("name", sorted({rule.name for rule in RULES} | _given_outside_the_registry()))
def test_a_rule_has_words_in_both_languages(name: str) -> None:
    entry = catalogue().get(f"rule.{name}")
    assert entry is not None, f'add ["rule.{name}"] to contract/messages/rules.toml'
    assert entry.zh != entry.en


def test_no_words_are_left_of_a_rule_that_is_gone() -> None:
    known = {rule.name for rule in RULES} | _given_outside_the_registry()
    said = {code.removeprefix("rule.").removesuffix(".against") for code in catalogue() if code.startswith("rule.")}
    assert said <= known


def test_reasons_given_outside_the_registry_are_found() -> None:
    assert {"adds-up", "called-a-total"} <= _given_outside_the_registry()
