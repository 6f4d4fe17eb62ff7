"""Mistakes in declarations are told with file, line and key, and with the word that was meant."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pioneer_etl.contract.errors import ConfigurationError
from pioneer_etl.contract.model import Label
from pioneer_etl.contract.toml import Section, key_lines, parse_toml, read_toml

SAMPLE = """\
# a comment = not a key
title = { zh = "村", en = "village" }
words = [
  "one = two",  # [not.a.table]
  "three",
]
long = \"\"\"
[fake]
fake = 1
\"\"\"

[fields.name]
type = "text"
[fields."odd name"]
type = "text"

[[codes]]
code = "1"
[[codes]]
code = "2"
[codes.more]
x.y = 1
"""


def test_lines_of_every_key() -> None:
    lines = key_lines(SAMPLE)
    assert lines[("title",)] == 2
    assert lines[("words",)] == 3
    assert lines[("long",)] == 7
    assert lines[("fields", "name")] == 12
    assert lines[("fields", "name", "type")] == 13
    assert lines[("fields", "odd name", "type")] == 15
    assert lines[("codes", 0, "code")] == 18
    assert lines[("codes", 1, "code")] == 20
    assert lines[("codes", 1, "more", "x", "y")] == 22
    assert ("fake",) not in lines


def root(text: str) -> Section:
    return parse_toml(text, "x.toml")


def test_typed_getters() -> None:
    section = root('a = "t"\nb = true\nc = 3\nd = 1.50\ne = ["x", "y"]\ng = [1, 2.5]\nh = "one"\nm = { x = "y" }\n')
    assert section.text("a") == "t"
    assert section.text("z", "default") == "default"
    assert section.optional_text("z") is None
    assert section.flag("b") is True
    assert section.optional_flag("z") is None
    assert section.optional_integer("c") == 3
    assert section.optional_number("d") == Decimal("1.50")
    assert section.texts("e") == ("x", "y")
    assert section.texts("h") == ("one",)
    assert section.numbers("g", 2) == (Decimal(1), Decimal("2.5"))
    assert section.text_map("m") == {"x": "y"}
    section.close()


def test_labels_in_both_languages_or_one_for_both() -> None:
    assert root('t = { zh = "村", en = "village" }').label("t") == Label("村", "village")
    assert root('t = "GDP"').label("t") == Label("GDP", "GDP")


def failure(text: str, use: str, *arguments: object) -> ConfigurationError:
    section = root(text)
    with pytest.raises(ConfigurationError) as caught:
        getattr(section, use)(*arguments)
    return caught.value


def test_missing_key() -> None:
    error = failure("a = 1", "text", "title")
    assert (error.code, error.location.key) == ("config.missing_key", "title")
    assert "title is required and missing" in str(error)


@pytest.mark.parametrize(
    ("use", "arguments", "value"),
    [
        ("text", ("a",), "1"),
        ("flag", ("a",), "1"),
        ("optional_integer", ("a",), "true"),
        ("texts", ("a",), "[1]"),
        ("numbers", ("a", 2), "[1]"),
    ],
)
def test_wrong_type(use: str, arguments: tuple[object, ...], value: str) -> None:
    error = failure(f"\na = {value}", use, *arguments)
    assert (error.code, error.location.line) == ("config.wrong_type", 2)


def test_unknown_word_with_and_without_a_hint() -> None:
    error = failure('a = "erorr"', "choice", "a", ("error", "warning"))
    assert "Did you mean error?" in error.message("en")
    assert "是不是 error" in error.message("zh")
    assert failure('a = "x"', "choice", "a", ("error", "warning")).code == "config.unknown_word_no_hint"


def test_unknown_key_names_the_nearest_known_one() -> None:
    section = root('title = "t"\n\nsynonims = ["a"]')
    section.text("title")
    section.texts("synonyms")
    with pytest.raises(ConfigurationError) as caught:
        section.close()
    assert str(caught.value) == "x.toml:3 synonims: Unknown key synonims. Did you mean synonyms?"


def test_syntax_error_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text('a = "ok"\nb = \n', encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_toml(path)
    assert (caught.value.code, caught.value.location.line) == ("config.syntax", 2)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_toml(tmp_path / "none.toml")
    assert caught.value.code == "config.unreadable"
    path = tmp_path / "gbk.toml"
    path.write_bytes('a = 1\nb = "村"'.encode("gb18030"))
    with pytest.raises(ConfigurationError) as caught:
        read_toml(path)
    assert (caught.value.code, caught.value.location.line) == ("config.encoding", 2)
