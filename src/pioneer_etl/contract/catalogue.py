"""The catalogue: every message that a user reads, in Chinese and English, by its stable code.

One TOML file a stage stands in `contract/messages/`.  An entry:

    ["file.encrypted"]
    severity = "error"            # error | warning | note
    quarantines = true            # true when a submission with it is not loaded
    zh = "文件 {file} 有密码。"
    en = "{file} is protected by a password."
    remedy_zh = "请让报送单位取消密码后重报。"
    remedy_en = "Ask the sender to save it without a password."
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import tomli

from pioneer_etl.contract.unchanging import unchanging

Language = Literal["zh", "en"]


@unchanging
class Entry:
    """One message: its severity, whether it keeps a submission from loading, and its words."""

    code: str
    severity: str
    quarantines: bool
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str


@cache
def catalogue() -> Mapping[str, Entry]:
    """Every entry by its code, read once from the package's own files."""
    entries: dict[str, Entry] = {}
    for name in sorted(_chapters()):
        for code, entry in _chapter(name).items():
            if code in entries:
                raise ValueError(f"{name}.toml: message code {code} is defined twice")
            entries[code] = entry
    return entries


def entry_of(code: str) -> Entry:
    """The entry of a code.  KeyError when the catalogue lacks it.

    A file that is named as the code begins is looked into first: a command that only speaks for itself need not
    wait for all the others.
    """
    name = code.partition(".")[0]
    entry = _chapter(name).get(code) if name in _chapters() else None
    return entry if entry is not None else catalogue()[code]


@cache
def _chapters() -> Mapping[str, Path]:
    """The package's files of messages by name."""
    return {each.stem: each for each in Path(__file__).with_name("messages").glob("*.toml")}


@cache
def _chapter(name: str) -> Mapping[str, Entry]:
    """The entries of one file."""
    return {
        code: Entry(
            code=code,
            severity=fields["severity"],
            quarantines=fields.get("quarantines", False),
            zh=fields["zh"],
            en=fields["en"],
            remedy_zh=fields.get("remedy_zh", ""),
            remedy_en=fields.get("remedy_en", ""),
        )
        for code, fields in tomli.loads(_chapters()[name].read_text(encoding="utf-8")).items()
    }


class _Shown(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def message(code: str, arguments: Mapping[str, Any], language: Language = "zh") -> str:
    """The text of `code` in `language`, filled in.  KeyError when the catalogue lacks the code."""
    entry = entry_of(code)
    text = entry.zh if language == "zh" else entry.en
    return text.format_map(_Shown(arguments))


def remedy(code: str, arguments: Mapping[str, Any], language: Language = "zh") -> str:
    """What to do next about `code`; empty when there is nothing to do."""
    entry = entry_of(code)
    text = entry.remedy_zh if language == "zh" else entry.remedy_en
    return text.format_map(_Shown(arguments))
