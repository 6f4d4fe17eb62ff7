"""The catalogue of messages is whole: both languages, the same placeholders, no code that is not in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pioneer_etl.contract.catalogue import catalogue, entry_of

SOURCE = Path(__file__).parents[1] / "src" / "pioneer_etl"
_USED = re.compile(r"""(?:finding|Error|Refused|Held|say|text)\(\s*"([a-z_]+(?:\.[a-z_0-9]+)+)\"""")


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_an_entry_says_the_same_in_both_languages(code: str) -> None:
    entry = catalogue()[code]
    assert entry.zh
    assert entry.en
    assert entry.severity in ("error", "warning", "note")
    assert bool(entry.remedy_zh) == bool(entry.remedy_en)
    for zh, en in ((entry.zh, entry.en), (entry.remedy_zh, entry.remedy_en)):
        assert _placeholders(zh) == _placeholders(en)


@pytest.mark.parametrize("code", sorted(code for code, each in catalogue().items() if each.severity == "error"))
def test_an_error_says_what_to_do(code: str) -> None:
    entry = catalogue()[code]
    # An error of the program itself has the advice in its one line.
    assert entry.remedy_zh or code == "cli.internal"


def test_an_entry_is_found_in_whatever_file_it_stands() -> None:
    assert all(entry_of(code) == entry for code, entry in catalogue().items())
    with pytest.raises(KeyError):
        entry_of("check.never_written")


def _placeholders(text: str) -> set[str]:
    """The names that a text is filled with; {field} and {field_en}, {zh} and {en} are one in two languages."""
    return {re.sub(r"_?(zh|en)$", "", name) for name in re.findall(r"{(\w+)", text)}


def test_every_code_that_the_program_uses_is_in_the_catalogue() -> None:
    used = {code for path in SOURCE.rglob("*.py") for code in _USED.findall(path.read_text(encoding="utf-8"))}
    assert len(used) > 50
    assert used <= catalogue().keys()
