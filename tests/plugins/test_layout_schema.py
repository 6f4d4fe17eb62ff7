"""The JSON Schema that editors check layouts by says what the tool itself accepts, key for key."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pioneer_etl.contract.errors import ConfigurationError
from pioneer_etl.contract.toml import Section, parse_toml
from pioneer_etl.match.layout_read import read_layout

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, Any] = json.loads((ROOT / "plugins" / "layout.schema.json").read_text(encoding="utf-8"))
LAYOUTS = sorted((ROOT / "plugins").glob("*/layout.toml"))
WHOLE = """
name = "a"
title = "a"
version = "1"
[drift]
columns = "evolve"
[[form]]
dataset = "economy"
kind = "long"
match.title = ["*"]
unpivot = { item = "指标" }
anchors = { period = "时间" }
[form.columns]
"村" = "village"
[[form]]
dataset = "economy"
match.headers = ["村"]
[[form.block]]
columns = { "村" = "village" }
"""


def valid(text: str) -> bool:
    return jsonschema.Draft202012Validator(SCHEMA).is_valid(tomllib.loads(text))


def accepted(text: str) -> bool:
    try:
        read_layout(parse_toml(text, "layout.toml"))
    except ConfigurationError:
        return False
    return True


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", LAYOUTS, ids=lambda path: path.parent.name)
def test_every_bundled_layout_is_valid(path: Path) -> None:
    jsonschema.validate(tomllib.loads(path.read_text(encoding="utf-8")), SCHEMA)


def test_the_schema_has_the_keys_that_the_tool_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    read: dict[str, set[str]] = {}
    close = Section.close

    def noting(self: Section) -> None:
        place = "/".join(str(part) for part in self.path if not isinstance(part, int))
        read.setdefault(place, set()).update(self.known)
        close(self)

    monkeypatch.setattr(Section, "close", noting)
    read_layout(parse_toml(WHOLE, "layout.toml"))
    form = SCHEMA["$defs"]["form"]["properties"]
    assert read[""] == set(SCHEMA["properties"])
    assert read["drift"] == set(SCHEMA["properties"]["drift"]["properties"])
    assert read["form"] == set(form)
    assert read["form/match"] == set(form["match"]["properties"])
    assert read["form/unpivot"] == set(form["unpivot"]["properties"])
    assert read["form/anchors"] == set(form["anchors"]["properties"])
    assert read["form/block"] == set(form["block"]["items"]["properties"])


def test_one_text_may_stand_for_a_list() -> None:
    text = WHOLE.replace('match.title = ["*"]', 'match.title = "*"')
    assert valid(text)
    assert accepted(text)


def test_every_key_is_documented() -> None:
    docs = (ROOT / "docs" / "layouts.md").read_text(encoding="utf-8")
    for key in (*SCHEMA["properties"], *SCHEMA["$defs"]["form"]["properties"]):
        assert re.search(rf"`(\[+form\.?)?\[*{key}\b|`match\.|`\[{key}\]`", docs), key


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "a"', ""),
        ('name = "a"', 'name = "a b"'),
        ('kind = "long"', 'kind = "lang"'),
        ('columns = "evolve"', 'columns = "thaw"'),
        ('columns = "evolve"', 'column = "evolve"'),
        ('match.title = ["*"]', 'match.titel = ["*"]'),
        ('match.title = ["*"]', "match.title = [3]"),
        ('unpivot = { item = "指标" }', 'unpivot = { items = "指标" }'),
        ('"村" = "village"', '"村" = 3'),
        ('match.headers = ["村"]', 'match.headers = ["村"]\nlevel = "hamlet"'),
        ('columns = { "村" = "village" }', 'constants = { sex = "男" }'),
    ],
)
def test_what_the_tool_refuses_the_schema_refuses(old: str, new: str) -> None:
    assert valid(WHOLE)
    assert accepted(WHOLE)
    wrong = WHOLE.replace(old, new)
    assert wrong != WHOLE
    assert not accepted(wrong)
    assert not valid(wrong)
